//! The transfers that may be under way.

use std::{net::IpAddr, sync::Arc};

use super::{
    super::turns::{Exhausted, Turn, Turns},
    Refusal,
};
use crate::{
    config,
    model::network,
    objects::{BucketName, Key},
};

/// Uploads of one object at a time: one, and another by a client that has lost the first without the server knowing it
/// yet. With more, a single form would fill the disk, as a quota counts what is announced.
const UPLOADS_OF_AN_OBJECT: usize = 2;

/// How much may be moved at a time.
#[derive(Debug)]
pub(super) struct Transfers {
    clients: Arc<Turns<IpAddr>>,
    /// Of forms whose fields are not read yet: they have shown no signature, and must not keep out who has one.
    forms: Arc<Turns<IpAddr>>,
    uploads: Arc<Turns<(BucketName, Key)>>,
}

impl Transfers {
    pub(super) fn new(config: &config::Objects) -> Self {
        let clients = || Turns::new(config.max_transfers, config.max_transfers_per_address);
        Self { clients: clients(), forms: clients(), uploads: Turns::new(usize::MAX, UPLOADS_OF_AN_OBJECT) }
    }

    /// Lets a client send the fields of a form.
    pub(super) fn form(&self, peer: IpAddr) -> Result<Turn<IpAddr>, Refusal> {
        self.forms.take(network(peer)).map_err(refused)
    }

    /// Lets a client take an object.
    pub(super) fn download(&self, peer: IpAddr) -> Result<Transfer, Refusal> {
        let client = self.clients.take(network(peer)).map_err(refused)?;
        Ok(Transfer::new(client, None))
    }

    /// Lets a client bring this object.
    pub(super) fn upload(&self, peer: IpAddr, bucket: &BucketName, key: &Key) -> Result<Transfer, Refusal> {
        let object = self.uploads.take((bucket.clone(), key.clone())).map_err(|_| Refusal::UnderWay)?;
        let client = self.clients.take(network(peer)).map_err(refused)?;
        Ok(Transfer::new(client, Some(object)))
    }
}

fn refused(exhausted: Exhausted) -> Refusal {
    match exhausted {
        Exhausted::Own => Refusal::TooMany,
        Exhausted::All => Refusal::Busy,
    }
}

/// A transfer that is under way until it is dropped.
#[derive(Debug)]
pub(super) struct Transfer {
    _client: Turn<IpAddr>,
    _object: Option<Turn<(BucketName, Key)>>,
}

impl Transfer {
    fn new(client: Turn<IpAddr>, object: Option<Turn<(BucketName, Key)>>) -> Self {
        metrics::gauge!("talaria_objects_transfers").increment(1.0);
        Self { _client: client, _object: object }
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        metrics::gauge!("talaria_objects_transfers").decrement(1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_network_and_an_object_has_few_uploads() {
        let limits = config::Objects { max_transfers: 4, max_transfers_per_address: 2, ..config::Objects::default() };
        let transfers = Transfers::new(&limits);
        let address = |text: &str| text.parse::<IpAddr>().unwrap();
        let (bucket, key) = (BucketName::parse("bucket").unwrap(), Key::parse("a").unwrap());
        let upload = |from: &str| transfers.upload(address(from), &bucket, &key);
        let download = |from: &str| transfers.download(address(from));
        let (one, _two) = (upload("2001:db8::1").unwrap(), upload("10.0.0.1").unwrap());
        assert_eq!(upload("10.0.0.2").unwrap_err(), Refusal::UnderWay);
        let _three = download("2001:db8::2").unwrap();
        assert_eq!(download("2001:db8::3").unwrap_err(), Refusal::TooMany, "it is the same network");
        let _four = download("::ffff:10.0.0.1").unwrap();
        assert_eq!(download("10.0.0.9").unwrap_err(), Refusal::Busy);
        drop(one);
        assert!(upload("10.0.0.2").is_ok());
    }
}
