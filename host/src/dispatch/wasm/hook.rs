//! The hooks by name. The WIT files define them; a test holds this table against those files.

use std::{fmt, time::Duration};

use serde::{Serialize, Serializer};

/// When a hook is called and what it may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Inline, before the step it is named after; decides.
    Filter,
    /// After the fact; changes nothing.
    Observer,
    /// Instead of the core; answers.
    Provider,
    /// When it is time, and not because of what anybody does.
    Task,
}

/// Every hook: its variant, the module of its bindings, its name as people write it (the domain, a dot, the moment) and
/// its class. What has a part for each hook is made from this list.
macro_rules! each_hook {
    ($make:ident) => {
        $make! {
            AuthAuthenticate, auth_authenticate, "auth.authenticate", Provider;
            AuthBeforeLogin, auth_before_login, "auth.before-login", Filter;
            AuthAuthorize, auth_authorize, "auth.authorize", Provider;
            AuthLoginFailed, auth_login_failed, "auth.login-failed", Observer;
            RequestBefore, request_before, "request.before", Filter;
            RequestHandle, request_handle, "request.handle", Provider;
            MessageBeforeSend, message_before_send, "message.before-send", Filter;
            MessageBeforeFanout, message_before_fanout, "message.before-fanout", Filter;
            MessageBeforeDeliver, message_before_deliver, "message.before-deliver", Filter;
            MessageBeforeHistory, message_before_history, "message.before-history", Filter;
            MessageBeforeEdit, message_before_edit, "message.before-edit", Filter;
            MessageBeforeRecall, message_before_recall, "message.before-recall", Filter;
            MessageBeforeDelete, message_before_delete, "message.before-delete", Filter;
            MessageBeforeReact, message_before_react, "message.before-react", Filter;
            MessageBeforeRead, message_before_read, "message.before-read", Filter;
            MessageBeforeExpire, message_before_expire, "message.before-expire", Filter;
            MessagePersisted, message_persisted, "message.persisted", Observer;
            NotificationBeforePush, notification_before_push, "notification.before-push", Filter;
            PushSend, push_send, "push.send", Observer;
            PushResult, push_result, "push.result", Observer;
            MessageEdited, message_edited, "message.edited", Observer;
            MessageRecalled, message_recalled, "message.recalled", Observer;
            MessageDelivered, message_delivered, "message.delivered", Observer;
            MessageDropped, message_dropped, "message.dropped", Observer;
            MessageHeld, message_held, "message.held", Observer;
            MessageRead, message_read, "message.read", Observer;
            MessageReacted, message_reacted, "message.reacted", Observer;
            MessageDeleted, message_deleted, "message.deleted", Observer;
            MessageExpired, message_expired, "message.expired", Observer;
            TypingBeforeSend, typing_before_send, "typing.before-send", Filter;
            PresenceBeforePublish, presence_before_publish, "presence.before-publish", Filter;
            PresenceChanged, presence_changed, "presence.changed", Observer;
            UserBeforeCreate, user_before_create, "user.before-create", Filter;
            UserBeforeUpdate, user_before_update, "user.before-update", Filter;
            UserBeforeDelete, user_before_delete, "user.before-delete", Filter;
            UserBeforeSetSettings, user_before_set_settings, "user.before-set-settings", Filter;
            UserCreated, user_created, "user.created", Observer;
            UserDeleted, user_deleted, "user.deleted", Observer;
            UserUpdated, user_updated, "user.updated", Observer;
            UserSettingsChanged, user_settings_changed, "user.settings-changed", Observer;
            RelationBeforeRequest, relation_before_request, "relation.before-request", Filter;
            RelationBeforeAnswer, relation_before_answer, "relation.before-answer", Filter;
            RelationBeforeCreate, relation_before_create, "relation.before-create", Filter;
            RelationBeforeUpdate, relation_before_update, "relation.before-update", Filter;
            RelationBeforeGroup, relation_before_group, "relation.before-group", Filter;
            RelationBeforeDelete, relation_before_delete, "relation.before-delete", Filter;
            RelationRequested, relation_requested, "relation.requested", Observer;
            RelationAnswered, relation_answered, "relation.answered", Observer;
            RelationCreated, relation_created, "relation.created", Observer;
            RelationUpdated, relation_updated, "relation.updated", Observer;
            RelationDeleted, relation_deleted, "relation.deleted", Observer;
            GroupBeforeCreate, group_before_create, "group.before-create", Filter;
            GroupBeforeQuestion, group_before_question, "group.before-question", Filter;
            GroupBeforeUpdate, group_before_update, "group.before-update", Filter;
            GroupBeforeDelete, group_before_delete, "group.before-delete", Filter;
            GroupBeforeTransfer, group_before_transfer, "group.before-transfer", Filter;
            GroupCreated, group_created, "group.created", Observer;
            GroupDeleted, group_deleted, "group.deleted", Observer;
            GroupUpdated, group_updated, "group.updated", Observer;
            GroupTransferred, group_transferred, "group.transferred", Observer;
            MemberBeforeApply, member_before_apply, "member.before-apply", Filter;
            MemberBeforeInvite, member_before_invite, "member.before-invite", Filter;
            MemberBeforeAnswer, member_before_answer, "member.before-answer", Filter;
            MemberBeforeJoin, member_before_join, "member.before-join", Filter;
            MemberBeforeLeave, member_before_leave, "member.before-leave", Filter;
            MemberBeforeKick, member_before_kick, "member.before-kick", Filter;
            MemberBeforeRole, member_before_role, "member.before-role", Filter;
            MemberBeforeMute, member_before_mute, "member.before-mute", Filter;
            MemberBeforeProfile, member_before_profile, "member.before-profile", Filter;
            MemberJoined, member_joined, "member.joined", Observer;
            MemberLeft, member_left, "member.left", Observer;
            MemberUpdated, member_updated, "member.updated", Observer;
            MemberInvited, member_invited, "member.invited", Observer;
            MemberApplied, member_applied, "member.applied", Observer;
            MemberAnswered, member_answered, "member.answered", Observer;
            ConferenceMeeting, conference_meeting, "conference.meeting", Provider;
            ResourceBeforeUpload, resource_before_upload, "resource.before-upload", Filter;
            ResourceBeforeDownload, resource_before_download, "resource.before-download", Filter;
            ResourceBeforeDelete, resource_before_delete, "resource.before-delete", Filter;
            ResourceStorage, resource_storage, "resource.storage", Provider;
            ResourceUploaded, resource_uploaded, "resource.uploaded", Observer;
            ResourceDeleted, resource_deleted, "resource.deleted", Observer;
            SessionOpened, session_opened, "session.opened", Observer;
            SessionClosed, session_closed, "session.closed", Observer;
            ConfigChanged, config_changed, "config.changed", Observer;
            ServerStarting, server_starting, "server.starting", Observer;
            ServerReady, server_ready, "server.ready", Observer;
            ServerStopping, server_stopping, "server.stopping", Observer;
            ConfigBeforeSave, config_before_save, "config.before-save", Filter;
            ConnectionOpened, connection_opened, "connection.opened", Observer;
            ConnectionClosed, connection_closed, "connection.closed", Observer;
            ConnectionBeforeOpen, connection_before_open, "connection.before-open", Filter;
            AdminAction, admin_action, "admin.action", Observer;
            AdminBeforeAction, admin_before_action, "admin.before-action", Filter;
            SessionTakenOver, session_taken_over, "session.taken-over", Observer;
            SessionKicked, session_kicked, "session.kicked", Observer;
            SessionBeforeTakeover, session_before_takeover, "session.before-takeover", Filter;
            CommandRun, command_run, "command.run", Provider;
            RequestCustom, request_custom, "request.custom", Provider;
            HttpHandle, http_handle, "http.handle", Provider;
            TimerFired, timer_fired, "timer.fired", Task;
            JobRun, job_run, "job.run", Task;
        }
    };
}
pub(super) use each_hook;

macro_rules! hooks {
    ($($hook:ident, $module:ident, $name:literal, $class:ident;)+) => {
        /// A hook that this server calls.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        #[repr(usize)]
        pub enum Hook {
            $($hook,)+
        }

        impl Hook {
            /// All of them, in the order of their numbers.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$hook),+];

            /// As people write it: the domain, a dot, the moment.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$hook => $name,)+
                }
            }

            #[must_use]
            pub const fn class(self) -> Class {
                match self {
                    $(Self::$hook => Class::$class,)+
                }
            }
        }
    };
}
each_hook!(hooks);

impl Hook {
    /// The name of its WIT interface without package and version.
    #[must_use]
    pub fn interface(self) -> String {
        self.name().replacen('.', "-", 1)
    }

    /// The hook with this [`Self::name`].
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|hook| hook.name() == name)
    }

    /// How long a call may take unless the plugin or the operator says otherwise.
    #[must_use]
    pub const fn default_deadline(self) -> Duration {
        match self.class() {
            Class::Filter => Duration::from_millis(50),
            Class::Provider => Duration::from_secs(2),
            Class::Observer | Class::Task => Duration::from_secs(10),
        }
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Hook {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    #[test]
    fn the_table_has_exactly_the_hooks_of_the_wit_files() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/plugin");
        let mut worlds = BTreeSet::new();
        for entry in fs::read_dir(folder).unwrap() {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            worlds.extend(
                text.lines().filter_map(|line| Some(line.strip_prefix("world ")?.split_once("-hook")?.0.to_owned())),
            );
        }
        worlds.remove("lifecycle");
        assert_eq!(worlds, Hook::ALL.into_iter().map(Hook::interface).collect());
    }
}
