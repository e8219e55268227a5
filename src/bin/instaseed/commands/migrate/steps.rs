//! `instaseed migrate up | down | redo | to`: the verbs that move a schema.
//!
//! They differ in their goal only. The plan is made first: what goes back asks for consent, and a plan without
//! steps is an answer by itself.

use super::MigrateContext;
use crate::args::{self, ConsentArgs};
use crate::failure::{Answer, Failure};
use crate::guard::{self, DestructiveAction};
use crate::interrupt;
use crate::losses::{self, goes_with};
use crate::observers::{self, MigrationProgress};
use crate::output::{Output, counted};
use instaseed::deployment::Taken;
use instaseed::migration::{
    Direction, Goal, MigrationState, MigrationStatus, Options, Outcome, Plan, Runner, Status, Step,
};
use serde::Serialize;
use std::str::FromStr;

/// How many migrations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    All,
    Exactly(usize),
}

impl Count {
    /// As a limit: all is no limit.
    pub fn limit(self) -> Option<usize> {
        match self {
            Count::All => None,
            Count::Exactly(number) => Some(number),
        }
    }

    /// As a number: all is more than there can be.
    pub fn number(self) -> usize {
        self.limit().unwrap_or(usize::MAX)
    }
}

impl FromStr for Count {
    type Err = CountError;

    fn from_str(text: &str) -> Result<Count, CountError> {
        match (text, text.parse()) {
            ("all", _) => Ok(Count::All),
            (_, Ok(0) | Err(_)) => Err(CountError),
            (_, Ok(number)) => Ok(Count::Exactly(number)),
        }
    }
}

/// Neither a number of migrations nor `all`.
#[derive(Debug, thiserror::Error)]
#[error("give a number from 1, or all")]
pub struct CountError;

/// Apply pending migrations of the database's edition: all, or the next N
///
/// The built-in migrations run first, then your own that belong to the edition. `up` never undoes anything and
/// never changes the edition; `migrate to` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate up              apply everything that is pending
  instaseed migrate up 1            apply only the next migration
  instaseed migrate up --wait 30    wait for the server to start first")]
pub struct Up {
    /// Number of migrations, or all
    #[arg(value_name = "N", default_value = "all")]
    pub count: Count,
}

/// Undo the last N applied migrations; asks first
///
/// Your own migrations that belong to the edition are undone first, newest first, then the built-in ones.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate down            undo the last one
  instaseed migrate down 3          undo the last three
  instaseed migrate down all --yes  undo all of them, without asking

See what it would run:  instaseed migrate plan down 3")]
pub struct Down {
    /// Number of migrations, or all
    #[arg(value_name = "N", default_value = "1")]
    pub count: Count,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

/// Undo the last N applied migrations and apply them again; asks first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate redo            run your last one again, after editing it
  instaseed migrate redo 2 --yes    run the last two again, without asking

See what it would run:  instaseed migrate plan redo")]
pub struct Redo {
    /// Number of migrations, or all
    #[arg(value_name = "N", default_value = "1")]
    pub count: Count,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

/// Move to an edition or a version, forward or back; asks before it goes back
///
/// The database remembers the edition that you name. Your own migrations stay applied, except on the way back to an
/// edition that they do not belong to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate to platform        change to the platform edition
  instaseed migrate to course          change back; asks first
  instaseed migrate to create_likes    stop right after that migration
  instaseed migrate to none --yes      undo everything, without asking

See what it would run:  instaseed migrate plan to platform")]
pub struct To {
    /// Edition (course, platform), a version (or its first characters), the name of a migration, or none (undo everything)
    #[arg(value_name = "VERSION|EDITION", value_parser = args::goal(), hide_possible_values = true)]
    pub goal: String,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

impl Up {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate up", &Goal::Up(self.count.limit()), &ConsentArgs::NONE, out)
    }
}

impl Down {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate down", &Goal::Down(self.count.number()), &self.consent, out)
    }
}

impl Redo {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate redo", &Goal::Redo(self.count.number()), &self.consent, out)
    }
}

impl To {
    pub fn run(self, place: &MigrateContext<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate to", &Goal::To(self.goal), &self.consent, out)
    }
}

/// What a run did, for programs.
#[derive(Debug, Serialize)]
pub struct StepsOutput<'a> {
    ok: bool,
    edition: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    goal: Option<&'a str>,
    /// What the steps could not keep.
    #[serde(flatten)]
    taken: &'a Taken,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// Plans, asks where something is taken back, runs, and says where the database stands now.
fn walk(
    place: &MigrateContext<'_>,
    verb: &str,
    goal: &Goal,
    consent: &ConsentArgs,
    out: &Output,
) -> Result<Answer, Failure> {
    let (target, mut db) = place.connect_to_change(out)?;
    let source = place.source(&target)?;
    observers::note_empty_folder(&source, out);
    let mut watcher = MigrationProgress::new(out);
    let mut runner = Runner::new(&mut db, &source, place.options()).observed_by(&mut watcher);
    let protected = runner.is_protected()?;
    let plan = runner.plan(goal)?;
    let back = taken_back(&plan);
    if back > 0 {
        let goes = goes_with(&runner.belongings(&plan)?, consent, out);
        let does = format!(
            "undoes {} and deletes what {} tables contain ({}){goes}",
            counted(back as u64, "migration", "migrations"),
            if back == 1 { "its" } else { "their" },
            names(&plan)
        );
        let deed = DestructiveAction { verb, does: &does };
        if !guard::consent_to_lose(&target, protected, deed, &losses::sentences(&plan), consent, out)? {
            return Ok(Answer::No);
        }
    } else {
        losses::report(&plan, out);
    }
    // What nobody was asked about must not be taken back, whatever other runs have done since the plan.
    let options = Options { may_take_back: back > 0, ..place.options() };
    let taken = Taken::from_plan(&plan);
    // The run makes its own plan, and that of a long script is large.
    drop(plan);
    let (outcome, status) = watcher.run(&mut db, &source, options, goal)?;
    interrupt::done();
    report(&outcome, &status, &taken, out);
    Ok(Answer::Done)
}

/// How many migrations a plan takes back; without one that is half taken back already, which was agreed to back then.
pub fn taken_back(plan: &Plan) -> usize {
    back(plan).count()
}

fn back(plan: &Plan) -> impl Iterator<Item = &Step> {
    plan.steps.iter().filter(|step| step.direction == Direction::Down && !step.resumes)
}

/// The names of what a plan takes back, in that order.
fn names(plan: &Plan) -> String {
    back(plan).map(|step| step.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Says what a run did, where the database is now, and what is left to do there.
pub fn report(outcome: &Outcome, status: &Status, taken: &Taken, out: &Output) {
    let edition = status.edition.as_str();
    let stands = match edition {
        "none" => "the schema is empty".to_owned(),
        "between" => "the database is between two editions".to_owned(),
        edition => format!("the database is at edition {edition}"),
    };
    match outcome.steps.len() {
        0 => out.say(format!("Nothing to do: {stands}.")),
        done => out.say(format!("{} run; {stands}.", counted(done as u64, "migration", "migrations"))),
    }
    let goal = status.goal.as_deref();
    let pending = |own: bool| {
        let pending = |one: &&MigrationStatus| one.own == own && one.state == MigrationState::Pending;
        status.migrations.iter().filter(pending).count()
    };
    match (pending(true), goal) {
        (0, _) => {}
        (own, Some(goal)) if goal == edition && pending(false) == 0 => {
            out.say(format!(
                "{} of your own pending:  instaseed migrate up",
                counted(own as u64, "migration", "migrations")
            ));
        }
        _ => {}
    }
    out.answer(&StepsOutput { ok: true, edition, goal, taken, outcome });
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn a_count_is_a_number_from_one_or_all() {
        assert_eq!("all".parse::<Count>().expect("known"), Count::All);
        assert_eq!("3".parse::<Count>().expect("known"), Count::Exactly(3));
        for bad in ["0", "-1", "", "one", "1.5"] {
            assert!(bad.parse::<Count>().is_err(), "{bad}");
        }
    }
}
