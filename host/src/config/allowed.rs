//! Settings and attributes that clients may keep: what they are called and which values they take.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A setting that clients may keep.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowedSetting {
    /// What clients call it.
    pub name: String,
    /// `int`, `long`, `double`, `bool`, `string`, `language` or `array`.
    #[serde(rename = "type")]
    pub kind: SettingType,
    /// The least number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// The greatest number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The shortest text, or the fewest elements.
    #[serde(default)]
    pub min_length: usize,
    /// The longest text, or the most elements; when it is left out, 100 for a text and 10 for elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_length: Option<usize>,
    /// The values that it takes, or its elements take, written as text; none: all.
    #[serde(default)]
    pub values: Vec<String>,
    /// What the whole text, or each text in a list, must match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<Pattern>,
    /// Whether a value stays once it is set.
    #[serde(default)]
    pub immutable: bool,
    /// Whether clients may delete it.
    #[serde(default = "yes")]
    pub deletable: bool,
}

/// What kind of value a setting takes. Numbers and truth values may come as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SettingType {
    /// A whole number of 32 bits.
    Int,
    /// A whole number of 64 bits.
    Long,
    Double,
    Bool,
    String,
    /// A language tag, such as `en` or `pt-BR`.
    Language,
    /// A list of single values.
    Array,
}

/// A regular expression that a whole text must match.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    whole: regex::Regex,
}

const fn yes() -> bool {
    true
}

impl AllowedSetting {
    /// A setting without limits of its own.
    #[must_use]
    pub fn new(name: &str, kind: SettingType) -> Self {
        Self {
            name: name.into(),
            kind,
            min: None,
            max: None,
            min_length: 0,
            max_length: None,
            values: Vec::new(),
            pattern: None,
            immutable: false,
            deletable: true,
        }
    }

    /// Why these settings, which are those of `table`, cannot be used.
    pub fn validate(allowed: &[Self], table: &str) -> Result<(), String> {
        let mut names = HashSet::new();
        for setting in allowed {
            let refused = |reason: &str| Err(format!("{table}: `{}` {reason}", setting.name));
            if setting.name.is_empty() || !names.insert(&setting.name) {
                return refused("is no name, or is there twice");
            }
            let is_number = matches!(setting.kind, SettingType::Int | SettingType::Long | SettingType::Double);
            if !is_number && (setting.min.is_some() || setting.max.is_some()) {
                return refused("takes no numbers, so min and max mean nothing");
            }
            let is_long = matches!(setting.kind, SettingType::String | SettingType::Array);
            if !is_long && (setting.min_length > 0 || setting.max_length.is_some() || setting.pattern.is_some()) {
                return refused("is no string and no array, so a length or a pattern means nothing");
            }
            let is_empty = |min: Option<f64>, max: Option<f64>| min.zip(max).is_some_and(|(min, max)| min > max);
            if is_empty(setting.min, setting.max) || setting.min_length > setting.longest() {
                return refused("takes no value, as its least is above its greatest");
            }
        }
        Ok(())
    }

    /// The longest text, or the most elements.
    #[must_use]
    pub fn longest(&self) -> usize {
        self.max_length.unwrap_or(if self.kind == SettingType::Array { 10 } else { 100 })
    }
}

impl Pattern {
    /// The pattern, unless it is no regular expression.
    pub fn new(source: &str) -> Result<Self, String> {
        let whole = regex::Regex::new(&format!("^(?:{source})$")).map_err(|error| error.to_string())?;
        Ok(Self { source: source.into(), whole })
    }

    /// Whether the whole text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        self.whole.is_match(text)
    }
}

impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.source.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl JsonSchema for Pattern {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Pattern".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Users;

    fn check(allowed: AllowedSetting) -> Result<(), String> {
        AllowedSetting::validate(&[allowed], "users.settings")
    }

    #[test]
    fn tables_are_read_with_their_defaults() {
        let text = "[[settings]]\nname = \"theme\"\ntype = \"string\"\nvalues = [\"dark\", \"light\"]\n
                    [[settings]]\nname = \"size\"\ntype = \"int\"\nmin = 8\nmax = 72.5\ndeletable = false";
        let users: Users = toml::from_str(text).unwrap();
        let theme = AllowedSetting {
            values: vec!["dark".into(), "light".into()],
            ..AllowedSetting::new("theme", SettingType::String)
        };
        assert_eq!(users.settings[0], theme);
        assert_eq!(
            (users.settings[1].min, users.settings[1].max, users.settings[1].deletable),
            (Some(8.0), Some(72.5), false)
        );
        assert_eq!(users.validate(), Ok(()));
        let again: Users = toml::from_str(&toml::to_string(&users).unwrap()).unwrap();
        assert_eq!(again, users);
        for wrong in
            ["name = \"x\"", "name = \"x\"\ntype = \"word\"", "name = \"x\"\ntype = \"string\"\npattern = \"(\""]
        {
            assert!(toml::from_str::<AllowedSetting>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_means_nothing_is_refused() {
        let string = AllowedSetting::new("x", SettingType::String);
        assert_eq!(check(string.clone()), Ok(()));
        assert!(check(AllowedSetting { min: Some(1.0), ..string.clone() }).is_err());
        assert!(check(AllowedSetting { min_length: 101, ..string.clone() }).is_err());
        assert!(check(AllowedSetting { name: String::new(), ..string.clone() }).is_err());
        assert!(AllowedSetting::validate(&[string.clone(), string], "users.settings").is_err());
        let int = AllowedSetting::new("x", SettingType::Int);
        assert!(check(AllowedSetting { max_length: Some(3), ..int.clone() }).is_err());
        assert!(check(AllowedSetting { min: Some(2.0), max: Some(1.0), ..int }).is_err());
    }

    #[test]
    fn a_pattern_matches_the_whole_text() {
        let pattern = Pattern::new("a|bc").unwrap();
        assert!(pattern.matches("a") && pattern.matches("bc"));
        assert!(!pattern.matches("ac") && !pattern.matches("xbc"));
    }
}
