//! The learner's answers: read as they are, and written in such a way that no text of the learner is lost.

use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::files::ANSWERS;
use super::lock::Lock;
use super::{Course, CourseError, Result, state_file};
use crate::exercise::Exercise;
use crate::{grade, sha256};

/// The most bytes that an answer may have.
const MOST_BYTES: u64 = grade::MOST_BYTES as u64;

/// An answer, as its file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub path: PathBuf,
    pub text: String,
    /// Whether the file says more than it did at first.
    pub begun: bool,
    /// SHA-256 of the file. It says which version an editor has seen.
    pub digest: String,
}

/// The result of saving an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Saved {
    Done {
        digest: String,
    },
    /// Another program has changed the file meanwhile; nothing was written.
    Conflict {
        there: Answer,
    },
}

impl Course {
    /// The path of the answer to an exercise, whether or not it exists. If the number of the exercise has changed since then,
    /// its file is still found.
    pub fn answer_path(&self, exercise: &Exercise) -> PathBuf {
        let folder = self.folder.join(ANSWERS);
        let usual = folder.join(exercise.file_name());
        if usual.exists() {
            return usual;
        }
        let ending = format!("-{}.sql", exercise.id);
        let is_its = |name: &str| {
            let number = name.strip_suffix(&ending);
            number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
        };
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries
            .filter(|entry| entry.file_name().to_str().is_some_and(is_its))
            .map(|entry| entry.path())
            .collect();
        found.sort();
        found.into_iter().next().unwrap_or(usual)
    }

    /// The answer to an exercise, as it is now.
    pub fn answer(&self, exercise: &Exercise) -> Result<Answer> {
        let path = self.answer_path(exercise);
        // Reading a pipe would wait for somebody to write into it.
        if path.metadata().is_ok_and(|data| !data.is_file()) {
            return Err(CourseError::NotAFile { id: exercise.id.clone(), path });
        }
        let bytes = match read(&path) {
            Err(CourseError::File { source, .. }) if source.kind() == ErrorKind::NotFound => {
                return Err(CourseError::NoAnswer { id: exercise.id.clone(), path });
            }
            bytes => bytes?,
        };
        let digest = sha256::of(&bytes);
        let text = text_of(&path, bytes)?;
        let begun = self.is_begun(exercise, &text);
        Ok(Answer { path, text, begun, digest })
    }

    /// Reads an answer from any file.
    pub fn read_answer(path: &Path) -> Result<String> {
        text_of(path, read(path)?)
    }

    /// Reads an answer from a stream; the name is for errors.
    pub fn read_answer_from(name: &str, from: impl Read) -> Result<String> {
        let path = Path::new(name);
        text_of(path, read_all(path, from)?)
    }

    /// Whether a text says more than the file of an exercise did at first.
    pub fn is_begun(&self, exercise: &Exercise, text: &str) -> bool {
        exercise.is_begun(self.engine(), text)
    }

    /// Saves an answer for an editor, over the version with this digest. Without a digest, replaces any version.
    pub fn save_answer(&self, exercise: &Exercise, text: &str, over: Option<&str>) -> Result<Saved> {
        let lock = Lock::take(&self.folder)?;
        if let Some(over) = over {
            match self.answer(exercise) {
                Ok(there) if there.digest != over => return Ok(Saved::Conflict { there }),
                Ok(_) | Err(CourseError::NoAnswer { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        lock.replace(&self.answer_path(exercise), text)?;
        Ok(Saved::Done { digest: sha256::of(text) })
    }

    /// Starts an exercise again: its file is as it was at first, and it is not passed. The old text is kept in the file whose
    /// path is returned.
    pub fn reset(&self, exercise: &Exercise) -> Result<Option<PathBuf>> {
        let lock = Lock::take(&self.folder)?;
        let path = self.answer_path(exercise);
        let is_worth_keeping = match self.answer(exercise) {
            Ok(answer) => answer.begun,
            // A file that is not text, or a link to nothing, still belongs to the learner.
            Err(_) => path.symlink_metadata().is_ok(),
        };
        let kept = is_worth_keeping.then(|| free_name(&path));
        // Steps that fail if the disk is full come before the old text is moved.
        lock.prepare(&exercise.start(self.engine()))?;
        if let Some(kept) = &kept {
            fs::rename(&path, kept).map_err(CourseError::file(&path, "rename it"))?;
        }
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(CourseError::file(folder, "create it"))?;
        }
        lock.put(&path)?;
        drop(lock);
        state_file::change(&self.folder, |state| {
            let entry = state.entry_mut(&exercise.id);
            (entry.attempts, entry.passed_at) = (0, None);
        })?;
        Ok(kept)
    }
}

/// A name next to a file that nothing has yet: `21-x.sql.before-reset`, `21-x.sql.before-reset-2`.
fn free_name(path: &Path) -> PathBuf {
    let name = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(".before-reset");
        if number > 1 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    (1..).map(name).find(|path| path.symlink_metadata().is_err()).unwrap_or_else(|| name(u32::MAX))
}

fn read(path: &Path) -> Result<Vec<u8>> {
    let file = File::open(path).map_err(CourseError::file(path, "read it"))?;
    read_all(path, file)
}

/// Reads everything, but not much more than an answer may have: a device or a pipe may never end.
fn read_all(path: &Path, from: impl Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(CourseError::file(path, "read it"))?;
    match bytes.len() as u64 > MOST_BYTES {
        true => Err(CourseError::TooLong { path: path.to_owned(), most: MOST_BYTES }),
        false => Ok(bytes),
    }
}

/// The text of a file, without the mark that some editors put in front of it.
fn text_of(path: &Path, bytes: Vec<u8>) -> Result<String> {
    let text = String::from_utf8(bytes).map_err(|_| CourseError::NotText { path: path.to_owned() })?;
    Ok(text.strip_prefix('\u{feff}').map_or_else(|| text.clone(), str::to_owned))
}
