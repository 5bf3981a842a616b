//! The request path: hooks, then the service, then those concerned are told. One file a domain.

mod administration;
mod conversations;
mod deeds;
mod enrolment;
mod expiry;
mod filters;
mod friend_requests;
mod groups;
mod held;
mod location;
mod login;
mod meetings;
mod messages;
mod operation;
mod provided;
mod push;
mod relationships;
mod resources;
mod routes;
#[cfg(test)]
mod tests;
mod users;
mod views;

use std::sync::Arc;

pub(in crate::dispatch) use self::deeds::News;
pub use self::held::Release;
pub use self::routes::{Route, RouteError};
use super::{Deliver, Error, Hooks, Verdict, wasm::Hook};
use crate::{
    model::{
        Context, Notification, Reply, UserId, Value,
        command::{Command, Request},
        happened::Happened,
        notification::Recipients,
        session::{CloseStatus, Position, SessionInfo},
    },
    services::{Services, relationships::Relationships},
};

/// Takes operations through hooks and services and tells those concerned.
pub struct Bus {
    services: Arc<Services>,
    hooks: Arc<Hooks>,
    deliver: Arc<dyn Deliver>,
}

/// What comes with a command and goes to those who are told of it.
struct Envelope {
    id: i64,
    attributes: Vec<Value>,
}

impl Bus {
    /// Joins the rooms.
    #[must_use]
    pub fn new(services: Arc<Services>, hooks: Arc<Hooks>, deliver: Arc<dyn Deliver>) -> Self {
        Self { services, hooks, deliver }
    }

    /// The gateway opened a session, at a place if the login said so.
    pub fn session_opened(&self, session: &SessionInfo, position: Option<Position>) {
        if let Some(position) = position {
            self.note_position(session, position);
        }
        self.hooks.happened(Hook::SessionOpened, || Happened::SessionOpened(session.clone()));
    }

    /// A session of the gateway ended.
    pub fn session_closed(&self, session: &SessionInfo, status: CloseStatus) {
        self.forget_location(session);
        self.hooks.session_closed(session, status, self.services.now());
    }

    /// Carries out one request of a logged-in client: durable when it returns, with the notifications handed over.
    #[expect(clippy::too_many_lines, reason = "a table: one entry a request kind")]
    pub async fn handle(&self, context: &Context, request: Request) -> Result<Reply, Error> {
        match self.hooks.request_before(context, request.id).await {
            Verdict::Continue => {}
            Verdict::Deny(denial) => return Err(Error::Denied(denial)),
            Verdict::Drop => return self.pretend(&request.command),
        }
        let Request { id, attributes, mut command } = request;
        if self.hooks.judges_requests() {
            // Boxed, because it holds what all of the filters need, and nearly every request goes without.
            match Box::pin(self.judge(context, &mut command)).await? {
                Verdict::Continue => {}
                Verdict::Deny(denial) => return Err(Error::Denied(denial)),
                Verdict::Drop => return self.pretend(&command),
            }
        }
        let envelope = Envelope { id, attributes };
        let user = context.actor;
        let services = &*self.services;
        match command {
            Command::CreateSession(_) | Command::DeleteSession => Err(NOT_HERE),
            Command::CreateMessage(command) => self.create_message(context, envelope, *command).await,
            Command::QueryMessages(query) => self.found(context, services.messages.query(user, &query).await?).await,
            Command::SyncMessages(query) => self.found(context, services.messages.sync(user, &query).await?).await,
            Command::SearchMessages(query) => {
                Ok(self.shown(context, services.messages.search(user, *query).await?).await)
            }
            Command::UpdateMessage(command) => self.update_message(context, envelope, command).await,
            Command::CreateMessageReactions(command) => {
                let recipients = services.messages.react(user, &command).await?;
                self.relay(context, envelope, Command::CreateMessageReactions(command), recipients);
                Ok(Reply::Done)
            }
            Command::DeleteMessageReactions(command) => {
                let recipients = services.messages.withdraw_reactions(user, &command).await?;
                self.relay(context, envelope, Command::DeleteMessageReactions(command), recipients);
                Ok(Reply::Done)
            }
            Command::QueryConversations(query) => Ok(services.conversations.query(user, &query).await?),
            Command::QueryInbox(query) => {
                Ok(self.shown(context, services.conversations.inbox(user, query).await?).await)
            }
            Command::UpdateConversation(command) => self.update_conversation(context, envelope, command).await,
            Command::UpdateTypingStatus(command) => self.update_typing_status(context, envelope, command).await,
            Command::UpdateConversationSettings(command) => {
                self.update_conversation_settings(context, envelope, command).await
            }
            Command::DeleteConversationSettings(command) => {
                self.delete_conversation_settings(context, envelope, command).await
            }
            Command::QueryConversationSettings(query) => {
                Ok(services.conversations.query_settings(user, &query).await?)
            }
            Command::CreateGroup(command) => self.create_group(context, envelope, command).await,
            Command::UpdateGroup(command) => self.update_group(context, envelope, command).await,
            Command::DeleteGroup(command) => self.delete_group(context, envelope, command).await,
            Command::UpdateGroupMember(command) => self.update_group_member(context, envelope, command).await,
            Command::CreateGroupBlockedUser(command) => {
                self.create_group_blocked_user(context, envelope, command).await
            }
            Command::DeleteGroupBlockedUser(command) => {
                self.delete_group_blocked_user(context, envelope, command).await
            }
            Command::QueryGroupBlockedUserIds { group, version } => {
                Ok(services.groups.query_blocked_ids(group, version).await?)
            }
            Command::QueryGroupBlockedUserInfos { group, version } => {
                self.visible(user, services.groups.query_blocked(group, version).await?).await
            }
            Command::CreateGroupInvitation(command) => self.create_group_invitation(context, envelope, command).await,
            Command::DeleteGroupInvitation(command) => self.delete_group_invitation(context, envelope, command).await,
            Command::UpdateGroupInvitation(command) => self.update_group_invitation(context, envelope, command).await,
            Command::CreateGroupJoinRequest(command) => {
                self.create_group_join_request(context, envelope, command).await
            }
            Command::DeleteGroupJoinRequest(command) => {
                self.delete_group_join_request(context, envelope, command).await
            }
            Command::UpdateGroupJoinRequest(command) => {
                self.update_group_join_request(context, envelope, command).await
            }
            Command::QueryGroupInvitations(query) => Ok(services.enrolments.query_invitations(user, query).await?),
            Command::QueryGroupJoinRequests(query) => Ok(services.enrolments.query_join_requests(user, query).await?),
            Command::QueryGroupJoinQuestions(query) => Ok(services.enrolments.query_questions(user, query).await?),
            Command::CreateGroupJoinQuestions(command) => {
                let ids = services.enrolments.add_questions(user, &command).await?;
                Ok(Reply::Ids { ids: ids.into_iter().map(|id| id.0).collect(), version: None })
            }
            Command::UpdateGroupJoinQuestion(command) => {
                services.enrolments.update_question(user, &command).await?;
                Ok(Reply::Done)
            }
            Command::DeleteGroupJoinQuestions(command) => {
                services.enrolments.remove_questions(user, &command).await?;
                Ok(Reply::Done)
            }
            Command::CheckGroupJoinQuestionsAnswers(command) => {
                self.check_group_join_questions_answers(context, &command).await
            }
            Command::CreateGroupMembers(command) => self.create_group_members(context, envelope, command).await,
            Command::DeleteGroupMembers(command) => self.delete_group_members(context, envelope, command).await,
            Command::QueryGroupMembers(query) => self.query_group_members(context, &query).await,
            Command::QueryGroups(query) => Ok(services.groups.query(&query).await?),
            Command::QueryJoinedGroupIds { version } => Ok(services.groups.query_joined_ids(user, version).await?),
            Command::QueryJoinedGroupInfos { version } => Ok(services.groups.query_joined(user, version).await?),
            Command::CreateFriendRequest(command) => self.create_friend_request(context, envelope, command).await,
            Command::DeleteFriendRequest(command) => self.delete_friend_request(context, envelope, command).await,
            Command::UpdateFriendRequest(command) => self.update_friend_request(context, envelope, command).await,
            Command::QueryFriendRequests(query) => {
                Ok(services.relationships.query_friend_requests(user, query).await?)
            }
            Command::CreateRelationship(command) => self.create_relationship(context, envelope, command).await,
            Command::DeleteRelationship(command) => self.delete_relationship(context, envelope, command).await,
            Command::UpdateRelationship(command) => self.update_relationship(context, envelope, command).await,
            Command::QueryRelationships(query) => Ok(services.relationships.query(user, &query).await?),
            Command::QueryRelatedUserIds(query) => Ok(services.relationships.query_related_ids(user, &query).await?),
            Command::CreateRelationshipGroup(command) => {
                Ok(Reply::Id(services.relationships.create_group(user, &command).await?.0.into()))
            }
            Command::UpdateRelationshipGroup(command) => {
                self.update_relationship_group(context, envelope, command).await
            }
            Command::DeleteRelationshipGroup(command) => {
                self.delete_relationship_group(context, envelope, command).await
            }
            Command::QueryRelationshipGroups { version } => {
                Ok(services.relationships.query_groups(user, version).await?)
            }
            Command::QueryUserProfiles(query) => Ok(services.users.query_profiles(user, &query).await?),
            Command::UpdateUser(command) => self.update_user(context, envelope, command).await,
            Command::UpdateUserSettings(command) => self.update_user_settings(context, envelope, command).await,
            Command::DeleteUserSettings(command) => self.delete_user_settings(context, envelope, command).await,
            Command::QueryUserSettings(query) => Ok(services.users.query_settings(user, &query).await?),
            Command::QueryUserOnlineStatuses { users } => self.query_online_statuses(user, users),
            Command::UpdateUserOnlineStatus(command) => self.update_online_status(context, envelope, command).await,
            Command::QueryNearbyUsers(query) => self.query_nearby_users(context, &query).await,
            Command::UpdateUserLocation(position) => self.update_location(context, *position),
            // Boxed, because they are rare.
            Command::Resource(request) => Box::pin(self.serve_resource(context, id, &request)).await,
            Command::Meeting(request) => Box::pin(self.serve_meeting(context, envelope, request)).await,
            Command::Custom(request) => self.answer_custom(context, id, &request).await,
        }
    }

    /// Tells those concerned of a command that was carried out for the acting user; the acting session has its answer.
    fn relay(&self, context: &Context, envelope: Envelope, command: Command, recipients: Option<Recipients>) {
        if let Some(recipients) = recipients {
            self.relay_of(context, context.actor, envelope, command, recipients);
        }
    }

    fn relay_of(
        &self,
        context: &Context,
        requester: UserId,
        envelope: Envelope,
        command: Command,
        recipients: Recipients,
    ) {
        let Envelope { id, attributes } = envelope;
        let except = context.session.filter(|_| requester == context.actor);
        let relayed = Request { id, attributes, command };
        self.deliver.deliver(&Notification { requester, relayed, recipients, except });
    }

    /// The answer to a request that a plugin dropped: as if it had been carried out and nothing had been found.
    fn pretend(&self, command: &Command) -> Result<Reply, Error> {
        match command {
            Command::CreateSession(_) | Command::DeleteSession => Err(NOT_HERE),
            Command::CreateMessage(_) => Ok(Reply::MessageId(self.services.messages.next_id())),
            Command::CreateGroup(_) => Ok(Reply::Id(self.services.groups.next_id().0)),
            Command::CreateRelationshipGroup(_) => Ok(Reply::Id(Relationships::random_group().0.into())),
            Command::CreateGroupInvitation(_) | Command::CreateGroupJoinRequest(_) => {
                Ok(Reply::Id(self.services.enrolments.next_id().0))
            }
            Command::CreateGroupJoinQuestions(command) => {
                let ids = command.questions.iter().map(|_| self.services.enrolments.next_id().0).collect();
                Ok(Reply::Ids { ids, version: None })
            }
            Command::CreateFriendRequest(_) => Ok(Reply::Id(self.services.relationships.next_friend_request_id().0)),
            Command::UpdateMessage(_)
            | Command::CreateMessageReactions(_)
            | Command::DeleteMessageReactions(_)
            | Command::DeleteFriendRequest(_)
            | Command::UpdateFriendRequest(_)
            | Command::UpdateGroup(_)
            | Command::DeleteGroupInvitation(_)
            | Command::UpdateGroupInvitation(_)
            | Command::DeleteGroupJoinRequest(_)
            | Command::UpdateGroupJoinRequest(_)
            | Command::UpdateGroupJoinQuestion(_)
            | Command::DeleteGroupJoinQuestions(_)
            | Command::DeleteGroup(_)
            | Command::UpdateGroupMember(_)
            | Command::CreateGroupBlockedUser(_)
            | Command::DeleteGroupBlockedUser(_)
            | Command::CreateGroupMembers(_)
            | Command::DeleteGroupMembers(_)
            | Command::CreateRelationship(_)
            | Command::DeleteRelationship(_)
            | Command::UpdateRelationship(_)
            | Command::UpdateRelationshipGroup(_)
            | Command::DeleteRelationshipGroup(_)
            | Command::UpdateUser(_)
            | Command::UpdateUserSettings(_)
            | Command::DeleteUserSettings(_)
            | Command::UpdateUserOnlineStatus(_)
            | Command::UpdateUserLocation(_)
            | Command::UpdateConversation(_)
            | Command::UpdateTypingStatus(_)
            | Command::UpdateConversationSettings(_)
            | Command::DeleteConversationSettings(_) => Ok(Reply::Done),
            Command::Meeting(request) => Ok(self.pretend_meeting(request)),
            Command::Resource(request) => Ok(if request.is_query() { Reply::NoContent } else { Reply::Done }),
            Command::Custom(_)
            | Command::QueryMessages(_)
            | Command::QueryConversations(_)
            | Command::QueryConversationSettings(_)
            | Command::QueryInbox(_)
            | Command::SyncMessages(_)
            | Command::SearchMessages(_)
            | Command::QueryGroupMembers(_)
            | Command::QueryGroups(_)
            | Command::QueryGroupInvitations(_)
            | Command::QueryGroupJoinRequests(_)
            | Command::QueryGroupJoinQuestions(_)
            | Command::CheckGroupJoinQuestionsAnswers(_)
            | Command::QueryGroupBlockedUserIds { .. }
            | Command::QueryGroupBlockedUserInfos { .. }
            | Command::QueryJoinedGroupIds { .. }
            | Command::QueryJoinedGroupInfos { .. }
            | Command::QueryFriendRequests(_)
            | Command::QueryRelationships(_)
            | Command::QueryRelatedUserIds(_)
            | Command::QueryRelationshipGroups { .. }
            | Command::QueryUserProfiles(_)
            | Command::QueryUserSettings(_)
            | Command::QueryNearbyUsers(_)
            | Command::QueryUserOnlineStatuses { .. } => Ok(Reply::NoContent),
        }
    }
}

/// Sessions open and close at the gateway, which asks [`Bus::login`].
const NOT_HERE: Error = Error::Invalid("this session is open already");
