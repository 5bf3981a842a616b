//! Does to objects what the lines of a text say: the first what, the others with what. The answer begins with a line
//! `ok`.

use std::time::Duration;

use talaria_sdk::objects::{self, Access, Error, FormPolicy, Object};

/// | First line | The others |
/// | --- | --- |
/// | `ensure` | bucket, `public` or `private` |
/// | `put` | bucket, key, media type, data |
/// | `get`, `head`, `delete`, `public-url` | bucket, key |
/// | `list` | bucket, prefix, after (empty: from the first), limit |
/// | `presign-get` | bucket, key, seconds, name of the file (empty: none) |
/// | `presign-put` | bucket, key, seconds |
/// | `presign-post` | bucket, key, seconds, media type (empty: any), least and most bytes |
pub(crate) fn carry_out(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').collect();
    let done = match lines[..] {
        ["ensure", bucket, access] => {
            let access = if access == "public" { Access::PublicRead } else { Access::Private };
            objects::ensure_bucket(bucket, access).map(|()| String::new())
        }
        ["put", bucket, key, media_type, data] => objects::put(bucket, key, data, media_type).map(|put| shown(&put)),
        ["get", bucket, key] => objects::get(bucket, key)
            .map(|data| data.map_or_else(|| "-".into(), |data| String::from_utf8_lossy(&data).into_owned())),
        ["head", bucket, key] => {
            objects::head(bucket, key).map(|object| object.map_or_else(|| "-".into(), |object| shown(&object)))
        }
        ["delete", bucket, key] => objects::delete(bucket, key).map(|()| String::new()),
        ["public-url", bucket, key] => objects::public_url(bucket, key),
        ["list", bucket, prefix, after, limit] => {
            objects::list(bucket, prefix, Some(after).filter(|after| !after.is_empty()), number(limit))
                .map(|listed| listed.into_iter().map(|object| object.key).collect::<Vec<_>>().join("\n"))
        }
        ["presign-get", bucket, key, time, name] => {
            objects::presign_get(bucket, key, seconds(time), Some(name).filter(|name| !name.is_empty()))
        }
        ["presign-put", bucket, key, time] => objects::presign_put(bucket, key, seconds(time)),
        ["presign-post", bucket, key, time, media_type, least, most] => {
            let policy = FormPolicy::new(bucket, key, seconds(time)).size(number(least).into()..=number(most).into());
            let policy = if media_type.is_empty() { policy } else { policy.media_type(media_type) };
            objects::presign_post(&policy).map(|form| {
                let fields = form.fields.iter().map(|(name, value)| format!("\n{name}={value}"));
                form.url + &fields.collect::<String>()
            })
        }
        _ => Err(Error::Invalid("the lines make no sense".into())),
    };
    done.map_or_else(|error| format!("{error:?}"), |done| format!("ok\n{done}"))
}

fn shown(object: &Object) -> String {
    format!("{} {} {}", object.key, object.size, object.media_type)
}

fn number(text: &str) -> u32 {
    text.parse().expect("a number")
}

fn seconds(text: &str) -> Duration {
    Duration::from_secs(number(text).into())
}
