//! Whatever a server, a database, an account or a file is set to: a verb does what it always does, or it refuses before
//! it has changed anything. Each mutation is one line of the tables in `mutations/`; each verb that succeeds must leave
//! the rows that it leaves on a database as it comes, and each one that fails must leave everything as it was.
//!
//! Always run: setup, and a load where a mutation comes after it. With `INSTASEED_MATRIX=1` every verb.

mod mysql;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;
use std::fmt::Write;

use instaseed::database::{Db, Engine};

use crate::support::{Finished, instaseed, select};

/// One thing that is not as it comes.
#[derive(Clone, Copy)]
pub struct Mutation {
    /// What is done, as SQL; also its name.
    pub sql: &'static str,
    pub when: When,
    pub expect: Expect,
}

/// When a mutation comes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Before there is anything.
    Empty,
    /// When the tables are filled.
    Filled,
}

/// What has to come of it; a mutation that some servers do not know may be either.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    Right,
    Refused,
    Either,
}

/// Works as ever.
pub const fn right(sql: &'static str) -> Mutation {
    Mutation { sql, when: When::Empty, expect: Expect::Right }
}

/// Setup refuses.
pub const fn refused(sql: &'static str) -> Mutation {
    Mutation { sql, when: When::Empty, expect: Expect::Refused }
}

/// Right or refused, which of the two is the server's choice.
pub const fn either(sql: &'static str) -> Mutation {
    Mutation { sql, when: When::Empty, expect: Expect::Either }
}

impl Mutation {
    pub const fn when_filled(self) -> Mutation {
        Mutation { when: When::Filled, ..self }
    }
}

const SETUP: &str = "setup --profile tiny";
const AFTER_SETUP: [&str; 5] = [
    "seed --append --users 5",
    "migrate to platform",
    "migrate to course --yes",
    "seed --replace --yes --profile tiny",
    "reset --yes --profile tiny",
];

fn is_whole() -> bool {
    std::env::var_os("INSTASEED_MATRIX").is_some()
}

fn verbs(when: When) -> Vec<&'static str> {
    let after = if is_whole() { &AFTER_SETUP[..] } else { &AFTER_SETUP[..1] };
    match when {
        When::Empty if is_whole() => [&[SETUP], after].concat(),
        When::Empty => vec![SETUP],
        When::Filled => after.to_vec(),
    }
}

pub fn on(url: &str, verb: &str) -> Finished {
    let arguments: Vec<&str> = verb.split(' ').chain(["--database-url", url]).collect();
    instaseed(&arguments).run()
}

/// What each verb leaves on a database as it comes, one after the other.
pub struct Usual(BTreeMap<&'static str, String>);

impl Usual {
    pub fn of(url: &str) -> Usual {
        let mut usual = BTreeMap::new();
        for verb in [SETUP].into_iter().chain(AFTER_SETUP) {
            on(url, verb).expect(0);
            usual.insert(verb, left(url).expect("a usual database can be checked"));
        }
        Usual(usual)
    }
}

/// The rows that a verb has left, as `check` sees them.
fn left(url: &str) -> Result<String, String> {
    let checked = on(url, "check --json");
    let answer: serde_json::Value =
        serde_json::from_str(&checked.stdout).map_err(|_| format!("check: {}", checked.stderr))?;
    match checked.code {
        2 => Err(format!("check: {}", answer["error"]["message"])),
        code => Ok(format!("{code} {}", answer["fingerprint"])),
    }
}

/// Everything in a database that a verb could have changed, seen by an account that no mutation is about.
pub fn state(db: &mut Db) -> String {
    let mut text = format!("{:?}\n", db.tables().expect("the tables can be listed"));
    let catalogue = db.catalogue().expect("the catalogue can be read");
    writeln!(text, "{catalogue}").expect("a string takes everything");
    let quote = match db.engine() {
        Engine::Mysql => "`",
        Engine::Sqlite | Engine::Postgres => "\"",
    };
    let quoted = |name: &String| format!("{quote}{}{quote}", name.replace(quote, &quote.repeat(2)));
    for (name, table) in &catalogue.tables {
        let columns: Vec<_> = table.columns.iter().map(|column| quoted(&column.name)).collect();
        let columns: Vec<_> = columns.iter().map(String::as_str).collect();
        let rows = select(db, &columns, &format!("FROM {}", quoted(name)));
        writeln!(text, "{name} {rows:?}").expect("a string takes everything");
    }
    text
}

/// Runs the verbs under one mutation; what was wrong, if anything was.
pub fn trial(mutation: Mutation, usual: &Usual, url: &str, state: impl Fn() -> String) -> Result<(), String> {
    let wrong = |verb: &str, words: String| Err(format!("{}\n  {verb}: {words}", mutation.sql));
    let mut refusals = 0;
    let verbs = verbs(mutation.when);
    for verb in &verbs {
        let before = state();
        let done = on(url, verb);
        let after = state();
        if done.code == 0 {
            // Nothing to do is no wrong answer where the tables are not whole.
            if mutation.expect == Expect::Refused && after == before {
                continue;
            }
            let found = left(url);
            // Behind a refusal other rows are there; whatever is there can be checked.
            let is_usual = found.as_ref() == Ok(&usual.0[verb]);
            if !is_usual && (refusals == 0 || found.is_err()) {
                return wrong(verb, format!("left {found:?}, usually {}", usual.0[verb]));
            }
            continue;
        }
        refusals += 1;
        if mutation.expect == Expect::Right || done.code != 2 || done.stderr.is_empty() {
            return wrong(verb, format!("code {}: {}", done.code, done.stderr));
        }
        if after != before {
            return wrong(
                verb,
                format!("refused, and changed something: {}\n{before}\n{after}", done.stderr),
            );
        }
        if *verb == SETUP {
            break;
        }
    }
    if mutation.expect == Expect::Refused && refusals == 0 {
        return wrong(&verbs.join(", "), "not refused".to_owned());
    }
    Ok(())
}

/// Fails with all that was wrong at once.
pub fn report(engine: &str, results: Vec<Result<(), String>>) {
    let count = results.len();
    let wrong: Vec<_> = results.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{engine}: {} of {count} mutations\n{}", wrong.len(), wrong.join("\n"));
}
