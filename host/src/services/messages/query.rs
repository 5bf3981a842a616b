//! Reading messages. A query sees private messages that the requester received or sent, and those of the requester's
//! groups.

use super::{Error, Messages};
use crate::{
    model::{
        GroupId, Reply, UserId,
        command::QueryMessages,
        message::{Message, MessageQuery, MessageScope, MessagesWithTotal, Target},
    },
    services::page::count,
};

impl Messages {
    /// A page of the messages that the requester may see and asks for.
    pub async fn query(&self, requester: UserId, query: &QueryMessages) -> Result<Reply, Error> {
        let of_groups = query.of_groups.ok_or(Error::ConversationKindMissing)?;
        let limit = self.limit(query)?;
        bounded("ids of messages", query.ids.len(), self.config.max_ids_per_query)?;
        bounded("senders or groups", query.from.len(), self.config.max_from_per_query)?;
        let scope = if of_groups {
            self.group_scope(requester, &query.from).await?
        } else {
            Some(private_scope(requester, &query.from, self.config.query_both_sides))
        };
        let Some(scope) = scope else {
            return Ok(Reply::NoContent);
        };
        let page = MessageQuery {
            scope,
            ids: (!query.ids.is_empty()).then(|| query.ids.clone()),
            is_system: query.is_system,
            with_recalled: self.config.show_recalled,
            start: query.start,
            end: query.end,
            descending: query.descending,
            limit,
            reacting_users: self.config.reacting_users,
        };
        let messages = self.store.list_messages(&page).await?;
        if messages.is_empty() {
            return Ok(Reply::NoContent);
        }
        if query.with_total {
            self.with_totals(requester, &page, messages).await
        } else {
            Ok(Reply::Messages(messages))
        }
    }

    fn limit(&self, query: &QueryMessages) -> Result<u32, Error> {
        let (default, max) = if query.with_total {
            (self.config.default_count_with_total, self.config.max_count_with_total)
        } else {
            (self.config.default_count, self.config.max_count)
        };
        count(query.max_count, default, max).ok_or(Error::InvalidCount)
    }

    /// The groups asked for, which the requester must be in, or all that the requester is in. `None` when there are
    /// none.
    async fn group_scope(&self, requester: UserId, from: &[i64]) -> Result<Option<MessageScope>, Error> {
        let joined = self.store.list_joined_groups(requester).await?;
        let groups = if from.is_empty() {
            joined
        } else {
            let mut asked: Vec<GroupId> = from.iter().copied().map(GroupId).collect();
            asked.sort_unstable();
            asked.dedup();
            // The store answers the joined groups in the order of their ids.
            if asked.iter().any(|group| joined.binary_search(group).is_err()) {
                return Err(Error::NotMemberToQuery);
            }
            asked
        };
        Ok((!groups.is_empty()).then_some(MessageScope::Groups(groups)))
    }

    /// The page by sender or group, in the order in which these first appear, each with the number of all its messages.
    async fn with_totals(
        &self,
        requester: UserId,
        page: &MessageQuery,
        messages: Vec<Message>,
    ) -> Result<Reply, Error> {
        let mut parts: Vec<MessagesWithTotal> = Vec::new();
        for message in messages {
            let from = match message.target {
                Target::User(_) => Target::User(message.sender),
                Target::Group(group) => Target::Group(group),
            };
            match parts.iter_mut().find(|part| part.from == from) {
                Some(part) => part.messages.push(message),
                None => parts.push(MessagesWithTotal { from, total: 0, messages: vec![message] }),
            }
        }
        for part in &mut parts {
            let scope = part_scope(requester, part.from, &page.scope);
            part.total = self.store.count_messages(&scope, page.start, page.end).await?;
        }
        Ok(Reply::MessagesWithTotal(parts))
    }
}

fn bounded(what: &'static str, count: usize, max: usize) -> Result<(), Error> {
    if count > max { Err(Error::TooMany { what, max }) } else { Ok(()) }
}

/// Private messages by their senders. The requester's own id among several asks for both sides of the conversations
/// with the others; alone, for all that the requester sent; without it only received messages are found, which is what
/// clients expect of a list of senders, unless the operator has it that a query finds both sides.
fn private_scope(requester: UserId, from: &[i64], both_sides: bool) -> MessageScope {
    let mut senders: Vec<UserId> = from.iter().copied().map(UserId).collect();
    senders.sort_unstable();
    senders.dedup();
    let own = senders.iter().position(|&sender| sender == requester);
    if let Some(own) = own {
        senders.remove(own);
    }
    match (own.is_some() || (both_sides && !senders.is_empty()), senders.is_empty()) {
        (false, true) => MessageScope::SentTo { user: requester, from: None },
        (false, false) => MessageScope::SentTo { user: requester, from: Some(senders) },
        (true, true) => MessageScope::SentBy { user: requester, to: None },
        (true, false) => MessageScope::Private { user: requester, with: Some(senders) },
    }
}

/// What of `whole` comes from one sender or group.
fn part_scope(requester: UserId, from: Target, whole: &MessageScope) -> MessageScope {
    match from {
        Target::Group(group) => MessageScope::Groups(vec![group]),
        Target::User(sender) if sender != requester => {
            MessageScope::SentTo { user: requester, from: Some(vec![sender]) }
        }
        Target::User(_) => match whole {
            MessageScope::Private { with: to, .. } | MessageScope::SentBy { to, .. } => {
                MessageScope::SentBy { user: requester, to: to.clone() }
            }
            // A message to oneself.
            MessageScope::SentTo { .. } | MessageScope::Groups(_) => {
                MessageScope::SentTo { user: requester, from: Some(vec![requester]) }
            }
        },
    }
}
