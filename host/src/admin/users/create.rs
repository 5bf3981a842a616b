//! `POST /v1/users`: adds users, all or none.

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    admin::{error::Error, json::Body, router::Shared},
    model::{
        Context, UserId, UserRoleId,
        hidden::Hidden,
        user::{NewUser, ProfileAccess},
    },
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::admin) struct Users {
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    id: UserId,
    password: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    intro: String,
    #[serde(default)]
    profile_picture: String,
    #[serde(default)]
    profile_access: ProfileAccess,
    active: Option<bool>,
    #[serde(default)]
    role: UserRoleId,
}

impl From<User> for NewUser {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            password: user.password.map(Hidden),
            name: user.name,
            intro: user.intro,
            profile_picture: user.profile_picture,
            profile_access: user.profile_access,
            active: user.active,
            role: user.role,
        }
    }
}

pub(in crate::admin) async fn create(
    State(rooms): State<Shared>,
    Body(body): Body<Users>,
) -> Result<(StatusCode, Json<Value>), Error> {
    let users: Vec<NewUser> = body.users.into_iter().map(NewUser::from).collect();
    let ids: Vec<UserId> = users.iter().map(|user| user.id).collect();
    rooms.bus.create_users(&Context::admin(), users).await?;
    Ok((StatusCode::CREATED, Json(json!({ "ids": ids }))))
}
