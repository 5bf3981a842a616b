//! A server that does what the load expects, unless it has a fault.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use prost::Message as _;
use talaria_client::proto::{
    CreateMessageRequest, Message, Messages, QueryMessagesRequest, TurmsNotification, TurmsRequest,
    turms_notification::{Data, data},
    turms_request::Kind,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, tcp::OwnedReadHalf},
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinSet,
};

use crate::server::Server;

/// The number of the message with which something goes wrong.
#[derive(Clone, Copy, Default)]
pub(super) struct Faults {
    pub(super) loses: Option<usize>,
    pub(super) forgets: Option<usize>,
    pub(super) refuses: Option<usize>,
}

/// It runs until this is dropped.
pub(super) struct Stub {
    pub(super) server: Server,
    _tasks: JoinSet<()>,
}

#[derive(Default)]
struct Books {
    faults: Faults,
    received: usize,
    stored: Vec<Message>,
    /// By user; the first login of a user is the one that gets messages.
    online: HashMap<i64, UnboundedSender<TurmsNotification>>,
}

impl Stub {
    pub(super) async fn start(faults: Faults) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?.to_string();
        let books = Rc::new(RefCell::new(Books { faults, ..Books::default() }));
        let mut tasks = JoinSet::new();
        tasks.spawn_local(async move {
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let (read, mut write) = stream.into_split();
                let (sender, mut receiver): (_, UnboundedReceiver<TurmsNotification>) = unbounded_channel();
                connections.spawn_local(serve(read, sender, Rc::clone(&books)));
                connections.spawn_local(async move {
                    while let Some(notification) = receiver.recv().await {
                        if write.write_all(&notification.encode_length_delimited_to_vec()).await.is_err() {
                            return;
                        }
                    }
                });
            }
        });
        Ok(Self { server: Server::for_test(&address), _tasks: tasks })
    }
}

async fn serve(mut read: OwnedReadHalf, sender: UnboundedSender<TurmsNotification>, books: Rc<RefCell<Books>>) {
    let (mut user, mut buffer) = (0, Vec::new());
    loop {
        while let Some(request) = take(&mut buffer) {
            let id = request.request_id;
            let answer = match request.kind {
                Some(Kind::CreateSessionRequest(login)) => {
                    user = login.user_id;
                    books.borrow_mut().online.entry(user).or_insert_with(|| sender.clone());
                    (1000, None)
                }
                Some(Kind::CreateMessageRequest(message)) => books.borrow_mut().accept(user, message),
                Some(Kind::QueryMessagesRequest(query)) => books.borrow().query(user, &query),
                _ => (1102, None),
            };
            let data = answer.1.map(|kind| Data { kind: Some(kind) });
            let answer =
                TurmsNotification { request_id: id, code: Some(answer.0), data, ..TurmsNotification::default() };
            let _ = sender.send(answer);
        }
        if read.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
            return;
        }
    }
}

fn take(buffer: &mut Vec<u8>) -> Option<TurmsRequest> {
    let mut rest = &buffer[..];
    let request = TurmsRequest::decode_length_delimited(&mut rest).ok()?;
    let taken = buffer.len() - rest.len();
    buffer.drain(..taken);
    Some(request)
}

impl Books {
    fn accept(&mut self, user: i64, mut message: CreateMessageRequest) -> (i32, Option<data::Kind>) {
        self.received += 1;
        let number = Some(self.received);
        if self.faults.refuses == number {
            return (5000, None);
        }
        let id = self.received as i64;
        message.message_id = Some(id);
        if self.faults.forgets != number {
            self.stored.push(Message {
                id: Some(id),
                delivery_date: Some(id / 10),
                sender_id: Some(user),
                recipient_id: message.recipient_id,
                text: message.text.clone(),
                ..Message::default()
            });
        }
        let recipient = self.online.get(&message.recipient_id.unwrap_or_default());
        if let Some(recipient) = recipient.filter(|_| self.faults.loses != number) {
            let kind = Some(Kind::CreateMessageRequest(message));
            let relayed_request = Some(TurmsRequest { kind, ..TurmsRequest::default() });
            let _ = recipient.send(TurmsNotification { relayed_request, ..TurmsNotification::default() });
        }
        (1000, Some(data::Kind::Long(id)))
    }

    fn query(&self, user: i64, query: &QueryMessagesRequest) -> (i32, Option<data::Kind>) {
        let wanted = |message: &&Message| {
            message.recipient_id == Some(user)
                && query.from_ids.contains(&message.sender_id.unwrap_or_default())
                && message.delivery_date >= query.delivery_date_start
        };
        // Shorter pages than were asked for would end the query, so that this is at least what is asked for.
        let count = usize::try_from(query.max_count.unwrap_or_default()).unwrap_or_default();
        let messages: Vec<_> = self.stored.iter().filter(wanted).take(count).cloned().collect();
        (1000, Some(data::Kind::Messages(Messages { messages })))
    }
}
