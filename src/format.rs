//! What a file of rows looks like: one file for each format, with its writer and its reader.
//!
//! A writer has two halves. Its [`Encoder`] runs on the producing threads and turns cells into a chunk, which is bytes
//! in a text format and may be columns in another. [`FileFormat`] puts the chunks together on one thread, in their
//! order, and may end a file with what it has seen. [`Format`] is the list of formats, and the only choice between them.

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

/// The half of a format, or of an engine, that runs on the producing threads: one for each of them.
pub trait Encoder: Cells + Send {
    /// The rows of a chunk on their way to the sink. A chunk whose rows have been taken comes back to `begin`, so that
    /// its memory is used again.
    type Chunk: Default + Send;

    fn begin(&mut self, table: &'static Table, used: Self::Chunk);
    fn finish(&mut self) -> Self::Chunk;
}

/// The chunk of a format that is bytes. The memory after them is kept when the buffer is used again.
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

/// What a file may say of the rows in it, as names and values. A format without room for it leaves it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(pub Vec<(&'static str, String)>);

/// A file format: an encoder, how a file is put together from its chunks, and how a file is read.
pub trait FileFormat: Encoder + Default {
    /// The name by which it is chosen.
    const NAME: &'static str;
    /// One line for people.
    const ABOUT: &'static str;

    /// What a file needs to know at its end: nothing in a text format, where each column begins in a columnar one.
    type Open: Send;

    /// The name of a table's file.
    fn file_name(table: &Table) -> String;

    /// The name of a file that is no table's, such as a schema.
    fn named(name: String) -> String {
        name
    }

    /// Writes such a file.
    fn preface(text: &str, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(text.as_bytes())
    }

    fn open(table: &'static Table, facts: &Facts, out: &mut dyn Write) -> io::Result<Self::Open>;
    fn append(open: &mut Self::Open, chunk: &mut Self::Chunk, out: &mut dyn Write) -> io::Result<()>;

    /// Whether the file is so large that the table should go on in another one; follows from the rows alone.
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

/// What files are: a format, compressed or not.
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

    /// A script as a file of its own, in the session that the other files have.
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

    /// The names of the formats that are not built in, which are the names of their features too.
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
    /// Every type of file; the SQL of all engines has one name of a file, and is read as one type.
    pub fn all() -> impl Iterator<Item = FileType> {
        let formats =
            Format::ALL.iter().filter(|format| format.dialect().is_none_or(|of| of == Dialect::Sqlite));
        formats.flat_map(|format| {
            let all = Compression::ALL.iter().filter(|_| format.can_compress());
            let compressions = [None].into_iter().chain(all.copied().map(Some));
            compressions.map(|compression| FileType { format: *format, compression })
        })
    }

    /// Does the work with the format's own types. The only choice between formats.
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

/// The name of a table's file that has this ending.
pub(crate) fn file_name(table: &Table, ending: &str) -> String {
    format!("{}.{ending}", table.name)
}

/// What a format says of itself.
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
