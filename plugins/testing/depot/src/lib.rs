//! Answers as if it stored what users upload: where files go is the test's matter. The tests of the server steer it by
//! the names of the files.
//!
//! | Name | What happens |
//! | --- | --- |
//! | `!pass` | it is left to others |
//! | `!deny` | it is refused |
//! | `!done` | an answer of another kind |
//! | `!long` | an answer that is too long |
//! | `!panic` | panics |
//! | `!again` | whenever it is told, it tells again |

use serde::Deserialize;
use talaria_sdk::resource_storage::{Info, Outcome, Query, Request, Upload};
use talaria_sdk::resources::{self, Kind, Resource, ResourceId};
use talaria_sdk::{Config, Context, Description, StartError, kv};

/// The code of a refusal.
const NOT_FRIENDS: u32 = 6100;
const NO_SUCH_THING: u32 = 1302;
/// What the last request was.
const ASKED: &str = "asked";

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Depot {
    url: String,
}

#[talaria_sdk::plugin]
impl Depot {
    fn describe() -> Description {
        Description::with_schema(include_str!("../config.schema.json"))
    }

    fn start(config: Config) -> Result<Self, StartError> {
        let resource = resource(1, 1, "too early");
        assert!(resources::uploaded(&resource).is_err(), "during `start` nothing is told");
        Ok(config.parse()?)
    }

    /// `!again` is told again and again, for as long as the server lets it.
    fn resource_uploaded(&self, ctx: &Context, resources: &[Resource]) -> Result<(), String> {
        for resource in resources.iter().filter(|it| it.name.as_deref() == Some("!again")) {
            let told = resources::uploaded(resource);
            kv::set("again", format!("{} {told:?}", ctx.hop)).map_err(|error| format!("{error:?}"))?;
        }
        Ok(())
    }

    fn resource_storage(&self, ctx: &Context, request: Request) -> Outcome {
        kv::set(ASKED, format!("{request:?}")).expect("the entry can be written");
        match request {
            Request::Upload(upload) => self.upload(ctx, &upload),
            Request::Download(download) => match number(download.id).and_then(name) {
                Some((id, _)) => Outcome::Access(vec![("url".into(), format!("{}/{id}", self.url))]),
                None => Outcome::deny(NO_SUCH_THING, "no such file"),
            },
            Request::Delete(deletion) => match number(deletion.id).and_then(name) {
                Some((id, name)) => {
                    kv::delete(&key(id)).expect("the entry can be deleted");
                    let told = resources::deleted(&resource(id, ctx.actor, &name));
                    kv::set("told", format!("{told:?}")).expect("the entry can be written");
                    Outcome::Done
                }
                None => Outcome::deny(NO_SUCH_THING, "no such file"),
            },
            Request::Share(_) => Outcome::Done,
            Request::List(query) => list(&query),
        }
    }
}

impl Depot {
    fn upload(&self, ctx: &Context, upload: &Upload) -> Outcome {
        let name = upload.name.as_deref().unwrap_or_default();
        match name {
            "!pass" => return Outcome::Pass,
            "!deny" => return Outcome::deny(NOT_FRIENDS, "no friend of yours"),
            "!done" => return Outcome::Done,
            "!long" => return Outcome::Access(vec![("url".into(), "x".repeat(2 << 20))]),
            "!panic" => panic!("the depot panics because a file is named so"),
            _ => {}
        }
        let id = (1..).find(|id| kv::get(&key(*id)).expect("the entry can be read").is_none()).unwrap_or_default();
        kv::set(&key(id), name).expect("the entry can be written");
        // Nobody waits for the bytes here.
        let told = resources::uploaded(&Resource { kind: upload.kind, ..resource(id, ctx.actor, name) });
        kv::set("told", format!("{told:?}")).expect("the entry can be written");
        let field = |name: &str, value: String| (name.to_owned(), value);
        Outcome::Access(vec![
            field("url", self.url.clone()),
            field("id", id.to_string()),
            field("key", format!("files/{id}")),
            field("policy", "of the test".to_owned()),
        ])
    }
}

/// All files; 1001 of them, of a query about group 1001.
fn list(query: &Query) -> Outcome {
    let info = |id: i64, name: String| Info {
        id: id.into(),
        name: Some(name),
        media_type: None,
        uploader: 1,
        creation_date: 5,
    };
    if query.groups == [1001] {
        return Outcome::Infos((0..1001).map(|id| info(id, "one of many".into())).collect());
    }
    let keys = kv::list_keys("file/", None, 100).expect("the keys can be read");
    let ids = keys.iter().filter_map(|key| key.strip_prefix("file/")?.parse().ok());
    Outcome::Infos(ids.filter_map(name).map(|(id, name)| info(id, name)).collect())
}

fn key(id: i64) -> String {
    format!("file/{id}")
}

fn number(id: Option<ResourceId>) -> Option<i64> {
    match id? {
        ResourceId::Number(id) => Some(id),
        ResourceId::Text(text) => text.parse().ok(),
    }
}

fn name(id: i64) -> Option<(i64, String)> {
    let name = kv::get(&key(id)).expect("the entry can be read")?;
    Some((id, String::from_utf8_lossy(&name).into_owned()))
}

fn resource(id: i64, uploader: i64, name: &str) -> Resource {
    Resource {
        kind: Kind::Attachment,
        id: id.into(),
        uploader,
        name: Some(name.to_owned()),
        media_type: None,
        size: 3,
        creation_date: 5,
    }
}
