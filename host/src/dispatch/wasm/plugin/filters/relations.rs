//! Before friend requests are made and answered, and before relationships change.

use super::{ask, fill, judge, replace};
use crate::{
    dispatch::wasm::{
        Fault, Judged, Plugin,
        bindings::exports::talaria::plugin::{
            relation_before_answer, relation_before_create, relation_before_group, relation_before_request,
            relation_before_update,
        },
        convert,
    },
    model::{
        Context, RelationshipGroupIndex, UserId,
        approval::ResponseAction,
        command::{CreateFriendRequest, CreateRelationship, UpdateFriendRequest, UpdateRelationship},
    },
};

impl Plugin {
    /// `relation.before-request`
    pub(in crate::dispatch) async fn relation_before_request(
        &self,
        context: &Context,
        request: &mut CreateFriendRequest,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, RelationBeforeRequest,
            relation_before_request.call_before_request(relation_before_request::FriendRequest {
                recipient: request.recipient.0,
                content: &request.content,
            }),
            patch => replace(&mut request.content, patch.content)
        )
    }

    /// `relation.before-answer`
    pub(in crate::dispatch) async fn relation_before_answer(
        &self,
        context: &Context,
        answer: &mut UpdateFriendRequest,
        action: ResponseAction,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, RelationBeforeAnswer,
            relation_before_answer.call_before_answer(relation_before_answer::Answer {
                request_id: answer.id.0,
                response: convert::response(action),
                reason: answer.reason.as_deref(),
            }),
            patch => fill(&mut answer.reason, patch.reason)
        )
    }

    /// `relation.before-create`
    pub(in crate::dispatch) async fn relation_before_create(
        &self,
        context: &Context,
        relationship: &mut CreateRelationship,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, RelationBeforeCreate,
            relation_before_create.call_before_create(relation_before_create::Relationship {
                user_id: relationship.user.0,
                blocked: relationship.blocked,
                name: relationship.name.as_deref(),
            }),
            patch => fill(&mut relationship.name, patch.name)
        )
    }

    /// `relation.before-update`
    pub(in crate::dispatch) async fn relation_before_update(
        &self,
        context: &Context,
        change: &mut UpdateRelationship,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, RelationBeforeUpdate,
            relation_before_update.call_before_update(relation_before_update::Change {
                user_id: change.user.0,
                blocked: change.blocked,
                name: change.name.as_deref(),
            }),
            patch => fill(&mut change.name, patch.name)
        )
    }

    /// `relation.before-group`
    pub(in crate::dispatch) async fn relation_before_group(
        &self,
        context: &Context,
        index: Option<RelationshipGroupIndex>,
        name: &mut String,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, RelationBeforeGroup,
            relation_before_group.call_before_group(relation_before_group::RelationshipGroup {
                index: index.map(|index| index.0),
                name,
            }),
            patch => replace(name, patch.name)
        )
    }

    /// `relation.before-delete`
    pub(in crate::dispatch) async fn relation_before_delete(
        &self,
        context: &Context,
        user: UserId,
    ) -> Result<Judged, Fault> {
        judge!(self, context, RelationBeforeDelete, relation_before_delete.call_before_delete(user.0))
    }
}
