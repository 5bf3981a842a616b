//! Settings of TLS for clients.

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// TLS 1.2 and 1.3 on both listeners for clients: on when both files are set, and then nothing else is taken.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Tls {
    /// PEM file with the server's certificate and those between it and the authority, in this order. It is read at the
    /// start only.
    #[schemars(example = "/etc/talaria/certificate.pem")]
    pub certificate: Option<PathBuf>,
    /// PEM file with the private key of the certificate, which only the server's user should be able to read.
    #[schemars(example = "/etc/talaria/key.pem")]
    pub key: Option<PathBuf>,
}

impl Tls {
    /// The files of the certificate and the key, when TLS is on.
    #[must_use]
    pub fn files(&self) -> Option<(&Path, &Path)> {
        self.certificate.as_deref().zip(self.key.as_deref())
    }

    /// What is wrong with the settings, in the operator's words.
    pub fn validate(&self) -> Result<(), String> {
        match (&self.certificate, &self.key) {
            (Some(_), None) => Err("gateway.tls.certificate needs gateway.tls.key, the file of its private key".into()),
            (None, Some(_)) => Err("gateway.tls.key needs gateway.tls.certificate, the file of its certificate".into()),
            (Some(_), Some(_)) | (None, None) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::GatewayConfig;

    #[test]
    fn either_both_files_are_set_or_none() {
        let with = |toml: &str| toml::from_str::<GatewayConfig>(toml).unwrap();
        let both = with("tls = { certificate = 'c.pem', key = 'k.pem' }");
        assert_eq!(both.validate(), Ok(()));
        assert_eq!(both.tls.files(), Some((Path::new("c.pem"), Path::new("k.pem"))));
        for (toml, missing) in [
            ("tls.certificate = 'c.pem'", "needs gateway.tls.key"),
            ("tls.key = 'k.pem'", "needs gateway.tls.certificate"),
        ] {
            let config = with(toml);
            assert!(config.validate().unwrap_err().contains(missing), "{toml}");
            assert_eq!(config.tls.files(), None);
        }
        assert_eq!(GatewayConfig::default().tls.files(), None, "off by default");
    }
}
