//! Conversations: how far they are read, who is typing, what is kept for them.

mod read;
mod settings;
mod typing;
