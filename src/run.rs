//! The only threads: produce in parallel, deliver in order, report progress, stop cleanly.
//!
//! Producers take chunks from a counter and may run ahead of the delivery by a fixed number of chunks only, so
//! memory is bounded whatever a sink's speed; chunks go back and forth instead of being freed. The first
//! error wins: everyone else stops at the end of the chunk at hand. Nothing here changes a byte of the data.

mod lane;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;

use crate::edition::{Rows, Table};
use crate::format::Encoder;
use crate::plan::{Part, PlanError};
use crate::profile::Profile;
use crate::sink::digest::{Digest, Digester};
use crate::sink::{Batch, ChunkOf, Sink, SinkError};
use crate::words::Words;
use crate::world::{World, WorldError};
use lane::Lanes;

/// Sees what is delivered, from the threads that deliver.
pub trait Observer: Sync {
    fn begin(&self, _part: &Part) {}
    /// So many more units of the part, and their rows, have reached the sink.
    fn delivered(&self, _part: &Part, _units: u64, _rows: u64) {}
    fn end(&self, _part: &Part) {}
}

/// Sees nothing.
impl Observer for () {}

/// How to run; none of it changes the data.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Producing threads; delivery has threads of its own.
    pub threads: usize,
    /// Set from anywhere (a signal handler): the run ends with [`RunError::Stopped`].
    pub stop: &'a AtomicBool,
    pub observer: &'a dyn Observer,
}

/// Parts that go one after another to a sink of their own; several lanes are served side by side.
pub(crate) struct Lane<'a, S> {
    pub parts: &'a [Part],
    pub sink: &'a mut S,
}

/// Feeds each part to the sink and returns what each adds up to.
pub fn run<R: Rows, S: Sink + Send>(
    rows: &R,
    parts: &[Part],
    sink: &mut S,
    options: Options<'_>,
) -> Result<Vec<Digest>> {
    let lanes = run_lanes(rows, vec![Lane { parts, sink }], options)?;
    Ok(lanes.into_iter().flatten().collect())
}

/// Feeds several sinks at once: other tables, or other parts of one table. Digests are by lane and part.
pub(crate) fn run_lanes<R: Rows, S: Sink + Send>(
    rows: &R,
    lanes: Vec<Lane<'_, S>>,
    options: Options<'_>,
) -> Result<Vec<Vec<Digest>>> {
    let threads = options.threads.max(1);
    let shared = &Lanes::new(lanes.iter().map(|lane| lane.parts).collect(), threads);
    let mut tables: Vec<_> = lanes.iter().flat_map(|lane| lane.parts).map(|part| part.table).collect();
    tables.dedup_by_key(|table| table.name);
    thread::scope(|scope| {
        scope.spawn(|| tables.into_iter().for_each(|table| rows.prepare(table)));
        for _ in 0..threads {
            let encoders: Vec<_> = lanes.iter().map(|lane| lane.sink.encoder()).collect();
            scope.spawn(move || {
                let _guard = shared.guard();
                produce(rows, shared, encoders, options.stop);
            });
        }
        let mut digests = Vec::new();
        let mut lanes = lanes.into_iter().enumerate();
        let mine = lanes.next();
        let others: Vec<_> = lanes
            .map(|(i, lane)| {
                scope.spawn(move || {
                    let _guard = shared.guard();
                    deliver(i, lane, shared, options)
                })
            })
            .collect();
        let _guard = shared.guard();
        if let Some((i, lane)) = mine {
            digests.push(deliver(i, lane, shared, options));
        }
        digests.extend(others.into_iter().map(|other| match other.join() {
            Ok(digests) => digests,
            Err(panic) => std::panic::resume_unwind(panic),
        }));
        match shared.failure() {
            Some(error) => Err(error),
            None => Ok(digests),
        }
    })
}

fn produce<R: Rows, E: Encoder>(rows: &R, lanes: &Lanes<'_, E::Chunk>, encoders: Vec<E>, stop: &AtomicBool) {
    let mut scratch = rows.scratch();
    let mut encoders: Vec<_> = encoders.into_iter().map(Some).collect();
    while let Some(ticket) = lanes.take() {
        if stop.load(Ordering::Relaxed) {
            return lanes.fail(RunError::Stopped);
        }
        let part = lanes.part(&ticket);
        let (units, first_id) = (part.chunk(ticket.chunk), part.first_id(ticket.chunk));
        let mut encoder = encoders[ticket.lane].take().expect("an encoder is put back after each chunk");
        encoder.begin(part.table, ticket.used);
        let cells = (encoder, Digester::default());
        let (mut encoder, digester) = rows.write(part.table, units, first_id, cells, &mut scratch);
        if let Some(why) = rows.failed() {
            return lanes.fail(RunError::Unreadable { why });
        }
        let batch = Batch { number: ticket.chunk, digest: digester.sum(), chunk: encoder.finish() };
        lanes.put(ticket.lane, ticket.position, batch);
        encoders[ticket.lane] = Some(encoder);
    }
}

/// Takes the chunks of a lane in order; an error stops every lane.
fn deliver<S: Sink>(
    index: usize,
    lane: Lane<'_, S>,
    shared: &Lanes<'_, ChunkOf<S>>,
    options: Options<'_>,
) -> Vec<Digest> {
    let Lane { parts, sink } = lane;
    let mut digests = Vec::with_capacity(parts.len());
    for part in parts {
        match deliver_part(index, part, sink, shared, options) {
            Ok(Some(digest)) => digests.push(digest),
            Ok(None) => break,
            Err(error) => {
                shared.fail(error);
                break;
            }
        }
    }
    digests
}

/// `None` when the run has failed elsewhere.
fn deliver_part<S: Sink>(
    lane: usize,
    part: &Part,
    sink: &mut S,
    shared: &Lanes<'_, ChunkOf<S>>,
    options: Options<'_>,
) -> Result<Option<Digest>> {
    let mut sum = Digest::default();
    options.observer.begin(part);
    sink.begin(part.table)?;
    for chunk in 0..part.chunks() {
        let Some(mut batch) = shared.next(lane) else { return Ok(None) };
        debug_assert_eq!(batch.number, chunk, "chunks are delivered in order");
        sink.deliver(part.table, &mut batch)?;
        sum += batch.digest;
        let units = part.chunk(chunk);
        options.observer.delivered(part, units.end - units.start, batch.digest.rows);
        shared.give_back(lane, batch.chunk);
    }
    if options.stop.load(Ordering::Relaxed) {
        return Err(RunError::Stopped);
    }
    sink.end(part.table)?;
    options.observer.end(part);
    Ok(Some(sum))
}

/// Gives every chunk of the parts whose ids follow from a count of rows its first id.
pub fn number<R: Rows>(rows: &R, parts: &mut [Part], options: Options<'_>) -> Result<()> {
    for part in parts.iter_mut().filter(|part| part.is_numbered() && rows.own_ids(part.table).is_none()) {
        let before: u64 = count(rows, &part.before(), options)?.iter().sum();
        let counts = count(rows, part, options)?;
        part.number(before, &counts)?;
    }
    Ok(())
}

/// The number of rows of each chunk, counted in parallel without making them.
fn count<R: Rows>(rows: &R, part: &Part, options: Options<'_>) -> Result<Vec<u64>> {
    let counts: Vec<AtomicU64> = (0..part.chunks()).map(|_| AtomicU64::new(0)).collect();
    let next = AtomicU64::new(0);
    thread::scope(|scope| {
        for _ in 0..options.threads.max(1) {
            scope.spawn(|| {
                let mut scratch = rows.scratch();
                loop {
                    let chunk = next.fetch_add(1, Ordering::Relaxed);
                    let Some(count) = counts.get(chunk as usize) else { break };
                    if options.stop.load(Ordering::Relaxed) {
                        break;
                    }
                    count.store(rows.count(part.table, part.chunk(chunk), &mut scratch), Ordering::Relaxed);
                }
            });
        }
    });
    if options.stop.load(Ordering::Relaxed) {
        return Err(RunError::Stopped);
    }
    Ok(counts.into_iter().map(AtomicU64::into_inner).collect())
}

/// Adds tables up without encoding them: the fingerprint of a data set.
pub fn digest<R: Rows>(rows: &R, tables: &[&'static Table], options: Options<'_>) -> Result<Vec<Digest>> {
    let mut parts = crate::plan::plan(rows, tables, crate::plan::Shard::WHOLE)?;
    number(rows, &mut parts, options)?;
    run(rows, &parts, &mut crate::sink::Nowhere, options)
}

/// Makes the world of a profile. Meanwhile the word lists are read, which its rows need.
pub fn world_of(profile: &Profile) -> Result<World, WorldError> {
    thread::scope(|scope| {
        // A mistake in them is an error of whoever needs them next.
        scope.spawn(|| Words::embedded().is_ok());
        World::new(profile)
    })
}

/// What a fallible function of this room returns.
pub(crate) type Result<T, E = RunError> = std::result::Result<T, E>;

/// Why a run ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    #[error("stopped before the end")]
    Stopped,
    #[error("the rows cannot be read: {why}")]
    Unreadable { why: String },
    /// A key that is out of range.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Rows that could not be put where they belong.
    #[error(transparent)]
    Sink(#[from] SinkError),
}

#[cfg(test)]
mod tests;
