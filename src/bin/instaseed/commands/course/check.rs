//! `instaseed course check`: whether an answer is right, and if not, the few rows that show why.

use super::answer::{AnswerArgs, Given};
use super::{CourseContext, ExerciseOutput, all_passed, from_here, grader, markdown, none_left, report};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style};
use instaseed::course::{Course, CourseError, Recorded};
use instaseed::exercise::Exercise;
use instaseed::grade::{Grader, Outcome, Verdict};
use serde::Serialize;

/// Check an answer
///
/// Runs your answer and the model solution on the data of the course, and says what differs: first in a sentence, then on
/// the few rows that show it. The data is a fresh copy each time, so changes in your own database do not matter. Check as
/// often as you like: attempts and time do not count against you.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course check                 the next exercise
  instaseed course check 21              an exercise by its number
  instaseed course check ghosts draft.sql
  instaseed course check ghosts - < query.sql

Exit codes: 0 passed, 1 not yet, 2 error.")]
pub struct Args {
    #[command(flatten)]
    answer: AnswerArgs,
}

#[derive(Serialize)]
struct CheckOutput<'a> {
    /// Whether the answer is right.
    ok: bool,
    exercise: ExerciseOutput,
    /// Whether it is right for the first time in this round.
    first_pass: bool,
    verdict: &'a Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    explain: Option<&'a str>,
    /// The id of the next exercise, after passing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The result of checking an answer.
pub(super) struct Checked {
    pub verdict: Verdict,
    pub recorded: Option<Recorded>,
    /// Why the result could not be recorded.
    pub unrecorded: Option<CourseError>,
}

impl Checked {
    pub(super) fn is_right(&self) -> bool {
        self.verdict.outcome == Outcome::Correct
    }
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open_near(self.answer.file())?;
        let Some(given) = self.answer.given(&course, out)? else { return none_left(&course, out) };
        let checked = check(&course, &mut grader(&course)?, &given)?;
        print(&course, &given, &checked, out)?;
        let is_right = checked.is_right();
        // The verdict is shown even if it cannot be recorded.
        if let Some(error) = checked.unrecorded {
            return Err(error.into());
        }
        let next = if is_right { course.next()?.map(|next| next.id.clone()) } else { None };
        if let Some(next) = &next {
            out.say("");
            out.say(out.advice(&format!("Next:  instaseed course show {next}")));
        } else if is_right {
            out.say("");
            all_passed(&course, out)?;
        }
        out.answer(&CheckOutput {
            ok: is_right,
            exercise: ExerciseOutput::named(&course, given.exercise)?,
            first_pass: checked.recorded.is_some_and(|recorded| recorded.first_pass),
            verdict: &checked.verdict,
            explain: is_right.then(|| given.exercise.explain.trim()),
            next,
        });
        Ok(if is_right { Answer::Done } else { Answer::No })
    }
}

/// Judges an answer and records the result. A file that was never changed is not an attempt.
pub(super) fn check(course: &Course, grader: &mut Grader, given: &Given<'_>) -> Result<Checked, Failure> {
    let verdict = grader.check(given.exercise, &given.text)?;
    let noted = given.begun.then(|| course.record(given.exercise, &verdict)).transpose();
    let (recorded, unrecorded) = noted.map_or_else(|error| (None, Some(error)), |noted| (noted, None));
    Ok(Checked { verdict, recorded, unrecorded })
}

/// The verdict, and after passing the explanation.
pub(super) fn print(
    course: &Course,
    given: &Given<'_>,
    checked: &Checked,
    out: &Output,
) -> Result<(), Failure> {
    let Exercise { number, title, .. } = given.exercise;
    out.say(out.style(Style::Strong, &format!("{number}. {title}")));
    if checked.verdict.outcome == Outcome::Missing {
        out.print(match &given.path {
            Some(path) => format!("There is no answer yet in {}.", from_here(path).display()),
            None => "There is no answer.".to_owned(),
        });
        out.say(out.advice(&format!("Read the task:  instaseed course show {}", given.exercise.id)));
        return Ok(());
    }
    report::print(&checked.verdict, out);
    if checked.is_right() {
        out.say("");
        if out.wants_talk() {
            markdown::print(&given.exercise.explain, out);
        }
        let progress = course.progress()?;
        out.say("");
        out.say(format_args!("{} of {} exercises passed.", progress.passed, progress.exercises));
    } else {
        let entry = course.state()?.entry(&given.exercise.id);
        let left = given.exercise.hints.len().saturating_sub(entry.hints);
        if left > 0 {
            out.say("");
            out.say(out.advice(&format!("A hint:  instaseed course hint {}", given.exercise.id)));
        }
    }
    Ok(())
}
