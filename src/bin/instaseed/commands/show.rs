//! `instaseed show`: a few rows of each table, on any engine, without a client of it.

use crate::cli::{SourceArgs, TargetArgs};
use crate::commands::build::{self, Site};
use crate::commands::{Answer, Failure};
use crate::output::{Output, Style, thousands};
use instaseed::database::{Db, Field};
use instaseed::edition::{Kind, Table};
use serde_json::{Map, Value, json};

/// Rows of each table, when none is named.
const FEW_ROWS: u32 = 3;
/// Rows of the one table that is named.
const SOME_ROWS: u32 = 10;

/// Show a few rows of each table
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed show                       three rows of every table, and how many there are
  instaseed show users                 ten users
  instaseed show likes --rows 50       more of them
  instaseed show comments --json       for programs")]
pub struct Args {
    /// Only this table
    table: Option<String>,
    /// How many rows [default: 3 of each table, 10 of one]
    #[arg(long, short = 'n', value_name = "N")]
    rows: Option<u32>,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let (target, mut db) = args.target.connect()?;
    let source = args.source.source(target.engine())?;
    let site = Site { target: &target, source: &source, args: &args.source };
    let edition = build::edition(&mut db, &site, out)?;
    let tables: Vec<&Table> = match &args.table {
        Some(name) => vec![edition.table(name)?],
        None => edition.tables().iter().collect(),
    };
    let limit = args.rows.unwrap_or(if args.table.is_some() { SOME_ROWS } else { FEW_ROWS });
    let mut shown = Map::new();
    for (at, table) in tables.into_iter().enumerate() {
        let count = db.count(table.name)?;
        let rows = first_rows(&mut db, table, limit)?;
        if at > 0 {
            out.print("");
        }
        print(table, count, &rows, out);
        shown.insert(table.name.to_owned(), json!({ "rows": count, "first": objects(table, rows) }));
    }
    out.answer(&json!({ "ok": true, "edition": edition.name(), "tables": shown }));
    Ok(Answer::Done)
}

fn first_rows(db: &mut Db, table: &Table, limit: u32) -> Result<Vec<Vec<Value>>, Failure> {
    let columns = table.columns.iter();
    let fields: Vec<Field<'_>> =
        columns.map(|column| Field { name: column.name, is_number: column.kind == Kind::Integer }).collect();
    let key: Vec<&str> = fields.iter().take(table.key_columns).map(|field| field.name).collect();
    Ok(db.sample(table.name, &fields, &key, limit)?)
}

fn print(table: &Table, count: u64, rows: &[Vec<Value>], out: &Output) {
    let rows_word = if count == 1 { "row" } else { "rows" };
    let title = format!("{}: {} {rows_word}", table.name, thousands(count));
    out.print(out.style(Style::Good, &title));
    if !rows.is_empty() {
        let headings: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let cells: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
        out.table(&headings, &cells);
    }
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
        let names = table.columns.iter().map(|column| column.name.to_owned());
        Value::Object(names.zip(row).collect())
    };
    rows.into_iter().map(object).collect()
}
