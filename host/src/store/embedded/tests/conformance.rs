//! The suite that every engine passes.

use crate::store::conformance::suite;

suite!(crate::store::embedded::tests::open());

/// The same while the index of messages is written all the time, and late.
mod folding {
    crate::store::conformance::suite!(crate::store::embedded::tests::open_folding());
}
