//! A row is read by the names of its columns, whatever their order.

use super::*;
use crate::edition::{Column, Kind};
use crate::time::Time;

/// The table with the columns after its key in another order.
fn shuffled(table: &'static Table) -> &'static Table {
    let column = |from: &Column| Column { ..*from };
    let mut columns: Vec<Column> = table.key().iter().map(column).collect();
    columns.extend(table.columns[table.key().len()..].iter().rev().map(column));
    Box::leak(Box::new(Table { columns: columns.leak(), ..*table }))
}

/// A row of every table of the platform, read in the order of a table's columns.
fn surveyed(order: impl Fn(&'static Table) -> &'static Table) -> Vec<(String, u64)> {
    let edition = Edition::Platform;
    let mut survey = Survey::new(edition);
    for table in edition.tables_by_entity() {
        let table = order(table);
        let mut reading = Reading::new(table, edition);
        let cell = |column: &Column| match (column.kind, column.name) {
            (_, "username") => Cell::Text("anna_1"),
            (_, "email") => Cell::Text("anna@example.com"),
            (_, "media_type") => Cell::Text("IMAGE"),
            (_, "created_at") => Cell::Time(Time(1_700_000_000)),
            (Kind::Time, _) => Cell::Time(Time(1_700_000_001)),
            (Kind::Integer, _) => Cell::Integer(1),
            (Kind::Text, _) => Cell::Text("#sun"),
        };
        let cells: Vec<_> = table.columns.iter().map(cell).collect();
        survey.row(&mut reading, &cells);
        survey.end(&reading);
    }
    assert_eq!(survey.people.name_chars, 6);
    assert_eq!((survey.photos.likes[0], survey.photos.comments[0], survey.photos.tags[0]), (1, 1, 1));
    let findings = survey.findings.into_findings();
    findings.into_iter().map(|finding| (finding.rule.to_owned(), finding.broken)).collect()
}

#[test]
fn the_order_of_columns_changes_no_finding() {
    let found = surveyed(|table| table);
    let broken: Vec<_> = found.iter().filter(|(_, broken)| *broken > 0).collect();
    assert_eq!(broken, [&("nobody follows himself or herself".to_owned(), 1)]);
    assert_eq!(surveyed(shuffled), found);
}

#[test]
#[should_panic(expected = "the table users has a column email")]
fn a_column_that_is_missing_is_no_silent_pass() {
    let table = Edition::Course.table("users").expect("it is there");
    Reading::new(table, Edition::Platform);
}
