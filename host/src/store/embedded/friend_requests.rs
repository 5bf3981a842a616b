//! Friend requests.

use async_trait::async_trait;
use rusqlite::{Connection, Row, ToSql, params};

use super::{
    EmbeddedStore,
    engine::Write,
    relationships,
    rows::{column, count, date, optional_date, request_status, request_status_number},
    versions::bump_user,
};
use crate::{
    model::{
        FriendRequestId, Timestamp, UserId,
        approval::RequestStatus,
        friend_request::{
            FriendRequest, FriendRequestInsertion as Insertion, FriendRequestLimits as Limits, FriendRequestScope,
        },
        outbox::Change,
        relationship::RelationshipPatch,
        user::UserVersion,
    },
    store::{FriendRequestStore, Result},
};

const COLUMNS: &str =
    "id, requester, recipient, content, status, reason, creation_date, expiration_date, settlement_date";

#[async_trait]
impl FriendRequestStore for EmbeddedStore {
    async fn find_friend_request(&self, id: FriendRequestId) -> Result<Option<FriendRequest>> {
        self.readers.run(move |connection| find(connection, id)).await
    }

    async fn list_friend_requests(&self, scope: FriendRequestScope, limit: usize) -> Result<Vec<FriendRequest>> {
        self.readers.run(move |connection| list(connection, scope, limit)).await
    }

    async fn insert_friend_request(&self, request: FriendRequest, limits: Limits) -> Result<Insertion> {
        self.writer.run(move |write| insert_within(write, &request, limits)).await
    }

    async fn settle_friend_request(
        &self,
        id: FriendRequestId,
        status: RequestStatus,
        reason: Option<String>,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer.run(move |write| settle(write, id, status, reason.as_deref(), now)).await
    }

    async fn purge_friend_requests(&self, before: Timestamp, limit: usize, now: Timestamp) -> Result<usize> {
        self.writer
            .run(move |write| {
                delete(
                    write.connection,
                    "SELECT id FROM friend_requests WHERE status <> 0 AND settlement_date < ?1
                     UNION ALL SELECT id FROM friend_requests WHERE status = 0 AND expiration_date < ?1 LIMIT ?2",
                    params![before.0, count(limit)],
                    now,
                )
            })
            .await
    }
}

fn find(connection: &Connection, id: FriendRequestId) -> Result<Option<FriendRequest>> {
    let sql = format!("SELECT {COLUMNS} FROM friend_requests WHERE id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([id.0])?;
    rows.next()?.map(read).transpose()
}

fn list(connection: &Connection, scope: FriendRequestScope, limit: usize) -> Result<Vec<FriendRequest>> {
    let (side, user) = match scope {
        FriendRequestScope::SentBy(user) => ("requester", user),
        FriendRequestScope::ReceivedBy(user) => ("recipient", user),
    };
    let sql = format!(
        "SELECT {COLUMNS} FROM friend_requests WHERE {side} = ?1 ORDER BY creation_date DESC, id DESC LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([user.0, count(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(row)?);
    }
    Ok(found)
}

fn read(row: &Row<'_>) -> Result<FriendRequest> {
    Ok(FriendRequest {
        id: FriendRequestId(column(row, 0)?),
        requester: UserId(column(row, 1)?),
        recipient: UserId(column(row, 2)?),
        content: column(row, 3)?,
        status: request_status(column(row, 4)?)?,
        reason: column(row, 5)?,
        creation_date: date(row, 6)?,
        expiration_date: optional_date(row, 7)?,
        settlement_date: optional_date(row, 8)?,
    })
}

fn insert_within(write: &mut Write<'_>, request: &FriendRequest, limits: Limits) -> Result<Insertion> {
    let (connection, now) = (write.connection, request.creation_date);
    if stands_in_the_way(connection, request, limits.allow_resend)? {
        return Ok(Insertion::Exists);
    }
    let pending: i64 = connection
        .prepare_cached(
            "SELECT count(*) FROM friend_requests
             WHERE requester = ?1 AND status = 0 AND (expiration_date IS NULL OR expiration_date > ?2)",
        )?
        .query_row([request.requester.0, now.0], |row| row.get(0))?;
    if pending >= count(limits.max_pending) {
        return Ok(Insertion::TooMany);
    }
    insert(connection, request)?;
    let (sender, recipient) = (request.requester, request.recipient);
    write.outbox.changed(Change::FriendRequestSent { request: request.id, sender, recipient });
    delete(
        connection,
        "SELECT id FROM friend_requests
         WHERE requester = ?1 AND NOT (status = 0 AND (expiration_date IS NULL OR expiration_date > ?2))
         ORDER BY creation_date DESC, id DESC LIMIT -1 OFFSET ?3",
        params![request.requester.0, now.0, count(limits.max_settled)],
        now,
    )?;
    bump(connection, request.requester, request.recipient, now)?;
    Ok(Insertion::Inserted)
}

/// Whether an earlier request of the sender to the same user forbids this one.
fn stands_in_the_way(connection: &Connection, request: &FriendRequest, allow_resend: bool) -> Result<bool> {
    let mut statement = connection.prepare_cached(
        "SELECT 1 FROM friend_requests WHERE requester = ?1 AND recipient = ?2
           AND ((status = 0 AND (NOT ?4 OR expiration_date IS NULL OR expiration_date > ?3))
             OR (status IN (3, 4) AND NOT ?4))",
    )?;
    Ok(statement.exists(params![request.requester.0, request.recipient.0, request.creation_date.0, allow_resend])?)
}

fn insert(connection: &Connection, request: &FriendRequest) -> Result<()> {
    let sql = format!("INSERT INTO friend_requests ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    connection.prepare_cached(&sql)?.execute(params![
        request.id.0,
        request.requester.0,
        request.recipient.0,
        request.content,
        request_status_number(request.status),
        request.reason,
        request.creation_date.0,
        request.expiration_date.map(|date| date.0),
        request.settlement_date.map(|date| date.0),
    ])?;
    Ok(())
}

fn settle(
    write: &mut Write<'_>,
    id: FriendRequestId,
    status: RequestStatus,
    reason: Option<&str>,
    now: Timestamp,
) -> Result<bool> {
    let connection = write.connection;
    let Some(request) = find(connection, id)?.filter(|request| request.status == RequestStatus::Pending) else {
        return Ok(false);
    };
    connection
        .prepare_cached("UPDATE friend_requests SET status = ?2, reason = ?3, settlement_date = ?4 WHERE id = ?1")?
        .execute(params![id.0, request_status_number(status), reason, now.0])?;
    bump(connection, request.requester, request.recipient, now)?;
    if status == RequestStatus::Accepted {
        befriend(write, &request, now)?;
    }
    let (sender, recipient) = (request.requester, request.recipient);
    // What was taken back is not answered.
    if status != RequestStatus::Canceled {
        write.outbox.changed(Change::FriendRequestAnswered { request: id, sender, recipient });
    }
    Ok(true)
}

/// Who asks and who accepts want no block that was there before; one that the requester made since is a change of mind.
fn befriend(write: &mut Write<'_>, request: &FriendRequest, now: Timestamp) -> Result<()> {
    let (requester, recipient) = (request.requester, request.recipient);
    let patch = |unblock: bool| RelationshipPatch { blocked: unblock.then_some(false), ..RelationshipPatch::default() };
    let held = relationships::find(write.connection, requester, recipient)?;
    let blocked_since = held.and_then(|held| held.block_date).is_some_and(|date| date > request.creation_date);
    relationships::upsert(write, (requester, recipient), patch(!blocked_since), now)?;
    relationships::upsert(write, (recipient, requester), patch(true), now)
}

/// Deletes the requests that a query finds, and answers how many.
fn delete(connection: &Connection, query: &str, parameters: &[&dyn ToSql], now: Timestamp) -> Result<usize> {
    let sql = format!("DELETE FROM friend_requests WHERE id IN ({query}) RETURNING requester, recipient");
    let mut statement = connection.prepare_cached(&sql)?;
    let pairs = statement.query_map(parameters, |row| Ok((UserId(row.get(0)?), UserId(row.get(1)?))))?;
    let pairs = pairs.collect::<rusqlite::Result<Vec<_>>>()?;
    pairs.iter().try_for_each(|(requester, recipient)| bump(connection, *requester, *recipient, now))?;
    Ok(pairs.len())
}

/// The lists of both changed.
fn bump(connection: &Connection, requester: UserId, recipient: UserId, now: Timestamp) -> Result<()> {
    bump_user(connection, requester, UserVersion::SentFriendRequests, now)?;
    bump_user(connection, recipient, UserVersion::ReceivedFriendRequests, now)
}
