//! The kinds of usernames, and the users of one kind spread over a long span, for weights to cut.

use crate::random::hash::{scale64, subkey};
use crate::random::permutation::Permutation;
use crate::random::weights::Span;

/// The longest username; the network allows 30.
pub const LONGEST: usize = 30;

/// A kind of username. The comment shows a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// annakeller, anna_keller
    Both,
    /// annakeller92
    BothYear,
    /// anna92
    FirstYear,
    /// akeller, a_keller
    Initial,
    /// akeller92
    InitialYear,
    /// anna_k
    FirstInitial,
    /// _anna_
    FirstOnly,
    /// anna_bakes, runwithanna
    Hobby,
    /// anna_hamburg
    Town,
    /// its_anna, annaofficial
    General,
    /// sourdough_diary
    Alone,
}

/// The users of one kind: how they are scattered, and where each is on the span that weights cut.
#[derive(Clone, Debug)]
pub struct Space {
    order: Permutation,
    step: u64,
    offset: u64,
}

impl Space {
    pub fn new(users: u64, key: u64) -> Space {
        let order = Permutation::new(users, key);
        let step = (1 << 62) / order.domain();
        Space { step, offset: scale64(subkey(key, 1), step), order }
    }

    /// How many users it has room for.
    #[cfg(test)]
    pub fn users(&self) -> u64 {
        self.order.domain()
    }

    /// The number of the user at a position.
    #[inline(always)]
    pub fn scatter(&self, position: u64) -> u64 {
        self.order.forward(position)
    }

    /// All points.
    pub fn whole(&self) -> Span {
        Span { low: 0, width: self.step * self.order.domain() }
    }

    /// Where a number is.
    #[inline(always)]
    pub fn point(&self, number: u64) -> u64 {
        number * self.step + self.offset
    }

    /// How many numbers lie between the beginning of a part and this one.
    #[inline(always)]
    pub fn rank(&self, part: Span, number: u64) -> u64 {
        number - part.low.saturating_sub(self.offset).div_ceil(self.step)
    }
}
