//! The configuration.

use talaria_sdk::Config;

use crate::Storage;

#[test]
fn a_configuration_that_makes_no_sense_is_refused_with_its_key() {
    for (config, expected) in [
        (r#"{"upload_seconds": 1}"#, "upload_seconds: from 10 to 86400"),
        (r#"{"user_pictures": {"max_bytes": 0}}"#, "user_pictures.max_bytes"),
        (r#"{"attachments": {"media_types": ["pictures"]}}"#, "attachments: \"pictures\" is no media type"),
        (r#"{"attachments": {"max_shares": 0}}"#, "attachments.max_shares"),
        (
            r#"{"attachments": {"max_bytes_at_once_per_user": 1}}"#,
            "attachments.max_bytes_at_once_per_user is 1, and attachments.max_bytes_per_user 1073741824: ",
        ),
        (
            r#"{"attachments": {"max_bytes": 2147483648}}"#,
            "attachments.max_bytes is 2147483648, and attachments.max_bytes_per_user 1073741824: ",
        ),
        (r#"{"attachments": {"max_bytes": 7, "max_bytes_per_user": 6}}"#, "attachments.max_bytes is 7, and "),
        (r#"{"attachments": {"max_bytes": 0}}"#, "attachments.max_bytes: from 1 to"),
        (
            r#"{"buckets": {"attachments": "user-profile-picture"}}"#,
            "buckets.user_pictures and buckets.attachments are both user-profile-picture: ",
        ),
        (r#"{"buckets": {"attachments": "Files"}}"#, "buckets.attachments: 3 to 63 of a-z"),
        (r#"{"buckets": {"group_pictures": "-files"}}"#, "buckets.group_pictures: 3 to 63 of a-z"),
        (
            r#"{"user_pictures": {"media_types": ["image/png", "image/svg+xml"]}}"#,
            "user_pictures.media_types has \"image/svg+xml\", and user_pictures.refused_media_types refuses all",
        ),
        (
            r#"{"attachments": {"media_types": ["image/*"], "refused_media_types": ["*/*"]}}"#,
            "attachments.media_types has \"image/*\", and attachments.refused_media_types refuses all",
        ),
        (r#"{"uploads": 1}"#, "unknown field `uploads`"),
    ] {
        let error = Storage::start(Config::new(config)).err().unwrap().to_string();
        assert!(error.contains(expected), "{config}: {error}");
    }
}

#[test]
fn a_file_has_no_more_than_its_user_may_keep_unless_the_operator_says_how_much() {
    for (config, expected) in [
        ("{}", 104_857_600),
        (r#"{"attachments": {"max_bytes_per_user": 7}}"#, 7),
        (r#"{"attachments": {"max_bytes_per_user": 0}}"#, 1),
        (r#"{"attachments": {"max_bytes": 1073741824}}"#, 1_073_741_824),
        (r#"{"attachments": {"max_bytes": 8, "max_bytes_per_user": 9}}"#, 8),
    ] {
        let storage = Storage::start(Config::new(config)).unwrap();
        assert_eq!(storage.settings.attachments.max_bytes(), expected, "{config}");
    }
}
