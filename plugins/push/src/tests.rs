//! The plugin as the server calls it, with gateways that answer as the test says. The keys in `tests/` were made for
//! these tests and are used for nothing else.

mod failing;
mod formats;
mod sending;
mod starting;
mod tokens;

use serde_json::{Value, json};
use talaria_sdk::http::{Request, Response, testing};
use talaria_sdk::http_handle::{self, Request as Asked};
use talaria_sdk::job_run::{Failure, Job};
use talaria_sdk::push_send::{Outcome, Push};
use talaria_sdk::{Config, Context, Message, Target, directory, jobs, kv, secrets};

use super::{Plugin, clock, devices};
use crate::content::Notice;

const GATEWAY: &str = "https://push.example/notify";
/// One of hexadecimal digits, as Apple's are.
const TOKEN: &str = "00ff";
const SENDER: i64 = 1;
const USER: i64 = 7;

fn start(config: &Value) -> Plugin {
    secrets::testing::give("signing", "a key");
    secrets::testing::give("apns", include_str!("tests/ec.pem"));
    secrets::testing::give("fcm", &account());
    directory::testing::add_user(SENDER, "Ann");
    let plugin = Plugin::start(Config::new(config.to_string())).expect("the configuration is accepted");
    plugin.health().expect("the keys can sign");
    plugin
}

fn account() -> String {
    json!({
        "client_email": "talaria@p.example",
        "private_key": include_str!("tests/rsa.pem"),
        "private_key_id": "kid",
        "project_id": "p",
        "token_uri": "https://oauth.example/token",
    })
    .to_string()
}

/// With a gateway of the operator's own.
fn generic() -> Plugin {
    start(&json!({ "generic": { "url": GATEWAY } }))
}

fn ask(plugin: &Plugin, user: i64, method: &str, target: &str, body: &Value) -> http_handle::Response {
    let mut request = Asked::new(method, target);
    request.body = if body.is_null() { Vec::new() } else { body.to_string().into() };
    plugin.http_handle(&Context { actor: user, ..Context::default() }, &request)
}

/// Registers a device of the user; its id.
fn register(plugin: &Plugin, user: i64, platform: &str, token: &str) -> String {
    let answer = ask(plugin, user, "POST", "/tokens", &json!({ "platform": platform, "token": token }));
    assert_eq!(answer.status, 201, "{}", String::from_utf8_lossy(&answer.body));
    json_of(&answer.body)["id"].as_str().expect("it has an id").to_owned()
}

/// How many tokens the user has.
fn tokens(plugin: &Plugin, user: i64) -> usize {
    let answer = ask(plugin, user, "GET", "/tokens", &Value::Null);
    json_of(&answer.body)["tokens"].as_array().expect("there is a list").len()
}

fn json_of(body: &[u8]) -> Value {
    serde_json::from_slice(body).expect("it is JSON")
}

fn to_user(id: i64, text: &str) -> Push {
    let message = Message { id, sender: SENDER, target: Target::User(USER), ..Message::from_text(text) };
    Push {
        message: Message { delivery_date: clock::now_ms(), ..message },
        text: Some(text.to_owned()),
        recipients: vec![USER],
    }
}

fn observe(plugin: &Plugin, pushes: &[Push]) -> Result<Vec<Outcome>, String> {
    plugin.push_send(&Context { deadline_ms: 10_000, ..Context::default() }, pushes)
}

/// The jobs that wait, as their first attempts.
fn waiting() -> Vec<Job> {
    let job = |(id, waiting): (i64, jobs::testing::Waiting)| Job {
        id,
        name: waiting.name,
        payload: waiting.payload,
        attempt: 1,
    };
    (1..).zip(jobs::testing::take()).map(job).collect()
}

fn run(plugin: &mut Plugin, job: &Job) -> Result<(), Failure> {
    plugin.job_run(&Context { deadline_ms: 60_000, ..Context::default() }, job)
}

/// Has the plugin told of a push, and its jobs run.
fn tell(plugin: &mut Plugin, push: Push) -> Result<(), Failure> {
    observe(plugin, &[push]).unwrap();
    waiting().iter().try_for_each(|job| run(plugin, job))
}

/// Why nobody is served by the gateway of the user's devices.
fn failure(plugin: &mut Plugin) -> String {
    let push = Notice::of(&to_user(1, "hi"), &plugin.settings).push(&plugin.settings).unwrap();
    let (gateway, devices) = plugin.gateways.share_out(devices::of_user(USER).unwrap()).remove(0);
    gateway.post(&push, &devices).expect_err("it fails").reason
}

/// As if the time had passed; what is known of the gateway's failures stays.
fn end_pause(gateway: &str) {
    let key = format!("pause/{gateway}");
    if let Some(kept) = kv::get(&key).unwrap() {
        let failures = &json_of(&kept)[1];
        kv::set(&key, json!([0, failures]).to_string()).unwrap();
    }
}

fn answers(url: &str, status: u16, body: &str) {
    testing::answer(url, Ok(Response::new(status, body)));
}

fn header<'a>(request: &'a Request, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str())
}

/// The tokens that a request to the operator's own gateway brings.
fn brought(request: &Request) -> Vec<String> {
    let devices = json_of(&request.body)["devices"].as_array().expect("there are devices").clone();
    devices.iter().map(|device| device["token"].as_str().expect("it has one").to_owned()).collect()
}
