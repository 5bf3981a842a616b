//! What a client is told whose request is not carried out: a status, and JSON with a word for programs and a sentence
//! for people. Nothing of what went wrong inside goes out.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::objects::Error;

#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Refusal {
    Method,
    /// The path, a header or a field makes no sense.
    Senseless(String),
    /// Without a signature nobody may.
    Unsigned,
    BadSignature,
    Expired,
    /// The policy of a form does not let it be; the text says why.
    Policy(String),
    NoBucket,
    NoObject,
    TooLarge(u64),
    TooSmall(u64),
    /// The object has so many bytes.
    Range(u64),
    /// The body broke off.
    BrokeOff,
    /// Too little came for too long.
    Stalled,
    /// As many transfers are under way as may be for the address of the client.
    TooMany,
    /// As many uploads of the object are under way as may be.
    UnderWay,
    /// As many as may be at all.
    Busy,
    Full,
    Failed,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(reason) => Self::Senseless(reason),
            Error::NoBucket => Self::NoBucket,
            Error::TooLarge => Self::TooLarge(0),
            Error::Full => Self::Full,
            Error::Unavailable { .. } => Self::Failed,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let (status, code, message) = match &self {
            Self::Method => (StatusCode::METHOD_NOT_ALLOWED, "method", "use GET, HEAD, PUT or POST".to_owned()),
            Self::Senseless(reason) => (StatusCode::BAD_REQUEST, "invalid", reason.clone()),
            Self::Unsigned => (StatusCode::FORBIDDEN, "unsigned", "the address has no signature".into()),
            Self::BadSignature => (StatusCode::FORBIDDEN, "signature", "the signature is not for this request".into()),
            Self::Expired => (StatusCode::FORBIDDEN, "expired", "the signature is good no more".into()),
            Self::Policy(reason) => (StatusCode::FORBIDDEN, "policy", reason.clone()),
            Self::NoBucket => (StatusCode::NOT_FOUND, "no_bucket", "there is no such bucket".into()),
            Self::NoObject => (StatusCode::NOT_FOUND, "no_object", "there is no such object".into()),
            Self::TooLarge(0) => (StatusCode::PAYLOAD_TOO_LARGE, "too_large", "it is too large".into()),
            Self::TooLarge(most) => {
                (StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("it may have {most} bytes at most"))
            }
            Self::TooSmall(least) => {
                (StatusCode::BAD_REQUEST, "too_small", format!("it must have {least} bytes at least"))
            }
            Self::Range(_) => (StatusCode::RANGE_NOT_SATISFIABLE, "range", "the object has no such bytes".into()),
            Self::BrokeOff => (StatusCode::BAD_REQUEST, "broke_off", "the body broke off, or is no form".into()),
            Self::Stalled => (StatusCode::REQUEST_TIMEOUT, "stalled", "too little came for too long".into()),
            Self::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "too_many",
                "too many transfers from your address; come again when one is over".into(),
            ),
            Self::UnderWay => (
                StatusCode::TOO_MANY_REQUESTS,
                "under_way",
                "it is being uploaded already; come again when that is over".into(),
            ),
            Self::Busy => (StatusCode::SERVICE_UNAVAILABLE, "busy", "too many transfers; come again soon".into()),
            Self::Full => (StatusCode::INSUFFICIENT_STORAGE, "full", "there is no more room".into()),
            Self::Failed => (StatusCode::SERVICE_UNAVAILABLE, "failed", "not available now; try again later".into()),
        };
        let mut response = (status, Json(json!({"code": code, "message": message}))).into_response();
        let headers = response.headers_mut();
        match self {
            Self::TooMany | Self::UnderWay | Self::Busy | Self::Failed => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
            }
            Self::Range(size) => {
                headers.insert(header::CONTENT_RANGE, HeaderValue::try_from(format!("bytes */{size}")).expect("ASCII"));
            }
            Self::Method => {
                headers.insert(header::ALLOW, HeaderValue::from_static("GET, HEAD, PUT, POST, OPTIONS"));
            }
            // The rest of the body is not read.
            Self::Stalled => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Self::Senseless(_)
            | Self::Unsigned
            | Self::BadSignature
            | Self::Expired
            | Self::Policy(_)
            | Self::NoBucket
            | Self::NoObject
            | Self::TooLarge(_)
            | Self::TooSmall(_)
            | Self::BrokeOff
            | Self::Full => {}
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_as_what_it_is() {
        let status = |error: Error| Refusal::from(error).into_response().status().as_u16();
        assert_eq!(status(Error::Full), 507);
        assert_eq!(status(Error::unavailable("away")), 503);
    }
}
