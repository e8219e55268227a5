//! Rows as they are read back: from the tables of a database or from the files of a folder, table by table, in the
//! edition's order of columns and without holding them. [`check`](crate::check) reads through here.

mod error;
mod folder;
mod schema;
mod stored;

pub use crate::edition::Cell;
pub(crate) use error::Result;
pub use error::{Hint, ReadError};
pub use folder::Folder;
pub use schema::Difference;
pub use stored::Stored;

use crate::edition::{self, Edition, Table};

/// Takes the rows of a table one after another.
pub type EachRow<'a> = edition::EachRow<'a, ReadError>;

/// Reads whole tables, row by row, without holding them. A folder and a database are told apart here and nowhere else.
pub trait Source {
    /// What to call it in a message.
    fn place(&self) -> String;

    /// Which edition's tables there are, all or most of them.
    fn edition(&mut self) -> Result<Edition>;

    /// How the tables differ from those of an edition.
    fn differences(&mut self, edition: Edition) -> Result<Vec<Difference>>;

    /// Every row of a table. The columns are found by their names, and come in the edition's order.
    fn read(&mut self, table: &'static Table, each: &mut EachRow<'_>) -> Result<()>;
}

#[cfg(test)]
mod tests;
