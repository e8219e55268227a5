//! A scratch database for one attempt: prepares it as the exercise says, and reads its schema.

use super::{GradeError, Result};
use crate::database::{self, Catalogue, Cells, DatabaseError, Questions};
use crate::exercise::{Exercise, Probes};
use crate::sandbox::{Answer, Cell, Limits, Refusal, Sandbox, SandboxError, Trouble};

/// Creates a scratch database with the rows of the exercise's data set. It is removed when it is dropped.
pub(super) type Scratches<'a> = dyn FnMut(&Exercise) -> Result<Box<dyn Sandbox>> + 'a;

/// Limits for the grader's own queries, which read whole tables.
pub(super) const ALL: Limits = Limits { work: 500_000_000, seconds: 30.0, rows: 2_000_000, bytes: 512 << 20 };

/// A scratch database in which the exercise's own statements have run.
pub(super) fn prepared(scratches: &mut Scratches<'_>, exercise: &Exercise) -> Result<Box<dyn Sandbox>> {
    let mut scratch = scratches(exercise)?;
    let engine = scratch.engine();
    if let Some(given) = exercise.given(engine) {
        run_given(&mut *scratch, &exercise.id, given)?;
    }
    Ok(scratch)
}

/// Runs the statements that an exercise has before its task.
pub(super) fn run_given(scratch: &mut dyn Sandbox, id: &str, sql: &str) -> Result<()> {
    told(scratch.script(sql, &ALL))?.map_err(|refusal| GradeError::given(id, &refusal))
}

/// Adds the awkward data that a migration must handle.
pub(super) fn make_dirty(scratch: &mut dyn Sandbox, exercise: &Exercise, probes: &Probes) -> Result<()> {
    for statement in probes.dirty(scratch.engine()) {
        told(scratch.execute(statement, &ALL))?
            .map_err(|refusal| GradeError::given(&exercise.id, &refusal))?;
    }
    Ok(())
}

/// Separates a refusal from a failure of the sandbox itself.
pub(super) fn told<T>(outcome: Result<T, Trouble>) -> Result<Result<T, Refusal>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Trouble::Refused(refusal)) => Ok(Err(refusal)),
        Err(Trouble::Failed(error)) => Err(error.into()),
    }
}

/// The result of a statement of the grader, which nothing should refuse.
pub(super) fn ours<T>(outcome: Result<T, Trouble>, action: &'static str) -> Result<T> {
    told(outcome)?.map_err(|refusal| SandboxError::Broken { action, source: refusal.into() }.into())
}

/// The text of a refusal without its full stop, to be part of a sentence.
pub(super) fn words(refusal: &Refusal) -> String {
    without_database(&refusal.to_string()).trim_end_matches('.').to_owned()
}

/// Removes the name of the database that MySQL puts before a table: it is different each time, and means nothing to a learner.
fn without_database(text: &str) -> String {
    const BEGINS: &str = "`instaseed_";
    let mut rest = text;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once(BEGINS) {
        kept.push_str(before);
        match after.split_once("`.") {
            Some((name, after)) if !name.contains('`') => rest = after,
            _ => {
                kept.push_str(BEGINS);
                rest = after;
            }
        }
    }
    kept + rest
}

/// What a learner is told if a script, or a part of one, did not run to the end.
pub(super) fn not_run(what: &str, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Empty => "There is no statement yet.".to_owned(),
        Refusal::TooSlow => format!("{what} does too much work: it was stopped."),
        Refusal::Invalid { .. } => {
            format!("{what} does not run: {}", super::words::ended(&without_database(&refusal.to_string())))
        }
        refusal => super::words::refusal(refusal).1,
    }
}

/// The engine's own message, if it differs: learners can search for it.
pub(super) fn raw(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::Invalid { message, raw, .. } if raw != message && !raw.is_empty() => {
            Some(format!("The database says: {}", without_database(raw)))
        }
        _ => None,
    }
}

/// The schema of a scratch database.
pub(super) fn catalogue(scratch: &mut dyn Sandbox) -> Result<Catalogue> {
    let engine = scratch.engine();
    let read = database::read_catalogue(engine, &mut Asked(scratch));
    Ok(read.map_err(SandboxError::from)?)
}

struct Asked<'a>(&'a mut dyn Sandbox);

impl Questions for Asked<'_> {
    fn cells(&mut self, sql: &str) -> Result<Vec<Cells>, DatabaseError> {
        let query = |cause: database::Cause| DatabaseError::Query {
            source: diesel::result::Error::QueryBuilderError(cause),
        };
        let answer: Answer = match self.0.trusted(sql, &ALL) {
            Ok(answer) => answer,
            Err(Trouble::Refused(refusal)) => return Err(query(refusal.into())),
            Err(Trouble::Failed(error)) => return Err(query(error.into())),
        };
        let cells = |row: Vec<Cell>| {
            let mut row = row.into_iter().map(|cell| match cell {
                Cell::Null => None,
                cell => Some(cell.shown()),
            });
            Cells::new(std::array::from_fn(|_| row.next().flatten()))
        };
        Ok(answer.rows.into_iter().map(cells).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_with_one_mark() {
        let refusal = |message: &str| {
            let message = message.to_owned();
            not_run("The up part", &Refusal::Invalid { message, at: None, raw: String::new() })
        };
        let asked = "The up part does not run: There is no table \"a\". Did you mean b?";
        assert_eq!(refusal("There is no table \"a\". Did you mean b?"), asked);
        assert_eq!(refusal("X"), "The up part does not run: X.");
    }

    #[test]
    fn the_name_of_a_scratch_database_is_left_out() {
        let text = "Can't create table `instaseed_course_1`.`reports`, see `instaseed_x` and `instaseed_course_1`.`a`";
        assert_eq!(without_database(text), "Can't create table `reports`, see `instaseed_x` and `a`");
    }
}
