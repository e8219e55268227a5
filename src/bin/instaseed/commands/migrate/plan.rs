//! `instaseed migrate plan`: the SQL that another verb would run. It touches nothing.

use super::MigrateContext;
use super::steps::Count;
use crate::args;
use crate::failure::{Answer, Failure};
use crate::losses;
use crate::observers::MigrationProgress;
use crate::output::{Output, Style, escape_line};
use instaseed::database::Engine;
use instaseed::migration::{Goal, Plan, Runner, for_client};

/// Print the SQL that up, down, redo or to would run, without running it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate plan                 the SQL of migrate up
  instaseed migrate plan down 2          the SQL of migrate down 2
  instaseed migrate plan to platform     the SQL of migrate to platform
  instaseed migrate plan > upgrade.sql   a file to read or to run by hand")]
pub struct Args {
    #[command(subcommand)]
    pub way: Option<Way>,
}

/// The verb to plan; without one it is `up`.
#[derive(Debug, clap::Subcommand)]
pub enum Way {
    /// Print the SQL of `migrate up`
    #[command(after_help = "\
Example:
  instaseed migrate plan up 1")]
    Up {
        /// Number of migrations, or all
        #[arg(value_name = "N", default_value = "all")]
        count: Count,
    },
    /// Print the SQL of `migrate down`
    #[command(after_help = "\
Example:
  instaseed migrate plan down 2")]
    Down {
        /// Number of migrations, or all
        #[arg(value_name = "N", default_value = "1")]
        count: Count,
    },
    /// Print the SQL of `migrate redo`
    #[command(after_help = "\
Example:
  instaseed migrate plan redo")]
    Redo {
        /// Number of migrations, or all
        #[arg(value_name = "N", default_value = "1")]
        count: Count,
    },
    /// Print the SQL of `migrate to`
    #[command(after_help = "\
Example:
  instaseed migrate plan to platform")]
    To {
        /// Edition (course, platform), a version (or its first characters), the name of a migration, or none (undo everything)
        #[arg(value_name = "VERSION|EDITION", value_parser = args::goal(), hide_possible_values = true)]
        goal: String,
    },
}

impl Way {
    fn goal(self) -> Goal {
        match self {
            Way::Up { count } => Goal::Up(count.limit()),
            Way::Down { count } => Goal::Down(count.number()),
            Way::Redo { count } => Goal::Redo(count.number()),
            Way::To { goal } => Goal::To(goal),
        }
    }
}

impl Args {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let (target, mut db) = place.connect_to_change(out)?;
        let source = place.source(&target)?;
        let goal = self.way.map_or(Goal::Up(None), Way::goal);
        let mut watcher = MigrationProgress::new(out);
        let mut runner = Runner::new(&mut db, &source, place.options()).observed_by(&mut watcher);
        let plan = runner.plan(&goal)?;
        let belongings = runner.belongings(&plan)?;
        for belonging in &belongings {
            let line = format!("-- dropped with its table: {belonging}");
            out.print(escape_line(&line));
        }
        show(&plan, target.engine(), out);
        out.answer(&serde_json::json!({
            "ok": true, "records": plan.records, "steps": plan.steps, "belongings": belongings
        }));
        Ok(Answer::Done)
    }
}

/// Comments and statements only, so that the text can be run.
fn show(plan: &Plan, engine: Engine, out: &Output) {
    if plan.is_empty() {
        out.print("-- nothing to run");
    }
    for step in &plan.steps {
        let manner = if step.transaction { "in one transaction" } else { "statement by statement" };
        let head = format!("-- {} {} {}: {}, {manner}", step.direction, step.version, step.name, step.file);
        // A name may hold a line break, behind which the rest would be no comment.
        let head = escape_line(&head);
        out.print(out.style(Style::Strong, &head));
        for loss in &step.losses {
            out.print(format_args!("-- loses: {}", escape_line(&losses::sentence(loss))));
        }
        for statement in &step.unclear {
            out.print(format_args!("-- loses: {}", escape_line(&losses::unclear(step, statement))));
        }
        if step.transaction {
            out.print("BEGIN;\n");
        }
        for statement in &step.statements {
            out.print(format_args!("{}\n", for_client(engine, &statement.sql)));
        }
        if step.transaction {
            out.print("COMMIT;\n");
        }
    }
}
