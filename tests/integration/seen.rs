//! What people read: advice that can be typed as it stands, plain words for mistakes, tables that fit a terminal,
//! pages of help that are not broken.

use std::fs;
use std::process::Command;

use instaseed::database::Engine;

use crate::support::{
    TestDb, each_engine, each_engine_without_database, instaseed, on, on_terminal, scratch,
};

/// The URL as advice repeats it: without its password, as a shell takes it.
fn repeated(db: &TestDb) -> String {
    match db.engine() {
        Engine::Sqlite => format!("--database-url {}", db.url()),
        _ => format!("--database-url '{}'", db.target()),
    }
}

#[test]
fn advice_repeats_the_database_that_was_named() {
    each_engine(|db| {
        let flag = repeated(db);
        let seen = |words: &str, code: i32, advice: &str| {
            let done = on(db, words).expect(code);
            let text = format!("{}{}", done.stdout, done.stderr);
            let expected = format!("{advice} {flag}");
            assert!(text.contains(&expected), "{words}: {expected} is not in\n{text}");
            assert!(!text.contains(crate::support::PASSWORD), "{text}");
        };
        seen("doctor", 0, "`instaseed setup");
        seen("show", 0, "`instaseed setup");
        seen("seed", 2, "`instaseed migrate status");
        seen("setup --profile tiny", 0, "Look at it:  instaseed show");
        on(db, "migrate protect").expect(0);
        seen("reset --yes", 2, "`instaseed migrate unprotect");
    });
}

#[test]
fn advice_repeats_the_folder_of_migrations_and_nothing_of_the_environment() {
    let folder = scratch();
    instaseed(&["migrate", "new", "add_stories", "--migrations", "my"]).dir(&folder).run().expect(0);
    let made =
        fs::read_dir(folder.join("my/sqlite")).expect("it is there").next().expect("one").expect("an entry");
    fs::write(made.path().join("up.sql"), "CREATE TABLE stories (id INTEGER);").expect("a file");
    fs::write(made.path().join("down.sql"), "DROP TABLE stories;").expect("a file");
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    instaseed(&["migrate", "protect"]).dir(&folder).run().expect(0);
    let named = ["reset", "--yes", "--migrations", "my", "--database-url", "instaseed.db"];
    let done = instaseed(&named).dir(&folder).run().expect(2);
    assert!(
        done.stderr.contains("`instaseed migrate unprotect --database-url instaseed.db"),
        "{}",
        done.stderr
    );
    let by_environment = instaseed(&["reset", "--yes"])
        .dir(&folder)
        .env("DATABASE_URL", "sqlite://instaseed.db")
        .env("INSTASEED_MIGRATIONS", "my");
    let done = by_environment.run().expect(2);
    assert!(done.stderr.contains("`instaseed migrate unprotect`"), "{}", done.stderr);
    let new = ["doctor", "--database-url", "new.db", "--json"];
    let done = instaseed(&new).dir(&folder).run().expect(1);
    assert!(done.stdout.contains("`instaseed setup --database-url new.db`"), "{}", done.stdout);
}

#[test]
fn the_doctor_says_what_it_looked_for_and_what_would_make_it() {
    each_engine_without_database(|db| {
        let done = on(db, "doctor").expect(1);
        let name = match db.target().path() {
            Some(path) => format!("{} does not exist", path.display()),
            None => format!("the server has no {}", db.target().database()),
        };
        assert!(done.stdout.contains(&name), "{}", done.stdout);
        assert!(done.stdout.contains("instaseed setup"), "{}", done.stdout);
        assert_eq!(
            done.stdout.contains("it accepts the login"),
            db.engine() != Engine::Sqlite,
            "{}",
            done.stdout
        );
        assert_eq!(done.stderr, "");
    });
    let folder = scratch();
    let done = instaseed(&["doctor"]).dir(&folder).run().expect(1);
    let path = folder.canonicalize().expect("it is there").join("instaseed.db");
    assert!(done.stdout.contains(&format!("{} does not exist", path.display())), "{}", done.stdout);
    assert!(!path.exists());
}

#[test]
fn the_name_of_a_server_does_not_become_a_file() {
    let folder = scratch();
    let done = instaseed(&["setup", "--database-url", "localhost"]).dir(&folder).run().expect(2);
    assert!(done.stderr.contains("mysql://localhost/instagram"), "{}", done.stderr);
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 0);
    for url in ["./localhost", "sqlite://localhost", "shop.db"] {
        instaseed(&["setup", "--no-seed", "--database-url", url]).dir(&folder).run().expect(0);
    }
    instaseed(&["setup", "--no-seed", "--database-url", "localhost"]).dir(&folder).run().expect(0);
}

#[test]
fn a_mistake_is_told_in_plain_words() {
    let told = |line: &str| instaseed(&line.split(' ').collect::<Vec<_>>()).run().expect(2).stderr;
    for (line, words) in [
        ("setup --users abc", "not a whole number; write digits only, such as 1000"),
        ("setup --users 1,000", "write 1000"),
        ("setup --users 10_000", "write 10000"),
        ("setup --users 1e4", "write 10000"),
        ("setup --bots 2", "--bots 2 is not possible: it must be from 0 to 1"),
        ("setup --languages es=0", "the part of es must be more than 0"),
        ("setup --languages en,es,es", "language es is listed twice"),
        ("setup --languages spanish", "es Español"),
        ("setup --image-base-url foo", "it must begin with http:// or https://"),
        ("seed --threads 0", "it must be at least 1"),
        ("generate --out x --threads 0", "it must be at least 1"),
        ("setup --likes-per-photo many", "not a number"),
        ("seed --seed -1", "must not be negative"),
        ("setup --edition full", "[possible values: course, platform]"),
        ("setup --users -5", "--users -5 is not possible: it must be from 1 to 2147483647"),
        ("status", "migrate status"),
        ("postgres", "unrecognized subcommand"),
        ("show --database-url postgres://me@h/", "postgres://user:password@host/instaseed"),
        ("show --database-url mariadb://me@h/", "mariadb://user:password@host/instaseed"),
        ("generate --out x --users 100 --profile app --likes-per-photo 99", "or less, or more --users"),
        ("check nodir", "there is no folder nodir"),
    ] {
        let text = told(line);
        assert!(text.contains(words), "{line}: {words:?} is not in\n{text}");
        assert!(!text.contains("invalid digit") && !text.contains("exact."), "{text}");
    }
}

#[test]
fn a_cause_is_told_once() {
    for scheme in ["mysql", "postgres"] {
        let url = format!("{scheme}://me@127.0.0.1:1/x");
        let done = instaseed(&["show", "--database-url", &url]).run().expect(2);
        let causes: Vec<_> = done.stderr.lines().filter(|line| line.contains("because: ")).collect();
        for (at, cause) in causes.iter().enumerate() {
            let words = cause.trim().trim_start_matches("because: ");
            assert!(causes[..at].iter().all(|other| !other.contains(words)), "{}", done.stderr);
        }
        assert_eq!(done.stderr.matches("Connection refused").count(), 1, "{}", done.stderr);
    }
}

#[test]
fn show_tells_what_is_there_between_editions_and_of_others() {
    each_engine(|db| {
        on(db, "setup --profile tiny").expect(0);
        on(db, "migrate down 2 --yes").expect(0);
        let done = on(db, "show").expect(0);
        assert!(done.stdout.contains("users: 10 rows"), "{}", done.stdout);
        assert!(!done.stdout.contains("photo_tags"), "{}", done.stdout);
        db.connect().batch("CREATE TABLE stories (id INTEGER, title VARCHAR(20))").expect("a table");
        db.connect().batch("INSERT INTO stories VALUES (2, 'second'), (1, NULL)").expect("rows");
        let done = on(db, "show stories").expect(0);
        assert!(done.stdout.starts_with("stories: 2 rows\nid  title\n"), "{}", done.stdout);
        assert!(done.stdout.contains(" 2  second") && done.stdout.contains(" 1  NULL"), "{}", done.stdout);
        let done = on(db, "show").expect(0);
        assert!(!done.stdout.contains("stories"), "{}", done.stdout);
        let done = on(db, "show nobody").expect(2);
        assert!(
            done.stderr.contains("has no table nobody") && done.stderr.contains("stories"),
            "{}",
            done.stderr
        );
        on(db, "migrate to none --yes").expect(0);
        let done = on(db, "show --json").expect(0);
        let answer: serde_json::Value = serde_json::from_str(&done.stdout).expect("an object");
        assert_eq!((&answer["edition"], &answer["tables"]), (&"none".into(), &serde_json::json!({})));
    });
}

#[test]
fn a_name_that_needs_quotes_can_be_shown() {
    each_engine(|db| {
        let (open, close) = if db.engine() == Engine::Mysql { ('`', '`') } else { ('"', '"') };
        let table = format!("{open}my stories{close}");
        db.connect().batch(&format!("CREATE TABLE {table} ({open}order{close} INTEGER)")).expect("a table");
        db.connect().batch(&format!("INSERT INTO {table} VALUES (7)")).expect("a row");
        let url = db.url();
        let done = instaseed(&["show", "my stories", "--database-url", &url]).run().expect(0);
        assert_eq!(done.stdout, "my stories: 1 row\norder\n    7\n");
    });
}

#[test]
fn ids_and_times_stay_whole_on_a_narrow_terminal() {
    let folder = scratch();
    instaseed(&["setup", "--edition", "platform", "--quiet"]).dir(&folder).run().expect(0);
    let (code, _, screen) = on_terminal(&["show", "users"], &folder, &[]).finish();
    assert_eq!(code, 0);
    let row = screen.get(2).expect("a row");
    assert!(screen.iter().all(|line| line.chars().count() <= 80), "{screen:#?}");
    let time =
        row.split_whitespace().filter(|word| word.len() == 8 && word.matches(':').count() == 2).count();
    assert!(time >= 1, "a whole time is in {row:?}");
    let (_, _, screen) = on_terminal(&["show", "users", "-x", "-n", "1"], &folder, &[]).finish();
    assert!(screen.iter().any(|line| line.trim() == "row 1"), "{screen:#?}");
    let hash = screen.iter().any(|line| line.contains("$argon2"));
    assert!(hash, "nothing is cut: {screen:#?}");
}

#[test]
fn one_is_not_many_and_a_shard_is_named_as_a_part() {
    let folder = scratch();
    let run =
        |line: &str, code| instaseed(&line.split(' ').collect::<Vec<_>>()).dir(&folder).run().expect(code);
    run("generate --users 3000 --shard 2/3 --out part", 0);
    // Without its manifest, a shard can only be guessed.
    std::fs::remove_file(folder.join("part/manifest.json")).expect("it is there");
    let done = run("check part", 1);
    assert!(done.stdout.contains("1 rule is broken."), "{}", done.stdout);
    assert!(!done.stdout.contains("1 rules") && !done.stdout.contains("1 figures are"), "{}", done.stdout);
    assert!(done.stdout.contains("look like one shard"), "{}", done.stdout);
    run("generate --users 300 --out whole", 0);
    let done = run("check whole", 0);
    assert!(!done.stdout.contains("shard"), "{}", done.stdout);
    let tables: Vec<&str> =
        done.stdout.lines().skip(1).map_while(|line| line.split_whitespace().next()).collect();
    assert_eq!(tables, ["users", "photos", "comments", "likes", "follows", "tags", "photo_tags"]);
}

#[test]
fn a_shell_is_offered_the_values_that_there_are() {
    for shell in ["bash", "zsh", "fish"] {
        let script = instaseed(&["completions", shell]).run().expect(0).stdout;
        for value in ["platform", "classic", "photo_tags", "exponential"] {
            assert!(script.contains(value), "{shell}: {value}");
        }
    }
    let folder = scratch();
    fs::write(folder.join("mine.toml"), "users = 12\n").expect("a file");
    let line = ["generate", "--profile", "mine.toml", "--out", "data"];
    instaseed(&line).dir(&folder).run().expect(0);
}

#[test]
fn the_answer_of_a_load_is_short() {
    let done = instaseed(&["setup", "--profile", "tiny"]).run().expect(0);
    let loaded = done.stdout.lines().find(|line| line.starts_with("Loaded ")).expect("it loads");
    assert!(loaded.len() < 80, "{loaded}");
    for word in ["parking", "Phases", "engine"] {
        assert!(!done.stdout.contains(word), "{word}: {}", done.stdout);
    }
}

/// The pages of help, as a terminal of that width shows them.
fn pages(columns: &str) -> Vec<(String, String)> {
    let mut open = vec![Vec::<String>::new()];
    let mut pages = Vec::new();
    while let Some(verb) = open.pop() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_instaseed"));
        let output = command.args(&verb).arg("--help").env("COLUMNS", columns).output().expect("it starts");
        let page = String::from_utf8(output.stdout).expect("help is UTF-8");
        let lines = page.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
        for name in names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help") {
            open.push([verb.as_slice(), &[name.to_owned()]].concat());
        }
        pages.push((verb.join(" "), page));
    }
    pages
}

#[test]
fn pages_of_help_are_broken_only_where_a_line_is_full() {
    for columns in [80, 100] {
        for (verb, page) in pages(&columns.to_string()) {
            let examples = page.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
            for line in examples.take_while(|line| !line.is_empty()) {
                let begins = [
                    "  instaseed ",
                    "  instaseed",
                    "  INSTASEED_",
                    "  cd ",
                    "  export DATABASE_URL=$(instaseed ",
                ]
                .iter()
                .any(|begin| line.starts_with(begin));
                assert!(begins, "{verb}, {columns} columns: an example is broken before {line:?}");
            }
            let lines: Vec<&str> = page.lines().collect();
            for pair in lines.windows(2) {
                let [line, next] = pair else { continue };
                assert!(next.chars().count() <= columns, "{verb}, {columns} columns: too wide: {next}");
                let is_prose =
                    |line: &str| !line.is_empty() && !line.starts_with(' ') && !line.ends_with(':');
                if is_prose(line) && is_prose(next) {
                    let word = next.split(' ').next().unwrap_or(next);
                    let fits = line.chars().count() + 1 + word.chars().count() <= columns;
                    assert!(!fits, "{verb}, {columns} columns: broken too early: {line} | {next}");
                }
            }
        }
    }
}

#[test]
fn help_shows_no_option_that_means_nothing_to_its_verb() {
    let pages = pages("100");
    let page = |verb: &str| &pages.iter().find(|(name, _)| name == verb).expect("a page").1;
    for (verb, options) in [
        ("show", &["--migrations", "--lock-timeout", "--allow-out-of-order"][..]),
        ("doctor", &["--lock-timeout", "--allow-out-of-order"]),
        ("migrate protect", &["--migrations", "--allow-out-of-order"]),
        ("migrate status", &["--lock-timeout", "--allow-out-of-order"]),
        ("migrate new", &["--lock-timeout", "--allow-out-of-order"]),
    ] {
        for option in options {
            assert!(!page(verb).contains(option), "{verb} shows {option}");
        }
    }
    assert!(
        page("migrate up").contains("--lock-timeout") && page("migrate up").contains("--allow-out-of-order")
    );
}
