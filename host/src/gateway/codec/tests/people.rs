//! What is relayed of users' dealings with each other.

use proptest::prelude::*;

use super::{text, user, values};
use crate::model::{
    FriendRequestId,
    approval::ResponseAction,
    command::{Command, CreateFriendRequest, DeleteFriendRequest, UpdateFriendRequest},
};

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![create_friend_request(), delete_friend_request(), update_friend_request()]
}

fn create_friend_request() -> impl Strategy<Value = Command> {
    (user(), ".{0,12}", values()).prop_map(|(recipient, content, attributes)| {
        Command::CreateFriendRequest(Box::new(CreateFriendRequest { recipient, content, attributes }))
    })
}

fn delete_friend_request() -> impl Strategy<Value = Command> {
    (any::<i64>(), values()).prop_map(|(id, attributes)| {
        Command::DeleteFriendRequest(Box::new(DeleteFriendRequest { id: FriendRequestId(id), attributes }))
    })
}

fn update_friend_request() -> impl Strategy<Value = Command> {
    let actions = vec![ResponseAction::Accept, ResponseAction::Decline, ResponseAction::Ignore];
    (any::<i64>(), prop::sample::select(actions), text(), values()).prop_map(|(id, action, reason, attributes)| {
        let (id, action) = (FriendRequestId(id), Some(action));
        Command::UpdateFriendRequest(Box::new(UpdateFriendRequest { id, action, reason, attributes }))
    })
}
