//! No ties where an answer is cut: moves single units until the greatest counts differ.

use std::cmp::Reverse;

/// Makes the greatest `ranks` counts differ from each other and from the next one.
///
/// Each unit comes from a count behind the next one; none falls below `least`. `give(from, to)` moves the unit itself
/// and may refuse, then another count gives. Where none can, the tie stays.
pub(super) fn set_apart(
    counts: &mut [u32],
    ranks: usize,
    min: u32,
    mut give: impl FnMut(usize, usize) -> bool,
) {
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_unstable_by_key(|&i| (Reverse(counts[i]), i));
    let Some((_, behind)) = order.split_at_checked(ranks + 1) else { return };
    let mut behind = behind.to_vec();
    // From the last rank to the first, so that no rank catches up with one that is done.
    for rank in (0..ranks).rev() {
        let (to, next) = (order[rank], order[rank + 1]);
        while counts[to] <= counts[next] {
            behind.sort_unstable_by_key(|&i| (Reverse(counts[i]), i));
            let Some(&from) = behind.iter().find(|&&i| counts[i] > min && give(i, to)) else { return };
            counts[from] -= 1;
            counts[to] += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_counts_differ_and_the_sum_stays() {
        let mut counts = [5, 9, 9, 5, 5, 5, 2, 1];
        set_apart(&mut counts, 4, 1, |_, _| true);
        assert_eq!(counts.iter().sum::<u32>(), 41);
        let mut sorted = counts.to_vec();
        sorted.sort_unstable_by_key(|&count| Reverse(count));
        assert!(sorted[..5].is_sorted_by(|a, b| a > b), "{counts:?}");
        assert!(counts.iter().all(|&count| count >= 1));
    }

    #[test]
    fn clear_counts_stay_and_what_cannot_give_is_left_alone() {
        let mut clear = [1, 8, 3, 6, 2];
        set_apart(&mut clear, 3, 0, |_, _| unreachable!("nothing has to move"));
        for counts in [&mut [4, 4, 4][..], &mut [4, 4], &mut [4], &mut []] {
            let before = counts.to_vec();
            set_apart(counts, 1, 0, |_, _| false);
            assert_eq!(counts, before);
        }
    }
}
