//! What a message costs between the wire and the model: its request read, and the news of it written once for all
//! recipients. The text has 200 bytes.

use std::hint::black_box;

use bytes::Bytes;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use prost::Message as _;
use talaria::{
    gateway::codec,
    model::{
        MessageId, Notification, Timestamp, UserId,
        command::{Command, Request},
        notification::Recipients,
    },
};
use talaria_proto::client::{CreateMessageRequest, TurmsRequest, turms_request::Kind};

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn payload() -> Bytes {
    let message = CreateMessageRequest {
        recipient_id: Some(1_000_002),
        text: Some("x".repeat(200)),
        ..CreateMessageRequest::default()
    };
    let request = TurmsRequest {
        request_id: Some(1_234_567),
        custom_attributes: Vec::new(),
        kind: Some(Kind::CreateMessageRequest(message)),
    };
    request.encode_to_vec().into()
}

/// The news of a message, as the recipient hears it.
fn news() -> Notification {
    let (Request { id, attributes, mut command }, _) = codec::request(payload()).expect("it is a request");
    if let Command::CreateMessage(message) = &mut command {
        message.id = Some(MessageId(7_600_000_000_000_000_000));
        if let Some(draft) = &mut message.draft {
            draft.delivery_date = Some(NOW);
        }
    }
    Notification {
        requester: UserId(1_000_001),
        relayed: Request { id, attributes, command },
        recipients: Recipients::User(UserId(1_000_002)),
        except: None,
    }
}

fn message(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("message");
    group.throughput(Throughput::Elements(1));
    let payload = payload();
    group.bench_function("decode request", |bencher| {
        bencher.iter(|| codec::request(black_box(payload.clone())));
    });
    let news = news();
    group.bench_function("encode notification", |bencher| {
        bencher.iter(|| codec::notification(NOW, black_box(&news)).expect("recipients hear of it").encode_to_vec());
    });
    group.finish();
}

criterion_group!(benches, message);
criterion_main!(benches);
