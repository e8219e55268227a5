//! Holds a database or a folder of files against what the world promises: integrity, uniqueness, business rules,
//! causality, the shape of the data, and its fingerprint.
//!
//! Each table is read once, row by row, so that memory grows with users and photos only; a table whose keys do
//! not ascend is read once more. A broken rule is an answer, not an error.

mod error;
mod folder;
mod keys;
mod rules;
mod schema;
mod shape;
mod source;
mod stored;
mod survey;

use std::collections::BTreeMap;

use serde::Serialize;

pub(crate) use error::Result;
pub use error::{CheckError, FileProblem};
pub use folder::Folder;
pub use rules::{Finding, Group};
pub use schema::Difference;
pub use shape::Figure;
pub use source::{Cell, EachRow, Source};
pub use stored::Stored;

use crate::edition::{Cells, Edition, Fact, Table};
use crate::fingerprint::Fingerprint;
use crate::sink::digest::Digester;
use rules::Rule;
use survey::{Reading, Survey};

/// All that a check has found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether every rule holds.
    pub ok: bool,
    pub edition: &'static str,
    /// How the tables differ from the edition's, as far as the rows can be read nevertheless; breaks no rule.
    pub schema: Vec<String>,
    pub fingerprint: Fingerprint,
    /// Rows of each table.
    pub rows: BTreeMap<&'static str, u64>,
    pub rules: Vec<Finding>,
    pub shape: Vec<Figure>,
    /// Ids that do not begin at 1, or references to rows that are elsewhere: files like that are a shard, it seems.
    #[serde(skip)]
    pub may_be_shard: bool,
}

/// Sees how far a check has come.
pub trait Progress {
    fn begin(&mut self, _table: &'static Table) {}
    fn rows(&mut self, _rows: u64) {}
    fn end(&mut self, _table: &'static Table) {}
}

/// Sees nothing.
impl Progress for () {}

/// Rows between two looks at the progress.
const ROWS_TOLD: u64 = 1 << 14;

/// Facts in the order in which they are read: what a row leans on comes first.
const ORDER: [Fact; 8] = [
    Fact::User,
    Fact::Photo,
    Fact::Media,
    Fact::Tag,
    Fact::Follow,
    Fact::Like,
    Fact::Comment,
    Fact::PhotoTag,
];

/// Reads everything and tells what was found.
pub fn check(source: &mut dyn Source, edition: Edition, progress: &mut dyn Progress) -> Result<Report> {
    let differences = source.differences(edition)?;
    if differences.iter().any(Difference::hides_rows) {
        return Err(CheckError::Schema { place: source.place(), edition, differences });
    }
    let mut survey = Survey::new(edition);
    let mut digests = Vec::new();
    let mut begins_late = false;
    for table in ORDER.into_iter().filter_map(|fact| edition.table_of(fact)) {
        progress.begin(table);
        let mut reading = Reading::new(table);
        let mut digester = Digester::default();
        let mut told = 0;
        source.read(table, &mut |cells| {
            cells.iter().for_each(|cell| cell.put(&mut digester));
            digester.end_row();
            survey.row(&mut reading, cells);
            let rows = digester.sum().rows;
            if rows == 1 && table.has_id() {
                begins_late |= cells[0].integer().is_some_and(|id| id > 1);
            }
            if rows - told >= ROWS_TOLD {
                progress.rows(rows - told);
                told = rows;
            }
            Ok(())
        })?;
        survey.end(table);
        repetitions(source, &mut survey, reading)?;
        let digest = digester.sum();
        progress.rows(digest.rows - told);
        progress.end(table);
        digests.push((table, digest));
    }
    let rows: BTreeMap<_, _> = digests.iter().map(|(table, digest)| (table.name, digest.rows)).collect();
    let count =
        |fact| edition.table_of(fact).and_then(|table| rows.get(table.name)).copied().unwrap_or_default();
    let (comments, likes) = (count(Fact::Comment), count(Fact::Like));
    let rules = std::mem::replace(&mut survey.ledger, rules::Ledger::new(edition)).into_findings();
    let may_be_shard =
        begins_late || rules.iter().any(|finding| finding.is_reference() && finding.broken > 0);
    Ok(Report {
        ok: rules.iter().all(|finding| finding.broken == 0),
        edition: edition.name(),
        schema: differences.iter().map(Difference::to_string).collect(),
        fingerprint: Fingerprint::new(edition, digests),
        rows,
        rules,
        may_be_shard,
        shape: shape::figures(survey, comments, likes),
    })
}

/// Notes the keys and pairs that stand more than once. Keys that do not ascend are read again and sorted.
fn repetitions(source: &mut dyn Source, survey: &mut Survey, reading: Reading) -> Result<()> {
    let table = reading.table;
    // Keys that lead to places have been looked at.
    if matches!(table.fact, Fact::User | Fact::Photo | Fact::Tag) {
        return Ok(());
    }
    let keys = match reading.keys.repeated() {
        Some(repeated) => repeated,
        None => repeated(source, table, |cells| reading.key(cells))?,
    };
    let rule = if table.has_id() { Rule::Key } else { Rule::Pair };
    for _ in 0..keys {
        survey.ledger.broken(rule, || table.name.to_owned());
    }
    if reading.has_pairs() {
        let pairs = match reading.pairs.repeated() {
            Some(repeated) => repeated,
            None => repeated(source, table, |cells| reading.pair(cells))?,
        };
        for _ in 0..pairs {
            survey.ledger.broken(Rule::Pair, || table.name.to_owned());
        }
    }
    Ok(())
}

fn repeated(
    source: &mut dyn Source,
    table: &'static Table,
    key: impl Fn(&[Cell<'_>]) -> (i64, i64),
) -> Result<u64> {
    let mut keys = Vec::new();
    source.read(table, &mut |cells| {
        keys.push(key(cells));
        Ok(())
    })?;
    keys.sort_unstable();
    Ok(keys.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64)
}

#[cfg(test)]
mod tests;
