//! A class is marked the same in every run and with every number of threads; the grader here is a simple one that counts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::details::not_judged;
use super::marking::Judge;
use super::{ClassroomError, Details, Handed, Marking, Marks, Observer, Points, Seeds, Submission, Weights};
use crate::database::Engine;
use crate::exercise::{Catalogue, Exercise};
use crate::grade::{GradeError, KnownMistake, Outcome, Settings, Verdict};
use crate::sandbox::SandboxError;
use crate::time::Time;

/// Says of an answer what it begins with, and notes what it was asked.
struct Simple<'a> {
    seed: u64,
    asked: &'a Mutex<BTreeSet<(u64, String, String)>>,
}

impl Judge for Simple<'_> {
    fn judge(&mut self, exercise: &Exercise, text: &str) -> Result<Verdict, GradeError> {
        let once = (self.seed, exercise.id.clone(), text.to_owned());
        assert!(self.asked.lock().expect("whole").insert(once), "{text} was judged before");
        let outcome = match text.split(' ').next() {
            Some("right") => Outcome::Correct,
            Some("break") => {
                let source = "what an answer does not do".into();
                return Err(SandboxError::Broken { action: "judging", source }.into());
            }
            Some("fail") => {
                let (id, message) = (exercise.id.clone(), text.to_owned());
                return Err(GradeError::Model { id, message });
            }
            _ => Outcome::Wrong,
        };
        let mistake = KnownMistake { name: "fan-out".to_owned(), hint: "a hint".to_owned() };
        Ok(Verdict {
            outcome,
            message: format!("seed {}", self.seed),
            mistake: (outcome == Outcome::Wrong).then_some(mistake),
            share: if outcome == Outcome::Correct { 1.0 } else { 0.4 },
            ..not_judged(Outcome::Missing, None)
        })
    }
}

struct Counts(AtomicUsize, usize);

impl Observer for Counts {
    fn marked(&self, answers: usize, of: usize) {
        assert!(answers <= of && of == self.1, "{answers} of {of}");
        self.0.fetch_max(answers, Ordering::Relaxed);
    }
}

fn marking(catalogue: &Catalogue, threads: usize) -> Marking<'_> {
    let root: &Path = Path::new("");
    Marking {
        catalogue,
        weights: Weights::default(),
        seeds: Seeds::Same(7),
        partial: false,
        details: Details::Own,
        engine: Engine::Sqlite,
        settings: Settings {
            seed: 0,
            server: None,
            folder: Some(PathBuf::from(root)),
            hidden: true,
            examples: true,
        },
        graded_at: Time::parse("2026-12-01 10:00:00").expect("a time"),
        timed: false,
        threads,
    }
}

/// A class in which every second answer is right, every seventh is missing, and some are alike.
fn class(catalogue: &Catalogue) -> Vec<Submission> {
    let of = |student: usize| {
        let answer = |(at, exercise): (usize, &Exercise)| {
            let kind = if (student + at).is_multiple_of(2) { "right" } else { "wrong" };
            let text = format!("{kind} {}\n", student % 3);
            (!(student + at).is_multiple_of(7)).then(|| (exercise.id.clone(), Handed::Text(text)))
        };
        Submission {
            student: format!("student {student:02}"),
            answers: catalogue.exercises().iter().enumerate().filter_map(answer).collect(),
            notes: Vec::new(),
        }
    };
    (0..20).map(of).collect()
}

fn mark(marking: &Marking<'_>, class: &[Submission]) -> Result<Vec<Marks>, ClassroomError> {
    let asked = Mutex::default();
    let answers = class.iter().map(|one| one.answers.len()).sum();
    let counts = Counts(AtomicUsize::new(0), answers);
    let marks = marking.mark_with(class, &counts, |seed| Ok(Simple { seed, asked: &asked }));
    if marks.is_ok() {
        assert_eq!(counts.0.into_inner(), answers);
    }
    marks
}

#[test]
fn marks_are_the_same_with_every_number_of_threads() {
    let catalogue = Catalogue::embedded().expect("exercises");
    let class = class(&catalogue);
    let first = mark(&marking(&catalogue, 1), &class).expect("marked");
    assert_eq!(first.len(), 20);
    for threads in [2, 3, 64] {
        assert_eq!(mark(&marking(&catalogue, threads), &class).expect("marked"), first);
    }
    let most: u32 = catalogue.exercises().iter().map(|one| one.points).sum();
    assert!(first.iter().all(|marks| marks.max_score == Points::whole(most)));
    assert!(first.iter().all(|marks| marks.count(Outcome::Missing) > 5 && marks.count(Outcome::Wrong) > 20));
}

#[test]
fn each_student_and_exercise_has_the_data_set_of_the_rule() {
    let catalogue = Catalogue::embedded().expect("exercises");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("secret");
    std::fs::write(&path, "a secret of this course").expect("written");
    let secret = super::Secret::read(&path).expect("read");
    let seeds = Seeds::Own { secret, data_sets: 4 };
    let class = class(&catalogue);
    let marks = mark(&Marking { seeds: seeds.clone(), ..marking(&catalogue, 2) }, &class).expect("marked");
    let mut found = BTreeSet::new();
    for (marks, submission) in marks.iter().zip(&class) {
        for one in &marks.exercises {
            assert_eq!(one.seed, seeds.of(&submission.student, &one.id));
            if submission.answers.contains_key(&one.id) {
                assert_eq!(one.message, Some(format!("seed {}", one.seed)));
            }
            found.insert(one.seed);
        }
    }
    assert_eq!(found.len(), 4);
}

#[test]
fn parts_of_points_are_an_option() {
    let catalogue = Catalogue::embedded().expect("exercises");
    let answers = [("ghosts".to_owned(), Handed::Text("wrong".to_owned()))].into();
    let class = [Submission { student: "zoe".to_owned(), answers, notes: Vec::new() }];
    let whole = mark(&marking(&catalogue, 1), &class).expect("marked");
    assert_eq!(whole[0].score, Points::default());
    let parts = mark(&Marking { partial: true, ..marking(&catalogue, 1) }, &class).expect("marked");
    let points = catalogue.find("ghosts").expect("an exercise").points;
    assert_eq!(parts[0].score, Points::whole(points).part(0.4));
}

#[test]
fn an_untouched_file_is_missing_and_an_unusable_one_is_refused() {
    let catalogue = Catalogue::embedded().expect("exercises");
    let stub = |id: &str| catalogue.find(id).expect("an exercise").start(Engine::Sqlite);
    let answers = [
        ("ghosts", Handed::Text(stub("ghosts"))),
        ("debug-and-or", Handed::Text(stub("debug-and-or"))),
        ("debug-left-join", Handed::Text(stub("debug-left-join").replace('\n', "\r\n"))),
        ("bots", Handed::Unusable("the file is a link".to_owned())),
    ];
    let answers = answers.map(|(id, handed)| (id.to_owned(), handed)).into();
    let class = [Submission { student: "zoe".to_owned(), answers, notes: Vec::new() }];
    let asked = Mutex::default();
    let marks = marking(&catalogue, 2)
        .mark_with(&class, &(), |seed| Ok(Simple { seed, asked: &asked }))
        .expect("marked");
    let of = |id: &str| marks[0].exercises.iter().find(|mark| mark.id == id).expect("a mark").verdict;
    assert_eq!(
        [of("ghosts"), of("debug-and-or"), of("debug-left-join"), of("bots")],
        [Outcome::Missing, Outcome::Missing, Outcome::Missing, Outcome::Refused]
    );
    assert!(asked.into_inner().expect("whole").is_empty());
}

#[test]
fn a_grader_that_fails_ends_it_with_its_error() {
    let catalogue = Catalogue::embedded().expect("exercises");
    let mut class = class(&catalogue);
    class[3].answers.insert("bots".to_owned(), Handed::Text("fail here".to_owned()));
    for threads in [1, 2] {
        let error = mark(&marking(&catalogue, threads), &class).expect_err("it fails");
        assert!(
            matches!(&error, ClassroomError::Grade(GradeError::Model { id, .. }) if id == "bots"),
            "{error}"
        );
    }
    class[3].answers.insert("bots".to_owned(), Handed::Text("break it".to_owned()));
    let error = mark(&marking(&catalogue, 2), &class).expect_err("it breaks");
    assert_eq!(error.to_string(), "the answer of student 03 to 'bots' cannot be judged");
}
