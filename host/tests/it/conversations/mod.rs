//! Conversations: how far they are read, who is typing, what is kept for them.

mod inbox;
mod read;
mod settings;
mod typing;
