//! `instaseed course key`: the answer key, for instructors.

use super::CourseContext;
use super::class::{ClassArgs, place};
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::{Output, counted, escape_line};
use clap::ValueHint;
use instaseed::classroom::{Key, Solved, check_file, markdown, write_file};
use serde::Serialize;
use std::path::PathBuf;

/// Print the answer key: model solutions and the rows they return
///
/// The rows are from the data that is used for grading. With a secret, the data depends on the student: add --student.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course key --to key.md
  instaseed course key --weights weights.toml
  instaseed course key --student zoe --secret-file secret")]
pub struct Args {
    /// Student whose data to use
    #[arg(long, value_name = "NAME", requires = "secret_file")]
    student: Option<String>,
    /// Write to this file [default: standard output]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    to: Option<PathBuf>,
    #[command(flatten)]
    class: ClassArgs,
}

#[derive(Serialize)]
struct KeyOutput<'a> {
    ok: bool,
    engine: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    student: Option<&'a str>,
    key: &'a [Solved],
}

impl Args {
    pub fn run(self, context: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        if self.class.has_secret() && self.student.is_none() {
            return Err(Failure::NoStudent);
        }
        if let Some(file) = &self.to {
            check_file(file)?;
        }
        let catalogue = self.class.catalogue()?;
        let (engine, settings) = place(context)?;
        let student = self.student.as_deref();
        let key = Key {
            catalogue: &catalogue,
            weights: self.class.weights(&catalogue)?,
            seeds: self.class.seeds()?,
            student: student.unwrap_or_default(),
            engine,
            settings,
        };
        let solved = key.solve()?;
        let title = match student {
            Some(student) => format!("Answer key for {student}, {engine}"),
            None => format!("Answer key, {engine}"),
        };
        let text = markdown(&title, &solved);
        match &self.to {
            Some(file) => {
                let _work = interrupt::begin(Work::Writing);
                write_file(file, &text)?;
                interrupt::done();
                let count = counted(solved.len() as u64, "solution", "solutions");
                out.say(format_args!("{count}: {}", escape_line(&file.to_string_lossy())));
            }
            None => out.print(text.trim_end()),
        }
        out.answer(&KeyOutput { ok: true, engine: engine.name(), student, key: &solved });
        Ok(Answer::Done)
    }
}
