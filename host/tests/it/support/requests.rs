//! Requests that many tests send.

/// Of any kind.
pub(crate) mod request {
    use talaria_client::{
        Target,
        proto::{CreateMessageRequest, CreateSessionRequest, DeviceType, TurmsRequest, turms_request::Kind},
    };

    use crate::support::PASSWORD;

    /// With its id, as it goes over the wire.
    pub(crate) fn with_id(id: i64, kind: Kind) -> TurmsRequest {
        TurmsRequest { request_id: Some(id), custom_attributes: Vec::new(), kind: Some(kind) }
    }

    /// A login that succeeds.
    pub(crate) fn login(user: i64, device: DeviceType) -> CreateSessionRequest {
        CreateSessionRequest {
            version: 1,
            user_id: user,
            password: Some(PASSWORD.to_owned()),
            device_type: device.into(),
            ..CreateSessionRequest::default()
        }
    }

    /// A text to somebody.
    pub(crate) fn text(target: Target, text: &str) -> Kind {
        let (group_id, recipient_id) = match target {
            Target::User(id) => (None, Some(id)),
            Target::Group(id) => (Some(id), None),
        };
        let text = Some(text.to_owned());
        Kind::CreateMessageRequest(CreateMessageRequest {
            group_id,
            recipient_id,
            text,
            ..CreateMessageRequest::default()
        })
    }
}
