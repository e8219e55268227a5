//! `probes.toml`: statements that are tried after a learner's script, and what each must result in.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::ByEngine;
use super::script::engine_of;
use crate::database::Engine;

/// How a script is judged.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Probes {
    /// Adds awkward data before the script runs.
    dirty: Statements,
    /// The tables whose rows the script must not change.
    pub unchanged: Vec<String>,
    /// Columns, as `table.column`, that comparisons of rows ignore.
    pub ignore: Vec<String>,
    /// Whether a migration must give the same result when it goes up again.
    pub again: bool,
    before: Statements,
    #[serde(rename = "probe")]
    pub probes: Vec<Probe>,
}

/// One thing that is tried.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    pub name: String,
    #[serde(default)]
    before: Statements,
    sql: Statements,
    #[serde(default)]
    expect: Option<Outcome>,
    #[serde(default)]
    rows: Option<Vec<Vec<String>>>,
    #[serde(default)]
    rows_of: Statements,
    /// Shown to a learner whose script fails the probe.
    #[serde(default)]
    pub hint: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Outcome {
    Accepted,
    Refused,
}

/// What a probe must result in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected<'a> {
    /// All statements are accepted.
    Accepted,
    /// The last one is refused.
    Refused,
    /// The last one returns these rows, in any order.
    Rows(&'a [Vec<String>]),
    /// The last one returns the rows of this query.
    RowsOf(&'a str),
}

impl Probes {
    /// The same probes, with their statements and rows rewritten.
    pub fn reworded(&self, words: &dyn Fn(&str) -> String) -> Probes {
        let probe = |probe: &Probe| Probe {
            before: probe.before.reworded(words),
            sql: probe.sql.reworded(words),
            rows: probe
                .rows
                .as_ref()
                .map(|rows| rows.iter().map(|row| row.iter().map(|cell| words(cell)).collect()).collect()),
            rows_of: probe.rows_of.reworded(words),
            ..probe.clone()
        };
        Probes {
            dirty: self.dirty.reworded(words),
            before: self.before.reworded(words),
            probes: self.probes.iter().map(probe).collect(),
            ..self.clone()
        }
    }

    pub fn dirty(&self, engine: Engine) -> &[String] {
        self.dirty.of(engine)
    }

    /// What runs first in the transaction of each probe.
    pub fn before(&self, engine: Engine) -> &[String] {
        self.before.of(engine)
    }
}

impl Probe {
    pub fn before(&self, engine: Engine) -> &[String] {
        self.before.of(engine)
    }

    pub fn statements(&self, engine: Engine) -> &[String] {
        self.sql.of(engine)
    }

    pub fn expected(&self, engine: Engine) -> Expected<'_> {
        match (&self.rows, self.rows_of.of(engine), self.expect) {
            (Some(rows), ..) => Expected::Rows(rows),
            (None, [query, ..], _) => Expected::RowsOf(query),
            (None, [], Some(Outcome::Refused)) => Expected::Refused,
            (None, [], _) => Expected::Accepted,
        }
    }
}

/// A statement or a list of them, for all engines or by engine.
#[derive(Debug, Clone, Default)]
struct Statements(ByEngine<Vec<String>>);

impl Statements {
    fn reworded(&self, words: &dyn Fn(&str) -> String) -> Statements {
        let all = |statements: &Vec<String>| -> Vec<String> {
            statements.iter().map(|statement| words(statement)).collect()
        };
        let own = self.0.own.iter().map(|(engine, statements)| (*engine, all(statements)));
        Statements(ByEngine { all: self.0.all.as_ref().map(all), own: own.collect() })
    }

    fn of(&self, engine: Engine) -> &[String] {
        self.0.get(engine).map_or(&[], Vec::as_slice)
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

impl From<OneOrMany> for Vec<String> {
    fn from(given: OneOrMany) -> Vec<String> {
        match given {
            OneOrMany::One(statement) => vec![statement],
            OneOrMany::Many(statements) => statements,
        }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Given {
    ByEngine(BTreeMap<String, OneOrMany>),
    All(OneOrMany),
}

impl<'de> Deserialize<'de> for Statements {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut statements = ByEngine::default();
        match Given::deserialize(deserializer)? {
            Given::All(given) => statements.all = Some(given.into()),
            Given::ByEngine(given) => {
                for (name, given) in given {
                    if let Some(engine) = engine_of(&name).map_err(serde::de::Error::custom)? {
                        statements.own.insert(engine, given.into());
                    }
                }
            }
        }
        Ok(Statements(statements))
    }
}
