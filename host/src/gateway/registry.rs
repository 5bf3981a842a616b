//! The sessions of this node by user, and how the rest of the server reaches them.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use parking_lot::{Mutex, RwLock};
use smallvec::SmallVec;

use super::{
    codec,
    metrics::DeliveryMetrics,
    outbound::{Bounds, Order, Outbound, Pushed},
    wire::Shared,
};
use crate::{
    clock::Clock,
    config::{GatewayConfig, LoginConflict, SimultaneousLogins},
    dispatch::Deliver,
    model::{
        Notification, SessionId, UserId,
        notification::Recipients,
        session::{CloseStatus, DeviceType, Presence, SessionInfo, UserStatus},
    },
};

/// All sessions, one per user and device type. A shard's lock may be held while the queue of a session is locked, never
/// the other way round, and none while something is awaited.
pub struct Registry {
    shards: Box<[RwLock<HashMap<UserId, User>>]>,
    ids: Mutex<HashSet<SessionId>>,
    /// Raised when all sessions of a user are closed, so that a login decided on what was true before opens none. Users
    /// share them: a login may be refused for another's sake, rarely, and is tried again.
    generations: Box<[AtomicU64]>,
    bounds: Bounds,
    logins: SimultaneousLogins,
    clock: Clock,
    metrics: DeliveryMetrics,
}

struct User {
    /// One for all devices.
    status: UserStatus,
    sessions: SmallVec<[Session; 1]>,
}

struct Session {
    device: DeviceType,
    id: SessionId,
    outbound: Arc<Outbound>,
}

/// What became of a session that was to be opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Opening {
    Open,
    /// All sessions of the user were closed since the login was decided.
    Outdated,
    /// Another device is online that this one may not be online beside, or may not end.
    Conflict,
}

/// What a login is decided on: whether all sessions of its user were closed since.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Generation(u64);

/// A power of two, so that the upper bits of a hash choose.
const SHARDS: usize = 64;
/// A power of two, too; so many that two users of one moment hardly share one.
const GENERATIONS: usize = 8192;

impl Registry {
    /// An empty one. A metrics recorder must be installed before.
    #[must_use]
    pub fn new(config: &GatewayConfig, clock: Clock) -> Arc<Self> {
        Arc::new(Self {
            shards: (0..SHARDS).map(|_| RwLock::default()).collect(),
            ids: Mutex::default(),
            generations: (0..GENERATIONS).map(|_| AtomicU64::default()).collect(),
            bounds: Bounds { frames: config.max_queued_frames, bytes: config.max_queued_bytes },
            logins: config.simultaneous_logins.clone(),
            clock,
            metrics: DeliveryMetrics::new(),
        })
    }

    /// How many sessions are open.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.lock().len()
    }

    /// Whether nobody is logged in.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A random id that no other session has, until it is removed.
    pub(crate) fn reserve_id(&self) -> SessionId {
        let mut ids = self.ids.lock();
        loop {
            let id = SessionId(rand::random_range(1..=i32::MAX));
            if ids.insert(id) {
                return id;
            }
        }
    }

    /// Must be called before a login is decided, and the answer given to [`Self::insert`].
    pub(crate) fn generation(&self, user: UserId) -> Generation {
        Generation(self.generations[upper_bits(user, GENERATIONS)].load(Ordering::Acquire))
    }

    /// Opens a session, and orders those of the same user to close that may not be open beside it, or refuses it for
    /// their sake. When the login was decided with other devices than these in mind (`ends`), it is refused as well: of
    /// two logins at one moment, the second ends a session that nobody was asked about. `tell` puts into the queue what
    /// must stand before all that others deliver. When nothing is opened, the id is given back.
    pub(crate) fn insert(
        &self,
        info: &SessionInfo,
        status: UserStatus,
        outbound: Arc<Outbound>,
        (decided, ends): (Generation, Option<&[DeviceType]>),
        tell: impl FnOnce(),
    ) -> Opening {
        let session = Session { device: info.device, id: info.id, outbound };
        let mut shard = self.shard(info.user).write();
        // Under the lock: whoever raises it afterwards finds the session and closes it.
        let opening = if self.generation(info.user) != decided {
            Opening::Outdated
        } else if shard.get(&info.user).is_some_and(|user| self.refuses(user, info.device, ends)) {
            Opening::Conflict
        } else {
            Opening::Open
        };
        if opening != Opening::Open {
            drop(shard);
            self.ids.lock().remove(&info.id);
            return opening;
        }
        tell();
        let user = shard.entry(info.user).or_insert_with(|| User { status, sessions: SmallVec::new() });
        user.status = status;
        let before = std::mem::take(&mut user.sessions);
        let (older, kept): (SmallVec<[Session; 1]>, _) =
            before.into_iter().partition(|older| self.logins.exclude(older.device, info.device));
        user.sessions = kept;
        user.sessions.push(session);
        drop(shard);
        for older in older {
            older.outbound.order(Order::Close(CloseStatus::DisconnectedByOtherDevice.into()));
        }
        opening
    }

    /// Whether the user's other devices keep this one out.
    fn refuses(&self, user: &User, device: DeviceType, ends: Option<&[DeviceType]>) -> bool {
        let may_end = |older: &Session| {
            self.logins.on_conflict != LoginConflict::Refuse && ends.is_none_or(|ends| ends.contains(&older.device))
        };
        user.sessions.iter().any(|older| self.logins.exclude(older.device, device) && !may_end(older))
    }

    /// Removes a session, unless another has taken its place.
    pub(crate) fn remove(&self, info: &SessionInfo) {
        let mut shard = self.shard(info.user).write();
        if let Some(user) = shard.get_mut(&info.user) {
            user.sessions.retain(|session| session.id != info.id);
            if user.sessions.is_empty() {
                shard.remove(&info.user);
            }
        }
        drop(shard);
        self.ids.lock().remove(&info.id);
    }

    fn shard(&self, user: UserId) -> &RwLock<HashMap<UserId, User>> {
        &self.shards[upper_bits(user, SHARDS)]
    }

    /// Answers how many sessions took it.
    fn deliver_to(&self, user: UserId, except: Option<SessionId>, frame: &mut SharedFrame) -> u64 {
        let shard = self.shard(user).read();
        let Some(found) = shard.get(&user) else { return 0 };
        let mut delivered = 0;
        for session in &found.sessions {
            if except == Some(session.id) {
                continue;
            }
            match session.outbound.push(frame.frame(session.outbound.transport), self.bounds) {
                Pushed::Queued => delivered += 1,
                Pushed::Refused => {}
                Pushed::Overflow => {
                    self.metrics.overflows.increment(1);
                    tracing::debug!(user = user.0, session = session.id.0, "a client reads too slowly");
                }
            }
        }
        delivered
    }

    /// `users` names each once.
    fn deliver_to_all(&self, users: &[UserId], notification: &Notification, frame: &mut SharedFrame) -> u64 {
        let mut is_requester_told = false;
        let mut delivered = 0;
        for &user in users {
            is_requester_told |= user == notification.requester;
            delivered += self.deliver_to(user, notification.except, frame);
        }
        if !is_requester_told {
            delivered += self.deliver_to(notification.requester, notification.except, frame);
        }
        delivered
    }

    /// `users` names each once.
    fn deliver_to_others(&self, users: &[UserId], notification: &Notification, frame: &mut SharedFrame) -> u64 {
        let others = users.iter().filter(|&&user| user != notification.requester);
        others.map(|&user| self.deliver_to(user, notification.except, frame)).sum()
    }
}

/// Each user once: no session may get a notification twice.
fn distinct(users: &[UserId]) -> Cow<'_, [UserId]> {
    if users.is_sorted_by(|a, b| a < b) {
        return Cow::Borrowed(users);
    }
    let mut users = users.to_vec();
    users.sort_unstable();
    users.dedup();
    Cow::Owned(users)
}

/// A number below `count`, which is a power of two.
fn upper_bits(user: UserId, count: usize) -> usize {
    (user.spread() >> (64 - count.ilog2())) as usize
}

type SharedFrame = Shared<talaria_proto::client::TurmsNotification>;

impl Deliver for Registry {
    fn deliver(&self, notification: &Notification) {
        let Some(message) = codec::notification(self.clock.now(), notification) else {
            return tracing::error!("a command that nobody else may hear of was to be relayed");
        };
        let frame = &mut SharedFrame::new(message);
        let delivered = match &notification.recipients {
            Recipients::Own => self.deliver_to_all(&[], notification, frame),
            Recipients::User(user) => self.deliver_to_all(&[*user], notification, frame),
            Recipients::Users(users) => self.deliver_to_all(&distinct(users), notification, frame),
            Recipients::Others(users) => self.deliver_to_others(&distinct(users), notification, frame),
        };
        self.metrics.delivered.increment(delivered);
    }

    fn presence(&self, user: UserId) -> Presence {
        match self.shard(user).read().get(&user) {
            Some(found) => Presence {
                user,
                status: found.status,
                devices: found.sessions.iter().map(|session| session.device).collect(),
            },
            None => Presence::offline(user),
        }
    }

    fn set_status(&self, user: UserId, status: UserStatus) -> Option<UserStatus> {
        let mut shard = self.shard(user).write();
        shard.get_mut(&user).map(|found| std::mem::replace(&mut found.status, status))
    }

    fn taken_over_by(&self, user: UserId, device: DeviceType) -> Vec<DeviceType> {
        let shard = self.shard(user).read();
        let Some(found) = shard.get(&user) else { return Vec::new() };
        found.sessions.iter().map(|older| older.device).filter(|older| self.logins.exclude(*older, device)).collect()
    }

    fn close(&self, user: UserId, devices: Option<&[DeviceType]>, status: CloseStatus) -> usize {
        if devices.is_none() {
            // Before the sessions are looked at: a login that is not among them yet finds it raised.
            self.generations[upper_bits(user, GENERATIONS)].fetch_add(1, Ordering::AcqRel);
        }
        let shard = self.shard(user).read();
        let Some(found) = shard.get(&user) else { return 0 };
        let concerned = found.sessions.iter().filter(|it| devices.is_none_or(|devices| devices.contains(&it.device)));
        let outbounds: SmallVec<[Arc<Outbound>; 4]> = concerned.map(|session| Arc::clone(&session.outbound)).collect();
        drop(shard);
        for outbound in &outbounds {
            outbound.order(Order::Close(status.into()));
        }
        outbounds.len()
    }
}

#[cfg(test)]
mod tests;
