//! Messages: sending, forwarding and reading them back.

mod private;
