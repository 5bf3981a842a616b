//! TLS from the operator's files.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustls::{ServerConfig, crypto::ring};
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{self, PemObject as _},
};
use tokio_rustls::TlsAcceptor;

use crate::config::Tls;

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("cannot read {}, which is {key}: {cause}; give a file that the server's user may read", file.display())]
    Unreadable { key: &'static str, file: PathBuf, cause: io::Error },
    #[error("{}, which is {key}, holds no {expected}; give a file in the PEM format", file.display())]
    Nothing { key: &'static str, file: PathBuf, expected: &'static str },
    #[error("{}, which is {key}, is damaged ({cause}); give a file in the PEM format", file.display())]
    Damaged { key: &'static str, file: PathBuf, cause: pem::Error },
    #[error(
        "cannot use the certificate {} with the key {}: {cause}; give a certificate and the key it was made for",
        certificate.display(),
        key.display()
    )]
    Unusable { certificate: PathBuf, key: PathBuf, cause: rustls::Error },
}

const CERTIFICATE: &str = "gateway.tls.certificate";
const KEY: &str = "gateway.tls.key";

/// What makes TLS of connections; `None` when it is off.
pub(super) fn acceptor(config: &Tls) -> Result<Option<TlsAcceptor>, Error> {
    config.files().map(|(certificate, key)| load(certificate, key)).transpose()
}

fn load(certificate: &Path, key: &Path) -> Result<TlsAcceptor, Error> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .and_then(|chain: Vec<_>| if chain.is_empty() { Err(pem::Error::NoItemsFound) } else { Ok(chain) })
        .map_err(|cause| unusable(CERTIFICATE, certificate, "certificate", cause))?;
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|cause| unusable(KEY, key, "private key without a password", cause))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|cause| Error::Unusable { certificate: certificate.into(), key: key.into(), cause })?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn unusable(key: &'static str, file: &Path, expected: &'static str, cause: pem::Error) -> Error {
    let file = file.into();
    match cause {
        pem::Error::Io(cause) => Error::Unreadable { key, file, cause },
        pem::Error::NoItemsFound => Error::Nothing { key, file, expected },
        cause => Error::Damaged { key, file, cause },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
    use tempfile::TempDir;

    use super::*;

    fn files(certificate: Option<&str>, key: Option<&str>) -> (TempDir, Tls) {
        let directory = tempfile::tempdir().unwrap();
        let [certificate, key] = [("certificate.pem", certificate), ("key.pem", key)].map(|(name, content)| {
            let file = directory.path().join(name);
            if let Some(content) = content {
                fs::write(&file, content).unwrap();
            }
            Some(file)
        });
        (directory, Tls { certificate, key })
    }

    fn made() -> (String, String) {
        let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        (cert.pem(), signing_key.serialize_pem())
    }

    fn refusal(certificate: Option<&str>, key: Option<&str>) -> String {
        let (_directory, config) = files(certificate, key);
        acceptor(&config).err().expect("the files are refused").to_string()
    }

    #[test]
    fn a_certificate_with_its_key_is_taken() {
        let (certificate, key) = made();
        let (_directory, config) = files(Some(&certificate), Some(&key));
        assert!(acceptor(&config).unwrap().is_some());
        assert!(acceptor(&Tls::default()).unwrap().is_none());
    }

    #[test]
    fn what_cannot_be_used_is_named() {
        let (certificate, key) = made();
        let other = KeyPair::generate().unwrap().serialize_pem();
        let damaged = certificate.replace("-----END CERTIFICATE-----", "");
        let cases = [
            (None, Some(&*key), &["cannot read", "/certificate.pem", "gateway.tls.certificate"][..]),
            (Some(&*certificate), None, &["cannot read", "/key.pem", "gateway.tls.key"]),
            (Some(""), Some(&key), &["/certificate.pem", "holds no certificate"]),
            (Some(&certificate), Some(&certificate), &["/key.pem", "holds no private key"]),
            (Some(&damaged), Some(&key), &["/certificate.pem", "damaged"]),
            (Some(&certificate), Some(&other), &["/certificate.pem", "/key.pem", "the key it was made for"]),
        ];
        for (certificate, key, expected) in cases {
            let refusal = refusal(certificate, key);
            assert!(expected.iter().all(|part| refusal.contains(part)), "{refusal} lacks one of {expected:?}");
        }
    }
}
