//! The configuration that the operator gave to the plugin.

/// Why a plugin does not start. Made from a text or any error: `return Err("no words".into())`, `config.parse()?`.
pub type StartError = Box<dyn std::error::Error>;

/// The operator's configuration: a JSON object, `{}` when there is none.
///
/// It has no `Debug`, because it may hold secrets.
#[derive(Clone)]
pub struct Config(String);

impl Config {
    /// A configuration from its JSON text, as the tests of a plugin need it.
    pub fn new(json: impl Into<String>) -> Self {
        Self(json.into())
    }

    /// The JSON text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads the configuration into a type.
    ///
    /// Put `#[serde(deny_unknown_fields)]` on the type, so that a misspelt key is an error and not without effect.
    ///
    /// # Errors
    ///
    /// When the text is not JSON or does not fit the type. The error names the field.
    #[cfg(feature = "json")]
    pub fn parse<T: serde::de::DeserializeOwned>(&self) -> Result<T, ConfigError> {
        let mut json = serde_json::Deserializer::from_str(&self.0);
        let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| ConfigError(error.to_string()))?;
        json.end().map_err(|error| ConfigError(error.to_string()))?;
        Ok(parsed)
    }
}

/// The configuration does not fit: the field and what is wrong with it.
#[cfg(feature = "json")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

#[cfg(feature = "json")]
impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "configuration: {}", self.0)
    }
}

#[cfg(feature = "json")]
impl std::error::Error for ConfigError {}

#[cfg(all(test, feature = "json"))]
mod tests {
    use serde::Deserialize;

    use super::Config;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Settings {
        #[serde(default)]
        words: Vec<String>,
    }

    #[test]
    fn names_the_wrong_field() {
        let error = Config::new(r#"{"words": ["a", 5]}"#).parse::<Settings>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "configuration: words[1]: invalid type: integer `5`, expected a string at line 1 column 17"
        );
    }

    #[test]
    fn refuses_an_unknown_field_and_trailing_text() {
        let unknown = Config::new(r#"{"wrods": []}"#).parse::<Settings>().unwrap_err();
        assert!(unknown.to_string().contains("unknown field `wrods`"));
        assert!(Config::new("{} {}").parse::<Settings>().is_err());
    }

    #[test]
    fn reads_an_empty_configuration() {
        assert!(Config::new("{}").parse::<Settings>().unwrap().words.is_empty());
    }
}
