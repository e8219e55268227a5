//! The known mistakes of an exercise: which one an answer makes, and the smallest database on which each one shows.
//!
//! These few rows are found once, on data of a fixed seed. They are kept in the process, and in a file next to the data sets
//! whose name changes with everything that they depend on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::ask::told;
use super::compare::Rules;
use super::data::DataSets;
use super::shrink::{self, Pair, Whole};
use super::verdict::{KnownMistake, Table};
use super::{Result, oracle};
use crate::exercise::Exercise;
use crate::fingerprint::GENERATOR_VERSION;
use crate::sandbox::{Answer, Cell, Limits, Sandbox};
use crate::{sha256, whole_file};

/// How long to look for the rows of one mistake. They are kept, so the load of the machine must not decide which ones are
/// found.
const PATIENCE: Duration = Duration::from_secs(60);
/// Raise this if the same exercise gives different rows for a reason that is not part of the digest.
const FORMAT: u32 = 1;

/// The rows on which a mistake shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Trap {
    pub mistake: String,
    pub tables: Vec<Rows>,
}

/// Rows of one table, each value as a text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Rows {
    table: String,
    columns: Vec<String>,
    rows: Vec<Vec<Option<String>>>,
}

impl Trap {
    pub(super) fn tables(&self) -> Vec<Table> {
        let cell = |value: &Option<String>| value.clone().map_or(Cell::Null, Cell::Text);
        let table = |rows: &Rows| Table {
            name: rows.table.clone(),
            columns: rows.columns.clone(),
            rows: rows.rows.iter().map(|row| row.iter().map(cell).collect()).collect(),
            count: rows.rows.len(),
        };
        self.tables.iter().map(table).collect()
    }
}

impl Rows {
    fn of(table: Table) -> Rows {
        let value = |cell: &Cell| (*cell != Cell::Null).then(|| cell.shown());
        Rows {
            table: table.name,
            columns: table.columns,
            rows: table.rows.iter().map(|row| row.iter().map(value).collect()).collect(),
        }
    }
}

/// The mistake that returns what an answer returns on the same database; in the same order if that is what is wrong.
pub(super) fn matching(
    sandbox: &mut dyn Sandbox,
    exercise: &Exercise,
    rules: &Rules,
    answer: &Answer,
    only_order: bool,
) -> Result<Option<KnownMistake>> {
    let mut same_rows = None;
    for mistake in exercise.mistakes(sandbox.engine()) {
        let Some(rows) = told(sandbox.trusted(mistake.sql, &Limits::default()))?.ok() else { continue };
        let Some(rows) = rules.aligned(&rows) else { continue };
        if rules.difference(&rows, answer).is_none() {
            return Ok(Some(KnownMistake::of(mistake)));
        }
        if !only_order && same_rows.is_none() && rules.have_same_rows(&rows, answer) {
            same_rows = Some(KnownMistake::of(mistake));
        }
    }
    Ok(same_rows)
}

/// The mistake that an answer makes, if only one is possible.
pub(super) fn only<'a>(mut possible: impl Iterator<Item = &'a KnownMistake>) -> Option<KnownMistake> {
    let first = possible.next();
    first.filter(|_| possible.next().is_none()).cloned()
}

/// The traps of an exercise, found when they are first needed. The sets are SQLite's.
pub(super) fn traps(sets: &mut DataSets, exercise: &Exercise) -> Result<Arc<Vec<Trap>>> {
    static KNOWN: Mutex<BTreeMap<String, Arc<Vec<Trap>>>> = Mutex::new(BTreeMap::new());
    let digest = digest(sets, exercise);
    if let Some(known) = KNOWN.lock().unwrap_or_else(PoisonError::into_inner).get(&digest) {
        return Ok(Arc::clone(known));
    }
    let folder = sets.folder().join("mistakes");
    let file = folder.join(format!("{}-{}.json", exercise.id, &digest[..12]));
    let kept = fs::read(&file).ok().and_then(|text| serde_json::from_slice(&text).ok());
    let traps = match kept {
        Some(traps) => traps,
        None => {
            let traps = find(sets, exercise)?;
            // If the file cannot be written, they are found again next time.
            let _ = keep(&folder, &file, &traps);
            traps
        }
    };
    let traps = Arc::new(traps);
    KNOWN.lock().unwrap_or_else(PoisonError::into_inner).insert(digest, Arc::clone(&traps));
    Ok(traps)
}

fn keep(folder: &Path, file: &Path, traps: &[Trap]) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    whole_file::replace(file, &serde_json::to_vec(traps)?)
}

/// The digest of everything that the traps depend on.
fn digest(sets: &DataSets, exercise: &Exercise) -> String {
    let engine = sets.engine();
    let Exercise { id, columns, order_by, decimals, threshold, profile, edition, .. } = exercise;
    let (model, given) = (exercise.solution(engine), exercise.given(engine));
    let wrong: Vec<_> = exercise.mistakes(engine).iter().map(|mistake| (mistake.name, mistake.sql)).collect();
    sha256::of(format!(
        "{FORMAT} {GENERATOR_VERSION} {id} {columns:?} {order_by:?} {decimals:?} {threshold:?} {profile} {edition} {model:?} \
         {given:?} {wrong:?}"
    ))
}

fn find(sets: &mut DataSets, exercise: &Exercise) -> Result<Vec<Trap>> {
    let engine = sets.engine();
    let set = sets.of_mistakes(exercise);
    let model = oracle::expected(sets.open(&set)?, exercise)?;
    let rules = Rules::of(exercise, &model);
    let mut traps = Vec::new();
    for mistake in exercise.mistakes(engine) {
        // Mistakes that only many rows show have no small database.
        if exercise.needs_many_rows(mistake.name) {
            continue;
        }
        let answer = told(sets.open(&set)?.trusted(mistake.sql, &Limits::default()))?.ok();
        let Some(answer) = answer.and_then(|answer| rules.aligned(&answer)) else { continue };
        let Some(difference) = rules.difference(&model, &answer) else { continue };
        let pair = Pair { rules: &rules, model: exercise.solution(engine), answer: mistake.sql };
        let whole = Whole { model: &model, answer: &answer, difference: &difference };
        let population = sets.population(&set)?;
        let sandbox = sets.empty(&set)?;
        sandbox.begin()?;
        let found = shrink::find(sandbox, &population, pair, whole, Instant::now() + PATIENCE);
        sandbox.roll_back()?;
        if let Some(smallest) = found? {
            let tables = population.shown(&smallest.rows).into_iter().map(Rows::of).collect();
            traps.push(Trap { mistake: mistake.name.to_owned(), tables });
        }
    }
    Ok(traps)
}
