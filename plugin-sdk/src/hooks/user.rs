//! The hooks of the domain `user`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a user is added.
    ///
    /// The hook `user.before-create`, handled by this method:
    ///
    /// ```text
    /// fn user_before_create(&self, ctx: Context, user: NewUser) -> Verdict
    /// ```
    mod user_before_create = "user.before-create" {
        world: "user-before-create-hook",
        export: "export_user_before_create",
        bindings: "talaria_sdk::user_before_create::bindings",
        types: [NewUser, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Filter: before a user is deleted.
    ///
    /// The hook `user.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn user_before_delete(&self, ctx: Context, user_id: i64) -> Verdict
    /// ```
    mod user_before_delete = "user.before-delete" {
        world: "user-before-delete-hook",
        export: "export_user_before_delete",
        bindings: "talaria_sdk::user_before_delete::bindings",
        types: [],
        denying: [],
    }
}

hook! {
    /// Filter: before settings of a user, or of a user's conversation, are set or removed.
    ///
    /// The hook `user.before-set-settings`, handled by this method:
    ///
    /// ```text
    /// fn user_before_set_settings(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod user_before_set_settings = "user.before-set-settings" {
        world: "user-before-set-settings-hook",
        export: "export_user_before_set_settings",
        bindings: "talaria_sdk::user_before_set_settings::bindings",
        types: [Change, Scope],
        denying: [],
    }
}

hook! {
    /// Filter: before a user's profile, password, role or activity is changed, by the user or the administrator.
    ///
    /// The hook `user.before-update`, handled by this method:
    ///
    /// ```text
    /// fn user_before_update(&self, ctx: Context, change: Change) -> Verdict
    /// ```
    mod user_before_update = "user.before-update" {
        world: "user-before-update-hook",
        export: "export_user_before_update",
        bindings: "talaria_sdk::user_before_update::bindings",
        types: [Change, Patch, Verdict],
        denying: [Verdict],
    }
}

hook! {
    /// Observer: users were added.
    ///
    /// The hook `user.created`, handled by this method:
    ///
    /// ```text
    /// fn user_created(&self, ctx: Context, users: Vec<NewUser>) -> Result<(), String>
    /// ```
    mod user_created = "user.created" {
        world: "user-created-hook",
        export: "export_user_created",
        bindings: "talaria_sdk::user_created::bindings",
        types: [NewUser],
        denying: [],
    }
}

hook! {
    /// Observer: users were deleted.
    ///
    /// The hook `user.deleted`, handled by this method:
    ///
    /// ```text
    /// fn user_deleted(&self, ctx: Context, users: Vec<DeletedUser>) -> Result<(), String>
    /// ```
    mod user_deleted = "user.deleted" {
        world: "user-deleted-hook",
        export: "export_user_deleted",
        bindings: "talaria_sdk::user_deleted::bindings",
        types: [DeletedUser],
        denying: [],
    }
}

hook! {
    /// Observer: settings of users, or of conversations of theirs, were set or removed.
    ///
    /// The hook `user.settings-changed`, handled by this method:
    ///
    /// ```text
    /// fn user_settings_changed(&self, ctx: Context, changes: Vec<ChangedSettings>) -> Result<(), String>
    /// ```
    mod user_settings_changed = "user.settings-changed" {
        world: "user-settings-changed-hook",
        export: "export_user_settings_changed",
        bindings: "talaria_sdk::user_settings_changed::bindings",
        types: [ChangedSettings],
        denying: [],
    }
}

hook! {
    /// Observer: profiles, passwords, roles or the activity of users were changed.
    ///
    /// The hook `user.updated`, handled by this method:
    ///
    /// ```text
    /// fn user_updated(&self, ctx: Context, users: Vec<UpdatedUser>) -> Result<(), String>
    /// ```
    mod user_updated = "user.updated" {
        world: "user-updated-hook",
        export: "export_user_updated",
        bindings: "talaria_sdk::user_updated::bindings",
        types: [UpdatedUser],
        denying: [],
    }
}
