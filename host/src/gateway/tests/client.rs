//! The client library against the gateway.

use talaria_client::{Client, Closed, Error as ClientError, Event, Events, Options, Target as To};

use super::*;

async fn logged_in(connection: Connection, user: i64, options: Options) -> (Client, Events) {
    let (client, events) = Client::new(connection, options);
    let session = client.login(user, "right", proto::DeviceType::Desktop).await.unwrap();
    assert_eq!(session.server_id, "test");
    (client, events)
}

async fn next(events: &mut Events) -> Event {
    timeout(LIMIT, events.next()).await.expect("an event comes").expect("not the end")
}

#[tokio::test]
async fn requests_get_their_answers_and_news_are_events() {
    let server = Server::start();
    let (one, _) = logged_in(Connection::ws(&server.websocket.to_string()).await.unwrap(), 1, Options::default()).await;
    let tcp = Connection::tcp(&server.tcp.to_string()).await.unwrap();
    let (_two, mut news) = logged_in(tcp, 2, Options::default()).await;
    let answers: Vec<_> = (0..100)
        .map(|number| {
            let one = one.clone();
            async move { one.send_message(To::User(2), &number.to_string()).await }
        })
        .collect();
    let ids: Result<Vec<_>, _> = futures_util::future::join_all(answers).await.into_iter().collect();
    assert_eq!(ids.unwrap().len(), 100);
    for number in 0..100 {
        let Event::Notification(notification) = next(&mut news).await else { panic!("no notification") };
        assert_eq!(text(*notification), number.to_string());
    }
    server.stop().await;
}

#[tokio::test]
async fn refusals_carry_their_code() {
    let server = Server::start();
    let (client, _events) = Client::connect_ws(&format!("ws://{}/path", server.websocket)).await.unwrap();
    let refused = client.login(1, WRONG_PASSWORD, proto::DeviceType::Desktop).await;
    assert!(matches!(refused, Err(ClientError::Refused { code: 2011, .. })), "{refused:?}");
    let kind = Kind::UpdateTypingStatusRequest(proto::UpdateTypingStatusRequest::default());
    assert_eq!(client.request(kind).await.unwrap().code, 1105);
    server.stop().await;
}

#[tokio::test]
async fn the_end_is_told_to_all_who_wait() {
    let server = Server::start();
    let tcp = Connection::tcp(&server.tcp.to_string()).await.unwrap();
    let (client, mut events) = logged_in(tcp, 1, Options::default()).await;
    let begun = client.fire(message(2, WAIT)).await.unwrap();
    let waiting = client.fire(message(2, "never")).await.unwrap();
    server.begun(1).await;
    server.user(1).await;
    server.stub.go_on.notify_one();
    assert!(begun.await.unwrap().is_ok());
    let closed = Closed::ByServer { status: 501, code: None, reason: None };
    assert_eq!(waiting.await.unwrap(), Err(closed.clone()));
    assert_eq!(next(&mut events).await, Event::Closed(closed));
    assert_eq!(events.next().await, None);
    assert!(matches!(client.send_message(To::User(2), "hi").await, Err(ClientError::Closed(_))));
    server.stop().await;
}

#[tokio::test]
async fn heartbeats_go_by_themselves_and_closing_is_clean() {
    let server = Server::start();
    let options = Options { heartbeat_interval: Duration::from_millis(20), ..Options::default() };
    let tcp = Connection::tcp(&server.tcp.to_string()).await.unwrap();
    let (client, mut events) = logged_in(tcp, 1, options).await;
    let beaten = async {
        while client.heartbeats_answered() < 3 {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(LIMIT, beaten).await.expect("heartbeats are answered");
    client.close().await;
    assert_eq!(next(&mut events).await, Event::Closed(Closed::ByClient));
    assert_eq!(server.ended(1).await, [(1, CloseStatus::ConnectionClosed)]);
    server.stop().await;
}

#[tokio::test]
async fn events_that_nobody_takes_are_counted() {
    let server = Server::start();
    let options = Options { event_capacity: 2, ..Options::default() };
    let tcp = Connection::tcp(&server.tcp.to_string()).await.unwrap();
    let (client, mut events) = logged_in(tcp, 1, options).await;
    let mut other = server.user(2).await;
    for _ in 0..5 {
        other.code(message(1, "hi")).await;
    }
    // What comes before the answer has been received when the answer has.
    client.send_message(To::User(3), "hi").await.unwrap();
    assert_eq!(next(&mut events).await, Event::Missed(3));
    assert!(matches!(next(&mut events).await, Event::Notification(_)));
    server.stop().await;
}

#[tokio::test]
async fn who_drops_the_client_hangs_up() {
    let server = Server::start();
    let tcp = Connection::tcp(&server.tcp.to_string()).await.unwrap();
    drop(logged_in(tcp, 1, Options::default()).await);
    assert_eq!(server.ended(1).await, [(1, CloseStatus::ConnectionClosed)]);
    server.stop().await;
}
