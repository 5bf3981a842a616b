//! What the engine keeps in memory: entities and the knowledge that there is none. Each cache is bounded by its weight
//! in bytes, so that clients who ask for ids that do not exist push out entries but never add memory.
//!
//! Coherence: this process is the only writer of its locked directory. A reader takes a placeholder for the key before
//! it asks the database; the writer removes what it made stale after its commit, before it answers and before the
//! outbox tells of it, placeholders included, and a value whose placeholder is gone is not admitted. So a value that
//! was read before a commit never outlives it.

use std::{hash::Hash, sync::Arc};

use bytes::Bytes;
use quick_cache::{
    DefaultHashBuilder, Equivalent, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};

use super::options::CacheSizes;
use crate::{
    model::{
        GroupId, GroupTypeId, Timestamp, UserId,
        group::{Group, GroupType, Member},
        hidden::Hidden,
        relationship::Relationship,
        settings::SettingValue,
        user::User,
    },
    store::Result,
};

/// Of an entry and its place in the maps, beside what the entry itself says.
const OVERHEAD: u64 = 96;
/// Bytes for group types, of which there are few.
const GROUP_TYPES: u64 = 256 * 1024;
/// Of a name and a value in a map.
const ENTRY: u64 = 64;
/// A whole list must fit into one shard, so the lists have few shards.
const LIST_SHARDS: usize = 4;
const SHARDS: usize = 16;

/// A cache whose entries know their weight.
pub(in crate::store::embedded) type ByWeight<K, V> = Cache<K, V, Weigher>;

pub(in crate::store::embedded) struct Caches {
    pub(in crate::store::embedded) users: ByWeight<UserId, Option<Arc<User>>>,
    pub(in crate::store::embedded) relationships: ByWeight<(UserId, UserId), Option<Arc<Relationship>>>,
    pub(in crate::store::embedded) groups: ByWeight<GroupId, Option<Arc<Group>>>,
    pub(in crate::store::embedded) group_types: ByWeight<GroupTypeId, Option<Arc<GroupType>>>,
    pub(in crate::store::embedded) members: ByWeight<(GroupId, UserId), Option<Arc<Member>>>,
    pub(in crate::store::embedded) member_ids: ByWeight<GroupId, Arc<[UserId]>>,
    pub(in crate::store::embedded) kv: ByWeight<KvKey, Option<KvEntry>>,
}

/// A key whose cached value is no longer true.
pub(in crate::store::embedded) enum Stale {
    User(UserId),
    Relationship(UserId, UserId),
    Group(GroupId),
    GroupType(GroupTypeId),
    Member(GroupId, UserId),
    MemberIds(GroupId),
    Kv(KvKey),
    /// All of it: a plugin was cleared.
    AllKv,
}

impl Caches {
    pub(in crate::store::embedded) fn new(sizes: &CacheSizes) -> Self {
        Self {
            users: cache(sizes.users, 400, SHARDS),
            relationships: cache(sizes.relationships, 180, SHARDS),
            groups: cache(sizes.groups, 400, SHARDS),
            group_types: cache(GROUP_TYPES, 200, LIST_SHARDS),
            members: cache(sizes.members, 180, SHARDS),
            member_ids: cache(sizes.member_ids, 4096, LIST_SHARDS),
            kv: cache(sizes.kv, 256, SHARDS),
        }
    }

    pub(in crate::store::embedded) fn remove(&self, stale: &Stale) {
        match stale {
            Stale::User(id) => drop(self.users.remove(id)),
            Stale::Relationship(owner, related) => drop(self.relationships.remove(&(*owner, *related))),
            Stale::Group(id) => drop(self.groups.remove(id)),
            Stale::GroupType(id) => drop(self.group_types.remove(id)),
            Stale::Member(group, user) => drop(self.members.remove(&(*group, *user))),
            Stale::MemberIds(group) => drop(self.member_ids.remove(group)),
            Stale::Kv(key) => drop(self.kv.remove(key)),
            Stale::AllKv => self.kv.clear(),
        }
    }
}

/// The cached value, or the one that `read` finds, which is kept unless a write came between. Concurrent misses of one
/// key share one read.
pub(in crate::store::embedded) async fn load<K, V>(
    cache: &ByWeight<K, V>,
    key: &K,
    read: impl Future<Output = Result<V>>,
) -> Result<V>
where
    K: Eq + Hash + Clone + Heft,
    V: Clone + Heft,
{
    match cache.get_value_or_guard_async(key).await {
        Ok(value) => Ok(value),
        Err(guard) => {
            let value = read.await?;
            // Refused when a write removed the placeholder: right for this caller, who asked before, and for nobody
            // later.
            let _ = guard.insert(value.clone());
            Ok(value)
        }
    }
}

fn cache<K, V>(bytes: u64, typical: u64, shards: usize) -> ByWeight<K, V>
where
    K: Eq + Hash + Heft,
    V: Clone + Heft,
{
    let items = usize::try_from(bytes / typical).unwrap_or(usize::MAX).max(1);
    let options = OptionsBuilder::new()
        .estimated_items_capacity(items)
        .weight_capacity(bytes)
        .shards(shards)
        .build()
        .expect("both capacities are given");
    Cache::with_options(options, Weigher, DefaultHashBuilder::default(), DefaultLifecycle::default())
}

#[derive(Clone, Debug)]
pub(in crate::store::embedded) struct Weigher;

impl<K: Heft, V: Heft> Weighter<K, V> for Weigher {
    fn weight(&self, key: &K, value: &V) -> u64 {
        OVERHEAD + key.bytes() + value.bytes()
    }
}

/// How much memory something takes beside its place in the cache. Must not change while it is cached.
pub(in crate::store::embedded) trait Heft {
    fn bytes(&self) -> u64;
}

/// A key of a plugin's store.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(in crate::store::embedded) struct KvKey {
    pub(in crate::store::embedded) plugin: Box<str>,
    pub(in crate::store::embedded) key: Box<str>,
}

/// The same, borrowed: a lookup that hits allocates nothing.
#[derive(Hash)]
pub(in crate::store::embedded) struct KvKeyRef<'a> {
    pub(in crate::store::embedded) plugin: &'a str,
    pub(in crate::store::embedded) key: &'a str,
}

#[derive(Clone, Debug)]
pub(in crate::store::embedded) struct KvEntry {
    pub(in crate::store::embedded) value: Bytes,
    pub(in crate::store::embedded) expires: Option<Timestamp>,
}

impl KvKey {
    pub(in crate::store::embedded) fn new(plugin: &str, key: &str) -> Self {
        Self { plugin: plugin.into(), key: key.into() }
    }
}

impl Equivalent<KvKey> for KvKeyRef<'_> {
    fn equivalent(&self, key: &KvKey) -> bool {
        *self.plugin == *key.plugin && *self.key == *key.key
    }
}

impl<T: Heft> Heft for Option<T> {
    fn bytes(&self) -> u64 {
        self.as_ref().map_or(0, Heft::bytes)
    }
}

impl<T: Heft> Heft for Arc<T> {
    fn bytes(&self) -> u64 {
        size_of::<T>() as u64 + (**self).bytes()
    }
}

impl Heft for Arc<[UserId]> {
    fn bytes(&self) -> u64 {
        size_of_val(&**self) as u64
    }
}

impl Heft for String {
    fn bytes(&self) -> u64 {
        self.capacity() as u64
    }
}

impl Heft for Hidden {
    fn bytes(&self) -> u64 {
        self.0.bytes()
    }
}

impl Heft for User {
    fn bytes(&self) -> u64 {
        let attributes = self.attributes.iter().map(|(name, value)| ENTRY + name.bytes() + value.bytes()).sum::<u64>();
        self.password_hash.bytes() + self.name.bytes() + self.intro.bytes() + self.profile_picture.bytes() + attributes
    }
}

impl Heft for SettingValue {
    fn bytes(&self) -> u64 {
        match self {
            Self::Text(text) => text.bytes(),
            Self::List(elements) => elements.iter().map(|element| ENTRY + element.bytes()).sum(),
            Self::Int(_) | Self::Long(_) | Self::Double(_) | Self::Bool(_) => 0,
        }
    }
}

impl Heft for Relationship {
    fn bytes(&self) -> u64 {
        self.name.bytes() + self.note.bytes()
    }
}

impl Heft for Group {
    fn bytes(&self) -> u64 {
        let attributes = self.attributes.iter().map(|(name, value)| ENTRY + name.bytes() + value.bytes()).sum::<u64>();
        self.name.bytes() + self.intro.bytes() + self.announcement.bytes() + attributes
    }
}

impl Heft for GroupType {
    fn bytes(&self) -> u64 {
        self.name.bytes()
    }
}

impl Heft for GroupTypeId {
    fn bytes(&self) -> u64 {
        0
    }
}

impl Heft for Member {
    fn bytes(&self) -> u64 {
        self.name.bytes()
    }
}

impl Heft for KvEntry {
    fn bytes(&self) -> u64 {
        self.value.len() as u64
    }
}

impl Heft for KvKey {
    fn bytes(&self) -> u64 {
        (self.plugin.len() + self.key.len()) as u64
    }
}

impl Heft for UserId {
    fn bytes(&self) -> u64 {
        0
    }
}

impl Heft for GroupId {
    fn bytes(&self) -> u64 {
        0
    }
}

impl<A: Heft, B: Heft> Heft for (A, B) {
    fn bytes(&self) -> u64 {
        self.0.bytes() + self.1.bytes()
    }
}
