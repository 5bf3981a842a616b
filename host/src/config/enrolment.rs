//! The settings of invitations into groups, requests to join them, and their questions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Limits on invitations. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit for a length.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Invitations {
    /// The longest text of an invitation.
    pub max_content_length: usize,
    /// The longest reason given with an answer.
    pub max_reason_length: usize,
    /// How long an invitation waits for an answer; 0: without end. Invitations keep the lifetime that they were made
    /// with.
    pub lifetime_days: u32,
    /// Whether the owner and managers may take an invitation back.
    pub allow_recall_by_managers: bool,
    /// Whether who invited may take the invitation back.
    pub allow_recall_by_sender: bool,
    /// How many invitations of one sender may wait for an answer.
    pub max_pending: usize,
    /// How many invitations of one sender are kept that wait for no answer any more: beyond, the oldest go.
    pub max_settled: usize,
    /// How many invitations a query answers at most, the newest first.
    pub max_count: usize,
    /// After how many days an invitation that was answered, taken back or expired is deleted; 0: never.
    pub purge_after_days: u32,
}

impl Default for Invitations {
    fn default() -> Self {
        Self {
            max_content_length: 200,
            max_reason_length: 200,
            lifetime_days: 30,
            allow_recall_by_managers: false,
            allow_recall_by_sender: false,
            max_pending: 500,
            max_settled: 1000,
            max_count: 1000,
            purge_after_days: 0,
        }
    }
}

impl Invitations {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_pending == 0 || self.max_count == 0 {
            return Err("invitations: max_pending and max_count must be at least 1".into());
        }
        Ok(())
    }
}

/// Limits on requests to join. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit for a length.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JoinRequests {
    /// The longest text of a request.
    pub max_content_length: usize,
    /// The longest reason given with an answer.
    pub max_reason_length: usize,
    /// How long a request waits for an answer; 0: without end. Requests keep the lifetime that they were made with.
    pub lifetime_days: u32,
    /// Whether a sender may take a request back.
    pub allow_recall: bool,
    /// How many requests of one sender may wait for an answer.
    pub max_pending: usize,
    /// How many requests of one sender are kept that wait for no answer any more: beyond, the oldest go.
    pub max_settled: usize,
    /// How many requests a query answers at most, the newest first.
    pub max_count: usize,
    /// After how many days a request that was answered, taken back or expired is deleted; 0: never.
    pub purge_after_days: u32,
}

impl Default for JoinRequests {
    fn default() -> Self {
        Self {
            max_content_length: 200,
            max_reason_length: 200,
            lifetime_days: 30,
            allow_recall: false,
            max_pending: 500,
            max_settled: 1000,
            max_count: 1000,
            purge_after_days: 0,
        }
    }
}

impl JoinRequests {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_pending == 0 || self.max_count == 0 {
            return Err("join_requests: max_pending and max_count must be at least 1".into());
        }
        Ok(())
    }
}

/// Limits on the questions of groups. Lengths count UTF-16 code units, as clients do; a maximum of 0 is no limit for a
/// length.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JoinQuestions {
    /// The longest question.
    pub max_question_length: usize,
    /// The longest answer.
    pub max_answer_length: usize,
    /// How many right answers a question may have.
    pub max_answers: usize,
    /// How many questions a group may have.
    pub max_questions: usize,
}

impl Default for JoinQuestions {
    fn default() -> Self {
        Self { max_question_length: 200, max_answer_length: 50, max_answers: 10, max_questions: 100 }
    }
}

impl JoinQuestions {
    /// Why these settings cannot be used.
    pub fn validate(&self) -> Result<(), String> {
        if self.max_answers == 0 || self.max_questions == 0 {
            return Err("join_questions: max_answers and max_questions must be at least 1".into());
        }
        Ok(())
    }
}
