//! The rows of an application's tables: read as texts, digested in a form that is the same on all engines, and inserted many
//! at a time.

use super::ddl::{Words, run};
use super::{OwnKind, OwnTable};
use crate::copy::lines::Line;
use crate::copy::{Result, readers};
use crate::database::{Db, Engine};
use crate::edition::Cells;
use crate::sink::digest::{Digest, Digester};

/// A row: every value as text, bytes in hexadecimal.
pub(in crate::copy) type Row = Vec<Option<String>>;

/// About the length of a statement.
const STATEMENT_BYTES: usize = 1 << 18;

/// SQL for the rows of a table in an engine.
pub(in crate::copy) fn select(table: &OwnTable, engine: Engine) -> String {
    let words = readers::words(engine);
    let columns: Vec<_> = table.columns.iter().map(|column| (words.select)(column)).collect();
    format!("SELECT {} FROM {}", columns.join(", "), (words.from)(&table.table))
}

/// Adds a row to a digest.
pub(in crate::copy) fn digest_of(table: &OwnTable, row: &Row, digester: &mut Digester) {
    for (column, value) in table.columns.iter().zip(row) {
        match value {
            Some(value) => digester.text(&column.kind.normal(value)),
            None => digester.null(),
        }
    }
    digester.end_row();
}

/// A row as a line of a file.
pub(in crate::copy) fn line(row: &Row) -> String {
    serde_json::to_string(row).expect("a row is texts") + "\n"
}

/// Reads such a line.
pub(in crate::copy) fn read_line(text: &[u8], columns: usize) -> Option<Row> {
    let mut line = Line { plain: text, at: 0 };
    let (mut row, mut buffer) = (Vec::with_capacity(columns), Vec::new());
    for number in 0..columns {
        line.take(if number == 0 { b"[" } else { b"," })?;
        row.push(match line.next()? {
            b'n' => {
                line.take(b"null")?;
                None
            }
            _ => Some(std::str::from_utf8(line.text(&mut buffer)?).ok()?.to_owned()),
        });
    }
    line.take(b"]")?;
    (line.at == text.len()).then_some(row)
}

/// Puts rows into a table, in one transaction.
pub(in crate::copy) struct Inserting<'a> {
    db: &'a mut Db,
    table: &'a OwnTable,
    words: &'static Words,
    sql: String,
    digester: Digester,
}

impl<'a> Inserting<'a> {
    pub(in crate::copy) fn begin(db: &'a mut Db, table: &'a OwnTable) -> Result<Inserting<'a>> {
        let words = readers::words(db.engine());
        run(db, words.session)?;
        run(db, "BEGIN")?;
        Ok(Inserting { db, table, words, sql: String::new(), digester: Digester::default() })
    }

    pub(in crate::copy) fn add(&mut self, row: &Row) -> Result<()> {
        digest_of(self.table, row, &mut self.digester);
        if self.sql.is_empty() {
            let columns: Vec<_> =
                self.table.columns.iter().map(|column| (self.words.quote)(&column.name)).collect();
            let table = (self.words.quote)(&self.table.table);
            self.sql =
                format!("INSERT INTO {table} ({}){} VALUES ", columns.join(", "), self.words.overriding);
        } else {
            self.sql.push_str(", ");
        }
        for (at, (column, value)) in self.table.columns.iter().zip(row).enumerate() {
            self.sql.push(if at == 0 { '(' } else { ',' });
            let value = value.as_deref();
            self.sql
                .push_str(&value.map_or_else(|| "NULL".to_owned(), |value| self.literal(column.kind, value)));
        }
        self.sql.push(')');
        if self.sql.len() > STATEMENT_BYTES { self.send() } else { Ok(()) }
    }

    fn literal(&self, kind: OwnKind, value: &str) -> String {
        match kind {
            OwnKind::Boolean => (self.words.boolean)(value),
            OwnKind::Blob => (self.words.bytes)(value),
            // A literal of the only engine that has this kind.
            OwnKind::Mixed => value.to_owned(),
            _ if value.contains('\0') => (self.words.with_nul)(value),
            OwnKind::Integer if value.parse::<i128>().is_ok() => value.to_owned(),
            _ => (self.words.literal)(value),
        }
    }

    fn send(&mut self) -> Result<()> {
        if !self.sql.is_empty() {
            run(self.db, &std::mem::take(&mut self.sql))?;
        }
        Ok(())
    }

    /// Ends the transaction, and returns what was inserted.
    pub(in crate::copy) fn end(mut self) -> Result<Digest> {
        self.send()?;
        run(self.db, "COMMIT")?;
        Ok(self.digester.sum())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_back_from_its_line() {
        let row: Row = vec![Some("a\"b\\\n\u{1}🍣".to_owned()), None, Some(String::new())];
        let text = line(&row);
        assert_eq!(read_line(text.trim_end().as_bytes(), 3), Some(row));
        for (text, columns) in [("[null]", 2), ("[null,null]", 1), ("[1]", 1), ("[\"a\"", 1), ("", 1)] {
            assert_eq!(read_line(text.as_bytes(), columns), None, "{text}");
        }
    }
}
