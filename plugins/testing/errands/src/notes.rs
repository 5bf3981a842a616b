//! What the plugin remembers of its deeds, a line each.

use talaria_sdk::kv;

/// Adds a line. Several instances may do so at the same time.
pub(crate) fn add(key: &str, line: &str) {
    loop {
        let before = kv::get(key).expect("the notes can be read");
        let mut notes = before.clone().unwrap_or_default();
        if !notes.is_empty() {
            notes.push(b'\n');
        }
        notes.extend_from_slice(line.as_bytes());
        if kv::compare_and_set(key, before.as_deref(), Some(&notes)).expect("the notes can be written") {
            return;
        }
    }
}

/// All lines.
pub(crate) fn read(key: &str) -> String {
    let notes = kv::get(key).expect("the notes can be read").unwrap_or_default();
    String::from_utf8_lossy(&notes).into_owned()
}
