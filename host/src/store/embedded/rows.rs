//! What several entities need to read and write rows.

use rusqlite::{Connection, Row, types::FromSql};

use crate::{
    model::{Timestamp, UserId},
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

/// A number that is no known variant.
pub(super) fn unknown(what: &str, number: i64) -> Error {
    Error::Corrupt(format!("{number} is no {what}"))
}

/// The lists of relationships changed. A version grows even when the clock stands still or steps back.
pub(super) fn bump_relationships(connection: &Connection, owner: UserId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE users SET relationships_version = max(?2, relationships_version + 1),
                 relationship_group_members_version = max(?2, relationship_group_members_version + 1) WHERE id = ?1",
        )?
        .execute([owner.0, now.0])?;
    Ok(())
}

/// The list of groups of relationships changed.
pub(super) fn bump_relationship_groups(connection: &Connection, owner: UserId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE users SET relationship_groups_version = max(?2, relationship_groups_version + 1) WHERE id = ?1",
        )?
        .execute([owner.0, now.0])?;
    Ok(())
}

/// Relationships went from one group to another.
pub(super) fn bump_relationship_group_members(connection: &Connection, owner: UserId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "UPDATE users SET relationship_group_members_version = max(?2, relationship_group_members_version + 1)
             WHERE id = ?1",
        )?
        .execute([owner.0, now.0])?;
    Ok(())
}

/// The list of groups that the user is in changed.
pub(super) fn bump_joined_groups(connection: &Connection, user: UserId, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached("UPDATE users SET joined_groups_version = max(?2, joined_groups_version + 1) WHERE id = ?1")?
        .execute([user.0, now.0])?;
    Ok(())
}
