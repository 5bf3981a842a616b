//! `cargo xtask services`: programs that some tests need beside the server, into target/services/. Whoever lacks them
//! has these tests skipped, and is told so.

use std::fs;

use crate::{
    args,
    process::{self, Result, program, succeeds},
    tree,
};

/// A store that speaks S3. Its makers publish no programs any more, so it is built.
const MINIO: &str = "github.com/minio/minio";
const VERSION: &str = "v0.0.0-20260212201848-7aac2a2c5b7c";

pub(crate) fn run(args: &[String]) -> Result {
    args::none(args)?;
    let folder = tree::target().join("services");
    // So that another version is built when there is one.
    let (stamp, version) = (folder.join("minio.version"), format!("{VERSION} static"));
    let is_there = folder.join("minio").is_file();
    if is_there && fs::read_to_string(&stamp).is_ok_and(|built| built == version) {
        eprintln!("{}: is there", folder.join("minio").display());
        return Ok(());
    }
    if !succeeds(program("go").arg("version")) {
        return Err("no Go, with which MinIO is built: install golang, or set TALARIA_MINIO to a program of MinIO"
            .to_owned()
            .into());
    }
    fs::create_dir_all(&folder).map_err(|cause| format!("cannot make {}: {cause}", folder.display()))?;
    let mut install = program("go");
    // Static, for an image without a libc.
    install.args(["install", &format!("{MINIO}@{VERSION}")]).env("GOBIN", &folder).env("CGO_ENABLED", "0");
    process::run(&mut install)?;
    fs::write(&stamp, version).map_err(|cause| format!("cannot write {}: {cause}", stamp.display()).into())
}
