//! Answers HTTP requests by `wasi:http/incoming-handler` and sends some by `wasi:http/outgoing-handler`.

mod bodies;

use std::time::Duration;

use talaria_sdk::message_before_send::{self, Draft, Verdict};
use talaria_sdk::{Access, Context, Description, HookSettings};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{
    ErrorCode, Fields, IncomingRequest, Method, OutgoingBody, OutgoingRequest, OutgoingResponse, ResponseOutparam,
    Scheme,
};

struct WasiHttp;

#[talaria_sdk::plugin]
impl WasiHttp {
    fn describe() -> Description {
        // What another host answers takes longer than a filter usually has.
        let patient = HookSettings::new(message_before_send::HOOK).deadline(Duration::from_millis(500));
        Description::default().hook(patient).route("/", Access::Public)
    }

    /// `!fetch AUTHORITY PATH BODY` is sent with what that host answers to a POST.
    fn message_before_send(_ctx: &Context, draft: &Draft) -> Verdict {
        let words: Vec<_> = draft.text.as_deref().unwrap_or_default().splitn(4, ' ').collect();
        match words[..] {
            ["!fetch", authority, path, body] => {
                Verdict::replace_text(fetch(authority, path, body).unwrap_or_else(|error| format!("{error:?}")))
            }
            _ => Verdict::Continue,
        }
    }
}

impl wasip2::exports::http::incoming_handler::Guest for WasiHttp {
    /// Answers with the request: its method, its target, and its body as often as `x-repeat` says. Without a target it
    /// answers nothing.
    fn handle(request: IncomingRequest, outparam: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        if target == "/silent" {
            return;
        }
        assert_ne!(target, "/panic", "the path says so");
        let repeat = request.headers().get("x-repeat").into_iter().next();
        let repeat = repeat.and_then(|value| String::from_utf8(value).ok()?.parse().ok()).unwrap_or(1);
        let body = bodies::read(&request.consume().expect("it is consumed once")).repeat(repeat);
        let mut text = format!("{:?} {target} ", request.method()).into_bytes();
        text.extend(body);
        let headers = Fields::new();
        headers.append("x-by", b"wasi").expect("a header");
        let response = OutgoingResponse::new(headers);
        response.set_status_code(201).expect("a status");
        let body = response.body().expect("it is taken once");
        ResponseOutparam::set(outparam, Ok(response));
        bodies::write(body, &text);
    }
}

wasip2::http::proxy::export!(WasiHttp);

fn fetch(authority: &str, path: &str, body: &str) -> Result<String, ErrorCode> {
    let request = OutgoingRequest::new(Fields::new());
    let sensible = "it makes sense";
    request.set_method(&Method::Post).expect(sensible);
    request.set_scheme(Some(&Scheme::Http)).expect(sensible);
    request.set_authority(Some(authority)).expect(sensible);
    request.set_path_with_query(Some(path)).expect(sensible);
    let outgoing: OutgoingBody = request.body().expect("it is taken once");
    let answer = outgoing_handler::handle(request, None)?;
    bodies::write(outgoing, body.as_bytes());
    answer.subscribe().block();
    let response = answer.get().expect("it is ready").expect("it is taken once")?;
    let body = bodies::read(&response.consume().expect("it is consumed once"));
    Ok(format!("{} {}", response.status(), String::from_utf8_lossy(&body)))
}
