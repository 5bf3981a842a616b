//! Meetings. What makes no sense is found here and refused later, as other requests are.

use talaria_proto::client::{self as proto, turms_request::Kind};

use super::{
    enums,
    scalar::{date, millis, users},
    value,
};
use crate::model::{
    GroupId, MeetingId, UserId,
    approval::ResponseAction,
    command::{AnswerMeeting, CancelMeeting, CreateMeeting, ListMeetings, MeetingRequest, UpdateMeeting},
    hidden::Hidden,
    meeting::Meeting,
};

impl From<proto::CreateMeetingRequest> for MeetingRequest {
    fn from(it: proto::CreateMeetingRequest) -> Self {
        Self::Create(CreateMeeting {
            user: it.user_id.map(UserId),
            group: it.group_id.map(GroupId),
            name: it.name,
            intro: it.intro,
            password: it.password.map(Hidden),
            start_date: date(it.start_date),
        })
    }
}

impl From<proto::DeleteMeetingRequest> for MeetingRequest {
    fn from(it: proto::DeleteMeetingRequest) -> Self {
        let attributes = value::decode(it.custom_attributes);
        Self::Cancel(CancelMeeting { id: MeetingId(it.id.unwrap_or_default()), attributes })
    }
}

impl From<proto::QueryMeetingsRequest> for MeetingRequest {
    fn from(it: proto::QueryMeetingsRequest) -> Self {
        let (Ok(skip), Ok(limit)) = (count(it.skip), count(it.limit)) else {
            return Self::Wrong("a number of meetings is not negative");
        };
        Self::List(ListMeetings {
            ids: it.ids.into_iter().map(MeetingId).collect(),
            creators: users(it.creator_ids),
            users: users(it.user_ids),
            groups: it.group_ids.into_iter().map(GroupId).collect(),
            created_from: date(it.creation_date_start),
            created_to: date(it.creation_date_end),
            skip,
            limit,
        })
    }
}

impl From<proto::UpdateMeetingRequest> for MeetingRequest {
    fn from(it: proto::UpdateMeetingRequest) -> Self {
        let Some(id) = it.id.filter(|_| it.name.is_some() || it.intro.is_some() || it.password.is_some()) else {
            return Self::Nothing;
        };
        Self::Update(UpdateMeeting {
            id: MeetingId(id),
            name: it.name,
            intro: it.intro,
            password: it.password.map(Hidden),
            attributes: value::decode(it.custom_attributes),
        })
    }
}

impl From<proto::UpdateMeetingInvitationRequest> for MeetingRequest {
    fn from(it: proto::UpdateMeetingInvitationRequest) -> Self {
        match enums::decode_action(it.response_action) {
            None => Self::Wrong("there is no such answer to an invitation"),
            Some(ResponseAction::Ignore) => Self::Nothing,
            Some(action) => Self::Answer(AnswerMeeting {
                id: MeetingId(it.meeting_id),
                action,
                password: it.password.map(Hidden),
                attributes: value::decode(it.custom_attributes),
            }),
        }
    }
}

/// For others to hear of, the user's other devices included: without passwords. A new meeting is found by its
/// invitation.
pub(super) fn relayed(request: &MeetingRequest) -> Option<Kind> {
    Some(match request {
        MeetingRequest::Cancel(it) => Kind::DeleteMeetingRequest(proto::DeleteMeetingRequest {
            id: Some(it.id.0),
            custom_attributes: value::encode(&it.attributes),
        }),
        MeetingRequest::Update(it) => Kind::UpdateMeetingRequest(proto::UpdateMeetingRequest {
            id: Some(it.id.0),
            name: it.name.clone(),
            intro: it.intro.clone(),
            password: None,
            custom_attributes: value::encode(&it.attributes),
        }),
        MeetingRequest::Answer(it) => Kind::UpdateMeetingInvitationRequest(proto::UpdateMeetingInvitationRequest {
            meeting_id: it.id.0,
            password: None,
            response_action: enums::encode_action(it.action),
            custom_attributes: value::encode(&it.attributes),
        }),
        MeetingRequest::Create(_) | MeetingRequest::List(_) | MeetingRequest::Nothing | MeetingRequest::Wrong(_) => {
            return None;
        }
    })
}

pub(super) fn meetings(found: Vec<Meeting>) -> proto::Meetings {
    proto::Meetings { meetings: found.into_iter().map(meeting).collect() }
}

fn meeting(it: Meeting) -> proto::Meeting {
    proto::Meeting {
        id: it.id.0,
        user_id: it.user.map(|user| user.0),
        group_id: it.group.map(|group| group.0),
        creator_id: it.creator.0,
        access_token: it.access_token.map(|token| token.0),
        name: it.name,
        intro: it.intro,
        password: it.password.map(|password| password.0),
        start_date: it.start_date.0,
        end_date: millis(it.end_date),
        cancel_date: millis(it.cancel_date),
        custom_attributes: Vec::new(),
    }
}

fn count(number: Option<i32>) -> Result<Option<u32>, std::num::TryFromIntError> {
    number.map(u32::try_from).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_found() {
        let list = |skip, limit| {
            let request = proto::QueryMeetingsRequest { skip, limit, ..Default::default() };
            matches!(MeetingRequest::from(request), MeetingRequest::List(_))
        };
        assert!(list(Some(0), Some(i32::MAX)) && list(None, None));
        assert!(!list(Some(-1), None) && !list(None, Some(-1)));
        let answer = |response_action| {
            let request = proto::UpdateMeetingInvitationRequest { response_action, ..Default::default() };
            MeetingRequest::from(request)
        };
        assert!(matches!(answer(9), MeetingRequest::Wrong(_)));
        assert_eq!(answer(proto::ResponseAction::Ignore.into()), MeetingRequest::Nothing);
        assert!(matches!(answer(proto::ResponseAction::Decline.into()), MeetingRequest::Answer(_)));
    }

    #[test]
    fn what_changes_nothing_is_found() {
        let update = |id, name: Option<&str>, password: Option<&str>| {
            let (name, password) = (name.map(Into::into), password.map(Into::into));
            MeetingRequest::from(proto::UpdateMeetingRequest { id, name, password, ..Default::default() })
        };
        for nothing in [update(None, Some("x"), None), update(Some(7), None, None)] {
            assert_eq!(nothing, MeetingRequest::Nothing);
        }
        for something in [update(Some(7), Some(""), None), update(Some(7), None, Some("x"))] {
            assert!(matches!(something, MeetingRequest::Update(_)), "{something:?}");
        }
    }

    #[test]
    fn passwords_are_not_shown() {
        let password = Some("secret".to_owned());
        let create = proto::CreateMeetingRequest { password: password.clone(), ..Default::default() };
        let update = proto::UpdateMeetingRequest { id: Some(7), password: password.clone(), ..Default::default() };
        let answer = proto::UpdateMeetingInvitationRequest { password, ..Default::default() };
        for request in [MeetingRequest::from(create), update.into(), answer.into()] {
            let (shown, told) = (format!("{request:?}"), format!("{:?}", relayed(&request)));
            assert!(shown.contains("Hidden(***)") && !shown.contains("secret"), "{shown}");
            assert!(!told.contains("secret"), "{told}");
        }
    }
}
