//! Puts back what was parked, as fast as all connections together can: stage by stage, with the
//! long work of a stage (indexes, validations) spread over all of them, the largest tables first.
//!
//! Looks for each object before putting it back, so that a killed load can do all of this again.

use std::collections::HashMap;
use std::thread;
use std::time::Duration;

use super::{Observer, task_queue};
use crate::sink::bulk::{Bulk, BulkError, Parked, Problem, Stage};

/// How often to retry a change that met an application on the table, and the pause between attempts.
const ATTEMPTS: u32 = 8;
const PAUSE: Duration = Duration::from_millis(200);

/// An object to put back, and how many bytes of rows it concerns.
struct Task<'a> {
    parked: &'a Parked,
    bytes: u64,
}

/// Puts back what is missing from a list, in the order of the stages.
pub(super) fn restore_all<B: Bulk>(
    lanes: &mut [B],
    parked: &[Parked],
    observer: &dyn Observer,
) -> Result<(), BulkError> {
    let tasks = weighed(&mut lanes[0], parked)?;
    let long = tasks.iter().filter(|task| task.parked.kept.stage.reads_rows());
    observer.long_steps(&long.map(|task| task.parked.kept.table.as_str()).collect::<Vec<_>>());
    // On a single connection, one transaction saves a commit, and so a wait for the disk, per object.
    let alone = lanes.len() == 1;
    if alone {
        lanes[0].run("BEGIN")?;
    }
    for stage in Stage::ALL {
        let tasks: Vec<_> = tasks.iter().filter(|task| task.parked.kept.stage == stage).collect();
        // Quick steps take locks on tables, so on several connections they would only block each other.
        let connections = if stage.reads_rows() { lanes.len() } else { 1 };
        task_queue::run(
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

/// The largest first; in the order of the list where sizes are unknown or equal.
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
