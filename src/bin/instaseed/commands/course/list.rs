//! `instaseed course list`: the exercises, by chapter, with what is passed.

use super::{CourseContext, ExerciseOutput};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style};
use instaseed::course::{Course, Listed, Standing};
use serde::Serialize;

/// List the exercises and what is passed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course list
  instaseed course list --todo
  instaseed course list --concept join")]
pub struct Args {
    /// Show only exercises about this concept, such as join or "group by"; part of the word is enough
    #[arg(long, value_name = "WORD")]
    concept: Option<String>,
    /// Show only what is not passed yet
    #[arg(long)]
    todo: bool,
}

#[derive(Serialize)]
struct ListOutput {
    ok: bool,
    exercises: Vec<ExerciseOutput>,
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let mut exercises = course.exercises()?;
        if let Some(word) = &self.concept {
            let word = word.trim().to_lowercase();
            exercises.retain(|one| one.exercise.concepts.iter().any(|concept| concept.contains(&word)));
        }
        if self.todo {
            exercises.retain(|one| one.standing != Standing::Passed);
        }
        print(&course, &exercises, out);
        if exercises.is_empty() {
            out.print(match (&self.concept, self.todo) {
                (Some(word), _) => format!("No exercise is about \"{}\".", word.trim()),
                (None, _) => "All exercises are passed.".to_owned(),
            });
        }
        let exercises: Vec<_> = exercises.iter().map(|one| ExerciseOutput::of(&course, one)).collect();
        let found = !exercises.is_empty() || self.concept.is_none();
        out.answer(&ListOutput { ok: found, exercises });
        Ok(if found { Answer::Done } else { Answer::No })
    }
}

/// The exercises under the titles of their chapters.
pub(super) fn print(course: &Course, exercises: &[Listed<'_>], out: &Output) {
    let mut is_first = true;
    for chapter in course.catalogue().chapters() {
        let own: Vec<_> = exercises.iter().filter(|one| one.exercise.chapter == chapter.name).collect();
        if own.is_empty() {
            continue;
        }
        if !is_first {
            out.print("");
        }
        is_first = false;
        out.print(out.style(Style::Strong, &chapter.title));
        for one in own {
            let standing = match one.standing {
                Standing::Passed => out.style(Style::Good, "passed"),
                Standing::Tried => out.style(Style::Warning, "tried "),
                Standing::Todo => out.style(Style::Faint, "todo  "),
            };
            let exercise = one.exercise;
            out.print(format_args!(
                "  {standing}  {:>2} {:<24}  {}",
                exercise.number, exercise.id, exercise.title
            ));
        }
    }
}
