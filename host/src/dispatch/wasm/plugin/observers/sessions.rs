//! Connections and sessions come and go, and logins fail.

use super::{Event, Plugin, tell};
use crate::{
    dispatch::wasm::{
        Fault, Hook,
        bindings::exports::talaria::plugin::{
            auth_login_failed, connection_closed, connection_opened, session_closed, session_kicked, session_opened,
            session_taken_over,
        },
        convert,
    },
    model::{Context, happened::Happened, session::EndedSession},
};

impl Plugin {
    pub(super) async fn observe_sessions(&self, hook: Hook, context: &Context, events: &[Event]) -> Result<(), Fault> {
        match hook {
            Hook::SessionOpened => tell!(self, context, events, SessionOpened, session_opened.call_opened,
                Event::Happened(Happened::SessionOpened(session), _) => session_opened::Session {
                    session_id: i64::from(session.id.0),
                    user_id: session.user.0,
                    device: convert::device_type(session.device),
                    ip: convert::ip_address(session.ip),
                    date: session.opened.0,
                }
            ),
            Hook::SessionClosed => tell!(self, context, events, SessionClosed, session_closed.call_closed,
                Event::Happened(Happened::SessionClosed(EndedSession { session, status, date }), _)
                => session_closed::EndedSession {
                    session_id: i64::from(session.id.0),
                    user_id: session.user.0,
                    device: convert::device_type(session.device),
                    status: status.cast_unsigned(),
                    date: date.0,
                }
            ),
            Hook::SessionTakenOver => {
                tell!(self, context, events, SessionTakenOver, session_taken_over.call_taken_over,
                Event::Happened(Happened::SessionTakenOver(EndedSession { session, date, .. }), _) => {
                    session_taken_over::EndedSession {
                        session_id: i64::from(session.id.0),
                        user_id: session.user.0,
                        device: convert::device_type(session.device),
                        date: date.0,
                    }
                })
            }
            Hook::SessionKicked => tell!(self, context, events, SessionKicked, session_kicked.call_kicked,
                Event::Happened(Happened::SessionKicked(EndedSession { session, date, .. }), _)
                => session_kicked::EndedSession {
                    session_id: i64::from(session.id.0),
                    user_id: session.user.0,
                    device: convert::device_type(session.device),
                    date: date.0,
                }
            ),
            Hook::AuthLoginFailed => tell!(self, context, events, AuthLoginFailed, auth_login_failed.call_login_failed,
                Event::Happened(Happened::LoginFailed(login), date) => auth_login_failed::FailedLogin {
                    user_id: login.user.0,
                    device: convert::device_type(login.device),
                    ip: login.ip.map(convert::ip_address),
                    code: login.code.cast_unsigned(),
                    date: date.0,
                }
            ),
            Hook::ConnectionOpened => tell!(self, context, events, ConnectionOpened, connection_opened.call_opened,
                Event::Happened(Happened::ConnectionOpened(connection), date) => connection_opened::Connection {
                    ip: convert::ip_address(connection.ip),
                    transport: convert::transport(connection.transport),
                    date: date.0,
                }
            ),
            Hook::ConnectionClosed => tell!(self, context, events, ConnectionClosed, connection_closed.call_closed,
                Event::Happened(Happened::ConnectionClosed(connection), date) => connection_closed::Connection {
                    ip: convert::ip_address(connection.ip),
                    transport: convert::transport(connection.transport),
                    duration: connection.duration,
                    date: date.0,
                }
            ),
            _ => Ok(()),
        }
    }
}
