//! Who finds which messages by their words.

use super::{ALICE, BOB, CAROL, into, send, to};
use crate::{
    model::{
        GroupId, MessageId, Reply, UserId,
        command::SearchMessages,
        message::{Draft, SearchPage, Target},
    },
    services::{
        messages::Error,
        testing::{World, assert_refused},
    },
};

fn query(text: &str) -> SearchMessages {
    SearchMessages { text: text.into(), conversation: None, before: None, max_count: None }
}

async fn search(world: &World, user: UserId, query: SearchMessages) -> Result<SearchPage, Error> {
    match world.services.messages.search(user, query).await? {
        Reply::FoundMessages(page) => Ok(page),
        Reply::NoContent => Ok(SearchPage::default()),
        other => panic!("{other:?}"),
    }
}

async fn says(world: &World, sender: UserId, draft: Draft, text: &str) -> MessageId {
    send(world, sender, &Draft { text: Some(text.into()), ..draft }).await.unwrap().message.id
}

fn ids(page: SearchPage) -> Vec<MessageId> {
    page.messages.into_iter().map(|message| message.id).collect()
}

#[tokio::test]
async fn users_find_what_they_may_read() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB]).await;
    let private = says(&world, ALICE, to(BOB), "the plan for Monday").await;
    let public = says(&world, BOB, into(group), "another plan").await;
    says(&world, CAROL, to(BOB), "a secret plan").await;
    assert_eq!(ids(search(&world, ALICE, query("Plan")).await.unwrap()), [public, private]);
    let of_group = SearchMessages { conversation: Some(Target::Group(group)), ..query("plan") };
    assert_eq!(ids(search(&world, ALICE, of_group.clone()).await.unwrap()), [public]);
    let with_bob = SearchMessages { conversation: Some(Target::User(BOB)), ..query("plan") };
    assert_eq!(ids(search(&world, ALICE, with_bob).await.unwrap()), [private]);
    assert_refused!(search(&world, CAROL, of_group).await, Error::NotMemberToQuery);
    let unknown = SearchMessages { conversation: Some(Target::Group(GroupId(-1))), ..query("plan") };
    assert_refused!(search(&world, ALICE, unknown).await, Error::NotMemberToQuery);
    assert_eq!(search(&world, CAROL, query("monday")).await.unwrap(), SearchPage::default());
}

#[tokio::test]
async fn pages_go_on_where_they_ended() {
    let world = World::new().await;
    let mut sent = Vec::new();
    for number in 0..5 {
        sent.push(says(&world, ALICE, to(BOB), &format!("item {number}")).await);
    }
    sent.reverse();
    let page = search(&world, BOB, SearchMessages { max_count: Some(2), ..query("item") }).await.unwrap();
    let next = page.next;
    assert_eq!(ids(page), sent[..2]);
    let rest = search(&world, BOB, SearchMessages { before: next, ..query("item") }).await.unwrap();
    assert_eq!(rest.next, None);
    assert_eq!(ids(rest), sent[2..]);
}

#[tokio::test]
async fn senseless_searches_are_refused() {
    let world = World::with(|config| config.messages.max_search_length = 5).await;
    for nothing in ["", " ", "?!"] {
        assert_refused!(search(&world, ALICE, query(nothing)).await, Error::NothingToSearch);
    }
    assert_refused!(search(&world, ALICE, query("123456")).await, Error::SearchTooLong { max: 5 });
    let nobody = SearchMessages { conversation: Some(Target::User(UserId(-5))), ..query("plan") };
    assert_refused!(search(&world, ALICE, nobody).await, Error::NoConversation);
    let none = SearchMessages { max_count: Some(0), ..query("plan") };
    assert_refused!(search(&world, ALICE, none).await, Error::InvalidCount);
    let world = World::with(|config| config.messages.search = false).await;
    assert_refused!(search(&world, ALICE, query("plan")).await, Error::SearchDisabled);
}
