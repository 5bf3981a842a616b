//! What is relayed of coming into groups by consent.

use proptest::prelude::*;

use super::{text, user, values};
use crate::model::{
    EnrolmentId, GroupId,
    approval::ResponseAction,
    command::{
        Command, CreateGroupInvitation, CreateGroupJoinRequest, DeleteGroupInvitation, DeleteGroupJoinRequest,
        UpdateGroupInvitation, UpdateGroupJoinRequest,
    },
};

pub(super) fn command() -> impl Strategy<Value = Command> {
    let id = || any::<i64>().prop_map(EnrolmentId);
    let group = || any::<i64>().prop_map(GroupId);
    let action = || {
        let actions = vec![ResponseAction::Accept, ResponseAction::Decline, ResponseAction::Ignore];
        prop::sample::select(actions).prop_map(Some)
    };
    prop_oneof![
        (group(), user(), ".{0,12}", values()).prop_map(|(group, invitee, content, attributes)| {
            Command::CreateGroupInvitation(Box::new(CreateGroupInvitation { group, invitee, content, attributes }))
        }),
        (id(), values()).prop_map(|(id, attributes)| {
            Command::DeleteGroupInvitation(Box::new(DeleteGroupInvitation { id, attributes }))
        }),
        (id(), action(), text(), values()).prop_map(|(id, action, reason, attributes)| {
            Command::UpdateGroupInvitation(Box::new(UpdateGroupInvitation { id, action, reason, attributes }))
        }),
        (group(), ".{0,12}", values()).prop_map(|(group, content, attributes)| {
            Command::CreateGroupJoinRequest(Box::new(CreateGroupJoinRequest { group, content, attributes }))
        }),
        (id(), values()).prop_map(|(id, attributes)| {
            Command::DeleteGroupJoinRequest(Box::new(DeleteGroupJoinRequest { id, attributes }))
        }),
        (id(), action(), text(), values()).prop_map(|(id, action, reason, attributes)| {
            Command::UpdateGroupJoinRequest(Box::new(UpdateGroupJoinRequest { id, action, reason, attributes }))
        }),
    ]
}
