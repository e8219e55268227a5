//! What files are written as: the format, its dialect, and how they are compressed.

use crate::failure::Failure;
use clap::Args;
use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use instaseed::database::Engine;
use instaseed::edition::Edition;
use instaseed::format::{Compression, Dialect, FileType, Format};
use instaseed::migration::{self, Source};

/// What files are written as.
#[derive(Debug, Args)]
pub struct FileArgs {
    /// File format [default: csv]
    ///
    /// A format may end in .gz or .zst: csv.gz is --format csv --compress gzip.
    #[arg(long, value_parser = format())]
    format: Option<Typed>,
    /// Engine for which SQL is written: sqlite, mysql (or mariadb), postgres [default: sqlite]
    #[arg(long, value_name = "ENGINE", value_parser = dialect(), hide_possible_values = true)]
    dialect: Option<Dialect>,
    /// Write the tables of the edition too, before the rows; for SQL
    #[arg(long)]
    schema: bool,
    /// Compress the files: gzip or zstd
    #[arg(long, value_name = "HOW", value_parser = compression(), hide_possible_values = true)]
    compress: Option<Compression>,
}

/// A format as it is typed, with the ending of its files.
#[derive(Clone, Copy, Debug)]
struct Typed {
    format: Format,
    compression: Option<Compression>,
}

/// The name of the file with the schema: it sorts before those of the tables.
pub const SCHEMA: &str = "00_schema.sql";

/// The formats that the library writes, each alone and with the ending of a compression.
fn format() -> impl TypedValueParser<Value = Typed> {
    let mut formats = Format::ALL.to_vec();
    formats.dedup_by_key(|format| format.name());
    let mut known = Vec::new();
    let mut typed = Vec::new();
    for format in formats {
        known.push(PossibleValue::new(format.name()).help(format.about()));
        typed.push((format.name().to_owned(), Typed { format, compression: None }));
        for compression in Compression::ALL.iter().copied().filter(|_| format.can_compress()) {
            let name = format!("{}.{}", format.name(), compression.ending());
            known.push(PossibleValue::new(name.clone()).hide(true));
            typed.push((name, Typed { format, compression: Some(compression) }));
        }
    }
    known.extend(Format::LEFT_OUT.iter().map(|name| PossibleValue::new(*name).hide(true)));
    PossibleValuesParser::new(known).try_map(move |name| {
        let named = typed.iter().find(|(known, _)| *known == name);
        named.map(|(_, typed)| *typed).ok_or_else(|| {
            format!("this build has no {name}; build it again: cargo install --path . --features {name}")
        })
    })
}

fn dialect() -> impl TypedValueParser<Value = Dialect> {
    let known = Dialect::ALL.map(|dialect| match dialect {
        Dialect::Mysql => PossibleValue::new(dialect.name()).alias("mariadb"),
        Dialect::Postgres => PossibleValue::new(dialect.name()).alias("postgresql"),
        Dialect::Sqlite => PossibleValue::new(dialect.name()),
    });
    PossibleValuesParser::new(known).map(|name| match name.as_str() {
        "mysql" | "mariadb" => Dialect::Mysql,
        "sqlite" => Dialect::Sqlite,
        _ => Dialect::Postgres,
    })
}

fn compression() -> impl TypedValueParser<Value = Compression> {
    let known = Compression::ALL.iter().map(|one| PossibleValue::new(one.name()).alias(one.ending()));
    PossibleValuesParser::new(known).map(|name| {
        let named = Compression::ALL.iter().find(|one| one.name() == name || one.ending() == name);
        *named.expect("no other names are possible")
    })
}

impl FileArgs {
    /// The type of the files. Who names a dialect or wants a schema, wants SQL.
    pub fn file_type(&self) -> Result<FileType, Failure> {
        let wants_sql = self.dialect.is_some() || self.schema;
        let csv = Typed { format: Format::Csv, compression: None };
        let sql = Typed { format: Format::Sql(Dialect::Sqlite), compression: None };
        let typed = self.format.unwrap_or(if wants_sql { sql } else { csv });
        let format = match (typed.format.dialect(), self.dialect) {
            (Some(default), dialect) => Format::Sql(dialect.unwrap_or(default)),
            (None, _) if wants_sql => {
                let option = if self.schema { "--schema" } else { "--dialect" };
                return Err(Failure::OnlyForSql { option, format: typed.format.name() });
            }
            (None, _) => typed.format,
        };
        if self.compress.is_some() && !format.can_compress() {
            return Err(Failure::CompressedInside { format: format.name() });
        }
        match (typed.compression, self.compress) {
            (Some(said), Some(other)) if said != other => Err(Failure::TwoCompressions {
                format: format.name(),
                ending: said.ending(),
                other: other.name(),
            }),
            (said, other) => Ok(FileType { format, compression: said.or(other) }),
        }
    }

    /// The script that creates the tables of an edition, if it is wanted.
    pub fn schema(&self, format: Format, edition: Edition) -> Result<Option<String>, Failure> {
        let Some(dialect) = format.dialect().filter(|_| self.schema) else { return Ok(None) };
        let engine = Engine::ALL.into_iter().find(|engine| engine.name() == dialect.name());
        let engine =
            engine.ok_or(Failure::NotBuilt { product: dialect.product(), feature: dialect.name() })?;
        let script = migration::schema_script(&Source::embedded(engine)?, edition.name())?;
        Ok(Some(dialect.framed(&format!("the tables of edition {edition}"), &script)))
    }
}
