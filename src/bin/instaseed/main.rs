//! The front door: parse, run, print one error, choose the exit code: 0 done, 1 the answer is no, 2 could not,
//! 130 and 143 stopped by a signal.

mod cli;
mod commands;
mod guard;
mod interrupt;
mod output;

use cli::{Parsed, Refused};
use commands::Answer;
use output::Output;
use std::process::ExitCode;

fn main() -> ExitCode {
    let Parsed { cli, advice, secrets } = match cli::parse(std::env::args_os()) {
        Ok(parsed) => parsed,
        Err(Refused { error, secrets, is_json }) => {
            return ExitCode::from(output::usage(&error, &secrets, is_json));
        }
    };
    let out = Output::new(&cli.output, advice.clone(), secrets.clone());
    let answer = interrupt::listen(Output::new(&cli.output, advice, secrets))
        .and_then(|()| commands::run(cli.command, &out))
        .and_then(|answer| out.finish().map(|()| answer));
    interrupt::take_the_last_word();
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
