//! Pages of random messages against a filter over all of them, across restarts, while the index is written piece by
//! piece.

use std::sync::Arc;

use proptest::{
    collection::vec,
    prelude::{Just, Strategy, prop_oneof},
    test_runner::Config,
};
use tempfile::TempDir;

use super::open_folding_in;
use crate::{
    model::{
        GroupId, MessageId, Timestamp, UserId,
        message::{Message, MessageQuery, MessageScope, Target},
    },
    store::{MessageStore, conformance::NOW},
};

/// Sender, target, date, whether it is recalled, and whether it is a system message.
type Sent = (i64, Target, i64, bool, bool);

#[derive(Clone, Debug)]
enum Step {
    /// So many in one commit.
    Insert(Vec<Sent>),
    Restart,
}

fn target() -> impl Strategy<Value = Target> {
    prop_oneof![
        (0..4_i64).prop_map(|id| Target::User(UserId(id))),
        (1..4_i64).prop_map(|id| Target::Group(GroupId(id)))
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let message = (0..4_i64, target(), 0..20_i64, proptest::bool::weighted(0.1), proptest::bool::weighted(0.3));
    prop_oneof![9 => vec(message, 1..12).prop_map(Step::Insert), 1 => Just(Step::Restart)]
}

fn scope() -> impl Strategy<Value = MessageScope> {
    let users = || proptest::option::of(vec((0..5_i64).prop_map(UserId), 0..6));
    prop_oneof![
        (0..4_i64, users()).prop_map(|(user, from)| MessageScope::SentTo { user: UserId(user), from }),
        (0..4_i64, users()).prop_map(|(user, to)| MessageScope::SentBy { user: UserId(user), to }),
        (0..4_i64, users()).prop_map(|(user, with)| MessageScope::Private { user: UserId(user), with }),
        vec((0..5_i64).prop_map(GroupId), 0..6).prop_map(MessageScope::Groups),
    ]
}

fn query() -> impl Strategy<Value = MessageQuery> {
    let date = || proptest::option::of((0..20_i64).prop_map(|date| NOW.plus_millis(date)));
    let is_system = proptest::option::of(proptest::bool::ANY);
    (scope(), date(), date(), proptest::bool::ANY, 0..12_u32, is_system).prop_map(
        |(scope, start, end, descending, limit, is_system)| MessageQuery {
            scope,
            ids: None,
            is_system,
            with_recalled: false,
            start,
            end,
            descending,
            limit,
            reacting_users: 0,
        },
    )
}

proptest::proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    #[test]
    fn pages_are_what_a_filter_finds(steps in vec(step(), 1..25), queries in vec(query(), 10), seed in 1..1_000_i64) {
        tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(run(steps, queries, seed));
    }
}

async fn run(steps: Vec<Step>, queries: Vec<MessageQuery>, seed: i64) {
    let directory: TempDir = tempfile::tempdir().unwrap();
    let mut store = open_folding_in(&directory);
    let mut all: Vec<Message> = Vec::new();
    for step in steps {
        match step {
            Step::Restart => {
                drop(store);
                store = open_folding_in(&directory);
            }
            Step::Insert(messages) => {
                let new: Vec<_> = messages
                    .into_iter()
                    .zip(all.len()..)
                    .map(|(message, number)| {
                        // Ids that come in no order, each once: the seed and 1009 share no factor.
                        make((i64::try_from(number).unwrap() + 1) * seed % 1009 + 1, message)
                    })
                    .collect();
                let insertions = new.iter().map(|message| store.insert_message(Arc::new(message.clone())));
                for (message, sequence) in new.iter().zip(futures_util::future::join_all(insertions).await) {
                    let sequence = sequence.unwrap();
                    let before = all.iter().filter(|other| is_same_conversation(other, message)).count();
                    assert_eq!(sequence.0, i64::try_from(before).unwrap() + 1);
                    all.push(Message { sequence, ..message.clone() });
                }
            }
        }
        for query in &queries {
            let page = store.list_messages(query).await.unwrap();
            assert_eq!(page, expected(&all, query), "{query:?}");
            let total = store.count_messages(&query.scope, query.start, query.end).await.unwrap();
            assert_eq!(total, all.iter().filter(|message| is_in(query, message)).count() as u64, "{query:?}");
        }
    }
}

fn is_same_conversation(one: &Message, other: &Message) -> bool {
    match (one.target, other.target) {
        (Target::Group(one), Target::Group(other)) => one == other,
        (Target::User(to), Target::User(other_to)) => {
            (one.sender, to) == (other.sender, other_to) || (one.sender, to) == (other_to, other.sender)
        }
        (Target::User(_), Target::Group(_)) | (Target::Group(_), Target::User(_)) => false,
    }
}

fn make(id: i64, (sender, target, date, is_recalled, is_system): Sent) -> Message {
    Message {
        id: MessageId(id),
        sender: UserId(sender),
        target,
        delivery_date: Timestamp(NOW.0 + date),
        is_system,
        recall_date: is_recalled.then_some(NOW),
        ..Message::clone(&super::message(id, 0, 0))
    }
}

fn expected(all: &[Message], query: &MessageQuery) -> Vec<Message> {
    let is_shown = |message: &&Message| {
        message.recall_date.is_none() && query.is_system.is_none_or(|is_system| is_system == message.is_system)
    };
    let shown = all.iter().filter(|message| is_in(query, message)).filter(is_shown);
    let mut page: Vec<_> = shown.cloned().collect();
    page.sort_by_key(|message| (message.delivery_date, message.id));
    if query.descending {
        page.reverse();
    }
    page.truncate(query.limit as usize);
    page
}

fn is_in(query: &MessageQuery, message: &Message) -> bool {
    let is_any = |users: &Option<Vec<UserId>>, user| users.as_ref().is_none_or(|users| users.contains(&user));
    let is_in_scope = match (&query.scope, message.target) {
        (MessageScope::SentTo { user, from }, Target::User(to)) => to == *user && is_any(from, message.sender),
        (MessageScope::SentBy { user, to: recipients }, Target::User(to)) => {
            message.sender == *user && is_any(recipients, to)
        }
        (MessageScope::Private { user, with }, Target::User(to)) => {
            (message.sender == *user && is_any(with, to)) || (to == *user && is_any(with, message.sender))
        }
        (MessageScope::Groups(groups), Target::Group(group)) => groups.contains(&group),
        (
            MessageScope::SentTo { .. } | MessageScope::SentBy { .. } | MessageScope::Private { .. },
            Target::Group(_),
        )
        | (MessageScope::Groups(_), Target::User(_)) => false,
    };
    is_in_scope
        && query.start.is_none_or(|start| message.delivery_date >= start)
        && query.end.is_none_or(|end| message.delivery_date < end)
}

#[tokio::test]
async fn purged_system_messages_leave_their_index() {
    let directory = tempfile::tempdir().unwrap();
    let store = open_folding_in(&directory);
    for id in 1..=30 {
        let (target, is_system) =
            if id % 2 == 0 { (Target::Group(GroupId(1)), true) } else { (Target::User(UserId(2)), id < 4) };
        let message = Message { target, is_system, ..Message::clone(&super::message(id, 1, 2)) };
        store.insert_message(Arc::new(message)).await.unwrap();
    }
    let connection = rusqlite::Connection::open(directory.path().join("talaria.db")).unwrap();
    let counts = || {
        let count =
            "SELECT (SELECT count(*) FROM system_messages_by_target), (SELECT count(*) FROM system_messages_by_pair)";
        connection.query_row(count, [], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).unwrap()
    };
    assert_eq!(counts(), (17, 2));
    store.purge_messages(MessageId(3), 100).await.unwrap();
    assert_eq!(counts(), (15, 1));
}
