//! `--json`: whatever is typed and whatever comes of it, standard output holds exactly one object.

use serde_json::Value;

use crate::support::{Finished, instaseed, scratch};

fn run(line: &str) -> Finished {
    let arguments: Vec<&str> = line.split(' ').collect();
    instaseed(&arguments).run()
}

/// The one object, whose `ok` agrees with the exit code.
#[track_caller]
fn object(line: &str, code: i32) -> Value {
    let done = run(line).expect(code);
    let object: Value = serde_json::from_str(&done.stdout)
        .unwrap_or_else(|error| panic!("{line}: {error}\n--- stdout\n{}", done.stdout));
    assert_eq!(object["ok"], code == 0, "{line}");
    if code == 2 {
        let error = &object["error"];
        assert!(error["message"].as_str().is_some_and(|text| !text.is_empty()), "{line}: {object}");
        assert!(error["causes"].is_array(), "{line}: {object}");
        assert!(error["hint"].is_string() || error["hint"].is_null(), "{line}: {object}");
        assert!(
            done.stderr.starts_with("error: ") || done.stderr.contains("Usage: "),
            "{line}: {}",
            done.stderr
        );
    }
    object
}

/// Every verb that the help lists, with its verbs.
fn verbs() -> Vec<String> {
    let listed = |verb: &str| -> Vec<String> {
        let page = run(format!("{verb} --help").trim_start()).expect(0).stdout;
        let lines = page.lines().skip_while(|line| *line != "Commands:").skip(1);
        let names = lines.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
        names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    let mut all = Vec::new();
    for verb in listed("").into_iter().filter(|verb| verb != "help") {
        let deeper = listed(&verb).into_iter().filter(|name| name != "help");
        all.extend(deeper.map(|name| format!("{verb} {name}")));
        all.push(verb);
    }
    all
}

#[test]
fn a_mistake_in_the_command_line_is_an_object_for_every_verb() {
    let verbs = verbs();
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in verbs {
        object(&format!("{verb} --no-such-option --json"), 2);
        object(&format!("{verb} --json --database-url"), 2);
    }
    for line in
        ["--json", "setpu --json", "migrate --json", "setup --json --users abc", "seed --json --edition full"]
    {
        object(line, 2);
    }
}

#[test]
fn a_mistake_names_its_way_out() {
    assert_eq!(object("seed --bogus --json", 2)["error"]["message"], "unexpected argument '--bogus' found");
    let hint = object("status --json", 2)["error"]["hint"].clone();
    assert!(hint.as_str().is_some_and(|hint| hint.contains("migrate status")), "{hint}");
    let message = object("setup --edition full --json", 2)["error"]["message"].clone();
    assert!(message.as_str().is_some_and(|text| text.contains("course, platform")), "{message}");
}

#[test]
fn help_version_and_completions_are_objects_too() {
    for line in ["--help --json", "seed --help --json", "help migrate up --json", "help --json"] {
        let page = object(line, 0)["help"].clone();
        assert!(page.as_str().is_some_and(|text| text.contains("Usage: instaseed")), "{line}: {page}");
    }
    assert_eq!(object("--version --json", 0)["version"], env!("CARGO_PKG_VERSION"));
    let answer = object("completions bash --json", 0);
    assert_eq!(answer["shell"], "bash");
    assert!(answer["script"].as_str().is_some_and(|script| script.contains("complete -F _instaseed")));
}

#[test]
fn what_cannot_be_done_is_an_object_for_every_verb() {
    let folder = scratch();
    std::fs::write(
        folder.join("notes.db"),
        "no database at all, and longer than a header of one. ".repeat(20),
    )
    .expect("a file");
    let url = folder.join("notes.db").display().to_string();
    for verb in [
        "setup",
        "seed",
        "show",
        "sql x",
        "check",
        "doctor",
        "reset --yes",
        "migrate up",
        "migrate down --yes",
        "migrate status",
        "migrate plan",
        "migrate to course",
        "migrate redo --yes",
        "migrate repair",
        "migrate protect",
        "migrate unprotect --yes",
    ] {
        object(&format!("{verb} --json --database-url {url}"), 2);
    }
    for line in [
        "generate --json --out - --table users",
        "generate --json --out x --table nobody",
        "generate --json --out x --shard 9/3",
        "check --json nodir",
        "migrate new --json add_stories",
    ] {
        object(line, 2);
    }
}

#[test]
fn a_stopped_run_is_an_object_with_the_code_of_its_signal() {
    use rustix::process::{Pid, Signal, kill_process};
    use std::io::{BufRead, BufReader, Read};
    let child = instaseed(&["setup", "--users", "60000", "--json"]).spawn();
    let pid = Pid::from_child(&child);
    let mut child = child;
    let stderr = BufReader::new(child.stderr.take().expect("it is piped"));
    let mut lines = stderr.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("\"loading\"")), "the load begins");
    kill_process(pid, Signal::INT).expect("it runs");
    lines.for_each(drop);
    let mut stdout = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut stdout).expect("it ends");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    let object: Value = serde_json::from_str(&stdout).expect("one object");
    assert_eq!(object["error"]["message"], "stopped before the end");
}
