//! What a hook of a plugin is called for. Looked at before the call, so that a plugin costs nothing on what it does not
//! want.

use std::{cmp::Ordering, collections::BTreeMap};

use super::{LoadError, Plugin};
use crate::{
    dispatch::wasm::{Class, Hook, bindings::exports::talaria::plugin::lifecycle},
    model::{
        Context, GroupId, UserId,
        message::{Message, Target},
    },
};

/// Numbers, ids or ranges of one list.
const MOST: usize = 10_000;
/// Prefixes are tried one after the other.
const MOST_PREFIXES: usize = 100;
/// Bytes of one.
const LONGEST_PREFIX: usize = 256;

/// What is known of something before a plugin is called about it.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::dispatch) struct Traits<'a> {
    pub(in crate::dispatch) request_kind: Option<u32>,
    pub(in crate::dispatch) group: Option<GroupId>,
    pub(in crate::dispatch) user: Option<UserId>,
    pub(in crate::dispatch) text: Option<&'a str>,
}

/// What a hook is called for; a list that is empty admits everything. Sorted.
#[derive(Clone, PartialEq, Eq, Debug, Default, serde::Serialize)]
pub struct Scope {
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    request_kinds: Box<[u32]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    groups: Box<[GroupId]>,
    /// The first and the last of each range. No two overlap.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    users: Box<[(UserId, UserId)]>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    text_prefixes: Box<[String]>,
}

impl<'a> Traits<'a> {
    /// The acting user and the kind of the request.
    pub(in crate::dispatch) fn of(context: &Context) -> Self {
        let request_kind = context.wire.as_ref().map(|wire| wire.kind);
        Self { request_kind, user: Some(context.actor), ..Self::default() }
    }

    /// Of what is done about a message.
    pub(in crate::dispatch) fn of_message(context: &Context, message: &'a Message) -> Self {
        Self::of(context).by(message.sender).at(message.target).with_text(message.text.as_deref())
    }

    pub(in crate::dispatch) const fn by(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    pub(in crate::dispatch) fn at(self, place: impl Into<Place>) -> Self {
        Self { group: place.into().0, ..self }
    }

    pub(in crate::dispatch) const fn with_text(self, text: Option<&'a str>) -> Self {
        Self { text, ..self }
    }
}

/// The group that something is about, if it is one.
pub(in crate::dispatch) struct Place(Option<GroupId>);

impl From<GroupId> for Place {
    fn from(group: GroupId) -> Self {
        Self(Some(group))
    }
}

impl From<Target> for Place {
    fn from(conversation: Target) -> Self {
        match conversation {
            Target::Group(group) => Self(Some(group)),
            Target::User(_) => Self(None),
        }
    }
}

impl Scope {
    fn admits(&self, traits: &Traits<'_>) -> bool {
        let has = |list: &[GroupId], id: Option<GroupId>| id.is_some_and(|id| list.binary_search(&id).is_ok());
        (self.request_kinds.is_empty()
            || traits.request_kind.is_some_and(|kind| self.request_kinds.binary_search(&kind).is_ok()))
            && (self.groups.is_empty() || has(&self.groups, traits.group))
            && (self.users.is_empty() || traits.user.is_some_and(|user| self.names(user)))
            && (self.text_prefixes.is_empty() || traits.text.is_some_and(|text| self.begins(text)))
    }

    fn names(&self, user: UserId) -> bool {
        let place = self.users.binary_search_by(|(first, last)| match () {
            () if *last < user => Ordering::Less,
            () if *first > user => Ordering::Greater,
            () => Ordering::Equal,
        });
        place.is_ok()
    }

    fn begins(&self, text: &str) -> bool {
        self.text_prefixes.iter().any(|prefix| text.starts_with(&**prefix))
    }

    fn read(hook: Hook, described: lifecycle::Scope) -> Result<Self, LoadError> {
        let lifecycle::Scope { mut request_kinds, groups, users, text_prefixes } = described;
        let bad = |cause| LoadError::BadScope { hook, cause };
        let named = [
            (!request_kinds.is_empty(), knows_request_kind(hook), "it knows no kind of request"),
            (!groups.is_empty(), knows_group(hook), "it knows no group"),
            (!users.is_empty(), knows_user(hook), "it knows no user"),
            (!text_prefixes.is_empty(), knows_text(hook), "it knows no text"),
        ];
        if let Some((.., cause)) = named.into_iter().find(|(is_named, is_known, _)| *is_named && !is_known) {
            return Err(bad(cause));
        }
        if request_kinds.len().max(groups.len()).max(users.len()) > MOST {
            return Err(bad("a list has more than 10000 entries"));
        }
        if text_prefixes.len() > MOST_PREFIXES || text_prefixes.iter().any(|prefix| prefix.len() > LONGEST_PREFIX) {
            return Err(bad("there are more than 100 prefixes, or one is longer than 256 bytes"));
        }
        if users.iter().any(|(first, last)| first > last) {
            return Err(bad("the first id of a range is greater than the last"));
        }
        request_kinds.sort_unstable();
        let mut groups: Vec<_> = groups.into_iter().map(GroupId).collect();
        groups.sort_unstable();
        Ok(Self {
            request_kinds: request_kinds.into(),
            groups: groups.into(),
            users: joined(users).into(),
            text_prefixes: text_prefixes.into(),
        })
    }
}

/// Sorted, and those that overlap as one.
fn joined(mut ranges: Vec<(i64, i64)>) -> Vec<(UserId, UserId)> {
    ranges.sort_unstable();
    let mut joined: Vec<(UserId, UserId)> = Vec::new();
    for (first, last) in ranges {
        match joined.last_mut() {
            Some((_, end)) if end.0 >= first => end.0 = end.0.max(last),
            _ => joined.push((UserId(first), UserId(last))),
        }
    }
    joined
}

const fn knows_request_kind(hook: Hook) -> bool {
    matches!(hook, Hook::RequestBefore | Hook::RequestHandle)
}

const fn knows_text(hook: Hook) -> bool {
    matches!(
        hook,
        Hook::MessageBeforeSend
            | Hook::MessageBeforeEdit
            | Hook::MessageBeforeFanout
            | Hook::MessageBeforeDeliver
            | Hook::MessagePersisted
            | Hook::MessageEdited
            | Hook::NotificationBeforePush
            | Hook::PushSend
    )
}

/// What a domain says holds for its hooks but a few.
fn knows_group(hook: Hook) -> bool {
    match hook {
        Hook::NotificationBeforePush | Hook::PushSend | Hook::TypingBeforeSend => true,
        Hook::GroupBeforeCreate
        | Hook::MemberBeforeAnswer
        | Hook::MessageBeforeReact
        | Hook::MessageReacted
        | Hook::MessageBeforeHistory
        | Hook::MessageBeforeExpire
        | Hook::MessageExpired => false,
        _ => matches!(domain(hook), "group" | "member" | "message"),
    }
}

fn knows_user(hook: Hook) -> bool {
    match hook {
        Hook::HttpHandle
        | Hook::CommandRun
        | Hook::MessageBeforeExpire
        | Hook::MessageExpired
        | Hook::GroupCreated
        | Hook::GroupUpdated
        | Hook::GroupDeleted => false,
        _ => hook.class() != Class::Task && !matches!(domain(hook), "server" | "config" | "admin" | "connection"),
    }
}

fn domain(hook: Hook) -> &'static str {
    hook.name().split('.').next().unwrap_or_default()
}

impl Plugin {
    /// Whether it is called for this. Without a scope, which is so as a rule, for everything.
    pub(in crate::dispatch) fn wants(&self, hook: Hook, traits: &Traits<'_>) -> bool {
        self.scopes[hook as usize].as_ref().is_none_or(|scope| scope.admits(traits))
    }

    /// What the hook is called for, if that is not everything.
    pub(in crate::dispatch) fn scope(&self, hook: Hook) -> Option<&Scope> {
        self.scopes[hook as usize].as_deref()
    }

    /// Of the hooks that are not called for everything.
    pub(in crate::dispatch) fn scopes(&self) -> BTreeMap<&'static str, Scope> {
        let scopes = self.manifest.hooks.iter().filter_map(|hook| Some((hook.name(), self.scope(*hook)?.clone())));
        scopes.collect()
    }

    pub(super) fn take_scope(&mut self, hook: Hook, described: lifecycle::Scope) -> Result<(), LoadError> {
        let scope = Scope::read(hook, described)?;
        self.scopes[hook as usize] = (scope != Scope::default()).then(|| Box::new(scope));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn everything() -> lifecycle::Scope {
        lifecycle::Scope { request_kinds: vec![], groups: vec![], users: vec![], text_prefixes: vec![] }
    }

    fn read(hook: Hook, described: lifecycle::Scope) -> Result<Scope, String> {
        Scope::read(hook, described).map_err(|error| error.to_string())
    }

    #[test]
    fn each_list_that_says_something_has_to_admit_it() {
        let groups = read(Hook::MessageBeforeSend, lifecycle::Scope { groups: vec![9, 4], ..everything() }).unwrap();
        let traits = Traits { user: Some(UserId(1)), ..Traits::default() };
        assert!(groups.admits(&traits.at(GroupId(4))) && groups.admits(&traits.at(Target::Group(GroupId(9)))));
        assert!(!groups.admits(&traits.at(GroupId(5))) && !groups.admits(&traits.at(Target::User(UserId(4)))));

        let both =
            lifecycle::Scope { users: vec![(1, 5)], text_prefixes: vec!["!".into(), "/x".into()], ..everything() };
        let both = read(Hook::MessageBeforeSend, both).unwrap();
        assert!(both.admits(&traits.with_text(Some("/x y"))) && both.admits(&traits.with_text(Some("!"))));
        assert!(!both.admits(&traits.with_text(Some("x /x"))) && !both.admits(&traits));
        assert!(!both.admits(&traits.by(UserId(6)).with_text(Some("!"))));

        let kinds = read(Hook::RequestBefore, lifecycle::Scope { request_kinds: vec![7, 5], ..everything() }).unwrap();
        assert!(kinds.admits(&Traits { request_kind: Some(7), ..traits }));
        assert!(!kinds.admits(&Traits { request_kind: Some(6), ..traits }) && !kinds.admits(&traits));
        assert!(Scope::default().admits(&Traits::default()), "nothing said: everything");
    }

    #[test]
    fn ranges_may_overlap_and_come_in_any_order() {
        let users = vec![(50, 60), (1, 10), (5, 20), (20, 21), (40, 40)];
        let scope = read(Hook::SessionOpened, lifecycle::Scope { users, ..everything() }).unwrap();
        let admitted: Vec<_> = (0..=61).filter(|id| scope.admits(&Traits::default().by(UserId(*id)))).collect();
        assert_eq!(admitted, (1..=21).chain([40]).chain(50..=60).collect::<Vec<_>>());
    }

    #[test]
    fn what_the_hook_does_not_know_is_refused() {
        for hook in [Hook::ResourceBeforeUpload, Hook::ResourceStorage, Hook::ResourceDeleted] {
            assert!(read(hook, lifecycle::Scope { users: vec![(1, 2)], ..everything() }).is_ok(), "{hook}");
        }
        let refused = [
            (Hook::MessageBeforeSend, lifecycle::Scope { request_kinds: vec![5], ..everything() }, "kind of request"),
            (Hook::MemberBeforeAnswer, lifecycle::Scope { groups: vec![5], ..everything() }, "no group"),
            (Hook::ResourceStorage, lifecycle::Scope { groups: vec![5], ..everything() }, "no group"),
            (Hook::TimerFired, lifecycle::Scope { users: vec![(1, 2)], ..everything() }, "no user"),
            (Hook::UserBeforeUpdate, lifecycle::Scope { text_prefixes: vec!["a".into()], ..everything() }, "no text"),
            (Hook::MessageBeforeSend, lifecycle::Scope { users: vec![(2, 1)], ..everything() }, "greater"),
            (Hook::MessageBeforeSend, lifecycle::Scope { groups: vec![1; 10_001], ..everything() }, "10000"),
            (Hook::MessageBeforeSend, lifecycle::Scope { text_prefixes: vec!["x".repeat(257)], ..everything() }, "256"),
        ];
        for (hook, described, cause) in refused {
            let error = read(hook, described).unwrap_err();
            assert!(error.contains(cause) && error.contains(hook.name()), "{error}");
        }
    }
}
