//! Before groups are founded, changed, deleted and handed over.

use super::{ask, fill, judge, milliseconds, replace};
use crate::{
    dispatch::{
        hooks::{Founding, Questioning},
        wasm::{
            Fault, Judged, Plugin,
            bindings::exports::talaria::plugin::{
                group_before_create, group_before_question, group_before_transfer, group_before_update,
            },
        },
    },
    model::{Context, GroupId, UserId, command::UpdateGroup},
};

impl Plugin {
    /// `group.before-create`
    pub(in crate::dispatch) async fn group_before_create(
        &self,
        context: &Context,
        group: &mut Founding<'_>,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, GroupBeforeCreate,
            group_before_create.call_before_create(group_before_create::NewGroup {
                owner: group.owner.0,
                name: group.name,
                intro: group.intro.as_deref(),
                announcement: group.announcement.as_deref(),
                type_id: group.type_id.map(|id| id.0),
            }),
            patch => {
                replace(group.name, patch.name);
                fill(group.intro, patch.intro);
                fill(group.announcement, patch.announcement);
            }
        )
    }

    /// `group.before-question`
    pub(in crate::dispatch) async fn group_before_question(
        &self,
        context: &Context,
        question: &mut Questioning<'_>,
    ) -> Result<Judged, Fault> {
        let answers: Vec<&str> = question.answers.iter().map(String::as_str).collect();
        ask!(
            self, context, GroupBeforeQuestion,
            group_before_question.call_before_question(group_before_question::Question {
                group_id: question.group.0,
                id: question.id.map(|id| id.0),
                text: question.text.as_deref(),
                answers: &answers,
            }),
            patch => {
                fill(question.text, patch.text);
                replace(question.answers, patch.answers);
            }
        )
    }

    /// `group.before-update`
    pub(in crate::dispatch) async fn group_before_update(
        &self,
        context: &Context,
        change: &mut UpdateGroup,
    ) -> Result<Judged, Fault> {
        ask!(
            self, context, GroupBeforeUpdate,
            group_before_update.call_before_update(group_before_update::Change {
                group_id: change.group.0,
                name: change.name.as_deref(),
                intro: change.intro.as_deref(),
                announcement: change.announcement.as_deref(),
                type_id: change.type_id.map(|id| id.0),
                mute_end_date: milliseconds(change.mute_end_date),
            }),
            patch => {
                fill(&mut change.name, patch.name);
                fill(&mut change.intro, patch.intro);
                fill(&mut change.announcement, patch.announcement);
            }
        )
    }

    /// `group.before-delete`
    pub(in crate::dispatch) async fn group_before_delete(
        &self,
        context: &Context,
        group: GroupId,
    ) -> Result<Judged, Fault> {
        judge!(self, context, GroupBeforeDelete, group_before_delete.call_before_delete(group.0))
    }

    /// `group.before-transfer`
    pub(in crate::dispatch) async fn group_before_transfer(
        &self,
        context: &Context,
        group: GroupId,
        successor: UserId,
        quits: bool,
    ) -> Result<Judged, Fault> {
        judge!(
            self,
            context,
            GroupBeforeTransfer,
            group_before_transfer.call_before_transfer(group_before_transfer::Transfer {
                group_id: group.0,
                successor: successor.0,
                quits,
            })
        )
    }
}
