//! How sizes and lists are written.

/// Such as `45 KB`; thousands, as file managers count.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// Such as `kv, log`.
pub(super) fn list(names: &[&str]) -> String {
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_short() {
        let shown = [0, 999, 1_000, 45_001, 1_250_000].map(size);
        assert_eq!(shown, ["0 B", "999 B", "1 KB", "46 KB", "1.2 MB"]);
    }
}
