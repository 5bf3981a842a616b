//! Somebody who is logged in.

use std::net::SocketAddr;

use talaria_client::{
    Client, Closed, Event, Events, MessageQuery, Response, Target,
    proto::{CreateMessageRequest, DeviceType, Message, TurmsNotification, turms_request::Kind},
};
use tokio::{sync::oneshot, time::timeout};

use super::{PASSWORD, SILENCE, Transport, request, soon};

/// A user on a device of his.
pub(crate) struct User {
    pub(crate) id: i64,
    client: Client,
    events: Events,
}

impl User {
    pub(crate) async fn log_in(address: SocketAddr, transport: Transport, id: i64, device: DeviceType) -> Self {
        let address = address.to_string();
        let connected = soon("a connection", async {
            match transport {
                Transport::Ws => Client::connect_ws(&address).await,
                Transport::Tcp => Client::connect_tcp(&address).await,
            }
        });
        let (client, events) = connected.await.expect("the server takes connections");
        let login = soon("the login", client.login(id, PASSWORD, device)).await;
        login.unwrap_or_else(|error| panic!("user {id} cannot log in: {error}"));
        Self { id, client, events }
    }

    /// Sends a request and answers the response, whatever its code.
    pub(crate) async fn request(&self, kind: impl Into<Request>) -> Response {
        soon("an answer", self.client.request(kind.into().0)).await.expect("the connection holds")
    }

    /// The code that a request is answered.
    pub(crate) async fn code(&self, kind: impl Into<Request>) -> i32 {
        self.request(kind).await.code
    }

    /// Sends a request without waiting for its answer.
    pub(crate) async fn fire(&self, kind: Kind) -> oneshot::Receiver<Result<Response, Closed>> {
        soon("room to send", self.client.fire(kind)).await.expect("the connection holds")
    }

    /// Sends a text and answers the id of the stored message.
    pub(crate) async fn send(&self, target: Target, text: &str) -> i64 {
        let answer = self.try_send(target, text).await;
        let code = answer.code;
        answer.into_id().unwrap_or_else(|error| panic!("`{text}` was refused with {code}: {error}"))
    }

    /// Sends a text and answers the response, whatever its code.
    pub(crate) async fn try_send(&self, target: Target, text: &str) -> Response {
        self.request(request::text(target, text)).await
    }

    /// The messages that a query finds.
    pub(crate) async fn query(&self, query: MessageQuery) -> Vec<Message> {
        soon("the messages", self.client.query_messages(query)).await.expect("the query is allowed")
    }

    /// The next event, which must be news.
    pub(crate) async fn next_notification(&mut self) -> TurmsNotification {
        match soon("a notification", self.events.next()).await {
            Some(Event::Notification(notification)) => *notification,
            other => panic!("user {} expected a notification, not {other:?}", self.id),
        }
    }

    /// The next event, which must be news of a message; with the id of who sent it.
    pub(crate) async fn next_message(&mut self) -> (i64, CreateMessageRequest) {
        let notification = self.next_notification().await;
        let sender = notification.requester_id.expect("news say whose deed they tell");
        match notification.relayed_request.and_then(|relayed| relayed.kind) {
            Some(Kind::CreateMessageRequest(message)) => (sender, message),
            other => panic!("user {} expected a message, not {other:?}", self.id),
        }
    }

    /// Nothing comes.
    pub(crate) async fn hears_nothing(&mut self) {
        if let Ok(event) = timeout(SILENCE, self.events.next()).await {
            panic!("user {} expected nothing, not {event:?}", self.id);
        }
    }

    /// The close status that the server ends the session with; news before it are passed over.
    pub(crate) async fn close_status(&mut self) -> i32 {
        match self.closed().await {
            Closed::ByServer { status, .. } => status,
            other => panic!("user {} was not told why the session ended: {other:?}", self.id),
        }
    }

    /// How the connection ends; news before it are passed over.
    pub(crate) async fn closed(&mut self) -> Closed {
        soon("the end of the session", async {
            loop {
                match self.events.next().await {
                    Some(Event::Closed(closed)) => return closed,
                    Some(Event::Notification(_) | Event::Missed(_)) => {}
                    None => panic!("the end was told before"),
                }
            }
        })
        .await
    }

    /// Whether the session lives.
    pub(crate) async fn heartbeat_is_answered(&self) -> bool {
        let before = self.client.heartbeats_answered();
        let sent = self.client.heartbeat().await.is_ok();
        super::eventually("the answer to a heartbeat", async || self.client.heartbeats_answered() > before).await;
        sent
    }

    /// Hangs up without logging out.
    pub(crate) async fn hang_up(self) {
        self.client.close().await;
    }

    pub(crate) fn client(&self) -> &Client {
        &self.client
    }
}

/// Lets requests be given as what they hold.
pub(crate) struct Request(pub(crate) Kind);

impl From<Kind> for Request {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}
