//! Checks a database or a folder of files against what the world promises: integrity, uniqueness,
//! business rules, causality, the shape of the data, and its fingerprint.
//!
//! Each table is read once, row by row, so memory grows with users and photos only; a table whose
//! keys do not ascend is read a second time. A broken rule is a result, not an error.

mod error;
pub(crate) mod keys;
mod rules;
pub(crate) mod shape;
mod survey;

use std::collections::BTreeMap;

use serde::Serialize;

pub(crate) use error::Result;
pub use error::{CheckError, Hint};
pub use rules::{Finding, Group};
pub use shape::Figure;

use crate::edition::{Cell, Cells, Edition, Entity, Table};
use crate::fingerprint::Fingerprint;
use crate::read::{Difference, Source};
use crate::sink::digest::{Digest, Digester};
use rules::Rule;
use survey::{Reading, Survey};

/// Everything that a check found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// Whether every rule holds.
    pub ok: bool,
    pub edition: &'static str,
    /// How the tables differ from the edition's, if the rows can be read nevertheless; breaks no rule.
    pub schema: Vec<String>,
    pub fingerprint: Fingerprint,
    /// Rows of each table.
    pub rows: BTreeMap<&'static str, u64>,
    pub rules: Vec<Finding>,
    pub shape: Vec<Figure>,
    /// Ids do not begin at 1, or references point at rows that are missing: the files may be a shard.
    #[serde(skip)]
    pub may_be_shard: bool,
}

/// Watches the progress of a check.
pub trait Progress {
    fn begin(&mut self, _table: &'static Table) {}
    fn rows(&mut self, _rows: u64) {}
    fn end(&mut self, _table: &'static Table) {}
}

/// Ignores progress.
impl Progress for () {}

/// Rows between two progress reports.
const ROWS_TOLD: u64 = 1 << 14;

/// Reads everything and reports what it found.
pub fn check(source: &mut dyn Source, edition: Edition, progress: &mut dyn Progress) -> Result<Report> {
    let differences = source.differences(edition)?;
    if differences.iter().any(Difference::hides_rows) {
        return Err(CheckError::Schema { place: source.place(), edition, differences });
    }
    let mut survey = Survey::new(edition);
    let mut digests = Vec::new();
    let mut begins_late = false;
    for table in edition.tables_by_entity() {
        progress.begin(table);
        let mut reading = Reading::new(table, edition);
        let mut digester = Digester::default();
        let mut told = 0;
        source.read(table, &mut |cells| {
            cells.iter().for_each(|cell| cell.put(&mut digester));
            digester.end_row();
            survey.row(&mut reading, cells);
            let rows = digester.sum().rows;
            if rows == 1 && table.has_id() {
                begins_late |= reading.key(cells).0 > 1;
            }
            if rows - told >= ROWS_TOLD {
                progress.rows(rows - told);
                told = rows;
            }
            Ok(())
        })?;
        survey.end(&reading);
        repetitions(source, &mut survey, reading)?;
        let digest = digester.sum();
        progress.rows(digest.rows - told);
        progress.end(table);
        digests.push((table, digest));
    }
    let rows: BTreeMap<_, _> = digests.iter().map(|(table, digest)| (table.name, digest.rows)).collect();
    let count =
        |entity| edition.table_of(entity).and_then(|table| rows.get(table.name)).copied().unwrap_or_default();
    let (comments, likes) = (count(Entity::Comment), count(Entity::Like));
    let rules = std::mem::replace(&mut survey.findings, rules::Findings::new(edition)).into_findings();
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
        shape: shape::figures(survey.shape(comments, likes)),
    })
}

/// Reads tables and sums them up, without a look at any rule: what can be said of a part of a data set.
pub fn digests(
    source: &mut dyn Source,
    tables: &[&'static Table],
    progress: &mut dyn Progress,
) -> Result<Vec<(&'static Table, Digest)>> {
    let mut digests = Vec::new();
    for table in tables {
        progress.begin(table);
        let mut digester = Digester::default();
        source.read(table, &mut |cells| {
            cells.iter().for_each(|cell| cell.put(&mut digester));
            digester.end_row();
            if digester.sum().rows.is_multiple_of(ROWS_TOLD) {
                progress.rows(ROWS_TOLD);
            }
            Ok(())
        })?;
        progress.rows(digester.sum().rows % ROWS_TOLD);
        progress.end(table);
        digests.push((*table, digester.sum()));
    }
    Ok(digests)
}

/// Notes repeated keys and pairs. Keys that do not ascend are read again and sorted.
fn repetitions(source: &mut dyn Source, survey: &mut Survey, reading: Reading) -> Result<()> {
    let table = reading.table;
    // Keys that lead to places have already been checked.
    if matches!(table.entity, Entity::User | Entity::Photo | Entity::Tag) {
        return Ok(());
    }
    let keys = match reading.keys.repeated() {
        Some(repeated) => repeated,
        None => repeated(source, table, |cells| reading.key(cells))?,
    };
    let rule = if table.has_id() { Rule::Key } else { Rule::Pair };
    for _ in 0..keys {
        survey.findings.broken(rule, || table.name.to_owned());
    }
    let pairs = match (reading.pairs.repeated(), reading.pair) {
        (_, None) => 0,
        (Some(repeated), _) => repeated,
        (None, Some(_)) => repeated(source, table, |cells| reading.pair(cells).unwrap_or_default())?,
    };
    for _ in 0..pairs {
        survey.findings.broken(Rule::Pair, || table.name.to_owned());
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
