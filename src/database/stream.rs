//! Reads whole tables row by row, the same on every engine, without holding them in memory: this is
//! how the contents of a database are checked and fingerprinted. Names of tables and columns are
//! ours (of an edition), never a user's text.

use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, QueryableByName};
use diesel::row::{Field, NamedRow, Row};
use diesel::sql_types::{BigInt, Text};
use diesel::{RunQueryDsl, sql_query};

use super::{DatabaseError, Db, Dialect, on_db};
use crate::database::Result;

/// How to read a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask<'a> {
    Number(&'a str),
    Text(&'a str),
    /// A moment, as seconds since 1970.
    Moment(&'a str),
}

/// A cell as read from the database; a moment is a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Null,
    Number(i64),
    Text(String),
}

/// A row with the requested cells, in the requested order.
struct Line(Vec<Value>);

/// The name of a column says how it was requested, because Diesel reads a row without knowing the query.
const TEXT: &str = "t";
const NUMBER: &str = "n";

impl<DB: Backend> QueryableByName<DB> for Line
where
    String: FromSql<Text, DB>,
    i64: FromSql<BigInt, DB>,
{
    fn build<'a>(row: &impl NamedRow<'a, DB>) -> deserialize::Result<Self> {
        let cell = |at| {
            let field = Row::get(row, at).ok_or("a row is shorter than its own count of columns")?;
            Ok(match (field.value(), field.field_name()) {
                (None, _) => Value::Null,
                (Some(value), Some(TEXT)) => Value::Text(FromSql::<Text, DB>::from_sql(value)?),
                (Some(value), _) => Value::Number(FromSql::<BigInt, DB>::from_sql(value)?),
            })
        };
        (0..row.field_count()).map(cell).collect::<deserialize::Result<_>>().map(Line)
    }
}

impl Db {
    /// Makes all reads until [`Db::end_snapshot`] see the state of a single moment.
    pub fn begin_snapshot(&mut self) -> Result<()> {
        self.batch(self.sql().begin_snapshot)
    }

    pub fn end_snapshot(&mut self) -> Result<()> {
        self.batch("ROLLBACK")
    }

    /// Passes on every row of a table, ordered by some columns.
    pub fn each_row<E: From<DatabaseError>>(
        &mut self,
        table: &str,
        columns: &[Ask<'_>],
        order: &[&str],
        each: &mut dyn FnMut(&[Value]) -> Result<(), E>,
    ) -> Result<(), E> {
        let Dialect { integer, text, seconds, .. } = self.sql();
        let select = columns.iter().map(|column| match column {
            Ask::Number(name) => format!("CAST({name} AS {integer}) AS {NUMBER}"),
            Ask::Text(name) => format!("CAST({name} AS {text}) AS {TEXT}"),
            Ask::Moment(name) => format!("{} AS {NUMBER}", seconds(name)),
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
