//! The hooks of the domain `group`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a group is founded.
    ///
    /// The hook `group.before-create`, handled by this method:
    ///
    /// ```text
    /// fn group_before_create(&self, ctx: Context, group: NewGroup) -> Verdict
    /// ```
    mod group_before_create = "group.before-create" {
        world: "group-before-create-hook",
        export: "export_group_before_create",
        bindings: "talaria_sdk::group_before_create::bindings",
        types: [NewGroup, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a group is deleted.
    ///
    /// The hook `group.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn group_before_delete(&self, ctx: Context, group_id: i64) -> Verdict
    /// ```
    mod group_before_delete = "group.before-delete" {
        world: "group-before-delete-hook",
        export: "export_group_before_delete",
        bindings: "talaria_sdk::group_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before a question is added or changed that whoever wants to join a group answers.
    ///
    /// The hook `group.before-question`, handled by this method:
    ///
    /// ```text
    /// fn group_before_question(&self, ctx: Context, question: Question) -> Verdict
    /// ```
    mod group_before_question = "group.before-question" {
        world: "group-before-question-hook",
        export: "export_group_before_question",
        bindings: "talaria_sdk::group_before_question::bindings",
        types: [Patch, Question, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a group is given another owner.
    ///
    /// The hook `group.before-transfer`, handled by this method:
    ///
    /// ```text
    /// fn group_before_transfer(&self, ctx: Context, transfer: Transfer) -> Verdict
    /// ```
    mod group_before_transfer = "group.before-transfer" {
        world: "group-before-transfer-hook",
        export: "export_group_before_transfer",
        bindings: "talaria_sdk::group_before_transfer::bindings",
        types: [Transfer],
        denying: [],
    }
}

hook! {
    /// Filter: before what a group is, is changed.
    ///
    /// The hook `group.before-update`, handled by this method:
    ///
    /// ```text
    /// fn group_before_update(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod group_before_update = "group.before-update" {
        world: "group-before-update-hook",
        export: "export_group_before_update",
        bindings: "talaria_sdk::group_before_update::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: groups were founded.
    ///
    /// The hook `group.created`, handled by this method:
    ///
    /// ```text
    /// fn group_created(&self, ctx: Context, groups: Vec<NewGroup>) -> Result<(), String>
    /// ```
    mod group_created = "group.created" {
        world: "group-created-hook",
        export: "export_group_created",
        bindings: "talaria_sdk::group_created::bindings",
        types: [NewGroup],
        denying: [],
    }
}

hook! {
    /// Observer: groups were deleted. Their members have left just before.
    ///
    /// The hook `group.deleted`, handled by this method:
    ///
    /// ```text
    /// fn group_deleted(&self, ctx: Context, groups: Vec<DeletedGroup>) -> Result<(), String>
    /// ```
    mod group_deleted = "group.deleted" {
        world: "group-deleted-hook",
        export: "export_group_deleted",
        bindings: "talaria_sdk::group_deleted::bindings",
        types: [DeletedGroup],
        denying: [],
    }
}

hook! {
    /// Observer: groups were given other owners.
    ///
    /// The hook `group.transferred`, handled by this method:
    ///
    /// ```text
    /// fn group_transferred(&self, ctx: Context, transfers: Vec<Transfer>) -> Result<(), String>
    /// ```
    mod group_transferred = "group.transferred" {
        world: "group-transferred-hook",
        export: "export_group_transferred",
        bindings: "talaria_sdk::group_transferred::bindings",
        types: [Transfer],
        denying: [],
    }
}

hook! {
    /// Observer: what groups are, was changed.
    ///
    /// The hook `group.updated`, handled by this method:
    ///
    /// ```text
    /// fn group_updated(&self, ctx: Context, groups: Vec<UpdatedGroup>) -> Result<(), String>
    /// ```
    mod group_updated = "group.updated" {
        world: "group-updated-hook",
        export: "export_group_updated",
        bindings: "talaria_sdk::group_updated::bindings",
        types: [UpdatedGroup],
        denying: [],
    }
}
