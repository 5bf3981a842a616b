//! Guards the numbers, names and types of the client protocol: clients in the field depend on every one of them, so a
//! change must be seen in review as a change of `schema.tsv` and never slip in with an edit of a `.proto` file.

use std::{env, fs};

use prost::Message;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto, FileDescriptorSet, MessageOptions,
};

const PACKAGE: &str = "talaria.client";
const HEADER: &str = "owner\tnumber\tname\tlabel\ttype\toneof\tpacked";
const SNAPSHOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schema.tsv");

#[test]
fn schema_is_the_reviewed_one() {
    let schema = dump();
    if env::var_os("UPDATE_SNAPSHOT").is_some() {
        fs::write(SNAPSHOT, &schema).unwrap();
        return;
    }

    let reviewed = fs::read_to_string(SNAPSHOT).unwrap();
    let added = missing_from(&reviewed, &schema);
    let removed = missing_from(&schema, &reviewed);
    assert!(
        added.is_empty() && removed.is_empty(),
        "the client schema differs from the reviewed one\n\nadded:\n{}\n\nremoved:\n{}\n\n\
         A published number, name or type must not change: clients would misread us. If this is an addition, run\n\
         UPDATE_SNAPSHOT=1 cargo test -p talaria-proto --test schema\n\
         and commit proto/tests/schema.tsv with the .proto files.",
        added.join("\n"),
        removed.join("\n"),
    );
    assert_eq!(schema, reviewed, "schema.tsv was edited by hand");
}

/// Fields of our own are numbered from here on.
const FIRST_EXTENSION: i32 = 5000;
const EXTENSION: &str = "client/extension.proto";

/// Counted apart from the snapshot, so that updating it cannot lose a whole message unnoticed.
#[test]
fn nothing_of_the_published_protocol_is_missing() {
    let files = client_files();
    let published = files.iter().filter(|file| file.name() != EXTENSION);
    let messages: Vec<_> = published.flat_map(messages_of).collect();
    let enums: usize = files.iter().map(|file| file.enum_type.len()).sum();
    let published = |field: &&FieldDescriptorProto| field.number() < FIRST_EXTENSION;
    let fields: usize = messages.iter().map(|(_, message)| message.field.iter().filter(published).count()).sum();

    assert_eq!(messages.len(), 127);
    assert_eq!(enums, 7);
    assert_eq!(fields, 647);
}

fn client_files() -> Vec<FileDescriptorProto> {
    let set = FileDescriptorSet::decode(talaria_proto::FILE_DESCRIPTOR_SET).expect("the build wrote it");
    set.file.into_iter().filter(|file| file.package() == PACKAGE).collect()
}

fn dump() -> String {
    let mut rows = Vec::new();
    for file in client_files() {
        for (name, message) in messages_of(&file) {
            rows.extend(message.field.iter().map(|field| {
                let row = field_row(&name, message, field);
                ((name.clone(), field.number()), row)
            }));
        }
        rows.extend(file.enum_type.iter().flat_map(enum_rows));
    }
    rows.sort();

    let mut text = format!("{HEADER}\n");
    for (_, row) in rows {
        text.push_str(&row);
        text.push('\n');
    }
    text
}

/// Every message of a file under its name within the package. The entry type behind a map is not one of ours.
fn messages_of(file: &FileDescriptorProto) -> Vec<(String, &DescriptorProto)> {
    fn collect<'a>(prefix: &str, messages: &'a [DescriptorProto], into: &mut Vec<(String, &'a DescriptorProto)>) {
        for message in messages.iter().filter(|message| !is_map_entry(message)) {
            let name = format!("{prefix}{}", message.name());
            collect(&format!("{name}."), &message.nested_type, into);
            assert!(message.enum_type.is_empty(), "enums stand beside messages, not in them");
            into.push((name, message));
        }
    }

    let mut messages = Vec::new();
    collect("", &file.message_type, &mut messages);
    messages
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(MessageOptions::map_entry)
}

fn enum_rows(declaration: &EnumDescriptorProto) -> Vec<((String, i32), String)> {
    let row = |number: i32, name: &str| {
        let owner = declaration.name();
        ((owner.to_owned(), number), format!("{owner}\t{number}\t{name}\tvalue\tenum\t\t"))
    };
    declaration.value.iter().map(|value| row(value.number(), value.name())).collect()
}

fn field_row(owner: &str, message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let map_entry = message
        .nested_type
        .iter()
        .find(|nested| is_map_entry(nested) && field.type_name().ends_with(&map_path(owner, nested)));
    let repeated = field.label() == Label::Repeated;
    let oneof = match field.oneof_index {
        Some(index) if !field.proto3_optional() => message.oneof_decl[index as usize].name(),
        _ => "",
    };

    let label = if map_entry.is_some() {
        "map"
    } else if repeated {
        "repeated"
    } else if field.proto3_optional() {
        "optional"
    } else if oneof.is_empty() {
        "singular"
    } else {
        "oneof"
    };
    let kind = match map_entry {
        Some(entry) => format!("map<{}, {}>", type_name(&entry.field[0]), type_name(&entry.field[1])),
        None => type_name(field),
    };
    let packed = if repeated && is_packed(field) { "packed" } else { "" };
    format!("{owner}\t{}\t{}\t{label}\t{kind}\t{oneof}\t{packed}", field.number(), field.name())
}

fn map_path(owner: &str, entry: &DescriptorProto) -> String {
    format!(".{PACKAGE}.{owner}.{}", entry.name())
}

/// proto3 packs every list whose elements are numbers, unless told otherwise.
fn is_packed(field: &FieldDescriptorProto) -> bool {
    let packable = !matches!(field.r#type(), Type::String | Type::Bytes | Type::Message | Type::Group);
    packable && field.options.as_ref().and_then(|options| options.packed).unwrap_or(true)
}

fn type_name(field: &FieldDescriptorProto) -> String {
    match field.r#type() {
        Type::Message | Type::Enum | Type::Group => {
            field.type_name().trim_start_matches(&format!(".{PACKAGE}.")).to_owned()
        }
        scalar => scalar.as_str_name().trim_start_matches("TYPE_").to_lowercase(),
    }
}

fn missing_from<'a>(text: &str, rows: &'a str) -> Vec<&'a str> {
    rows.lines().filter(|row| !text.lines().any(|other| other == *row)).collect()
}
