//! Whether a token is good, and whose it is.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, KeyAlgorithm};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};

use crate::settings::Settings;

/// A shared secret that is shorter can be guessed from a token; RFC 7518 asks for the length of the hash.
const SHORTEST_SECRET: usize = 32;
const LONGEST_LEEWAY: u64 = 600;

pub(crate) struct Verifier {
    keys: Vec<Key>,
    user_claim: String,
    /// With everything but the algorithms, which are those of the key.
    validation: Validation,
}

struct Key {
    id: Option<String>,
    decoding: DecodingKey,
    /// What the key is for, whatever a token says: nothing else is accepted with it.
    algorithms: Vec<Algorithm>,
}

/// Why a token is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Refusal {
    /// It has expired: the client needs a new one.
    Expired,
    /// Anything else; what exactly is nobody's business who may have made it up.
    Invalid,
}

impl Verifier {
    pub(crate) fn new(settings: Settings) -> Result<Self, String> {
        if settings.keys.is_empty() {
            return Err("`keys` must have at least one key".into());
        }
        if settings.leeway_seconds > LONGEST_LEEWAY {
            return Err(format!("`leeway_seconds` must be at most {LONGEST_LEEWAY}"));
        }
        let keys = settings.keys.iter().enumerate();
        let keys = keys.map(|(index, key)| Key::new(key).map_err(|error| format!("`keys[{index}]`: {error}")));
        let mut validation = Validation {
            leeway: settings.leeway_seconds,
            validate_nbf: true,
            validate_aud: settings.audience.is_some(),
            ..Validation::default()
        };
        if let Some(audience) = &settings.audience {
            validation.set_audience(&[audience]);
        }
        if let Some(issuer) = &settings.issuer {
            validation.set_issuer(&[issuer]);
        }
        // A token without a claim that is asked for does not have the right one.
        let required =
            [Some("exp"), settings.audience.as_ref().map(|_| "aud"), settings.issuer.as_ref().map(|_| "iss")];
        validation.set_required_spec_claims(&required.into_iter().flatten().collect::<Vec<_>>());
        Ok(Self { keys: keys.collect::<Result<_, _>>()?, user_claim: settings.user_claim, validation })
    }

    /// Whether the text has the form of a token.
    pub(crate) fn is_token(text: &str) -> bool {
        decode_header(text).is_ok()
    }

    /// The user whose token it is.
    pub(crate) fn user(&self, token: &str) -> Result<i64, Refusal> {
        let header = decode_header(token).map_err(|_| Refusal::Invalid)?;
        let fits = |key: &&Key| {
            let is_named = key.id.is_none() || key.id == header.kid;
            is_named && key.algorithms.contains(&header.alg)
        };
        let mut refusal = Refusal::Invalid;
        for key in self.keys.iter().filter(fits) {
            let validation = Validation { algorithms: vec![header.alg], ..self.validation.clone() };
            match decode::<Map<String, Value>>(token, &key.decoding, &validation) {
                Ok(token) => return self.user_of(&token.claims).ok_or(Refusal::Invalid),
                // The signature was right, so this key's word counts.
                Err(error) if matches!(error.kind(), ErrorKind::ExpiredSignature) => refusal = Refusal::Expired,
                Err(_) => {}
            }
        }
        Err(refusal)
    }

    fn user_of(&self, claims: &Map<String, Value>) -> Option<i64> {
        match claims.get(&self.user_claim)? {
            Value::Number(number) => number.as_i64(),
            Value::String(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        }
    }
}

impl Key {
    fn new(key: &Jwk) -> Result<Self, String> {
        let decoding = DecodingKey::from_jwk(key).map_err(|error| error.to_string())?;
        let possible = possible(&key.algorithm)?;
        if let AlgorithmParameters::OctetKey(_) = key.algorithm {
            let secret = decoding.try_get_as_bytes().map_err(|error| error.to_string())?;
            if secret.len() < SHORTEST_SECRET {
                return Err(format!("the secret must have at least {SHORTEST_SECRET} bytes"));
            }
        }
        let algorithms = match key.common.key_algorithm {
            None => possible,
            Some(named) => {
                let named = algorithm(named).filter(|named| possible.contains(named));
                vec![named.ok_or("`alg` does not fit `kty`, or is not for signatures")?]
            }
        };
        Ok(Self { id: key.common.key_id.clone(), decoding, algorithms })
    }
}

/// The algorithms that a key can be used with.
fn possible(parameters: &AlgorithmParameters) -> Result<Vec<Algorithm>, String> {
    use Algorithm::{ES256, ES384, EdDSA, HS256, HS384, HS512, PS256, PS384, PS512, RS256, RS384, RS512};
    Ok(match parameters {
        AlgorithmParameters::OctetKey(_) => vec![HS256, HS384, HS512],
        AlgorithmParameters::RSA(_) => vec![RS256, RS384, RS512, PS256, PS384, PS512],
        AlgorithmParameters::EllipticCurve(curve) => match curve.curve {
            EllipticCurve::P256 => vec![ES256],
            EllipticCurve::P384 => vec![ES384],
            _ => return Err("of elliptic curves, P-256 and P-384 are supported".into()),
        },
        AlgorithmParameters::OctetKeyPair(_) => vec![EdDSA],
        _ => return Err("this type of key is not supported".into()),
    })
}

fn algorithm(named: KeyAlgorithm) -> Option<Algorithm> {
    Algorithm::try_from(named).ok()
}
