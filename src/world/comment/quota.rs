//! An exact number of comments: which of the candidates get how many.
//!
//! A candidate that is expected to have `mean` comments at scale 1 has as many as the whole part of `scale x mean +
//! rounding`, where its rounding is its own even number below 1. So its n-th comes at the scale `(n - rounding) / mean`,
//! and those of the least scales are taken: as many as there is room for, each candidate by its own, and no other
//! window is asked. A comment and its answers are one remark, taken together.

use std::cmp::Ordering;

use crate::world::id::PhotoId;

/// A photo that may be commented on: in all, or in a window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) photo: PhotoId,
    pub(super) epoch: u16,
    pub(super) cohort: u16,
    /// The posting rank of the owner in the cohort.
    pub(super) rank: u32,
    /// Remarks expected at scale 1.
    pub(super) mean: f32,
    pub(super) rounding: f32,
    /// Remarks given.
    pub(super) remarks: u32,
}

impl Candidate {
    /// The scale at which the n-th remark comes, from 1.
    #[inline(always)]
    fn scale_of(&self, nth: u32) -> f64 {
        (nth as f64 - self.rounding as f64) / self.mean as f64
    }

    /// Whether there is any remark at a scale.
    #[inline(always)]
    pub(super) fn speaks_at(&self, scale: f64) -> bool {
        1.0 - self.rounding as f64 <= scale * self.mean as f64
    }
}

/// A comment with its answers.
#[derive(Clone, Copy, Debug)]
struct Remark {
    scale: f64,
    candidate: u32,
    nth: u32,
}

impl Remark {
    fn order(&self, other: &Remark) -> Ordering {
        let place = |remark: &Remark| (remark.candidate, remark.nth);
        self.scale.total_cmp(&other.scale).then_with(|| place(self).cmp(&place(other)))
    }
}

/// The last remark, if there is no room for all of its comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rest {
    pub(super) candidate: u32,
    pub(super) nth: u32,
    /// The number of its comments.
    pub(super) comments: u32,
}

/// Room to choose in, used again.
#[derive(Clone, Debug, Default)]
pub(super) struct Choice {
    remarks: Vec<Remark>,
}

impl Choice {
    /// Gives remarks to the candidates, `quota` comments in all; `size` is the number of comments of a remark. None if
    /// there are fewer up to the scale `limit`.
    pub(super) fn give(
        &mut self,
        candidates: &mut [Candidate],
        limit: f64,
        quota: u64,
        size: impl Fn(&Candidate, u32) -> u32,
    ) -> Option<Option<Rest>> {
        let limit = tightened(candidates, limit, quota);
        self.remarks.clear();
        for (candidate, photo) in (0..).zip(candidates.iter_mut()) {
            photo.remarks = 0;
            for nth in 1.. {
                let scale = photo.scale_of(nth);
                if scale > limit {
                    break;
                }
                self.remarks.push(Remark { scale, candidate, nth });
            }
        }
        let size_of = |remark: &Remark| size(&candidates[remark.candidate as usize], remark.nth) as u64;
        let (whole, left) = fill(&mut self.remarks, quota, size_of);
        let rest = match left {
            0 => None,
            left => {
                let Remark { candidate, nth, .. } = *self.remarks.get(whole)?;
                Some(Rest { candidate, nth, comments: left as u32 })
            }
        };
        for remark in &self.remarks[..whole + usize::from(rest.is_some())] {
            candidates[remark.candidate as usize].remarks += 1;
        }
        Some(rest)
    }
}

/// A limit at which there still are enough remarks, but not many times as many.
fn tightened(candidates: &[Candidate], mut limit: f64, quota: u64) -> f64 {
    let up_to = |scale: f64| {
        candidates.iter().map(|c| (scale * c.mean as f64 + c.rounding as f64) as u64).sum::<u64>()
    };
    let mut found = up_to(limit);
    while found > 2 * quota + 64 {
        let less = limit * 0.75;
        found = up_to(less);
        if found < quota + 16 {
            break;
        }
        limit = less;
    }
    limit
}

/// Brings the remarks that have room to the front, those of the least scales: how many, and the room that is left.
fn fill(remarks: &mut [Remark], quota: u64, size: impl Fn(&Remark) -> u64) -> (usize, u64) {
    let (mut low, mut high, mut left) = (0, remarks.len(), quota);
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        remarks[low..high].select_nth_unstable_by(middle - low, Remark::order);
        let sum = remarks[low..middle].iter().map(&size).sum::<u64>();
        if sum <= left {
            left -= sum;
            low = middle;
        } else {
            high = middle;
        }
    }
    if let Some(last) = remarks.get(low).map(size)
        && low < high
        && last <= left
    {
        return (low + 1, left - last);
    }
    (low, left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::hash::{h1, scale32};

    fn candidates(count: u32, mean: impl Fn(u32) -> f32) -> Vec<Candidate> {
        let rounding = |i: u32| (h1(5, i as u64) >> 40) as f32 / 16_777_216.0;
        let of = |i| Candidate {
            photo: PhotoId(i),
            epoch: 0,
            cohort: 0,
            rank: 0,
            mean: mean(i),
            rounding: rounding(i),
            remarks: 0,
        };
        (0..count).map(of).collect()
    }

    fn size(candidate: &Candidate, nth: u32) -> u32 {
        1 + scale32(h1(candidate.photo.0 as u64, nth as u64), 3) as u32
    }

    /// The comments that were given.
    fn given(candidates: &[Candidate], rest: Option<Rest>) -> u64 {
        let of = |(i, c): (usize, &Candidate)| {
            let size = |nth| match rest {
                Some(rest) if (rest.candidate, rest.nth) == (i as u32, nth) => rest.comments,
                _ => size(c, nth),
            };
            (1..=c.remarks).map(size).sum::<u32>() as u64
        };
        candidates.iter().enumerate().map(of).sum()
    }

    #[test]
    fn the_quota_is_met_to_the_comment() {
        let mut choice = Choice::default();
        for count in [1, 2, 17, 3000] {
            let mut all = candidates(count, |i| 1.0 / (i + 1) as f32);
            for quota in [0, 1, 2, 3, 50, 1000, 5000] {
                let rest = choice.give(&mut all, 20_000.0, quota, size).expect("there are enough");
                assert_eq!(given(&all, rest), quota, "{quota} on {count}");
            }
        }
    }

    #[test]
    fn too_few_are_found_to_be_too_few_and_the_limit_changes_nothing() {
        let (mut near, mut far) = (candidates(500, |i| (i % 7) as f32), candidates(500, |i| (i % 7) as f32));
        let mut choice = Choice::default();
        assert!(choice.give(&mut near, 0.1, 3000, size).is_none());
        let one = choice.give(&mut near, 1.2, 1500, size).expect("there are enough");
        let other = choice.give(&mut far, 30.0, 1500, size).expect("there are enough");
        assert_eq!(one, other);
        assert!(near.iter().zip(&far).all(|(a, b)| a.remarks == b.remarks));
    }

    #[test]
    fn remarks_follow_the_means() {
        let mut all = candidates(4000, |i| if i % 4 == 0 { 3.0 } else { 1.0 });
        Choice::default().give(&mut all, 10.0, 6000, |_, _| 1).expect("there are enough");
        let heavy: u32 = all.iter().filter(|c| c.mean > 2.0).map(|c| c.remarks).sum();
        assert!((2900..3100).contains(&heavy), "{heavy}");
    }
}
