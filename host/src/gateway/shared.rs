//! What all connections share.

use std::{collections::HashMap, sync::Arc};

use parking_lot::Mutex;
use tokio_rustls::TlsAcceptor;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    Handler, Registry,
    limits::Admission,
    metrics::Metrics,
    outbound::{Order, Outbound},
};
use crate::{clock::Clock, config::GatewayConfig};

pub(crate) struct Shared {
    pub(crate) config: GatewayConfig,
    /// When clients must speak TLS.
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) handler: Arc<dyn Handler>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) admission: Arc<Admission>,
    pub(crate) connections: Connections,
    pub(crate) tasks: TaskTracker,
    /// Cancelled when the gateway stops taking connections.
    pub(crate) stopping: CancellationToken,
}

/// All connections, logged in or not, by the address of their queue.
#[derive(Default)]
pub(crate) struct Connections(Mutex<HashMap<usize, Arc<Outbound>>>);

impl Connections {
    pub(crate) fn insert(&self, outbound: &Arc<Outbound>) {
        self.0.lock().insert(Arc::as_ptr(outbound).addr(), Arc::clone(outbound));
    }

    pub(crate) fn remove(&self, outbound: &Arc<Outbound>) {
        self.0.lock().remove(&Arc::as_ptr(outbound).addr());
    }

    /// Orders all to do something.
    pub(crate) fn order(&self, order: Order) {
        let all: Vec<_> = self.0.lock().values().cloned().collect();
        for outbound in all {
            outbound.order(order);
        }
    }
}
