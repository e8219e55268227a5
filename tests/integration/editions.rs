//! Both editions, held against one statement of what they are: the catalogue of every engine and the `table!`
//! declarations must say the same.

use std::collections::BTreeSet;
use std::fmt::Write;

use diesel::prelude::*;
use instaseed::database::{Catalogue, Column, Db, Engine, Table};
use instaseed::edition::{Edition, Kind};
use instaseed::schema::platform;

use crate::support::{each_engine, edition, history, up_to};

/// The course edition, one fact a line; what an engine says in words of its own is translated by `told`.
const COURSE: &str = include_str!("../../src/copy/own/course.txt");

/// The platform edition.
const PLATFORM: &str = include_str!("../../src/copy/own/platform.txt");

/// The catalogue of an engine in the words of the statements above.
fn told(engine: Engine, catalogue: &Catalogue) -> String {
    let mut lines = String::new();
    for (name, table) in &catalogue.tables {
        tell_columns(engine, name, table, &mut lines);
        writeln!(lines, "{name} primary key ({})", table.primary_key.join(", ")).unwrap();
        let mut facts = BTreeSet::new();
        for key in &table.foreign_keys {
            let rules = match (key.on_delete.as_str(), key.on_update.as_str()) {
                ("cascade", "cascade") => ", cascades".to_owned(),
                ("no action" | "restrict", "no action" | "restrict") => String::new(),
                other => format!(" {other:?}"),
            };
            let expected = format!("{name}_{}_fkey", key.columns[0]);
            assert!(engine == Engine::Sqlite || key.name == expected, "{} is not {expected}", key.name);
            let (columns, parents) = (key.columns.join(", "), key.parent_columns.join(", "));
            facts.insert(format!("1 foreign key ({columns}) -> {} ({parents}){rules}", key.parent));
        }
        for (index_name, index) in &table.indexes {
            let columns: Vec<&str> =
                index.columns.iter().map(|column| column.trim_end_matches(" collate nocase")).collect();
            match index.unique {
                true if columns[0].starts_with("lower(") => {
                    assert_eq!(index_name, "users_username_lower_key")
                }
                true => drop(facts.insert(format!("3 unique ({})", columns.join(", ")))),
                false => drop(facts.insert(format!("2 index {index_name} ({})", columns.join(", ")))),
            }
        }
        // SQLite's unnamed checks stand for widths and ranges: tell_columns looks at them
        for (check, _) in table.checks.iter().filter(|(check, _)| !check.is_empty()) {
            facts.insert(format!("4 check {check}"));
        }
        if table.columns.iter().any(|column| column.kind.starts_with("enum(")) {
            facts.insert("4 check media_media_type_check".to_owned());
        }
        for fact in facts {
            writeln!(lines, "{name} {}", &fact[2..]).unwrap();
        }
    }
    lines
}

fn tell_columns(engine: Engine, name: &str, table: &Table, lines: &mut String) {
    for column in &table.columns {
        let (kind, check) = match column.kind.as_str() {
            "int" | "tinyint" | "integer" => ("integer".to_owned(), None),
            "enum('image','video')" | "enum('IMAGE','VIDEO')" => ("varchar(5)".to_owned(), None),
            "timestamp(0) without time zone" | "datetime" => ("timestamp".to_owned(), None),
            other => {
                let kind = other.replace("character varying", "varchar");
                let width = kind.strip_prefix("varchar(").and_then(|kind| kind.strip_suffix(')'));
                let check = width.map(|width| format!("length({}) <= {width}", column.name));
                (kind, check)
            }
        };
        // the checks of the rules hold these widths
        let ruled = ["username", "content", "media_type"].contains(&column.name.as_str());
        if let (Engine::Sqlite, Some(check), false) = (engine, check, ruled) {
            let same = |found: &str| found.replace(' ', "") == check.replace(' ', "");
            assert!(
                table.checks.iter().any(|(_, found)| same(found)),
                "{name}: no check {check}: {:?}",
                table.checks
            );
        }
        let null = if column.nullable { "null" } else { "not null" };
        let default = match column.default.as_deref() {
            None => "",
            Some("1") => " default 1",
            Some("CURRENT_TIMESTAMP" | "current_timestamp") => " default now",
            Some(utc) if utc.starts_with("date_trunc('second'") && utc.contains("'UTC'") => " default now",
            Some(other) => panic!("{name}.{}: default {other}", column.name),
        };
        let extra = told_extra(engine, table, column);
        writeln!(lines, "{name}.{} {kind} {null}{default}{extra}", column.name).unwrap();
    }
}

/// Generated keys, moving times and comparisons that ignore case; a collation that is none of ours shows as it is.
fn told_extra(engine: Engine, table: &Table, column: &Column) -> String {
    let has = |word: &str| column.extra.iter().any(|extra| extra.to_lowercase().contains(word));
    let key = table.primary_key == [column.name.clone()];
    let mut told = String::new();
    if has("auto_increment")
        || has("identity by default")
        || (key && table.options.iter().any(|o| o == "autoincrement"))
    {
        told.push_str(" generated");
    }
    let lower = table.indexes.contains_key("users_username_lower_key") && column.name == "username";
    if has("nocase") || has("utf8mb4_general_ci") || lower {
        told.push_str(" ignoring case");
    }
    let text = column.kind.contains("char") || column.kind == "text";
    let ours = match engine {
        Engine::Sqlite => true,
        Engine::Mysql => has("utf8mb4_bin") || has("utf8mb4_general_ci"),
        Engine::Postgres => has("\"c\"") || has("collate c"),
    };
    if text && !ours {
        write!(told, " {:?}", column.extra).unwrap();
    }
    if has("on update current_timestamp") || (column.name == "updated_at" && !table.triggers.is_empty()) {
        told.push_str(", moves");
    }
    told
}

fn at(db: &mut Db, version: &str) -> Catalogue {
    up_to(db, version);
    db.catalogue().unwrap()
}

fn assert_told(engine: Engine, catalogue: &Catalogue, expected: &str) {
    let told = told(engine, catalogue);
    let only = |a: &str, b: &str| {
        a.lines().filter(|line| !b.lines().any(|l| l == *line)).map(str::to_owned).collect()
    };
    let (more, less): (Vec<String>, Vec<String>) = (only(&told, expected), only(expected, &told));
    assert!(more.is_empty() && less.is_empty(), "{engine} also has {more:#?}\nand lacks {less:#?}");
    // what is altered in place gets its new columns at the end on PostgreSQL
    if engine != Engine::Postgres {
        assert_eq!(told, expected, "{engine}: the order");
    }
}

#[test]
fn the_course_edition_is_what_is_stated() {
    each_engine(|test| {
        let catalogue = at(&mut test.connect(), &edition("course"));
        assert_told(test.engine(), &catalogue, COURSE);
        assert!(catalogue.objects.is_empty(), "{:?}", catalogue.objects);
    });
}

#[test]
fn the_platform_edition_is_what_is_stated() {
    each_engine(|test| {
        let catalogue = at(&mut test.connect(), &edition("platform"));
        assert_told(test.engine(), &catalogue, PLATFORM);
    });
}

#[test]
fn up_down_and_up_again_leave_the_same_catalogue_at_every_step() {
    each_engine(|test| {
        let mut db = test.connect();
        let steps = history(test.engine());
        let mut places = vec![db.catalogue().unwrap()];
        for step in &steps {
            step.up(&mut db);
            places.push(db.catalogue().unwrap());
        }
        let same = |db: &mut Db, place: &Catalogue, version: &str| {
            assert_eq!(place.difference(&db.catalogue().unwrap()), (vec![], vec![]), "{version}");
        };
        for (step, place) in steps.iter().zip(&places).rev() {
            step.down(&mut db);
            same(&mut db, place, &step.version);
        }
        // what remembers is ours to remove: the runner does, after a run
        assert_eq!(db.tables().unwrap(), ["__instaseed_kept"]);
        for (step, place) in steps.iter().zip(&places[1..]) {
            step.up(&mut db);
            same(&mut db, place, &step.version);
        }
    });
}

#[test]
fn the_engines_share_one_list_of_migrations_and_each_file_says_why_it_exists() {
    let names = |engine| -> Vec<String> {
        let name = |folder: &std::path::Path| folder.file_name().unwrap().to_string_lossy().into_owned();
        history(engine).iter().map(|step| name(&step.folder)).collect()
    };
    let first = names(Engine::ALL[0]);
    assert!(first.iter().any(|name| name.starts_with("2026-01-01-000100_")));
    for engine in Engine::ALL {
        assert_eq!(names(engine), first, "{engine}");
        for step in history(engine) {
            for file in ["up.sql", "down.sql"] {
                let text = std::fs::read_to_string(step.folder.join(file)).unwrap();
                assert!(
                    text.starts_with("-- ") && text.lines().next().unwrap().len() > 20,
                    "{engine} {file}"
                );
            }
            let whole = step.metadata()["run_in_transaction"].as_bool();
            assert_eq!(whole, Some(engine != Engine::Mysql), "{}", step.folder.display());
        }
    }
}

/// The `table!` and `joinable!` lines of a file in the words of the statements above.
fn declared(text: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let (mut facts, mut joins) = (BTreeSet::new(), BTreeSet::new());
    let (mut table, mut width) = (String::new(), None);
    for line in text.lines().map(str::trim) {
        if let Some(join) = line.strip_prefix("diesel::joinable!(").and_then(|line| line.strip_suffix(");")) {
            joins.insert(join.to_owned());
        } else if let Some((name, key)) = line.strip_suffix(") {").and_then(|line| line.split_once(" (")) {
            table = name.to_owned();
            facts.insert(format!("{table} primary key ({key})"));
        } else if let Some(number) = line.strip_prefix("#[max_length = ") {
            width = Some(number.trim_end_matches(']').to_owned());
        } else if let Some((column, kind)) = line.strip_suffix(',').and_then(|line| line.split_once(" -> ")) {
            let bare = kind.strip_prefix("Nullable<").and_then(|kind| kind.strip_suffix('>'));
            let null = if bare.is_some() { "null" } else { "not null" };
            let kind = match (bare.unwrap_or(kind), width.take()) {
                ("VarChar", Some(width)) => format!("varchar({width})"),
                (other, None) => other.to_lowercase(),
                (other, Some(width)) => panic!("{column}: {other} of width {width}"),
            };
            facts.insert(format!("{table}.{column} {kind} {null}"));
        }
    }
    (facts, joins)
}

#[test]
fn the_table_declarations_say_what_is_stated() {
    let files = [
        (COURSE, include_str!("../../src/schema/course.rs")),
        (PLATFORM, include_str!("../../src/schema/platform.rs")),
    ];
    for (stated, text) in files {
        let (facts, joins) = declared(text);
        let mut expected = BTreeSet::new();
        let mut expected_joins = BTreeSet::new();
        for line in stated.lines() {
            let words: Vec<&str> = line.split(' ').collect();
            if line.contains(" primary key (") {
                expected.insert(line.to_owned());
            } else if words[0].contains('.') {
                let null = if words[2] == "null" { "null" } else { "not null" };
                expected.insert(format!("{} {} {null}", words[0], words[1]));
            } else if let ["foreign", "key", column, "->", parent, ..] = &words[1..]
                && words[0] != "follows"
            {
                expected_joins.insert(format!("{} -> {parent} {column}", words[0]));
            }
        }
        assert_eq!(facts, expected);
        assert_eq!(joins, expected_joins);
    }
}

#[test]
fn the_generators_list_of_tables_says_what_is_stated() {
    for (edition, stated) in [(Edition::Course, COURSE), (Edition::Platform, PLATFORM)] {
        let (mut columns, mut others) = (Vec::new(), BTreeSet::new());
        for table in edition.tables() {
            let name = table.name;
            for column in table.columns {
                let kind = match (column.kind, column.max_chars) {
                    (Kind::Integer, _) => "integer".to_owned(),
                    (Kind::Text, Some(width)) => format!("varchar({width})"),
                    (Kind::Text, None) => "text".to_owned(),
                    (Kind::Time, _) => "timestamp".to_owned(),
                };
                let line = format!("{name}.{} {kind}", column.name);
                let found = stated.lines().find(|stated| stated.starts_with(&format!("{line} ")));
                let nullable = found.unwrap_or_else(|| panic!("{edition} has no {line}")).split(' ').nth(2)
                    == Some("null");
                assert!(nullable || !column.nullable, "{line} may not be NULL");
                columns.push((name, line));
                if let Some(parent) = column.references {
                    others.insert(format!("{name} foreign key ({}) -> {parent}", column.name));
                }
            }
            let key: Vec<&str> = table.key().iter().map(|column| column.name).collect();
            others.insert(format!("{name} primary key ({})", key.join(", ")));
        }
        columns.sort_by_key(|(table, _)| *table);
        let lines =
            stated.lines().filter(|line| line.split(' ').next().is_some_and(|word| word.contains('.')));
        let expected: Vec<String> =
            lines.map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect();
        assert_eq!(columns.into_iter().map(|(_, line)| line).collect::<Vec<_>>(), expected, "{edition}");
        let keys =
            stated.lines().filter(|line| line.contains(" primary key (") || line.contains(" foreign key ("));
        let expected = keys.map(|line| match line.split_once(" -> ") {
            Some((key, parent)) => format!("{key} -> {}", parent.split(' ').next().unwrap_or_default()),
            None => line.to_owned(),
        });
        assert_eq!(others, expected.collect(), "{edition}");
    }
}

#[test]
fn a_tinyint_and_an_enum_load_as_they_are_declared() {
    each_engine(|test| {
        let mut db = test.connect();
        up_to(&mut db, &edition("platform"));
        db.batch(
            "INSERT INTO users (user_id, username, email, password_hash) VALUES (1, 'abc', 'a@example.com', '!');
             INSERT INTO posts (post_id, user_id, content) VALUES (1, 1, 'text');
             INSERT INTO media (media_id, post_id, media_url, media_type, media_order) VALUES (1, 1, 'u', 'VIDEO', 10);",
        )
        .unwrap();
        let query = platform::media::table.inner_join(platform::posts::table).select((
            platform::media::media_order,
            platform::media::media_type,
            platform::posts::content,
        ));
        let rows: QueryResult<Vec<(i32, String, Option<String>)>> = match &mut db {
            Db::Sqlite(c) => query.load(c),
            Db::Mysql(c) => query.load(c),
            Db::Postgres(c) => query.load(c),
        };
        assert_eq!(rows.unwrap(), [(10, "VIDEO".to_owned(), Some("text".to_owned()))]);
    });
}
