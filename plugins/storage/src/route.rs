//! What the operator sees and removes: `/plugins/storage/attachments/ID`, `/plugins/storage/users/USER/attachments` and
//! `/plugins/storage/usage/USER`.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::log;

use crate::attachments::{self, Attachment, Dates, List};
use crate::refusal::{Refusal, Result, code, skip_unreadable};
use crate::usage::{self, Usage};
use crate::{Storage, clock, due};

/// Attachments of one answer, unless it is asked otherwise, and at most.
const PAGE: u32 = 100;
const MOST: u32 = 500;

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
            ("GET", ["users", user, "attachments"]) => number(user).and_then(|user| list(user, request.query())),
            ("DELETE", ["users", user, "attachments"]) => number(user).and_then(|user| erase(self, user)),
            ("GET", ["usage", user]) => number(user).and_then(|user| Ok(usage_response(&Usage::of(user)?))),
            ("POST", ["usage", user, "recount"]) => number(user).and_then(recount),
            (_, ["attachments" | "usage", _] | ["usage", _, "recount"] | ["users", _, "attachments"]) => {
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

/// The attachments of a user, the newest first.
fn list(user: i64, query: &str) -> Result<Response> {
    let (mut after, mut limit) = (None, PAGE);
    for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match name {
            "after" => after = Some(number(value)?),
            "limit" => limit = value.parse().map_err(|_| Refusal::illegal("limit is a number"))?,
            _ => return Err(Refusal::illegal(format!("there is no {name} here"))),
        }
    }
    if !(1..=MOST).contains(&limit) {
        return Err(Refusal::illegal(format!("limit: from 1 to {MOST}")));
    }
    let ids = List::Own(user).following(after, limit)?;
    let mut shown = Vec::new();
    for id in &ids {
        shown.extend(skip_unreadable(Attachment::find(*id))?.map(|attachment| summary(&attachment)));
    }
    let next = ids.last().filter(|_| ids.len() == limit as usize);
    Ok(json_response(&json!({ "attachments": shown, "next": next })))
}

fn summary(attachment: &Attachment) -> Value {
    let Attachment { id, name, media_type, created, users, groups, .. } = attachment;
    json!({
        "id": id,
        "name": name,
        "size": attachment.size(),
        "media_type": media_type,
        "created": created,
        "state": if attachment.size().is_some() { "ready" } else { "pending" },
        "shares": { "users": users, "groups": groups },
    })
}

/// The timer removes them, as there may be very many.
fn erase(storage: &Storage, user: i64) -> Result<Response> {
    let now = clock::now_ms();
    let count = List::Own(user).ids(Dates { from: None, to: Some(now) }, usize::MAX)?.len();
    due::erase(storage, user, now)?;
    let response = json_response(&json!({ "attachments": count }));
    Ok(Response { status: 202, ..response })
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
