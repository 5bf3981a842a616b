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

/// Every hook: its variant, the module of its bindings, its name as people write it (the domain, a dot, the moment) and its
/// class. What has a part for each hook is made from this list.
macro_rules! each_hook {
    ($make:ident) => {
        $make! {
            AuthAuthenticate, auth_authenticate, "auth.authenticate", Provider;
            AuthBeforeLogin, auth_before_login, "auth.before-login", Filter;
            RequestBefore, request_before, "request.before", Filter;
            RequestHandle, request_handle, "request.handle", Provider;
            MessageBeforeSend, message_before_send, "message.before-send", Filter;
            MessageBeforeFanout, message_before_fanout, "message.before-fanout", Filter;
            MessagePersisted, message_persisted, "message.persisted", Observer;
            MessageEdited, message_edited, "message.edited", Observer;
            MessageRecalled, message_recalled, "message.recalled", Observer;
            UserCreated, user_created, "user.created", Observer;
            UserDeleted, user_deleted, "user.deleted", Observer;
            GroupCreated, group_created, "group.created", Observer;
            GroupDeleted, group_deleted, "group.deleted", Observer;
            MemberJoined, member_joined, "member.joined", Observer;
            MemberLeft, member_left, "member.left", Observer;
            SessionOpened, session_opened, "session.opened", Observer;
            SessionClosed, session_closed, "session.closed", Observer;
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
