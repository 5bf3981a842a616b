//! The bytes on the wire, worked out by hand: what the generated code writes must be what other clients read.

use prost::Message;
use talaria_proto::client::turms_notification::{Data, data};
use talaria_proto::client::turms_request::Kind;
use talaria_proto::client::{CreateMessageRequest, QueryUserProfilesRequest, TurmsNotification, TurmsRequest};

#[test]
fn request_to_create_a_message() {
    let request = TurmsRequest {
        request_id: Some(7),
        kind: Some(Kind::CreateMessageRequest(CreateMessageRequest {
            recipient_id: Some(2),
            delivery_date: Some(300),
            text: Some("hi".to_owned()),
            records: vec![vec![1, 2].into()],
            burn_after: Some(0),
            ..CreateMessageRequest::default()
        })),
        ..TurmsRequest::default()
    };
    let bytes = [
        &[0x08, 7][..],         // request_id = 1, varint
        &[0x42, 15],            // create_message_request = 8, 15 bytes
        &[0x20, 2],             // recipient_id = 4, varint
        &[0x28, 0xAC, 0x02],    // delivery_date = 5, varint of two bytes
        &[0x32, 2, b'h', b'i'], // text = 6, 2 bytes
        &[0x3A, 2, 1, 2],       // records = 7, 2 bytes
        &[0x40, 0],             // burn_after = 8, varint: a present zero is sent
    ]
    .concat();

    assert_eq!(request.encode_to_vec(), bytes);
    assert_eq!(TurmsRequest::decode(&bytes[..]).unwrap(), request);
}

#[test]
fn request_with_a_packed_list_and_a_kind_of_two_tag_bytes() {
    let request = TurmsRequest {
        request_id: Some(1),
        kind: Some(Kind::QueryUserProfilesRequest(QueryUserProfilesRequest {
            user_ids: vec![1, 2],
            ..QueryUserProfilesRequest::default()
        })),
        ..TurmsRequest::default()
    };
    let bytes = [
        &[0x08, 1][..],   // request_id = 1, varint
        &[0xA2, 0x06, 4], // query_user_profiles_request = 100, 4 bytes
        &[0x0A, 2, 1, 2], // user_ids = 1, packed, 2 bytes
    ]
    .concat();

    assert_eq!(request.encode_to_vec(), bytes);
    assert_eq!(TurmsRequest::decode(&bytes[..]).unwrap(), request);
}

#[test]
fn answer_with_the_id_of_a_message() {
    let notification = TurmsNotification {
        timestamp: 1,
        request_id: Some(7),
        code: Some(1000),
        data: Some(Data { kind: Some(data::Kind::Long(5)) }),
        ..TurmsNotification::default()
    };
    let bytes = [
        &[0x08, 1][..],      // timestamp = 1, varint
        &[0x20, 7],          // request_id = 4, varint
        &[0x28, 0xE8, 0x07], // code = 5, varint of two bytes
        &[0x3A, 2],          // data = 7, 2 bytes
        &[0x08, 5],          // long = 1, varint
    ]
    .concat();

    assert_eq!(notification.encode_to_vec(), bytes);
    assert_eq!(TurmsNotification::decode(&bytes[..]).unwrap(), notification);
}
