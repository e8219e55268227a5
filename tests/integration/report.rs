//! `instaseed report`: the same figures from a database of every engine, from files and from a seed alone; a page that
//! stands on its own; and what happens where there is nothing to measure.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use instaseed::database::Engine;
use serde_json::Value;

use crate::retried::cut_off;
use crate::support::{Finished, PASSWORD, each_engine, instaseed, object, on, on_engine, scratch, sql};

/// A report in a folder, with these words.
fn report(folder: &Path, words: &str) -> Finished {
    let words: Vec<&str> = ["report"].into_iter().chain(words.split_whitespace()).collect();
    instaseed(&words).dir(folder).run()
}

fn page(folder: &Path) -> String {
    fs::read_to_string(folder.join("instaseed-report.html")).expect("the page was written")
}

/// What does not depend on where the rows came from.
fn measured(report: &Value) -> Value {
    let keys = ["edition", "fingerprint", "rows", "figures", "charts"];
    keys.iter()
        .map(|key| ((*key).to_owned(), report[*key].clone()))
        .collect::<BTreeMap<_, _>>()
        .into_iter()
        .collect()
}

#[test]
fn a_seed_files_and_every_engine_give_the_same_figures() {
    for edition in ["course", "platform"] {
        let folder = scratch();
        let world = format!("--users 300 --edition {edition}");
        let seed = object(&report(&folder, &format!("{world} --json")).expect(0));
        assert_eq!(seed["ok"], true);
        assert_eq!(seed["from"]["kind"], "seed");
        let words = format!("generate {world} --out data");
        instaseed(&words.split(' ').collect::<Vec<_>>()).dir(&folder).run().expect(0);
        let files = object(&report(&folder, "data --force --json").expect(0));
        assert_eq!(files["from"]["kind"], "files");
        assert!(measured(&files) == measured(&seed), "{edition}: other figures of files");
        each_engine(|db| {
            on(db, &format!("setup {world}")).expect(0);
            let out = db.folder().join("page.html");
            let stored = object(&on(db, &format!("report --json --out {}", out.display())).expect(0));
            assert_eq!(stored["from"]["kind"], "database");
            assert!(measured(&stored) == measured(&seed), "{edition} on {}: other figures", db.engine());
            assert_eq!(stored["data_sets"], seed["data_sets"]);
            let tables = stored["tables"].as_array().expect("a list");
            for table in tables {
                assert!(table["bytes"].as_u64().expect("a size") > 0, "{table}");
                assert_eq!(table["own"], false);
            }
            let names = |report: &Value| {
                let tables = report["tables"].as_array().expect("a list").iter();
                tables.map(|table| table["name"].clone()).collect::<Vec<_>>()
            };
            assert_eq!(names(&stored), names(&seed));
        });
    }
}

#[test]
fn the_figures_of_a_report_are_those_of_the_check() {
    let folder = scratch();
    instaseed(&["generate", "--users", "400", "--out", "data"]).dir(&folder).run().expect(0);
    let report = object(&report(&folder, "data --json").expect(0));
    let check = object(&instaseed(&["check", "data", "--json"]).dir(&folder).run().expect(0));
    assert_eq!(report["fingerprint"], check["fingerprint"]);
    let figures = report["figures"].as_array().expect("a list");
    for figure in check["shape"].as_array().expect("a list") {
        let name = figure["name"].as_str().expect("a name");
        // Captions are compared with hashtags by the check alone.
        if !name.starts_with("captions") {
            assert!(figures.contains(figure), "{figure}");
        }
    }
}

#[test]
fn a_page_stands_alone_and_stays_small() {
    let folder = scratch();
    let size = || fs::metadata(folder.join("instaseed-report.html")).expect("it is there").len();
    report(&folder, "--users 200").expect(0);
    let small = size();
    report(&folder, "--users 10000 --force").expect(0);
    let large = size();
    assert!(large < 250_000, "{large}");
    assert!(large < 2 * small, "{large} and {small}: as large for fifty times the users");
    let page = page(&folder);
    for outside in ["<script", "src=", "href=\"http", "url(", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert_eq!(page.matches("<svg class=\"chart\"").count(), page.matches("-desc\">").count() - 1);
    let ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut different = ids.clone();
    different.sort_unstable();
    different.dedup();
    assert_eq!(ids.len(), different.len(), "{ids:?}");
    for wrong in ["NaN", ">inf", "Infinity"] {
        assert!(!page.contains(wrong), "{wrong}");
    }
    assert!(page.contains("profile social, seed 1, 10,000 users"));
}

#[test]
fn ten_thousand_users_are_within_the_published_bands() {
    let folder = scratch();
    let report = object(&report(&folder, "--users 10000 --json").expect(0));
    let held = |figure: &&Value| !figure["within"].is_null();
    let figures = report["figures"].as_array().expect("a list");
    let outside: Vec<&Value> =
        figures.iter().filter(held).filter(|figure| figure["within"] == false).collect();
    assert!(outside.is_empty(), "{outside:?}");
    let title = report["title"].as_str().expect("a title");
    assert!(
        title.starts_with("All ") && title.ends_with(" measurements lie within the published bands"),
        "{title}"
    );
    for rule in report["charts"]["causality"].as_array().expect("a list") {
        assert_eq!(rule["rows"], rule["kept"], "{rule}");
    }
    // The languages that were asked for are those that are told.
    let share = |code: &str| {
        let languages = report["charts"]["languages"].as_array().expect("a list");
        languages.iter().find(|one| one["code"] == code).and_then(|one| one["share"].as_f64()).unwrap_or(0.0)
    };
    assert!((0.3..0.6).contains(&share("en")), "{}", share("en"));
}

#[test]
fn an_outsider_is_named_first() {
    let folder = scratch();
    report(&folder, "--users 10000 --likes-per-photo 10 --comments-per-photo 0.1").expect(0);
    let page = page(&folder);
    let head = page.split("<dl").next().expect("a beginning");
    assert!(head.contains("of 25 measurements lie within the published bands"), "{head}");
    assert!(head.contains("<strong>likes : comments</strong>"), "{head}");
}

#[test]
fn tables_of_ones_own_are_drawn_and_counted_but_not_shown() {
    each_engine(|db| {
        on(db, "setup --profile tiny").expect(0);
        sql(
            db,
            "CREATE TABLE invoices (id INT PRIMARY KEY, user_id INT, secret VARCHAR(20), \
             FOREIGN KEY (user_id) REFERENCES users (id))",
        );
        sql(db, "INSERT INTO invoices VALUES (1, 1, 'not for you'), (2, 1, 'nor you')");
        let out = db.folder().join("page.html");
        let report = object(&on(db, &format!("report --json --out {}", out.display())).expect(0));
        let own: Vec<&Value> = report["tables"]
            .as_array()
            .expect("a list")
            .iter()
            .filter(|table| table["own"] == true)
            .collect();
        assert_eq!(own.len(), 1);
        assert_eq!((&own[0]["name"], &own[0]["rows"]), (&"invoices".into(), &2.into()));
        let page = fs::read_to_string(&out).expect("it was written");
        assert!(page.contains(">invoices</text>") && page.contains("One table with a dashed frame"));
        assert!(!page.contains("not for you"));
        assert!(!page.contains(PASSWORD) && !report.to_string().contains(PASSWORD));
        let mermaid = on(db, "report --diagram mermaid").expect(0).stdout;
        assert!(mermaid.contains("users |o--o{ invoices : user_id"), "{mermaid}");
    });
}

#[test]
fn a_foreign_database_is_drawn_and_an_empty_one_is_said_to_be_empty() {
    each_engine(|db| {
        let empty = on(db, "report").expect(2);
        assert!(empty.stderr.contains("has no tables"), "{}", empty.stderr);
        assert!(empty.stderr.contains("instaseed setup"), "{}", empty.stderr);
        on(db, "report --diagram svg").expect(2);
        sql(db, "CREATE TABLE authors (id INT PRIMARY KEY)");
        sql(
            db,
            "CREATE TABLE books (id INT PRIMARY KEY, author_id INT, FOREIGN KEY (author_id) REFERENCES authors (id))",
        );
        let out = db.folder().join("page.html");
        let report = object(&on(db, &format!("report --json --out {}", out.display())).expect(0));
        assert_eq!(report["title"], "A database with 2 tables");
        assert!(report["figures"].is_null());
        assert!(
            report["notes"][0].as_str().expect("a note").contains("not the tables of an instaseed edition")
        );
        let svg = on(db, "report --diagram svg").expect(0).stdout;
        assert!(svg.starts_with("<svg xmlns=") && svg.contains("books refers to authors."), "{svg}");
        assert!(
            on(db, "report --diagram dbml").expect(0).stdout.contains("Ref: books.author_id > authors.id")
        );
        assert!(on(db, "report --diagram text").expect(0).stdout.contains("author_id"));
    });
}

#[test]
fn tables_that_are_nearly_ours_are_named() {
    each_engine(|db| {
        on(db, "migrate to course").expect(0);
        sql(db, "ALTER TABLE photos RENAME COLUMN image_url TO picture");
        let out = db.folder().join("page.html");
        let report = object(&on(db, &format!("report --json --out {}", out.display())).expect(0));
        assert!(report["figures"].is_null());
        let note = report["notes"][0].as_str().expect("a note");
        assert!(note.contains("photos has no column image_url"), "{note}");
    });
}

fn files() -> PathBuf {
    let folder = scratch();
    instaseed(&["generate", "--users", "100", "--out", "data"]).dir(&folder).run().expect(0);
    folder
}

#[test]
fn a_folder_that_is_cut_short_or_altered_gives_no_page() {
    let folder = files();
    let path = folder.join("data/likes.csv");
    let text = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, &text[..text.len() / 2]).expect("writable");
    let cut = report(&folder, "data").expect(2);
    assert!(
        cut.stderr.contains("likes.csv has") && cut.stderr.contains("bytes instead of"),
        "{}",
        cut.stderr
    );
    fs::remove_file(&path).expect("it is there");
    assert!(report(&folder, "data").expect(2).stderr.contains("likes.csv is missing"));
    // As long as before, and not the same.
    let (before, second) = text.trim_end().split_at(text.trim_end().len() - 1);
    let other = if second == "1" { "2" } else { "1" };
    fs::write(&path, format!("{before}{other}\n")).expect("writable");
    let altered = report(&folder, "data").expect(2);
    assert!(altered.stderr.contains("likes differs"), "{}", altered.stderr);
    assert!(!folder.join("instaseed-report.html").exists());
    fs::remove_file(folder.join("data/manifest.json")).expect("it is there");
    report(&folder, "data").expect(0);
    assert!(page(&folder).contains("The folder has no manifest"));
}

#[test]
fn a_part_of_a_data_set_gives_no_page() {
    let folder = scratch();
    instaseed(&["generate", "--users", "100", "--shard", "1/2", "--out", "data"])
        .dir(&folder)
        .run()
        .expect(0);
    assert!(report(&folder, "data").expect(2).stderr.contains("only a part of a data set: shard 1/2"));
    instaseed(&["generate", "--users", "100", "--table", "users", "--out", "some"])
        .dir(&folder)
        .run()
        .expect(0);
    assert!(report(&folder, "some").expect(2).stderr.contains("some of its tables"));
    assert!(report(&folder, "nowhere").expect(2).stderr.contains("there is no folder nowhere"));
}

#[test]
fn a_file_that_is_there_is_replaced_only_by_force_and_a_link_never() {
    let folder = scratch();
    let out = folder.join("instaseed-report.html");
    fs::write(&out, "mine").expect("writable");
    let there = report(&folder, "--profile tiny").expect(2);
    assert!(
        there.stderr.contains("instaseed-report.html exists") && there.stderr.contains("--force"),
        "{}",
        there.stderr
    );
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "mine");
    report(&folder, "--profile tiny --force").expect(0);
    assert!(page(&folder).starts_with("<!DOCTYPE html>"));
    fs::remove_file(&out).expect("it is there");
    fs::write(folder.join("kept"), "mine").expect("writable");
    std::os::unix::fs::symlink("kept", &out).expect("a link");
    assert!(report(&folder, "--profile tiny --force").expect(2).stderr.contains("not a regular file"));
    assert_eq!(fs::read_to_string(folder.join("kept")).expect("it is there"), "mine");
    assert_eq!(fs::read_dir(&folder).expect("readable").count(), 2, "nothing else is left");
    report(&folder, "--profile tiny --out no/such/page.html").expect(2);
}

#[test]
fn the_rows_come_from_one_place() {
    let folder = files();
    for words in [
        "data --users 5",
        "data --database-url x.db",
        "--database-url x.db --users 5",
        "data --edition course",
    ] {
        let refused = report(&folder, words).expect(2);
        assert!(refused.stderr.contains("cannot come from two places"), "{words}: {}", refused.stderr);
    }
    let none = report(&folder, "--users 0").expect(2);
    assert!(none.stderr.contains("--users 0"), "{}", none.stderr);
    assert!(report(&folder, "").expect(2).stderr.contains("instaseed.db"));
}

#[test]
fn names_from_outside_stay_text() {
    let folder = scratch();
    let odd = "<b>&\"x'";
    fs::create_dir(folder.join(odd)).expect("a folder");
    instaseed(&["setup", "--profile", "tiny", "--database-url", "sqlite://a.db"])
        .dir(&folder)
        .run()
        .expect(0);
    let db = folder.join(odd).join("a.db");
    fs::rename(folder.join("a.db"), &db).expect("movable");
    let url = db.to_str().expect("UTF-8");
    let words = ["report", "--database-url", url];
    instaseed(&words).dir(&folder).run().expect(0);
    let page = page(&folder);
    assert!(page.contains("&lt;b&gt;&amp;"), "the place is on the page");
    assert!(!page.contains("<b>"));
}

#[test]
fn an_empty_edition_has_a_page_without_charts() {
    each_engine(|db| {
        on(db, "migrate to platform").expect(0);
        let out = db.folder().join("page.html");
        let report = object(&on(db, &format!("report --json --out {}", out.display())).expect(0));
        assert_eq!(report["title"], "A network of 0 users, too small for most published bands");
        let page = fs::read_to_string(&out).expect("it was written");
        assert!(page.contains("no rows") && !page.contains("NaN"));
    });
}

#[test]
fn an_interrupted_load_is_noted() {
    on_engine(Engine::Sqlite, |db| {
        cut_off(db);
        let out = db.folder().join("page.html");
        let report = object(&on(db, &format!("report --json --out {}", out.display())).expect(0));
        let note = report["notes"][0].as_str().expect("a note");
        assert!(note.starts_with("A load was interrupted ("), "{note}");
        assert!(fs::read_to_string(&out).expect("it was written").contains("A load was interrupted"));
    });
}
