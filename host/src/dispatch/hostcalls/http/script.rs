//! Answers in the place of the network: in tests of plugins, which must not depend on anybody.

use crate::dispatch::wasm::wit::http as wit;

/// What a plugin sends, after the checks that every request passes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptedRequest {
    pub method: String,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// What it is answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ScriptedResponse {
    pub status: u16,
    pub headers: Vec<(String, Vec<u8>)>,
    pub body: Vec<u8>,
}

/// Stands for the hosts that a plugin may reach.
pub trait HttpScript: Send + Sync {
    /// Called for each request, on the plugin's task: it must not block. `None` when nobody is there.
    fn answer(&self, request: ScriptedRequest) -> Option<ScriptedResponse>;
}

impl ScriptedRequest {
    pub(super) fn of(request: &wit::Request) -> Self {
        let wit::Request { method, url, headers, body, .. } = request;
        Self { method: method.clone(), url: url.clone(), headers: headers.clone(), body: body.clone() }
    }
}

pub(super) fn answer(script: &dyn HttpScript, request: ScriptedRequest) -> Result<wit::Response, wit::Error> {
    let ScriptedResponse { status, headers, body } =
        script.answer(request).ok_or_else(|| wit::Error::Unreachable("nobody answers this request".into()))?;
    Ok(wit::Response { status, headers, body })
}
