//! Status codes of the protocol, with the text that a client is shown when nothing better is known.

macro_rules! codes {
    ($($name:ident = $number:literal, $reason:literal;)*) => {
        /// The outcome of a request, numbered as clients know it. 1000 to 1099 are successes.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(i32)]
        pub enum Code {
            $(#[doc = $reason] $name = $number,)*
        }

        impl Code {
            /// All codes, for tests.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The default text for the user.
            #[must_use]
            pub const fn reason(self) -> &'static str {
                match self {
                    $(Self::$name => $reason,)*
                }
            }
        }
    };
}

codes! {
    Ok = 1000, "Done";
    NoContent = 1001, "There is nothing to return";
    AlreadyUpToDate = 1002, "Your copy is current";

    InvalidRequest = 1100, "The request breaks a rule of the protocol";
    ClientRequestsTooFrequent = 1101, "Too many requests; slow down";
    IllegalArgument = 1102, "A value is missing, out of range or not allowed";
    RecordContainsDuplicateKey = 1103, "It exists already";
    SendRequestFromNonexistentSession = 1105, "Log in first";
    UnauthorizedRequest = 1106, "This session may not send requests of this kind";
    ServerInternalError = 1200, "The server failed; try again later";
    ServerUnavailable = 1201, "The server is not available now; try again later";
    Unauthorized = 1300, "You may not do this";
    ResourceNotFound = 1302, "There is no such thing";

    UnsupportedClientVersion = 2000, "This version of the protocol is not supported; use 1";
    LoginTimeout = 2010, "The login took too long";
    LoginAuthenticationFailed = 2011, "The user id or the password is wrong";
    LoggingInUserNotActive = 2012, "There is no such user, or the account is not active";
    LoginFromForbiddenDeviceType = 2013, "This device type may not log in";
    SessionSimultaneousConflictsDecline = 2100, "Another device of yours is online";
    CreateExistingSession = 2103, "This connection is logged in already";
    UpdateHeartbeatOfNonexistentSession = 2104, "Log in before sending heartbeats";
    UserLocationRelatedFeaturesAreDisabled = 2200, "Positions are switched off";
    CreateExistingRelationship = 2501, "There is such a relationship already";

    CreateExistingFriendRequest = 2600, "There is such a friend request already";
    BlockedUserToSendFriendRequest = 2601, "This user has blocked you";
    RecallNonPendingFriendRequest = 2602, "The friend request does not wait for an answer any more";
    RecallingFriendRequestIsDisabled = 2603, "Taking friend requests back is switched off";
    NotSenderToRecallFriendRequest = 2604, "Only its sender may take a friend request back";
    UpdateNonPendingFriendRequest = 2605, "The friend request does not wait for an answer any more";
    NotRecipientToUpdateFriendRequest = 2606, "Only its recipient may answer a friend request";

    UpdateInfoOfNonexistentGroup = 3000, "The group does not exist or is not active";
    NotGroupOwnerToUpdateGroupInfo = 3001, "Only the owner may change what the group is";
    NotGroupOwnerOrManagerToUpdateGroupInfo = 3002, "Only the owner and managers may change what the group is";
    NotGroupMemberToUpdateGroupInfo = 3003, "Only members may change what the group is";
    NoPermissionToCreateGroupWithGroupType = 3100, "You may not create groups of this type";
    CreateGroupWithNonexistentGroupType = 3101, "There is no such group type";
    UpdatingGroupTypeIsDisabled = 3102, "Changing the type of a group is switched off";
    NotGroupOwnerToUpdateGroupType = 3103, "Only the owner may change the type of the group";
    NoPermissionToUpdateGroupToGroupType = 3104, "The owner may not have groups of this type";
    UpdateGroupToNonexistentGroupType = 3105, "There is no such group type";
    NotGroupOwnerToTransferGroup = 3201, "Only its owner may hand a group over";
    NotGroupOwnerToDeleteGroup = 3202, "Only its owner may delete a group";
    GroupSuccessorNotGroupMember = 3203, "The new owner must be a member of the group";
    GroupOwnerQuitWithoutSpecifyingSuccessor = 3204, "The owner must name a successor before leaving";
    MaxOwnedGroupsReached = 3205, "The user owns as many groups as they may";
    NotGroupOwnerOrManagerToCreateGroupQuestion = 3300, "Only the owner and managers may add questions";
    NotGroupOwnerOrManagerToDeleteGroupQuestion = 3301, "Only the owner and managers may remove questions";
    NotGroupOwnerOrManagerToUpdateGroupQuestion = 3302, "Only the owner and managers may change questions";
    NotGroupOwnerOrManagerToQueryGroupQuestionAnswer = 3303, "Only the owner and managers may see the answers";
    CreateGroupQuestionForInactiveGroup = 3304, "The group does not exist or is not active";
    CreateGroupQuestionForGroupUsingJoinRequest = 3305, "This group is joined by a request";
    CreateGroupQuestionForGroupUsingInvitation = 3306, "This group is joined by invitation";
    CreateGroupQuestionForGroupUsingMembershipRequest = 3307, "This group is joined at once";
    GroupQuestionAnswererHasBeenBlocked = 3308, "The group blocks you";
    GroupMemberAnswerGroupQuestion = 3309, "You are a member of the group already";
    AnswerInactiveGroupQuestion = 3310, "This group is not joined by answering questions any more";
    AnswerGroupQuestionOfInactiveGroup = 3311, "The group does not exist or is not active";
    AddUserToGroupRequiringUsersApproval = 3400, "Users join this group by accepting an invitation";
    AddUserToInactiveGroup = 3401, "The group does not exist or is not active";
    NotGroupOwnerToAddGroupManager = 3402, "Only the owner may add a manager";
    AddUserToGroupWithSizeLimitReached = 3403, "The group is full";
    AddBlockedUserToGroup = 3404, "The group blocks this user";
    NotGroupOwnerToAddGroupMember = 3405, "Only the owner may add members to this group";
    NotGroupOwnerOrManagerToAddGroupMember = 3406, "Only the owner and managers may add members to this group";
    NotGroupMemberToAddGroupMember = 3407, "Only members may add members to this group";
    NotGroupOwnerOrManagerToRemoveGroupMember = 3408, "Only the owner and managers may remove members";
    NotGroupOwnerToRemoveGroupOwnerOrManager = 3409, "Only the owner may remove a manager";
    NotGroupOwnerToUpdateGroupMemberRole = 3410, "Only the owner may give roles";
    UpdateGroupMemberRoleOfNonexistentGroup = 3411, "The group does not exist or is not active";
    NotGroupOwnerToUpdateGroupMemberInfo = 3412, "Only the owner may change members";
    NotGroupOwnerOrManagerToUpdateGroupMemberInfo = 3413, "Only the owner and managers may change members";
    NotGroupMemberToUpdateGroupMemberInfo = 3414, "Only members may change members";
    UpdateGroupMemberInfoOfNonexistentGroup = 3415, "The group does not exist or is not active";
    UpdateInfoOfNonexistentGroupMember = 3416, "The user is not a member of the group";
    NotGroupOwnerOrManagerToMuteGroupMember = 3417, "Only the owner and managers may mute members";
    MuteGroupMemberWithRoleEqualToOrHigherThanRequester = 3418, "Only members of a lower role can be muted";
    MuteGroupMemberOfNonexistentGroup = 3419, "The group does not exist or is not active";
    MuteNonexistentGroupMember = 3420, "The user is not a member of the group";
    NotGroupMemberToQueryGroupMemberInfo = 3421, "Only members may see who is in the group";
    UserJoinGroupWithoutAcceptingGroupInvitation = 3422, "This group is joined by accepting an invitation";
    UserJoinGroupWithoutAnsweringGroupQuestion = 3423, "This group is joined by answering its questions";
    UserJoinGroupWithoutSendingGroupJoinRequest = 3424, "This group is joined by a request that it accepts";
    NotGroupOwnerOrManagerToAddBlockedUser = 3500, "Only the owner and managers may block users";
    NotGroupOwnerOrManagerToRemoveBlockedUser = 3501, "Only the owner and managers may unblock users";
    BlockedUserSendGroupJoinRequest = 3600, "The group blocks you";
    GroupMemberSendGroupJoinRequest = 3601, "You are a member of the group already";
    NotSenderToRecallGroupJoinRequest = 3602, "Only who sent a request may take it back";
    NotGroupOwnerOrManagerToQueryGroupJoinRequest = 3603, "Only the owner and managers may see the requests to join";
    RecallNonPendingGroupJoinRequest = 3604, "The request does not wait for an answer any more";
    SendGroupJoinRequestToInactiveGroup = 3605, "The group does not exist or is not active";
    SendGroupJoinRequestToGroupUsingMembershipRequest = 3606, "This group is joined at once";
    SendGroupJoinRequestToGroupUsingInvitation = 3607, "This group is joined by invitation";
    SendGroupJoinRequestToGroupUsingQuestion = 3608, "This group is joined by answering its questions";
    RecallingGroupJoinRequestIsDisabled = 3609, "Taking requests to join back is switched off";
    UpdateNonPendingGroupJoinRequest = 3610, "The request does not wait for an answer any more";
    NotGroupOwnerOrManagerToUpdateGroupJoinRequest = 3611, "Only the owner and managers may answer requests to join";
    SendGroupInvitationToGroupMember = 3700, "The user is a member of the group already";
    SendGroupInvitationToBlockedUser = 3701, "The group blocks this user";
    SendGroupInvitationToGroupNotRequiringUsersApproval = 3702, "Users come into this group without an invitation";
    NotGroupOwnerToSendGroupInvitation = 3703, "Only the owner may invite";
    NotGroupOwnerOrManagerToSendGroupInvitation = 3704, "Only the owner and managers may invite";
    NotGroupMemberToSendGroupInvitation = 3705, "Only members may invite";
    RecallingGroupInvitationIsDisabled = 3706, "Taking invitations back is switched off";
    NotGroupOwnerOrManagerToRecallGroupInvitation = 3707, "Only the owner and managers may take an invitation back";
    NotGroupOwnerOrManagerOrSenderToRecallGroupInvitation = 3708, "Only the owner, managers or who invited may take an invitation back";
    RecallNonPendingGroupInvitation = 3709, "The invitation does not wait for an answer any more";
    UpdateNonPendingGroupInvitation = 3710, "The invitation does not wait for an answer any more";
    NotInviteeToUpdateGroupInvitation = 3711, "Only the invitee may answer an invitation";
    NotGroupOwnerOrManagerToQueryGroupInvitation = 3712, "Only the owner and managers may see the invitations";

    UpdatingReadDateIsDisabled = 4000, "Read dates are switched off";
    UpdatingReadDateIsDisabledByGroup = 4001, "Groups of this type have no read dates";
    UpdatingReadDateOfNonexistentGroupConversation = 4002, "The group does not exist or is not active";
    NotGroupMemberToUpdateReadDateOfGroupConversation = 4003, "Only members read the group's messages";
    MovingReadDateForwardIsDisabled = 4004, "A read date does not go back";
    UpdatingTypingStatusIsDisabled = 4100, "Typing notices are switched off";
    NotGroupMemberToSendTypingStatus = 4101, "Only members tell the group that they are typing";
    NotFriendToSendTypingStatus = 4102, "Only friends are told that you are typing";
    NotRelatedUserToUpdatePrivateConversationSetting = 4200, "Settings need a relationship to this user";
    NotGroupMemberToUpdateGroupConversationSetting = 4201, "Settings need membership in the group";

    MessageRecipientNotActive = 5000, "The recipient does not exist or is not active";
    NotFriendToSendPrivateMessage = 5001, "The recipient takes messages from friends only";
    BlockedUserSendPrivateMessage = 5002, "The recipient has blocked you";
    BlockedUserSendGroupMessage = 5003, "The group has blocked you";
    SendMessageToInactiveGroup = 5004, "The group does not exist or is not active";
    SendMessageToMutedGroup = 5005, "The group is muted";
    SendingMessagesToOneselfIsDisabled = 5007, "Messages to oneself are switched off";
    MutedGroupMemberSendMessage = 5008, "You are muted in this group";
    NotSpeakableGroupGuestToSendMessage = 5009, "Only members may send to this group";
    MessageIsIllegal = 5010, "The message was refused by a filter";
    NotMessageRecipientOrSenderToForwardMessage = 5011, "You may forward only messages that you sent or received";
    UpdatingMessageBySenderIsDisabled = 5100, "Editing messages is switched off";
    NotSenderToUpdateMessage = 5101, "You may edit only messages that you sent";
    UpdateMessageOfNonexistentGroup = 5102, "The group of the message does not exist any more";
    UpdatingGroupMessageBySenderIsDisabled = 5103, "Messages of this group are not edited";
    RecallingMessageIsDisabled = 5201, "Recalling messages is switched off";
    NotSenderToRecallMessage = 5202, "You may recall only messages that you sent";
    RecallMessageOfNonexistentGroup = 5203, "The group of the message does not exist any more";
    MessageRecallTimeout = 5204, "It is too late to recall the message";
    NotGroupMemberToQueryGroupMessages = 5300, "Only members may read the group's messages";

    StorageNotImplemented = 6000, "No plugin provides storage";
    NotFriendToUploadMessageAttachmentInPrivateConversation = 6100, "Only friends are sent attachments";
    NotGroupMemberToUploadMessageAttachmentInGroupConversation = 6101, "Only members send attachments to the group";
    NotUploaderToShareMessageAttachment = 6102, "Only who uploaded an attachment may share it";
    NotUploaderOrGroupManagerToUnshareMessageAttachmentInGroupConversation = 6103, "Only who uploaded it, the owner and managers may take an attachment from the group";
    NotUploaderToUnshareMessageAttachmentInPrivateConversation = 6104, "Only who uploaded it may take an attachment back";
    NotUploaderOrGroupManagerToDeleteMessageAttachmentInGroupConversation = 6105, "Only who uploaded it, the owner and managers may delete an attachment of the group";
    NotUploaderToDeleteMessageAttachmentInPrivateConversation = 6106, "Only who uploaded it may delete an attachment";
    NotUploaderOrSharedWithUserToDownloadMessageAttachment = 6107, "The attachment is not shared with you";
    NotFriendToQueryMessageAttachmentInfoInPrivateConversation = 6130, "Only friends see each other's attachments";
    NotGroupMemberToQueryMessageAttachmentInfoInGroupConversation = 6131, "Only members see the group's attachments";

    SearchingUserIsDisabled = 7100, "Searching for users is switched off";

    SearchingGroupIsDisabled = 7200, "Searching for groups is switched off";

    ConferenceNotImplemented = 8000, "No plugin provides conferences";
}

impl Code {
    /// As it goes over the wire.
    #[must_use]
    pub const fn number(self) -> i32 {
        self as i32
    }
}
