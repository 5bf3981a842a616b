//! The hooks of the domain `relation`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Observer: friend requests were answered.
    ///
    /// The hook `relation.answered`, handled by this method:
    ///
    /// ```text
    /// fn relation_answered(&self, ctx: Context, answers: Vec<Answer>) -> Result<(), String>
    /// ```
    mod relation_answered = "relation.answered" {
        world: "relation-answered-hook",
        export: "export_relation_answered",
        bindings: "talaria_sdk::relation_answered::bindings",
        types: [Answer],
        denying: [],
    }
}

hook! {
    /// Filter: before a friend request is answered.
    ///
    /// The hook `relation.before-answer`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_answer(&self, ctx: Context, answer: Answer) -> Verdict
    /// ```
    mod relation_before_answer = "relation.before-answer" {
        world: "relation-before-answer-hook",
        export: "export_relation_before_answer",
        bindings: "talaria_sdk::relation_before_answer::bindings",
        types: [Answer, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user makes a relationship to another, or blocks them. Those that come of an accepted friend
    /// request are asked about by relation.before-answer.
    ///
    /// The hook `relation.before-create`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_create(&self, ctx: Context, relationship: Relationship) -> Verdict
    /// ```
    mod relation_before_create = "relation.before-create" {
        world: "relation-before-create-hook",
        export: "export_relation_before_create",
        bindings: "talaria_sdk::relation_before_create::bindings",
        types: [Patch, Relationship, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a relationship is ended, or taken out of a group of relationships.
    ///
    /// The hook `relation.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_delete(&self, ctx: Context, user_id: i64) -> Verdict
    /// ```
    mod relation_before_delete = "relation.before-delete" {
        world: "relation-before-delete-hook",
        export: "export_relation_before_delete",
        bindings: "talaria_sdk::relation_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a user makes a group of relationships, or gives one another name.
    ///
    /// The hook `relation.before-group`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_group(&self, ctx: Context, group: RelationshipGroup) -> Verdict
    /// ```
    mod relation_before_group = "relation.before-group" {
        world: "relation-before-group-hook",
        export: "export_relation_before_group",
        bindings: "talaria_sdk::relation_before_group::bindings",
        types: [Patch, RelationshipGroup, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user asks another to become a friend.
    ///
    /// The hook `relation.before-request`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_request(&self, ctx: Context, request: FriendRequest) -> Verdict
    /// ```
    mod relation_before_request = "relation.before-request" {
        world: "relation-before-request-hook",
        export: "export_relation_before_request",
        bindings: "talaria_sdk::relation_before_request::bindings",
        types: [FriendRequest, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a relationship is changed.
    ///
    /// The hook `relation.before-update`, handled by this method:
    ///
    /// ```text
    /// fn relation_before_update(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod relation_before_update = "relation.before-update" {
        world: "relation-before-update-hook",
        export: "export_relation_before_update",
        bindings: "talaria_sdk::relation_before_update::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: users hold new relationships to others.
    ///
    /// The hook `relation.created`, handled by this method:
    ///
    /// ```text
    /// fn relation_created(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>
    /// ```
    mod relation_created = "relation.created" {
        world: "relation-created-hook",
        export: "export_relation_created",
        bindings: "talaria_sdk::relation_created::bindings",
        types: [Relationship],
        denying: [],
    }
}

hook! {
    /// Observer: relationships were ended.
    ///
    /// The hook `relation.deleted`, handled by this method:
    ///
    /// ```text
    /// fn relation_deleted(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>
    /// ```
    mod relation_deleted = "relation.deleted" {
        world: "relation-deleted-hook",
        export: "export_relation_deleted",
        bindings: "talaria_sdk::relation_deleted::bindings",
        types: [Relationship],
        denying: [],
    }
}

hook! {
    /// Observer: users asked others to become friends.
    ///
    /// The hook `relation.requested`, handled by this method:
    ///
    /// ```text
    /// fn relation_requested(&self, ctx: Context, requests: Vec<FriendRequest>) -> Result<(), String>
    /// ```
    mod relation_requested = "relation.requested" {
        world: "relation-requested-hook",
        export: "export_relation_requested",
        bindings: "talaria_sdk::relation_requested::bindings",
        types: [FriendRequest],
        denying: [],
    }
}

hook! {
    /// Observer: relationships were changed; also by a block, and by its end.
    ///
    /// The hook `relation.updated`, handled by this method:
    ///
    /// ```text
    /// fn relation_updated(&self, ctx: Context, relationships: Vec<Relationship>) -> Result<(), String>
    /// ```
    mod relation_updated = "relation.updated" {
        world: "relation-updated-hook",
        export: "export_relation_updated",
        bindings: "talaria_sdk::relation_updated::bindings",
        types: [Relationship],
        denying: [],
    }
}
