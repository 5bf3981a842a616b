//! Friend requests and relationships come, change and go.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            relation_answered, relation_created, relation_deleted, relation_requested, relation_updated,
        },
    },
    model::{Context, outbox::Change},
};

impl Plugin {
    pub(super) async fn observe_relations(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::RelationRequested => {
                tell!(self, context, events, RelationRequested, relation_requested.call_requested,
                Event::Changed(Change::FriendRequestSent { request, sender, recipient }, date) => {
                    relation_requested::FriendRequest {
                        request_id: request.0,
                        sender: sender.0,
                        recipient: recipient.0,
                        date: date.0,
                    }
                })
            }
            Hook::RelationAnswered => tell!(self, context, events, RelationAnswered, relation_answered.call_answered,
                Event::Changed(Change::FriendRequestAnswered { request, sender, recipient }, date)
                => relation_answered::Answer {
                    request_id: request.0,
                    sender: sender.0,
                    recipient: recipient.0,
                    date: date.0,
                }
            ),
            Hook::RelationCreated => tell!(self, context, events, RelationCreated, relation_created.call_created,
                Event::Changed(Change::RelationshipCreated { owner, related }, date) => relation_created::Relationship {
                    owner: owner.0,
                    user_id: related.0,
                    date: date.0,
                }
            ),
            Hook::RelationUpdated => tell!(self, context, events, RelationUpdated, relation_updated.call_updated,
                Event::Changed(Change::RelationshipUpdated { owner, related }, date) => relation_updated::Relationship {
                    owner: owner.0,
                    user_id: related.0,
                    date: date.0,
                }
            ),
            Hook::RelationDeleted => tell!(self, context, events, RelationDeleted, relation_deleted.call_deleted,
                Event::Changed(Change::RelationshipDeleted { owner, related }, date) => relation_deleted::Relationship {
                    owner: owner.0,
                    user_id: related.0,
                    date: date.0,
                }
            ),
            _ => Ok(()),
        }
    }
}
