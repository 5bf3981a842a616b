//! Groups and their members.

mod changes;
mod enrolment;
mod members;
