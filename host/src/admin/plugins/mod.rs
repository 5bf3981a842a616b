//! `/v1/plugins`: what is installed, and changing it while users stay connected.

mod configure;
mod install;
mod list;
mod remove;
mod replay;
mod switch;
mod upload;

pub(super) use configure::configure;
pub(super) use install::install;
pub(super) use list::{list, show};
pub(super) use remove::remove;
pub(super) use replay::replay;
pub(super) use switch::{disable, enable};
