//! Tries a query that is right on the learner's data on data that the learner has not seen: at the edge, on the few rows that
//! expose each known mistake, on two more data sets, and on a database with one user. An answer with typed-in results fails here.

use std::sync::Arc;

use super::ask::{told, undone};
use super::check::{COUNT, correct, not_rounded};
use super::compare::Rules;
use super::data::{DataSets, HIDDEN};
use super::example::{self, Question};
use super::mistakes::{self, Trap};
use super::verdict::{Example, KnownMistake, Outcome, Stage, Verdict};
use super::{Grader, Result, oracle, refusals, tables, words};
use crate::exercise::{Exercise, Kind};
use crate::sandbox::{Answer, Limits, Refusal, Sandbox};

impl Grader {
    /// Tries an answer that is right on the learner's data on other data.
    pub(super) fn elsewhere(
        &mut self,
        exercise: &Exercise,
        text: &str,
        visible: &Answer,
        notes: &mut Vec<String>,
    ) -> Result<Verdict> {
        // Data on which work is measured is large, and each further copy of it takes a while.
        let is_large = exercise.kind == Kind::Performance;
        if !is_large {
            // The edge comes first, because any difference counts there, and because it distinguishes mistakes that look alike
            // elsewhere.
            if let Some(verdict) = self.at_the_edge(exercise, text)? {
                return Ok(verdict);
            }
            if let Some(verdict) = self.trapped(exercise, text)? {
                return Ok(verdict);
            }
        }
        for nth in 0..if is_large { 1 } else { HIDDEN } {
            let set = self.data.hidden(exercise, nth);
            let model = self.model(exercise, &set)?;
            let rules = Rules::of(exercise, &model);
            let answer = match told(self.data.open(&set)?.query(text, &Limits::default()))? {
                Ok(answer) => answer,
                Err(refusal) => return Ok(refused_elsewhere(exercise, &refusal)),
            };
            let Some(answer) = rules.aligned(&answer) else { continue };
            if let Some(difference) = rules.difference(&model, &answer) {
                let question = Question::on(&set, exercise, text, &rules, true);
                return self.wrong(question, &model, &answer, &difference);
            }
            if rules.unrounded(&answer).is_some() {
                return Ok(not_rounded(exercise, &rules, &answer, true));
            }
        }
        // Only a right answer gets this note. For a wrong one, the example shows the same.
        if !is_large && let Some((note, example)) = self.alone(exercise, text)? {
            if exercise.alone {
                return Ok(Verdict {
                    stage: Some(Stage::Hidden),
                    message: words::edge(),
                    share: COUNT,
                    example: Some(example),
                    ..Verdict::blank(exercise, Outcome::Wrong)
                });
            }
            notes.push(note);
        }
        Ok(correct(exercise, visible))
    }

    /// Tries the few rows on which the known mistakes show. An answer is wrong there only if it is the mistake's: such rows may
    /// break a promise of the task, such as that there is no tie, and then another answer can be as good as the model's.
    fn trapped(&mut self, exercise: &Exercise, text: &str) -> Result<Option<Verdict>> {
        let set = self.data.visible(exercise);
        for trap in self.traps(exercise)?.iter() {
            let engine = self.data.engine();
            let known = exercise.mistakes(engine).into_iter().find(|mistake| mistake.name == trap.mistake);
            let Some(mistake) = known else { continue };
            let verdict = self.data.with_rows(&set, &trap.tables(), |sandbox| {
                let model = oracle::expected(sandbox, exercise)?;
                let rules = Rules::of(exercise, &model);
                let answer = ask(sandbox, &rules, text, false)?;
                let (Some(answer), Some(wrong)) = (answer, ask(sandbox, &rules, mistake.sql, true)?) else {
                    return Ok(None);
                };
                let Some(difference) = rules.difference(&model, &answer) else { return Ok(None) };
                if rules.difference(&wrong, &answer).is_some() {
                    return Ok(None);
                }
                let shown = (trap.tables(), &model, &answer, &difference);
                let mut verdict = Verdict::blank(exercise, Outcome::Wrong);
                verdict.stage = Some(Stage::Hidden);
                verdict.message = words::rare();
                verdict.share = COUNT;
                verdict.mistake = Some(KnownMistake::of(mistake));
                verdict.example = Some(example::shown(sandbox, exercise, text, shown, true)?);
                Ok(Some(verdict))
            })?;
            if verdict.is_some() {
                return Ok(verdict);
            }
        }
        Ok(None)
    }

    /// Whether an answer returns what a known mistake returns on the few rows on which that mistake shows.
    pub(super) fn is_alike(&mut self, exercise: &Exercise, text: &str, name: &str) -> Result<bool> {
        let set = self.data.visible(exercise);
        let known = exercise.mistakes(self.data.engine()).into_iter().find(|mistake| mistake.name == name);
        let traps = self.traps(exercise)?;
        let (Some(mistake), Some(trap)) = (known, traps.iter().find(|trap| trap.mistake == name)) else {
            return Ok(true);
        };
        self.data.with_rows(&set, &trap.tables(), |sandbox| {
            let model = oracle::expected(sandbox, exercise)?;
            let rules = Rules::of(exercise, &model);
            let answer = ask(sandbox, &rules, text, false)?;
            Ok(match (answer, ask(sandbox, &rules, mistake.sql, true)?) {
                (Some(answer), Some(wrong)) => rules.difference(&wrong, &answer).is_none(),
                _ => true,
            })
        })
    }

    /// The rows on which known mistakes show. They are found on SQLite even if answers are judged on a server.
    pub(super) fn traps(&mut self, exercise: &Exercise) -> Result<Arc<Vec<Trap>>> {
        if self.data.engine().is_file() {
            return mistakes::traps(&mut self.data, exercise);
        }
        if self.local.is_none() {
            self.local = Some(DataSets::local(&self.settings)?);
        }
        let local = self.local.as_mut().expect("it was just made");
        match exercise.is_for(local.engine()) {
            true => mistakes::traps(local, exercise),
            false => Ok(Arc::default()),
        }
    }

    /// Tries a database with one user and nothing else. Hardly any task asks about that case. If the answer differs from the
    /// model's, this says how, and shows it.
    fn alone(&mut self, exercise: &Exercise, text: &str) -> Result<Option<(String, Example)>> {
        let set = self.data.visible(exercise);
        let schema = self.data.schema(&set)?;
        let people = schema.people().map(|at| &schema.tables[at]);
        let Some(people) = people.filter(|people| people.references.is_empty()) else { return Ok(None) };
        let rows = [tables::first_rows(self.data.open(&set)?, people, 1)?];
        self.data.with_rows(&set, &rows, |sandbox| {
            let Ok(model) = oracle::expected(sandbox, exercise) else { return Ok(None) };
            let rules = Rules::of(exercise, &model);
            let Some(answer) = ask(sandbox, &rules, text, false)? else { return Ok(None) };
            let Some(difference) = rules.difference(&model, &answer) else { return Ok(None) };
            let note = words::alone(&words::tiny(&model), &words::tiny(&answer));
            let shown = (rows.to_vec(), &model, &answer, &difference);
            Ok(Some((note, example::shown(sandbox, exercise, text, shown, true)?)))
        })
    }
}

/// The answer of a query in a sandbox where a transaction is open; `None` if it is refused or has other columns.
fn ask(sandbox: &mut dyn Sandbox, rules: &Rules, text: &str, trusted: bool) -> Result<Option<Answer>> {
    let answer = undone(sandbox, |sandbox| match trusted {
        true => sandbox.trusted(text, &Limits::default()),
        false => sandbox.query(text, &Limits::default()),
    })?;
    Ok(told(answer)?.ok().and_then(|answer| rules.aligned(&answer)))
}

/// The verdict on a query that is refused on data that the learner has not seen.
pub(super) fn refused_elsewhere(exercise: &Exercise, refusal: &Refusal) -> Verdict {
    let (outcome, message) = refusals::outcome(refusal);
    Verdict {
        stage: Some(Stage::Hidden),
        message: format!("Right on your data; on other data of the same kind: {message}"),
        share: COUNT,
        ..Verdict::blank(exercise, outcome)
    }
}
