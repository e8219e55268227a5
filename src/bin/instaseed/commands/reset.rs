//! `instaseed reset`: takes every migration back, applies them again and seeds; asks first.

use crate::args::{self, ConsentArgs, SeedArgs, SourceArgs, TargetArgs};
use crate::failure::{Answer, Failure};
use crate::guard::{self, DestructiveAction};
use crate::interrupt;
use crate::losses;
use crate::observers::{MigrationProgress, deployment};
use crate::output::{Output, counted};
use crate::summary;
use instaseed::deployment::{OtherTable, Reset, ResetPlan, Seeded, TableCount, Taken};
use instaseed::edition::Edition;
use serde::Serialize;

/// Undo all migrations and set the database up again; asks first
///
/// Undoes every migration, applies them again up to the edition, and fills the tables, as setup does. Tables that
/// instaseed did not create stay. With --drop the whole database is removed and created again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed reset                             keep the edition, with new rows
  instaseed reset --yes                       do not ask
  instaseed reset --edition platform --yes    change to the platform edition
  instaseed reset --drop --yes                remove the database itself first

A database that is protected (instaseed migrate protect) refuses. A database on \
another machine also needs --allow-remote.")]
pub struct Args {
    /// Schema to create: course or platform [default: the database's edition, else course]
    #[arg(long, value_parser = args::edition(), hide_possible_values = true)]
    edition: Option<Edition>,
    /// Remove the whole database first, including tables that instaseed did not create
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
struct ResetOutput {
    ok: bool,
    target: String,
    edition: &'static str,
    /// What own migrations could not keep.
    #[serde(flatten)]
    taken: Taken,
    #[serde(skip_serializing_if = "Option::is_none")]
    seeded: Option<Seeded>,
    tables: Vec<TableCount>,
}

pub fn run(args: &Args, out: &Output) -> Result<Answer, Failure> {
    // Whatever can be refused is refused before anything is taken away.
    let (target, mut db) = args.target.connect()?;
    let source = args.source.source(target.engine())?;
    let profile = args.seed.profile()?;
    let mut watcher = MigrationProgress::new(out).with_note(&source);
    let site = deployment(&target, source, &args.source, None);
    let plan = site
        .plan_reset(&mut db, args.edition, profile.as_ref(), args.drop, &mut watcher)
        .map_err(|error| args.seed.world.refused(error.into()))?;
    let deed = DestructiveAction { verb: "reset", does: &does(&plan, &args.consent, out) };
    let lost = losses::sentences(&plan.own_steps);
    if !guard::consent_to_lose(&target, plan.protected, deed, &lost, &args.consent, out)? {
        return Ok(Answer::No);
    }
    let done = site.reset(db, plan, &mut watcher).map_err(|error| watcher.failure(error))?;
    interrupt::done();
    let Reset { edition, taken, seeded, tables } = done;
    if let Some(seeded) = &seeded {
        summary::seeded(seeded, out);
    }
    summary::ready(&target, edition, &tables, out);
    out.answer(&ResetOutput {
        ok: true,
        target: target.to_string(),
        edition: edition.name(),
        taken,
        seeded,
        tables,
    });
    Ok(Answer::Done)
}

/// What it does, for the question.
fn does(plan: &ResetPlan, consent: &ConsentArgs, out: &Output) -> String {
    let rows = counted(plan.rows, "row", "rows");
    if plan.drop {
        let others = others(&plan.others);
        return format!("removes the whole database and everything in it: the {rows} of our tables{others}");
    }
    let own = match plan.own {
        0 => String::new(),
        own => format!(" ({own} of your own)"),
    };
    let goes = losses::goes_with(&plan.belongings, consent, out);
    let applied = counted(plan.applied as u64, "migration", "migrations");
    format!("undoes {applied}{own} and deletes the {rows} of our tables{goes}")
}

/// The tables that are there by somebody else's doing, with their rows, as the end of a sentence.
fn others(others: &[OtherTable]) -> String {
    const SHOWN: usize = 10;
    let shown = others.iter().take(SHOWN).map(|OtherTable { name, rows }| match rows {
        Some(rows) => format!("{name} ({})", counted(*rows, "row", "rows")),
        None => name.clone(),
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    match others.len().saturating_sub(SHOWN) {
        0 if shown.is_empty() => String::new(),
        0 => format!(", and {shown}"),
        more => format!(", and {shown} and {more} more"),
    }
}
