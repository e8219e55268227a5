//! A connection to a server and to no database of it, from which databases are created and dropped.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};

use super::{address, open};
use crate::database::error::DatabaseError;
use crate::database::runtime::Runtime;
use crate::database::target::Target;

/// A connection to a server.
pub(crate) struct Maintenance {
    // Dropped before the runtime that drives it.
    connection: Conn,
    runtime: Runtime,
    target: String,
}

impl Maintenance {
    pub(crate) fn open(target: &Target) -> Result<Maintenance, DatabaseError> {
        let runtime = Runtime::new(target)?;
        let connection = runtime.run(open(target, address(target), None))?;
        Ok(Maintenance { connection, runtime, target: target.to_string() })
    }

    /// Runs one statement; how many rows it changed, or matched.
    pub(crate) fn run(&mut self, sql: &str) -> Result<u64, DatabaseError> {
        let ran = self.runtime.run(self.connection.query_drop(sql));
        ran.map_err(|error| self.failed(error))?;
        Ok(self.connection.affected_rows())
    }

    /// The rows of a query, as texts.
    pub(crate) fn texts(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        let rows: Vec<Row> =
            self.runtime.run(self.connection.query(sql)).map_err(|error| self.failed(error))?;
        let text = |value: Value| match value {
            Value::NULL => None,
            Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
            other => Some(other.as_sql(true).trim_matches('\'').to_owned()),
        };
        Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect())
    }

    /// An error about the server's own files.
    pub(crate) fn file_error(&self, error: std::io::Error) -> DatabaseError {
        let (target, action) = (self.target.clone(), "copying files of the server");
        DatabaseError::Server { target, action, source: Box::new(error) }
    }

    fn failed(&self, error: mysql_async::Error) -> DatabaseError {
        let (target, action) = (self.target.clone(), "administering the server");
        DatabaseError::Server { target, action, source: Box::new(error) }
    }

    /// The server's code for an error of a statement.
    pub(crate) fn code(error: &DatabaseError) -> Option<u16> {
        let DatabaseError::Server { source, .. } = error else { return None };
        match source.downcast_ref::<mysql_async::Error>()? {
            mysql_async::Error::Server(server) => Some(server.code),
            _ => None,
        }
    }
}
