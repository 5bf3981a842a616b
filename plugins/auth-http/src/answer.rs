//! What the service answers, and what counts as an answer.

use serde::Deserialize;

/// As it comes. More than is known here is no error, so that a service may grow.
#[derive(Debug, Deserialize)]
struct Body {
    accept: Option<bool>,
    #[serde(default)]
    built_in: bool,
    code: Option<u32>,
    reason: Option<String>,
    only: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) decision: Decision,
    /// The only kinds of request that the session may send.
    pub(crate) only: Option<Vec<String>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Decision {
    Accept,
    Deny {
        code: Option<u32>,
        reason: Option<String>,
    },
    /// The server checks the password.
    BuiltIn,
}

/// # Errors
///
/// When it is no answer. The error says nothing of the body, which may hold secrets.
pub(crate) fn read(status: u16, body: &[u8]) -> Result<Answer, String> {
    if status != 200 {
        return Err(format!("it answers {status}"));
    }
    let body: Body = serde_json::from_slice(body).map_err(|error| format!("its answer is not understood: {error}"))?;
    if body.code.is_some_and(|code| !matches!(code, 1100..=9999 | 20_000..=29_999)) {
        return Err("its code is neither a failure of the protocol nor from 20000 to 29999".to_owned());
    }
    let decision = match (body.accept, body.built_in) {
        (Some(true), false) => Decision::Accept,
        (Some(false), false) => Decision::Deny { code: body.code, reason: body.reason },
        (None, true) => Decision::BuiltIn,
        _ => return Err("it says neither `accept` nor `built_in`, or both".to_owned()),
    };
    if body.only.is_some() && decision != Decision::Accept {
        return Err("`only` is for who is accepted".to_owned());
    }
    Ok(Answer { decision, only: body.only })
}

#[cfg(test)]
mod tests {
    use super::{Answer, Decision, read};

    #[test]
    fn a_clear_answer_is_understood() {
        let answer = |body: &str| read(200, body.as_bytes()).unwrap();
        assert_eq!(answer(r#"{"accept": true, "new": 1}"#), Answer { decision: Decision::Accept, only: None });
        let only = Some(vec!["query_messages_request".to_owned()]);
        let expected = Answer { decision: Decision::Accept, only };
        assert_eq!(answer(r#"{"accept": true, "only": ["query_messages_request"]}"#), expected);
        let denied = Decision::Deny { code: Some(20_001), reason: Some("Pay first".to_owned()) };
        assert_eq!(answer(r#"{"accept": false, "code": 20001, "reason": "Pay first"}"#).decision, denied);
        assert_eq!(answer(r#"{"built_in": true}"#).decision, Decision::BuiltIn);
    }

    #[test]
    fn anything_else_is_none() {
        for body in [
            "",
            "yes",
            "{}",
            "[]",
            r#"{"accept": "true"}"#,
            r#"{"accept": 1}"#,
            r#"{"accept": null}"#,
            r#"{"accept": true, "built_in": true}"#,
            r#"{"accept": false, "code": 1000}"#,
            r#"{"accept": false, "only": []}"#,
            r#"{"accept": true, "only": "all"}"#,
        ] {
            assert!(read(200, body.as_bytes()).is_err(), "{body}");
        }
        for status in [201, 204, 302, 401, 500] {
            assert!(read(status, br#"{"accept": true}"#).is_err(), "{status}");
        }
    }
}
