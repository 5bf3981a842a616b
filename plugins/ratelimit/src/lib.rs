//! Keeps users from sending more, and asking more often, than the operator lets them.
//!
//! Each limit is a bucket of tokens that fills at a steady rate: who comes seldom may do several things at once, who
//! comes all the time has the rate. There is one instance ([`Description::serial`]), because buckets that several
//! instances had of their own would let through several times the rate, and a store that they shared would cost each
//! message a write to the disk. A call takes about a microsecond, so that the one is not what a server waits for. What
//! the buckets hold is in memory: with another configuration or after a restart they are full, and each node of a
//! cluster has its own.

mod buckets;
mod settings;

use std::time::Instant;

use talaria_sdk::message_before_send::{self, Draft};
use talaria_sdk::request_before::{self, Request};
use talaria_sdk::{Config, Context, Description, Origin, StartError, Target};

use crate::buckets::{Buckets, Key, Limit};
use crate::settings::Settings;

struct RateLimit {
    settings: Settings,
    buckets: Buckets,
}

#[talaria_sdk::plugin]
impl RateLimit {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json")).serial()
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let settings: Settings = config.parse()?;
        settings.validate()?;
        let buckets = Buckets::new(settings.max_buckets);
        Ok(Self { settings, buckets })
    }

    fn request_before(&mut self, ctx: &Context, request: &Request) -> request_before::Verdict {
        if self.passes(ctx, &request.name, request.kind, Instant::now()) {
            return request_before::Verdict::Continue;
        }
        request_before::Verdict::Deny(self.settings.denial())
    }

    fn message_before_send(&mut self, ctx: &Context, draft: &Draft) -> message_before_send::Verdict {
        if self.may_send(ctx, draft, Instant::now()) {
            return message_before_send::Verdict::Continue;
        }
        message_before_send::Verdict::Deny(self.settings.denial())
    }
}

impl RateLimit {
    fn passes(&mut self, ctx: &Context, name: &str, kind: u32, now: Instant) -> bool {
        if !self.is_limited(ctx) {
            return true;
        }
        let of_kind = self.settings.requests.get(name).map(|limit| (Key::Kind(ctx.actor, kind), *limit));
        let of_all = self.settings.all_requests.map(|limit| (Key::Requests(ctx.actor), limit));
        self.buckets.take([of_kind, of_all, None], now)
    }

    fn may_send(&mut self, ctx: &Context, draft: &Draft, now: Instant) -> bool {
        if !self.is_limited(ctx) {
            return true;
        }
        let sender = draft.sender;
        let bucket = |key: Key, limit: Option<Limit>| limit.map(|limit| (key, limit));
        let by_sender = bucket(Key::Messages(sender), self.settings.messages);
        let Target::Group(group) = draft.target else {
            return self.buckets.take([by_sender, None, None], now);
        };
        let in_group = bucket(Key::InGroup(sender, group), self.settings.group_messages);
        let of_group = bucket(Key::Group(group), self.settings.groups);
        self.buckets.take([by_sender, in_group, of_group], now)
    }

    /// The operator and plugins have limits of their own.
    fn is_limited(&self, ctx: &Context) -> bool {
        ctx.origin == Origin::Client && !self.settings.exempt.contains(&ctx.actor)
    }
}

#[cfg(test)]
mod tests;
