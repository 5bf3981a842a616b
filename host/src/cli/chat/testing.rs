//! A server to hold conversations with: it answers by a rule, and tells what it was asked.

use bytes::{Buf as _, BytesMut};
use prost::Message as _;
use talaria_client::{
    Client, Events,
    proto::{
        StringsWithVersion, TurmsNotification, TurmsRequest,
        turms_notification::{Data, data},
        turms_request::Kind,
    },
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
};

/// A code, and what comes with it.
pub(super) type Answer = (i32, Option<data::Kind>);

/// It ends when it is dropped.
pub(super) struct Server {
    pub(super) requests: mpsc::UnboundedReceiver<Kind>,
    _tasks: JoinSet<()>,
}

impl Server {
    /// With a client that is connected to it.
    pub(super) async fn start(rule: impl Fn(&Kind) -> Answer + Send + 'static) -> (Self, Client, Events) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (client, events) = Client::connect_tcp(&address).await.unwrap();
        let (stream, _) = listener.accept().await.unwrap();
        let (seen, requests) = mpsc::unbounded_channel();
        let mut tasks = JoinSet::new();
        tasks.spawn(answer(stream, rule, seen));
        (Self { requests, _tasks: tasks }, client, events)
    }
}

/// A store that says the same to everybody who asks by HTTP, and then nothing: its URL, and what drives it.
pub(super) async fn store(says: &'static str) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut visitors = JoinSet::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            visitors.spawn(async move {
                let mut bytes = vec![0; 64 << 10];
                let _ = stream.read(&mut bytes).await;
                let _ = stream.write_all(says.as_bytes()).await;
                while !matches!(stream.read(&mut bytes).await, Ok(0) | Err(_)) {}
            });
        }
    });
    (url, tasks)
}

/// Keys and values, as the requests for storage are answered.
pub(super) fn pairs(pairs: &[(&str, &str)]) -> Answer {
    let strings = pairs.iter().flat_map(|(key, value)| [(*key).to_owned(), (*value).to_owned()]).collect();
    (1000, Some(data::Kind::StringsWithVersion(StringsWithVersion { strings, ..StringsWithVersion::default() })))
}

async fn answer(mut stream: TcpStream, rule: impl Fn(&Kind) -> Answer, seen: mpsc::UnboundedSender<Kind>) {
    let mut buffer = BytesMut::new();
    loop {
        let mut rest = &buffer[..];
        // What cannot be read has not all arrived.
        if let Ok(request) = TurmsRequest::decode_length_delimited(&mut rest) {
            let left = rest.len();
            buffer.advance(buffer.len() - left);
            let Some(kind) = request.kind else { continue };
            let (code, data) = rule(&kind);
            let notification = TurmsNotification {
                request_id: request.request_id,
                code: Some(code),
                data: data.map(|kind| Data { kind: Some(kind) }),
                ..TurmsNotification::default()
            };
            let _ = seen.send(kind);
            stream.write_all(&notification.encode_length_delimited_to_vec()).await.unwrap();
        } else if !matches!(stream.read_buf(&mut buffer).await, Ok(1..)) {
            return;
        }
    }
}
