//! A form with a file: `multipart/form-data`, of which nothing but a piece of the file is ever in the memory.

use std::{
    fmt::Write as _,
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io,
};

use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, stream};
use http_body_util::StreamBody;
use hyper::body::{Body, Frame};
use tokio::{fs::File, io::AsyncReadExt as _};

use crate::UploadForm;

/// Bytes of a file that are read at a time.
const PIECE: usize = 64 << 10;

/// What is around the file.
pub(super) struct Form {
    boundary: String,
    head: Bytes,
    tail: Bytes,
}

impl Form {
    /// The fields first, then those that clients add, the key and the file's type, unless they are there, and the file
    /// last: a store of S3 wants it so, and refuses a form that has a field twice.
    pub(super) fn new(form: &UploadForm, media_type: &str, file_name: &str) -> Self {
        // As good as random, so that it is in no file.
        let random = || RandomState::new().build_hasher().finish();
        Self::with_boundary(format!("talaria-{:016x}{:016x}", random(), random()), form, media_type, file_name)
    }

    fn with_boundary(boundary: String, form: &UploadForm, media_type: &str, file_name: &str) -> Self {
        let mut head = String::new();
        let mut field = |name: &str, value: &str| {
            let name = quoted(name);
            let _ = write!(head, "--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        };
        form.fields.iter().for_each(|(name, value)| field(name, value));
        for (name, value) in [("key", form.id.as_str()), ("Content-Type", media_type)] {
            if !form.fields.iter().any(|(there, _)| there.eq_ignore_ascii_case(name)) {
                field(name, value);
            }
        }
        let _ = write!(
            head,
            "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: {media_type}\r\n\r\n",
            quoted(file_name)
        );
        let tail = format!("\r\n--{boundary}--\r\n");
        Self { boundary, head: head.into(), tail: tail.into() }
    }

    pub(super) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// Of all of it, with a file of so many bytes.
    pub(super) fn length(&self, file: u64) -> u64 {
        (self.head.len() + self.tail.len()) as u64 + file
    }

    pub(super) fn body(
        self,
        file: File,
        length: u64,
        progress: impl FnMut(u64) + Send + 'static,
    ) -> impl Body<Data = Bytes, Error = io::Error> + Send + 'static {
        let pieces = stream::try_unfold((file, 0, progress), move |(mut file, sent, mut progress)| async move {
            if sent == length {
                return Ok(None);
            }
            let mut piece = BytesMut::with_capacity(PIECE);
            let count = (&mut file).take(length - sent).read_buf(&mut piece).await?;
            if count == 0 {
                return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the file has become shorter"));
            }
            let sent = sent + count as u64;
            progress(sent);
            Ok(Some((piece.freeze(), (file, sent, progress))))
        });
        let around = |bytes: Bytes| stream::once(async move { Ok(bytes) });
        let all = around(self.head).chain(pieces).chain(around(self.tail));
        StreamBody::new(all.map(|piece| piece.map(Frame::data)))
    }
}

/// As browsers write what would end the name too early.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_comes_last_and_its_type_before_it() {
        let with = |name: &str, value: &str| UploadForm {
            url: String::new(),
            id: "files/1".to_owned(),
            fields: vec![(name.to_owned(), value.to_owned())],
        };
        let form = Form::with_boundary("b".into(), &with("policy", "p"), "text/plain", "a\"\r\n.txt");
        let text = std::str::from_utf8(&form.head).unwrap();
        let expected = [
            "--b\r\nContent-Disposition: form-data; name=\"policy\"\r\n\r\np\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"key\"\r\n\r\nfiles/1\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"Content-Type\"\r\n\r\ntext/plain\r\n",
            "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22%0D%0A.txt\"\r\n",
            "Content-Type: text/plain\r\n\r\n",
        ];
        assert_eq!(text, expected.concat());
        assert_eq!(form.length(10), (text.len() + 10 + "\r\n--b--\r\n".len()) as u64);
        for (name, value) in [("content-type", "image/png"), ("Key", "files/1")] {
            let form = Form::with_boundary("b".into(), &with(name, value), "text/plain", "a");
            let names = std::str::from_utf8(&form.head).unwrap().to_ascii_lowercase();
            assert_eq!(names.matches(&format!("name=\"{}\"", name.to_ascii_lowercase())).count(), 1);
        }
    }
}
