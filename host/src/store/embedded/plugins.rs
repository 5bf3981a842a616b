//! The operator's settings of plugins.

use async_trait::async_trait;
use rusqlite::{Row, params};

use super::{EmbeddedStore, rows::column};
use crate::{
    model::{Timestamp, plugin::PluginSettings},
    store::{Error, PluginStore, Result},
};

#[async_trait]
impl PluginStore for EmbeddedStore {
    async fn list_plugins(&self) -> Result<Vec<PluginSettings>> {
        self.readers
            .run(|connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT name, enabled, config, grants, updated, mode, beside FROM plugins ORDER BY name",
                )?;
                let mut rows = statement.query([])?;
                let mut plugins = Vec::new();
                while let Some(row) = rows.next()? {
                    plugins.push(read(row)?);
                }
                Ok(plugins)
            })
            .await
    }

    async fn find_plugin(&self, name: &str) -> Result<Option<PluginSettings>> {
        let name = name.to_owned();
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT name, enabled, config, grants, updated, mode, beside FROM plugins WHERE name = ?1",
                )?;
                let mut rows = statement.query([name])?;
                rows.next()?.map(read).transpose()
            })
            .await
    }

    async fn upsert_plugin(&self, settings: PluginSettings) -> Result<()> {
        let config = settings.config.to_string();
        let grants = serde_json::to_string(&settings.grants).map_err(|error| Error::Engine(error.into()))?;
        let mode = serde_json::to_string(&settings.mode).map_err(|error| Error::Engine(error.into()))?;
        let beside = settings.beside.as_ref().map(serde_json::to_string).transpose();
        let beside = beside.map_err(|error| Error::Engine(error.into()))?;
        self.writer
            .run(move |write| {
                write
                    .connection
                    .prepare_cached("INSERT OR REPLACE INTO plugins VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
                    .execute(params![
                        settings.name,
                        settings.enabled,
                        config,
                        grants,
                        settings.updated.0,
                        mode,
                        beside,
                    ])?;
                Ok(())
            })
            .await
    }

    async fn delete_plugin(&self, name: &str) -> Result<bool> {
        let name = name.to_owned();
        self.writer
            .run(move |write| {
                Ok(write.connection.prepare_cached("DELETE FROM plugins WHERE name = ?1")?.execute([name])? > 0)
            })
            .await
    }
}

fn read(row: &Row<'_>) -> Result<PluginSettings> {
    let name: String = column(row, 0)?;
    let corrupt = |error: serde_json::Error| Error::Corrupt(format!("the settings of plugin {name}: {error}"));
    Ok(PluginSettings {
        config: serde_json::from_str(&column::<String>(row, 2)?).map_err(corrupt)?,
        grants: serde_json::from_str(&column::<String>(row, 3)?).map_err(corrupt)?,
        enabled: column(row, 1)?,
        updated: Timestamp(column(row, 4)?),
        mode: serde_json::from_str(&column::<String>(row, 5)?).map_err(corrupt)?,
        beside: column::<Option<String>>(row, 6)?
            .map(|beside| serde_json::from_str(&beside))
            .transpose()
            .map_err(corrupt)?,
        name,
    })
}
