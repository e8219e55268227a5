//! What a load would do, said without doing any of it; what the load would refuse is refused here in the same words.

use serde::Serialize;

use super::begin;
use super::ours::Ours;
use super::state;
use super::steps::{self, Load};
use super::{Mode, Options};
use crate::database::Target;
use crate::edition::{Cells, Edition, Fact, Kind, Rows, Table};
use crate::load::Result;
use crate::sink::bulk::{Bulk, Parked, number};
use crate::time::Time;

/// What a load would do.
#[derive(Clone, Debug, Serialize)]
pub struct Outline {
    /// Connections side by side.
    pub connections: usize,
    pub tables: Vec<OutlinedTable>,
    /// What is taken away before the rows and brought back after them: kind, table, name.
    pub parked: Vec<(&'static str, String, String)>,
    /// Who looks at the references when the rows are in.
    pub references: &'static str,
    pub notes: Vec<String>,
}

/// What would become of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutlinedTable {
    pub table: &'static str,
    /// Rows that come; about, for tables without ids.
    pub rows: u64,
    /// Whether that number is exact.
    pub exact: bool,
    /// Their bytes in the database with their places in the indexes, estimated.
    pub bytes: u64,
    /// How many portions they are committed in.
    pub portions: usize,
    /// Rows that are there and would be removed before.
    pub removed: u64,
    /// Rows that an interrupted load has sent already.
    pub already: u64,
}

pub(super) fn outline<B: Bulk, R: Rows>(
    target: &Target,
    edition: Edition,
    rows: &R,
    options: Options<'_>,
) -> Result<Outline> {
    let mut load = Load::<B>::open(target, edition, options.lock_timeout, options.observer)?;
    load.lock()?;
    load.expect_tables()?;
    let found = steps::admitted(options.mode, state::find(load.control())?)?;
    load.expect_room(options.mode)?;
    load.choose_portions(options.mode, found.as_ref())?;
    let portions = load.portions(rows, options)?;
    let already = found.as_ref().map(|found| found.rows.clone()).unwrap_or_default();
    let tables = load.tables.clone();
    let mut new_tags = None;
    let parked = match found {
        Some(found) => {
            begin::resumed(found, &tables, rows, &portions)?;
            state::parked(load.control(), &tables)?
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
        let count = match new_tags.filter(|_| table.fact == Fact::Tag) {
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
            "every foreign key is looked at"
        },
        notes: load.control().notes(),
    })
}

/// How many bytes the cells of a row take, on average over a few rows where there are texts.
fn row_bytes<R: Rows>(rows: &R, table: &'static Table) -> u64 {
    if table.columns.iter().all(|column| column.kind != Kind::Text) {
        let cell = |kind: Kind| if kind == Kind::Time { TIME } else { INTEGER };
        return table.columns.iter().map(|column| cell(column.kind)).sum();
    }
    let units = rows.units(table);
    // Comments are made by spans of time, in which there may be many.
    let some = if table.fact == Fact::Comment { 4 } else { 200 };
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
