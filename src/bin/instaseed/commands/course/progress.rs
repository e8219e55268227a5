//! `instaseed course progress`: how much is passed, by chapter and by concept.

use super::{CourseContext, markdown};
use crate::failure::{Answer, Failure};
use crate::output::{Output, Style, counted};
use instaseed::course::{Progress, Share};
use serde::Serialize;

/// Show how much is passed, by chapter and concept
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course progress
  instaseed course progress --json")]
pub struct Args {}

#[derive(Serialize)]
struct ProgressOutput {
    ok: bool,
    #[serde(flatten)]
    progress: Progress,
}

/// `[######--------]`
fn bar(passed: usize, of: usize, width: usize) -> String {
    let full = passed * width / of.max(1);
    format!("[{}{}]", "#".repeat(full), "-".repeat(width - full))
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let course = context.open()?;
        let progress = course.progress()?;
        print(&progress, out);
        out.answer(&ProgressOutput { ok: true, progress });
        Ok(Answer::Done)
    }
}

/// How much of a course is passed, on one line of at most this width, unless even the words take more.
pub(super) fn line(progress: &Progress, width: usize) -> String {
    let Progress { passed, exercises, points, most_points, .. } = progress;
    let words = format!("{passed} of {exercises} exercises passed, {points} of {most_points} points");
    match width.saturating_sub(words.len() + 3).min(20) {
        ..5 => words,
        room => format!("{} {words}", bar(*passed, *exercises, room)),
    }
}

fn print(progress: &Progress, out: &Output) {
    markdown::print_styled(Style::Strong, &line(progress, out.width()), out);
    let counts = [
        (progress.tried, "exercise tried and not passed", "exercises tried and not passed"),
        (progress.hints, "hint taken", "hints taken"),
        (progress.solutions, "solution seen before passing", "solutions seen before passing"),
    ];
    for (count, one, many) in counts.into_iter().filter(|(count, ..)| *count > 0) {
        out.print(counted(count as u64, one, many));
    }
    out.print(format_args!("Round {}, seed {}.", progress.round, progress.seed));
    for earlier in &progress.earlier {
        let passed = counted(earlier.passed as u64, "exercise", "exercises");
        out.print(format_args!("Round {}, seed {}: {passed} passed.", earlier.round, earlier.seed));
    }
    let rows = |shares: &[Share]| -> Vec<Vec<String>> {
        let share = |share: &Share| {
            let Share { title, passed, exercises, .. } = share;
            vec![title.clone(), format!("{passed} of {exercises}"), bar(*passed, *exercises, 10)]
        };
        shares.iter().map(share).collect()
    };
    out.print("");
    out.table(&["chapter", "passed", ""], &rows(&progress.chapters));
    let begun: Vec<Share> = progress.concepts.iter().filter(|share| share.passed > 0).cloned().collect();
    if !begun.is_empty() {
        out.print("");
        out.table(&["concept", "passed", ""], &rows(&begun));
    }
}
