//! Scripts, migrations and counted work on servers: the models of the course pass, known mistakes do not and are named, and
//! a script cannot hurt anything but its scratch database.

use std::path::PathBuf;

use instaseed::exercise::{Catalogue, Exercise, Kind as Task};
use instaseed::grade::{Grader, Outcome, Settings, Verdict};

use crate::support::{Kind, Server, scratch};

fn folder() -> PathBuf {
    scratch()
}

/// A grader on the shared server of a kind; none where it is not installed.
fn grader(kind: Kind) -> Option<Grader> {
    let server = Server::shared(kind)?;
    let server = Some(server.url(server.maintenance()));
    let settings = Settings { seed: 5, server, folder: Some(folder()), hidden: false, examples: false };
    Some(Grader::new(settings).expect("a grader"))
}

fn each_server(test: impl Fn(&mut Grader)) {
    for kind in [Kind::Postgres, Kind::Mysql] {
        if let Some(mut grader) = grader(kind) {
            eprintln!("--- {kind:?}");
            test(&mut grader);
        }
    }
}

fn check(grader: &mut Grader, exercise: &Exercise, text: &str) -> Verdict {
    grader.check(exercise, text).unwrap_or_else(|error| panic!("{}: {error:?}", exercise.id))
}

/// Judges all models and mistakes of some kinds of exercises; of the mistakes, so many of ten must be named.
fn models_pass_and_mistakes_do_not(kinds: &[Task], named_of_ten: usize) {
    let course = Catalogue::embedded().expect("the course is whole");
    each_server(|grader| {
        let engine = grader.engine();
        let (mut count, mut named, mut problems) = (0, 0, Vec::new());
        for exercise in
            course.exercises().iter().filter(|one| kinds.contains(&one.kind) && one.is_for(engine))
        {
            let model = check(grader, exercise, exercise.solution(engine));
            if model.outcome != Outcome::Correct {
                problems.push(format!("{}: the model fails: {model:#?}", exercise.id));
            }
            for mistake in exercise.mistakes(engine) {
                let verdict = check(grader, exercise, mistake.sql);
                count += 1;
                if verdict.outcome == Outcome::Correct {
                    problems.push(format!("{}/{} passes: {}", exercise.id, mistake.name, verdict.message));
                }
                match &verdict.mistake {
                    Some(found) if found.name == mistake.name => named += 1,
                    Some(found) => {
                        problems
                            .push(format!("{}/{} is taken for {}", exercise.id, mistake.name, found.name));
                    }
                    None => eprintln!("{}/{} is not named: {}", exercise.id, mistake.name, verdict.message),
                }
            }
        }
        assert!(problems.is_empty(), "{engine}:\n{}", problems.join("\n"));
        assert!(count > 5 && named * 10 >= count * named_of_ten, "{engine}: {named} of {count} are named");
    });
}

#[test]
fn rules_and_migrations_are_judged_on_servers() {
    models_pass_and_mistakes_do_not(&[Task::Integrity, Task::Migration], 7);
}

#[test]
fn work_is_counted_on_servers() {
    models_pass_and_mistakes_do_not(&[Task::Performance], 7);
}

#[test]
fn hostile_scripts_have_clear_verdicts_on_servers() {
    let course = Catalogue::embedded().expect("the course is whole");
    let rules = course.find("no-self-follow").expect("there");
    each_server(|grader| {
        let drop = "DROP TABLE photo_tags; DROP TABLE likes; DROP TABLE comments; DROP TABLE follows; DROP TABLE photos; \
                    DROP TABLE tags; DROP TABLE users;";
        let verdict = check(grader, rules, drop);
        assert_eq!(verdict.outcome, Outcome::Wrong, "{verdict:#?}");
        assert_eq!(verdict.probes[0].found.as_deref(), Some("the table users is missing"));

        let huge = check(grader, rules, &"SELECT 1;\n".repeat(1 << 20));
        assert_eq!(huge.outcome, Outcome::Refused, "{}", huge.message);

        // The next answer has a database of its own.
        let model = check(grader, rules, rules.solution(grader.engine()));
        assert_eq!(model.outcome, Outcome::Correct, "{model:#?}");
    });
}
