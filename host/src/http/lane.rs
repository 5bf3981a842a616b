//! The threads of the public listener. Files are long and messages are waited for: these threads give way to all others of the
//! server. They must hold nothing that others wait for: what plugins answer, and the work on the disk, is done elsewhere.

use std::io;

use tokio::runtime::{Builder, Runtime};

/// How much they give way, of 19: of a core that chats want as well they get a tenth.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// A runtime beside that of the server.
pub(super) struct Lane {
    /// There until it is dropped.
    runtime: Option<Runtime>,
}

impl Lane {
    /// With so many workers; 0: one per core.
    pub(super) fn open(workers: usize) -> io::Result<Self> {
        let mut builder = Builder::new_multi_thread();
        if workers > 0 {
            builder.worker_threads(workers);
        }
        let runtime = builder.thread_name("talaria-http").on_thread_start(give_way).enable_all().build()?;
        Ok(Self { runtime: Some(runtime) })
    }

    pub(super) async fn run(self, work: impl Future<Output = io::Result<()>> + Send + 'static) -> io::Result<()> {
        match &self.runtime {
            Some(runtime) => runtime.spawn(work).await?,
            None => Ok(()),
        }
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        // Whatever still runs, as nobody may wait for it on a thread of another runtime.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Linux knows this of threads, and others of processes only.
#[cfg(target_os = "linux")]
fn give_way() {
    if let Err(error) = rustix::process::setpriority_process(Some(rustix::thread::gettid()), NICENESS) {
        tracing::debug!("a thread of the public listener does not give way: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
const fn give_way() {}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    fn niceness() -> i32 {
        rustix::process::getpriority_process(Some(rustix::thread::gettid())).expect("it is told")
    }

    #[tokio::test]
    async fn its_threads_give_way_and_no_others() {
        let before = niceness();
        let lane = Lane::open(1).unwrap();
        let work = async {
            assert_eq!(niceness(), NICENESS);
            Ok(())
        };
        lane.run(work).await.unwrap();
        assert_eq!(niceness(), before);
    }
}
