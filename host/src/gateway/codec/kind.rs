//! The kinds of requests by the number of their field in the envelope.

use bytes::Buf;
use prost::encoding::{DecodeContext, WireType, decode_key, skip_field};

/// The first number of a kind; the fields before it are the request's id and its attributes.
const FIRST: u32 = 3;

/// All kinds that the schema knows, by number.
const KINDS: &[(u32, &str)] = &[
    (3, "create_session_request"),
    (4, "delete_session_request"),
    (5, "query_conversations_request"),
    (6, "update_conversation_request"),
    (7, "update_typing_status_request"),
    (8, "create_message_request"),
    (9, "query_messages_request"),
    (10, "update_message_request"),
    (11, "create_group_members_request"),
    (12, "delete_group_members_request"),
    (13, "query_group_members_request"),
    (14, "update_group_member_request"),
    (100, "query_user_profiles_request"),
    (101, "query_nearby_users_request"),
    (102, "query_user_online_statuses_request"),
    (103, "update_user_location_request"),
    (104, "update_user_online_status_request"),
    (105, "update_user_request"),
    (106, "update_user_settings_request"),
    (107, "delete_user_settings_request"),
    (108, "query_user_settings_request"),
    (200, "create_friend_request_request"),
    (201, "create_relationship_group_request"),
    (202, "create_relationship_request"),
    (203, "delete_friend_request_request"),
    (204, "delete_relationship_group_request"),
    (205, "delete_relationship_request"),
    (206, "query_friend_requests_request"),
    (207, "query_related_user_ids_request"),
    (208, "query_relationship_groups_request"),
    (209, "query_relationships_request"),
    (210, "update_friend_request_request"),
    (211, "update_relationship_group_request"),
    (212, "update_relationship_request"),
    (300, "create_group_request"),
    (301, "delete_group_request"),
    (302, "query_groups_request"),
    (303, "query_joined_group_ids_request"),
    (304, "query_joined_group_infos_request"),
    (305, "update_group_request"),
    (400, "create_group_blocked_user_request"),
    (401, "delete_group_blocked_user_request"),
    (402, "query_group_blocked_user_ids_request"),
    (403, "query_group_blocked_user_infos_request"),
    (500, "check_group_join_questions_answers_request"),
    (501, "create_group_invitation_request"),
    (502, "create_group_join_request_request"),
    (503, "create_group_join_questions_request"),
    (504, "delete_group_invitation_request"),
    (505, "delete_group_join_request_request"),
    (506, "delete_group_join_questions_request"),
    (507, "query_group_invitations_request"),
    (508, "query_group_join_requests_request"),
    (509, "query_group_join_questions_request"),
    (510, "update_group_invitation_request"),
    (511, "update_group_join_question_request"),
    (512, "update_group_join_request_request"),
    (900, "create_meeting_request"),
    (901, "delete_meeting_request"),
    (902, "query_meetings_request"),
    (903, "update_meeting_request"),
    (904, "update_meeting_invitation_request"),
    (1000, "delete_resource_request"),
    (1001, "query_resource_download_info_request"),
    (1002, "query_resource_upload_info_request"),
    (1003, "query_message_attachment_infos_request"),
    (1004, "update_message_attachment_info_request"),
    (1100, "delete_conversation_settings_request"),
    (1101, "query_conversation_settings_request"),
    (1102, "update_conversation_settings_request"),
    (1200, "create_message_reactions_request"),
    (1201, "delete_message_reactions_request"),
    (5000, "sync_messages_request"),
    (5001, "query_inbox_request"),
    (5002, "search_messages_request"),
    (5003, "custom_request"),
];

/// The name of the field with this number.
pub(super) fn name(number: u32) -> Option<&'static str> {
    let index = KINDS.binary_search_by_key(&number, |(number, _)| *number).ok()?;
    Some(KINDS[index].1)
}

/// The kind that an encoded envelope holds: of several, the last one, as protobuf has it. A field that is not known is
/// taken for the kind only when there is no other: a later client may send more than a kind.
pub(super) fn find(mut payload: impl Buf) -> Option<u32> {
    let (mut known, mut unknown) = (None, None);
    while payload.has_remaining() {
        let (number, wire_type) = decode_key(&mut payload).ok()?;
        skip_field(wire_type, number, &mut payload, DecodeContext::default()).ok()?;
        if number >= FIRST && wire_type == WireType::LengthDelimited {
            *(if name(number).is_some() { &mut known } else { &mut unknown }) = Some(number);
        }
    }
    known.or(unknown)
}

#[cfg(test)]
mod tests {
    use prost::Message;
    use prost_types::FileDescriptorSet;

    use super::*;

    #[test]
    fn the_table_is_the_schema() {
        let schema = FileDescriptorSet::decode(talaria_proto::FILE_DESCRIPTOR_SET).unwrap();
        let envelope = schema.file.iter().flat_map(|file| &file.message_type).find(|m| m.name() == "TurmsRequest");
        let kinds =
            envelope.unwrap().field.iter().filter(|field| field.oneof_index.is_some() && !field.proto3_optional());
        let mut kinds: Vec<_> = kinds.map(|field| (field.number().cast_unsigned(), field.name().to_owned())).collect();
        kinds.sort();
        let table: Vec<_> = KINDS.iter().map(|(number, name)| (*number, (*name).to_owned())).collect();
        assert_eq!(table, kinds);
    }

    #[test]
    fn the_last_kind_counts_whatever_stands_around_it() {
        // Kind 4, then the id, then kind 5, then kind 5999, which nobody knows, all empty.
        let payload = [0x22, 0, 0x08, 7, 0x2A, 0, 0xFA, 0xF6, 0x02, 0];
        assert_eq!(find(&payload[..]), Some(5));
        assert_eq!(find(&payload[..4]), Some(4));
        assert_eq!(find(&payload[2..4]), None);
        assert_eq!(find(&payload[6..]), Some(5999));
    }
}
