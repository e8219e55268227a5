//! Reads a MySQL or MariaDB database at one moment, over one connection: a second one could not join its snapshot
//! without keeping writers out.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};

use super::pieces::{Piece, Reader};
use super::values::Place;
use super::{CopyError, Result};
use crate::database::{Runtime, Target, mysql};
use crate::edition::{Cells, Kind, Table};

const SNAPSHOT: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
/// A server ends the statement of a client that does not take its rows; a load may keep it waiting for long.
const PATIENT: &str = "SET SESSION net_write_timeout = 86400, net_read_timeout = 86400, wait_timeout = 86400";

/// The connection that reads.
pub(crate) struct MysqlReader {
    conn: Conn,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

pub(super) fn snapshot(target: &Target) -> Result<Vec<MysqlReader>> {
    let runtime = Runtime::new(target)?;
    let conn = runtime.run(async {
        let mut conn = mysql::raw(target).await?;
        for sql in [PATIENT, SNAPSHOT] {
            conn.query_drop(sql).await.map_err(failed)?;
        }
        Ok::<_, CopyError>(conn)
    })?;
    Ok(vec![MysqlReader { conn, runtime }])
}

impl Reader for MysqlReader {
    fn numbers(&mut self, sql: &str) -> Result<Vec<Option<i64>>> {
        let rows: Vec<Row> = self.runtime.run(self.conn.query(sql)).map_err(failed)?;
        let number = |value: Value| match value {
            Value::Bytes(bytes) => std::str::from_utf8(&bytes).ok().and_then(|text| text.parse().ok()),
            Value::Int(number) => Some(number),
            _ => None,
        };
        Ok(rows.into_iter().flat_map(|row| row.unwrap().into_iter().map(number)).collect())
    }

    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()> {
        let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        let sql = piece.query(table, &columns.join(", "));
        self.runtime.run(async {
            let mut result = self.conn.query_iter(sql).await.map_err(failed)?;
            while let Some(row) = result.next().await.map_err(failed)? {
                for (at, column) in table.columns.iter().enumerate() {
                    let place = Place { table, column };
                    match (column.kind, row.as_ref(at)) {
                        (_, Some(Value::NULL)) => cells.null(),
                        (Kind::Integer, Some(Value::Bytes(digits))) => {
                            let value = std::str::from_utf8(digits).ok().and_then(|text| text.parse().ok());
                            let refused = || place.refuse(&String::from_utf8_lossy(digits));
                            place.integer(value.ok_or_else(refused)?, cells)?;
                        }
                        (Kind::Text, Some(Value::Bytes(text))) => place.text(text, cells)?,
                        (Kind::Time, Some(Value::Bytes(text))) => place.moment(text, cells)?,
                        (_, other) => return Err(place.refuse(&format!("{other:?}"))),
                    }
                }
                cells.end_row();
            }
            Ok(())
        })
    }
}

fn failed(error: mysql_async::Error) -> CopyError {
    let words = match error {
        mysql_async::Error::Server(server) => server.message,
        other => other.to_string(),
    };
    CopyError::Source { words }
}
