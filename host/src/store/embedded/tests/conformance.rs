//! The suite that every engine passes.

use crate::store::conformance::suite;

suite!(crate::store::embedded::tests::open());
