//! `performance.toml`: what is measured, and how much is allowed.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Result;
use super::file::parse;

/// What a learner writes to reduce the work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Give {
    /// Statements that create indexes.
    Index,
    /// Statements that drop indexes.
    Drop,
    /// A query that returns what the model returns.
    Query,
}

/// How work is judged.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Work {
    pub give: Give,
    /// What is measured if the learner does not write the query.
    #[serde(default, alias = "query", deserialize_with = "one_or_many")]
    pub queries: Vec<String>,
    /// How much work is allowed, as a multiple of the model's work.
    pub at_most: f64,
    /// How many indexes may be added.
    pub max_indexes: Option<usize>,
    /// How many indexes a table may have afterwards, not counting its primary key.
    #[serde(default)]
    pub indexes: BTreeMap<String, usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    task: Work,
}

impl Work {
    pub(super) fn read(file: &str, text: &str) -> Result<Work> {
        Ok(parse::<File>(file, text)?.task)
    }
}

fn one_or_many<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::One(query) => vec![query],
        Given::Many(queries) => queries,
    })
}
