//! `instaseed backup`: a database into files, while others write to it.

use crate::args::{self, CopyArgs};
use crate::failure::{Answer, Failure};
use crate::observers::{MigrationProgress, deployment};
use crate::output::{Output, Style, escape_line, quoted, size, thousands};
use instaseed::copy::{self, BackedUp, Place};
use instaseed::migration::Source;
use serde::Serialize;
use std::path::PathBuf;

/// Write a database into a folder, from which any engine can restore it
///
/// The rows are those of one moment, while others may write to the database. The folder contains a compressed file for
/// each table, and a manifest with the history of migrations and the rows, bytes and digest of each table. The folder
/// gets its name only when it is complete.
#[derive(Debug, clap::Args)]
#[command(override_usage = "\
instaseed backup --out <DIR> [--force] [OPTIONS]
       instaseed backup --into <DIR> [--keep <N>] [OPTIONS]", after_help = "\
Examples:
  instaseed backup --out monday
  instaseed backup --out monday --force      replace the backup that is there
  instaseed backup --into backups --keep 7   a new one, and the six before it

Every night at three, from cron, where PATH lacks the folder of cargo install:
  PATH=/home/me/.cargo/bin:/usr/bin:/bin
  0 3 * * * cd /srv/app && instaseed backup --into backups --keep 7 --quiet
The command fails if something cannot be carried; add --yes to leave that behind.", group(
    clap::ArgGroup::new("place").args(["out", "into"]).required(true)))]
pub struct Args {
    /// Folder of the backup; it must not exist yet
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath, conflicts_with = "into")]
    out: Option<PathBuf>,
    /// Folder for many backups: each gets its own folder there, named by the time (UTC)
    #[arg(long, value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    into: Option<PathBuf>,
    /// Keep the newest N backups of this database in --into DIR, and remove older ones
    #[arg(long, value_name = "N", requires = "into", conflicts_with = "out", value_parser = args::positive::<usize>)]
    keep: Option<usize>,
    /// Replace the backup that is there
    #[arg(long, conflicts_with = "into")]
    force: bool,
    #[command(flatten)]
    how: CopyArgs,
}

#[derive(Serialize)]
struct BackupOutput<'a> {
    ok: bool,
    from: String,
    rows_per_second: u64,
    #[serde(flatten)]
    done: &'a BackedUp,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let from = args.how.target.target()?;
    let site = deployment(&from, Source::embedded(from.engine())?, &args.how.source, args.how.threads);
    let place = match (&args.out, &args.into) {
        (Some(path), _) => Place::Folder { path: path.clone(), replace: args.force },
        (None, into) => Place::Dated { parent: into.clone().unwrap_or_default(), keep: args.keep },
    };
    let mut watcher = MigrationProgress::new(out);
    let done = copy::backup(&from, &site.options, &place, args.how.consent(), &mut watcher);
    let done = done.map_err(|error| watcher.failed_copy(error))?;
    left(&done.left, out);
    let rows_per_second = (done.rows as f64 / done.seconds.max(1e-6)) as u64;
    if out.wants_talk() {
        out.table(&["table", "rows", "digest"], &rows(&done.tables));
    }
    out.say(format_args!(
        "Wrote {} rows in {:.2} s, {} rows/s; {}.",
        thousands(done.rows),
        done.seconds,
        thousands(rows_per_second),
        size(done.bytes)
    ));
    for removed in &done.removed {
        out.say(format_args!("Removed {}.", removed.display()));
    }
    for kept in &done.kept {
        let why = escape_line(&kept.why);
        out.note(format_args!("kept {}: {why}", kept.folder.display()));
    }
    let folder = done.folder.display().to_string();
    out.say(out.style(Style::Good, &format!("{folder} is complete.")));
    out.say(format_args!("Restore it:  instaseed restore {} --database-url URL", quoted(&folder)));
    out.answer(&BackupOutput { ok: true, from: from.to_string(), rows_per_second, done: &done });
    Ok(Answer::Done)
}

/// Says what was left behind.
pub(super) fn left(what: &[String], out: &Output) {
    what.iter().for_each(|what| out.note(format_args!("not carried: {}", escape_line(what))));
}

/// The tables as lines.
pub(super) fn rows(tables: &[copy::CopiedTable]) -> Vec<Vec<String>> {
    let row =
        |table: &copy::CopiedTable| vec![table.table.clone(), thousands(table.rows), table.digest.clone()];
    tables.iter().map(row).collect()
}
