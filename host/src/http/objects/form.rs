//! Taking an object by a form, in S3's manner: fields first, the signed policy among them, and the file last.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    sync::atomic::{AtomicBool, Ordering},
};

use axum::{
    body::Body,
    http::{StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use bytes::Bytes;
use futures_util::{Stream, stream};
use multer::{Field, Multipart};
use tokio::{task::yield_now, time::timeout};

use super::{
    Objects, Place, Refusal, failed, place,
    upload::{Incoming, add, content_length, tag},
};
use crate::objects::{MediaRule, MediaType, Object, disk::SignedPolicy};

const FILE: &str = "file";
/// Of the fields before the file.
const FIELDS: usize = 32;
const FIELD_BYTES: usize = 32 * 1024;
/// Of all that comes before the file.
const HEAD_BYTES: u64 = 256 * 1024;
/// The parser looks at all that it holds again with each piece.
const HEAD_PIECES: u32 = 1024;
/// Of a boundary, by RFC 2046.
const BOUNDARY_BYTES: usize = 70;

impl Objects {
    pub(super) async fn form(&self, peer: IpAddr, head: &Parts, body: Body) -> Result<Response, Refusal> {
        let mut body = Incoming::new(body, self.patience);
        let taken = self.take_form(peer, head, &mut body).await;
        if taken.is_err() {
            body.drain().await;
        }
        taken
    }

    async fn take_form(&self, peer: IpAddr, head: &Parts, body: &mut Incoming) -> Result<Response, Refusal> {
        let headers = &head.headers;
        let Place::Bucket(bucket) = place(head.uri.path())? else {
            return Err(Refusal::Senseless("a form goes to the bucket; the key is a field".into()));
        };
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|given| given.to_str().ok()).unwrap_or_default();
        let boundary = multer::parse_boundary(content_type).ok().filter(|boundary| boundary.len() <= BOUNDARY_BYTES);
        let boundary = boundary.ok_or_else(|| {
            Refusal::Senseless("a form is multipart/form-data with a boundary of up to 70 bytes".into())
        })?;
        let in_file = AtomicBool::new(false);
        let mut form = Multipart::new(pieces(body, &in_file), boundary);
        let form_turn = self.transfers.form(peer)?;
        // Whoever trickles fields has shown no signature yet.
        let (fields, mut file) =
            timeout(self.patience.limit(), read_fields(&mut form)).await.map_err(|_| Refusal::Stalled)??;
        in_file.store(true, Ordering::Relaxed);
        drop(form_turn);
        let policy = self.policy(&fields)?;
        if policy.bucket != bucket {
            return Err(Refusal::Policy("the form is for another bucket".into()));
        }
        let media_type = media_type(&policy, &fields)?;
        let most = policy.size.max;
        if content_length(headers).is_some_and(|length| length > most.saturating_add(HEAD_BYTES)) {
            return Err(Refusal::TooLarge(most));
        }
        let _transfer = self.transfers.upload(peer, &bucket, &policy.key)?;
        let mut upload = self.disk.upload(&bucket, most).await.map_err(failed)?;
        while let Some(piece) = file.chunk().await.map_err(broken)? {
            add(&mut upload, &piece, most).await?;
            self.is_in_time(policy.expires)?;
        }
        if upload.size() < policy.size.min {
            return Err(Refusal::TooSmall(policy.size.min));
        }
        self.is_in_time(policy.expires)?;
        let object = upload.finish(&policy.key, &media_type).await.map_err(failed)?;
        Ok(success(fields.get("success_action_status").map(String::as_str), &policy, &object))
    }

    /// The policy that the form carries, when it is ours, still good, and for the key that the form names.
    fn policy(&self, fields: &Fields) -> Result<SignedPolicy, Refusal> {
        let (Some(policy), Some(signature)) = (fields.get("policy"), fields.get("signature")) else {
            return Err(Refusal::Unsigned);
        };
        let policy = self.disk.read_policy(policy, signature).ok_or(Refusal::BadSignature)?;
        if self.disk.has_expired(policy.expires) {
            return Err(Refusal::Expired);
        }
        match fields.get("key") {
            Some(key) if key != policy.key.as_str() => Err(Refusal::Policy("the form is for another key".into())),
            // It can be for no other.
            Some(_) | None => Ok(policy),
        }
    }
}

/// By their names in lower case.
type Fields = BTreeMap<String, String>;

/// The fields, and the file that follows them.
async fn read_fields<'form>(form: &mut Multipart<'form>) -> Result<(Fields, Field<'form>), Refusal> {
    let mut fields = Fields::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        let name = field.name().unwrap_or_default().to_ascii_lowercase();
        if name == FILE {
            return Ok((fields, field));
        }
        let mut value = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            value.extend_from_slice(&piece);
            if value.len() > FIELD_BYTES {
                return Err(Refusal::Senseless(format!("the field `{name}` is too long")));
            }
        }
        let value = String::from_utf8(value)
            .map_err(|_| Refusal::Senseless(format!("the field `{name}` is no text in UTF-8")))?;
        // Some clients add what is among the fields already.
        match fields.get(&name) {
            Some(before) if *before != value => {
                return Err(Refusal::Senseless(format!("the field `{name}` comes twice, with different values")));
            }
            Some(_) => {}
            None if fields.len() == FIELDS => return Err(Refusal::Senseless("there are too many fields".into())),
            None => drop(fields.insert(name, value)),
        }
    }
    Err(Refusal::Senseless("the form lacks the field `file`, which comes last".into()))
}

fn media_type(policy: &SignedPolicy, fields: &Fields) -> Result<MediaType, Refusal> {
    let wanted = match &policy.media {
        MediaRule::Any => None,
        MediaRule::Exactly(only) => Some(only.as_str().to_owned()),
        MediaRule::StartsWith(beginning) => Some(format!("{beginning}…")),
    };
    match (fields.get("content-type"), wanted) {
        (Some(given), Some(wanted)) if !policy.media.allows(given) => {
            Err(Refusal::Policy(format!("the field `Content-Type` must be {wanted}")))
        }
        (Some(given), _) => Ok(MediaType::parse(given)?),
        // Likewise.
        (None, Some(only)) if matches!(policy.media, MediaRule::Exactly(_)) => Ok(MediaType::parse(&only)?),
        (None, Some(wanted)) => Err(Refusal::Policy(format!("the form lacks the field `Content-Type`, {wanted}"))),
        (None, None) => Ok(MediaType::default()),
    }
}

/// The status that the form asks for, as S3 has it.
fn success(status: Option<&str>, policy: &SignedPolicy, object: &Object) -> Response {
    let tag = [(header::ETAG, tag(object))];
    match status {
        Some("200") => (StatusCode::OK, tag).into_response(),
        Some("201") => {
            let (bucket, key) = (&policy.bucket, escape(policy.key.as_str()));
            let text = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PostResponse><Bucket>{bucket}</Bucket><Key>{key}</Key>\
                 <ETag>&quot;{}&quot;</ETag></PostResponse>",
                object.etag
            );
            (StatusCode::CREATED, tag, [(header::CONTENT_TYPE, "application/xml")], text).into_response()
        }
        Some(_) | None => (StatusCode::NO_CONTENT, tag).into_response(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What went wrong with the body, on its way through the parser.
#[derive(Debug, thiserror::Error)]
#[error("{0:?}")]
struct Broken(Refusal);

/// The body as the parser takes it.
fn pieces<'form>(
    body: &'form mut Incoming,
    in_file: &'form AtomicBool,
) -> impl Stream<Item = Result<Bytes, Broken>> + Send + 'form {
    stream::unfold(Some((body, 0_u64, 0_u32)), move |state| async move {
        let (body, before, count) = state?;
        // The parser takes in what there is before it gives anything out: so it is a piece at a time.
        yield_now().await;
        if (before > HEAD_BYTES || count > HEAD_PIECES) && !in_file.load(Ordering::Relaxed) {
            return Some((
                Err(Broken(Refusal::Senseless(
                    "the fields before `file` are too long, or come in too small pieces".into(),
                ))),
                None,
            ));
        }
        match body.next().await {
            Ok(None) => None,
            Ok(Some(piece)) => {
                let so_far = before.saturating_add(piece.len() as u64);
                Some((Ok(piece), Some((body, so_far, count.saturating_add(1)))))
            }
            Err(refusal) => Some((Err(Broken(refusal)), None)),
        }
    })
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that map_err wants")]
fn broken(error: multer::Error) -> Refusal {
    match &error {
        multer::Error::StreamReadFailed(cause) => {
            cause.downcast_ref::<Broken>().map_or(Refusal::BrokeOff, |Broken(refusal)| refusal.clone())
        }
        _ => Refusal::BrokeOff,
    }
}
