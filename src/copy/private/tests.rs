//! Private folders in each state in which a killed run can leave them.

use std::thread;

use super::*;
use crate::copy::manifest::tests::empty;
use crate::edition::Edition;

fn whole(folder: &Path, created_at: &str) {
    fs::create_dir_all(folder).unwrap();
    let manifest = empty(created_at);
    for table in Edition::Course.tables() {
        fs::write(folder.join(manifest::file_name(table.name)), b"").unwrap();
    }
    fs::write(folder.join(manifest::FILE_NAME), manifest.to_text()).unwrap();
}

fn made_at(folder: &Path) -> Option<String> {
    Some(Manifest::whole(folder)?.created_at)
}

/// A private folder of a run that is gone.
fn abandoned(path: &Path, replace: bool) -> PathBuf {
    begin(&place::parent(path), path, replace).unwrap().0
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_private_folder_goes_unless_it_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("one");
    let private = Private::new(&path, false).unwrap();
    let other = Private::new(&path, false).unwrap();
    assert_ne!(private.path, other.path);
    assert_eq!(sweep(dir.path()), ["one", "one"], "both are held");
    private.write("users.jsonl.zst", b"x").unwrap();
    drop(private);
    whole(&other.path, "2024-05-01 12:30:00");
    other.name(&path, false).unwrap();
    assert_eq!(names(dir.path()), ["one"]);
    let third = Private::new(&path, false).unwrap();
    assert!(matches!(third.name(&path, false), Err(CopyError::Exists { .. })));
    assert!(made_at(&path).is_some());
    assert_eq!(names(dir.path()), ["one"]);
}

#[test]
fn of_many_that_want_a_name_one_gets_it_and_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..30 {
        let path = dir.path().join(format!("day{round}"));
        let run = || {
            sweep(dir.path());
            let private = Private::new(&path, false)?;
            whole(&private.path, "2024-05-01 12:30:00");
            private.name(&path, false)
        };
        let done = thread::scope(|scope| {
            let runs: Vec<_> = (0..6).map(|_| scope.spawn(run)).collect();
            runs.into_iter().map(|run| run.join().unwrap()).collect::<Vec<_>>()
        });
        assert_eq!(done.iter().filter(|done| done.is_ok()).count(), 1, "{done:?}");
        assert!(done.iter().all(|done| matches!(done, Ok(()) | Err(CopyError::Exists { .. }))), "{done:?}");
        assert!(made_at(&path).is_some());
    }
    assert_eq!(names(dir.path()).len(), 30, "nothing private is left");
}

#[test]
fn of_many_in_the_same_second_each_gets_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let run = || {
        let private = Private::new(&dir.path().join(place::dated(Time(0))), false)?;
        whole(&private.path, "1970-01-01 00:00:00");
        private.name_dated(dir.path(), Time(0))
    };
    let mut done = thread::scope(|scope| {
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(run)).collect();
        runs.into_iter().map(|run| run.join().unwrap().unwrap()).collect::<Vec<_>>()
    });
    done.sort();
    let expected: Vec<_> = (0..6).map(|second| dir.path().join(place::dated(Time(second)))).collect();
    assert_eq!(done, expected);
    assert!(done.iter().all(|path| made_at(path).is_some()));
}

#[test]
fn what_is_not_marked_as_ours_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("one");
    let private = |name: &str| dir.path().join(format!("{}{name}{}", NAME.0, NAME.1));
    fs::create_dir(dir.path().join(".mine.partial")).unwrap();
    fs::create_dir(private("empty")).unwrap();
    fs::create_dir(private("unlocked")).unwrap();
    fs::write(private("unlocked").join(UNLOCKED), HEADS[0]).unwrap();
    fs::create_dir(private("letters")).unwrap();
    fs::write(private("letters").join(MARKER), b"dear").unwrap();
    fs::create_dir(private("elsewhere")).unwrap();
    fs::write(private("elsewhere").join(MARKER), [HEADS[0], b"../one"].concat()).unwrap();
    let with_more = abandoned(&path, false);
    fs::write(with_more.join("letter.txt"), b"dear").unwrap();
    let with_more_within = abandoned(&path, false);
    fs::create_dir(with_more_within.join(BACKUP)).unwrap();
    fs::write(with_more_within.join(BACKUP).join("letter.txt"), b"dear").unwrap();
    let before = names(dir.path());
    assert!(sweep(dir.path()).is_empty());
    assert_eq!(names(dir.path()), before);
    assert!(with_more_within.join(BACKUP).join("letter.txt").exists() && with_more.join(MARKER).exists());
}

#[test]
fn a_killed_run_leaves_nothing_or_its_backup() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("day");
    // Killed before the manifest.
    let half = abandoned(&path, false);
    whole(&half.join(BACKUP), "2024-05-01 12:30:00");
    fs::remove_file(half.join(BACKUP).join(manifest::FILE_NAME)).unwrap();
    sweep(dir.path());
    assert!(names(dir.path()).is_empty());
    // Killed before the renaming.
    whole(&abandoned(&path, false).join(BACKUP), "2024-05-01 12:30:00");
    sweep(dir.path());
    assert_eq!(made_at(&path).unwrap(), "2024-05-01 12:30:00");
    // A removal that was cut off before anything was removed.
    let dated = dir.path().join(place::dated(Time(7)));
    whole(&abandoned(&dated, false).join(BACKUP), "2024-05-01 12:30:00");
    // A run whose name was taken meanwhile.
    whole(&abandoned(&dated, false).join(BACKUP), "2024-05-01 12:30:00");
    sweep(dir.path());
    assert_eq!(names(dir.path()), [place::dated(Time(7)), place::dated(Time(8)), "day".to_owned()]);
}

#[test]
fn a_replacement_that_was_killed_anywhere_leaves_the_new_backup() {
    let (old, new) = ("2024-05-01 12:30:00", "2024-05-02 12:30:00");
    // Before the exchange; after it; after the first and the second of two steps.
    for (there, backup, earlier) in [
        (Some(old), Some(new), None),
        (Some(new), Some(old), None),
        (None, Some(new), Some(old)),
        (Some(new), None, Some(old)),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("day");
        let folder = abandoned(&path, true);
        for (folder, made) in
            [(path.clone(), there), (folder.join(BACKUP), backup), (folder.join(EARLIER), earlier)]
        {
            if let Some(made) = made {
                whole(&folder, made);
            }
        }
        sweep(dir.path());
        assert_eq!(made_at(&path).as_deref(), Some(new), "{there:?} {backup:?} {earlier:?}");
        assert_eq!(names(dir.path()), ["day"]);
    }
    // Both steps, without an exchange; and an earlier one whose replacement is gone.
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("day");
    whole(&path, old);
    let private = Private::new(&path, true).unwrap();
    whole(&private.path, new);
    put_in_two_steps(&private.folder, &path).unwrap();
    assert_eq!(made_at(&path).as_deref(), Some(new));
    drop(private);
    assert_eq!(names(dir.path()), ["day"]);
    fs::rename(&path, abandoned(&path, true).join(EARLIER)).unwrap();
    sweep(dir.path());
    assert_eq!(made_at(&path).as_deref(), Some(new));
    assert_eq!(names(dir.path()), ["day"]);
}

#[test]
fn an_exchange_with_a_folder_that_has_more_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("day");
    whole(&path, "2024-05-01 12:30:00");
    fs::write(path.join("mine.txt"), b"dear").unwrap();
    let private = Private::new(&path, true).unwrap();
    whole(&private.path, "2024-05-02 12:30:00");
    assert!(matches!(private.name(&path, true), Err(CopyError::OtherFiles { .. })));
    assert!(matches!(remove(&path), Err(CopyError::OtherFiles { .. })));
    assert_eq!(made_at(&path).unwrap(), "2024-05-01 12:30:00");
    assert!(path.join("mine.txt").exists());
    assert_eq!(names(dir.path()), ["day"]);
}
