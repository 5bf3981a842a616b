//! The requests that most programs need, by name. Everything else goes through [`Client::request`].

use crate::{
    Client, Error,
    proto::{
        CreateGroupMembersRequest, CreateGroupRequest, CreateMessageRequest, CreateSessionRequest, CustomRequest,
        DeviceType, FoundMessages, GroupMemberRole, InboxConversation, Message, QueryInboxRequest,
        QueryMessagesRequest, SearchMessagesRequest, UserSession, turms_notification::data, turms_request::Kind,
    },
};

/// Where a message goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    User(i64),
    Group(i64),
}

/// Which messages to read.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct MessageQuery {
    /// Of groups; otherwise private ones.
    pub of_groups: bool,
    /// Senders, or groups; none means all.
    pub from: Vec<i64>,
    /// From this date on, in Unix milliseconds.
    pub start: Option<i64>,
    /// Before this date, in Unix milliseconds.
    pub end: Option<i64>,
    /// At most so many.
    pub max_count: Option<i32>,
    /// Newest first.
    pub descending: bool,
}

impl Client {
    /// Logs in and answers the session.
    pub async fn login(&self, user: i64, password: &str, device: DeviceType) -> Result<UserSession, Error> {
        self.login_with(CreateSessionRequest {
            version: 1,
            user_id: user,
            password: Some(password.to_owned()),
            device_type: device.into(),
            ..CreateSessionRequest::default()
        })
        .await
    }

    /// Logs in with all that a login can say.
    pub async fn login_with(&self, login: CreateSessionRequest) -> Result<UserSession, Error> {
        self.request(Kind::CreateSessionRequest(login)).await?.into_data()?;
        Ok(self.session().unwrap_or_default())
    }

    /// Sends a text and answers the id of the message, which is stored then.
    pub async fn send_message(&self, target: Target, text: &str) -> Result<i64, Error> {
        self.request(create_message(target, text)).await?.into_id()
    }

    /// Reads messages; none is no error.
    pub async fn query_messages(&self, query: MessageQuery) -> Result<Vec<Message>, Error> {
        let request = QueryMessagesRequest {
            are_group_messages: Some(query.of_groups),
            from_ids: query.from,
            delivery_date_start: query.start,
            delivery_date_end: query.end,
            max_count: query.max_count,
            descending: Some(query.descending),
            ..QueryMessagesRequest::default()
        };
        match self.request(Kind::QueryMessagesRequest(request)).await?.into_data()? {
            Some(data::Kind::Messages(messages)) => Ok(messages.messages),
            Some(_) => Err(Error::NoData),
            None => Ok(Vec::new()),
        }
    }

    /// Reads a page of the inbox, the newest conversations first; `before`: the id of the last message of the last one before.
    pub async fn query_inbox(&self, before: Option<i64>) -> Result<Vec<InboxConversation>, Error> {
        let request = QueryInboxRequest { before_message_id: before, ..QueryInboxRequest::default() };
        match self.request(Kind::QueryInboxRequest(request)).await?.into_data()? {
            Some(data::Kind::Inbox(inbox)) => Ok(inbox.conversations),
            Some(_) => Err(Error::NoData),
            None => Ok(Vec::new()),
        }
    }

    /// Finds a page of the messages with all of these words, newest first; `before`: where the page before said to go on.
    pub async fn search_messages(&self, words: &str, before: Option<i64>) -> Result<FoundMessages, Error> {
        let request = SearchMessagesRequest {
            text: words.to_owned(),
            before_message_id: before,
            ..SearchMessagesRequest::default()
        };
        match self.request(Kind::SearchMessagesRequest(request)).await?.into_data()? {
            Some(data::Kind::FoundMessages(found)) => Ok(found),
            Some(_) => Err(Error::NoData),
            None => Ok(FoundMessages::default()),
        }
    }

    /// Asks for something that plugins of the server understand; the answer is theirs.
    pub async fn custom(&self, name: &str, payload: Vec<u8>) -> Result<Vec<u8>, Error> {
        let request = CustomRequest { name: name.to_owned(), payload: payload.into(), ..CustomRequest::default() };
        match self.request(Kind::CustomRequest(request)).await?.into_data()? {
            Some(data::Kind::CustomAnswer(answer)) => Ok(answer.into()),
            Some(_) | None => Err(Error::NoData),
        }
    }

    /// Founds a group and answers its id.
    pub async fn create_group(&self, name: &str) -> Result<i64, Error> {
        let request = CreateGroupRequest { name: name.to_owned(), ..CreateGroupRequest::default() };
        self.request(Kind::CreateGroupRequest(request)).await?.into_id()
    }

    /// Adds users to a group as plain members.
    pub async fn add_group_members(&self, group: i64, users: &[i64]) -> Result<(), Error> {
        let request = CreateGroupMembersRequest {
            group_id: group,
            user_ids: users.to_vec(),
            role: Some(GroupMemberRole::Member.into()),
            ..CreateGroupMembersRequest::default()
        };
        self.request(Kind::CreateGroupMembersRequest(request)).await?.into_data()?;
        Ok(())
    }
}

/// The request that sends a text.
pub(crate) fn create_message(target: Target, text: &str) -> Kind {
    let (group_id, recipient_id) = match target {
        Target::User(id) => (None, Some(id)),
        Target::Group(id) => (Some(id), None),
    };
    Kind::CreateMessageRequest(CreateMessageRequest {
        group_id,
        recipient_id,
        text: Some(text.to_owned()),
        ..CreateMessageRequest::default()
    })
}
