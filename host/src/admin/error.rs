//! Every refusal and failure, mapped to HTTP in this one file: `{"code": "...", "message": "...", "hint": "..."}`.

use axum::{
    Json,
    extract::{
        multipart::MultipartError,
        rejection::{BytesRejection, PathRejection, QueryRejection},
    },
    http::{HeaderValue, Method, StatusCode, Uri, header::WWW_AUTHENTICATE},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::dispatch::{
    self, ConversationsError, EnrolmentError, GroupsError, MessagesError, RelationshipsError, SettingError, StoreError,
    UsersError,
    plugins::{Error as PluginsError, LoadError, ManifestError},
};

/// Why a request is not answered as asked.
#[derive(Debug)]
pub(super) enum Error {
    Unauthorized,
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

/// What goes over the wire.
#[derive(Serialize, Debug)]
struct Shape {
    #[serde(skip)]
    status: StatusCode,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'static str>,
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

impl Shape {
    fn new(status: StatusCode, code: &'static str, message: impl std::fmt::Display) -> Self {
        Self { status, code, message: message.to_string(), hint: None }
    }

    fn hint(self, hint: &'static str) -> Self {
        Self { hint: Some(hint), ..self }
    }

    fn invalid(message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "invalid", message)
    }

    fn not_found(message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    fn conflict(message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    fn forbidden(message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", message)
    }

    fn too_large(message: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", message)
    }

    /// Logged here, and nowhere else; whoever asked learns no more than that.
    fn internal(cause: impl std::fmt::Display) -> Self {
        tracing::error!("an administrative request failed: {cause}");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed").hint("the server's log says why")
    }
}

impl Error {
    fn shape(&self) -> Shape {
        match self {
            Self::Unauthorized => Shape::new(StatusCode::UNAUTHORIZED, "unauthorized", "the API token is missing or wrong")
                .hint("send `Authorization: Bearer TOKEN`; the token is in admin.token in the server's data directory, unless configured"),
            Self::NotReady => Shape::new(StatusCode::SERVICE_UNAVAILABLE, "not_ready", "the server is starting or stopping"),
            Self::NoRoute(path) => Shape::not_found(format!("nothing is at {path}"))
                .hint("there are /v1/users, /v1/groups, /v1/group-types, /v1/plugins, /metrics, /healthz and /readyz; see docs/ADMIN.md"),
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

fn users(error: &UsersError) -> Shape {
    match error {
        UsersError::Store(error) => store(error),
        UsersError::Setting(error) => setting(error),
        UsersError::Hashing(_) => Shape::internal(error),
        UsersError::Exists => Shape::conflict(error),
        UsersError::Unknown(_) => Shape::not_found(error),
        UsersError::ForbiddenDevice
        | UsersError::LocationDisabled
        | UsersError::WrongCredentials
        | UsersError::NotActive
        | UsersError::SearchDisabled => Shape::forbidden(error),
        UsersError::UnsupportedVersion(_)
        | UsersError::LoginAsOffline
        | UsersError::InvalidLocation
        | UsersError::DetailsTooLong { .. }
        | UsersError::InvalidNearbyCount { .. }
        | UsersError::InvalidNearbyDistance { .. }
        | UsersError::InvalidId(_)
        | UsersError::TooLong { .. }
        | UsersError::TooShort { .. }
        | UsersError::UnknownProfileAccess
        | UsersError::UnknownStatus
        | UsersError::UnknownRole(_)
        | UsersError::TooManyIds { .. }
        | UsersError::TooMany { .. } => Shape::invalid(error),
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

fn relationships(error: &RelationshipsError) -> Shape {
    match error {
        RelationshipsError::Store(error) => store(error),
        RelationshipsError::Exists
        | RelationshipsError::AlreadyInGroup
        | RelationshipsError::FriendRequestExists
        | RelationshipsError::NotPendingToRecall
        | RelationshipsError::NotPendingToAnswer => Shape::conflict(error),
        RelationshipsError::BlockedByRecipient
        | RelationshipsError::RecallDisabled
        | RelationshipsError::NotSenderToRecall
        | RelationshipsError::NotRecipientToAnswer => Shape::forbidden(error),
        RelationshipsError::WithOneself
        | RelationshipsError::InvalidUser(_)
        | RelationshipsError::InvalidGroup(_)
        | RelationshipsError::SameGroup
        | RelationshipsError::TooMany { .. }
        | RelationshipsError::TooManyGroups { .. }
        | RelationshipsError::NameTooLong { .. }
        | RelationshipsError::DefaultGroup
        | RelationshipsError::TooLong { .. }
        | RelationshipsError::UnknownAction
        | RelationshipsError::TooManyFriendRequests { .. } => Shape::invalid(error),
    }
}

fn groups(error: &GroupsError) -> Shape {
    match error {
        GroupsError::Store(error) => store(error),
        GroupsError::Setting(error) => setting(error),
        GroupsError::Exists
        | GroupsError::AlreadyMember
        | GroupsError::AlreadyBlocked
        | GroupsError::TypeInUse
        | GroupsError::TooManyJoined { .. }
        | GroupsError::Full => Shape::conflict(error),
        GroupsError::UnknownUser(_)
        | GroupsError::UnknownType
        | GroupsError::UnknownNewType
        | GroupsError::NoSuchType(_)
        | GroupsError::Inactive
        | GroupsError::UpdateInactive
        | GroupsError::RoleInInactive
        | GroupsError::MuteInInactive
        | GroupsError::MemberOfInactive
        | GroupsError::UnknownMember
        | GroupsError::MuteUnknown => Shape::not_found(error),
        GroupsError::ForbiddenType
        | GroupsError::JoinByInvitation
        | GroupsError::JoinByQuestions
        | GroupsError::JoinByRequest
        | GroupsError::NeedsApproval
        | GroupsError::NotOwnerToAdd
        | GroupsError::NotManagerToAdd
        | GroupsError::NotMemberToAdd
        | GroupsError::NotOwnerToAddManager
        | GroupsError::Blocked
        | GroupsError::OwnerWithoutSuccessor
        | GroupsError::NotOwnerToTransfer
        | GroupsError::SuccessorNotMember
        | GroupsError::NotManagerToRemove
        | GroupsError::NotOwnerToRemove
        | GroupsError::NotMemberToQuery
        | GroupsError::TooManyOwned
        | GroupsError::NotOwnerToUpdate
        | GroupsError::NotManagerToUpdate
        | GroupsError::NotMemberToUpdate
        | GroupsError::TypeChangeDisabled
        | GroupsError::NotOwnerToChangeType
        | GroupsError::ForbiddenNewType
        | GroupsError::NotOwnerToDelete
        | GroupsError::NotOwnerToSetRole
        | GroupsError::NotManagerToMute
        | GroupsError::MuteOfEqual
        | GroupsError::NotOwnerToUpdateMember
        | GroupsError::NotManagerToUpdateMember
        | GroupsError::NotMemberToUpdateMember
        | GroupsError::NotManagerToBlock
        | GroupsError::NotManagerToUnblock
        | GroupsError::SearchDisabled => Shape::forbidden(error),
        GroupsError::NegativeScore
        | GroupsError::TooManyIds { .. }
        | GroupsError::TooManyMembers { .. }
        | GroupsError::InvalidUser(_)
        | GroupsError::InvalidId(_)
        | GroupsError::TooLong { .. }
        | GroupsError::RoleNotGiven
        | GroupsError::MuteOneself
        | GroupsError::BlockOneself
        | GroupsError::TooManyBlocked { .. }
        | GroupsError::InvalidTypeId(_)
        | GroupsError::NoMembersInType
        | GroupsError::DefaultType
        | GroupsError::SelfWithOthers
        | GroupsError::JoinWithRole
        | GroupsError::RoleMissing
        | GroupsError::RoleNotAllowed
        | GroupsError::SuccessorWithMembers
        | GroupsError::TooMany { .. } => Shape::invalid(error),
    }
}

fn conversations(error: &ConversationsError) -> Shape {
    match error {
        ConversationsError::Store(error) => store(error),
        ConversationsError::Setting(error) => setting(error),
        ConversationsError::GroupInactive => Shape::not_found(error),
        ConversationsError::ReadReceiptsDisabled
        | ConversationsError::NotMemberToRead
        | ConversationsError::ReadReceiptsDisabledByGroup
        | ConversationsError::MovingBack
        | ConversationsError::TypingDisabled
        | ConversationsError::NotMemberToType
        | ConversationsError::NotFriendToType
        | ConversationsError::NotRelatedToSet
        | ConversationsError::NotMemberToSet => Shape::forbidden(error),
        ConversationsError::NoConversation
        | ConversationsError::WithOneself
        | ConversationsError::TooMany { .. }
        | ConversationsError::InvalidCount => Shape::invalid(error),
    }
}

fn enrolment(error: &EnrolmentError) -> Shape {
    match error {
        EnrolmentError::Store(error) => store(error),
        EnrolmentError::Groups(error) => groups(error),
        EnrolmentError::MemberAnswers
        | EnrolmentError::MemberRequests
        | EnrolmentError::RequestNotPendingToRecall
        | EnrolmentError::RequestNotPending
        | EnrolmentError::InviteeIsMember
        | EnrolmentError::InvitationNotPendingToRecall
        | EnrolmentError::InvitationNotPending
        | EnrolmentError::TooManyJoined { .. }
        | EnrolmentError::Full => Shape::conflict(error),
        EnrolmentError::QuestionForInactive
        | EnrolmentError::AnswerForInactive
        | EnrolmentError::RequestToInactive
        | EnrolmentError::EntryToInactive => Shape::not_found(error),
        EnrolmentError::NotManagerToAsk
        | EnrolmentError::NotManagerToRemoveQuestion
        | EnrolmentError::NotManagerToChangeQuestion
        | EnrolmentError::NotManagerToSeeAnswers
        | EnrolmentError::QuestionWhereRequested
        | EnrolmentError::QuestionWhereInvited
        | EnrolmentError::QuestionWhereOpen
        | EnrolmentError::BlockedAnswers
        | EnrolmentError::AnswerWhereNotQuestioned
        | EnrolmentError::BlockedRequests
        | EnrolmentError::NotSenderToRecall
        | EnrolmentError::NotManagerToQueryRequests
        | EnrolmentError::RequestWhereOpen
        | EnrolmentError::RequestWhereInvited
        | EnrolmentError::RequestWhereQuestioned
        | EnrolmentError::RequestRecallDisabled
        | EnrolmentError::NotManagerToAnswer
        | EnrolmentError::InviteeIsBlocked
        | EnrolmentError::InvitationNotNeeded
        | EnrolmentError::NotOwnerToInvite
        | EnrolmentError::NotManagerToInvite
        | EnrolmentError::NotMemberToInvite
        | EnrolmentError::InvitationRecallDisabled
        | EnrolmentError::NotManagerToRecall
        | EnrolmentError::NotInviterToRecall
        | EnrolmentError::NotInvitee
        | EnrolmentError::NotManagerToQueryInvitations
        | EnrolmentError::EntryOfBlocked => Shape::forbidden(error),
        EnrolmentError::TooLong { .. }
        | EnrolmentError::TooManyPending { .. }
        | EnrolmentError::UnknownAction
        | EnrolmentError::InvalidUser(_)
        | EnrolmentError::QuestionIncomplete
        | EnrolmentError::NegativeScore
        | EnrolmentError::TooManyAnswers { .. }
        | EnrolmentError::TooManyQuestions { .. }
        | EnrolmentError::NoAnswers => Shape::invalid(error),
    }
}

fn messages(error: &MessagesError) -> Shape {
    match error {
        MessagesError::Store(error) => store(error),
        MessagesError::RecipientNotActive
        | MessagesError::GroupInactive
        | MessagesError::NotVisible
        | MessagesError::EditInDeletedGroup
        | MessagesError::RecallInDeletedGroup => Shape::not_found(error),
        MessagesError::SourceNotVisible
        | MessagesError::ToOneself
        | MessagesError::BlockedByRecipient
        | MessagesError::NotFriend
        | MessagesError::GroupMuted
        | MessagesError::MemberMuted
        | MessagesError::NotMemberToSend
        | MessagesError::BlockedByGroup
        | MessagesError::NotMemberToQuery
        | MessagesError::EditDisabled
        | MessagesError::NotSenderToEdit
        | MessagesError::NotEditableInGroup
        | MessagesError::RecallDisabled
        | MessagesError::NotSenderToRecall
        | MessagesError::RecallTooLate => Shape::forbidden(error),
        MessagesError::System
        | MessagesError::NoTarget
        | MessagesError::TextTooLong { .. }
        | MessagesError::RecordsTooLarge { .. }
        | MessagesError::NegativeBurnAfter
        | MessagesError::FutureDate
        | MessagesError::FutureRecall
        | MessagesError::TooMany { .. }
        | MessagesError::TooManyReactions { .. }
        | MessagesError::NoConversation
        | MessagesError::KeyTooLong { .. }
        | MessagesError::ConversationKindMissing
        | MessagesError::SearchDisabled
        | MessagesError::NothingToSearch
        | MessagesError::SearchTooLong { .. }
        | MessagesError::InvalidCount => Shape::invalid(error),
    }
}

fn plugins(error: &PluginsError) -> Shape {
    match error {
        PluginsError::Manifest(error) => manifest(error),
        PluginsError::Load(error) => load(error),
        PluginsError::MissingGrants { .. } => Shape::new(StatusCode::FORBIDDEN, "missing_grants", error)
            .hint("give them with `grants`, or install with `talaria plugin install`, which asks"),
        PluginsError::NotFound(_) => Shape::not_found(error),
        PluginsError::TwoFiles { .. } | PluginsError::OtherPlugin { .. } => Shape::conflict(error),
        PluginsError::UnknownGrant(_) | PluginsError::ConfigNotAnObject | PluginsError::NotAnObserver(_) => {
            Shape::invalid(error)
        }
        // The operator's own directory, and the operator's to mend.
        PluginsError::Directory { .. } | PluginsError::File { .. } => {
            tracing::error!("{error}");
            Shape::new(StatusCode::INTERNAL_SERVER_ERROR, "plugin_directory", error)
        }
        PluginsError::Store(error) => store(error),
    }
}

fn manifest(error: &ManifestError) -> Shape {
    match error {
        ManifestError::TooLarge { .. } => Shape::too_large(error),
        ManifestError::NotWasm
        | ManifestError::Malformed(_)
        | ManifestError::NotAComponent
        | ManifestError::NoMetadata(_)
        | ManifestError::BadName(_)
        | ManifestError::WrongVersion { .. }
        | ManifestError::UnknownImport(_)
        | ManifestError::NoLifecycle
        | ManifestError::NoHook => Shape::new(StatusCode::BAD_REQUEST, "invalid_component", error),
    }
}

fn load(error: &LoadError) -> Shape {
    match error {
        LoadError::Compile(_)
        | LoadError::Link(_)
        | LoadError::UnknownHook(_)
        | LoadError::Describe(_)
        | LoadError::Start(_)
        | LoadError::Health(_) => Shape::new(StatusCode::UNPROCESSABLE_ENTITY, "plugin_failed", error)
            .hint("nothing was changed; a version that ran before goes on"),
    }
}
