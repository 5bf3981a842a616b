//! The operator's way to the lists while the server runs.

use serde_json::json;
use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::kv;

use crate::lists::Lists;
use crate::settings::{Action, Settings, is_name};
use crate::stored;

/// | Request | |
/// | --- | --- |
/// | `GET /lists` | the names of the lists, how many words they have and what is done about them |
/// | `GET /lists/NAME` | the words, one a line |
/// | `PUT /lists/NAME` | puts these words, one a line, in the place of those that the list has |
/// | `DELETE /lists/NAME` | takes them out again; what the configuration has in the list is in force then |
pub(crate) fn answer(settings: &Settings, lists: &Lists, request: &Request) -> Response {
    let answered = match (request.method.as_str(), request.path().trim_end_matches('/')) {
        ("GET", "/lists") => Ok(overview(lists)),
        (method, path) => match path.strip_prefix("/lists/").filter(|name| is_name(name)) {
            None => return Response::text(404, "there is /lists and /lists/NAME, with a NAME of a-z, 0-9, - and _\n"),
            Some(name) => match method {
                "GET" => words(settings, name),
                "PUT" => put(settings, name, &request.body),
                "DELETE" => delete(name),
                _ => return Response::text(405, "GET, PUT or DELETE\n").header("allow", "GET, PUT, DELETE"),
            },
        },
    };
    answered.unwrap_or_else(|error| Response::text(503, format!("the store cannot answer: {error:?}\n")))
}

fn overview(lists: &Lists) -> Response {
    let lists = lists.all().iter().map(|list| {
        let action = match list.action {
            Action::Mask => "mask",
            Action::Hold => "hold",
            Action::Reject => "reject",
            Action::Drop => "drop",
        };
        json!({ "name": list.name, "words": list.words, "action": action, "stored": list.is_stored })
    });
    json_response(&json!({ "lists": lists.collect::<Vec<_>>() }))
}

fn words(settings: &Settings, name: &str) -> Result<Response, kv::Error> {
    let stored = stored::lists()?;
    let words = stored.get(name).map(|words| &words[..]).or_else(|| settings.words_of(name));
    Ok(words.map_or_else(missing, |words| {
        Response::text(200, words.iter().fold(String::new(), |text, word| text + word + "\n"))
    }))
}

fn put(settings: &Settings, name: &str, body: &[u8]) -> Result<Response, kv::Error> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Ok(Response::text(400, "the words are not in UTF-8\n"));
    };
    let words = stored::words(text);
    let mut lists = stored::lists()?;
    lists.insert(name.to_owned(), words.clone());
    // What cannot be looked for must not come to the instances that filter.
    if let Err(error) = Lists::new(settings, &lists) {
        return Ok(Response::text(400, format!("{error}\n")));
    }
    stored::put(name, &words)?;
    Ok(json_response(&json!({ "name": name, "words": words.len() })))
}

fn delete(name: &str) -> Result<Response, kv::Error> {
    Ok(if stored::delete(name)? { Response::new(204) } else { missing() })
}

fn missing() -> Response {
    Response::text(404, "there is no such list\n")
}

fn json_response(json: &serde_json::Value) -> Response {
    Response::with_body(200, "application/json", json.to_string())
}
