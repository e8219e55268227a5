//! `instaseed restore`: a backup into a database of any engine.

use super::backup::{left, rows};
use super::copy::already;
use crate::args::CopyArgs;
use crate::failure::{Answer, Failure};
use crate::observers::{MigrationProgress, deployment};
use crate::output::{Output, Style, thousands};
use instaseed::copy::{self, Copied, Manifest};
use instaseed::database::{Db, Target};
use instaseed::deployment::Options;
use instaseed::migration::{Goal, Source};
use serde::Serialize;
use std::path::PathBuf;

/// Put a backup into a new or empty database of any engine
///
/// Compares every file of the backup with the manifest before it writes anything. The database gets the schema that the
/// backup has; --migrate then applies newer migrations. Run an interrupted restore again to continue it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed restore monday --database-url new.db
  instaseed restore monday --database-url postgres://me@localhost/instagram
  instaseed restore monday --migrate         apply pending migrations, too
  instaseed restore monday --verify-only     compare the files with the manifest")]
pub struct Args {
    /// Folder of the backup
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    folder: PathBuf,
    /// Then apply the migrations that are pending for its edition
    #[arg(long)]
    migrate: bool,
    /// Only compare the files and their rows with the manifest; touch no database
    #[arg(long, conflicts_with = "migrate")]
    verify_only: bool,
    #[command(flatten)]
    how: CopyArgs,
}

#[derive(Serialize)]
struct RestoreOutput<'a> {
    ok: bool,
    from: String,
    target: String,
    rows: u64,
    rows_per_second: u64,
    /// Migrations that were applied after the restore.
    migrations_applied: usize,
    #[serde(flatten)]
    done: &'a Copied,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    if !copy::manifest(&args.folder)?.is_sealed() {
        out.note("the manifest was written by an earlier version, and has no digest of itself");
    }
    if args.verify_only {
        return args.verify(out);
    }
    let target = args.how.target.target()?;
    args.how.target.refuse_bare_word(&target)?;
    let site = deployment(&target, Source::embedded(target.engine())?, &args.how.source, args.how.threads);
    let mut watcher = MigrationProgress::new(out);
    let mut seen = |table: &str| announce(table, out);
    let done = copy::restore(&args.folder, &site, args.how.consent(), &mut seen, &mut watcher);
    let done = done.map_err(|error| watcher.failed_copy(error))?;
    left(&done.left, out);
    let mut applied = 0;
    if args.migrate {
        let source = args.how.source.source(target.engine())?;
        let site = deployment(&target, source, &args.how.source, args.how.threads);
        let raised = site.raise(&mut Db::connect(&target)?, &Goal::Up(None), &mut watcher);
        applied = raised.map_err(|error| watcher.failure(error))?.outcome.steps.len();
    }
    if out.wants_talk() {
        out.table(&["table", "rows", "digest"], &rows(&done.tables));
    }
    if done.resumed {
        out.say(format_args!("Continued: {} rows were already loaded.", thousands(done.rows_before)));
    }
    let loaded = done.rows().saturating_sub(done.rows_before);
    let rows_per_second = (loaded as f64 / done.seconds.max(1e-6)) as u64;
    if done.already {
        out.say(out.style(Style::Good, &already(&done, &target)));
    } else {
        say_restored(&done, rows_per_second, &target, out);
    }
    out.answer(&RestoreOutput {
        ok: true,
        from: args.folder.display().to_string(),
        target: target.to_string(),
        rows: done.rows(),
        rows_per_second,
        migrations_applied: applied,
        done: &done,
    });
    Ok(Answer::Done)
}

fn say_restored(done: &Copied, rows_per_second: u64, target: &Target, out: &Output) {
    out.say(format_args!(
        "Restored {} rows in {:.2} s, {} rows/s; their digests are those of the backup.",
        thousands(done.rows()),
        done.seconds,
        thousands(rows_per_second)
    ));
    out.say(out.style(Style::Good, &format!("{target} is ready, edition {}.", done.edition)));
    out.say(out.advice("Look at it:  instaseed show"));
}

fn announce(table: &str, out: &Output) {
    out.progress().say_event(serde_json::json!({ "event": "verify", "table": table }));
}

impl Args {
    fn threads(&self) -> usize {
        self.how.threads.unwrap_or_else(|| Options::default().threads)
    }

    fn verify(&self, out: &Output) -> Result<Answer, Failure> {
        let manifest = copy::verify(&self.folder, self.threads(), &mut |table| announce(table, out))?;
        let Manifest { created_at, from, server, edition, .. } = &manifest;
        let tables = manifest.copied();
        if out.wants_talk() {
            out.table(&["table", "rows", "digest"], &rows(&tables));
        }
        out.say(format_args!("The backup of {from} ({server}), made at {created_at}, is complete."));
        out.answer(&serde_json::json!({
            "ok": true, "folder": self.folder, "from": from, "server": server, "edition": edition,
            "created_at": created_at, "tables": tables
        }));
        Ok(Answer::Done)
    }
}
