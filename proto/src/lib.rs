//! The contracts of Talaria as Rust types: what goes over a wire, and nothing else. There is no logic here.
//!
//! The types of [`client`] are generated from `client/*.proto`, whose comments are their documentation.

/// The client protocol: a client sends [`TurmsRequest`](client::TurmsRequest), the server sends
/// [`TurmsNotification`](client::TurmsNotification).
pub mod client {
    include!(concat!(env!("OUT_DIR"), "/talaria.client.rs"));
}

/// The schema of every package here, an encoded `google.protobuf.FileDescriptorSet` without comments, for tests and
/// tools that look at the schema itself.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
