//! The program in a process of its own: starting, talking, dying.

mod chat;
mod disk;
mod durability;
mod jobs;
mod observers;
mod plugins;
mod recordings;
mod signing;
mod start;
mod storage;
