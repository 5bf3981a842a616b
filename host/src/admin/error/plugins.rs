//! The answers to refusals and failures of plugins.

use axum::http::StatusCode;

use super::{Shape, store};
use crate::dispatch::plugins::{Error as PluginsError, LoadError, ManifestError};

/// The answer to a refusal or failure.
pub(super) fn plugins(error: &PluginsError) -> Shape {
    match error {
        PluginsError::Manifest(error) => manifest(error),
        PluginsError::Load(error) => load(error),
        PluginsError::Handover(_) => Shape::new(StatusCode::UNPROCESSABLE_ENTITY, "handover_failed", error)
            .hint("disable the plugin first to go on without its state"),
        PluginsError::Unsigned(_) | PluginsError::Untrusted { .. } => {
            Shape::new(StatusCode::FORBIDDEN, "untrusted", error).hint("sign it with `talaria plugin sign`")
        }
        PluginsError::MissingGrants { .. } => Shape::new(StatusCode::FORBIDDEN, "missing_grants", error)
            .hint("`grants` gives them to a component that is being installed"),
        PluginsError::NotFound(_) | PluginsError::NoVersion { .. } | PluginsError::NoDeadJob { .. } => {
            Shape::not_found(error)
        }
        PluginsError::Serial(_)
        | PluginsError::EssentialAlone(_)
        | PluginsError::Absent { .. }
        | PluginsError::HasFile { .. }
        | PluginsError::TwoFiles { .. }
        | PluginsError::OtherPlugin { .. }
        | PluginsError::CommandTaken { .. } => Shape::conflict(error),
        PluginsError::UnknownHook(_) => Shape::invalid(error).hint("docs/HOOKS.md lists them"),
        PluginsError::UnknownGrant(_)
        | PluginsError::Percent(_)
        | PluginsError::ConfigNotAnObject
        | PluginsError::NotAnObserver(_) => Shape::invalid(error),
        // The operator's own directory, and the operator's to mend.
        PluginsError::Directory { .. } | PluginsError::File { .. } | PluginsError::DamagedVersion { .. } => {
            tracing::error!("{error}");
            Shape::new(StatusCode::INTERNAL_SERVER_ERROR, "plugin_directory", error)
        }
        PluginsError::Denied(denial) => {
            Shape::new(StatusCode::FORBIDDEN, "denied", &denial.text).hint("a plugin refused it")
        }
        PluginsError::Store(error) => store(error),
    }
}

fn manifest(error: &ManifestError) -> Shape {
    match error {
        ManifestError::TooLarge { .. } => Shape::too_large(error),
        ManifestError::NotWasm
        | ManifestError::Malformed(_)
        | ManifestError::NotAComponent
        | ManifestError::NoMetadata(_)
        | ManifestError::BadName(_)
        | ManifestError::WrongVersion { .. }
        | ManifestError::UnknownImport(_)
        | ManifestError::Signature(_)
        | ManifestError::NoLifecycle
        | ManifestError::NoHook => Shape::new(StatusCode::BAD_REQUEST, "invalid_component", error),
    }
}

fn load(error: &LoadError) -> Shape {
    match error {
        LoadError::Compile(_)
        | LoadError::Link(_)
        | LoadError::UnknownHook(_)
        | LoadError::Unhandled { .. }
        | LoadError::TooMany { .. }
        | LoadError::BadTimer { .. }
        | LoadError::BadCommand { .. }
        | LoadError::BadRoute { .. }
        | LoadError::BadScope { .. }
        | LoadError::Describe(_)
        | LoadError::Health(_) => plugin_failed(error).hint("nothing was changed; a version that ran before goes on"),
        LoadError::Start(_) => plugin_failed(error).hint(
            "nothing was changed; a version that ran before goes on; settings that it lacks come with `install --config FILE`, or `configure`",
        ),
    }
}

fn plugin_failed(error: &LoadError) -> Shape {
    Shape::new(StatusCode::UNPROCESSABLE_ENTITY, "plugin_failed", error)
}
