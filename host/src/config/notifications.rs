//! Who is told of what: one table an event, with a switch for each kind of recipient.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Makes the table of tables, and a struct with its own defaults for each event.
macro_rules! events {
    ($(
        $(#[$event_doc:meta])*
        $field:ident: $Event:ident { $($(#[$doc:meta])* $who:ident = $default:literal,)+ }
    )+) => {
        /// Who hears of what at once. The session that acts has its answer instead; whoever is not told can still ask.
        #[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct Notifications {
            $($(#[$event_doc])* pub $field: $Event,)+
        }

        $(
            $(#[$event_doc])*
            #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
            #[serde(default, deny_unknown_fields)]
            pub struct $Event {
                $($(#[$doc])* pub $who: bool,)+
            }

            impl Default for $Event {
                fn default() -> Self {
                    Self { $($who: $default,)+ }
                }
            }
        )+
    };
}

events! {
    /// A user changed the own profile.
    user_updated: UserUpdated {
        /// The user's other devices.
        own_devices = true,
        /// Users whom the user holds a relationship to and does not block.
        related_users = false,
    }
    /// A user changed the own online status.
    online_status_updated: OnlineStatusUpdated {
        /// The user's other devices.
        own_devices = true,
        /// Users whom the user holds a relationship to and does not block.
        related_users = false,
        /// Members of the user's groups.
        group_members = false,
    }
    /// A user changed or deleted own settings.
    user_settings_changed: UserSettingsChanged {
        /// The user's other devices.
        own_devices = true,
    }
    /// A friend request was sent.
    friend_request_created: FriendRequestCreated {
        /// The sender's other devices.
        own_devices = true,
        /// Whom it was sent to.
        recipient = true,
    }
    /// A friend request was taken back by its sender.
    friend_request_recalled: FriendRequestRecalled {
        /// The sender's other devices.
        own_devices = true,
        /// Whom it was sent to.
        recipient = true,
    }
    /// A friend request was accepted, declined or ignored.
    friend_request_answered: FriendRequestAnswered {
        /// The other devices of the user who answered.
        own_devices = true,
        /// Who sent the request.
        sender = true,
    }
    /// A relationship was made.
    relationship_created: RelationshipCreated {
        /// The owner's other devices.
        own_devices = true,
        /// The other user.
        related_user = false,
    }
    /// A relationship was changed, blocking and unblocking included.
    relationship_updated: RelationshipUpdated {
        /// The owner's other devices.
        own_devices = true,
        /// The other user.
        related_user = false,
    }
    /// A relationship was ended, or taken out of a group.
    relationship_deleted: RelationshipDeleted {
        /// The owner's other devices.
        own_devices = true,
        /// The other user.
        related_user = false,
    }
    /// A group of relationships was made.
    relationship_group_created: RelationshipGroupCreated {
        /// The owner's other devices.
        own_devices = false,
    }
    /// A group of relationships was renamed.
    relationship_group_updated: RelationshipGroupUpdated {
        /// The owner's other devices.
        own_devices = true,
    }
    /// A group of relationships was deleted.
    relationship_group_deleted: RelationshipGroupDeleted {
        /// The owner's other devices.
        own_devices = true,
    }
    /// A group was founded.
    group_created: GroupCreated {
        /// The founder's other devices.
        own_devices = true,
    }
    /// What a group is was changed, or who owns it.
    group_updated: GroupUpdated {
        /// The other devices of the user who changed it.
        own_devices = true,
        /// The members.
        members = true,
    }
    /// A group was deleted.
    group_deleted: GroupDeleted {
        /// The owner's other devices.
        own_devices = true,
        /// Those who were members.
        members = true,
    }
    /// Somebody came into a group.
    member_added: MemberAdded {
        /// The other devices of the user who added them.
        own_devices = true,
        /// The new members.
        added = true,
        /// The members who were there.
        members = true,
    }
    /// Somebody left a group or was removed.
    member_removed: MemberRemoved {
        /// The other devices of the user who removed them.
        own_devices = true,
        /// Those who were removed.
        removed = true,
        /// The members who remain.
        members = true,
    }
    /// A member's role, name or muting was changed.
    member_updated: MemberUpdated {
        /// The other devices of the user who changed it.
        own_devices = true,
        /// The member.
        updated = false,
        /// The members.
        members = false,
    }
    /// A group blocked a user.
    blocked_user_added: BlockedUserAdded {
        /// The other devices of the user who did it.
        own_devices = true,
        /// The blocked user.
        blocked_user = false,
        /// The members.
        members = false,
    }
    /// A group unblocked a user.
    blocked_user_removed: BlockedUserRemoved {
        /// The other devices of the user who did it.
        own_devices = true,
        /// The unblocked user.
        unblocked_user = false,
        /// The members.
        members = false,
    }
    /// Somebody was invited into a group.
    invitation_created: InvitationCreated {
        /// The inviter's other devices.
        own_devices = true,
        /// Who was invited.
        invitee = true,
        /// The group's owner and managers.
        managers = true,
    }
    /// An invitation was taken back.
    invitation_recalled: InvitationRecalled {
        /// The other devices of the user who took it back.
        own_devices = true,
        /// Who was invited.
        invitee = true,
        /// The group's owner and managers.
        managers = true,
    }
    /// An invitation was accepted, declined or ignored.
    invitation_answered: InvitationAnswered {
        /// The invitee's other devices.
        own_devices = true,
        /// Who invited.
        inviter = true,
        /// The group's owner and managers.
        managers = true,
    }
    /// Somebody asked to join a group.
    join_request_created: JoinRequestCreated {
        /// The sender's other devices.
        own_devices = true,
        /// The group's owner and managers.
        managers = true,
    }
    /// A request to join a group was taken back.
    join_request_recalled: JoinRequestRecalled {
        /// The sender's other devices.
        own_devices = true,
        /// The group's owner and managers.
        managers = true,
    }
    /// A request to join a group was accepted, declined or ignored.
    join_request_answered: JoinRequestAnswered {
        /// The other devices of the user who answered.
        own_devices = true,
        /// Who asked.
        sender = true,
        /// The group's owner and managers.
        managers = true,
    }
    /// A user read a private conversation.
    private_conversation_read: PrivateConversationRead {
        /// The reader's other devices.
        own_devices = true,
        /// The other user of the conversation.
        contact = false,
    }
    /// A member read a group conversation.
    group_conversation_read: GroupConversationRead {
        /// The reader's other devices.
        own_devices = true,
        /// The members.
        members = false,
    }
    /// A user changed or deleted own settings of a conversation.
    conversation_settings_changed: ConversationSettingsChanged {
        /// The user's other devices.
        own_devices = true,
    }
    /// A message was sent.
    message_created: MessageCreated {
        /// The sender's other devices.
        own_devices = true,
        /// Whom it was sent to.
        recipients = true,
    }
    /// A message was edited or recalled.
    message_updated: MessageUpdated {
        /// The sender's other devices.
        own_devices = true,
        /// Whom the message was sent to.
        recipients = true,
    }
    /// A user put a reaction on a message, or took one off.
    message_reactions_changed: MessageReactionsChanged {
        /// The user's other devices.
        own_devices = true,
        /// The other users of the conversation.
        recipients = true,
    }
    /// A user is typing.
    typing: Typing {
        /// The other users of the conversation.
        recipients = true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_table_leaves_out_keeps_the_default_of_its_event() {
        let notifications: Notifications =
            toml::from_str("member_updated = { members = true }\n[group_updated]\nmembers = false").unwrap();
        assert_eq!(notifications.member_updated, MemberUpdated { own_devices: true, updated: false, members: true });
        assert_eq!(notifications.group_updated, GroupUpdated { own_devices: true, members: false });
        assert_eq!(notifications.group_deleted, GroupDeleted::default());
        assert!(toml::from_str::<Notifications>("[group_updated]\nmember = false").is_err());
    }
}
