//! Arranges meetings as a plugin with a conference service would, without the service. The tests of the server steer it
//! by the names of the meetings.
//!
//! | Name | What happens |
//! | --- | --- |
//! | `!pass` | it is left to others |
//! | `!deny` | it is refused |
//! | `!done` | an answer of another kind |
//! | `!zero` | an id that is none |
//! | `!panic` | panics |
//! | `!long` | whoever accepts gets a token that is too long |
//! | `!crowd` | whoever declines has too many users told |

use serde::{Deserialize, Serialize};
use talaria_sdk::conference_meeting::{Access, Answer, Creation, Meeting, Outcome, Query, Request, Update};
use talaria_sdk::{Context, Response, Target, kv, messages};

const TOO_MANY: u32 = 8100;
const NOT_CREATOR_TO_CANCEL: u32 = 8101;
const NOTHING_TO_CANCEL: u32 = 8103;
const NOT_CREATOR_TO_CHANGE: u32 = 8104;
const NOTHING_TO_CHANGE: u32 = 8105;
const WRONG_PASSWORD: u32 = 8200;
const CANCELED: u32 = 8201;
const NO_INVITATION: u32 = 8205;
/// What the last request was, and in which circumstances.
const ASKED: &str = "asked";

#[derive(Default)]
struct Hall;

/// A meeting as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    creator: i64,
    user: Option<i64>,
    group: Option<i64>,
    name: String,
    intro: Option<String>,
    password: Option<String>,
    start_date: i64,
    cancel_date: Option<i64>,
    /// Who has accepted.
    participants: Vec<i64>,
}

#[talaria_sdk::plugin]
impl Hall {
    fn conference_meeting(&self, ctx: &Context, request: Request) -> Outcome {
        let asked = format!("{:?} {} {:?} {request:?}", ctx.origin, ctx.actor, ctx.device);
        kv::set(ASKED, asked).expect("the entry can be written");
        match request {
            Request::Create(creation) => create(ctx, creation),
            Request::Cancel(id) => cancel(ctx, id),
            Request::List(query) => list(ctx, &query),
            Request::Update(update) => change(ctx, update),
            Request::Answer(answer) => respond(ctx, &answer),
        }
    }
}

fn create(ctx: &Context, creation: Creation) -> Outcome {
    let name = creation.name.unwrap_or_default();
    match name.as_str() {
        "!pass" => return Outcome::Pass,
        "!deny" => return Outcome::deny(TOO_MANY, "one meeting is enough"),
        "!done" => return Outcome::Done(Vec::new()),
        "!zero" => return Outcome::Created(0),
        "!panic" => panic!("the hall panics because a meeting is named so"),
        _ => {}
    }
    let id = (1..).find(|id| find(*id).is_none()).unwrap_or_default();
    let kept = Kept {
        creator: ctx.actor,
        user: creation.user,
        group: creation.group,
        name,
        intro: creation.intro,
        password: creation.password,
        start_date: creation.start_date.unwrap_or(5),
        cancel_date: None,
        participants: Vec::new(),
    };
    keep(id, &kept);
    // The invitation. It is sent after the call, and only where the operator has given an account.
    if let Some(user) = kept.user {
        let sent = messages::send_text(Target::User(user), format!("You are invited to meeting {id}"));
        kv::set("sent", format!("{sent:?}")).expect("the entry can be written");
    }
    Outcome::Created(id)
}

fn cancel(ctx: &Context, id: i64) -> Outcome {
    match find(id) {
        None => Outcome::deny(NOTHING_TO_CANCEL, "there is no such meeting"),
        Some(kept) if kept.creator != ctx.actor => Outcome::deny(NOT_CREATOR_TO_CANCEL, "it is somebody else's"),
        Some(kept) => {
            let told = kept.participants.clone();
            keep(id, &Kept { cancel_date: Some(7), ..kept });
            Outcome::Done(told)
        }
    }
}

/// Those whom the requester created or is invited to; 1001 of them, of a query about group 1001.
fn list(ctx: &Context, query: &Query) -> Outcome {
    if query.groups == [1001] {
        let many = Kept {
            creator: ctx.actor,
            user: None,
            group: Some(1001),
            name: "one of many".into(),
            intro: None,
            password: None,
            start_date: 5,
            cancel_date: None,
            participants: Vec::new(),
        };
        return Outcome::Meetings((1..=1001).map(|id| many.shown(id, ctx.actor)).collect());
    }
    let keys = kv::list_keys("meeting/", None, 100).expect("the keys can be read");
    let ids = keys.iter().filter_map(|key| key.strip_prefix("meeting/")?.parse().ok());
    let meetings = ids.filter(|id| query.ids.is_empty() || query.ids.contains(id)).filter_map(|id| {
        let kept = find(id).filter(|kept| kept.creator == ctx.actor || kept.user == Some(ctx.actor))?;
        Some(kept.shown(id, ctx.actor))
    });
    Outcome::Meetings(meetings.skip(query.skip.map_or(0, |skip| skip as usize)).collect())
}

fn change(ctx: &Context, update: Update) -> Outcome {
    let Some(kept) = find(update.id) else { return Outcome::deny(NOTHING_TO_CHANGE, "there is no such meeting") };
    if kept.creator != ctx.actor {
        return Outcome::deny(NOT_CREATOR_TO_CHANGE, "it is somebody else's");
    }
    let told = kept.participants.clone();
    let changed = Kept {
        name: update.name.unwrap_or(kept.name),
        intro: update.intro.or(kept.intro),
        password: update.password.or(kept.password),
        ..kept
    };
    keep(update.id, &changed);
    Outcome::Done(told)
}

fn respond(ctx: &Context, answer: &Answer) -> Outcome {
    let id = answer.meeting;
    let invited = |kept: &Kept| kept.user == Some(ctx.actor) || kept.group.is_some();
    let Some(mut kept) = find(id).filter(invited) else {
        return Outcome::deny(NO_INVITATION, "there is no such invitation");
    };
    if kept.cancel_date.is_some() {
        return Outcome::deny(CANCELED, "the meeting was called off");
    }
    if answer.response != Response::Accept {
        return match kept.name.as_str() {
            "!crowd" => Outcome::Done(vec![kept.creator; 1001]),
            _ => Outcome::Done(vec![kept.creator]),
        };
    }
    if kept.password != answer.password {
        return Outcome::deny(WRONG_PASSWORD, "the password is another one");
    }
    let token = match kept.name.as_str() {
        "!long" => "x".repeat((16 << 10) + 1),
        _ => format!("token of {} for {id}", ctx.actor),
    };
    let notify = [&[kept.creator], &kept.participants[..]].concat();
    kept.participants.push(ctx.actor);
    keep(id, &kept);
    Outcome::Access(Access { token, notify })
}

impl Kept {
    /// Only its creator sees the password.
    fn shown(&self, id: i64, user: i64) -> Meeting {
        Meeting {
            id,
            creator: self.creator,
            user: self.user,
            group: self.group,
            access_token: None,
            name: Some(self.name.clone()),
            intro: self.intro.clone(),
            password: self.password.clone().filter(|_| self.creator == user),
            start_date: self.start_date,
            end_date: None,
            cancel_date: self.cancel_date,
        }
    }
}

fn find(id: i64) -> Option<Kept> {
    let kept = kv::get(&format!("meeting/{id}")).expect("the entry can be read")?;
    Some(serde_json::from_slice(&kept).expect("it was written here"))
}

fn keep(id: i64, kept: &Kept) {
    let json = serde_json::to_vec(kept).expect("it has no maps");
    kv::set(&format!("meeting/{id}"), json).expect("the entry can be written");
}
