//! Judges answers to exercises. The model solution is the oracle, on the learner's data and on other data.
//!
//! A [`Verdict`] says what was found, in the order that helps a learner most: what the engine refuses, columns, rows, order, a
//! known mistake, and the few rows of the database on which the mistake shows.

mod ask;
mod check;
mod clauses;
mod compare;
mod contents;
mod count;
mod data;
mod edge;
mod elsewhere;
mod engines;
mod error;
mod example;
mod ids;
mod judge;
mod jump;
mod migration;
mod mistakes;
mod oracle;
pub(crate) mod parallel;
mod plan;
mod population;
mod portability;
mod probes;
mod refusals;
mod same;
mod schema;
mod scratch;
mod shape;
mod shrink;
mod slips;
mod steps;
mod tables;
mod verdict;
mod words;
mod work;

/// The most bytes that an answer may have, wherever it is read. Nobody writes that much, and no engine has to parse more.
pub use crate::sandbox::MOST_BYTES;
pub use crate::sandbox::Place;
pub(crate) use clauses::tokens;
pub use error::GradeError;
pub(crate) use example::MOST_ROWS as MOST_EXAMPLE_ROWS;
pub use tables::{ColumnInfo, TableInfo};
pub use verdict::{Example, KnownMistake, Outcome, ProbeResult, Stage, Step, Table, Verdict, WorkDone};
pub(crate) use words::on_one_line;

pub(crate) type Result<T, E = GradeError> = std::result::Result<T, E>;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::database::Engine;
use crate::exercise::{Exercise, Kind};
use crate::sandbox::{Answer, Limits, Refusal, Sandbox};
use ask::told;
use compare::Rules;
use data::{DataSets, Set};
use judge::ScriptJudge;
use work::WorkJudge;

/// Where and on what answers are judged.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The seed of the learner's data.
    pub seed: u64,
    /// `None` for SQLite; the URL of a server, whose account may create databases.
    pub server: Option<String>,
    /// Where SQLite data sets are kept between runs; `None` for the default folder of fixtures.
    pub folder: Option<PathBuf>,
    /// Whether answers are also tried on databases that the learner has not seen.
    pub hidden: bool,
    /// Whether to look for an example of the mistake.
    pub examples: bool,
}

/// How long to look for an example, unless the caller says otherwise.
const PATIENCE: Duration = Duration::from_secs(1);

/// Judges answers to exercises on one engine.
///
/// It builds or opens separate data sets when they are first needed, and never touches a learner's database.
pub struct Grader {
    settings: Settings,
    patience: Duration,
    data: DataSets,
    /// The data sets of SQLite, if answers are judged on a server.
    local: Option<DataSets>,
    /// What models return, by their text and the data set.
    expected: BTreeMap<(String, Set), Arc<Answer>>,
    scripts: ScriptJudge,
    work: WorkJudge,
}

impl Grader {
    /// Only finds out which engine is meant; opens nothing yet.
    pub fn new(settings: Settings) -> Result<Grader> {
        let data = DataSets::new(&settings)?;
        let seed = settings.seed;
        Ok(Grader {
            settings,
            patience: PATIENCE,
            data,
            local: None,
            expected: BTreeMap::new(),
            scripts: ScriptJudge::new(seed),
            work: WorkJudge::default(),
        })
    }

    /// Sets how long to look for an example (default: one second). After that, the best one so far is shown.
    pub fn patience(self, patience: Duration) -> Grader {
        Grader { patience, ..self }
    }

    pub fn engine(&self) -> Engine {
        self.data.engine()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Builds the missing data sets of an exercise, so that its first check is fast.
    pub fn prepare(&mut self, exercise: &Exercise) -> Result<()> {
        let visible = self.data.visible(exercise);
        self.data.open(&visible)?;
        if self.settings.hidden && matches!(exercise.kind, Kind::Query | Kind::Debug) {
            for nth in 0..data::HIDDEN {
                let hidden = self.data.hidden(exercise, nth);
                self.data.open(&hidden)?;
            }
            self.traps(exercise)?;
        }
        Ok(())
    }

    /// Runs a query on the learner's data.
    pub fn run(&mut self, exercise: &Exercise, text: &str) -> Result<Result<Answer, Refusal>> {
        let set = self.data.visible(exercise);
        told(self.data.open(&set)?.query(text, &Limits::default()))
    }

    /// Runs a query on the rows of the exercise's `edge.sql`; `None` if it has none.
    pub fn run_at_edge(
        &mut self,
        exercise: &Exercise,
        text: &str,
    ) -> Result<Option<Result<Answer, Refusal>>> {
        self.data.with_edge(exercise, |sandbox| told(sandbox.query(text, &Limits::default())))
    }

    /// The rows that a query should return on the learner's data.
    pub fn expected(&mut self, exercise: &Exercise) -> Result<Answer> {
        self.refuse_other_engine(exercise)?;
        let set = self.data.visible(exercise);
        Ok(Answer::clone(&*self.model(exercise, &set)?))
    }

    /// The steps of a query on the learner's data; empty if the query cannot be divided into clauses.
    pub fn steps(&mut self, exercise: &Exercise, text: &str) -> Result<Vec<Step>> {
        let set = self.data.visible(exercise);
        let sandbox = self.data.open(&set)?;
        sandbox.begin()?;
        let steps = steps::steps(sandbox, text, false);
        sandbox.roll_back()?;
        steps
    }

    /// Judges an answer.
    pub fn check(&mut self, exercise: &Exercise, text: &str) -> Result<Verdict> {
        self.refuse_other_engine(exercise)?;
        match exercise.kind {
            Kind::Query | Kind::Debug => self.check_rows(exercise, text),
            Kind::Integrity | Kind::Migration => {
                let Grader { data, scripts, .. } = self;
                let set = data.visible(exercise);
                scripts.judge(&mut |_| data.scratch(&set), exercise, text)
            }
            Kind::Performance => self.check_work(exercise, text),
        }
    }

    /// The tables of an exercise's data, with their first rows.
    pub fn tables(&mut self, exercise: &Exercise, sample: usize) -> Result<Vec<TableInfo>> {
        let set = self.data.visible(exercise);
        let schema = self.data.schema(&set)?;
        tables::tables(self.data.open(&set)?, &schema, sample)
    }

    /// Judges counted work; of a query, its rows first.
    fn check_work(&mut self, exercise: &Exercise, text: &str) -> Result<Verdict> {
        let is_query = exercise.is_query();
        if is_query {
            let verdict = self.check_rows(exercise, text)?;
            // The numbers below say how much work is too much.
            if !matches!(verdict.outcome, Outcome::Correct | Outcome::TooSlow) {
                return Ok(verdict);
            }
        }
        let Grader { data, work, .. } = self;
        let set = data.visible(exercise);
        let mut scratches = |_: &Exercise| -> Result<Box<dyn Sandbox>> { data.scratch(&set) };
        if !is_query {
            return work.indexes(&mut scratches, exercise, text);
        }
        let mut rows = |wanted: &Answer, answer: &Answer| {
            let rules = Rules::of(exercise, wanted);
            let difference = match (rules.aligned(wanted), rules.aligned(answer)) {
                (Some(wanted), Some(answer)) => rules.difference(&wanted, &answer)?,
                _ => return None,
            };
            let message = words::wrong(exercise, wanted, answer, &difference);
            Some(Verdict { stage: Some(Stage::Values), message, ..Verdict::blank(exercise, Outcome::Wrong) })
        };
        work.query(&mut scratches, exercise, text, &mut rows)
    }

    fn refuse_other_engine(&self, exercise: &Exercise) -> Result<()> {
        let engine = self.engine();
        match exercise.is_for(engine) {
            true => Ok(()),
            false => Err(GradeError::OtherEngine { id: exercise.id.clone(), engine: engine.to_string() }),
        }
    }
}

/// Whether an answer would pass if `model` were the answer of the model.
pub(crate) fn is_same_answer(exercise: &Exercise, model: &Answer, answer: &Answer) -> bool {
    let rules = Rules::of(exercise, model);
    match (rules.aligned(model), rules.aligned(answer)) {
        (Some(model), Some(answer)) => rules.difference(&model, &answer).is_none(),
        _ => false,
    }
}
