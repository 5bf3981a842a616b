//! What plugins learn of users and groups.

use serde_json::json;
use talaria_client::proto::{CreateRelationshipRequest, turms_request::Kind};

use super::{relay, with_fixture};

#[tokio::test(flavor = "multi_thread")]
async fn users_groups_and_members_are_found() {
    let (server, one, mut two) = with_fixture().await;
    let admin = server.admin();
    admin.create_users([901, 902, 903]).await;
    let group = admin.create_group(901, &[902, 903]).await;
    admin.put("/v1/users/902/active", &json!({"active": false})).await.success();
    let mut ask = async |question: String| relay(&one, &mut two, &question).await;

    assert_eq!(ask("?users 902 901 555".into()).await, "902 902 inactive, 901 901 active");
    assert_eq!(ask(format!("?groups {group} 555")).await, format!("{group} a group of 901"));
    assert_eq!(ask(format!("?members {group} 0 2")).await, "901 MemberRole::Owner, 902 MemberRole::Member");
    assert_eq!(ask(format!("?members {group} 902 2")).await, "903 MemberRole::Member");
    assert_eq!(ask("?members 555 0 2".into()).await, "");
    assert_eq!(ask(format!("?member {group} 903")).await, "903 MemberRole::Member");
    assert_eq!(ask(format!("?member {group} 1")).await, "nobody");
    assert_eq!(ask("?joined 903 0 9".into()).await, group.to_string());
    assert_eq!(ask(format!("?banned {group} 1")).await, "false");
}

#[tokio::test(flavor = "multi_thread")]
async fn relationships_are_seen_from_each_side() {
    let (server, one, mut two) = with_fixture().await;
    server.admin().create_users([901, 902]).await;
    let stranger = server.ws(901).await;
    let block = CreateRelationshipRequest { user_id: 902, blocked: true, ..CreateRelationshipRequest::default() };
    assert_eq!(stranger.code(Kind::CreateRelationshipRequest(block)).await, 1000);
    assert_eq!(relay(&one, &mut two, "?related 901 902").await, "blocked");
    assert_eq!(relay(&one, &mut two, "?related 902 901").await, "strangers");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_for_too_much_is_told_so() {
    let (_server, one, mut two) = with_fixture().await;
    let ids = |count: usize| vec!["1"; count].join(" ");
    assert!(relay(&one, &mut two, &format!("?users {}", ids(100))).await.starts_with("1 "));
    for question in ["users", "groups"] {
        assert_eq!(relay(&one, &mut two, &format!("?{question} {}", ids(101))).await, "Error::TooMany");
    }
}
