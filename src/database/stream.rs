//! Reads whole tables row by row, the same on every engine, without holding them: what is in a database is checked
//! and fingerprinted through here. Names of tables and columns are ours (of an edition), never a user's text.

use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::row::{Field, Row};
use diesel::sql_types::{BigInt, Text, Untyped};
use diesel::{RunQueryDsl, sql_query};

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

/// A cell as it comes out of the database; a moment is a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Number(i64),
    Text(String),
}

/// A row of as many cells as were asked for, in the order of asking.
struct Line(Vec<Value>);

/// The name of a column says how it was asked for, because Diesel reads a row without knowing the question.
const TEXT: &str = "t";
const NUMBER: &str = "n";

macro_rules! impl_line {
    ($($backend:ty),+) => {$(
        impl FromSqlRow<Untyped, $backend> for Line {
            fn build_from_row<'a>(row: &impl Row<'a, $backend>) -> deserialize::Result<Self> {
                let cell = |at| {
                    let field = row.get(at).ok_or("a row is shorter than its own count of columns")?;
                    Ok(match (field.value(), field.field_name()) {
                        (None, _) => Value::Null,
                        (Some(value), Some(TEXT)) => {
                            Value::Text(FromSql::<Text, $backend>::from_sql(value)?)
                        }
                        (Some(value), _) => Value::Number(FromSql::<BigInt, $backend>::from_sql(value)?),
                    })
                };
                (0..row.field_count()).map(cell).collect::<deserialize::Result<_>>().map(Line)
            }
        }
    )+};
}

impl_line!(diesel::sqlite::Sqlite, diesel::mysql::Mysql, diesel::pg::Pg);

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
        each: &mut dyn FnMut(&[Value]) -> Result<(), E>,
    ) -> Result<(), E> {
        let (whole, text) = match self {
            Db::Sqlite(_) => ("INTEGER", "TEXT"),
            Db::Mysql(_) => ("SIGNED", "CHAR"),
            Db::Postgres(_) => ("BIGINT", "TEXT"),
        };
        let select = columns.iter().map(|column| match column {
            Ask::Number(name) => format!("CAST({name} AS {whole}) AS {NUMBER}"),
            Ask::Text(name) => format!("CAST({name} AS {text}) AS {TEXT}"),
            Ask::Moment(name) => format!("{} AS {NUMBER}", seconds(self, name)),
        });
        let select = select.collect::<Vec<_>>().join(", ");
        let query = format!("SELECT {select} FROM {table} ORDER BY {}", order.join(", "));
        on_db!(self, c => {
            let rows = sql_query(&query).load_iter::<Line, _>(c).map_err(DatabaseError::from)?;
            for row in rows {
                each(&row.map_err(DatabaseError::from)?.0)?;
            }
        });
        Ok(())
    }
}
