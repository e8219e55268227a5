//! `instaseed generate`: the data set as files, without any database.

use crate::args::{self, FileArgs, SCHEMA, WorldArgs};
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::{Bar, Counter, Output, Progress, Style, quoted, size, thousands};
use crate::summary;
use clap::ValueHint;
use clap::builder::{OsStringValueParser, TypedValueParser};
use instaseed::edition::{Edition, Table, WorldRows};
use instaseed::fingerprint::Fingerprint;
use instaseed::format::{Compression, FileFormat, FileType, WithFormat};
use instaseed::manifest::{self, Manifest, Origin};
use instaseed::plan::{Part, Shard, plan};
use instaseed::run::{self, Observer, RunError};
use instaseed::sink::SinkError;
use instaseed::sink::digest::Digest;
use instaseed::sink::files::{Destination, Existing, Files, Written};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Instant;

/// Write a generated world to files, without a database
///
/// Writes one file per table, and manifest.json, which describes them. The files get their final names only when all are
/// complete, the manifest last. The same seed, profile and version give the same bytes with any number of threads. The
/// CSV and JSON Lines files of shards 1/N to N/N, joined, give the same bytes as one unsharded file; of CSV files, keep
/// only the first header line.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed generate --out data                  a thousand users
  instaseed generate --users 1000000 --out big   a million users
  instaseed generate --users 10000 --table follows --out - | head
  instaseed generate --format jsonl --table comments --out - | jq .comment_text
  instaseed generate --format csv.gz --out data  compressed files
  instaseed generate --dialect mysql --schema --out - | mariadb instagram
  instaseed generate --users 10000000 --shard 3/200 --out part3")]
pub struct Args {
    /// Folder to write to, or - for standard output: one --table, or SQL of all
    #[arg(long, value_name = "DIR|-", value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(args::folder))]
    out: PathBuf,
    #[command(flatten)]
    files: FileArgs,
    /// Edition whose tables to write: course or platform
    #[arg(long, default_value_t = Edition::Course, value_parser = args::edition(), hide_possible_values = true)]
    edition: Edition,
    /// Write only this table; repeat it for several [default: all tables]
    #[arg(long, value_name = "NAME", value_parser = args::table(), hide_possible_values = true)]
    table: Vec<String>,
    /// Write only part I of N [default: everything]
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Number of threads that generate rows [default: one per core]
    #[arg(long, value_name = "N", value_parser = args::positive::<u16>)]
    threads: Option<u16>,
    /// Replace the output that is in the folder
    #[arg(long, alias = "overwrite")]
    force: bool,
    #[command(flatten)]
    world: WorldArgs,
}

/// What was written, for programs.
#[derive(Debug, Serialize)]
struct GenerateOutput {
    ok: bool,
    profile: String,
    seed: u64,
    users: u32,
    rows_about: u64,
    shard: String,
    files: Vec<PathBuf>,
    manifest: PathBuf,
    rows: BTreeMap<&'static str, u64>,
    bytes: u64,
    seconds: f64,
    rows_per_second: f64,
    fingerprint: Fingerprint,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let to_stdout = args.out.as_os_str() == "-";
    let tables = tables(args)?;
    let kind = args.files.file_type()?;
    if to_stdout && tables.len() > 1 && kind.format.dialect().is_none() {
        return Err(Failure::OneTable);
    }
    if to_stdout && out.is_json() {
        return Err(Failure::StdoutTaken);
    }
    let shard = args.shard.as_deref().map_or(Ok(Shard::WHOLE), str::parse)?;
    let mut schema = args.files.schema(kind.format, args.edition)?;
    if shard.index() > 1 && schema.take().is_some() {
        out.note("the statements that create the tables are in part 1 only");
    }
    let profile = args.world.profile()?;
    let stop = interrupt::flag();
    let _work = interrupt::begin(Work::Generating);

    let started = Instant::now();
    let world = run::world_of(&profile).map_err(|error| args.world.refused(error.into()))?;
    let rows = WorldRows::new(&world, args.edition)?;
    let parts = plan(&rows, &tables, shard)?;
    let rows_about = parts.iter().map(|part| rows.about(part.table, &part.units)).sum();
    match to_stdout {
        true => out.note(summary::of_world(&profile, rows_about)),
        false => out.say(summary::of_world(&profile, rows_about)),
    }
    let threads = args.threads.map_or_else(args::cores, usize::from);
    let watch = GenerateProgress { rows: &rows, progress: out.progress(), bars: Mutex::default() };
    let options = run::Options { threads, stop: &stop, observer: &watch };
    let existing = if args.force { Existing::Replace } else { Existing::Refuse };
    let to = if to_stdout { Destination::Stdout } else { Destination::Folder(&args.out, existing) };
    let origin = Origin { edition: args.edition, profile: &profile, files: kind, shard };
    let writing =
        Writing { rows: &rows, tables: &tables, parts, to, out: &args.out, options, origin, schema };
    let (digests, files, bytes) = match kind.choose(writing) {
        Err(RunError::Sink(SinkError::Closed)) => return Ok(Answer::Done),
        written => written?,
    };
    interrupt::done();
    watch.progress.clear();
    let seconds = started.elapsed().as_secs_f64();

    let total: u64 = digests.iter().map(|digest| digest.rows).sum();
    let per_second = total as f64 / seconds.max(1e-9);
    let size = format!("{} in {seconds:.2} s, {} rows/s", size(bytes), thousands(per_second as u64));
    if to_stdout {
        let digest = match &digests[..] {
            [digest] => format!("; digest {digest}"),
            _ => String::new(),
        };
        out.note(format_args!("{} rows, {size}{digest}", thousands(total)));
        return Ok(Answer::Done);
    }
    print_digests(&tables, &digests, out);
    out.say("");
    let line = format!("{} files in {}: {} rows, {size}.", files.len(), args.out.display(), thousands(total));
    out.say(out.style(Style::Good, &line));
    if let Some(load) = loading(kind, &args.out, shard) {
        out.say(load);
    }
    let by_table = || tables.iter().copied().zip(digests.iter().copied());
    out.answer(&GenerateOutput {
        ok: true,
        profile: profile.name,
        seed: profile.seed,
        users: profile.users,
        rows_about,
        shard: shard.to_string(),
        files: files.into_iter().map(|file| file.path).collect(),
        manifest: args.out.join(manifest::FILE_NAME),
        rows: by_table().map(|(table, digest)| (table.name, digest.rows)).collect(),
        bytes,
        seconds,
        rows_per_second: per_second,
        fingerprint: Fingerprint::new(args.edition, by_table()),
    });
    Ok(Answer::Done)
}

/// The run, in whichever format.
struct Writing<'a> {
    rows: &'a WorldRows<'a>,
    tables: &'a [&'static Table],
    parts: Vec<Part>,
    to: Destination<'a>,
    out: &'a Path,
    options: run::Options<'a>,
    origin: Origin<'a>,
    schema: Option<String>,
}

impl WithFormat for Writing<'_> {
    /// What each part adds up to, the files, and their bytes.
    type Output = Result<(Vec<Digest>, Vec<Written>, u64), RunError>;

    fn with<F: FileFormat>(mut self) -> Self::Output {
        let mut files = Files::<F>::new(self.to, self.tables, self.origin.facts())?;
        if let Some(schema) = &self.schema {
            files.preface(SCHEMA, schema)?;
        }
        run::number(self.rows, &mut self.parts, self.options)?;
        let digests = run::run(self.rows, &self.parts, &mut files, self.options)?;
        let by_table: Vec<_> = self.tables.iter().copied().zip(digests.iter().copied()).collect();
        let last = |files: &[Written]| Manifest::new(self.origin, &by_table, files).completing(self.out);
        let (files, bytes) = interrupt::unbroken(|| files.commit(last))?;
        Ok((digests, files, bytes))
    }
}

/// How an engine's plain client loads SQL files: their names sort parents before children.
///
/// Of shards every part of a table must be there before any part of its children.
fn loading(kind: FileType, dir: &Path, shard: Shard) -> Option<String> {
    let client = match kind.format.dialect()?.name() {
        "sqlite" => "sqlite3 -bail FILE",
        "mysql" => "mariadb DATABASE",
        _ => "psql -qv ON_ERROR_STOP=1 DATABASE",
    };
    let (cat, ending) = match kind.compression.map(Compression::ending) {
        None => ("cat", String::new()),
        Some("gz") => ("zcat", ".gz".to_owned()),
        Some(ending) => ("zstdcat", format!(".{ending}")),
    };
    if shard != Shard::WHOLE {
        let files = format!(r#"for n in 0 1 2 3 4 5 6 7 8; do {cat} PARTS*/0"$n"_*.sql{ending}; done"#);
        return Some(format!("Load all parts together, table by table: {files} | {client}"));
    }
    Some(format!("Load them: {cat} {}/*.sql{ending} | {client}", quoted(&dir.to_string_lossy())))
}

/// The tables that are asked for, parents before children; all if none is named.
fn tables(args: &Args) -> Result<Vec<&'static Table>, instaseed::edition::EditionError> {
    let mut wanted = Vec::new();
    for name in &args.table {
        wanted.push(args.edition.table(name)?.name);
    }
    let asked = |table: &&Table| wanted.is_empty() || wanted.contains(&table.name);
    Ok(args.edition.tables().iter().filter(asked).collect())
}

fn print_digests(tables: &[&'static Table], digests: &[Digest], out: &Output) {
    if !out.wants_talk() {
        return;
    }
    let line = |(table, digest): (&&Table, &Digest)| {
        vec![table.name.to_owned(), thousands(digest.rows), digest.to_string()]
    };
    let lines: Vec<_> = tables.iter().zip(digests).map(line).collect();
    out.table(&["table", "rows", "digest"], &lines);
}

/// Shows a bar for the table at hand.
struct GenerateProgress<'a> {
    rows: &'a WorldRows<'a>,
    progress: Progress,
    bars: Mutex<BTreeMap<&'static str, Bar>>,
}

impl GenerateProgress<'_> {
    fn with(&self, part: &Part, act: impl FnOnce(&Bar)) {
        let bars = self.bars.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(bar) = bars.get(part.table.name) {
            act(bar);
        }
    }
}

impl Observer for GenerateProgress<'_> {
    fn begin(&self, part: &Part) {
        let units = part.units.end - part.units.start;
        let counter = Counter::new(Some(self.rows.about(part.table, &part.units))).of_units(units);
        let bar = self.progress.bar(part.table.name, counter);
        bar.begin();
        self.bars.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).insert(part.table.name, bar);
    }

    fn delivered(&self, part: &Part, units: u64, rows: u64) {
        self.with(part, |bar| bar.add(units, rows));
    }

    fn end(&self, part: &Part) {
        self.with(part, Bar::finish);
    }
}
