//! A cell as it is read back from a file or a database: what [`Cells`] takes, as a value.

use super::Cells;
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

    /// Passes the cell on, to a digest or an encoder for instance.
    pub fn put(self, cells: &mut impl Cells) {
        match self {
            Cell::Null => cells.null(),
            Cell::Integer(value) => cells.integer(value),
            Cell::Text(value) => cells.text(value),
            Cell::Time(value) => cells.time(value),
        }
    }
}

/// Takes the rows of a table one after another, the cells of each in the order of the table's columns; an error ends
/// the reading.
pub type EachRow<'a, E> = dyn FnMut(&[Cell<'_>]) -> Result<(), E> + 'a;
