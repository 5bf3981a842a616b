//! Who arranges the meetings of users.

use std::sync::Arc;

use super::{Hooks, Outcome, chain::settled, exposure::ask, table::Table};
use crate::{
    dispatch::wasm::{Arranged, Hook, Plugin, Traits},
    model::{Context, approval::ResponseAction, command::MeetingRequest, hidden::Hidden, meeting::Meeting},
};

/// Meetings in one answer.
const MEETINGS: usize = 1_000;
/// Bytes of all their texts.
const MEETING_BYTES: usize = 1 << 20;
/// Bytes of what lets a participant in.
const TOKEN_BYTES: usize = 16 << 10;
/// Users who are told of one request.
const NOTIFY: usize = 1_000;

impl Hooks {
    /// Provider: carries out a request about meetings. The first plugin that does not pass decides.
    pub(in crate::dispatch) async fn conference_meeting(
        &self,
        context: &Context,
        request: &MeetingRequest,
    ) -> Outcome<Arranged> {
        let Some(plugins) = Table::on(&self.table, Hook::ConferenceMeeting) else { return Outcome::Pass };
        serve(&plugins, context, request).await
    }
}

async fn serve(plugins: &[Arc<Plugin>], context: &Context, request: &MeetingRequest) -> Outcome<Arranged> {
    for plugin in plugins {
        let (route, outcome) =
            ask!(plugin, Hook::ConferenceMeeting, context, Traits::of(context), conference_meeting(context, request));
        match settled(route.decider(), Hook::ConferenceMeeting, outcome, |arranged| check(request, arranged)) {
            Outcome::Pass => {}
            decided => return decided,
        }
    }
    Outcome::Pass
}

/// Whether an answer is one to this request that a client could do something with.
fn check(request: &MeetingRequest, arranged: &Arranged) -> Result<(), &'static str> {
    let notify = match (request, arranged) {
        (MeetingRequest::Create(_), Arranged::Created(id)) => {
            return if id.0 > 0 { Ok(()) } else { Err("the id of a meeting is positive") };
        }
        (MeetingRequest::List(_), Arranged::Meetings(meetings)) => {
            if meetings.len() > MEETINGS {
                return Err("the answer has more than 1000 meetings");
            }
            let bytes: usize = meetings.iter().map(size).sum();
            return if bytes <= MEETING_BYTES { Ok(()) } else { Err("the texts of the answer are longer than 1 MiB") };
        }
        (MeetingRequest::Answer(answer), Arranged::Access { token: Hidden(token), notify })
            if answer.action == ResponseAction::Accept =>
        {
            if token.len() > TOKEN_BYTES {
                return Err("the token of the answer is longer than 16 KiB");
            }
            notify
        }
        (MeetingRequest::Answer(answer), Arranged::Done { notify }) if answer.action != ResponseAction::Accept => {
            notify
        }
        (MeetingRequest::Cancel(_) | MeetingRequest::Update(_), Arranged::Done { notify }) => notify,
        _ => return Err("the answer is of another kind than the request"),
    };
    if notify.len() <= NOTIFY { Ok(()) } else { Err("the answer has more than 1000 users to tell") }
}

fn size(meeting: &Meeting) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let hidden = |text: &Option<Hidden>| text.as_ref().map_or(0, |Hidden(text)| text.len());
    length(&meeting.name) + length(&meeting.intro) + hidden(&meeting.password) + hidden(&meeting.access_token)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{
        MeetingId, Timestamp, UserId,
        command::{AnswerMeeting, CancelMeeting, CreateMeeting, ListMeetings, UpdateMeeting},
    };

    fn answer(action: ResponseAction) -> MeetingRequest {
        MeetingRequest::Answer(AnswerMeeting { id: MeetingId(7), action, password: None, attributes: Vec::new() })
    }

    fn access(size: usize, users: usize) -> Arranged {
        Arranged::Access { token: Hidden("x".repeat(size)), notify: vec![UserId(1); users] }
    }

    fn done(users: usize) -> Arranged {
        Arranged::Done { notify: vec![UserId(1); users] }
    }

    #[test]
    fn an_answer_fits_its_request() {
        let create =
            CreateMeeting { user: None, group: None, name: None, intro: None, password: None, start_date: None };
        let (id, attributes) = (MeetingId(7), Vec::new());
        let update = UpdateMeeting { id, name: None, intro: None, password: None, attributes: attributes.clone() };
        let (create, update) = (MeetingRequest::Create(create), MeetingRequest::Update(update));
        let cancel = MeetingRequest::Cancel(CancelMeeting { id, attributes });
        let list = MeetingRequest::List(ListMeetings::default());
        let (accept, decline) = (answer(ResponseAction::Accept), answer(ResponseAction::Decline));
        let answers = || [Arranged::Created(id), Arranged::Meetings(Vec::new()), access(1, 1), done(1)];
        for (request, fits) in [(&create, 0), (&list, 1), (&accept, 2), (&decline, 3), (&update, 3), (&cancel, 3)] {
            for (index, answer) in answers().iter().enumerate() {
                assert_eq!(check(request, answer).is_ok(), index == fits, "{request:?}: {answer:?}");
            }
        }
        assert!(check(&create, &Arranged::Created(MeetingId(0))).is_err());
    }

    #[test]
    fn an_answer_has_its_bounds() {
        let (accept, decline) = (answer(ResponseAction::Accept), answer(ResponseAction::Decline));
        assert_eq!(check(&accept, &access(TOKEN_BYTES, NOTIFY)), Ok(()));
        assert!(
            check(&accept, &access(TOKEN_BYTES + 1, 0)).is_err() && check(&accept, &access(0, NOTIFY + 1)).is_err()
        );
        assert_eq!((check(&decline, &done(NOTIFY)), check(&decline, &done(NOTIFY + 1)).is_err()), (Ok(()), true));
        let list = MeetingRequest::List(ListMeetings::default());
        let meetings = |count, size| {
            let meeting = Meeting {
                id: MeetingId(7),
                creator: UserId(1),
                user: None,
                group: None,
                access_token: Some(Hidden("x".repeat(size))),
                name: None,
                intro: None,
                password: None,
                start_date: Timestamp(1),
                end_date: None,
                cancel_date: None,
            };
            Arranged::Meetings(vec![meeting; count])
        };
        assert_eq!(check(&list, &meetings(MEETINGS, 100)), Ok(()));
        assert!(
            check(&list, &meetings(MEETINGS + 1, 1)).is_err() && check(&list, &meetings(2, MEETING_BYTES)).is_err()
        );
    }
}
