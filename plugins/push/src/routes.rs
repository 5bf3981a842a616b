//! `/plugins/push/tokens`, where users register their devices, and what the operator sees and removes.

use serde_json::{Value, json};
use talaria_sdk::http_handle::{Request, Response};
use talaria_sdk::{kv, log};

use crate::devices::{self, Address, Bounds, Device, Platform, Registration};
use crate::gateways::Gateways;

/// What the route of users begins with.
pub(crate) const TOKENS: &str = "/tokens";
const TOKEN_BYTES: usize = 4096;
const APP_BYTES: usize = 256;

type Answer = Result<Response, Refusal>;

enum Refusal {
    Invalid(String),
    NotFound,
    /// No user has logged in, as at the admin interface.
    NoUser,
    WrongMethod,
    Store(kv::Error),
}

impl From<kv::Error> for Refusal {
    fn from(error: kv::Error) -> Self {
        Self::Store(error)
    }
}

pub(crate) fn answer(user: i64, request: &Request, bounds: Bounds, gateways: &Gateways) -> Response {
    let path: Vec<_> = request.path().split('/').skip(1).collect();
    let method = request.method.as_str();
    let answer = match path[..] {
        ["tokens"] => of_user(user, method, &request.body, bounds, gateways),
        ["tokens", id] => of_device(user, method, id),
        ["counts"] => counts(method),
        ["users", id] => of_operator(id, method, bounds),
        _ => Err(Refusal::NotFound),
    };
    answer.unwrap_or_else(refuse)
}

fn refuse(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Invalid(reason) => Response::text(400, reason),
        Refusal::NotFound => Response::text(404, "there is nothing here"),
        Refusal::NoUser => Response::text(403, "tokens are those of the user who has logged in"),
        Refusal::WrongMethod => Response::text(405, "this path does not take this method"),
        Refusal::Store(error) => {
            log::error(format!("tokens cannot be looked up or changed: {error:?}"));
            Response::text(503, "not now; try again later")
        }
    }
}

/// `/tokens`
fn of_user(user: i64, method: &str, body: &[u8], bounds: Bounds, gateways: &Gateways) -> Answer {
    check_user(user)?;
    match method {
        "GET" => Ok(list(user, bounds)?),
        "POST" => {
            let registration = read(body, gateways).map_err(Refusal::Invalid)?;
            let device = devices::register(user, registration, bounds)?;
            Ok(json_response(201, &show(&device, bounds)))
        }
        "DELETE" => {
            devices::remove_all(user)?;
            Ok(Response::new(204))
        }
        _ => Err(Refusal::WrongMethod),
    }
}

/// `/tokens/ID`
fn of_device(user: i64, method: &str, id: &str) -> Answer {
    check_user(user)?;
    if method != "DELETE" {
        return Err(Refusal::WrongMethod);
    }
    let is_id = id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_id || !devices::remove(&Address { user, id: id.to_owned() })? {
        return Err(Refusal::NotFound);
    }
    Ok(Response::new(204))
}

/// `/counts`
fn counts(method: &str) -> Answer {
    if method != "GET" {
        return Err(Refusal::WrongMethod);
    }
    Ok(json_response(200, &json!(devices::count()?)))
}

/// `/users/ID`
fn of_operator(id: &str, method: &str, bounds: Bounds) -> Answer {
    let user = id.parse().map_err(|_| Refusal::NotFound)?;
    match method {
        "GET" => Ok(list(user, bounds)?),
        "DELETE" => Ok(json_response(200, &json!({ "removed": devices::remove_all(user)? }))),
        _ => Err(Refusal::WrongMethod),
    }
}

fn check_user(user: i64) -> Result<(), Refusal> {
    if user > 0 { Ok(()) } else { Err(Refusal::NoUser) }
}

fn list(user: i64, bounds: Bounds) -> Result<Response, kv::Error> {
    let tokens: Vec<_> = devices::of_user(user)?.iter().map(|device| show(device, bounds)).collect();
    Ok(json_response(200, &json!({ "tokens": tokens })))
}

/// Without the token itself: who has it can send notifications, and who registered it knows it.
fn show(device: &Device, bounds: Bounds) -> Value {
    let lasts = i64::try_from(bounds.lasts().as_millis()).unwrap_or(i64::MAX);
    json!({
        "id": device.address.id,
        "platform": device.registration.platform,
        "app": device.registration.app,
        "registered": device.registered,
        "expires": device.registered.saturating_add(lasts),
    })
}

fn json_response(status: u16, body: &Value) -> Response {
    Response::with_body(status, "application/json", body.to_string())
}

fn read(body: &[u8], gateways: &Gateways) -> Result<Registration, String> {
    let registration: Registration = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let Registration { token, platform, app } = &registration;
    if !(1..=TOKEN_BYTES).contains(&token.len()) {
        return Err(format!("token: from 1 to {TOKEN_BYTES} bytes"));
    }
    // It becomes a part of a path.
    if *platform == Platform::Apns && !token.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err("token: one of apns is hexadecimal".to_owned());
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("token: letters, digits and signs of ASCII".to_owned());
    }
    let is_app = |app: &String| (1..=APP_BYTES).contains(&app.len()) && app.bytes().all(|byte| byte.is_ascii_graphic());
    if !app.as_ref().is_none_or(is_app) {
        return Err(format!("app: from 1 to {APP_BYTES} letters, digits and signs of ASCII"));
    }
    gateways.check_registration(&registration)?;
    Ok(registration)
}
