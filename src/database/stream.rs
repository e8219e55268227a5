//! Reads whole tables row by row, the same on every engine, without holding them: what is in a database is checked
//! and fingerprinted through here. Names of tables and columns are ours (of an edition), never a user's text.

use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Nullable, Text};

use super::{DatabaseError, Db, on_db};
use crate::database::Result;

/// How a column is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    Number(&'a str),
    Text(&'a str),
    /// A moment, as seconds since 1970.
    Moment(&'a str),
}

/// The cells of one row by how they were asked for, each kind in the order of asking; what was not asked for is
/// `None`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    pub numbers: [Option<i64>; NUMBERS],
    pub texts: [Option<String>; TEXTS],
    pub moments: [Option<i64>; MOMENTS],
}

/// The most columns of each kind that a table of ours has.
const NUMBERS: usize = 3;
const TEXTS: usize = 5;
const MOMENTS: usize = 2;

type Number = Nullable<BigInt>;
type Words = Nullable<Text>;
type Shape = (Number, Number, Number, Words, Words, Words, Words, Words, Number, Number);
type Line = (
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<i64>,
);

/// A moment as whole seconds since 1970, on each engine.
fn seconds(db: &Db, column: &str) -> String {
    match db {
        Db::Sqlite(_) => format!("CAST(strftime('%s', {column}) AS INTEGER)"),
        Db::Mysql(_) => format!("CAST(UNIX_TIMESTAMP({column}) AS SIGNED)"),
        Db::Postgres(_) => format!("CAST(floor(EXTRACT(EPOCH FROM {column})) AS BIGINT)"),
    }
}

impl Db {
    /// Makes everything that is read until [`Db::end_snapshot`] one moment's state.
    pub fn begin_snapshot(&mut self) -> Result<()> {
        let sql = match self {
            Db::Sqlite(_) => "BEGIN",
            Db::Mysql(_) => "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
            Db::Postgres(_) => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        };
        self.batch(sql)
    }

    pub fn end_snapshot(&mut self) -> Result<()> {
        self.batch("ROLLBACK")
    }

    /// Hands every row of a table on, in the order of some columns.
    pub fn each_row<E: From<DatabaseError>>(
        &mut self,
        table: &str,
        columns: &[Ask<'_>],
        order: &[&str],
        each: &mut dyn FnMut(Cells) -> Result<(), E>,
    ) -> Result<(), E> {
        let (whole, text) = match self {
            Db::Sqlite(_) => ("INTEGER", "TEXT"),
            Db::Mysql(_) => ("SIGNED", "CHAR"),
            Db::Postgres(_) => ("BIGINT", "TEXT"),
        };
        let (mut numbers, mut texts, mut moments) = (Vec::new(), Vec::new(), Vec::new());
        for column in columns {
            match column {
                Ask::Number(name) => numbers.push(format!("CAST({name} AS {whole})")),
                Ask::Text(name) => texts.push(format!("CAST({name} AS {text})")),
                Ask::Moment(name) => moments.push(seconds(self, name)),
            }
        }
        debug_assert!(numbers.len() <= NUMBERS && texts.len() <= TEXTS && moments.len() <= MOMENTS);
        numbers.resize(NUMBERS, format!("CAST(NULL AS {whole})"));
        texts.resize(TEXTS, format!("CAST(NULL AS {text})"));
        moments.resize(MOMENTS, format!("CAST(NULL AS {whole})"));
        let select = [numbers, texts, moments].concat().join(", ");
        let query = format!("SELECT {select} FROM {table} ORDER BY {}", order.join(", "));
        on_db!(self, c => {
            let rows = sql::<Shape>(&query).load_iter::<Line, _>(c).map_err(DatabaseError::from)?;
            for row in rows {
                let (a, b, c, p, q, r, s, t, y, z) = row.map_err(DatabaseError::from)?;
                each(Cells { numbers: [a, b, c], texts: [p, q, r, s, t], moments: [y, z] })?;
            }
        });
        Ok(())
    }
}
