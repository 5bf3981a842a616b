//! Asking a plugin about meetings that it arranges.

use super::{Plugin, hooks::deny};
use crate::{
    dispatch::{
        Outcome,
        wasm::{Fault, Hook, bindings::exports::talaria::plugin::conference_meeting as wit, call::Call, convert},
    },
    model::{
        Context, GroupId, MeetingId, Timestamp, UserId, command::MeetingRequest, hidden::Hidden, meeting::Meeting,
    },
};

/// What the plugin that arranges meetings answers, and whom else the server tells of the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Arranged {
    Created(MeetingId),
    Meetings(Vec<Meeting>),
    Access { token: Hidden, notify: Vec<UserId> },
    Done { notify: Vec<UserId> },
}

impl Plugin {
    /// `conference.meeting`
    pub(in crate::dispatch) async fn conference_meeting(
        &self,
        context: &Context,
        request: &MeetingRequest,
    ) -> Result<Outcome<Arranged>, Fault> {
        let named = Named::by(request);
        let Some(request) = asked(request, &named) else { return Ok(Outcome::Pass) };
        let mut call = Call::begin(self, Hook::ConferenceMeeting, context).await?;
        let context = convert::context(context, self.runtime.services.node, call.limit());
        let result = call!(call, conference_meeting.call_serve(context, request));
        let users = |ids: Vec<i64>| ids.into_iter().map(UserId).collect();
        Ok(match call.finish(result)? {
            wit::Outcome::Created(id) => Outcome::Answer(Arranged::Created(MeetingId(id))),
            wit::Outcome::Meetings(found) => {
                Outcome::Answer(Arranged::Meetings(found.into_iter().map(meeting).collect()))
            }
            wit::Outcome::Access(access) => {
                let (token, notify) = (Hidden(access.token), users(access.notify));
                Outcome::Answer(Arranged::Access { token, notify })
            }
            wit::Outcome::Done(notify) => Outcome::Answer(Arranged::Done { notify: users(notify) }),
            wit::Outcome::Deny(denial) => Outcome::Deny(deny(denial)),
            wit::Outcome::Pass => Outcome::Pass,
        })
    }
}

/// The ids that a query names, as numbers.
#[derive(Default)]
struct Named {
    ids: Vec<i64>,
    creators: Vec<i64>,
    users: Vec<i64>,
    groups: Vec<i64>,
}

impl Named {
    fn by(request: &MeetingRequest) -> Self {
        let MeetingRequest::List(query) = request else { return Self::default() };
        Self {
            ids: query.ids.iter().map(|id| id.0).collect(),
            creators: query.creators.iter().map(|user| user.0).collect(),
            users: query.users.iter().map(|user| user.0).collect(),
            groups: query.groups.iter().map(|group| group.0).collect(),
        }
    }
}

/// `None` of what is answered without asking.
fn asked<'a>(request: &'a MeetingRequest, named: &'a Named) -> Option<wit::Request<'a>> {
    let shown = |hidden: &'a Option<Hidden>| hidden.as_ref().map(|Hidden(text)| text.as_str());
    Some(match request {
        MeetingRequest::Create(it) => wit::Request::Create(wit::Creation {
            user: it.user.map(|user| user.0),
            group: it.group.map(|group| group.0),
            name: it.name.as_deref(),
            intro: it.intro.as_deref(),
            password: shown(&it.password),
            start_date: it.start_date.map(|date| date.0),
        }),
        MeetingRequest::Cancel(it) => wit::Request::Cancel(it.id.0),
        MeetingRequest::List(it) => wit::Request::List(wit::Query {
            ids: &named.ids,
            creators: &named.creators,
            users: &named.users,
            groups: &named.groups,
            created_from: it.created_from.map(|date| date.0),
            created_to: it.created_to.map(|date| date.0),
            skip: it.skip,
            limit: it.limit,
        }),
        MeetingRequest::Update(it) => wit::Request::Update(wit::Update {
            id: it.id.0,
            name: it.name.as_deref(),
            intro: it.intro.as_deref(),
            password: shown(&it.password),
        }),
        MeetingRequest::Answer(it) => wit::Request::Answer(wit::Answer {
            meeting: it.id.0,
            response: convert::response(it.action),
            password: shown(&it.password),
        }),
        MeetingRequest::Nothing | MeetingRequest::Wrong(_) => return None,
    })
}

fn meeting(it: wit::Meeting) -> Meeting {
    Meeting {
        id: MeetingId(it.id),
        creator: UserId(it.creator),
        user: it.user.map(UserId),
        group: it.group.map(GroupId),
        access_token: it.access_token.map(Hidden),
        name: it.name,
        intro: it.intro,
        password: it.password.map(Hidden),
        start_date: Timestamp(it.start_date),
        end_date: it.end_date.map(Timestamp),
        cancel_date: it.cancel_date.map(Timestamp),
    }
}
