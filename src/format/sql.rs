//! SQL that an engine's plain client loads: INSERT statements of many rows, in one transaction for each file, which loads as a
//! whole or leaves nothing. The names of the files sort parents before children.
//!
//! A row is one line, because control characters are escaped. What the engines spell differently is a [`Spelling`] in the file
//! of the engine. A file is read back by the rules of the engine that its first line names.

mod mysql;
mod postgres;
mod read;
mod sqlite;

use std::borrow::Cow;
use std::marker::PhantomData;

use super::lines::Lines;
use super::scan::holds;
use super::text::TextFormat;
use super::time_text::TimeText;
use super::{Buffer, Encoder, FormatError, LineProblem};
use crate::decimal;
use crate::edition::{Cells, EachRow, Edition, Table};
use crate::time::Time;

pub use mysql::Mysql;
pub use postgres::Postgres;
pub use sqlite::Sqlite;

/// A statement ends with the row that reaches this length, which is far below what an engine accepts.
const STATEMENT_BYTES: usize = 1 << 18;

/// How an engine spells what differs between engines.
pub struct Spelling {
    /// The name by which it is chosen.
    pub name: &'static str,
    /// What people call the engine.
    pub product: &'static str,
    /// What a file begins with: settings of the session, then a transaction.
    pub begin: &'static str,
    /// What a file ends with: the transaction is committed, and the settings are as before.
    pub end: &'static str,
    /// What follows the seconds of a time, so that it means UTC in every session.
    pub time_end: &'static str,
    /// Appends the literal of a text with a backslash or a control character.
    pub escape: fn(&str, &mut Vec<u8>),
    /// Reads the literal of a text. Returns the text and what follows it.
    pub text: fn(&str) -> ReadText<'_>,
    /// The statement that moves the counter of a table past its ids, if inserting rows does not.
    pub count_on: fn(&Table) -> String,
}

/// A text and what follows its literal; `None` if it is not a text.
pub type ReadText<'a> = Option<(Cow<'a, str>, &'a str)>;

/// The type of an engine's SQL.
pub trait Dialect: Default + Send {
    const SPELLING: Spelling;
}

/// The engines, in the order in which they are always listed.
pub(super) const SPELLINGS: [Spelling; 3] = [Sqlite::SPELLING, Mysql::SPELLING, Postgres::SPELLING];

/// Encodes rows as INSERT statements.
#[derive(Default)]
pub struct Sql<D> {
    bytes: Vec<u8>,
    /// What a statement begins with.
    head: Vec<u8>,
    /// Where the current statement begins; `None` before its first row.
    statement: Option<usize>,
    /// What comes before the next cell.
    before: Before,
    times: TimeText,
    dialect: PhantomData<D>,
}

#[derive(Clone, Copy, Default)]
enum Before {
    #[default]
    Row,
    Cell,
}

impl<D: Dialect> Encoder for Sql<D> {
    type Chunk = Buffer;

    fn begin(&mut self, table: &'static Table, used: Buffer) {
        self.bytes = used.bytes;
        self.bytes.clear();
        self.head = head(table).into_bytes();
        self.statement = None;
        self.before = Before::Row;
    }

    fn finish(&mut self) -> Buffer {
        self.end_statement();
        let bytes = std::mem::take(&mut self.bytes);
        Buffer { len: bytes.len(), bytes }
    }
}

impl<D: Dialect> TextFormat for Sql<D> {
    const NAME: &'static str = "sql";
    const ABOUT: &'static str = "INSERT statements for the plain client of an engine";
    const ENDING: &'static str = "sql";

    fn file_name(table: &Table) -> String {
        format!("{:02}_{}.{}", place(table), table.name, Self::ENDING)
    }

    fn top(table: &'static Table) -> String {
        top(&D::SPELLING, table)
    }

    fn bottom(table: &'static Table) -> String {
        bottom(&D::SPELLING, table)
    }

    /// Reads the SQL of any of the engines.
    fn read<E: From<FormatError>>(
        lines: &mut Lines,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        lines.begin();
        lines.more()?;
        let line = lines.record()?;
        let spelling = SPELLINGS.iter().find(|spelling| line == title(spelling, table));
        let Some(spelling) = spelling else {
            let expected = title(&D::SPELLING, table).trim_end().to_owned();
            return Err(lines.problem(LineProblem::Statement { expected }).into());
        };
        read::rows(lines, spelling, table, each)
    }
}

/// A script in the same session as the files of an engine.
pub fn framed(spelling: &Spelling, what: &str, script: &str) -> String {
    format!(
        "-- instaseed: {what}, in SQL for {}\n{}{script}{}",
        spelling.product, spelling.begin, spelling.end
    )
}

fn title(spelling: &Spelling, table: &Table) -> String {
    format!("-- instaseed: rows of {}, in SQL for {}\n", table.name, spelling.product)
}

fn top(spelling: &Spelling, table: &Table) -> String {
    title(spelling, table) + spelling.begin
}

fn bottom(spelling: &Spelling, table: &Table) -> String {
    (spelling.count_on)(table) + spelling.end
}

/// The first line of a statement.
fn head(table: &Table) -> String {
    let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
    format!("INSERT INTO {} ({}) VALUES\n", table.name, columns.join(", "))
}

/// The place of a table among those of its edition, counted from 1: parents come before children.
fn place(table: &Table) -> usize {
    let place = |edition: Edition| edition.tables().iter().position(|other| other == table);
    Edition::ALL.into_iter().find_map(place).map_or(0, |place| place + 1)
}

impl<D: Dialect> Sql<D> {
    #[inline(always)]
    fn before(&mut self) {
        match self.before {
            Before::Cell => self.bytes.push(b','),
            Before::Row => {
                if self.statement.is_none() {
                    self.statement = Some(self.bytes.len());
                    self.bytes.extend_from_slice(&self.head);
                }
                self.bytes.push(b'(');
                self.before = Before::Cell;
            }
        }
    }

    /// Turns the comma after the last row into the end of the statement.
    fn end_statement(&mut self) {
        if self.statement.take().is_some() {
            self.bytes.truncate(self.bytes.len() - 2);
            self.bytes.extend_from_slice(b";\n");
        }
    }
}

impl<D: Dialect> Cells for Sql<D> {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.before();
        decimal::append(value, &mut self.bytes);
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        self.before();
        match holds(value, |byte| (byte < 0x20) | (byte == 0x7F) | (byte == b'\'') | (byte == b'\\')) {
            false => {
                self.bytes.push(b'\'');
                self.bytes.extend_from_slice(value.as_bytes());
                self.bytes.push(b'\'');
            }
            true => special(&D::SPELLING, value, &mut self.bytes),
        }
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.before();
        self.bytes.push(b'\'');
        self.bytes.extend_from_slice(&self.times.of(value));
        self.bytes.extend_from_slice(D::SPELLING.time_end.as_bytes());
        self.bytes.push(b'\'');
    }

    #[inline(always)]
    fn null(&mut self) {
        self.before();
        self.bytes.extend_from_slice(b"NULL");
    }

    #[inline(always)]
    fn end_row(&mut self) {
        self.bytes.extend_from_slice(b"),\n");
        self.before = Before::Row;
        if self.statement.is_some_and(|start| self.bytes.len() - start >= STATEMENT_BYTES) {
            self.end_statement();
        }
    }
}

/// Whether a character is an ASCII control character, which clients and editors change or drop.
fn is_control(c: char) -> bool {
    c.is_ascii_control()
}

#[inline(never)]
fn special(spelling: &Spelling, value: &str, out: &mut Vec<u8>) {
    match value.contains(|c| c == '\\' || is_control(c)) {
        true => (spelling.escape)(value, out),
        false => quote(value, out),
    }
}

/// Appends a quoted text; quotes inside it are doubled.
fn quote(value: &str, out: &mut Vec<u8>) {
    out.push(b'\'');
    out.extend_from_slice(value.replace('\'', "''").as_bytes());
    out.push(b'\'');
}

/// Reads what [`quote`] wrote.
fn quoted(literal: &str) -> Option<(Cow<'_, str>, &str)> {
    let inside = literal.strip_prefix('\'')?;
    let mut doubled = false;
    let mut from = 0;
    loop {
        let end = from + inside[from..].find('\'')?;
        if !inside[end + 1..].starts_with('\'') {
            let text = &inside[..end];
            let text = if doubled { Cow::Owned(text.replace("''", "'")) } else { Cow::Borrowed(text) };
            return Some((text, &inside[end + 1..]));
        }
        doubled = true;
        from = end + 2;
    }
}

#[cfg(test)]
mod tests;
