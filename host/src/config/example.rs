//! The example file, written from the structs: every key with its documentation and its default, commented out.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::{
    Config,
    keys::{self, Key},
};

const WIDTH: usize = 100;

const HEAD: &str = "\
# All settings with their defaults, written by `talaria config example`.
#
# Uncomment what should differ. A variable overrides the file, TALARIA_GATEWAY__WS for `gateway.ws`, and a flag overrides
# both. `talaria config check FILE` finds mistakes.
";

/// The text of the example file.
#[must_use]
pub fn example() -> String {
    let defaults = Table::try_from(Config::default()).expect("the defaults are plain data");
    let mut text = HEAD.to_owned();
    write_table(&mut text, &keys::of::<Config>(), &defaults);
    text
}

/// TOML wants the values of a table before the tables in it.
fn write_table(text: &mut String, table: &Key, defaults: &Table) {
    for key in table.children.iter().filter(|key| !key.is_table()) {
        let value = defaults.get(key.name()).map_or_else(|| example_value(key), ToString::to_string);
        text.push('\n');
        write_doc(text, &key.doc);
        let _ = writeln!(text, "#{} = {value}", key.name());
    }
    for key in table.children.iter().filter(|key| key.is_table()) {
        let empty = Table::new();
        let defaults = defaults.get(key.name()).and_then(Value::as_table).unwrap_or(&empty);
        text.push('\n');
        write_doc(text, &key.doc);
        let _ = writeln!(text, "[{}]", key.path);
        write_table(text, key, defaults);
    }
}

fn example_value(key: &Key) -> String {
    key.example.as_ref().map_or_else(|| "\"\"".to_owned(), ToString::to_string)
}

fn write_doc(text: &mut String, doc: &str) {
    let mut line = String::from("#");
    for word in doc.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            let _ = writeln!(text, "{line}");
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(text, "{line}");
}
