//! Where the rows to be checked come from: a folder of files or a database, told apart here and nowhere else.

use super::schema::Difference;
use crate::check::Result;
use crate::edition::{Cells, Edition, Table};
use crate::time::Time;

/// A cell as it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Time(Time),
}

impl<'a> Cell<'a> {
    pub fn integer(self) -> Option<i64> {
        if let Cell::Integer(value) = self { Some(value) } else { None }
    }

    pub fn text(self) -> Option<&'a str> {
        if let Cell::Text(value) = self { Some(value) } else { None }
    }

    pub fn time(self) -> Option<Time> {
        if let Cell::Time(value) = self { Some(value) } else { None }
    }

    /// Hands the cell on, to a digest for instance.
    pub fn put(self, cells: &mut impl Cells) {
        match self {
            Cell::Null => cells.null(),
            Cell::Integer(value) => cells.integer(value),
            Cell::Text(value) => cells.text(value),
            Cell::Time(value) => cells.time(value),
        }
    }
}

/// Takes rows one after another; an error ends the reading.
pub type EachRow<'a> = &'a mut dyn FnMut(&[Cell<'_>]) -> Result<()>;

/// Reads whole tables, row by row, without holding them.
pub trait Source {
    /// What to call it in a message.
    fn place(&self) -> String;

    /// Which edition's tables there are, all or most of them.
    fn edition(&mut self) -> Result<Edition>;

    /// How the tables differ from those of an edition.
    fn differences(&mut self, edition: Edition) -> Result<Vec<Difference>>;

    /// Every row of a table, its columns in the edition's order.
    fn read(&mut self, table: &'static Table, each: EachRow<'_>) -> Result<()>;
}
