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
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// Rows in columns as wide as their widest cell.
pub(super) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(width).collect();
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let rows = [["NAME".into(), "STATE".into()], ["antispam".into(), "running".into()]];
        assert_eq!(table(&rows), "NAME      STATE\nantispam  running\n");
    }

    #[test]
    fn sizes_are_short() {
        let shown = [0, 999, 1_000, 45_001, 1_250_000].map(size);
        assert_eq!(shown, ["0 B", "999 B", "1 KB", "46 KB", "1.2 MB"]);
    }
}
