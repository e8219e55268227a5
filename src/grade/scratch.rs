//! A scratch database for one attempt: prepares it as the exercise says, and reads its schema.

use super::ask::{ALL, told};
use super::{GradeError, Result};
use crate::database::{self, Catalogue, Cells, DatabaseError, Questions};
use crate::exercise::{Exercise, Probes};
use crate::sandbox::{Answer, Cell, Sandbox, SandboxError, Trouble};

/// Creates a scratch database with the rows of the exercise's data set. It is removed when it is dropped.
pub(super) type Scratches<'a> = dyn FnMut(&Exercise) -> Result<Box<dyn Sandbox>> + 'a;

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
