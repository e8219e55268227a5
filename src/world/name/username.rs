//! Usernames by bijection: a user's position is permuted, falls into a kind of username ("annakeller", "anna_bakes",
//! "akeller92"), and is decoded there by weight into names, a year of birth or a town.
//!
//! Why no two users share a name. The users of a kind are numbered; the numbers are spread over one long span, and
//! the weights cut the span into parts: a part for each stem, such as "annakeller". Two numbers in one part have
//! different ranks there, and the rank says what is added to the stem. Different stems are different texts, because
//! the word lists join only what is read back in one way. Stems that several languages have share out their slots.
//! The parts of frequent names hold more users, who need more digits: as on the real network.

use super::space::{Kind, Space};
use super::spell::{Place, Spell, Styles};
use super::{Handle, YEARS};
use crate::random::hash::{h1, key, stream, subkey};
use crate::random::permutation::Permutation;
use crate::random::weights::Weights;
use crate::words::{LanguageId, TopicId, Words};

const ORDER: u64 = stream("user.username");
const DRAWS: u64 = stream("user.name");
/// Users are cut into eras of equal size, oldest first: digits become more common.
const ERAS: usize = 4;
/// Between these numbers of users more and more of them use both names, because the shorter usernames are taken.
const CROWDED: [u64; 2] = [100_000, 400_000];

/// The kinds with their weights in each era, of a thousand.
const KINDS: [(Kind, [u64; ERAS]); 11] = [
    (Kind::Both, [365, 345, 330, 320]),
    (Kind::BothYear, [65, 85, 105, 115]),
    (Kind::FirstYear, [105, 120, 135, 145]),
    (Kind::Initial, [115, 105, 95, 90]),
    (Kind::InitialYear, [35, 40, 45, 50]),
    (Kind::FirstInitial, [30, 30, 30, 30]),
    (Kind::FirstOnly, [25, 20, 20, 20]),
    (Kind::Hobby, [120, 115, 105, 100]),
    (Kind::Town, [40, 40, 40, 40]),
    (Kind::General, [65, 65, 60, 55]),
    (Kind::Alone, [35, 35, 35, 35]),
];

/// A run of positions of one era that are of one kind.
#[derive(Clone, Debug)]
struct Run {
    end: u64,
    kind: usize,
    /// What is added to a position to get its number in the kind; wraps.
    shift: u64,
}

#[derive(Clone, Debug)]
struct Era {
    start: u64,
    order: Permutation,
    runs: Vec<Run>,
}

/// The usernames of one world.
#[derive(Clone, Debug)]
pub struct Names {
    words: &'static Words,
    users: u64,
    draws: u64,
    spaces: Vec<Space>,
    eras: Vec<Era>,
    years: Weights,
    styles: Styles,
}

impl Names {
    /// The names of a world of this many users.
    pub fn new(words: &'static Words, users: u32, seed: u64) -> Names {
        let (base, users) = (key(seed, ORDER), u64::from(users));
        let mut used = [0; KINDS.len()];
        let eras = (0..ERAS).map(|at| {
            let (start, end) = (users * at as u64 / ERAS as u64, users * (at as u64 + 1) / ERAS as u64);
            let runs = runs(at, end - start, users, &mut used);
            Era { start, order: Permutation::new(end - start, subkey(base, at as u64)), runs }
        });
        let eras = eras.collect();
        let space = |(kind, &users): (usize, &u64)| Space::new(users, subkey(base, 100 + kind as u64));
        Names {
            words,
            users,
            draws: key(seed, DRAWS),
            spaces: used.iter().enumerate().map(space).collect(),
            eras,
            years: Weights::new(YEARS),
            styles: Styles::new(),
        }
    }

    /// Appends the username of a user who speaks this language and cares for this topic, and says who that is.
    pub fn username(&self, user: u32, language: LanguageId, topic: TopicId, out: &mut String) -> Handle {
        let user = u64::from(user);
        debug_assert!(user < self.users);
        let at = (1..self.eras.len()).rev().find(|&era| self.eras[era].start <= user).unwrap_or(0);
        let era = &self.eras[at];
        let position = era.order.forward(user - era.start);
        let run = era.runs.iter().find(|run| position < run.end).unwrap_or(&era.runs[era.runs.len() - 1]);
        let space = &self.spaces[run.kind];
        let number = space.scatter(position.wrapping_add(run.shift));
        let place = Place { space, number, point: space.point(number) };
        let draw = h1(self.draws, user);
        Spell::new(self.words, language, &self.years, &self.styles, place, draw).username(
            KINDS[run.kind].0,
            topic,
            out,
        )
    }

    /// The kinds with the greatest number of users that each can have.
    #[cfg(test)]
    pub(super) fn sizes(&self) -> impl Iterator<Item = (Kind, u64)> {
        KINDS.iter().zip(&self.spaces).map(|(kind, space)| (kind.0, space.users()))
    }
}

/// Shares the positions of an era out among the kinds, and counts how many each kind has so far.
fn runs(era: usize, size: u64, users: u64, used: &mut [u64; KINDS.len()]) -> Vec<Run> {
    let factor = |kind| if kind == Kind::Both { users.clamp(CROWDED[0], CROWDED[1]) } else { CROWDED[0] };
    let weight_of = |kind: usize| KINDS[kind].1[era] * factor(KINDS[kind].0);
    let total: u64 = (0..KINDS.len()).map(weight_of).sum();
    let (mut weight, mut position) = (0, 0);
    let mut runs = Vec::with_capacity(KINDS.len());
    for (kind, used) in used.iter_mut().enumerate() {
        weight += weight_of(kind);
        let end = size * weight / total;
        runs.push(Run { end, kind, shift: used.wrapping_sub(position) });
        *used += end - position;
        position = end;
    }
    runs
}
