//! The hooks of the domain `message`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before the operator deletes a message for good.
    ///
    /// The hook `message.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn message_before_delete(&self, ctx: Context, message: Message) -> Verdict
    /// ```
    mod message_before_delete = "message.before-delete" {
        world: "message-before-delete-hook",
        export: "export_message_before_delete",
        bindings: "talaria_sdk::message_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before recipients are handed a message, new or edited; decides what they see of it.
    ///
    /// The hook `message.before-deliver`, handled by this method:
    ///
    /// ```text
    /// fn message_before_deliver(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod message_before_deliver = "message.before-deliver" {
        world: "message-before-deliver-hook",
        export: "export_message_before_deliver",
        bindings: "talaria_sdk::message_before_deliver::bindings",
        types: [Verdict, View],
        denying: [],
    }
}

hook! {
    /// Filter: before the content of a message is changed. What it is changed to passes message.before-send after this.
    ///
    /// The hook `message.before-edit`, handled by this method:
    ///
    /// ```text
    /// fn message_before_edit(&self, ctx: Context, message: Message, edit: Edit) -> Verdict
    /// ```
    mod message_before_edit = "message.before-edit" {
        world: "message-before-edit-hook",
        export: "export_message_before_edit",
        bindings: "talaria_sdk::message_before_edit::bindings",
        types: [Edit, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before messages that are older than the server keeps them are deleted.
    ///
    /// The hook `message.before-expire`, handled by this method:
    ///
    /// ```text
    /// fn message_before_expire(&self, ctx: Context, below: i64) -> Verdict
    /// ```
    mod message_before_expire = "message.before-expire" {
        world: "message-before-expire-hook",
        export: "export_message_before_expire",
        bindings: "talaria_sdk::message_before_expire::bindings",
        types: [Verdict],
        denying: [],
    }
}

hook! {
    /// Filter: a message has been stored, and those concerned are about to be told. Later messages of the conversation
    /// wait meanwhile.
    ///
    /// The hook `message.before-fanout`, handled by this method:
    ///
    /// ```text
    /// fn message_before_fanout(&self, ctx: Context, message: Message, recipients: Vec<i64>) -> Verdict
    /// ```
    mod message_before_fanout = "message.before-fanout" {
        world: "message-before-fanout-hook",
        export: "export_message_before_fanout",
        bindings: "talaria_sdk::message_before_fanout::bindings",
        types: [Verdict],
        denying: [],
    }
}

hook! {
    /// Filter: before a user is shown stored messages; decides what the user sees of them. A search looks at what is
    /// stored, so that finding a message tells of its words, however it is shown.
    ///
    /// The hook `message.before-history`, handled by this method:
    ///
    /// ```text
    /// fn message_before_history(&self, ctx: Context, reader: i64, messages: Vec<Message>) -> Verdict
    /// ```
    mod message_before_history = "message.before-history" {
        world: "message-before-history-hook",
        export: "export_message_before_history",
        bindings: "talaria_sdk::message_before_history::bindings",
        types: [Verdict, View],
        denying: [],
    }
}

hook! {
    /// Filter: before a user puts reactions on a message, or takes them off.
    ///
    /// The hook `message.before-react`, handled by this method:
    ///
    /// ```text
    /// fn message_before_react(&self, ctx: Context, reaction: Reaction) -> Verdict
    /// ```
    mod message_before_react = "message.before-react" {
        world: "message-before-react-hook",
        export: "export_message_before_react",
        bindings: "talaria_sdk::message_before_react::bindings",
        types: [Reaction],
        denying: [],
    }
}

hook! {
    /// Filter: before a user tells how far a conversation has been read.
    ///
    /// The hook `message.before-read`, handled by this method:
    ///
    /// ```text
    /// fn message_before_read(&self, ctx: Context, reading: Reading) -> Verdict
    /// ```
    mod message_before_read = "message.before-read" {
        world: "message-before-read-hook",
        export: "export_message_before_read",
        bindings: "talaria_sdk::message_before_read::bindings",
        types: [Reading],
        denying: [],
    }
}

hook! {
    /// Filter: before a message is recalled.
    ///
    /// The hook `message.before-recall`, handled by this method:
    ///
    /// ```text
    /// fn message_before_recall(&self, ctx: Context, message: Message) -> Verdict
    /// ```
    mod message_before_recall = "message.before-recall" {
        world: "message-before-recall-hook",
        export: "export_message_before_recall",
        bindings: "talaria_sdk::message_before_recall::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a message is checked against the rules and stored, and before the content of one is changed.
    ///
    /// The hook `message.before-send`, handled by this method:
    ///
    /// ```text
    /// fn message_before_send(&self, ctx: Context, draft: Draft) -> Verdict
    /// ```
    mod message_before_send = "message.before-send" {
        world: "message-before-send-hook",
        export: "export_message_before_send",
        bindings: "talaria_sdk::message_before_send::bindings",
        types: [Draft, Hold, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: messages were deleted by the operator; those that go for their age are told by message.expired.
    ///
    /// The hook `message.deleted`, handled by this method:
    ///
    /// ```text
    /// fn message_deleted(&self, ctx: Context, messages: Vec<DeletedMessage>) -> Result<(), String>
    /// ```
    mod message_deleted = "message.deleted" {
        world: "message-deleted-hook",
        export: "export_message_deleted",
        bindings: "talaria_sdk::message_deleted::bindings",
        types: [DeletedMessage],
        denying: [],
    }
}

hook! {
    /// Observer: messages were handed to those of their recipients who were online.
    ///
    /// The hook `message.delivered`, handled by this method:
    ///
    /// ```text
    /// fn message_delivered(&self, ctx: Context, deliveries: Vec<Delivery>) -> Result<(), String>
    /// ```
    mod message_delivered = "message.delivered" {
        world: "message-delivered-hook",
        export: "export_message_delivered",
        bindings: "talaria_sdk::message_delivered::bindings",
        types: [Delivery],
        denying: [],
    }
}

hook! {
    /// Observer: messages were dropped by plugins, or discarded after they were held: their senders were answered as if
    /// they had been sent.
    ///
    /// The hook `message.dropped`, handled by this method:
    ///
    /// ```text
    /// fn message_dropped(&self, ctx: Context, messages: Vec<DroppedMessage>) -> Result<(), String>
    /// ```
    mod message_dropped = "message.dropped" {
        world: "message-dropped-hook",
        export: "export_message_dropped",
        bindings: "talaria_sdk::message_dropped::bindings",
        types: [DroppedMessage],
        denying: [],
    }
}

hook! {
    /// Observer: the content of messages was changed.
    ///
    /// The hook `message.edited`, handled by this method:
    ///
    /// ```text
    /// fn message_edited(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>
    /// ```
    mod message_edited = "message.edited" {
        world: "message-edited-hook",
        export: "export_message_edited",
        bindings: "talaria_sdk::message_edited::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Observer: messages were deleted because they were older than the server keeps them.
    ///
    /// The hook `message.expired`, handled by this method:
    ///
    /// ```text
    /// fn message_expired(&self, ctx: Context, expiries: Vec<Expiry>) -> Result<(), String>
    /// ```
    mod message_expired = "message.expired" {
        world: "message-expired-hook",
        export: "export_message_expired",
        bindings: "talaria_sdk::message_expired::bindings",
        types: [Expiry],
        denying: [],
    }
}

hook! {
    /// Observer: plugins hold messages back: their senders were answered as if they had been sent.
    ///
    /// The hook `message.held`, handled by this method:
    ///
    /// ```text
    /// fn message_held(&self, ctx: Context, messages: Vec<HeldMessage>) -> Result<(), String>
    /// ```
    mod message_held = "message.held" {
        world: "message-held-hook",
        export: "export_message_held",
        bindings: "talaria_sdk::message_held::bindings",
        types: [HeldMessage],
        denying: [],
    }
}

hook! {
    /// Observer: messages have been stored and will not be lost.
    ///
    /// The hook `message.persisted`, handled by this method:
    ///
    /// ```text
    /// fn message_persisted(&self, ctx: Context, messages: Vec<Message>) -> Result<(), String>
    /// ```
    mod message_persisted = "message.persisted" {
        world: "message-persisted-hook",
        export: "export_message_persisted",
        bindings: "talaria_sdk::message_persisted::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Observer: users put reactions on messages, or took them off.
    ///
    /// The hook `message.reacted`, handled by this method:
    ///
    /// ```text
    /// fn message_reacted(&self, ctx: Context, reactions: Vec<Reaction>) -> Result<(), String>
    /// ```
    mod message_reacted = "message.reacted" {
        world: "message-reacted-hook",
        export: "export_message_reacted",
        bindings: "talaria_sdk::message_reacted::bindings",
        types: [Reaction],
        denying: [],
    }
}

hook! {
    /// Observer: users told how far they have read.
    ///
    /// The hook `message.read`, handled by this method:
    ///
    /// ```text
    /// fn message_read(&self, ctx: Context, readings: Vec<Reading>) -> Result<(), String>
    /// ```
    mod message_read = "message.read" {
        world: "message-read-hook",
        export: "export_message_read",
        bindings: "talaria_sdk::message_read::bindings",
        types: [Reading],
        denying: [],
    }
}

hook! {
    /// Observer: messages were recalled by their senders, or by whoever may.
    ///
    /// The hook `message.recalled`, handled by this method:
    ///
    /// ```text
    /// fn message_recalled(&self, ctx: Context, messages: Vec<RecalledMessage>) -> Result<(), String>
    /// ```
    mod message_recalled = "message.recalled" {
        world: "message-recalled-hook",
        export: "export_message_recalled",
        bindings: "talaria_sdk::message_recalled::bindings",
        types: [RecalledMessage],
        denying: [],
    }
}
