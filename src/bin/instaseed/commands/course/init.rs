//! `instaseed course init`: the folder of a course, with its database.

use super::{CourseContext, from_here, grader};
use crate::args;
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::observers::FixtureProgress;
use crate::output::{Output, Style, counted, quoted};
use clap::ValueHint;
use instaseed::course::{Begun, Course, Options};
use instaseed::exercise::Exercise;
use serde::Serialize;
use std::path::PathBuf;

/// Make the folder of a course
///
/// Creates DIR with a file for each answer, the tasks, your progress, and a database to play with: instagram.db, or the
/// empty database of a server that you name with --database-url. The course keeps the URL without its password; set
/// DATABASE_URL for the other verbs. If init was interrupted, run it again to continue. It also restores missing files,
/// and never changes an existing file.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course init sql-course
  instaseed course init sql-course --seed 7
  instaseed course init my-course --exercises own-exercises
  instaseed course init pg --database-url postgres://me:secret@127.0.0.1/play")]
pub struct Args {
    /// Folder to create; it may exist if it is empty
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// Seed of the data: another number gives different rows and answers [default: that of the profile]
    #[arg(long, value_name = "N", value_parser = args::whole::<u64>)]
    seed: Option<u64>,
    /// Folder with exercises of your own, in place of the built-in ones
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    exercises: Option<PathBuf>,
}

#[derive(Serialize)]
struct InitOutput {
    ok: bool,
    /// False if everything was there already.
    changed: bool,
    folder: PathBuf,
    engine: &'static str,
    database: String,
    seed: u64,
    exercises: usize,
}

/// The README of the folder.
fn readme(has_file: bool) -> String {
    let database = if has_file { "`instagram.db`" } else { "The database of your server" };
    format!(
        "Run `instaseed course watch` here, and write your answers in the files of `answers`.\n\
         The tasks are in `tasks`. {database} is yours to play with: nothing that you change there is graded.\n\
         `instaseed-course.toml` has your progress: keep it with your answers.\n"
    )
}

/// Builds the data on which an exercise is graded.
fn prepare(course: &Course, exercise: &Exercise) -> Result<(), Failure> {
    Ok(grader(course)?.prepare(exercise)?)
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let database = context.place.database_url.clone();
        // An existing course is completed with the seed with which it began.
        let seed = self.seed.or_else(|| Course::first_seed(&self.folder));
        let seed = seed.map_or_else(Course::usual_seed, Ok)?;
        let options = Options {
            seed,
            readme: readme(database.is_none()),
            database,
            catalogue: self.exercises,
            ..Options::default()
        };
        let mut watcher = FixtureProgress::new(out);
        let work = interrupt::begin(Work::AtOnce);
        let Begun { course, changed } = Course::init(&self.folder, &options, &mut watcher)?;
        // The first check need not wait for the data; what stops it now stops it then, with a way out.
        if let Some(first) = course.next()?
            && let Err(failure) = prepare(&course, first)
        {
            out.note(format_args!("the data for checks is not built yet: {failure}"));
        }
        interrupt::done();
        drop(work);
        let exercises = course.exercises()?.len();
        if !changed {
            out.say("Nothing to do: everything is already there.");
            out.say("");
        }
        let shown = from_here(course.folder());
        let count = counted(exercises as u64, "exercise", "exercises");
        let name = if shown.as_os_str() == "." { "The course".into() } else { shown.to_string_lossy() };
        out.say(out.style(Style::Good, &format!("{name} is ready: {count}.")));
        if shown.as_os_str() != "." {
            out.say(format_args!("  cd {}", quoted(&shown.to_string_lossy())));
        }
        out.say("  instaseed course watch");
        out.answer(&InitOutput {
            ok: true,
            changed,
            folder: course.folder().to_owned(),
            engine: course.engine().name(),
            database: course.target().to_string(),
            seed: course.state()?.seed(),
            exercises,
        });
        Ok(Answer::Done)
    }
}
