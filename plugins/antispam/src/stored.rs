//! Lists that were put in at runtime. They are in `kv`, with a number that grows with each change, by which an instance
//! learns that there are others: to look at it takes a tenth of what a message takes.

use std::collections::BTreeMap;

use talaria_sdk::kv;

const VERSION: &str = "version";
const PREFIX: &str = "list/";

/// How often the lists have changed, as it is stored; `None`: never.
pub(crate) type Version = Option<Vec<u8>>;

/// # Errors
///
/// When the store cannot answer.
pub(crate) fn version() -> Result<Version, kv::Error> {
    kv::get(VERSION)
}

/// All lists by name, a word each line.
///
/// # Errors
///
/// When the store cannot answer.
pub(crate) fn lists() -> Result<BTreeMap<String, Vec<String>>, kv::Error> {
    let mut lists = BTreeMap::new();
    for key in kv::list_keys(PREFIX, None, 1000)? {
        let Some(text) = kv::get(&key)? else { continue };
        let name = key.trim_start_matches(PREFIX).to_owned();
        lists.insert(name, words(&String::from_utf8_lossy(&text)));
    }
    Ok(lists)
}

/// The words of a text with one each line.
pub(crate) fn words(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Puts a list in, or in the place of the one of this name.
///
/// # Errors
///
/// When the store cannot keep it.
pub(crate) fn put(name: &str, words: &[String]) -> Result<(), kv::Error> {
    kv::set(&format!("{PREFIX}{name}"), words.join("\n"))?;
    changed()
}

/// Takes a list out. False when there was none.
///
/// # Errors
///
/// When the store cannot do it.
pub(crate) fn delete(name: &str) -> Result<bool, kv::Error> {
    let was_there = kv::delete(&format!("{PREFIX}{name}"))?;
    if was_there {
        changed()?;
    }
    Ok(was_there)
}

/// After the lists: who sees the new number must see the new lists.
fn changed() -> Result<(), kv::Error> {
    loop {
        let before = kv::get(VERSION)?;
        let number = before.as_deref().and_then(|bytes| bytes.try_into().ok()).map_or(0, u64::from_be_bytes);
        if kv::compare_and_set(VERSION, before.as_deref(), Some(&number.wrapping_add(1).to_be_bytes()))? {
            return Ok(());
        }
    }
}
