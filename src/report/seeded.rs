//! The rows of a seed, read like those of a database: none is written anywhere.

use crate::edition::{Cell, Cells, Edition, Rows, Table, WIDEST, WorldRows};
use crate::read::{Difference, EachRow, ReadError, Source};
use crate::time::Time;

/// A world as a source of rows.
pub struct Seeded<'w> {
    rows: WorldRows<'w>,
    edition: Edition,
}

impl<'w> Seeded<'w> {
    pub fn new(rows: WorldRows<'w>, edition: Edition) -> Seeded<'w> {
        Seeded { rows, edition }
    }
}

impl Source for Seeded<'_> {
    fn place(&self) -> String {
        let profile = self.rows.world().profile();
        format!("profile {}, seed {}", profile.name, profile.seed)
    }

    fn edition(&mut self) -> Result<Edition, ReadError> {
        Ok(self.edition)
    }

    fn differences(&mut self, _: Edition) -> Result<Vec<Difference>, ReadError> {
        Ok(Vec::new())
    }

    fn read(&mut self, table: &'static Table, each: &mut EachRow<'_>) -> Result<(), ReadError> {
        let mut scratch = self.rows.scratch();
        self.rows.prepare(table);
        let (units, chunk) = (self.rows.units(table), self.rows.chunk_units(table));
        let mut next_id = self.rows.ids_before(table) + 1;
        for start in (0..units).step_by(chunk as usize) {
            let taken =
                Taken { each: &mut *each, held: Vec::new(), texts: String::new(), rows: 0, failed: None };
            let range = start..units.min(start + chunk);
            let taken = self.rows.write(table, range, next_id, taken, &mut scratch);
            if let Some(error) = taken.failed {
                return Err(error);
            }
            next_id += taken.rows;
        }
        Ok(())
    }
}

/// A cell until its row is whole; a text is the bytes up to here.
#[derive(Clone, Copy)]
enum Held {
    Null,
    Integer(i64),
    Time(Time),
    Text(usize),
}

/// Gathers the cells of a row.
struct Taken<'a, 'e> {
    each: &'a mut EachRow<'e>,
    held: Vec<Held>,
    texts: String,
    rows: i64,
    failed: Option<ReadError>,
}

impl Cells for Taken<'_, '_> {
    fn integer(&mut self, value: i64) {
        self.held.push(Held::Integer(value));
    }

    fn text(&mut self, value: &str) {
        self.texts.push_str(value);
        self.held.push(Held::Text(self.texts.len()));
    }

    fn time(&mut self, value: Time) {
        self.held.push(Held::Time(value));
    }

    fn null(&mut self) {
        self.held.push(Held::Null);
    }

    fn end_row(&mut self) {
        let mut cells = [Cell::Null; WIDEST];
        let mut start = 0;
        for (cell, held) in cells.iter_mut().zip(&self.held) {
            *cell = match *held {
                Held::Null => Cell::Null,
                Held::Integer(value) => Cell::Integer(value),
                Held::Time(time) => Cell::Time(time),
                Held::Text(end) => Cell::Text(&self.texts[std::mem::replace(&mut start, end)..end]),
            };
        }
        if self.failed.is_none() {
            self.failed = (self.each)(&cells[..self.held.len()]).err();
        }
        self.rows += 1;
        self.held.clear();
        self.texts.clear();
    }
}
