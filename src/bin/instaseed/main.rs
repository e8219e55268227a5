//! The front door: parse, run, print one error, choose the exit code: 0 success, 1 a negative result, 2 an error,
//! 130 and 143 stopped by a signal.

#[cfg(not(feature = "database"))]
compile_error!("the command needs an engine: build with --features sqlite, mysql or postgres");

mod args;
mod cli;
mod commands;
mod cut_off;
mod failure;
mod guard;
mod hints;
mod interrupt;
mod losses;
mod observers;
mod output;
mod rails;
#[cfg(feature = "serve")]
mod serve;
mod summary;

use cli::{Parsed, Refused};
use failure::Answer;
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Parsed { cli, mut root, advice, secrets } = match cli::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(Refused { error, secrets, is_json }) => {
            return ExitCode::from(output::usage(&error, &secrets, is_json));
        }
    };
    let out = Output::new(&cli.output, advice.clone(), secrets.clone());
    let answer = interrupt::listen(Output::new(&cli.output, advice, secrets))
        .and_then(|()| commands::run(cli.command, &mut root, &out))
        .and_then(|answer| out.finish().map(|()| answer));
    output::take_the_last_word();
    match answer {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(failure) => {
            out.failure(&failure);
            let stopped_by = interrupt::caught().filter(|_| failure.is_a_stop());
            ExitCode::from(stopped_by.map_or(2, interrupt::exit_code))
        }
    }
}
