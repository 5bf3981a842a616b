//! `docs/HOOKS.md`: what each hook is told, and what it may answer.

use std::fmt::Write as _;

use wit_parser::{Docs, Resolve, Type, TypeDef, TypeDefKind};

use super::{Hook, camel, rust_type, snake};

const HEAD: &str = "# Hooks

Generated from `proto/plugin/*.wit` by `plugin-sdk/tests/generated/`; do not edit. How plugins are written is in
[PLUGINS.md](PLUGINS.md).

A **filter** runs before the step that it is named after and decides about it. An **observer** is told afterwards, at least once
and in order, and changes nothing. A **provider** answers in place of the server. A **task** is called when it is time,
and not because of what anybody does.

";

/// Interfaces of types that belong to no hook alone, and those of their types that are shown.
const SHARED: [(&str, &[&str]); 2] = [
    (
        "types",
        &[
            "context",
            "denial",
            "device-type",
            "ip-address",
            "message",
            "online-status",
            "origin",
            "response",
            "role",
            "target",
            "transport",
            "verdict",
        ],
    ),
    ("resource-types", &["kind", "resource", "resource-id"]),
];

pub(super) fn hooks(resolve: &Resolve, hooks: &[Hook]) -> String {
    let mut out = HEAD.to_owned();
    out.push_str("| Hook | Class | When | May answer |\n| --- | --- | --- | --- |\n");
    for hook in hooks {
        let (class, when) = parts(&hook.interface.docs);
        let when = when.split_once(". ").map_or(when.trim_end_matches('.'), |(first, _)| first);
        let name = hook.name();
        let anchor = name.replace('.', "");
        let _ = writeln!(out, "| [`{name}`](#{anchor}) | {class} | {when} | {} |", answers(resolve, hook));
    }
    for hook in hooks {
        section(&mut out, resolve, hook);
    }
    out.push_str("\n## Types that several hooks share\n");
    for (interface, names) in SHARED {
        // Other interfaces have types of the same names.
        let mut interfaces = resolve.interfaces.iter().map(|(_, interface)| interface);
        let shared = interfaces.find(|found| found.name.as_deref() == Some(interface)).expect("the contract has it");
        for name in names {
            declaration(&mut out, resolve, &resolve.types[shared.types[*name]]);
        }
    }
    out
}

fn section(out: &mut String, resolve: &Resolve, hook: &Hook) {
    let (class, when) = parts(&hook.interface.docs);
    let _ = writeln!(
        out,
        "\n## `{}`\n\n**{}{}.** {}{}\n",
        hook.name(),
        class[..1].to_uppercase(),
        &class[1..],
        when[..1].to_uppercase(),
        &when[1..]
    );
    if let Some(docs) = &hook.function.docs.contents {
        let _ = writeln!(out, "{}\n", one_line(docs));
    }
    let _ = writeln!(out, "```rust\n{}\n```", hook.signature(resolve));
    for id in hook.interface.types.values() {
        let ty = &resolve.types[*id];
        if is_declared(ty) {
            declaration(out, resolve, ty);
        }
    }
}

/// The class of a hook and the rest of what is said of it.
fn parts(docs: &Docs) -> (String, String) {
    let text = one_line(docs.contents.as_deref().unwrap_or_default());
    let (class, when) = text.split_once(": ").expect("the text of a hook begins with its class");
    (class.to_lowercase(), when.to_owned())
}

/// The words of its verdict; the fields of its patch instead of that word.
fn answers(resolve: &Resolve, hook: &Hook) -> String {
    let find = |name: &str| {
        hook.interface.types.get(name).map(|id| match &resolve.types[*id].kind {
            TypeDefKind::Type(Type::Id(shared)) => &resolve.types[*shared].kind,
            own => own,
        })
    };
    let fields = match find("patch") {
        Some(TypeDefKind::Record(patch)) => {
            let fields: Vec<_> = patch.fields.iter().map(|field| format!("`{}`", snake(&field.name))).collect();
            format!("change {}", fields.join(", "))
        }
        _ => "change".to_owned(),
    };
    match find("verdict").or_else(|| find("outcome")) {
        Some(TypeDefKind::Variant(verdict)) => {
            let words =
                verdict.cases.iter().map(|case| if case.name == "patch" { fields.clone() } else { case.name.clone() });
            words.collect::<Vec<_>>().join(" · ")
        }
        _ if find("response").is_some() => "a response".to_owned(),
        _ if parts(&hook.interface.docs).0 == "task" => "an error".to_owned(),
        _ => "an error, to be told again".to_owned(),
    }
}

/// A type that is declared where it stands, not used from elsewhere.
fn is_declared(ty: &TypeDef) -> bool {
    ty.name.is_some() && !matches!(ty.kind, TypeDefKind::Type(_))
}

fn declaration(out: &mut String, resolve: &Resolve, ty: &TypeDef) {
    let name = camel(ty.name.as_deref().unwrap_or_default());
    let docs = ty.docs.contents.as_deref().map(|docs| format!(": {}", one_line(docs))).unwrap_or_default();
    let _ = writeln!(out, "\n`{name}`{docs}\n");
    let row = |name: String, of: Option<&Type>, docs: &Docs| {
        let of = of.map(|ty| format!("`{}`", rust_type(resolve, ty))).unwrap_or_default();
        format!("| `{name}` | {of} | {} |\n", one_line(docs.contents.as_deref().unwrap_or_default()))
    };
    let rows: String = match &ty.kind {
        TypeDefKind::Record(record) => {
            record.fields.iter().map(|field| row(snake(&field.name), Some(&field.ty), &field.docs)).collect()
        }
        TypeDefKind::Variant(variant) => {
            variant.cases.iter().map(|case| row(camel(&case.name), case.ty.as_ref(), &case.docs)).collect()
        }
        TypeDefKind::Enum(words) => words.cases.iter().map(|case| row(camel(&case.name), None, &case.docs)).collect(),
        other => panic!("teach this the type {other:?}"),
    };
    let _ = write!(out, "| | | |\n| --- | --- | --- |\n{rows}");
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
