//! MySQL and MariaDB: each portion is one LOAD DATA streamed from memory, in one transaction, over two connections.
//!
//! Rows arrive in the order of the primary key, so that the server only appends; foreign keys and secondary
//! indexes are parked, and come back sorted. `unique_checks` stays on: the server's own bulk mode without it
//! drops both rows of a doubled key with no more than a warning. Where the server forbids LOAD DATA LOCAL, rows
//! of several megabytes go in as INSERT statements instead, and the load says so.

use std::collections::VecDeque;

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::bulk::{
    Bulk, BulkError, Parked, Portions, Problem, Stage, TextRow, column_list, literal, literals, one,
};
use super::load_data::{Form, LoadData};
use super::{Batch, Sink};
use crate::Result;
use crate::database::{Target, mysql};
use crate::edition::Table;
use crate::migration::mysql::LOCK;

const SESSION: &str = "SET SESSION foreign_key_checks = 0, unique_checks = 1, autocommit = 1";

/// Chunks on their way to the server; the producer waits when the server is behind.
const QUEUE: usize = 4;

/// Room in a packet for the words around the rows of an INSERT.
const PACKET_RESERVE: usize = 1024;

/// One of the connections that load a MySQL or MariaDB database.
pub(crate) struct MysqlBulk {
    conn: Option<Conn>,
    portions: Portions,
    form: Form,
    packet_bytes: usize,
    /// The statement under way, and where its rows go.
    load: Option<Load>,
    inserted: u64,
    runtime: Runtime,
}

struct Load {
    rows: mpsc::Sender<Bytes>,
    statement: JoinHandle<(Conn, mysql_async::Result<Loaded>)>,
}

/// What the server says of a LOAD DATA.
struct Loaded {
    rows: u64,
    warning: Option<String>,
}

impl Sink for MysqlBulk {
    type Encoder = LoadData;

    fn encoder(&self) -> LoadData {
        LoadData::new(self.form)
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.portions.begin();
        self.inserted = 0;
        self.run("START TRANSACTION").map_err(|e| loading(table, e))?;
        if self.form == Form::LoadData {
            self.open_load(table);
        }
        Ok(())
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch) -> Result<()> {
        match &self.load {
            Some(load) => {
                let rows = Bytes::copy_from_slice(batch.buffer.as_slice());
                if load.rows.blocking_send(rows).is_err() {
                    return Err(self.close_load(table).err().unwrap_or_else(|| lost(table)).into());
                }
            }
            None => self.insert(table, batch.buffer.as_slice()).map_err(|e| loading(table, e))?,
        }
        self.portions.add(batch);
        Ok(())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        if self.load.is_some() {
            self.inserted = self.close_load(table)?;
        }
        if self.inserted != self.portions.rows() {
            let words = format!("{} rows were sent and {} are in", self.portions.rows(), self.inserted);
            return Err(loading(table, BulkError::new(Problem::Mismatch, words)).into());
        }
        let record = self.portions.record();
        self.run(&record).and_then(|()| self.run("COMMIT")).map_err(|e| loading(table, e))?;
        Ok(())
    }
}

impl Bulk for MysqlBulk {
    const LANES: usize = 2;
    const VALIDATES: bool = false;
    const TABLE_OPTIONS: &str = " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin";

    fn literal(text: &str) -> String {
        literal(&text.replace('\\', "\\\\"))
    }

    fn open(target: &Target) -> Result<Self, BulkError> {
        let broken = |words: String| BulkError::new(Problem::Lost, words).while_doing("connecting");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|e| broken(e.to_string()))?;
        let conn = runtime.block_on(mysql::raw(target)).map_err(|e| broken(e.to_string()))?;
        let mut bulk = Self {
            conn: Some(conn),
            portions: Portions::default(),
            form: Form::LoadData,
            packet_bytes: 0,
            load: None,
            inserted: 0,
            runtime,
        };
        bulk.run(SESSION)?;
        if one(&mut bulk, "SELECT @@local_infile")?.as_deref() != Some("1") {
            bulk.form = Form::Insert;
        }
        let packet = one(&mut bulk, "SELECT @@max_allowed_packet")?;
        bulk.packet_bytes = packet.and_then(|bytes| bytes.parse().ok()).unwrap_or(1 << 20);
        Ok(bulk)
    }

    fn run(&mut self, sql: &str) -> Result<(), BulkError> {
        let conn = connection(&mut self.conn)?;
        self.runtime.block_on(conn.query_drop(sql)).map_err(problem)
    }

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError> {
        let conn = connection(&mut self.conn)?;
        let rows: Vec<Row> = self.runtime.block_on(conn.query(sql)).map_err(problem)?;
        Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect())
    }

    /// The lines of SHOW CREATE TABLE are the definitions, to the letter: one ALTER brings all of a table back,
    /// in one pass over its rows.
    fn parked(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        let mut parked = Vec::new();
        let referring = self.rows(&format!(
            "SELECT DISTINCT table_name FROM information_schema.referential_constraints \
             WHERE constraint_schema = DATABASE() AND unique_constraint_schema = DATABASE() \
             AND referenced_table_name IN ({names}) AND table_name NOT IN ({names}) ORDER BY table_name",
            names = literals(tables.iter().map(|table| table.name))
        ))?;
        let ours = tables.iter().map(|table| (table.name.to_owned(), true));
        let others = referring.into_iter().flatten().flatten().map(|name| (name, false));
        for (name, ours) in ours.chain(others) {
            let shown = self.rows(&format!("SHOW CREATE TABLE `{name}`"))?;
            let Some(definition) = shown.into_iter().next().and_then(|row| row.into_iter().nth(1)).flatten()
            else {
                continue;
            };
            let lines: Vec<_> = definition
                .lines()
                .filter_map(|line| line.strip_prefix("  "))
                .map(|line| line.trim_end_matches(','))
                .collect();
            let keys: Vec<_> = lines.iter().filter(|line| is_key(line)).copied().collect();
            let foreign: Vec<_> =
                lines.iter().filter(|line| line.contains(" FOREIGN KEY ")).copied().collect();
            if ours {
                parked.extend(alter(Stage::Index, &name, &keys, "DROP KEY"));
            }
            parked.extend(alter(Stage::ForeignKey, &name, &foreign, "DROP FOREIGN KEY"));
        }
        parked.sort_by_key(|parked| parked.stage);
        Ok(parked)
    }

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError> {
        let sql = format!(
            "SELECT 1 FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = {}",
            literal(table)
        );
        Ok(!self.rows(&sql)?.is_empty())
    }

    fn try_lock(&mut self) -> Result<bool, BulkError> {
        Ok(one(self, &format!("SELECT GET_LOCK({LOCK}, 0)"))?.as_deref() == Some("1"))
    }

    fn expect(&mut self, portions: VecDeque<u64>) {
        self.portions = Portions::new(portions);
    }

    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        tables.iter().rev().try_for_each(|table| self.run(&format!("TRUNCATE TABLE {}", table.name)))
    }

    /// AUTO_INCREMENT follows explicit ids by itself.
    fn settle(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        let names: Vec<_> = tables.iter().map(|table| table.name).collect();
        self.run(&format!("ANALYZE TABLE {}", names.join(", ")))
    }

    fn size(&mut self) -> Result<Option<u64>, BulkError> {
        let sql = "SELECT CAST(sum(data_length + index_length) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()";
        Ok(one(self, sql)?.and_then(|bytes| bytes.parse().ok()))
    }

    fn notes(&self) -> Vec<String> {
        match self.form {
            Form::LoadData => Vec::new(),
            Form::Insert => vec![
                "the server does not take LOAD DATA LOCAL (local_infile is off): loading with INSERT, about a third slower; an administrator turns it on with: SET GLOBAL local_infile = 1;".to_owned(),
            ],
        }
    }
}

impl MysqlBulk {
    /// Starts the statement that reads what `deliver` sends; the connection comes back with its outcome.
    fn open_load(&mut self, table: &'static Table) {
        let (rows, mut receiver) = mpsc::channel::<Bytes>(QUEUE);
        let sql = format!(
            "LOAD DATA LOCAL INFILE 'instaseed' INTO TABLE {} CHARACTER SET utf8mb4 ({})",
            table.name,
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
            (conn, outcome)
        });
        self.load = Some(Load { rows, statement });
    }

    /// Waits for the statement; the rows that are in.
    fn close_load(&mut self, table: &'static Table) -> Result<u64, BulkError> {
        let Some(Load { rows, statement }) = self.load.take() else { return Err(lost(table)) };
        drop(rows);
        let (conn, outcome) = self.runtime.block_on(statement).map_err(|_| lost(table))?;
        self.conn = Some(conn);
        let loaded = outcome.map_err(|e| loading(table, problem(e)))?;
        match loaded.warning {
            // LOAD DATA LOCAL turns errors into warnings, also in strict mode.
            Some(words) => Err(loading(table, BulkError::new(Problem::Mismatch, words))),
            None => Ok(loaded.rows),
        }
    }

    /// Rows are separated by newlines, which no row holds otherwise: as many as the server's packet takes.
    fn insert(&mut self, table: &'static Table, rows: &[u8]) -> Result<(), BulkError> {
        let most = self.packet_bytes.saturating_sub(PACKET_RESERVE).max(PACKET_RESERVE);
        let mut rest = rows;
        while !rest.is_empty() {
            let cut = if rest.len() <= most {
                rest.len()
            } else {
                let fitting = rest[..most].iter().rposition(|&b| b == b'\n');
                // A single row that is larger than the packet: the server says so in its own words.
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

/// A key that is not the primary one.
fn is_key(line: &str) -> bool {
    ["KEY `", "UNIQUE KEY `", "FULLTEXT KEY `", "SPATIAL KEY `"].iter().any(|start| line.starts_with(start))
}

/// The quoted name that a line of SHOW CREATE TABLE defines.
fn quoted_name(line: &str) -> &str {
    let start = line.find('`').unwrap_or(0);
    let length = line[start + 1..].find('`').map_or(line.len() - start, |end| end + 2);
    &line[start..start + length]
}

fn alter(stage: Stage, table: &str, lines: &[&str], drop: &str) -> Option<Parked> {
    if lines.is_empty() {
        return None;
    }
    let names: Vec<_> = lines.iter().map(|line| quoted_name(line)).collect();
    let bare: Vec<_> = names.iter().map(|name| name.trim_matches('`')).collect();
    let list = |words: Vec<String>| format!("ALTER TABLE `{table}` {}", words.join(", "));
    let (from, name) = match stage {
        Stage::ForeignKey => (
            "information_schema.table_constraints WHERE constraint_type = 'FOREIGN KEY' AND ",
            "constraint_name",
        ),
        _ => ("information_schema.statistics WHERE seq_in_index = 1 AND ", "index_name"),
    };
    Some(Parked {
        stage,
        table: table.to_owned(),
        name: bare.join(", "),
        drop: list(names.iter().map(|name| format!("{drop} {name}")).collect()),
        restore: list(lines.iter().map(|line| format!("ADD {line}")).collect()),
        present: format!(
            "SELECT 1 FROM {from} table_schema = DATABASE() AND table_name = {} AND {name} IN ({}) HAVING count(*) = {}",
            literal(table),
            literals(bare.iter().copied()),
            bare.len()
        ),
    })
}

fn connection(conn: &mut Option<Conn>) -> Result<&mut Conn, BulkError> {
    conn.as_mut().ok_or_else(|| BulkError::new(Problem::Lost, "its last statement never came back"))
}

fn lost(table: &Table) -> BulkError {
    loading(table, BulkError::new(Problem::Lost, "the server stopped reading"))
}

fn loading(table: &Table, error: BulkError) -> BulkError {
    error.while_doing(format!("loading {}", table.name))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true).trim_matches('\'').to_owned()),
    }
}

fn problem(error: mysql_async::Error) -> BulkError {
    let kind = match &error {
        mysql_async::Error::Server(server) => match server.code {
            1021 | 1114 | 3 | 28 => Problem::Full,
            1205 | 1213 | 3572 => Problem::Busy,
            1044 | 1142 | 1143 | 1227 | 1290 | 1836 => Problem::NotAllowed,
            1053 | 1080 | 1152 | 1158..=1161 | 1927 => Problem::Lost,
            _ => Problem::Other,
        },
        mysql_async::Error::Io(_) => Problem::Lost,
        mysql_async::Error::Driver(mysql_async::DriverError::ConnectionClosed) => Problem::Lost,
        _ => Problem::Other,
    };
    let words = match error {
        mysql_async::Error::Server(server) => server.message,
        other => other.to_string(),
    };
    BulkError::new(kind, words)
}
