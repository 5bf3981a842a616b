//! Files in a conversation: a plugin of the server says where they go and come from, and their bytes go over HTTP. A
//! message names the file, so that the other side can get it.

mod part;
#[cfg(test)]
mod tests;

use std::{
    io::{self, ErrorKind},
    path::Path,
};

use anyhow::Result;
use talaria_client::{
    Client, Error, Target, UploadForm,
    files::{self, Download, TransferError},
    proto::{
        DeleteResourceRequest, QueryResourceDownloadInfoRequest, QueryResourceUploadInfoRequest, StorageResourceType,
        turms_request::Kind,
    },
};
use tokio::fs;

use self::part::Part;
use super::print::{self, Progress};

/// That no plugin provides storage.
const NOT_IMPLEMENTED: i32 = 6000;
/// That files are uploaded for friends only; messages may go to others as well.
const NOT_FRIEND: i32 = 6100;
/// Bytes of the name of a file.
const NAME: usize = 200;

/// What a message about an attachment begins with; its id and its name follow.
const MARK: &str = "attachment:";

/// Why a file was not sent or did not come.
#[derive(Debug)]
enum Failure {
    /// The server has refused a request.
    Refused(i32, Option<String>),
    /// A message for the user; the connection still works.
    Told(String),
    /// The connection does not.
    Fatal(anyhow::Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused { code: NOT_IMPLEMENTED, .. } => Self::Told(
                "this server stores no files: its operator has to install a plugin that does, such as `storage`".into(),
            ),
            Error::Refused { code, reason } => Self::Refused(code, reason),
            Error::NoData => Self::Told("the server did not say where the file is to go or to come from".into()),
            other => Self::Fatal(other.into()),
        }
    }
}

impl From<TransferError> for Failure {
    fn from(error: TransferError) -> Self {
        let told = match &error {
            TransferError::Refused { status, text } => {
                message(text).map(|message| format!("it was answered {status}: {message}"))
            }
            _ => None,
        };
        Self::Told(told.unwrap_or_else(|| error.to_string()))
    }
}

/// What an answer says to people: the server's own is JSON, that of an S3 is XML.
fn message(answer: &str) -> Option<String> {
    let json = serde_json::from_str::<serde_json::Value>(answer).ok();
    let own = json.and_then(|answer| answer["message"].as_str().map(str::to_owned));
    own.or_else(|| Some(answer.split_once("<Message>")?.1.split_once("</Message>")?.0.to_owned()))
}

/// Uploads a file for those in the conversation and tells them. Answers how many refusals it is.
pub(super) async fn send(client: &Client, target: Target, file: String) -> Result<u32> {
    shown(&format!("/send {file}"), upload(client, target, Path::new(&file)).await)
}

/// Downloads an attachment into the current directory.
pub(super) async fn get(client: &Client, argument: String) -> Result<u32> {
    let (id, name) = argument.split_once(char::is_whitespace).unwrap_or((&argument, ""));
    shown(&format!("/get {argument}"), download(client, id_of(id), name.trim(), Path::new("")).await)
}

/// Shows where an attachment can be downloaded from, for other programs.
pub(super) async fn url(client: &Client, argument: String) -> Result<u32> {
    let found = find(client, id_of(&argument)).await.map(|url| print::url(&url));
    shown(&format!("/url {argument}"), found)
}

/// As a message names it, or alone.
fn id_of(argument: &str) -> &str {
    argument.strip_prefix(MARK).unwrap_or(argument)
}

fn shown(command: &str, outcome: Result<(), Failure>) -> Result<u32> {
    match outcome {
        Ok(()) => return Ok(0),
        Err(Failure::Refused(code, reason)) => print::refused(command, code, reason.as_deref()),
        Err(Failure::Told(why)) => print::failed(command, &why),
        Err(Failure::Fatal(error)) => return Err(error),
    }
    Ok(1)
}

async fn upload(client: &Client, target: Target, file: &Path) -> Result<(), Failure> {
    let unreadable = |why: &dyn std::fmt::Display| Failure::Told(format!("cannot read {}: {why}", file.display()));
    let found = fs::metadata(file).await.map_err(|error| unreadable(&error))?;
    let Some(name) = file.file_name().filter(|_| found.is_file()) else { return Err(unreadable(&"it is no file")) };
    let name = name.to_string_lossy().into_owned();
    let media_type = media_type(file);
    let request = |id_num| QueryResourceUploadInfoRequest {
        r#type: StorageResourceType::MessageAttachment.into(),
        id_num,
        name: Some(name.clone()),
        media_type: Some(media_type.to_owned()),
        ..QueryResourceUploadInfoRequest::default()
    };
    // A group is named by its negated id.
    let whom = match target {
        Target::User(id) => id,
        Target::Group(id) => -id,
    };
    let form: UploadForm = match client.query_upload(request(Some(whom))).await {
        // It is for nobody yet then; who gets the message gets the file.
        Err(Error::Refused { code: NOT_FRIEND, .. }) => client.query_upload(request(None)).await?,
        answer => answer?,
    };
    let mut progress = Progress::new(&name, Some(found.len()));
    if let Err(error) = files::upload(&form, media_type, file, move |sent| progress.at(sent)).await {
        give_up(client, &form.id).await;
        return Err(error.into());
    }
    if let Err(error) = client.send_message(target, &format!("{MARK}{} {name}", form.id)).await {
        // Only a refusal says that nobody was told of the file; without an answer, somebody may have been.
        if matches!(error, Error::Refused { .. }) {
            give_up(client, &form.id).await;
        }
        return Err(error.into());
    }
    print::sent_file(&name, &form.id, found.len());
    Ok(())
}

/// Deletes what nobody was told of: it takes room, and so does what was not uploaded after all.
async fn give_up(client: &Client, id: &str) {
    let number = id.parse().ok();
    let request = DeleteResourceRequest {
        r#type: StorageResourceType::MessageAttachment.into(),
        id_num: number,
        id_str: number.is_none().then(|| id.to_owned()),
        ..DeleteResourceRequest::default()
    };
    // The user is told why it was not sent; this is no more than tidy.
    let _ = client.request(Kind::DeleteResourceRequest(request)).await;
}

/// The address of an attachment, good for a while.
async fn find(client: &Client, id: &str) -> Result<String, Failure> {
    let number = id.parse().ok();
    let request = QueryResourceDownloadInfoRequest {
        r#type: StorageResourceType::MessageAttachment.into(),
        id_num: number,
        id_str: number.is_none().then(|| id.to_owned()),
        ..QueryResourceDownloadInfoRequest::default()
    };
    Ok(client.query_download(request).await?)
}

async fn download(client: &Client, id: &str, wanted: &str, folder: &Path) -> Result<(), Failure> {
    let mut download = Download::open(&find(client, id).await?).await?;
    let known = if wanted.is_empty() { download.name.as_deref() } else { Some(wanted) };
    let name = known.and_then(file_name).or_else(|| file_name(&format!("attachment-{id}")));
    let name = name.ok_or_else(|| Failure::Told("the file has no name; add one: /get ID FILE".into()))?;
    let unwritable = |error: io::Error| {
        Failure::Told(match error.kind() {
            ErrorKind::AlreadyExists => format!("{name} is there already; give it another name: /get {id} FILE"),
            _ => format!("cannot write {name}: {error}"),
        })
    };
    let place = folder.join(&name);
    // Never overwrite a file of the user's.
    if fs::symlink_metadata(&place).await.is_ok() {
        return Err(unwritable(ErrorKind::AlreadyExists.into()));
    }
    let mut part = Part::create(place).map_err(unwritable)?;
    let mut progress = Progress::new(&name, download.length);
    let mut size = 0;
    while let Some(chunk) = download.chunk().await? {
        part.write(&chunk).await.map_err(unwritable)?;
        size += chunk.len() as u64;
        progress.at(size);
    }
    part.finish().await.map_err(unwritable)?;
    print::got_file(&name, size);
    Ok(())
}

/// What is left of a name that a stranger may have chosen: no path, nothing hidden, nothing that draws on the terminal.
fn file_name(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain = crate::cli::show::plain(last).replace([':', '\u{fffd}'], "_");
    let name = plain.trim().trim_start_matches('.').trim_start();
    let kept = &name[..name.floor_char_boundary(NAME)];
    (!kept.is_empty()).then(|| kept.to_owned())
}

/// By the ending of the name, as far as it is one of the usual ones.
fn media_type(file: &Path) -> &'static str {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("txt" | "log" | "md") => "text/plain",
        Some("csv") => "text/csv",
        Some("html" | "htm") => "text/html",
        Some("json") => "application/json",
        Some("pdf") => "application/pdf",
        Some("zip") => "application/zip",
        Some("gz" | "tgz") => "application/gzip",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some("svg") => "image/svg+xml",
        Some("mp3") => "audio/mpeg",
        Some("ogg") => "audio/ogg",
        Some("mp4") => "video/mp4",
        Some("webm") => "video/webm",
        _ => "application/octet-stream",
    }
}
