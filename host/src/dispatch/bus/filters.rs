//! Which filters judge which kind of request. What the administrator and plugins do passes the same filters where it is
//! done.

use super::Bus;
use crate::{
    dispatch::{
        Error, Verdict,
        hooks::{
            AnswerSubject, Answering, Founding, Joining, ProfileChange, Questioning, SettingsChange, SettingsScope,
        },
    },
    model::{
        Context, EnrolmentId, GroupId, UserId,
        approval::ResponseAction,
        command::{
            CheckGroupJoinQuestionsAnswers, Command, CreateGroup, CreateGroupJoinQuestions, CreateGroupMembers,
            DeleteConversationSettings, DeleteGroupMembers, NewQuestion, ResourceRequest, UpdateConversationSettings,
            UpdateGroup, UpdateGroupJoinQuestion, UpdateGroupMember, UpdateUser,
        },
        enrolment::EnrolmentKind,
        group::Role,
    },
};

/// Conversations that filters are asked about at most.
const MAX_CONVERSATIONS: usize = 256;

impl Bus {
    /// Asks the filters of the step that a command is. Patches are applied to the command.
    pub(super) async fn judge(&self, context: &Context, command: &mut Command) -> Result<Verdict, Error> {
        let hooks = &self.hooks;
        Ok(match command {
            Command::CreateMessageReactions(command) => hooks.message_before_react(context, command, false).await,
            Command::DeleteMessageReactions(command) => hooks.message_before_react(context, command, true).await,
            Command::UpdateConversation(command) => match command.conversation {
                Some(conversation) => hooks.message_before_read(context, conversation, command.read_date).await,
                None => Verdict::Continue,
            },
            Command::UpdateTypingStatus(command) => hooks.typing_before_send(context, command.conversation).await,
            Command::UpdateUserOnlineStatus(command) => match command.status {
                Some(status) => hooks.presence_before_publish(context, command, status).await,
                None => Verdict::Continue,
            },
            Command::UpdateUser(command) => self.judge_profile(context, command).await,
            Command::UpdateUserSettings(command) => {
                let change = SettingsChange { scope: SettingsScope::User, set: Some(&command.settings), removed: &[] };
                hooks.user_before_set_settings(context, &change).await
            }
            Command::DeleteUserSettings(command) => {
                let change = SettingsChange { scope: SettingsScope::User, set: None, removed: &command.names };
                hooks.user_before_set_settings(context, &change).await
            }
            Command::UpdateConversationSettings(command) => self.judge_new_settings(context, command).await,
            Command::DeleteConversationSettings(command) => self.judge_removed_settings(context, command).await,
            Command::CreateFriendRequest(command) => hooks.relation_before_request(context, command).await,
            Command::UpdateFriendRequest(command) => match command.action {
                Some(action) => hooks.relation_before_answer(context, command, action).await,
                None => Verdict::Continue,
            },
            Command::CreateRelationship(command) => hooks.relation_before_create(context, command).await,
            Command::UpdateRelationship(command) => hooks.relation_before_update(context, command).await,
            Command::DeleteRelationship(command) => hooks.relation_before_delete(context, command.user).await,
            Command::CreateRelationshipGroup(command) => {
                hooks.relation_before_group(context, None, &mut command.name).await
            }
            Command::UpdateRelationshipGroup(command) => {
                hooks.relation_before_group(context, Some(command.index), &mut command.name).await
            }
            Command::CreateGroupJoinQuestions(command) => self.judge_questions(context, command).await,
            Command::UpdateGroupJoinQuestion(command) => self.judge_question(context, command).await?,
            Command::CreateGroup(command) => self.judge_founding(context, command).await,
            Command::UpdateGroup(command) => self.judge_group(context, command).await,
            Command::DeleteGroup(command) => hooks.group_before_delete(context, command.group).await,
            Command::CreateGroupMembers(command) => self.judge_joining(context, command).await,
            Command::DeleteGroupMembers(command) => self.judge_removal(context, command).await,
            Command::UpdateGroupMember(command) => self.judge_member(context, command).await,
            Command::CreateGroupInvitation(command) => hooks.member_before_invite(context, command).await,
            Command::CreateGroupJoinRequest(command) => hooks.member_before_apply(context, command).await,
            Command::UpdateGroupInvitation(command) => {
                let (id, reason) = (command.id, &mut command.reason);
                self.judge_answer(context, AnswerSubject::Invitation, id, command.action, reason).await?
            }
            Command::UpdateGroupJoinRequest(command) => {
                let (id, reason) = (command.id, &mut command.reason);
                self.judge_answer(context, AnswerSubject::JoinRequest, id, command.action, reason).await?
            }
            Command::CheckGroupJoinQuestionsAnswers(command) => self.judge_answers(context, command).await?,
            Command::Resource(request) => self.judge_resource(context, request).await,
            // They have hooks of their own, which are called where they are carried out.
            Command::CreateSession(_)
            | Command::CreateMessage(_)
            | Command::UpdateMessage(_)
            | Command::Meeting(_)
            | Command::Custom(_)
            // They change nothing that anybody may want to judge, or nothing at all.
            | Command::DeleteSession
            | Command::CreateGroupBlockedUser(_)
            | Command::DeleteFriendRequest(_)
            | Command::DeleteGroupBlockedUser(_)
            | Command::DeleteGroupInvitation(_)
            | Command::DeleteGroupJoinQuestions(_)
            | Command::DeleteGroupJoinRequest(_)
            | Command::DeleteRelationshipGroup(_)
            | Command::QueryConversationSettings(_)
            | Command::QueryConversations(_)
            | Command::QueryFriendRequests(_)
            | Command::QueryGroupInvitations(_)
            | Command::QueryGroupJoinQuestions(_)
            | Command::QueryGroupJoinRequests(_)
            | Command::QueryGroupMembers(_)
            | Command::QueryGroups(_)
            | Command::QueryInbox(_)
            | Command::QueryUserOnlineStatuses { .. }
            | Command::QueryRelationshipGroups { .. }
            | Command::QueryJoinedGroupInfos { .. }
            | Command::QueryJoinedGroupIds { .. }
            | Command::QueryGroupBlockedUserInfos { .. }
            | Command::QueryGroupBlockedUserIds { .. }
            | Command::QueryMessages(_)
            | Command::QueryNearbyUsers(_)
            | Command::QueryRelatedUserIds(_)
            | Command::QueryRelationships(_)
            | Command::QueryUserProfiles(_)
            | Command::QueryUserSettings(_)
            | Command::SearchMessages(_)
            | Command::SyncMessages(_)
            | Command::UpdateUserLocation(_) => Verdict::Continue,
        })
    }

    async fn judge_answers(
        &self,
        context: &Context,
        command: &CheckGroupJoinQuestionsAnswers,
    ) -> Result<Verdict, Error> {
        let Some(question) = command.answers.keys().next() else { return Ok(Verdict::Continue) };
        let Some(group) = self.services.enrolments.group_of_question(*question).await? else {
            return Ok(Verdict::Continue);
        };
        let users = &[context.actor];
        let joining = &mut Joining { group, users, role: Role::Member, name: &mut None };
        Ok(self.hooks.member_before_join(context, joining).await)
    }

    async fn judge_resource(&self, context: &Context, request: &mut ResourceRequest) -> Verdict {
        match request {
            ResourceRequest::Upload(upload) => self.hooks.resource_before_upload(context, upload).await,
            ResourceRequest::Download(download) => self.hooks.resource_before_download(context, download).await,
            ResourceRequest::Delete(deletion) => self.hooks.resource_before_delete(context, deletion).await,
            ResourceRequest::Share(_)
            | ResourceRequest::List(_)
            | ResourceRequest::Nothing
            | ResourceRequest::Wrong(_) => Verdict::Continue,
        }
    }

    async fn judge_profile(&self, context: &Context, command: &mut UpdateUser) -> Verdict {
        let change = &mut ProfileChange {
            user: context.actor,
            name: &mut command.name,
            intro: &mut command.intro,
            profile_picture: &mut command.profile_picture,
            has_password: command.password.is_some(),
            active: None,
            role: None,
        };
        self.hooks.user_before_update(context, change).await
    }

    async fn judge_new_settings(&self, context: &Context, command: &UpdateConversationSettings) -> Verdict {
        let Some(conversation) = command.conversation else { return Verdict::Continue };
        let scope = SettingsScope::Conversation(conversation);
        let change = SettingsChange { scope, set: Some(&command.settings), removed: &[] };
        self.hooks.user_before_set_settings(context, &change).await
    }

    async fn judge_removed_settings(&self, context: &Context, command: &DeleteConversationSettings) -> Verdict {
        let removed = &command.names[..];
        if command.conversations.is_empty() {
            let change = SettingsChange { scope: SettingsScope::Conversations, set: None, removed };
            return self.hooks.user_before_set_settings(context, &change).await;
        }
        // More than a request may name are refused, whatever plugins say.
        for conversation in command.conversations.iter().take(MAX_CONVERSATIONS) {
            let change = SettingsChange { scope: SettingsScope::Conversation(*conversation), set: None, removed };
            match self.hooks.user_before_set_settings(context, &change).await {
                Verdict::Continue => {}
                decided => return decided,
            }
        }
        Verdict::Continue
    }

    async fn judge_questions(&self, context: &Context, command: &mut CreateGroupJoinQuestions) -> Verdict {
        if command.questions.len() > self.services.enrolments.max_questions() {
            // They are refused anyway.
            return Verdict::Continue;
        }
        let group = command.group;
        for NewQuestion { question, answers, .. } in &mut command.questions {
            let question = &mut Questioning { group, id: None, text: question, answers };
            match self.hooks.group_before_question(context, question).await {
                Verdict::Continue => {}
                decided => return decided,
            }
        }
        Verdict::Continue
    }

    async fn judge_question(&self, context: &Context, command: &mut UpdateGroupJoinQuestion) -> Result<Verdict, Error> {
        if command.question.is_none() && command.answers.is_empty() {
            return Ok(Verdict::Continue);
        }
        let Some(group) = self.services.enrolments.group_of_question(command.id).await? else {
            return Ok(Verdict::Continue);
        };
        let UpdateGroupJoinQuestion { id, question, answers, .. } = command;
        let question = &mut Questioning { group, id: Some(*id), text: question, answers };
        Ok(self.hooks.group_before_question(context, question).await)
    }

    async fn judge_founding(&self, context: &Context, command: &mut CreateGroup) -> Verdict {
        let group = &mut Founding {
            owner: context.actor,
            type_id: command.type_id,
            name: &mut command.name,
            intro: &mut command.intro,
            announcement: &mut command.announcement,
        };
        self.hooks.group_before_create(context, group).await
    }

    /// One that names a successor changes nothing else.
    async fn judge_group(&self, context: &Context, command: &mut UpdateGroup) -> Verdict {
        match command.successor {
            Some(successor) => {
                self.judge_transfer(context, command.group, successor, command.quit_after_transfer).await
            }
            None => self.hooks.group_before_update(context, command).await,
        }
    }

    async fn judge_joining(&self, context: &Context, command: &mut CreateGroupMembers) -> Verdict {
        let joining = &mut Joining {
            group: command.group,
            users: &command.users,
            role: command.role.flatten().unwrap_or_default(),
            name: &mut command.name,
        };
        self.hooks.member_before_join(context, joining).await
    }

    async fn judge_removal(&self, context: &Context, command: &DeleteGroupMembers) -> Verdict {
        let hooks = &self.hooks;
        if let Some(successor) = command.successor {
            // Who names oneself quits.
            let quits = command.quit_after_transfer || !command.members.is_empty();
            return self.judge_transfer(context, command.group, successor, quits).await;
        }
        if command.members.contains(&context.actor) {
            match hooks.member_before_leave(context, command.group).await {
                Verdict::Continue => {}
                decided => return decided,
            }
        }
        let others: Vec<_> = command.members.iter().copied().filter(|member| *member != context.actor).collect();
        if others.is_empty() {
            return Verdict::Continue;
        }
        hooks.member_before_kick(context, command.group, &others).await
    }

    async fn judge_transfer(&self, context: &Context, group: GroupId, successor: UserId, quits: bool) -> Verdict {
        match self.hooks.group_before_transfer(context, group, successor, quits).await {
            Verdict::Continue if quits => self.hooks.member_before_leave(context, group).await,
            decided => decided,
        }
    }

    async fn judge_member(&self, context: &Context, command: &mut UpdateGroupMember) -> Verdict {
        let hooks = &self.hooks;
        if let Some(Some(role)) = command.role {
            match hooks.member_before_role(context, command, role).await {
                Verdict::Continue => {}
                decided => return decided,
            }
        }
        if let Some(until) = command.mute_end_date {
            match hooks.member_before_mute(context, command, until).await {
                Verdict::Continue => {}
                decided => return decided,
            }
        }
        if command.name.is_none() {
            return Verdict::Continue;
        }
        hooks.member_before_profile(context, command).await
    }

    /// To accept makes somebody a member, which is a step of its own.
    async fn judge_answer(
        &self,
        context: &Context,
        subject: AnswerSubject,
        id: EnrolmentId,
        action: Option<ResponseAction>,
        reason: &mut Option<String>,
    ) -> Result<Verdict, Error> {
        let Some(action) = action else { return Ok(Verdict::Continue) };
        let answer = &mut Answering { subject, id, action, reason };
        match self.hooks.member_before_answer(context, answer).await {
            Verdict::Continue if action == ResponseAction::Accept => {}
            decided => return Ok(decided),
        }
        let kind = match subject {
            AnswerSubject::Invitation => EnrolmentKind::Invitation,
            AnswerSubject::JoinRequest => EnrolmentKind::JoinRequest,
        };
        let Some((group, user)) = self.services.enrolments.would_join(kind, id).await? else {
            return Ok(Verdict::Continue);
        };
        let joining = &mut Joining { group, users: &[user], role: Role::Member, name: &mut None };
        Ok(self.hooks.member_before_join(context, joining).await)
    }
}
