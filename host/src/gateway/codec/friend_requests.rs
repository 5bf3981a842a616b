//! Friend requests.

use talaria_proto::client as proto;

use super::{
    enums,
    scalar::{date, millis},
    value,
};
use crate::model::{
    FriendRequestId, UserId,
    command::{CreateFriendRequest, DeleteFriendRequest, QueryFriendRequests, UpdateFriendRequest},
    friend_request::FriendRequest,
};

impl From<proto::CreateFriendRequestRequest> for CreateFriendRequest {
    fn from(it: proto::CreateFriendRequestRequest) -> Self {
        Self {
            recipient: UserId(it.recipient_id),
            content: it.content,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&CreateFriendRequest> for proto::CreateFriendRequestRequest {
    fn from(it: &CreateFriendRequest) -> Self {
        Self {
            recipient_id: it.recipient.0,
            content: it.content.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::DeleteFriendRequestRequest> for DeleteFriendRequest {
    fn from(it: proto::DeleteFriendRequestRequest) -> Self {
        Self { id: FriendRequestId(it.request_id), attributes: value::decode(it.custom_attributes) }
    }
}

impl From<&DeleteFriendRequest> for proto::DeleteFriendRequestRequest {
    fn from(it: &DeleteFriendRequest) -> Self {
        Self { request_id: it.id.0, custom_attributes: value::encode(&it.attributes) }
    }
}

impl From<proto::UpdateFriendRequestRequest> for UpdateFriendRequest {
    fn from(it: proto::UpdateFriendRequestRequest) -> Self {
        Self {
            id: FriendRequestId(it.request_id),
            action: enums::decode_action(it.response_action),
            reason: it.reason,
            attributes: value::decode(it.custom_attributes),
        }
    }
}

impl From<&UpdateFriendRequest> for proto::UpdateFriendRequestRequest {
    fn from(it: &UpdateFriendRequest) -> Self {
        Self {
            request_id: it.id.0,
            response_action: it.action.map(enums::encode_action).unwrap_or_default(),
            reason: it.reason.clone(),
            custom_attributes: value::encode(&it.attributes),
        }
    }
}

impl From<proto::QueryFriendRequestsRequest> for QueryFriendRequests {
    fn from(it: proto::QueryFriendRequestsRequest) -> Self {
        Self { sent: it.are_sent_by_me, version: date(it.last_updated_date) }
    }
}

pub(super) fn friend_request(it: FriendRequest) -> proto::UserFriendRequest {
    proto::UserFriendRequest {
        id: Some(it.id.0),
        creation_date: Some(it.creation_date.0),
        content: Some(it.content),
        request_status: Some(enums::encode_request_status(it.status)),
        reason: it.reason,
        expiration_date: millis(it.expiration_date),
        requester_id: Some(it.requester.0),
        recipient_id: Some(it.recipient.0),
        custom_attributes: Vec::new(),
    }
}
