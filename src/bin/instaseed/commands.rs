//! The verbs: one file each with its options (`Args`) and what it does (`run`).
//!
//! A verb returns what the answer is; it never prints except through [`Output`] and never ends the process.

mod backup;
mod check;
mod completions;
mod copy;
#[cfg(feature = "course")]
mod course;
mod doctor;
mod fixture;
mod generate;
mod man;
mod manifest;
mod migrate;
mod report;
mod reset;
mod restore;
mod seed;
mod setup;
mod show;
mod sql;

use crate::failure::{Answer, Failure};
use crate::output::Output;

/// The verbs, in the order in which one meets them.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Setup(setup::Args),
    Seed(seed::Args),
    Show(show::Args),
    Sql(sql::Args),
    Reset(reset::Args),
    Migrate(migrate::Args),
    Generate(generate::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Manifest(manifest::Args),
    Copy(copy::Args),
    Check(check::Args),
    Report(report::Args),
    Fixture(fixture::Args),
    #[cfg(feature = "course")]
    Course(course::Args),
    Doctor(doctor::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    Man(man::Args),
}

/// Runs the verb that was typed; `root` is the whole command line, for the verb that describes it.
pub fn run(command: Command, root: &mut clap::Command, out: &Output) -> Result<Answer, Failure> {
    match command {
        Command::Setup(args) => setup::run(&args, out),
        Command::Seed(args) => seed::run(&args, out),
        Command::Show(args) => show::run(&args, out),
        Command::Sql(args) => sql::run(&args, out),
        Command::Reset(args) => reset::run(&args, out),
        Command::Migrate(args) => migrate::run(args, out),
        Command::Check(args) => check::run(&args, out),
        Command::Report(args) => report::run(&args, out),
        Command::Generate(args) => generate::run(&args, out),
        Command::Backup(args) => backup::run(&args, out),
        Command::Restore(args) => restore::run(&args, out),
        Command::Manifest(args) => manifest::run(args, out),
        Command::Copy(args) => copy::run(&args, out),
        Command::Fixture(args) => fixture::run(args, out),
        #[cfg(feature = "course")]
        Command::Course(args) => course::run(args, out),
        Command::Doctor(args) => doctor::run(&args, out),
        Command::Completions(args) => completions::run(&args, root, out),
        Command::Man(args) => man::run(&args, root, out),
    }
}
