//! `/v1/plugins`: what is installed, and changing it while users stay connected.

mod configure;
mod grants;
mod install;
mod jobs;
mod list;
mod logs;
mod mode;
mod record;
mod remove;
mod replay;
mod rollback;
mod route;
mod switch;
mod upload;
mod versions;

pub(super) use configure::configure;
pub(super) use grants::set_grants;
pub(super) use install::install;
pub(super) use jobs::{
    discard as discard_job, discard_all as discard_jobs, list as list_jobs, retry as retry_job, retry_all as retry_jobs,
};
pub(super) use list::{list, show};
pub(super) use logs::logs;
pub(super) use mode::set_mode;
pub(super) use record::record;
pub(super) use remove::remove;
pub(super) use replay::replay;
pub(super) use rollback::roll_back;
pub(super) use route::route;
pub(super) use switch::{disable, enable};
pub(super) use versions::versions;
