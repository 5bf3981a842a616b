//! A service outside of the server, in this process, that plugins reach over HTTP.

use std::net::Ipv4Addr;

use axum::Router;
use talaria::config::PluginHttp;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

const LOCALHOST: &str = "127.0.0.1";

/// It ends when dropped.
pub(crate) struct Outside {
    port: u16,
    end: CancellationToken,
}

impl Outside {
    pub(crate) async fn serve(router: Router) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = listener.local_addr().expect("it is bound").port();
        let end = CancellationToken::new();
        let ended = end.clone().cancelled_owned();
        TaskTracker::new().spawn(async move {
            tokio::select! {
                served = axum::serve(listener, router) => served,
                () = ended => Ok(()),
            }
        });
        Self { port, end }
    }

    /// What lets a plugin reach it.
    pub(crate) fn allowed(&self) -> PluginHttp {
        PluginHttp { private_hosts: vec![self.at(LOCALHOST)], ..PluginHttp::default() }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        self.url_at(LOCALHOST, path)
    }

    /// By another name of this machine.
    pub(crate) fn url_at(&self, host: &str, path: &str) -> String {
        format!("http://{}{path}", self.at(host))
    }

    /// As the operator names it by a host.
    pub(crate) fn at(&self, host: &str) -> String {
        format!("{host}:{}", self.port)
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.end.cancel();
    }
}
