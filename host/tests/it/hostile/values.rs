//! Every kind of request, with every field at the ends of its range: there is always an answer.

use prost::{
    Message as _,
    encoding::{WireType, encode_key, encode_varint},
};
use prost_types::{DescriptorProto, FieldDescriptorProto, FileDescriptorSet, field_descriptor_proto::Type};
use talaria_client::proto::DeviceType;

use crate::support::{Guest, Received, TestServer};

const VALUES: [i64; 8] = [0, 1, 2, -1, i32::MAX as i64, i32::MIN as i64, i64::MAX, i64::MIN];

const CREATE_SESSION: u32 = 3;
const DELETE_SESSION: u32 = 4;
const UPDATE_STATUS: u32 = 104;

struct Schema(Vec<DescriptorProto>);

impl Schema {
    fn read() -> Self {
        let files = FileDescriptorSet::decode(talaria_proto::FILE_DESCRIPTOR_SET).expect("the schema is well-formed");
        Self(files.file.into_iter().flat_map(|file| file.message_type).collect())
    }

    fn message(&self, name: &str) -> Option<&DescriptorProto> {
        let name = name.rsplit('.').next().unwrap_or_default();
        self.0.iter().find(|message| message.name() == name)
    }

    /// The number and type of each kind.
    fn kinds(&self) -> Vec<(u32, &DescriptorProto)> {
        let request = self.message("TurmsRequest").expect("there are requests");
        let kinds = request.field.iter().filter(|field| field.oneof_index.is_some() && !field.proto3_optional());
        kinds
            .map(|field| (field.number().cast_unsigned(), self.message(field.type_name()).expect("its type is known")))
            .collect()
    }

    /// A message whose fields all have this value, or only one of them.
    fn fill(&self, message: &DescriptorProto, value: i64, only: Option<usize>, depth: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (index, field) in message.field.iter().enumerate() {
            if only.is_none_or(|only| only == index) {
                self.put(field, value, depth, &mut bytes);
            }
        }
        bytes
    }

    fn put(&self, field: &FieldDescriptorProto, value: i64, depth: usize, bytes: &mut Vec<u8>) {
        let number = field.number().cast_unsigned();
        let delimited = |content: &[u8], bytes: &mut Vec<u8>| {
            encode_key(number, WireType::LengthDelimited, bytes);
            encode_varint(content.len() as u64, bytes);
            bytes.extend_from_slice(content);
        };
        match field.r#type() {
            Type::String | Type::Bytes => delimited("x".repeat(value.rem_euclid(300) as usize).as_bytes(), bytes),
            Type::Message => {
                // What lies deeper is enumerated nowhere else, and a value may hold values.
                if let Some(inner) = self.message(field.type_name())
                    && depth > 0
                {
                    delimited(&self.fill(inner, value, None, depth - 1), bytes);
                }
            }
            Type::Float => {
                encode_key(number, WireType::ThirtyTwoBit, bytes);
                bytes.extend_from_slice(&(value as f32).to_le_bytes());
            }
            Type::Double => {
                encode_key(number, WireType::SixtyFourBit, bytes);
                bytes.extend_from_slice(&(value as f64).to_le_bytes());
            }
            _ => {
                encode_key(number, WireType::Varint, bytes);
                encode_varint(value.cast_unsigned(), bytes);
            }
        }
    }
}

fn wrapped(id: u64, kind: u32, body: &[u8]) -> Vec<u8> {
    let mut request = vec![0x08];
    encode_varint(id, &mut request);
    encode_key(kind, WireType::LengthDelimited, &mut request);
    encode_varint(body.len() as u64, &mut request);
    request.extend_from_slice(body);
    request
}

/// The codes of requests, by the order in which they are sent.
async fn codes(guest: &mut Guest, requests: &[Vec<u8>]) -> Vec<i32> {
    let batch: Vec<u8> = requests.iter().flat_map(|request| guest.framed(request)).collect();
    guest.write(&batch).await;
    let mut codes = Vec::new();
    while codes.len() < requests.len() {
        match guest.next().await {
            Received::Notification(told) if told.relayed_request.is_none() => {
                assert_eq!(told.close_status, None, "the session ended instead of an answer");
                codes.push(told.code.expect("answers have codes"));
            }
            Received::Notification(_) => {}
            other => panic!("expected an answer, not {other:?}"),
        }
    }
    codes
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_is_answered_whatever_its_values() {
    let server = TestServer::start().await;
    let schema = Schema::read();
    let kinds = schema.kinds();
    assert!(kinds.len() > 60);
    let (mut user, mut stranger) = (server.guest_tcp().await, server.guest_ws().await);
    user.log_in(50, DeviceType::Desktop).await;
    for (kind, message) in kinds {
        if kind == DELETE_SESSION {
            continue;
        }
        for value in VALUES {
            // This one asks to be closed.
            if kind == UPDATE_STATUS && value == 1 {
                continue;
            }
            let all = [None].into_iter().chain((0..message.field.len()).map(Some));
            let requests: Vec<Vec<u8>> =
                all.map(|only| wrapped(1, kind, &schema.fill(message, value, only, 2))).collect();
            for code in codes(&mut user, &requests).await {
                let is_code = (1000..9000).contains(&code);
                assert!(is_code && code != 1200, "{} with {value}: {code}", message.name());
            }
            if kind != CREATE_SESSION {
                let before = codes(&mut stranger, &requests).await;
                assert!(before.iter().all(|code| *code == 1105), "{} with {value}: {before:?}", message.name());
            }
        }
    }
    user.is_alive().await;
    server.ws(1).await;
}
