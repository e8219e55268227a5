//! Small queries about the rows of a table, the same on every engine: are there any, how many, show
//! me some. Names are quoted here: the table may not be one of ours.

use diesel::RunQueryDsl;
use diesel::sql_types::{BigInt, Text};
use serde_json::Value;

use super::{DatabaseError, Db, Dialect, on_db};
use crate::database::Result;

/// A column to show. Everything but numbers is read as text, in the engine's own format.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub name: &'a str,
    pub is_number: bool,
}

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

impl Db {
    /// How many rows a table has.
    pub fn count(&mut self, table: &str) -> Result<u64> {
        self.expect_no_view(table)?;
        let table = self.quoted(table);
        self.number(&format!("SELECT count(*) AS number FROM {table}"))
    }

    /// Whether a table has any rows; fast even on the largest.
    pub fn has_rows(&mut self, table: &str) -> Result<bool> {
        self.expect_no_view(table)?;
        let table = self.quoted(table);
        let number =
            self.number(&format!("SELECT count(*) AS number FROM (SELECT 1 AS one FROM {table} LIMIT 1) t"))?;
        Ok(number > 0)
    }

    /// Refuses a view, whose rows may never end. Reads the catalogue only.
    pub(crate) fn expect_no_view(&mut self, table: &str) -> Result<()> {
        let views = (self.sql().views_named)(table);
        match self.number(&format!("SELECT count(*) AS number FROM {views}"))? {
            0 => Ok(()),
            _ => Err(DatabaseError::ViewInPlace { table: table.to_owned() }),
        }
    }

    /// The first rows of a table, ordered by some columns or, without any, by the rows' text; a
    /// cell is null, a number or a text.
    pub fn sample(
        &mut self,
        table: &str,
        fields: &[Field<'_>],
        order: &[&str],
        rows: u32,
    ) -> Result<Vec<Vec<Value>>> {
        let line = self.row_as_json(fields);
        let order: Vec<_> = order.iter().map(|name| self.quoted(name)).collect();
        let order = if order.is_empty() { "1".to_owned() } else { order.join(", ") };
        let table = self.quoted(table);
        let sql = format!("SELECT {line} AS line FROM {table} ORDER BY {order} LIMIT {rows}");
        let lines: Vec<Line> =
            on_db!(self, c => diesel::sql_query(sql).load(c)).map_err(DatabaseError::from)?;
        let cells = |line: Line| match serde_json::from_str(&line.line) {
            Ok(Value::Array(cells)) => cells,
            // The engine's JSON of a row is an array; show anything else as it is.
            _ => vec![Value::String(line.line)],
        };
        Ok(lines.into_iter().map(cells).collect())
    }

    /// The result of a query that returns one `number`.
    pub(crate) fn number(&mut self, sql: &str) -> Result<u64> {
        let number: Number =
            on_db!(self, c => diesel::sql_query(sql).get_result(c)).map_err(DatabaseError::from)?;
        Ok(number.number.unsigned_abs())
    }

    fn quoted(&self, name: &str) -> String {
        (self.sql().quote)(name)
    }

    /// The result of a query that returns one `line`; empty if that is null.
    pub(crate) fn line(&mut self, sql: &str) -> Result<String> {
        let line: Line =
            on_db!(self, c => diesel::sql_query(sql).get_result(c)).map_err(DatabaseError::from)?;
        Ok(line.line)
    }

    fn row_as_json(&self, fields: &[Field<'_>]) -> String {
        let Dialect { json_array, text, .. } = self.sql();
        let cell = |field: &Field<'_>| match field.is_number {
            true => self.quoted(field.name),
            false => format!("CAST({} AS {text})", self.quoted(field.name)),
        };
        let cells: Vec<String> = fields.iter().map(cell).collect();
        // PostgreSQL's result has the type json; the others' is text, and stays text
        format!("CAST({json_array}({}) AS {text})", cells.join(", "))
    }
}
