//! What several entities need to read and write rows.

use rusqlite::{Row, types::FromSql};

use crate::{
    model::{Timestamp, approval::RequestStatus, settings::Values},
    store::{Error, Result},
};

/// The list of ids as a parameter: `IN (SELECT value FROM json_each(?))`.
pub(super) fn json(ids: impl IntoIterator<Item = i64>) -> String {
    let mut text = String::from("[");
    for (position, id) in ids.into_iter().enumerate() {
        if position > 0 {
            text.push(',');
        }
        text.push_str(&id.to_string());
    }
    text.push(']');
    text
}

/// A column of this row.
pub(super) fn column<T: FromSql>(row: &Row<'_>, index: usize) -> Result<T> {
    Ok(row.get(index)?)
}

/// A date in this row.
pub(super) fn date(row: &Row<'_>, index: usize) -> Result<Timestamp> {
    Ok(Timestamp(row.get(index)?))
}

/// A date that may be absent.
pub(super) fn optional_date(row: &Row<'_>, index: usize) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(index)?.map(Timestamp))
}

/// Settings or attributes in this row.
pub(super) fn read_values(row: &Row<'_>, index: usize) -> Result<Values> {
    let text = row.get_ref(index)?.as_str().map_err(rusqlite::Error::from)?;
    if text == "{}" {
        return Ok(Values::new());
    }
    serde_json::from_str(text).map_err(|error| Error::Corrupt(format!("settings: {error}")))
}

/// The text of such a column.
pub(super) fn values_text(values: &Values) -> Result<String> {
    serde_json::to_string(values).map_err(|error| Error::Engine(Box::new(error)))
}

/// A number of rows as a parameter.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that is no known variant.
pub(super) fn unknown(what: &str, number: i64) -> Error {
    Error::Corrupt(format!("{number} is no {what}"))
}

/// As the protocol numbers them.
pub(super) fn request_status_number(status: RequestStatus) -> i64 {
    match status {
        RequestStatus::Pending => 0,
        RequestStatus::Accepted => 1,
        RequestStatus::Declined => 3,
        RequestStatus::Ignored => 4,
        RequestStatus::Expired => 5,
        RequestStatus::Canceled => 6,
    }
}

pub(super) fn request_status(number: i64) -> Result<RequestStatus> {
    match number {
        0 => Ok(RequestStatus::Pending),
        1 => Ok(RequestStatus::Accepted),
        3 => Ok(RequestStatus::Declined),
        4 => Ok(RequestStatus::Ignored),
        5 => Ok(RequestStatus::Expired),
        6 => Ok(RequestStatus::Canceled),
        other => Err(unknown("request status", other)),
    }
}
