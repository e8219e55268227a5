//! `instaseed seed`: fills a migrated database with the world of a profile.

use crate::cli::{self, ConsentArgs, SourceArgs, TargetArgs, WorldArgs};
use crate::commands::build;
use crate::commands::fill::{Fill, Phases};
use crate::commands::migrate::Watcher;
use crate::commands::{Answer, Failure, world_of};
use crate::guard::{self, Deed};
use crate::interrupt::{self, Work};
use crate::output::{Output, thousands};
use instaseed::database::{Db, Target};
use instaseed::edition::Edition;
use instaseed::load::{self, Interrupted, LoadError, Mode};
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
  instaseed seed                        100 users and what they do
  instaseed seed --users 100000         a larger world, like the real network
  instaseed seed --profile tiny         ten users, each edge case once
  instaseed seed --seed 7               other people, always the same for 7
  instaseed seed --users 1000 --append  a second world beside what is there
  instaseed seed --dry-run              what would be done, without doing it
  instaseed seed --resume               go on with an interrupted load

The same seed, profile and version give the same rows on every engine.")]
pub struct Args {
    /// Check that the database is at this edition [default: the one that it is at]
    #[arg(long, value_parser = cli::edition(), hide_possible_values = true)]
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
    #[arg(long, value_name = "N", value_parser = cli::whole::<usize>)]
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
    if interrupted.is_none() && (args.resume || args.discard) {
        return Ok(nothing_left(&target, args.discard, out));
    }
    let edition = args.edition(&target, &mut db, interrupted.as_ref(), out)?;
    if args.discard {
        return args.discard(&target, db, edition, interrupted.as_ref(), out);
    }
    let profile = match &interrupted {
        Some(found) if args.resume => args.recorded_profile(found)?,
        _ => args.world.profile()?,
    };
    if let Some(note) = args.world.note().filter(|_| !args.resume && out.wants_talk()) {
        out.note(note);
    }
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
        return outline(&fill, out).map_err(|failure| args.told(failure));
    }
    let filled = match fill.load(out) {
        // It was still under way, and its own run has ended it.
        Err(Failure::Library(instaseed::Error::Load(LoadError::NothingToResume))) => {
            return Ok(nothing_left(&target, false, out));
        }
        filled => filled.map_err(|failure| args.told(failure))?,
    };
    if out.wants_talk() {
        let rows: Vec<_> = filled
            .summary
            .tables
            .iter()
            .map(|table| vec![table.table.to_owned(), thousands(table.rows), table.digest.clone()])
            .collect();
        out.table(&["table", "rows", "digest"], &rows);
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
    let removed: u64 = outline.tables.iter().map(|table| table.removed).sum();
    if removed > 0 {
        out.print(format_args!("Removed first: {} rows.", thousands(removed)));
    }
    let already: u64 = outline.tables.iter().map(|table| table.already).sum();
    if already > 0 {
        out.print(format_args!("In already from the interrupted load: {} rows.", thousands(already)));
    }
    let rows: u64 = outline.tables.iter().map(|table| table.rows).sum();
    let bytes: u64 = outline.tables.iter().map(|table| table.bytes).sum();
    out.print(format_args!(
        "About {} rows would be in, with their indexes about {:.1} MB:",
        thousands(rows),
        bytes as f64 / 1e6
    ));
    let lines = outline.tables.iter().map(|table| {
        let about = if table.exact { "" } else { "about " };
        let mut line = vec![
            table.table.to_owned(),
            format!("{about}{}", thousands(table.rows)),
            format!("{:.1}", table.bytes as f64 / 1e6),
            table.portions.to_string(),
        ];
        if removed > 0 {
            line.push(thousands(table.removed));
        }
        line
    });
    let mut head = vec!["table", "rows", "MB", "portions"];
    if removed > 0 {
        head.push("removed first");
    }
    out.table(&head, &lines.collect::<Vec<_>>());
    out.print(format_args!(
        "Rows go over {} at a time, each portion in a transaction:",
        match outline.connections {
            1 => "one connection, a table".to_owned(),
            count => format!("{count} connections, {count} portions"),
        }
    ));
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
        let at = build::at(target, &status)?;
        if let Some(found) = interrupted.filter(|_| self.resume || self.discard) {
            let recorded = found.data.edition;
            return match self.edition.filter(|wanted| *wanted != recorded) {
                Some(wanted) => Err(Failure::OtherLoad {
                    recorded: format!("edition {recorded}"),
                    said: format!("--edition {wanted}"),
                }),
                None => Ok(recorded),
            };
        }
        if let Some(wanted) = self.edition.filter(|wanted| *wanted != at) {
            return Err(Failure::OtherEdition { target: target.to_string(), at, wanted });
        }
        match &status {
            Status { under_way: Some(_), .. } => Ok(at),
            status if status.takes_rows() => Ok(at),
            _ => Err(Failure::SchemaNotClean { target: target.to_string() }),
        }
    }

    fn discard(
        &self,
        target: &Target,
        mut db: Db,
        edition: Edition,
        interrupted: Option<&Interrupted>,
        out: &Output,
    ) -> Result<Answer, Failure> {
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
            let deed = Deed { verb: "seed --discard", does: &does };
            if !guard::consent(target, migration::is_protected(&mut db)?, deed, &self.consent, out)? {
                return Ok(Answer::No);
            }
        }
        drop(db);
        let patience = Duration::from_secs(self.source.lock_timeout);
        let _work = interrupt::begin(Work::AtOnce);
        let phases = Phases::new(out);
        let done = load::discard(target, edition, patience, &phases)?;
        interrupt::done();
        drop(phases);
        out.say(format_args!("The interrupted load is taken back: {} rows are gone.", thousands(done.rows)));
        let (target, edition) = (target.to_string(), edition.name());
        out.answer(&serde_json::json!({
            "ok": true, "target": target, "edition": edition, "discarded": done.found, "rows": done.rows
        }));
        Ok(Answer::Done)
    }

    /// The world of the interrupted load; another one cannot be gone on with.
    fn recorded_profile(&self, found: &Interrupted) -> Result<Profile, Failure> {
        let recorded = Profile::from_record(&found.data.profile).ok_or(Failure::UnknownRecord)?;
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

    /// A refusal with the lines that can be typed instead.
    fn told(&self, failure: Failure) -> Failure {
        match failure {
            Failure::Library(instaseed::Error::Load(LoadError::NotEmpty { table })) => {
                Failure::NotEmpty { table, words: self.world.words() }
            }
            other => other,
        }
    }
}

/// The answer where no load was interrupted: nothing to take back is as good as taken back.
fn nothing_left(target: &Target, discard: bool, out: &Output) -> Answer {
    out.say(match discard {
        true => "There is no interrupted load: nothing to take back.",
        false => "There is no interrupted load to go on with; `instaseed seed` begins one",
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
