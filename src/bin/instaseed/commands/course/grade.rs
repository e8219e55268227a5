//! `instaseed course grade`: the answers of a class, or of one student, as a file for a grade book or a grader.

use super::CourseContext;
use super::class::{ClassArgs, place, threads, word};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::observers::Steps;
use crate::output::{Output, counted, escape_line};
use clap::ValueHint;
use instaseed::classroom::{
    Class, Details, Format, Marking, Marks, Options, SeedRule, Subject, Visibility, check_file, check_folder,
    write_file, write_folder,
};
use instaseed::time::Time;
use serde::Serialize;
use std::path::PathBuf;
use std::time::SystemTime;

/// More notes than this are only counted.
const MOST_NOTES: usize = 10;

/// Grade the answers of a class
///
/// DIR contains a folder for each student, with files such as answers/06-ghosts.sql or ghosts.sql, or is the folder of one
/// student. The results go to standard output, or to a file with --to. The same answers give the same results on any
/// machine, except for the time of grading, which --at fixes. Wrong answers are not a failure: the exit code is 0.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course grade submissions
  instaseed course grade submissions --out csv --to marks.csv
  instaseed course grade submissions --secret-file secret --weights weights.toml
  instaseed course grade submissions --out junit --details none --to marks.xml
  instaseed course grade submissions --out gradescope --to results
  instaseed course grade submissions/zoe --out json --at 2026-12-01T10:00:00Z

See docs/teaching.md for each format.")]
pub struct Args {
    /// Folder that contains a folder for each student, or the folder of one student
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// Format of the results: csv, csv-long, json, junit, gradescope, classroom50 or coderunner
    #[arg(long, value_name = "FORMAT", default_value = "csv", value_parser = word(&Format::ALL, Format::name),
        hide_possible_values = true)]
    out: Format,
    /// Write to this file; if the format holds one student and DIR has several, to this new folder
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    to: Option<PathBuf>,
    /// Grade DIR as the answers of this student [default: the name of the folder]
    #[arg(long, value_name = "NAME")]
    student: Option<String>,
    /// Give some of the points for an answer that is partly right
    #[arg(long)]
    partial: bool,
    /// What the results say about a wrong answer: full, own (no expected rows) or none
    #[arg(long, value_name = "HOW", default_value = "own", value_parser = word(&Details::ALL, Details::name),
        hide_possible_values = true)]
    details: Details,
    /// When students see the tests in Gradescope: visible, after_due_date, after_published or hidden
    #[arg(long, value_name = "WHEN", default_value = "visible", hide_possible_values = true,
        value_parser = word(&Visibility::ALL, Visibility::name))]
    visibility: Visibility,
    /// Time of grading to record, such as 2026-12-01T10:00:00Z; leaves out how long it took
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<Time>,
    /// Number of threads [default: one per core]
    #[arg(long, value_name = "N", value_parser = args::positive::<usize>)]
    threads: Option<usize>,
    #[command(flatten)]
    class: ClassArgs,
}

/// What was graded, for programs.
#[derive(Serialize)]
struct GradeOutput<'a> {
    ok: bool,
    engine: &'static str,
    seeds: SeedRule,
    students: usize,
    exercises: usize,
    /// Where the results are.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a PathBuf>,
    /// The results themselves, if no file was named.
    #[serde(skip_serializing_if = "Option::is_none")]
    marks: Option<&'a [Marks]>,
}

#[derive(Debug, thiserror::Error)]
#[error("not a time; write it as 2026-12-01T10:00:00Z")]
struct NoTime;

fn time(text: &str) -> Result<Time, NoTime> {
    Time::parse(text).ok_or(NoTime)
}

fn now() -> Time {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Time(u32::try_from(since.as_secs()).unwrap_or(u32::MAX))
}

/// What the runner of Classroom 50 says about the submission.
fn subject() -> Option<Subject> {
    let read = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let commit = read("COMMIT_URL")?;
    Some(Subject {
        classroom: read("CLASSROOM")?,
        assignment: read("ASSIGNMENT")?,
        submission: read("SUBMISSION_TAG")?,
        release: read("RELEASE_URL")?,
        review: read("REVIEW_URL").unwrap_or_else(|| commit.clone()),
        commit,
    })
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let catalogue = self.class.catalogue()?;
        let weights = self.class.weights(&catalogue)?;
        let (engine, settings) = place(context)?;
        let class = Class::read(&self.folder, &catalogue, self.student.as_deref())?;
        let exercises = weights.of(&catalogue, engine);
        let scaled = self.partial || exercises.iter().any(|(_, points)| !points.is_whole());
        let options = Options { scaled, visibility: self.visibility, subject: subject() };
        let marking = Marking {
            catalogue: &catalogue,
            weights: weights.clone(),
            seeds: self.class.seeds()?,
            partial: self.partial,
            details: self.details,
            engine,
            settings,
            graded_at: self.at.unwrap_or_else(now),
            timed: self.at.is_none(),
            threads: threads(self.threads),
        };
        let single = matches!(class, Class::One(_));
        // What cannot be written is said before there is work.
        let blank = marking.blank(class.submissions());
        let into_folder = self.out.is_of_one() && !single;
        if !into_folder || self.to.is_none() {
            self.out.write(&blank, single, &options)?;
        }
        match &self.to {
            Some(folder) if into_folder => check_folder(folder)?,
            Some(file) => check_file(file)?,
            None => {}
        }
        let steps = Steps::new(out, "grading answers");
        let marks = marking.mark(class.submissions(), &steps);
        steps.clear();
        let marks = marks?;
        let _work = interrupt::begin(Work::Writing);
        match &self.to {
            Some(folder) if into_folder => write_folder(folder, &self.out.write_each(&marks, &options)?)?,
            Some(file) => write_file(file, &self.out.write(&marks, single, &options)?)?,
            None => out.print(self.out.write(&marks, single, &options)?.trim_end()),
        }
        interrupt::done();
        self.note(&marks, out);
        if let Some(to) = &self.to {
            let students = counted(marks.len() as u64, "submission", "submissions");
            let of = counted(exercises.len() as u64, "exercise", "exercises");
            out.say(format_args!("Graded {students} of {of}: {}", escape_line(&to.to_string_lossy())));
        }
        out.answer(&GradeOutput {
            ok: true,
            engine: engine.name(),
            seeds: marking.seeds.rule(),
            students: marks.len(),
            exercises: exercises.len(),
            to: self.to.as_ref(),
            marks: self.to.is_none().then_some(&marks),
        });
        Ok(Answer::Done)
    }

    /// What was submitted and is not graded.
    fn note(&self, marks: &[Marks], out: &Output) {
        let notes: Vec<String> = marks
            .iter()
            .flat_map(|marks| marks.notes.iter().map(|note| format!("{}: {note}", marks.student)))
            .collect();
        for note in notes.iter().take(MOST_NOTES) {
            out.note(escape_line(note));
        }
        if let Some(more) = notes.len().checked_sub(MOST_NOTES).filter(|more| *more > 0) {
            out.note(format_args!("and {}", counted(more as u64, "more file", "more files")));
        }
    }
}
