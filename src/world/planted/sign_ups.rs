//! Sign-ups from January 2023 to January 2024: one month without any, one busiest weekday in every zone, all times
//! different.
//!
//! All are between 08:00 and 15:00 UTC, so that a day is the same from UTC-8 to UTC+9.

use super::draw::Draw;
use super::people::{People, everybody};
use crate::random::hash::stream;
use crate::time::{DAY, Time};
use crate::world::id::UserId;
use std::collections::BTreeSet;
use std::ops::Range;

const TIMES: u64 = stream("planted.sign_up");
/// Sign-ups on the busiest weekday, and on each other.
const BUSIEST: usize = 22;
const OTHER: usize = 13;
const FRIDAY: usize = 4;
const HOUR: u32 = 3600;

/// A day on which somebody may sign up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Day {
    begin: Time,
    /// From January 2023, 0, to January 2024, 12.
    month: usize,
    /// From Monday, 0.
    weekday: usize,
}

/// When each user signed up, by id.
pub(super) fn sign_ups(seed: u64, people: &People) -> Vec<Time> {
    let mut draw = Draw::of(seed, TIMES);
    let mut used = BTreeSet::new();
    let mut times = Vec::new();
    for day in days(&mut draw) {
        let (opens, closes) = (Time(day.begin.0 + 8 * HOUR), Time(day.begin.0 + 15 * HOUR));
        times.push(loop {
            let time = draw.between(opens, closes);
            if used.insert(time) {
                break time;
            }
        });
    }
    let mut times = draw.shuffled(&times);
    settle(&mut draw, people, &mut times);
    times
}

/// One day for each user: first one in each month, then by weekday alone.
fn days(draw: &mut Draw) -> Vec<Day> {
    let (empty, busiest) = (3 + draw.below(8), draw.below(7));
    let days: Vec<Day> = calendar().filter(|day| day.month != empty).collect();
    let months: Vec<usize> = (0..13).filter(|month| *month != empty).collect();
    let weekdays: Vec<usize> = (0..7)
        .flat_map(|day| std::iter::repeat_n(day, if day == busiest { BUSIEST } else { OTHER }))
        .collect();
    let weekdays = draw.shuffled(&weekdays);
    let mut chosen = Vec::new();
    for (at, weekday) in weekdays.into_iter().enumerate() {
        let month = months.get(at);
        let fits = |day: &&Day| day.weekday == weekday && month.is_none_or(|month| *month == day.month);
        let fitting: Vec<Day> = days.iter().filter(fits).copied().collect();
        chosen.push(draw.pick(&fitting));
    }
    end_of_march(draw, &days, &mut chosen);
    chosen
}

/// Moves the sign-up of a Friday to 31 March 2023, a Friday, unless somebody came then; no month loses its only one.
/// There are more Fridays than months, so two of them share one.
fn end_of_march(draw: &mut Draw, days: &[Day], chosen: &mut [Day]) {
    let Some(last) = days.iter().rfind(|day| day.month == 2).copied() else { return };
    if chosen.contains(&last) {
        return;
    }
    let of_month = |month: usize| chosen.iter().filter(|day| day.month == month).count();
    let can_move = |at: &usize| {
        let day = chosen[*at];
        day.weekday == FRIDAY && (day.month == last.month || of_month(day.month) > 1)
    };
    let movable: Vec<usize> = (0..chosen.len()).filter(can_move).collect();
    chosen[draw.pick(&movable)] = last;
}

/// Every day of the thirteen months.
fn calendar() -> impl Iterator<Item = Day> {
    let first = |month: usize| Time::of_day(2023 + month as u32 / 12, month as u32 % 12 + 1, 1);
    let (from, to) = (first(0).unwrap_or_default(), first(13).unwrap_or_default());
    (from.0..to.0).step_by(DAY as usize).map(|second| {
        let (year, month, _) = Time(second).date();
        let month = ((year - 2023) * 12 + month - 1) as usize;
        // the first day of 1970 was a Thursday
        Day { begin: Time(second), month, weekday: (second / DAY + 3) as usize % 7 }
    })
}

/// Exchanges times until those who post early came early, and an ordinary person last.
fn settle(draw: &mut Draw, people: &People, times: &mut [Time]) {
    let month = |month: u32| Time::of_day(2023, month, 1).unwrap_or_default();
    let (january, july) = (month(1)..month(2), month(1)..month(7));
    let (dana, alice, fan) = (people.prolific, people.alice, people.fans[1]);
    bring(draw, times, dana, &january, &[]);
    bring(draw, times, alice, &july, &[dana]);
    bring(draw, times, fan, &july, &[dana, alice]);
    let last = everybody().max_by_key(|user| times[user.0 as usize]);
    if let Some(last) = last.filter(|last| !people.others[1..].contains(last)) {
        let newcomer = draw.pick(&people.others[1..]);
        times.swap(last.0 as usize, newcomer.0 as usize);
    }
}

/// Gives a user the time of somebody who came within a span, unless the user did.
fn bring(draw: &mut Draw, times: &mut [Time], user: UserId, span: &Range<Time>, keep: &[UserId]) {
    if span.contains(&times[user.0 as usize]) {
        return;
    }
    let within = |other: &UserId| span.contains(&times[other.0 as usize]) && !keep.contains(other);
    let others: Vec<UserId> = everybody().filter(within).collect();
    times.swap(user.0 as usize, draw.pick(&others).0 as usize);
}
