//! Which database is meant: the flag, else `DATABASE_URL`, else `.env`, else `sqlite://instaseed.db`.
//! An empty `DATABASE_URL` counts as absent, as in a shell's `${DATABASE_URL:-...}`. A malformed `.env` is an error
//! only when it is reached; its line is named, never quoted (it may hold a password).

use std::io::Read;
use std::path::{Path, PathBuf};

use super::dotenv;
use super::error::{DatabaseError, UrlProblem};
use super::target::Target;
use crate::database::Result;

const VARIABLE: &str = "DATABASE_URL";
const DEFAULT: &str = "sqlite://instaseed.db";

/// No `.env` is longer than this.
const MOST_BYTES: u64 = 1 << 20;

/// Where the URL of a target was found.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    Flag,
    Environment,
    DotEnv(PathBuf),
    Default,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("--database-url"),
            Self::Environment => f.write_str("the environment's DATABASE_URL"),
            Self::DotEnv(path) => write!(f, "DATABASE_URL in {}", path.display()),
            Self::Default => f.write_str("the default"),
        }
    }
}

impl Target {
    /// Finds and parses the URL; `flag` is what the command line says, if anything.
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
            // A relative file is meant from where the `.env` stands, wherever below it the command runs.
            return Ok((target.below(above(&path)), Origin::DotEnv(path)));
        }
        Ok((Target::parse(DEFAULT)?, Origin::Default))
    }
}

/// A path that the environment names, else the nearest `.env`: there it is meant from the folder of the file. A
/// `.env` that cannot be read concerns nobody, unless it speaks of the variable.
pub fn path_setting(variable: &str) -> Result<Option<PathBuf>> {
    if let Some(value) = std::env::var_os(variable).filter(|value| !value.is_empty()) {
        return Ok(Some(value.into()));
    }
    let Some(file) = find_dot_env() else { return Ok(None) };
    let speaks_of_it = || {
        let mut text = Vec::new();
        // What cannot be read says nothing; the error of reading it is told where it is needed.
        let _ = std::fs::File::open(&file).and_then(|file| file.take(MOST_BYTES).read_to_end(&mut text));
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

/// The folder of a `.env`; `None` where the command runs in it, so that its paths stay as they are written.
fn above(file: &Path) -> Option<&Path> {
    let folder = file.parent()?;
    std::env::current_dir().ok().is_none_or(|here| here != folder).then_some(folder)
}

/// The nearest `.env`, here or in a folder above.
fn find_dot_env() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    here.ancestors().map(|folder| folder.join(".env")).find(|path| path.is_file())
}

fn read_dot_env(path: &Path, variable: &str) -> Result<Option<String>, DatabaseError> {
    let fail = |line, problem, source| DatabaseError::DotEnv { path: path.to_owned(), line, problem, source };
    let unreadable = |e: std::io::Error| fail(None, "make it readable", Some(Box::new(e) as _));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(fail(None, "make it smaller: it is longer than a megabyte", None));
    }
    let text = String::from_utf8(bytes).map_err(|_| fail(None, "make it UTF-8 text", None))?;
    for entry in dotenv::entries(&text) {
        match entry {
            Ok((name, value)) if name == variable => return Ok(Some(value).filter(|value| !value.is_empty())),
            Ok(_) => {}
            Err(line) => {
                let problem = "write NAME=value, quoting a value that holds spaces or `#`";
                return Err(fail(Some(line), problem, None));
            }
        }
    }
    Ok(None)
}
