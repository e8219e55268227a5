//! Epochs and cohorts: how the span of the world is cut, and how many photos each sign-up cohort gets.
//!
//! An epoch is neither long nor crowded: half of it is measured in time, half in sign-ups. So the last cohort, which
//! cannot post, is small, and so is the time in which the first cannot. Boundaries never decrease; an epoch may be
//! empty in a tiny world. Activity is measured in raw seconds (see [`Clock`]), which pass faster at busy hours.

use crate::time::Time;
use crate::world::clock::Clock;
use crate::world::user::Users;

const RAW_GUESSES: usize = 4096;
const USER_GUESS_BITS: u32 = 12;

/// The cut of the span.
#[derive(Clone, Debug)]
pub(super) struct Calendar {
    clock: Clock,
    /// The first second of each epoch, and the end.
    pub(super) start: Vec<Time>,
    /// The same in raw seconds since the first: activity before each epoch, and in all.
    pub(super) raw: Vec<f64>,
    raw_origin: u32,
    /// The first user of each cohort, and the number of users.
    pub(super) first_user: Vec<u32>,
    guesses_per_raw: f64,
    raw_guess: Vec<u16>,
    user_shift: u32,
    user_guess: Vec<u16>,
}

/// About a hundred users a cohort, and 32 ... 256 of them: the table is quadratic in it, and must stay in the cache.
fn epochs_for(users: u32) -> usize {
    (users / 100).next_power_of_two().clamp(32, 256) as usize
}

impl Calendar {
    pub(super) fn new(clock: &Clock, users: &Users) -> Calendar {
        let epochs = epochs_for(users.count);
        let start = boundaries(clock, users, epochs);
        let mut first_user: Vec<u32> = start.iter().map(|&s| users.before(clock, s)).collect();
        first_user[epochs] = users.count;

        let raw_origin = clock.unspread(start[0]);
        let raw: Vec<f64> = start.iter().map(|&s| (clock.unspread(s) - raw_origin) as f64).collect();
        let guesses_per_raw = RAW_GUESSES as f64 / raw[epochs];
        let raw_guess = (0..=RAW_GUESSES)
            .map(|i| last_at_most(&raw[..epochs], |&r| r <= i as f64 / guesses_per_raw))
            .collect();
        let user_shift = (32 - users.count.leading_zeros()).saturating_sub(USER_GUESS_BITS);
        let user_guess = (0..=users.count >> user_shift)
            .map(|i| last_at_most(&first_user[..epochs], |&u| u as u64 <= (i as u64) << user_shift))
            .collect();
        let clock = clock.clone();
        Calendar {
            clock,
            start,
            raw,
            raw_origin,
            first_user,
            guesses_per_raw,
            raw_guess,
            user_shift,
            user_guess,
        }
    }

    #[inline(always)]
    pub(super) fn epochs(&self) -> usize {
        self.start.len() - 1
    }

    pub(super) fn raw_of(&self, epoch: usize) -> f64 {
        self.raw[epoch + 1] - self.raw[epoch]
    }

    /// The activity of the epochs in which a cohort can post.
    pub(super) fn raw_left(&self, cohort: usize) -> f64 {
        self.raw[self.epochs()] - self.raw[cohort + 1]
    }

    /// How many members of each cohort post at all: `silent_share` of all users do not, whatever the cohorts' sizes.
    pub(super) fn posters(&self, silent_share: f64) -> Vec<u32> {
        let silent_before = |c: usize| (self.first_user[c] as f64 * silent_share) as u32;
        (0..self.epochs())
            .map(|c| {
                let users = self.first_user[c + 1] - self.first_user[c];
                users - (silent_before(c + 1) - silent_before(c))
            })
            .collect()
    }

    /// Shares `count` photos out: in proportion to a cohort's posters and to the activity that is left to them.
    pub(super) fn cohort_totals(&self, posters: &[u32], count: u32) -> Vec<u32> {
        let weights = || posters.iter().enumerate().map(|(c, &p)| p as f64 * self.raw_left(c));
        let whole: f64 = weights().sum();
        let (mut sum, mut given) = (0.0, 0);
        weights()
            .map(|weight| {
                sum += weight;
                let until = if whole > 0.0 { (count as f64 * (sum / whole)).round() as u32 } else { 0 };
                let photos = until - given;
                given = until;
                photos
            })
            .collect()
    }

    /// The cohort of a user: whose sign-up lies in which epoch.
    #[inline(always)]
    pub(super) fn cohort_of(&self, user: u32) -> usize {
        let mut cohort = self.user_guess[(user >> self.user_shift) as usize] as usize;
        while self.first_user[cohort + 1] <= user {
            cohort += 1;
        }
        cohort
    }

    /// The part of an epoch's activity that has passed at a moment of it.
    pub(super) fn passed(&self, epoch: usize, time: Time) -> f64 {
        let whole = self.raw_of(epoch);
        if whole <= 0.0 {
            return 0.0;
        }
        let since = self.clock.unspread(time) as f64 - self.raw_origin as f64 - self.raw[epoch];
        (since / whole).clamp(0.0, 1.0)
    }

    /// About the epoch in which the activity reaches `raw`; callers step to the exact one.
    #[inline(always)]
    pub(super) fn epoch_of_raw(&self, raw: f64) -> usize {
        let guess = (raw * self.guesses_per_raw) as i64 as usize;
        let mut epoch = self.raw_guess[guess.min(RAW_GUESSES)] as usize;
        while epoch + 1 < self.epochs() && self.raw[epoch + 1] <= raw {
            epoch += 1;
        }
        epoch
    }

    /// The moment in an epoch when its activity has reached `raw`.
    #[inline(always)]
    pub(super) fn time(&self, epoch: usize, raw: f64) -> Time {
        // Whole raw seconds: the boundaries are such, and so the moment stays inside its epoch.
        let raw = (self.raw[epoch] + raw).min(self.raw[epoch + 1] - 1.0) as i64;
        Time(self.clock.spread(self.raw_origin + raw as u32))
    }
}

fn boundaries(clock: &Clock, users: &Users, epochs: usize) -> Vec<Time> {
    let (begin, end) = (clock.start().0, clock.end().0);
    let (count, span) = (users.count as u128, (end - begin) as u128);
    let passed = |s: u32| (s - begin) as u128 * count + users.before(clock, Time(s)) as u128 * span;
    let mut start = vec![clock.start()];
    for i in 1..epochs {
        let wanted = 2 * span * count * i as u128 / epochs as u128;
        let (mut low, mut high) = (start[i - 1].0, end);
        while low < high {
            let middle = low + (high - low) / 2;
            if passed(middle) < wanted {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        start.push(Time(low));
    }
    start.push(clock.end());
    start
}

/// The index of the last item that satisfies a condition met by a beginning of the list; at least 0.
fn last_at_most<T>(sorted: &[T], condition: impl Fn(&T) -> bool) -> u16 {
    (sorted.partition_point(condition).max(1) - 1) as u16
}
