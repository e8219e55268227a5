//! One weekday with the most sign-ups.

use crate::time::{DAY, Time};

/// Moves one sign-up by a few days, at the same hour, if two weekdays share the first place.
///
/// The order of sign-ups stays, and all lie between `start` and `end`; a world without room for that keeps its tie.
pub(super) fn set_apart(signed_up: &mut [Time], start: Time, end: Time) {
    let mut counts = [0u32; 7];
    signed_up.iter().for_each(|&time| counts[weekday(time.0)] += 1);
    let max = counts.iter().copied().max().unwrap_or_default();
    if counts.iter().filter(|&&count| count == max).count() == 1 {
        return;
    }
    let wins = |i: usize, to: u32| {
        let after = if i == 0 { start.0 } else { signed_up[i - 1].0 + 1 };
        let before = signed_up.get(i + 1).map_or(end.0, |time| time.0);
        (after..before).contains(&to) && counts[weekday(to)] == max && weekday(to) != weekday(signed_up[i].0)
    };
    let mut moves = (1..=3).map(|days| days * DAY).flat_map(|span| {
        let to = move |time: Time| [time.0.saturating_sub(span), time.0.saturating_add(span)];
        signed_up.iter().enumerate().flat_map(move |(i, &time)| to(time).map(|to| (i, to)))
    });
    let found = moves.find(|&(i, to)| wins(i, to));
    if let Some((i, to)) = found {
        signed_up[i] = Time(to);
    }
}

/// The days of a week, in a fixed order.
fn weekday(time: u32) -> usize {
    (time / DAY % 7) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(times: &[Time]) -> Vec<usize> {
        (0..7).map(|day| times.iter().filter(|time| weekday(time.0) == day).count()).collect()
    }

    #[test]
    fn a_shared_first_place_is_settled_by_one_move_in_the_same_order() {
        // Two on day 0, two on day 3, one on day 6.
        let mut times = [0, 3, 6, 14, 17].map(|day| Time(day * DAY + 60));
        let before = times;
        set_apart(&mut times, Time(0), Time(20 * DAY));
        assert_eq!(times.iter().zip(&before).filter(|(a, b)| a != b).count(), 1);
        assert!(times.is_sorted_by(|a, b| a < b));
        let mut counts = counts(&times);
        counts.sort_unstable();
        assert!(counts[6] > counts[5], "{counts:?}");
        let settled = times;
        set_apart(&mut times, Time(0), Time(20 * DAY));
        assert_eq!(times, settled);
    }

    #[test]
    fn a_world_without_room_keeps_its_tie() {
        let mut times = [Time(10), Time(DAY + 10)];
        set_apart(&mut times, Time(0), Time(DAY + 11));
        assert!(times.is_sorted_by(|a, b| a < b) && times[1].0 < DAY + 11);
        set_apart(&mut [], Time(0), Time(DAY));
    }
}
