//! What one resource of `wasi:http/types` may have the server hold. A component imports them without any grant, and no
//! limit of its memory counts them: only their number is bounded, so that each has to be small.

use wasmtime::{
    StoreContextMut,
    component::{Linker, Resource},
};
use wasmtime_wasi_http::{
    WasiHttpCtx, WasiHttpView as _,
    p2::{
        bindings::http::types::{HostOutgoingRequest as _, Method},
        types::HostOutgoingRequest,
    },
};

use super::WasiRequests;
use crate::dispatch::wasm::GuestState;

/// The interface, as it is linked.
const TYPES: &str = "wasi:http/types@0.2.12";
/// Bytes of a body that a guest may write at once. Two such chunks wait until they are read.
pub(super) const CHUNK_BYTES: usize = 16 << 10;
/// Bytes of one set of headers or trailers, with what keeping them takes. More end the call, so that it is to be enough
/// for a guest that passes on what a client sent, and adds to it.
const FIELDS_BYTES: usize = 32 << 10;
/// Bytes of a method, and of an authority: a host has 253 at most.
const NAME_BYTES: usize = 512;
/// Bytes of a path with its query.
const PATH_BYTES: usize = 8 << 10;

/// The arguments of a setter.
type Setting<V> = (Resource<HostOutgoingRequest>, V);
type Store<'guest> = StoreContextMut<'guest, GuestState>;

impl WasiRequests {
    /// What the records of one guest are bounded by.
    pub(in crate::dispatch) fn context() -> WasiHttpCtx {
        let mut context = WasiHttpCtx::new();
        context.set_field_size_limit(FIELDS_BYTES);
        context
    }

    /// Puts a limit before the setters of a request: theirs is what one call may pass, which is megabytes. A longer
    /// value is refused to the guest as one that is malformed.
    pub(in crate::dispatch) fn bound(linker: &mut Linker<GuestState>) -> wasmtime::Result<()> {
        linker.allow_shadowing(true);
        let mut types = linker.instance(TYPES)?;
        types.func_wrap(
            "[method]outgoing-request.set-method",
            |mut store: Store<'_>, (request, method): Setting<Method>| {
                if matches!(&method, Method::Other(name) if name.len() > NAME_BYTES) {
                    return Ok((Err(()),));
                }
                Ok((store.data_mut().http().set_method(request, method)?,))
            },
        )?;
        types.func_wrap(
            "[method]outgoing-request.set-authority",
            |mut store: Store<'_>, (request, authority): Setting<Option<String>>| {
                if is_over(authority.as_deref(), NAME_BYTES) {
                    return Ok((Err(()),));
                }
                Ok((store.data_mut().http().set_authority(request, authority)?,))
            },
        )?;
        types.func_wrap(
            "[method]outgoing-request.set-path-with-query",
            |mut store: Store<'_>, (request, path): Setting<Option<String>>| {
                if is_over(path.as_deref(), PATH_BYTES) {
                    return Ok((Err(()),));
                }
                Ok((store.data_mut().http().set_path_with_query(request, path)?,))
            },
        )?;
        linker.allow_shadowing(false);
        Ok(())
    }
}

fn is_over(text: Option<&str>, limit: usize) -> bool {
    text.is_some_and(|text| text.len() > limit)
}
