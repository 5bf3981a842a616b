//! Taking out of a call what nobody but the plugin may see: passwords, tokens and signed addresses that are as good as
//! those, and what HTTP requests prove who they are with.

use serde_json::{Map, Value, json};

const MASKED: &str = "***";
/// Fields of the contract, whatever record they are in.
const FIELDS: [&str; 3] = ["password", "token", "access-token"];
/// Headers of HTTP, in lower case.
const HEADERS: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];
/// Kinds of requests of the client protocol that carry passwords, or are answered with some.
const KINDS: [&str; 6] = [
    "create_session_request",
    "update_user_request",
    "create_meeting_request",
    "query_meetings_request",
    "update_meeting_request",
    "update_meeting_invitation_request",
];
/// Kinds of requests that are answered with addresses by which a file is moved.
const MOVES: [&str; 2] = ["query_resource_upload_info_request", "query_resource_download_info_request"];
/// The field of an answer with such addresses and what goes with them, in pairs of a name and a text.
const ACCESS: &str = "access";
/// The name of the one text there that lets nobody in.
const SHOWN: &str = "id";

/// Masks a call. An answer that is given to what was masked is masked as well, so that both can be compared.
pub(in crate::dispatch) fn mask(arguments: &mut Map<String, Value>, answer: Option<&mut Value>) {
    let mut is_secret = false;
    for argument in arguments.values_mut() {
        mask_value(argument);
        let Some(name) = argument["name"].as_str() else { continue };
        is_secret |= MOVES.contains(&name);
        if KINDS.contains(&name)
            && let Some(payload) = argument.get_mut("payload")
        {
            *payload = json!({ "text": MASKED });
            is_secret = true;
        }
    }
    let Some(answer) = answer else { return };
    mask_value(answer);
    mask_access(answer);
    if is_secret && let Some(data) = answer.get_mut("answer") {
        *data = json!({ "text": MASKED });
    }
}

/// Which texts there are is shown, so that answers can be compared.
fn mask_access(answer: &mut Value) {
    for pair in answer.get_mut(ACCESS).and_then(Value::as_array_mut).into_iter().flatten() {
        if let Some([name, text]) = pair.as_array_mut().map(Vec::as_mut_slice)
            && name != SHOWN
        {
            *text = MASKED.into();
        }
    }
}

fn mask_value(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                if FIELDS.contains(&name.as_str()) && field.is_string() {
                    *field = MASKED.into();
                } else {
                    mask_value(field);
                }
            }
        }
        Value::Array(items) => match &mut items[..] {
            [Value::String(name), content] if HEADERS.contains(&&*name.to_ascii_lowercase()) => {
                *content = json!({ "text": MASKED });
            }
            items => items.iter_mut().for_each(mask_value),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    fn masked(arguments: Value, mut answer: Value) -> (Value, Value) {
        let Value::Object(mut arguments) = arguments else { panic!("arguments have names") };
        mask(&mut arguments, Some(&mut answer));
        (arguments.into(), answer)
    }

    #[test]
    fn passwords_are_masked_wherever_they_stand() {
        let arguments = json!({"ctx": {"actor": 1}, "credentials": {"user-id": 1, "password": "123"}});
        let (arguments, _) = masked(arguments, json!("accept"));
        assert_eq!(arguments["credentials"], json!({"user-id": 1, "password": "***"}));
        let (none, _) = masked(json!({"credentials": {"password": null}}), json!("accept"));
        assert_eq!(none["credentials"]["password"], Value::Null);
    }

    #[test]
    fn what_lets_users_into_meetings_is_masked() {
        let (arguments, answer) = masked(
            json!({"request": {"answer": {"meeting": 7, "response": "accept", "password": "123"}}}),
            json!({"access": {"token": "secret", "notify": [2]}}),
        );
        assert_eq!(arguments["request"]["answer"]["password"], "***");
        assert_eq!(answer, json!({"access": {"token": "***", "notify": [2]}}));
        let meetings = json!({"meetings": [{"id": 7, "name": "chess", "password": "123", "access-token": "secret"}]});
        let (_, answer) = masked(json!({"request": {"list": {"ids": [7]}}}), meetings);
        let shown = json!({"id": 7, "name": "chess", "password": "***", "access-token": "***"});
        assert_eq!(answer["meetings"], json!([shown]));
    }

    #[test]
    fn what_moves_a_file_is_masked() {
        let access = json!({"access": [["url", "http://s/?signature"], ["id", "7"], ["policy", "signed"]]});
        let (_, answer) = masked(json!({"request": {"upload": {"kind": "attachment"}}}), access);
        assert_eq!(answer, json!({"access": [["url", "***"], ["id", "7"], ["policy", "***"]]}));
        for name in MOVES {
            let request = json!({"request": {"name": name, "payload": {"hex": "00ff"}}});
            let (arguments, answer) = masked(request.clone(), json!({"answer": {"hex": "00"}}));
            assert_eq!((arguments, answer), (request, json!({"answer": {"text": "***"}})), "the question is none");
        }
    }

    #[test]
    fn headers_that_prove_something_are_masked_on_both_ways() {
        let pair = |name: &str| json!([[name, {"text": "secret"}], ["x-other", {"text": "shown"}]]);
        let (arguments, answer) =
            masked(json!({"request": {"headers": pair("Authorization")}}), json!({"headers": pair("set-cookie")}));
        assert_eq!(arguments["request"]["headers"][0], json!(["Authorization", {"text": "***"}]));
        assert_eq!(answer["headers"][0], json!(["set-cookie", {"text": "***"}]));
        assert_eq!(arguments["request"]["headers"][1], json!(["x-other", {"text": "shown"}]));
    }

    #[test]
    fn requests_with_passwords_are_masked_whole() {
        let request = |name: &str| json!({"request": {"name": name, "payload": {"hex": "00ff"}}});
        let (arguments, answer) = masked(request("update_meeting_request"), json!({"answer": {"hex": "00"}}));
        assert_eq!(arguments["request"]["payload"], json!({"text": "***"}));
        assert_eq!(answer, json!({"answer": {"text": "***"}}));
        let (arguments, answer) = masked(request("create_message_request"), json!({"answer": {"hex": "00"}}));
        assert_eq!((&arguments, answer), (&request("create_message_request"), json!({"answer": {"hex": "00"}})));
    }

    /// A request that gets a password later must not be forgotten here.
    #[test]
    fn no_request_with_a_password_is_missing() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/client");
        let mut found = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            for message in text.split("\nmessage ").skip(1).filter(|message| message.contains(" password = ")) {
                let name = message.split_whitespace().next().unwrap();
                let snake = name.chars().fold(String::new(), |mut snake, letter| {
                    if letter.is_ascii_uppercase() && !snake.is_empty() {
                        snake.push('_');
                    }
                    snake.push(letter.to_ascii_lowercase());
                    snake
                });
                assert!(!snake.ends_with("_request") || KINDS.contains(&&*snake), "{snake}");
                found += 1;
            }
        }
        assert!(found >= 4, "the files are read");
    }
}
