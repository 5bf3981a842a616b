//! Which status code of the protocol a refusal is, and what its user is told. The only place where clients' codes are chosen.

use std::borrow::Cow;

use crate::{
    dispatch::{
        ConversationsError, EnrolmentError, Error, GroupsError, MessagesError, RelationshipsError, SettingError,
        StoreError, UsersError,
    },
    model::{Code, command::Provider},
};

/// The code that a client is answered, with the text for its user.
pub(crate) fn refusal(error: &Error) -> (i32, Option<String>) {
    let (number, reason) = code_of(error);
    let text = match reason {
        Some(reason) => (!reason.is_empty()).then(|| reason.into_owned()),
        None => Code::ALL.iter().find(|code| code.number() == number).map(|code| code.reason().to_owned()),
    };
    (number, text)
}

/// A code with its own text.
pub(crate) fn coded(code: Code) -> (i32, Option<String>) {
    (code.number(), Some(code.reason().to_owned()))
}

/// The code of an error as it goes over the wire, and its reason; `None`: the code's own text says it all. Internal faults
/// are logged here, once, and nothing of them goes out.
fn code_of(error: &Error) -> (i32, Option<Cow<'_, str>>) {
    let code = match error {
        // Plugins have numbers of their own, which are no `Code`.
        Error::Denied(denial) => return (denial.code, Some(Cow::Borrowed(&denial.text))),
        Error::Users(error) => users(error),
        Error::Relationships(error) => relationships(error),
        Error::Groups(error) => groups(error),
        Error::Conversations(error) => conversations(error),
        Error::Enrolment(error) => enrolment(error),
        Error::Messages(error) => messages(error),
        Error::NotProvided(Provider::Conference) => Code::ConferenceNotImplemented,
        Error::NotProvided(Provider::Storage) => Code::StorageNotImplemented,
        Error::Senseless(_) => Code::IllegalArgument,
        Error::Invalid(_) => Code::InvalidRequest,
    };
    let reason = match code {
        // These stand for many causes, so the cause is told. No internal fault has one of them.
        Code::IllegalArgument | Code::InvalidRequest | Code::ResourceNotFound => Some(Cow::Owned(error.to_string())),
        _ => None,
    };
    (code.number(), reason)
}

fn users(error: &UsersError) -> Code {
    match error {
        UsersError::Store(error) => store(error),
        UsersError::Setting(error) => setting(error),
        UsersError::Hashing(_) => {
            tracing::error!(%error, "a password could not be checked");
            Code::ServerInternalError
        }
        UsersError::UnsupportedVersion(_) => Code::UnsupportedClientVersion,
        UsersError::ForbiddenDevice => Code::LoginFromForbiddenDeviceType,
        UsersError::WrongCredentials => Code::LoginAuthenticationFailed,
        UsersError::NotActive => Code::LoggingInUserNotActive,
        UsersError::LocationDisabled => Code::UserLocationRelatedFeaturesAreDisabled,
        UsersError::SearchDisabled => Code::SearchingUserIsDisabled,
        UsersError::Exists => Code::RecordContainsDuplicateKey,
        UsersError::Unknown(_) => Code::ResourceNotFound,
        UsersError::LoginAsOffline
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
        | UsersError::TooMany { .. } => Code::IllegalArgument,
    }
}

fn relationships(error: &RelationshipsError) -> Code {
    match error {
        RelationshipsError::Store(error) => store(error),
        RelationshipsError::Exists => Code::CreateExistingRelationship,
        RelationshipsError::AlreadyInGroup => Code::RecordContainsDuplicateKey,
        RelationshipsError::FriendRequestExists => Code::CreateExistingFriendRequest,
        RelationshipsError::BlockedByRecipient => Code::BlockedUserToSendFriendRequest,
        RelationshipsError::RecallDisabled => Code::RecallingFriendRequestIsDisabled,
        RelationshipsError::NotSenderToRecall => Code::NotSenderToRecallFriendRequest,
        RelationshipsError::NotPendingToRecall => Code::RecallNonPendingFriendRequest,
        RelationshipsError::NotRecipientToAnswer => Code::NotRecipientToUpdateFriendRequest,
        RelationshipsError::NotPendingToAnswer => Code::UpdateNonPendingFriendRequest,
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
        | RelationshipsError::TooManyFriendRequests { .. } => Code::IllegalArgument,
    }
}

fn groups(error: &GroupsError) -> Code {
    match error {
        GroupsError::Store(error) => store(error),
        GroupsError::Setting(error) => setting(error),
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
        GroupsError::AlreadyMember | GroupsError::AlreadyBlocked | GroupsError::Exists | GroupsError::TypeInUse => {
            Code::RecordContainsDuplicateKey
        }
        GroupsError::UpdateInactive => Code::UpdateInfoOfNonexistentGroup,
        GroupsError::NotOwnerToUpdate => Code::NotGroupOwnerToUpdateGroupInfo,
        GroupsError::NotManagerToUpdate => Code::NotGroupOwnerOrManagerToUpdateGroupInfo,
        GroupsError::NotMemberToUpdate => Code::NotGroupMemberToUpdateGroupInfo,
        GroupsError::TypeChangeDisabled => Code::UpdatingGroupTypeIsDisabled,
        GroupsError::NotOwnerToChangeType => Code::NotGroupOwnerToUpdateGroupType,
        GroupsError::UnknownNewType => Code::UpdateGroupToNonexistentGroupType,
        GroupsError::ForbiddenNewType => Code::NoPermissionToUpdateGroupToGroupType,
        GroupsError::NotOwnerToDelete => Code::NotGroupOwnerToDeleteGroup,
        GroupsError::TooManyOwned => Code::MaxOwnedGroupsReached,
        GroupsError::NotOwnerToSetRole => Code::NotGroupOwnerToUpdateGroupMemberRole,
        GroupsError::RoleInInactive => Code::UpdateGroupMemberRoleOfNonexistentGroup,
        GroupsError::NotOwnerToUpdateMember => Code::NotGroupOwnerToUpdateGroupMemberInfo,
        GroupsError::NotManagerToUpdateMember => Code::NotGroupOwnerOrManagerToUpdateGroupMemberInfo,
        GroupsError::NotMemberToUpdateMember => Code::NotGroupMemberToUpdateGroupMemberInfo,
        GroupsError::MemberOfInactive => Code::UpdateGroupMemberInfoOfNonexistentGroup,
        GroupsError::UnknownMember => Code::UpdateInfoOfNonexistentGroupMember,
        GroupsError::NotManagerToMute => Code::NotGroupOwnerOrManagerToMuteGroupMember,
        GroupsError::MuteOfEqual => Code::MuteGroupMemberWithRoleEqualToOrHigherThanRequester,
        GroupsError::MuteInInactive => Code::MuteGroupMemberOfNonexistentGroup,
        GroupsError::MuteUnknown => Code::MuteNonexistentGroupMember,
        GroupsError::NotManagerToBlock => Code::NotGroupOwnerOrManagerToAddBlockedUser,
        GroupsError::NotManagerToUnblock => Code::NotGroupOwnerOrManagerToRemoveBlockedUser,
        GroupsError::NoSuchType(_) => Code::ResourceNotFound,
        GroupsError::OwnerWithoutSuccessor => Code::GroupOwnerQuitWithoutSpecifyingSuccessor,
        GroupsError::NotOwnerToTransfer => Code::NotGroupOwnerToTransferGroup,
        GroupsError::SuccessorNotMember => Code::GroupSuccessorNotGroupMember,
        GroupsError::NotManagerToRemove => Code::NotGroupOwnerOrManagerToRemoveGroupMember,
        GroupsError::NotOwnerToRemove => Code::NotGroupOwnerToRemoveGroupOwnerOrManager,
        GroupsError::NotMemberToQuery => Code::NotGroupMemberToQueryGroupMemberInfo,
        GroupsError::SearchDisabled => Code::SearchingGroupIsDisabled,
        GroupsError::NegativeScore
        | GroupsError::TooManyJoined { .. }
        | GroupsError::TooManyIds { .. }
        | GroupsError::TooManyMembers { .. }
        | GroupsError::InvalidUser(_)
        | GroupsError::SelfWithOthers
        | GroupsError::JoinWithRole
        | GroupsError::RoleMissing
        | GroupsError::RoleNotAllowed
        | GroupsError::SuccessorWithMembers
        | GroupsError::InvalidId(_)
        | GroupsError::TooLong { .. }
        | GroupsError::RoleNotGiven
        | GroupsError::MuteOneself
        | GroupsError::BlockOneself
        | GroupsError::TooManyBlocked { .. }
        | GroupsError::InvalidTypeId(_)
        | GroupsError::NoMembersInType
        | GroupsError::DefaultType
        | GroupsError::TooMany { .. } => Code::IllegalArgument,
    }
}

fn conversations(error: &ConversationsError) -> Code {
    match error {
        ConversationsError::Store(error) => store(error),
        ConversationsError::Setting(error) => setting(error),
        ConversationsError::ReadReceiptsDisabled => Code::UpdatingReadDateIsDisabled,
        ConversationsError::GroupInactive => Code::UpdatingReadDateOfNonexistentGroupConversation,
        ConversationsError::NotMemberToRead => Code::NotGroupMemberToUpdateReadDateOfGroupConversation,
        ConversationsError::ReadReceiptsDisabledByGroup => Code::UpdatingReadDateIsDisabledByGroup,
        ConversationsError::MovingBack => Code::MovingReadDateForwardIsDisabled,
        ConversationsError::TypingDisabled => Code::UpdatingTypingStatusIsDisabled,
        ConversationsError::NotMemberToType => Code::NotGroupMemberToSendTypingStatus,
        ConversationsError::NotFriendToType => Code::NotFriendToSendTypingStatus,
        ConversationsError::NotRelatedToSet => Code::NotRelatedUserToUpdatePrivateConversationSetting,
        ConversationsError::NotMemberToSet => Code::NotGroupMemberToUpdateGroupConversationSetting,
        ConversationsError::NoConversation
        | ConversationsError::WithOneself
        | ConversationsError::TooMany { .. }
        | ConversationsError::InvalidCount => Code::IllegalArgument,
    }
}

fn enrolment(error: &EnrolmentError) -> Code {
    match error {
        EnrolmentError::Store(error) => store(error),
        EnrolmentError::Groups(error) => groups(error),
        EnrolmentError::EntryToInactive => Code::AddUserToInactiveGroup,
        EnrolmentError::EntryOfBlocked => Code::AddBlockedUserToGroup,
        EnrolmentError::Full => Code::AddUserToGroupWithSizeLimitReached,
        EnrolmentError::NotManagerToAsk => Code::NotGroupOwnerOrManagerToCreateGroupQuestion,
        EnrolmentError::NotManagerToRemoveQuestion => Code::NotGroupOwnerOrManagerToDeleteGroupQuestion,
        EnrolmentError::NotManagerToChangeQuestion => Code::NotGroupOwnerOrManagerToUpdateGroupQuestion,
        EnrolmentError::NotManagerToSeeAnswers => Code::NotGroupOwnerOrManagerToQueryGroupQuestionAnswer,
        EnrolmentError::QuestionForInactive => Code::CreateGroupQuestionForInactiveGroup,
        EnrolmentError::QuestionWhereRequested => Code::CreateGroupQuestionForGroupUsingJoinRequest,
        EnrolmentError::QuestionWhereInvited => Code::CreateGroupQuestionForGroupUsingInvitation,
        EnrolmentError::QuestionWhereOpen => Code::CreateGroupQuestionForGroupUsingMembershipRequest,
        EnrolmentError::BlockedAnswers => Code::GroupQuestionAnswererHasBeenBlocked,
        EnrolmentError::MemberAnswers => Code::GroupMemberAnswerGroupQuestion,
        EnrolmentError::AnswerWhereNotQuestioned => Code::AnswerInactiveGroupQuestion,
        EnrolmentError::AnswerForInactive => Code::AnswerGroupQuestionOfInactiveGroup,
        EnrolmentError::BlockedRequests => Code::BlockedUserSendGroupJoinRequest,
        EnrolmentError::MemberRequests => Code::GroupMemberSendGroupJoinRequest,
        EnrolmentError::NotSenderToRecall => Code::NotSenderToRecallGroupJoinRequest,
        EnrolmentError::NotManagerToQueryRequests => Code::NotGroupOwnerOrManagerToQueryGroupJoinRequest,
        EnrolmentError::RequestNotPendingToRecall => Code::RecallNonPendingGroupJoinRequest,
        EnrolmentError::RequestToInactive => Code::SendGroupJoinRequestToInactiveGroup,
        EnrolmentError::RequestWhereOpen => Code::SendGroupJoinRequestToGroupUsingMembershipRequest,
        EnrolmentError::RequestWhereInvited => Code::SendGroupJoinRequestToGroupUsingInvitation,
        EnrolmentError::RequestWhereQuestioned => Code::SendGroupJoinRequestToGroupUsingQuestion,
        EnrolmentError::RequestRecallDisabled => Code::RecallingGroupJoinRequestIsDisabled,
        EnrolmentError::RequestNotPending => Code::UpdateNonPendingGroupJoinRequest,
        EnrolmentError::NotManagerToAnswer => Code::NotGroupOwnerOrManagerToUpdateGroupJoinRequest,
        EnrolmentError::InviteeIsMember => Code::SendGroupInvitationToGroupMember,
        EnrolmentError::InviteeIsBlocked => Code::SendGroupInvitationToBlockedUser,
        EnrolmentError::InvitationNotNeeded => Code::SendGroupInvitationToGroupNotRequiringUsersApproval,
        EnrolmentError::NotOwnerToInvite => Code::NotGroupOwnerToSendGroupInvitation,
        EnrolmentError::NotManagerToInvite => Code::NotGroupOwnerOrManagerToSendGroupInvitation,
        EnrolmentError::NotMemberToInvite => Code::NotGroupMemberToSendGroupInvitation,
        EnrolmentError::InvitationRecallDisabled => Code::RecallingGroupInvitationIsDisabled,
        EnrolmentError::NotManagerToRecall => Code::NotGroupOwnerOrManagerToRecallGroupInvitation,
        EnrolmentError::NotInviterToRecall => Code::NotGroupOwnerOrManagerOrSenderToRecallGroupInvitation,
        EnrolmentError::InvitationNotPendingToRecall => Code::RecallNonPendingGroupInvitation,
        EnrolmentError::InvitationNotPending => Code::UpdateNonPendingGroupInvitation,
        EnrolmentError::NotInvitee => Code::NotInviteeToUpdateGroupInvitation,
        EnrolmentError::NotManagerToQueryInvitations => Code::NotGroupOwnerOrManagerToQueryGroupInvitation,
        EnrolmentError::TooManyJoined { .. }
        | EnrolmentError::TooLong { .. }
        | EnrolmentError::TooManyPending { .. }
        | EnrolmentError::UnknownAction
        | EnrolmentError::InvalidUser(_)
        | EnrolmentError::QuestionIncomplete
        | EnrolmentError::NegativeScore
        | EnrolmentError::TooManyAnswers { .. }
        | EnrolmentError::TooManyQuestions { .. }
        | EnrolmentError::NoAnswers => Code::IllegalArgument,
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
        MessagesError::NotVisible => Code::ResourceNotFound,
        MessagesError::EditDisabled => Code::UpdatingMessageBySenderIsDisabled,
        MessagesError::NotSenderToEdit => Code::NotSenderToUpdateMessage,
        MessagesError::EditInDeletedGroup => Code::UpdateMessageOfNonexistentGroup,
        MessagesError::NotEditableInGroup => Code::UpdatingGroupMessageBySenderIsDisabled,
        MessagesError::RecallDisabled => Code::RecallingMessageIsDisabled,
        MessagesError::NotSenderToRecall => Code::NotSenderToRecallMessage,
        MessagesError::RecallInDeletedGroup => Code::RecallMessageOfNonexistentGroup,
        MessagesError::RecallTooLate => Code::MessageRecallTimeout,
        MessagesError::ConversationKindMissing => Code::InvalidRequest,
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
        | MessagesError::SearchDisabled
        | MessagesError::NothingToSearch
        | MessagesError::SearchTooLong { .. }
        | MessagesError::InvalidCount => Code::IllegalArgument,
    }
}

fn setting(error: &SettingError) -> Code {
    match error {
        SettingError::Store(error) => store(error),
        SettingError::Unknown(_)
        | SettingError::WrongType(_)
        | SettingError::NotAllowed(_)
        | SettingError::Immutable(_)
        | SettingError::NotDeletable(_)
        | SettingError::TooManyConversations { .. } => Code::IllegalArgument,
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

    fn code(error: impl Into<Error>) -> (i32, Option<String>) {
        let error = error.into();
        let (code, reason) = code_of(&error);
        (code, reason.map(Cow::into_owned))
    }

    #[test]
    fn a_cause_with_a_code_of_its_own_needs_no_reason() {
        assert_eq!(code(UsersError::WrongCredentials), (2011, None));
        assert_eq!(code(UsersError::NotActive), (2012, None));
        assert_eq!(code(RelationshipsError::Exists), (2501, None));
        assert_eq!(code(GroupsError::NotMemberToQuery), (3421, None));
        assert_eq!(code(MessagesError::BlockedByRecipient), (5002, None));
    }

    #[test]
    fn a_code_of_many_causes_tells_the_cause() {
        let too_long = code(UsersError::TooLong { field: "name", max: 20 });
        assert_eq!(too_long, (1102, Some("the name is longer than 20 characters".into())));
        assert_eq!(code(UsersError::Unknown(UserId(9))), (1302, Some("there is no user 9".into())));
        let kind = code(MessagesError::ConversationKindMissing);
        assert_eq!(kind, (1100, Some("the query does not say whether it is about groups".into())));
        assert_eq!(code(Error::Senseless("no picture")), (1102, Some("no picture".into())));
        assert_eq!(code(Error::NotProvided(Provider::Storage)), (6000, None));
        assert_eq!(code(Error::Invalid("twice")), (1100, Some("twice".into())));
    }

    #[test]
    fn a_plugin_speaks_for_itself() {
        let denial = Denial { code: 20_000, text: "not on Sundays".into() };
        assert_eq!(code(Error::Denied(denial)), (20_000, Some("not on Sundays".into())));
    }

    #[test]
    fn a_refusal_always_has_the_best_text_there_is() {
        assert_eq!(refusal(&UsersError::WrongCredentials.into()), coded(Code::LoginAuthenticationFailed));
        let silent = Denial { code: 20_000, text: String::new() };
        assert_eq!(refusal(&Error::Denied(silent)), (20_000, None));
        let fault = Error::Users(UsersError::Store(StoreError::Engine("disk /dev/sda1 is full".into())));
        assert_eq!(refusal(&fault), coded(Code::ServerInternalError));
    }

    #[test]
    fn internal_faults_stay_inside() {
        let corrupt = StoreError::Corrupt("row 7 of the secret table".into());
        assert_eq!(code(UsersError::Store(corrupt)), (1200, None));
        assert_eq!(code(UsersError::Hashing("salt".into())), (1200, None));
        let engine = StoreError::Engine("disk".into());
        assert_eq!(code(MessagesError::Store(engine)), (1200, None));
        let unavailable = StoreError::Unavailable("10.0.0.1 is down".into());
        assert_eq!(code(GroupsError::Store(unavailable)), (1201, None));
        assert_eq!(code(RelationshipsError::Store(StoreError::Conflict)), (1103, None));
    }
}
