//! Holds the contract of plugins to what was released: a component that was built for it must run for ever, whatever is
//! added.
//!
//! `proto/released/VERSION.txt` lists what a release promised, one item a line. Removing an item or changing it breaks
//! the components that use it, and so does a function more in an interface that plugins export, as those that are built
//! do not have it. Everything else may be added: interfaces, functions of capabilities, types. The list is written at a
//! release, by
//!
//!     BLESS_CONTRACT=1 cargo test -p talaria-proto --test contract
//!
//! and so, until 1.0, is a break that is meant; after 1.0 it takes a package of another version beside this one.

mod listing;

use std::{env, fs, path::PathBuf};

use listing::{Direction, Listing, read};
use wit_parser::Resolve;

const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// What a change broke, each in a line or three.
fn breaks(released: &Listing, now: &Listing) -> Vec<String> {
    let mut found = Vec::new();
    for (name, direction) in &released.interfaces {
        match now.interfaces.get(name) {
            None => found.push(format!("the interface `{name}` was removed")),
            Some(other) if other != direction => {
                found.push(format!(
                    "plugins {} the interface `{name}`; they {} it now",
                    direction.verb(),
                    other.verb()
                ));
            }
            Some(_) => {}
        }
    }
    for (name, promise) in &released.items {
        let interface = interface_of(name);
        match now.items.get(name) {
            // What is gone with its interface was told.
            None if now.interfaces.contains_key(interface) => found.push(format!("`{name}` was removed")),
            Some(other) if other != promise => {
                found.push(format!("`{name}` changed\n  released: {promise}\n  now:      {other}"));
            }
            Some(_) | None => {}
        }
    }
    for (name, promise) in &now.items {
        let frozen = released.interfaces.get(interface_of(name)) == Some(&Direction::Export);
        if frozen && promise.starts_with("func(") && !released.items.contains_key(name) {
            found.push(format!(
                "`{name}` was added to an interface that plugins export, and those that are built do not have it: \
                 make it an interface of its own"
            ));
        }
    }
    found
}

fn interface_of(item: &str) -> &str {
    item.split_once('.').map_or(item, |(interface, _)| interface)
}

#[test]
fn what_was_released_is_kept() {
    let mut resolve = Resolve::default();
    let contract = PathBuf::from(HERE).join("plugin");
    let (package, _) = resolve.push_dir(&contract).expect("the contract is valid WIT");
    let version = resolve.packages[package].name.version.clone().expect("the contract has a version");
    let now = read(&resolve, package);
    let file = PathBuf::from(HERE).join(format!("released/{version}.txt"));
    if env::var_os("BLESS_CONTRACT").is_some() {
        fs::write(&file, now.to_string()).unwrap();
        return;
    }
    let text = fs::read_to_string(&file).unwrap_or_else(|error| {
        panic!(
            "{}: {error}; write it with BLESS_CONTRACT=1 cargo test -p talaria-proto --test contract",
            file.display()
        )
    });
    let released: Listing = text.parse().unwrap_or_else(|fault| panic!("{}: {fault}", file.display()));
    let found = breaks(&released, &now);
    assert!(
        found.is_empty(),
        "proto/plugin/ breaks plugins that were built for {version}:\n\n{}\n\n\
         Leave what was released as it is, and add an interface, or a function of a capability, beside it. A break that is \
         meant, which only a version before 1.0 may have, goes into CHANGELOG.md under **Breaking** and into the list by\n\
         BLESS_CONTRACT=1 cargo test -p talaria-proto --test contract",
        found.join("\n")
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASED: &str = "
        interface types { record context { actor: s64 } enum role { owner, member } }
        interface kv { variant error { unavailable } get: func(key: string) -> result<option<list<u8>>, error>; }
        interface sent { use types.{context as circumstances}; type names = list<string>;
            sent: func(ctx: circumstances, names: names) -> result<_, string>; }
        world capabilities { import types; import kv; }
        world sent-hook { export sent; }";

    fn list(text: &str) -> Listing {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("test.wit", &format!("package a:b@0.1.0;\n{text}")).unwrap();
        read(&resolve, package)
    }

    /// What breaks when a part of what was released becomes something else.
    fn change(from: &str, to: &str) -> Vec<String> {
        assert!(RELEASED.contains(from), "{from}");
        breaks(&list(RELEASED), &list(&RELEASED.replace(from, to)))
    }

    #[track_caller]
    fn breaks_at(from: &str, to: &str, expected: &[&str]) {
        let found = change(from, to);
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }

    #[test]
    fn what_is_gone_is_a_break() {
        breaks_at("get: func(key: string) -> result<option<list<u8>>, error>;", "", &["`kv.get` was removed"]);
        breaks_at("enum role { owner, member }", "", &["`types.role` was removed"]);
        let gone = "interface kv2 { variant error { unavailable } }\n";
        breaks_at(
            "interface kv { variant error { unavailable } get: func(key: string) -> result<option<list<u8>>, error>; }",
            &format!("{gone} interface kv {{}}"),
            &["`kv.error` was removed", "`kv.get` was removed"],
        );
    }

    #[test]
    fn what_is_another_is_a_break() {
        breaks_at("actor: s64", "actor: u64", &["`types.context` changed"]);
        breaks_at("actor: s64", "actor: s64, device: u8", &["`types.context` changed"]);
        breaks_at("owner, member", "owner, member, guest", &["`types.role` changed"]);
        breaks_at("owner, member", "member, owner", &["`types.role` changed"]);
        breaks_at("unavailable", "unavailable(string)", &["`kv.error` changed"]);
        breaks_at("list<string>", "list<u8>", &["`sent.names` changed"]);
        breaks_at("key: string", "name: string", &["`kv.get` changed"]);
        breaks_at("-> result<_, string>", "", &["`sent.sent` changed"]);
        breaks_at("import kv;", "export kv;", &["plugins import the interface `kv`; they export it now"]);
    }

    #[test]
    fn a_function_more_is_a_break_where_plugins_export() {
        breaks_at("type names", "more: func(); type names", &["`sent.more` was added"]);
        breaks_at("get: func", "set: func(key: string); get: func", &[]);
    }

    #[test]
    fn what_is_added_beside_is_none() {
        breaks_at(
            "world capabilities {",
            "interface more { f: func(); }\nworld more-hook { export more; }\nworld capabilities {",
            &[],
        );
        breaks_at("enum role", "record more { a: u8 } enum role", &[]);
        breaks_at("context as circumstances", "context as surroundings, context as circumstances", &[]);
    }

    #[test]
    fn a_list_is_read_as_it_was_written() {
        let listing = list(RELEASED);
        let text = listing.to_string();
        assert!(text.contains("sent.sent: func(ctx: types.context, names: names) -> result<_, string>\n"), "{text}");
        assert_eq!(text.parse::<Listing>().as_ref(), Ok(&listing));
        assert!("nonsense".parse::<Listing>().is_err());
    }
}
