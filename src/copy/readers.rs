//! The only place in `copy` that names engines: chooses the reader of each.

use super::Result;
use super::definitions::Definitions;
use super::folder::FolderReader;
#[cfg(feature = "mysql")]
use super::mysql::{self, MysqlReader};
use super::own::Words;
use super::pieces::{EachText, Piece, Reader};
#[cfg(feature = "postgres")]
use super::postgres::{self, PostgresReader};
#[cfg(feature = "sqlite")]
use super::sqlite::{self, SqliteReader};
use crate::database::{Engine, Target};
use crate::edition::{Cells, Edition, Table};

/// A connection to the database that is read, or a backup.
pub(crate) enum AnyReader {
    Folder(FolderReader),
    #[cfg(feature = "sqlite")]
    Sqlite(SqliteReader),
    #[cfg(feature = "mysql")]
    Mysql(Box<MysqlReader>),
    #[cfg(feature = "postgres")]
    Postgres(Box<PostgresReader>),
}

/// Opens readers that all see the same moment: as many as requested, or fewer if the engine cannot do that.
#[cfg_attr(
    not(any(feature = "sqlite", feature = "postgres")),
    allow(unused_variables, reason = "MySQL has one reader")
)]
pub(super) fn snapshot(target: &Target, readers: usize) -> Result<Vec<AnyReader>> {
    Ok(match target.engine() {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => sqlite::snapshot(target, readers)?.into_iter().map(AnyReader::Sqlite).collect(),
        #[cfg(feature = "mysql")]
        Engine::Mysql => {
            mysql::snapshot(target)?.into_iter().map(|reader| AnyReader::Mysql(Box::new(reader))).collect()
        }
        #[cfg(feature = "postgres")]
        Engine::Postgres => {
            let opened = postgres::snapshot(target, readers)?.into_iter();
            opened.map(|reader| AnyReader::Postgres(Box::new(reader))).collect()
        }
    })
}

/// The definitions of what an application has added to a database.
pub(super) fn definitions(target: &Target, edition: Edition) -> Result<Definitions> {
    match snapshot(target, 1)?.remove(0) {
        AnyReader::Folder(_) => unreachable!("a database was opened"),
        #[cfg(feature = "sqlite")]
        AnyReader::Sqlite(mut reader) => sqlite::definitions::definitions(&mut reader, edition),
        #[cfg(feature = "mysql")]
        AnyReader::Mysql(mut reader) => mysql::definitions::definitions(&mut reader, edition),
        #[cfg(feature = "postgres")]
        AnyReader::Postgres(mut reader) => postgres::definitions::definitions(&mut reader, edition),
    }
}

/// How an engine spells things.
pub(super) fn words(engine: Engine) -> &'static Words {
    match engine {
        #[cfg(feature = "sqlite")]
        Engine::Sqlite => &sqlite::WORDS,
        #[cfg(feature = "mysql")]
        Engine::Mysql => &mysql::WORDS,
        #[cfg(feature = "postgres")]
        Engine::Postgres => &postgres::WORDS,
    }
}

impl Reader for AnyReader {
    fn texts(&mut self, sql: &str, each: &mut EachText<'_>) -> Result<()> {
        match self {
            AnyReader::Folder(reader) => reader.texts(sql, each),
            #[cfg(feature = "sqlite")]
            AnyReader::Sqlite(reader) => reader.texts(sql, each),
            #[cfg(feature = "mysql")]
            AnyReader::Mysql(reader) => reader.texts(sql, each),
            #[cfg(feature = "postgres")]
            AnyReader::Postgres(reader) => reader.texts(sql, each),
        }
    }

    fn numbers(&mut self, sql: &str) -> Result<Vec<Option<i64>>> {
        match self {
            AnyReader::Folder(reader) => reader.numbers(sql),
            #[cfg(feature = "sqlite")]
            AnyReader::Sqlite(reader) => reader.numbers(sql),
            #[cfg(feature = "mysql")]
            AnyReader::Mysql(reader) => reader.numbers(sql),
            #[cfg(feature = "postgres")]
            AnyReader::Postgres(reader) => reader.numbers(sql),
        }
    }

    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()> {
        match self {
            AnyReader::Folder(reader) => reader.read(table, piece, cells),
            #[cfg(feature = "sqlite")]
            AnyReader::Sqlite(reader) => reader.read(table, piece, cells),
            #[cfg(feature = "mysql")]
            AnyReader::Mysql(reader) => reader.read(table, piece, cells),
            #[cfg(feature = "postgres")]
            AnyReader::Postgres(reader) => reader.read(table, piece, cells),
        }
    }
}
