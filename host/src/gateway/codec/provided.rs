//! Requests that only plugins understand.

use talaria_proto::client as proto;

use crate::model::command::CustomRequest;

impl From<proto::CustomRequest> for CustomRequest {
    fn from(it: proto::CustomRequest) -> Self {
        Self { name: it.name, payload: it.payload }
    }
}
