//! The timers of plugins.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::EmbeddedStore;
use crate::{
    model::{Timestamp, job::TimerMark},
    store::{Result, TimerStore},
};

#[async_trait]
impl TimerStore for EmbeddedStore {
    async fn find_timer(&self, plugin: &str, name: &str) -> Result<Option<TimerMark>> {
        let (plugin, name) = (plugin.to_owned(), name.to_owned());
        self.readers.run(move |connection| find(connection, &plugin, &name)).await
    }

    async fn advance_timer(
        &self,
        plugin: &str,
        name: &str,
        expected: Option<TimerMark>,
        mark: TimerMark,
    ) -> Result<bool> {
        let (plugin, name) = (plugin.to_owned(), name.to_owned());
        self.writer
            .run(move |write| {
                if find(write.connection, &plugin, &name)? != expected {
                    return Ok(false);
                }
                write
                    .connection
                    .prepare_cached("INSERT OR REPLACE INTO timers VALUES (?1, ?2, ?3, ?4)")?
                    .execute(params![plugin, name, mark.cron, mark.fired.0])?;
                Ok(true)
            })
            .await
    }

    async fn delete_timers(&self, plugin: &str) -> Result<()> {
        let plugin = plugin.to_owned();
        self.writer
            .run(move |write| {
                write.connection.prepare_cached("DELETE FROM timers WHERE plugin = ?1")?.execute([plugin])?;
                Ok(())
            })
            .await
    }
}

fn find(connection: &Connection, plugin: &str, name: &str) -> Result<Option<TimerMark>> {
    let mut statement = connection.prepare_cached("SELECT cron, fired FROM timers WHERE plugin = ?1 AND name = ?2")?;
    let found =
        statement.query_row([plugin, name], |row| Ok(TimerMark { cron: row.get(0)?, fired: Timestamp(row.get(1)?) }));
    Ok(found.optional()?)
}
