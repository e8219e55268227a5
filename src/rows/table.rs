//! A table of typed rows: made chunk by chunk while they are taken, or one alone.

use std::iter::FusedIterator;
use std::ops::Range;
use std::sync::OnceLock;
use std::vec;

use super::line::{Collect, Row};
use crate::edition::{self, Entity, Rows, WorldRows};

/// The rows of a table, in the order of their primary key.
pub struct Table<'r, T> {
    rows: &'r WorldRows<'r>,
    table: &'static edition::Table,
    /// How many rows come before each chunk, and in all: counted when first asked for.
    before: OnceLock<Vec<u64>>,
    row: std::marker::PhantomData<fn() -> T>,
}

impl<'r, T: Row> Table<'r, T> {
    pub(super) fn new(rows: &'r WorldRows<'r>) -> Table<'r, T> {
        let table = T::EDITION.table_of(T::ENTITY).expect("each type is a table of its edition");
        Table { rows, table, before: OnceLock::new(), row: std::marker::PhantomData }
    }

    /// The number of rows. Likes, follows and hashtags of photos are counted by making them, once for each `Table`.
    pub fn len(&self) -> u64 {
        match self.a_unit_is_a_row() {
            true => self.rows.units(self.table),
            false => self.before().last().copied().unwrap_or(0),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// The row at a place, counted from 0 in the order of the primary key.
    pub fn get(&self, index: u64) -> Option<T> {
        if index >= self.len() {
            return None;
        }
        if self.a_unit_is_a_row() {
            return self.make(index..index + 1, 1).pop();
        }
        let chunk = self.before().partition_point(|&before| before <= index) - 1;
        let mut first = self.before()[chunk];
        let mut scratch = self.rows.scratch();
        for unit in self.chunk(chunk as u64) {
            let next = first + self.rows.count(self.table, unit..unit + 1, &mut scratch);
            if index < next {
                return self.make(unit..unit + 1, first as i64 + 1).into_iter().nth((index - first) as usize);
            }
            first = next;
        }
        None
    }

    /// All rows, one after another.
    pub fn iter(&self) -> Iter<'r, T> {
        Iter {
            table: Table { before: OnceLock::new(), ..*self },
            chunk: 0,
            first_id: 1,
            made: Vec::new().into_iter(),
        }
    }

    fn a_unit_is_a_row(&self) -> bool {
        matches!(self.table.entity, Entity::User | Entity::Photo | Entity::Tag)
    }

    fn chunks(&self) -> u64 {
        self.rows.units(self.table).div_ceil(self.rows.chunk_units(self.table))
    }

    /// The units of a chunk.
    fn chunk(&self, chunk: u64) -> Range<u64> {
        let units = self.rows.chunk_units(self.table);
        chunk * units..((chunk + 1) * units).min(self.rows.units(self.table))
    }

    fn before(&self) -> &[u64] {
        self.before.get_or_init(|| {
            let (mut sum, mut scratch) = (0, self.rows.scratch());
            let mut before = vec![0];
            before.extend((0..self.chunks()).map(|chunk| {
                sum += self.rows.count(self.table, self.chunk(chunk), &mut scratch);
                sum
            }));
            before
        })
    }

    fn make(&self, units: Range<u64>, first_id: i64) -> Vec<T> {
        let collect = Collect::default();
        self.rows.write(self.table, units, first_id, collect, &mut self.rows.scratch()).rows
    }
}

impl<'r, T: Row> IntoIterator for Table<'r, T> {
    type Item = T;
    type IntoIter = Iter<'r, T>;

    fn into_iter(self) -> Iter<'r, T> {
        self.iter()
    }
}

impl<'r, T: Row> IntoIterator for &Table<'r, T> {
    type Item = T;
    type IntoIter = Iter<'r, T>;

    fn into_iter(self) -> Iter<'r, T> {
        self.iter()
    }
}

/// Makes the rows of a table while they are taken.
pub struct Iter<'r, T> {
    table: Table<'r, T>,
    chunk: u64,
    first_id: i64,
    made: vec::IntoIter<T>,
}

impl<T: Row> Iterator for Iter<'_, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        loop {
            if let Some(row) = self.made.next() {
                return Some(row);
            }
            if self.chunk == self.table.chunks() {
                return None;
            }
            let made = self.table.make(self.table.chunk(self.chunk), self.first_id);
            self.first_id += made.len() as i64;
            self.chunk += 1;
            self.made = made.into_iter();
        }
    }
}

impl<T: Row> FusedIterator for Iter<'_, T> {}
