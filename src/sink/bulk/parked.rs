//! What is taken away while rows go in, and what the database keeps of it meanwhile.
//!
//! A database keeps parts (a kind, names, a definition), never statements: an engine makes the statements anew and
//! refuses parts that it would not have written. So a table of ours that somebody else has filled commands nothing.

use super::Stage;

/// The parts of a thing that waits; names are as the catalogue has them, without quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    pub stage: Stage,
    /// The schema or the database of the table; empty where there is one only.
    pub schema: String,
    pub table: String,
    pub name: String,
    /// In the engine's own words; empty where kind and names say it all.
    pub definition: String,
}

/// Something of the schema that waits until the rows are in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parked {
    pub kept: Kept,
    /// Empty where there is nothing to take away.
    pub drop: String,
    pub restore: String,
    /// A query that gives a row as long as the thing is in place.
    pub present: String,
}

impl Parked {
    /// For messages: `the key users_pkey of users`.
    pub(crate) fn described(&self) -> String {
        let Kept { stage, name, table, .. } = &self.kept;
        format!("{} {name} of {table}", stage.name())
    }
}
