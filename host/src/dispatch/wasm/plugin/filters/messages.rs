//! Before messages are edited, recalled, deleted and reacted to.

use bytes::Bytes;

use super::{ask, fill, judge};
use crate::{
    dispatch::wasm::{
        Fault, Judged, Plugin,
        bindings::exports::talaria::plugin::{message_before_edit, message_before_react},
        convert,
        plugin::hooks::borrow_records,
    },
    model::{
        Context,
        command::{MessageReactions, UpdateMessage},
        message::Message,
    },
};

impl Plugin {
    /// `message.before-edit`
    pub(in crate::dispatch) async fn message_before_edit(
        &self,
        context: &Context,
        message: &Message,
        edit: &mut UpdateMessage,
    ) -> Result<Judged, Fault> {
        let (before, after) = (borrow_records(&message.records), borrow_records(&edit.records));
        ask!(
            self, context, MessageBeforeEdit,
            message_before_edit.call_before_edit(convert::message(message, &before), message_before_edit::Edit {
                text: edit.text.as_deref(),
                records: (!after.is_empty()).then_some(&after[..]),
            }),
            patch => {
                fill(&mut edit.text, patch.text);
                if let Some(records) = patch.records {
                    edit.records = records.into_iter().map(Bytes::from).collect();
                }
            }
        )
    }

    /// `message.before-recall`
    pub(in crate::dispatch) async fn message_before_recall(
        &self,
        context: &Context,
        message: &Message,
    ) -> Result<Judged, Fault> {
        let records = borrow_records(&message.records);
        judge!(
            self,
            context,
            MessageBeforeRecall,
            message_before_recall.call_before_recall(convert::message(message, &records))
        )
    }

    /// `message.before-delete`
    pub(in crate::dispatch) async fn message_before_delete(
        &self,
        context: &Context,
        message: &Message,
    ) -> Result<Judged, Fault> {
        let records = borrow_records(&message.records);
        judge!(
            self,
            context,
            MessageBeforeDelete,
            message_before_delete.call_before_delete(convert::message(message, &records))
        )
    }

    /// `message.before-react`
    pub(in crate::dispatch) async fn message_before_react(
        &self,
        context: &Context,
        reactions: &MessageReactions,
        withdrawn: bool,
    ) -> Result<Judged, Fault> {
        let types: Vec<i32> = reactions.types.iter().map(|kind| kind.0).collect();
        judge!(
            self,
            context,
            MessageBeforeReact,
            message_before_react.call_before_react(message_before_react::Reaction {
                message_id: reactions.message.0,
                types: &types,
                withdrawn,
            })
        )
    }
}
