//! Holds the house rules that a compiler does not: who may import whom, how long a file may be, and what no file may
//! have. The tables are the rules; `docs/ARCHITECTURE.md` explains them. Change one together with its reason.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A room of `host/src` and the rooms that it may import. A room's files may import each other; of a room named with
/// its parent (`store::embedded`) the parent is another room.
struct Room {
    name: &'static str,
    may: &'static [&'static str],
}

const ROOMS: &[Room] = &[
    Room { name: "model", may: &[] },
    Room { name: "clock", may: &["model"] },
    Room { name: "config", may: &["model"] },
    Room { name: "telemetry", may: &["config"] },
    // Apart from `main`, which chooses the allocator, because the library asks something of it.
    Room { name: "memory", may: &[] },
    Room { name: "side", may: &[] },
    Room { name: "store", may: &["model"] },
    // The suite that every engine passes.
    Room { name: "store::conformance", may: &["store", "model"] },
    Room { name: "store::embedded", may: &["store", "model", "config", "clock"] },
    // Siblings only leftwards: users < relationships < groups < enrolment < conversations < messages. `config` holds
    // the limits that they apply.
    Room {
        name: "services",
        may: &[
            "model",
            "store",
            "clock",
            "config",
            "services::users",
            "services::relationships",
            "services::groups",
            "services::enrolment",
            "services::conversations",
            "services::messages",
        ],
    },
    Room { name: "services::users", may: &["services", "model", "store", "clock", "config"] },
    Room {
        name: "services::relationships",
        may: &["services", "services::users", "model", "store", "clock", "config"],
    },
    Room {
        name: "services::groups",
        may: &["services", "services::users", "services::relationships", "model", "store", "clock", "config"],
    },
    Room {
        name: "services::enrolment",
        may: &[
            "services",
            "services::users",
            "services::relationships",
            "services::groups",
            "model",
            "store",
            "clock",
            "config",
        ],
    },
    Room {
        name: "services::conversations",
        may: &[
            "services",
            "services::users",
            "services::relationships",
            "services::groups",
            "model",
            "store",
            "clock",
            "config",
        ],
    },
    Room {
        name: "services::messages",
        may: &[
            "services",
            "services::users",
            "services::relationships",
            "services::groups",
            "services::enrolment",
            "services::conversations",
            "model",
            "store",
            "clock",
            "config",
        ],
    },
    Room { name: "objects", may: &["model", "config", "clock", "side"] },
    Room { name: "dispatch", may: DISPATCH },
    Room { name: "dispatch::wasm", may: DISPATCH },
    Room { name: "dispatch::hostcalls", may: DISPATCH },
    Room { name: "gateway", may: &["model", "dispatch", "config", "clock"] },
    // `objects` because those on the disk are moved over its listener.
    Room { name: "http", may: &["model", "dispatch", "objects", "config", "side"] },
    // `telemetry` because it serves what was counted; `http` because plugins answer the operator as they answer
    // everybody.
    Room {
        name: "admin",
        may: &[
            "model",
            "dispatch",
            "services",
            "services::users",
            "services::relationships",
            "services::groups",
            "services::enrolment",
            "services::conversations",
            "services::messages",
            "config",
            "telemetry",
            "http",
        ],
    },
    Room {
        name: "app",
        may: &[
            "model",
            "clock",
            "config",
            "telemetry",
            "store",
            "store::embedded",
            "services",
            "objects",
            "dispatch",
            "dispatch::wasm",
            "dispatch::hostcalls",
            "gateway",
            "http",
            "admin",
        ],
    },
    // A server around one plugin, for who works on it: what `app` puts together, without its edges.
    Room {
        name: "desk",
        may: &[
            "model",
            "clock",
            "config",
            "store",
            "store::embedded",
            "services",
            "objects",
            "dispatch",
            "dispatch::wasm",
            "dispatch::hostcalls",
        ],
    },
    // `dispatch::wasm` because `plugin inspect` and `plugin build` read a component by the server's own rules.
    // `clock` tells what is late.
    Room { name: "cli", may: &["app", "clock", "config", "telemetry", "desk", "dispatch::wasm"] },
    Room { name: "lib", may: &[] },
    Room { name: "main", may: &["cli"] },
];

const DISPATCH: &[&str] = &[
    "dispatch",
    "dispatch::wasm",
    "dispatch::hostcalls",
    "model",
    "services",
    "services::users",
    "services::relationships",
    "services::groups",
    "services::enrolment",
    "services::conversations",
    "services::messages",
    "store",
    "objects",
    "config",
    "clock",
    "memory",
];

/// Crates that only these rooms may name, so that what they are for stays in one place.
const OWNED: &[(&str, &[&str])] = &[
    ("anyhow", &["app", "cli"]),
    ("argon2", &["services::users"]),
    // The interface for operators, and the routes of plugins.
    ("axum", &["admin", "http"]),
    ("clap", &["cli"]),
    ("croner", &["dispatch::wasm"]),
    ("jiff", &["dispatch::wasm"]),
    ("metrics_exporter_prometheus", &["telemetry"]),
    ("libc", &["objects"]),
    ("libmimalloc_sys", &["memory"]),
    ("mimalloc", &["main"]),
    ("minio", &["objects"]),
    // Forms that upload objects.
    ("multer", &["http"]),
    ("notify", &["dispatch"]),
    ("prost", &["gateway", "dispatch"]),
    ("rayon", &["dispatch::wasm"]),
    ("reqwest", &["cli"]),
    // Signatures; elsewhere it is the name of what rustls stands on.
    ("ring", &["dispatch::wasm", "dispatch::hostcalls", "gateway"]),
    ("rstar", &["services::users"]),
    // What the system can be asked beyond the standard library.
    ("rustix", &["http", "objects"]),
    ("rusqlite", &["store::embedded"]),
    // Requests of plugins: the connection is made where the address is checked. Their answers to others go through
    // WASI, which speaks in the same types. The public listener counts its connections, and bounds how long their
    // headers take, which axum leaves to hyper.
    ("hyper", &["dispatch::hostcalls", "dispatch::wasm", "http"]),
    // The gateway is a server of TLS, requests of plugins are clients.
    ("rustls", &["gateway", "dispatch::hostcalls"]),
    ("rustls_native_certs", &["dispatch::hostcalls"]),
    ("rustls_pki_types", &["gateway", "dispatch::hostcalls"]),
    ("schemars", &["config"]),
    // How the listeners take connections and hold what is written to them.
    ("socket2", &["gateway", "http"]),
    ("strsim", &["config"]),
    ("talaria_client", &["cli"]),
    ("talaria_proto", &["gateway", "dispatch", "dispatch::hostcalls", "cli"]),
    // The host and its guests share the contracts in `proto` and nothing else.
    ("talaria_sdk", &[]),
    ("tokio_rustls", &["gateway", "dispatch::hostcalls"]),
    ("tokio_websockets", &["gateway"]),
    // `cli` because `plugin stamp` reads the pyproject.toml of a plugin.
    ("toml", &["config", "cli"]),
    ("tracing_subscriber", &["telemetry"]),
    ("wasm_metadata", &["dispatch::wasm", "cli"]),
    ("wasmparser", &["dispatch::wasm"]),
    ("wasmtime", &["dispatch::wasm", "dispatch::hostcalls"]),
    ("wasmtime_wasi", &["dispatch::wasm", "dispatch::hostcalls"]),
    ("wasmtime_wasi_http", &["dispatch::wasm", "dispatch::hostcalls"]),
];

/// Of a comment; rustfmt sees to the code.
const MAX_WIDTH: usize = 120;
const MAX_PRODUCTION_LINES: usize = 500;
const MAX_TEST_LINES: usize = 800;

/// Files that may be longer, each with the reason.
const LONGER: &[(&str, usize, &str)] = &[];

/// Names that say nothing about what is inside.
const VAGUE: &[&str] = &["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"];

/// Folders of the workspace whose files keep to the general rules.
const FOLDERS: &[&str] = &["host", "proto", "plugin-sdk", "plugins", "clients", "bench", "xtask"];

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the host is a folder of the workspace");
    let mut files = Vec::new();
    for folder in FOLDERS {
        collect(&root.join(folder), &mut files);
    }
    assert!(files.len() > 50, "found only {} files below {}", files.len(), root.display());
    let mut faults = Vec::new();
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        faults.extend(check(&name, &text).into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_documented_table_is_this_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/ARCHITECTURE.md");
    let text = fs::read_to_string(path).expect("docs/ARCHITECTURE.md");
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    for Room { name, may } in ROOMS {
        let row = format!("| `{name}` | {} |", quoted(may));
        assert!(text.contains(&row), "docs/ARCHITECTURE.md lacks the row\n{row}");
    }
    for (name, rooms) in OWNED {
        let row = format!("| `{name}` | {} |", quoted(rooms));
        assert!(text.contains(&row), "docs/ARCHITECTURE.md lacks the row\n{row}");
    }
}

fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder of the workspace").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// What is wrong with one file, whose path is relative to the workspace.
fn check(name: &str, text: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let code = without_text(text);
    if !text.trim_start().starts_with("//!") && !text.is_empty() {
        faults.push("begins without `//!` and its purpose".into());
    }
    for (word, place) in [("todo!", "main"), ("unimplemented!", "main"), ("#[ignore", "tests")] {
        if squeezed(&code).contains(word) {
            faults.push(format!("`{word}` has no place in {place}"));
        }
    }
    let stem = |part: &str| part.trim_end_matches(".rs").to_owned();
    faults.extend(
        name.split('/')
            .map(stem)
            .filter(|part| VAGUE.contains(&part.as_str()))
            .map(|part| format!("`{part}` says nothing; name what it is for")),
    );

    let is_wide = |line: &str| line.trim_start().starts_with("//") && line.chars().count() > MAX_WIDTH;
    let wide = text.lines().enumerate().filter(|(_, line)| is_wide(line));
    faults.extend(wide.map(|(at, _)| format!("line {}: a comment wider than {MAX_WIDTH} columns", at + 1)));

    let production = production(&code);
    let is_test = name.contains("/tests/") || name.ends_with("tests.rs") || name.ends_with("/testing.rs");
    let (lines, limit) = if is_test {
        (text.lines().count(), MAX_TEST_LINES)
    } else {
        (
            production.lines,
            LONGER.iter().find(|(path, ..)| *path == name).map_or(MAX_PRODUCTION_LINES, |(_, limit, _)| *limit),
        )
    };
    if lines > limit {
        faults.push(format!("{lines} lines, {limit} at most; split it by what its parts are for"));
    }
    if let Some(module) = name.strip_prefix("host/src/").filter(|_| !is_test) {
        faults.extend(check_imports(&module_path(module), &production.code));
    }
    faults
}

/// `store/embedded/mod.rs` is `["store", "embedded"]`.
fn module_path(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs");
    let path = path.strip_suffix("/mod").unwrap_or(path);
    path.split('/').map(str::to_owned).collect()
}

fn check_imports(module: &[String], code: &str) -> Vec<String> {
    let Some(from) = room_of(module) else {
        return vec![format!("the room `{}` is not in the table", module[0])];
    };
    let mut faults = Vec::new();
    for path in paths(module, code) {
        let fault = match path {
            Used::Ours(path) => match room_of(&path) {
                Some(to) if to.name == from.name || from.may.contains(&to.name) => None,
                Some(to) => Some(format!("`{}` may not import `{}` (crate::{})", from.name, to.name, path.join("::"))),
                None if path.is_empty() || from.name == "lib" => None,
                None => Some(format!("crate::{} is in no room of the table", path.join("::"))),
            },
            Used::Crate(name) => OWNED
                .iter()
                .find(|(owned, rooms)| *owned == name && !rooms.contains(&from.name))
                .map(|(_, rooms)| format!("`{}` may not name the crate `{name}`; only {rooms:?} may", from.name)),
        };
        faults.extend(fault.filter(|fault| !faults.contains(fault)));
    }
    faults
}

/// The most special room that a module lies in.
fn room_of(module: &[String]) -> Option<&'static Room> {
    let lies_in = |room: &&Room| {
        let parts: Vec<&str> = room.name.split("::").collect();
        module.len() >= parts.len() && module.iter().zip(&parts).all(|(name, part)| name == part)
    };
    ROOMS.iter().filter(lies_in).max_by_key(|room| room.name.len())
}

/// A path in the code, by what it begins with.
#[derive(Debug, PartialEq)]
enum Used {
    /// From the root of this crate.
    Ours(Vec<String>),
    /// The first part of any other path, which may be a crate.
    Crate(String),
}

/// Every path in the code, groups (`a::{b, c::d}`) taken apart, `super` resolved from `module` and inline modules.
fn paths(module: &[String], code: &str) -> Vec<Used> {
    let tokens = tokens(code);
    let (mut found, mut at) = (Vec::new(), 0);
    // For each open brace, the name of the inline module that it opens, if it does.
    let mut open: Vec<Option<String>> = Vec::new();
    while at < tokens.len() {
        match tokens[at] {
            "{" => {
                let named = at >= 2 && tokens[at - 2] == "mod";
                open.push(named.then(|| tokens[at - 1].to_owned()));
                at += 1;
            }
            "}" => {
                open.pop();
                at += 1;
            }
            word if is_word(word) => {
                let mut trees = Vec::new();
                at = tree(&tokens, at, &[], &mut trees);
                let here: Vec<String> = module.iter().cloned().chain(open.iter().flatten().cloned()).collect();
                found.extend(trees.into_iter().filter_map(|path| resolve(&here, &path)));
            }
            _ => at += 1,
        }
    }
    found
}

/// Reads the path or use-tree that begins at `at`; answers where it ends.
fn tree(tokens: &[&str], mut at: usize, prefix: &[String], into: &mut Vec<Vec<String>>) -> usize {
    let mut path = prefix.to_vec();
    while at < tokens.len() && is_word(tokens[at]) {
        path.push(tokens[at].to_owned());
        at += 1;
        if tokens.get(at) != Some(&"::") {
            into.push(path);
            return at;
        }
        at += 1;
    }
    if tokens.get(at) != Some(&"{") {
        // A glob, or `::<`.
        into.push(path);
        return at;
    }
    at += 1;
    while at < tokens.len() && tokens[at] != "}" {
        let next = tree(tokens, at, &path, into);
        at = next.max(at + 1);
        if tokens.get(at) == Some(&"as") {
            at += 2;
        }
        if tokens.get(at) == Some(&",") {
            at += 1;
        }
    }
    at + 1
}

fn resolve(module: &[String], path: &[String]) -> Option<Used> {
    let first = path.first()?.as_str();
    let is_main = module == ["main"];
    match first {
        "crate" => Some(Used::Ours(path[1..].to_vec())),
        "talaria" if is_main => Some(Used::Ours(path[1..].to_vec())),
        "super" if path.len() > 1 => {
            let climbs = path.iter().take_while(|part| *part == "super").count();
            let kept = module.len().saturating_sub(climbs);
            Some(Used::Ours(module[..kept].iter().chain(&path[climbs..]).cloned().collect()))
        }
        "super" | "self" => None,
        // A word by itself is a local name.
        _ => (path.len() > 1).then(|| Used::Crate(first.to_owned())),
    }
}

fn is_word(token: &str) -> bool {
    token.starts_with(|first: char| first.is_alphabetic() || first == '_')
}

fn tokens(code: &str) -> Vec<&str> {
    let (mut found, mut rest) = (Vec::new(), code);
    while let Some(first) = rest.chars().next() {
        let length = if first.is_alphanumeric() || first == '_' {
            rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
        } else if rest.starts_with("::") {
            2
        } else {
            first.len_utf8()
        };
        if !first.is_whitespace() {
            found.push(&rest[..length]);
        }
        rest = &rest[length..];
    }
    found
}

struct Production {
    code: String,
    lines: usize,
}

/// The code without what is compiled for tests only.
fn production(code: &str) -> Production {
    const MARK: &str = "#[cfg(test)]";
    let (mut kept, mut rest) = (String::new(), code);
    let mut dropped = 0;
    while let Some(start) = rest.find(MARK) {
        kept.push_str(&rest[..start]);
        let end = start + MARK.len() + item_end(&rest[start + MARK.len()..]);
        dropped += rest[start..end].lines().count();
        rest = &rest[end..];
    }
    kept.push_str(rest);
    Production { code: kept, lines: code.lines().count().saturating_sub(dropped) }
}

/// Where the item that comes next ends: with its closing brace, or a semicolon outside of braces.
fn item_end(code: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in code.char_indices() {
        match c {
            '{' | '[' | '(' => depth += 1,
            ']' | ')' => depth = depth.saturating_sub(1),
            '}' if depth <= 1 => return at + 1,
            '}' => depth -= 1,
            ';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

/// The code with comments, strings and characters blanked, each line where it was.
fn without_text(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < bytes.len() {
        let length = text_length(bytes, at);
        let end = if length == 0 { at + 1 } else { (at + length).min(bytes.len()) };
        for &byte in &bytes[at..end] {
            out.push(if length > 0 && byte != b'\n' || !byte.is_ascii() { ' ' } else { byte as char });
        }
        at = end;
    }
    out
}

/// How long the comment or literal is that begins here; 0 when it is code.
fn text_length(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    let word_before = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    let find = |from: usize, what: &[u8]| {
        rest[from..]
            .windows(what.len())
            .position(|seen| seen == what)
            .map_or(rest.len(), |found| from + found + what.len())
    };
    match rest {
        [b'/', b'/', ..] => rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
        [b'/', b'*', ..] => find(2, b"*/"),
        [b'r', b'"' | b'#', ..] | [b'b', b'r', b'"' | b'#', ..] if !word_before => {
            let prefix = if rest[0] == b'b' { 2 } else { 1 };
            let hashes = rest[prefix..].iter().take_while(|byte| **byte == b'#').count();
            match rest.get(prefix + hashes) {
                Some(b'"') => find(prefix + hashes + 1, &[b"\"", &b"#".repeat(hashes)[..]].concat()),
                // A raw identifier.
                _ => 0,
            }
        }
        [b'"', ..] => quoted(rest, b'"'),
        [b'\'', b'\\', ..] | [b'\'', _, b'\'', ..] => quoted(rest, b'\''),
        // A character of more than one byte; a lifetime is ASCII.
        [b'\'', first, ..] if !first.is_ascii() => find(1, b"'"),
        _ => 0,
    }
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != quote {
        at += if rest[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

fn squeezed(code: &str) -> String {
    code.split_whitespace().collect()
}

mod checker {
    use super::*;

    fn module(path: &str) -> Vec<String> {
        path.split("::").map(str::to_owned).collect()
    }

    fn faults(name: &str, code: &str) -> Vec<String> {
        check(name, &format!("//! Purpose.\n{code}"))
    }

    fn has_fault(name: &str, code: &str, part: &str) {
        let faults = faults(name, code);
        assert!(faults.iter().any(|fault| fault.contains(part)), "{code:?} in {name}: {faults:?}");
    }

    #[test]
    fn what_is_allowed_passes() {
        for (name, code) in [
            ("host/src/services/groups/mod.rs", "use crate::{model::UserId, services::users};"),
            ("host/src/services/users/mod.rs", "use super::{text, users}; use argon2::Argon2;"),
            ("host/src/store/embedded/mod.rs", "use super::{Error, super::clock::Clock};"),
            ("host/src/main.rs", "fn main() { talaria::cli::run() }"),
            ("host/src/lib.rs", "pub mod model;"),
            ("host/src/model/ids.rs", "/// See [`crate::gateway::Session`].\nconst A: &str = \"crate::gateway::B\";"),
            ("host/src/model/ids.rs", "#[cfg(test)]\nmod tests { use crate::gateway::Session; }"),
            ("host/src/model/tests.rs", "use crate::gateway::Session;"),
        ] {
            assert_eq!(faults(name, code), Vec::<String>::new(), "{code}");
        }
    }

    #[test]
    fn forbidden_edges_are_found() {
        for (name, code, part) in [
            ("host/src/model/ids.rs", "use crate::clock::Clock;", "`model` may not import `clock`"),
            ("host/src/model/ids.rs", "use crate::{model::X, gateway::{self, Y}};", "`model` may not import `gateway`"),
            ("host/src/model/ids.rs", "fn f() { crate::store::open() }", "`model` may not import `store`"),
            ("host/src/services/users/mod.rs", "use super::groups;", "may not import `services::groups`"),
            (
                "host/src/services/users/names.rs",
                "use super::super::messages::X;",
                "may not import `services::messages`",
            ),
            ("host/src/services/mod.rs", "use crate::store::embedded::Embedded;", "may not import `store::embedded`"),
            (
                "host/src/store/kv.rs",
                "mod a { use super::super::super::gateway::B; }",
                "`store` may not import `gateway`",
            ),
            ("host/src/gateway/tcp.rs", "use crate::services::users;", "may not import `services::users`"),
            ("host/src/cli/serve.rs", "use crate::gateway::Gateway;", "`cli` may not import `gateway`"),
            ("host/src/main.rs", "fn main() { talaria::app::run() }", "`main` may not import `app`"),
            ("host/src/model/ids.rs", "use crate::attic::X;", "crate::attic::X is in no room"),
            ("host/src/attic/mod.rs", "", "the room `attic` is not in the table"),
        ] {
            has_fault(name, code, part);
        }
    }

    #[test]
    fn crates_stay_where_they_belong() {
        for (name, code, part) in [
            ("host/src/services/users/mod.rs", "use axum::Router;", "may not name the crate `axum`"),
            ("host/src/gateway/tcp.rs", "use {std::io, toml::Value};", "may not name the crate `toml`"),
            ("host/src/model/ids.rs", "#[derive(clap::Args)] struct A;", "may not name the crate `clap`"),
            ("host/src/dispatch/bus.rs", "fn f() -> wasmtime::Result<()> {}", "may not name the crate `wasmtime`"),
            ("host/src/app.rs", "use talaria_sdk::prelude;", "may not name the crate `talaria_sdk`"),
        ] {
            has_fault(name, code, part);
        }
        let none: Vec<String> = Vec::new();
        assert_eq!(faults("host/src/model/ids.rs", "use std::{axum::X}; fn f(toml: u8) {}"), none);
    }

    #[test]
    fn what_no_file_may_have_is_found() {
        let no_purpose = check("host/src/model/ids.rs", "use std::fmt;\n//! Late.");
        assert_eq!(no_purpose, ["begins without `//!` and its purpose"]);
        has_fault("xtask/src/main.rs", "fn f() { todo ! () }", "todo!");
        has_fault("xtask/src/main.rs", "fn f() { unimplemented!() }", "unimplemented!");
        has_fault("host/tests/it/main.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}", "#[ignore");
        has_fault("bench/src/util.rs", "", "`util` says nothing");
        has_fault("clients/rust/src/helpers/mod.rs", "", "`helpers` says nothing");
        assert!(faults("xtask/src/main.rs", "// todo!\nconst A: &str = \"todo!\";").is_empty());
    }

    #[test]
    fn long_files_are_found() {
        let line = "const A: u8 = 1;\n";
        has_fault("proto/src/lib.rs", &line.repeat(500), "501 lines, 500 at most");
        assert!(faults("proto/src/lib.rs", &line.repeat(499)).is_empty());
        let tests = format!("{}#[cfg(test)]\nmod tests {{\n{}}}\n", line.repeat(490), line.repeat(600));
        assert!(faults("proto/src/lib.rs", &tests).is_empty());
        has_fault("host/tests/it/main.rs", &line.repeat(800), "801 lines, 800 at most");
    }

    #[test]
    fn wide_comments_are_found() {
        let comment = format!("    // {}", "é".repeat(113));
        assert!(faults("proto/src/lib.rs", &comment).is_empty());
        has_fault("proto/src/lib.rs", &format!("{comment}."), "line 2: a comment wider than 120 columns");
        assert!(faults("proto/src/lib.rs", &format!("const A: &str = \"{comment}.\";")).is_empty());
    }

    #[test]
    fn literals_and_comments_are_no_code() {
        let code =
            "a /* crate::x */ b 'c' '\\'' '\"' \"crate::y\\\"\" r#\"crate::\"z\"# <'a> br\"q\" // crate::w\nend é";
        let words: Vec<String> =
            without_text(code).split_whitespace().filter(|word| is_word(word)).map(str::to_owned).collect();
        assert_eq!(words, ["a", "b", "end"]);
        assert!(without_text("r#type x").contains("type"));
    }

    #[test]
    fn groups_are_taken_apart() {
        let ours = |path: &str| Used::Ours(module(path));
        let code = "use crate::{a::{self, b as c, D}, e}; use super::f::G; let x = Vec::<u8>::new();";
        let used = paths(&module("store::kv"), code);
        for path in ["a::self", "a::b", "a::D", "e", "store::f::G"] {
            assert!(used.contains(&ours(path)), "{path}: {used:?}");
        }
    }
}
