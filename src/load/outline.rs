//! What a load would do, without doing it. What the load would refuse is refused here in the same words.

use std::collections::BTreeMap;

use serde::Serialize;

use super::begin::{begin, resumed};
use super::ours::Ours;
use super::session::Load;
use super::{Mode, Options, journal};
use crate::database::Target;
use crate::edition::{Cells, Edition, Entity, Kind, Rows, Table};
use crate::load::Result;
use crate::sink::bulk::{Bulk, Parked, number};
use crate::time::Time;

/// What a load would do.
#[derive(Clone, Debug, Serialize)]
pub struct Outline {
    /// Parallel connections.
    pub connections: usize,
    pub tables: Vec<OutlinedTable>,
    /// What is removed before the rows and put back after them: kind, table, name.
    pub parked: Vec<(&'static str, String, String)>,
    /// Who checks the references once the rows are in.
    pub references: &'static str,
    pub notes: Vec<String>,
}

/// What would happen to a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutlinedTable {
    pub table: &'static str,
    /// Rows to load; an estimate for tables without ids.
    pub rows: u64,
    /// Whether that number is exact.
    pub exact: bool,
    /// Estimated bytes of those rows in the database, including their index entries.
    pub bytes: u64,
    /// How many portions the rows are committed in.
    pub portions: usize,
    /// Existing rows that would be removed first.
    pub removed: u64,
    /// Rows that an interrupted load has already sent.
    pub already: u64,
}

pub(super) fn outline<B: Bulk, R: Rows>(
    target: &Target,
    edition: Edition,
    rows: &R,
    options: &Options<'_>,
) -> Result<Outline> {
    let mut load = Load::<B>::open(target, edition, options.lock_timeout, &*options.observer)?;
    load.lock()?;
    load.expect_tables()?;
    let found = journal::find(load.control())?;
    let suits = load.control().whole_chunks()?;
    let start = begin(options.mode, found, suits)?;
    load.expect_room(options.mode)?;
    let portions = load.portions(rows, options, start.whole_chunks)?;
    let already = start.found.as_ref().map(|found| found.rows.clone()).unwrap_or_default();
    let tables = load.tables.clone();
    let mut new_tags = None;
    let parked = match start.found {
        Some(found) => {
            resumed(found, &tables, rows, &portions, BTreeMap::new())?;
            load.recorded_parked()?
        }
        None => {
            let offsets = match options.mode {
                Mode::Append => Some(load.offsets(rows)?),
                _ => None,
            };
            new_tags = offsets.as_ref().map(|offsets| offsets.new_tags(&tables));
            Ours::of(&portions, offsets.as_ref())?;
            load.parked(&portions, options.mode)?
        }
    };
    let parked = parked.into_iter().filter(|parked| !parked.drop.is_empty());
    let parked = parked.map(|Parked { kept, .. }| (kept.stage.name(), kept.table, kept.name)).collect();
    let mut outlined = Vec::with_capacity(tables.len());
    for table in tables {
        let removed = match options.mode {
            Mode::Replace => {
                number(load.control(), &format!("SELECT count(*) FROM {}", table.name))?.unwrap_or(0)
            }
            _ => 0,
        };
        let count = match new_tags.filter(|_| table.entity == Entity::Tag) {
            Some(new) => new,
            None => portions.rows_of(table.name),
        };
        outlined.push(OutlinedTable {
            table: table.name,
            rows: count,
            exact: table.has_id(),
            bytes: count * (row_bytes(rows, table) + B::ROW_BYTES),
            portions: portions.of_table(table.name),
            removed,
            already: already.get(table.name).copied().unwrap_or(0),
        });
    }
    Ok(Outline {
        connections: B::LANES,
        tables: outlined,
        parked,
        references: if B::VALIDATES && options.mode != Mode::Append {
            "the server validates every foreign key"
        } else {
            "instaseed checks every foreign key"
        },
        notes: load.control().notes(),
    })
}

/// How many bytes the cells of a row take; tables with text columns are averaged over a few rows.
fn row_bytes<R: Rows>(rows: &R, table: &'static Table) -> u64 {
    if table.columns.iter().all(|column| column.kind != Kind::Text) {
        let cell = |kind: Kind| if kind == Kind::Time { TIME } else { INTEGER };
        return table.columns.iter().map(|column| cell(column.kind)).sum();
    }
    let units = rows.units(table);
    // A unit of comments is a span of time, which may hold many.
    let some = if table.entity == Entity::Comment { 4 } else { 200 };
    let sample = units / 2..(units / 2 + some).min(units);
    let sum = rows.write(table, sample, 1, Measure::default(), &mut rows.scratch());
    sum.bytes / sum.rows.max(1)
}

const INTEGER: u64 = 4;
const TIME: u64 = 8;

/// Adds up cells instead of writing them.
#[derive(Default)]
struct Measure {
    rows: u64,
    bytes: u64,
}

impl Cells for Measure {
    fn integer(&mut self, _: i64) {
        self.bytes += INTEGER;
    }

    fn text(&mut self, value: &str) {
        self.bytes += value.len() as u64 + 1;
    }

    fn time(&mut self, _: Time) {
        self.bytes += TIME;
    }

    fn null(&mut self) {}

    fn end_row(&mut self) {
        self.rows += 1;
    }
}
