//! Before users come into groups and leave them, and before members change.

use super::{ask, fill, ids, judge, replace};
use crate::{
    dispatch::{
        hooks::{AnswerSubject, Answering, Joining},
        wasm::{
            Fault, Judged, Plugin,
            bindings::exports::talaria::plugin::{
                member_before_answer, member_before_apply, member_before_invite, member_before_join,
                member_before_kick, member_before_mute, member_before_profile, member_before_role,
            },
            convert,
        },
    },
    model::{
        Context, GroupId, Timestamp, UserId,
        command::{CreateGroupInvitation, CreateGroupJoinRequest, UpdateGroupMember},
        group::Role,
    },
};

impl Plugin {
    /// `member.before-apply`
    pub(in crate::dispatch) async fn member_before_apply(
        &self,
        context: &Context,
        application: &mut CreateGroupJoinRequest,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, MemberBeforeApply,
            member_before_apply.call_before_apply(member_before_apply::Application {
                group_id: application.group.0,
                content: &application.content,
            }),
            patch => replace(&mut application.content, patch.content)
        )
    }

    /// `member.before-invite`
    pub(in crate::dispatch) async fn member_before_invite(
        &self,
        context: &Context,
        invitation: &mut CreateGroupInvitation,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, MemberBeforeInvite,
            member_before_invite.call_before_invite(member_before_invite::Invitation {
                group_id: invitation.group.0,
                invitee: invitation.invitee.0,
                content: &invitation.content,
            }),
            patch => replace(&mut invitation.content, patch.content)
        )
    }

    /// `member.before-answer`
    pub(in crate::dispatch) async fn member_before_answer(
        &self,
        context: &Context,
        answer: &mut Answering<'_>,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, MemberBeforeAnswer,
            member_before_answer.call_before_answer(member_before_answer::Answer {
                subject: match answer.subject {
                    AnswerSubject::Invitation => member_before_answer::Subject::Invitation,
                    AnswerSubject::JoinRequest => member_before_answer::Subject::JoinRequest,
                },
                id: answer.id.0,
                response: convert::response(answer.action),
                reason: answer.reason.as_deref(),
            }),
            patch => fill(answer.reason, patch.reason)
        )
    }

    /// `member.before-join`
    pub(in crate::dispatch) async fn member_before_join(
        &self,
        context: &Context,
        joining: &mut Joining<'_>,
    ) -> Result<Judged, Fault> {
        let users = ids(joining.users);
        ask!(
            self, context, MemberBeforeJoin,
            member_before_join.call_before_join(member_before_join::Joining {
                group_id: joining.group.0,
                users: &users,
                role: convert::role(joining.role),
                name: joining.name.as_deref(),
            }),
            patch => fill(joining.name, patch.name)
        )
    }

    /// `member.before-leave`
    pub(in crate::dispatch) async fn member_before_leave(
        &self,
        context: &Context,
        group: GroupId,
    ) -> Result<Judged, Fault> {
        judge!(self, context, MemberBeforeLeave, member_before_leave.call_before_leave(group.0))
    }

    /// `member.before-kick`
    pub(in crate::dispatch) async fn member_before_kick(
        &self,
        context: &Context,
        group: GroupId,
        users: &[UserId],
    ) -> Result<Judged, Fault> {
        let users = ids(users);
        judge!(
            self,
            context,
            MemberBeforeKick,
            member_before_kick.call_before_kick(member_before_kick::Kick { group_id: group.0, users: &users })
        )
    }

    /// `member.before-role`
    pub(in crate::dispatch) async fn member_before_role(
        &self,
        context: &Context,
        change: &UpdateGroupMember,
        role: Role,
    ) -> Result<Judged, Fault> {
        judge!(
            self,
            context,
            MemberBeforeRole,
            member_before_role.call_before_role(member_before_role::Change {
                group_id: change.group.0,
                user_id: change.member.0,
                role: convert::role(role),
            })
        )
    }

    /// `member.before-mute`
    pub(in crate::dispatch) async fn member_before_mute(
        &self,
        context: &Context,
        change: &UpdateGroupMember,
        until: Timestamp,
    ) -> Result<Judged, Fault> {
        judge!(
            self,
            context,
            MemberBeforeMute,
            member_before_mute.call_before_mute(member_before_mute::Mute {
                group_id: change.group.0,
                user_id: change.member.0,
                until: until.0,
            })
        )
    }

    /// `member.before-profile`
    pub(in crate::dispatch) async fn member_before_profile(
        &self,
        context: &Context,
        change: &mut UpdateGroupMember,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, MemberBeforeProfile,
            member_before_profile.call_before_profile(member_before_profile::Change {
                group_id: change.group.0,
                user_id: change.member.0,
                name: change.name.as_deref().unwrap_or_default(),
            }),
            patch => fill(&mut change.name, patch.name)
        )
    }
}
