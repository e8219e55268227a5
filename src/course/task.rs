//! The task of an exercise as a page in Markdown: what is asked, and where the answer goes.

use std::fmt::Write;

use super::database::PROFILE;
use crate::database::Engine;
use crate::edition::Edition;
use crate::exercise::Exercise;

/// Whether an exercise uses other data than the learner's database: more rows, another edition, or statements that run first.
pub fn has_own_data(exercise: &Exercise, engine: Engine) -> bool {
    let Exercise { profile, edition, .. } = exercise;
    profile != PROFILE || *edition != Edition::Course || exercise.given(engine).is_some()
}

/// Whether the task itself lists the columns of the answer, in their order.
pub fn names_columns(exercise: &Exercise) -> bool {
    exercise.task.lines().any(|line| line.trim_start().starts_with("Columns:"))
}

/// The page of a task, in Markdown.
pub(super) fn task_page(exercise: &Exercise, engine: Engine) -> String {
    let Exercise { number, title, level, points, .. } = exercise;
    let mut page = format!("# {number}. {title}\n\n{}\n", exercise.task.trim());
    if let Some(given) = exercise.given(engine) {
        let _ = writeln!(page, "\nThis is run before your answer:\n\n```sql\n{}\n```", given.trim());
    }
    if has_own_data(exercise, engine) {
        page += "\nThis exercise has data of its own: its tables or rows are not those of your database.\n";
    }
    let concepts = exercise.concepts.join(", ");
    let _ = writeln!(page, "\nLevel {level} of 3, {points} points. About: {concepts}.");
    let _ = writeln!(page, "Your answer: `answers/{}`.", exercise.file_name());
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exercise::Catalogue;

    #[test]
    fn a_task_says_where_its_data_is_not_that_of_the_learners_database() {
        let course = Catalogue::embedded().unwrap();
        let says = |id: &str| {
            let exercise = course.find(id).unwrap();
            let page = task_page(exercise, Engine::Sqlite);
            let says = page.contains("data of its own");
            assert_eq!(says, has_own_data(exercise, Engine::Sqlite), "{id}");
            says
        };
        assert_eq!(
            ["ghosts", "newest-followers", "missing-foreign-key", "unique-emails"].map(says),
            [false, true, true, true]
        );
    }
}
