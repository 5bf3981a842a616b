//! Compiles the wire schema in Rust alone, so that nobody needs protoc to build Talaria.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=client");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let mut compiler = protox::Compiler::new([&root])?;
    compiler.include_imports(true);
    compiler.open_files(schema_files(&root.join("client"))?)?;

    // The comments become documentation of the generated types, but are dead weight in a binary that reflects.
    compiler.include_source_info(true);
    let documented = compiler.file_descriptor_set();
    compiler.include_source_info(false);
    fs::write(out.join("descriptors.bin"), compiler.encode_file_descriptor_set())?;

    prost_build::Config::new()
        // A record is passed on without a copy of its own.
        .bytes(["."])
        // The same message always encodes to the same bytes, which a hash map would not promise.
        .btree_map(["."])
        .compile_fds(documented)?;
    Ok(())
}

/// Sorted, because the order of a directory differs between machines and the output must not.
fn schema_files(directory: &Path) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "proto") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
