//! Prints results as they come: a table once it is whole, everything else row by row.

use super::Asked;
use crate::output::{Output, Sheet, Style, counted, thousands};
use instaseed::query::{Cell, Rows};
use std::collections::BTreeSet;

/// Text is handed on in pieces of about this size.
const PIECE_BYTES: usize = 32 << 10;

/// How rows are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Table,
    Vertical,
    Csv,
    Json,
}

/// What a query returns, on its way to standard output.
pub struct Results<'a> {
    out: &'a Output,
    form: Form,
    limit: Option<usize>,
    wide: bool,
    /// With `--json`, several statements have a list of results.
    several: bool,
    /// How many statements are done.
    ended: usize,
    /// The columns of the result that comes; none for a statement without a result.
    names: Option<Vec<String>>,
    /// For a table.
    rows: Vec<Vec<Cell>>,
    /// How many rows of this result are shown.
    shown: usize,
    /// There is one more, at least.
    more: bool,
    /// How many rows all results show, and whether some of them have more.
    all: (usize, bool),
    changed: Option<u64>,
    buffer: String,
}

impl<'a> Results<'a> {
    pub fn new(asked: &Asked<'_>, statements: usize, out: &'a Output) -> Results<'a> {
        Results {
            out,
            form: asked.form,
            limit: asked.limit,
            wide: asked.wide,
            several: statements > 1,
            ended: 0,
            names: None,
            rows: Vec::new(),
            shown: 0,
            more: false,
            all: (0, false),
            changed: None,
            buffer: String::new(),
        }
    }

    /// Prints what is left, and says how long it took.
    pub fn end(mut self, seconds: f64, whole: bool) {
        match (self.form, whole) {
            (Form::Json, true) => {
                if self.several {
                    self.buffer.push_str("\n  ]");
                }
                self.buffer.push_str(&format!(",\n  \"seconds\": {seconds:.6},\n  \"ok\": true\n}}\n"));
                self.out.last_piece_of_object(&self.buffer);
            }
            _ => self.flush(),
        }
        if whole && self.form != Form::Json {
            self.tell(seconds);
        }
    }

    fn tell(&self, seconds: f64) {
        let time = match seconds {
            ..1.0 => format!("{:.1} ms", seconds * 1000.0),
            _ => format!("{seconds:.2} s"),
        };
        let (shown, more) = self.all;
        let rows = counted(shown as u64, "row", "rows");
        match (more, self.changed) {
            (true, _) => self.out.note(format!(
                "only the first {rows} of a result are shown, in {time}; show more with --limit N"
            )),
            (false, Some(changed)) => {
                let changed = counted(changed, "row", "rows");
                self.out.note(format!("{changed} changed in {time}"));
            }
            (false, None) => self.out.note(format!("{rows} in {time}")),
        }
    }

    fn flush(&mut self) {
        if self.buffer.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.buffer);
        match self.form {
            Form::Json => self.out.piece_of_object(&text, self.closing()),
            _ => self.out.piece(&text),
        }
    }

    /// What ends the lists that are open.
    fn closing(&self) -> &'static str {
        match (self.names.is_some(), self.several) {
            (true, true) => "\n    ]}\n  ]",
            (true, false) => "\n  ]",
            (false, true) => "\n  ]",
            (false, false) => "",
        }
    }

    /// The beginning of a result in JSON, up to its rows.
    fn begin_json(&mut self, names: &[String]) {
        let names: Vec<String> = names.iter().map(|name| json_text(name)).collect();
        let columns = names.join(", ");
        let begins = match (self.several, self.ended) {
            (false, _) => "{\n  \"columns\": [",
            (true, 0) => "{\n  \"results\": [\n    {\"columns\": [",
            (true, _) => ",\n    {\"columns\": [",
        };
        self.buffer.push_str(&format!("{begins}{columns}],"));
        self.buffer.push_str(if self.several { " \"rows\": [" } else { "\n  \"rows\": [" });
    }

    fn end_json(&mut self, changed: Option<u64>) {
        let changed = changed.map_or_else(|| "null".to_owned(), |changed| changed.to_string());
        let (count, more) = (self.shown, self.more);
        self.buffer.push_str(&match self.several {
            true => format!("\n    ], \"row_count\": {count}, \"more\": {more}, \"changed\": {changed}}}"),
            false => {
                format!("\n  ],\n  \"row_count\": {count},\n  \"more\": {more},\n  \"changed\": {changed}")
            }
        });
    }

    fn row_json(&mut self, names: &[String], cells: &[Cell]) {
        let pairs: Vec<String> = names
            .iter()
            .zip(cells)
            .map(|(name, cell)| format!("{}: {}", json_text(name), cell.json()))
            .collect();
        let comma = if self.shown > 0 { "," } else { "" };
        let indent = if self.several { "      " } else { "    " };
        self.buffer.push_str(&format!("{comma}\n{indent}{{{}}}", pairs.join(", ")));
    }

    fn print_table(&mut self, names: &[String]) {
        let headings: Vec<&str> = names.iter().map(String::as_str).collect();
        let rows = std::mem::take(&mut self.rows);
        let is_numeric = |at: usize| {
            let mut values =
                rows.iter().filter_map(|row| row.get(at)).filter(|cell| **cell != Cell::Null).peekable();
            values.peek().is_some() && values.all(Cell::is_number)
        };
        let numeric: Vec<bool> = (0..headings.len()).map(is_numeric).collect();
        let cells: Vec<Vec<String>> =
            rows.iter().map(|row| row.iter().map(Cell::to_string).collect()).collect();
        self.out.sheet(Sheet { headings: &headings, rows: &cells, numeric: Some(&numeric), wide: self.wide });
    }
}

impl Rows for Results<'_> {
    fn columns(&mut self, names: &[String]) {
        (self.shown, self.more) = (0, false);
        self.rows.clear();
        let names = if self.form == Form::Json { unique(names) } else { names.to_vec() };
        match self.form {
            Form::Json => self.begin_json(&names),
            Form::Csv => {
                if self.ended > 0 && self.all.0 > 0 {
                    self.buffer.push('\n');
                }
                let fields: Vec<String> = names.iter().map(|name| csv_text(name)).collect();
                self.buffer.push_str(&(fields.join(",") + "\n"));
            }
            Form::Table | Form::Vertical => {
                if self.ended > 0 {
                    self.out.print("");
                }
            }
        }
        self.names = Some(names);
    }

    fn row(&mut self, cells: Vec<Cell>) -> bool {
        if self.limit.is_some_and(|limit| self.shown >= limit) {
            self.more = true;
            return false;
        }
        let names = self.names.take().unwrap_or_default();
        match self.form {
            Form::Table => self.rows.push(cells),
            Form::Vertical => {
                let headings: Vec<&str> = names.iter().map(String::as_str).collect();
                let cells: Vec<String> = cells.iter().map(Cell::to_string).collect();
                self.out.down(self.shown + 1, &headings, &cells);
            }
            Form::Csv => {
                let fields: Vec<String> = cells.iter().map(csv).collect();
                self.buffer.push_str(&(fields.join(",") + "\n"));
            }
            Form::Json => self.row_json(&names, &cells),
        }
        self.names = Some(names);
        self.shown += 1;
        if self.buffer.len() >= PIECE_BYTES {
            self.flush();
        }
        self.out.is_read()
    }

    fn done(&mut self, changed: Option<u64>) {
        if let Some(changed) = changed {
            self.changed = Some(self.changed.unwrap_or(0).saturating_add(changed));
        }
        let names = self.names.take();
        match (self.form, &names) {
            (Form::Json, _) => {
                if names.is_none() {
                    (self.shown, self.more) = (0, false);
                    self.begin_json(&[]);
                }
                self.end_json(changed);
            }
            (Form::Table, Some(names)) => self.print_table(names),
            _ => {}
        }
        if matches!(self.form, Form::Table | Form::Vertical)
            && names.is_some()
            && self.shown == 0
            && !self.more
        {
            self.out.print(self.out.style(Style::Faint, "(no rows)"));
        }
        if names.is_some() {
            self.all = (self.all.0 + self.shown, self.all.1 || self.more);
        }
        if let (Some(changed), Form::Table | Form::Vertical) = (changed, self.form) {
            let rows = if changed == 1 { "row" } else { "rows" };
            self.out.print(format_args!("{} {rows} changed", thousands(changed)));
        }
        self.ended += 1;
        if self.form == Form::Json || self.buffer.len() >= PIECE_BYTES {
            self.flush();
        }
    }
}

/// Each name once: a second `id` is `id_2`.
fn unique(names: &[String]) -> Vec<String> {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        let mut other = name.clone();
        let mut number = 2;
        while taken.contains(&other) || other != *name && names.contains(&other) {
            other = format!("{name}_{number}");
            number += 1;
        }
        taken.insert(other.clone());
        all.push(other);
    }
    all
}

fn json_text(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// A field: NULL is nothing at all, an empty text is two quotes.
fn csv(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Text(text) => csv_text(text),
        other => other.to_string(),
    }
}

fn csv_text(text: &str) -> String {
    match text.is_empty() || text.contains(['"', ',', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_of_csv_are_quoted_where_they_must_be() {
        let text = |text: &str| csv(&Cell::Text(text.to_owned()));
        assert_eq!(
            [text("a b"), text("a,b"), text("a\"b"), text("a\nb"), text("")],
            ["a b", "\"a,b\"", "\"a\"\"b\"", "\"a\nb\"", "\"\""]
        );
        assert_eq!(csv(&Cell::Null), "");
        assert_eq!(csv(&Cell::Bytes(vec![0, 255])), "\\x00ff");
    }

    #[test]
    fn a_name_that_comes_again_has_a_number() {
        let names = |names: &[&str]| unique(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
        assert_eq!(names(&["id", "id", "name", "id"]), ["id", "id_2", "name", "id_3"]);
        assert_eq!(names(&["id", "id", "id_2"]), ["id", "id_3", "id_2"]);
    }
}
