//! The API token: configured, or made at the first start and kept in a file that only the server's user can read.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::Secret;

const BYTES: usize = 32;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("the admin token {} cannot be used: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("the admin token {} is empty; delete the file to get a new one", path.display())]
    Empty { path: PathBuf },
}

/// The token's hash; the token itself is not kept.
#[derive(Clone)]
pub struct Token([u8; 32]);

impl Token {
    /// The token that is configured, else the one in the file, which is made when missing.
    pub fn load(configured: Option<&Secret>, file: &Path) -> Result<Self, TokenError> {
        if let Some(secret) = configured {
            return Ok(Self::new(secret.reveal()));
        }
        let failed = |source| TokenError::File { path: file.to_owned(), source };
        let text = match fs::read_to_string(file) {
            Ok(text) => text.trim().to_owned(),
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => make(file).map_err(failed)?,
            Err(source) => return Err(failed(source)),
        };
        if text.is_empty() {
            return Err(TokenError::Empty { path: file.to_owned() });
        }
        Ok(Self::new(&text))
    }

    fn new(token: &str) -> Self {
        Self(Sha256::digest(token).into())
    }

    /// Takes the same time whatever is wrong with `given`; the hashes have one length, so that not even the token's
    /// shows.
    pub(super) fn is(&self, given: &str) -> bool {
        self.0.ct_eq(&Self::new(given).0).into()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(***)")
    }
}

fn make(file: &Path) -> io::Result<String> {
    let token: String = rand::random::<[u8; BYTES]>().iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut out = options.open(file)?;
    writeln!(out, "{token}")?;
    out.sync_all()?;
    Ok(token)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_made_once_and_only_its_owner_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("admin.token");
        let first = Token::load(None, &file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(text.trim().len(), 2 * BYTES);
        assert!(first.is(text.trim()));
        assert!(!first.is("x") && !first.is(""));
        assert!(Token::load(None, &file).unwrap().is(text.trim()));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn a_configured_token_needs_no_file() {
        let file = Path::new("nowhere/admin.token");
        assert!(Token::load(Some(&Secret::new("a-configured-token")), file).unwrap().is("a-configured-token"));
        assert!(matches!(Token::load(None, file), Err(TokenError::File { .. })));
    }

    #[test]
    fn an_empty_file_lets_nobody_in() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("admin.token");
        fs::write(&file, "\n").unwrap();
        assert!(matches!(Token::load(None, &file), Err(TokenError::Empty { .. })));
    }
}
