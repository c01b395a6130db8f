//! The tables of the commands, all in one form.

use crate::console;
use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{Cell, CellAlignment, Table};

/// A column's title, and how its cells stand.
pub enum Column {
    /// Text, from the left.
    Text(&'static str),
    /// Numbers, from the right.
    Number(&'static str),
}

impl Column {
    fn title(&self) -> &'static str {
        match self {
            Self::Text(title) | Self::Number(title) => title,
        }
    }
}

/// Prints one table.
pub fn print<const N: usize>(columns: &[Column; N], rows: impl IntoIterator<Item = [String; N]>) {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED);
    table.set_header(columns.iter().map(Column::title));
    table.add_rows(rows.into_iter().map(|row| row.map(Cell::new)));
    for (index, column) in columns.iter().enumerate() {
        if let (Column::Number(_), Some(column)) = (column, table.column_mut(index)) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    console::line(table);
}
