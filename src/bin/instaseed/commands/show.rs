//! `instaseed show`: a few rows of each table, on any engine, without a client of it.
//!
//! It shows what is there, also between two editions; a table that is named may be anybody's.

use crate::args::{self, TargetArgs};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Sheet, Style, counted};
use instaseed::database::{Catalogue, Db, Field, Table};
use instaseed::edition::Edition;
use instaseed::migration::{Options, Runner, Source};
use serde_json::{Map, Value, json};

/// Rows of each table, when none is named.
const FEW_ROWS: u32 = 3;
/// Rows of the one table that is named.
const SOME_ROWS: u32 = 10;

/// Show a few rows of each table
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed show                     three rows of every table
  instaseed show users               ten users
  instaseed show likes --rows 50     fifty likes
  instaseed show users -x            each column on its own line
  instaseed show users --wide | less -S
  instaseed show comments --json     rows for programs

On a terminal, long texts are cut, then columns are left out and named: keys and names stay.

A table of your own is shown only when you name it.")]
pub struct Args {
    /// Show only this table
    #[arg(value_parser = args::table(), hide_possible_values = true)]
    table: Option<String>,
    /// Number of rows [default: 3 of each table, 10 of a single one]
    #[arg(long, short = 'n', value_name = "N", value_parser = args::whole::<u32>)]
    rows: Option<u32>,
    /// Print each column on its own line, without cutting values
    #[arg(long, short = 'x')]
    vertical: bool,
    /// Cut nothing and leave no column out, however wide the terminal is
    #[arg(long, conflicts_with = "vertical")]
    wide: bool,
    #[command(flatten)]
    target: TargetArgs,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let (target, mut db) = args.target.connect()?;
    let source = Source::embedded(target.engine())?;
    let edition = Runner::new(&mut db, &source, Options::default()).status()?.edition;
    let catalogue = db.catalogue()?;
    let names = match &args.table {
        Some(name) => vec![named(name, &catalogue).ok_or_else(|| Failure::NoTable {
            target: target.to_string(),
            table: name.clone(),
            there: catalogue.tables.keys().cloned().collect(),
        })?],
        None => ours(&edition, &catalogue),
    };
    let limit = args.rows.unwrap_or(if args.table.is_some() { SOME_ROWS } else { FEW_ROWS });
    let mut shown = Map::new();
    for (at, name) in names.iter().enumerate() {
        let table = &catalogue.tables[*name];
        let count = db.count(name)?;
        let rows = first_rows(&mut db, name, table, limit)?;
        if at > 0 {
            out.print("");
        }
        let title = format!("{name}: {}", counted(count, "row", "rows"));
        out.print(out.style(Style::Good, &title));
        if args.vertical {
            print_down(table, &rows, out)
        } else {
            print_across(table, &rows, args.wide, out)
        }
        shown.insert((*name).to_owned(), json!({ "rows": count, "first": objects(table, rows) }));
    }
    if names.is_empty() {
        out.print(out.advice(&format!("{target} has no tables yet: create them with `instaseed setup`.")));
    }
    out.answer(&json!({ "ok": true, "edition": edition, "tables": shown }));
    Ok(Answer::Done)
}

/// The table of that name; where no other is meant, small and capital letters are the same.
fn named<'a>(name: &str, catalogue: &'a Catalogue) -> Option<&'a str> {
    let exactly = catalogue.tables.keys().find(|table| *table == name);
    exactly
        .or_else(|| catalogue.tables.keys().find(|table| table.eq_ignore_ascii_case(name)))
        .map(String::as_str)
}

/// The tables of ours that are there: those of the edition in its order, then what is left of another.
fn ours<'a>(edition: &str, catalogue: &'a Catalogue) -> Vec<&'a str> {
    let mut editions = Edition::ALL;
    editions.sort_by_key(|known| known.name() != edition);
    let mut names: Vec<&str> = Vec::new();
    for table in editions.iter().flat_map(|edition| edition.tables()) {
        if let Some((name, _)) = catalogue.tables.get_key_value(table.name)
            && !names.contains(&name.as_str())
        {
            names.push(name);
        }
    }
    names
}

fn first_rows(db: &mut Db, name: &str, table: &Table, limit: u32) -> Result<Vec<Vec<Value>>, Failure> {
    let columns = table.columns.iter();
    let fields: Vec<Field<'_>> =
        columns.map(|column| Field { name: &column.name, is_number: is_number(&column.kind) }).collect();
    let key: Vec<&str> = table.primary_key.iter().map(String::as_str).collect();
    Ok(db.sample(name, &fields, &key, limit)?)
}

/// Whether an engine's name of a type is that of a whole number.
fn is_number(kind: &str) -> bool {
    let name = kind.split(['(', ' ']).next().unwrap_or(kind);
    matches!(
        name,
        "int" | "integer" | "bigint" | "smallint" | "mediumint" | "tinyint" | "int2" | "int4" | "int8"
    )
}

fn print_across(table: &Table, rows: &[Vec<Value>], wide: bool, out: &Output) {
    if rows.is_empty() {
        return;
    }
    let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    out.sheet(Sheet { headings: &headings(table), rows: &cells, numeric: None, wide });
}

fn print_down(table: &Table, rows: &[Vec<Value>], out: &Output) {
    for (at, row) in rows.iter().enumerate() {
        out.down(at + 1, &headings(table), &row.iter().map(cell).collect::<Vec<_>>());
    }
}

fn headings(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|column| column.name.as_str()).collect()
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "NULL".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Each row as an object of its columns.
fn objects(table: &Table, rows: Vec<Vec<Value>>) -> Vec<Value> {
    let object = |row: Vec<Value>| {
        let names = table.columns.iter().map(|column| column.name.clone());
        Value::Object(names.zip(row).collect())
    };
    rows.into_iter().map(object).collect()
}

#[cfg(test)]
mod tests {
    use super::is_number;

    #[test]
    fn whole_numbers_are_known_by_their_types() {
        for kind in ["int(11)", "integer", "bigint unsigned", "tinyint(1)"] {
            assert!(is_number(kind), "{kind}");
        }
        for kind in ["interval", "point", "varchar(255)", "numeric(10,2)", ""] {
            assert!(!is_number(kind), "{kind}");
        }
    }
}
