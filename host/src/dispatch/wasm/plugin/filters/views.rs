//! What users see of messages: those that come, and those that are stored.

use bytes::Bytes;

use crate::{
    dispatch::{
        hooks::{HistoryView, RecipientsView, View},
        wasm::{
            Fault, Hook, Plugin,
            bindings::exports::talaria::plugin::{
                message_before_deliver, message_before_expire, message_before_history,
            },
            call::Call,
            convert,
            plugin::hooks::{borrow_records, others},
        },
    },
    model::{Context, MessageId, UserId, message::Message},
};

impl Plugin {
    /// `message.before-deliver`
    pub(in crate::dispatch) async fn message_before_deliver(
        &self,
        context: &Context,
        message: &Message,
        recipients: &[UserId],
    ) -> Result<Vec<RecipientsView>, Fault> {
        let (mut call, sender) = (Call::begin(self, Hook::MessageBeforeDeliver, context).await?, message.sender);
        let records = borrow_records(&message.records);
        let message = convert::message(message, &records);
        let recipients = others(recipients, sender);
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, message_before_deliver.call_before_deliver(context, message, &recipients));
        Ok(match call.finish(result)? {
            message_before_deliver::Verdict::Continue => Vec::new(),
            message_before_deliver::Verdict::Views(views) => views
                .into_iter()
                .map(|seen| RecipientsView {
                    recipients: seen.recipients.into_iter().map(UserId).collect(),
                    view: view(seen.text, seen.records),
                })
                .collect(),
        })
    }

    /// `message.before-history`
    pub(in crate::dispatch) async fn message_before_history(
        &self,
        context: &Context,
        reader: UserId,
        messages: &[&Message],
    ) -> Result<Vec<(MessageId, HistoryView)>, Fault> {
        let mut call = Call::begin(self, Hook::MessageBeforeHistory, context).await?;
        let records: Vec<_> = messages.iter().map(|message| borrow_records(&message.records)).collect();
        let messages: Vec<_> =
            messages.iter().zip(&records).map(|(message, records)| convert::message(message, records)).collect();
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, message_before_history.call_before_history(context, reader.0, &messages));
        Ok(match call.finish(result)? {
            message_before_history::Verdict::Continue => Vec::new(),
            message_before_history::Verdict::Views(views) => views
                .into_iter()
                .map(|seen| {
                    let shown = if seen.hidden {
                        HistoryView::Hidden
                    } else {
                        HistoryView::Shown(view(seen.text, seen.records))
                    };
                    (MessageId(seen.message_id), shown)
                })
                .collect(),
        })
    }

    /// `message.before-expire`; false: they stay.
    pub(in crate::dispatch) async fn message_before_expire(
        &self,
        context: &Context,
        below: MessageId,
    ) -> Result<bool, Fault> {
        let mut call = Call::begin(self, Hook::MessageBeforeExpire, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, message_before_expire.call_before_expire(context, below.0));
        Ok(match call.finish(result)? {
            message_before_expire::Verdict::Continue => true,
            message_before_expire::Verdict::Keep => false,
        })
    }
}

fn view(text: Option<String>, records: Option<Vec<Vec<u8>>>) -> View {
    View { text, records: records.map(|records| records.into_iter().map(Bytes::from).collect()) }
}
