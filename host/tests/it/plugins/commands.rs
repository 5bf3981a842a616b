//! Texts that are orders to plugins: the hook `command.run`.

use talaria_client::Target;

use super::relay;
use crate::support::{TestServer, User, component, component_named};

async fn with_errands() -> (TestServer, User, User) {
    let server = TestServer::builder().plugin("errands").start().await;
    let (one, two) = (server.ws(1).await, server.tcp(2).await);
    (server, one, two)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_carried_out_and_is_no_message() {
    let (_server, mut one, mut two) = with_errands().await;
    let id = one.send(Target::User(2), "/errand 'a b' c").await;
    assert!(id > 0, "it is answered like a message");
    let (sender, told) = one.next_message().await;
    assert_eq!((sender, told.is_system_message), (0, Some(true)), "the server says it");
    let expected = r#"errand ["a b", "c"] 'a b' c 1 Target::User(2) Origin::Client"#;
    assert_eq!(told.text.as_deref(), Some(expected));
    assert_eq!(one.try_send(Target::User(2), "/errand silent").await.code, 1000);
    one.hears_nothing().await;
    two.hears_nothing().await;
    assert!(two.query(talaria_client::MessageQuery::default()).await.is_empty(), "nothing is stored");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_is_refused_or_passed_on() {
    let (_server, one, mut two) = with_errands().await;
    let refused = one.try_send(Target::User(2), "/errand deny 'not now'").await;
    assert_eq!((refused.code, refused.reason.as_deref()), (20_000, Some("not now")));
    assert_eq!(relay(&one, &mut two, "/errand pass").await, "/errand pass");
    for text in ["/errands", "/Errand", "/other x", "/", " /errand", "/errand/x"] {
        assert_eq!(relay(&one, &mut two, text).await, text, "no command");
    }
    assert_eq!(one.try_send(Target::User(2), "/errand panic").await.code, 1201, "it is closed when it fails");
    two.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_plugin_a_command_is_a_text() {
    let (server, one, mut two) = with_errands().await;
    server.admin().disable_plugin("errands").await.success();
    assert_eq!(relay(&one, &mut two, "/errand silent").await, "/errand silent");
    server.admin().enable_plugin("errands").await.success();
    assert_eq!(one.try_send(Target::User(2), "/errand silent").await.code, 1000);
    two.hears_nothing().await;
    let status = server.admin().plugin("errands").await.success().json();
    assert_eq!(status["commands"][0]["usage"], "/errand WORD...");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_belongs_to_one_plugin() {
    let (server, ..) = with_errands().await;
    let refused = server.admin().install_plugin(component_named("errands", "erratic")).await;
    assert!(refused.status.is_client_error(), "{refused:?}");
    for part in ["`/errand`", "`errands`", "`erratic`"] {
        assert!(refused.text.contains(part), "{part}: {}", refused.text);
    }
    server.admin().install_plugin(component("errands")).await.success();
}
