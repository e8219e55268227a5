//! The verbs: one file each with its options (`Args`) and what it does (`run`).
//!
//! A verb returns what the answer is; it never prints except through [`Output`] and never ends the process.

pub mod completions;

use crate::cli::Command;
use crate::output::Output;

/// What a verb that could do its work has to say: the exit codes 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Done,
    No,
}

/// Why a verb could not do its work: exit code 2.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Library(#[from] instaseed::Error),
    #[error("could not write to standard output")]
    Output(#[source] std::io::Error),
}

impl Failure {
    /// The way out, in words for the person who typed the command.
    pub fn hint(&self) -> Option<String> {
        match self {
            Failure::Library(error) => error.hint(),
            Failure::Output(_) => None,
        }
    }
}

/// Runs the verb that was typed.
pub fn run(command: Command, out: &Output) -> Result<Answer, Failure> {
    match command {
        Command::Completions(args) => completions::run(&args, out),
    }
}
