//! Puts back what was parked, as fast as the connections together can: stage by stage, and the long work of a stage
//! (indexes, validations) on all of them, the largest tables first.
//!
//! Each thing is looked for before it is put back, so that a killed load may do all of this again.

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use super::{Observer, abreast};
use crate::sink::bulk::{Bulk, BulkError, Parked, Problem, Stage};

/// How often a change is tried again that met an application on the table, and after which pause.
const ATTEMPTS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(200);

/// Something to put back, and how many bytes of rows it is about.
struct Task<'a> {
    parked: &'a Parked,
    bytes: u64,
}

/// Puts back what is missing of a list in the order of its stages.
pub(super) fn all<B: Bulk>(
    lanes: &mut [B],
    parked: &[Parked],
    observer: &dyn Observer,
) -> Result<(), BulkError> {
    let tasks = weighed(&mut lanes[0], parked)?;
    let long = tasks.iter().filter(|task| task.parked.kept.stage.reads_rows());
    observer.long_steps(&long.map(|task| task.parked.kept.table.as_str()).collect::<Vec<_>>());
    // A lone connection saves a commit, and so a wait for the disk, for each thing.
    let alone = lanes.len() == 1;
    if alone {
        lanes[0].run("BEGIN")?;
    }
    for stage in Stage::ALL {
        let tasks: Vec<_> = tasks.iter().filter(|task| task.parked.kept.stage == stage).collect();
        // What is done in no time only gets in its own way on several connections: it locks tables.
        let connections = if stage.reads_rows() { lanes.len() } else { 1 };
        abreast::run(
            &mut lanes[..connections],
            &tasks,
            |task| (stage == Stage::Validation).then_some(task.parked.kept.table.as_str()),
            |lane, task| {
                let what = task.parked.described();
                observer.step_begins(&what, stage.reads_rows().then_some(task.parked.kept.table.as_str()));
                let mut attempts = if alone { 1 } else { ATTEMPTS };
                while let Err(error) = put_back(lane, task) {
                    attempts -= 1;
                    if attempts == 0 || error.problem != Problem::Busy {
                        return Err(error);
                    }
                    thread::sleep(PAUSE);
                }
                observer.step(&what);
                Ok(())
            },
        )?;
    }
    if alone {
        lanes[0].run("COMMIT")?;
    }
    Ok(())
}

/// The largest first; where sizes are unknown or equal, in the order of the list.
fn weighed<'a, B: Bulk>(bulk: &mut B, parked: &'a [Parked]) -> Result<Vec<Task<'a>>, BulkError> {
    let mut sizes = HashMap::new();
    let mut tasks = Vec::with_capacity(parked.len());
    for parked in parked {
        let table = (parked.kept.schema.as_str(), parked.kept.table.as_str());
        let bytes = match sizes.get(&table) {
            Some(bytes) => *bytes,
            None => bulk.bytes_of(&parked.kept)?,
        };
        sizes.insert(table, bytes);
        tasks.push(Task { parked, bytes });
    }
    tasks.sort_by_key(|task| std::cmp::Reverse(task.bytes));
    Ok(tasks)
}

fn put_back<B: Bulk>(bulk: &mut B, task: &Task<'_>) -> Result<(), BulkError> {
    let parked = task.parked;
    if !bulk.rows(&parked.present)?.is_empty() {
        return Ok(());
    }
    let what = format!("putting back the {}", parked.described());
    bulk.put_back(parked, task.bytes).map_err(|error| error.while_doing(what))
}
