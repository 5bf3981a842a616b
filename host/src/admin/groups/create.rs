//! `POST /v1/groups`: adds groups with their members and answers their ids.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{Context, GroupId, GroupTypeId, UserId, group::NewGroup},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Groups {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    /// A fresh id when absent.
    id: Option<GroupId>,
    #[serde(default)]
    type_id: GroupTypeId,
    owner: UserId,
    name: String,
    intro: Option<String>,
    announcement: Option<String>,
    #[serde(default)]
    members: Vec<UserId>,
}

impl From<Group> for NewGroup {
    fn from(group: Group) -> Self {
        Self {
            id: group.id,
            type_id: group.type_id,
            owner: group.owner,
            name: group.name,
            intro: group.intro,
            announcement: group.announcement,
            members: group.members,
        }
    }
}

pub(in crate::admin) async fn create(
    State(rooms): State<Shared>,
    Body(body): Body<Groups>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let groups = body.groups.into_iter().map(NewGroup::from).collect();
    let ids = rooms.bus.create_groups(&Context::admin(), groups).await?;
    Ok((StatusCode::CREATED, Json(json!({ "ids": ids }))))
}
