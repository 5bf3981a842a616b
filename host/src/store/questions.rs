//! The trait for the questions of groups.

use async_trait::async_trait;

use super::Result;
use crate::model::{
    GroupId, QuestionId, Timestamp,
    enrolment::{Question, QuestionPatch},
};

/// Questions that whoever wants to join a group answers. Each write bumps the version of the group's list, in the same
/// transaction.
#[async_trait]
pub trait QuestionStore: Send + Sync {
    async fn find_question(&self, id: QuestionId) -> Result<Option<Question>>;

    /// All questions of a group, by id.
    async fn list_questions(&self, group: GroupId) -> Result<Vec<Question>>;

    /// Adds questions, all to one group, while it has at most `max` with them; false when it would have more, and
    /// nothing changed. [`super::Error::Conflict`] when an id is taken.
    async fn insert_questions(
        &self,
        group: GroupId,
        questions: Vec<Question>,
        max: usize,
        now: Timestamp,
    ) -> Result<bool>;

    /// Changes a question; false when there is none.
    async fn update_question(&self, id: QuestionId, patch: QuestionPatch, now: Timestamp) -> Result<bool>;

    /// Removes those of `ids` that are questions of the group, and answers how many.
    async fn delete_questions(&self, group: GroupId, ids: &[QuestionId], now: Timestamp) -> Result<usize>;
}
