//! Invitations into groups and requests to join them.

use async_trait::async_trait;
use rusqlite::{Connection, Row, ToSql, params};

use super::{
    EmbeddedStore,
    engine::Write,
    members,
    rows::{column, count, date, optional_date, request_status, request_status_number, unknown},
    versions::{bump_group, bump_user},
};
use crate::{
    model::{
        EnrolmentId, GroupId, Timestamp, UserId,
        approval::RequestStatus,
        enrolment::{Enrolment, EnrolmentKind as Kind, EnrolmentLimits as Limits, EnrolmentScope, Settled, Settlement},
        group::{Admission, GroupVersion, Member, Role},
        outbox::Change,
        user::UserVersion,
    },
    store::{EnrolmentStore, Result},
};

const COLUMNS: &str = "id, kind, group_id, sender, candidate, content, status, reason, responder, creation_date,
    expiration_date, settlement_date";

#[async_trait]
impl EnrolmentStore for EmbeddedStore {
    async fn find_enrolment(&self, kind: Kind, id: EnrolmentId) -> Result<Option<Enrolment>> {
        self.readers.run(move |connection| find(connection, kind, id)).await
    }

    async fn list_enrolments(&self, kind: Kind, scope: EnrolmentScope, limit: usize) -> Result<Vec<Enrolment>> {
        self.readers.run(move |connection| list(connection, kind, scope, limit)).await
    }

    async fn insert_enrolment(&self, enrolment: Enrolment, limits: Limits) -> Result<bool> {
        self.writer.run(move |write| insert_within(write, &enrolment, limits)).await
    }

    async fn settle_enrolment(
        &self,
        kind: Kind,
        id: EnrolmentId,
        settlement: Settlement,
        now: Timestamp,
    ) -> Result<Settled> {
        self.writer.run(move |write| settle(write, kind, id, &settlement, now)).await
    }

    async fn purge_enrolments(&self, kind: Kind, before: Timestamp, limit: usize, now: Timestamp) -> Result<usize> {
        self.writer
            .run(move |write| {
                delete(
                    write.connection,
                    "SELECT id FROM enrolments WHERE status <> 0 AND kind = ?1 AND settlement_date < ?2
                     UNION ALL SELECT id FROM enrolments WHERE status = 0 AND kind = ?1 AND expiration_date < ?2
                     LIMIT ?3",
                    params![number(kind), before.0, count(limit)],
                    now,
                )
            })
            .await
    }
}

fn find(connection: &Connection, kind: Kind, id: EnrolmentId) -> Result<Option<Enrolment>> {
    let sql = format!("SELECT {COLUMNS} FROM enrolments WHERE id = ?1 AND kind = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id.0, number(kind)])?;
    rows.next()?.map(read).transpose()
}

fn list(connection: &Connection, kind: Kind, scope: EnrolmentScope, limit: usize) -> Result<Vec<Enrolment>> {
    let (side, id) = match scope {
        EnrolmentScope::OfGroup(group) => ("group_id", group.0),
        EnrolmentScope::SentBy(user) => ("sender", user.0),
        EnrolmentScope::ReceivedBy(user) => ("candidate", user.0),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM enrolments WHERE {side} = ?1 AND kind = ?2
         ORDER BY creation_date DESC, id DESC LIMIT ?3"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id, number(kind), count(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<Enrolment> {
    let kind = match column(row, 1)? {
        0 => Kind::Invitation,
        1 => Kind::JoinRequest,
        other => return Err(unknown("kind of enrolment", other)),
    };
    Ok(Enrolment {
        id: EnrolmentId(column(row, 0)?),
        kind,
        group: GroupId(column(row, 2)?),
        sender: UserId(column(row, 3)?),
        candidate: UserId(column(row, 4)?),
        content: column(row, 5)?,
        status: request_status(column(row, 6)?)?,
        reason: column(row, 7)?,
        responder: column::<Option<i64>>(row, 8)?.map(UserId),
        creation_date: date(row, 9)?,
        expiration_date: optional_date(row, 10)?,
        settlement_date: optional_date(row, 11)?,
    })
}

fn insert_within(write: &mut Write<'_>, enrolment: &Enrolment, limits: Limits) -> Result<bool> {
    let connection = write.connection;
    let (sender, kind, now) = (enrolment.sender.0, number(enrolment.kind), enrolment.creation_date);
    let pending: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM enrolments
             WHERE sender = ?1 AND kind = ?2 AND status = 0 AND (expiration_date IS NULL OR expiration_date > ?3)",
        )?
        .query_row([sender, kind, now.0], |row| row.get(0))?;
    if pending >= count(limits.max_pending) {
        return Ok(false);
    }
    insert(connection, enrolment)?;
    let (id, group, user) = (enrolment.id, enrolment.group, enrolment.candidate);
    write.outbox.changed(match enrolment.kind {
        Kind::Invitation => Change::MemberInvited { invitation: id, group, user },
        Kind::JoinRequest => Change::MemberApplied { request: id, group, user },
    });
    delete(
        connection,
        "SELECT id FROM enrolments
         WHERE sender = ?1 AND kind = ?2
           AND NOT (status = 0 AND (expiration_date IS NULL OR expiration_date > ?3))
         ORDER BY creation_date DESC, id DESC LIMIT -1 OFFSET ?4",
        params![sender, kind, now.0, count(limits.max_settled)],
        now,
    )?;
    bump(connection, (enrolment.kind, enrolment.group, enrolment.sender, enrolment.candidate), now)?;
    Ok(true)
}

fn insert(connection: &Connection, enrolment: &Enrolment) -> Result<()> {
    let sql = format!("INSERT INTO enrolments ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    connection.prepare_cached(&sql)?.execute(params![
        enrolment.id.0,
        number(enrolment.kind),
        enrolment.group.0,
        enrolment.sender.0,
        enrolment.candidate.0,
        enrolment.content,
        request_status_number(enrolment.status),
        enrolment.reason,
        enrolment.responder.map(|user| user.0),
        enrolment.creation_date.0,
        enrolment.expiration_date.map(|date| date.0),
        enrolment.settlement_date.map(|date| date.0),
    ])?;
    Ok(())
}

fn settle(
    write: &mut Write<'_>,
    kind: Kind,
    id: EnrolmentId,
    settlement: &Settlement,
    now: Timestamp,
) -> Result<Settled> {
    let found = find(write.connection, kind, id)?.filter(|found| found.status == RequestStatus::Pending);
    let Some(found) = found else { return Ok(Settled::NotPending) };
    let joins = settlement.status == RequestStatus::Accepted
        && members::find(write.connection, found.group, found.candidate)?.is_none();
    if joins {
        let member = Member {
            group: found.group,
            user: found.candidate,
            name: None,
            role: Role::Member,
            join_date: now,
            mute_end_date: None,
        };
        match members::insert_within(write, found.group, &[member], settlement.limits, now)? {
            Admission::Done => {}
            Admission::Refused => return Ok(Settled::Full),
            Admission::TooManyJoined(_) => return Ok(Settled::TooManyJoined),
        }
    }
    write
        .connection
        .prepare_cached(
            "UPDATE enrolments SET status = ?2, reason = ?3, responder = ?4, settlement_date = ?5 WHERE id = ?1",
        )?
        .execute(params![
            id.0,
            request_status_number(settlement.status),
            settlement.reason,
            settlement.responder.0,
            now.0
        ])?;
    bump(write.connection, (kind, found.group, found.sender, found.candidate), now)?;
    // What was taken back is not answered.
    if settlement.status != RequestStatus::Canceled {
        write.outbox.changed(Change::MemberAnswered { enrolment: id, group: found.group, user: found.candidate });
    }
    Ok(Settled::Done { joined: joins })
}

/// Deletes the enrolments that a query finds, and answers how many.
fn delete(connection: &Connection, query: &str, parameters: &[&dyn ToSql], now: Timestamp) -> Result<usize> {
    let sql = format!("DELETE FROM enrolments WHERE id IN ({query}) RETURNING kind, group_id, sender, candidate");
    let mut statement = connection.prepare_cached(&sql)?;
    let concerned = statement.query_map(parameters, |row| {
        let kind = if row.get::<_, i64>(0)? == 0 { Kind::Invitation } else { Kind::JoinRequest };
        Ok((kind, GroupId(row.get(1)?), UserId(row.get(2)?), UserId(row.get(3)?)))
    })?;
    let concerned = concerned.collect::<rusqlite::Result<Vec<_>>>()?;
    concerned.iter().try_for_each(|concerned| bump(connection, *concerned, now))?;
    Ok(concerned.len())
}

/// The lists of the group, the sender and the candidate changed.
fn bump(
    connection: &Connection,
    (kind, group, sender, candidate): (Kind, GroupId, UserId, UserId),
    now: Timestamp,
) -> Result<()> {
    match kind {
        Kind::Invitation => {
            bump_group(connection, group, GroupVersion::Invitations, now)?;
            bump_user(connection, sender, UserVersion::SentInvitations, now)?;
            bump_user(connection, candidate, UserVersion::ReceivedInvitations, now)
        }
        Kind::JoinRequest => {
            bump_group(connection, group, GroupVersion::JoinRequests, now)?;
            bump_user(connection, sender, UserVersion::JoinRequests, now)
        }
    }
}

fn number(kind: Kind) -> i64 {
    match kind {
        Kind::Invitation => 0,
        Kind::JoinRequest => 1,
    }
}
