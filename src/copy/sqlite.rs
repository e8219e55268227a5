//! Reads an SQLite file as of one moment: one connection keeps writers out for as long as the others take to begin reading. A
//! file that cannot be locked is read by one connection.

use super::own::{Finding, OwnColumn, OwnKind, Words};
use super::pieces::{EachText, Piece, Reader};
use super::values::Place;
use super::{CopyError, Result};
use crate::database::Target;
use crate::database::sqlite::{literal, quote};
use crate::edition::{Cells, Kind, Table};
use crate::sha256::hex;
use crate::sink::sqlite_feed::{Raw, RawCell, RawError};

pub(super) mod definitions;

/// A connection that reads.
pub(crate) struct SqliteReader {
    raw: Raw,
}

/// Reads the schema, because the snapshot of the transaction begins with the first read and not with `BEGIN`.
const BEGIN: &str = "BEGIN; SELECT count(*) FROM sqlite_schema";

/// Opens this many readers of the same moment, or one if the file cannot be locked.
pub(super) fn snapshot(target: &Target, readers: usize) -> Result<Vec<SqliteReader>> {
    let path =
        target.path().expect("the caller chose this engine by the target, and SQLite targets have a path");
    let open = || {
        let mut raw = Raw::open(path)?;
        raw.run("PRAGMA busy_timeout = 10000; PRAGMA query_only = ON; PRAGMA cache_size = -8192")?;
        Ok::<_, CopyError>(raw)
    };
    let mut gate = Raw::open(path)?;
    gate.run("PRAGMA busy_timeout = 1000")?;
    let is_held = readers > 1 && gate.run("BEGIN IMMEDIATE").is_ok();
    let count = if is_held { readers } else { 1 };
    let mut opened = Vec::with_capacity(count);
    for _ in 0..count {
        let mut raw = open()?;
        raw.run(BEGIN)?;
        opened.push(SqliteReader { raw });
    }
    Ok(opened)
}

impl Reader for SqliteReader {
    fn texts(&mut self, sql: &str, each: &mut EachText<'_>) -> Result<()> {
        self.raw.each(sql, &mut |row| {
            let cell = |column| match row.cell(column) {
                RawCell::Null => Ok(None),
                RawCell::Integer(value) => Ok(Some(value.to_string())),
                RawCell::Real(value) => Ok(Some(value.to_string())),
                RawCell::Text(bytes) | RawCell::Blob(bytes) => match std::str::from_utf8(bytes) {
                    Ok(text) => Ok(Some(text.to_owned())),
                    Err(_) => Err(CopyError::Source { words: "a text is not UTF-8".to_owned() }),
                },
            };
            each((0..row.len()).map(cell).collect::<Result<_>>()?)
        })
    }

    fn numbers(&mut self, sql: &str) -> Result<Vec<Option<i64>>> {
        let mut numbers = Vec::new();
        self.raw.each::<CopyError>(sql, &mut |row| {
            numbers.extend((0..row.len()).map(|column| match row.cell(column) {
                RawCell::Integer(number) => Some(number),
                _ => None,
            }));
            Ok(())
        })?;
        Ok(numbers)
    }

    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()> {
        let columns: Vec<_> = table.columns.iter().map(|column| column.name).collect();
        self.raw.each(&piece.query(table, &columns.join(", ")), &mut |row| {
            for (at, column) in table.columns.iter().enumerate() {
                let place = Place { table, column };
                match (column.kind, row.cell(at)) {
                    (_, RawCell::Null) => cells.null(),
                    (Kind::Integer, RawCell::Integer(value)) => place.integer(value, cells)?,
                    (Kind::Text, RawCell::Text(text)) => place.text(text, cells)?,
                    (Kind::Time, RawCell::Text(text)) => place.moment(text, cells)?,
                    (_, other) => return Err(place.refuse(&in_words(&other))),
                }
            }
            cells.end_row();
            Ok(())
        })
    }
}

/// How SQLite spells things. Affinities must not change a value, so a long decimal stays a text, and so does JSON.
pub(super) const WORDS: Words = Words {
    quote,
    literal,
    native,
    id: "INTEGER",
    counts: " PRIMARY KEY AUTOINCREMENT",
    counts_as_key: true,
    default: |_, plain| plain,
    boolean: |value| if matches!(value, "1" | "t" | "true") { "1".to_owned() } else { "0".to_owned() },
    bytes: |hex| format!("X'{hex}'"),
    overriding: "",
    with_nul: |text| format!("CAST(X'{}' AS TEXT)", hex(text.as_bytes())),
    from: quote,
    findings,
    dangling: Some(|table| {
        let table = literal(table);
        format!(
            "SELECT c.parent, (SELECT group_concat(l.\"from\", ', ') FROM pragma_foreign_key_list({table}) l WHERE l.id = c.fkid), \
             count(*) FROM pragma_foreign_key_check({table}) c GROUP BY c.fkid, c.parent ORDER BY c.fkid"
        )
    }),
    select,
    alters: false,
    require: None,
    table_options: "",
    session: "PRAGMA foreign_keys = OFF",
    drop: |table| format!("DROP TABLE {}", quote(table)),
    move_counter: |_, _| None,
    set_counter: |table, _, next| {
        let (table, last) = (literal(table), next.saturating_sub(1));
        format!(
            "UPDATE sqlite_sequence SET seq = max(seq, {last}) WHERE name = {table}; INSERT INTO sqlite_sequence (name, seq) \
             SELECT {table}, {last} WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = {table})"
        )
    },
    adds,
    adds_default,
    quietly: |_, update| update,
    before_objects: "SELECT 1",
    lock: None,
};

/// A constant, which the default of a column must be if the table has rows.
fn adds_default(default: &str) -> bool {
    !default.starts_with('(') && !default.to_lowercase().starts_with("current_")
}

/// What ALTER TABLE can add while there are rows: no column that is unique, or that is NOT NULL without a default.
fn adds(column: &OwnColumn) -> Option<String> {
    let definition = column.definition.as_ref()?;
    let words = definition.to_uppercase();
    let can = (column.nullable || column.default.is_some())
        && column.default.as_deref().is_none_or(adds_default)
        && !["UNIQUE", "PRIMARY KEY", " STORED"].iter().any(|word| words.contains(word))
        && !(words.contains("REFERENCES") && column.default.is_some());
    can.then(|| definition.clone())
}

fn native(kind: OwnKind, size: &str, _: bool) -> String {
    let digits: u32 = size.split(',').next().and_then(|digits| digits.parse().ok()).unwrap_or(99);
    match kind {
        OwnKind::Integer => "INTEGER".to_owned(),
        OwnKind::Real => "REAL".to_owned(),
        OwnKind::Decimal if digits <= 15 => format!("DECIMAL({size})"),
        OwnKind::Boolean => "BOOLEAN".to_owned(),
        OwnKind::Text if !size.is_empty() => format!("VARCHAR({size})"),
        OwnKind::Blob => "BLOB".to_owned(),
        OwnKind::Date => "DATE".to_owned(),
        OwnKind::Time => "TIME".to_owned(),
        OwnKind::Moment => "DATETIME".to_owned(),
        OwnKind::Mixed => "BLOB".to_owned(),
        OwnKind::Decimal | OwnKind::Text | OwnKind::Json | OwnKind::Uuid | OwnKind::Other => {
            "TEXT".to_owned()
        }
    }
}

/// Any column may hold anything: a number keeps all its digits, and bytes are always bytes.
fn select(column: &OwnColumn) -> String {
    let name = quote(&column.name);
    match column.kind {
        OwnKind::Blob => {
            format!("CASE WHEN {name} IS NULL THEN NULL ELSE lower(hex({name})) END")
        }
        OwnKind::Mixed => format!(
            "CASE WHEN {name} IS NULL THEN NULL WHEN typeof({name}) = 'text' AND instr({name}, char(0)) > 0 \
             THEN 'CAST(X''' || hex({name}) || ''' AS TEXT)' ELSE quote({name}) END"
        ),
        _ => format!(
            "CASE typeof({name}) WHEN 'real' THEN printf('%!.17g', {name}) ELSE CAST({name} AS TEXT) END"
        ),
    }
}

/// A value that is of another class than its column: what it is.
fn in_words(cell: &RawCell<'_>) -> String {
    match cell {
        RawCell::Null => "NULL".to_owned(),
        RawCell::Integer(number) => format!("the number {number}"),
        RawCell::Real(number) => format!("the number {number:?}"),
        RawCell::Text(text) => format!("the text {}", String::from_utf8_lossy(text)),
        RawCell::Blob(bytes) => {
            let start: Vec<u8> = bytes.iter().take(16).copied().collect();
            format!("{} bytes that are not text, X'{}'", bytes.len(), hex(&start))
        }
    }
}

/// Any column may hold anything, whatever its type is.
fn findings(column: &OwnColumn) -> Vec<(Finding, String)> {
    let name = quote(&column.name);
    let of = |class: &str| format!("typeof({name}) = '{class}'");
    let mut asked = vec![
        (Finding::Integer, of("integer")),
        (Finding::Real, of("real")),
        (Finding::Text, of("text")),
        (Finding::Bytes, of("blob")),
        (Finding::Endless, format!("{} AND abs({name}) > 1.7976931348623157e308", of("real"))),
        (Finding::Nul, format!("{} AND instr({name}, char(0)) > 0", of("text"))),
    ];
    if column.kind == OwnKind::Boolean {
        asked.push((Finding::NoFlag, format!("{name} NOT IN (0, 1)")));
    }
    if column.kind == OwnKind::Time {
        // A span of time as MySQL writes it.
        let is_span = format!("{} AND {name} GLOB '[-0-9]*:[0-5][0-9]:[0-5][0-9]*'", of("text"));
        let is_long =
            format!("{name} LIKE '-%' OR CAST({name} AS INTEGER) >= 24 AND {name} NOT GLOB '24:00:00*'");
        asked.push((Finding::LongTime, format!("{is_span} AND ({is_long})")));
    }
    asked
}

impl From<RawError> for CopyError {
    fn from(error: RawError) -> Self {
        CopyError::Source { words: error.message }
    }
}
