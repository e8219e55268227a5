//! Usernames by bijection: a user's position is permuted, falls into a class of patterns ("anna_keller",
//! "annakeller92", "just_anna"), and is decoded there in mixed radix.
//!
//! Why no two users share a name: within a class, names are written from different numbers and can be read back in
//! one way only (tests hold this for the lists); classes differ by their underscores, digits and words. The digits
//! and underscores grow with the number of users and with the era in which one signs up, as on the real network.

use super::tail::{LETTERS, LONG_DIGITS, MIDDLES, SHORT_DIGITS, digits, letters};
use crate::random::hash::{key, stream, subkey};
use crate::random::permutation::Permutation;
use crate::words::{FIRST_NAMES, LAST_NAMES, Language, LanguageId, Name, Words};

const ORDER: u64 = stream("user.username");
/// The longest username of all classes; the network allows 30.
pub const LONGEST: usize = 30;
/// Users are cut into eras of equal size, oldest first.
const ERAS: u64 = 4;

/// From so many users on more of them take digits, because the short plain names are given away.
const CROWDED: u64 = 250_000;

const FIRST: u64 = FIRST_NAMES as u64;
const BODIES: u64 = FIRST * LAST_NAMES as u64;

/// A pattern. The comment shows a member; `word` stands before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    /// annakeller
    Joined,
    /// anna_keller
    Spaced,
    /// keller_anna
    Turned,
    /// anna_travels
    FirstWord,
    /// just_anna
    WordFirst,
    /// just_annakeller
    WordJoined,
    /// annakeller_travels
    JoinedWord,
    /// anna_k_keller
    Initial,
    /// anna_kl_keller
    Middle,
    /// anna92
    FirstShort,
    /// annakeller92
    JoinedShort,
    /// anna_keller92
    SpacedShort,
    /// anna_travels92
    FirstWordShort,
    /// annakeller4711
    JoinedLong,
}

use Class::*;

/// The classes with their weight in each era; those of weight 0 take what the others have no room for.
const PLAIN: [(Class, [u64; ERAS as usize]); 9] = [
    (Joined, [340, 260, 220, 190]),
    (Spaced, [130, 130, 130, 130]),
    (Turned, [30, 35, 40, 40]),
    (FirstWord, [130, 130, 120, 110]),
    (WordFirst, [120, 110, 90, 80]),
    (WordJoined, [20, 25, 30, 30]),
    (JoinedWord, [20, 30, 40, 40]),
    (Initial, [10, 10, 10, 10]),
    (Middle, [0, 0, 0, 0]),
];
const DIGITS: [(Class, [u64; ERAS as usize]); 5] = [
    (FirstShort, [60, 70, 70, 70]),
    (JoinedShort, [90, 130, 160, 190]),
    (SpacedShort, [30, 40, 60, 70]),
    (FirstWordShort, [20, 30, 30, 40]),
    (JoinedLong, [0, 0, 0, 0]),
];

/// A run of positions of one era that lie in one class.
#[derive(Clone, Debug)]
struct Run {
    end: u64,
    class: usize,
    /// What is added to a position to get its number in the class; wraps.
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
    classes: Vec<(Class, Permutation)>,
    eras: Vec<Era>,
}

/// What a username is made of.
#[derive(Clone, Copy)]
pub struct Handle {
    language: &'static Language,
    first: usize,
    last: Option<usize>,
}

impl Handle {
    /// The first name.
    pub fn first(&self) -> &'static Name {
        &self.language.names.first[self.first]
    }

    /// The last name, if the username tells it.
    pub fn last(&self) -> Option<&'static Name> {
        self.last.map(|last| &self.language.names.last[last])
    }

    /// A last name for one who does not tell it, drawn by a hash.
    pub(super) fn some_last(&self, hash: u64) -> &'static Name {
        &self.language.names.last[(hash & 0xFFFF_FFFF) as usize % LAST_NAMES]
    }

    /// The language of the user.
    pub fn language(&self) -> &'static Language {
        self.language
    }
}

impl Names {
    /// The names of so many users.
    pub fn new(words: &'static Words, users: u32, seed: u64) -> Names {
        let base = key(seed, ORDER);
        let users = users as u64;
        let general = words.general();
        let (before, after) = (general.handles_before.len() as u64, general.handles_after.len() as u64);
        let capacity = |class| match class {
            Joined | Spaced | Turned => BODIES,
            FirstWord => FIRST * after,
            WordFirst => FIRST * before,
            WordJoined => BODIES * before,
            JoinedWord => BODIES * after,
            Initial => BODIES * LETTERS,
            Middle => BODIES * MIDDLES,
            FirstShort => FIRST * SHORT_DIGITS,
            JoinedShort | SpacedShort => BODIES * SHORT_DIGITS,
            FirstWordShort => FIRST * after * SHORT_DIGITS,
            JoinedLong => BODIES * LONG_DIGITS,
        };
        let all: Vec<_> = PLAIN.iter().chain(&DIGITS).collect();
        let classes: Vec<_> = all
            .iter()
            .enumerate()
            .map(|(at, class)| (class.0, Permutation::new(capacity(class.0), subkey(base, 100 + at as u64))))
            .collect();
        let digit_factor = if users > CROWDED { 2 } else { 1 };
        let mut used = vec![0u64; classes.len()];
        let mut eras = Vec::new();
        for era in 0..ERAS {
            let (start, end) = (users * era / ERAS, users * (era + 1) / ERAS);
            let size = end - start;
            let weight_of =
                |at: usize| all[at].1[era as usize] * if at < PLAIN.len() { 1 } else { digit_factor };
            let total: u64 = (0..all.len()).map(weight_of).sum();
            let mut take = vec![0u64; classes.len()];
            let (mut weight, mut given) = (0, 0);
            for (at, take) in take.iter_mut().enumerate() {
                weight += weight_of(at);
                let upto = size * weight / total;
                *take = upto - given;
                given = upto;
            }
            for half in [0..PLAIN.len(), PLAIN.len()..all.len()] {
                spill(&mut take[half.clone()], &used[half.clone()], |at| classes[half.start + at].1.domain());
            }
            // What the plain patterns have no room for gets digits; the last class has room for all.
            let mut runs = Vec::new();
            let mut position = 0;
            for at in 0..classes.len() {
                let room = classes[at].1.domain() - used[at];
                let taken = take[at].min(room);
                if at + 1 < classes.len() {
                    take[at + 1] += take[at] - taken;
                }
                runs.push(Run { end: position + taken, class: at, shift: used[at].wrapping_sub(position) });
                position += taken;
                used[at] += taken;
            }
            eras.push(Era { start, order: Permutation::new(size, subkey(base, era)), runs });
        }
        Names { words, users, classes, eras }
    }

    /// Appends the username of a user who speaks this language, and tells what it is made of.
    pub fn username(&self, user: u32, language: LanguageId, out: &mut String) -> Handle {
        let user = user as u64;
        debug_assert!(user < self.users);
        let at = (1..self.eras.len()).rev().find(|&era| self.eras[era].start <= user).unwrap_or(0);
        let era = &self.eras[at];
        let position = era.order.forward(user - era.start);
        let run = era.runs.iter().find(|run| position < run.end).unwrap_or(&era.runs[era.runs.len() - 1]);
        let (class, order) = &self.classes[run.class];
        self.spell(*class, order.forward(position.wrapping_add(run.shift)), language, out)
    }

    fn spell(&self, class: Class, number: u64, language: LanguageId, out: &mut String) -> Handle {
        let general = self.words.general();
        let (before, after) = (&general.handles_before, &general.handles_after);
        let language = self.words.language(language);
        let (first, rest) = ((number % FIRST) as usize, number / FIRST);
        let named = !matches!(class, FirstWord | WordFirst | FirstShort | FirstWordShort);
        let (last, rest) = if named {
            (Some((rest % LAST_NAMES as u64) as usize), rest / LAST_NAMES as u64)
        } else {
            (None, rest)
        };
        let handle = Handle { language, first, last };
        let one = handle.first().latin.as_str();
        let two = handle.last().map_or("", |last| last.latin.as_str());
        let word = |list: &'static [String]| list[(rest % list.len() as u64) as usize].as_str();
        match class {
            Joined => out.extend([one, two]),
            Spaced => out.extend([one, "_", two]),
            Turned => out.extend([two, "_", one]),
            FirstWord => out.extend([one, "_", word(after)]),
            WordFirst => out.extend([word(before), "_", one]),
            WordJoined => out.extend([word(before), "_", one, two]),
            JoinedWord => out.extend([one, two, "_", word(after)]),
            Initial | Middle => {
                out.extend([one, "_"]);
                letters(if class == Initial { rest } else { LETTERS + rest }, out);
                out.extend(["_", two]);
            }
            FirstShort => {
                out.push_str(one);
                digits(rest, out);
            }
            JoinedShort => {
                out.extend([one, two]);
                digits(rest, out);
            }
            SpacedShort => {
                out.extend([one, "_", two]);
                digits(rest, out);
            }
            FirstWordShort => {
                out.extend([one, "_", word(after)]);
                digits(rest / after.len() as u64, out);
            }
            JoinedLong => {
                out.extend([one, two]);
                digits(SHORT_DIGITS + rest, out);
            }
        }
        handle
    }
}

/// Moves what a class has no room for to the next ones that have, wrapping around once.
fn spill(take: &mut [u64], used: &[u64], domain: impl Fn(usize) -> u64) {
    let mut rest = 0;
    for _ in 0..2 {
        for at in 0..take.len() {
            let room = domain(at) - used[at];
            let wanted = take[at] + rest;
            take[at] = wanted.min(room);
            rest = wanted - take[at];
        }
    }
    let last = take.len() - 1;
    take[last] += rest;
}
