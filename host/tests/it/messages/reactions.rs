//! Reactions to messages.

use talaria_client::{
    MessageQuery, Target,
    proto::{CreateMessageReactionsRequest, DeleteMessageReactionsRequest, DeviceType, turms_request::Kind},
};

use crate::support::{TestServer, Transport, User};

fn react(message_id: i64, types: &[i32]) -> Kind {
    let request = CreateMessageReactionsRequest { message_id, reaction_types: types.to_vec(), ..Default::default() };
    Kind::CreateMessageReactionsRequest(request)
}

fn withdraw(message_id: i64, types: &[i32]) -> Kind {
    let request = DeleteMessageReactionsRequest { message_id, reaction_types: types.to_vec(), ..Default::default() };
    Kind::DeleteMessageReactionsRequest(request)
}

/// Type, count and users of the reactions to the one message that the reader finds.
async fn shown(reader: &User, query: MessageQuery) -> Vec<(i32, i32, Vec<(i64, String)>)> {
    let messages = reader.query(query).await;
    let groups = messages.into_iter().flat_map(|message| message.reaction_groups);
    let named = |it: talaria_client::proto::UserInfo| (it.id.unwrap_or_default(), it.name.unwrap_or_default());
    groups.map(|it| (it.reaction_type, it.reaction_count, it.user_infos.into_iter().map(named).collect())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reaction_is_told_and_found() {
    let server = TestServer::start().await;
    let (mut one, mut two) = (server.ws(1).await, server.tcp(2).await);
    let mut phone = server.user(Transport::Tcp, 2, DeviceType::Ios).await;
    let id = one.send(Target::User(2), "x").await;
    two.next_message().await;
    phone.next_message().await;
    assert_eq!(two.code(react(id, &[128_077])).await, 1000);
    for other in [&mut one, &mut phone] {
        let told = other.next_notification().await;
        let relayed = told.relayed_request.unwrap().kind;
        let Some(Kind::CreateMessageReactionsRequest(reaction)) = relayed else { panic!("{relayed:?}") };
        assert_eq!((told.requester_id, reaction.message_id), (Some(2), id));
        assert_eq!(reaction.reaction_types, [128_077]);
    }
    assert_eq!(two.code(react(id, &[128_077])).await, 1000, "again is no news");
    let found = shown(&two, MessageQuery::default()).await;
    let [(128_077, 1, users)] = &found[..] else { panic!("{found:?}") };
    assert_eq!(users[0].0, 2);
    assert_eq!(two.code(withdraw(id, &[128_077])).await, 1000);
    let relayed = one.next_notification().await.relayed_request.unwrap().kind;
    assert!(matches!(relayed, Some(Kind::DeleteMessageReactionsRequest(_))), "{relayed:?}");
    assert!(shown(&two, MessageQuery::default()).await.is_empty());
    two.hears_nothing().await;
    one.hears_nothing().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_group_hears_of_its_members_reactions() {
    let mut server = TestServer::start().await;
    let (mut one, mut two, three) = (server.ws(1).await, server.tcp(2).await, server.ws(3).await);
    let outsider = server.ws(4).await;
    let id = one.send(Target::Group(1), "x").await;
    two.next_message().await;
    assert_eq!(outsider.code(react(id, &[1])).await, 1302);
    assert_eq!(one.code(react(404, &[1])).await, 1302);
    assert_eq!(three.code(react(id, &[1, 2])).await, 1000);
    for other in [&mut one, &mut two] {
        assert_eq!(other.next_notification().await.requester_id, Some(3));
        other.hears_nothing().await;
    }
    assert_eq!(one.code(react(id, &(0..11).collect::<Vec<_>>())).await, 1102);
    assert_eq!(one.code(react(id, &[2])).await, 1000);
    drop((one, two, three, outsider));
    server.restart().await;
    let query = MessageQuery { of_groups: true, ..MessageQuery::default() };
    let found = shown(&server.ws(1).await, query).await;
    let ids: Vec<_> = found.iter().map(|(kind, count, users)| (*kind, *count, users.len())).collect();
    assert_eq!(ids, [(1, 1, 1), (2, 2, 2)]);
}
