//! The engine's own shell in place of this program: whatever is typed, Ctrl-C included, is its own.

use super::Asked;
use crate::failure::Failure;
use crate::output::Output;
use instaseed::query::{Access, Shell};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Becomes the shell; returns only if it is not there.
pub fn start(shell: Shell, asked: &Asked<'_>, out: &Output) -> Result<(), Failure> {
    let found = shell.programs.iter().find_map(|(name, arguments)| Some((name, in_path(name)?, arguments)));
    let Some((name, path, arguments)) = found else { return Ok(()) };
    out.note(match asked.access {
        Access::Read => format!("{name} on {}, read only; --write allows changes", asked.target),
        Access::Write => format!("{name} on {}", asked.target),
    });
    let mut command = Command::new(path);
    for variable in shell.without {
        command.env_remove(variable);
    }
    command.args(arguments).envs(shell.environment.iter().map(|(name, value)| (name, value)));
    let source = command.exec();
    Err(Failure::Program { program: (*name).to_owned(), source })
}

/// The program of this name that a shell would start.
fn in_path(name: &str) -> Option<PathBuf> {
    let is_program =
        |path: &Path| path.is_file() && rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok();
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(name)).find(|path| is_program(path))
}
