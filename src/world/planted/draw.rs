//! Draws from a stream of the seed, in integers.

use crate::random::hash::{h1, key, scale32};
use crate::time::Time;

/// The numbers of one part of the world.
pub(super) struct Draw {
    key: u64,
    counter: u64,
}

impl Draw {
    pub(super) fn of(seed: u64, stream: u64) -> Draw {
        Draw { key: key(seed, stream), counter: 0 }
    }

    /// A number in `0..m`.
    pub(super) fn below(&mut self, m: usize) -> usize {
        let hash = h1(self.key, self.counter);
        self.counter += 1;
        scale32(hash, m as u64) as usize
    }

    /// One of a list that is not empty.
    pub(super) fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }

    /// A list in another order.
    pub(super) fn shuffled<T: Copy>(&mut self, list: &[T]) -> Vec<T> {
        let mut list = list.to_vec();
        for at in (1..list.len()).rev() {
            list.swap(at, self.below(at + 1));
        }
        list
    }

    /// Some of a list, in a random order.
    pub(super) fn some<T: Copy>(&mut self, list: &[T], count: usize) -> Vec<T> {
        let mut list = self.shuffled(list);
        list.truncate(count);
        list
    }

    /// A moment from `from` on, before `to`.
    pub(super) fn between(&mut self, from: Time, to: Time) -> Time {
        Time(from.0 + self.below((to.0 - from.0) as usize) as u32)
    }

    /// The same, early ones far more often: the third power of an even draw.
    pub(super) fn soon(&mut self, from: Time, to: Time) -> Time {
        let even = self.below(1 << 16) as u64;
        let share = (even * even * even) >> 16;
        Time(from.0 + ((share * u64::from(to.0 - from.0)) >> 32) as u32)
    }
}
