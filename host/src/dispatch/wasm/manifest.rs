//! What a component says of itself. Its type is its manifest: exports are the hooks it handles, imports the
//! capabilities it needs; name and version are standard component metadata at its root.

use serde::Serialize;
use sha2::{Digest, Sha256};
use wasmparser::{
    BinaryReaderError, ComponentName, CustomSectionReader, Encoding, KnownCustom, Parser, Payload, Validator,
    WasmFeatures,
};

use super::{
    Hook,
    signature::{self, SignatureError},
};
use crate::dispatch::hostcalls::Capability;

/// The interface that a component may handle `http.handle` by.
const INCOMING: &str = "wasi:http/incoming-handler@0.2.";
/// Requests over HTTP, which the grant for `http` covers.
const OUTGOING: &str = "wasi:http/outgoing-handler@0.2.";
const PACKAGE: &str = "talaria:plugin/";
/// The version of the WIT package that this server speaks. Minor additions keep the first two numbers.
const SUPPORTED: &str = "0.1";
/// WASI that is linked closed, so that importing it asks for nothing.
const WASI_BASE: [&str; 7] = [
    "wasi:io/",
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:random/",
    "wasi:filesystem/",
    "wasi:sockets/",
    // Without the handler they are records of what nobody sends.
    "wasi:http/types@0.2.",
];

/// A component's description, read without running any of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Manifest {
    /// The plugin's identity: lower-case letters, digits, `-` and `_`, at most 64.
    pub name: String,
    pub version: String,
    pub description: Option<String>,
    pub license: Option<String>,
    pub authors: Option<String>,
    pub hooks: Vec<Hook>,
    pub capabilities: Vec<Capability>,
    /// Whether its state may cross to the next instance.
    pub snapshot: bool,
    /// The public key of who signed it, in hexadecimal; `None` when nobody did.
    pub signer: Option<String>,
    /// Whether it handles `http.handle` by WASI's interface instead of the server's own.
    #[serde(skip)]
    pub is_wasi_http: bool,
    /// In hexadecimal.
    pub sha256: String,
    /// In bytes.
    pub size: u64,
}

/// Why a file is no plugin for this server.
#[derive(Debug, thiserror::Error)]
pub enum ManifestError {
    #[error("the file has {size} bytes, more than the {limit} that a plugin may have (plugins.max_file_bytes)")]
    TooLarge { size: u64, limit: u64 },
    #[error("the file is not WebAssembly; `talaria plugin build` makes a plugin")]
    NotWasm,
    #[error("the file is damaged, or cut off: {0}")]
    Malformed(String),
    #[error("the file is a core module; a plugin is a component: build it with `talaria plugin build`")]
    NotAComponent,
    #[error("the component has no {0} in its metadata: build it with `talaria plugin build`, which adds it")]
    NoMetadata(&'static str),
    #[error("`{0}` cannot be a plugin's name: use 1 to 64 of a-z, 0-9, `-` and `_`")]
    BadName(String),
    #[error(
        "the component uses `{name}`, but this server speaks version {SUPPORTED} of the plugin package: build it with the SDK of this version"
    )]
    WrongVersion { name: String },
    #[error(
        "the component imports `{0}`, which this server does not offer: build it with the SDK of this server's version, or run a newer server"
    )]
    UnknownImport(String),
    #[error("the component does not export `talaria:plugin/lifecycle`: use the SDK's #[plugin] attribute")]
    NoLifecycle,
    #[error("the component cannot be trusted: {0}")]
    Signature(#[from] SignatureError),
    #[error("the component handles no hook of this server")]
    NoHook,
}

impl Manifest {
    /// Reads and validates a component of at most `limit` bytes.
    pub fn read(bytes: &[u8], limit: u64) -> Result<Self, ManifestError> {
        let size = bytes.len() as u64;
        if size > limit {
            return Err(ManifestError::TooLarge { size, limit });
        }
        if !bytes.starts_with(b"\0asm") {
            return Err(ManifestError::NotWasm);
        }
        // Validation comes first: the readers below trust the structure.
        Validator::new_with_features(WasmFeatures::default()).validate_all(bytes).map_err(malformed)?;
        let root = Root::read(bytes)?;
        let name = root.name.ok_or(ManifestError::NoMetadata("name"))?;
        if !is_name(&name) {
            return Err(ManifestError::BadName(name));
        }
        Ok(Self {
            name,
            version: root.version.ok_or(ManifestError::NoMetadata("version"))?,
            description: root.description,
            license: root.license,
            authors: root.authors,
            hooks: hooks(&root.exports)?,
            is_wasi_http: is_wasi_http(&root.exports),
            capabilities: capabilities(&root.imports)?,
            snapshot: root.exports.iter().any(|name| own_interface(name).is_ok_and(|own| own == Some("snapshot"))),
            signer: signature::check(bytes, root.signatures)?,
            sha256: hex(&Sha256::digest(bytes)),
            size,
        })
    }

    /// Of a plugin of which nothing can be read but how it is called.
    pub(in crate::dispatch) fn unknown(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            version: "unknown".to_owned(),
            description: None,
            license: None,
            authors: None,
            hooks: Vec::new(),
            is_wasi_http: false,
            capabilities: Vec::new(),
            snapshot: false,
            signer: None,
            sha256: String::new(),
            size: 0,
        }
    }
}

/// Whether a plugin may be called so; the name becomes a file's name and part of keys.
#[must_use]
pub(in crate::dispatch) fn is_name(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_'))
}

pub(in crate::dispatch) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What stands at the root of a component; what its inner modules and components say does not count.
#[derive(Default)]
struct Root {
    name: Option<String>,
    version: Option<String>,
    description: Option<String>,
    license: Option<String>,
    authors: Option<String>,
    imports: Vec<String>,
    exports: Vec<String>,
    /// How many sections say that they are one.
    signatures: usize,
}

impl Root {
    fn read(bytes: &[u8]) -> Result<Self, ManifestError> {
        let (mut root, mut depth) = (Self::default(), 0_u32);
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(malformed)? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(ManifestError::NotAComponent);
                }
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth -= 1,
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        root.imports.push(import.map_err(malformed)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        root.exports.push(export.map_err(malformed)?.name.name.to_owned());
                    }
                }
                Payload::CustomSection(section) if depth == 1 => root.read_metadata(&section)?,
                _ => {}
            }
        }
        Ok(root)
    }

    /// The custom sections of standard component metadata: the name in its own format, the others plain text.
    fn read_metadata(&mut self, section: &CustomSectionReader<'_>) -> Result<(), ManifestError> {
        let text = || Some(String::from_utf8_lossy(section.data()).into_owned()).filter(|text| !text.is_empty());
        match section.as_known() {
            KnownCustom::ComponentName(names) => {
                for name in names {
                    if let ComponentName::Component { name, .. } = name.map_err(malformed)? {
                        self.name = Some(name.to_owned());
                    }
                }
            }
            _ => match section.name() {
                signature::SECTION => self.signatures += 1,
                "version" => self.version = text(),
                "description" => self.description = text(),
                "licenses" => self.license = text(),
                "authors" => self.authors = text(),
                _ => {}
            },
        }
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the signature that map_err wants")]
fn malformed(error: BinaryReaderError) -> ManifestError {
    // Some of its texts go on with dumps of bytes.
    ManifestError::Malformed(error.to_string().lines().next().unwrap_or_default().to_owned())
}

/// `talaria:plugin/kv@0.1.3` is `kv`; an error when the version is not ours; `None` for another package.
fn own_interface(name: &str) -> Result<Option<&str>, ManifestError> {
    let Some(rest) = name.strip_prefix(PACKAGE) else { return Ok(None) };
    let (interface, version) = rest.split_once('@').unwrap_or((rest, ""));
    match version.strip_prefix(SUPPORTED) {
        Some(patch) if patch.is_empty() || patch.starts_with('.') => Ok(Some(interface)),
        _ => Err(ManifestError::WrongVersion { name: name.to_owned() }),
    }
}

fn hooks(exports: &[String]) -> Result<Vec<Hook>, ManifestError> {
    let mut interfaces = Vec::new();
    for export in exports {
        interfaces.extend(own_interface(export)?);
    }
    if !interfaces.contains(&"lifecycle") {
        return Err(ManifestError::NoLifecycle);
    }
    let is_handled = |hook: &Hook| {
        interfaces.contains(&hook.interface().as_str()) || (*hook == Hook::HttpHandle && is_wasi_http(exports))
    };
    let hooks: Vec<_> = Hook::ALL.into_iter().filter(is_handled).collect();
    if hooks.is_empty() { Err(ManifestError::NoHook) } else { Ok(hooks) }
}

/// The server's own interface goes first.
fn is_wasi_http(exports: &[String]) -> bool {
    let own = format!("{PACKAGE}{}@", Hook::HttpHandle.interface());
    exports.iter().any(|export| export.starts_with(INCOMING)) && !exports.iter().any(|export| export.starts_with(&own))
}

fn capabilities(imports: &[String]) -> Result<Vec<Capability>, ManifestError> {
    let mut capabilities = Vec::new();
    for import in imports {
        match own_interface(import)? {
            // They have records and no functions.
            Some("types" | "message-types" | "resource-types") => {}
            Some(interface) => {
                capabilities
                    .push(Capability::find(interface).ok_or_else(|| ManifestError::UnknownImport(import.clone()))?);
            }
            None if import.starts_with(OUTGOING) => capabilities.push(Capability::Http),
            None if WASI_BASE.iter().any(|base| import.starts_with(base)) => {}
            None => return Err(ManifestError::UnknownImport(import.clone())),
        }
    }
    capabilities.sort_unstable();
    capabilities.dedup();
    Ok(capabilities)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: u64 = 1 << 20;

    #[test]
    fn garbage_is_told_from_damage() {
        for bytes in [&b""[..], b"garbage"] {
            assert!(matches!(Manifest::read(bytes, LIMIT), Err(ManifestError::NotWasm)), "{bytes:?}");
        }
        for bytes in [&b"\0asm"[..], b"\0asm\x0d\0\x01\0\xff\xff\xff"] {
            assert!(
                matches!(
                    Manifest::read(bytes, LIMIT),
                    Err(ManifestError::Malformed(_) | ManifestError::NotAComponent | ManifestError::NoMetadata(_))
                ),
                "{bytes:?}"
            );
        }
    }

    #[test]
    fn a_core_module_is_no_plugin() {
        assert!(matches!(Manifest::read(b"\0asm\x01\0\0\0", LIMIT), Err(ManifestError::NotAComponent)));
    }

    #[test]
    fn a_file_over_the_limit_is_not_even_read() {
        assert!(matches!(Manifest::read(&[0; 100], 99), Err(ManifestError::TooLarge { size: 100, limit: 99 })));
    }

    #[test]
    fn another_version_of_the_package_is_refused() {
        let exports = |version: &str| {
            vec![format!("talaria:plugin/lifecycle@{version}"), format!("talaria:plugin/message-before-send@{version}")]
        };
        assert_eq!(hooks(&exports("0.1.7")).unwrap(), [Hook::MessageBeforeSend]);
        for version in ["0.2.0", "1.0.0", "0.11.0"] {
            assert!(matches!(hooks(&exports(version)), Err(ManifestError::WrongVersion { .. })), "{version}");
        }
    }

    #[test]
    fn imports_are_base_capability_or_refused() {
        let imports = |names: &[&str]| capabilities(&names.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(imports(&["wasi:io/streams@0.2.6", "talaria:plugin/types@0.1.0"]).unwrap(), []);
        assert_eq!(
            imports(&["talaria:plugin/log@0.1.0", "talaria:plugin/kv@0.1.0"]).unwrap(),
            [Capability::Kv, Capability::Log]
        );
        let http = ["wasi:http/types@0.2.6", "wasi:http/outgoing-handler@0.2.6", "talaria:plugin/http@0.1.0"];
        assert_eq!(imports(&http).unwrap(), [Capability::Http]);
        assert!(matches!(imports(&["wasi:http/outgoing-handler@0.3.0"]), Err(ManifestError::UnknownImport(_))));
        assert!(matches!(imports(&["talaria:plugin/teleport@0.1.0"]), Err(ManifestError::UnknownImport(_))));
    }

    #[test]
    fn routes_are_handled_by_either_interface() {
        let exports = |names: &[&str]| {
            let exports: Vec<_> =
                [&["talaria:plugin/lifecycle@0.1.0"], names].concat().iter().map(ToString::to_string).collect();
            (hooks(&exports).unwrap(), is_wasi_http(&exports))
        };
        let (own, wasi) = ("talaria:plugin/http-handle@0.1.0", "wasi:http/incoming-handler@0.2.3");
        assert_eq!(exports(&[own]), (vec![Hook::HttpHandle], false));
        assert_eq!(exports(&[wasi]), (vec![Hook::HttpHandle], true));
        assert_eq!(exports(&[wasi, own]), (vec![Hook::HttpHandle], false));
    }

    #[test]
    fn names_are_plain() {
        assert!(is_name("antispam") && is_name("a-b_9"));
        assert!(!is_name("") && !is_name("../evil") && !is_name("Upper") && !is_name(&"a".repeat(65)));
    }
}
