//! What is removed while rows are loaded, and what the database stores about it meanwhile.
//!
//! A database stores parts (a kind, names, a definition), never statements: the engine rebuilds the
//! statements and refuses parts that it would not have written. So a record table that somebody
//! else has filled cannot make us run anything.

use super::Stage;

/// The parts of a parked object; names are as in the catalogue, without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub stage: Stage,
    /// The schema or database of the table; empty if there is only one.
    pub schema: String,
    pub table: String,
    pub name: String,
    /// In the engine's own words; empty if kind and names are enough.
    pub definition: String,
}

/// A schema object that is parked until the rows are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    pub kept: Kept,
    /// Empty if there is nothing to remove.
    pub drop: String,
    pub restore: String,
    /// A query that returns a row as long as the object is in place.
    pub present: String,
}

impl Parked {
    /// For messages: `the key users_pkey of users`.
    pub(crate) fn described(&self) -> String {
        let Kept { stage, name, table, .. } = &self.kept;
        format!("{} {name} of {table}", stage.name())
    }
}
