//! Reactions to messages.

use super::{
    NOW, insert_users,
    messages::{insert, query, sent_to, to_user},
};
use crate::{
    model::{
        MessageId, ReactionType, UserId,
        message::{Message, MessageQuery},
        reaction::{ReactionLimits, ReactionOutcome, Reactions},
    },
    store::Store,
};

const LIMITS: ReactionLimits = ReactionLimits { per_user: 3, types: 4 };

fn by(user: i64, message: i64, types: &[i32]) -> Reactions {
    let types = types.iter().copied().map(ReactionType).collect();
    Reactions { message: MessageId(message), user: UserId(user), types }
}

/// Each a millisecond after the one before.
async fn react(store: &dyn Store, user: i64, message: i64, types: &[i32]) -> ReactionOutcome {
    store.insert_reactions(by(user, message, types), LIMITS, NOW.plus_millis(user)).await.unwrap()
}

/// Type, count and users of the reactions to a message to user 2.
async fn shown(store: &dyn Store, message: i64, limit: u32) -> Vec<(i32, u32, Vec<i64>)> {
    let page = MessageQuery { reacting_users: limit, ..query(sent_to(2, None)) };
    let by_page = store.list_messages(&page).await.unwrap();
    let by_id = store.list_messages(&MessageQuery { ids: Some(vec![MessageId(message)]), ..page }).await.unwrap();
    let by_page: Vec<_> = by_page.into_iter().filter(|found| found.id.0 == message).collect();
    assert_eq!(by_page, by_id);
    let groups = by_id.into_iter().flat_map(|message| message.reactions);
    groups
        .map(|group| (group.reaction_type.0, group.count, group.users.iter().map(|user| user.id.0).collect()))
        .collect()
}

pub(in crate::store) async fn pages_bring_reactions(store: &dyn Store) {
    insert_users(store, &[1, 2, 3]).await;
    insert(store, [to_user(1, 1, 2), to_user(2, 1, 2)]).await;
    assert_eq!(react(store, 3, 1, &[7]).await, ReactionOutcome::Added);
    assert_eq!(react(store, 2, 1, &[-1, 7, 7]).await, ReactionOutcome::Added);
    assert_eq!(react(store, 1, 1, &[7]).await, ReactionOutcome::Added);
    assert_eq!(shown(store, 1, 2).await, [(7, 3, vec![1, 2]), (-1, 1, vec![2])], "by date");
    assert_eq!(shown(store, 1, 0).await, [(7, 3, vec![]), (-1, 1, vec![])]);
    assert!(shown(store, 2, 2).await.is_empty());
    store.delete_users(&[UserId(1)], NOW).await.unwrap();
    assert_eq!(shown(store, 1, 9).await, [(7, 3, vec![2, 3]), (-1, 1, vec![2])], "deleted users have no profile");
    assert!(store.find_message(MessageId(1)).await.unwrap().unwrap().reactions.is_empty());
}

pub(in crate::store) async fn reactions_come_and_go(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert(store, [Message { is_system: true, ..to_user(1, 1, 2) }]).await;
    react(store, 1, 1, &[5, 6]).await;
    assert_eq!(react(store, 1, 1, &[6, 5]).await, ReactionOutcome::Unchanged);
    assert_eq!(react(store, 1, 1, &[]).await, ReactionOutcome::Unchanged);
    assert!(!store.delete_reactions(by(2, 1, &[5])).await.unwrap(), "another user's");
    assert!(store.delete_reactions(by(1, 1, &[5, 9])).await.unwrap());
    assert!(!store.delete_reactions(by(1, 1, &[5])).await.unwrap());
    assert_eq!(shown(store, 1, 1).await, [(6, 1, vec![1])]);
    assert!(store.delete_reactions(by(1, 1, &[6])).await.unwrap());
    assert!(shown(store, 1, 1).await.is_empty());
    react(store, 2, 1, &[6]).await;
    assert_eq!(shown(store, 1, 1).await, [(6, 1, vec![2])]);
    assert!(store.find_message(MessageId(1)).await.unwrap().unwrap().is_system);
}

pub(in crate::store) async fn limits_hold_all_or_nothing(store: &dyn Store) {
    insert_users(store, &[1, 2]).await;
    insert(store, [to_user(1, 1, 2)]).await;
    react(store, 1, 1, &[1, 2]).await;
    assert_eq!(react(store, 1, 1, &[2, 3, 4]).await, ReactionOutcome::TooMany, "of one user");
    assert_eq!(react(store, 1, 1, &[2, 3, 3]).await, ReactionOutcome::Added);
    assert_eq!(react(store, 2, 1, &[3, 4, 5]).await, ReactionOutcome::TooMany, "of all");
    assert_eq!(react(store, 2, 1, &[1, 2, 4]).await, ReactionOutcome::Added);
    let counts: Vec<_> = shown(store, 1, 0).await.into_iter().map(|(kind, count, _)| (kind, count)).collect();
    assert_eq!(counts, [(1, 2), (2, 2), (3, 1), (4, 1)]);
}

pub(in crate::store) async fn gone_messages_take_none(store: &dyn Store) {
    let deleted = Message { deletion_date: Some(NOW), ..to_user(1, 1, 2) };
    let recalled = Message { recall_date: Some(NOW), ..to_user(2, 1, 2) };
    insert(store, [deleted, recalled]).await;
    for message in [1, 2, 3] {
        assert_eq!(react(store, 1, message, &[1]).await, ReactionOutcome::NoMessage);
    }
}
