//! Text that must not be shown.

/// A password, a token that is as good as one, or the hash of one, at which others may guess. Its debug form hides it,
/// so that a logged request gives nothing away.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(pub String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hidden(***)")
    }
}
