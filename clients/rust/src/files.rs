//! Moving the bytes of pictures and attachments over HTTP, to and from where the server has said: streamed, so that a
//! file may be larger than the memory.

mod connection;
mod form;
#[cfg(test)]
mod tests;
mod watched;

use std::{error::Error as _, io, path::Path, time::Duration};

use bytes::{Buf as _, Bytes};
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    Method, Request, Response, StatusCode, Uri,
    body::Incoming,
    header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION},
};
use tokio::{fs::File, task::JoinSet, time::timeout};

use self::form::Form;
use crate::UploadForm;

/// How long to wait for the next bytes to come or to go.
const PATIENCE: Duration = Duration::from_secs(60);
/// Of what a refusal says.
const TEXT: usize = 1024;
const REDIRECTS: usize = 5;

/// Why a file did not come or go.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransferError {
    #[error("`{0}` is no address of a file: it is neither http:// nor https:// with a host")]
    Address(String),
    #[error("cannot reach {place}: {cause}")]
    Unreachable { place: String, cause: io::Error },
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("HTTP: {}", with_cause(.0))]
    Http(#[from] hyper::Error),
    /// Who has the files answered, and the answer is no.
    #[error("it was answered {status}{}{text}", if .text.is_empty() { "" } else { ": " })]
    Refused { status: u16, text: String },
    #[error("it leads from one address to the next, and so on")]
    Redirects,
    /// Whoever has the files neither sent nor took anything for a while.
    #[error("nothing moved for 60 seconds")]
    Timeout,
}

/// Posts a file by a form that the server has answered. `progress` is told how many bytes of the file are on their way.
///
/// # Errors
///
/// [`TransferError::Refused`] as soon as the answer is no, even before the whole file has gone;
/// [`TransferError::Timeout`] when for a minute nothing is taken and no answer comes. Also when the file becomes
/// shorter meanwhile.
pub async fn upload(
    form: &UploadForm,
    media_type: &str,
    file: &Path,
    progress: impl FnMut(u64) + Send + 'static,
) -> Result<(), TransferError> {
    upload_within(PATIENCE, form, media_type, file, progress).await
}

async fn upload_within(
    patience: Duration,
    form: &UploadForm,
    media_type: &str,
    file: &Path,
    progress: impl FnMut(u64) + Send + 'static,
) -> Result<(), TransferError> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let form_data = Form::new(form, media_type, &name);
    let file = File::open(file).await?;
    let length = file.metadata().await?.len();
    let request = request(Method::POST, &form.url)?
        .header(CONTENT_TYPE, form_data.content_type())
        .header(CONTENT_LENGTH, form_data.length(length));
    let body = form_data.body(file, length, progress);
    let (response, _tasks) = connection::send(sealed(request.body(body))?, patience).await?;
    if response.status().is_success() { Ok(()) } else { Err(refusal(response).await) }
}

/// A file that comes.
#[derive(Debug)]
pub struct Download {
    /// Bytes, if it is said.
    pub length: Option<u64>,
    /// What it is called, if it is said, as whoever uploaded it wrote it: it may be no name of a file, or a path.
    pub name: Option<String>,
    body: Incoming,
    /// Drives the connection.
    _tasks: JoinSet<()>,
}

impl Download {
    /// Asks for a file at a URL that the server has answered.
    ///
    /// # Errors
    ///
    /// Every [`TransferError`] there is.
    pub async fn open(url: &str) -> Result<Self, TransferError> {
        let mut url = url.to_owned();
        for _ in 0..REDIRECTS {
            let request = sealed(request(Method::GET, &url)?.body(Empty::<Bytes>::new()))?;
            let (response, tasks) = connection::send(request, PATIENCE).await?;
            if response.status().is_redirection() {
                let location = header(&response, &LOCATION).unwrap_or_default();
                url = follow(&url, location)?;
                continue;
            }
            if response.status() != StatusCode::OK {
                return Err(refusal(response).await);
            }
            let length = header(&response, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
            let name = header(&response, &CONTENT_DISPOSITION).and_then(name_in);
            return Ok(Self { length, name, body: response.into_body(), _tasks: tasks });
        }
        Err(TransferError::Redirects)
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    ///
    /// Also when fewer bytes come than were announced.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, TransferError> {
        loop {
            let frame = timeout(PATIENCE, self.body.frame()).await.map_err(|_| TransferError::Timeout)?;
            match frame.transpose()?.map(hyper::body::Frame::into_data) {
                Some(Ok(data)) => return Ok(Some(data)),
                Some(Err(_trailers)) => {}
                None => return Ok(None),
            }
        }
    }
}

fn with_cause(error: &hyper::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"))
}

fn request(method: Method, url: &str) -> Result<hyper::http::request::Builder, TransferError> {
    let uri: Uri = url.parse().map_err(|_| TransferError::Address(url.to_owned()))?;
    Ok(Request::builder().method(method).uri(uri))
}

fn sealed<B>(request: Result<Request<B>, hyper::http::Error>) -> Result<Request<B>, TransferError> {
    request.map_err(|error| TransferError::Io(io::Error::new(io::ErrorKind::InvalidInput, error)))
}

fn header<'a>(response: &'a Response<Incoming>, name: &HeaderName) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// Where a redirect leads: to another URL, though never out of TLS, or to a path of the same host.
fn follow(from: &str, location: &str) -> Result<String, TransferError> {
    let wrong = || TransferError::Address(location.to_owned());
    if location.starts_with("https://") || (location.starts_with("http://") && from.starts_with("http://")) {
        return Ok(location.to_owned());
    }
    let path = location.strip_prefix('/').filter(|path| !path.starts_with('/')).ok_or_else(wrong)?;
    let uri: Uri = from.parse().map_err(|_| wrong())?;
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme), Some(authority)) => Ok(format!("{scheme}://{authority}/{path}")),
        _ => Err(wrong()),
    }
}

/// The text of a refusal is waited for no longer than for bytes: a file may still be going out meanwhile.
async fn refusal(mut response: Response<Incoming>) -> TransferError {
    let status = response.status().as_u16();
    let mut text = Vec::new();
    let read = async {
        while text.len() < TEXT
            && let Some(Ok(frame)) = response.body_mut().frame().await
        {
            let mut data = frame.into_data().unwrap_or_default();
            let kept = data.len().min(TEXT - text.len());
            text.extend_from_slice(&data.copy_to_bytes(kept));
        }
    };
    // What is there has to do.
    let _ = timeout(PATIENCE, read).await;
    TransferError::Refused { status, text: String::from_utf8_lossy(&text).trim().to_owned() }
}

/// The name of a file in a header `content-disposition`: the one in UTF-8, else the plain one.
fn name_in(disposition: &str) -> Option<String> {
    let parameter = |name: &str| {
        disposition.split(';').find_map(|part| part.trim().strip_prefix(name)?.trim_start().strip_prefix('='))
    };
    let encoded = parameter("filename*").and_then(|value| {
        let (_, text) =
            value.trim().strip_prefix("UTF-8'").or(value.trim().strip_prefix("utf-8'"))?.split_once('\'')?;
        percent_decoded(text)
    });
    encoded.or_else(|| parameter("filename").map(|value| value.trim().trim_matches('"').to_owned()))
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, others @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(others.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &others[2..];
        } else {
            bytes.push(*first);
            rest = others;
        }
    }
    String::from_utf8(bytes).ok()
}
