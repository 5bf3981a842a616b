//! Where an object lies in the folder of its bucket. Whatever a key is, its path stays within, and no two keys share
//! one, also where the file system does not tell upper case from lower.

use std::path::{Path, PathBuf};

use crate::objects::{Key, encoding::hex};

/// Bytes of a part of a path, `%` at its end included. Most file systems take 255.
const PART: usize = 240;
/// What the name of a folder ends with, and that of no file: the rest of the key follows in it.
const FOLDER: char = '%';
const HEX: &[u8; 16] = b"0123456789abcdef";

/// The path of an object, relative to its bucket. Files that begin with a dot are not objects, so no key makes one.
pub(super) fn of(key: &Key) -> PathBuf {
    encode(key.as_str())
}

fn encode(key: &str) -> PathBuf {
    let (mut path, mut part) = (PathBuf::new(), String::with_capacity(PART));
    for byte in key.bytes() {
        let is_kept = |part: &str| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => true,
            b'.' => !part.is_empty(),
            _ => false,
        };
        let length = if is_kept(&part) { 1 } else { 3 };
        if part.len() + length >= PART {
            part.push(FOLDER);
            path.push(&part);
            part.clear();
        }
        if is_kept(&part) {
            part.push(char::from(byte));
        } else {
            let digit = |nibble: u8| char::from(HEX[usize::from(nibble)]);
            part.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    path.push(part);
    path
}

/// The key of the object at a path relative to its bucket; `None` when no key has that path.
pub(super) fn key(path: &Path) -> Option<Key> {
    let text = beginning(path.parent()?)? + &decode(path.file_name()?.to_str()?)?;
    let key = Key::parse(&String::from_utf8(text.into_bytes()).ok()?).ok()?;
    (of(&key) == path).then_some(key)
}

/// What the keys in a folder begin with, as bytes. `None` when it is no folder of ours.
pub(super) fn beginning(folder: &Path) -> Option<Bytes> {
    folder
        .iter()
        .try_fold(Bytes::default(), |beginning, part| Some(beginning + &decode(part.to_str()?.strip_suffix(FOLDER)?)?))
}

/// Bytes of a key; a folder may end within a letter.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Bytes(Vec<u8>);

impl Bytes {
    pub(super) fn as_slice(&self) -> &[u8] {
        &self.0
    }

    fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl std::ops::Add<&Self> for Bytes {
    type Output = Self;

    fn add(mut self, more: &Self) -> Self {
        self.0.extend_from_slice(&more.0);
        self
    }
}

fn decode(part: &str) -> Option<Bytes> {
    let mut decoded = Vec::with_capacity(part.len());
    let mut bytes = part.bytes();
    while let Some(byte) = bytes.next() {
        decoded.push(if byte == b'%' { hex(bytes.next()?)? << 4 | hex(bytes.next()?)? } else { byte });
    }
    Some(Bytes(decoded))
}

#[cfg(test)]
mod tests {
    use std::path::Component;

    use proptest::prelude::*;

    use super::*;

    fn path(key: &str) -> String {
        of(&Key::parse(key).unwrap()).to_str().unwrap().to_owned()
    }

    #[test]
    fn paths_are_harmless_and_nearly_readable() {
        assert_eq!(path("user-1/photo_2.png"), "user-1%2fphoto_2.png");
        assert_eq!(path("A"), "%41");
        assert_eq!(path(".hidden"), "%2ehidden");
        assert_eq!(path("..."), "%2e..");
        assert_eq!(path("é"), "%c3%a9");
        let long = path(&"a".repeat(1000));
        assert_eq!(long.split('/').map(str::len).collect::<Vec<_>>(), [240, 240, 240, 240, 44]);
        assert!(long.split('/').rev().skip(1).all(|folder| folder.ends_with('%')));
    }

    #[test]
    fn a_path_that_no_key_has_is_none() {
        for foreign in ["A", "%4", "%zz", ".incoming", "a/b", "%61", "a%/", "%2e", "", "a%/b", "%2f%2e%2e"] {
            assert_eq!(key(Path::new(foreign)), None, "{foreign}");
        }
    }

    proptest! {
        #[test]
        fn every_key_has_a_path_of_its_own_within_the_bucket(text in "(\\PC|[./A%]){1,400}") {
            let Ok(key_in) = Key::parse(&text) else { return Ok(()) };
            let path = of(&key_in);
            prop_assert_eq!(key(&path), Some(key_in), "it is decoded, so no other key has it");
            for part in path.components() {
                let Component::Normal(part) = part else { return Err(TestCaseError::fail("it leads elsewhere")) };
                let part = part.to_str().unwrap();
                prop_assert!(part.len() <= 255 && !part.starts_with('.'));
                prop_assert!(!part.bytes().any(|byte| byte.is_ascii_uppercase()));
            }
            let folders = path.parent().unwrap();
            prop_assert!(folders.iter().all(|folder| folder.to_str().unwrap().ends_with('%')));
            prop_assert!(!path.to_str().unwrap().ends_with('%'));
            prop_assert!(text.as_bytes().starts_with(beginning(folders).unwrap().as_slice()));
        }

        #[test]
        fn whatever_lies_there_is_decoded_or_passed_by(text in any::<String>()) {
            let _ = key(Path::new(&text));
        }
    }
}
