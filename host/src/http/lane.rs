//! The threads of the public listener. Files are long and messages are waited for: these threads give way to all others
//! of the server. They must hold nothing that others wait for: what plugins answer, and the work on the disk, is done
//! elsewhere.

use std::io;

use tokio::runtime::Builder;

use crate::side::SideRuntime;

/// How much they give way, of 19: of a core that chats want as well they get a tenth.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 10;

/// Starts them, so many; 0: one per core.
pub(super) fn open(workers: usize) -> io::Result<SideRuntime> {
    let mut builder = Builder::new_multi_thread();
    if workers > 0 {
        builder.worker_threads(workers);
    }
    SideRuntime::start(builder.thread_name("talaria-http").on_thread_start(give_way).enable_all())
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
        let lane = open(1).unwrap();
        assert_eq!(lane.spawn(async { niceness() }).await.unwrap(), NICENESS);
        assert_eq!(niceness(), before);
    }
}
