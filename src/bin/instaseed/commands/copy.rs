//! `instaseed copy`: a database as it is, into another one of any engine.

use super::backup::{left, rows};
use crate::args::{CopyArgs, TargetArgs};
use crate::failure::{Answer, Failure};
use crate::observers::{MigrationProgress, deployment};
use crate::output::{Output, Style, quoted, thousands};
use instaseed::copy::{self, Copied};
use instaseed::database::Target;
use instaseed::migration::Source;
use serde::Serialize;

/// Copy a database to another one of any engine
///
/// The target must be new or empty. The same migrations create its tables; its rows, its history of migrations and its
/// records of loads are those of the source at one moment, while others may write to the source. At the end, the rows of
/// both databases are compared by their digests. Run an interrupted copy again to continue it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed copy --to backup.db
  instaseed copy --from instaseed.db --to postgres://me@localhost/instagram
  instaseed copy --from mysql://me@db/instagram --to sqlite://local.db --json")]
pub struct Args {
    /// Database to copy [default: the one that --database-url, DATABASE_URL or .env names]
    #[arg(long, value_name = "URL", conflicts_with = "database_url")]
    from: Option<String>,
    /// Database to copy into; it is created if it does not exist
    #[arg(long, value_name = "URL")]
    to: String,
    #[command(flatten)]
    how: CopyArgs,
}

#[derive(Serialize)]
struct CopyOutput<'a> {
    ok: bool,
    from: String,
    target: String,
    rows: u64,
    rows_per_second: u64,
    #[serde(flatten)]
    done: &'a Copied,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let named = |url: &str| TargetArgs { database_url: Some(url.to_owned()), wait: args.how.target.wait };
    let from = match &args.from {
        Some(url) => named(url).target()?,
        None => args.how.target.target()?,
    };
    let to = named(&args.to);
    let target = to.target()?;
    to.refuse_bare_word(&target)?;
    let site = deployment(&target, Source::embedded(target.engine())?, &args.how.source, args.how.threads);
    let mut watcher = MigrationProgress::new(out);
    let copied = copy::copy(&from, &site, args.how.consent(), &mut watcher)
        .map_err(|error| watcher.failed_copy(error))?;
    left(&copied.left, out);
    report(&copied, &target, out);
    out.answer(&CopyOutput {
        ok: true,
        from: from.to_string(),
        target: target.to_string(),
        rows: copied.rows(),
        rows_per_second: per_second(&copied),
        done: &copied,
    });
    Ok(Answer::Done)
}

fn per_second(copied: &Copied) -> u64 {
    (copied.rows().saturating_sub(copied.rows_before) as f64 / copied.seconds.max(1e-6)) as u64
}

/// The line for a copy that was already complete.
pub(super) fn already(copied: &Copied, target: &Target) -> String {
    let rows = thousands(copied.rows());
    format!("{target} already holds all {rows} rows, and the digests are equal; nothing was changed.")
}

/// The lines that end a copy.
fn report(copied: &Copied, target: &Target, out: &Output) {
    if out.wants_talk() {
        out.table(&["table", "rows", "digest"], &rows(&copied.tables));
    }
    if copied.already {
        out.say(out.style(Style::Good, &already(copied, target)));
        return;
    }
    if copied.resumed {
        out.say(format_args!("Continued: {} rows were already loaded.", thousands(copied.rows_before)));
    }
    out.say(format_args!(
        "Copied {} rows in {:.2} s, {} rows/s; the digests of both databases are equal.",
        thousands(copied.rows()),
        copied.seconds,
        thousands(per_second(copied)),
    ));
    out.say(out.style(Style::Good, &format!("{target} is ready, edition {}.", copied.edition)));
    out.say(format_args!("Look at it:  instaseed show --database-url {}", quoted(&target.to_string())));
}
