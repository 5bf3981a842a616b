//! One module a hook. Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Provider: decides whether a login's credentials are those of its user, instead of the built-in password check.
    ///
    /// The hook `auth.authenticate`, handled by this method:
    ///
    /// ```text
    /// fn auth_authenticate(&self, ctx: Context, credentials: Credentials) -> Outcome
    /// ```
    mod auth_authenticate = "auth.authenticate" {
        world: "auth-authenticate-hook",
        export: "export_auth_authenticate",
        bindings: "talaria_sdk::auth_authenticate::bindings",
        types: [Credentials, Outcome],
        denying: [Outcome],
    }
}

hook! {
    /// Filter: after the credentials were accepted and before the session opens.
    ///
    /// The hook `auth.before-login`, handled by this method:
    ///
    /// ```text
    /// fn auth_before_login(&self, ctx: Context, login: Login) -> Verdict
    /// ```
    mod auth_before_login = "auth.before-login" {
        world: "auth-before-login-hook",
        export: "export_auth_before_login",
        bindings: "talaria_sdk::auth_before_login::bindings",
        types: [Login, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a group is founded.
    ///
    /// The hook `group.before-create`, handled by this method:
    ///
    /// ```text
    /// fn group_before_create(&self, ctx: Context, group: NewGroup) -> Verdict
    /// ```
    mod group_before_create = "group.before-create" {
        world: "group-before-create-hook",
        export: "export_group_before_create",
        bindings: "talaria_sdk::group_before_create::bindings",
        types: [NewGroup, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a group is deleted.
    ///
    /// The hook `group.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn group_before_delete(&self, ctx: Context, group_id: i64) -> Verdict
    /// ```
    mod group_before_delete = "group.before-delete" {
        world: "group-before-delete-hook",
        export: "export_group_before_delete",
        bindings: "talaria_sdk::group_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a group is given another owner.
    ///
    /// The hook `group.before-transfer`, handled by this method:
    ///
    /// ```text
    /// fn group_before_transfer(&self, ctx: Context, transfer: Transfer) -> Verdict
    /// ```
    mod group_before_transfer = "group.before-transfer" {
        world: "group-before-transfer-hook",
        export: "export_group_before_transfer",
        bindings: "talaria_sdk::group_before_transfer::bindings",
        types: [Transfer],
        denying: [],
    }
}

hook! {
    /// Filter: before what a group is, is changed.
    ///
    /// The hook `group.before-update`, handled by this method:
    ///
    /// ```text
    /// fn group_before_update(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod group_before_update = "group.before-update" {
        world: "group-before-update-hook",
        export: "export_group_before_update",
        bindings: "talaria_sdk::group_before_update::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: groups were founded.
    ///
    /// The hook `group.created`, handled by this method:
    ///
    /// ```text
    /// fn group_created(&self, ctx: Context, groups: Vec<NewGroup>) -> Result<(), String>
    /// ```
    mod group_created = "group.created" {
        world: "group-created-hook",
        export: "export_group_created",
        bindings: "talaria_sdk::group_created::bindings",
        types: [NewGroup],
        denying: [],
    }
}

hook! {
    /// Observer: groups were deleted. Their members have left just before.
    ///
    /// The hook `group.deleted`, handled by this method:
    ///
    /// ```text
    /// fn group_deleted(&self, ctx: Context, groups: Vec<DeletedGroup>) -> Result<(), String>
    /// ```
    mod group_deleted = "group.deleted" {
        world: "group-deleted-hook",
        export: "export_group_deleted",
        bindings: "talaria_sdk::group_deleted::bindings",
        types: [DeletedGroup],
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
    /// Filter: before users come into a group: added by a member, by themselves, or by consent to an invitation or a request. By answers
    /// to the group's questions: before these are looked at.
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
    /// Filter: before the content of a message is changed. What it is changed to passes message.before-send after this.
    ///
    /// The hook `message.before-edit`, handled by this method:
    ///
    /// ```text
    /// fn message_before_edit(&self, ctx: Context, message: Message, edit: Edit) -> Verdict
    /// ```
    mod message_before_edit = "message.before-edit" {
        world: "message-before-edit-hook",
        export: "export_message_before_edit",
        bindings: "talaria_sdk::message_before_edit::bindings",
        types: [Edit, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: a message has been stored, and those concerned are about to be told. Later messages of the conversation wait
    /// meanwhile.
    ///
    /// The hook `message.before-fanout`, handled by this method:
    ///
    /// ```text
    /// fn message_before_fanout(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod message_before_fanout = "message.before-fanout" {
        world: "message-before-fanout-hook",
        export: "export_message_before_fanout",
        bindings: "talaria_sdk::message_before_fanout::bindings",
        types: [Verdict],
        denying: [],
    }
}

hook! {
    /// Filter: before a user puts reactions on a message, or takes them off.
    ///
    /// The hook `message.before-react`, handled by this method:
    ///
    /// ```text
    /// fn message_before_react(&self, ctx: Context, reaction: Reaction) -> Verdict
    /// ```
    mod message_before_react = "message.before-react" {
        world: "message-before-react-hook",
        export: "export_message_before_react",
        bindings: "talaria_sdk::message_before_react::bindings",
        types: [Reaction],
        denying: [],
    }
}

hook! {
    /// Filter: before a user tells how far a conversation has been read.
    ///
    /// The hook `message.before-read`, handled by this method:
    ///
    /// ```text
    /// fn message_before_read(&self, ctx: Context, reading: Reading) -> Verdict
    /// ```
    mod message_before_read = "message.before-read" {
        world: "message-before-read-hook",
        export: "export_message_before_read",
        bindings: "talaria_sdk::message_before_read::bindings",
        types: [Reading],
        denying: [],
    }
}

hook! {
    /// Filter: before a message is recalled.
    ///
    /// The hook `message.before-recall`, handled by this method:
    ///
    /// ```text
    /// fn message_before_recall(&self, ctx: Context, message: Message) -> Verdict
    /// ```
    mod message_before_recall = "message.before-recall" {
        world: "message-before-recall-hook",
        export: "export_message_before_recall",
        bindings: "talaria_sdk::message_before_recall::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a message is checked against the rules and stored, and before the content of one is changed.
    ///
    /// The hook `message.before-send`, handled by this method:
    ///
    /// ```text
    /// fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict
    /// ```
    mod message_before_send = "message.before-send" {
        world: "message-before-send-hook",
        export: "export_message_before_send",
        bindings: "talaria_sdk::message_before_send::bindings",
        types: [Draft, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: the content of messages was changed.
    ///
    /// The hook `message.edited`, handled by this method:
    ///
    /// ```text
    /// fn message_edited(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>
    /// ```
    mod message_edited = "message.edited" {
        world: "message-edited-hook",
        export: "export_message_edited",
        bindings: "talaria_sdk::message_edited::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Observer: messages have been stored and will not be lost.
    ///
    /// The hook `message.persisted`, handled by this method:
    ///
    /// ```text
    /// fn message_persisted(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>
    /// ```
    mod message_persisted = "message.persisted" {
        world: "message-persisted-hook",
        export: "export_message_persisted",
        bindings: "talaria_sdk::message_persisted::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Observer: messages were recalled by their senders, or by whoever may.
    ///
    /// The hook `message.recalled`, handled by this method:
    ///
    /// ```text
    /// fn message_recalled(&self, ctx: Context, messages: Vec<RecalledMessage>) -> Result<(), String>
    /// ```
    mod message_recalled = "message.recalled" {
        world: "message-recalled-hook",
        export: "export_message_recalled",
        bindings: "talaria_sdk::message_recalled::bindings",
        types: [RecalledMessage],
        denying: [],
    }
}

hook! {
    /// Filter: before a user's online status is changed by the user, and others are told. Offline ends sessions.
    ///
    /// The hook `presence.before-publish`, handled by this method:
    ///
    /// ```text
    /// fn presence_before_publish(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod presence_before_publish = "presence.before-publish" {
        world: "presence-before-publish-hook",
        export: "export_presence_before_publish",
        bindings: "talaria_sdk::presence_before_publish::bindings",
        types: [Change, Patch, Status, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a friend request is answered.
    ///
    /// The hook `relation.before-answer`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_answer(&self, ctx: Context, answer: Answer) -> Verdict
    /// ```
    mod relation_before_answer = "relation.before-answer" {
        world: "relation-before-answer-hook",
        export: "export_relation_before_answer",
        bindings: "talaria_sdk::relation_before_answer::bindings",
        types: [Answer, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user holds a new relationship to another, or blocks them.
    ///
    /// The hook `relation.before-create`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_create(&self, ctx: Context, relationship: Relationship) -> Verdict
    /// ```
    mod relation_before_create = "relation.before-create" {
        world: "relation-before-create-hook",
        export: "export_relation_before_create",
        bindings: "talaria_sdk::relation_before_create::bindings",
        types: [Patch, Relationship, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a relationship is ended, or taken out of a group of relationships.
    ///
    /// The hook `relation.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_delete(&self, ctx: Context, user_id: i64) -> Verdict
    /// ```
    mod relation_before_delete = "relation.before-delete" {
        world: "relation-before-delete-hook",
        export: "export_relation_before_delete",
        bindings: "talaria_sdk::relation_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a user asks another to become a friend.
    ///
    /// The hook `relation.before-request`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_request(&self, ctx: Context, request: FriendRequest) -> Verdict
    /// ```
    mod relation_before_request = "relation.before-request" {
        world: "relation-before-request-hook",
        export: "export_relation_before_request",
        bindings: "talaria_sdk::relation_before_request::bindings",
        types: [FriendRequest, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a relationship is changed.
    ///
    /// The hook `relation.before-update`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_update(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod relation_before_update = "relation.before-update" {
        world: "relation-before-update-hook",
        export: "export_relation_before_update",
        bindings: "talaria_sdk::relation_before_update::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before any request of a logged-in client is carried out, whatever its kind.
    ///
    /// The hook `request.before`, handled by this method:
    ///
    /// ```text
    /// fn request_before(&self, ctx: Context, request: Request) -> Verdict
    /// ```
    mod request_before = "request.before" {
        world: "request-before-hook",
        export: "export_request_before",
        bindings: "talaria_sdk::request_before::bindings",
        types: [Request, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Provider: answers a request of a kind that the server leaves to plugins, conferences and storage, after request.before let
    /// it pass.
    ///
    /// The hook `request.handle`, handled by this method:
    ///
    /// ```text
    /// fn request_handle(&self, ctx: Context, request: Request) -> Outcome
    /// ```
    mod request_handle = "request.handle" {
        world: "request-handle-hook",
        export: "export_request_handle",
        bindings: "talaria_sdk::request_handle::bindings",
        types: [Outcome, Request],
        denying: [Outcome],
    }
}

hook! {
    /// Observer: sessions have ended.
    ///
    /// The hook `session.closed`, handled by this method:
    ///
    /// ```text
    /// fn session_closed(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>
    /// ```
    mod session_closed = "session.closed" {
        world: "session-closed-hook",
        export: "export_session_closed",
        bindings: "talaria_sdk::session_closed::bindings",
        types: [EndedSession],
        denying: [],
    }
}

hook! {
    /// Observer: users have logged in.
    ///
    /// The hook `session.opened`, handled by this method:
    ///
    /// ```text
    /// fn session_opened(&self, ctx: Context, sessions: Vec<Session>) -> Result<(), String>
    /// ```
    mod session_opened = "session.opened" {
        world: "session-opened-hook",
        export: "export_session_opened",
        bindings: "talaria_sdk::session_opened::bindings",
        types: [Session],
        denying: [],
    }
}

hook! {
    /// Filter: before others are told that a user is typing.
    ///
    /// The hook `typing.before-send`, handled by this method:
    ///
    /// ```text
    /// fn typing_before_send(&self, ctx: Context, conversation: Target) -> Verdict
    /// ```
    mod typing_before_send = "typing.before-send" {
        world: "typing-before-send-hook",
        export: "export_typing_before_send",
        bindings: "talaria_sdk::typing_before_send::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a user is added.
    ///
    /// The hook `user.before-create`, handled by this method:
    ///
    /// ```text
    /// fn user_before_create(&self, ctx: Context, user: NewUser) -> Verdict
    /// ```
    mod user_before_create = "user.before-create" {
        world: "user-before-create-hook",
        export: "export_user_before_create",
        bindings: "talaria_sdk::user_before_create::bindings",
        types: [NewUser, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user is deleted.
    ///
    /// The hook `user.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn user_before_delete(&self, ctx: Context, user_id: i64) -> Verdict
    /// ```
    mod user_before_delete = "user.before-delete" {
        world: "user-before-delete-hook",
        export: "export_user_before_delete",
        bindings: "talaria_sdk::user_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before settings of a user, or of a user's conversation, are set or removed.
    ///
    /// The hook `user.before-set-settings`, handled by this method:
    ///
    /// ```text
    /// fn user_before_set_settings(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod user_before_set_settings = "user.before-set-settings" {
        world: "user-before-set-settings-hook",
        export: "export_user_before_set_settings",
        bindings: "talaria_sdk::user_before_set_settings::bindings",
        types: [Change, Scope],
        denying: [],
    }
}

hook! {
    /// Filter: before a user's profile, password, role or activity is changed, by the user or the administrator.
    ///
    /// The hook `user.before-update`, handled by this method:
    ///
    /// ```text
    /// fn user_before_update(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod user_before_update = "user.before-update" {
        world: "user-before-update-hook",
        export: "export_user_before_update",
        bindings: "talaria_sdk::user_before_update::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: users were added.
    ///
    /// The hook `user.created`, handled by this method:
    ///
    /// ```text
    /// fn user_created(&self, ctx: Context, users: Vec<NewUser>) -> Result<(), String>
    /// ```
    mod user_created = "user.created" {
        world: "user-created-hook",
        export: "export_user_created",
        bindings: "talaria_sdk::user_created::bindings",
        types: [NewUser],
        denying: [],
    }
}

hook! {
    /// Observer: users were deleted.
    ///
    /// The hook `user.deleted`, handled by this method:
    ///
    /// ```text
    /// fn user_deleted(&self, ctx: Context, users: Vec<DeletedUser>) -> Result<(), String>
    /// ```
    mod user_deleted = "user.deleted" {
        world: "user-deleted-hook",
        export: "export_user_deleted",
        bindings: "talaria_sdk::user_deleted::bindings",
        types: [DeletedUser],
        denying: [],
    }
}
