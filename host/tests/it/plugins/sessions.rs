//! Plugins that look at sessions, end them, and push news.

use talaria::config::Config;
use talaria_client::{MessageQuery, proto::DeviceType};

use super::{relay, with_fixture};
use crate::support::{TestServer, Transport};

const DISCONNECTED_BY_ADMIN: i32 = 600;

#[tokio::test(flavor = "multi_thread")]
async fn who_is_online_is_seen() {
    let (server, one, mut two) = with_fixture().await;
    let _desktop = server.ws(5).await;
    let _phone = server.user(Transport::Tcp, 5, DeviceType::Ios).await;
    let seen = relay(&one, &mut two, "?online 5 6").await;
    let devices = "[DeviceType::Desktop, DeviceType::Ios]";
    assert_eq!(seen, format!("5 UserStatus::Available {devices}, 6 UserStatus::Offline []"));
    let many = vec!["1"; 1001].join(" ");
    assert_eq!(relay(&one, &mut two, &format!("?online {many}")).await, "Error::TooManyUsers");
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_ended_by_device_or_all() {
    let (server, one, mut two) = with_fixture().await;
    let mut desktop = server.ws(5).await;
    let mut phone = server.user(Transport::Tcp, 5, DeviceType::Ios).await;
    assert_eq!(relay(&one, &mut two, "?kick 5 ios").await, "Ok(1)");
    assert_eq!(phone.close_status().await, DISCONNECTED_BY_ADMIN);
    assert!(desktop.heartbeat_is_answered().await);
    assert_eq!(relay(&one, &mut two, "?kick 5").await, "Ok(1)");
    assert_eq!(desktop.close_status().await, DISCONNECTED_BY_ADMIN);
    assert_eq!(relay(&one, &mut two, "?kick 5").await, "Ok(0)");
}

#[tokio::test(flavor = "multi_thread")]
async fn news_reach_those_online_and_are_not_kept() {
    let (server, one, mut two) = with_fixture().await;
    let mut five = server.ws(5).await;
    assert_eq!(relay(&one, &mut two, "?push 5 your parcel is here").await, "Ok(())");
    let (sender, news) = five.next_message().await;
    assert_eq!((sender, news.text.as_deref(), news.recipient_id), (0, Some("your parcel is here"), Some(5)));
    assert!(news.is_system_message == Some(true) && news.message_id.is_some());
    assert!(five.query(MessageQuery::default()).await.is_empty());
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_and_too_large_news_are_refused() {
    let few = |config: &mut Config| config.plugins.messages_per_second = 1;
    let server = TestServer::builder().config(few).plugin("fixture").start().await;
    let (one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let large = "x".repeat(16 * 1024 - 100);
    assert_eq!(relay(&one, &mut two, &format!("?push 5 {large}")).await, "Ok(())");
    assert_eq!(relay(&one, &mut two, "?pushlarge 5").await, "Err(Error::TooLarge)");
    assert_eq!(relay(&one, &mut two, "?kick 5").await, "Ok(0)");
    assert_eq!(relay(&one, &mut two, "?kick 5").await, "Err(Error::TooOften)");
    assert_eq!(relay(&one, &mut two, "?push 5 news").await, "Err(Error::TooOften)");
}
