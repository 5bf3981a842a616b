//! The list of hooks is written once, in the WIT files. This test compares what is generated from them with what is
//! committed; `cargo xtask gen` writes it anew.

mod document;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use wit_parser::{Function, Interface, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldItem};

const CONTRACT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../proto/plugin");
const SDK: &str = env!("CARGO_MANIFEST_DIR");

/// One hook of the contract: an interface with one function, exported by a world of its own.
struct Hook {
    interface: Interface,
    function: Function,
}

impl Hook {
    /// `message-before-send` as the name of a Rust module and method.
    fn method(&self) -> String {
        snake(self.interface_name())
    }

    /// `message-before-send` as operators write it: `message.before-send`.
    fn name(&self) -> String {
        self.interface_name().replacen('-', ".", 1)
    }

    fn interface_name(&self) -> &str {
        self.interface.name.as_deref().expect("a hook has a name")
    }

    fn signature(&self, resolve: &Resolve) -> String {
        let mut parameters = vec!["&self".to_owned()];
        for parameter in &self.function.params {
            let ty = rust_type(resolve, &parameter.ty);
            parameters.push(format!("{}: {ty}", snake(&parameter.name)));
        }
        let result = match &self.function.result {
            Some(ty) => format!(" -> {}", rust_type(resolve, ty)),
            None => String::new(),
        };
        format!("fn {}({}){result}", self.method(), parameters.join(", "))
    }

    /// Those of its [`Self::types`] that can be a refusal.
    fn denying(&self, resolve: &Resolve) -> Vec<String> {
        let denies = |id: &TypeId| match &resolve.types[*id].kind {
            TypeDefKind::Variant(answer) => answer.cases.iter().any(|case| case.name == "deny"),
            _ => false,
        };
        self.interface.types.values().filter(|id| denies(id)).map(|id| type_name(resolve, *id)).collect()
    }

    /// Beside `types`, the interfaces that it takes types from, each with the module of the SDK that has them.
    fn shares(&self, resolve: &Resolve) -> Vec<String> {
        let uses = |interface: &str| {
            self.interface.types.values().any(|id| match resolve.types[*id].kind {
                TypeDefKind::Type(Type::Id(shared)) => owner(resolve, shared).as_deref() == Some(interface),
                _ => false,
            })
        };
        let shared = SHARED.iter().filter(|(interface, _)| uses(interface));
        shared.map(|(interface, module)| format!("\"talaria:plugin/{interface}@0.1.0\" = {module}")).collect()
    }

    /// The types that the interface declares itself, not those that it uses.
    fn types(&self, resolve: &Resolve) -> Vec<String> {
        let declared = |id: &&TypeId| !matches!(resolve.types[**id].kind, TypeDefKind::Type(_));
        let ids = self.interface.types.values().filter(declared);
        let mut names: Vec<String> = ids.map(|id| type_name(resolve, *id)).collect();
        names.sort();
        names
    }
}

/// Interfaces of types that belong to one domain, and the modules of the SDK that show them.
const SHARED: [(&str, &str); 1] = [("resource-types", "resources")];

/// The interface in which a type is declared.
fn owner(resolve: &Resolve, id: TypeId) -> Option<String> {
    match resolve.types[id].owner {
        TypeOwner::Interface(interface) => resolve.interfaces[interface].name.clone(),
        _ => None,
    }
}

fn snake(name: &str) -> String {
    name.replace('-', "_")
}

fn camel(name: &str) -> String {
    name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

fn type_name(resolve: &Resolve, id: TypeId) -> String {
    camel(resolve.types[id].name.as_deref().expect("a named type"))
}

fn rust_type(resolve: &Resolve, ty: &Type) -> String {
    let optional = |ty: &Option<Type>| ty.as_ref().map_or("()".to_owned(), |ty| rust_type(resolve, ty));
    let id = match ty {
        Type::Bool => return "bool".to_owned(),
        Type::S32 => return "i32".to_owned(),
        Type::S64 => return "i64".to_owned(),
        Type::U8 => return "u8".to_owned(),
        Type::U16 => return "u16".to_owned(),
        Type::U32 => return "u32".to_owned(),
        Type::U64 => return "u64".to_owned(),
        Type::String => return "String".to_owned(),
        Type::Id(id) => *id,
        other => panic!("teach this test the type {other:?}"),
    };
    match &resolve.types[id].kind {
        _ if resolve.types[id].name.is_some() => type_name(resolve, id),
        TypeDefKind::List(item) => format!("Vec<{}>", rust_type(resolve, item)),
        TypeDefKind::Option(some) => format!("Option<{}>", rust_type(resolve, some)),
        TypeDefKind::Tuple(tuple) => {
            let types: Vec<_> = tuple.types.iter().map(|ty| rust_type(resolve, ty)).collect();
            format!("({})", types.join(", "))
        }
        TypeDefKind::Result(result) => {
            format!("Result<{}, {}>", optional(&result.ok), optional(&result.err))
        }
        other => panic!("teach this test the type {other:?}"),
    }
}

fn read_hooks(resolve: &mut Resolve) -> Vec<Hook> {
    resolve.push_dir(CONTRACT).expect("the contract parses");
    let mut hooks = Vec::new();
    for (_, world) in &resolve.worlds {
        let Some(hook) = world.name.strip_suffix("-hook") else {
            continue;
        };
        let exports: Vec<_> = world.exports.values().collect();
        let [WorldItem::Interface { id, .. }] = exports[..] else {
            panic!("the world of {hook} exports one interface");
        };
        let interface = resolve.interfaces[*id].clone();
        assert_eq!(interface.name.as_deref(), Some(hook), "a world is named after its hook");
        if hook == "lifecycle" {
            continue;
        }
        let functions: Vec<_> = interface.functions.values().cloned().collect();
        let [function] = &functions[..] else {
            panic!("{hook} has one function");
        };
        hooks.push(Hook { function: function.clone(), interface });
    }
    hooks.sort_by_key(Hook::method);
    hooks
}

const NOTE: &str = "Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit.\n\n";

/// One file a domain, and the door that shows the modules of all.
fn hooks_of_the_sdk(resolve: &Resolve, hooks: &[Hook]) -> BTreeMap<String, String> {
    let mut domains: BTreeMap<String, Vec<&Hook>> = BTreeMap::new();
    for hook in hooks {
        let domain = hook.name().split('.').next().unwrap_or_default().to_owned();
        domains.entry(domain).or_default().push(hook);
    }
    let mut door = format!("//! One module a hook, one file a domain.\n//!\n//! {NOTE}");
    for domain in domains.keys() {
        let _ = writeln!(door, "mod {domain};");
    }
    door.push('\n');
    let mut files = BTreeMap::new();
    for (domain, hooks) in domains {
        let methods: Vec<_> = hooks.iter().map(|hook| hook.method()).collect();
        door.push_str(&shown(&domain, &methods));
        let mut out = format!("//! The hooks of the domain `{domain}`.\n//!\n//! {NOTE}use crate::bindings::hook;\n");
        hooks.iter().for_each(|hook| hook_of_the_sdk(&mut out, resolve, hook));
        files.insert(format!("src/hooks/{domain}.rs"), out);
    }
    files.insert("src/hooks/mod.rs".into(), door);
    files
}

/// As `cargo fmt` would have it.
fn shown(domain: &str, methods: &[String]) -> String {
    const WIDTH: usize = 120;
    let line = match methods {
        [method] => format!("pub use self::{domain}::{method};\n"),
        methods => format!("pub use self::{domain}::{{{}}};\n", methods.join(", ")),
    };
    if line.len() <= WIDTH {
        return line;
    }
    let (mut out, mut row) = (format!("pub use self::{domain}::{{\n"), String::from("   "));
    for method in methods {
        if row.len() + method.len() + 2 > WIDTH {
            let _ = writeln!(out, "{row}");
            row = String::from("   ");
        }
        let _ = write!(row, " {method},");
    }
    let _ = writeln!(out, "{row}\n}};");
    out
}

fn hook_of_the_sdk(out: &mut String, resolve: &Resolve, hook: &Hook) {
    let (method, name) = (hook.method(), hook.name());
    out.push_str("\nhook! {\n");
    for line in hook.interface.docs.contents.as_deref().unwrap_or_default().lines() {
        let _ = writeln!(out, "    /// {line}");
    }
    let _ = writeln!(out, "    ///\n    /// The hook `{name}`, handled by this method:\n    ///");
    let _ = writeln!(out, "    /// ```text\n    /// {}\n    /// ```", hook.signature(resolve));
    let _ = writeln!(out, "    mod {method} = \"{name}\" {{");
    let _ = writeln!(out, "        world: \"{}-hook\",", hook.interface_name());
    let _ = writeln!(out, "        export: \"export_{method}\",");
    let _ = writeln!(out, "        bindings: \"talaria_sdk::{method}::bindings\",");
    let _ = writeln!(out, "        types: [{}],", hook.types(resolve).join(", "));
    let _ = writeln!(out, "        denying: [{}],", hook.denying(resolve).join(", "));
    let shares = hook.shares(resolve);
    if !shares.is_empty() {
        let _ = writeln!(out, "        shares: [{}],", shares.join(", "));
    }
    out.push_str("    }\n}\n");
}

fn hooks_of_the_macro(resolve: &Resolve, hooks: &[Hook]) -> String {
    let mut out = format!("//! The hooks that there are.\n//!\n//! {NOTE}use crate::expand::Hook;\n\n");
    out.push_str(TABLE);
    for hook in hooks {
        let (method, function) = (hook.method(), snake(&hook.function.name));
        let (count, signature) = (hook.function.params.len(), hook.signature(resolve));
        let _ = writeln!(out, "    {method}.{function}({count}) = \"{signature}\";");
    }
    out.push_str("}\n");
    out
}

/// A line a hook.
const TABLE: &str = "macro_rules! hooks {
    ($($method:ident . $function:ident ( $parameters:literal ) = $signature:literal;)+) => {
        pub(crate) const HOOKS: &[Hook] = &[$(Hook {
            method: stringify!($method),
            function: stringify!($function),
            parameters: $parameters,
            signature: $signature,
        }),+];
    };
}

hooks! {
";

/// The text of every file that is generated, by its path inside the SDK.
fn generate() -> BTreeMap<String, String> {
    let mut resolve = Resolve::default();
    let hooks = read_hooks(&mut resolve);
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(CONTRACT).expect("the contract is beside the SDK") {
        let path = entry.expect("a readable folder").path();
        let name = path.file_name().expect("a file").to_string_lossy();
        let text = fs::read_to_string(&path).expect("a readable file");
        files.insert(format!("wit/{name}"), text);
    }
    files.extend(hooks_of_the_sdk(&resolve, &hooks));
    files.insert("../docs/HOOKS.md".into(), document::hooks(&resolve, &hooks));
    files.insert("macros/src/hooks.rs".into(), hooks_of_the_macro(&resolve, &hooks));
    files
}

#[test]
fn generated_files_are_up_to_date() {
    let generated = generate();
    let update = std::env::var_os("UPDATE").is_some();
    let mut stale = Vec::new();
    for folder in ["wit", "src/hooks"] {
        for entry in fs::read_dir(Path::new(SDK).join(folder)).expect("a folder of what is generated") {
            let path = entry.expect("a readable folder").path();
            let name = format!("{folder}/{}", path.file_name().expect("a file").to_string_lossy());
            if !generated.contains_key(&name) {
                stale.push(name);
                if update {
                    fs::remove_file(path).expect("a file that can be removed");
                }
            }
        }
    }
    for (name, text) in generated {
        let path = Path::new(SDK).join(&name);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            stale.push(name);
            if update {
                fs::write(path, text).expect("a file that can be written");
            }
        }
    }
    assert!(update || stale.is_empty(), "stale: {stale:?}; run `cargo xtask gen`");
}
