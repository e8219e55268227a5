//! `instaseed reset`: takes every migration back, applies them again and seeds; asks first.

use crate::cli::{self, ConsentArgs, SourceArgs, TargetArgs};
use crate::commands::build::{self, Held, SeedArgs, Site};
use crate::commands::fill::{Filled, Phases};
use crate::commands::migrate::losses::{self, Taken};
use crate::commands::migrate::{Watcher, steps};
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::interrupt::{self, Work};
use crate::output::{Output, counted};
use instaseed::check::{Source as _, Stored};
use instaseed::database::{self, Db, Target};
use instaseed::edition::Edition;
use instaseed::load;
use instaseed::migration::{
    self, Belonging, Goal, MigrationState, MigrationStatus, Options, Plan, Runner, Status,
};
use serde::Serialize;

/// Empty the database and build it again; asks first
///
/// Takes back every migration, applies them again up to the edition and seeds, as setup does. Tables that
/// instaseed did not make stay. With --drop the whole database goes and is made again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed reset                             the same edition, freshly seeded
  instaseed reset --yes                       without asking
  instaseed reset --edition platform --yes    as the platform edition
  instaseed reset --drop --yes                remove the database itself first

A database marked with `instaseed migrate protect` refuses; one that is not on this machine needs --allow-remote as well.")]
pub struct Args {
    /// Which schema: course or platform [default: the one that the database is meant for, else course]
    #[arg(long, value_parser = cli::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    /// Remove the whole database and make it again, tables of others included
    #[arg(long)]
    drop: bool,
    #[command(flatten)]
    seed: SeedArgs,
    #[command(flatten)]
    target: TargetArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    consent: ConsentArgs,
}

/// What was done, for programs.
#[derive(Debug, Serialize)]
struct Rebuilt {
    ok: bool,
    target: String,
    edition: &'static str,
    /// What own migrations could not keep.
    #[serde(flatten)]
    taken: Taken,
    #[serde(skip_serializing_if = "Option::is_none")]
    seeded: Option<Filled>,
    tables: Vec<Held>,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    // Whatever can be refused is refused before anything is taken away.
    let (target, mut db) = args.target.connect()?;
    let source = args.source.source(target.engine())?;
    let world = args.seed.world()?;
    let site = Site { target: &target, source: &source, args: &args.source };
    let mut watcher = Watcher::new(out);
    migration::wait_until_readable(&mut db, args.source.options().lock_timeout, &mut watcher)?;
    let protected = migration::is_protected(&mut db)?;
    let status = Runner::new(&mut db, &source, args.source.options(), &mut watcher).status()?;
    let meant = status.goal.as_deref().and_then(|goal| goal.parse().ok());
    let edition = args.edition.or(meant).unwrap_or(Edition::Course);
    let rows = counted(rows_of_ours(&mut db, &status)?, "row", "rows");
    let (mut lost, mut taken) = (Vec::new(), Taken::default());
    let does = if args.drop {
        let others = others(&mut db, &status)?;
        format!("removes the whole database with everything in it: the {rows} of our tables{others}")
    } else {
        let applied = |migration: &&MigrationStatus| {
            migration.state != MigrationState::Pending && migration.state != MigrationState::OtherEdition
        };
        let applied: Vec<_> = status.migrations.iter().filter(applied).collect();
        let own = match applied.iter().filter(|migration| migration.own).count() {
            0 => String::new(),
            own => format!(" ({own} of your own)"),
        };
        let (belongings, plan) = going(&mut db, &site, out)?;
        let goes = steps::goes_with(&belongings, &args.consent, out);
        lost = losses::sentences(&plan);
        taken = Taken::of(&plan);
        format!("takes back {}{own} and the {rows} of our tables{goes}", steps::migrations(applied.len()))
    };
    let deed = Deed { verb: "reset", does: &does };
    if !guard::consent_to_lose(&target, protected, deed, &lost, &args.consent, out)? {
        return Ok(Answer::No);
    }
    let mut db = if args.drop {
        remove(db, &target)?
    } else {
        empty(end_load(db, &site, args.seed.is_wanted(), out)?, &site, out)?
    };
    taken.extend(site.raise(&mut db, &Goal::To(edition.name().to_owned()), out)?.2);
    let (edition, _, more) = site.raise(&mut db, &Goal::Up(None), out)?;
    taken.extend(more);
    let (mut db, seeded) = site.seed(db, edition, world, args.seed.note(), out)?;
    interrupt::done();
    if let Some(seeded) = &seeded {
        seeded.say(out);
    }
    let tables = build::held(&mut db, edition)?;
    build::summary(&target, edition, &tables, out);
    out.answer(&Rebuilt {
        ok: true,
        target: target.to_string(),
        edition: edition.name(),
        taken,
        seeded,
        tables,
    });
    Ok(Answer::Done)
}

/// What of the user's goes with our tables, and the own steps among those that take them; an error if something of
/// theirs would be left without what it points at.
fn going(db: &mut Db, site: &Site<'_>, out: &Output) -> Result<(Vec<Belonging>, Plan), Failure> {
    let mut watcher = Watcher::new(out);
    let mut runner = Runner::new(db, site.source, site.args.options(), &mut watcher);
    let mut plan = runner.plan(&Goal::To("none".to_owned()))?;
    let belongings = runner.belongings(&plan)?;
    // The rows of our own tables are counted as a whole elsewhere.
    plan.steps.retain(|step| step.own);
    Ok((belongings, plan))
}

/// The tables that are there by somebody else's doing, with their rows, as the end of a sentence.
fn others(db: &mut Db, status: &Status) -> Result<String, Failure> {
    const SHOWN: usize = 10;
    let ours = |name: &String| {
        let is_ours =
            Edition::ALL.iter().flat_map(|edition| edition.tables()).any(|table| table.name == *name);
        is_ours && !status.foreign_tables.contains(name) || name.starts_with("__")
    };
    let mut others = db.tables()?;
    others.retain(|name| !ours(name));
    let mut shown = Vec::new();
    for name in others.iter().take(SHOWN) {
        let rows = db.count(name).map(|rows| format!(" ({})", counted(rows, "row", "rows")));
        // A view, or a table that this account may not read, is named without a number.
        shown.push(format!("{name}{}", rows.unwrap_or_default()));
    }
    Ok(match others.len().checked_sub(SHOWN) {
        None | Some(0) if shown.is_empty() => String::new(),
        None | Some(0) => format!(", and {}", shown.join(", ")),
        Some(more) => format!(", and {} and {more} more", shown.join(", ")),
    })
}

/// The rows of the tables that are there by our doing.
fn rows_of_ours(db: &mut Db, status: &Status) -> Result<u64, Failure> {
    let there = db.tables()?;
    let mut names: Vec<&str> = match status.edition.parse::<Edition>() {
        Ok(edition) => edition.tables().iter().map(|table| table.name).collect(),
        Err(_) if status.edition == "none" => Vec::new(),
        Err(_) => Edition::ALL.iter().flat_map(|edition| edition.tables()).map(|table| table.name).collect(),
    };
    names.sort_unstable();
    names.dedup();
    let mut rows = 0;
    for name in names.into_iter().filter(|name| there.iter().any(|table| table == name)) {
        rows += db.count(name)?;
    }
    Ok(rows)
}

/// Ends a load that was interrupted, so that the schema is whole again. Before anything is removed it makes sure
/// that the tables can be dropped and, if rows are wanted, that they can be loaded.
fn end_load(mut db: Db, site: &Site<'_>, fills: bool, out: &Output) -> Result<Db, Failure> {
    let edition =
        load::is_recorded(&mut db)?.then(|| Stored::new(&mut db, site.target.to_string())?.edition());
    // A load wants the file of SQLite alone.
    drop(db);
    let patience = site.args.options().lock_timeout;
    if fills {
        load::ready(site.target, patience)?;
    }
    load::expect_free(site.target, patience, &Phases::new(out))?;
    if let Some(edition) = edition.transpose()? {
        let _work = interrupt::begin(Work::AtOnce);
        load::clear(site.target, edition, patience)?;
    }
    Ok(Db::connect(site.target)?)
}

/// Takes every migration back; what others made stays.
fn empty(mut db: Db, site: &Site<'_>, out: &Output) -> Result<Db, Failure> {
    let options = Options { target: Some(site.target.clone()), ..site.args.options() };
    Watcher::new(out).run(&mut db, site.source, options, &Goal::To("none".to_owned()))?;
    Ok(db)
}

/// Removes the database itself and makes it again.
fn remove(db: Db, target: &Target) -> Result<Db, Failure> {
    drop(db);
    let _work = interrupt::begin(Work::AtOnce);
    database::remove(target)?;
    database::create(target)?;
    Ok(Db::connect(target)?)
}
