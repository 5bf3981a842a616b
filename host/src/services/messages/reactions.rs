//! Reactions: who may see a message and could still write where it is may react to it, and takes off the own ones at
//! any time.

use super::{Error, Messages};
use crate::model::{
    UserId,
    command::MessageReactions,
    message::{Message, Target},
    notification::Recipients,
    reaction::{ReactionLimits, ReactionOutcome, Reactions},
};

impl Messages {
    /// Puts reactions on a message. Answers whom to tell: nobody when they were there.
    pub async fn react(&self, user: UserId, command: &MessageReactions) -> Result<Option<Recipients>, Error> {
        let limits =
            ReactionLimits { per_user: self.config.max_reactions_per_user, types: self.config.max_reaction_types };
        let too_many = Error::TooManyReactions { max_per_user: limits.per_user, max_types: limits.types };
        if command.types.len() > limits.per_user {
            return Err(too_many);
        }
        let Some(message) = self.find_visible(user, command).await? else { return Ok(None) };
        self.check_reaction(user, &message).await?;
        let recipients = self.told_of_reactions(user, &message).await?;
        match self.store.insert_reactions(reactions(user, command), limits, self.clock.now()).await? {
            ReactionOutcome::Added => Ok(recipients),
            ReactionOutcome::Unchanged => Ok(None),
            ReactionOutcome::TooMany => Err(too_many),
            ReactionOutcome::NoMessage => Err(Error::NotVisible),
        }
    }

    /// Takes reactions off a message. Answers whom to tell: nobody when there were none.
    pub async fn withdraw_reactions(
        &self,
        user: UserId,
        command: &MessageReactions,
    ) -> Result<Option<Recipients>, Error> {
        let (max_per_user, max_types) = (self.config.max_reactions_per_user, self.config.max_reaction_types);
        // Those of a time with a higher limit can be taken off one by one.
        if command.types.len() > max_per_user {
            return Err(Error::TooManyReactions { max_per_user, max_types });
        }
        let Some(message) = self.find_visible(user, command).await? else { return Ok(None) };
        let recipients = self.told_of_reactions(user, &message).await?;
        let deleted = self.store.delete_reactions(reactions(user, command)).await?;
        Ok(recipients.filter(|_| deleted))
    }

    /// The message, when `user` may see it; `None` when no reaction is given.
    async fn find_visible(&self, user: UserId, command: &MessageReactions) -> Result<Option<Message>, Error> {
        if command.types.is_empty() {
            return Ok(None);
        }
        let message = self.store.find_message(command.message).await?;
        let message = message.filter(|message| message.recall_date.is_none()).ok_or(Error::NotVisible)?;
        let is_visible = match message.target {
            Target::Group(group) => self.store.find_member(group, user).await?.is_some(),
            Target::User(_) => other_side(user, &message).is_some(),
        };
        if is_visible { Ok(Some(message)) } else { Err(Error::NotVisible) }
    }

    /// Whether `user` could write where the message is.
    async fn check_reaction(&self, user: UserId, message: &Message) -> Result<(), Error> {
        match message.target {
            Target::Group(group) => self.check_group(user, group, self.clock.now()).await,
            Target::User(_) => match other_side(user, message) {
                Some(other) if other != user => self.check_private(user, other).await,
                Some(_) | None => Ok(()),
            },
        }
    }

    async fn told_of_reactions(&self, user: UserId, message: &Message) -> Result<Option<Recipients>, Error> {
        let told = &self.notifications.message_reactions_changed;
        let target = match message.target {
            Target::Group(group) => Target::Group(group),
            Target::User(recipient) => Target::User(other_side(user, message).unwrap_or(recipient)),
        };
        self.concerned(target, told.recipients, told.own_devices).await
    }
}

fn reactions(user: UserId, command: &MessageReactions) -> Reactions {
    Reactions { message: command.message, user, types: command.types.clone() }
}

/// The other user of a private message; `None` when `user` has no part in it.
fn other_side(user: UserId, message: &Message) -> Option<UserId> {
    match message.target {
        Target::User(recipient) if message.sender == user => Some(recipient),
        Target::User(recipient) if recipient == user => Some(message.sender),
        Target::User(_) | Target::Group(_) => None,
    }
}
