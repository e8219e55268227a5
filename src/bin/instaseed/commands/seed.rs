//! `instaseed seed`: fills a migrated database with the world of a profile.

use crate::cli::{ConsentArgs, SourceArgs, TargetArgs, WorldArgs};
use crate::commands::fill::Fill;
use crate::commands::migrate::Watcher;
use crate::commands::{Answer, Failure, world_of};
use crate::guard::{self, Deed};
use crate::output::{Output, thousands};
use instaseed::database::{Db, Target};
use instaseed::edition::Edition;
use instaseed::load::{self, Interrupted, Mode};
use instaseed::migration::{self, Runner, Status};
use instaseed::profile::Profile;
use serde::Serialize;
use std::time::Duration;

/// Fill a migrated database with data
///
/// The tables have to be empty: rows that are there are never touched, unless --replace says so. The load may be
/// interrupted at any time (Ctrl-C, a lost connection, a full disk): --resume goes on with it and ends with the
/// same rows, --discard takes it back.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed seed                         the default profile: 100 users and what they do
  instaseed seed --users 100000          a larger world, shaped like the real network
  instaseed seed --profile tiny          ten users, each edge case once
  instaseed seed --seed 7                other people and photos; always the same for 7
  instaseed seed --users 1000 --append   a second world beside what is there
  instaseed seed --dry-run               what would be done, and how, without doing it
  instaseed seed --resume                go on with an interrupted load

The same seed, profile and version give the same rows on every engine.")]
pub struct Args {
    /// Check that the database is at this edition [default: the one that it is at]
    #[arg(long)]
    edition: Option<Edition>,
    /// Empty the tables first; asks
    #[arg(long, conflicts_with_all = ["append", "resume", "discard"])]
    replace: bool,
    /// Put a second world beside the rows that are there, under other keys and names
    #[arg(long, conflicts_with_all = ["resume", "discard"])]
    append: bool,
    /// Go on with an interrupted load
    #[arg(long, conflicts_with = "discard")]
    resume: bool,
    /// Take an interrupted load back: its rows go, and the tables are as they were before it
    #[arg(long)]
    discard: bool,
    /// Show what would be done, and how
    #[arg(long)]
    dry_run: bool,
    /// How many threads make rows [default: one a core]; the rows do not depend on it
    #[arg(long, value_name = "N")]
    threads: Option<usize>,
    #[command(flatten)]
    world: WorldArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    consent: ConsentArgs,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    let (target, mut db) = args.target.connect()?;
    let patience = Duration::from_secs(args.source.lock_timeout);
    migration::wait_until_readable(&mut db, patience, &mut Watcher::new(out))?;
    let interrupted = load::interrupted(&mut db)?;
    let edition = args.edition(&target, &mut db, interrupted.as_ref(), out)?;
    if args.discard {
        return args.discard(&target, db, edition, out);
    }
    let profile = match &interrupted {
        Some(found) if args.resume => recorded_profile(found)?,
        _ => args.world.profile()?,
    };
    let mode = match (args.replace, args.append, args.resume) {
        (true, ..) => Mode::Replace,
        (_, true, _) => Mode::Append,
        (.., true) => Mode::Resume,
        _ => Mode::Fresh,
    };
    let profile = if mode == Mode::Append {
        Profile { name_suffix: load::free_suffix(&mut db, edition)?, ..profile }
    } else {
        profile
    };
    if mode == Mode::Replace && !args.dry_run {
        let deed = Deed { verb: "seed --replace", does: "removes all rows of the edition's tables" };
        if !guard::consent(&target, migration::is_protected(&mut db)?, deed, &args.consent, out)? {
            return Ok(Answer::No);
        }
    }
    // The load opens connections of its own, and on SQLite it needs the file alone.
    drop(db);
    let fill = Fill {
        target: &target,
        edition,
        world: world_of(&profile)?,
        mode,
        threads: args.threads,
        lock_timeout: Duration::from_secs(args.source.lock_timeout),
    };
    if args.dry_run {
        return outline(&fill, out);
    }
    let filled = fill.load(out)?;
    if out.wants_talk() {
        let rows: Vec<_> = filled
            .summary
            .tables
            .iter()
            .map(|table| vec![table.table.to_owned(), thousands(table.rows), table.fingerprint.clone()])
            .collect();
        out.table(&["table", "rows", "fingerprint"], &rows);
    }
    filled.say(out);
    out.answer(&Answered { ok: true, target: target.to_string(), edition: edition.name(), filled: &filled });
    Ok(Answer::Done)
}

#[derive(Serialize)]
struct Answered<'a, T> {
    ok: bool,
    target: String,
    edition: &'static str,
    #[serde(flatten)]
    filled: &'a T,
}

fn outline(fill: &Fill<'_>, out: &Output) -> Result<Answer, Failure> {
    let outline = fill.outline(out)?;
    let portions: Vec<_> =
        outline.tables.iter().map(|(table, count)| vec![(*table).to_owned(), count.to_string()]).collect();
    out.print(format_args!(
        "Rows go over {} at a time, each portion in a transaction:",
        match outline.connections {
            1 => "one connection, a table".to_owned(),
            count => format!("{count} connections, {count} portions"),
        }
    ));
    out.table(&["table", "portions"], &portions);
    if outline.parked.is_empty() {
        out.print("Nothing is taken away before the rows.");
    } else {
        out.print("Taken away before the rows and brought back after them, to the letter:");
        let parked: Vec<_> = outline
            .parked
            .iter()
            .map(|(kind, table, name)| vec![table.clone(), (*kind).to_owned(), name.clone()])
            .collect();
        out.table(&["table", "what", "name"], &parked);
    }
    out.print(format_args!("At the end: rows are counted, {}, statistics are gathered.", outline.references));
    for note in &outline.notes {
        out.print(note);
    }
    let target = fill.target.to_string();
    out.answer(&Answered { ok: true, target, edition: fill.edition.name(), filled: &outline });
    Ok(Answer::Done)
}

impl Args {
    /// The edition that the tables are at. A load needs the schema whole: nothing pending behind what is applied,
    /// nothing changed, nothing foreign.
    fn edition(
        &self,
        target: &Target,
        db: &mut Db,
        interrupted: Option<&Interrupted>,
        out: &Output,
    ) -> Result<Edition, Failure> {
        let source = self.source.source(target.engine())?;
        let mut watcher = Watcher::new(out);
        let status = Runner::new(db, &source, self.source.options(), &mut watcher).status()?;
        let at = status.edition.parse().map_err(|_| Failure::NoEdition { target: target.to_string() })?;
        if let Some(found) = interrupted.filter(|_| self.resume || self.discard) {
            return Ok(found.data.edition);
        }
        if let Some(wanted) = self.edition.filter(|wanted| *wanted != at) {
            return Err(Failure::OtherEdition { target: target.to_string(), at, wanted });
        }
        match &status {
            Status { ok: true, .. } | Status { under_way: Some(_), .. } => Ok(at),
            _ => Err(Failure::SchemaNotClean { target: target.to_string() }),
        }
    }

    fn discard(
        &self,
        target: &Target,
        mut db: Db,
        edition: Edition,
        out: &Output,
    ) -> Result<Answer, Failure> {
        if load::interrupted(&mut db)?.is_some() {
            let deed = Deed { verb: "seed --discard", does: "removes the rows of the interrupted load" };
            if !guard::consent(target, migration::is_protected(&mut db)?, deed, &self.consent, out)? {
                return Ok(Answer::No);
            }
        }
        drop(db);
        load::discard(target, edition, Duration::from_secs(self.source.lock_timeout), &())?;
        out.say("The interrupted load is taken back.");
        out.answer(
            &serde_json::json!({ "ok": true, "target": target.to_string(), "edition": edition.name() }),
        );
        Ok(Answer::Done)
    }
}

fn recorded_profile(found: &Interrupted) -> Result<Profile, Failure> {
    Profile::from_record(&found.data.profile).ok_or(Failure::UnknownRecord)
}
