//! The hooks of the domain `resource`.
//!
//! Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.

use crate::bindings::hook;

hook! {
    /// Filter: before a resource is deleted by a user.
    ///
    /// The hook `resource.before-delete`, handled by this method:
    ///
    /// ```text
    /// fn resource_before_delete(&self, ctx: Context, deletion: Deletion) -> Verdict
    /// ```
    mod resource_before_delete = "resource.before-delete" {
        world: "resource-before-delete-hook",
        export: "export_resource_before_delete",
        bindings: "talaria_sdk::resource_before_delete::bindings",
        types: [Deletion],
        denying: [],
        shares: ["talaria:plugin/resource-types@0.1.0" = resources],
    }
}

hook! {
    /// Filter: before a user is told where to download a resource.
    ///
    /// The hook `resource.before-download`, handled by this method:
    ///
    /// ```text
    /// fn resource_before_download(&self, ctx: Context, download: Download) -> Verdict
    /// ```
    mod resource_before_download = "resource.before-download" {
        world: "resource-before-download-hook",
        export: "export_resource_before_download",
        bindings: "talaria_sdk::resource_before_download::bindings",
        types: [Download, Verdict],
        denying: [Verdict],
        shares: ["talaria:plugin/resource-types@0.1.0" = resources],
    }
}

hook! {
    /// Filter: before a user is told where and how to upload a resource.
    ///
    /// The hook `resource.before-upload`, handled by this method:
    ///
    /// ```text
    /// fn resource_before_upload(&self, ctx: Context, upload: Upload) -> Verdict
    /// ```
    mod resource_before_upload = "resource.before-upload" {
        world: "resource-before-upload-hook",
        export: "export_resource_before_upload",
        bindings: "talaria_sdk::resource_before_upload::bindings",
        types: [Patch, Upload, Verdict],
        denying: [Verdict],
        shares: ["talaria:plugin/resource-types@0.1.0" = resources],
    }
}

hook! {
    /// Observer: resources were deleted: by a user, or because nothing needs them.
    ///
    /// The hook `resource.deleted`, handled by this method:
    ///
    /// ```text
    /// fn resource_deleted(&self, ctx: Context, resources: Vec<Resource>) -> Result<(), String>
    /// ```
    mod resource_deleted = "resource.deleted" {
        world: "resource-deleted-hook",
        export: "export_resource_deleted",
        bindings: "talaria_sdk::resource_deleted::bindings",
        types: [],
        denying: [],
        shares: ["talaria:plugin/resource-types@0.1.0" = resources],
    }
}

hook! {
    /// Provider: stores the resources of users, after the filters let a request pass. Where it is not exported, or
    /// passes, request.handle is asked.
    ///
    /// The hook `resource.storage`, handled by this method:
    ///
    /// ```text
    /// fn resource_storage(&self, ctx: Context, request: Request) -> Outcome
    /// ```
    mod resource_storage = "resource.storage" {
        world: "resource-storage-hook",
        export: "export_resource_storage",
        bindings: "talaria_sdk::resource_storage::bindings",
        types: [Deletion, Download, Info, Outcome, Query, Request, Sharing, Upload],
        denying: [Outcome],
        shares: ["talaria:plugin/resource-types@0.1.0" = resources],
    }
}

hook! {
    /// Observer: resources were uploaded, and found to be what was announced.
    ///
    /// The hook `resource.uploaded`, handled by this method:
    ///
    /// ```text
    /// fn resource_uploaded(&self, ctx: Context, resources: Vec<Resource>) -> Result<(), String>
    /// ```
    mod resource_uploaded = "resource.uploaded" {
        world: "resource-uploaded-hook",
        export: "export_resource_uploaded",
        bindings: "talaria_sdk::resource_uploaded::bindings",
        types: [],
        denying: [],
        shares: ["talaria:plugin/resource-types@0.1.0" = resources],
    }
}
