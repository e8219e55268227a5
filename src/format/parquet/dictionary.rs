//! Dictionaries: that of a chunk, which shows whether a dictionary is worth it, and that of a row group, which its pages share.

use std::collections::HashMap;

use crate::edition::Kind;

use super::column::Column;

/// A dictionary is worth it if each of its values stands for so many at least.
const REPEATS: usize = 8;
/// After this many values, the first guess.
const GLANCE: usize = 2048;
/// The most bytes of a dictionary, because readers keep it in memory.
const MAX_BYTES: usize = 1 << 20;
const FREE: u32 = u32::MAX;
const MIX: u64 = 0x9E37_79B9_7F4A_7C15;

/// Finds the distinct values of a chunk's column. Its table is reused.
#[derive(Default)]
pub(super) struct Distinct {
    /// Numbers of distinct values, found by the hash of the value.
    slots: Vec<u32>,
}

impl Distinct {
    /// Numbers the values of the column in the order of their first occurrence, or leaves nothing if too few repeat. `firsts`
    /// gets the place of each first occurrence.
    pub(super) fn number(&mut self, column: &Column, firsts: &mut Vec<u32>, numbers: &mut Vec<u32>) {
        match column.kind() {
            Kind::Integer | Kind::Time => self.find(
                column.values.len(),
                |at| hash_number(column.values[at]),
                |a, b| column.values[a] == column.values[b],
                firsts,
                numbers,
            ),
            Kind::Text => self.find(
                column.values.len(),
                |at| hash_text(column.text(at)),
                |a, b| column.text(a) == column.text(b),
                firsts,
                numbers,
            ),
        }
    }

    #[inline(always)]
    fn find(
        &mut self,
        count: usize,
        hash: impl Fn(usize) -> u64,
        same: impl Fn(usize, usize) -> bool,
        firsts: &mut Vec<u32>,
        numbers: &mut Vec<u32>,
    ) {
        let most = count / REPEATS;
        let slots = (2 * most.max(GLANCE)).next_power_of_two();
        self.slots.clear();
        self.slots.resize(slots, FREE);
        numbers.reserve(count);
        let shift = 64 - slots.trailing_zeros();
        for at in 0..count {
            if at > 0 && same(at, at - 1) {
                numbers.push(numbers[at - 1]);
                continue;
            }
            let mut slot = (hash(at) >> shift) as usize;
            let number = loop {
                match self.slots[slot] {
                    FREE => break None,
                    number if same(at, firsts[number as usize] as usize) => break Some(number),
                    _ => slot = (slot + 1) & (slots - 1),
                }
            };
            numbers.push(number.unwrap_or(firsts.len() as u32));
            if number.is_none() {
                self.slots[slot] = firsts.len() as u32;
                firsts.push(at as u32);
                let hopeless = firsts.len() > most || (at <= GLANCE && firsts.len() > GLANCE / 2);
                if hopeless {
                    firsts.clear();
                    numbers.clear();
                    return;
                }
            }
        }
    }
}

fn hash_number(number: u32) -> u64 {
    u64::from(number).wrapping_mul(MIX)
}

fn hash_text(text: &[u8]) -> u64 {
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let words = words.iter().chain([&last]).map(|word| u64::from_le_bytes(*word));
    words
        .fold(text.len() as u64, |hash, word| (hash ^ word).wrapping_mul(MIX).rotate_left(29))
        .wrapping_mul(MIX)
}

/// The dictionary of a column in a row group.
#[derive(Default)]
pub(super) struct Dictionary {
    numbers: HashMap<u32, u32>,
    texts: HashMap<Box<[u8]>, u32>,
    /// The values in the form that a page has.
    pub page: Vec<u8>,
    pub len: u32,
    /// Whether it became too large; then it gets no more values.
    is_full: bool,
}

impl Dictionary {
    /// The numbers of a chunk's distinct values in this dictionary, in their order. Adds new values, unless the dictionary
    /// would become too large: then it adds none.
    pub(super) fn add(&mut self, column: &Column, firsts: &[u32], numbers: &mut Vec<u32>) -> bool {
        if self.is_full {
            return false;
        }
        let before = (self.len, self.page.len());
        numbers.clear();
        for &first in firsts {
            let next = self.len;
            let number = match column.kind() {
                Kind::Text => match self.texts.get(column.text(first as usize)) {
                    Some(&number) => number,
                    None => *self.texts.entry(column.text(first as usize).into()).or_insert(next),
                },
                _ => *self.numbers.entry(column.values[first as usize]).or_insert(next),
            };
            if number == next {
                column.append_plain(first as usize..first as usize + 1, &mut self.page);
                self.len += 1;
            }
            numbers.push(number);
        }
        if self.page.len() <= MAX_BYTES {
            return true;
        }
        // nothing is looked up any more
        (self.len, self.is_full) = (before.0, true);
        self.page.truncate(before.1);
        false
    }

    pub(super) fn clear(&mut self) {
        *self = Dictionary::default();
    }
}
