//! `instaseed migrate status`: what is applied, pending, changed, missing, out of order, half-applied.

use super::MigrateContext;
use crate::cut_off::cut_off;
use crate::failure::{Answer, Failure};
use crate::hints;
use crate::observers::{self, MigrationProgress};
use crate::output::{Output, Style, escape_line};
use instaseed::edition::Edition;
use instaseed::load::Interrupted;
use instaseed::migration::{MigrationError, MigrationState, MigrationStatus, Runner, Status};
use serde::Serialize;

/// Show which migrations are applied and which are pending
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate status            print a line for each migration
  instaseed migrate status --check    exit with 1 if something is wrong
  instaseed migrate status --json     print an object for programs

States:
  applied        it has run
  pending        it has not run yet
  other-edition  it belongs to an edition other than the database's
  changed        its file differs from what was applied
  missing        it is applied, but its file is missing
  out-of-order   it is pending, but a later one is applied
  half-applied   it was interrupted; see instaseed help migrate repair
  running        another run is applying or undoing it")]
pub struct Args {
    /// Exit with 1 unless all migrations of the edition are applied, including yours, and nothing is wrong
    #[arg(long)]
    pub check: bool,
}

#[derive(Serialize)]
struct StatusOutput {
    #[serde(flatten)]
    status: Status,
    /// A load that was cut off.
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<Interrupted>,
    /// Why nothing can be told of a load that left a record.
    #[serde(skip_serializing_if = "Option::is_none")]
    load_error: Option<String>,
    /// Why a migration of one's own cannot be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    source_error: Option<String>,
}

impl Args {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect()?;
        db.answer_soon();
        let (source, wrong) = place.source.readable_source(target.engine())?;
        observers::note_empty_folder(&source, out);
        let mut watcher = MigrationProgress::new(out);
        let status = Runner::new(&mut db, &source, place.options()).observed_by(&mut watcher).status()?;
        let (load, unreadable) = cut_off(&mut db)?;
        show(&status, &target.to_string(), wrong.as_ref(), out);
        if let Some(load) = &load {
            let Interrupted { phase, done, portions, .. } = load;
            out.print(format_args!(
                "A load was interrupted while {phase}: {done} of {portions} portions are loaded"
            ));
            out.print(out.advice(&hints::capital(&hints::of_interrupted(load))));
        }
        if let Some(error) = &unreadable {
            out.print(out.style(Style::Bad, &escape_line(&error.to_string())));
            out.print(out.advice(&hints::of_load(error)));
        }
        let ok = status.ok && load.is_none() && unreadable.is_none() && wrong.is_none();
        let load_error = unreadable.map(|error| error.to_string());
        let source_error = wrong.map(|error| error.to_string());
        out.answer(&StatusOutput { status: Status { ok, ..status }, load, load_error, source_error });
        Ok(if ok || !self.check { Answer::Done } else { Answer::No })
    }
}

fn show(status: &Status, target: &str, wrong: Option<&MigrationError>, out: &Output) {
    let goal = status.goal.as_ref().filter(|goal| **goal != status.edition);
    let goal = goal.map_or_else(String::new, |goal| format!(" (goal {goal})"));
    out.print(format_args!("{target}: edition {}{goal}", status.edition));
    for migration in &status.migrations {
        let state = format!("{:<13}", migration.state.as_str());
        let style = match migration.state {
            MigrationState::Applied => Style::Good,
            MigrationState::Pending => Style::Warning,
            MigrationState::OtherEdition | MigrationState::Running => Style::Faint,
            _ => Style::Bad,
        };
        let (version, name) = (escape_line(&migration.version), escape_line(&migration.name));
        out.print(format_args!("  {}  {version}  {name}{}", out.style(style, &state), remark(migration)));
    }
    if let Some(holder) = &status.under_way {
        out.print(format_args!("Another run is under way: {}", escape_line(&holder.to_string())));
    }
    if !status.foreign_tables.is_empty() {
        out.print(format_args!(
            "Tables with these names already exist, and no migration created them: {}",
            status.foreign_tables.join(", ")
        ));
        out.print("setup and migrate refuse to change them: use another database, or remove them if nobody needs them;");
        out.print("to adopt the course's tables, see \"Adopting a course database\" in migrations/README.md");
    }
    if let Some(error) = wrong {
        out.print(out.style(Style::Bad, &escape_line(&error.to_string())));
        return out.print(out.advice(&hints::of_migration(error)));
    }
    let advice = status.migrations.iter().find_map(|migration| match migration.state {
        MigrationState::HalfApplied => Some(
            "Finish it with `instaseed migrate repair`, or undo it with `instaseed migrate repair --undo`",
        ),
        MigrationState::OutOfOrder => {
            Some("Apply it anyway with `instaseed migrate up --allow-out-of-order`")
        }
        MigrationState::Missing => Some("Name the folder that has the missing file with --migrations DIR"),
        _ => None,
    });
    if let Some(advice) = advice {
        out.print(out.advice(advice));
    } else if let Some(goal) = status.goal.as_ref().filter(|goal| **goal != status.edition)
        && is_edition(&status.edition)
    {
        out.print(out.advice(&format!(
            "Continue to {goal} with `instaseed migrate up`, or stay at {0} with `instaseed migrate to {0}`",
            status.edition
        )));
    }
}

fn is_edition(name: &str) -> bool {
    name.parse::<Edition>().is_ok()
}

/// What a line says beyond the state.
fn remark(migration: &MigrationStatus) -> String {
    match (migration.state, migration.statements_done, migration.statements_total, &migration.changed_file) {
        (MigrationState::HalfApplied, Some(done), Some(total), _) => {
            let way = migration.direction.map_or("up", |direction| direction.as_str());
            format!("  ({way}: {done} of {total} statements have run)")
        }
        (_, _, _, Some(file)) => format!("  ({file} differs from what was applied)"),
        _ if migration.recorded == Some(false) => "  (applied by another tool)".to_owned(),
        _ => String::new(),
    }
}
