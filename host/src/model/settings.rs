//! Settings: named values that the operator lets clients keep, for a user, for a user's conversations and in profiles.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Timestamp, message::Target};

/// Values by name.
pub type Values = BTreeMap<String, SettingValue>;

/// A value that was checked against what the operator allows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingValue {
    Int(i32),
    Long(i64),
    Double(f64),
    Bool(bool),
    Text(String),
    List(Vec<SettingValue>),
}

/// What a user has set.
#[derive(Clone, PartialEq, Debug)]
pub struct Settings {
    /// For which conversation; `None`: for the user.
    pub conversation: Option<Target>,
    pub values: Values,
    pub last_updated_date: Timestamp,
}

/// Which settings of a user.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingsScope {
    /// The user's own.
    Own,
    /// Those of these conversations, or of all.
    Conversations(Option<Vec<Target>>),
}

/// Which names to delete.
#[derive(Clone, PartialEq, Debug)]
pub enum SettingNames {
    Only(Vec<String>),
    AllBut(Vec<String>),
}

impl SettingNames {
    /// Whether the name is among them.
    #[must_use]
    pub fn contains(&self, name: &String) -> bool {
        match self {
            Self::Only(names) => names.contains(name),
            Self::AllBut(names) => !names.contains(name),
        }
    }
}

/// What came of setting values.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SettingsChange {
    Done,
    /// It was so already.
    Nothing,
    /// As many conversations have settings as may have some.
    TooMany,
}

/// Values to set; others stay.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SettingsPatch {
    pub values: Values,
    /// Names whose value stays when there is one.
    pub fixed: Vec<String>,
}

impl SettingsPatch {
    /// Sets the values; false when nothing changed.
    pub fn apply(&self, values: &mut Values) -> bool {
        let mut changed = false;
        for (name, value) in &self.values {
            let old = values.get(name);
            if old == Some(value) || (old.is_some() && self.fixed.contains(name)) {
                continue;
            }
            values.insert(name.clone(), value.clone());
            changed = true;
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_value_is_set_once() {
        let patch = |number| SettingsPatch {
            values: [("a", number), ("b", number)].map(|(name, it)| (name.into(), SettingValue::Int(it))).into(),
            fixed: vec!["b".into()],
        };
        let mut values = Values::new();
        assert!(patch(1).apply(&mut values));
        assert!(!patch(1).apply(&mut values));
        assert!(patch(2).apply(&mut values));
        assert_eq!(values, [("a".into(), SettingValue::Int(2)), ("b".into(), SettingValue::Int(1))].into());
    }
}
