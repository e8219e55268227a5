//! The bars of a load: one for each table that has begun, one for the whole, and a line that says what is being
//! done. The library's loader reports from its threads; here it is only counted.

use super::estimate::Estimate;
use crate::output::{Bar, Counter, Headline, Output, Progress, rows_and_rate};
use instaseed::copy::TableAbout;
use instaseed::database::Engine;
use instaseed::edition::{self, Edition};
use instaseed::load::{self, Pace, Phase};
use instaseed::plan::Part;
use instaseed::run;
use instaseed::world::World;
use serde_json::json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// What is shown of a load.
pub struct LoadProgress {
    progress: Progress,
    state: Arc<Mutex<State>>,
    talk: bool,
}

struct State {
    estimate: Estimate,
    pace: Pace,
    tables: Vec<Lane>,
    phase: Option<Phase>,
    /// Steps of the phase: all, and those that are done.
    steps: usize,
    steps_done: usize,
    /// What the long steps of the phase weigh: all, and those that are done.
    weight: f64,
    weight_done: f64,
    running: Vec<Step>,
}

/// One table.
struct Lane {
    name: &'static str,
    bar: Bar,
    about: u64,
    /// What a row costs, about: each cell, and the row itself.
    cost: f64,
    /// Units that are not in yet; the table is done when none is left.
    units_left: u64,
}

/// A step under way.
struct Step {
    what: String,
    weight: f64,
}

impl LoadProgress {
    /// Of a world that is loaded into an edition.
    pub fn new(world: &World, of: Edition, engine: Engine, out: &Output) -> LoadProgress {
        let tables = of.tables().iter().map(|table| TableAbout {
            table,
            rows: edition::rows_about(world, table.entity),
            units: edition::units(world, table.entity),
        });
        LoadProgress::of(&tables.collect::<Vec<_>>(), engine, out)
    }

    /// Of tables that are loaded, however their rows are made.
    pub fn of(tables: &[TableAbout], engine: Engine, out: &Output) -> LoadProgress {
        let progress = out.progress();
        let tables = tables.iter().map(|TableAbout { table, rows: about, units }| {
            let (about, units) = (*about, *units);
            let bar = progress.bar(table.name, Counter::new(Some(about)).of_units(units));
            Lane { name: table.name, bar, about, cost: (table.columns.len() + 1) as f64, units_left: units }
        });
        let pace = load::pace(engine);
        let state = Arc::new(Mutex::new(State {
            estimate: Estimate::new(&pace, Instant::now()),
            pace,
            tables: tables.collect(),
            phase: None,
            steps: 0,
            steps_done: 0,
            weight: 0.0,
            weight_done: 0.0,
            running: Vec::new(),
        }));
        let watched = Arc::clone(&state);
        progress.headline(move |now| lock(&watched).headline(now));
        LoadProgress { progress, state, talk: out.wants_talk() }
    }

    /// Takes the bars off the screen, for good.
    pub fn clear(&self) {
        self.progress.clear();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What a phase does, in plain words.
pub(super) fn words(phase: Phase) -> &'static str {
    match phase {
        Phase::Emptying => "emptying the tables",
        Phase::Parking => "dropping indexes",
        Phase::Loading => "loading",
        Phase::Restoring => "rebuilding indexes and keys",
        Phase::Verifying => "checking the rows",
        Phase::Finishing => "finishing",
        Phase::Discarding => "removing the rows of the load",
    }
}

impl State {
    fn enter(&mut self, phase: Phase, steps: usize, now: Instant) {
        if self.phase == Some(Phase::Loading) {
            self.tables.iter().for_each(|table| table.bar.end());
        }
        let done = if phase == Phase::Loading { self.rows_done().0 } else { 0.0 };
        self.estimate.enter(phase, done, now);
        self.phase = Some(phase);
        (self.steps, self.steps_done) = (steps, 0);
        (self.weight, self.weight_done) = (0.0, 0.0);
        self.running.clear();
    }

    fn lane(&mut self, name: &str) -> Option<&mut Lane> {
        self.tables.iter_mut().find(|table| table.name == name)
    }

    fn weight_of(&self, table: &str) -> f64 {
        self.tables.iter().find(|known| known.name == table).map_or(0.0, |known| known.about as f64)
    }

    /// The share of the rows' work that is done, and what is under way and cannot be counted.
    fn rows_done(&self) -> (f64, f64) {
        let (mut all, mut done, mut silent) = (0.0, 0.0, 0.0);
        for table in &self.tables {
            let cost = table.about as f64 * table.cost;
            let share = table.bar.counter().share().unwrap_or(0.0);
            let counted = if share < 1.0 { share * self.pace.handed_in } else { 1.0 };
            all += cost;
            done += cost * counted;
            if table.bar.counter().has_begun() && share < 1.0 {
                silent += cost * (1.0 - self.pace.handed_in);
            }
        }
        (done / f64::max(all, 1.0), silent / f64::max(all, 1.0))
    }

    fn steps_moved(&mut self, now: Instant) {
        if self.phase == Some(Phase::Loading) {
            return;
        }
        let running: f64 = self.running.iter().map(|step| step.weight).sum();
        let weight = self.weight.max(1.0);
        self.estimate.reach(self.weight_done / weight, running / weight, now);
    }

    fn headline(&mut self, now: Instant) -> Option<Headline> {
        let phase = self.phase?;
        let text = match phase {
            Phase::Loading => {
                let slowest = self
                    .tables
                    .iter()
                    .filter(|table| table.bar.counter().is_running())
                    .max_by_key(|table| table.bar.counter().left(now));
                slowest.map_or_else(
                    || words(phase).to_owned(),
                    |table| format!("loading {}: {}", table.name, rows_and_rate(&table.bar.counter(), now)),
                )
            }
            _ => self.step_text(phase),
        };
        let share = self.estimate.share(now);
        Some(Headline { text, share: Some(share), left: self.estimate.left(now) })
    }

    /// `rebuilding indexes and keys: index likes_photo_id of likes (5 of 24)`.
    fn step_text(&self, phase: Phase) -> String {
        let Some(step) = self.running.first() else { return words(phase).to_owned() };
        let number = self.steps_done + 1;
        format!("{}: {} ({number} of {})", words(phase), step.what, self.steps.max(number))
    }
}

impl run::Observer for LoadProgress {
    fn begin(&self, part: &Part) {
        if let Some(lane) = lock(&self.state).lane(part.table.name) {
            lane.bar.begin();
        }
    }

    fn delivered(&self, part: &Part, units: u64, rows: u64) {
        let mut state = lock(&self.state);
        if let Some(lane) = state.lane(part.table.name) {
            lane.bar.add(units, rows);
        }
        let (done, silent) = state.rows_done();
        state.estimate.reach(done, silent, Instant::now());
    }

    fn end(&self, part: &Part) {
        let mut state = lock(&self.state);
        if let Some(lane) = state.lane(part.table.name) {
            lane.units_left = lane.units_left.saturating_sub(part.units.end - part.units.start);
            if lane.units_left == 0 {
                lane.bar.end();
            }
        }
        let (done, silent) = state.rows_done();
        state.estimate.reach(done, silent, Instant::now());
    }
}

impl load::Observer for LoadProgress {
    fn phase(&self, phase: Phase, steps: usize) {
        lock(&self.state).enter(phase, steps, Instant::now());
        self.progress.say(words(phase), json!({"event": "phase", "phase": phase.name(), "steps": steps}));
    }

    fn already(&self, table: &'static str, rows: u64, all: bool) {
        if let Some(lane) = lock(&self.state).lane(table) {
            lane.bar.already(rows);
            if all {
                lane.bar.end();
            }
        }
    }

    fn long_steps(&self, tables: &[&str]) {
        let mut state = lock(&self.state);
        state.weight = tables.iter().map(|table| state.weight_of(table)).sum();
    }

    fn step_begins(&self, what: &str, table: Option<&str>) {
        let mut state = lock(&self.state);
        let weight = table.map_or(0.0, |table| state.weight_of(table));
        state.running.push(Step { what: what.to_owned(), weight });
        state.steps_moved(Instant::now());
        let text = state.phase.map_or_else(|| what.to_owned(), |phase| state.step_text(phase));
        drop(state);
        self.progress.say(&text, json!({"event": "step", "step": what}));
    }

    fn step(&self, what: &str) {
        let mut state = lock(&self.state);
        state.steps_done += 1;
        if let Some(at) = state.running.iter().position(|step| step.what == what) {
            state.weight_done += state.running.remove(at).weight;
        }
        state.steps_moved(Instant::now());
    }

    fn note(&self, text: &str) {
        if self.talk {
            self.progress.note(text);
        }
    }
}
