//! Rows of answers and examples as tables: numbers are right-aligned, NULL is a word.

use super::markdown;
use crate::output::{Output, Style, counted};
use instaseed::grade::{Step, Table};
use instaseed::sandbox::{Cell, is_numeric};
use unicode_width::UnicodeWidthStr;

/// Prints rows, and how many more there are.
pub fn print(columns: &[String], rows: &[Vec<Cell>], count: usize, indent: usize, out: &Output) {
    let space = " ".repeat(indent);
    if count == 0 {
        markdown::print_behind(&space, indent, &format!("{} (no rows)", columns.join(", ")), out);
        return;
    }
    let headings: Vec<&str> = columns.iter().map(String::as_str).collect();
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(Cell::shown).collect()).collect();
    let numeric: Vec<bool> = (0..headings.len()).map(|at| is_numeric(rows, at)).collect();
    out.grid(&headings, &cells, &numeric, indent);
    if count > rows.len() {
        let more = counted((count - rows.len()) as u64, "more row", "more rows");
        out.print(out.style(Style::Faint, &format!("{space}and {more}")));
    }
}

pub fn print_table(table: &Table, indent: usize, out: &Output) {
    print(&table.columns, &table.rows, table.count, indent, out);
}

/// Prints the steps of a query. An arrow marks the first one at which the model has a different number of rows.
pub fn print_steps(steps: &[Step], diverges: Option<(usize, usize)>, out: &Output) {
    let counts: Vec<String> = steps.iter().map(|step| counted(step.rows as u64, "row", "rows")).collect();
    let width = counts.iter().map(|count| count.width()).max().unwrap_or(0);
    for (at, (step, count)) in steps.iter().zip(&counts).enumerate() {
        let clause = step.clause.split_whitespace().collect::<Vec<_>>().join(" ");
        let arrow = match diverges {
            Some((first, model)) if first == at => {
                format!("   <- the model has {} here", counted(model as u64, "row", "rows"))
            }
            _ => String::new(),
        };
        let space = " ".repeat(width - count.width());
        let first = format!("  {count}{space}  ");
        let rows = step.table.as_ref().map(tuples).unwrap_or_default();
        let words = clause.width() + arrow.width();
        match first.width() + words + 3 + rows.width() <= out.width() && !rows.is_empty() {
            true => out.print(format_args!("{first}{clause}{arrow}   {}", out.style(Style::Faint, &rows))),
            false if first.width() + words <= out.width() => {
                out.print(format_args!("{first}{clause}{arrow}"));
            }
            false => markdown::print_behind(&first, first.width(), &format!("{clause}{arrow}"), out),
        }
    }
}

/// `(163, 82) (163, 94)`
fn tuples(table: &Table) -> String {
    let tuple = |row: &Vec<Cell>| {
        let cells: Vec<String> = row.iter().map(Cell::shown).collect();
        format!("({})", cells.join(", "))
    };
    table.rows.iter().map(tuple).collect::<Vec<_>>().join(" ")
}
