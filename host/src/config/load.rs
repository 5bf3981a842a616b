//! From layers to one [`Config`]: what a later layer says replaces what an earlier one said.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml::{
    Spanned, Table, Value,
    de::{DeTable, DeValue},
};

use super::{
    Config, Error,
    keys::{self, Key},
};

/// Variables that begin so are settings: `TALARIA_GATEWAY__WS` is `gateway.ws`.
pub const VARIABLE_PREFIX: &str = "TALARIA_";

/// Variables with our prefix that are no settings, but for the program, the scripts of `deploy/` and the tests.
const NO_SETTINGS: &[&str] = &["TALARIA_CONFIG", "TALARIA_IMAGE", "TALARIA_MINIO"];

/// A value given on the command line.
#[derive(Clone, Debug)]
pub struct Flag {
    /// As the user typed it, such as `--ws`.
    pub name: &'static str,
    /// The key that it sets.
    pub key: &'static str,
    pub value: String,
}

/// Where settings come from, the weakest first.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    pub file: Option<PathBuf>,
    /// Those of the process, as names and values; what has not our prefix is passed over.
    pub variables: Vec<(String, String)>,
    pub flags: Vec<Flag>,
}

impl Config {
    /// Puts the layers on `base` and checks the result.
    pub fn load(base: &Self, layers: &Layers) -> Result<Self, Error> {
        let keys = keys::of::<Self>();
        let mut table = Table::try_from(base).map_err(|cause| Error::Invalid(cause.to_string()))?;
        if let Some(path) = &layers.file {
            table = read_file(path, &keys, &table)?;
        }
        for (variable, text) in &layers.variables {
            if let Some(key) = variable_key(variable, &keys)? {
                table = set(&table, variable, &key, text)?;
            }
        }
        for flag in &layers.flags {
            let key = keys.find(flag.key).expect("a flag names a key that exists");
            table = set(&table, flag.name, key, &flag.value)?;
        }
        let mut config = Self::deserialize(table).map_err(|cause| Error::Invalid(cause.message().to_owned()))?;
        config.dev = base.dev;
        config.validate()?;
        Ok(config)
    }
}

/// Both tables; what is in both has its value from `upper`.
fn merge(lower: &Table, upper: Table) -> Table {
    let mut merged = lower.clone();
    for (key, value) in upper {
        let value = match (merged.get(&key), value) {
            (Some(Value::Table(lower)), Value::Table(upper)) => Value::Table(merge(lower, upper)),
            (_, value) => value,
        };
        merged.insert(key, value);
    }
    merged
}

/// The file on top of `below`.
fn read_file(path: &Path, keys: &Key, below: &Table) -> Result<Table, Error> {
    let text = fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let place = |at: usize| format!("{}:{}", path.display(), line(&text, at));
    let syntax = |cause: &toml::de::Error| Error::Syntax {
        place: place(cause.span().unwrap_or_default().start),
        message: one_line(cause.message()),
    };
    let document = DeTable::parse(&text).map_err(|cause| syntax(&cause))?;
    if let Some((key, at)) = unknown(document.get_ref(), keys, "") {
        let nearest = keys.nearest(&key).map(|key| key.path.clone());
        return Err(Error::UnknownKey { place: place(at), key, nearest });
    }
    let table = merge(below, toml::from_str(&text).map_err(|cause| syntax(&cause))?);
    if Config::deserialize(table.clone()).is_err()
        // The file by itself fails as well, and its error knows the place.
        && let Err(cause) = toml::from_str::<Config>(&text)
    {
        let at = cause.span().unwrap_or_default().start;
        let Some(key) = key_at(document.get_ref(), at, "") else { return Err(syntax(&cause)) };
        return Err(Error::Value { origin: place(at), key, message: reason(&cause) });
    }
    Ok(table)
}

/// The first key in the document that does not exist, with where it stands.
fn unknown(table: &DeTable<'_>, keys: &Key, prefix: &str) -> Option<(String, usize)> {
    let mut entries: Vec<_> = table.iter().collect();
    entries.sort_by_key(|(name, _)| name.span().start);
    entries.into_iter().find_map(|(name, value)| {
        let path = join(prefix, name.get_ref());
        match (keys.find(&path), value.get_ref()) {
            (Some(key), DeValue::Table(below)) if key.is_table() => unknown(below, keys, &path),
            (Some(_), _) => None,
            // The whole of a misspelled table is unknown; its first key tells best what was meant.
            (None, DeValue::Table(below)) if !below.is_empty() => unknown(below, keys, &path),
            (None, _) => Some((path, name.span().start)),
        }
    })
}

/// The key whose value stands at this place.
fn key_at(table: &DeTable<'_>, at: usize, prefix: &str) -> Option<String> {
    let within = |value: &Spanned<DeValue<'_>>| value.span().contains(&at);
    table.iter().find_map(|(name, value)| {
        let path = join(prefix, name.get_ref());
        match value.get_ref() {
            // A table is spread over the file, so its own place says nothing of what is in it.
            DeValue::Table(below) => key_at(below, at, &path).or_else(|| within(value).then_some(path)),
            _ => within(value).then_some(path),
        }
    })
}

/// The key that a variable sets; none when it is not ours.
fn variable_key(variable: &str, keys: &Key) -> Result<Option<Key>, Error> {
    let Some(name) = variable.strip_prefix(VARIABLE_PREFIX).filter(|_| !NO_SETTINGS.contains(&variable)) else {
        return Ok(None);
    };
    let path = name.to_lowercase().replace("__", ".");
    match keys.leaf(&path) {
        Some(key) => Ok(Some(key)),
        None => {
            let nearest = keys.nearest(&path).map(|key| variable_name(&key.path));
            Err(Error::UnknownVariable { variable: variable.to_owned(), nearest })
        }
    }
}

/// The variable that sets a key.
pub(super) fn variable_name(path: &str) -> String {
    format!("{VARIABLE_PREFIX}{}", path.to_uppercase().replace('.', "__"))
}

/// One value from outside of the file on top of `below`.
fn set(below: &Table, origin: &str, key: &Key, text: &str) -> Result<Table, Error> {
    let refused = |message: String| Error::Value { origin: origin.to_owned(), key: key.path.clone(), message };
    let value = parse(key, text).map_err(refused)?;
    let upper = key.path.rsplit('.').fold(value, |value, name| Value::Table(Table::from_iter([(name.into(), value)])));
    let Value::Table(upper) = upper else { unreachable!("a path has at least one part") };
    let table = merge(below, upper);
    match Config::deserialize(table.clone()) {
        Ok(_) => Ok(table),
        Err(cause) => Err(refused(reason(&cause))),
    }
}

/// Text becomes what the key takes: text itself, a list separated by commas (or as in TOML), else a TOML value.
fn parse(key: &Key, text: &str) -> Result<Value, String> {
    if key.takes("string") {
        return Ok(Value::String(text.to_owned()));
    }
    if key.takes("array") && !text.trim_start().starts_with('[') {
        let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
        let item = |text: &str| if key.takes_items("string") { Ok(Value::String(text.into())) } else { value(text) };
        return items.map(item).collect::<Result<_, _>>().map(Value::Array);
    }
    value(text)
}

fn value(text: &str) -> Result<Value, String> {
    text.trim().parse().map_err(|_| format!("does not take `{text}`"))
}

fn reason(cause: &toml::de::Error) -> String {
    format!("has a wrong value: {}", one_line(cause.message()))
}

fn one_line(message: &str) -> String {
    message.split('\n').map(str::trim).collect::<Vec<_>>().join(", ")
}

fn line(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") }
}
