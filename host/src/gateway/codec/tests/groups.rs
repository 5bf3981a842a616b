//! What is relayed of groups.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{date, text, user, users, values};
use crate::model::{
    GroupId,
    command::{
        Command, CreateGroup, CreateGroupBlockedUser, CreateGroupMembers, DeleteGroup, DeleteGroupBlockedUser,
        DeleteGroupMembers, UpdateGroup, UpdateGroupMember,
    },
    group::Role,
};

pub(super) fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        create_group(),
        update_group(),
        create_group_members(),
        delete_group_members(),
        any::<i64>().prop_flat_map(|group| change_of_group(GroupId(group))),
    ]
}

fn create_group() -> impl Strategy<Value = Command> {
    (any::<String>(), text(), text(), any::<Option<i32>>(), any::<Option<i64>>(), date(), values()).prop_map(
        |(name, intro, announcement, min_score, type_id, mute_end_date, attributes)| {
            let type_id = type_id.map(Into::into);
            let user_defined_attributes = BTreeMap::new();
            let it = CreateGroup {
                name,
                intro,
                announcement,
                min_score,
                type_id,
                mute_end_date,
                user_defined_attributes,
                attributes,
            };
            Command::CreateGroup(Box::new(it))
        },
    )
}

fn create_group_members() -> impl Strategy<Value = Command> {
    let roles = vec![None, Some(Some(Role::Owner)), Some(Some(Role::Guest)), Some(Some(Role::AnonymousGuest))];
    (any::<i64>(), users(), text(), prop::sample::select(roles), date(), values()).prop_map(
        |(group, users, name, role, mute_end_date, attributes)| {
            let group = GroupId(group);
            Command::CreateGroupMembers(Box::new(CreateGroupMembers {
                group,
                users,
                name,
                role,
                mute_end_date,
                attributes,
            }))
        },
    )
}

fn delete_group_members() -> impl Strategy<Value = Command> {
    (any::<i64>(), users(), prop::option::of(user()), any::<bool>(), values()).prop_map(
        |(group, members, successor, quit_after_transfer, attributes)| {
            let group = GroupId(group);
            let it = DeleteGroupMembers { group, members, successor, quit_after_transfer, attributes };
            Command::DeleteGroupMembers(Box::new(it))
        },
    )
}

fn update_group() -> impl Strategy<Value = Command> {
    let texts = (text(), text(), text());
    let numbers = (any::<i64>(), any::<Option<i32>>(), any::<Option<i64>>(), date(), prop::option::of(user()));
    (texts, numbers, any::<bool>(), values()).prop_map(|(texts, numbers, quit_after_transfer, attributes)| {
        let ((name, intro, announcement), (group, min_score, type_id, mute_end_date, successor)) = (texts, numbers);
        Command::UpdateGroup(Box::new(UpdateGroup {
            group: GroupId(group),
            name,
            intro,
            announcement,
            min_score,
            type_id: type_id.map(Into::into),
            mute_end_date,
            successor,
            quit_after_transfer,
            user_defined_attributes: BTreeMap::new(),
            attributes,
        }))
    })
}

fn change_of_group(group: GroupId) -> impl Strategy<Value = Command> {
    let roles = vec![None, Some(Some(Role::Manager)), Some(Some(Role::AnonymousGuest))];
    let member = (user(), text(), prop::sample::select(roles), date(), text(), values());
    prop_oneof![
        values().prop_map(move |attributes| Command::DeleteGroup(Box::new(DeleteGroup { group, attributes }))),
        member.prop_map(move |(member, name, role, mute_end_date, note, attributes)| {
            let it = UpdateGroupMember { group, member, name, role, mute_end_date, note, attributes };
            Command::UpdateGroupMember(Box::new(it))
        }),
        (user(), values()).prop_map(move |(user, attributes)| {
            Command::CreateGroupBlockedUser(Box::new(CreateGroupBlockedUser { group, user, attributes }))
        }),
        (user(), values()).prop_map(move |(user, attributes)| {
            Command::DeleteGroupBlockedUser(Box::new(DeleteGroupBlockedUser { group, user, attributes }))
        }),
    ]
}
