//! What a client asks for, checked in the protocol's order, and the answer.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use talaria_proto::client::turms_notification::data;
use tokio::time::Instant;

use super::Connection;
use crate::{
    dispatch,
    gateway::{
        codec::{self, Rejected},
        outbound::Close,
        registry::Generation,
        reply::{coded, refusal},
        session::OpenSession,
    },
    model::{
        self, Code, Origin, Reply, UserId,
        command::{Command, Request},
        context::WireRequest,
        session::{Admission, CloseStatus, Login, SessionInfo},
    },
};

/// What is being carried out.
pub(super) enum Work {
    Login(Box<LoginWork>),
    Request(Box<RequestWork>),
}

pub(super) struct LoginWork {
    future: BoxFuture<'static, Result<Admission, dispatch::Error>>,
    login: Arc<Login>,
    /// Once it is decided.
    admission: Admission,
    decided: Generation,
    asked: Asked,
}

pub(super) struct RequestWork {
    pub(super) future: BoxFuture<'static, Result<Reply, dispatch::Error>>,
    asked: Asked,
}

/// What an answer has to know of its request.
struct Asked {
    id: i64,
    kind: u32,
    name: &'static str,
    at: Instant,
}

/// The id that stands for a heartbeat in answers.
const HEARTBEAT_ID: i64 = -100;
/// The id that stands for one that could not be read.
const UNREADABLE_ID: i64 = -1;

type Outcome = (i32, Option<String>, Option<data::Kind>);

impl Connection {
    pub(super) fn heartbeat(&mut self) {
        self.gateway.metrics.frames_in.increment(1);
        if self.session.is_some() {
            self.active = Instant::now();
            self.outbound.push_own(self.outbound.transport.heartbeat());
        } else {
            let (code, reason) = coded(Code::UpdateHeartbeatOfNonexistentSession);
            self.answer(HEARTBEAT_ID, code, reason, None);
        }
    }

    pub(super) fn request(&mut self, payload: Bytes) {
        self.gateway.metrics.frames_in.increment(1);
        let now = Instant::now();
        if self.session.is_some() {
            self.active = now;
        }
        let decoded = codec::request(payload);
        // Invalid requests cost a token, too.
        let is_allowed = self.take_token(now);
        match decoded {
            Err(Rejected::Unreadable) => self.refuse(UNREADABLE_ID, Code::InvalidRequest),
            Err(Rejected::InvalidId(id)) => self.refuse(id, Code::InvalidRequest),
            Err(Rejected::NoKind(id) | Rejected::UnknownKind(id)) if !is_allowed => {
                self.refuse(id, Code::ClientRequestsTooFrequent);
            }
            Err(Rejected::NoKind(id) | Rejected::UnknownKind(id)) if self.session.is_none() => {
                self.refuse(id, Code::SendRequestFromNonexistentSession);
            }
            Err(Rejected::NoKind(id)) => self.refuse(id, Code::InvalidRequest),
            Err(Rejected::UnknownKind(id)) => {
                let reason = "This server does not know requests of this kind".to_owned();
                self.answer(id, Code::IllegalArgument.number(), Some(reason), None);
            }
            Ok((request, wire)) => {
                let asked = Asked { id: request.id, kind: wire.kind, name: wire.name, at: now };
                if !is_allowed {
                    return self.finish(&asked, coded_outcome(Code::ClientRequestsTooFrequent));
                }
                self.start(request, wire, asked);
            }
        }
    }

    fn take_token(&mut self, now: Instant) -> bool {
        match self.session {
            Some(_) => self.bucket.take(self.gateway.config.session_rate, now),
            None => self.admitted.take(now),
        }
    }

    fn start(&mut self, request: Request, wire: WireRequest, asked: Asked) {
        match (request, &self.session) {
            (Request { command: Command::CreateSession(_), .. }, Some(_)) => {
                self.finish(&asked, coded_outcome(Code::CreateExistingSession));
            }
            (Request { command: Command::CreateSession(login), .. }, None) => self.start_login(*login, wire, asked),
            (Request { command: Command::DeleteSession, .. }, session) => {
                if session.is_some() {
                    self.close(CloseStatus::DisconnectedByClient.into());
                }
            }
            (_, None) => self.finish(&asked, coded_outcome(Code::SendRequestFromNonexistentSession)),
            (_, Some(session)) if !session.access.allows(asked.name) => {
                self.finish(&asked, coded_outcome(Code::UnauthorizedRequest));
            }
            (request, Some(session)) => {
                let context = model::Context {
                    session: Some(session.info.id),
                    device: Some(session.info.device),
                    ..self.context(session.info.user, wire)
                };
                let future = Arc::clone(&self.gateway.handler).handle(context, request);
                self.work = Some(Work::Request(Box::new(RequestWork { future, asked })));
            }
        }
    }

    fn start_login(&mut self, login: Login, wire: WireRequest, asked: Asked) {
        let context = model::Context { device: Some(login.device), ..self.context(login.user, wire) };
        let login = Arc::new(login);
        let decided = self.gateway.registry.generation(login.user);
        let future = Arc::clone(&self.gateway.handler).login(context, Arc::clone(&login));
        self.work =
            Some(Work::Login(Box::new(LoginWork { future, login, admission: Admission::default(), decided, asked })));
    }

    fn context(&self, actor: UserId, wire: WireRequest) -> model::Context {
        model::Context {
            origin: Origin::Client,
            actor,
            session: None,
            device: None,
            ip: Some(self.ip),
            wire: Some(wire),
            hop: 0,
        }
    }

    /// Whether the request in flight came to its end.
    pub(super) fn poll_work(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(work) = &mut self.work else { return false };
        // A panic ends this session and no other; the hook has logged it.
        let polled = catch_unwind(AssertUnwindSafe(|| work.poll(cx)));
        if matches!(polled, Ok(Poll::Pending)) {
            return false;
        }
        let work = self.work.take();
        // Before a login the time runs from the beginning: a client that fails again and again has not come yet.
        if self.session.is_some() {
            self.active = Instant::now();
        }
        match (work, polled) {
            (Some(Work::Login(work)), Ok(Poll::Ready(Ok(Reply::Done)))) => self.open(*work),
            (Some(work), Ok(Poll::Ready(result))) => {
                let outcome = match result {
                    Ok(reply) => {
                        let (code, data) = codec::reply(reply);
                        (code.number(), None, data)
                    }
                    Err(error) => {
                        let (code, reason) = refusal(&error);
                        (code, reason, None)
                    }
                };
                if let Work::Login(login) = &work {
                    self.gateway.handler.login_failed(&login.login, self.ip, outcome.0);
                }
                self.finish(work.asked(), outcome);
            }
            _ => self.close(Close { status: CloseStatus::ServerError, code: Some(Code::ServerInternalError) }),
        }
        if let Some(close) = self.ordered.take() {
            self.close(close);
        }
        true
    }

    /// The login was accepted.
    fn open(&mut self, work: LoginWork) {
        if self.closing.is_some() {
            return;
        }
        let (now, login) = (self.gateway.clock.now(), &work.login);
        let info = SessionInfo {
            id: self.gateway.registry.reserve_id(),
            user: login.user,
            device: login.device,
            ip: self.ip,
            opened: now,
        };
        let opened = self.outbound.transport.frame(&codec::session_opened(now, &info, &self.gateway.config.server_id));
        let outbound = Arc::clone(&self.outbound);
        let session = OpenSession::open(&self.gateway, (info, work.admission), login, outbound, work.decided, || {
            self.outbound.push_own(opened);
            self.finish(&work.asked, (Code::Ok.number(), None, None));
        });
        match session {
            Ok(session) => {
                self.session = Some(session);
                self.active = Instant::now();
            }
            Err(code) => {
                self.gateway.handler.login_failed(login, self.ip, code.number());
                return self.finish(&work.asked, coded_outcome(code));
            }
        }
        self.admitted.authenticate();
        self.timer.as_mut().reset(self.active + self.gateway.config.idle_timeout());
    }

    fn finish(&self, asked: &Asked, (code, reason, data): Outcome) {
        self.gateway.metrics.answered((asked.kind, asked.name), code, asked.at.elapsed());
        self.answer(asked.id, code, reason, data);
    }

    fn refuse(&self, id: i64, code: Code) {
        let (code, reason) = coded(code);
        self.answer(id, code, reason, None);
    }

    fn answer(&self, id: i64, code: i32, reason: Option<String>, data: Option<data::Kind>) {
        let now = self.gateway.clock.now();
        let mut frame = self.outbound.transport.frame(&codec::answer(now, id, code, reason, data));
        if frame.len() > self.gateway.config.max_answer_bytes {
            let reason = "The answer would be too long; ask for less at once".to_owned();
            let refusal = codec::answer(now, id, Code::IllegalArgument.number(), Some(reason), None);
            frame = self.outbound.transport.frame(&refusal);
        }
        self.outbound.push_own(frame);
    }
}

impl Work {
    /// A login that is accepted has nothing to return.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Reply, dispatch::Error>> {
        match self {
            Self::Login(work) => {
                let accepted = ready!(work.future.as_mut().poll(cx));
                Poll::Ready(accepted.map(|admission| {
                    work.admission = admission;
                    Reply::Done
                }))
            }
            Self::Request(work) => work.future.as_mut().poll(cx),
        }
    }

    fn asked(&self) -> &Asked {
        match self {
            Self::Login(work) => &work.asked,
            Self::Request(work) => &work.asked,
        }
    }
}

fn coded_outcome(code: Code) -> Outcome {
    let (code, reason) = coded(code);
    (code, reason, None)
}
