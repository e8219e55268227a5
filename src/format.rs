//! The formats of files of rows: one source file for each format, with its writer and its reader.
//!
//! A writer has two halves. Its [`Encoder`] runs on the producing threads and turns cells into a chunk: bytes in a text
//! format, possibly columns in another format. [`FileFormat`] joins the chunks in order on one thread, and may end a file with
//! what it has seen. [`Format`] is the list of formats, and the only choice between them.

#[cfg(feature = "compress")]
mod codec;
#[cfg(feature = "compress")]
mod compressed;
pub mod csv;
mod error;
pub mod jsonl;
mod lines;
#[cfg(feature = "parquet")]
pub mod parquet;
pub(crate) mod scan;
pub mod sql;
mod text;
pub(crate) mod time_text;

use std::io::{self, Write};
use std::path::Path;

use crate::edition::{Cells, EachRow, Table};
use csv::Csv;
use jsonl::Jsonl;
#[cfg(feature = "parquet")]
use parquet::Parquet;
use sql::{Mysql, Postgres, Sql, Sqlite};
use text::TextFormat;

pub use error::{FileProblem, FormatError, Hint, LineProblem};

/// The half of a format, or of an engine, that runs on the producing threads. Each thread has one.
pub trait Encoder: Cells + Send {
    /// The rows of a chunk on their way to the sink. When its rows have been taken, the chunk returns to `begin`, so that its
    /// memory is reused.
    type Chunk: Default + Send;

    fn begin(&mut self, table: &'static Table, used: Self::Chunk);
    fn finish(&mut self) -> Self::Chunk;
}

/// The chunk of a format whose chunks are bytes. The memory after the bytes is kept when the buffer is reused.
#[derive(Debug, Default)]
pub struct Buffer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) len: usize,
}

impl Buffer {
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// What a file may say about its rows, as names and values. A format without room for them leaves them out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(pub Vec<(&'static str, String)>);

/// A file format: an encoder, how chunks become a file, and how a file is read.
pub trait FileFormat: Encoder + Default {
    /// The name by which it is chosen.
    const NAME: &'static str;
    /// One line for people.
    const ABOUT: &'static str;

    /// What is needed to end a file: nothing in a text format, the place of each column in a columnar format.
    type Open: Send;

    /// The name of a table's file.
    fn file_name(table: &Table) -> String;

    /// The name of a file that is not a table, such as a schema.
    fn named(name: String) -> String {
        name
    }

    /// Writes such a file.
    fn preface(text: &str, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(text.as_bytes())
    }

    fn open(table: &'static Table, facts: &Facts, out: &mut dyn Write) -> io::Result<Self::Open>;
    fn append(open: &mut Self::Open, chunk: &mut Self::Chunk, out: &mut dyn Write) -> io::Result<()>;

    /// Whether the file is so large that the table should continue in another one. Depends on the rows alone.
    fn is_full(_: &Self::Open) -> bool {
        false
    }

    fn close(open: Self::Open, out: &mut dyn Write) -> io::Result<()>;

    /// Reads every row of a table's file.
    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E>;
}

/// A file format by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Jsonl,
    Sql(Dialect),
    #[cfg(feature = "parquet")]
    Parquet,
}

/// The engine for which SQL is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Mysql,
    Postgres,
}

/// How files are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    #[cfg(feature = "compress")]
    Gzip,
    #[cfg(feature = "compress")]
    Zstd,
}

/// The type of files: a format, compressed or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileType {
    pub format: Format,
    pub compression: Option<Compression>,
}

/// Work that is compiled for each format.
pub trait WithFormat {
    type Output;

    fn with<F: FileFormat>(self) -> Self::Output;
}

impl Dialect {
    pub const ALL: [Dialect; 3] = [Dialect::Sqlite, Dialect::Mysql, Dialect::Postgres];

    fn spelling(self) -> &'static sql::Spelling {
        &sql::SPELLINGS[self as usize]
    }

    /// The name of the engine.
    pub fn name(self) -> &'static str {
        self.spelling().name
    }

    /// What people call the engine.
    pub fn product(self) -> &'static str {
        self.spelling().product
    }

    /// A script as a separate file, in the same session as the other files.
    pub fn framed(self, what: &str, script: &str) -> String {
        sql::framed(self.spelling(), what, script)
    }
}

impl Compression {
    pub const ALL: &'static [Compression] = &[
        #[cfg(feature = "compress")]
        Compression::Gzip,
        #[cfg(feature = "compress")]
        Compression::Zstd,
    ];

    pub fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "compress")]
            Compression::Gzip => "gzip",
            #[cfg(feature = "compress")]
            Compression::Zstd => "zstd",
        }
    }

    /// The end of a file's name.
    pub fn ending(self) -> &'static str {
        match self {
            #[cfg(feature = "compress")]
            Compression::Gzip => <codec::Gzip as codec::Codec>::ENDING,
            #[cfg(feature = "compress")]
            Compression::Zstd => <codec::Zstd as codec::Codec>::ENDING,
        }
    }
}

impl Format {
    pub const ALL: &'static [Format] = &[
        Format::Csv,
        Format::Jsonl,
        Format::Sql(Dialect::Sqlite),
        Format::Sql(Dialect::Mysql),
        Format::Sql(Dialect::Postgres),
        #[cfg(feature = "parquet")]
        Format::Parquet,
    ];

    /// The names of the formats that are not built in, which are also the names of their features.
    pub const LEFT_OUT: &'static [&'static str] = &[
        #[cfg(not(feature = "parquet"))]
        "parquet",
    ];

    /// The format, not compressed.
    pub fn plain(self) -> FileType {
        FileType { format: self, compression: None }
    }

    pub fn name(self) -> &'static str {
        self.plain().choose(Texts).0
    }

    /// One line for people.
    pub fn about(self) -> &'static str {
        self.plain().choose(Texts).1
    }

    /// The engine for which SQL is written.
    pub fn dialect(self) -> Option<Dialect> {
        match self {
            Format::Sql(dialect) => Some(dialect),
            _ => None,
        }
    }

    /// Whether files of the format can be compressed as a whole; Parquet compresses its pages.
    pub fn can_compress(self) -> bool {
        #[cfg(feature = "parquet")]
        if self == Format::Parquet {
            return false;
        }
        true
    }
}

impl FileType {
    /// Every type of file. The SQL of all engines has one file extension, and is read as one type.
    pub fn all() -> impl Iterator<Item = FileType> {
        let formats =
            Format::ALL.iter().filter(|format| format.dialect().is_none_or(|of| of == Dialect::Sqlite));
        formats.flat_map(|format| {
            let all = Compression::ALL.iter().filter(|_| format.can_compress());
            let compressions = [None].into_iter().chain(all.copied().map(Some));
            compressions.map(|compression| FileType { format: *format, compression })
        })
    }

    /// Does the work with the types of the format. This is the only choice between formats.
    pub fn choose<W: WithFormat>(self, work: W) -> W::Output {
        match self.format {
            Format::Csv => self.text::<Csv, W>(work),
            Format::Jsonl => self.text::<Jsonl, W>(work),
            Format::Sql(Dialect::Sqlite) => self.text::<Sql<Sqlite>, W>(work),
            Format::Sql(Dialect::Mysql) => self.text::<Sql<Mysql>, W>(work),
            Format::Sql(Dialect::Postgres) => self.text::<Sql<Postgres>, W>(work),
            #[cfg(feature = "parquet")]
            Format::Parquet => work.with::<Parquet>(),
        }
    }

    fn text<F: TextFormat, W: WithFormat>(self, work: W) -> W::Output {
        match self.compression {
            None => work.with::<F>(),
            #[cfg(feature = "compress")]
            Some(Compression::Gzip) => work.with::<compressed::Compressed<F, codec::Gzip>>(),
            #[cfg(feature = "compress")]
            Some(Compression::Zstd) => work.with::<compressed::Compressed<F, codec::Zstd>>(),
        }
    }

    /// The name of a table's file.
    pub fn file_name(self, table: &Table) -> String {
        self.choose(Name(table))
    }

    /// Reads every row of a table's file.
    pub fn read<E: From<FormatError>>(
        self,
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        self.choose(Read { path, table, each })
    }
}

/// The name of a table's file with this extension.
pub(crate) fn file_name(table: &Table, ending: &str) -> String {
    format!("{}.{ending}", table.name)
}

/// What a format says about itself.
struct Texts;

impl WithFormat for Texts {
    type Output = (&'static str, &'static str);

    fn with<F: FileFormat>(self) -> Self::Output {
        (F::NAME, F::ABOUT)
    }
}

struct Name<'a>(&'a Table);

impl WithFormat for Name<'_> {
    type Output = String;

    fn with<F: FileFormat>(self) -> String {
        F::file_name(self.0)
    }
}

struct Read<'a, 'b, E> {
    path: &'a Path,
    table: &'static Table,
    each: &'a mut EachRow<'b, E>,
}

impl<E: From<FormatError>> WithFormat for Read<'_, '_, E> {
    type Output = Result<(), E>;

    fn with<F: FileFormat>(self) -> Self::Output {
        F::read(self.path, self.table, self.each)
    }
}
