//! A second world next to existing rows (`--append`): every key moves past the largest that is in
//! use, and a hashtag that already exists is reused.
//!
//! The rows are the same facts with other keys, so the shift is a layer over [`Rows`]: neither the
//! generator nor a sink knows about it, and the digests are those of the rows as they are stored.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::edition::{Cells, Entity, Keys, Rows, Table, WIDEST};
use crate::time::Time;

/// What is added to the keys of each table, and the keys of the hashtags.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offsets {
    /// By table: the largest key before the load.
    pub keys: BTreeMap<String, i64>,
    /// By hashtag of the world, in order: the key it is stored under.
    pub tags: Vec<i64>,
}

impl Offsets {
    /// Gives the world's hashtags the keys of equal ones that already exist, and new keys to the rest.
    pub(super) fn number_tags<R: Rows>(
        &mut self,
        rows: &R,
        tags: &'static Table,
        known: &BTreeMap<String, i64>,
    ) {
        let mut names = Names { at: 0, names: Vec::new() };
        names = rows.write(tags, 0..rows.units(tags), 1, names, &mut rows.scratch());
        let mut next = self.keys.get(tags.name).copied().unwrap_or(0);
        self.tags = names
            .names
            .iter()
            .map(|name| {
                known.get(name).copied().unwrap_or_else(|| {
                    next += 1;
                    next
                })
            })
            .collect();
    }

    /// How many hashtags do not exist yet.
    pub(super) fn new_tags(&self, tables: &[&'static Table]) -> u64 {
        let table = tables.iter().find(|table| table.entity == Entity::Tag);
        let last = table.map_or(0, |table| self.of(table.name));
        self.tags.iter().filter(|key| **key > last).count() as u64
    }

    fn of(&self, table: &str) -> i64 {
        self.keys.get(table).copied().unwrap_or(0)
    }
}

/// Collects the names of hashtags: the first text of each row.
struct Names {
    at: usize,
    names: Vec<String>,
}

impl Cells for Names {
    fn integer(&mut self, _: i64) {}

    fn text(&mut self, value: &str) {
        if self.at == 0 {
            self.names.push(value.to_owned());
        }
        self.at += 1;
    }

    fn time(&mut self, _: Time) {}

    fn null(&mut self) {}

    fn end_row(&mut self) {
        self.at = 0;
    }
}

/// Rows with their keys moved.
pub(super) struct Shifted<'a, R> {
    pub rows: &'a R,
    pub offsets: &'a Offsets,
}

impl<R: Rows> Rows for Shifted<'_, R> {
    type Scratch = R::Scratch;

    fn scratch(&self) -> R::Scratch {
        self.rows.scratch()
    }

    fn units(&self, table: &'static Table) -> u64 {
        self.rows.units(table)
    }

    fn chunk_units(&self, table: &'static Table) -> u64 {
        self.rows.chunk_units(table)
    }

    fn rows_about(&self, table: &'static Table) -> u64 {
        self.rows.rows_about(table)
    }

    fn keys(&self, table: &'static Table) -> Vec<Keys> {
        let keys = self.rows.keys(table).into_iter();
        keys.map(|keys| Keys { count: keys.count + self.offsets.of(keys.table.name) as u64, ..keys })
            .collect()
    }

    fn prepare(&self, table: &'static Table) {
        self.rows.prepare(table);
    }

    fn failed(&self) -> Option<String> {
        self.rows.failed()
    }

    fn needs_warm_up(&self, table: &'static Table) -> bool {
        self.rows.needs_warm_up(table)
    }

    fn count(&self, table: &'static Table, units: Range<u64>, scratch: &mut R::Scratch) -> u64 {
        self.rows.count(table, units, scratch)
    }

    fn write<C: Cells>(
        &self,
        table: &'static Table,
        units: Range<u64>,
        first_id: i64,
        cells: C,
        scratch: &mut R::Scratch,
    ) -> C {
        let mut columns = [Move::Stay; WIDEST];
        for (i, (column, how)) in table.columns.iter().zip(&mut columns).enumerate() {
            let refers_to = if i == 0 && table.has_id() { Some(table.name) } else { column.references };
            *how = match refers_to {
                Some(name) if is_tags(table, name) => Move::Tag,
                Some(name) => Move::By(self.offsets.of(name)),
                None => Move::Stay,
            };
        }
        let fresh_from = match table.entity {
            Entity::Tag => Some(self.offsets.of(table.name)),
            _ => None,
        };
        let moving = Moving { cells, columns, column: 0, tags: &self.offsets.tags, fresh_from, skip: false };
        self.rows.write(table, units, first_id, moving, scratch).cells
    }
}

/// Whether the column with this name holds a hashtag's key, in a table of the same edition.
fn is_tags(table: &Table, name: &str) -> bool {
    match table.entity {
        Entity::Tag => table.name == name,
        Entity::PhotoTag => {
            table.columns.iter().any(|c| c.references == Some(name) && c.name.starts_with("tag"))
        }
        _ => false,
    }
}

#[derive(Clone, Copy)]
enum Move {
    Stay,
    By(i64),
    Tag,
}

struct Moving<'a, C> {
    cells: C,
    columns: [Move; WIDEST],
    column: usize,
    tags: &'a [i64],
    /// Rows with keys up to this one already exist.
    fresh_from: Option<i64>,
    skip: bool,
}

impl<C: Cells> Moving<'_, C> {
    #[inline(always)]
    fn pass(&mut self, cell: impl FnOnce(&mut C)) {
        self.column += 1;
        if !self.skip {
            cell(&mut self.cells);
        }
    }
}

impl<C: Cells> Cells for Moving<'_, C> {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        let moved = match self.columns[self.column] {
            Move::Stay => value,
            Move::By(offset) => value + offset,
            Move::Tag => self.tags[value as usize - 1],
        };
        if self.column == 0 {
            self.skip = self.fresh_from.is_some_and(|last| moved <= last);
        }
        self.pass(|cells| cells.integer(moved));
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.pass(|cells| cells.text(value));
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.pass(|cells| cells.time(value));
    }

    #[inline(always)]
    fn null(&mut self) {
        self.pass(|cells| cells.null());
    }

    #[inline(always)]
    fn end_row(&mut self) {
        if !self.skip {
            self.cells.end_row();
        }
        self.column = 0;
        self.skip = false;
    }
}
