//! `instaseed reset`: takes every migration back, applies them again and seeds; asks first.

use crate::cli::{self, ConsentArgs, SourceArgs, TargetArgs};
use crate::commands::build::{self, Held, SeedArgs, Site};
use crate::commands::fill::Filled;
use crate::commands::migrate::{Watcher, steps};
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::output::Output;
use instaseed::database::{self, Db, Target};
use instaseed::edition::Edition;
use instaseed::migration::{self, Belonging, Goal, Runner};
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
    /// Which schema: course or platform [default: what is there, else course]
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
    let protected = migration::is_protected(&mut db)?;
    let edition =
        args.edition.or_else(|| build::edition(&mut db, &site, out).ok()).unwrap_or(Edition::Course);
    let does = if args.drop {
        "removes the whole database with everything in it".to_owned()
    } else {
        let goes = steps::goes_with(&going(&mut db, &site, out)?, &args.consent, out);
        format!("takes back every migration and all rows of their tables{goes}")
    };
    if !guard::consent(&target, protected, Deed { verb: "reset", does: &does }, &args.consent, out)? {
        return Ok(Answer::No);
    }
    let mut db = if args.drop { remove(db, &target)? } else { empty(db, &site, out)? };
    let (edition, _) = site.raise(&mut db, Some(edition), out)?;
    let (mut db, seeded) = site.seed(db, edition, world, out)?;
    if let Some(seeded) = &seeded {
        seeded.say(out);
    }
    let tables = build::held(&mut db, edition)?;
    build::summary(&target, edition, &tables, out);
    out.answer(&Rebuilt { ok: true, target: target.to_string(), edition: edition.name(), seeded, tables });
    Ok(Answer::Done)
}

/// What of the user's goes with our tables; an error if something of theirs would be left without what it points at.
fn going(db: &mut Db, site: &Site<'_>, out: &Output) -> Result<Vec<Belonging>, Failure> {
    let mut watcher = Watcher::new(out);
    let mut runner = Runner::new(db, site.source, site.args.options(), &mut watcher);
    let plan = runner.plan(&Goal::To("none".to_owned()))?;
    Ok(runner.belongings(&plan)?)
}

/// Takes every migration back; what others made stays.
fn empty(mut db: Db, site: &Site<'_>, out: &Output) -> Result<Db, Failure> {
    let mut watcher = Watcher::new(out);
    Runner::new(&mut db, site.source, site.args.options(), &mut watcher).run(&Goal::To("none".to_owned()))?;
    Ok(db)
}

/// Removes the database itself and makes it again.
fn remove(db: Db, target: &Target) -> Result<Db, Failure> {
    drop(db);
    database::remove(target)?;
    database::create(target)?;
    Ok(Db::connect(target)?)
}
