//! What a guest writes to its standard streams: lines in the server's log, with the last of them kept for trap reports.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::{Context, Poll},
};

use parking_lot::Mutex;
use tokio::io::AsyncWrite;
use wasmtime_wasi::{
    cli::{IsTerminal, StdoutStream},
    p2::{OutputStream, Pollable, StreamResult},
};

use crate::dispatch::{
    logs::{LogLevel, LogSource, LogWriter},
    quotas::Account,
};

/// As much as a panic message with its location needs.
const KEPT_BYTES: usize = 2048;

/// One guest's output.
#[derive(Clone, Debug)]
pub(super) struct GuestOutput(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    plugin: Arc<str>,
    log: LogWriter,
    account: Arc<Account>,
    tail: Mutex<Vec<u8>>,
    /// That may still go to the log in this call.
    lines_left: AtomicU32,
}

impl GuestOutput {
    pub(super) fn new(plugin: Arc<str>, log: LogWriter, account: Arc<Account>) -> Self {
        Self(Arc::new(Inner { plugin, log, account, tail: Mutex::default(), lines_left: AtomicU32::new(0) }))
    }

    /// Lets so many lines go to the log from now on; what is beyond is kept for reports only.
    pub(super) fn allow(&self, lines: u32) {
        self.0.lines_left.store(lines, Ordering::Relaxed);
    }

    /// Takes what was written last.
    pub(super) fn take_tail(&self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut *self.0.tail.lock())).into_owned()
    }

    fn push(&self, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let Some(left) = self.0.lines_left.load(Ordering::Relaxed).checked_sub(1) else { break };
            // One call writes at a time.
            self.0.lines_left.store(left, Ordering::Relaxed);
            if !self.0.account.take_log(line.len()) {
                self.0.account.refuse("log_bytes_per_minute", &self.0.log);
                break;
            }
            self.0.log.enter(LogLevel::Debug, LogSource::Output, None, line);
            tracing::debug!(target: "talaria::plugin", plugin = &*self.0.plugin, "{line}");
        }
        let mut tail = self.0.tail.lock();
        tail.extend_from_slice(&bytes[bytes.len().saturating_sub(KEPT_BYTES)..]);
        let excess = tail.len().saturating_sub(KEPT_BYTES);
        tail.drain(..excess);
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl AsyncWrite for GuestOutput {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.push(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {}
}

impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: bytes::Bytes) -> StreamResult<()> {
        self.push(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(KEPT_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        clock::Clock,
        config,
        dispatch::{logs::Logs, quotas::Quotas},
    };

    #[test]
    fn a_flood_of_output_goes_to_the_log_in_part_and_its_end_is_kept() {
        let clock = Clock::system();
        let account = Quotas::new(clock.clone(), &config::Plugins::default()).account("calm");
        let output = GuestOutput::new("calm".into(), Logs::new(clock).writer("calm", "1.0.0"), account);
        output.allow(3);
        for line in 0..1_000 {
            output.push(format!("line {line}\n").as_bytes());
        }
        assert_eq!(output.0.lines_left.load(Ordering::Relaxed), 0);
        let tail = output.take_tail();
        assert!(tail.len() <= KEPT_BYTES && tail.ends_with("line 999\n"), "{tail}");
        assert_eq!(output.take_tail(), "");
    }
}
