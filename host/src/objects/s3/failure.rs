//! What a store that speaks S3 fails with, in our own words.

use minio::s3::error::{Error as Failure, NetworkError, S3ServerError, ValidationErr};

use super::Error;

/// What became of a request. The cause is for the operator, who knows the endpoint; nothing here knows the secret.
pub(super) fn error(failure: &Failure, endpoint: &str) -> Error {
    match failure {
        Failure::S3Server(S3ServerError::S3Error(answer)) => {
            answered(&answer.code().to_string(), answer.message().as_deref().unwrap_or_default())
        }
        Failure::S3Server(
            S3ServerError::InvalidServerResponse { http_status_code: status, .. } | S3ServerError::HttpError(status, _),
        )
        | Failure::Network(NetworkError::ServerError(status)) => {
            Error::unavailable(format!("{endpoint} answered with the status {status}, not as a store of S3 does"))
        }
        Failure::Network(NetworkError::ReqwestError(cause)) | Failure::Validation(ValidationErr::HttpError(cause)) => {
            Error::unavailable(format!("the store at {endpoint} cannot be reached: {}", root(cause)))
        }
        Failure::DriveIo(cause) => Error::unavailable(format!("the store at {endpoint} cannot be reached: {cause}")),
        Failure::Validation(
            cause @ (ValidationErr::InvalidObjectName(_) | ValidationErr::InvalidBucketName { .. }),
        ) => Error::Invalid(cause.to_string()),
        Failure::Validation(cause) => Error::unavailable(format!("the store at {endpoint} is not understood: {cause}")),
    }
}

/// As the documentation of S3 has them.
fn spelled(code: &str) -> &str {
    let known = ["AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"];
    known.into_iter().find(|known| known.eq_ignore_ascii_case(code)).unwrap_or(code)
}

/// By the code of S3, which comes in lower case when the client does not know it.
fn answered(code: &str, message: &str) -> Error {
    match code.to_ascii_lowercase().as_str() {
        "nosuchbucket" => Error::NoBucket,
        "accessdenied" | "invalidaccesskeyid" | "signaturedoesnotmatch" => Error::unavailable(format!(
            "the store refuses the server ({}): see objects.s3.access_key, objects.s3.secret_key and what the key may do",
            spelled(code)
        )),
        "requesttimetooskewed" => {
            Error::unavailable("the clocks of this machine and of the store differ by more than 15 minutes; set them")
        }
        "xminiostoragefull" | "xminioadminbucketquotaexceeded" | "quotaexceeded" | "insufficientstorage" => Error::Full,
        "entitytoolarge" => Error::TooLarge,
        "xminioparentisobject"
        | "xminioobjectexistsasdirectory"
        | "xminioinvalidobjectname"
        | "xminioinvalidresourcename"
        | "invalidobjectname"
        | "keytoolongerror"
        | "invalidbucketname" => Error::Invalid(format!("this store does not take that: {message}")),
        _ => Error::unavailable(format!("the store answered {code}: {message}")),
    }
}

/// Whether the object is not there, which is no error.
pub(super) fn is_no_object(failure: &Failure) -> bool {
    has_code(failure, "NoSuchKey")
}

pub(super) fn has_code(failure: &Failure, code: &str) -> bool {
    match failure {
        Failure::S3Server(S3ServerError::S3Error(answer)) => answer.code().to_string().eq_ignore_ascii_case(code),
        Failure::S3Server(_) | Failure::DriveIo(_) | Failure::Network(_) | Failure::Validation(_) => false,
    }
}

/// The innermost cause, which is the one that an operator can do something about.
fn root(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_operator_can_mend_is_named() {
        let cause = |code| answered(code, "text").to_string();
        assert!(cause("InvalidAccessKeyId").contains("objects.s3.access_key"));
        assert!(cause("signaturedoesnotmatch").contains("objects.s3.secret_key"));
        assert!(cause("requesttimetooskewed").contains("clocks"));
        assert_eq!(answered("NoSuchBucket", ""), Error::NoBucket);
        assert_eq!(answered("XMinioStorageFull", ""), Error::Full);
        assert_eq!(answered("slowdown", "text"), Error::unavailable("the store answered slowdown: text"));
    }
}
