//! How far a load is as a whole, and how long it still takes. Pure: the clock is handed in.
//!
//! Each phase has a share of the whole that was measured; within a phase the work that is done counts. Time left
//! follows from the pace of the load at hand. While a long step runs the share creeps towards its end without ever
//! reaching it, so a load is at 100 % only when it is over, and time is left for as long as work is.

use instaseed::load::{Pace, Phase};
use std::time::{Duration, Instant};

/// The most that is shown before the end.
const MAX_SHOWN: f64 = 0.995;
/// With less than this behind it a load has no pace yet.
const ENOUGH: f64 = 0.01;

/// The state of a load.
#[derive(Clone, Debug)]
pub struct Estimate {
    phases: [(Phase, f64); 5],
    begun: Instant,
    /// The share that an earlier run had done.
    skipped: f64,
    entered: bool,
    at: usize,
    /// Of the phase: what is done, and what the running steps will add.
    done: f64,
    running: f64,
    since: Instant,
    shown: f64,
}

impl Estimate {
    pub fn new(pace: &Pace, now: Instant) -> Estimate {
        let Pace { phases, .. } = *pace;
        Estimate {
            phases,
            begun: now,
            skipped: 0.0,
            entered: false,
            at: 0,
            done: 0.0,
            running: 0.0,
            since: now,
            shown: 0.0,
        }
    }

    /// A phase begins, of which an earlier run has done a share.
    pub fn enter(&mut self, phase: Phase, done_before: f64, now: Instant) {
        self.at = self.phases.iter().position(|(known, _)| *known == phase).unwrap_or(self.at);
        (self.done, self.running, self.since) = (done_before, 0.0, now);
        if !self.entered {
            self.entered = true;
            self.begun = now;
            self.skipped = self.reached(done_before);
        }
    }

    /// So much of the phase is done, and so much is being done.
    pub fn reach(&mut self, done: f64, running: f64, now: Instant) {
        (self.done, self.running, self.since) = (done, running, now);
    }

    /// The share of the whole that is done; it never falls.
    pub fn share(&mut self, now: Instant) -> f64 {
        let reached = self.reached(self.done);
        let running = self.phases[self.at].1 * self.running.min(1.0 - self.done).max(0.0);
        let spent = now.saturating_duration_since(self.since).as_secs_f64();
        let crept = match self.pace(reached, self.since) {
            Some(pace) if running > 0.0 => running * (1.0 - (-spent / (running * pace)).exp()),
            _ => 0.0,
        };
        self.shown = self.shown.max(reached + crept).min(MAX_SHOWN);
        self.shown
    }

    /// About how long the load still takes.
    pub fn left(&mut self, now: Instant) -> Option<Duration> {
        let share = self.share(now);
        let pace = self.pace(share, now)?;
        Some(Duration::from_secs_f64((1.0 - share) * pace))
    }

    /// Seconds that the whole would take at the pace so far.
    fn pace(&self, share: f64, now: Instant) -> Option<f64> {
        let done = share - self.skipped;
        let spent = now.saturating_duration_since(self.begun).as_secs_f64();
        (done >= ENOUGH).then(|| spent / done)
    }

    /// The share of the whole at a share of the phase.
    fn reached(&self, done: f64) -> f64 {
        let before: f64 = self.phases[..self.at].iter().map(|(_, share)| share).sum();
        before + self.phases[self.at].1 * done
    }
}

#[cfg(test)]
mod tests {
    use super::Estimate;
    use instaseed::database::Engine;
    use instaseed::load::{Phase, pace};
    use std::time::{Duration, Instant};

    fn after(start: Instant, seconds: f64) -> Instant {
        start + Duration::from_secs_f64(seconds)
    }

    #[test]
    fn the_shares_of_every_engine_make_a_whole() {
        for engine in Engine::ALL {
            let sum: f64 = pace(engine).phases.iter().map(|(_, share)| share).sum();
            assert!((sum - 1.0).abs() < 1e-9, "{engine}: {sum}");
        }
    }

    #[test]
    fn rows_that_are_all_in_are_not_the_whole_of_a_load() {
        let start = Instant::now();
        let mut estimate = Estimate::new(&pace(Engine::Sqlite), start);
        estimate.enter(Phase::Loading, 0.0, start);
        estimate.reach(1.0, 0.0, after(start, 4.0));
        let share = estimate.share(after(start, 4.0));
        assert!((0.3..0.5).contains(&share), "{share}");
        let left = estimate.left(after(start, 4.0)).expect("it has a pace").as_secs_f64();
        assert!((4.0..9.0).contains(&left), "{left}");
    }

    #[test]
    fn a_long_step_creeps_and_never_arrives() {
        let start = Instant::now();
        let mut estimate = Estimate::new(&pace(Engine::Postgres), start);
        estimate.enter(Phase::Loading, 0.0, start);
        estimate.enter(Phase::Restoring, 0.0, after(start, 3.0));
        estimate.reach(0.0, 0.5, after(start, 3.0));
        let mut last = estimate.share(after(start, 3.0));
        for second in [4.0, 6.0, 10.0, 20.0, 1000.0] {
            let share = estimate.share(after(start, second));
            assert!(share >= last && share < 0.65, "after {second} s: {share} of the whole, {last} before");
            let left = estimate.left(after(start, second)).expect("it has a pace");
            assert!(left > Duration::from_secs(2), "after {second} s: {left:?}");
            last = share;
        }
    }

    #[test]
    fn what_an_earlier_run_did_is_in_the_share_but_not_in_the_pace() {
        let start = Instant::now();
        let mut estimate = Estimate::new(&pace(Engine::Mysql), start);
        estimate.enter(Phase::Loading, 0.5, start);
        assert!(estimate.share(start) > 0.4);
        assert_eq!(estimate.left(start), None);
        estimate.reach(0.75, 0.0, after(start, 10.0));
        let left = estimate.left(after(start, 10.0)).expect("it has a pace").as_secs_f64();
        assert!((9.0..15.0).contains(&left), "{left}");
    }

    #[test]
    fn the_share_never_falls_and_ends_below_the_whole() {
        let start = Instant::now();
        let mut estimate = Estimate::new(&pace(Engine::Sqlite), start);
        let mut last = 0.0;
        for (at, phase) in
            [Phase::Emptying, Phase::Parking, Phase::Loading, Phase::Restoring].iter().enumerate()
        {
            let now = after(start, at as f64);
            estimate.enter(*phase, 0.0, now);
            for done in [0.5, 0.2, 1.0] {
                estimate.reach(done, 0.0, now);
                let share = estimate.share(now);
                assert!(share >= last, "{phase}: {share} after {last}");
                last = share;
            }
        }
        estimate.enter(Phase::Finishing, 1.0, after(start, 9.0));
        assert!(estimate.share(after(start, 9.0)) < 1.0);
    }
}
