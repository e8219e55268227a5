//! Decides which database is meant: the flag, else `DATABASE_URL`, else `.env`, else `sqlite://instaseed.db`.
//! An empty `DATABASE_URL` counts as unset, as in a shell's `${DATABASE_URL:-...}`. A malformed `.env` is an
//! error only when it is reached; its line is named, never quoted (it may contain a password).

use std::io::Read;
use std::path::{Path, PathBuf};

use super::dotenv;
use super::error::{DatabaseError, DotEnvProblem, UrlProblem};
use super::target::Target;
use crate::database::Result;

const VARIABLE: &str = "DATABASE_URL";
const DEFAULT: &str = "sqlite://instaseed.db";

/// The longest `.env`.
const MAX_BYTES: u64 = 1 << 20;

/// Where the URL of a target was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// The caller gave it.
    Flag,
    Environment,
    /// The file.
    DotEnv(PathBuf),
    Default,
}

impl Target {
    /// Finds and parses the URL; `flag` is the one from the command line, if any.
    pub fn resolve(flag: Option<&str>) -> Result<(Target, Origin)> {
        if let Some(url) = flag {
            return Ok((Target::parse(url)?, Origin::Flag));
        }
        if let Some(value) = std::env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            let problem = UrlProblem::BadEncoding;
            let url = value.to_str().ok_or(DatabaseError::BadUrl { url: VARIABLE.to_owned(), problem })?;
            return Ok((Target::parse(url)?, Origin::Environment));
        }
        if let Some(path) = find_dot_env()
            && let Some(url) = read_dot_env(&path, VARIABLE)?
        {
            let target = Target::parse(&url)?;
            // A relative file is relative to the folder of the `.env`, wherever below it the command runs.
            return Ok((target.below(above(&path)), Origin::DotEnv(path)));
        }
        Ok((Target::parse(DEFAULT)?, Origin::Default))
    }
}

/// A path from the environment, else from the nearest `.env`: there it is relative to the folder of
/// the file. A `.env` that cannot be read is ignored unless it mentions the variable.
pub fn path_setting(variable: &str) -> Result<Option<PathBuf>> {
    if let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) {
        return Ok(Some(value.into()));
    }
    let Some(file) = find_dot_env() else { return Ok(None) };
    let speaks_of_it = || {
        let mut text = Vec::new();
        // Ignore what cannot be read; the error is reported where the file is needed.
        let _ = std::fs::File::open(&file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text));
        text.windows(variable.len()).any(|part| part == variable.as_bytes())
    };
    match read_dot_env(&file, variable) {
        Ok(value) => {
            Ok(value.map(|path| above(&file).map_or(PathBuf::from(&path), |folder| folder.join(&path))))
        }
        Err(error) if speaks_of_it() => Err(error),
        Err(_) => Ok(None),
    }
}

/// The folder of a `.env`; `None` if the command runs in it, so that its paths stay as written.
fn above(file: &Path) -> Option<&Path> {
    let folder = file.parent()?;
    std::env::current_dir().ok().is_none_or(|here| here != folder).then_some(folder)
}

/// The nearest `.env`, in this folder or one above.
fn find_dot_env() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(".env")).find(|path| path.is_file())
}

fn read_dot_env(path: &Path, variable: &str) -> Result<Option<String>, DatabaseError> {
    let fail = |line, problem, source| DatabaseError::DotEnv { path: path.to_owned(), line, problem, source };
    let unreadable = |e: std::io::Error| fail(None, DotEnvProblem::Unreadable, Some(Box::new(e) as _));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(fail(None, DotEnvProblem::TooLong, None));
    }
    let text = String::from_utf8(bytes).map_err(|_| fail(None, DotEnvProblem::NotUtf8, None))?;
    for entry in dotenv::entries(&text) {
        match entry {
            Ok((name, value)) if name == variable => return Ok(Some(value).filter(|value| !value.is_empty())),
            Ok(_) => {}
            Err(line) => return Err(fail(Some(line), DotEnvProblem::NoPair, None)),
        }
    }
    Ok(None)
}
