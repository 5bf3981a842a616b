//! The hooks that there are.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::expand::Hook;

macro_rules! hooks {
    ($($method:ident . $function:ident ( $parameters:literal ) = $signature:literal;)+) => {
        pub(crate) const HOOKS: &[Hook] = &[$(Hook {
            method: stringify!($method),
            function: stringify!($function),
            parameters: $parameters,
            signature: $signature,
        }),+];
    };
}

hooks! {
    admin_action.acted(2) = "fn admin_action(&self, ctx: Context, actions: Vec<Action>) -> Result<(), String>";
    admin_before_action.before_action(2) = "fn admin_before_action(&self, ctx: Context, name: String) -> Verdict";
    auth_authenticate.authenticate(2) = "fn auth_authenticate(&self, ctx: Context, credentials: Credentials) -> Outcome";
    auth_authorize.authorize(2) = "fn auth_authorize(&self, ctx: Context, login: Login) -> Outcome";
    auth_before_login.before_login(2) = "fn auth_before_login(&self, ctx: Context, login: Login) -> Verdict";
    auth_login_failed.login_failed(2) = "fn auth_login_failed(&self, ctx: Context, logins: Vec<FailedLogin>) -> Result<(), String>";
    command_run.run(2) = "fn command_run(&self, ctx: Context, invocation: Invocation) -> Outcome";
    conference_meeting.serve(2) = "fn conference_meeting(&self, ctx: Context, request: Request) -> Outcome";
    config_before_save.before_save(2) = "fn config_before_save(&self, ctx: Context, change: Change) -> Verdict";
    config_changed.changed(2) = "fn config_changed(&self, ctx: Context, changes: Vec<Change>) -> Result<(), String>";
    connection_before_open.before_open(2) = "fn connection_before_open(&self, ctx: Context, transport: Transport) -> Verdict";
    connection_closed.closed(2) = "fn connection_closed(&self, ctx: Context, connections: Vec<Connection>) -> Result<(), String>";
    connection_opened.opened(2) = "fn connection_opened(&self, ctx: Context, connections: Vec<Connection>) -> Result<(), String>";
    group_before_create.before_create(2) = "fn group_before_create(&self, ctx: Context, group: NewGroup) -> Verdict";
    group_before_delete.before_delete(2) = "fn group_before_delete(&self, ctx: Context, group_id: i64) -> Verdict";
    group_before_question.before_question(2) = "fn group_before_question(&self, ctx: Context, question: Question) -> Verdict";
    group_before_transfer.before_transfer(2) = "fn group_before_transfer(&self, ctx: Context, transfer: Transfer) -> Verdict";
    group_before_update.before_update(2) = "fn group_before_update(&self, ctx: Context, change: Change) -> Verdict";
    group_created.created(2) = "fn group_created(&self, ctx: Context, groups: Vec<NewGroup>) -> Result<(), String>";
    group_deleted.deleted(2) = "fn group_deleted(&self, ctx: Context, groups: Vec<DeletedGroup>) -> Result<(), String>";
    group_transferred.transferred(2) = "fn group_transferred(&self, ctx: Context, transfers: Vec<Transfer>) -> Result<(), String>";
    group_updated.updated(2) = "fn group_updated(&self, ctx: Context, groups: Vec<UpdatedGroup>) -> Result<(), String>";
    http_handle.handle(2) = "fn http_handle(&self, ctx: Context, request: Request) -> Response";
    job_run.run(2) = "fn job_run(&self, ctx: Context, job: Job) -> Result<(), Failure>";
    member_answered.answered(2) = "fn member_answered(&self, ctx: Context, answers: Vec<Answer>) -> Result<(), String>";
    member_applied.applied(2) = "fn member_applied(&self, ctx: Context, applications: Vec<Application>) -> Result<(), String>";
    member_before_answer.before_answer(2) = "fn member_before_answer(&self, ctx: Context, answer: Answer) -> Verdict";
    member_before_apply.before_apply(2) = "fn member_before_apply(&self, ctx: Context, application: Application) -> Verdict";
    member_before_invite.before_invite(2) = "fn member_before_invite(&self, ctx: Context, invitation: Invitation) -> Verdict";
    member_before_join.before_join(2) = "fn member_before_join(&self, ctx: Context, joining: Joining) -> Verdict";
    member_before_kick.before_kick(2) = "fn member_before_kick(&self, ctx: Context, kick: Kick) -> Verdict";
    member_before_leave.before_leave(2) = "fn member_before_leave(&self, ctx: Context, group_id: i64) -> Verdict";
    member_before_mute.before_mute(2) = "fn member_before_mute(&self, ctx: Context, mute: Mute) -> Verdict";
    member_before_profile.before_profile(2) = "fn member_before_profile(&self, ctx: Context, change: Change) -> Verdict";
    member_before_role.before_role(2) = "fn member_before_role(&self, ctx: Context, change: Change) -> Verdict";
    member_invited.invited(2) = "fn member_invited(&self, ctx: Context, invitations: Vec<Invitation>) -> Result<(), String>";
    member_joined.joined(2) = "fn member_joined(&self, ctx: Context, members: Vec<NewMember>) -> Result<(), String>";
    member_left.left(2) = "fn member_left(&self, ctx: Context, members: Vec<FormerMember>) -> Result<(), String>";
    member_updated.updated(2) = "fn member_updated(&self, ctx: Context, members: Vec<UpdatedMember>) -> Result<(), String>";
    message_before_delete.before_delete(2) = "fn message_before_delete(&self, ctx: Context, message: Message) -> Verdict";
    message_before_deliver.before_deliver(3) = "fn message_before_deliver(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict";
    message_before_edit.before_edit(3) = "fn message_before_edit(&self, ctx: Context, message: Message, edit: Edit) -> Verdict";
    message_before_expire.before_expire(2) = "fn message_before_expire(&self, ctx: Context, below: i64) -> Verdict";
    message_before_fanout.before_fanout(3) = "fn message_before_fanout(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict";
    message_before_history.before_history(3) = "fn message_before_history(&self, ctx: Context, reader: i64, messages: Vec<Message>) -> Verdict";
    message_before_react.before_react(2) = "fn message_before_react(&self, ctx: Context, reaction: Reaction) -> Verdict";
    message_before_read.before_read(2) = "fn message_before_read(&self, ctx: Context, reading: Reading) -> Verdict";
    message_before_recall.before_recall(2) = "fn message_before_recall(&self, ctx: Context, message: Message) -> Verdict";
    message_before_send.before_send(2) = "fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict";
    message_deleted.deleted(2) = "fn message_deleted(&self, ctx: Context, messages: Vec<DeletedMessage>) -> Result<(), String>";
    message_delivered.delivered(2) = "fn message_delivered(&self, ctx: Context, deliveries: Vec<Delivery>) -> Result<(), String>";
    message_dropped.dropped(2) = "fn message_dropped(&self, ctx: Context, messages: Vec<DroppedMessage>) -> Result<(), String>";
    message_edited.edited(2) = "fn message_edited(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>";
    message_expired.expired(2) = "fn message_expired(&self, ctx: Context, expiries: Vec<Expiry>) -> Result<(), String>";
    message_held.held(2) = "fn message_held(&self, ctx: Context, messages: Vec<HeldMessage>) -> Result<(), String>";
    message_persisted.persisted(2) = "fn message_persisted(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>";
    message_reacted.reacted(2) = "fn message_reacted(&self, ctx: Context, reactions: Vec<Reaction>) -> Result<(), String>";
    message_read.read(2) = "fn message_read(&self, ctx: Context, readings: Vec<Reading>) -> Result<(), String>";
    message_recalled.recalled(2) = "fn message_recalled(&self, ctx: Context, messages: Vec<RecalledMessage>) -> Result<(), String>";
    notification_before_push.before_push(3) = "fn notification_before_push(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict";
    presence_before_publish.before_publish(2) = "fn presence_before_publish(&self, ctx: Context, change: Change) -> Verdict";
    presence_changed.changed(2) = "fn presence_changed(&self, ctx: Context, changes: Vec<Change>) -> Result<(), String>";
    push_result.told(2) = "fn push_result(&self, ctx: Context, outcomes: Vec<Outcome>) -> Result<(), String>";
    push_send.send(2) = "fn push_send(&self, ctx: Context, pushes: Vec<Push>) -> Result<Vec<Outcome>, String>";
    relation_answered.answered(2) = "fn relation_answered(&self, ctx: Context, answers: Vec<Answer>) -> Result<(), String>";
    relation_before_answer.before_answer(2) = "fn relation_before_answer(&self, ctx: Context, answer: Answer) -> Verdict";
    relation_before_create.before_create(2) = "fn relation_before_create(&self, ctx: Context, relationship: Relationship) -> Verdict";
    relation_before_delete.before_delete(2) = "fn relation_before_delete(&self, ctx: Context, user_id: i64) -> Verdict";
    relation_before_group.before_group(2) = "fn relation_before_group(&self, ctx: Context, group: RelationshipGroup) -> Verdict";
    relation_before_request.before_request(2) = "fn relation_before_request(&self, ctx: Context, request: FriendRequest) -> Verdict";
    relation_before_update.before_update(2) = "fn relation_before_update(&self, ctx: Context, change: Change) -> Verdict";
    relation_created.created(2) = "fn relation_created(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>";
    relation_deleted.deleted(2) = "fn relation_deleted(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>";
    relation_requested.requested(2) = "fn relation_requested(&self, ctx: Context, requests: Vec<FriendRequest>) -> Result<(), String>";
    relation_updated.updated(2) = "fn relation_updated(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>";
    request_before.before(2) = "fn request_before(&self, ctx: Context, request: Request) -> Verdict";
    request_custom.custom(2) = "fn request_custom(&self, ctx: Context, request: Request) -> Outcome";
    request_handle.handle(2) = "fn request_handle(&self, ctx: Context, request: Request) -> Outcome";
    resource_before_delete.before_delete(2) = "fn resource_before_delete(&self, ctx: Context, deletion: Deletion) -> Verdict";
    resource_before_download.before_download(2) = "fn resource_before_download(&self, ctx: Context, download: Download) -> Verdict";
    resource_before_upload.before_upload(2) = "fn resource_before_upload(&self, ctx: Context, upload: Upload) -> Verdict";
    resource_deleted.deleted(2) = "fn resource_deleted(&self, ctx: Context, resources: Vec<Resource>) -> Result<(), String>";
    resource_storage.serve(2) = "fn resource_storage(&self, ctx: Context, request: Request) -> Outcome";
    resource_uploaded.uploaded(2) = "fn resource_uploaded(&self, ctx: Context, resources: Vec<Resource>) -> Result<(), String>";
    server_ready.ready(2) = "fn server_ready(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>";
    server_starting.starting(2) = "fn server_starting(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>";
    server_stopping.stopping(2) = "fn server_stopping(&self, ctx: Context, servers: Vec<Server>) -> Result<(), String>";
    session_before_takeover.before_takeover(2) = "fn session_before_takeover(&self, ctx: Context, takeover: Takeover) -> Verdict";
    session_closed.closed(2) = "fn session_closed(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>";
    session_kicked.kicked(2) = "fn session_kicked(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>";
    session_opened.opened(2) = "fn session_opened(&self, ctx: Context, sessions: Vec<Session>) -> Result<(), String>";
    session_taken_over.taken_over(2) = "fn session_taken_over(&self, ctx: Context, sessions: Vec<EndedSession>) -> Result<(), String>";
    timer_fired.fired(2) = "fn timer_fired(&self, ctx: Context, tick: Tick) -> Result<(), String>";
    typing_before_send.before_send(2) = "fn typing_before_send(&self, ctx: Context, conversation: Target) -> Verdict";
    user_before_create.before_create(2) = "fn user_before_create(&self, ctx: Context, user: NewUser) -> Verdict";
    user_before_delete.before_delete(2) = "fn user_before_delete(&self, ctx: Context, user_id: i64) -> Verdict";
    user_before_set_settings.before_set_settings(2) = "fn user_before_set_settings(&self, ctx: Context, change: Change) -> Verdict";
    user_before_update.before_update(2) = "fn user_before_update(&self, ctx: Context, change: Change) -> Verdict";
    user_created.created(2) = "fn user_created(&self, ctx: Context, users: Vec<NewUser>) -> Result<(), String>";
    user_deleted.deleted(2) = "fn user_deleted(&self, ctx: Context, users: Vec<DeletedUser>) -> Result<(), String>";
    user_settings_changed.settings_changed(2) = "fn user_settings_changed(&self, ctx: Context, changes: Vec<ChangedSettings>) -> Result<(), String>";
    user_updated.updated(2) = "fn user_updated(&self, ctx: Context, users: Vec<UpdatedUser>) -> Result<(), String>";
}
