//! The only list of tables and columns: how a fact of the world becomes a row of a real table.
//!
//! A row reaches a sink through [`Cells`], cell by cell in the order of the schema's columns, so that editions
//! and sinks add up instead of multiplying. Tables are listed parents before children.

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

mod cell;
pub mod course;
mod estimate;
mod ids;
mod named;
pub mod platform;
mod rows;
mod wording;
mod world_rows;

use std::fmt;
use std::str::FromStr;

use crate::distance::distance;
use crate::time::Time;
use crate::words::WordsError;
pub use cell::{Cell, EachRow};
pub use estimate::{all_rows_about, rows_about, units};
pub use ids::ids_before;
pub use named::NamedRow;
pub use rows::{Keys, Rows};
pub use world_rows::{Scratch, WorldRows};

/// What takes the cells of a row, one after another; implemented by every sink's encoder and by the digest.
pub trait Cells {
    fn integer(&mut self, value: i64);
    fn text(&mut self, value: &str);
    fn time(&mut self, value: Time);
    fn null(&mut self);
    fn end_row(&mut self);
}

/// One pass over a row's cells feeds both.
impl<A: Cells, B: Cells> Cells for (A, B) {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.0.integer(value);
        self.1.integer(value);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.0.text(value);
        self.1.text(value);
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.0.time(value);
        self.1.time(value);
    }

    #[inline(always)]
    fn null(&mut self) {
        self.0.null();
        self.1.null();
    }

    #[inline(always)]
    fn end_row(&mut self) {
        self.0.end_row();
        self.1.end_row();
    }
}

/// What a cell of a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A key or a count.
    Integer,
    Text,
    Time,
}

/// A column, in the schema's order.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    /// The table whose key this column holds.
    pub references: Option<&'static str>,
    /// The most characters that a text may have.
    pub max_chars: Option<usize>,
}

impl Column {
    const fn new(name: &'static str, kind: Kind) -> Column {
        Column { name, kind, nullable: false, references: None, max_chars: None }
    }

    const fn integer(name: &'static str) -> Column {
        Column::new(name, Kind::Integer)
    }

    const fn text(name: &'static str, max_chars: usize) -> Column {
        Column { max_chars: Some(max_chars), ..Column::new(name, Kind::Text) }
    }

    const fn long_text(name: &'static str) -> Column {
        Column::new(name, Kind::Text)
    }

    const fn time(name: &'static str) -> Column {
        Column::new(name, Kind::Time)
    }

    const fn to(name: &'static str, table: &'static str) -> Column {
        Column { references: Some(table), ..Column::integer(name) }
    }

    const fn or_null(self) -> Column {
        Column { nullable: true, ..self }
    }
}

/// What the rows of a table tell; both editions tell the same facts under other names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Entity {
    User,
    Photo,
    Media,
    Tag,
    Follow,
    Like,
    Comment,
    PhotoTag,
}

impl Entity {
    pub(crate) const COUNT: usize = Entity::PhotoTag as usize + 1;
}

/// A physical table of an edition.
#[derive(Debug, PartialEq, Eq)]
pub struct Table {
    pub name: &'static str,
    pub entity: Entity,
    pub columns: &'static [Column],
    /// How many of the first columns make up the primary key: 1 for an `id`, 2 for a pair.
    pub key_columns: usize,
}

impl Table {
    pub fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Where a column is among the others; it must be there.
    pub fn place(&self, name: &str) -> usize {
        let Some(place) = self.column(name) else { panic!("the table {} has a column {name}", self.name) };
        place
    }

    /// Where the columns are that hold keys of a table.
    pub fn places_to<'a>(&self, parent: &'a str) -> impl Iterator<Item = usize> + use<'a> {
        let columns = self.columns.iter().enumerate();
        columns.filter(move |(_, column)| column.references == Some(parent)).map(|(place, _)| place)
    }

    /// The columns of the primary key.
    pub fn key(&self) -> &'static [Column] {
        &self.columns[..self.key_columns]
    }

    /// The first column of the primary key: the generated id, if the table has one.
    pub fn id(&self) -> &'static Column {
        &self.columns[0]
    }

    /// What people call a row: its first text.
    pub fn label(&self) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.kind == Kind::Text)
    }

    /// Whether the table has a generated key of its own.
    pub fn has_id(&self) -> bool {
        self.key_columns == 1
    }

    /// Whether the ids of a range of rows follow from the number of rows before it.
    pub fn ids_are_counted(&self) -> bool {
        self.has_id() && matches!(self.entity, Entity::Media | Entity::Comment | Entity::Like)
    }
}

/// The number of columns of the widest table of all editions.
pub(crate) const WIDEST: usize = {
    let (course, platform) = (widest(&course::TABLES), widest(&platform::TABLES));
    if course > platform { course } else { platform }
};

const fn widest(tables: &[Table]) -> usize {
    let (mut widest, mut at) = (0, 0);
    while at < tables.len() {
        if tables[at].columns.len() > widest {
            widest = tables[at].columns.len();
        }
        at += 1;
    }
    widest
}

/// A set of tables: a named version of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// The tables of the "clone Instagram's database" course.
    Course,
    /// The fuller entity analysis: accounts, posts with media, rules.
    Platform,
}

impl Edition {
    pub const ALL: [Edition; 2] = [Edition::Course, Edition::Platform];

    pub fn name(self) -> &'static str {
        match self {
            Edition::Course => "course",
            Edition::Platform => "platform",
        }
    }

    /// Parents before children.
    pub fn tables(self) -> &'static [Table] {
        match self {
            Edition::Course => &course::TABLES,
            Edition::Platform => &platform::TABLES,
        }
    }

    /// In the order of the entities: what a row speaks of is read before it.
    pub fn tables_by_entity(self) -> Vec<&'static Table> {
        let mut tables: Vec<_> = self.tables().iter().collect();
        tables.sort_by_key(|table| table.entity);
        tables
    }

    pub fn table(self, name: &str) -> Result<&'static Table> {
        let table = self.tables().iter().find(|table| table.name == name);
        table.ok_or_else(|| EditionError::UnknownTable { name: name.to_owned(), edition: self })
    }

    /// The table that tells a fact; the course has no media.
    pub fn table_of(self, entity: Entity) -> Option<&'static Table> {
        self.tables().iter().find(|table| table.entity == entity)
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Edition {
    type Err = EditionError;

    fn from_str(name: &str) -> Result<Edition, EditionError> {
        let edition = Edition::ALL.into_iter().find(|edition| edition.name() == name);
        edition.ok_or_else(|| EditionError::UnknownEdition { name: name.to_owned() })
    }
}

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = EditionError> = std::result::Result<T, E>;

/// A table or an edition that is not there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EditionError {
    #[error("there is no edition \"{name}\"")]
    UnknownEdition { name: String },
    #[error("edition {edition} has no table \"{name}\"")]
    UnknownTable { name: String, edition: Edition },
    #[error(
        "an id offset of {offset} is too small: {table} has about {rows} rows, whose ids would run into those of another table"
    )]
    IdsOverlap { table: &'static str, rows: u64, offset: u32 },
    #[error("the password cannot be hashed: {source}")]
    Password { source: argon2::password_hash::Error },
    #[error(transparent)]
    Words(#[from] WordsError),
}

/// What to do about an error of this room. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// Use one of the names that are known.
    UseKnownName { nearest: Option<&'static str>, known: Vec<&'static str> },
    /// Use another password.
    ChangePassword,
    /// Use an id offset that exceeds the rows of the largest table.
    RaiseIdOffset { least: u64 },
}

impl EditionError {
    /// The way out of an error of this room; those of the word lists have their own.
    pub fn hint(&self) -> Option<Hint> {
        let use_known = |name: &str, known: Vec<&'static str>| Hint::UseKnownName {
            nearest: nearest(name, &known),
            known,
        };
        match self {
            EditionError::UnknownEdition { name } => {
                Some(use_known(name, Edition::ALL.map(Edition::name).to_vec()))
            }
            EditionError::UnknownTable { name, edition } => {
                Some(use_known(name, edition.tables().iter().map(|table| table.name).collect()))
            }
            EditionError::Words(_) => None,
            EditionError::IdsOverlap { rows, .. } => Some(Hint::RaiseIdOffset { least: round_above(*rows) }),
            EditionError::Password { .. } => Some(Hint::ChangePassword),
        }
    }
}

/// The next power of ten above an estimate, with some room.
fn round_above(rows: u64) -> u64 {
    10_u64.pow((rows + rows / 10).max(1).ilog10() + 1)
}

/// The known name that is nearest to this one, if one is near.
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    let steps = known.iter().map(|known| (distance(name, known), *known)).min_by_key(|(steps, _)| *steps);
    steps.filter(|(steps, nearest)| *steps <= nearest.len() / 2).map(|(_, nearest)| nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parents_stand_before_children() {
        for edition in Edition::ALL {
            let names: Vec<_> = edition.tables().iter().map(|table| table.name).collect();
            for (i, table) in edition.tables().iter().enumerate() {
                for parent in table.columns.iter().filter_map(|column| column.references) {
                    let at = names.iter().position(|&name| name == parent);
                    assert!(at.is_some_and(|at| at <= i), "{}: {parent}", table.name);
                }
            }
        }
    }

    #[test]
    fn an_unknown_table_names_the_nearest() {
        let Err(error) = Edition::Course.table("fotos") else { panic!("found") };
        assert_eq!(error.to_string(), "edition course has no table \"fotos\"");
        let Some(Hint::UseKnownName { nearest, known }) = error.hint() else { panic!("no names") };
        assert_eq!((nearest, known[1]), (Some("photos"), "photos"));
    }
}
