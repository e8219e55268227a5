//! The smallest and the largest value of a page or a column, for statistics.

use crate::edition::Kind;

use super::column::Column;
use super::schema::MICROS;

/// Longer texts are cut in statistics. The bounds are then wider, but still true.
const MAX_TEXT_BYTES: usize = 64;

/// The smallest and the largest value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Bounds {
    Integers(i32, i32),
    Times(i64, i64),
    /// A largest text can be missing: none of the texts that are short enough is larger.
    Texts {
        least: Bound,
        greatest: Option<Bound>,
    },
}

/// A bound of texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub bytes: Vec<u8>,
    pub is_exact: bool,
}

impl Bounds {
    /// The bounds of some values of a column, of which there must be at least one.
    pub(super) fn of(column: &Column, values: std::ops::Range<usize>) -> Option<Bounds> {
        let first = values.start;
        let (least, greatest) = match column.kind() {
            Kind::Integer => {
                let numbers = column.values.get(values)?.iter().map(|&value| value as i32);
                return Some(Bounds::Integers(numbers.clone().min()?, numbers.max()?));
            }
            Kind::Time => {
                let seconds = column.values.get(values)?.iter();
                let micros = |seconds: u32| i64::from(seconds) * MICROS;
                return Some(Bounds::Times(micros(*seconds.clone().min()?), micros(*seconds.max()?)));
            }
            Kind::Text if values.is_empty() => return None,
            Kind::Text => values.fold((first, first), |(least, greatest), at| {
                let text = column.text(at);
                (
                    if text < column.text(least) { at } else { least },
                    if text > column.text(greatest) { at } else { greatest },
                )
            }),
        };
        Some(Bounds::Texts { least: cut_down(column.text(least)), greatest: cut_up(column.text(greatest)) })
    }

    /// Widens the bounds so that they contain both.
    pub(super) fn join(&mut self, other: &Bounds) {
        match (self, other) {
            (Bounds::Integers(least, greatest), Bounds::Integers(other_least, other_greatest)) => {
                *least = (*least).min(*other_least);
                *greatest = (*greatest).max(*other_greatest);
            }
            (Bounds::Times(least, greatest), Bounds::Times(other_least, other_greatest)) => {
                *least = (*least).min(*other_least);
                *greatest = (*greatest).max(*other_greatest);
            }
            (
                Bounds::Texts { least, greatest },
                Bounds::Texts { least: other_least, greatest: other_greatest },
            ) => {
                if other_least.bytes < least.bytes {
                    *least = other_least.clone();
                }
                *greatest = match (greatest.take(), other_greatest) {
                    (Some(mine), Some(other)) if other.bytes > mine.bytes => Some(other.clone()),
                    (Some(mine), Some(_)) => Some(mine),
                    _ => None,
                };
            }
            _ => unreachable!("the pages of a column are of one kind"),
        }
    }

    /// The bounds as they are written; `None` if the largest value is not known.
    pub(super) fn bytes(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        Some(match self {
            Bounds::Integers(least, greatest) => (least.to_le_bytes().into(), greatest.to_le_bytes().into()),
            Bounds::Times(least, greatest) => (least.to_le_bytes().into(), greatest.to_le_bytes().into()),
            Bounds::Texts { least, greatest } => (least.bytes.clone(), greatest.as_ref()?.bytes.clone()),
        })
    }

    /// Whether neither bound is below that of the page before.
    pub(super) fn follow(&self, before: &Bounds) -> bool {
        match (before, self) {
            (Bounds::Integers(a, b), Bounds::Integers(c, d)) => a <= c && b <= d,
            (Bounds::Times(a, b), Bounds::Times(c, d)) => a <= c && b <= d,
            (
                Bounds::Texts { least: a, greatest: Some(b) },
                Bounds::Texts { least: c, greatest: Some(d) },
            ) => a.bytes <= c.bytes && b.bytes <= d.bytes,
            _ => false,
        }
    }
}

/// The beginning of a text, which is never larger than the text.
fn cut_down(text: &[u8]) -> Bound {
    let end = end_of_cut(text);
    Bound { bytes: text[..end].to_vec(), is_exact: end == text.len() }
}

/// The beginning of a text with its last character raised, which is larger than the text.
fn cut_up(text: &[u8]) -> Option<Bound> {
    let end = end_of_cut(text);
    if end == text.len() {
        return Some(Bound { bytes: text.to_vec(), is_exact: true });
    }
    let begin = std::str::from_utf8(&text[..end]).ok()?;
    begin.char_indices().rev().find_map(|(at, letter)| {
        let mut raised = begin[..at].to_owned();
        raised.push(next_char(letter)?);
        Some(Bound { bytes: raised.into_bytes(), is_exact: false })
    })
}

/// The end of the last whole character for which statistics have room.
fn end_of_cut(text: &[u8]) -> usize {
    if text.len() <= MAX_TEXT_BYTES {
        return text.len();
    }
    let is_begin = |at: &usize| text[*at] & 0xC0 != 0x80;
    (0..=MAX_TEXT_BYTES).rev().find(is_begin).unwrap_or(0)
}

/// The next character of the same length or longer. UTF-8 sorts like its code points.
fn next_char(letter: char) -> Option<char> {
    (letter as u32 + 1..=char::MAX as u32).find_map(char::from_u32)
}
