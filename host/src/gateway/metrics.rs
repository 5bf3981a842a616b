//! What is counted. Handles are made once; a recorder that is installed later sees nothing of them.

use std::{collections::HashMap, time::Duration};

use metrics::{Counter, Gauge, Histogram, counter, gauge, histogram};
use parking_lot::RwLock;

use super::wire::Transport;

pub(crate) struct Metrics {
    pub(crate) sessions: Gauge,
    tcp_connections: Counter,
    web_socket_connections: Counter,
    /// Connections that found no place.
    pub(crate) refused_connections: Counter,
    pub(crate) frames_in: Counter,
    pub(crate) frames_out: Counter,
    pub(crate) text_frames: Counter,
    pub(crate) invalid_frames: Counter,
    /// By kind and code; the schema bounds how many there are.
    requests: RwLock<HashMap<(u32, i32), (Counter, Histogram)>>,
}

/// What the registry counts.
pub(crate) struct DeliveryMetrics {
    pub(crate) delivered: Counter,
    pub(crate) overflows: Counter,
}

/// Codes from here on are the plugins' own, too many to be told apart.
const FIRST_PLUGIN_CODE: i32 = 20_000;

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            sessions: gauge!("talaria_gateway_sessions"),
            tcp_connections: connections(Transport::Tcp),
            web_socket_connections: connections(Transport::WebSocket),
            refused_connections: counter!("talaria_gateway_connections_refused_total"),
            frames_in: counter!("talaria_gateway_frames_in_total"),
            frames_out: counter!("talaria_gateway_frames_out_total"),
            text_frames: counter!("talaria_gateway_text_frames_ignored_total"),
            invalid_frames: counter!("talaria_gateway_invalid_frames_total"),
            requests: RwLock::default(),
        }
    }

    pub(crate) fn connected(&self, transport: Transport) {
        match transport {
            Transport::Tcp => self.tcp_connections.increment(1),
            Transport::WebSocket => self.web_socket_connections.increment(1),
        }
    }

    /// A request was answered.
    pub(crate) fn answered(&self, (kind, name): (u32, &'static str), code: i32, took: Duration) {
        let key = (kind, code.min(FIRST_PLUGIN_CODE));
        let known = self.requests.read();
        if let Some((count, duration)) = known.get(&key) {
            count.increment(1);
            return duration.record(took);
        }
        drop(known);
        let code = if key.1 == FIRST_PLUGIN_CODE { "plugin".to_owned() } else { code.to_string() };
        let count = counter!("talaria_gateway_requests_total", "kind" => name, "code" => code);
        let duration = histogram!("talaria_gateway_request_seconds", "kind" => name);
        count.increment(1);
        duration.record(took);
        self.requests.write().insert(key, (count, duration));
    }
}

impl DeliveryMetrics {
    pub(crate) fn new() -> Self {
        Self {
            delivered: counter!("talaria_gateway_notifications_delivered_total"),
            overflows: counter!("talaria_gateway_outbound_overflows_total"),
        }
    }
}

fn connections(transport: Transport) -> Counter {
    counter!("talaria_gateway_connections_total", "transport" => transport.name())
}
