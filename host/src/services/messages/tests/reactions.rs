//! Who may react to what, and who hears of it.

use super::{ALICE, BOB, CAROL, into, relate, send, to};
use crate::{
    model::{
        MessageId, ReactionType, Reply, UserId,
        command::{MessageReactions, QueryMessages},
        group::MemberPatch,
        message::{Message, Target},
        notification::Recipients,
    },
    services::{
        messages::Error,
        testing::{NOW, World, assert_refused, message},
    },
};

fn reactions(message: MessageId, types: &[i32]) -> MessageReactions {
    MessageReactions { message, types: types.iter().copied().map(ReactionType).collect(), attributes: Vec::new() }
}

async fn react(world: &World, user: UserId, message: MessageId, types: &[i32]) -> Result<Option<Recipients>, Error> {
    world.services.messages.react(user, &reactions(message, types)).await
}

async fn withdraw(world: &World, user: UserId, message: MessageId, types: &[i32]) -> Result<Option<Recipients>, Error> {
    world.services.messages.withdraw_reactions(user, &reactions(message, types)).await
}

#[tokio::test]
async fn both_sides_of_a_private_message_react() {
    let world = World::new().await;
    let id = send(&world, ALICE, &to(BOB)).await.unwrap().message.id;
    assert_eq!(react(&world, BOB, id, &[1]).await.unwrap(), Some(Recipients::User(ALICE)));
    assert_eq!(react(&world, BOB, id, &[1]).await.unwrap(), None, "it was there");
    assert_eq!(react(&world, ALICE, id, &[1, 2]).await.unwrap(), Some(Recipients::User(BOB)));
    assert_eq!(withdraw(&world, ALICE, id, &[1]).await.unwrap(), Some(Recipients::User(BOB)));
    assert_eq!(withdraw(&world, ALICE, id, &[1]).await.unwrap(), None, "it was gone");
    assert_eq!(react(&world, CAROL, id, &[]).await.unwrap(), None, "nothing is nothing");
    let query = QueryMessages {
        ids: vec![id],
        of_groups: Some(false),
        is_system: None,
        from: Vec::new(),
        start: None,
        end: None,
        max_count: None,
        with_total: false,
        descending: false,
    };
    let Reply::Messages(found) = world.services.messages.query(BOB, &query).await.unwrap() else { panic!() };
    let groups: Vec<_> = found[0].reactions.iter().map(|it| (it.reaction_type.0, it.users[0].id, it.count)).collect();
    assert_eq!(groups, [(2, ALICE, 1), (1, BOB, 1)]);
}

#[tokio::test]
async fn members_of_the_group_react() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB]).await;
    let id = send(&world, ALICE, &into(group)).await.unwrap().message.id;
    let members = Some(Recipients::Users([ALICE, BOB].into()));
    assert_eq!(react(&world, BOB, id, &[1]).await.unwrap(), members);
    assert_eq!(withdraw(&world, BOB, id, &[1]).await.unwrap(), members);
    assert_refused!(react(&world, CAROL, id, &[1]).await, Error::NotVisible);
    assert_refused!(withdraw(&world, CAROL, id, &[1]).await, Error::NotVisible);
}

#[tokio::test]
async fn whoever_is_muted_does_not_react() {
    let world = World::new().await;
    let group = world.group(ALICE, &[BOB]).await;
    let id = send(&world, ALICE, &into(group)).await.unwrap().message.id;
    let muted = MemberPatch { mute_end_date: Some(Some(NOW.plus_millis(1000))), ..MemberPatch::default() };
    assert!(world.store.update_member(group, BOB, muted, NOW).await.unwrap());
    assert_refused!(react(&world, BOB, id, &[1]).await, Error::MemberMuted);
    assert_eq!(withdraw(&world, BOB, id, &[1]).await.unwrap(), None);
}

#[tokio::test]
async fn messages_that_one_cannot_see_take_no_reaction() {
    let world = World::new().await;
    let id = send(&world, ALICE, &to(BOB)).await.unwrap().message.id;
    let recalled = Message { recall_date: Some(NOW), ..message(5, ALICE, Target::User(BOB)) };
    world.store.insert_message(recalled.into()).await.unwrap();
    for (user, id) in [(CAROL, id), (ALICE, MessageId(5)), (ALICE, MessageId(404)), (ALICE, MessageId(-1))] {
        assert_refused!(react(&world, user, id, &[1]).await, Error::NotVisible);
        assert_refused!(withdraw(&world, user, id, &[1]).await, Error::NotVisible);
    }
}

#[tokio::test]
async fn who_is_blocked_does_not_react() {
    let world = World::new().await;
    let id = send(&world, ALICE, &to(BOB)).await.unwrap().message.id;
    react(&world, ALICE, id, &[2]).await.unwrap().unwrap();
    relate(&world, BOB, ALICE, true).await;
    assert_refused!(react(&world, ALICE, id, &[1]).await, Error::BlockedByRecipient);
    assert!(withdraw(&world, ALICE, id, &[2]).await.unwrap().is_some(), "the own ones can be taken off");
    react(&world, BOB, id, &[1]).await.unwrap().unwrap();
}

#[tokio::test]
async fn reactions_have_limits() {
    let world = World::with(|config| {
        config.messages.max_reactions_per_user = 2;
        config.messages.max_reaction_types = 3;
        config.notifications.message_reactions_changed.recipients = false;
    })
    .await;
    let id = send(&world, ALICE, &to(BOB)).await.unwrap().message.id;
    assert_refused!(react(&world, ALICE, id, &[1, 1, 1]).await, Error::TooManyReactions { .. });
    assert_refused!(withdraw(&world, ALICE, id, &[1, 1, 1]).await, Error::TooManyReactions { .. });
    assert_eq!(react(&world, ALICE, id, &[1, 2]).await.unwrap(), Some(Recipients::Own));
    assert_refused!(react(&world, ALICE, id, &[3]).await, Error::TooManyReactions { .. });
    assert_refused!(react(&world, BOB, id, &[3, 4]).await, Error::TooManyReactions { .. });
    react(&world, BOB, id, &[3]).await.unwrap().unwrap();
}
