//! A connection to a server's maintenance database, from which other databases are created, renamed and dropped.

use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::{MAINTENANCE, address, open, quote};
use crate::database::error::DatabaseError;
use crate::database::runtime::Runtime;
use crate::database::target::Target;

/// A connection to a server and to no database of ours.
pub(crate) struct Maintenance {
    // Dropped before the runtime that drives it.
    client: Client,
    runtime: Runtime,
    target: String,
    user: String,
}

impl Maintenance {
    pub(crate) fn open(target: &Target) -> Result<Maintenance, DatabaseError> {
        let runtime = Runtime::new(target)?;
        let client = runtime.run(async {
            let (client, connection) = match open(target, MAINTENANCE[0]).await {
                Err(error) if error.is_missing() => open(target, MAINTENANCE[1]).await?,
                other => other?,
            };
            tokio::spawn(connection);
            Ok::<_, DatabaseError>(client)
        })?;
        Ok(Maintenance { client, runtime, target: target.to_string(), user: address(target).user_name() })
    }

    /// Whether it can still be used, as far as is known here.
    pub(crate) fn is_open(&self) -> bool {
        !self.client.is_closed()
    }

    pub(crate) fn run(&mut self, sql: &str) -> Result<(), DatabaseError> {
        self.texts(sql).map(drop)
    }

    /// The rows of a query, as texts.
    pub(crate) fn texts(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>, DatabaseError> {
        let messages = self.runtime.run(self.client.simple_query(sql)).map_err(|error| {
            if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) {
                let user = self.user.clone();
                let sql = Some(format!("ALTER ROLE {} CREATEDB;", quote(&user)));
                let (target, action) = (self.target.clone(), "create databases on this server");
                return DatabaseError::NotAllowed { target, user, action, sql, source: Box::new(error) };
            }
            let (target, action) = (self.target.clone(), "administering the server");
            DatabaseError::Server { target, action, source: Box::new(error) }
        })?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
            }
            _ => None,
        });
        Ok(rows.collect())
    }

    /// The server's code for an error of a statement.
    pub(crate) fn code(error: &DatabaseError) -> Option<&str> {
        let DatabaseError::Server { source, .. } = error else { return None };
        source.downcast_ref::<tokio_postgres::Error>()?.code().map(|code| code.code())
    }
}
