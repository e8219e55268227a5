//! How each engine gathers statistics, counts its work, and shows a plan. Time is never measured.

#[cfg(feature = "postgres")]
use serde_json::Value;

use super::Result;
use super::ask::{ALL, ours};
use super::plan;
use crate::database::Catalogue;
#[cfg(feature = "postgres")]
use crate::sandbox::Cell;
use crate::sandbox::{Answer, Limits, Sandbox, Trouble};

type Tried<T> = Result<T, Trouble>;

/// How an engine's work is counted.
pub(super) struct Counter {
    /// What is counted, in the plural.
    pub unit: &'static str,
    gather: fn(&mut dyn Sandbox, &Catalogue) -> Result<()>,
    measure: fn(&mut dyn Sandbox, Asked<'_>) -> Tried<(Answer, u64)>,
    plan: fn(&mut dyn Sandbox, &str, &Catalogue) -> Tried<Vec<String>>,
}

/// A query, who wrote it, and its limits.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    pub query: &'a str,
    pub author: Author,
    pub limits: &'a Limits,
}

/// Who wrote a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    Course,
    Learner,
}

impl Counter {
    /// Gathers statistics on all tables for the planner.
    pub(super) fn gather_statistics(&self, scratch: &mut dyn Sandbox, catalogue: &Catalogue) -> Result<()> {
        (self.gather)(scratch, catalogue)
    }

    /// Runs a query twice, and counts the work of the second run: the first one still reads what the second finds in memory.
    pub(super) fn measure(
        &self,
        scratch: &mut dyn Sandbox,
        asked: Asked<'_>,
    ) -> Result<(Answer, u64), Trouble> {
        asked.run(scratch)?;
        (self.measure)(scratch, asked)
    }

    /// What the engine does for a query, in words; empty if it does not say.
    pub(super) fn plan(
        &self,
        scratch: &mut dyn Sandbox,
        query: &str,
        catalogue: &Catalogue,
    ) -> Result<Vec<String>> {
        match (self.plan)(scratch, query, catalogue) {
            Ok(lines) => Ok(lines),
            Err(Trouble::Refused(_)) => Ok(Vec::new()),
            Err(Trouble::Failed(error)) => Err(error.into()),
        }
    }
}

impl Asked<'_> {
    fn run(self, scratch: &mut dyn Sandbox) -> Result<Answer, Trouble> {
        match self.author {
            Author::Course => scratch.trusted(self.query, self.limits),
            Author::Learner => scratch.query(self.query, self.limits),
        }
    }
}

const GATHERING: &str = "gathering statistics";

/// Steps of SQLite's virtual machine.
pub(super) const SQLITE: Counter = Counter {
    unit: "steps",
    gather: |scratch, _| ours(scratch.execute("ANALYZE", &ALL), GATHERING),
    measure: |scratch, asked| {
        let answer = asked.run(scratch)?;
        let work = answer.work;
        Ok((answer, work))
    },
    plan: |scratch, query, catalogue| {
        let answer = scratch.trusted(&format!("EXPLAIN QUERY PLAN {query}"), &ALL)?;
        Ok(plan::of_sqlite(&answer.rows, query, catalogue))
    },
};

/// Rows that the storage engines of MySQL are asked for.
#[cfg(feature = "mysql")]
pub(super) const MYSQL: Counter = Counter {
    unit: "reads of rows",
    gather: |scratch, catalogue| {
        let engine = scratch.engine();
        let tables: Vec<String> = catalogue.tables.keys().map(|name| engine.quote(name)).collect();
        ours(scratch.trusted(&format!("ANALYZE TABLE {}", tables.join(", ")), &ALL), GATHERING).map(drop)
    },
    measure: |scratch, asked| {
        // Showing the counters is work too, the same amount both times.
        let (before, between) = (handler_reads(scratch)?, handler_reads(scratch)?);
        let answer = asked.run(scratch)?;
        let after = handler_reads(scratch)?;
        Ok((answer, (after + before).saturating_sub(2 * between)))
    },
    plan: |scratch, query, catalogue| {
        let answer = scratch.trusted(&format!("EXPLAIN {query}"), &ALL)?;
        Ok(plan::of_mysql(&answer.columns, &answer.rows, query, catalogue))
    },
};

#[cfg(feature = "mysql")]
fn handler_reads(scratch: &mut dyn Sandbox) -> Result<u64, Trouble> {
    let answer = scratch.trusted("SHOW SESSION STATUS LIKE 'Handler_read_%'", &ALL)?;
    Ok(answer.rows.iter().filter_map(|row| row.last()?.shown().parse::<u64>().ok()).sum())
}

/// Rows that PostgreSQL's scans visit, and blocks.
#[cfg(feature = "postgres")]
pub(super) const POSTGRES: Counter = Counter {
    unit: "reads of rows and blocks",
    // An index-only scan needs a vacuum first.
    gather: |scratch, _| ours(scratch.execute("VACUUM ANALYZE", &ALL), GATHERING),
    measure: |scratch, asked| {
        let answer = asked.run(scratch)?;
        let node = explained(scratch, asked.query, "ANALYZE, BUFFERS, ", asked.limits)?;
        Ok((answer, reads(&node)))
    },
    plan: |scratch, query, catalogue| {
        explained(scratch, query, "", &ALL).map(|node| plan::of_postgres(&node, catalogue))
    },
};

#[cfg(feature = "postgres")]
fn explained(
    scratch: &mut dyn Sandbox,
    query: &str,
    options: &str,
    limits: &Limits,
) -> Result<Value, Trouble> {
    let query = query.trim().trim_end_matches(';');
    let answer = scratch.trusted(&format!("EXPLAIN ({options}FORMAT JSON) {query}"), limits)?;
    let text: String = answer.rows.iter().flatten().map(Cell::shown).collect();
    let plan: Value = serde_json::from_str(&text).unwrap_or_default();
    Ok(plan[0]["Plan"].clone())
}

/// Rows that scans visit, and the blocks of the whole plan. Rows alone would hide that a whole index is read.
#[cfg(feature = "postgres")]
fn reads(plan: &Value) -> u64 {
    let number = |node: &Value, key: &str| node[key].as_f64().unwrap_or_default();
    let mut sum = number(plan, "Shared Hit Blocks") + number(plan, "Shared Read Blocks");
    plan::walk(plan, &mut |node| {
        let kind = node["Node Type"].as_str().unwrap_or_default();
        if kind.ends_with("Scan") && !matches!(kind, "Bitmap Index Scan" | "Subquery Scan") {
            let visited = ["Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"];
            let rows: f64 = visited.iter().map(|key| number(node, key)).sum();
            sum += rows * number(node, "Actual Loops");
        }
    });
    sum as u64
}
