//! Turns the folder of one migration into a [`Migration`], or into an error that names file and line.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::dialect::Dialect;
use super::{Metadata, Migration, MigrationError, Origin, Script};
use crate::database::{escape_line, is_terminal_control};

/// The files of a migration; other files in its folder are ignored.
const FILES: [&str; 3] = ["up.sql", "down.sql", "metadata.toml"];
/// The longest script: it is held in memory, with each of its statements.
const MAX_BYTES: u64 = 64 << 20;

/// A folder's files by name, not parsed yet.
pub(crate) struct Raw {
    pub folder: String,
    pub name: String,
    pub files: BTreeMap<String, Vec<u8>>,
}

/// Every folder below `root` that may be a migration.
pub(crate) fn read(root: &Path) -> Result<Vec<Raw>, MigrationError> {
    let mut found = Vec::new();
    for path in entries(root)? {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') || !path.is_dir() {
            continue;
        }
        let mut files = BTreeMap::new();
        for name in FILES {
            let file = path.join(name);
            if file.is_file() {
                let bytes =
                    read_file(&file).map_err(|source| MigrationError::Unreadable { path: file, source })?;
                files.insert(name.to_owned(), bytes);
            }
        }
        found.push(Raw { folder: path.display().to_string(), name, files });
    }
    Ok(found)
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > MAX_BYTES {
        true => Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than 64 megabytes")),
        false => Ok(bytes),
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, MigrationError> {
    let unreadable = |source| MigrationError::Unreadable { path: folder.to_owned(), source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths)
}

impl Raw {
    pub(crate) fn parse(mut self, origin: Origin, dialect: &Dialect) -> Result<Migration, MigrationError> {
        if !self.files.contains_key("up.sql") {
            return Err(MigrationError::EmptyFolder { file: self.folder });
        }
        let (version, name) = self.name.split_once('_').unwrap_or((&self.name, ""));
        let version = version.replace('-', "");
        let is_version =
            !version.is_empty() && version.len() <= 50 && version.chars().all(|c| c.is_ascii_alphanumeric());
        if !is_version || name.chars().any(is_terminal_control) {
            return Err(MigrationError::BadFolderName { file: escape_line(&self.folder).into_owned() });
        }
        let metadata = match self.files.remove("metadata.toml") {
            None => Metadata::default(),
            Some(bytes) => {
                let file = format!("{}/metadata.toml", self.folder);
                let text = utf8(&file, bytes)?;
                Metadata::parse(&text).map_err(|(line, message)| MigrationError::BadMetadata {
                    file,
                    line,
                    message,
                })?
            }
        };
        let stepwise = dialect.commits_ddl || !metadata.run_in_transaction;
        let mut script = |name: &str| -> Result<Option<Script>, MigrationError> {
            let Some(bytes) = self.files.remove(name) else { return Ok(None) };
            let file = format!("{}/{name}", self.folder);
            let text = utf8(&file, bytes)?;
            let script = Script::parse(file.clone(), &text, dialect.lexis)
                .map_err(|source| MigrationError::BadScript { file: file.clone(), source })?;
            if script.statements.is_empty() {
                return Err(MigrationError::EmptyScript { file });
            }
            if let Some(refused) = script.statements.iter().find_map(|it| dialect.refused(it, stepwise)) {
                let (line, because) = refused;
                return Err(MigrationError::WrongManner { file, line, because });
            }
            let temporary = |statement: &&super::Statement| {
                statement.word(0) == "CREATE"
                    && statement.words.iter().take(4).any(|word| word == "TEMPORARY" || word == "TEMP")
            };
            match script.statements.iter().find(temporary) {
                Some(statement) if stepwise => {
                    Err(MigrationError::TemporaryTable { file, line: statement.line })
                }
                _ => Ok(Some(script)),
            }
        };
        let up =
            script("up.sql")?.ok_or_else(|| MigrationError::EmptyFolder { file: self.folder.clone() })?;
        let down = script("down.sql")?;
        match (&down, &metadata.irreversible) {
            (None, None) => return Err(MigrationError::MissingDown { file: self.folder }),
            (Some(_), Some(_)) => return Err(MigrationError::NeedlessDown { file: self.folder }),
            _ => {}
        }
        Ok(Migration {
            version,
            name: name.to_owned(),
            folder: self.folder.clone(),
            up,
            down,
            metadata,
            origin,
        })
    }
}

fn utf8(file: &str, bytes: Vec<u8>) -> Result<String, MigrationError> {
    String::from_utf8(bytes).map_err(|error| {
        let byte = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..byte].iter().filter(|byte| **byte == b'\n').count() + 1;
        MigrationError::InvalidUtf8 { file: file.to_owned(), line, byte }
    })
}
