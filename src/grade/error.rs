//! What can go wrong while answers are judged, apart from wrong answers.

use std::fmt::Display;

use crate::exercise::{Exercise, ExerciseError};
use crate::fixture::FixtureError;
use crate::sandbox::{Refusal, SandboxError};

/// Why answers cannot be judged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GradeError {
    #[error(transparent)]
    Exercise(#[from] ExerciseError),
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    #[error(transparent)]
    Fixture(#[from] FixtureError),
    /// The exercise is not for this engine.
    #[error("'{id}' is not for {engine}")]
    OtherEngine { id: String, engine: String },
    /// The statements that the course runs before the task fail.
    #[error("what precedes the task of '{id}' fails: {message}")]
    Given { id: String, message: String },
    /// The model solution fails.
    #[error("the model solution of '{id}' fails: {message}")]
    Model { id: String, message: String },
}

impl GradeError {
    /// The statements that an exercise has before its task are refused.
    pub(super) fn given(id: &str, refusal: &Refusal) -> GradeError {
        GradeError::Given { id: id.to_owned(), message: refusal.to_string() }
    }

    pub(super) fn model(exercise: &Exercise, message: impl Display) -> GradeError {
        GradeError::Model { id: exercise.id.clone(), message: message.to_string() }
    }

    /// Whether the answer itself may have broken the database in which it was tried, so that other answers can still be judged.
    pub fn may_be_the_answers_fault(&self) -> bool {
        matches!(self, Self::Sandbox(SandboxError::Broken { .. }))
    }
}
