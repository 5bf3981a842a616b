//! Groups and their members come, change and go.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            group_created, group_deleted, group_transferred, group_updated, member_answered, member_applied,
            member_invited, member_joined, member_left, member_updated,
        },
    },
    model::{Context, outbox::Change},
};

impl Plugin {
    pub(super) async fn observe_groups(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::GroupCreated => tell!(self, context, events, GroupCreated, group_created.call_created,
                Event::Changed(Change::GroupCreated(group), date) => group_created::NewGroup {
                    group_id: group.0,
                    date: date.0,
                }
            ),
            Hook::GroupUpdated => tell!(self, context, events, GroupUpdated, group_updated.call_updated,
                Event::Changed(Change::GroupUpdated(group), date) => group_updated::UpdatedGroup {
                    group_id: group.0,
                    date: date.0,
                }
            ),
            Hook::GroupTransferred => {
                tell!(self, context, events, GroupTransferred, group_transferred.call_transferred,
                Event::Changed(Change::GroupTransferred { group, owner }, date) => {
                    group_transferred::Transfer {
                        group_id: group.0,
                        owner: owner.0,
                        date: date.0,
                    }
                })
            }
            Hook::GroupDeleted => tell!(self, context, events, GroupDeleted, group_deleted.call_deleted,
                Event::Changed(Change::GroupDeleted(group), date) => group_deleted::DeletedGroup {
                    group_id: group.0,
                    date: date.0,
                }
            ),
            Hook::MemberJoined => tell!(self, context, events, MemberJoined, member_joined.call_joined,
                Event::Changed(Change::MemberJoined { group, user }, date) => member_joined::NewMember {
                    group_id: group.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::MemberLeft => tell!(self, context, events, MemberLeft, member_left.call_left,
                Event::Changed(Change::MemberLeft { group, user }, date) => member_left::FormerMember {
                    group_id: group.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::MemberUpdated => tell!(self, context, events, MemberUpdated, member_updated.call_updated,
                Event::Changed(Change::MemberUpdated { group, user }, date) => member_updated::UpdatedMember {
                    group_id: group.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::MemberInvited => tell!(self, context, events, MemberInvited, member_invited.call_invited,
                Event::Changed(Change::MemberInvited { invitation, group, user }, date) => member_invited::Invitation {
                    invitation_id: invitation.0,
                    group_id: group.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::MemberApplied => tell!(self, context, events, MemberApplied, member_applied.call_applied,
                Event::Changed(Change::MemberApplied { request, group, user }, date) => member_applied::Application {
                    request_id: request.0,
                    group_id: group.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            Hook::MemberAnswered => tell!(self, context, events, MemberAnswered, member_answered.call_answered,
                Event::Changed(Change::MemberAnswered { enrolment, group, user }, date) => member_answered::Answer {
                    id: enrolment.0,
                    group_id: group.0,
                    user_id: user.0,
                    date: date.0,
                }
            ),
            _ => Ok(()),
        }
    }
}
