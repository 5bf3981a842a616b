//! Meetings. The plugin that arranges them is asked in words, and who only understands the protocol after that.

use super::{Bus, Envelope};
use crate::{
    dispatch::{Error, Outcome, wasm::Arranged},
    model::{
        Context, Reply,
        approval::ResponseAction,
        command::{Command, ListMeetings, MeetingRequest, Provider},
        hidden::Hidden,
        notification::Recipients,
    },
    services::text::is_longer,
};

/// UTF-16 code units of the name of a meeting, as the protocol counts texts.
const NAME: usize = 20;
const INTRO: usize = 200;
const PASSWORD: usize = 128;
/// Meetings, and people, that a query names.
const IDS: usize = 100;

impl Bus {
    pub(super) async fn serve_meeting(
        &self,
        context: &Context,
        envelope: Envelope,
        request: Box<MeetingRequest>,
    ) -> Result<Reply, Error> {
        match &*request {
            MeetingRequest::Nothing => return Ok(Reply::Done),
            MeetingRequest::Wrong(cause) => return Err(Error::Senseless(cause)),
            request => check(request).map_err(Error::Senseless)?,
        }
        let (reply, notify) = match self.hooks.conference_meeting(context, &request).await {
            Outcome::Answer(Arranged::Created(id)) => return Ok(Reply::Id(id.0)),
            Outcome::Answer(Arranged::Meetings(meetings)) if meetings.is_empty() => return Ok(Reply::NoContent),
            Outcome::Answer(Arranged::Meetings(meetings)) => return Ok(Reply::Meetings(meetings)),
            Outcome::Answer(Arranged::Access { token, notify }) => (Reply::MeetingAccess(token), notify),
            Outcome::Answer(Arranged::Done { notify }) => (Reply::Done, notify),
            Outcome::Deny(denial) => return Err(Error::Denied(denial)),
            Outcome::Pass => return self.provide(context, envelope.id, Provider::Conference).await,
        };
        let own_devices = matches!(*request, MeetingRequest::Answer(_)) || !notify.is_empty();
        self.relay(context, envelope, Command::Meeting(request), Recipients::among(&notify, own_devices));
        Ok(reply)
    }

    /// The answer to one that a plugin dropped.
    pub(super) fn pretend_meeting(&self, request: &MeetingRequest) -> Reply {
        match request {
            // Any id will do that is nobody's: what plugins take for ids is theirs.
            MeetingRequest::Create(_) => Reply::Id(self.services.enrolments.next_id().0),
            MeetingRequest::List(_) | MeetingRequest::Wrong(_) => Reply::NoContent,
            MeetingRequest::Answer(answer) if answer.action == ResponseAction::Accept => Reply::NoContent,
            MeetingRequest::Answer(_)
            | MeetingRequest::Cancel(_)
            | MeetingRequest::Update(_)
            | MeetingRequest::Nothing => Reply::Done,
        }
    }
}

fn check(request: &MeetingRequest) -> Result<(), &'static str> {
    let (name, intro, password) = match request {
        MeetingRequest::Create(it) => (it.name.as_deref(), it.intro.as_deref(), &it.password),
        MeetingRequest::Update(it) => (it.name.as_deref(), it.intro.as_deref(), &it.password),
        MeetingRequest::Answer(it) => (None, None, &it.password),
        MeetingRequest::List(query) if named(query) > IDS => {
            return Err("a query names at most 100 meetings, creators, users and groups each");
        }
        MeetingRequest::List(_) | MeetingRequest::Cancel(_) | MeetingRequest::Nothing | MeetingRequest::Wrong(_) => {
            return Ok(());
        }
    };
    if name.is_some_and(|name| is_longer(name, NAME)) {
        return Err("the name of a meeting has at most 20 characters");
    }
    if intro.is_some_and(|intro| is_longer(intro, INTRO)) {
        return Err("the intro of a meeting has at most 200 characters");
    }
    if password.as_ref().is_some_and(|Hidden(password)| is_longer(password, PASSWORD)) {
        return Err("the password of a meeting has at most 128 characters");
    }
    Ok(())
}

/// The length of the longest list.
fn named(query: &ListMeetings) -> usize {
    query.ids.len().max(query.creators.len()).max(query.users.len()).max(query.groups.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        GroupId, MeetingId, UserId,
        command::{AnswerMeeting, CreateMeeting, UpdateMeeting},
    };

    fn text(length: usize) -> Option<String> {
        Some("é".repeat(length))
    }

    fn create(name: usize, intro: usize, password: usize) -> MeetingRequest {
        let (name, intro, password) = (text(name), text(intro), text(password).map(Hidden));
        MeetingRequest::Create(CreateMeeting { user: None, group: None, name, intro, password, start_date: None })
    }

    fn update(name: usize, intro: usize, password: usize) -> MeetingRequest {
        let (name, intro, password) = (text(name), text(intro), text(password).map(Hidden));
        MeetingRequest::Update(UpdateMeeting { id: MeetingId(7), name, intro, password, attributes: Vec::new() })
    }

    #[test]
    fn what_is_too_long_is_refused() {
        for request in [create as fn(usize, usize, usize) -> MeetingRequest, update] {
            assert_eq!(check(&request(NAME, INTRO, PASSWORD)), Ok(()));
            for (name, intro, password) in [(NAME + 1, 0, 0), (0, INTRO + 1, 0), (0, 0, PASSWORD + 1)] {
                assert!(check(&request(name, intro, password)).is_err(), "{name} {intro} {password}");
            }
        }
        let answer = |password| {
            let (id, action, attributes) = (MeetingId(7), ResponseAction::Accept, Vec::new());
            MeetingRequest::Answer(AnswerMeeting { id, action, password: text(password).map(Hidden), attributes })
        };
        assert_eq!((check(&answer(PASSWORD)), check(&answer(PASSWORD + 1)).is_err()), (Ok(()), true));
    }

    #[test]
    fn no_list_of_a_query_is_too_long() {
        let list = |count| {
            [
                ListMeetings { ids: vec![MeetingId(1); count], ..ListMeetings::default() },
                ListMeetings { creators: vec![UserId(1); count], ..ListMeetings::default() },
                ListMeetings { users: vec![UserId(1); count], ..ListMeetings::default() },
                ListMeetings { groups: vec![GroupId(1); count], ..ListMeetings::default() },
            ]
            .map(MeetingRequest::List)
        };
        assert!(list(IDS).iter().all(|query| check(query).is_ok()));
        assert!(list(IDS + 1).iter().all(|query| check(query).is_err()));
    }
}
