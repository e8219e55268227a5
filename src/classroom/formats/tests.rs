//! Each format against the shape that its readers publish, written as a small schema; and against hostile names and texts.

use serde_json::{Value, json};

use super::{Format, Options, Subject, Visibility};
use crate::classroom::marks::{Mark, Marks, SCHEMA};
use crate::classroom::points::Points;
use crate::classroom::seeds::SeedRule;
use crate::grade::Outcome;

const HOSTILE: &str = "=1+1 <b>&\"'\u{0}\u{1b}]]>\nnext, line\u{ffff}";

fn mark(number: usize, verdict: Outcome, points: f64) -> Mark {
    let is_correct = verdict == Outcome::Correct;
    Mark {
        id: format!("exercise-{number}"),
        number,
        title: format!("Title {number} <&>"),
        chapter: "joins".to_owned(),
        points: Points::of(points).expect("points"),
        max_points: Points::whole(10),
        verdict,
        mistake: (verdict == Outcome::Wrong).then(|| "fan-out".to_owned()),
        message: (!is_correct).then(|| HOSTILE.to_owned()),
        feedback: Some(format!("{HOSTILE}\nmore")),
        seconds: Some(0.25),
        profile: "course".to_owned(),
        edition: "course",
        seed: 7,
    }
}

pub(in crate::classroom) fn marks(student: &str) -> Marks {
    let exercises = vec![
        mark(1, Outcome::Correct, 10.0),
        mark(2, Outcome::Wrong, 2.5),
        mark(3, Outcome::Error, 0.0),
        mark(4, Outcome::Missing, 0.0),
    ];
    Marks {
        schema: SCHEMA,
        tool: "1.2.3",
        catalogue: "sha256:abc".to_owned(),
        student: student.to_owned(),
        seeds: SeedRule::Same { seed: 7 },
        engine: "sqlite",
        graded_at: "2026-12-01T10:00:00Z".to_owned(),
        score: exercises.iter().map(|mark| mark.points).sum(),
        max_score: exercises.iter().map(|mark| mark.max_points).sum(),
        exercises,
        notes: vec!["extra.sql is not graded".to_owned()],
    }
}

fn options() -> Options {
    let subject = Subject {
        classroom: "sql-101".to_owned(),
        assignment: "joins".to_owned(),
        submission: "submit/2026-12-01T10-00-00Z-abc".to_owned(),
        commit: "https://example.test/commit/1".to_owned(),
        release: "https://example.test/release/1".to_owned(),
        review: "https://example.test/commit/1".to_owned(),
    };
    Options { scaled: true, visibility: Visibility::default(), subject: Some(subject) }
}

fn one(format: Format) -> String {
    format.write(&[marks("zoe")], true, &options()).expect("written")
}

fn parsed(format: Format) -> Value {
    serde_json::from_str(&one(format)).expect("JSON")
}

/// The part of JSON Schema that these shapes need. A key of a schema that is not known here fails the test.
fn breaches(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut wrong = |what: String| found.push(format!("{at}: {what}"));
    let mut inner = Vec::new();
    for (key, rule) in schema.as_object().expect("a schema is an object") {
        match key.as_str() {
            "type" => {
                let is = |name: &str| match name {
                    "object" => value.is_object(),
                    "array" => value.is_array(),
                    "string" => value.is_string(),
                    "boolean" => value.is_boolean(),
                    "integer" => value.is_u64() || value.is_i64(),
                    "number" => value.is_number(),
                    "null" => value.is_null(),
                    other => panic!("unknown type {other}"),
                };
                let names = rule.as_array().cloned().unwrap_or_else(|| vec![rule.clone()]);
                if !names.iter().any(|name| is(name.as_str().expect("a name"))) {
                    wrong(format!("{value} is not {rule}"));
                }
            }
            "const" if rule != value => wrong(format!("{value} is not {rule}")),
            "enum" if !rule.as_array().expect("a list").contains(value) => {
                wrong(format!("{value} is not in {rule}"))
            }
            "const" | "enum" => {}
            "minimum" if value.as_f64() < rule.as_f64() => wrong(format!("{value} is below {rule}")),
            "maximum" if value.as_f64() > rule.as_f64() => wrong(format!("{value} is above {rule}")),
            "minimum" | "maximum" => {}
            "begins" => {
                if !value.as_str().is_some_and(|text| text.starts_with(rule.as_str().expect("a text"))) {
                    wrong(format!("{value} does not begin with {rule}"));
                }
            }
            "minLength" => {
                if value.as_str().is_some_and(str::is_empty) {
                    wrong("it is empty".to_owned());
                }
            }
            "instant" => {
                let pattern = "0000-00-00T00:00:00Z";
                let fits = |text: &str| {
                    text.len() == pattern.len()
                        && text
                            .chars()
                            .zip(pattern.chars())
                            .all(|(c, p)| if p == '0' { c.is_ascii_digit() } else { c == p })
                };
                if !value.as_str().is_some_and(fits) {
                    wrong(format!("{value} is no instant"));
                }
            }
            "required" => {
                for name in rule.as_array().expect("a list").iter().filter_map(Value::as_str) {
                    if value.get(name).is_none() {
                        wrong(format!("{name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, rule) in rule.as_object().expect("an object") {
                    if let Some(value) = value.get(name) {
                        inner.extend(breaches(rule, value, &format!("{at}.{name}")));
                    }
                }
            }
            "closed" => {
                let known = schema["properties"].as_object().expect("properties");
                for name in value.as_object().into_iter().flatten().map(|(name, _)| name) {
                    if !known.contains_key(name) {
                        wrong(format!("{name} is not known"));
                    }
                }
            }
            "items" => {
                for (number, value) in value.as_array().into_iter().flatten().enumerate() {
                    inner.extend(breaches(rule, value, &format!("{at}[{number}]")));
                }
            }
            other => panic!("unknown key {other}"),
        }
    }
    found.extend(inner);
    found
}

fn hold(schema: &Value, value: &Value) {
    let found = breaches(schema, value, "$");
    assert!(found.is_empty(), "{found:#?}");
}

fn gradescope() -> Value {
    let visibility = json!({"enum": ["visible", "after_due_date", "after_published", "hidden"]});
    let form = json!({"enum": ["text", "html", "simple_format", "md", "ansi"]});
    let points = json!({"type": "number", "minimum": 0});
    json!({
        "type": "object", "closed": true, "required": ["score", "tests"],
        "properties": {
            "score": points, "execution_time": points, "output": {"type": "string"}, "output_format": form,
            "test_output_format": form, "test_name_format": form, "visibility": visibility,
            "stdout_visibility": visibility, "extra_data": {"type": "object"}, "leaderboard": {"type": "array"},
            "tests": {"type": "array", "items": {
                "type": "object", "closed": true, "required": ["score", "max_score", "name"],
                "properties": {
                    "score": points, "max_score": points, "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"}, "name_format": form, "number": {"type": "string"},
                    "output": {"type": "string"}, "output_format": form,
                    "tags": {"type": "array", "items": {"type": "string"}}, "visibility": visibility,
                    "extra_data": {"type": "object"},
                },
            }},
        },
    })
}

fn classroom50() -> Value {
    let text = json!({"type": "string", "minLength": 1});
    let points = json!({"type": "integer", "minimum": 0});
    json!({
        "type": "object", "closed": true,
        "required": ["schema", "classroom", "assignment", "submission", "commit", "release", "review", "datetime",
            "score", "max-score", "tests"],
        "properties": {
            "schema": {"const": "classroom50/result/v1"}, "classroom": text, "assignment": text,
            "submission": {"type": "string", "begins": "submit/"}, "commit": text, "release": text, "review": text,
            "datetime": {"instant": true}, "graded_at": {"instant": true}, "score": points, "max-score": points,
            "tests": {"type": "array", "items": {
                "type": "object", "required": ["test-name", "passed", "score", "max-score"],
                "properties": {"test-name": text, "passed": {"type": "boolean"}, "score": points, "max-score": points},
            }},
        },
    })
}

#[test]
fn gradescope_takes_the_results() {
    let value = parsed(Format::Gradescope);
    hold(&gradescope(), &value);
    assert_eq!(value["score"], 12.5);
    assert_eq!(value["tests"][1]["status"], "failed");
    assert_eq!(value["extra_data"]["schema"], SCHEMA);
}

#[test]
fn classroom50_takes_the_result_in_whole_points() {
    let value = parsed(Format::Classroom50);
    hold(&classroom50(), &value);
    assert_eq!((&value["score"], &value["max-score"]), (&json!(1250), &json!(4000)));
    let whole = Options { scaled: false, ..options() };
    let text = Format::Classroom50.write(&[marks("zoe")], true, &whole).expect("written");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["max-score"], 40);
    for test in value["tests"].as_array().expect("tests") {
        assert!(test["score"].as_u64() <= test["max-score"].as_u64());
    }
    let nothing = Options { subject: None, ..options() };
    assert!(Format::Classroom50.write(&[marks("zoe")], true, &nothing).is_err());
}

#[test]
fn coderunner_takes_the_table() {
    let value = parsed(Format::Coderunner);
    hold(
        &json!({
            "type": "object", "closed": true, "required": ["fraction"],
            "properties": {
                "fraction": {"type": "number", "minimum": 0, "maximum": 1}, "prologuehtml": {"type": "string"},
                "epiloguehtml": {"type": "string"}, "instructorhtml": {"type": "string"},
                "testresults": {"type": "array", "items": {"type": "array"}},
                "columnformats": {"type": "array", "items": {"enum": ["%s", "%h"]}},
                "showdifferences": {"type": "boolean"}, "graderstate": {"type": "string"},
            },
        }),
        &value,
    );
    let table = value["testresults"].as_array().expect("a table");
    let width = |row: &Value| row.as_array().map(Vec::len);
    assert!(table.iter().all(|row| width(row) == width(&table[0])));
    let plain =
        table[0].as_array().expect("heads").iter().filter(|head| *head != "iscorrect" && *head != "ishidden");
    assert_eq!(value["columnformats"].as_array().map(Vec::len), Some(plain.count()));
    assert_eq!(table.iter().skip(1).map(|row| row[0].clone()).collect::<Vec<_>>(), [1, 0, 0, 0]);
}

#[test]
fn the_own_form_is_an_object_or_a_list_of_them() {
    let value = parsed(Format::Json);
    assert_eq!(value["schema"], SCHEMA);
    assert_eq!((&value["score"], &value["max_score"]), (&json!(12.5), &json!(40)));
    assert_eq!(value["exercises"][1]["mistake"], "fan-out");
    let text = Format::Json.write(&[marks("zoe"), marks("kim")], false, &options()).expect("written");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value[1]["student"], "kim");
}

#[test]
fn tables_have_a_line_a_student_or_a_line_an_answer() {
    let class = [marks("zoe"), marks("=cmd, \"x\"")];
    let wide = Format::Csv.write(&class, false, &options()).expect("written");
    assert_eq!(
        wide,
        "student,score,max_score,percent,correct,missing,exercise-1,exercise-2,exercise-3,exercise-4\n\
         zoe,12.5,40,31.25,1,1,10,2.5,0,0\n\
         \"'=cmd, \"\"x\"\"\",12.5,40,31.25,1,1,10,2.5,0,0\n"
    );
    for (name, written) in [
        ("＝1+1", "'＝1+1,"),
        (" @SUM(1)", "' @SUM(1),"),
        ("\u{a0}+1", "'\u{a0}+1,"),
        ("\tx", "\"'\tx\","),
        ("x;=1+1", "\"x;=1+1\","),
        ("o-1", "o-1,"),
    ] {
        let text = Format::Csv.write(&[marks(name)], false, &options()).expect("written");
        assert!(text.lines().nth(1).is_some_and(|line| line.starts_with(written)), "{name}: {text}");
    }
    let long = Format::CsvLong.write(&class[..1], false, &options()).expect("written");
    assert!(long.contains("\nzoe,1,exercise-1,10,10,correct,,,7\n"), "{long}");
    assert!(long.contains("\nzoe,2,exercise-2,2.5,10,wrong,fan-out,\"'=1+1 "), "{long}");
}

#[test]
fn junit_is_well_formed_whatever_a_student_wrote() {
    let text = Format::Junit.write(&[marks("zoe"), marks(HOSTILE)], false, &options()).expect("written");
    assert!(text.contains("tests=\"8\" failures=\"4\" errors=\"0\" skipped=\"2\" time=\"2.000\""), "{text}");
    assert!(!text.contains(['\u{0}', '\u{1b}', '\u{ffff}']), "{text}");
    // An XML reader turns a line break in an attribute into a space, so two names would look alike.
    assert!(text.contains("]]&gt;&#10;next, line\" tests=\"4\""), "{text}");
    let mut open: Vec<&str> = Vec::new();
    for piece in text.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').unwrap_or_else(|| panic!("an open tag: {piece}"));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().expect("a name");
        match tag {
            tag if tag.starts_with('?') || tag.ends_with('/') => {}
            tag if tag.starts_with('/') => assert_eq!(open.pop(), Some(name)),
            _ => open.push(name),
        }
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(text.split('&').skip(1).all(|rest| {
        ["amp;", "lt;", "gt;", "quot;", "#39;", "#10;", "#9;"].iter().any(|known| rest.starts_with(known))
    }));
}

#[test]
fn times_are_left_out_where_none_are_recorded() {
    let mut without = marks("zoe");
    without.exercises.iter_mut().for_each(|mark| mark.seconds = None);
    for format in Format::ALL {
        let text = format.write(&[without.clone()], true, &options()).expect("written");
        assert!(
            !text.contains("execution_time") && !text.contains("seconds") && !text.contains("time=\""),
            "{text}"
        );
    }
}

#[test]
fn a_format_of_one_student_wants_a_folder_for_a_class() {
    let class = [marks("zoe"), marks("kim")];
    for format in Format::ALL {
        let written = format.write(&class, false, &options());
        assert_eq!(written.is_err(), format.is_of_one(), "{}", format.name());
        let files = format.write_each(&class, &options()).expect("written");
        assert_eq!(files.len(), 2);
        assert!(files[0].0.starts_with("zoe."));
    }
}

#[test]
fn the_name_of_a_file_is_no_longer_than_a_folder_takes() {
    let names = ["é".repeat(127), format!("{}e", "é".repeat(127)), "x".repeat(255)];
    let class = names.map(|name| marks(&name));
    let files = Format::Json.write_each(&class, &options()).expect("written");
    assert!(files.iter().all(|(name, _)| name.len() <= 255 && name.ends_with(".json")), "{files:?}");
    assert!(files[0].0 != files[1].0);
}
