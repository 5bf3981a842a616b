//! The data of answers.

use prost::Message as _;
use talaria_proto::client::{
    ConversationSettingsList, GroupInvitationsWithVersion, GroupJoinQuestionsWithVersion, GroupJoinRequestsWithVersion,
    GroupMembersWithVersion, GroupsWithVersion, Inbox, LongsWithVersion, Messages, MessagesWithTotalList, NearbyUsers,
    StorageResourceInfos, UserFriendRequestsWithVersion, UserInfosWithVersion, UserOnlineStatuses,
    UserRelationshipGroupsWithVersion, UserRelationshipsWithVersion,
    turms_notification::{self, data},
};

use super::{
    conversations, enrolment, friend_requests, groups, meetings, messages, relationships, resources, scalar::millis,
    settings, users,
};
use crate::model::{Code, Reply};

/// The code and the data of a success.
pub(crate) fn reply(reply: Reply) -> (Code, Option<data::Kind>) {
    let data = match reply {
        Reply::Done => return (Code::Ok, None),
        Reply::NoContent => return (Code::NoContent, None),
        Reply::UpToDate => return (Code::AlreadyUpToDate, None),
        Reply::MessageId(id) => data::Kind::Long(id.0),
        Reply::Id(id) => data::Kind::Long(id),
        Reply::Ids { ids, version } => {
            data::Kind::LongsWithVersion(LongsWithVersion { longs: ids, last_updated_date: millis(version) })
        }
        Reply::Profiles { users, version } => data::Kind::UserInfosWithVersion(UserInfosWithVersion {
            user_infos: users.iter().map(|it| users::profile(it)).collect(),
            last_updated_date: millis(version),
        }),
        Reply::NearbyUsers(found) => {
            data::Kind::NearbyUsers(NearbyUsers { nearby_users: found.iter().map(users::nearby_user).collect() })
        }
        Reply::Presences(presences) => data::Kind::UserOnlineStatuses(UserOnlineStatuses {
            statuses: presences.into_iter().map(users::online_status).collect(),
        }),
        Reply::Settings(it) => data::Kind::UserSettings(settings::user_settings(&it)),
        Reply::Conversations { private, groups } => {
            data::Kind::Conversations(conversations::read_dates(&private, groups))
        }
        Reply::ConversationSettings(settings) => data::Kind::ConversationSettingsList(ConversationSettingsList {
            conversation_settings_list: settings.iter().map(conversations::conversation_settings).collect(),
        }),
        Reply::Relationships { relationships, version } => {
            data::Kind::UserRelationshipsWithVersion(UserRelationshipsWithVersion {
                user_relationships: relationships.into_iter().map(relationships::relationship).collect(),
                last_updated_date: millis(version),
            })
        }
        Reply::RelationshipGroups { groups, version } => {
            data::Kind::UserRelationshipGroupsWithVersion(UserRelationshipGroupsWithVersion {
                user_relationship_groups: groups.into_iter().map(relationships::relationship_group).collect(),
                last_updated_date: millis(version),
            })
        }
        Reply::FriendRequests { requests, version } => {
            data::Kind::UserFriendRequestsWithVersion(UserFriendRequestsWithVersion {
                user_friend_requests: requests.into_iter().map(friend_requests::friend_request).collect(),
                last_updated_date: millis(version),
            })
        }
        Reply::Groups { groups, version } => data::Kind::GroupsWithVersion(GroupsWithVersion {
            groups: groups.iter().map(|it| groups::group(it)).collect(),
            last_updated_date: millis(version),
        }),
        Reply::Members { members, version } => data::Kind::GroupMembersWithVersion(GroupMembersWithVersion {
            group_members: members.into_iter().map(groups::member).collect(),
            last_updated_date: millis(version),
        }),
        Reply::MemberPresences(members) => data::Kind::GroupMembersWithVersion(GroupMembersWithVersion {
            group_members: members.into_iter().map(|(it, presence)| groups::member_presence(it, presence)).collect(),
            last_updated_date: None,
        }),
        Reply::Invitations { invitations, version } => {
            data::Kind::GroupInvitationsWithVersion(GroupInvitationsWithVersion {
                group_invitations: invitations.into_iter().map(enrolment::invitation).collect(),
                last_updated_date: millis(version),
            })
        }
        Reply::JoinRequests { requests, version } => {
            data::Kind::GroupJoinRequestsWithVersion(GroupJoinRequestsWithVersion {
                group_join_requests: requests.into_iter().map(enrolment::join_request).collect(),
                last_updated_date: millis(version),
            })
        }
        Reply::Questions { questions, with_answers, version } => {
            data::Kind::GroupJoinQuestionsWithVersion(GroupJoinQuestionsWithVersion {
                group_join_questions: questions.into_iter().map(|it| enrolment::question(it, with_answers)).collect(),
                last_updated_date: millis(version),
            })
        }
        Reply::AnswerResult(result) => data::Kind::GroupJoinQuestionAnswerResult(enrolment::answer_result(result)),
        Reply::ResourceAccess(pairs) => data::Kind::StringsWithVersion(resources::access(pairs)),
        Reply::ResourceInfos(infos) => data::Kind::StorageResourceInfos(StorageResourceInfos {
            infos: infos.into_iter().map(resources::info).collect(),
        }),
        Reply::Meetings(found) => data::Kind::Meetings(meetings::meetings(found)),
        Reply::MeetingAccess(token) => data::Kind::String(token.0),
        Reply::Custom(answer) => data::Kind::CustomAnswer(answer),
        // Dispatch has seen that they can be read.
        Reply::Provided(data) => match turms_notification::Data::decode(data) {
            Ok(turms_notification::Data { kind: Some(kind) }) => kind,
            Ok(_) | Err(_) => return (Code::NoContent, None),
        },
        Reply::Messages(messages) => {
            data::Kind::Messages(Messages { messages: messages.into_iter().map(messages::message).collect() })
        }
        Reply::FoundMessages(page) => data::Kind::FoundMessages(messages::found(page)),
        Reply::Inbox(entries) => {
            data::Kind::Inbox(Inbox { conversations: entries.into_iter().map(conversations::inbox_entry).collect() })
        }
        Reply::SyncedMessages(page) => data::Kind::SyncedMessages(messages::synced(page)),
        Reply::MessagesWithTotal(conversations) => data::Kind::MessagesWithTotalList(MessagesWithTotalList {
            messages_with_total_list: conversations.into_iter().map(messages::messages_with_total).collect(),
        }),
    };
    (Code::Ok, Some(data))
}
