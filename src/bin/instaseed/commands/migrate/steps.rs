//! `instaseed migrate up | down | redo | to`: the verbs that move a schema.
//!
//! They differ in their goal only. The plan is made first: what goes back asks for consent, and a plan without
//! steps is an answer by itself.

use super::Place;
use super::losses::{self, Taken};
use crate::cli::{self, ConsentArgs};
use crate::commands::{Answer, Failure};
use crate::guard::{self, Deed};
use crate::interrupt;
use crate::output::{Output, escape_line};
use instaseed::migration::{
    Belonging, Direction, Goal, MigrationState, MigrationStatus, Options, Outcome, Plan, Runner, Status, Step,
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

/// Apply what is pending for the database's edition: all, or the next N
///
/// Ours first, then your own that fit the edition. It takes nothing back and never leads to another edition:
/// `migrate to` does.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate up              all that is pending
  instaseed migrate up 1            only the next one
  instaseed migrate up --wait 30    first wait for a server that is starting")]
pub struct Up {
    /// How many
    #[arg(value_name = "N", default_value = "all")]
    pub count: Count,
}

/// Take back the last N applied migrations; asks first
///
/// Your own that fit the edition go first, newest first, then ours.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate down            the last one
  instaseed migrate down 3          the last three
  instaseed migrate down all --yes  every one, without asking

See what it would run:  instaseed migrate plan down 3")]
pub struct Down {
    /// How many, or all
    #[arg(value_name = "N", default_value = "1")]
    pub count: Count,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

/// Take back the last N applied migrations and apply them again; asks first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate redo            your last one again, after editing it
  instaseed migrate redo 2 --yes    the last two, without asking")]
pub struct Redo {
    /// How many, or all
    #[arg(value_name = "N", default_value = "1")]
    pub count: Count,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

/// Go to a version or an edition, forward or back; asks before it goes back
///
/// An edition becomes the one that the database is meant for. Your own migrations stay applied, except on the way
/// back to an edition that they do not fit.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed migrate to platform        from seven tables to eight
  instaseed migrate to course          and back; asks first
  instaseed migrate to create_likes    right after that migration
  instaseed migrate to none --yes      back to an empty schema, without asking

See what it would run:  instaseed migrate plan to platform")]
pub struct To {
    /// A version or its beginning, a migration's name, an edition (course, platform), or none
    #[arg(value_name = "VERSION|EDITION", value_parser = cli::goal(), hide_possible_values = true)]
    pub goal: String,
    #[command(flatten)]
    pub consent: ConsentArgs,
}

impl Up {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate up", &Goal::Up(self.count.limit()), &ConsentArgs::NONE, out)
    }
}

impl Down {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate down", &Goal::Down(self.count.number()), &self.consent, out)
    }
}

impl Redo {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate redo", &Goal::Redo(self.count.number()), &self.consent, out)
    }
}

impl To {
    pub fn run(self, place: &Place<'_>, out: &Output) -> Result<Answer, Failure> {
        walk(place, "migrate to", &Goal::To(self.goal), &self.consent, out)
    }
}

/// What a run did, for programs.
#[derive(Debug, Serialize)]
pub struct Walked<'a> {
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
    place: &Place<'_>,
    verb: &str,
    goal: &Goal,
    consent: &ConsentArgs,
    out: &Output,
) -> Result<Answer, Failure> {
    let (target, mut db) = place.connect_to_change(out)?;
    let source = place.source(&target)?;
    super::tell_empty(&source, out);
    let mut watcher = super::Watcher::new(out);
    let mut runner = Runner::new(&mut db, &source, place.options(), &mut watcher);
    let protected = runner.is_protected()?;
    let plan = runner.plan(goal)?;
    let back = taken_back(&plan);
    if back > 0 {
        let goes = goes_with(&runner.belongings(&plan)?, consent, out);
        let does =
            format!("takes back {}, with what their tables hold: {}{goes}", migrations(back), names(&plan));
        let deed = Deed { verb, does: &does };
        if !guard::consent_to_lose(&target, protected, deed, &losses::sentences(&plan), consent, out)? {
            return Ok(Answer::No);
        }
    } else {
        losses::tell(&plan, out);
    }
    // What nobody was asked about must not be taken back, whatever other runs have done since the plan.
    let options = Options { may_take_back: back > 0, ..place.options() };
    let taken = Taken::of(&plan);
    // The run makes its own plan, and that of a long script is large.
    drop(plan);
    let (outcome, status) = watcher.run(&mut db, &source, options, goal)?;
    interrupt::done();
    tell(&outcome, &status, &taken, out);
    Ok(Answer::Done)
}

/// What of the user's goes with the tables, for the question; where nobody is asked, a note tells it.
pub fn goes_with(belongings: &[Belonging], consent: &ConsentArgs, out: &Output) -> String {
    if belongings.is_empty() {
        return String::new();
    }
    let list = belongings.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    if consent.yes {
        out.note(format_args!("these go with their tables: {}", escape_line(&list)));
    }
    format!("; with them go {list}")
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
pub fn tell(outcome: &Outcome, status: &Status, taken: &Taken, out: &Output) {
    let edition = status.edition.as_str();
    let stands = match edition {
        "none" => "the schema is empty".to_owned(),
        "between" => "the database is between two editions".to_owned(),
        edition => format!("the database is at edition {edition}"),
    };
    match outcome.steps.len() {
        0 => out.say(format!("Nothing to do: {stands}.")),
        done => out.say(format!("{} run; {stands}.", migrations(done))),
    }
    let goal = status.goal.as_deref();
    let pending = |own: bool| {
        let pending = |one: &&MigrationStatus| one.own == own && one.state == MigrationState::Pending;
        status.migrations.iter().filter(pending).count()
    };
    match (pending(true), goal) {
        (0, _) => {}
        (own, Some(goal)) if goal == edition && pending(false) == 0 => {
            out.say(format!("{} of your own pending:  instaseed migrate up", migrations(own)));
        }
        _ => {}
    }
    out.answer(&Walked { ok: true, edition, goal, taken, outcome });
}

/// `1 migration`, `2 migrations`.
pub fn migrations(number: usize) -> String {
    if number == 1 { "1 migration".to_owned() } else { format!("{number} migrations") }
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
