//! Settings of users and of their conversations: a record each.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    EmbeddedStore,
    messages::{key, target},
    rows::{column, count, date, json, read_values, values_text},
};
use crate::{
    model::{
        Timestamp, UserId,
        message::Target,
        outbox::Change,
        settings::{SettingNames, Settings, SettingsChange, SettingsPatch, SettingsScope, Values},
    },
    store::{Error, Result, SettingStore},
};

/// The owner's own settings: no conversation has this key, as nobody writes with the administrator.
const OWN: i64 = 0;

#[async_trait]
impl SettingStore for EmbeddedStore {
    async fn list_settings(
        &self,
        owner: UserId,
        scope: &SettingsScope,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<Settings>> {
        let scope = scope.clone();
        self.readers.run(move |connection| list(connection, owner, &scope, since, limit)).await
    }

    async fn list_set_conversations(&self, owner: UserId) -> Result<Vec<Target>> {
        self.readers.run(move |connection| list_set(connection, owner)).await
    }

    async fn upsert_settings(
        &self,
        owner: UserId,
        conversation: Option<Target>,
        patch: SettingsPatch,
        max: usize,
        now: Timestamp,
    ) -> Result<SettingsChange> {
        self.writer
            .run(move |write| {
                let key = record_key(conversation)?;
                let change = upsert(write.connection, (owner, key), &patch, max, now)?;
                if change == SettingsChange::Done {
                    write.outbox.changed(Change::SettingsChanged { user: owner, conversation });
                }
                Ok(change)
            })
            .await
    }

    async fn delete_settings(
        &self,
        owner: UserId,
        records: Vec<Option<Target>>,
        names: SettingNames,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer
            .run(move |write| {
                let mut changed = false;
                for conversation in records {
                    let Ok(key) = record_key(conversation) else { continue };
                    if delete(write.connection, (owner, key), &names, now)? {
                        write.outbox.changed(Change::SettingsChanged { user: owner, conversation });
                        changed = true;
                    }
                }
                Ok(changed)
            })
            .await
    }
}

fn list(
    connection: &Connection,
    owner: UserId,
    scope: &SettingsScope,
    since: Option<Timestamp>,
    limit: usize,
) -> Result<Vec<Settings>> {
    let mut statement = connection.prepare_cached(
        "SELECT conversation, settings, last_updated_date FROM settings
         WHERE owner = ?1
           AND iif(?2 IS NULL, conversation <> 0, conversation IN (SELECT value FROM json_each(?2)))
           AND last_updated_date >= ?3
         ORDER BY last_updated_date DESC, conversation LIMIT ?4",
    )?;
    let since = since.map_or(i64::MIN, |date| date.0);
    let mut rows = statement.query(params![owner.0, keys(scope), since, count(limit)])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let conversation: i64 = column(row, 0)?;
        found.push(Settings {
            conversation: (conversation != OWN).then(|| target(conversation)),
            values: read_values(row, 1)?,
            last_updated_date: date(row, 2)?,
        });
    }
    Ok(found)
}

/// The keys of the scope as a JSON list; `None`: all conversations. What cannot be a target matches nothing.
fn keys(scope: &SettingsScope) -> Option<String> {
    match scope {
        SettingsScope::Own => Some(json([OWN])),
        SettingsScope::Conversations(None) => None,
        SettingsScope::Conversations(Some(targets)) => {
            Some(json(targets.iter().filter_map(|target| key(*target)).filter(|key| *key != OWN)))
        }
    }
}

fn list_set(connection: &Connection, owner: UserId) -> Result<Vec<Target>> {
    let mut statement = connection.prepare_cached(
        "SELECT conversation FROM settings WHERE owner = ?1 AND conversation <> 0 AND settings <> '{}'",
    )?;
    Ok(statement.query_map([owner.0], |row| row.get(0).map(target))?.collect::<Result<_, _>>()?)
}

/// What names the record of a conversation, or of the owner.
fn record_key(conversation: Option<Target>) -> Result<i64> {
    let Some(conversation) = conversation else { return Ok(OWN) };
    key(conversation)
        .filter(|key| *key != OWN)
        .ok_or_else(|| Error::Engine("a conversation's id must be positive".into()))
}

fn upsert(
    connection: &Connection,
    (owner, key): (UserId, i64),
    patch: &SettingsPatch,
    max: usize,
    now: Timestamp,
) -> Result<SettingsChange> {
    let stored = find(connection, owner, key)?;
    let is_new = stored.is_none();
    let mut values = stored.unwrap_or_default();
    if !patch.apply(&mut values) {
        return Ok(SettingsChange::Nothing);
    }
    if is_new && key != OWN && !make_room(connection, owner, max)? {
        return Ok(SettingsChange::TooMany);
    }
    write_record(connection, owner, key, &values, now)?;
    Ok(SettingsChange::Done)
}

/// Whether one more conversation may have a record, which may cost an empty one.
fn make_room(connection: &Connection, owner: UserId, max: usize) -> Result<bool> {
    let present: i64 = connection
        .prepare_cached("SELECT count(*) FROM settings WHERE owner = ?1 AND conversation <> 0")?
        .query_row([owner.0], |row| row.get(0))?;
    if present < count(max) {
        return Ok(true);
    }
    let emptied = connection
        .prepare_cached(
            "DELETE FROM settings WHERE owner = ?1 AND conversation =
                 (SELECT conversation FROM settings WHERE owner = ?1 AND conversation <> 0 AND settings = '{}'
                  ORDER BY last_updated_date LIMIT 1)",
        )?
        .execute([owner.0])?;
    Ok(emptied > 0)
}

fn find(connection: &Connection, owner: UserId, key: i64) -> Result<Option<Values>> {
    connection
        .prepare_cached("SELECT settings FROM settings WHERE owner = ?1 AND conversation = ?2")?
        .query_row([owner.0, key], |row| Ok(read_values(row, 0)))
        .optional()?
        .transpose()
}

fn delete(connection: &Connection, (owner, key): (UserId, i64), names: &SettingNames, now: Timestamp) -> Result<bool> {
    let Some(mut values) = find(connection, owner, key)? else { return Ok(false) };
    let before = values.len();
    values.retain(|name, _| !names.contains(name));
    let changed = values.len() < before;
    if changed {
        write_record(connection, owner, key, &values, now)?;
    }
    Ok(changed)
}

fn write_record(connection: &Connection, owner: UserId, key: i64, values: &Values, now: Timestamp) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO settings VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET
                 settings = excluded.settings,
                 last_updated_date = max(excluded.last_updated_date, last_updated_date + 1)",
        )?
        .execute(params![owner.0, key, values_text(values)?, now.0])?;
    Ok(())
}
