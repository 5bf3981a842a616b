//! The store that the operator has chosen.

use std::{io, net::SocketAddr, path::Path, sync::Arc};

use super::{
    ObjectStore,
    disk::{DiskSettings, DiskStore},
    s3::{S3Error, S3Store},
};
use crate::{
    clock::Clock,
    config::{ObjectBackend, Objects},
};

/// The store, and the same as the one on the disk when it is that: its objects are moved over the server's listener.
#[derive(Clone)]
pub struct Opened {
    pub store: Arc<dyn ObjectStore>,
    pub disk: Option<Arc<DiskStore>>,
}

/// Why there is no store.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("objects cannot be kept on the disk: {0}")]
    Disk(io::Error),
    #[error(transparent)]
    S3(#[from] S3Error),
}

/// Opens it. `listener` is the one for HTTP. A store that is away is no reason not to start, as it may come back.
/// Blocks.
pub fn open(config: &Objects, data: &Path, listener: Option<SocketAddr>, clock: Clock) -> Result<Opened, OpenError> {
    match config.backend {
        ObjectBackend::Disk => {
            let settings = DiskSettings {
                directory: config.directory.clone().unwrap_or_else(|| data.join("objects")),
                key: data.join("objects.key"),
                url: listener.map(|address| config.public_url.clone().unwrap_or_else(|| url(address))),
                max_object_bytes: config.max_object_bytes,
                min_free_bytes: config.min_free_bytes,
            };
            let disk = Arc::new(DiskStore::open(settings, clock).map_err(OpenError::Disk)?);
            Ok(Opened { store: Arc::clone(&disk) as Arc<dyn ObjectStore>, disk: Some(disk) })
        }
        ObjectBackend::S3 => Ok(Opened { store: Arc::new(S3Store::new(config)?), disk: None }),
    }
}

/// Where clients on this machine reach it, and no others when it listens on every address.
fn url(mut address: SocketAddr) -> String {
    if address.ip().is_unspecified() {
        let loopback = if address.is_ipv4() { [127, 0, 0, 1].into() } else { std::net::Ipv6Addr::LOCALHOST.into() };
        address.set_ip(loopback);
    }
    format!("http://{address}")
}
