//! What the server says, but for the data of an answer.

use talaria_proto::client::{
    TurmsNotification, UserSession,
    turms_notification::{Data, data},
};

use super::relay;
use crate::model::{
    Code, Notification, Timestamp,
    command::Command,
    session::{CloseStatus, SessionInfo},
};

/// The answer to a request.
pub(crate) fn answer(
    now: Timestamp,
    request_id: i64,
    code: i32,
    reason: Option<String>,
    data: Option<data::Kind>,
) -> TurmsNotification {
    TurmsNotification {
        timestamp: now.0,
        request_id: Some(request_id),
        code: Some(code),
        reason,
        data: data.map(|kind| Data { kind: Some(kind) }),
        ..TurmsNotification::default()
    }
}

/// News of what a user did; `None` when it is nothing that others hear of.
#[must_use]
pub fn notification(now: Timestamp, notification: &Notification) -> Option<TurmsNotification> {
    let relayed = relay::encode(&notification.relayed)?;
    let is_system = matches!(&notification.relayed.command, Command::CreateMessage(it) if it.is_system);
    Some(TurmsNotification {
        timestamp: now.0,
        // Clients know messages of the server itself by this.
        request_id: is_system.then_some(0),
        requester_id: Some(notification.requester.0),
        relayed_request: Some(relayed),
        ..TurmsNotification::default()
    })
}

/// Tells a client which session it got.
pub(crate) fn session_opened(now: Timestamp, session: &SessionInfo, server_id: &str) -> TurmsNotification {
    let session = UserSession {
        session_id: session.id.to_string(),
        server_id: server_id.to_owned(),
        custom_attributes: Vec::new(),
    };
    TurmsNotification {
        timestamp: now.0,
        data: Some(Data { kind: Some(data::Kind::UserSession(session)) }),
        ..TurmsNotification::default()
    }
}

/// The last frame that counts.
pub(crate) fn closed(now: Timestamp, status: CloseStatus, code: Option<Code>) -> TurmsNotification {
    TurmsNotification {
        timestamp: now.0,
        close_status: Some(status as i32),
        code: code.map(Code::number),
        ..TurmsNotification::default()
    }
}
