//! What is said when `kv` does not answer.

use talaria_sdk::kv;

/// For whoever tries again.
pub(crate) fn failed(error: kv::Error) -> String {
    format!("the store: {error:?}")
}
