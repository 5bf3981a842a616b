//! The questions of groups.

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    EmbeddedStore,
    rows::{column, json},
    versions::bump_group,
};
use crate::{
    model::{
        GroupId, QuestionId, Timestamp,
        enrolment::{Question, QuestionPatch},
        group::GroupVersion,
    },
    store::{Error, QuestionStore, Result},
};

#[async_trait]
impl QuestionStore for EmbeddedStore {
    async fn find_question(&self, id: QuestionId) -> Result<Option<Question>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection
                    .prepare_cached("SELECT id, group_id, question, answers, score FROM questions WHERE id = ?1")?;
                let mut rows = statement.query([id.0])?;
                rows.next()?.map(read).transpose()
            })
            .await
    }

    async fn list_questions(&self, group: GroupId) -> Result<Vec<Question>> {
        self.readers
            .run(move |connection| {
                let mut statement = connection.prepare_cached(
                    "SELECT id, group_id, question, answers, score FROM questions WHERE group_id = ?1 ORDER BY id",
                )?;
                let mut rows = statement.query([group.0])?;
                let mut found = Vec::new();
                while let Some(row) = rows.next()? {
                    found.push(read(row)?);
                }
                Ok(found)
            })
            .await
    }

    async fn insert_questions(
        &self,
        group: GroupId,
        questions: Vec<Question>,
        max: usize,
        now: Timestamp,
    ) -> Result<bool> {
        self.writer.run(move |write| insert_within(write.connection, group, &questions, max, now)).await
    }

    async fn update_question(&self, id: QuestionId, patch: QuestionPatch, now: Timestamp) -> Result<bool> {
        self.writer.run(move |write| update(write.connection, id, &patch, now)).await
    }

    async fn delete_questions(&self, group: GroupId, ids: &[QuestionId], now: Timestamp) -> Result<usize> {
        let ids = json(ids.iter().map(|id| id.0));
        self.writer
            .run(move |write| {
                let deleted = write
                    .connection
                    .prepare_cached(
                        "DELETE FROM questions WHERE group_id = ?1 AND id IN (SELECT value FROM json_each(?2))",
                    )?
                    .execute(params![group.0, ids])?;
                if deleted > 0 {
                    bump_group(write.connection, group, GroupVersion::Questions, now)?;
                }
                Ok(deleted)
            })
            .await
    }
}

/// Nobody comes into a group that is gone.
pub(super) fn delete_group(connection: &Connection, group: GroupId) -> Result<()> {
    connection.prepare_cached("DELETE FROM questions WHERE group_id = ?1")?.execute([group.0])?;
    Ok(())
}

fn insert_within(
    connection: &Connection,
    group: GroupId,
    questions: &[Question],
    max: usize,
    now: Timestamp,
) -> Result<bool> {
    let present: i64 = connection
        .prepare_cached("SELECT count(*) FROM questions WHERE group_id = ?1")?
        .query_row([group.0], |row| row.get(0))?;
    let exists =
        connection.prepare_cached("SELECT 1 FROM groups WHERE id = ?1 AND deletion_date IS NULL")?.exists([group.0])?;
    if !exists || usize::try_from(present).unwrap_or(usize::MAX).saturating_add(questions.len()) > max {
        return Ok(false);
    }
    for question in questions {
        connection.prepare_cached("INSERT INTO questions VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            question.id.0,
            group.0,
            question.question,
            text(&question.answers)?,
            question.score
        ])?;
    }
    bump_group(connection, group, GroupVersion::Questions, now)?;
    Ok(true)
}

fn update(connection: &Connection, id: QuestionId, patch: &QuestionPatch, now: Timestamp) -> Result<bool> {
    let answers = patch.answers.as_deref().map(text).transpose()?;
    let group: Option<i64> = connection
        .prepare_cached(
            "UPDATE questions SET question = coalesce(?2, question), answers = coalesce(?3, answers),
                 score = coalesce(?4, score) WHERE id = ?1 RETURNING group_id",
        )?
        .query_row(params![id.0, patch.question, answers, patch.score], |row| row.get(0))
        .optional()?;
    if let Some(group) = group {
        bump_group(connection, GroupId(group), GroupVersion::Questions, now)?;
    }
    Ok(group.is_some())
}

fn read(row: &Row<'_>) -> Result<Question> {
    let answers: String = column(row, 3)?;
    let answers = serde_json::from_str(&answers).map_err(|error| Error::Corrupt(format!("answers: {error}")))?;
    Ok(Question {
        id: QuestionId(column(row, 0)?),
        group: GroupId(column(row, 1)?),
        question: column(row, 2)?,
        answers,
        score: column(row, 4)?,
    })
}

fn text(answers: &[String]) -> Result<String> {
    serde_json::to_string(answers).map_err(|error| Error::Engine(Box::new(error)))
}
