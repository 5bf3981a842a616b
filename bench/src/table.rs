//! Tables for a terminal: rows of a name and columns, the name to the left, the rest to the right.

use std::fmt;

/// Rows under a headline.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// Begins with the headline.
    pub(crate) fn new(headline: &[&str]) -> Self {
        let mut table = Self::default();
        table.row(headline);
        table
    }

    /// Adds a row.
    pub(crate) fn row(&mut self, cells: &[impl AsRef<str>]) {
        self.rows.push(cells.iter().map(|cell| cell.as_ref().to_owned()).collect());
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or_default();
        let length = |row: &Vec<String>, column: usize| row.get(column).map(|cell| cell.chars().count());
        let width = |column| self.rows.iter().filter_map(|row| length(row, column)).max();
        let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or_default()).collect();
        for row in &self.rows {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                if column == 0 {
                    line += &format!("{cell:<width$}");
                } else {
                    line += &format!("  {cell:>width$}");
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_line() {
        let mut table = Table::new(&["floor", "p50"]);
        table.row(&["C3", "14 µs"]);
        assert_eq!(table.to_string(), "floor    p50\nC3     14 µs\n");
    }
}
