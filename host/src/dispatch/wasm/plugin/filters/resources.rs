//! Before users are told how to upload and download, and before resources are deleted.

use super::{fill, judge, plain_or_denied};
use crate::{
    dispatch::wasm::{
        Fault, Hook, Judged, Plugin,
        bindings::exports::talaria::plugin::{
            resource_before_delete, resource_before_download, resource_before_upload,
        },
        call::Call,
        convert,
        plugin::hooks::deny,
    },
    model::{
        Context,
        command::{NamedResource, UploadResource},
    },
};

impl Plugin {
    /// `resource.before-upload`
    pub(in crate::dispatch) async fn resource_before_upload(
        &self,
        context: &Context,
        upload: &mut UploadResource,
    ) -> Result<Judged, Fault> {
        let mut call = Call::begin(self, Hook::ResourceBeforeUpload, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let subject = resource_before_upload::Upload {
            kind: convert::resource_kind(upload.kind),
            id: upload.id.as_ref().map(convert::resource_id),
            name: upload.name.as_deref(),
            media_type: upload.media_type.as_deref(),
        };
        let result = call!(call, resource_before_upload.call_before_upload(context, subject));
        Ok(match call.finish(result)? {
            resource_before_upload::Verdict::Continue => Judged::Passed,
            resource_before_upload::Verdict::Patch(patch) => {
                // What is only tried changes nothing.
                if !self.is_in_shadow() {
                    fill(&mut upload.name, patch.name);
                }
                Judged::Changed
            }
            resource_before_upload::Verdict::Deny(denial) => Judged::Denied(deny(denial)),
        })
    }

    /// `resource.before-download`
    pub(in crate::dispatch) async fn resource_before_download(
        &self,
        context: &Context,
        download: &NamedResource,
    ) -> Result<Judged, Fault> {
        let mut call = Call::begin(self, Hook::ResourceBeforeDownload, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let download = resource_before_download::Download {
            kind: convert::resource_kind(download.kind),
            id: download.id.as_ref().map(convert::resource_id),
        };
        let result = call!(call, resource_before_download.call_before_download(context, download));
        plain_or_denied!(call.finish(result)?, resource_before_download)
    }

    /// `resource.before-delete`
    pub(in crate::dispatch) async fn resource_before_delete(
        &self,
        context: &Context,
        deletion: &NamedResource,
    ) -> Result<Judged, Fault> {
        judge!(
            self,
            context,
            ResourceBeforeDelete,
            resource_before_delete.call_before_delete(resource_before_delete::Deletion {
                kind: convert::resource_kind(deletion.kind),
                id: deletion.id.as_ref().map(convert::resource_id),
            })
        )
    }
}
