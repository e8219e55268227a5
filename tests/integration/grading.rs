//! The grader: models pass on any data and engine, each known mistake is told by its name, the rows that show it are few, and
//! what is said helps.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use instaseed::database::Engine;
use instaseed::exercise::{Catalogue, Exercise, Kind};
use instaseed::grade::{Grader, Outcome, Settings, Stage, Verdict};
use instaseed::sandbox::Cell;

use crate::support::{self, Server};

fn folder() -> PathBuf {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    FOLDER.get_or_init(|| tempfile::tempdir().expect("a folder")).path().to_owned()
}

fn grader(seed: u64, server: Option<String>, examples: bool) -> Grader {
    let settings = Settings { seed, server, folder: Some(folder()), hidden: true, examples };
    // However slow the machine is: what is found does not depend on it.
    Grader::new(settings).expect("a grader").patience(Duration::from_secs(600))
}

fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::embedded().expect("a catalogue"))
}

fn exercise(id: &str) -> &'static Exercise {
    catalogue().find(id).expect("an exercise")
}

fn queries() -> impl Iterator<Item = &'static Exercise> {
    catalogue().exercises().iter().filter(|exercise| matches!(exercise.kind, Kind::Query | Kind::Debug))
}

fn check(id: &str, text: &str) -> Verdict {
    grader(1, None, true).check(exercise(id), text).expect("a verdict")
}

/// All that is not as it should be with the models and the known mistakes of one in so many queries.
fn problems(grader: &mut Grader, every: usize) -> Vec<String> {
    let mut problems = Vec::new();
    for exercise in queries().step_by(every) {
        let engine = grader.engine();
        if !exercise.is_for(engine) {
            continue;
        }
        let verdict = grader.check(exercise, exercise.solution(engine)).expect("a verdict");
        if verdict.outcome != Outcome::Correct || !verdict.notes.is_empty() || verdict.share < 1.0 {
            problems.push(format!("{}: {} {:?}", exercise.id, verdict.message, verdict.notes));
        }
        for mistake in exercise.mistakes(engine) {
            let (id, name) = (&exercise.id, mistake.name);
            let verdict = grader.check(exercise, mistake.sql).expect("a verdict");
            let told = verdict.mistake.as_ref().map(|known| known.name.as_str());
            if verdict.outcome != Outcome::Wrong || told != Some(name) {
                problems.push(format!("{id} {name}: {:?} {told:?} {}", verdict.outcome, verdict.message));
            }
            let is_large = exercise.threshold.iter().any(|known| known == name);
            if let Some(example) = verdict.example.filter(|_| !is_large)
                && (example.tables.is_empty() || !(1..=12).contains(&example.rows))
            {
                problems.push(format!("{id} {name}: {} rows", example.rows));
            }
        }
    }
    problems
}

#[test]
fn models_pass_and_mistakes_are_told_on_any_data() {
    for seed in [1, 2, 77] {
        // Looking for examples takes longest; one seed shows that they are small.
        let found = problems(&mut grader(seed, None, seed == 1), 1);
        assert!(found.is_empty(), "{found:#?}");
    }
}

#[test]
fn every_engine_says_the_same() {
    for kind in [support::Kind::Postgres, support::Kind::Mysql] {
        let Some(server) = Server::own(kind) else { continue };
        let url = server.url(server.maintenance());
        let found = problems(&mut grader(1, Some(url.clone()), false), 1);
        assert!(found.is_empty(), "{kind:?}: {found:#?}");
        // A server takes its time for an example: some show that it finds them, too.
        let found = problems(&mut grader(1, Some(url), true), 8);
        assert!(found.is_empty(), "{kind:?}: {found:#?}");
    }
}

#[test]
fn what_is_wrong_is_said_in_the_order_in_which_it_helps() {
    let stages = [
        ("-- nothing yet", Outcome::Missing, Stage::Statement, "There is no query yet."),
        ("DELETE FROM users", Outcome::Refused, Stage::Statement, "DELETE is not a query"),
        (
            "SELECT username FROM users ORDER BY created_at LIMIT 5",
            Outcome::Wrong,
            Stage::Columns,
            "1 column is missing: `created_at`.",
        ),
        (
            "SELECT id, username, created_at FROM users ORDER BY created_at LIMIT 5",
            Outcome::Wrong,
            Stage::Columns,
            "Your answer has 1 column too many: `id`.",
        ),
        (
            "SELECT username, created_at FROM users ORDER BY created_at LIMIT 4",
            Outcome::Wrong,
            Stage::Rows,
            "Your answer has 4 rows; 5 are expected.",
        ),
        (
            "SELECT * FROM (SELECT username, created_at FROM users ORDER BY created_at LIMIT 5) ORDER BY 2 DESC",
            Outcome::Wrong,
            Stage::Order,
            "The rows are right, but not their order: the task asks for `created_at`, oldest first.",
        ),
        (
            "SELECT username, created_at FROM users ORDER BY created_at DESC LIMIT 5",
            Outcome::Wrong,
            Stage::Values,
            "Not yet: all 5 rows differ.",
        ),
    ];
    for (text, outcome, stage, message) in stages {
        let verdict = check("oldest-users", text);
        assert_eq!((verdict.outcome, verdict.stage), (outcome, Some(stage)), "{text}: {}", verdict.message);
        assert!(verdict.message.contains(message), "{text}: {}", verdict.message);
        assert!(verdict.share < 1.0);
    }
    let verdict = check("oldest-users", "SELECT username, created_at FROM user");
    assert_eq!((verdict.outcome, verdict.stage), (Outcome::Error, Some(Stage::Statement)));
    assert!(verdict.at.is_some() && verdict.message.contains("user"), "{}", verdict.message);
    // Where the database has not been asked, it says nothing.
    let verdict = check("oldest-users", "SELEC username, created_at FROM users");
    assert_eq!((verdict.outcome, verdict.notes), (Outcome::Error, vec![]), "{}", verdict.message);
}

#[test]
fn columns_are_taken_by_name_in_any_order_and_by_place_under_other_names() {
    let swapped = check("oldest-users", "SELECT created_at, username FROM users ORDER BY 1 LIMIT 5");
    assert_eq!((swapped.outcome, swapped.notes.len()), (Outcome::Correct, 0), "{}", swapped.message);
    let renamed =
        check("oldest-users", "SELECT username AS who, created_at AS since FROM users ORDER BY 2 LIMIT 5");
    assert_eq!(renamed.outcome, Outcome::Correct, "{}", renamed.message);
    assert!(renamed.notes[0].contains("`who` and `since` are not names"), "{:?}", renamed.notes);
}

#[test]
fn an_answer_that_is_written_down_is_right_on_one_database_only() {
    let mut grader = grader(1, None, true);
    let expected = grader.expected(exercise("oldest-users")).expect("rows");
    let row = |row: &Vec<Cell>| {
        format!("SELECT '{}' AS username, '{}' AS created_at", row[0].shown(), row[1].shown())
    };
    let text = expected.rows.iter().map(row).collect::<Vec<_>>().join(" UNION ALL ");
    let verdict = grader.check(exercise("oldest-users"), &text).expect("a verdict");
    assert_eq!(
        (verdict.outcome, verdict.stage),
        (Outcome::Wrong, Some(Stage::Hidden)),
        "{}",
        verdict.message
    );
    assert!(verdict.missing.is_none() && verdict.extra.is_none(), "rows of hidden data are not shown");
    assert!(verdict.example.is_none_or(|example| example.hidden));
}

/// The data of a seed has no row at the limit of every task. Rows that an exercise brings along do.
#[test]
fn a_usual_mistake_without_a_hint_of_its_own_is_wrong_too() {
    let changed = |id: &str, from: &str, to: &str| {
        let model = exercise(id).solution(Engine::Sqlite);
        assert!(model.contains(from), "{id}: {from}");
        (id.to_owned(), model.replace(from, to))
    };
    let wrong = [
        changed("percent-comments", "'%100!%%'", "'%100%!%%'"),
        changed("march-signups", "'2023-04-01 00:00:00'", "'2023-03-31 23:59:00'"),
        changed("only-bots-liked", "0.9 *", "0.95 *"),
        changed(
            "only-bots-liked",
            "SELECT COUNT(*) FROM photos",
            "SELECT COUNT(DISTINCT photo_id) FROM likes",
        ),
        changed("celebrities", ">= 40", ">= 39"),
        changed("fans-of-dana", "d.username = 'dana'", "d.username LIKE 'dana'"),
        changed("follow-suggestion", "a.username = 'alice'", "a.username LIKE 'alice'"),
        changed("previous-comment", "created_at, id", "created_at, id DESC"),
        changed(
            "longest-streak",
            "julianday(posted_on) - n",
            "CAST(strftime('%j', posted_on) AS INTEGER) - n",
        ),
        changed("comment-bursts", "+60 seconds", "+61 seconds"),
        changed("debug-and-or", ">= '2023", "> '2023"),
        changed("debug-latest-photo", "p.created_at, p.id", "p.id"),
    ];
    let mut grader = grader(1, None, false);
    for (id, text) in wrong {
        let verdict = grader.check(exercise(&id), &text).expect("a verdict");
        assert_eq!(verdict.outcome, Outcome::Wrong, "{id}: {}\n{text}", verdict.message);
    }
}

/// An index or the order of the rows in the file gives the right order on this engine, today.
#[test]
fn an_order_that_the_query_does_not_ask_for_is_luck() {
    let model = exercise("photos-of-june").solution(Engine::Sqlite).trim().trim_end_matches(';');
    let (text, _) = model.rsplit_once("ORDER BY").expect("the model has an order");
    let verdict = check("photos-of-june", text);
    assert_eq!((verdict.outcome, verdict.stage), (Outcome::Wrong, Some(Stage::Order)), "{}", verdict.message);
    assert!(verdict.message.contains("only by luck"), "{}", verdict.message);
    let ordered = check("photos-of-june", &format!("{text} order by created_at, id"));
    assert_eq!(ordered.outcome, Outcome::Correct, "{}", ordered.message);
}

/// "All" is true of everybody if there is nothing. A task that says otherwise is judged on that case.
#[test]
fn what_a_task_says_about_a_user_without_anything_is_judged() {
    let all = |photos: &str| {
        format!(
            "SELECT username FROM users u WHERE NOT EXISTS (SELECT 1 FROM photos p WHERE {photos} AND NOT EXISTS (
                SELECT 1 FROM likes l WHERE l.photo_id = p.id AND l.user_id = u.id))"
        )
    };
    let of_dana = "p.user_id = (SELECT id FROM users WHERE username = 'dana')";
    for (id, text) in [("bots", all("1 = 1")), ("fans-of-dana", all(of_dana))] {
        let verdict = check(id, &text);
        assert_eq!(
            (verdict.outcome, verdict.stage),
            (Outcome::Wrong, Some(Stage::Hidden)),
            "{}",
            verdict.message
        );
        let example = verdict.example.expect("an example");
        assert_eq!((example.rows, example.yours.rows.len(), example.expected.rows.len()), (1, 1, 0), "{id}");
        let verdict = check(id, &format!("{text} AND EXISTS (SELECT 1 FROM likes l WHERE l.user_id = u.id)"));
        assert_eq!(verdict.outcome, Outcome::Correct, "{id}: {}", verdict.message);
    }
}

/// Many mistakes return nothing. A hint about another one would mislead.
#[test]
fn an_empty_answer_gets_the_hint_of_its_own_mistake_only() {
    let inner = "SELECT username FROM photos JOIN users ON users.id = user_id WHERE user_id IS NULL";
    let named = check("no-photos", inner).mistake.map(|mistake| mistake.name);
    assert_eq!(named.as_deref(), Some("inner-join"));
    let other = "SELECT username FROM users LEFT JOIN photos ON users.id = photos.id WHERE photos.id IS NULL";
    let verdict = check("no-photos", other);
    assert_eq!((verdict.outcome, verdict.mistake), (Outcome::Wrong, None));
}

#[test]
fn slips_in_the_text_are_named() {
    let notes = [
        (
            "no-photos",
            "SELECT username FROM users LEFT JOIN photos p ON p.user_id = users.id WHERE p.id = NULL",
            "`= NULL` is never true, not even for NULL. Write `IS NULL`.",
        ),
        (
            "oldest-users",
            "SELECT username created_at FROM users ORDER BY 1 LIMIT 5",
            "Is a comma missing? `username created_at` gives the column `username` the name `created_at`.",
        ),
        (
            "percent-names",
            "SELECT username || ' ' AS username FROM users WHERE username LIKE '%!%%' ESCAPE '!'",
            "The texts in `username` differ only in spaces at the beginning or the end.",
        ),
    ];
    for (id, text, note) in notes {
        let verdict = check(id, text);
        assert!(
            verdict.notes.iter().any(|found| found == note),
            "{id}: {} {:?}",
            verdict.message,
            verdict.notes
        );
    }
}

#[test]
fn numbers_that_are_not_rounded_are_wrong_where_the_task_asks_for_it() {
    let average =
        "SELECT 1.0 * (SELECT COUNT(*) FROM photos) / (SELECT COUNT(*) FROM users) AS photos_per_user";
    // An average of a hundred users has two decimals; other rows show more.
    let verdict = check("average-photos", average);
    assert_eq!(
        (verdict.outcome, verdict.stage),
        (Outcome::Wrong, Some(Stage::Hidden)),
        "{}",
        verdict.message
    );
    assert!(
        verdict.message.ends_with("are not rounded: the task asks for 2 decimals."),
        "{}",
        verdict.message
    );
    let model = exercise("engagement-rate").solution(Engine::Sqlite);
    let rate = model.replace("ROUND(", "(").replace(", 3) AS rate", ") AS rate");
    let verdict = check("engagement-rate", &rate);
    assert_eq!(
        (verdict.outcome, verdict.stage),
        (Outcome::Wrong, Some(Stage::Values)),
        "{}",
        verdict.message
    );
    assert_eq!(verdict.message, "The numbers in `rate` are not rounded: the task asks for 3 decimals.");
}

#[test]
fn a_number_written_as_a_text_is_named() {
    let text = "SELECT u.username, CAST(COUNT(p.id) AS TEXT) AS photos
        FROM users u LEFT JOIN photos p ON p.user_id = u.id GROUP BY u.id, u.username";
    let verdict = check("photos-per-user", text);
    assert_eq!(
        (verdict.outcome, verdict.stage),
        (Outcome::Wrong, Some(Stage::Values)),
        "{}",
        verdict.message
    );
    let said = "The task asks for numbers in `photos`, but your answer has texts that look like numbers.";
    assert!(verdict.notes.iter().any(|note| note == said), "{:?}", verdict.notes);
}

#[test]
fn what_an_example_shows_is_not_noted_too() {
    let mut grader = grader(1, None, true);
    let expected = grader.expected(exercise("average-photos")).expect("rows");
    let text = format!("SELECT {} AS photos_per_user", expected.rows[0][0].shown());
    let verdict = grader.check(exercise("average-photos"), &text).expect("a verdict");
    assert_eq!(verdict.stage, Some(Stage::Hidden), "{}", verdict.message);
    assert!(verdict.example.is_some());
    assert!(verdict.notes.iter().all(|note| !note.contains("With one user")), "{:?}", verdict.notes);
}

#[test]
fn a_column_that_comes_twice_is_named() {
    let verdict = check("oldest-users", "SELECT username, username, created_at FROM users");
    assert_eq!(verdict.message, "Your answer has 1 column too many: `username`.");
}

#[test]
fn an_example_shows_its_rows_both_answers_and_the_steps() {
    let fan_out = "SELECT p.id AS photo_id, COUNT(l.user_id) AS likes, COUNT(c.id) AS comments
        FROM photos p LEFT JOIN likes l ON l.photo_id = p.id LEFT JOIN comments c ON c.photo_id = p.id GROUP BY p.id";
    let verdict = check("likes-and-comments", fan_out);
    let example = verdict.example.expect("an example");
    let tables: Vec<&str> = example.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(tables, ["users", "photos", "comments", "likes"]);
    assert_eq!(example.rows, example.tables.iter().map(|table| table.rows.len()).sum::<usize>());
    assert_ne!(example.yours.rows, example.expected.rows);
    let clauses: Vec<&str> = example.steps.iter().map(|step| step.clause.as_str()).collect();
    let joins = ["LEFT JOIN likes l ON l.photo_id = p.id", "LEFT JOIN comments c ON c.photo_id = p.id"];
    assert_eq!(clauses, ["FROM photos p", joins[0], joins[1], "GROUP BY p.id"]);
    assert!(example.steps[0].rows == 1 && example.steps[2].rows > 1, "{:?}", example.steps);
    assert_eq!(example.steps[2].table.as_ref().map(|table| table.rows.len()), Some(example.steps[2].rows));
}

#[test]
fn what_runs_on_sqlite_only_is_noted() {
    let notes = [
        (
            "no-photos",
            "SELECT username FROM users u LEFT JOIN photos p ON p.user_id == u.id WHERE p.id IS NULL",
            "they compare with `=`",
        ),
        (
            "no-photos",
            "SELECT `username` FROM users u LEFT JOIN photos p ON p.user_id = u.id WHERE p.id IS NULL",
            "a name is quoted as \"name\" there",
        ),
        (
            "no-photos",
            "SELECT [username] FROM users u LEFT JOIN photos p ON p.user_id = u.id WHERE p.id IS NULL",
            "they do not know [name]",
        ),
        (
            "photos-per-user",
            "SELECT u.username, COUNT(p.id) AS photos FROM users u LEFT JOIN photos p ON p.user_id = u.id GROUP BY p.user_id, u.id",
            "",
        ),
        (
            "photos-per-user",
            "SELECT u.username, COUNT(p.id) AS photos FROM photos p RIGHT JOIN users u ON p.user_id = u.id GROUP BY u.created_at",
            "`u.username` is neither in GROUP BY nor in an aggregate function",
        ),
        (
            "no-photos",
            "SELECT u.username AS who FROM users u LEFT JOIN photos p ON p.user_id = u.id WHERE who <> '' AND p.id IS NULL",
            "it does not know the name `who`",
        ),
    ];
    for (id, text, note) in notes {
        let verdict = check(id, text);
        let noted = verdict.notes.iter().any(|found| found.contains(note) && found.contains("but not on"));
        assert_eq!(noted, !note.is_empty(), "{id}: {} {:?}", verdict.message, verdict.notes);
    }
}

#[test]
fn tables_are_described_with_their_first_rows() {
    let tables = grader(1, None, false).tables(exercise("oldest-users"), 2).expect("tables");
    let users = tables.iter().find(|table| table.name == "users").expect("users");
    assert_eq!((users.rows.len(), users.count), (2, 100));
    assert!(users.columns[0].key && users.columns[0].name == "id");
    let photos = tables.iter().find(|table| table.name == "photos").expect("photos");
    let owner = photos.columns.iter().find(|column| column.name == "user_id").expect("an owner");
    assert_eq!(owner.references, Some(("users".to_owned(), "id".to_owned())));
}
