//! How sizes, times and lists are written.

/// Such as `45 KB`; thousands, as file managers count.
pub(super) fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} KB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes / 100_000 % 10),
    }
}

/// Such as `2 jobs`.
pub(super) fn count(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

/// Such as `kv, log`.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let names: Vec<_> = names.iter().map(AsRef::as_ref).collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

/// What a stranger wrote, without what would let it draw on the terminal or turn the direction of the text.
pub(super) fn plain(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if c.is_control() || turns(c) { '\u{fffd}' } else { c }).collect()
}

/// [`plain`] text that may have several lines; what would pass for a line of ours is set in.
pub(super) fn plain_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(plain).collect();
    lines.join("\n    ")
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

/// Milliseconds since 1970 as date and time, UTC.
pub(super) fn time(millis: i64) -> String {
    const DAY: i64 = 86_400;
    let seconds = millis.div_euclid(1_000);
    let (days, of_day) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    // Years begin in March here, so that the leap day is a year's last; an era is 400 of them.
    let from_march = days + 719_468;
    let (era, of_era) = (from_march.div_euclid(146_097), from_march.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_dates() {
        let shown = [0, 951_827_696_789, 1_709_164_800_000, 1_798_761_599_999].map(time);
        assert_eq!(
            shown,
            ["1970-01-01 00:00:00Z", "2000-02-29 12:34:56Z", "2024-02-29 00:00:00Z", "2026-12-31 23:59:59Z"]
        );
    }

    #[test]
    fn nobody_draws_on_the_terminal() {
        assert_eq!(plain("calm\x1b[2J\n\u{202e}x"), "calm\u{fffd}[2J\u{fffd}\u{fffd}x");
        assert_eq!(plain_lines("a\x07\r\n[12:00:00] 7: b\n"), "a\u{fffd}\n    [12:00:00] 7: b");
    }

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
