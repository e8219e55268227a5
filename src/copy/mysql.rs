//! Reads a MySQL or MariaDB database as of one moment, over one connection: a second one could not join its snapshot without
//! keeping writers out.

use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};

use super::own::{Finding, Lock, OwnColumn, OwnKind, Words};
use super::pieces::{EachText, Piece, Reader};
use super::values::Place;
use super::{CopyError, Result};
use crate::database::mysql::{self, COPY_LOCK, literal, quote};
use crate::database::{Runtime, Target};
use crate::edition::{Cells, Kind, Table};

pub(super) mod definitions;

const SNAPSHOT: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
/// A server ends the statement of a client that does not fetch its rows, and a load may keep it waiting for a long time.
const PATIENT: &str = "SET SESSION net_write_timeout = 86400, net_read_timeout = 86400, wait_timeout = 86400";
/// Settings with which a server ends a long statement or transaction.
const UNLIMITED: [&str; 4] = [
    "SET SESSION max_statement_time = 0",
    "SET SESSION idle_transaction_timeout = 0",
    "SET SESSION idle_readonly_transaction_timeout = 0",
    "SET SESSION max_execution_time = 0",
];

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
        for sql in UNLIMITED {
            // Each is known to one of the two servers.
            let _ = conn.query_drop(sql).await;
        }
        for sql in [PATIENT, SNAPSHOT] {
            conn.query_drop(sql).await.map_err(failed)?;
        }
        Ok::<_, CopyError>(conn)
    })?;
    Ok(vec![MysqlReader { conn, runtime }])
}

impl Reader for MysqlReader {
    fn texts(&mut self, sql: &str, each: &mut EachText<'_>) -> Result<()> {
        self.runtime.run(async {
            let mut result = self.conn.query_iter(sql).await.map_err(failed)?;
            while let Some(row) = result.next().await.map_err(failed)? {
                let cell = |value| match value {
                    Value::NULL => Ok(None),
                    Value::Bytes(bytes) => String::from_utf8(bytes)
                        .map(Some)
                        .map_err(|_| CopyError::Source { words: "a text is not UTF-8".to_owned() }),
                    other => Ok(Some(other.as_sql(true).trim_matches('\'').to_owned())),
                };
                each(row.unwrap().into_iter().map(cell).collect::<Result<_>>()?)?;
            }
            Ok(())
        })
    }

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
                        (_, other) => {
                            let words = other.map_or_else(String::new, |value| value.as_sql(true));
                            return Err(place.refuse(&words));
                        }
                    }
                }
                cells.end_row();
            }
            Ok(())
        })
    }
}

/// How MySQL and MariaDB spell things. A column in a key needs a length that fits.
pub(super) const WORDS: Words = Words {
    quote,
    literal,
    native,
    id: "INTEGER",
    counts: " AUTO_INCREMENT",
    counts_as_key: false,
    default: |native, plain| match native {
        // MySQL takes only an expression here, MariaDB either.
        "LONGTEXT" => format!("({plain})"),
        "DATETIME(6)" if plain == "CURRENT_TIMESTAMP" => "CURRENT_TIMESTAMP(6)".to_owned(),
        _ => plain,
    },
    boolean: |value| if matches!(value, "1" | "t" | "true") { "1".to_owned() } else { "0".to_owned() },
    bytes: |hex| format!("X'{hex}'"),
    overriding: "",
    with_nul: |text| literal(text).replace('\0', "\\0"),
    from: quote,
    findings,
    dangling: None,
    select,
    alters: true,
    require: Some(|table, column| {
        let plain = || format!("{} {} NOT NULL", quote(&column.name), column.native);
        format!("ALTER TABLE {} MODIFY {}", quote(table), column.definition.clone().unwrap_or_else(plain))
    }),
    table_options: " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin",
    // A row may have the id 0, and a server with an older mode has dates of zeros.
    session: "SET SESSION foreign_key_checks = 0, lock_wait_timeout = 60, \
              sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
    drop: |table| format!("DROP TABLE {}", quote(table)),
    move_counter: |_, _| None,
    set_counter: |table, _, next| format!("ALTER TABLE {} AUTO_INCREMENT = {next}", quote(table)),
    adds: |column| column.definition.clone(),
    adds_default: |_| true,
    quietly: |_, update| update,
    before_objects: "DO 0",
    lock: Some(|| Lock {
        prepare: "SET SESSION wait_timeout = 31536000",
        take: format!("SELECT CAST(GET_LOCK({COPY_LOCK}, 0) AS SIGNED) AS number"),
        has: format!(
            "SELECT CAST(COALESCE(IS_USED_LOCK({COPY_LOCK}) = CONNECTION_ID(), 0) AS SIGNED) AS number"
        ),
    }),
};

fn native(kind: OwnKind, size: &str, is_indexed: bool) -> String {
    let length: usize = size.parse().unwrap_or(usize::MAX);
    match kind {
        OwnKind::Integer => "BIGINT".to_owned(),
        OwnKind::Real => "DOUBLE".to_owned(),
        OwnKind::Decimal if !size.is_empty() => format!("DECIMAL({size})"),
        OwnKind::Decimal => "DECIMAL(65,20)".to_owned(),
        OwnKind::Boolean => "TINYINT(1)".to_owned(),
        OwnKind::Text if length <= 16_000 => format!("VARCHAR({length})"),
        OwnKind::Text | OwnKind::Other if is_indexed => "VARCHAR(255)".to_owned(),
        OwnKind::Blob if is_indexed => "VARBINARY(255)".to_owned(),
        OwnKind::Blob => "LONGBLOB".to_owned(),
        OwnKind::Date => "DATE".to_owned(),
        OwnKind::Time => "TIME(6)".to_owned(),
        OwnKind::Moment => "DATETIME(6)".to_owned(),
        OwnKind::Json => "JSON".to_owned(),
        OwnKind::Uuid => "CHAR(36)".to_owned(),
        OwnKind::Text | OwnKind::Other | OwnKind::Mixed => "LONGTEXT".to_owned(),
    }
}

fn select(column: &OwnColumn) -> String {
    let name = quote(&column.name);
    match column.kind {
        OwnKind::Blob => format!("lower(hex({name}))"),
        OwnKind::Real => format!("CAST({name} * 1E0 AS CHAR)"),
        OwnKind::Integer if column.native.starts_with("bit") => format!("CAST({name} + 0 AS CHAR)"),
        // A fraction is always written with all its digits.
        OwnKind::Moment | OwnKind::Time if column.native.contains('(') => {
            format!(
                "TRIM(TRAILING '.' FROM TRIM(TRAILING '0' FROM CAST({name} AS CHAR CHARACTER SET utf8mb4)))"
            )
        }
        _ => format!("CAST({name} AS CHAR CHARACTER SET utf8mb4)"),
    }
}

fn findings(column: &OwnColumn) -> Vec<(Finding, String)> {
    let name = quote(&column.name);
    match column.kind {
        OwnKind::Boolean => vec![(Finding::NoFlag, format!("{name} NOT IN (0, 1)"))],
        OwnKind::Text | OwnKind::Other => {
            vec![(Finding::Nul, format!("LOCATE(CHAR(0), CAST({name} AS CHAR CHARACTER SET utf8mb4)) > 0"))]
        }
        OwnKind::Date | OwnKind::Moment => {
            let text = format!("CAST({name} AS CHAR CHARACTER SET utf8mb4)");
            vec![(Finding::ZeroTime, format!("{text} LIKE '%-00%'"))]
        }
        OwnKind::Time => {
            vec![(Finding::LongTime, format!("{name} < '00:00:00' OR {name} > '24:00:00'"))]
        }
        _ => Vec::new(),
    }
}

fn failed(error: mysql_async::Error) -> CopyError {
    let words = match error {
        mysql_async::Error::Server(server) => server.message,
        other => other.to_string(),
    };
    CopyError::Source { words }
}
