//! Reads the tables of a database through Diesel, as the rows of one moment.

use super::error::ReadError;
use super::schema::{self, Difference};
use super::{Cell, EachRow, Source};
use crate::database::{Ask, Db, Value};
use crate::edition::{Column, Edition, Kind, Table, WIDEST};
use crate::read::Result;
use crate::time::Time;

/// An open database, and what to call it.
pub struct Stored<'a> {
    db: &'a mut Db,
    place: String,
}

impl<'a> Stored<'a> {
    /// Everything that is read through it is the state of one moment.
    pub fn new(db: &'a mut Db, place: String) -> Result<Stored<'a>> {
        db.begin_snapshot()?;
        Ok(Stored { db, place })
    }
}

impl Drop for Stored<'_> {
    fn drop(&mut self) {
        // A connection that cannot end a reading has lost its server: there is nothing left to end.
        let _ = self.db.end_snapshot();
    }
}

impl Source for Stored<'_> {
    fn place(&self) -> String {
        self.place.clone()
    }

    /// The edition whose tables are all there; else the one that has most of its tables.
    fn edition(&mut self) -> Result<Edition> {
        let there = self.db.tables()?;
        let missing = |edition: &Edition| {
            let tables = edition.tables().iter();
            tables.filter(|table| !there.iter().any(|name| name == table.name)).count()
        };
        // The platform's tables are more: where both are whole, it is the platform.
        let found = Edition::ALL.into_iter().rev().min_by_key(missing);
        let found = found.filter(|edition| 2 * missing(edition) < edition.tables().len());
        found.ok_or_else(|| ReadError::NoEdition { place: self.place.clone() })
    }

    fn differences(&mut self, edition: Edition) -> Result<Vec<Difference>> {
        let engine = self.db.engine();
        Ok(schema::differences(&self.db.catalogue()?, edition, engine))
    }

    fn read(&mut self, table: &'static Table, each: &mut EachRow<'_>) -> Result<()> {
        let ask = |column: &Column| match column.kind {
            Kind::Integer => Ask::Number(column.name),
            Kind::Text => Ask::Text(column.name),
            Kind::Time => Ask::Moment(column.name),
        };
        self.db.expect_no_view(table.name)?;
        let asked: Vec<_> = table.columns.iter().map(ask).collect();
        let order: Vec<_> = table.key().iter().map(|column| column.name).collect();
        self.db.each_row(table.name, &asked, &order, &mut |values| {
            let mut cells = [Cell::Null; WIDEST];
            for ((cell, value), column) in cells.iter_mut().zip(values).zip(table.columns) {
                *cell = match value {
                    Value::Null => Cell::Null,
                    Value::Text(text) => Cell::Text(text),
                    Value::Number(seconds) if column.kind == Kind::Time => {
                        Cell::Time(time(table, column.name, *seconds)?)
                    }
                    Value::Number(number) => Cell::Integer(*number),
                };
            }
            each(&cells[..table.columns.len()])
        })
    }
}

fn time(table: &'static Table, column: &'static str, seconds: i64) -> Result<Time, ReadError> {
    let outside = |_| ReadError::Value {
        table: table.name,
        column,
        value: format!("{seconds} s since 1970, and times end in 2106"),
    };
    u32::try_from(seconds).map(Time).map_err(outside)
}
