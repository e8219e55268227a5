//! Tries what a script has created: runs all probes in the order of the file, each in a transaction that is rolled back.

use super::Result;
use super::ask::told;
use super::contents::{self, Contents, bag, key, only_in_first, shown, statement, value};
use super::refusals::{self, in_a_sentence, not_run, raw};
use super::scratch::catalogue;
use super::verdict::{Outcome, ProbeResult};
use crate::exercise::{Expected, Probe, Probes};
use crate::sandbox::{Answer, Cell, Limits, Place, Refusal, Sandbox};

/// The limits of a script, and of a statement of a probe, which may call what the script has created.
pub(super) const LIMITS: Limits = Limits { work: 100_000_000, seconds: 5.0, rows: 200_000, bytes: 64 << 20 };

/// The message for a statement that was stopped.
const ENDLESS: &str = " does not end";

/// What was checked after a script, in order.
#[derive(Debug, Default)]
pub(super) struct Checks {
    pub results: Vec<ProbeResult>,
    pub error: Option<Failed>,
    /// Further remarks.
    pub notes: Vec<String>,
}

/// A script that does not run to the end.
#[derive(Debug)]
pub(super) struct Failed {
    /// What the learner is told.
    pub sentence: String,
    pub outcome: Outcome,
    pub at: Option<Place>,
}

impl Checks {
    /// Adds a check, and, if it failed, what was found instead. Only the first failure shows its hint: one thing at a time.
    pub(super) fn add(&mut self, name: impl Into<String>, found: Option<String>, hint: Option<&str>) {
        let is_first = self.results.iter().all(|result| result.passed);
        let hint = hint.filter(|_| is_first && found.is_some()).map(str::to_owned);
        self.results.push(ProbeResult { name: name.into(), passed: found.is_none(), found, hint });
    }

    /// A script, or a part of one, that does not run.
    pub(super) fn stop(&mut self, name: &str, what: &str, refusal: &Refusal, lines_before: usize) {
        let at = refusal.place().cloned().map(|at| Place { line: at.line + lines_before, ..at });
        let (outcome, _) = refusals::outcome(refusal);
        self.error = Some(Failed { sentence: not_run(what, refusal), outcome, at });
        self.notes.extend(raw(refusal));
        self.add(name, Some(in_a_sentence(refusal)), None);
    }

    pub(super) fn passed(&self) -> usize {
        self.results.iter().filter(|result| result.passed).count()
    }
}

/// Runs a script that adds rules, and tries the rules.
pub(super) fn integrity(scratch: &mut dyn Sandbox, probes: &Probes, text: &str) -> Result<Checks> {
    let mut checks = Checks::default();
    let before = contents::read(scratch, &probes.unchanged)?;
    if let Err(refusal) = told(scratch.script(text, &LIMITS))? {
        checks.stop("the script runs", "Your script", &refusal, 0);
        return Ok(checks);
    }
    let schema = catalogue(scratch)?;
    let there: Vec<&String> =
        probes.unchanged.iter().filter(|table| schema.tables.contains_key(*table)).collect();
    let after = contents::read(scratch, &there)?;
    unchanged(probes, &before, &after, &mut checks);
    try_all(scratch, probes, &mut checks)?;
    Ok(checks)
}

/// Whether the rows that the script must not change are unchanged.
pub(super) fn unchanged(probes: &Probes, before: &Contents, after: &Contents, checks: &mut Checks) {
    for table in &probes.unchanged {
        let found = contents::difference(table, before, after, &probes.ignore);
        checks.add(format!("the rows of {table} are unchanged"), found, None);
    }
}

pub(super) fn try_all(scratch: &mut dyn Sandbox, probes: &Probes, checks: &mut Checks) -> Result<()> {
    for (at, probe) in probes.probes.iter().enumerate() {
        scratch.begin()?;
        let found = attempt(scratch, probes, probe);
        scratch.roll_back()?;
        let found = found?;
        let is_endless = found.as_ref().is_some_and(|found| found.ends_with(ENDLESS));
        checks.add(&probe.name, found, probe.hint.as_deref());
        if is_endless {
            // The other probes would most probably do the same, each until it is stopped.
            for probe in &probes.probes[at + 1..] {
                checks.add(
                    &probe.name,
                    Some("not tried: an earlier statement does not end".to_owned()),
                    None,
                );
            }
            return Ok(());
        }
    }
    Ok(())
}

/// Runs one probe. Returns what was found if that is not what was expected.
fn attempt(scratch: &mut dyn Sandbox, probes: &Probes, probe: &Probe) -> Result<Option<String>> {
    let engine = scratch.engine();
    let statements = probe.statements(engine);
    let Some((last, earlier)) = statements.split_last() else { return Ok(None) };
    for earlier in probes.before(engine).iter().chain(probe.before(engine)).chain(earlier) {
        if let Err(refusal) = told(scratch.execute(earlier, &LIMITS))? {
            return Ok(Some(refused(earlier, &refusal)));
        }
    }
    match probe.expected(engine) {
        Expected::Accepted => {
            let outcome = told(scratch.execute(last, &LIMITS))?;
            Ok(outcome.err().map(|refusal| refused(last, &refusal)))
        }
        Expected::Refused => Ok(match told(scratch.execute(last, &LIMITS))? {
            Ok(()) => Some(format!("`{}` is accepted", statement(last))),
            Err(Refusal::TooSlow) => Some(format!("`{}`{ENDLESS}", statement(last))),
            Err(_) => None,
        }),
        Expected::Rows(rows) => Ok(match told(scratch.trusted(last, &LIMITS))? {
            Ok(found) => {
                let cell = |text: &String| Cell::Text(text.clone());
                let wanted: Vec<Vec<_>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
                other_rows(&found.rows, &wanted)
            }
            Err(refusal) => Some(refused(last, &refusal)),
        }),
        Expected::RowsOf(query) => {
            let found = match told(scratch.trusted(last, &LIMITS))? {
                Ok(found) => found,
                Err(refusal) => return Ok(Some(refused(last, &refusal))),
            };
            Ok(match told(scratch.trusted(query, &LIMITS))? {
                Ok(Answer { rows, .. }) => other_rows(&found.rows, &rows),
                Err(refusal) => Some(refused(query, &refusal)),
            })
        }
    }
}

fn refused(text: &str, refusal: &Refusal) -> String {
    match refusal {
        Refusal::TooSlow => format!("`{}`{ENDLESS}", statement(text)),
        refusal => format!("`{}` is refused: {}", statement(text), in_a_sentence(refusal)),
    }
}

/// How rows differ from the expected ones, in any order.
fn other_rows(found: &[Vec<Cell>], wanted: &[Vec<Cell>]) -> Option<String> {
    if let ([one], [other]) = (found, wanted) {
        return (key(one) != key(other)).then(|| match (one.as_slice(), other.as_slice()) {
            ([one], [other]) => format!("found {} instead of {}", value(one), value(other)),
            _ => format!("found {} instead of {}", shown(one), shown(other)),
        });
    }
    let (found_bag, wanted_bag) = (bag(found), bag(wanted));
    let (extra, missing) = (only_in_first(&found_bag, &wanted_bag), only_in_first(&wanted_bag, &found_bag));
    let rows = |count: usize| if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
    Some(match (extra.1, missing.1) {
        (None, None) => return None,
        (Some(extra_row), Some(row)) => {
            let first = format!("found {extra_row} instead of {row}");
            match extra.0.max(missing.0) {
                1 => first,
                count => format!("{} differ; the first: {first}", rows(count)),
            }
        }
        (Some(row), None) => format!("{} too many: {row}", rows(extra.0)),
        (None, Some(row)) => format!("{} missing: {row}", rows(missing.0)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(rows: &[&[i64]]) -> Vec<Vec<Cell>> {
        rows.iter().map(|row| row.iter().map(|&number| Cell::Integer(number)).collect()).collect()
    }

    #[test]
    fn rows_are_compared_in_any_order_and_counted() {
        assert_eq!(other_rows(&rows(&[&[1, 2], &[3, 4]]), &rows(&[&[3, 4], &[1, 2]])), None);
        assert_eq!(
            other_rows(&rows(&[&[1], &[1]]), &rows(&[&[1], &[1], &[1]])).as_deref(),
            Some("1 row missing: (1)")
        );
        assert_eq!(other_rows(&rows(&[&[3]]), &rows(&[&[4]])).as_deref(), Some("found 3 instead of 4"));
        let texts = vec![vec![Cell::Text("3".into())]];
        assert_eq!(other_rows(&rows(&[&[3]]), &texts), None);
    }

    #[test]
    fn only_the_first_failure_has_its_hint() {
        let mut checks = Checks::default();
        checks.add("one", None, Some("a"));
        checks.add("two", Some("found".into()), Some("b"));
        checks.add("three", Some("found".into()), Some("c"));
        let hints: Vec<_> = checks.results.iter().map(|result| result.hint.as_deref()).collect();
        assert_eq!(hints, [None, Some("b"), None]);
        assert_eq!(checks.passed(), 1);
    }
}
