//! Settings of users and of their conversations: a record each.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    EmbeddedStore,
    engine::Write,
    messages::{key, target},
    rows::{column, count, date, json, read_values, values_text},
};
use crate::{
    model::{
        Timestamp, UserId,
        message::Target,
        settings::{SettingNames, Settings, SettingsPatch, SettingsScope, Values},
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

    async fn upsert_settings(
        &self,
        owner: UserId,
        conversation: Option<Target>,
        patch: SettingsPatch,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer.run(move |write| upsert(write.connection, owner, conversation, &patch, now)).await
    }

    async fn delete_settings(
        &self,
        owner: UserId,
        scope: SettingsScope,
        names: SettingNames,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer.run(move |write| delete(write, owner, &scope, &names, now)).await
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

fn upsert(
    connection: &Connection,
    owner: UserId,
    conversation: Option<Target>,
    patch: &SettingsPatch,
    now: Timestamp,
) -> Result<bool> {
    let key = match conversation {
        None => OWN,
        Some(target) => key(target)
            .filter(|key| *key != OWN)
            .ok_or_else(|| Error::Engine("a conversation's id must be positive".into()))?,
    };
    let mut values = connection
        .prepare_cached("SELECT settings FROM settings WHERE owner = ?1 AND conversation = ?2")?
        .query_row([owner.0, key], |row| Ok(read_values(row, 0)))
        .optional()?
        .transpose()?
        .unwrap_or_default();
    let changed = patch.apply(&mut values);
    if changed {
        write_record(connection, owner, key, &values, now)?;
    }
    Ok(changed)
}

fn delete(
    write: &mut Write<'_>,
    owner: UserId,
    scope: &SettingsScope,
    names: &SettingNames,
    now: Timestamp,
) -> Result<bool> {
    let mut changed = false;
    for mut record in list(write.connection, owner, scope, None, usize::MAX)? {
        let before = record.values.len();
        record.values.retain(|name, _| !names.contains(name));
        if record.values.len() < before {
            changed = true;
            let key = record.conversation.map_or(Some(OWN), key).unwrap_or(OWN);
            write_record(write.connection, owner, key, &record.values, now)?;
        }
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
