//! Questions: whoever answers enough of them rightly comes in at once.

use std::sync::Arc;

use super::{Enrolments, Error, ID_ATTEMPTS, Joined, check_text};
use crate::{
    model::{
        GroupId, QuestionId, Reply, UserId,
        command::{
            CheckGroupJoinQuestionsAnswers, CreateGroupJoinQuestions, DeleteGroupJoinQuestions, NewQuestion,
            QueryGroupJoinQuestions, UpdateGroupJoinQuestion,
        },
        enrolment::{AnswerResult, Question, QuestionPatch},
        group::{Admission, Group, GroupType, GroupVersion, JoinPolicy, Member, Role},
    },
    services::version::is_current,
    store,
};

impl Enrolments {
    /// How many questions a group may have.
    #[must_use]
    pub fn max_questions(&self) -> usize {
        self.config.questions.max_questions
    }

    /// Adds questions and answers their ids, in the order given.
    pub async fn add_questions(
        &self,
        requester: UserId,
        request: &CreateGroupJoinQuestions,
    ) -> Result<Vec<QuestionId>, Error> {
        for question in &request.questions {
            check_answers_and_score(question)?;
        }
        if request.questions.is_empty() {
            return Ok(Vec::new());
        }
        if !self.manages(request.group, requester).await? {
            return Err(Error::NotManagerToAsk);
        }
        let (_, group_type) = self.groups.find_active(request.group).await?.ok_or(Error::QuestionForInactive)?;
        match group_type.join {
            JoinPolicy::Question => {}
            JoinPolicy::Request => return Err(Error::QuestionWhereRequested),
            JoinPolicy::Invitation => return Err(Error::QuestionWhereInvited),
            JoinPolicy::Membership => return Err(Error::QuestionWhereOpen),
        }
        for question in &request.questions {
            self.check_texts(question.question.as_deref(), &question.answers)?;
        }
        self.insert_questions(request).await
    }

    async fn insert_questions(&self, request: &CreateGroupJoinQuestions) -> Result<Vec<QuestionId>, Error> {
        let (max, now) = (self.config.questions.max_questions, self.clock.now());
        for _ in 0..ID_ATTEMPTS {
            let question = |new: &NewQuestion| Question {
                id: QuestionId(self.ids.next(now)),
                group: request.group,
                question: new.question.clone().unwrap_or_default(),
                answers: new.answers.clone(),
                score: new.score.unwrap_or_default(),
            };
            let questions: Vec<Question> = request.questions.iter().map(question).collect();
            let ids = questions.iter().map(|question| question.id).collect();
            match self.store.insert_questions(request.group, questions, max, now).await {
                Ok(true) => return Ok(ids),
                Ok(false) => return Err(Error::TooManyQuestions { max }),
                Err(store::Error::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(store::Error::Conflict.into())
    }

    /// Changes what is given of a question. That there is no such question is no error, as in the reference.
    pub async fn update_question(&self, requester: UserId, request: &UpdateGroupJoinQuestion) -> Result<(), Error> {
        let patch = QuestionPatch {
            question: request.question.clone(),
            answers: (!request.answers.is_empty()).then(|| request.answers.clone()),
            score: request.score,
        };
        if patch.score.is_some_and(|score| score < 0) {
            return Err(Error::NegativeScore);
        }
        self.check_texts(patch.question.as_deref(), &request.answers)?;
        if patch.is_empty() {
            return Ok(());
        }
        let Some(question) = self.store.find_question(request.id).await? else { return Ok(()) };
        if !self.manages(question.group, requester).await? {
            return Err(Error::NotManagerToChangeQuestion);
        }
        self.store.update_question(request.id, patch, self.clock.now()).await?;
        Ok(())
    }

    /// Removes questions of a group; those of others stay.
    pub async fn remove_questions(&self, requester: UserId, request: &DeleteGroupJoinQuestions) -> Result<(), Error> {
        if request.questions.is_empty() {
            return Ok(());
        }
        if !self.manages(request.group, requester).await? {
            return Err(Error::NotManagerToRemoveQuestion);
        }
        self.store.delete_questions(request.group, &request.questions, self.clock.now()).await?;
        Ok(())
    }

    /// The questions of a group, for whoever wants to answer them; with answers and scores for those who manage it.
    pub async fn query_questions(&self, requester: UserId, query: QueryGroupJoinQuestions) -> Result<Reply, Error> {
        if query.with_answers && !self.manages(query.group, requester).await? {
            return Err(Error::NotManagerToSeeAnswers);
        }
        let version = self.store.find_group_version(query.group, GroupVersion::Questions).await?;
        if is_current(query.version, version) {
            return Ok(Reply::UpToDate);
        }
        let questions = self.store.list_questions(query.group).await?;
        if questions.is_empty() {
            return Ok(Reply::NoContent);
        }
        Ok(Reply::Questions { questions, with_answers: query.with_answers, version })
    }

    /// Judges answers, and makes who answered enough a member. The group is that of the question with the least id;
    /// answers to other groups' questions count nothing. `None` when there is no such question.
    pub async fn check_answers(
        &self,
        requester: UserId,
        request: &CheckGroupJoinQuestionsAnswers,
    ) -> Result<Option<(AnswerResult, Option<Joined>)>, Error> {
        let (&first, _) = request.answers.first_key_value().ok_or(Error::NoAnswers)?;
        let Some(first) = self.store.find_question(first).await? else { return Ok(None) };
        let (group, group_type) = self.check_answerer(requester, first.group).await?;
        let mut result = AnswerResult { score: 0, questions: Vec::new(), joined: false };
        for question in self.store.list_questions(group.id).await? {
            if request.answers.get(&question.id).is_some_and(|answer| question.answers.contains(answer)) {
                result.score = result.score.saturating_add(question.score);
                result.questions.push(question.id);
            }
        }
        if result.score < group.min_score {
            return Ok(Some((result, None)));
        }
        let is_new = self.join(&group, &group_type, requester).await?;
        result.joined = true;
        let joined = if is_new { Some(self.joined(group.id, requester).await?) } else { None };
        Ok(Some((result, joined)))
    }

    async fn check_answerer(&self, requester: UserId, group: GroupId) -> Result<(Arc<Group>, Arc<GroupType>), Error> {
        if self.store.is_blocked_from_group(group, requester).await? {
            return Err(Error::BlockedAnswers);
        }
        if self.groups.role(group, requester).await?.is_some() {
            return Err(Error::MemberAnswers);
        }
        let (group, group_type) = self.groups.find_active(group).await?.ok_or(Error::AnswerForInactive)?;
        if group_type.join != JoinPolicy::Question {
            return Err(Error::AnswerWhereNotQuestioned);
        }
        Ok((group, group_type))
    }

    /// False when they have come in meanwhile.
    async fn join(&self, group: &Group, group_type: &GroupType, user: UserId) -> Result<bool, Error> {
        let now = self.clock.now();
        let member =
            Member { group: group.id, user, name: None, role: Role::Member, join_date: now, mute_end_date: None };
        let limits = self.groups.member_limits(group_type);
        match self.store.insert_members(group.id, vec![member], limits, now).await {
            Ok(Admission::Done) => Ok(true),
            Ok(Admission::Refused) => Err(Error::Full),
            Ok(Admission::TooManyJoined(user)) => Err(Error::TooManyJoined { user, max: limits.joined }),
            // Another device was quicker, and has told the others.
            Err(store::Error::Conflict) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    fn check_texts(&self, question: Option<&str>, answers: &[String]) -> Result<(), Error> {
        let config = &self.config.questions;
        check_text("question", question.unwrap_or_default(), config.max_question_length)?;
        if answers.len() > config.max_answers {
            return Err(Error::TooManyAnswers { max: config.max_answers });
        }
        answers.iter().try_for_each(|answer| check_text("answer", answer, config.max_answer_length))
    }
}

fn check_answers_and_score(question: &NewQuestion) -> Result<(), Error> {
    if question.question.is_none() || question.answers.is_empty() {
        return Err(Error::QuestionIncomplete);
    }
    if question.score.is_some_and(|score| score < 0) { Err(Error::NegativeScore) } else { Ok(()) }
}
