//! The task of an exercise as a page in Markdown: what is asked, and where the answer goes.

use std::fmt::Write;

use crate::database::Engine;
use crate::exercise::Exercise;

/// The page of a task, in Markdown.
pub fn task_page(exercise: &Exercise, engine: Engine) -> String {
    let Exercise { number, title, level, points, .. } = exercise;
    let mut page = format!("# {number}. {title}\n\n{}\n", exercise.task.trim());
    if let Some(given) = exercise.given(engine) {
        let _ = writeln!(page, "\nThis is run before your answer:\n\n```sql\n{}\n```", given.trim());
    }
    let concepts = exercise.concepts.join(", ");
    let _ = writeln!(page, "\nLevel {level} of 3, {points} points. About: {concepts}.");
    let _ = writeln!(page, "Your answer: `answers/{}`.", exercise.file_name());
    page
}
