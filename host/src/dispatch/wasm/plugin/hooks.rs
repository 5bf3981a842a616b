//! Calling each filter and provider, with plain data in and out. A hook that the plugin does not handle is never called
//! here: the dispatch table holds only those that it does.

use bytes::Bytes;

use super::Plugin;
use crate::{
    dispatch::{
        Authentication, Denial, Outcome, Verdict,
        wasm::{
            Fault, Hook,
            bindings::exports::talaria::plugin::{
                auth_authenticate, auth_before_login, message_before_fanout, message_before_send, request_before,
                request_custom, request_handle,
            },
            call::Call,
            convert, wit,
        },
    },
    model::{
        Context, Timestamp, UserId,
        command::CustomRequest,
        hidden::Hidden,
        message::{Draft, Message},
        session::Login,
    },
};

/// How long a plugin may hold a message.
const MAX_HOLD_SECONDS: u32 = 30 * 24 * 60 * 60;
/// Bytes of what it gives as its reason.
const MAX_REASON: usize = 1024;

/// What a plugin decided about a message before it is sent.
#[derive(Clone, PartialEq, Debug)]
pub enum BeforeSend {
    Continue,
    /// The fields to replace.
    Patch {
        text: Option<String>,
        records: Option<Vec<Bytes>>,
        burn_after: Option<i32>,
    },
    Deny(Denial),
    Drop,
    /// Keep it for so long, until somebody decides.
    Hold {
        until: Timestamp,
        reason: Option<String>,
    },
}

/// Whom a plugin lets be told of a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum BeforeFanout {
    Continue,
    /// Not these.
    Skip(Vec<UserId>),
    /// Nobody but these.
    Only(Vec<UserId>),
}

impl Plugin {
    /// `auth.authenticate`
    pub(in crate::dispatch) async fn authenticate(
        &self,
        context: &Context,
        login: &Login,
    ) -> Result<Authentication, Fault> {
        let mut call = Call::begin(self, Hook::AuthAuthenticate, context).await?;
        let details = borrow_pairs(&login.device_details);
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let credentials = auth_authenticate::Credentials {
            user_id: login.user.0,
            password: login.password.as_ref().map(|Hidden(password)| password.as_str()),
            device: convert::device_type(login.device),
            device_details: &details,
        };
        let result = call!(call, auth_authenticate.call_authenticate(context, credentials));
        Ok(match call.finish(result)? {
            auth_authenticate::Outcome::Accept => Authentication::Accept,
            auth_authenticate::Outcome::Deny(denial) => Authentication::Deny(deny(denial)),
            auth_authenticate::Outcome::BuiltIn => Authentication::BuiltIn,
        })
    }

    /// `auth.before-login`
    pub(in crate::dispatch) async fn before_login(&self, context: &Context, login: &Login) -> Result<Verdict, Fault> {
        let mut call = Call::begin(self, Hook::AuthBeforeLogin, context).await?;
        let details = borrow_pairs(&login.device_details);
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let login = auth_before_login::Login {
            user_id: login.user.0,
            device: convert::device_type(login.device),
            device_details: &details,
        };
        let result = call!(call, auth_before_login.call_before_login(context, login));
        Ok(match call.finish(result)? {
            auth_before_login::Verdict::Continue => Verdict::Continue,
            auth_before_login::Verdict::Deny(denial) => Verdict::Deny(deny(denial)),
        })
    }

    /// `request.before`
    pub(in crate::dispatch) async fn request_before(&self, context: &Context, id: i64) -> Result<Verdict, Fault> {
        let mut call = Call::begin(self, Hook::RequestBefore, context).await?;
        let (kind, name, payload) =
            context.wire.as_ref().map_or((0, "", &[][..]), |wire| (wire.kind, wire.name, &wire.payload[..]));
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let request = request_before::Request { id, kind, name, payload };
        let result = call!(call, request_before.call_before(context, request));
        Ok(match call.finish(result)? {
            request_before::Verdict::Continue => Verdict::Continue,
            request_before::Verdict::Deny(denial) => Verdict::Deny(deny(denial)),
            request_before::Verdict::Drop => Verdict::Drop,
        })
    }

    /// `request.handle`
    pub(in crate::dispatch) async fn request_handle(
        &self,
        context: &Context,
        id: i64,
    ) -> Result<Outcome<Option<Bytes>>, Fault> {
        let mut call = Call::begin(self, Hook::RequestHandle, context).await?;
        let (kind, name, payload) =
            context.wire.as_ref().map_or((0, "", &[][..]), |wire| (wire.kind, wire.name, &wire.payload[..]));
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let request = request_handle::Request { id, kind, name, payload };
        let result = call!(call, request_handle.call_handle(context, request));
        Ok(match call.finish(result)? {
            request_handle::Outcome::Answer(data) => Outcome::Answer(data.map(Bytes::from)),
            request_handle::Outcome::Deny(denial) => Outcome::Deny(deny(denial)),
            request_handle::Outcome::Pass => Outcome::Pass,
        })
    }

    /// `request.custom`
    pub(in crate::dispatch) async fn request_custom(
        &self,
        context: &Context,
        id: i64,
        request: &CustomRequest,
    ) -> Result<Outcome<Bytes>, Fault> {
        let mut call = Call::begin(self, Hook::RequestCustom, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let request = request_custom::Request { id, name: &request.name, payload: &request.payload };
        let result = call!(call, request_custom.call_custom(context, request));
        Ok(match call.finish(result)? {
            request_custom::Outcome::Answer(data) => Outcome::Answer(Bytes::from(data)),
            request_custom::Outcome::Deny(denial) => Outcome::Deny(deny(denial)),
            request_custom::Outcome::Pass => Outcome::Pass,
        })
    }

    /// `message.before-send`
    pub(in crate::dispatch) async fn message_before_send(
        &self,
        context: &Context,
        sender: UserId,
        draft: &Draft,
    ) -> Result<BeforeSend, Fault> {
        let mut call = Call::begin(self, Hook::MessageBeforeSend, context).await?;
        let records = borrow_records(&draft.records);
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let draft = message_before_send::Draft {
            sender: sender.0,
            target: convert::target(draft.target),
            text: draft.text.as_deref(),
            records: &records,
            burn_after: draft.burn_after,
            forwarded_from: draft.forwarded_from.map(|id| id.0),
            attributes: &[],
        };
        let result = call!(call, message_before_send.call_before_send(context, draft));
        Ok(match call.finish(result)? {
            message_before_send::Verdict::Continue => BeforeSend::Continue,
            message_before_send::Verdict::Patch(patch) => BeforeSend::Patch {
                text: patch.text,
                records: patch.records.map(|records| records.into_iter().map(Bytes::from).collect()),
                burn_after: patch.burn_after,
            },
            message_before_send::Verdict::Deny(denial) => BeforeSend::Deny(deny(denial)),
            message_before_send::Verdict::Drop => BeforeSend::Drop,
            message_before_send::Verdict::Hold(hold) => BeforeSend::Hold {
                until: self.after_seconds(hold.seconds.clamp(1, MAX_HOLD_SECONDS)),
                reason: hold.reason.map(|reason| reason[..reason.floor_char_boundary(MAX_REASON)].to_owned()),
            },
        })
    }

    fn after_seconds(&self, seconds: u32) -> Timestamp {
        self.runtime.services.clock.now().plus_millis(1000 * i64::from(seconds))
    }

    /// `message.before-fanout`
    pub(in crate::dispatch) async fn message_before_fanout(
        &self,
        context: &Context,
        message: &Message,
        recipients: &[UserId],
    ) -> Result<BeforeFanout, Fault> {
        let mut call = Call::begin(self, Hook::MessageBeforeFanout, context).await?;
        let records = borrow_records(&message.records);
        let message = convert::message(message, &records);
        let recipients = others(recipients, UserId(message.sender));
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, message_before_fanout.call_before_fanout(context, message, &recipients));
        let users = |ids: Vec<i64>| ids.into_iter().map(UserId).collect();
        Ok(match call.finish(result)? {
            message_before_fanout::Verdict::Continue => BeforeFanout::Continue,
            message_before_fanout::Verdict::Skip(ids) => BeforeFanout::Skip(users(ids)),
            message_before_fanout::Verdict::Only(ids) => BeforeFanout::Only(users(ids)),
        })
    }
}

/// A plugin may answer codes of the protocol's failures and those kept for plugins; anything else would mislead
/// clients.
pub(super) fn deny(denial: wit::types::Denial) -> Denial {
    let code = match denial.code {
        code @ (1100..=9999 | 20_000..=29_999) => {
            i32::try_from(code).unwrap_or(crate::model::Code::MessageIsIllegal.number())
        }
        _ => crate::model::Code::MessageIsIllegal.number(),
    };
    Denial { code, text: denial.text }
}

/// The sender's own devices are no matter of plugins.
pub(super) fn others(recipients: &[UserId], sender: UserId) -> Vec<i64> {
    recipients.iter().filter(|user| **user != sender).map(|user| user.0).collect()
}

pub(super) fn borrow_records(records: &[Bytes]) -> Vec<&[u8]> {
    records.iter().map(|record| &record[..]).collect()
}

pub(super) fn borrow_pairs(pairs: &[(String, String)]) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}
