//! Who vouches for a component. The signature is a custom section at its very end, over every byte before it, so that
//! one file stays one file and any change shows.

use ring::{
    rand::{SecureRandom as _, SystemRandom},
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};

use super::manifest::hex;

/// The section's name.
pub(super) const SECTION: &str = "talaria-signature";
/// What is signed begins so, so that a signature of this server stands for nothing else.
const PURPOSE: &[u8] = b"talaria plugin 1\0";
const FORMAT: u8 = 1;
const KEY: usize = 32;
const SIGNATURE: usize = 64;
/// Format, public key, signature.
const CONTENT: usize = 1 + KEY + SIGNATURE;
/// The section's number, its length, and that of its name; each is one byte, as it is small.
const HEAD: [u8; 3] = [0, (1 + SECTION.len() + CONTENT) as u8, SECTION.len() as u8];
const WHOLE: usize = HEAD.len() + SECTION.len() + CONTENT;

/// Why a signature stands for nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SignatureError {
    #[error("its signature is not at its end, so that it does not stand for all of it")]
    NotLast,
    #[error("it has more than one signature")]
    Several,
    #[error("its signature is damaged, or of a format that this server does not know")]
    Damaged,
    #[error("its signature is not of this content: the component was altered after it was signed")]
    Altered,
}

/// Signs components. What it was made from is not shown.
#[derive(Debug)]
pub struct SigningKey {
    seed: [u8; KEY],
    pair: Ed25519KeyPair,
}

/// A text is no key.
#[derive(Debug, thiserror::Error)]
#[error("a key is 64 hexadecimal digits")]
pub struct KeyError;

impl SigningKey {
    /// A new one.
    pub fn generate() -> Result<Self, KeyError> {
        let mut seed = [0; KEY];
        SystemRandom::new().fill(&mut seed).map_err(|_| KeyError)?;
        Self::from_seed(seed)
    }

    /// One from its text.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        Self::from_seed(from_hex(text.trim()).ok_or(KeyError)?)
    }

    fn from_seed(seed: [u8; KEY]) -> Result<Self, KeyError> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| KeyError)?;
        Ok(Self { seed, pair })
    }

    /// As text, to be kept where nobody else reads it.
    #[must_use]
    pub fn secret(&self) -> String {
        hex(&self.seed)
    }

    /// As text, for those who are to trust it.
    #[must_use]
    pub fn public(&self) -> String {
        hex(self.pair.public_key().as_ref())
    }

    /// The component with a signature of this key, in the place of one that it may have.
    #[must_use]
    pub fn sign(&self, component: &[u8]) -> Vec<u8> {
        let content = split(component).map_or(component, |(content, _)| content);
        let mut signed = content.to_vec();
        signed.extend_from_slice(&HEAD);
        signed.extend_from_slice(SECTION.as_bytes());
        signed.push(FORMAT);
        signed.extend_from_slice(self.pair.public_key().as_ref());
        signed.extend_from_slice(self.pair.sign(&[PURPOSE, content].concat()).as_ref());
        signed
    }
}

/// The key that signed the component, whose sections have this name `found` times at the root; `None` when it is not
/// signed.
pub(super) fn check(component: &[u8], found: usize) -> Result<Option<String>, SignatureError> {
    if found == 0 {
        return Ok(None);
    }
    let (content, signature) = split(component).ok_or(SignatureError::NotLast)?;
    if found > 1 {
        return Err(SignatureError::Several);
    }
    let [FORMAT, rest @ ..] = signature else { return Err(SignatureError::Damaged) };
    let (key, signature) = rest.split_at_checked(KEY).ok_or(SignatureError::Damaged)?;
    let signed = [PURPOSE, content].concat();
    UnparsedPublicKey::new(&ED25519, key).verify(&signed, signature).map_err(|_| SignatureError::Altered)?;
    Ok(Some(hex(key)))
}

/// What is signed, and the content of the signature's section.
fn split(component: &[u8]) -> Option<(&[u8], &[u8])> {
    let (content, section) = component.split_at_checked(component.len().checked_sub(WHOLE)?)?;
    let signature = section.strip_prefix(&HEAD)?.strip_prefix(SECTION.as_bytes())?;
    Some((content, signature))
}

fn from_hex(text: &str) -> Option<[u8; KEY]> {
    let mut bytes = [0; KEY];
    if text.len() != KEY * 2 || !text.is_ascii() {
        return None;
    }
    for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";

    #[test]
    fn a_signature_is_of_its_key_and_of_each_byte() {
        let key = SigningKey::generate().unwrap();
        let signed = key.sign(COMPONENT);
        assert_eq!(check(&signed, 1), Ok(Some(key.public())));
        assert_eq!(check(COMPONENT, 0), Ok(None));
        assert_eq!(SigningKey::parse(&key.secret()).unwrap().sign(COMPONENT), signed, "a key is its text");
        let head = COMPONENT.len() + HEAD.len() + SECTION.len();
        for at in 0..signed.len() {
            let mut altered = signed.clone();
            altered[at] ^= 1;
            let expected = match at {
                at if at < COMPONENT.len() || at > head => SignatureError::Altered,
                at if at == head => SignatureError::Damaged,
                _ => SignatureError::NotLast,
            };
            assert_eq!(check(&altered, 1), Err(expected), "byte {at}");
        }
    }

    #[test]
    fn a_signature_is_replaced_and_never_the_second() {
        let (one, two) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        assert_eq!(two.sign(&one.sign(COMPONENT)), two.sign(COMPONENT));
        let mut twice = one.sign(COMPONENT);
        twice.extend_from_slice(&two.sign(COMPONENT)[COMPONENT.len()..]);
        assert_eq!(check(&twice, 2), Err(SignatureError::Several));
        let mut more = one.sign(COMPONENT);
        more.push(0);
        assert_eq!(check(&more, 1), Err(SignatureError::NotLast));
    }

    #[test]
    fn only_a_key_is_a_key() {
        for text in ["", "ab", &"g".repeat(64), &"é".repeat(32), &"a".repeat(65)] {
            assert!(SigningKey::parse(text).is_err(), "{text}");
        }
    }
}
