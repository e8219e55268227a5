//! The rows of the model solution, on any database.

use super::ask::told;
use super::compare::Rules;
use super::{GradeError, Result};
use crate::exercise::Exercise;
use crate::sandbox::{Answer, Limits, Sandbox};

/// A model may need more than a learner's query is allowed.
const LIMITS: Limits = Limits { work: 500_000_000, seconds: 30.0, rows: 200_000, bytes: 64 << 20 };

/// What the model returns, with its columns in the order of the task.
pub(super) fn expected(sandbox: &mut dyn Sandbox, exercise: &Exercise) -> Result<Answer> {
    let answer = told(sandbox.trusted(exercise.solution(sandbox.engine()), &LIMITS))?;
    let answer = answer.map_err(|refusal| GradeError::model(exercise, refusal))?;
    let aligned = Rules::of(exercise, &answer).aligned(&answer);
    let columns = || format!("its columns are {}", answer.columns.join(", "));
    aligned.ok_or_else(|| GradeError::model(exercise, columns()))
}
