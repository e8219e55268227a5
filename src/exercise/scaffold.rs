//! The files of a new exercise, which an author fills in. The catalogue can read them at once, but they are not ready for
//! learners before `lint` finds nothing.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::error::Problem;
use super::file::{Index, parse};
use super::{Chapter, ExerciseError, Kind, Result};
use crate::whole_file;

/// What the author must replace.
pub const FILL_IN: &str = "FILL IN";

const INDEX: &str = "index.toml";

/// Writes the files of a new exercise into a folder of exercises, which is created if it does not exist. Lists the exercise at
/// the end of the named chapter, by default the last one. Replaces nothing. Returns the files, the index first.
pub fn scaffold(root: &Path, id: &str, kind: Kind, chapter: Option<&str>) -> Result<Vec<PathBuf>> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if id.is_empty() || id.len() > 24 || !id.chars().all(is_plain) {
        return Err(ExerciseError::wrong(id, Problem::Id));
    }
    let folder = root.join(id);
    if folder.symlink_metadata().is_ok() {
        return Err(ExerciseError::Exists { file: folder.display().to_string() });
    }
    let index = root.join(INDEX);
    let listed = with_id(&index, id, chapter)?;
    let unwritable = |path: &Path| {
        let file = path.display().to_string();
        move |source| ExerciseError::Unwritable { file, source }
    };
    fs::create_dir_all(root).map_err(unwritable(root))?;
    // The folder appears whole, and the index names it last.
    let private = tempfile::Builder::new().prefix(".new-").tempdir_in(root).map_err(unwritable(root))?;
    let mut made = vec![index.clone()];
    for (name, text) in files(kind) {
        let path = private.path().join(name);
        let parent = path.parent().unwrap_or(root);
        fs::create_dir_all(parent).and_then(|()| fs::write(&path, text)).map_err(unwritable(&path))?;
        made.push(folder.join(name));
    }
    open(private.path()).and_then(|()| fs::rename(private.path(), &folder)).map_err(unwritable(&folder))?;
    whole_file::replace(&index, listed.as_bytes()).map_err(unwritable(&index))?;
    Ok(made)
}

/// Lets others read a folder that was created under a private name.
fn open(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

/// The index with one exercise more; its comments stay.
fn with_id(index: &Path, id: &str, chapter: Option<&str>) -> Result<String> {
    let file = index.display().to_string();
    let text = match fs::read_to_string(index) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(source) => return Err(ExerciseError::Unreadable { file, source }),
    };
    let known = match text.trim().is_empty() {
        true => Vec::new(),
        false => parse::<Index>(&file, &text)?.chapter,
    };
    if known.iter().any(|one| one.exercises.iter().any(|other| other == id)) {
        return Err(ExerciseError::wrong(format!("{file}: {id}"), Problem::Twice));
    }
    let name = chapter.or(known.last().map(|last| last.name.as_str())).unwrap_or("own");
    let listed = match known.iter().any(|one| one.name == name) {
        false => {
            let space = if text.is_empty() { "" } else { "\n" };
            format!(
                "{text}{space}[[chapter]]\nname = \"{name}\"\ntitle = \"Own exercises\"\nexercises = [\n  \"{id}\",\n]\n"
            )
        }
        true => within(&text, name, id).unwrap_or_default(),
    };
    // The list is edited as text, so it is read again before anything is written.
    let lists = |chapters: &[Chapter]| -> Vec<(String, Vec<String>)> {
        chapters.iter().map(|one| (one.name.clone(), one.exercises.clone())).collect()
    };
    let mut wanted = lists(&known);
    match wanted.iter_mut().find(|(one, _)| one == name) {
        Some((_, ids)) => ids.push(id.to_owned()),
        None => wanted.push((name.to_owned(), vec![id.to_owned()])),
    }
    match parse::<Index>(&file, &listed).is_ok_and(|index| lists(&index.chapter) == wanted) {
        true => Ok(listed),
        false => {
            let wanted = format!("of chapter {name} cannot be extended by a program; add \"{id}\" by hand");
            Err(ExerciseError::wrong(file, Problem::Value { key: "exercises", wanted }))
        }
    }
}

/// The text with an id more at the end of a chapter's list.
fn within(text: &str, name: &str, id: &str) -> Option<String> {
    let chapters = text.match_indices("[[chapter]]").map(|(at, _)| at);
    let is_named = |at: &usize| {
        let own = text[*at..].split("[[chapter]]").nth(1).unwrap_or_default();
        own.lines()
            .any(|line| line.replace(' ', "").trim_start_matches("name=").trim_matches(['"', '\'']) == name)
    };
    let begin = chapters.into_iter().find(is_named)?;
    let list = begin + text[begin..].find("exercises")?;
    let end = list + text[list..].find(']')?;
    let before = text[..end].trim_end();
    let comma = if before.ends_with(['[', ',']) { "" } else { "," };
    Some(format!("{before}{comma}\n  \"{id}\",\n{}", &text[end..]))
}

fn files(kind: Kind) -> Vec<(&'static str, String)> {
    let is_query = matches!(kind, Kind::Query | Kind::Debug);
    let name = kind.name();
    let columns = match is_query {
        true => {
            "columns = [\"username\"]               # of the answer, in this order; the task names each of them\n# order_by = [\"username desc\"]        # only if the task asks for an order\n# decimals = 2                       # only if the task asks for rounding\n"
        }
        false => "",
    };
    let head = format!(
        "title = \"FILL IN: what it is about\"\nkind = \"{name}\"\nlevel = 1                            # 1 easy, 2 medium, 3 hard\npoints = 5\nconcepts = [\"FILL IN\"]               # such as \"left join\"\nedition = \"course\"                   # or \"platform\"\n{columns}hints = [\n  \"FILL IN: a small nudge\",\n  \"FILL IN: which tool\",\n  \"FILL IN: nearly the answer, in words\",\n]\n"
    );
    let task = match is_query {
        true => "FILL IN: what is wanted, and what counts as what.\n\nColumns: `username`. Any order.\n",
        false => "FILL IN: what is wanted, and what must stay as it is.\n",
    };
    let down = if kind == Kind::Migration { "\n-- down\n\n-- FILL IN: the way back\n" } else { "\n" };
    let mut files = vec![
        ("exercise.toml", head),
        ("task.md", task.to_owned()),
        ("solution.sql", format!("-- FILL IN: the model solution\n{down}")),
        ("explain.md", "FILL IN: why it works, usual mistakes, another way.\n".to_owned()),
        (
            "wrong/first-mistake.sql",
            format!(
                "-- FILL IN: the hint that this mistake earns\n-- FILL IN: an answer with the mistake\n{down}"
            ),
        ),
    ];
    match kind {
        Kind::Query => {}
        Kind::Debug => files.push(("start.sql", "-- FILL IN: the wrong query that learners mend\n".to_owned())),
        Kind::Integrity | Kind::Migration => files.push((
            "probes.toml",
            "unchanged = [\"users\"]\n\n[[probe]]\nname = \"FILL IN: what must hold\"\nsql = \"INSERT INTO users (username) VALUES ('alice')\"\nexpect = \"refused\"\nhint = \"FILL IN: what to think of when this fails\"\n"
                .to_owned(),
        )),
        Kind::Performance => files.push((
            "performance.toml",
            "[task]\ngive = \"index\"\nquery = \"FILL IN: the query that is measured\"\nat_most = 3.0\nmax_indexes = 1\n"
                .to_owned(),
        )),
    }
    files
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{FILL_IN, scaffold};
    use crate::exercise::{Catalogue, ExerciseError, Kind};

    const KINDS: [Kind; 5] = [Kind::Query, Kind::Debug, Kind::Integrity, Kind::Migration, Kind::Performance];

    #[test]
    fn a_new_folder_of_exercises_can_be_read_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("mine");
        for (at, kind) in KINDS.into_iter().enumerate() {
            let made = scaffold(&root, &format!("task-{at}"), kind, None).expect("made");
            assert!(made.iter().all(|path| path.is_file()), "{made:?}");
        }
        let catalogue = Catalogue::read(&root).expect("readable");
        assert_eq!(catalogue.exercises().iter().map(|one| one.kind).collect::<Vec<_>>(), KINDS);
        assert_eq!(catalogue.chapters().len(), 1);
        assert!(catalogue.exercises().iter().all(|one| one.title.contains(FILL_IN)));
        assert_eq!(fs::read_dir(&root).expect("read").count(), 6);
    }

    #[test]
    fn an_index_keeps_its_comments_and_its_chapters() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        scaffold(root, "one", Kind::Query, Some("first")).expect("made");
        let index = root.join("index.toml");
        let text = fs::read_to_string(&index).expect("read");
        fs::write(&index, format!("# mine\n{text}")).expect("written");
        scaffold(root, "two", Kind::Query, Some("second")).expect("made");
        scaffold(root, "three", Kind::Query, Some("first")).expect("made");
        scaffold(root, "four", Kind::Query, None).expect("made");
        let text = fs::read_to_string(&index).expect("read");
        assert!(text.starts_with("# mine\n"), "{text}");
        let catalogue = Catalogue::read(root).expect("readable");
        let found: Vec<&str> = catalogue.exercises().iter().map(|one| one.id.as_str()).collect();
        assert_eq!(found, ["one", "three", "two", "four"]);
    }

    #[test]
    fn nothing_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("one")).expect("made");
        fs::write(root.join("one/task.md"), "mine").expect("written");
        assert!(matches!(scaffold(root, "one", Kind::Query, None), Err(ExerciseError::Exists { .. })));
        assert!(!root.join("index.toml").exists());
        assert!(matches!(scaffold(root, "Two", Kind::Query, None), Err(ExerciseError::Wrong { .. })));
        scaffold(root, "two", Kind::Query, None).expect("made");
        fs::remove_dir_all(root.join("two")).expect("removed");
        assert!(matches!(scaffold(root, "two", Kind::Query, None), Err(ExerciseError::Wrong { .. })));
    }
}
