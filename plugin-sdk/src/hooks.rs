//! One module a hook. Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Observer: the administrator asked for a change, or it was refused.
    ///
    /// The hook `admin.action`, handled by this method:
    ///
    /// ```text
    /// fn admin_action(&self, ctx: Context, actions: Vec<Action>) -> Result<(), String>
    /// ```
    mod admin_action = "admin.action" {
        world: "admin-action-hook",
        export: "export_admin_action",
        bindings: "talaria_sdk::admin_action::bindings",
        types: [Action],
        denying: [],
    }
}

hook! {
    /// Filter: before a change that the administrator asks for is carried out.
    ///
    /// The hook `admin.before-action`, handled by this method:
    ///
    /// ```text
    /// fn admin_before_action(&self, ctx: Context, name: String) -> Verdict
    /// ```
    mod admin_before_action = "admin.before-action" {
        world: "admin-before-action-hook",
        export: "export_admin_before_action",
        bindings: "talaria_sdk::admin_before_action::bindings",
        types: [Verdict],
        denying: [Verdict],
    }
}

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
    /// Provider: decides which kinds of request the session of an accepted login may send. Without one, all.
    ///
    /// The hook `auth.authorize`, handled by this method:
    ///
    /// ```text
    /// fn auth_authorize(&self, ctx: Context, login: Login) -> Outcome
    /// ```
    mod auth_authorize = "auth.authorize" {
        world: "auth-authorize-hook",
        export: "export_auth_authorize",
        bindings: "talaria_sdk::auth_authorize::bindings",
        types: [Login, Outcome],
        denying: [],
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
    /// Observer: logins were refused.
    ///
    /// The hook `auth.login-failed`, handled by this method:
    ///
    /// ```text
    /// fn auth_login_failed(&self, ctx: Context, logins: Vec<FailedLogin>) -> Result<(), String>
    /// ```
    mod auth_login_failed = "auth.login-failed" {
        world: "auth-login-failed-hook",
        export: "export_auth_login_failed",
        bindings: "talaria_sdk::auth_login_failed::bindings",
        types: [FailedLogin],
        denying: [],
    }
}

hook! {
    /// Provider: carries out a command of the plugin's, a text such as `/poll Lunch?`, which then is no message: before
    /// message.before-send and any check.
    ///
    /// The hook `command.run`, handled by this method:
    ///
    /// ```text
    /// fn command_run(&self, ctx: Context, invocation: Invocation) -> Outcome
    /// ```
    mod command_run = "command.run" {
        world: "command-run-hook",
        export: "export_command_run",
        bindings: "talaria_sdk::command_run::bindings",
        types: [Invocation, Outcome],
        denying: [Outcome],
    }
}

hook! {
    /// Filter: before a new configuration of a plugin is taken over.
    ///
    /// The hook `config.before-save`, handled by this method:
    ///
    /// ```text
    /// fn config_before_save(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod config_before_save = "config.before-save" {
        world: "config-before-save-hook",
        export: "export_config_before_save",
        bindings: "talaria_sdk::config_before_save::bindings",
        types: [Change, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: the configuration of plugins was changed.
    ///
    /// The hook `config.changed`, handled by this method:
    ///
    /// ```text
    /// fn config_changed(&self, ctx: Context, changes: Vec<Change>) -> Result<(), String>
    /// ```
    mod config_changed = "config.changed" {
        world: "config-changed-hook",
        export: "export_config_changed",
        bindings: "talaria_sdk::config_changed::bindings",
        types: [Change],
        denying: [],
    }
}

hook! {
    /// Filter: before a connection is served, which nobody has logged in on yet.
    ///
    /// The hook `connection.before-open`, handled by this method:
    ///
    /// ```text
    /// fn connection_before_open(&self, ctx: Context, transport: Transport) -> Verdict
    /// ```
    mod connection_before_open = "connection.before-open" {
        world: "connection-before-open-hook",
        export: "export_connection_before_open",
        bindings: "talaria_sdk::connection_before_open::bindings",
        types: [Verdict],
        denying: [],
    }
}

hook! {
    /// Observer: connections of clients ended.
    ///
    /// The hook `connection.closed`, handled by this method:
    ///
    /// ```text
    /// fn connection_closed(&self, ctx: Context, connections: Vec<Connection>) -> Result<(), String>
    /// ```
    mod connection_closed = "connection.closed" {
        world: "connection-closed-hook",
        export: "export_connection_closed",
        bindings: "talaria_sdk::connection_closed::bindings",
        types: [Connection],
        denying: [],
    }
}

hook! {
    /// Observer: clients connected; they may never log in.
    ///
    /// The hook `connection.opened`, handled by this method:
    ///
    /// ```text
    /// fn connection_opened(&self, ctx: Context, connections: Vec<Connection>) -> Result<(), String>
    /// ```
    mod connection_opened = "connection.opened" {
        world: "connection-opened-hook",
        export: "export_connection_opened",
        bindings: "talaria_sdk::connection_opened::bindings",
        types: [Connection],
        denying: [],
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
    /// Observer: groups were given other owners.
    ///
    /// The hook `group.transferred`, handled by this method:
    ///
    /// ```text
    /// fn group_transferred(&self, ctx: Context, transfers: Vec<Transfer>) -> Result<(), String>
    /// ```
    mod group_transferred = "group.transferred" {
        world: "group-transferred-hook",
        export: "export_group_transferred",
        bindings: "talaria_sdk::group_transferred::bindings",
        types: [Transfer],
        denying: [],
    }
}

hook! {
    /// Observer: what groups are, was changed.
    ///
    /// The hook `group.updated`, handled by this method:
    ///
    /// ```text
    /// fn group_updated(&self, ctx: Context, groups: Vec<UpdatedGroup>) -> Result<(), String>
    /// ```
    mod group_updated = "group.updated" {
        world: "group-updated-hook",
        export: "export_group_updated",
        bindings: "talaria_sdk::group_updated::bindings",
        types: [UpdatedGroup],
        denying: [],
    }
}

hook! {
    /// Provider: answers an HTTP request to one of the plugin's routes, which are under `/plugins/NAME`. A component may export
    /// `wasi:http/incoming-handler` of version 0.2 instead, as programs in other languages do.
    ///
    /// The hook `http.handle`, handled by this method:
    ///
    /// ```text
    /// fn http_handle(&self, ctx: Context, request: Request) -> Response
    /// ```
    mod http_handle = "http.handle" {
        world: "http-handle-hook",
        export: "export_http_handle",
        bindings: "talaria_sdk::http_handle::bindings",
        types: [Request, Response],
        denying: [],
    }
}

hook! {
    /// Task: a job of the plugin's own is due.
    ///
    /// The hook `job.run`, handled by this method:
    ///
    /// ```text
    /// fn job_run(&self, ctx: Context, job: Job) -> Result<(), String>
    /// ```
    mod job_run = "job.run" {
        world: "job-run-hook",
        export: "export_job_run",
        bindings: "talaria_sdk::job_run::bindings",
        types: [Job],
        denying: [],
    }
}

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

hook! {
    /// Filter: before recipients are handed a message, new or edited; decides what they see of it.
    ///
    /// The hook `message.before-deliver`, handled by this method:
    ///
    /// ```text
    /// fn message_before_deliver(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod message_before_deliver = "message.before-deliver" {
        world: "message-before-deliver-hook",
        export: "export_message_before_deliver",
        bindings: "talaria_sdk::message_before_deliver::bindings",
        types: [Verdict, View],
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
    /// Filter: before messages that are older than the server keeps them are deleted.
    ///
    /// The hook `message.before-expire`, handled by this method:
    ///
    /// ```text
    /// fn message_before_expire(&self, ctx: Context, below: i64) -> Verdict
    /// ```
    mod message_before_expire = "message.before-expire" {
        world: "message-before-expire-hook",
        export: "export_message_before_expire",
        bindings: "talaria_sdk::message_before_expire::bindings",
        types: [Verdict],
        denying: [],
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
    /// Filter: before a user is shown stored messages; decides what the user sees of them. A search looks at what is stored, so
    /// that finding a message tells of its words, however it is shown.
    ///
    /// The hook `message.before-history`, handled by this method:
    ///
    /// ```text
    /// fn message_before_history(&self, ctx: Context, reader: i64, messages: Vec<Message>) -> Verdict
    /// ```
    mod message_before_history = "message.before-history" {
        world: "message-before-history-hook",
        export: "export_message_before_history",
        bindings: "talaria_sdk::message_before_history::bindings",
        types: [Verdict, View],
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
    /// Observer: messages were handed to those of their recipients who were online.
    ///
    /// The hook `message.delivered`, handled by this method:
    ///
    /// ```text
    /// fn message_delivered(&self, ctx: Context, deliveries: Vec<Delivery>) -> Result<(), String>
    /// ```
    mod message_delivered = "message.delivered" {
        world: "message-delivered-hook",
        export: "export_message_delivered",
        bindings: "talaria_sdk::message_delivered::bindings",
        types: [Delivery],
        denying: [],
    }
}

hook! {
    /// Observer: messages were dropped by plugins: their senders were answered as if they had been sent.
    ///
    /// The hook `message.dropped`, handled by this method:
    ///
    /// ```text
    /// fn message_dropped(&self, ctx: Context, messages: Vec<DroppedMessage>) -> Result<(), String>
    /// ```
    mod message_dropped = "message.dropped" {
        world: "message-dropped-hook",
        export: "export_message_dropped",
        bindings: "talaria_sdk::message_dropped::bindings",
        types: [DroppedMessage],
        denying: [],
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
    /// Observer: messages were deleted because they were older than the server keeps them.
    ///
    /// The hook `message.expired`, handled by this method:
    ///
    /// ```text
    /// fn message_expired(&self, ctx: Context, expiries: Vec<Expiry>) -> Result<(), String>
    /// ```
    mod message_expired = "message.expired" {
        world: "message-expired-hook",
        export: "export_message_expired",
        bindings: "talaria_sdk::message_expired::bindings",
        types: [Expiry],
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
    /// Observer: users put reactions on messages, or took them off.
    ///
    /// The hook `message.reacted`, handled by this method:
    ///
    /// ```text
    /// fn message_reacted(&self, ctx: Context, reactions: Vec<Reaction>) -> Result<(), String>
    /// ```
    mod message_reacted = "message.reacted" {
        world: "message-reacted-hook",
        export: "export_message_reacted",
        bindings: "talaria_sdk::message_reacted::bindings",
        types: [Reaction],
        denying: [],
    }
}

hook! {
    /// Observer: users told how far they have read.
    ///
    /// The hook `message.read`, handled by this method:
    ///
    /// ```text
    /// fn message_read(&self, ctx: Context, readings: Vec<Reading>) -> Result<(), String>
    /// ```
    mod message_read = "message.read" {
        world: "message-read-hook",
        export: "export_message_read",
        bindings: "talaria_sdk::message_read::bindings",
        types: [Reading],
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
    /// Filter: before users who are offline are told of a message some other way; see push.send.
    ///
    /// The hook `notification.before-push`, handled by this method:
    ///
    /// ```text
    /// fn notification_before_push(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod notification_before_push = "notification.before-push" {
        world: "notification-before-push-hook",
        export: "export_notification_before_push",
        bindings: "talaria_sdk::notification_before_push::bindings",
        types: [Patch, Verdict],
        denying: [],
    }
}

hook! {
    /// Filter: before a user's online status is changed by the user, and others are told. Offline ends sessions. The status
    /// that comes with a login is part of the login.
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
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: users changed their online status.
    ///
    /// The hook `presence.changed`, handled by this method:
    ///
    /// ```text
    /// fn presence_changed(&self, ctx: Context, changes: Vec<Change>) -> Result<(), String>
    /// ```
    mod presence_changed = "presence.changed" {
        world: "presence-changed-hook",
        export: "export_presence_changed",
        bindings: "talaria_sdk::presence_changed::bindings",
        types: [Change],
        denying: [],
    }
}

hook! {
    /// Observer: users who were offline were told of messages, or could not be.
    ///
    /// The hook `push.result`, handled by this method:
    ///
    /// ```text
    /// fn push_result(&self, ctx: Context, outcomes: Vec<Outcome>) -> Result<(), String>
    /// ```
    mod push_result = "push.result" {
        world: "push-result-hook",
        export: "export_push_result",
        bindings: "talaria_sdk::push_result::bindings",
        types: [Outcome],
        denying: [],
    }
}

hook! {
    /// Observer: messages came for users who are offline, and who are to be told some other way.
    ///
    /// The hook `push.send`, handled by this method:
    ///
    /// ```text
    /// fn push_send(&self, ctx: Context, pushes: Vec<Push>) -> Result<Vec<Outcome>, String>
    /// ```
    mod push_send = "push.send" {
        world: "push-send-hook",
        export: "export_push_send",
        bindings: "talaria_sdk::push_send::bindings",
        types: [Outcome, Push],
        denying: [],
    }
}

hook! {
    /// Observer: friend requests were answered.
    ///
    /// The hook `relation.answered`, handled by this method:
    ///
    /// ```text
    /// fn relation_answered(&self, ctx: Context, answers: Vec<Answer>) -> Result<(), String>
    /// ```
    mod relation_answered = "relation.answered" {
        world: "relation-answered-hook",
        export: "export_relation_answered",
        bindings: "talaria_sdk::relation_answered::bindings",
        types: [Answer],
        denying: [],
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
    /// Filter: before a user makes a relationship to another, or blocks them. Those that come of an accepted friend request
    /// are asked about by relation.before-answer.
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
    /// Observer: users hold new relationships to others.
    ///
    /// The hook `relation.created`, handled by this method:
    ///
    /// ```text
    /// fn relation_created(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>
    /// ```
    mod relation_created = "relation.created" {
        world: "relation-created-hook",
        export: "export_relation_created",
        bindings: "talaria_sdk::relation_created::bindings",
        types: [Relationship],
        denying: [],
    }
}

hook! {
    /// Observer: relationships were ended.
    ///
    /// The hook `relation.deleted`, handled by this method:
    ///
    /// ```text
    /// fn relation_deleted(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>
    /// ```
    mod relation_deleted = "relation.deleted" {
        world: "relation-deleted-hook",
        export: "export_relation_deleted",
        bindings: "talaria_sdk::relation_deleted::bindings",
        types: [Relationship],
        denying: [],
    }
}

hook! {
    /// Observer: users asked others to become friends.
    ///
    /// The hook `relation.requested`, handled by this method:
    ///
    /// ```text
    /// fn relation_requested(&self, ctx: Context, requests: Vec<FriendRequest>) -> Result<(), String>
    /// ```
    mod relation_requested = "relation.requested" {
        world: "relation-requested-hook",
        export: "export_relation_requested",
        bindings: "talaria_sdk::relation_requested::bindings",
        types: [FriendRequest],
        denying: [],
    }
}

hook! {
    /// Observer: relationships were changed; also by a block, and by its end.
    ///
    /// The hook `relation.updated`, handled by this method:
    ///
    /// ```text
    /// fn relation_updated(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>
    /// ```
    mod relation_updated = "relation.updated" {
        world: "relation-updated-hook",
        export: "export_relation_updated",
        bindings: "talaria_sdk::relation_updated::bindings",
        types: [Relationship],
        denying: [],
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
    /// Provider: answers a request that plugins and clients have agreed on, CustomRequest of the client protocol, after
    /// request.before let it pass.
    ///
    /// The hook `request.custom`, handled by this method:
    ///
    /// ```text
    /// fn request_custom(&self, ctx: Context, request: Request) -> Outcome
    /// ```
    mod request_custom = "request.custom" {
        world: "request-custom-hook",
        export: "export_request_custom",
        bindings: "talaria_sdk::request_custom::bindings",
        types: [Outcome, Request],
        denying: [Outcome],
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
    /// Observer: servers serve clients.
    ///
    /// The hook `server.ready`, handled by this method:
    ///
    /// ```text
    /// fn server_ready(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>
    /// ```
    mod server_ready = "server.ready" {
        world: "server-ready-hook",
        export: "export_server_ready",
        bindings: "talaria_sdk::server_ready::bindings",
        types: [Server],
        denying: [],
    }
}

hook! {
    /// Observer: servers started, and do not serve clients yet.
    ///
    /// The hook `server.starting`, handled by this method:
    ///
    /// ```text
    /// fn server_starting(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>
    /// ```
    mod server_starting = "server.starting" {
        world: "server-starting-hook",
        export: "export_server_starting",
        bindings: "talaria_sdk::server_starting::bindings",
        types: [Server],
        denying: [],
    }
}

hook! {
    /// Observer: servers are about to stop.
    ///
    /// The hook `server.stopping`, handled by this method:
    ///
    /// ```text
    /// fn server_stopping(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>
    /// ```
    mod server_stopping = "server.stopping" {
        world: "server-stopping-hook",
        export: "export_server_stopping",
        bindings: "talaria_sdk::server_stopping::bindings",
        types: [Server],
        denying: [],
    }
}

hook! {
    /// Filter: before a login ends other sessions of its user, which run on devices that exclude each other.
    ///
    /// The hook `session.before-takeover`, handled by this method:
    ///
    /// ```text
    /// fn session_before_takeover(&self, ctx: Context, takeover: Takeover) -> Verdict
    /// ```
    mod session_before_takeover = "session.before-takeover" {
        world: "session-before-takeover-hook",
        export: "export_session_before_takeover",
        bindings: "talaria_sdk::session_before_takeover::bindings",
        types: [Takeover, Verdict],
        denying: [Verdict],
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
    /// Observer: sessions were ended by the administrator or a plugin.
    ///
    /// The hook `session.kicked`, handled by this method:
    ///
    /// ```text
    /// fn session_kicked(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>
    /// ```
    mod session_kicked = "session.kicked" {
        world: "session-kicked-hook",
        export: "export_session_kicked",
        bindings: "talaria_sdk::session_kicked::bindings",
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
    /// Observer: sessions were ended by another login of their users, or at the wish of another device.
    ///
    /// The hook `session.taken-over`, handled by this method:
    ///
    /// ```text
    /// fn session_taken_over(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>
    /// ```
    mod session_taken_over = "session.taken-over" {
        world: "session-taken-over-hook",
        export: "export_session_taken_over",
        bindings: "talaria_sdk::session_taken_over::bindings",
        types: [EndedSession],
        denying: [],
    }
}

hook! {
    /// Task: a moment has come that the plugin asked for in `describe`.
    ///
    /// The hook `timer.fired`, handled by this method:
    ///
    /// ```text
    /// fn timer_fired(&self, ctx: Context, tick: Tick) -> Result<(), String>
    /// ```
    mod timer_fired = "timer.fired" {
        world: "timer-fired-hook",
        export: "export_timer_fired",
        bindings: "talaria_sdk::timer_fired::bindings",
        types: [Tick],
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

hook! {
    /// Observer: settings of users, or of conversations of theirs, were set or removed.
    ///
    /// The hook `user.settings-changed`, handled by this method:
    ///
    /// ```text
    /// fn user_settings_changed(&self, ctx: Context, changes: Vec<ChangedSettings>) -> Result<(), String>
    /// ```
    mod user_settings_changed = "user.settings-changed" {
        world: "user-settings-changed-hook",
        export: "export_user_settings_changed",
        bindings: "talaria_sdk::user_settings_changed::bindings",
        types: [ChangedSettings],
        denying: [],
    }
}

hook! {
    /// Observer: profiles, passwords, roles or the activity of users were changed.
    ///
    /// The hook `user.updated`, handled by this method:
    ///
    /// ```text
    /// fn user_updated(&self, ctx: Context, users: Vec<UpdatedUser>) -> Result<(), String>
    /// ```
    mod user_updated = "user.updated" {
        world: "user-updated-hook",
        export: "export_user_updated",
        bindings: "talaria_sdk::user_updated::bindings",
        types: [UpdatedUser],
        denying: [],
    }
}
