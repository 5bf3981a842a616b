//! The edge that clients connect to.

#[cfg(test)]
mod reply;
