//! What the close statuses of the protocol mean, in words.

/// To go after "the server ended the session, ".
pub(super) const fn meaning(status: i32) -> &'static str {
    match status {
        100 => "as this program broke the protocol",
        110 => "as it heard nothing for too long",
        111 => "as the login took too long",
        200 => "as it failed",
        201 => "as it is stopping",
        202 => "as it cannot serve now",
        300 => "as the network broke",
        400 => "as this program reads too slowly, or for a reason not known",
        500 => "as you logged out",
        501 => "as you logged in on another device of this kind",
        600 => "as an administrator wanted",
        700 => "as the account was deleted or deactivated",
        701 => "as the user or the address is blocked",
        _ => "for a reason that this program does not know",
    }
}
