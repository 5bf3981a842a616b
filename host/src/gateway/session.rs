//! A session from its login to its end.

use std::sync::Arc;

use super::{
    outbound::Outbound,
    registry::{Generation, Opening},
    shared::Shared,
};
use crate::model::{
    Code,
    session::{Access, Admission, CloseStatus, Login, SessionInfo},
};

/// Stands for a session as long as it lasts. However a connection ends, the session ends once.
pub(crate) struct OpenSession {
    pub(crate) info: SessionInfo,
    /// What it may ask for.
    pub(crate) access: Access,
    gateway: Arc<Shared>,
    is_ended: bool,
}

impl OpenSession {
    /// Makes the session known: from now on it gets notifications, all of them after what `tell` puts into its queue. A
    /// code when what its login was `decided` on is no longer so, or another device of the user keeps it out.
    pub(crate) fn open(
        gateway: &Arc<Shared>,
        (info, Admission { access, ends }): (SessionInfo, Admission),
        login: &Login,
        outbound: Arc<Outbound>,
        decided: Generation,
        tell: impl FnOnce(),
    ) -> Result<Self, Code> {
        let status = login.status.unwrap_or_default();
        match gateway.registry.insert(&info, status, outbound, (decided, ends.as_deref()), tell) {
            Opening::Open => {}
            Opening::Outdated => return Err(Code::LoggingInUserNotActive),
            Opening::Conflict => return Err(Code::SessionSimultaneousConflictsDecline),
        }
        gateway.metrics.sessions.increment(1.0);
        tracing::debug!(user = info.user.0, session = info.id.0, device = ?info.device, ip = %info.ip, "session opened");
        let session = Self { info, access, gateway: Arc::clone(gateway), is_ended: false };
        gateway.handler.session_opened(&session.info, login.position.clone());
        Ok(session)
    }

    /// Ends the session.
    pub(crate) fn end(mut self, status: CloseStatus) {
        self.end_once(status);
    }

    fn end_once(&mut self, status: CloseStatus) {
        if std::mem::replace(&mut self.is_ended, true) {
            return;
        }
        self.gateway.registry.remove(&self.info);
        self.gateway.metrics.sessions.decrement(1.0);
        tracing::debug!(user = self.info.user.0, session = self.info.id.0, ?status, "session ended");
        self.gateway.handler.session_closed(&self.info, status);
    }
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        // Only when the connection's task was torn down.
        self.end_once(CloseStatus::ConnectionClosed);
    }
}
