//! A connection of which it is known whether bytes still go out, and on which an answer is heard that comes before all
//! of the request has gone.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    sync::Notify,
};

pub(super) struct Watched<S> {
    stream: S,
    /// Told whenever bytes were taken.
    written: Arc<Notify>,
    /// Whether writing has failed.
    is_deaf: bool,
}

impl<S> Watched<S> {
    pub(super) const fn new(stream: S, written: Arc<Notify>) -> Self {
        Self { stream, written, is_deaf: false }
    }
}

impl<S: AsyncWrite + Unpin> Watched<S> {
    /// Who refuses a file answers and hangs up while it is being sent, and writing may notice that before the answer
    /// was read. So a failure to write is no error: nothing more is written, and reading finds the answer, or what is
    /// wrong.
    fn write(
        &mut self,
        context: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut S>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if self.is_deaf {
            return Poll::Pending;
        }
        match write(Pin::new(&mut self.stream), context) {
            Poll::Ready(Ok(count)) => {
                if count > 0 {
                    self.written.notify_one();
                }
                Poll::Ready(Ok(count))
            }
            Poll::Ready(Err(_)) => {
                self.is_deaf = true;
                // Reading was tried before; what was heard since then might wake nobody.
                context.waker().wake_by_ref();
                Poll::Pending
            }
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.write(context, |stream, context| stream.poll_write(context, bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.write(context, |stream, context| stream.poll_write_vectored(context, slices))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.write(context, |stream, context| stream.poll_flush(context).map_ok(|()| 0)).map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
