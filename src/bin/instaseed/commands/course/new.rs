//! `instaseed course new`: the files of a new exercise, to be filled in.

use super::CourseContext;
use super::class::word;
use crate::failure::{Answer, Failure};
use crate::interrupt::{self, Work};
use crate::output::{Output, escape_line, quoted};
use clap::ValueHint;
use instaseed::exercise::{self, Kind};
use serde::Serialize;
use std::path::PathBuf;

/// Write the files of an exercise of your own
///
/// Creates a folder ID with all the files of an exercise, and lists it in index.toml. If there is no index.toml, it is
/// created, and the folder becomes a course of your own. Replace each FILL IN, then look for mistakes with lint.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed course new busy-mondays --in my-exercises
  instaseed course new no-empty-names --in my-exercises --kind integrity
  instaseed course lint my-exercises
  instaseed course init my-course --exercises my-exercises")]
pub struct Args {
    /// Name of the exercise: up to 24 lower-case letters, digits and hyphens
    #[arg(value_name = "ID")]
    id: String,
    /// Folder of exercises [default: this folder]
    #[arg(long = "in", value_name = "DIR", default_value = ".", hide_default_value = true, value_hint = ValueHint::DirPath)]
    folder: PathBuf,
    /// What the answer is: query, debug, integrity, migration or performance
    #[arg(long, value_name = "KIND", default_value = "query", hide_possible_values = true,
        value_parser = word(&Kind::ALL, Kind::name))]
    kind: Kind,
    /// Chapter to add it to; a new one is created [default: the last one]
    #[arg(long, value_name = "NAME")]
    chapter: Option<String>,
}

#[derive(Serialize)]
struct NewOutput<'a> {
    ok: bool,
    /// The files, the index first.
    files: &'a [PathBuf],
}

impl Args {
    pub fn run(self, _: &CourseContext<'_>, out: &Output) -> Result<Answer, Failure> {
        let _work = interrupt::begin(Work::Writing);
        let files = exercise::scaffold(&self.folder, &self.id, self.kind, self.chapter.as_deref())?;
        interrupt::done();
        for file in &files {
            out.print(escape_line(&file.to_string_lossy()));
        }
        out.say("");
        let folder = quoted(&self.folder.to_string_lossy());
        out.say(format_args!("Replace each FILL IN, then:  instaseed course lint {folder}"));
        out.answer(&NewOutput { ok: true, files: &files });
        Ok(Answer::Done)
    }
}
