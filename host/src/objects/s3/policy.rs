//! The policy of a bucket from which everybody may download. One that the operator has written otherwise is left alone.

use serde_json::{Value, json};

use crate::objects::BucketName;

const ACTION: &str = "s3:GetObject";

/// That everybody may get each object, whose key must be known: nobody may list them.
pub(super) fn public_read(bucket: &BucketName) -> String {
    let statement = json!({
        "Effect": "Allow",
        "Principal": {"AWS": ["*"]},
        "Action": [ACTION],
        "Resource": [every_object(bucket)],
    });
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn every_object(bucket: &BucketName) -> String {
    format!("arn:aws:s3:::{bucket}/*")
}

/// What a bucket has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Found {
    Nothing,
    /// The one above.
    PublicRead,
    /// Somebody else's.
    Other,
}

/// Reads the policy of a bucket, as the store gives it.
pub(super) fn read(bucket: &BucketName, text: &str) -> Found {
    if text.trim().is_empty() {
        return Found::Nothing;
    }
    // What cannot be read is somebody's all the same.
    let Ok(policy) = serde_json::from_str::<Value>(text) else { return Found::Other };
    let statements = match &policy["Statement"] {
        Value::Array(statements) => statements.as_slice(),
        Value::Null => &[],
        one => std::slice::from_ref(one),
    };
    match statements {
        [] => Found::Nothing,
        [one] if is_ours(bucket, one) => Found::PublicRead,
        _ => Found::Other,
    }
}

fn is_ours(bucket: &BucketName, statement: &Value) -> bool {
    let only = |value: &Value, text: &str| *value == text || *value == json!([text]);
    let everybody = |value: &Value| only(value, "*") || only(&value["AWS"], "*");
    let is_free = statement["Condition"].as_object().is_none_or(serde_json::Map::is_empty);
    statement["Effect"] == "Allow"
        && only(&statement["Action"], ACTION)
        && only(&statement["Resource"], &every_object(bucket))
        && everybody(&statement["Principal"])
        && is_free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_known_again() {
        let bucket = BucketName::parse("bucket").unwrap();
        let (ours, read) = (public_read(&bucket), |text: &str| read(&bucket, text));
        assert_eq!(read(&ours), Found::PublicRead);
        assert_eq!(read(&ours.replace("s3:GetObject", "s3:PutObject")), Found::Other);
        for resource in ["bucket/public/*", "bucket/a", "buckets/*"] {
            assert_eq!(read(&ours.replace("bucket/*", resource)), Found::Other, "{resource} is a part, or of another");
        }
        assert_eq!((read(""), read("{}"), read("alas")), (Found::Nothing, Found::Nothing, Found::Other));
        assert_eq!(read(r#"{"Statement": {"Effect": "Deny"}}"#), Found::Other, "one that is in no list");
        assert_eq!(read(&ours.replace("{\"AWS\":[\"*\"]}", "\"*\"")), Found::PublicRead);
        assert_eq!(read(&ours.replace("\"Effect\"", "\"Condition\":{\"a\":1},\"Effect\"")), Found::Other);
        assert!([read(""), read("{}"), read("[]")].iter().all(|found| *found == Found::Nothing));
    }
}
