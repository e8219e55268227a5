//! `instaseed generate`: the data set as files, without any database.

use crate::cli::{self, WorldArgs};
use crate::commands::{Answer, Failure, world_of};
use crate::interrupt::{self, Work};
use crate::output::{Bar, Counter, Output, Progress, Style, thousands};
use clap::ValueHint;
use clap::builder::{OsStringValueParser, TypedValueParser};
use instaseed::edition::{Edition, Table, WorldRows};
use instaseed::fingerprint::Fingerprint;
use instaseed::plan::{Part, Shard, plan};
use instaseed::run::{self, Observer, RunError};
use instaseed::sink::SinkError;
use instaseed::sink::csv::Csv;
use instaseed::sink::digest::Digest;
use instaseed::sink::files::{Existing, Folder, Stream};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

/// Write the data set to files, without a database
///
/// One file a table, each under its final name only when all are whole. The same seed, profile and version
/// give the same bytes for any number of threads; the files of shards 1/n to n/n, one after the other without
/// the later header lines, are the file of the whole.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed generate --out data                    the classic 100 users
  instaseed generate --users 1000000 --out data    a million
  instaseed generate --users 10000 --table follows --out - | head
  instaseed generate --users 10000000 --shard 3/200 --out part3")]
pub struct Args {
    /// Where to: a folder, or - for standard output (with one --table)
    #[arg(long, value_name = "DIR|-", value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(cli::folder))]
    out: PathBuf,
    /// What kind of files
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Whose tables: course (seven tables) or platform
    #[arg(long, default_value_t = Edition::Course, value_parser = cli::edition(), hide_possible_values = true)]
    edition: Edition,
    /// Only this table; may be said more than once
    #[arg(long, value_name = "NAME", value_parser = cli::table(), hide_possible_values = true)]
    table: Vec<String>,
    /// Only part i of n, as i/n
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// Threads that make rows [default: as many as the machine runs at once]
    #[arg(long, value_name = "N", value_parser = cli::whole::<u16>)]
    threads: Option<u16>,
    /// Replace files that are there
    #[arg(long)]
    overwrite: bool,
    #[command(flatten)]
    world: WorldArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// RFC 4180 with a header line; NULL is an empty field, an empty text is ""
    Csv,
}

/// What was written, for programs.
#[derive(Debug, Serialize)]
struct Written {
    ok: bool,
    profile: String,
    seed: u64,
    users: u32,
    shard: String,
    files: Vec<PathBuf>,
    rows: BTreeMap<&'static str, u64>,
    bytes: u64,
    seconds: f64,
    rows_per_second: f64,
    fingerprint: Fingerprint,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let to_stdout = args.out.as_os_str() == "-";
    let tables = tables(args)?;
    if to_stdout && tables.len() > 1 {
        return Err(Failure::OneTable);
    }
    if to_stdout && out.is_json() {
        return Err(Failure::StdoutTaken);
    }
    let shard = args.shard.as_deref().map_or(Ok(Shard::WHOLE), str::parse)?;
    let profile = args.world.profile()?;
    let stop = interrupt::flag();
    let _work = interrupt::begin(Work::Generating);

    let started = Instant::now();
    let world = world_of(&profile)?;
    let rows = WorldRows::new(&world, args.edition)?;
    let mut parts = plan(&rows, &tables, shard)?;
    let threads = args.threads.map_or_else(cores, usize::from);
    let watch = Watch { rows: &rows, progress: out.progress(), bars: Mutex::default() };
    let options = run::Options { threads, stop: &stop, observer: &watch };
    let (digests, files, bytes) = if to_stdout {
        run::number(&rows, &mut parts, options)?;
        let mut stream = Stream::<Csv, _>::new(std::io::stdout());
        match run::run(&rows, &parts, &mut stream, options) {
            Err(RunError::Sink(SinkError::Closed)) => return Ok(Answer::Done),
            digests => (digests?, Vec::new(), stream.bytes()),
        }
    } else {
        let existing = if args.overwrite { Existing::Replace } else { Existing::Refuse };
        let mut folder = Folder::<Csv>::new(&args.out, &tables, existing)?;
        run::number(&rows, &mut parts, options)?;
        let digests = run::run(&rows, &parts, &mut folder, options)?;
        let (files, bytes) = interrupt::unbroken(|| folder.commit())?;
        (digests, files, bytes)
    };
    interrupt::done();
    watch.progress.clear();
    let seconds = started.elapsed().as_secs_f64();

    let total: u64 = digests.iter().map(|digest| digest.rows).sum();
    let per_second = total as f64 / seconds.max(1e-9);
    let size = format_args!(
        "{:.1} MB in {seconds:.2} s, {} rows/s",
        bytes as f64 / 1e6,
        thousands(per_second as u64)
    )
    .to_string();
    if to_stdout {
        out.note(format_args!("{} rows, {size}; digest {}", thousands(total), digests[0]));
        return Ok(Answer::Done);
    }
    summary(&tables, &digests, out);
    out.say("");
    let line = format!("{} files in {}: {} rows, {size}.", files.len(), args.out.display(), thousands(total));
    out.say(out.style(Style::Good, &line));
    let by_table = || tables.iter().copied().zip(digests.iter().copied());
    out.answer(&Written {
        ok: true,
        profile: profile.name,
        seed: profile.seed,
        users: profile.users,
        shard: shard.to_string(),
        files,
        rows: by_table().map(|(table, digest)| (table.name, digest.rows)).collect(),
        bytes,
        seconds,
        rows_per_second: per_second,
        fingerprint: Fingerprint::new(args.edition, by_table()),
    });
    Ok(Answer::Done)
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

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn summary(tables: &[&'static Table], digests: &[Digest], out: &Output) {
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
struct Watch<'a> {
    rows: &'a WorldRows<'a>,
    progress: Progress,
    bars: Mutex<BTreeMap<&'static str, Bar>>,
}

impl Watch<'_> {
    fn with(&self, part: &Part, act: impl FnOnce(&Bar)) {
        let bars = self.bars.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(bar) = bars.get(part.table.name) {
            act(bar);
        }
    }
}

impl Observer for Watch<'_> {
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
