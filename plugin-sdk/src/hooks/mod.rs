//! One module a hook, one file a domain.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

mod admin;
mod auth;
mod command;
mod conference;
mod config;
mod connection;
mod group;
mod http;
mod job;
mod member;
mod message;
mod notification;
mod presence;
mod push;
mod relation;
mod request;
mod resource;
mod server;
mod session;
mod timer;
mod typing;
mod user;

pub use self::admin::{admin_action, admin_before_action};
pub use self::auth::{auth_authenticate, auth_authorize, auth_before_login, auth_login_failed};
pub use self::command::command_run;
pub use self::conference::conference_meeting;
pub use self::config::{config_before_save, config_changed};
pub use self::connection::{connection_before_open, connection_closed, connection_opened};
pub use self::group::{
    group_before_create, group_before_delete, group_before_question, group_before_transfer, group_before_update,
    group_created, group_deleted, group_transferred, group_updated,
};
pub use self::http::http_handle;
pub use self::job::job_run;
pub use self::member::{
    member_answered, member_applied, member_before_answer, member_before_apply, member_before_invite,
    member_before_join, member_before_kick, member_before_leave, member_before_mute, member_before_profile,
    member_before_role, member_invited, member_joined, member_left, member_updated,
};
pub use self::message::{
    message_before_delete, message_before_deliver, message_before_edit, message_before_expire, message_before_fanout,
    message_before_history, message_before_react, message_before_read, message_before_recall, message_before_send,
    message_deleted, message_delivered, message_dropped, message_edited, message_expired, message_held,
    message_persisted, message_reacted, message_read, message_recalled,
};
pub use self::notification::notification_before_push;
pub use self::presence::{presence_before_publish, presence_changed};
pub use self::push::{push_result, push_send};
pub use self::relation::{
    relation_answered, relation_before_answer, relation_before_create, relation_before_delete, relation_before_group,
    relation_before_request, relation_before_update, relation_created, relation_deleted, relation_requested,
    relation_updated,
};
pub use self::request::{request_before, request_custom, request_handle};
pub use self::resource::{
    resource_before_delete, resource_before_download, resource_before_upload, resource_deleted, resource_storage,
    resource_uploaded,
};
pub use self::server::{server_ready, server_starting, server_stopping};
pub use self::session::{session_before_takeover, session_closed, session_kicked, session_opened, session_taken_over};
pub use self::timer::timer_fired;
pub use self::typing::typing_before_send;
pub use self::user::{
    user_before_create, user_before_delete, user_before_set_settings, user_before_update, user_created, user_deleted,
    user_settings_changed, user_updated,
};
