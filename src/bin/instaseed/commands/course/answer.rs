//! Which answer is meant: the file of an exercise, any other file, or standard input.

use super::chosen;
use crate::args;
use crate::failure::Failure;
use crate::output::Output;
use clap::ValueHint;
use instaseed::course::Course;
use instaseed::exercise::Exercise;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// The arguments of a verb that takes an answer.
#[derive(Debug, clap::Args)]
pub struct AnswerArgs {
    /// Exercise by its name or number, a file with an answer, or - for standard input
    /// [default: the next exercise]
    #[arg(value_name = "EXERCISE|FILE|-", value_parser = args::exercise(), hide_possible_values = true)]
    what: Option<String>,
    /// File with the answer to the exercise, or - [default: the file in answers]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Option<String>,
}

/// An answer to an exercise.
#[derive(Debug)]
pub struct Given<'a> {
    pub exercise: &'a Exercise,
    pub text: String,
    /// The path of its file; `None` for standard input.
    pub path: Option<PathBuf>,
    /// Whether it says more than the exercise's file did at first.
    pub begun: bool,
}

impl AnswerArgs {
    /// The file that is named, if there is one. It tells the course if nothing else does.
    pub fn file(&self) -> Option<&Path> {
        let words = [self.file.as_deref(), self.what.as_deref()].into_iter().flatten();
        words.map(Path::new).find(|path| path.is_file())
    }

    /// The answer; `None` if no exercise is named and all are passed.
    pub fn given<'a>(&self, course: &'a Course, out: &Output) -> Result<Option<Given<'a>>, Failure> {
        let what = self.what.as_deref();
        let (name, file) = match (what, self.file.as_deref()) {
            (Some("-"), None) => (None, Some("-")),
            (Some(path), None) if is_file(course, path) => (Some(path), Some(path)),
            other => other,
        };
        let Some(exercise) = chosen(course, name)? else { return Ok(None) };
        let (text, path) = match file {
            Some("-") => (standard_input(out)?, None),
            Some(path) => (Course::read_answer(Path::new(path))?, Some(PathBuf::from(path))),
            None => {
                let answer = course.answer(exercise)?;
                (answer.text, Some(answer.path))
            }
        };
        let begun = course.is_begun(exercise, &text);
        Ok(Some(Given { exercise, text, path, begun }))
    }
}

/// Whether a word means a file: no exercise has that name, or it is a path.
fn is_file(course: &Course, word: &str) -> bool {
    let is_path = word.contains('/') || word.ends_with(".sql") && Path::new(word).is_file();
    is_path || course.catalogue().find(word).is_err() && Path::new(word).is_file()
}

fn standard_input(out: &Output) -> Result<String, Failure> {
    let stdin = io::stdin().lock();
    if stdin.is_terminal() {
        out.note("type the answer, then press Ctrl-D on an empty line");
    }
    Ok(Course::read_answer_from("standard input", stdin)?)
}
