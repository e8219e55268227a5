//! The front door: parse, run, print one error, choose the exit code (0 done, 1 the answer is no, 2 could not).

mod cli;
mod commands;
mod guard;
mod interrupt;
mod output;

use clap::Parser;
use commands::Answer;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match cli::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            output::usage(&error);
            return ExitCode::from(error.exit_code().try_into().unwrap_or(2));
        }
    };
    let out = output::Output::new(&cli.output);
    let answer = commands::run(cli.command, &out).and_then(|answer| out.finish().map(|()| answer));
    match answer {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => {
            out.failure(&failure);
            ExitCode::from(2)
        }
    }
}
