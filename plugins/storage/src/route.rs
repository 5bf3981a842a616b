//! What the operator sees and removes: `/plugins/storage/attachments/ID` and `/plugins/storage/usage/USER`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::log;

use crate::attachments::{self, Attachment, Dates, List};
use crate::refusal::{Refusal, Result, code};
use crate::usage::{self, Usage};
use crate::{Storage, clock};

impl Storage {
    pub(crate) fn answer(&self, request: &Request) -> Response {
        let path: Vec<_> = request.path().split('/').skip(1).collect();
        let answer = match (request.method.as_str(), &path[..]) {
            ("GET", ["attachments", id]) => attachment(id),
            ("DELETE", ["attachments", id]) => number(id).and_then(|id| {
                Attachment::get(id)?;
                attachments::remove(self, id)?;
                Ok(Response::new(204))
            }),
            ("GET", ["usage", user]) => number(user).and_then(|user| Ok(usage_response(&Usage::of(user)?))),
            ("POST", ["usage", user, "recount"]) => number(user).and_then(recount),
            (_, ["attachments" | "usage", _] | ["usage", _, "recount"]) => {
                Ok(Response::text(405, "this path does not take this method"))
            }
            _ => Err(Refusal::not_found()),
        };
        answer.unwrap_or_else(|refusal| match refusal {
            Refusal::Denied(denial) if denial.code == code::RESOURCE_NOT_FOUND => Response::text(404, denial.text),
            Refusal::Denied(denial) => Response::text(400, denial.text),
            refusal @ (Refusal::Away(_) | Refusal::Full | Refusal::Unreadable(_)) => {
                let cause = refusal.text();
                log::error(format!("the operator cannot be answered: {cause}"));
                Response::text(503, cause)
            }
        })
    }
}

fn attachment(id: &str) -> Result<Response> {
    let attachment = Attachment::get(number(id)?)?;
    let mut shown = serde_json::to_value(&attachment).unwrap_or_default();
    shown["id"] = json!(attachment.id);
    Ok(json_response(&shown))
}

/// What a server that died in between has left miscounted.
fn recount(user: i64) -> Result<Response> {
    let records = || {
        let mut records = BTreeMap::new();
        for id in List::Own(user).ids(Dates::default(), usize::MAX)? {
            records.extend(Attachment::find(id)?.map(|attachment| (id, (&attachment).into())));
        }
        Ok(records)
    };
    Ok(usage_response(&usage::recount(user, records)?))
}

fn usage_response(usage: &Usage) -> Response {
    let (pending, reserved) = usage.open(clock::now_ms());
    json_response(&json!({
        "files": usage.files,
        "bytes": usage.bytes,
        "pending": pending,
        "reserved_bytes": reserved,
        "replaceable_bytes": usage.again(),
        "shares": usage.shares.max(0),
        "references": usage.references,
    }))
}

fn json_response(value: &Value) -> Response {
    Response::with_body(200, "application/json", value.to_string())
}

fn number(text: &str) -> Result<i64> {
    text.parse().map_err(|_| Refusal::illegal("this is no id"))
}
