//! Files that the plugin for storage keeps, over large sizes and the sudden end of the server.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
};

use super::plugins::{plugin, success};
use crate::support::{
    component, eventually,
    process::{Process, Server, run},
};

/// Less than an attachment may have.
const LARGE: u64 = 96 << 20;
/// What a transfer may take of the memory, whatever its size.
const MEMORY: u64 = 32 << 20;

fn install(data: &Path, server: &Server) {
    let file = data.join("storage.wasm");
    fs::write(&file, component("storage")).expect("it can be written");
    let of = ["--data", &data.display().to_string(), "--admin", &server.admin.to_string()].map(str::to_owned);
    success(&run(&plugin(&["install", &file.display().to_string(), "--yes"], &of)));
}

fn chat(server: &Server, folder: &Path) -> Process {
    let url = format!("ws://{}", server.ws);
    let words = ["chat", "--user", "1", "--to", "2", "--url", &url].map(str::to_owned);
    Process::start(&["env", "-C", &folder.display().to_string()], &words)
}

/// What becomes of the next command.
fn outcome(process: &Process) -> String {
    loop {
        let line = process.line();
        if line.starts_with(['✓', '✗']) {
            return line;
        }
    }
}

/// The files below a folder that are no marks of the server's own.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => files(&path, found),
            false if path.file_name().is_some_and(|name| name != ".public-read") => found.push(path),
            false => {}
        }
    }
}

fn sizes(data: &Path) -> Vec<u64> {
    let mut found = Vec::new();
    files(&data.join("objects"), &mut found);
    found.iter().filter_map(|file| Some(fs::metadata(file).ok()?.len())).collect()
}

/// Bytes of a line of what Linux tells of a process.
#[cfg(target_os = "linux")]
fn memory(pid: u32, line: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).expect("it runs");
    let found = status.lines().find_map(|found| found.strip_prefix(line)).expect("there is such a line");
    found.trim().trim_end_matches(" kB").parse::<u64>().expect("it is a number") * 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_file_takes_no_memory_and_survives_a_kill() {
    let (data, here) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let mut server = Server::start(data.path());
    install(data.path(), &server);
    File::create(here.path().join("large.bin")).unwrap().set_len(LARGE).unwrap();
    fs::write(here.path().join("small.txt"), "small").unwrap();
    let mut one = chat(&server, here.path());
    one.type_line("/send small.txt");
    assert!(outcome(&one).starts_with("✓ sent small.txt, 5 B"));

    #[cfg(target_os = "linux")]
    let (pid, before) = {
        let pid = server.process.id();
        // From here on the peak is measured anew.
        fs::write(format!("/proc/{pid}/clear_refs"), "5").unwrap();
        (pid, memory(pid, "VmRSS:"))
    };
    one.type_line("/send large.bin");
    let sent = outcome(&one);
    let id = sent.rsplit(' ').next().filter(|_| sent.starts_with("✓ sent large.bin")).expect(&sent).to_owned();
    let get = format!("/get {id} copy.bin");
    one.type_line(&get);
    assert!(outcome(&one).starts_with("✓ got copy.bin"));
    #[cfg(target_os = "linux")]
    {
        let taken = memory(pid, "VmHWM:").saturating_sub(before);
        assert!(taken < MEMORY, "it took {taken} bytes more");
    }
    fs::remove_file(here.path().join("copy.bin")).unwrap();

    // Cut off in the middle of another.
    one.type_line("/send large.bin");
    eventually("it is under way", async || sizes(data.path()).len() == 3).await;
    server.process.kill();
    drop((one, server));
    let server = Server::start(data.path());
    assert_eq!(sizes(data.path()).len(), 2, "what is not whole is gone");
    let mut one = chat(&server, here.path());
    one.type_line(&get);
    assert!(outcome(&one).starts_with("✓ got copy.bin"));
    assert_eq!(fs::metadata(here.path().join("copy.bin")).unwrap().len(), LARGE);
}
