//! The hooks of the domain `member`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Observer: invitations or requests to join were answered.
    ///
    /// The hook `member.answered`, handled by this method:
    ///
    /// ```text
    /// fn member_answered(&self, ctx: Context, answers: Vec<Answer>) -> Result<(), String>
    /// ```
    mod member_answered = "member.answered" {
        world: "member-answered-hook",
        export: "export_member_answered",
        bindings: "talaria_sdk::member_answered::bindings",
        types: [Answer],
        denying: [],
    }
}

hook! {
    /// Observer: users asked to join groups.
    ///
    /// The hook `member.applied`, handled by this method:
    ///
    /// ```text
    /// fn member_applied(&self, ctx: Context, applications: Vec<Application>) -> Result<(), String>
    /// ```
    mod member_applied = "member.applied" {
        world: "member-applied-hook",
        export: "export_member_applied",
        bindings: "talaria_sdk::member_applied::bindings",
        types: [Application],
        denying: [],
    }
}

hook! {
    /// Filter: before an invitation or a request to join is answered.
    ///
    /// The hook `member.before-answer`, handled by this method:
    ///
    /// ```text
    /// fn member_before_answer(&self, ctx: Context, answer: Answer) -> Verdict
    /// ```
    mod member_before_answer = "member.before-answer" {
        world: "member-before-answer-hook",
        export: "export_member_before_answer",
        bindings: "talaria_sdk::member_before_answer::bindings",
        types: [Answer, Patch, Subject, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user asks to join a group.
    ///
    /// The hook `member.before-apply`, handled by this method:
    ///
    /// ```text
    /// fn member_before_apply(&self, ctx: Context, application: Application) -> Verdict
    /// ```
    mod member_before_apply = "member.before-apply" {
        world: "member-before-apply-hook",
        export: "export_member_before_apply",
        bindings: "talaria_sdk::member_before_apply::bindings",
        types: [Application, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user is invited into a group.
    ///
    /// The hook `member.before-invite`, handled by this method:
    ///
    /// ```text
    /// fn member_before_invite(&self, ctx: Context, invitation: Invitation) -> Verdict
    /// ```
    mod member_before_invite = "member.before-invite" {
        world: "member-before-invite-hook",
        export: "export_member_before_invite",
        bindings: "talaria_sdk::member_before_invite::bindings",
        types: [Invitation, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before users come into a group: added by a member, by themselves, or by consent to an invitation or a
    /// request. By answers to the group's questions: before these are looked at.
    ///
    /// The hook `member.before-join`, handled by this method:
    ///
    /// ```text
    /// fn member_before_join(&self, ctx: Context, joining: Joining) -> Verdict
    /// ```
    mod member_before_join = "member.before-join" {
        world: "member-before-join-hook",
        export: "export_member_before_join",
        bindings: "talaria_sdk::member_before_join::bindings",
        types: [Joining, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before members are removed from a group by another.
    ///
    /// The hook `member.before-kick`, handled by this method:
    ///
    /// ```text
    /// fn member_before_kick(&self, ctx: Context, kick: Kick) -> Verdict
    /// ```
    mod member_before_kick = "member.before-kick" {
        world: "member-before-kick-hook",
        export: "export_member_before_kick",
        bindings: "talaria_sdk::member_before_kick::bindings",
        types: [Kick],
        denying: [],
    }
}

hook! {
    /// Filter: before a user leaves a group.
    ///
    /// The hook `member.before-leave`, handled by this method:
    ///
    /// ```text
    /// fn member_before_leave(&self, ctx: Context, group_id: i64) -> Verdict
    /// ```
    mod member_before_leave = "member.before-leave" {
        world: "member-before-leave-hook",
        export: "export_member_before_leave",
        bindings: "talaria_sdk::member_before_leave::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a member is muted, or no longer.
    ///
    /// The hook `member.before-mute`, handled by this method:
    ///
    /// ```text
    /// fn member_before_mute(&self, ctx: Context, mute: Mute) -> Verdict
    /// ```
    mod member_before_mute = "member.before-mute" {
        world: "member-before-mute-hook",
        export: "export_member_before_mute",
        bindings: "talaria_sdk::member_before_mute::bindings",
        types: [Mute],
        denying: [],
    }
}

hook! {
    /// Filter: before a member's name in the group is changed.
    ///
    /// The hook `member.before-profile`, handled by this method:
    ///
    /// ```text
    /// fn member_before_profile(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod member_before_profile = "member.before-profile" {
        world: "member-before-profile-hook",
        export: "export_member_before_profile",
        bindings: "talaria_sdk::member_before_profile::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a member is given another role.
    ///
    /// The hook `member.before-role`, handled by this method:
    ///
    /// ```text
    /// fn member_before_role(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod member_before_role = "member.before-role" {
        world: "member-before-role-hook",
        export: "export_member_before_role",
        bindings: "talaria_sdk::member_before_role::bindings",
        types: [Change],
        denying: [],
    }
}

hook! {
    /// Observer: users were invited into groups.
    ///
    /// The hook `member.invited`, handled by this method:
    ///
    /// ```text
    /// fn member_invited(&self, ctx: Context, invitations: Vec<Invitation>) -> Result<(), String>
    /// ```
    mod member_invited = "member.invited" {
        world: "member-invited-hook",
        export: "export_member_invited",
        bindings: "talaria_sdk::member_invited::bindings",
        types: [Invitation],
        denying: [],
    }
}

hook! {
    /// Observer: users came into groups, whatever the way; also those that a new group begins with.
    ///
    /// The hook `member.joined`, handled by this method:
    ///
    /// ```text
    /// fn member_joined(&self, ctx: Context, members: Vec<NewMember>) -> Result<(), String>
    /// ```
    mod member_joined = "member.joined" {
        world: "member-joined-hook",
        export: "export_member_joined",
        bindings: "talaria_sdk::member_joined::bindings",
        types: [NewMember],
        denying: [],
    }
}

hook! {
    /// Observer: users left groups, by themselves or not.
    ///
    /// The hook `member.left`, handled by this method:
    ///
    /// ```text
    /// fn member_left(&self, ctx: Context, members: Vec<FormerMember>) -> Result<(), String>
    /// ```
    mod member_left = "member.left" {
        world: "member-left-hook",
        export: "export_member_left",
        bindings: "talaria_sdk::member_left::bindings",
        types: [FormerMember],
        denying: [],
    }
}

hook! {
    /// Observer: roles, names or mutes of members were changed.
    ///
    /// The hook `member.updated`, handled by this method:
    ///
    /// ```text
    /// fn member_updated(&self, ctx: Context, members: Vec<UpdatedMember>) -> Result<(), String>
    /// ```
    mod member_updated = "member.updated" {
        world: "member-updated-hook",
        export: "export_member_updated",
        bindings: "talaria_sdk::member_updated::bindings",
        types: [UpdatedMember],
        denying: [],
    }
}
