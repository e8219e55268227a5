//! Runs a learner's migration up, down and up again, and compares schema and rows after each step.

use super::Result;
use super::ask::told;
use super::contents::{self, Contents};
use super::probes::{Checks, LIMITS, try_all, unchanged};
use super::scratch::catalogue;
use super::shape::{self, NEW, STILL_THERE};
use crate::database::Catalogue;
use crate::exercise::Probes;
use crate::sandbox::Sandbox;

/// The line between the two parts.
const SEPARATOR: &str = "-- down";

/// Schema and rows at one moment.
struct Snapshot {
    catalogue: Catalogue,
    contents: Contents,
}

impl Snapshot {
    fn take(scratch: &mut dyn Sandbox) -> Result<Snapshot> {
        let catalogue = catalogue(scratch)?;
        let tables: Vec<&String> = catalogue.tables.keys().collect();
        let contents = contents::read(scratch, &tables)?;
        Ok(Snapshot { catalogue, contents })
    }

    fn other_rows(&self, later: &Snapshot, ignore: &[String]) -> Vec<String> {
        let tables = self.contents.keys();
        tables
            .filter_map(|table| contents::difference(table, &self.contents, &later.contents, ignore))
            .collect()
    }
}

pub(super) fn migration(scratch: &mut dyn Sandbox, probes: &Probes, text: &str) -> Result<Checks> {
    let mut checks = Checks::default();
    let parts = parts(text);
    if parts.down.is_none() {
        checks
            .notes
            .push(format!("There is no line `{SEPARATOR}`. What undoes the change follows that line."));
    }
    let down = parts.down.unwrap_or_default();

    let before = Snapshot::take(scratch)?;
    if let Err(refusal) = told(scratch.script(parts.up, &LIMITS))? {
        checks.stop("up runs", "The up part", &refusal, 0);
        return Ok(checks);
    }
    let up = Snapshot::take(scratch)?;
    unchanged(probes, &before.contents, &up.contents, &mut checks);
    try_all(scratch, probes, &mut checks)?;

    if let Err(refusal) = told(scratch.script(down, &LIMITS))? {
        checks.stop("down runs", "The down part", &refusal, parts.lines_before_down);
        return Ok(checks);
    }
    let back = Snapshot::take(scratch)?;
    let schema = shape::differences(&before.catalogue, &back.catalogue, STILL_THERE);
    let is_restored = schema.is_empty();
    checks.add("down restores the schema", after("after down", &schema), None);
    if !is_restored {
        return Ok(checks);
    }
    let rows = before.other_rows(&back, &probes.ignore);
    checks.add("down restores the rows", after("after down", &rows), None);
    if !rows.is_empty() || !probes.again {
        return Ok(checks);
    }

    if let Err(refusal) = told(scratch.script(parts.up, &LIMITS))? {
        checks.stop("up runs again", "The up part", &refusal, 0);
        return Ok(checks);
    }
    let again = Snapshot::take(scratch)?;
    let mut differences = shape::differences(&up.catalogue, &again.catalogue, NEW);
    if differences.is_empty() {
        differences = up.other_rows(&again, &probes.ignore);
    }
    checks.add("up gives the same again", after("after up, down and up", &differences), None);
    Ok(checks)
}

/// The first differences in one sentence.
fn after(when: &str, differences: &[String]) -> Option<String> {
    const MOST: usize = 3;
    let shown = differences.iter().take(MOST).cloned().collect::<Vec<_>>().join("; ");
    match differences.len() {
        0 => None,
        count if count <= MOST => Some(format!("{when}, {shown}")),
        count => Some(format!("{when}, {shown}; and {} more differences", count - MOST)),
    }
}

struct Parts<'a> {
    up: &'a str,
    /// None without a separator.
    down: Option<&'a str>,
    lines_before_down: usize,
}

/// `-- down`, however it is spaced, and in capitals too.
fn is_separator(line: &str) -> bool {
    line.trim().strip_prefix("--").is_some_and(|word| word.trim().eq_ignore_ascii_case("down"))
}

fn parts(text: &str) -> Parts<'_> {
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        if is_separator(line) {
            return Parts { up: &text[..start], down: Some(&text[end..]), lines_before_down: number + 1 };
        }
        start = end;
    }
    Parts { up: text, down: None, lines_before_down: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_separates_the_parts() {
        let cut = parts("a;\n-- down \r\nb;\n");
        assert_eq!((cut.up, cut.down, cut.lines_before_down), ("a;\n", Some("b;\n"), 2));
        let cut = parts("a; -- down\n-- downwards\n-- down: b");
        assert_eq!((cut.down, cut.lines_before_down), (None, 0));
        for line in ["--down", " -- DOWN", "--  Down"] {
            assert_eq!(parts(&format!("a;\n{line}\nb;")).down, Some("b;"), "{line}");
        }
        assert_eq!(parts("-- down").down, Some(""));
    }

    #[test]
    fn many_differences_are_cut_short() {
        let lines: Vec<String> = (1..=5).map(|number| format!("d{number}")).collect();
        assert_eq!(
            after("after down", &lines).as_deref(),
            Some("after down, d1; d2; d3; and 2 more differences")
        );
        assert_eq!(after("after down", &[]), None);
    }
}
