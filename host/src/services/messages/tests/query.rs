//! Who may read what.

use super::{ALICE, BOB, CAROL, into, send, to};
use crate::{
    model::{
        MessageId, Reply, Timestamp, UserId,
        command::QueryMessages,
        message::{Message, Target},
    },
    services::{
        messages::Error,
        testing::{NOW, World, assert_refused, draft},
    },
};

fn query(of_groups: bool, from: &[i64]) -> QueryMessages {
    QueryMessages {
        ids: Vec::new(),
        of_groups: Some(of_groups),
        is_system: None,
        from: from.to_vec(),
        start: None,
        end: None,
        max_count: None,
        with_total: false,
        descending: false,
    }
}

async fn found(world: &World, reader: UserId, query: &QueryMessages) -> Vec<Message> {
    match world.services.messages.query(reader, query).await.unwrap() {
        Reply::Messages(messages) => messages,
        Reply::NoContent => Vec::new(),
        other => panic!("{other:?}"),
    }
}

async fn texts(world: &World, reader: UserId, query: &QueryMessages) -> Vec<String> {
    found(world, reader, query).await.into_iter().filter_map(|message| message.text).collect()
}

/// Private messages named by who wrote to whom, each a second after the one before.
async fn conversations() -> World {
    let world = World::new().await;
    for (sender, recipient) in [(ALICE, BOB), (BOB, ALICE), (CAROL, ALICE), (ALICE, CAROL), (BOB, CAROL)] {
        let text = format!("{sender}{recipient}");
        send(&world, sender, &draft(Target::User(recipient), &text)).await.unwrap();
        world.clock.advance(1000);
    }
    world
}

#[tokio::test]
async fn senders_choose_the_private_messages() {
    let world = conversations().await;
    for (from, expected) in [
        (vec![], vec!["21", "31"]),
        (vec![2], vec!["21"]),
        (vec![2, 2, 3], vec!["21", "31"]),
        (vec![404, -2, 0, i64::MIN], vec![]),
        (vec![1], vec!["12", "13"]),
        (vec![1, 2], vec!["12", "21"]),
        (vec![1, 2, 3], vec!["12", "21", "31", "13"]),
    ] {
        assert_eq!(texts(&world, ALICE, &query(false, &from)).await, expected, "from {from:?}");
    }
    assert_eq!(texts(&world, UserId(9), &query(false, &[1, 2, 3])).await, [""; 0], "others' messages stay theirs");
}

#[tokio::test]
async fn ids_dates_order_and_count_narrow_the_page() {
    let world = conversations().await;
    let all = found(&world, ALICE, &query(false, &[1, 2, 3])).await;
    let some = QueryMessages { ids: vec![all[2].id, MessageId(404)], ..query(false, &[]) };
    assert_eq!(texts(&world, ALICE, &some).await, ["31"]);
    let others = found(&world, CAROL, &query(false, &[2])).await;
    let foreign = QueryMessages { ids: vec![others[0].id], ..query(false, &[]) };
    assert!(found(&world, ALICE, &foreign).await.is_empty(), "an id opens nothing");

    let (start, end) = (Some(all[1].delivery_date), Some(all[2].delivery_date));
    let window = QueryMessages { start, end, ..query(false, &[1, 2, 3]) };
    assert_eq!(texts(&world, ALICE, &window).await, ["21"]);
    let backwards = QueryMessages { start: end, end: start, ..query(false, &[]) };
    assert!(found(&world, ALICE, &backwards).await.is_empty());
    let last = QueryMessages { descending: true, max_count: Some(1), ..query(false, &[]) };
    assert_eq!(texts(&world, ALICE, &last).await, ["31"]);
    let system = QueryMessages { is_system: Some(true), ..query(false, &[]) };
    assert!(found(&world, ALICE, &system).await.is_empty());
    let never = QueryMessages { end: Some(Timestamp(i64::MIN)), ..query(false, &[]) };
    assert!(found(&world, ALICE, &never).await.is_empty());
}

#[tokio::test]
async fn a_count_is_positive_and_capped() {
    let world = World::with(|config| config.messages.max_count = 2).await;
    for _ in 0..3 {
        send(&world, BOB, &to(ALICE)).await.unwrap();
    }
    let counted = |max_count| QueryMessages { max_count, ..query(false, &[]) };
    for (count, expected) in [(None, 2), (Some(1), 1), (Some(2), 2), (Some(i32::MAX), 2)] {
        assert_eq!(found(&world, ALICE, &counted(count)).await.len(), expected);
    }
    for count in [0, -1, i32::MIN] {
        assert_refused!(world.services.messages.query(ALICE, &counted(Some(count))).await, Error::InvalidCount);
    }
}

#[tokio::test]
async fn a_query_names_so_many_and_no_more() {
    let world = World::with(|config| {
        config.messages.max_ids_per_query = 2;
        config.messages.max_from_per_query = 2;
    })
    .await;
    let ids = |count: i64| QueryMessages { ids: (1..=count).map(MessageId).collect(), ..query(false, &[]) };
    assert!(found(&world, ALICE, &ids(2)).await.is_empty());
    assert_refused!(world.services.messages.query(ALICE, &ids(3)).await, Error::TooMany { max: 2, .. });
    assert!(found(&world, ALICE, &query(false, &[1, 2])).await.is_empty());
    for of_groups in [false, true] {
        let refused = world.services.messages.query(ALICE, &query(of_groups, &[1, 2, 3])).await;
        assert_refused!(refused, Error::TooMany { max: 2, .. });
    }
}

#[tokio::test]
async fn queries_can_find_both_sides_and_recalled_messages() {
    let world = World::with(|config| {
        config.messages.query_both_sides = true;
        config.messages.show_recalled = true;
    })
    .await;
    let message = crate::services::testing::message;
    let recalled = Message { recall_date: Some(NOW), ..message(1, ALICE, Target::User(BOB)) };
    for message in [recalled, message(2, BOB, Target::User(ALICE)), message(3, CAROL, Target::User(ALICE))] {
        world.store.insert_message(message.into()).await.unwrap();
    }
    let ids = async |from: &[i64]| {
        found(&world, ALICE, &query(false, from)).await.into_iter().map(|message| message.id.0).collect::<Vec<_>>()
    };
    assert_eq!(ids(&[2]).await, [1, 2]);
    assert_eq!(ids(&[]).await, [2, 3]);
}

#[tokio::test]
async fn group_messages_are_for_members() {
    let world = World::new().await;
    let (first, second) = (world.group(ALICE, &[BOB]).await, world.group(CAROL, &[BOB]).await);
    send(&world, ALICE, &into(first)).await.unwrap();
    send(&world, CAROL, &into(second)).await.unwrap();
    send(&world, ALICE, &to(BOB)).await.unwrap();
    let count = async |reader, from: &[i64]| found(&world, reader, &query(true, from)).await.len();
    assert_eq!(count(BOB, &[]).await, 2);
    assert_eq!(count(BOB, &[first.0]).await, 1);
    assert_eq!(count(ALICE, &[]).await, 1, "one's own messages too");
    assert_eq!(count(UserId(9), &[]).await, 0, "in no group, nothing");
    for from in [vec![second.0], vec![first.0, second.0], vec![404], vec![-first.0]] {
        let refused = world.services.messages.query(ALICE, &query(true, &from)).await;
        assert_refused!(refused, Error::NotMemberToQuery);
    }
    let neither = QueryMessages { of_groups: None, ..query(true, &[]) };
    assert_refused!(world.services.messages.query(ALICE, &neither).await, Error::ConversationKindMissing);
}

#[tokio::test]
async fn totals_are_by_sender_or_group() {
    let world = conversations().await;
    send(&world, BOB, &to(ALICE)).await.unwrap();
    let totals = async |reader, query: QueryMessages| {
        let query = QueryMessages { with_total: true, ..query };
        match world.services.messages.query(reader, &query).await.unwrap() {
            Reply::MessagesWithTotal(parts) => {
                parts.into_iter().map(|part| (part.from, part.total, part.messages.len())).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        }
    };
    let user = |id| Target::User(UserId(id));
    assert_eq!(totals(ALICE, query(false, &[])).await, [(user(2), 2, 1)], "one message unless more are asked for");
    let page = QueryMessages { max_count: Some(10), ..query(false, &[]) };
    assert_eq!(totals(ALICE, page).await, [(user(2), 2, 2), (user(3), 1, 1)]);
    let both = QueryMessages { max_count: Some(10), ..query(false, &[1, 2]) };
    assert_eq!(totals(ALICE, both).await, [(user(1), 1, 1), (user(2), 2, 2)]);
    let own = QueryMessages { max_count: Some(1), ..query(false, &[1]) };
    assert_eq!(totals(ALICE, own).await, [(user(1), 2, 1)]);

    let group = world.group(ALICE, &[BOB]).await;
    send(&world, ALICE, &into(group)).await.unwrap();
    send(&world, BOB, &into(group)).await.unwrap();
    assert_eq!(totals(BOB, query(true, &[])).await, [(Target::Group(group), 2, 1)]);
}
