//! Sends rows to MySQL and MariaDB: by LOAD DATA, streamed from memory and, for narrow rows,
//! through a table in the server's memory, or by INSERT.

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::{MysqlBulk, connection, loading, lost, problem};
use crate::edition::{Kind, Table};
use crate::sink::bulk::{Bulk, BulkError, Problem, column_list};

/// The table that stages narrow rows.
const STAGE: &str = "instaseed_stage";

/// Chunks on their way to the server; the producer waits if the server is slower.
const QUEUE: usize = 4;

/// Space in a packet for the words around the rows of an INSERT.
const PACKET_RESERVE: usize = 1024;

/// A running LOAD DATA.
pub(super) struct Load {
    pub rows: mpsc::Sender<Bytes>,
    statement: JoinHandle<(Conn, mysql_async::Result<Loaded>)>,
}

/// What the server reports about a LOAD DATA.
pub(super) struct Loaded {
    rows: u64,
    warning: Option<String>,
}

impl MysqlBulk {
    /// Creates a table in the server's memory for the rows of a narrow table. From there one statement takes
    /// them all and the server sorts them into its pages, whereas LOAD DATA looks up the place of each row.
    /// Returns false if a row is too wide for it, or if the account may not create temporary tables.
    pub(super) fn set_stage(&mut self, table: &'static Table) -> bool {
        let narrow = table.columns.iter().all(|column| column.kind != Kind::Text);
        let (columns, name) = (column_list(table), table.name);
        let make =
            format!("CREATE TEMPORARY TABLE {STAGE} ENGINE = MEMORY SELECT {columns} FROM {name} LIMIT 0");
        narrow && self.run(&make).is_ok()
    }

    /// Moves the rows from the stage to the table; returns how many there were.
    pub(super) fn clear_stage(&mut self, table: &'static Table) -> Result<u64, BulkError> {
        let (columns, name) = (column_list(table), table.name);
        self.run(&format!("INSERT INTO {name} ({columns}) SELECT {columns} FROM {STAGE}"))?;
        let rows = connection(&mut self.conn)?.affected_rows();
        self.run(&format!("DROP TEMPORARY TABLE {STAGE}"))?;
        Ok(rows)
    }

    /// Returns an error if the server stored more or fewer rows than it was sent.
    pub(super) fn expect_all(&self, table: &'static Table) -> Result<(), BulkError> {
        if self.inserted == self.portions.rows() {
            return Ok(());
        }
        let words = format!("{} rows were sent and {} are in", self.portions.rows(), self.inserted);
        Err(loading(table, BulkError::new(Problem::Mismatch, words)))
    }

    /// Starts the statement that reads what `deliver` sends; the connection is returned with its outcome.
    pub(super) fn open_load(&mut self, table: &'static Table) {
        let (rows, mut receiver) = mpsc::channel::<Bytes>(QUEUE);
        let sql = format!(
            "LOAD DATA LOCAL INFILE 'instaseed' INTO TABLE {} CHARACTER SET utf8mb4 ({})",
            if self.staged { STAGE } else { table.name },
            column_list(table)
        );
        let mut conn = self.conn.take().expect("between portions the connection is at rest");
        let statement = self.runtime.spawn(async move {
            conn.set_infile_handler(async move {
                let chunks =
                    stream::poll_fn(move |context| receiver.poll_recv(context).map(|chunk| chunk.map(Ok)));
                Ok(chunks.boxed())
            });
            let outcome = load_data(&mut conn, &sql).await;
            // A refused statement has not asked for its rows: the sender must not wait for that.
            conn.set_infile_handler(async { Ok(stream::empty().boxed()) });
            (conn, outcome)
        });
        self.load = Some(Load { rows, statement });
    }

    /// Waits for the statement; returns the number of rows that are in.
    pub(super) fn close_load(&mut self, table: &'static Table) -> Result<u64, BulkError> {
        let Some(Load { rows, statement }) = self.load.take() else { return Err(lost(table)) };
        drop(rows);
        let (conn, outcome) = self.runtime.block_on(statement).map_err(|_| lost(table))?;
        self.conn = Some(conn);
        let loaded = outcome.map_err(|e| loading(table, problem(e)))?;
        match loaded.warning {
            // LOAD DATA LOCAL turns errors into warnings, even in strict mode.
            Some(words) => Err(loading(table, BulkError::new(Problem::Mismatch, words))),
            None => Ok(loaded.rows),
        }
    }

    /// How many bytes of rows fit into one packet.
    pub(super) fn max_bytes(&self) -> usize {
        self.packet_bytes.saturating_sub(PACKET_RESERVE).max(PACKET_RESERVE)
    }

    /// Sends as many rows as fit into the server's packet. Rows end at newlines, which occur nowhere else.
    pub(super) fn insert(&mut self, table: &'static Table, rows: &[u8]) -> Result<(), BulkError> {
        let most = self.max_bytes();
        let mut rest = rows;
        while !rest.is_empty() {
            let cut = if rest.len() <= most {
                rest.len()
            } else {
                let fitting = rest[..most].iter().rposition(|&b| b == b'\n');
                // If a single row is larger than the packet, the server's own error says so.
                let next = || rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len() - 1);
                fitting.unwrap_or_else(next) + 1
            };
            let mut sql = format!("INSERT INTO {} ({}) VALUES ", table.name, column_list(table)).into_bytes();
            sql.extend_from_slice(&rest[..cut]);
            while matches!(sql.last(), Some(b',' | b'\n')) {
                sql.pop();
            }
            let conn = connection(&mut self.conn)?;
            self.runtime.block_on(conn.query_drop(sql)).map_err(problem)?;
            self.inserted += conn.affected_rows();
            rest = &rest[cut..];
        }
        Ok(())
    }
}

async fn load_data(conn: &mut Conn, sql: &str) -> mysql_async::Result<Loaded> {
    conn.query_drop(sql).await?;
    let rows = conn.affected_rows();
    let warning = match conn.get_warnings() {
        0 => None,
        count => {
            let first: Option<(String, u32, String)> = conn.query_first("SHOW WARNINGS LIMIT 1").await?;
            let words = first.map_or_else(String::new, |(_, _, words)| format!(", the first: {words}"));
            Some(format!("{count} warnings{words}"))
        }
    };
    Ok(Loaded { rows, warning })
}
