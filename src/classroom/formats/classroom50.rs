//! Classroom 50's result.json (`classroom50/result/v1`), as an autograder writes it for the runner.
//!
//! Its points are whole numbers. `owner` and `assignment_type` are missing, because the runner adds them.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Options, pretty};
use crate::classroom::error::{ClassroomError, Result};
use crate::classroom::marks::{Mark, Marks, word};
use crate::classroom::points::Points;

/// What is graded, as the runner reports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    pub classroom: String,
    pub assignment: String,
    /// A tag that begins with `submit/`.
    pub submission: String,
    pub commit: String,
    pub release: String,
    pub review: String,
}

pub(super) fn write(marks: &Marks, options: &Options) -> Result<String> {
    let subject = options.subject.as_ref();
    let subject = subject.ok_or(ClassroomError::NoSubject { what: "to know what is graded" })?;
    let points = |points: Points| match options.scaled {
        true => points.hundredths(),
        false => points.hundredths() / 100,
    };
    let mut result = Map::new();
    result.insert("schema".to_owned(), json!("classroom50/result/v1"));
    if let Value::Object(subject) = json!(subject) {
        result.extend(subject);
    }
    result.insert("datetime".to_owned(), json!(marks.graded_at));
    result.insert("score".to_owned(), json!(points(marks.score)));
    result.insert("max-score".to_owned(), json!(points(marks.max_score)));
    let test = |mark: &Mark| {
        json!({
            "test-name": mark.heading(),
            "passed": mark.is_correct(),
            "score": points(mark.points),
            "max-score": points(mark.max_points),
            "verdict": word(mark.verdict),
            "message": mark.message,
            "mistake": mark.mistake,
            "output": mark.feedback,
            "seed": mark.seed,
        })
    };
    result.insert("tests".to_owned(), marks.exercises.iter().map(test).collect());
    Ok(pretty(&result))
}
