//! Makes a learner's folder: the state first, then what is missing, so an interrupted call can be repeated.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::database;
use super::lock::Lock;
use super::state::{Round, State};
use super::{Begun, Course, CourseError, Options, Result, STATE_FILE, state_file, task_page};
use crate::deployment::Observer;
use crate::exercise::{Catalogue, Exercise};

pub(super) const ANSWERS: &str = "answers";
const TASKS: &str = "tasks";

/// What belongs to this machine alone.
const IGNORED: &str = "/instagram.db*\n/.instaseed-course.*\n/.env\n";

pub(super) fn init(folder: &Path, options: &Options, observer: &mut dyn Observer) -> Result<Begun> {
    // Whatever can be refused is refused before anything is made.
    let folder = std::path::absolute(folder).map_err(CourseError::file(folder, "find it"))?;
    let catalogue_folder = options
        .catalogue
        .as_deref()
        .map(|path| fs::canonicalize(path).map_err(CourseError::file(path, "read it")));
    let catalogue_folder = catalogue_folder.transpose()?;
    let catalogue = Catalogue::of(catalogue_folder.as_deref())?;
    let target = database::wanted(&folder, options.database.as_deref())?;
    let state = State {
        tool: env!("CARGO_PKG_VERSION").to_owned(),
        engine: target.engine().name().to_owned(),
        database: database::recorded(&folder, &target),
        catalogue: catalogue_folder.map(|path| path.to_string_lossy().into_owned()),
        digest: catalogue.digest().to_owned(),
        rounds: [(1, Round { seed: options.seed, ..Round::default() })].into(),
        ..State::default()
    };
    // An existing course may be in a later round, with other data.
    let (is_new, seed) = match folder.join(STATE_FILE).exists() {
        true => {
            let there = state_file::read(&folder)?;
            refuse_other(&folder, &there, &state)?;
            (false, there.seed())
        }
        false => {
            refuse_used(&folder)?;
            database::refuse_taken(&target)?;
            (true, options.seed)
        }
    };
    fs::create_dir_all(&folder).map_err(CourseError::file(&folder, "create it"))?;
    let lock = Lock::take(&folder)?;
    if is_new {
        state_file::create(&lock, &folder, &state)?;
    }
    let mut changed = is_new;
    if !options.readme.is_empty() {
        changed |= write_missing(&lock, &folder.join("README.md"), &options.readme)?;
    }
    changed |= write_missing(&lock, &folder.join(".gitignore"), IGNORED)?;
    for name in [ANSWERS, TASKS] {
        let path = folder.join(name);
        fs::create_dir_all(&path).map_err(CourseError::file(&path, "create it"))?;
    }
    let plain = database::target(&folder, &state.database)?;
    let course = Course { folder, catalogue, target: plain, login: Some(target.clone()) };
    for exercise in course.catalogue.exercises().iter().filter(|one| one.is_for(course.engine())) {
        if !course.answer_path(exercise).exists() {
            changed |= write_missing(&lock, &course.answer_path(exercise), &exercise.start(course.engine()))?;
        }
        changed |= write_missing(&lock, &course.task_path(exercise), &task_page(exercise, course.engine()))?;
    }
    // Others may read and write while the database is filled.
    drop(lock);
    let done = database::set_up(&target, seed, options, observer)?;
    Ok(Begun { course, changed: changed || done.changed })
}

/// Refuses a course that is another one.
fn refuse_other(folder: &Path, there: &State, wanted: &State) -> Result<()> {
    let seeds = [there, wanted].map(|state| state.rounds.values().next().map_or(0, |round| round.seed));
    let differing = [
        ("database", there.database.clone(), wanted.database.clone()),
        ("seed", seeds[0].to_string(), seeds[1].to_string()),
        (
            "exercises of",
            there.catalogue.clone().unwrap_or_else(|| "this program".to_owned()),
            wanted.catalogue.clone().unwrap_or_else(|| "this program".to_owned()),
        ),
    ];
    match differing.into_iter().find(|(_, there, wanted)| there != wanted) {
        None => Ok(()),
        Some((what, there, wanted)) => {
            Err(CourseError::OtherCourse { folder: folder.to_owned(), what, there, wanted })
        }
    }
}

/// Refuses a folder with files of somebody else; hidden ones, as of version control, are no concern of ours.
fn refuse_used(folder: &Path) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(source) => {
            return Err(CourseError::File { path: folder.to_owned(), action: "read it", source });
        }
    };
    let mut found: Vec<String> = Vec::new();
    for entry in entries {
        let entry = entry.map_err(CourseError::file(folder, "read it"))?;
        found.push(entry.file_name().to_string_lossy().into_owned());
    }
    found.retain(|name| !name.starts_with('.'));
    found.sort();
    if [ANSWERS, TASKS].iter().all(|name| found.iter().any(|found| found == name)) {
        return Err(CourseError::NoState { folder: folder.to_owned() });
    }
    match found.into_iter().next() {
        None => Ok(()),
        Some(found) => Err(CourseError::NotEmpty { folder: folder.to_owned(), found }),
    }
}

/// Writes a file that is not there.
fn write_missing(lock: &Lock, path: &Path, text: &str) -> Result<bool> {
    match path.symlink_metadata() {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == ErrorKind::NotFound => lock.replace(path, text).map(|()| true),
        Err(source) => Err(CourseError::File { path: path.to_owned(), action: "read it", source }),
    }
}

impl Course {
    /// The seed with which the course in this folder began; `None` without a course.
    pub fn first_seed(folder: &Path) -> Option<u64> {
        let state = state_file::read(folder).ok()?;
        state.rounds.first_key_value().map(|(_, round)| round.seed)
    }

    /// The file with the task of an exercise.
    fn task_path(&self, exercise: &Exercise) -> PathBuf {
        self.folder.join(TASKS).join(exercise.file_name()).with_extension("md")
    }
}

#[cfg(test)]
mod tests {
    use super::super::database::OWN_FILE;
    use super::super::lock::{LOCK_FILE, NEW_FILE};
    use super::*;

    #[test]
    fn the_ignored_files_are_those_of_the_machine() {
        for name in [LOCK_FILE, NEW_FILE] {
            assert!(name.starts_with(".instaseed-course."), "{name}");
        }
        assert!(IGNORED.contains(OWN_FILE));
    }
}
