//! `instaseed course`: learn SQL on this schema, with one file for each verb.
//!
//! All state is in the learner's files: the terminal, the page and any editor work on the same folder at the same time.

mod answer;
mod check;
mod class;
mod grade;
mod hint;
mod init;
mod key;
mod keys;
mod lint;
mod list;
mod markdown;
mod new;
mod next;
mod pages;
mod progress;
mod replay;
mod report;
mod reset;
mod run;
mod schema;
mod screen;
#[cfg(feature = "serve")]
mod serve;
mod show;
mod solution;
mod tables;
mod watch;

use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::Output;
use clap::ValueHint;
use clap::builder::{OsStringValueParser, TypedValueParser};
use instaseed::course::{Course, CourseError, Listed, Standing};
use instaseed::database::Target;
use instaseed::exercise::{Exercise, Kind};
use instaseed::grade::Grader;
use serde::Serialize;
use serde_json::json;
use std::path::{Path, PathBuf};

/// Learn SQL with exercises on this schema
///
/// Make a folder with `init`, then solve one exercise after another in your editor: `watch` checks an answer whenever you
/// save it. A wrong answer is shown on the few rows that it gets wrong. Nothing that you change in your database changes
/// what is graded, and nothing leaves this machine.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course init sql-course      make the folder of a course
  cd sql-course
  instaseed course watch                check the current exercise on each save
  instaseed course check                check it once
  instaseed course list --todo          list what is not passed yet

See docs/course.md.")]
pub struct Args {
    #[command(flatten)]
    place: PlaceArgs,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, clap::Subcommand)]
enum Verb {
    Init(init::Args),
    Watch(watch::Args),
    #[cfg(feature = "serve")]
    Serve(serve::Args),
    List(list::Args),
    Next(next::Args),
    Show(show::Args),
    Run(run::Args),
    Check(check::Args),
    Hint(hint::Args),
    Solution(solution::Args),
    Progress(progress::Args),
    Schema(schema::Args),
    Reset(reset::Args),
    Replay(replay::Args),
    Grade(grade::Args),
    Key(key::Args),
    New(new::Args),
    Lint(lint::Args),
}

/// Which course is meant.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Course")]
pub struct PlaceArgs {
    /// Folder of the course [default: this folder or the nearest one above it that has a course]
    #[arg(long, value_name = "DIR", global = true, value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(args::folder))]
    course: Option<PathBuf>,
    /// Database of the course on a server, with its password [default: DATABASE_URL, else .env]
    #[arg(long, value_name = "URL", global = true)]
    database_url: Option<String>,
}

/// Where a verb works.
#[derive(Debug)]
pub struct CourseContext<'a> {
    place: &'a PlaceArgs,
}

impl CourseContext<'_> {
    /// The course, with the password of its server if there is one.
    fn open(&self) -> Result<Course, Failure> {
        self.open_near(None)
    }

    /// The same. If there is no course here and none is named, the course of the folder with this file.
    fn open_near(&self, file: Option<&Path>) -> Result<Course, Failure> {
        let here = Path::new(".");
        let opened = Course::open(self.place.course.as_deref().unwrap_or(here));
        let course = match (opened, file.and_then(Path::parent), &self.place.course) {
            (Err(error @ CourseError::NoCourse { .. }), Some(folder), None) => {
                Course::open(folder).map_err(|_| error)?
            }
            (opened, ..) => opened?,
        };
        if course.engine().is_file() {
            return Ok(course);
        }
        let (given, _) = Target::resolve(self.place.database_url.as_deref())?;
        Ok(course.with_login(Some(given)))
    }
}

/// Judges answers of a course.
fn grader(course: &Course) -> Result<Grader, Failure> {
    Ok(Grader::new(course.grading()?)?)
}

/// An exercise by its name; without a name, the next one.
fn chosen<'a>(course: &'a Course, name: Option<&str>) -> Result<Option<&'a Exercise>, Failure> {
    let Some(name) = name else { return Ok(course.next()?) };
    let exercise = course.find(name)?;
    match exercise.is_for(course.engine()) {
        true => Ok(Some(exercise)),
        false => {
            let (id, engine) = (exercise.id.clone(), course.engine().to_string());
            Err(CourseError::OtherEngine { id, engine }.into())
        }
    }
}

/// What to say when no exercise is left.
fn all_passed(course: &Course, out: &Output) -> Result<(), Failure> {
    out.print("All exercises are passed.");
    let seed = course.state()?.unused_seed();
    let replay = format!("Solve them again on other data:  instaseed course replay --seed {seed}");
    out.say(out.advice(&replay));
    Ok(())
}

/// The answer of a verb if no exercise is left.
fn none_left(course: &Course, out: &Output) -> Result<Answer, Failure> {
    all_passed(course, out)?;
    out.answer(&json!({ "ok": true, "exercise": null }));
    Ok(Answer::Done)
}

/// A path relative to the current folder, if it is below it.
fn from_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    match path.strip_prefix(&here) {
        Ok(below) if below.as_os_str().is_empty() => PathBuf::from("."),
        Ok(below) => below.to_owned(),
        Err(_) => path.to_owned(),
    }
}

/// An exercise and what was done with it, for programs.
#[derive(Debug, Serialize)]
struct ExerciseOutput {
    number: usize,
    id: String,
    title: String,
    chapter: String,
    kind: Kind,
    level: u8,
    points: u32,
    concepts: Vec<String>,
    standing: Standing,
    attempts: u64,
    hints: usize,
    answer: PathBuf,
}

impl ExerciseOutput {
    fn of(course: &Course, one: &Listed<'_>) -> ExerciseOutput {
        let Exercise { number, id, title, chapter, kind, level, points, concepts, .. } = one.exercise.clone();
        ExerciseOutput {
            number,
            id,
            title,
            chapter,
            kind,
            level,
            points,
            concepts,
            standing: one.standing,
            attempts: one.entry.attempts,
            hints: one.entry.hints,
            answer: course.answer_path(one.exercise),
        }
    }

    fn named(course: &Course, exercise: &Exercise) -> Result<ExerciseOutput, Failure> {
        let entry = course.state()?.entry(&exercise.id);
        Ok(ExerciseOutput::of(course, &Listed { exercise, standing: entry.standing(), entry }))
    }
}

pub fn run(args: Args, out: &Output) -> Result<Answer, Failure> {
    let context = CourseContext { place: &args.place };
    match args.verb {
        Verb::Init(verb) => verb.run(&context, out),
        Verb::Watch(verb) => verb.run(&context, out),
        #[cfg(feature = "serve")]
        Verb::Serve(verb) => verb.run(&context, out),
        Verb::List(verb) => verb.run(&context, out),
        Verb::Next(verb) => verb.run(&context, out),
        Verb::Show(verb) => verb.run(&context, out),
        Verb::Run(verb) => verb.run(&context, out),
        Verb::Check(verb) => verb.run(&context, out),
        Verb::Hint(verb) => verb.run(&context, out),
        Verb::Solution(verb) => verb.run(&context, out),
        Verb::Progress(verb) => verb.run(&context, out),
        Verb::Schema(verb) => verb.run(&context, out),
        Verb::Reset(verb) => verb.run(&context, out),
        Verb::Replay(verb) => verb.run(&context, out),
        Verb::Grade(verb) => verb.run(&context, out),
        Verb::Key(verb) => verb.run(&context, out),
        Verb::New(verb) => verb.run(&context, out),
        Verb::Lint(verb) => verb.run(&context, out),
    }
}
