//! Every refusal and failure, mapped to HTTP here and nowhere else, one file a domain:
//! `{"code": "...", "message": "...", "hint": "..."}`.

mod conversations;
mod enrolment;
mod groups;
mod messages;
mod plugins;
mod relationships;
mod shape;
mod users;

use axum::{
    Json,
    extract::{
        multipart::MultipartError,
        rejection::{BytesRejection, PathRejection, QueryRejection},
    },
    http::{HeaderValue, Method, StatusCode, Uri, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use tokio::task::JoinError;

use self::{
    conversations::conversations, enrolment::enrolment, groups::groups, messages::messages, plugins::plugins,
    relationships::relationships, shape::Shape, users::users,
};
use crate::dispatch::{self, SettingError, StoreError, plugins::Error as PluginsError};

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(super) enum Error {
    Unauthorized,
    /// The code that handles the request failed.
    BrokeOff(JoinError),
    NotReady,
    NoRoute(String),
    WrongMethod(Method, String),
    Path(PathRejection),
    Query(QueryRejection),
    Body(BytesRejection),
    Multipart(MultipartError),
    /// The body is no JSON, or not the JSON that is wanted.
    Json(String),
    /// What the path names does not exist.
    NotFound(String),
    Dispatch(dispatch::Error),
    Plugins(PluginsError),
}

/// For paths that lead nowhere.
pub(super) async fn no_route(uri: Uri) -> Error {
    Error::NoRoute(uri.path().to_owned())
}

/// For paths that take other methods.
pub(super) async fn wrong_method(method: Method, uri: Uri) -> Error {
    Error::WrongMethod(method, uri.path().to_owned())
}

impl From<dispatch::Error> for Error {
    fn from(error: dispatch::Error) -> Self {
        Self::Dispatch(error)
    }
}

impl From<PluginsError> for Error {
    fn from(error: PluginsError) -> Self {
        Self::Plugins(error)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let shape = self.shape();
        let mut response = (shape.status, Json(&shape)).into_response();
        if shape.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl Error {
    fn shape(&self) -> Shape {
        match self {
            Self::Unauthorized => Shape::new(StatusCode::UNAUTHORIZED, "unauthorized", "the API token is missing or wrong")
                .hint("send `Authorization: Bearer TOKEN`; the token is in admin.token in the server's data directory, unless configured"),
            Self::BrokeOff(error) => Shape::internal(error),
            Self::NotReady => Shape::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "the server is starting or stopping"),
            Self::NoRoute(path) => Shape::not_found(format!("nothing is at {path}"))
                .hint("there are /v1/users, /v1/groups, /v1/group-types, /v1/messages, /v1/held-messages, /v1/plugins, /plugins/NAME/..., /metrics, /healthz and /readyz; see docs/ADMIN.md"),
            Self::WrongMethod(method, path) => Shape::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                format!("{path} does not take {method}"),
            ),
            Self::Path(rejection) => Shape::invalid(rejection.body_text()),
            Self::Query(rejection) => Shape::invalid(rejection.body_text()),
            Self::Body(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Shape::too_large("the body is too large").hint("the limits are admin.max_body_bytes and plugins.max_file_bytes")
            }
            Self::Body(rejection) => Shape::invalid(rejection.body_text()),
            Self::Multipart(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Shape::too_large("the component is too large").hint("the limit is plugins.max_file_bytes")
            }
            Self::Multipart(error) => Shape::invalid(error.body_text()),
            Self::Json(reason) => Shape::new(StatusCode::BAD_REQUEST, "invalid_json", reason),
            Self::NotFound(message) => Shape::not_found(message),
            Self::Dispatch(error) => dispatch(error),
            Self::Plugins(error) => plugins(error),
        }
    }
}

fn dispatch(error: &dispatch::Error) -> Shape {
    match error {
        dispatch::Error::Users(error) => users(error),
        dispatch::Error::Relationships(error) => relationships(error),
        dispatch::Error::Groups(error) => groups(error),
        dispatch::Error::Conversations(error) => conversations(error),
        dispatch::Error::Enrolment(error) => enrolment(error),
        dispatch::Error::Messages(error) => messages(error),
        dispatch::Error::Denied(denial) => {
            Shape::new(StatusCode::FORBIDDEN, "denied", &denial.text).hint("a plugin refused it")
        }
        dispatch::Error::NotProvided(_) | dispatch::Error::Senseless(_) | dispatch::Error::Invalid(_) => {
            Shape::invalid(error)
        }
    }
}

fn store(error: &StoreError) -> Shape {
    match error {
        StoreError::Conflict => Shape::conflict(error),
        StoreError::Unavailable(_) => Shape::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", error),
        StoreError::Corrupt(_) | StoreError::Engine(_) => Shape::internal(error),
    }
}

fn setting(error: &SettingError) -> Shape {
    match error {
        SettingError::Store(error) => store(error),
        SettingError::Unknown(_)
        | SettingError::WrongType(_)
        | SettingError::NotAllowed(_)
        | SettingError::Immutable(_)
        | SettingError::NotDeletable(_)
        | SettingError::TooManyConversations { .. } => Shape::invalid(error),
    }
}
