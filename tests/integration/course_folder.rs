//! A learner's folder that is damaged, full, moved or not what it seems: nothing of the learner's is lost, every verb ends, and
//! each refusal has a way out.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use instaseed::exercise::Catalogue;

use crate::course_verbs::{answer, begun, course_in, model, run};
use crate::support::{object, scratch};

fn write(path: &Path, text: &str) {
    fs::write(path, text).expect("a file can be written");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it is there")
}

/// Which rows the learner's database has.
fn rows_of_database(folder: &Path) -> String {
    let shown =
        crate::support::instaseed(&["check", "--json", "--database-url", "instagram.db"]).dir(folder).run();
    object(&shown.expect(0))["fingerprint"].to_string()
}

#[test]
fn a_state_without_its_settings_is_refused_and_not_written() {
    let folder = begun();
    let path = folder.join("instaseed-course.toml");
    let whole = read(&path);
    let cut = whole.split("[round.1]").next().expect("a first part").to_owned();
    for damaged in ["", cut.as_str()] {
        write(&path, damaged);
        for words in ["next", "hint bots", "replay --seed 3 --yes", "init ."] {
            let refused = run(&folder, words).expect(2);
            assert!(refused.stderr.contains("is damaged"), "{words}: {}", refused.stderr);
            assert!(refused.stderr.contains("copy your answers"), "{words}: {}", refused.stderr);
        }
        assert_eq!(read(&path), damaged);
    }
    fs::remove_file(&path).expect("it is there");
    let refused = run(&folder, "init .").expect(2);
    assert!(refused.stderr.contains("answers but no instaseed-course.toml"), "{}", refused.stderr);
    let later = whole.replace("format = 1", "format = 2");
    write(&path, &later);
    assert!(run(&folder, "hint bots").expect(2).stderr.contains("later version"));
    assert_eq!(read(&path), later);
}

#[test]
fn a_link_with_a_name_of_ours_leads_nowhere() {
    let folder = begun();
    let thesis = folder.parent().expect("a parent").join("thesis.txt");
    write(&thesis, "mine");
    symlink(&thesis, folder.join(".instaseed-course.new")).expect("a link");
    run(&folder, "hint bots").expect(0);
    assert_eq!(read(&thesis), "mine");
    // A link in place of an answer is moved, and what it leads to stays.
    let path = answer(&folder, "ghosts");
    fs::remove_file(&path).expect("it is there");
    symlink(&thesis, &path).expect("a link");
    run(&folder, "reset ghosts").expect(0);
    assert_eq!(read(&thesis), "mine");
    assert!(path.symlink_metadata().expect("it is there").is_file());
}

#[test]
fn what_is_no_file_is_no_answer() {
    let folder = begun();
    let path = answer(&folder, "ghosts");
    let made = |make: &dyn Fn()| {
        if path.symlink_metadata().is_ok() {
            fs::remove_file(&path).expect("it is no folder yet");
        }
        make();
        for words in ["check ghosts", "run ghosts"] {
            let refused = run(&folder, words).expect(2);
            assert!(refused.stderr.contains("is not a file"), "{}", refused.stderr);
            assert!(refused.stderr.contains("course reset ghosts"), "{}", refused.stderr);
        }
    };
    made(&|| symlink("/dev/zero", &path).expect("a link"));
    made(&|| {
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
        assert!(made.success());
    });
    made(&|| fs::create_dir(&path).expect("a folder"));
    run(&folder, "reset ghosts").expect(0);
    assert!(path.is_file());
    let endless = "SELECT 1;\n".repeat(2 << 20);
    let refused = course_in(&folder, "check ghosts -").stdin(endless).run().expect(2);
    assert!(refused.stderr.contains("standard input is longer"), "{}", refused.stderr);
}

#[test]
fn a_verdict_is_shown_even_where_it_cannot_be_noted() {
    let folder = begun();
    let lock = folder.join(".instaseed-course.lock");
    fs::remove_file(&lock).expect("it is there");
    fs::create_dir(&lock).expect("a folder in its place");
    write(&answer(&folder, "bots"), &model("bots"));
    let done = run(&folder, "check bots").expect(2);
    assert!(done.stdout.contains("Correct") || done.stdout.contains("exercises passed"), "{}", done.stdout);
    assert!(done.stderr.contains(".instaseed-course.lock"), "{}", done.stderr);
}

#[test]
fn a_reset_that_cannot_write_moves_nothing() {
    let folder = begun();
    let path = answer(&folder, "bots");
    write(&path, "SELECT 1");
    fs::create_dir(folder.join(".instaseed-course.new")).expect("a folder in the way");
    run(&folder, "reset bots").expect(2);
    assert_eq!(read(&path), "SELECT 1");
    assert!(!path.with_extension("sql.before-reset").exists());
}

#[test]
fn init_brings_back_what_is_missing_in_the_round_that_it_is() {
    let folder = begun();
    let first = run(&folder, "init .").expect(0);
    assert!(
        first.stdout.contains("The course is ready") && !first.stdout.contains("cd "),
        "{}",
        first.stdout
    );
    run(&folder, "replay --seed 5 --yes").expect(0);
    let before = rows_of_database(&folder);
    assert_eq!(object(&run(&folder, "init . --json").expect(0))["changed"], false);
    fs::remove_file(folder.join("instagram.db")).expect("it is there");
    let again = object(&run(&folder, "init . --json").expect(0));
    assert_eq!((&again["changed"], &again["seed"]), (&true.into(), &5.into()));
    assert_eq!(rows_of_database(&folder), before);
    // A course of another seed is completed without naming the seed.
    let other = scratch().join("ein kurs ö");
    let parent = other.parent().expect("a parent");
    let init = |words: &[&str]| {
        let words: Vec<&str> = ["course", "init", "ein kurs ö"].iter().chain(words).copied().collect();
        let fixtures = crate::course_verbs::fixtures();
        crate::support::instaseed(&words).dir(parent).env("INSTASEED_FIXTURES", fixtures).run()
    };
    assert!(init(&["--seed", "7"]).expect(0).stdout.contains("cd 'ein kurs ö'"));
    assert!(init(&[]).expect(0).stdout.contains("Nothing to do"));
    // A folder that was moved is the same course.
    let moved = parent.join("moved");
    fs::rename(&other, &moved).expect("it can be moved");
    run(&moved, "next").expect(0);
    run(&moved, "replay --seed 8 --yes").expect(0);
}

#[test]
fn exercises_that_were_moved_have_a_way_out() {
    let folder = begun();
    let path = folder.join("instaseed-course.toml");
    let state = read(&path);
    write(&path, &state.replace("format = 1\n", "format = 1\ncatalogue = \"../gone\"\n"));
    let refused = run(&folder, "next").expect(2);
    assert!(
        refused.stderr.contains("no folder") && refused.stderr.contains("`catalogue`"),
        "{}",
        refused.stderr
    );
}

#[test]
fn a_file_says_which_course_is_meant() {
    let folder = begun();
    write(&answer(&folder, "ghosts"), &model("ghosts"));
    let parent = folder.parent().expect("a parent");
    let file = answer(Path::new("sql"), "ghosts").display().to_string();
    run(parent, &format!("check {file}")).expect(0);
    run(parent, &format!("run {file}")).expect(0);
    write(&parent.join("draft.sql"), "SELECT 1");
    let refused = run(parent, "check draft.sql").expect(2);
    assert!(refused.stderr.contains("--course DIR"), "{}", refused.stderr);
}

#[test]
fn a_folder_that_is_not_there_is_no_course() {
    let folder = begun();
    let refused = run(&folder, "next --course mistyped").expect(2);
    assert!(
        refused.stderr.contains("mistyped") && !refused.stderr.contains("DIR --course"),
        "{}",
        refused.stderr
    );
    run(&folder, "next --course answers").expect(0);
}

#[test]
fn when_all_is_passed_the_next_seed_is_a_new_one() {
    let folder = begun();
    let all_passed = |seed: &str| {
        let path = folder.join("instaseed-course.toml");
        let mut state = read(&path);
        for exercise in Catalogue::embedded().expect("it is sound").exercises() {
            state += &format!("{} = {{ attempts = 1, passed_at = \"2026-01-02 03:04:05\" }}\n", exercise.id);
        }
        write(&path, &state);
        for words in ["next", "show", "check", "hint", "run"] {
            let done = run(&folder, words).expect(0);
            assert!(done.stdout.contains(&format!("replay --seed {seed}\n")), "{words}: {}", done.stdout);
        }
    };
    all_passed("2");
    run(&folder, "replay --seed 2 --yes").expect(0);
    all_passed("3");
}

#[test]
fn a_task_says_each_thing_once_and_where_its_data_is() {
    let folder = begun();
    let plain = run(&folder, "show likes-and-comments").expect(0).stdout;
    assert_eq!(plain.matches("Columns").count(), 1, "{plain}");
    assert!(!plain.contains("Data "), "{plain}");
    // Its task names the columns within a sentence only.
    assert!(run(&folder, "show views-per-photo").expect(0).stdout.contains("Columns   id, views"));
    for id in ["newest-followers", "missing-foreign-key", "unique-emails"] {
        let shown = run(&folder, &format!("show {id}")).expect(0).stdout;
        let words = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("Data not that of your own database"), "{shown}");
        assert!(words.contains(&format!("`instaseed course run {id} -`")), "{shown}");
    }
    let bookmarks =
        course_in(&folder, "run missing-foreign-key -").stdin("SELECT COUNT(*) AS n FROM bookmarks");
    assert!(bookmarks.run().expect(0).stdout.starts_with("   n\n"));
    let script =
        course_in(&folder, "run missing-foreign-key -").stdin("DROP TABLE bookmarks").run().expect(1);
    assert!(script.stdout.contains("course check missing-foreign-key"), "{}", script.stdout);
}

#[test]
fn a_mistyped_concept_gets_the_nearest_one() {
    let folder = begun();
    let near = run(&folder, "list --concept jion").expect(1).stdout;
    assert!(near.contains("course list --concept join"), "{near}");
    let none = run(&folder, "list --concept nothing-like-it").expect(1).stdout;
    assert!(none.contains("There are: ") && none.lines().all(|line| line.len() <= 80), "{none}");
}

#[test]
fn a_locale_without_unicode_gets_ascii() {
    let folder = begun();
    let drawn = course_in(&folder, "schema").env("LC_ALL", "C").run().expect(0).stdout;
    assert!(drawn.is_ascii() && drawn.contains("key <--+"), "{drawn}");
}
