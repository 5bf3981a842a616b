//! Frames that are broken, too long, or noise.

use prost::Message as _;
use talaria_client::{
    Target,
    proto::{DeviceType, Value},
};

use crate::support::{BINARY, Guest, PATIENCE, Received, TestServer, Transport, request, ws_frame};

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_refused_and_the_session_goes_on() {
    let server = TestServer::start().await;
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        guest.log_in(1, DeviceType::Desktop).await;
        // A field without end; a wrong wire type for the request's id; a length beyond the payload.
        for payload in [&[0xFF, 0xFF][..], &[0x0A, 1, 1], &[0x08, 1, 0x42, 50, 1]] {
            assert_eq!(guest.code_of(payload).await, (1100, -1), "{payload:?} over {transport:?}");
        }
        // No id, id 0, and a negative one; the kind is one that exists.
        assert_eq!(guest.code_of(&[0xA2, 0x06, 0]).await.0, 1100);
        assert_eq!(guest.code_of(&[0x08, 0, 0xA2, 0x06, 0]).await, (1100, 0));
        let negative = request::with_id(-5, request::text(Target::User(2), "x")).encode_to_vec();
        assert_eq!(guest.code_of(&negative).await, (1100, -5));
        // A kind that nobody knows: field 4999.
        guest.payload(&[0x08, 3, 0xBA, 0xB8, 0x02, 0]).await;
        let unknown = guest.notification().await;
        assert_eq!((unknown.code, unknown.request_id), (Some(1102), Some(3)));
        assert!(unknown.reason.is_some());
        guest.is_alive().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn custom_attributes_may_come_before_the_kind() {
    let server = TestServer::start().await;
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        guest.log_in(1, DeviceType::Desktop).await;
        let mut request = request::with_id(4, request::text(Target::User(2), "x"));
        request.custom_attributes = vec![Value::default()];
        assert_eq!(guest.code_of(&request.encode_to_vec()).await, (1000, 4));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frame_that_is_too_long_ends_the_session() {
    let server = TestServer::start().await;
    let whole = vec![0; 20_000];
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        guest.log_in(1, DeviceType::Desktop).await;
        guest.payload(&whole).await;
        assert_eq!(guest.close_status().await, (200, Some(1200)), "{transport:?}");
        let mut stranger = server.guest(transport).await;
        let frame = stranger.framed(&whole);
        stranger.try_write(&frame).await;
        stranger.ends().await;
    }
    let mut negative = server.guest_tcp().await;
    negative.log_in(1, DeviceType::Desktop).await;
    negative.write(&[0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]).await;
    assert_eq!(negative.close_status().await, (200, Some(1200)));
}

#[tokio::test(flavor = "multi_thread")]
async fn web_sockets_join_fragments_answer_pings_and_ignore_text() {
    let server = TestServer::start().await;
    let mut guest = server.guest_ws().await;
    guest.log_in(1, DeviceType::Desktop).await;
    guest.write(&ws_frame(0x81, b"hello")).await;
    guest.write(&ws_frame(0x89, b"ping")).await;
    assert_eq!(guest.next().await, Received::Control(0x8A, "ping".into()));
    let payload = request::with_id(5, request::text(Target::User(2), "in parts")).encode_to_vec();
    guest.write(&ws_frame(BINARY & 0x7F, &payload[..3])).await;
    guest.write(&ws_frame(0x89, b"between")).await;
    guest.write(&ws_frame(0, &payload[3..6])).await;
    guest.write(&ws_frame(0x80, &payload[6..])).await;
    assert_eq!(guest.next().await, Received::Control(0x8A, "between".into()));
    let answer = guest.notification().await;
    assert_eq!((answer.code, answer.request_id), (Some(1000), Some(5)));
}

/// Noise that is the same each time.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn bytes(&mut self, longest: u64) -> Vec<u8> {
        let length = 1 + self.next() % longest;
        (0..length).map(|_| self.next() as u8).collect()
    }
}

/// Reads until a heartbeat is answered; false when the server hung up instead.
async fn settles(guest: &mut Guest) -> bool {
    loop {
        match guest.next().await {
            Received::Heartbeat => return true,
            Received::End => return false,
            Received::Notification(_) | Received::Control(..) => {}
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn noise_harms_nobody() {
    let server = TestServer::start().await;
    let mut noise = Noise(0x5EED);
    let mut other = server.tcp(2).await;
    for transport in Transport::ALL {
        let mut guest = server.guest(transport).await;
        guest.log_in(1, DeviceType::Desktop).await;
        for _ in 0..60 {
            let mut batch = Vec::new();
            for _ in 0..50 {
                // Half of them begin like a request, and so get further.
                let mut payload = if noise.next().is_multiple_of(2) { vec![0x08, 1] } else { Vec::new() };
                payload.extend(noise.bytes(64));
                batch.extend(guest.framed(&payload));
            }
            batch.extend(guest.framed(&[]));
            if !guest.try_write(&batch).await || !settles(&mut guest).await {
                guest = server.guest(transport).await;
                guest.log_in(1, DeviceType::Desktop).await;
            }
        }
        for _ in 0..100 {
            let mut stranger = server.guest(transport).await;
            stranger.try_write(&noise.bytes(200)).await;
        }
    }
    let good = server.ws(3).await;
    good.send(Target::User(2), "still here").await;
    let heard = tokio::time::timeout(PATIENCE, async {
        while other.next_message().await.1.text.as_deref() != Some("still here") {}
    });
    assert!(heard.await.is_ok());
}
