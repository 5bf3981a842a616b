//! One request over a connection of its own, with TLS where the URL says so.

use std::{error::Error, io, pin::pin, sync::Arc, time::Duration};

use hyper::{
    Request, Response, Uri,
    body::{Body, Incoming},
    client::conn::http1,
    header::{HOST, HeaderValue},
};
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    sync::Notify,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{TransferError, watched::Watched};
use crate::tls;

const CONNECTING: Duration = Duration::from_secs(30);

/// Answers with the head of the response; its body comes as long as the tasks are kept. Once connected, `patience` is
/// how long it may take until the next bytes are taken or the head comes.
pub(super) async fn send<B>(
    mut request: Request<B>,
    patience: Duration,
) -> Result<(Response<Incoming>, JoinSet<()>), TransferError>
where
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let place = Place::of(request.uri()).ok_or_else(|| TransferError::Address(request.uri().to_string()))?;
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let target: Uri = target.parse().map_err(|_| TransferError::Address(target.to_owned()))?;
    *request.uri_mut() = target;
    request.headers_mut().insert(HOST, place.authority.clone());
    let stream = place.reach(TcpStream::connect((place.host.as_str(), place.port))).await?;
    if !place.is_secure {
        return speak(stream, request, patience).await;
    }
    let stream = place.reach(tls::connect(&tls::system().await?, &place.host, stream)).await?;
    speak(stream, request, patience).await
}

/// Where a URL leads.
struct Place {
    host: String,
    port: u16,
    authority: HeaderValue,
    is_secure: bool,
}

impl Place {
    fn of(uri: &Uri) -> Option<Self> {
        let is_secure = match uri.scheme_str()? {
            "http" => false,
            "https" => true,
            _ => return None,
        };
        let authority = uri.authority()?;
        // What is before an at sign is a password, which is nobody's name.
        let shown = authority.as_str().rsplit('@').next()?;
        let host = authority.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = uri.port_u16().unwrap_or(if is_secure { 443 } else { 80 });
        (!host.is_empty()).then_some(Self { host, port, authority: shown.parse().ok()?, is_secure })
    }

    /// A step on the way there. What goes wrong names the place: whoever typed a command has never seen it.
    async fn reach<T>(&self, step: impl Future<Output = io::Result<T>>) -> Result<T, TransferError> {
        let done = timeout(CONNECTING, step).await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()));
        done.map_err(|cause| {
            let Self { host, port, .. } = self;
            let place = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
            TransferError::Unreachable { place, cause }
        })
    }
}

async fn speak<S, B>(
    stream: S,
    request: Request<B>,
    patience: Duration,
) -> Result<(Response<Incoming>, JoinSet<()>), TransferError>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    B: Body + Send + 'static,
    B::Data: Send,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let written = Arc::new(Notify::new());
    let stream = Watched::new(stream, Arc::clone(&written));
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        // Its end is seen by whoever sends or reads.
        let _ = connection.await;
    });
    let mut response = pin!(sender.send_request(request));
    loop {
        tokio::select! {
            biased;
            response = &mut response => return Ok((response?, tasks)),
            () = written.notified() => {}
            () = sleep(patience) => return Err(TransferError::Timeout),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_place() {
        let place = |url: &str| Place::of(&url.parse().unwrap());
        let files = place("https://files.example/a?b").unwrap();
        assert_eq!((files.host.as_str(), files.port, files.is_secure), ("files.example", 443, true));
        assert_eq!(files.authority, "files.example");
        let here = place("http://me:secret@[::1]:8080/").unwrap();
        assert_eq!((here.host.as_str(), here.port, here.is_secure), ("::1", 8080, false));
        assert_eq!(here.authority, "[::1]:8080");
        assert!(place("ftp://files.example/").is_none() && place("/a").is_none());
    }

    /// What is said when a file is to be had where nobody listens, or nobody speaks TLS.
    fn told(url: &str) -> String {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let answer = runtime.block_on(super::super::Download::open(url));
        answer.unwrap_err().to_string()
    }

    #[test]
    fn a_place_that_cannot_be_reached_is_named() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let deaf = std::thread::spawn(move || drop(listener.accept()));
        let secure = told(&format!("https://127.0.0.1:{port}/a?signature=secret"));
        deaf.join().unwrap();
        let plain = told(&format!("http://127.0.0.1:{port}/a?signature=secret"));
        for told in [&secure, &plain] {
            assert!(told.starts_with(&format!("cannot reach 127.0.0.1:{port}: ")), "{told}");
            assert!(!told.contains("secret"), "{told}");
        }
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused).to_string();
        assert!(plain.to_lowercase().contains(&refused), "{plain}");
        let six = told(&format!("http://[::1]:{port}/"));
        assert!(six.starts_with(&format!("cannot reach [::1]:{port}: ")), "{six}");
    }
}
