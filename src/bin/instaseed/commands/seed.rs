//! `instaseed seed`: fills a migrated database with the world of a profile.

use crate::args::{self, ConsentArgs, SourceArgs, TargetArgs, WorldArgs};
use crate::failure::{Answer, Failure};
use crate::guard::{self, DestructiveAction};
use crate::interrupt::{self, Work};
use crate::observers::{MigrationProgress, Phases, deployment};
use crate::output::{Output, size, thousands};
use crate::summary;
use instaseed::database::{Db, Target};
use instaseed::deployment::{self, Deployment, DeploymentError};
use instaseed::edition::Edition;
use instaseed::load::{self, Interrupted, LoadError, Mode, Outline};
use instaseed::migration;
use instaseed::profile::Profile;
use serde::Serialize;
use std::sync::Arc;

/// Load a generated world into a database that has its tables
///
/// The tables must be empty, unless you add --append (keep the rows) or --replace (delete them). You can interrupt the
/// load at any time (Ctrl-C, a lost connection, a full disk): --resume continues it and gives the same rows, --discard
/// undoes it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed seed                        generate 1,000 users and what they do
  instaseed seed --users 100000         generate a larger world
  instaseed seed --profile tiny         generate ten users, with every edge case
  instaseed seed --seed 7               generate other people
  instaseed seed --users 1000 --append  add a second world to the existing rows
  instaseed seed --dry-run              show what would be loaded
  instaseed seed --resume               resume an interrupted load

The same seed, profile and version give the same rows on every engine.")]
pub struct Args {
    /// Edition that the database must be at: course or platform [default: either]
    #[arg(long, value_parser = args::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    /// Delete all rows of the tables first; asks first
    #[arg(long, conflicts_with_all = ["append", "resume", "discard"])]
    replace: bool,
    /// Add a second world to the existing rows, with new ids and usernames
    #[arg(long, conflicts_with_all = ["resume", "discard"])]
    append: bool,
    /// Resume an interrupted load
    #[arg(long, conflicts_with = "discard")]
    resume: bool,
    /// Undo an interrupted load: delete its rows and restore the tables; asks first
    #[arg(long)]
    discard: bool,
    /// Show what would be loaded and how, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Number of threads that generate rows [default: one per core]; the rows are the same
    #[arg(long, value_name = "N", value_parser = args::positive::<usize>)]
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
    let mut watcher = MigrationProgress::new(out);
    let patience = args.source.options().lock_timeout;
    migration::wait_until_readable(&mut db, patience, &mut watcher)?;
    let interrupted = load::interrupted(&mut db)?;
    if interrupted.is_none() && (args.resume || args.discard) {
        return Ok(nothing_left(&target, args.discard, out));
    }
    let source = args.source.source(target.engine())?;
    let site = deployment(&target, source, &args.source, args.threads);
    let edition = args.edition(&site, &mut db, interrupted.as_ref(), &mut watcher)?;
    if args.discard {
        return args.discard(&site, db, edition, interrupted.as_ref(), out);
    }
    let profile = match &interrupted {
        Some(found) if args.resume => args.recorded_profile(found)?,
        _ => args.world.profile()?,
    };
    let mode = match (args.replace, args.append, args.resume) {
        (true, ..) => Mode::Replace,
        (_, true, _) => Mode::Append,
        (.., true) => Mode::Resume,
        _ => Mode::Fresh,
    };
    if mode == Mode::Replace && !args.dry_run {
        let deed =
            DestructiveAction { verb: "seed --replace", does: "removes all rows of the edition's tables" };
        if !guard::consent(&target, migration::is_protected(&mut db)?, deed, &args.consent, out)? {
            return Ok(Answer::No);
        }
    }
    // The load opens connections of its own, and on SQLite it needs the file alone.
    drop(db);
    if args.dry_run {
        let outline = site.plan_seed(edition, &profile, mode, Arc::new(Phases::new(out)));
        let outline = outline.map_err(|error| args.world.with_way_out(error.into()))?;
        print_outline(&outline, &profile, &target, edition, out);
        return Ok(Answer::Done);
    }
    let seeded = match site.seed(edition, &profile, mode, &mut watcher) {
        // It was still under way, and its own run has ended it.
        Err(DeploymentError::Load(LoadError::NothingToResume)) => {
            return Ok(nothing_left(&target, false, out));
        }
        seeded => seeded.map_err(|error| args.world.with_way_out(watcher.failure(error)))?,
    };
    if out.wants_talk() {
        let rows: Vec<_> = seeded
            .summary
            .tables
            .iter()
            .map(|table| vec![table.table.to_owned(), thousands(table.rows), table.digest.clone()])
            .collect();
        out.table(&["table", "rows", "digest"], &rows);
    }
    summary::seeded(&seeded, out);
    out.answer(&SeedOutput { ok: true, target: target.to_string(), edition: edition.name(), done: &seeded });
    Ok(Answer::Done)
}

#[derive(Serialize)]
struct SeedOutput<'a, T> {
    ok: bool,
    target: String,
    edition: &'static str,
    #[serde(flatten)]
    done: &'a T,
}

/// What a load would do, for programs.
#[derive(Serialize)]
struct DryRun<'a> {
    profile: &'a str,
    users: u32,
    rows_about: u64,
    #[serde(flatten)]
    outline: &'a Outline,
}

fn print_outline(outline: &Outline, profile: &Profile, target: &Target, edition: Edition, out: &Output) {
    let rows: u64 = outline.tables.iter().map(|table| table.rows).sum();
    out.print(summary::of_world(profile, rows));
    let removed: u64 = outline.tables.iter().map(|table| table.removed).sum();
    if removed > 0 {
        out.print(format_args!("Removed first: {} rows.", thousands(removed)));
    }
    let already: u64 = outline.tables.iter().map(|table| table.already).sum();
    if already > 0 {
        out.print(format_args!("Already loaded by the interrupted load: {} rows.", thousands(already)));
    }
    let bytes: u64 = outline.tables.iter().map(|table| table.bytes).sum();
    out.print(format_args!(
        "About {} rows would be loaded: about {} with their indexes:",
        thousands(rows),
        size(bytes)
    ));
    let lines = outline.tables.iter().map(|table| {
        let about = if table.exact { "" } else { "about " };
        let mut line = vec![
            table.table.to_owned(),
            format!("{about}{}", thousands(table.rows)),
            size(table.bytes),
            table.portions.to_string(),
        ];
        if removed > 0 {
            line.push(thousands(table.removed));
        }
        line
    });
    let mut head = vec!["table", "rows", "size", "portions"];
    if removed > 0 {
        head.push("removed first");
    }
    out.table(&head, &lines.collect::<Vec<_>>());
    out.print(format_args!(
        "Rows would go over {} at a time, each portion in its own transaction:",
        match outline.connections {
            1 => "one connection, one table".to_owned(),
            count => format!("{count} connections, {count} portions"),
        }
    ));
    if outline.parked.is_empty() {
        out.print("Nothing is dropped before the rows are loaded.");
    } else {
        out.print("Dropped before the rows are loaded, and created again exactly as they were:");
        let parked: Vec<_> = outline
            .parked
            .iter()
            .map(|(kind, table, name)| vec![table.clone(), (*kind).to_owned(), name.clone()])
            .collect();
        out.table(&["table", "what", "name"], &parked);
    }
    out.print(format_args!(
        "At the end, rows are counted, {}, and statistics are gathered.",
        outline.references
    ));
    for note in &outline.notes {
        out.print(note);
    }
    let target = target.to_string();
    let done = &DryRun { profile: &profile.name, users: profile.users, rows_about: rows, outline };
    out.answer(&SeedOutput { ok: true, target, edition: edition.name(), done });
}

impl Args {
    /// The edition that the tables are at, or that of the interrupted load.
    fn edition(
        &self,
        site: &Deployment,
        db: &mut Db,
        interrupted: Option<&Interrupted>,
        watcher: &mut MigrationProgress<'_>,
    ) -> Result<Edition, Failure> {
        let standing = site.standing(db, watcher)?;
        let Some(found) = interrupted.filter(|_| self.resume || self.discard) else {
            return Ok(site.takes_rows(&standing, self.edition)?);
        };
        let recorded = found.data.edition;
        match self.edition.filter(|wanted| *wanted != recorded) {
            Some(wanted) => Err(Failure::OtherLoad {
                recorded: format!("edition {recorded}"),
                said: format!("--edition {wanted}"),
            }),
            None => Ok(recorded),
        }
    }

    fn discard(
        &self,
        site: &Deployment,
        mut db: Db,
        edition: Edition,
        interrupted: Option<&Interrupted>,
        out: &Output,
    ) -> Result<Answer, Failure> {
        let target = &site.target;
        let rows = interrupted.map_or(0, Interrupted::rows_in);
        let does = format!("removes the {} rows of the interrupted load, and nothing else", thousands(rows));
        if self.dry_run {
            out.print(format_args!("`seed --discard` {does}."));
            let by_table = interrupted.map(|found| found.rows.clone()).unwrap_or_default();
            let target = target.to_string();
            out.answer(
                &serde_json::json!({ "ok": true, "target": target, "rows": rows, "tables": by_table }),
            );
            return Ok(Answer::Done);
        }
        if interrupted.is_some() {
            let deed = DestructiveAction { verb: "seed --discard", does: &does };
            if !guard::consent(target, migration::is_protected(&mut db)?, deed, &self.consent, out)? {
                return Ok(Answer::No);
            }
        }
        drop(db);
        let _work = interrupt::begin(Work::AtOnce);
        let phases = Phases::new(out);
        let done = site.discard(edition, &phases)?;
        interrupt::done();
        drop(phases);
        out.say(format_args!("The interrupted load is undone: {} rows were removed.", thousands(done.rows)));
        let (target, edition) = (target.to_string(), edition.name());
        out.answer(&serde_json::json!({
            "ok": true, "target": target, "edition": edition, "discarded": done.found, "rows": done.rows
        }));
        Ok(Answer::Done)
    }

    /// The world of the interrupted load; another one cannot be gone on with.
    fn recorded_profile(&self, found: &Interrupted) -> Result<Profile, Failure> {
        let recorded = deployment::recorded_profile(found)?;
        match self.world.agrees(&recorded)? {
            true => Ok(recorded),
            false => Err(Failure::OtherLoad {
                recorded: found.world(),
                said: match self.world.words() {
                    words if words.is_empty() => "another password".to_owned(),
                    words => words.trim_start().to_owned(),
                },
            }),
        }
    }
}

/// The answer where no load was interrupted: nothing to undo is as good as undone.
fn nothing_left(target: &Target, discard: bool, out: &Output) -> Answer {
    out.say(match discard {
        true => "There is no interrupted load: nothing to undo.",
        false => "There is no interrupted load to resume; begin one with `instaseed seed`",
    });
    let target = target.to_string();
    match discard {
        true => {
            out.answer(&serde_json::json!({ "ok": true, "target": target, "discarded": false, "rows": 0 }))
        }
        false => out.answer(&serde_json::json!({ "ok": false, "target": target, "resumed": false })),
    }
    if discard { Answer::Done } else { Answer::No }
}
