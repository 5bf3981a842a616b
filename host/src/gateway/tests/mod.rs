//! The gateway over real sockets, with a simple handler in the bus's place.

mod client;
mod closing;
mod login;
mod requests;
mod websocket;

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::BoxFuture;
use parking_lot::Mutex;
use talaria_client::{
    Connection, Frame, Reader, Writer,
    proto::{self, CreateMessageRequest, CreateSessionRequest, TurmsNotification, TurmsRequest, turms_request::Kind},
};
use tokio::{
    sync::Notify,
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{Gateway, Handler, Registry};
use crate::{
    clock::Clock,
    config::GatewayConfig,
    dispatch::{Deliver, Denial, Error},
    model::{
        Context, MessageId, Notification, Reply, Timestamp, UserId,
        command::{Command, Provider, Request},
        happened::{EndedConnection, OpenedConnection},
        hidden::Hidden,
        message::Target,
        notification::Recipients,
        session::{Admission, CloseStatus, DeviceType, Login, Position, SessionInfo},
    },
};

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const WRONG_PASSWORD: &str = "wrong";
/// A message with this text, or a login with this password, waits for [`Stub::go_on`].
const WAIT: &str = "wait";
/// A message with this text makes the handler panic.
const PANIC: &str = "panic";

/// Accepts every login but one with the wrong password, and passes messages on without storing them.
struct Stub {
    registry: Arc<Registry>,
    opened: Mutex<Vec<SessionInfo>>,
    closed: Mutex<Vec<(SessionInfo, CloseStatus)>>,
    contexts: Mutex<Vec<Context>>,
    handled: AtomicUsize,
    go_on: Notify,
}

impl Handler for Stub {
    fn connecting(self: Arc<Self>, _: OpenedConnection) -> Option<BoxFuture<'static, bool>> {
        None
    }

    fn connection_opened(&self, _: OpenedConnection) -> bool {
        false
    }

    fn connection_closed(&self, _: EndedConnection) {}

    fn login(self: Arc<Self>, context: Context, login: Arc<Login>) -> BoxFuture<'static, Result<Admission, Error>> {
        self.contexts.lock().push(context);
        let Hidden(password) = login.password.clone().unwrap_or_else(|| Hidden(String::new()));
        let is_right = password != WRONG_PASSWORD;
        let denied = || Error::Denied(Denial { code: 2011, text: "no".into() });
        Box::pin(async move {
            if password == WAIT {
                self.go_on.notified().await;
            }
            if is_right { Ok(Admission::default()) } else { Err(denied()) }
        })
    }

    fn login_failed(&self, _: &Login, _: IpAddr, _: i32) {}

    fn session_opened(&self, session: &SessionInfo, _: Option<Position>) {
        self.opened.lock().push(session.clone());
    }

    fn session_closed(&self, session: &SessionInfo, status: CloseStatus) {
        self.closed.lock().push((session.clone(), status));
    }

    fn handle(self: Arc<Self>, context: Context, request: Request) -> BoxFuture<'static, Result<Reply, Error>> {
        Box::pin(async move {
            self.contexts.lock().push(context.clone());
            let result = self.carry_out(&context, request).await;
            self.handled.fetch_add(1, Ordering::Relaxed);
            result
        })
    }
}

impl Stub {
    async fn carry_out(&self, context: &Context, request: Request) -> Result<Reply, Error> {
        let mut create = match &request.command {
            Command::CreateMessage(create) => create.clone(),
            Command::QueryMessages(query) => return Ok(Reply::Ids { ids: vec![1; query.from.len()], version: None }),
            Command::Meeting(_) => return Err(Error::NotProvided(Provider::Conference)),
            Command::Resource(_) => return Err(Error::NotProvided(Provider::Storage)),
            _ => return Ok(Reply::Done),
        };
        let draft = create.draft.as_ref().ok_or(Error::Invalid("to nobody"))?;
        match draft.text.as_deref() {
            Some(WAIT) => self.go_on.notified().await,
            Some(PANIC) => panic!("as the test wants it"),
            _ => {}
        }
        let Target::User(recipient) = draft.target else { return Ok(Reply::NoContent) };
        create.id = Some(MessageId(request.id));
        self.registry.deliver(&Notification {
            requester: context.actor,
            relayed: Request { command: Command::CreateMessage(create), ..request.clone() },
            recipients: Recipients::User(recipient),
            except: context.session,
        });
        Ok(Reply::MessageId(MessageId(request.id)))
    }
}

/// A running gateway.
struct Server {
    stub: Arc<Stub>,
    websocket: SocketAddr,
    tcp: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Server {
    fn start() -> Self {
        Self::with(GatewayConfig::for_test())
    }

    fn with(config: GatewayConfig) -> Self {
        let clock = Clock::fake(NOW);
        let registry = Registry::new(&config, clock.clone());
        let stub = Arc::new(Stub {
            registry: Arc::clone(&registry),
            opened: Mutex::default(),
            closed: Mutex::default(),
            contexts: Mutex::default(),
            handled: AtomicUsize::default(),
            go_on: Notify::new(),
        });
        let handler: Arc<dyn Handler> = Arc::clone(&stub) as _;
        let gateway = Gateway::bind(config, handler, registry, clock).unwrap();
        let (websocket, tcp) = (gateway.websocket_address().unwrap(), gateway.tcp_address().unwrap());
        let stop = CancellationToken::new();
        let task = TaskTracker::new().spawn(gateway.run(stop.clone()));
        Self { stub, websocket, tcp, stop, task }
    }

    /// A client on each transport.
    async fn both(&self) -> [Peer; 2] {
        [self.websocket().await, self.tcp().await]
    }

    async fn websocket(&self) -> Peer {
        Peer::new(Connection::ws(&self.websocket.to_string()).await.unwrap())
    }

    async fn tcp(&self) -> Peer {
        Peer::new(Connection::tcp(&self.tcp.to_string()).await.unwrap())
    }

    /// A client that is logged in over TCP.
    async fn user(&self, user: i64) -> Peer {
        let mut peer = self.tcp().await;
        peer.log_in(user, proto::DeviceType::Desktop).await;
        peer
    }

    /// Waits until so many requests of sessions are being carried out or have been.
    async fn begun(&self, count: usize) {
        let is_enough = || self.stub.contexts.lock().iter().filter(|it| it.session.is_some()).count() >= count;
        let enough = async {
            while !is_enough() {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(LIMIT, enough).await.expect("the requests come");
    }

    /// Waits for sessions to end, and answers how.
    async fn ended(&self, count: usize) -> Vec<(i64, CloseStatus)> {
        let enough = async {
            while self.stub.closed.lock().len() < count {
                sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(LIMIT, enough).await.expect("the sessions end");
        self.stub.closed.lock().iter().map(|(session, status)| (session.user.0, *status)).collect()
    }

    /// Stops and checks that nothing is left over.
    async fn stop(self) {
        self.stop.cancel();
        timeout(LIMIT, self.task).await.expect("the gateway stops").unwrap();
        assert!(self.stub.registry.is_empty());
        assert_eq!(self.stub.opened.lock().len(), self.stub.closed.lock().len(), "each session was closed once");
    }
}

/// How long anything may take.
const LIMIT: Duration = Duration::from_secs(10);

/// A client that sees each frame.
struct Peer {
    writer: Writer,
    reader: Reader,
    next_id: i64,
}

impl Peer {
    fn new(connection: Connection) -> Self {
        let (writer, reader) = connection.split();
        Self { writer, reader, next_id: 0 }
    }

    async fn send(&mut self, kind: Kind) -> i64 {
        self.next_id += 1;
        let request = TurmsRequest { request_id: Some(self.next_id), custom_attributes: vec![], kind: Some(kind) };
        self.writer.send(&request).await.unwrap();
        self.next_id
    }

    async fn frame(&mut self) -> Option<Frame> {
        timeout(LIMIT, self.reader.next()).await.expect("something comes").ok().flatten()
    }

    async fn notification(&mut self) -> TurmsNotification {
        match self.frame().await {
            Some(Frame::Notification(notification)) => *notification,
            other => panic!("{other:?} is no notification"),
        }
    }

    /// Sends a request and answers the code of what comes next, which must be its answer.
    async fn code(&mut self, kind: Kind) -> i32 {
        let id = self.send(kind).await;
        let answer = self.notification().await;
        assert_eq!(answer.request_id, Some(id));
        answer.code.unwrap()
    }

    async fn raw(&mut self, payload: &'static [u8]) -> TurmsNotification {
        self.writer.feed_payload(bytes::Bytes::from_static(payload)).await.unwrap();
        self.writer.flush().await.unwrap();
        self.notification().await
    }

    async fn log_in(&mut self, user: i64, device: proto::DeviceType) {
        let id = self.send(login(user, "right", device)).await;
        assert!(self.notification().await.data.is_some(), "the session is told first");
        let answer = self.notification().await;
        assert_eq!((answer.request_id, answer.code), (Some(id), Some(1000)));
    }

    /// The close status and the code that come next.
    async fn closed(&mut self) -> (i32, Option<i32>) {
        let notification = self.notification().await;
        assert_eq!(notification.request_id, None);
        (notification.close_status.expect("a close status"), notification.code)
    }

    /// Whether the server hangs up next.
    async fn is_over(&mut self) -> bool {
        self.frame().await.is_none()
    }
}

fn login(user: i64, password: &str, device: proto::DeviceType) -> Kind {
    Kind::CreateSessionRequest(CreateSessionRequest {
        version: 1,
        user_id: user,
        password: Some(password.to_owned()),
        device_type: device.into(),
        ..Default::default()
    })
}

fn message(recipient: i64, text: &str) -> Kind {
    Kind::CreateMessageRequest(CreateMessageRequest {
        recipient_id: Some(recipient),
        text: Some(text.to_owned()),
        ..Default::default()
    })
}

fn logout() -> Kind {
    Kind::DeleteSessionRequest(proto::DeleteSessionRequest::default())
}

/// The text of a relayed message.
fn text(notification: TurmsNotification) -> String {
    match notification.relayed_request.and_then(|request| request.kind) {
        Some(Kind::CreateMessageRequest(message)) => message.text.unwrap_or_default(),
        other => panic!("{other:?} is no message"),
    }
}
