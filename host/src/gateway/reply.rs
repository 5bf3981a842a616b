//! Which status code of the protocol a refusal is, and what its user is told. The only place where clients' codes are chosen.

use crate::{
    dispatch::{Error, GroupsError, MessagesError, RelationshipsError, StoreError, UsersError},
    model::Code,
};

/// The code that a client is answered, with the text for its user. Internal faults are logged here, once, and nothing of
/// them goes out.
pub(crate) fn refusal(error: Error) -> (i32, Option<String>) {
    let code = match error {
        // Plugins have numbers of their own, which are no `Code`.
        Error::Denied(denial) => return (denial.code, (!denial.text.is_empty()).then_some(denial.text)),
        Error::Users(ref error) => users(error),
        Error::Relationships(ref error) => relationships(error),
        Error::Groups(ref error) => groups(error),
        Error::Messages(ref error) => messages(error),
        Error::Unsupported(_) => Code::IllegalArgument,
        Error::Invalid(_) => Code::InvalidRequest,
    };
    // These stand for many causes, so the cause is told. No internal fault has one of them.
    if matches!(code, Code::IllegalArgument | Code::InvalidRequest | Code::ResourceNotFound) {
        return (code.number(), Some(error.to_string()));
    }
    coded(code)
}

/// A code with its own text.
pub(crate) fn coded(code: Code) -> (i32, Option<String>) {
    (code.number(), Some(code.reason().to_owned()))
}

fn users(error: &UsersError) -> Code {
    match error {
        UsersError::Store(error) => store(error),
        UsersError::Hashing(_) => {
            tracing::error!(%error, "a password could not be checked");
            Code::ServerInternalError
        }
        UsersError::UnsupportedVersion(_) => Code::UnsupportedClientVersion,
        UsersError::ForbiddenDevice => Code::LoginFromForbiddenDeviceType,
        UsersError::WrongCredentials => Code::LoginAuthenticationFailed,
        UsersError::NotActive => Code::LoggingInUserNotActive,
        UsersError::SearchDisabled => Code::SearchingUserIsDisabled,
        UsersError::Exists => Code::RecordContainsDuplicateKey,
        UsersError::Unknown(_) => Code::ResourceNotFound,
        UsersError::LoginAsOffline
        | UsersError::InvalidLocation
        | UsersError::InvalidId(_)
        | UsersError::TooLong { .. }
        | UsersError::TooShort { .. }
        | UsersError::UnknownProfileAccess
        | UsersError::UnknownAttribute
        | UsersError::UnknownStatus
        | UsersError::TooMany { .. } => Code::IllegalArgument,
    }
}

fn relationships(error: &RelationshipsError) -> Code {
    match error {
        RelationshipsError::Store(error) => store(error),
        RelationshipsError::Exists => Code::CreateExistingRelationship,
        RelationshipsError::AlreadyInGroup => Code::RecordContainsDuplicateKey,
        RelationshipsError::WithOneself
        | RelationshipsError::InvalidUser(_)
        | RelationshipsError::InvalidGroup(_)
        | RelationshipsError::SameGroup => Code::IllegalArgument,
    }
}

fn groups(error: &GroupsError) -> Code {
    match error {
        GroupsError::Store(error) => store(error),
        GroupsError::UnknownType => Code::CreateGroupWithNonexistentGroupType,
        GroupsError::ForbiddenType => Code::NoPermissionToCreateGroupWithGroupType,
        GroupsError::Inactive => Code::AddUserToInactiveGroup,
        GroupsError::JoinByInvitation => Code::UserJoinGroupWithoutAcceptingGroupInvitation,
        GroupsError::JoinByQuestions => Code::UserJoinGroupWithoutAnsweringGroupQuestion,
        GroupsError::JoinByRequest => Code::UserJoinGroupWithoutSendingGroupJoinRequest,
        GroupsError::NeedsApproval => Code::AddUserToGroupRequiringUsersApproval,
        GroupsError::NotOwnerToAdd => Code::NotGroupOwnerToAddGroupMember,
        GroupsError::NotManagerToAdd => Code::NotGroupOwnerOrManagerToAddGroupMember,
        GroupsError::NotMemberToAdd => Code::NotGroupMemberToAddGroupMember,
        GroupsError::NotOwnerToAddManager => Code::NotGroupOwnerToAddGroupManager,
        GroupsError::UnknownUser(_) => Code::ResourceNotFound,
        GroupsError::Blocked => Code::AddBlockedUserToGroup,
        GroupsError::Full => Code::AddUserToGroupWithSizeLimitReached,
        GroupsError::AlreadyMember | GroupsError::Exists => Code::RecordContainsDuplicateKey,
        GroupsError::OwnerWithoutSuccessor => Code::GroupOwnerQuitWithoutSpecifyingSuccessor,
        GroupsError::NotOwnerToTransfer => Code::NotGroupOwnerToTransferGroup,
        GroupsError::SuccessorNotMember => Code::GroupSuccessorNotGroupMember,
        GroupsError::NotManagerToRemove => Code::NotGroupOwnerOrManagerToRemoveGroupMember,
        GroupsError::NotOwnerToRemove => Code::NotGroupOwnerToRemoveGroupOwnerOrManager,
        GroupsError::NotMemberToQuery => Code::NotGroupMemberToQueryGroupMemberInfo,
        GroupsError::NegativeScore
        | GroupsError::TooManyMembers { .. }
        | GroupsError::InvalidUser(_)
        | GroupsError::SelfWithOthers
        | GroupsError::JoinWithRole
        | GroupsError::RoleMissing
        | GroupsError::RoleNotAllowed
        | GroupsError::SuccessorWithMembers
        | GroupsError::InvalidId(_)
        | GroupsError::TooMany { .. } => Code::IllegalArgument,
    }
}

fn messages(error: &MessagesError) -> Code {
    match error {
        MessagesError::Store(error) => store(error),
        MessagesError::SourceNotVisible => Code::NotMessageRecipientOrSenderToForwardMessage,
        MessagesError::ToOneself => Code::SendingMessagesToOneselfIsDisabled,
        MessagesError::RecipientNotActive => Code::MessageRecipientNotActive,
        MessagesError::BlockedByRecipient => Code::BlockedUserSendPrivateMessage,
        MessagesError::NotFriend => Code::NotFriendToSendPrivateMessage,
        MessagesError::GroupInactive => Code::SendMessageToInactiveGroup,
        MessagesError::GroupMuted => Code::SendMessageToMutedGroup,
        MessagesError::MemberMuted => Code::MutedGroupMemberSendMessage,
        MessagesError::NotMemberToSend => Code::NotSpeakableGroupGuestToSendMessage,
        MessagesError::BlockedByGroup => Code::BlockedUserSendGroupMessage,
        MessagesError::NotMemberToQuery => Code::NotGroupMemberToQueryGroupMessages,
        MessagesError::ConversationKindMissing => Code::InvalidRequest,
        MessagesError::System
        | MessagesError::NoTarget
        | MessagesError::TextTooLong { .. }
        | MessagesError::RecordsTooLarge { .. }
        | MessagesError::NegativeBurnAfter
        | MessagesError::FutureDate
        | MessagesError::InvalidCount => Code::IllegalArgument,
    }
}

fn store(error: &StoreError) -> Code {
    match error {
        StoreError::Conflict => Code::RecordContainsDuplicateKey,
        StoreError::Unavailable(_) => {
            tracing::error!(%error, "the store does not answer");
            Code::ServerUnavailable
        }
        StoreError::Corrupt(_) | StoreError::Engine(_) => {
            tracing::error!(%error, "the store failed");
            Code::ServerInternalError
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dispatch::Denial, model::UserId};

    fn told(error: impl Into<Error>) -> (i32, String) {
        let (code, reason) = refusal(error.into());
        (code, reason.unwrap())
    }

    #[test]
    fn a_cause_with_a_code_of_its_own_has_its_text() {
        assert_eq!(told(UsersError::WrongCredentials), (2011, Code::LoginAuthenticationFailed.reason().into()));
        assert_eq!(told(UsersError::NotActive).0, 2012);
        assert_eq!(told(RelationshipsError::Exists).0, 2501);
        assert_eq!(told(GroupsError::NotMemberToQuery).0, 3421);
        assert_eq!(told(MessagesError::BlockedByRecipient).0, 5002);
    }

    #[test]
    fn a_code_of_many_causes_tells_the_cause() {
        let too_long = told(UsersError::TooLong { field: "name", max: 20 });
        assert_eq!(too_long, (1102, "the name is longer than 20 characters".into()));
        assert_eq!(told(UsersError::Unknown(UserId(9))), (1302, "there is no user 9".into()));
        let kind = told(MessagesError::ConversationKindMissing);
        assert_eq!(kind, (1100, "the query does not say whether it is about groups".into()));
        let unsupported = told(Error::Unsupported("create_meeting_request"));
        assert_eq!(unsupported, (1102, "requests of the kind create_meeting_request are not supported".into()));
        assert_eq!(told(Error::Invalid("twice")), (1100, "twice".into()));
    }

    #[test]
    fn a_plugin_chooses_code_and_text() {
        let denial = |text: &str| Error::Denied(Denial { code: 20_001, text: text.into() });
        assert_eq!(refusal(denial("not on Sundays")), (20_001, Some("not on Sundays".into())));
        assert_eq!(refusal(denial("")), (20_001, None));
    }

    #[test]
    fn nothing_of_an_internal_fault_goes_out() {
        let failed = (1200, Code::ServerInternalError.reason().to_owned());
        assert_eq!(told(UsersError::Store(StoreError::Corrupt("row 7 of the secret table".into()))), failed);
        assert_eq!(told(UsersError::Hashing("salt".into())), failed);
        assert_eq!(told(MessagesError::Store(StoreError::Engine("disk /dev/sda1 is full".into()))), failed);
        let unavailable = told(GroupsError::Store(StoreError::Unavailable("10.0.0.1 is down".into())));
        assert_eq!(unavailable, (1201, Code::ServerUnavailable.reason().into()));
        assert_eq!(told(RelationshipsError::Store(StoreError::Conflict)).0, 1103);
    }
}
