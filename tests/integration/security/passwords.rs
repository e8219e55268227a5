//! A password is in no message, however its URL was mistyped and wherever it was given.

use std::fs;

use crate::support::{instaseed, scratch};

const SECRET: &str = "Zq7pwZ";

/// Ways to write a place that are none of ours, or wrong.
const PLACES: [&str; 21] = [
    "mysql//u:Zq7pwZ@h/d",
    "my_sql://u:Zq7pwZ@h/d",
    "<mysql://u:Zq7pwZ@h/d>",
    "DATABASE_URL=mysql://u:Zq7pwZ@h/d",
    "\"mysql://u:Zq7pwZ@h\"",
    " \tmysql://u:Zq7pwZ@h",
    "\u{feff}mysql://u:Zq7pwZ@h",
    "host=h user=u password=Zq7pwZ",
    "host=h user=u password = 'Zq7pwZ x'",
    "Server=h;User=u;Password=Zq7pwZ;",
    "mysql -uroot -pZq7pwZ",
    "mysql -u root --password=Zq7pwZ",
    "u:Zq7pwZ@h/d",
    "mysql://u:Zq7pwZ/d",
    "mysql://u:x?Zq7pwZ&y@h/d",
    "postgres://u@h/d?sslmode=Zq7pwZ",
    "oracle://u:Zq7pwZ@h/d",
    "sqlite://u:Zq7pwZ@h/d",
    "sqlite:u:Zq7pwZ@h/d",
    "sqlite:host=h password=Zq7pwZ",
    "sqlite://u:Zq7pwZ@h/d?sslmode=require",
];

#[track_caller]
fn hides(arguments: &[&str], variable: Option<&str>, code: i32) {
    for json in [false, true] {
        let mut words = arguments.to_vec();
        words.extend(json.then_some("--json"));
        let folder = scratch();
        let mut call = instaseed(&words).dir(&folder).env("RUST_BACKTRACE", "1").env("RUST_LOG", "trace");
        if let Some(value) = variable {
            call = call.env("DATABASE_URL", value);
        }
        let done = call.run().expect(code);
        assert!(!format!("{done:?}").contains(SECRET), "{words:?} {variable:?}: {done:?}");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 0, "{words:?}: no file has such a name");
    }
}

#[test]
fn a_malformed_url_is_never_repeated_nor_taken_for_a_file() {
    for place in PLACES.into_iter().chain(["sqlite://u%3AZq7pwZ%40h/d"]) {
        for verb in ["setup", "doctor", "show"] {
            hides(&[verb, "--database-url", place], None, 2);
        }
        hides(&["setup"], Some(place), 2);
    }
}

#[test]
fn a_url_in_the_wrong_place_is_not_repeated() {
    for place in PLACES.into_iter().chain(["mysql://u:Zq7pwZ@h/d"]) {
        if place == "mysql://u:x?Zq7pwZ&y@h/d" || place.contains("sslmode") {
            continue;
        }
        hides(&["check", place], None, 2);
        hides(&["generate", "--profile", place, "--out", "data"], None, 2);
        hides(&["doctor", place], None, 2);
        hides(&["setup", "--profile", place], None, 2);
        hides(&["setup", "--edition", place], None, 2);
        hides(&["setup", "--users", place], None, 2);
    }
    let folder = scratch();
    instaseed(&["setup", "--profile", "tiny"]).dir(&folder).run().expect(0);
    let wrong = instaseed(&["migrate", "to", "mysql://u:Zq7pwZ@h/d"]).dir(&folder).run().expect(2);
    assert!(!format!("{wrong:?}").contains(SECRET), "{wrong:?}");
}

#[test]
fn a_password_among_the_words_is_not_repeated() {
    for words in [
        &["-p", SECRET][..],
        &["-pZq7pwZ"],
        &["seed", "-p", SECRET],
        &["mysql://u:Zq7pwZ@h/d"],
        &["mysql://u:12 Zq7pwZ@h/d"],
        &["seed", "mysql://u:Zq7pwZ@h/d"],
        &["seed", "mysql://u:12 Zq7pwZ@h/d"],
        &["seed", "mysql://u:12\nZq7pwZ@h/d"],
        &["seed", "mysql://u:Zq\nZq7pwZ@h/d"],
        &["show", "mysql://u:12 Zq7pwZ@h/d"],
        &["setup", "--users=mysql://u:12 Zq7pwZ@h/d"],
        &["setup", "--users", "mysql://u:12\nZq7pwZ@h/d"],
        &["seed", "password: Zq7pwZ"],
        &["seed", "Password:Zq7pwZ"],
        &["setup", "--users", "password: Zq7pwZ"],
        &["seed", "?sslmode=Zq7pwZ"],
        &["setup", "--users", "?sslmode=Zq7pwZ"],
        &["setup", "--database-url", "postgres://u@h/d?sslmode=Zq7pwZ"],
        &["setup", "--database-url", "mysql://u@h/d?sslmode=Zq7pwZ&user=x"],
    ] {
        hides(words, None, 2);
    }
    let folder = scratch();
    instaseed(&["setup", "--profile", "tiny"]).dir(&folder).run().expect(0);
    for word in ["mysql://u:12 Zq7pwZ@h/d", "mysql://u:12\nZq7pwZ@h/d", "password: Zq7pwZ", "?sslmode=Zq7pwZ"]
    {
        for verb in [&["show"][..], &["migrate", "to"], &["migrate", "plan", "to"], &["migrate", "new"]] {
            let words = verb.iter().chain([&word]).collect::<Vec<_>>();
            let wrong = instaseed(&words).dir(&folder).run().expect(2);
            assert!(!format!("{wrong:?}").contains(SECRET), "{words:?}: {wrong:?}");
        }
    }
}

#[test]
fn quotes_and_blanks_around_a_url_are_no_part_of_it() {
    let folder = scratch();
    for (value, made) in
        [("'one.db'", "one.db"), (" sqlite://two.db \n", "two.db"), ("\"three.db\"", "three.db")]
    {
        instaseed(&["setup", "--no-seed"]).dir(&folder).env("DATABASE_URL", value).run().expect(0);
        assert!(folder.join(made).is_file(), "{value}");
    }
}

#[test]
fn dot_env_expands_nothing() {
    let folder = scratch();
    let bomb: String = (1..60).map(|n| format!("A{n}=${{A{}}}${{A{}}}\n", n - 1, n - 1)).collect();
    fs::write(folder.join(".env"), format!("A0=xxxxxxxxxx\n{bomb}DATABASE_URL=pa$word$HOME.db\n")).unwrap();
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    assert!(folder.join("pa$word$HOME.db").is_file());
    fs::write(folder.join(".env"), format!("# {}\nDATABASE_URL=x.db\n", "x".repeat(1 << 20))).unwrap();
    let refused = instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(2);
    assert!(refused.stderr.contains("longer than a megabyte"), "{}", refused.stderr);
}
