//! What students submitted: a folder that contains a folder for each student, or the folder of one student.
//!
//! The contents come from strangers. Links are not followed, because a link could name a file of the instructor. An answer
//! that is not text, or that is too long, is refused, and the other answers are graded.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use super::error::{ClassroomError, Result};
use super::order::natural;
use crate::exercise::{Catalogue, Exercise};
use crate::grade::MOST_BYTES;

/// Where a learner's folder has the answers.
const ANSWERS: &str = "answers";

/// What one student submitted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// The name of the folder.
    pub student: String,
    /// By the id of the exercise.
    pub answers: BTreeMap<String, Handed>,
    /// What was found but is not graded.
    pub notes: Vec<String>,
}

/// An answer as it was submitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    Text(String),
    /// Why the answer cannot be judged.
    Unusable(String),
}

/// The submissions of a class, or of one student.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Class {
    /// The folder is one submission.
    One(Submission),
    /// The folder contains a folder for each student; sorted by name, numbers in names by their value.
    Many(Vec<Submission>),
}

impl Class {
    /// Reads a folder. If it is one submission, `student` is the name of the student; the default is the name of the folder.
    pub fn read(path: &Path, catalogue: &Catalogue, student: Option<&str>) -> Result<Class> {
        if !path.is_dir() {
            return match fs::metadata(path) {
                Ok(_) => Err(ClassroomError::NotAFolder { path: path.to_owned() }),
                Err(source) => Err(ClassroomError::Unreadable { path: path.to_owned(), source }),
            };
        }
        if let Some(name) = student {
            return Ok(Class::One(Folder::read_nested(path, catalogue)?.submission(name.to_owned())));
        }
        let own = Folder::read(path, catalogue)?;
        if let Some(file) = own.files.values().next() {
            if let Some(folder) = with_answers(path, catalogue)? {
                let file = file.clone();
                return Err(ClassroomError::Mixed { path: path.to_owned(), file, folder });
            }
            let name = name_of(&fs::canonicalize(path).unwrap_or_else(|_| path.to_owned()))?;
            return Ok(Class::One(own.submission(name)));
        }
        let mut class = Vec::new();
        for folder in folders(path)? {
            class.push(Folder::read_nested(&folder, catalogue)?.submission(name_of(&folder)?));
        }
        // Otherwise a student whose folder is a link would be missing without a message.
        for link in links_to_folders(path)? {
            let notes = vec!["the folder is not graded: it is a link, and links are not followed".to_owned()];
            class.push(Submission { student: name_of(&link)?, notes, ..Submission::default() });
        }
        class.sort_by(|one, other| natural(&one.student, &other.student));
        match class.iter().any(|one| !one.answers.is_empty()) {
            true => Ok(Class::Many(class)),
            false => Err(ClassroomError::NoSubmissions { path: path.to_owned() }),
        }
    }

    pub fn submissions(&self) -> &[Submission] {
        match self {
            Class::One(one) => std::slice::from_ref(one),
            Class::Many(many) => many,
        }
    }
}

/// The answers in a folder, and in `answers` in it.
#[derive(Default)]
struct Folder {
    answers: BTreeMap<String, Handed>,
    /// The file of each answer.
    files: BTreeMap<String, String>,
    notes: Vec<String>,
}

impl Folder {
    fn read(path: &Path, catalogue: &Catalogue) -> Result<Folder> {
        let mut found = Folder::default();
        let inner = path.join(ANSWERS);
        if inner.symlink_metadata().is_ok_and(|about| about.is_dir()) {
            found.collect(&inner, &format!("{ANSWERS}/"), catalogue)?;
        }
        found.collect(path, "", catalogue)?;
        Ok(found)
    }

    /// The same; if there is nothing but one folder with answers, as in an unpacked archive, these.
    fn read_nested(path: &Path, catalogue: &Catalogue) -> Result<Folder> {
        let own = Folder::read(path, catalogue)?;
        if !own.answers.is_empty() {
            return Ok(own);
        }
        let mut inner = Vec::new();
        for folder in folders(path)? {
            let found = Folder::read(&folder, catalogue)?;
            if !found.answers.is_empty() {
                inner.push(found);
            }
        }
        Ok(if inner.len() == 1 { inner.remove(0) } else { own })
    }

    fn collect(&mut self, folder: &Path, before: &str, catalogue: &Catalogue) -> Result<()> {
        for path in entries(folder)? {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if name.starts_with('.') || !name.to_ascii_lowercase().ends_with(".sql") {
                continue;
            }
            let shown = format!("{before}{name}");
            let Some(exercise) = exercise_of(&name, catalogue) else {
                self.notes.push(format!("{shown} is not graded: no exercise has its name"));
                continue;
            };
            match self.files.get(&exercise.id) {
                Some(first) => self.notes.push(format!("{shown} is not graded: {first} is graded instead")),
                None => {
                    self.answers.insert(exercise.id.clone(), hand(&path));
                    self.files.insert(exercise.id.clone(), shown);
                }
            }
        }
        Ok(())
    }

    fn submission(self, student: String) -> Submission {
        Submission { student, answers: self.answers, notes: self.notes }
    }
}

/// `21-likes-and-comments.sql`, `likes-and-comments.sql`, `21.sql`.
fn exercise_of<'a>(file: &str, catalogue: &'a Catalogue) -> Option<&'a Exercise> {
    let stem = file.get(..file.len().checked_sub(4)?)?;
    catalogue.find(stem).ok()
}

/// An answer's text. Only a plain file is opened: a pipe would make the grader wait.
fn hand(path: &Path) -> Handed {
    let unusable = |why: &str| Handed::Unusable(why.to_owned());
    let Ok(about) = path.symlink_metadata() else { return unusable("the file cannot be read") };
    if about.is_symlink() {
        return unusable("the file is a link, and links are not followed");
    }
    if !about.is_file() {
        return unusable("this is not a file");
    }
    let most = MOST_BYTES as u64;
    if about.len() > most {
        return Handed::Unusable(format!("the file has more than {most} bytes"));
    }
    let mut bytes = Vec::new();
    match fs::File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)) {
        Err(_) => unusable("the file cannot be read"),
        Ok(_) => match String::from_utf8(bytes) {
            Ok(text) => Handed::Text(text.trim_start_matches('\u{feff}').to_owned()),
            // Some programs on Windows write this by default.
            Err(error) if matches!(error.as_bytes(), [0xff, 0xfe, ..] | [0xfe, 0xff, ..]) => {
                unusable("the file is UTF-16 text, not UTF-8")
            }
            Err(_) => unusable("the file is not UTF-8 text"),
        },
    }
}

/// What is in a folder, by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |source| ClassroomError::Unreadable { path: folder.to_owned(), source };
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let paths: Result<Vec<PathBuf>, _> = entries.map(|entry| entry.map(|entry| entry.path())).collect();
    let mut paths = paths.map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

/// The folders in a folder, by name; hidden ones and links aside.
fn folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = entries(folder)?;
    found.retain(|path| is_seen(path) && path.symlink_metadata().is_ok_and(|about| about.is_dir()));
    Ok(found)
}

fn links_to_folders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = entries(folder)?;
    found.retain(|path| is_seen(path) && path.is_symlink() && path.is_dir());
    Ok(found)
}

/// Whether an entry belongs to a student, by its name.
fn is_seen(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    !name.starts_with('.') && name != "__MACOSX"
}

/// The first subfolder that has answers, apart from a learner's folder `answers`.
fn with_answers(path: &Path, catalogue: &Catalogue) -> Result<Option<PathBuf>> {
    let has_answers = |folder: &PathBuf| {
        Folder::read_nested(folder, catalogue).is_ok_and(|found| !found.answers.is_empty())
    };
    Ok(folders(path)?.into_iter().filter(|folder| !folder.ends_with(ANSWERS)).find(has_answers))
}

fn name_of(folder: &Path) -> Result<String> {
    match folder.file_name().map(|name| name.to_str().map(str::to_owned)) {
        Some(None) => Err(ClassroomError::OddName { path: folder.to_owned() }),
        name => Ok(name.flatten().unwrap_or_else(|| "submission".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::{Class, Handed, MOST_BYTES, Submission};
    use crate::classroom::ClassroomError;
    use crate::exercise::Catalogue;

    fn write(root: &Path, path: &str, bytes: impl AsRef<[u8]>) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::write(path, bytes).expect("written");
    }

    fn read(root: &Path) -> Result<Class, ClassroomError> {
        Class::read(root, &Catalogue::embedded().expect("exercises"), None)
    }

    fn many(root: &Path) -> Vec<Submission> {
        match read(root).expect("read") {
            Class::Many(many) => many,
            Class::One(one) => panic!("one submission: {one:?}"),
        }
    }

    fn text(one: &Submission, id: &str) -> String {
        match one.answers.get(id) {
            Some(Handed::Text(text)) => text.clone(),
            other => panic!("{id}: {other:?}"),
        }
    }

    #[test]
    fn answers_are_found_by_number_and_by_id_in_folders_of_students() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        write(root, "zoe/answers/06-ghosts.sql", "\u{feff}select 1");
        write(root, "amir/ghosts.sql", "select 2");
        write(root, "amir/5.SQL", "select 3");
        write(root, "kim/unpacked/answers/06-ghosts.sql", "select 4");
        write(root, "lea/readme.txt", "nothing yet");
        write(root, ".git/answers/06-ghosts.sql", "hidden");
        write(root, "notes.txt", "not a folder");
        let class = many(root);
        let names: Vec<&str> = class.iter().map(|one| one.student.as_str()).collect();
        assert_eq!(names, ["amir", "kim", "lea", "zoe"]);
        assert_eq!(text(&class[0], "ghosts"), "select 2");
        assert_eq!(text(&class[0], "no-photos"), "select 3");
        assert_eq!(text(&class[1], "ghosts"), "select 4");
        assert!(class[2].answers.is_empty());
        assert_eq!(text(&class[3], "ghosts"), "select 1");
    }

    #[test]
    fn a_folder_with_answers_is_one_submission() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("zoe");
        write(&root, "answers/06-ghosts.sql", "select 1");
        let Class::One(one) = read(&root).expect("read") else { panic!("several") };
        assert_eq!(one.student, "zoe");
        let catalogue = Catalogue::embedded().expect("exercises");
        let named = Class::read(&root, &catalogue, Some("s-17")).expect("read");
        assert_eq!(named.submissions()[0].student, "s-17");
    }

    #[test]
    fn what_is_not_graded_is_noted() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        write(root, "zoe/answers/06-ghosts.sql", "select 1");
        write(root, "zoe/06-ghosts.sql", "select 2");
        write(root, "zoe/answers/scratch.sql", "select 3");
        let class = many(root);
        assert_eq!(text(&class[0], "ghosts"), "select 1");
        assert_eq!(
            class[0].notes,
            [
                "answers/scratch.sql is not graded: no exercise has its name",
                "06-ghosts.sql is not graded: answers/06-ghosts.sql is graded instead",
            ]
        );
    }

    #[test]
    fn links_and_files_that_are_no_text_are_unusable() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        write(root, "secret", "the teacher's own");
        write(root, "zoe/5.sql", [0xff, 0xfe, 0]);
        write(root, "zoe/7.sql", vec![b'x'; MOST_BYTES + 1]);
        symlink(root.join("secret"), root.join("zoe/6.sql")).expect("linked");
        fs::create_dir(root.join("zoe/8.sql")).expect("made");
        let class = many(root);
        for id in ["no-photos", "ghosts", "untagged-photos", "unused-tags"] {
            assert!(matches!(class[0].answers.get(id), Some(Handed::Unusable(_))), "{id}");
        }
        let utf_16 = Handed::Unusable("the file is UTF-16 text, not UTF-8".to_owned());
        assert_eq!(class[0].answers.get("no-photos"), Some(&utf_16));
    }

    #[test]
    fn students_are_in_natural_order_and_a_linked_folder_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        for name in ["student-10", "student-2", "Student-1"] {
            write(root, &format!("{name}/6.sql"), "select 1");
        }
        symlink(root.join("student-2"), root.join("student-3")).expect("linked");
        let class = many(root);
        let names: Vec<&str> = class.iter().map(|one| one.student.as_str()).collect();
        assert_eq!(names, ["Student-1", "student-2", "student-3", "student-10"]);
        assert!(class[2].answers.is_empty() && class[2].notes[0].contains("link"), "{:?}", class[2]);
    }

    #[test]
    fn a_stray_answer_next_to_folders_of_students_does_not_hide_them() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        write(root, "zoe/answers/06-ghosts.sql", "select 1");
        write(root, "06-ghosts.sql", "select 2");
        let error = read(root).expect_err("whose is it?");
        assert!(matches!(&error, ClassroomError::Mixed { file, .. } if file == "06-ghosts.sql"), "{error}");
        let named = Class::read(root, &Catalogue::embedded().expect("exercises"), Some("kim")).expect("read");
        assert_eq!(text(&named.submissions()[0], "ghosts"), "select 2");
    }

    #[test]
    fn a_folder_without_answers_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(matches!(read(folder.path()), Err(ClassroomError::NoSubmissions { .. })));
        assert!(matches!(read(&folder.path().join("none")), Err(ClassroomError::Unreadable { .. })));
        write(folder.path(), "file", "");
        assert!(matches!(read(&folder.path().join("file")), Err(ClassroomError::NotAFolder { .. })));
    }
}
