//! What producers and deliverers share: for each lane the next chunk to make, the finished ones that wait for
//! their turn, and the chunks that are free. A chunk is handed out only while fewer than `window` of its lane
//! are under way, so no lane ever holds more than `window` chunks.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::RunError;
use crate::plan::Part;
use crate::sink::Batch;

/// Chunks of a lane that may be under way for each producing thread: one in hand, one finished.
const WINDOW: usize = 2;

pub(super) struct Lanes<'a, C> {
    parts: Vec<&'a [Part]>,
    window: usize,
    state: Mutex<State<C>>,
    /// A producer may go on: a chunk was delivered.
    room: Condvar,
    /// A deliverer may go on: a chunk was finished.
    ready: Condvar,
}

struct State<C> {
    lanes: Vec<Lane<C>>,
    failure: Option<RunError>,
    /// Everyone goes home: a failure, or a thread that panicked.
    over: bool,
}

#[derive(Default)]
struct Lane<C> {
    part: usize,
    chunk: u64,
    /// Chunks under way, in order; `None` while they are being made.
    queue: VecDeque<Option<Batch<C>>>,
    /// The position of the head of the queue, counted over the parts.
    delivered: u64,
    free: Vec<C>,
}

/// A chunk to be made.
pub(super) struct Ticket<C> {
    pub lane: usize,
    pub part: usize,
    pub chunk: u64,
    /// Where in its lane the chunk stands, counted over the parts.
    pub position: u64,
    /// A chunk whose rows have been taken.
    pub used: C,
}

/// Ends the run when the thread that holds it panics: the others would wait for ever.
pub(super) struct Guard<'a, 'b, C>(&'a Lanes<'b, C>);

impl<C> Drop for Guard<'_, '_, C> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.lock().over = true;
            self.0.room.notify_all();
            self.0.ready.notify_all();
        }
    }
}

impl<C> Lanes<'_, C> {
    /// The state stays whole when another thread panics: it is only ever changed in single steps.
    fn lock(&self) -> MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a, C: Default> Lanes<'a, C> {
    pub fn new(parts: Vec<&'a [Part]>, threads: usize) -> Self {
        let lanes = parts.iter().map(|_| Lane::default()).collect();
        Self {
            parts,
            window: threads * WINDOW,
            state: Mutex::new(State { lanes, failure: None, over: false }),
            room: Condvar::new(),
            ready: Condvar::new(),
        }
    }

    pub fn part(&self, ticket: &Ticket<C>) -> &'a Part {
        &self.parts[ticket.lane][ticket.part]
    }

    pub fn guard(&self) -> Guard<'_, 'a, C> {
        Guard(self)
    }

    /// The next chunk to make, of the lane that is least ahead; `None` when there is no more.
    pub fn take(&self) -> Option<Ticket<C>> {
        let mut state = self.lock();
        loop {
            if state.over {
                return None;
            }
            let mut best: Option<(usize, usize)> = None;
            let mut more = false;
            for (i, lane) in state.lanes.iter_mut().enumerate() {
                lane.skip_finished_parts(self.parts[i]);
                if lane.part == self.parts[i].len() {
                    continue;
                }
                more = true;
                let ahead = lane.queue.len();
                if ahead < self.window && best.is_none_or(|(least, _)| ahead < least) {
                    best = Some((ahead, i));
                }
            }
            match best {
                Some((_, lane)) => return Some(state.lanes[lane].ticket(lane)),
                None if !more => return None,
                None => state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }

    /// Puts a finished chunk into its place.
    pub fn put(&self, lane: usize, position: u64, batch: Batch<C>) {
        let mut state = self.lock();
        let lane = &mut state.lanes[lane];
        let at = (position - lane.delivered) as usize;
        lane.queue[at] = Some(batch);
        if at == 0 {
            self.ready.notify_all();
        }
    }

    /// The next chunk of a lane, in order; `None` when the run is over.
    pub fn next(&self, lane: usize) -> Option<Batch<C>> {
        let mut state = self.lock();
        loop {
            if state.over {
                return None;
            }
            let this = &mut state.lanes[lane];
            if let Some(Some(_)) = this.queue.front() {
                this.delivered += 1;
                let batch = this.queue.pop_front().flatten();
                self.room.notify_one();
                return batch;
            }
            state = self.ready.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    pub fn give_back(&self, lane: usize, used: C) {
        self.lock().lanes[lane].free.push(used);
    }

    /// The first error wins.
    pub fn fail(&self, error: RunError) {
        let mut state = self.lock();
        state.over = true;
        state.failure.get_or_insert(error);
        self.room.notify_all();
        self.ready.notify_all();
    }

    pub fn failure(&self) -> Option<RunError> {
        self.lock().failure.take()
    }
}

impl<C: Default> Lane<C> {
    fn skip_finished_parts(&mut self, parts: &[Part]) {
        while parts.get(self.part).is_some_and(|part| self.chunk == part.chunks()) {
            self.part += 1;
            self.chunk = 0;
        }
    }

    fn ticket(&mut self, lane: usize) -> Ticket<C> {
        let position = self.delivered + self.queue.len() as u64;
        self.queue.push_back(None);
        self.chunk += 1;
        let used = self.free.pop().unwrap_or_default();
        Ticket { lane, part: self.part, chunk: self.chunk - 1, position, used }
    }
}
