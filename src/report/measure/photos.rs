//! The photos that are held: all of them up to a million, then every second, every fourth and so on.
//!
//! Photos are read in the order of their ids, which is that of time, so every n-th is a fair sample of them.

use super::Engagement;
use crate::check::keys::Keys;

/// More photos are not held.
const MOST: usize = 1 << 20;
/// Fewer photos say nothing of those of their owners.
const FEW: usize = 5;

#[derive(Debug, Default)]
pub struct Photos {
    keys: Keys,
    /// Every 2^shift-th photo is held.
    shift: u32,
    pub owner: Vec<u32>,
    pub time: Vec<u32>,
    pub likes: Vec<u32>,
    pub tags: Vec<u8>,
    pub last: u32,
    pub out_of_order: u64,
    pub week: [[u64; 24]; 7],
}

impl Photos {
    pub fn push(&mut self, key: i64, owner: Option<usize>, time: u32) {
        let place = self.keys.len();
        self.keys.push(key);
        self.out_of_order += u64::from(time < self.last);
        self.last = self.last.max(time);
        // The first of January 1970 was a Thursday.
        let (day, hour) = ((time / 86_400 + 3) % 7, time / 3600 % 24);
        self.week[day as usize][hour as usize] += 1;
        if place & ((1 << self.shift) - 1) != 0 {
            return;
        }
        if self.owner.len() == MOST {
            halve(&mut self.owner);
            halve(&mut self.time);
            self.shift += 1;
            if place & ((1 << self.shift) - 1) != 0 {
                return;
            }
        }
        self.owner.push(owner.map_or(u32::MAX, |owner| owner as u32));
        self.time.push(time);
    }

    /// All were read.
    pub fn seal(&mut self) {
        self.keys.seal();
        self.likes = vec![0; self.owner.len()];
        self.tags = vec![0; self.owner.len()];
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Every how many photos one is held.
    pub fn step(&self) -> u64 {
        1 << self.shift
    }

    /// The place of a photo among those that are held.
    #[inline]
    pub fn held(&self, key: i64) -> Option<usize> {
        let place = self.keys.place(key)?;
        (place & ((1 << self.shift) - 1) == 0).then_some(place >> self.shift)
    }

    pub fn hours(&self) -> [u64; 24] {
        let mut hours = [0; 24];
        for day in &self.week {
            day.iter().zip(&mut hours).for_each(|(count, hour)| *hour += count);
        }
        hours
    }

    /// Photos by the followers of their owner, in bins that double.
    pub fn engagement(&self, followers: &[u32]) -> Vec<Engagement> {
        let mut bins: Vec<(u64, Vec<u32>)> = vec![Default::default(); 33];
        for (owner, likes) in self.owner.iter().zip(&self.likes) {
            let Some(followers) = followers.get(*owner as usize) else { continue };
            let (sum, held) = &mut bins[(32 - followers.leading_zeros()) as usize];
            *sum += u64::from(*followers);
            held.push(*likes);
        }
        let engagement = |(at, (followers, mut likes)): (usize, (u64, Vec<u32>))| {
            // Nobody sees a photo whose owner has no followers.
            if at == 0 || likes.len() < FEW {
                return None;
            }
            likes.sort_unstable();
            let sum: u64 = likes.iter().map(|likes| u64::from(*likes)).sum();
            Some(Engagement {
                from: 1 << (at - 1),
                to: u32::MAX >> (32 - at),
                photos: likes.len() as u64,
                median_likes: likes[likes.len() / 2],
                mean_likes: sum as f64 / likes.len() as f64,
                rate: sum as f64 / followers.max(1) as f64,
            })
        };
        bins.into_iter().enumerate().filter_map(engagement).collect()
    }
}

/// Keeps every second one.
fn halve(values: &mut Vec<u32>) {
    let mut at = 0;
    values.retain(|_| {
        at += 1;
        at % 2 == 1
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_nth_photo_is_held_and_found() {
        let mut photos = Photos::default();
        let all = 3 * MOST + 5;
        for at in 0..all {
            photos.push(at as i64 + 1, Some(at), at as u32);
        }
        photos.seal();
        assert_eq!((photos.len(), photos.step()), (all, 4));
        assert_eq!(photos.owner.len(), all.div_ceil(4));
        for place in [0, 4, 4 * 1000, all - 1] {
            let held = photos.held(place as i64 + 1);
            assert_eq!(held.map(|at| photos.owner[at] as usize), (place % 4 == 0).then_some(place));
        }
        assert_eq!(photos.held(2), None);
    }
}
