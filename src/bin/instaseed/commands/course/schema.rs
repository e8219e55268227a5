//! `instaseed course schema`: the tables, columns, keys and references of the data that is used for grading.

use super::{CourseContext, grader, tables};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style, counted};
use crate::rails::{self, Line};
use instaseed::course::Course;
use instaseed::edition::Edition;
use instaseed::exercise::Exercise;
use instaseed::grade::TableInfo;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

/// Show the tables and how they are connected
///
/// Each line on the right joins a key (<) with the columns that reference it (>). Name a table to see some of its rows.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course schema
  instaseed course schema likes
  instaseed course schema --edition platform
  instaseed course schema --exercise 40    with what is there before that task")]
pub struct Args {
    /// Show only this table, with its first rows
    #[arg(value_parser = args::table(), hide_possible_values = true)]
    table: Option<String>,
    /// Edition of the schema: course or platform [default: course]
    #[arg(long, value_parser = args::edition(), hide_possible_values = true, conflicts_with = "exercise")]
    edition: Option<Edition>,
    /// Show the tables of this exercise
    #[arg(long, value_name = "EXERCISE", value_parser = args::exercise(), hide_possible_values = true)]
    exercise: Option<String>,
}

/// Rows of a table that is named.
const SAMPLE: usize = 5;

#[derive(Serialize)]
struct SchemaOutput {
    ok: bool,
    edition: &'static str,
    tables: Vec<TableInfo>,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let exercise = self.exercise(&course)?;
        let sample = if self.table.is_some() { SAMPLE } else { 3 };
        let mut tables = grader(&course)?.tables(exercise, sample)?;
        if let Some(name) = &self.table {
            let there = || tables.iter().map(|table| table.name.clone()).collect();
            let Some(at) = tables.iter().position(|table| table.name.eq_ignore_ascii_case(name)) else {
                let target = format!("edition {}", exercise.edition);
                return Err(Failure::NoTable { target, table: name.clone(), there: there() });
            };
            print_one(&tables[at], &tables, out);
            tables = vec![tables.swap_remove(at)];
        } else {
            print_all(&tables, out);
            out.say("");
            out.say(out.advice("See some rows of a table:  instaseed course schema users"));
        }
        out.answer(&SchemaOutput { ok: true, edition: exercise.edition.name(), tables });
        Ok(Answer::Done)
    }

    /// The exercise whose data is shown: the one that is named, else the first of the edition.
    fn exercise<'a>(&self, course: &'a Course) -> Result<&'a Exercise, Failure> {
        if let Some(name) = &self.exercise {
            return Ok(course.find(name)?);
        }
        let wanted = self.edition.unwrap_or(Edition::Course);
        let own = || course.catalogue().exercises().iter().filter(|one| one.is_for(course.engine()));
        let plain = own().find(|one| one.edition == wanted && one.given(course.engine()).is_none());
        let any = plain.or_else(|| own().find(|one| one.edition == wanted)).or_else(|| own().next());
        any.ok_or_else(|| {
            let name = wanted.name().to_owned();
            instaseed::exercise::ExerciseError::Unknown { name, nearest: None, count: 0 }.into()
        })
    }
}

fn print_all(tables: &[TableInfo], out: &Output) {
    let columns = || tables.iter().flat_map(|table| &table.columns);
    let widest = |of: fn(&instaseed::grade::ColumnInfo) -> &str| {
        columns().map(|column| of(column).width()).max().unwrap_or(0)
    };
    let widths = (widest(|column| &column.name).min(24), widest(|column| &column.kind).min(20));
    let mut lines = Vec::new();
    for table in tables {
        let rows = counted(table.count as u64, "row", "rows");
        lines.push(Line { text: format!("{} ({rows})", table.name), ..Line::default() });
        for column in &table.columns {
            lines.push(Line {
                text: rails::left(&column.name, &column.kind, column.key, widths),
                column: Some(format!("{}.{}", table.name, column.name)),
                references: column.references.as_ref().map(|(table, column)| format!("{table}.{column}")),
            });
        }
    }
    for line in rails::draw(&lines) {
        out.print(if out.is_ascii() { rails::plain(&line) } else { line });
    }
}

fn print_one(table: &TableInfo, all: &[TableInfo], out: &Output) {
    let rows = counted(table.count as u64, "row", "rows");
    out.print(out.style(Style::Good, &format!("{}: {rows}", table.name)));
    let cells: Vec<Vec<String>> = table
        .columns
        .iter()
        .map(|column| {
            let references = column.references.as_ref().map(|(table, column)| format!("{table}.{column}"));
            let key = if column.key { "key" } else { "" };
            vec![column.name.clone(), column.kind.clone(), key.to_owned(), references.unwrap_or_default()]
        })
        .collect();
    out.table(&["column", "type", "", "references"], &cells);
    for other in all {
        for column in &other.columns {
            if column.references.as_ref().is_some_and(|(to, _)| *to == table.name) {
                out.print(format_args!("referenced by {}.{}", other.name, column.name));
            }
        }
    }
    out.print("");
    let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();

    tables::print(&names, &table.rows, table.count, 0, out);
}
