//! What a component is, read without running it: its exports are the hooks, its imports the capabilities.

use wasm_metadata::Payload as Root;
use wasmparser::{Encoding, Parser, Payload, Validator, WasmFeatures};

const PACKAGE: &str = "talaria:plugin/";

/// A component's type and name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    /// Such as `message.before-send`.
    pub hooks: Vec<String>,
    /// Such as `kv`.
    pub capabilities: Vec<String>,
}

/// Why a file is no plugin.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("not a WebAssembly component: {0}")]
    Malformed(String),
    #[error("a core module, not a component; build it with `talaria plugin build`")]
    CoreModule,
    #[error("the component has no name; build it with `talaria plugin build`")]
    Nameless,
}

/// Reads and validates a component.
pub fn inspect(component: &[u8]) -> Result<Manifest, Error> {
    let malformed = |cause: &dyn std::fmt::Display| Error::Malformed(cause.to_string());
    let root = Root::from_binary(component).map_err(|cause| malformed(&cause))?;
    if !matches!(root, Root::Component { .. }) {
        return Err(Error::CoreModule);
    }
    Validator::new_with_features(WasmFeatures::all()).validate_all(component).map_err(|cause| malformed(&cause))?;
    let metadata = root.metadata();
    let name = metadata.name.clone().ok_or(Error::Nameless)?;
    let version = metadata.version.as_ref().map_or_else(|| "0.0.0".to_owned(), ToString::to_string);
    let (exports, imports) = interfaces(component).map_err(|cause| malformed(&cause))?;
    let hooks = exports.iter().filter_map(|name| ours(name)).filter(|name| *name != "lifecycle");
    let capabilities = imports.iter().filter_map(|name| ours(name)).filter(|name| *name != "types");
    Ok(Manifest {
        name,
        version,
        hooks: hooks.map(|name| name.replacen('-', ".", 1)).collect(),
        capabilities: capabilities.map(ToOwned::to_owned).collect(),
    })
}

/// Names of what the outermost component exports and imports.
fn interfaces(component: &[u8]) -> wasmparser::Result<(Vec<String>, Vec<String>)> {
    let (mut exports, mut imports, mut depth) = (Vec::new(), Vec::new(), 0_u32);
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::Version { encoding: Encoding::Component | Encoding::Module, .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section {
                    exports.push(export?.name.name.to_owned());
                }
            }
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section {
                    imports.push(import?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok((exports, imports))
}

/// `kv` of `talaria:plugin/kv@0.1.0`.
fn ours(interface: &str) -> Option<&str> {
    let name = interface.strip_prefix(PACKAGE)?;
    Some(name.split_once('@').map_or(name, |(name, _)| name))
}
