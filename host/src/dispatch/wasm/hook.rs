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
}

/// A hook that this server calls.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(usize)]
pub enum Hook {
    AuthAuthenticate,
    AuthBeforeLogin,
    RequestBefore,
    RequestHandle,
    MessageBeforeSend,
    MessagePersisted,
    SessionOpened,
    SessionClosed,
}

impl Hook {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::AuthAuthenticate,
        Self::AuthBeforeLogin,
        Self::RequestBefore,
        Self::RequestHandle,
        Self::MessageBeforeSend,
        Self::MessagePersisted,
        Self::SessionOpened,
        Self::SessionClosed,
    ];

    /// As people write it: the domain, a dot, the moment.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AuthAuthenticate => "auth.authenticate",
            Self::AuthBeforeLogin => "auth.before-login",
            Self::RequestBefore => "request.before",
            Self::RequestHandle => "request.handle",
            Self::MessageBeforeSend => "message.before-send",
            Self::MessagePersisted => "message.persisted",
            Self::SessionOpened => "session.opened",
            Self::SessionClosed => "session.closed",
        }
    }

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

    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::AuthAuthenticate | Self::RequestHandle => Class::Provider,
            Self::AuthBeforeLogin | Self::RequestBefore | Self::MessageBeforeSend => Class::Filter,
            Self::MessagePersisted | Self::SessionOpened | Self::SessionClosed => Class::Observer,
        }
    }

    /// How long a call may take unless the plugin or the operator says otherwise.
    #[must_use]
    pub const fn default_deadline(self) -> Duration {
        match self.class() {
            Class::Filter => Duration::from_millis(50),
            Class::Provider => Duration::from_secs(2),
            Class::Observer => Duration::from_secs(10),
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
