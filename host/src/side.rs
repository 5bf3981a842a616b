//! Runtimes beside that of the server, for work that must not hold up what its threads do.

use std::{io, ops::Deref};

use tokio::runtime::{Builder, Handle, Runtime};

/// A runtime that is left with all that it does when it is dropped. It may be dropped anywhere, as nobody waits for
/// anything.
#[derive(Debug)]
pub(crate) struct SideRuntime {
    handle: Handle,
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl SideRuntime {
    pub(crate) fn start(builder: &mut Builder) -> io::Result<Self> {
        let runtime = builder.build()?;
        Ok(Self { handle: runtime.handle().clone(), runtime: Some(runtime) })
    }
}

impl Deref for SideRuntime {
    type Target = Handle;

    fn deref(&self) -> &Handle {
        &self.handle
    }
}

impl Drop for SideRuntime {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
