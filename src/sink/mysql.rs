//! MySQL and MariaDB: rows go over two connections, each portion in one transaction with its record.
//!
//! MariaDB fills an empty table in a bulk mode (both checks off): no undo for each row, and its indexes are sorted
//! in place. There a table goes in whole, by one LOAD DATA streamed from memory, narrow rows by way of a table in the
//! server's memory and one INSERT .. SELECT, which the server takes with less work. Bulk mode drops a whole table over
//! one doubled key, with a warning or with none: so the rows are counted before the record counts.
//!
//! Elsewhere (MySQL, very large tables, tables with rows) `unique_checks` stays on, indexes and foreign keys are
//! parked, and each portion is a LOAD DATA, or INSERT statements where the server forbids LOAD DATA LOCAL.

mod definitions;
mod hold;
mod names;

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::bulk::{
    Bulk, BulkError, Coming, ForeignKey, Hold, Kept, Parked, Portions, Problem, Strange, TextRow,
    column_list, number, one, unreadable,
};
use super::load_data::{Form, LoadData};
use super::{Batch, Sink};
use crate::database::Target;
use crate::database::mysql::LOCK;
use crate::database::mysql::{self, literal, quote};
use crate::edition::{Kind, Table};
use crate::sink::Result;
use definitions::{definitions, statements};

const SESSION: &str = "SET SESSION foreign_key_checks = 0, unique_checks = 1, max_heap_table_size = 1073741824, \
     lock_wait_timeout = 60";

/// Tables of up to so many chunks, 16 million rows or more, go in whole where the server has its bulk mode: that is how
/// much is made again after an interruption.
const WHOLE_CHUNKS: u64 = 512;

/// So many narrow rows wait in the server's memory, 24 bytes each or a few more.
const STAGED_ROWS: u64 = 4_000_000;

/// Where they wait.
const STAGE: &str = "instaseed_stage";

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
    /// The portion goes in by the server's bulk mode.
    bulk: bool,
    /// Its rows go to the stage first.
    staged: bool,
    /// The rows of the tables that went in whole.
    counted: HashMap<&'static str, u64>,
    /// The database, as the server writes its name.
    home: String,
    /// Names of tables are the same in capitals too.
    folds_case: bool,
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
        let Coming { whole, rows, .. } = self.portions.current();
        // A row that an application has written meanwhile keeps the server from its bulk mode.
        let first = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        self.bulk = whole
            && self.form == Form::LoadData
            && self.rows(&first).map_err(|e| loading(table, e))?.is_empty();
        self.run(&format!("SET SESSION unique_checks = {}", i32::from(!self.bulk)))
            .map_err(|e| loading(table, e))?;
        self.staged = self.bulk && rows <= STAGED_ROWS && self.set_stage(table);
        self.run("START TRANSACTION").map_err(|e| loading(table, e))?;
        if self.form == Form::LoadData {
            self.open_load(table);
        }
        Ok(())
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch) -> Result<()> {
        let most = self.most_bytes();
        match &self.load {
            Some(load) => {
                let rows = Bytes::copy_from_slice(batch.buffer.as_slice());
                // each piece is a packet, and the server puts them together again
                let mut pieces =
                    (0..rows.len()).step_by(most).map(|from| rows.slice(from..rows.len().min(from + most)));
                if pieces.any(|piece| load.rows.blocking_send(piece).is_err()) {
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
        self.expect_all(table)?;
        if self.staged {
            self.inserted = self.clear_stage(table).map_err(|e| loading(table, e))?;
            self.expect_all(table)?;
        }
        if self.bulk {
            // Only reading makes the server sort the rows in and, without a word, drop all of them over a doubled one.
            // By the primary key: another index knows of no row whose it is, and would look each one up.
            let count = number(self, &format!("SELECT count(*) FROM {} FORCE INDEX (PRIMARY)", table.name));
            let count = count.map_err(|e| loading(table, e))?.unwrap_or(0);
            // More than were sent: an application was quicker, and so it was not the bulk mode, which drops rows.
            if count <= self.inserted {
                self.inserted = count;
                self.expect_all(table)?;
                self.counted.insert(table.name, self.inserted);
            }
            // The records are no table for the bulk mode: it would lock them, and two connections each other out.
            self.run("SET SESSION unique_checks = 1").map_err(|e| loading(table, e))?;
        }
        let record = self.portions.record(table);
        self.run(&record).and_then(|()| self.run("COMMIT")).map_err(|e| loading(table, e))?;
        Ok(())
    }
}

impl Bulk for MysqlBulk {
    const LANES: usize = 2;
    const VALIDATES: bool = false;
    const ROLLS_BACK_DDL: bool = false;
    const RESERVING_WAITS: bool = true;
    const CONNECTION: Option<&str> = Some("SELECT CONNECTION_ID()");
    const ROW_BYTES: u64 = 50;
    const TABLE_OPTIONS: &str = " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin";

    fn literal(text: &str) -> String {
        literal(text)
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
            bulk: false,
            staged: false,
            counted: HashMap::new(),
            home: String::new(),
            folds_case: false,
            runtime,
        };
        bulk.run(SESSION)?;
        bulk.home = one(&mut bulk, "SELECT DATABASE()")?.unwrap_or_default();
        bulk.folds_case = one(&mut bulk, "SELECT @@lower_case_table_names")?.as_deref() != Some("0");
        if one(&mut bulk, "SELECT @@local_infile")?.as_deref() != Some("1") {
            bulk.form = Form::Insert;
        }
        bulk.packet_bytes = number(&mut bulk, "SELECT @@max_allowed_packet")?.unwrap_or(1 << 20);
        Ok(bulk)
    }

    fn run(&mut self, sql: &str) -> Result<(), BulkError> {
        let conn = connection(&mut self.conn)?;
        self.runtime.block_on(conn.query_drop(sql)).map_err(problem)
    }

    /// The driver lets one message hold several statements, a prepared one holds one.
    fn run_one(&mut self, sql: &str) -> Result<(), BulkError> {
        let conn = connection(&mut self.conn)?;
        self.runtime.block_on(conn.exec_drop(sql, ())).map_err(problem)
    }

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError> {
        let conn = connection(&mut self.conn)?;
        let rows: Vec<Row> = self.runtime.block_on(conn.exec(sql, ())).map_err(problem)?;
        Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect())
    }

    fn strange(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError> {
        self.strange_tables(tables)
    }

    /// What SHOW CREATE TABLE says of a table's keys is their definition, to the letter: one ALTER brings all of a table
    /// back, in one pass over its rows.
    fn parked(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        let mut parked = Vec::new();
        if tables.is_empty() {
            return Ok(parked);
        }
        let ours = tables.iter().map(|table| table.name.to_owned());
        let others = self.names_referring("constraint_schema = DATABASE()", tables)?.into_iter();
        for name in ours.chain(others.map(|(_, name)| name)) {
            let shown = self.rows(&format!("SHOW CREATE TABLE {}", quote(&name)))?;
            let Some(shown) = shown.into_iter().next().and_then(|row| row.into_iter().nth(1)).flatten()
            else {
                continue;
            };
            let found = definitions(&self.home, &name, &shown, |name| self.is_one_of(name, tables));
            for kept in found.ok_or_else(|| not_understood(&name))? {
                parked.push(self.remade(kept.clone(), tables).ok_or_else(|| unreadable(&kept))?);
            }
        }
        parked.sort_by_key(|parked| parked.kept.stage);
        Ok(parked)
    }

    fn remade(&self, kept: Kept, tables: &[&'static Table]) -> Option<Parked> {
        statements(kept, &self.home, |name| self.is_one_of(name, tables))
    }

    fn hold(&mut self, hold: &Hold<'_>) -> Result<(), BulkError> {
        hold::hold(self, hold)
    }

    fn release(&mut self) -> Result<(), BulkError> {
        hold::release(self)
    }

    fn last_id(&mut self, table: &Table) -> Result<i64, BulkError> {
        hold::last_id(self, table)
    }

    fn reserve(&mut self, table: &Table, last: i64) -> Result<(), BulkError> {
        hold::reserve(self, table, last)
    }

    fn foreign_keys(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError> {
        self.keys_referring(tables)
    }

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError> {
        let sql = format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name = {}",
            literal(table)
        );
        let found = self.rows(&sql)?;
        Ok(found.into_iter().flatten().flatten().any(|name| self.is_called(&name, table)))
    }

    fn try_lock(&mut self) -> Result<bool, BulkError> {
        Ok(one(self, &format!("SELECT GET_LOCK({LOCK}, 0)"))?.as_deref() == Some("1"))
    }

    /// MariaDB builds the indexes of an empty table by sorting, from 10.7 on; MySQL does not.
    fn whole_chunks(&mut self) -> Result<u64, BulkError> {
        let version = one(self, "SELECT VERSION()")?.unwrap_or_default();
        Ok(if self.form == Form::LoadData && has_bulk_mode(&version) { WHOLE_CHUNKS } else { 0 })
    }

    fn expect(&mut self, portions: VecDeque<Coming>) {
        self.portions = Portions::new(portions);
    }

    fn counted(&self, table: &Table) -> Option<u64> {
        self.counted.get(table.name).copied()
    }

    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        tables.iter().rev().try_for_each(|table| self.run(&format!("TRUNCATE TABLE {}", table.name)))
    }

    fn settle(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        let names: Vec<_> = tables.iter().map(|table| table.name).collect();
        self.run(&format!("ANALYZE TABLE {}", names.join(", ")))
    }

    fn size(&mut self) -> Result<Option<u64>, BulkError> {
        let sql = "SELECT CAST(sum(data_length + index_length) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()";
        number(self, sql)
    }

    fn notes(&self) -> Vec<String> {
        match self.form {
            Form::LoadData => Vec::new(),
            Form::Insert => vec![
                "the server does not take LOAD DATA LOCAL (local_infile is off): loading with INSERT, which takes longer; an administrator turns it on with: SET GLOBAL local_infile = 1;".to_owned(),
            ],
        }
    }
}

impl MysqlBulk {
    /// Makes a table in the server's memory for the rows of a narrow table. From there one statement takes them all,
    /// and the server sorts them into its pages, where LOAD DATA itself looks for the place of each. False where a
    /// row is too wide for it, or the account may not have temporary tables.
    fn set_stage(&mut self, table: &'static Table) -> bool {
        let narrow = table.columns.iter().all(|column| column.kind != Kind::Text);
        let (columns, name) = (column_list(table), table.name);
        let make =
            format!("CREATE TEMPORARY TABLE {STAGE} ENGINE = MEMORY SELECT {columns} FROM {name} LIMIT 0");
        narrow && self.run(&make).is_ok()
    }

    /// Takes the rows from the stage; how many there were.
    fn clear_stage(&mut self, table: &'static Table) -> Result<u64, BulkError> {
        let (columns, name) = (column_list(table), table.name);
        self.run(&format!("INSERT INTO {name} ({columns}) SELECT {columns} FROM {STAGE}"))?;
        let rows = connection(&mut self.conn)?.affected_rows();
        self.run(&format!("DROP TEMPORARY TABLE {STAGE}"))?;
        Ok(rows)
    }

    /// Refuses when the server took more or fewer rows than it was sent.
    fn expect_all(&self, table: &'static Table) -> Result<(), BulkError> {
        if self.inserted == self.portions.rows() {
            return Ok(());
        }
        let words = format!("{} rows were sent and {} are in", self.portions.rows(), self.inserted);
        Err(loading(table, BulkError::new(Problem::Mismatch, words)))
    }

    /// Starts the statement that reads what `deliver` sends; the connection comes back with its outcome.
    fn open_load(&mut self, table: &'static Table) {
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
            // A statement that was refused has not asked for its rows: whoever sends them must not wait for that.
            conn.set_infile_handler(async { Ok(stream::empty().boxed()) });
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

    /// So many bytes of rows go into one packet.
    fn most_bytes(&self) -> usize {
        self.packet_bytes.saturating_sub(PACKET_RESERVE).max(PACKET_RESERVE)
    }

    /// Rows are separated by newlines, which no row holds otherwise: as many as the server's packet takes.
    fn insert(&mut self, table: &'static Table, rows: &[u8]) -> Result<(), BulkError> {
        let most = self.most_bytes();
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

/// Whether a server of this version fills an empty table in its bulk mode, secondary indexes included.
fn has_bulk_mode(version: &str) -> bool {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map_while(|n| n.parse::<u32>().ok());
    version.contains("MariaDB") && (numbers.next(), numbers.next()) >= (Some(10), Some(7))
}

fn connection(conn: &mut Option<Conn>) -> Result<&mut Conn, BulkError> {
    conn.as_mut().ok_or_else(|| BulkError::new(Problem::Lost, "its last statement never came back"))
}

fn not_understood(table: &str) -> BulkError {
    BulkError::new(Problem::NotUnderstood, format!("the definition of the table {table} is not understood"))
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
