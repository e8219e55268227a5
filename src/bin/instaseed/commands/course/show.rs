//! `instaseed course show`: the task of an exercise.

use super::{CourseContext, ExerciseOutput, chosen, from_here, markdown, none_left};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style};
use instaseed::course::{Course, Entry, has_own_data, names_columns};
use instaseed::exercise::{Exercise, Kind};
use serde::Serialize;

/// Show the task of an exercise
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course show 21
  instaseed course show likes-and-comments")]
pub struct Args {
    /// Exercise by its name or number [default: the next one]
    #[arg(value_parser = args::exercise(), hide_possible_values = true)]
    exercise: Option<String>,
}

#[derive(Serialize)]
struct ShowOutput<'a> {
    ok: bool,
    exercise: ExerciseOutput,
    task: &'a str,
    columns: &'a [String],
    order_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    given: Option<&'a str>,
    /// The text of the hints that were taken.
    hints: &'a [String],
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let exercise = chosen(&course, self.exercise.as_deref())?;
        let Some(exercise) = exercise else { return none_left(&course, out) };
        print(&course, exercise, out)?;
        Ok(Answer::Done)
    }
}

/// An order in words: `likes descending, id`.
fn order(exercise: &Exercise) -> Vec<String> {
    let word = |descends| if descends { " descending" } else { "" };
    exercise.order_by.iter().map(|key| format!("{}{}", key.column, word(key.descends))).collect()
}

pub(super) fn print(course: &Course, exercise: &Exercise, out: &Output) -> Result<(), Failure> {
    let entry = course.state()?.entry(&exercise.id);
    print_text(course, exercise, &entry, out);
    out.answer(&ShowOutput {
        ok: true,
        exercise: ExerciseOutput::named(course, exercise)?,
        task: exercise.task.trim(),
        columns: &exercise.columns,
        order_by: order(exercise),
        given: exercise.given(course.engine()),
        hints: &exercise.hints[..entry.hints.min(exercise.hints.len())],
    });
    Ok(())
}

pub(super) fn print_text(course: &Course, exercise: &Exercise, entry: &Entry, out: &Output) {
    let Exercise { number, title, level, points, .. } = exercise;
    let standing = if entry.passed_at.is_some() { " (passed)" } else { "" };
    out.print(out.style(Style::Strong, &format!("{number}. {title}{standing}")));
    out.print("");
    markdown::print(&exercise.task, out);
    out.print("");
    if let Some(given) = exercise.given(course.engine()) {
        out.print("This is run before your answer:");
        for line in given.trim().lines() {
            out.print(format_args!("    {line}"));
        }
        out.print("");
    }
    let field = |name: &str, value: &str| {
        markdown::print_field(&format!("{name:<9}"), value, out);
    };
    if !exercise.columns.is_empty() && !names_columns(exercise) {
        field("Columns", &exercise.columns.join(", "));
        let order = order(exercise).join(", ");
        field("Order", if order.is_empty() { "any" } else { &order });
    }
    if has_own_data(exercise, course.engine()) {
        let id = &exercise.id;
        let advice = format!(
            "not that of your own database. See its tables with `instaseed course schema --exercise {id}`, and query \
             them with `instaseed course run {id} -`"
        );
        field("Data", &out.advice(&advice));
    }
    field("Level", &format!("{level} of 3, {points} points"));
    field("About", &exercise.concepts.join(", "));
    if exercise.kind == Kind::Debug {
        field("Start", "your file has a wrong query: find out why, and correct it");
    }
    field("Answer", &from_here(&course.answer_path(exercise)).display().to_string());
    for (at, hint) in exercise.hints.iter().take(entry.hints).enumerate() {
        field(&format!("Hint {}", at + 1), hint);
    }
}
