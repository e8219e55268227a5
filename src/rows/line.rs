//! From the cells of a row to a value with a field for each column.

use std::marker::PhantomData;

use crate::edition::{Cells, Edition, Entity};
use crate::time::Time;

/// A row of a table of an edition. Only the rows of this room are.
pub trait Row: Sized + sealed::FromLine {
    const EDITION: Edition;
    const ENTITY: Entity;
}

pub(super) mod sealed {
    use super::Line;

    pub trait FromLine {
        /// The names of the columns, in their order.
        const COLUMNS: &'static [&'static str];

        fn from_line(line: &mut Line) -> Self;
    }
}

/// The cells of a row, taken one after another.
#[derive(Default)]
pub struct Line {
    cells: Vec<OwnedCell>,
    next: usize,
}

pub enum OwnedCell {
    Null,
    Integer(i64),
    Text(String),
    Time(Time),
}

impl Line {
    pub(super) fn take<T: FromCell>(&mut self) -> T {
        let cell = std::mem::replace(&mut self.cells[self.next], OwnedCell::Null);
        self.next += 1;
        T::from_cell(cell).expect("a column of this type")
    }
}

/// A field that a cell can become.
pub trait FromCell: Sized {
    fn from_cell(cell: OwnedCell) -> Option<Self>;
}

impl FromCell for i64 {
    fn from_cell(cell: OwnedCell) -> Option<i64> {
        if let OwnedCell::Integer(value) = cell { Some(value) } else { None }
    }
}

impl FromCell for String {
    fn from_cell(cell: OwnedCell) -> Option<String> {
        if let OwnedCell::Text(value) = cell { Some(value) } else { None }
    }
}

impl FromCell for Time {
    fn from_cell(cell: OwnedCell) -> Option<Time> {
        if let OwnedCell::Time(value) = cell { Some(value) } else { None }
    }
}

impl<T: FromCell> FromCell for Option<T> {
    fn from_cell(cell: OwnedCell) -> Option<Option<T>> {
        if let OwnedCell::Null = cell { Some(None) } else { T::from_cell(cell).map(Some) }
    }
}

/// Collects rows.
pub(super) struct Collect<T> {
    line: Line,
    pub rows: Vec<T>,
    row: PhantomData<T>,
}

impl<T> Default for Collect<T> {
    fn default() -> Collect<T> {
        Collect { line: Line::default(), rows: Vec::new(), row: PhantomData }
    }
}

impl<T: Row> Cells for Collect<T> {
    fn integer(&mut self, value: i64) {
        self.line.cells.push(OwnedCell::Integer(value));
    }

    fn text(&mut self, value: &str) {
        self.line.cells.push(OwnedCell::Text(value.to_owned()));
    }

    fn time(&mut self, value: Time) {
        self.line.cells.push(OwnedCell::Time(value));
    }

    fn null(&mut self) {
        self.line.cells.push(OwnedCell::Null);
    }

    fn end_row(&mut self) {
        self.rows.push(T::from_line(&mut self.line));
        self.line.cells.clear();
        self.line.next = 0;
    }
}

/// Declares the rows of an edition: a struct for each table, with the columns as its fields.
macro_rules! rows {
    ($edition:ident: $($(#[$about:meta])* $name:ident of $entity:ident { $($field:ident: $type:ty,)* })*) => {$(
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
        pub struct $name {
            $(pub $field: $type,)*
        }

        impl $crate::rows::line::Row for $name {
            const EDITION: $crate::edition::Edition = $crate::edition::Edition::$edition;
            const ENTITY: $crate::edition::Entity = $crate::edition::Entity::$entity;
        }

        impl $crate::rows::line::sealed::FromLine for $name {
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),*];

            fn from_line(line: &mut $crate::rows::line::Line) -> $name {
                $name { $($field: line.take()),* }
            }
        }
    )*};
}
