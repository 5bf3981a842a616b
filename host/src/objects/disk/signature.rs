//! What shows that an address or a form was made by this server: a keyed hash over all that it is good for.

use std::{
    fmt, fs,
    io::{self, Write as _},
    path::Path,
};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use tempfile::NamedTempFile;

use super::upload::hex;
use crate::objects::{BucketName, Key, encoding};

const BYTES: usize = 32;
/// What is signed begins so, for the day on which it is signed otherwise.
const SCHEME: &str = "talaria-objects-1";

/// What a signed address is good for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deed {
    Get,
    Put,
}

/// All that an address says.
#[derive(Clone, Copy, Debug)]
pub struct Signed<'call> {
    pub deed: Deed,
    pub bucket: &'call BucketName,
    pub key: &'call Key,
    /// Seconds since the Unix epoch.
    pub expires: i64,
    pub file_name: Option<&'call str>,
}

/// The server's own key.
#[derive(Clone)]
pub(super) struct SigningKey([u8; BYTES]);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(***)")
    }
}

impl SigningKey {
    /// The one in the file, which is made when missing.
    pub(super) fn load(file: &Path) -> io::Result<Self> {
        match fs::read_to_string(file) {
            Ok(text) => Self::parse(text.trim())
                .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "it is damaged; delete it to get a new one")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::make(file),
            Err(error) => Err(error),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let bytes = decode(text)?;
        Some(Self(bytes.try_into().ok()?))
    }

    fn make(file: &Path) -> io::Result<Self> {
        let key = Self(rand::random());
        // In place when it is whole; only the owner reads what `tempfile` makes.
        let mut out = NamedTempFile::new_in(file.parent().unwrap_or(Path::new(".")))?;
        writeln!(out, "{}", hex(&key.0))?;
        out.as_file().sync_all()?;
        out.persist_noclobber(file).map_err(|failed| failed.error)?;
        Ok(key)
    }

    pub(super) fn sign(&self, signed: &Signed<'_>) -> String {
        hex(&self.mac(signed).finalize().into_bytes())
    }

    /// Takes the same time whatever is wrong.
    pub(super) fn is_signed(&self, signed: &Signed<'_>, signature: &str) -> bool {
        decode(signature).is_some_and(|signature| self.mac(signed).verify_slice(&signature).is_ok())
    }

    pub(super) fn sign_policy(&self, policy: &str) -> String {
        hex(&self.policy_mac(policy).finalize().into_bytes())
    }

    pub(super) fn is_policy_signed(&self, policy: &str, signature: &str) -> bool {
        decode(signature).is_some_and(|signature| self.policy_mac(policy).verify_slice(&signature).is_ok())
    }

    fn mac(&self, signed: &Signed<'_>) -> Hmac<Sha256> {
        let Signed { deed, bucket, key, expires, file_name } = signed;
        let deed = match deed {
            Deed::Get => "GET",
            Deed::Put => "PUT",
        };
        // None of the parts has a line end, so no two are alike when put together.
        let text = format!("{SCHEME}\n{deed}\n{bucket}\n{key}\n{expires}\n{}", file_name.unwrap_or_default());
        self.begin().chain_update(text)
    }

    fn policy_mac(&self, policy: &str) -> Hmac<Sha256> {
        self.begin().chain_update(format!("{SCHEME}\nPOST\n{policy}"))
    }

    fn begin(&self) -> Hmac<Sha256> {
        Hmac::new_from_slice(&self.0).expect("a key may have any length")
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    let digits = text.as_bytes();
    if digits.len() != 2 * BYTES {
        return None;
    }
    digits.chunks(2).map(|pair| Some(encoding::hex(pair[0])? << 4 | encoding::hex(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("objects.key");
        let first = SigningKey::load(&file).unwrap();
        assert_eq!(first.0, SigningKey::load(&file).unwrap().0);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
        fs::write(&file, "abc").unwrap();
        assert!(SigningKey::load(&file).is_err_and(|error| error.to_string().contains("delete it")));
    }

    #[test]
    fn a_signature_is_good_for_what_was_signed_only() {
        let key = SigningKey([7; BYTES]);
        let (bucket, object) = (BucketName::parse("bucket").unwrap(), Key::parse("a/b").unwrap());
        let (other_bucket, other) = (BucketName::parse("other").unwrap(), Key::parse("a/c").unwrap());
        let signed = Signed { deed: Deed::Get, bucket: &bucket, key: &object, expires: 9, file_name: Some("n") };
        let signature = key.sign(&signed);
        assert!(key.is_signed(&signed, &signature));
        let others = [
            Signed { deed: Deed::Put, ..signed },
            Signed { bucket: &other_bucket, ..signed },
            Signed { key: &other, ..signed },
            Signed { expires: 10, ..signed },
            Signed { file_name: None, ..signed },
        ];
        assert!(others.iter().all(|other| !key.is_signed(other, &signature)));
        for wrong in ["", "00", &signature[2..], &signature.replace('a', "g"), "é"] {
            assert!(!key.is_signed(&signed, wrong), "{wrong}");
        }
        assert!(!SigningKey([8; BYTES]).is_signed(&signed, &signature));
        assert!(
            key.is_policy_signed("abc", &key.sign_policy("abc"))
                && !key.is_policy_signed("abd", &key.sign_policy("abc"))
        );
    }
}
