//! What a username ends in, and sometimes begins with, once others have its stem: underscores, a year of birth, numbers.
//!
//! Each function writes another text for each slot of one stem, and no text of one function is a text of the other:
//! years of birth are the two or four digits of 1960 to 2006, and no other number is one of those.

use crate::decimal;

/// Years of birth that people put into usernames.
pub const FIRST_YEAR: u16 = 1960;
pub const LAST_YEAR: u16 = 2006;
/// Letters for a name in the middle.
pub const LETTERS: &str = "abcdefghjklmnrst";
/// Slots before numbers begin: of a stem with names in it, of a given name alone, and of a year.
const UNDERSCORED: u64 = 2;
const UNDERSCORED_ALONE: u64 = 4;
const YEARLY: u64 = 8;

/// How a slot of a stem without a year is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// Underscores around the stem.
    Underscores,
    /// Something more, of which there are as many as was said.
    More(usize),
    Number,
}

/// What a slot becomes if there are `more` other ways to write the stem.
pub fn plain(slot: u64, more: usize, hash: u32) -> Plain {
    match slot.checked_sub(UNDERSCORED) {
        None => Plain::Underscores,
        Some(rest) if rest < more as u64 => Plain::More((rest as usize + hash as usize) % more),
        Some(_) => Plain::Number,
    }
}

/// Puts underscores around the stem: none, after it, before it, both.
pub fn underscores(slot: u64, start: usize, out: &mut String) {
    if slot & 1 == 1 {
        out.push('_');
    }
    if slot & 2 == 2 {
        out.insert(start, '_');
    }
}

/// A given name alone: never bare, with underscores on either side, then with numbers.
pub fn write_alone(slot: u64, hash: u32, start: usize, out: &mut String) {
    match (slot + 1).checked_sub(UNDERSCORED_ALONE) {
        None => underscores(slot + 1, start, out),
        Some(number) => write_number(number, hash, out),
    }
}

/// Underscores, then numbers.
pub fn write_plain(slot: u64, hash: u32, start: usize, out: &mut String) {
    match slot.checked_sub(UNDERSCORED) {
        None => underscores(slot, start, out),
        Some(number) => write_number(number, hash, out),
    }
}

/// A number that is no year of birth: the short ones first, in an order that depends on the stem.
pub fn write_number(number: u64, hash: u32, out: &mut String) {
    /// How many numbers of each length, and a step that meets them all.
    const TIERS: [(u64, u64); 3] = [(59, 23), (900, 277), (8_953, 2_777)];
    const EARLY: u64 = (FIRST_YEAR - 1_000) as u64;
    let mut rest = number;
    for (tier, (count, step)) in TIERS.into_iter().enumerate() {
        if rest < count {
            let at = (rest * step + u64::from(hash) % count) % count;
            let value = match tier {
                0 => 1 + at,
                1 => 100 + at,
                _ if at < EARLY => 1_000 + at,
                _ => at - EARLY + u64::from(LAST_YEAR) + 1,
            };
            return decimal::write(value, out);
        }
        rest -= count;
    }
    decimal::write(10_000 + rest, out);
}

/// A year of birth: in two or four digits, with or without an underscore, then with more of them, then with a number.
pub fn write_year(slot: u64, year: u16, hash: u32, start: usize, out: &mut String) {
    let short = |out: &mut String| {
        out.push(char::from(b'0' + (year / 10 % 10) as u8));
        out.push(char::from(b'0' + (year % 10) as u8));
    };
    if slot >= YEARLY {
        short(out);
        out.push('_');
        return decimal::write(1 + slot - YEARLY, out);
    }
    // most write two digits at once
    let first = [0, 0, 0, 0, 0, 1, 1, 2][(hash >> 7) as usize % 8];
    let style = (slot + first) % 4;
    if style >= 2 {
        out.push('_');
    }
    if style.is_multiple_of(2) {
        short(out);
    } else {
        decimal::write(u64::from(year), out);
    }
    underscores(slot / 4, start, out);
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_slots_of_a_stem_are_written_alike() {
        for hash in [0, 7, 0xDEAD_BEEF] {
            let mut seen = HashSet::new();
            let mut write = |text: &dyn Fn(&mut String)| {
                let mut out = String::from("x anna");
                text(&mut out);
                assert!(seen.insert(out.clone()), "{out}");
                out.len() - 2
            };
            for slot in 0..3 {
                write(&|out| write_alone(slot, hash, 2, out));
            }
            // a given name alone has those instead of the numbers of other stems
            seen.remove("x anna_");
            let mut write = |text: &dyn Fn(&mut String)| {
                let mut out = String::from("x anna");
                text(&mut out);
                assert!(seen.insert(out.clone()), "{out}");
                out.len() - 2
            };
            for slot in 0..150_000 {
                assert!(write(&|out| write_plain(slot, hash, 2, out)) <= 4 + 6);
            }
            for year in FIRST_YEAR..=LAST_YEAR {
                for slot in 0..2_000 {
                    assert!(write(&|out| write_year(slot, year, hash, 2, out)) <= 4 + 7);
                }
            }
        }
    }

    #[test]
    fn each_other_way_to_write_a_stem_is_one_slot() {
        let all: HashSet<_> = (2..18).map(|slot| format!("{:?}", plain(slot, 16, 77))).collect();
        assert_eq!(all.len(), 16);
        assert_eq!([plain(1, 16, 77), plain(18, 16, 77)], [Plain::Underscores, Plain::Number]);
        assert_eq!(plain(2, 0, 77), Plain::Number);
    }
}
