//! `instaseed course list`: the exercises, by chapter, with what is passed.

use super::{CourseContext, ExerciseOutput, markdown};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style, quoted};
use instaseed::course::{Course, Listed, Standing};
use instaseed::edition::nearest;
use serde::Serialize;

/// List the exercises and what is passed
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course list
  instaseed course list --todo
  instaseed course list --concept join
  instaseed course list --concept \"group by\"

Exit codes: 0 found, 1 no exercise is about the word, 2 error.")]
pub struct Args {
    /// Show only exercises about this concept, such as join or "group by"; part of the word is enough
    #[arg(long, value_name = "WORD")]
    concept: Option<String>,
    /// Show only what is not passed yet
    #[arg(long)]
    todo: bool,
}

/// The columns at which a title begins: on a separate line, and after the name of its exercise.
const BEFORE_ID: usize = 13;
const BEFORE_TITLE: usize = 39;
/// In a narrower terminal the title is on a separate line.
const WITH_TITLES: usize = 64;

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
            match &self.concept {
                Some(word) => print_none(&course, word.trim(), self.todo, out)?,
                None => out.print("All exercises are passed."),
            }
        }
        let exercises: Vec<_> = exercises.iter().map(|one| ExerciseOutput::of(&course, one)).collect();
        let found = !exercises.is_empty() || self.concept.is_none();
        out.answer(&ListOutput { ok: found, exercises });
        Ok(if found { Answer::Done } else { Answer::No })
    }
}

/// Suggestions if nothing was found.
fn print_none(course: &Course, word: &str, is_todo: bool, out: &Output) -> Result<(), Failure> {
    let all = course.exercises()?;
    let mut known: Vec<&str> =
        all.iter().flat_map(|one| &one.exercise.concepts).map(String::as_str).collect();
    known.sort_unstable();
    known.dedup();
    if is_todo && known.iter().any(|concept| concept.contains(&word.to_lowercase())) {
        out.print(format_args!("All exercises about \"{word}\" are passed."));
        return Ok(());
    }
    out.print(format_args!("No exercise is about \"{word}\"."));
    if let Some(near) = nearest(&word.to_lowercase(), &known) {
        let verb = format!("instaseed course list --concept {}", quoted(near));
        out.print(out.advice(&format!("Did you mean {near}?  {verb}")));
    } else {
        markdown::print(&format!("There are: {}.", known.join(", ")), out);
    }
    Ok(())
}

/// The exercises under the titles of their chapters.
pub(super) fn print(course: &Course, exercises: &[Listed<'_>], out: &Output) {
    let mut is_first = true;
    let space = " ".repeat(BEFORE_ID);
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
            let first = format!("  {standing}  {:>2} {:<24}", exercise.number, exercise.id);
            match out.width() < WITH_TITLES {
                false => markdown::print_behind(&format!("{first}  "), BEFORE_TITLE, &exercise.title, out),
                true => {
                    out.print(first.trim_end());
                    markdown::print_behind(&space, BEFORE_ID, &exercise.title, out);
                }
            }
        }
    }
}
