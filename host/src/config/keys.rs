//! All keys there are, with their documentation and types, read from the JSON schema of [`super::Config`]; so no list
//! of them has to be kept by hand.

use schemars::{JsonSchema, generate::SchemaSettings};
use serde_json::Value;

/// A table, or a leaf that takes a value.
#[derive(Clone, Debug)]
pub(super) struct Key {
    /// Such as `gateway.ws`; empty for the root.
    pub(super) path: String,
    pub(super) doc: String,
    /// JSON types of the values it takes; empty for a table.
    types: Vec<String>,
    /// JSON types of the items, when it takes a list.
    items: Vec<String>,
    /// A value to show where the default is absence.
    pub(super) example: Option<Value>,
    /// What is in it, when it is a table.
    pub(super) children: Vec<Key>,
    /// The schema of each value, when the keys below it are anybody's choice, such as names of plugins.
    entries: Option<Value>,
}

/// The keys of a struct of settings.
pub(super) fn of<T: JsonSchema>() -> Key {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<T>();
    Key::read(String::new(), schema.as_value())
}

impl Key {
    fn read(path: String, schema: &Value) -> Self {
        let properties = schema.get("properties").and_then(Value::as_object);
        let child = |(name, schema): (&String, &Value)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            Self::read(path, schema)
        };
        Self {
            children: properties.into_iter().flatten().map(child).collect(),
            doc: schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
            types: if properties.is_some() { Vec::new() } else { types(schema) },
            items: schema.get("items").map(types).unwrap_or_default(),
            example: schema.pointer("/examples/0").cloned(),
            entries: schema.get("additionalProperties").filter(|entries| entries.is_object()).cloned(),
            path,
        }
    }

    pub(super) fn is_table(&self) -> bool {
        !self.children.is_empty()
    }

    pub(super) fn takes(&self, kind: &str) -> bool {
        self.types.iter().any(|known| known == kind)
    }

    pub(super) fn takes_items(&self, kind: &str) -> bool {
        self.items.iter().any(|known| known == kind)
    }

    /// The last part of the path.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The key below this one at a path relative to it.
    pub(super) fn find(&self, path: &str) -> Option<&Self> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let child = self.children.iter().find(|child| child.name() == first)?;
        match rest {
            None => Some(child),
            Some(rest) => child.find(rest),
        }
    }

    /// The key that takes a value at a path relative to this one, also where its name is anybody's choice.
    pub(super) fn leaf(&self, path: &str) -> Option<Self> {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let known = self.children.iter().find(|child| child.name() == first).cloned();
        let chosen = || Some(Self::read(format!("{}.{first}", self.path), self.entries.as_ref()?));
        let child = known.or_else(chosen)?;
        match rest {
            None => Some(child).filter(|child| !child.is_table()),
            Some(rest) => child.leaf(rest),
        }
    }

    /// All keys below that take a value.
    pub(super) fn leaves(&self) -> Vec<&Self> {
        self.children.iter().flat_map(|key| if key.is_table() { key.leaves() } else { vec![key] }).collect()
    }

    /// The leaf that somebody who wrote `path` may have meant: one of that name elsewhere, or one that is spelled
    /// nearly so.
    pub(super) fn nearest(&self, path: &str) -> Option<&Self> {
        let name = path.rsplit('.').next().unwrap_or(path);
        let distance = |key: &Self| strsim::damerau_levenshtein(&key.path, path);
        let (best, key) =
            self.leaves().into_iter().map(|key| (distance(key), key)).min_by_key(|(distance, _)| *distance)?;
        if best <= 2.max(path.len() / 4) {
            return Some(key);
        }
        self.leaves().into_iter().find(|key| key.name() == name)
    }
}

/// The JSON types that a schema lets through, also those of its alternatives.
fn types(schema: &Value) -> Vec<String> {
    let named = match schema.get("type") {
        Some(Value::String(name)) => vec![name.clone()],
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let alternatives = ["oneOf", "anyOf"].iter().filter_map(|word| schema.get(word)?.as_array()).flatten();
    named.into_iter().chain(alternatives.flat_map(types)).collect()
}
