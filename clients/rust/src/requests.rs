//! The requests that most programs need, by name. Everything else goes through [`Client::request`].
//!
//! They fail alike: with [`Error::Refused`] when the server says no, [`Error::NoData`] when its answer lacks what
//! belongs to it, and [`Error::Timeout`] or [`Error::Closed`] when none comes, after which the request may have been
//! carried out or not.

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
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], say for a wrong password; [`Error::Timeout`]; [`Error::Closed`].
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
    ///
    /// # Errors
    ///
    /// As [`Client::login`].
    pub async fn login_with(&self, login: CreateSessionRequest) -> Result<UserSession, Error> {
        self.request(Kind::CreateSessionRequest(login)).await?.into_data()?;
        Ok(self.session().unwrap_or_default())
    }

    /// Sends a text and answers the id of the message, which is stored then.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; [`Error::NoData`]; [`Error::Timeout`] and [`Error::Closed`], after which the message may be
    /// stored or not: [`Client::send_message_once`] may be tried again then.
    pub async fn send_message(&self, target: Target, text: &str) -> Result<i64, Error> {
        self.request(Kind::CreateMessageRequest(message(target, text))).await?.into_id()
    }

    /// Sends a text under a key of the caller's own, of 1 to 64 bytes. However often it is sent under the same key, and
    /// over whichever connection of the user, it is stored and told of once, and every answer is the id of the first.
    /// The server remembers a key for a day, unless its operator wants it otherwise. Servers of Turms know no keys and
    /// store each one.
    ///
    /// # Errors
    ///
    /// As [`Client::send_message`].
    pub async fn send_message_once(&self, target: Target, text: &str, key: &str) -> Result<i64, Error> {
        let message = CreateMessageRequest { idempotency_key: Some(key.to_owned()), ..message(target, text) };
        self.request(Kind::CreateMessageRequest(message)).await?.into_id()
    }

    /// Reads messages; none is no error.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; [`Error::NoData`] when the answer is another one; [`Error::Timeout`]; [`Error::Closed`].
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

    /// Reads a page of the inbox, the newest conversations first; `before`: the id of the last message of the last one
    /// before.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; [`Error::NoData`] when the answer is another one; [`Error::Timeout`]; [`Error::Closed`].
    pub async fn query_inbox(&self, before: Option<i64>) -> Result<Vec<InboxConversation>, Error> {
        let request = QueryInboxRequest { before_message_id: before, ..QueryInboxRequest::default() };
        match self.request(Kind::QueryInboxRequest(request)).await?.into_data()? {
            Some(data::Kind::Inbox(inbox)) => Ok(inbox.conversations),
            Some(_) => Err(Error::NoData),
            None => Ok(Vec::new()),
        }
    }

    /// Finds a page of the messages with all of these words, newest first; `before`: where the page before said to go
    /// on.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; [`Error::NoData`] when the answer is another one; [`Error::Timeout`]; [`Error::Closed`].
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
    ///
    /// # Errors
    ///
    /// [`Error::Refused`], also when no plugin knows the name; [`Error::NoData`]; [`Error::Timeout`];
    /// [`Error::Closed`].
    pub async fn custom(&self, name: &str, payload: Vec<u8>) -> Result<Vec<u8>, Error> {
        let request = CustomRequest { name: name.to_owned(), payload: payload.into(), ..CustomRequest::default() };
        match self.request(Kind::CustomRequest(request)).await?.into_data()? {
            Some(data::Kind::CustomAnswer(answer)) => Ok(answer.into()),
            Some(_) | None => Err(Error::NoData),
        }
    }

    /// Founds a group and answers its id.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; [`Error::NoData`]; [`Error::Timeout`] and [`Error::Closed`], after which there may be a
    /// group or not.
    pub async fn create_group(&self, name: &str) -> Result<i64, Error> {
        let request = CreateGroupRequest { name: name.to_owned(), ..CreateGroupRequest::default() };
        self.request(Kind::CreateGroupRequest(request)).await?.into_id()
    }

    /// Adds users to a group as plain members.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`]; [`Error::Timeout`] and [`Error::Closed`], after which they may be members or not.
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
fn message(target: Target, text: &str) -> CreateMessageRequest {
    let (group_id, recipient_id) = match target {
        Target::User(id) => (None, Some(id)),
        Target::Group(id) => (Some(id), None),
    };
    CreateMessageRequest { group_id, recipient_id, text: Some(text.to_owned()), ..CreateMessageRequest::default() }
}

#[cfg(test)]
mod tests {
    use prost::Message as _;
    use tokio::net::TcpListener;

    use super::*;
    use crate::{
        Connection, Options,
        proto::{TurmsNotification, TurmsRequest, turms_notification::Data},
    };

    #[tokio::test]
    async fn a_message_that_is_sent_once_has_its_key() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let connection = Connection::tcp(&listener.local_addr().unwrap().to_string()).await.unwrap();
        let (client, _events) = Client::new(connection, Options::default());
        let peer = Connection::tcp_over(listener.accept().await.unwrap().0).unwrap();
        let (mut writer, mut reader) = peer.split();
        let (sent, request) = tokio::join!(client.send_message_once(Target::Group(5), "hello", "k1"), async {
            let request = TurmsRequest::decode(reader.next_payload().await.unwrap().unwrap()).unwrap();
            let answer = TurmsNotification {
                request_id: request.request_id,
                code: Some(1000),
                data: Some(Data { kind: Some(data::Kind::Long(77)) }),
                ..TurmsNotification::default()
            };
            writer.feed_payload(answer.encode_to_vec().into()).await.unwrap();
            writer.flush().await.unwrap();
            request
        });
        assert_eq!(sent.unwrap(), 77);
        let Some(Kind::CreateMessageRequest(message)) = request.kind else { panic!("{request:?}") };
        assert_eq!((message.group_id, message.recipient_id), (Some(5), None));
        assert_eq!((message.text.as_deref(), message.idempotency_key.as_deref()), (Some("hello"), Some("k1")));
    }
}
