//! Decides when two values are the same: NULL equals only NULL, numbers have a tolerance, texts are compared in Unicode's NFC,
//! and times have one format.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::sandbox::{self, Cell};

/// A value as a key. Values with equal keys are equal; equal values have equal keys, except numbers that are only nearly equal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Exact {
    Null,
    Integer(i64),
    /// A number: nine digits and the exponent.
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
    /// Stands for all numbers.
    AnyNumber,
}

/// How far two numbers may be apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tolerance {
    absolute: f64,
    relative: f64,
}

/// Larger than the error of a sum of rounded numbers, and smaller than any digit that a task asks for.
const ABSOLUTE: f64 = 1e-9;
const RELATIVE: f64 = 1e-6;

/// The largest number up to which every integer has its own float.
const WHOLE: f64 = 9_007_199_254_740_992.0;

impl Exact {
    pub(super) fn of(cell: &Cell) -> Exact {
        match cell {
            Cell::Null => Exact::Null,
            Cell::Integer(number) => Exact::Integer(*number),
            Cell::Number(number) if number.fract() == 0.0 && number.abs() < WHOLE => {
                Exact::Integer(*number as i64)
            }
            Cell::Number(number) => Exact::Number(format!("{number:.8e}")),
            Cell::Text(text) | Cell::Moment(text) => match moment(text) {
                Some(moment) => Exact::Text(moment),
                None => Exact::Text(normal(text).into_owned()),
            },
            Cell::Bytes(bytes) => Exact::Bytes(bytes.clone()),
        }
    }
}

impl Tolerance {
    /// Half a unit of the last decimal, if the task asks for decimals.
    pub(super) fn of_decimals(decimals: Option<u32>) -> Tolerance {
        let half = decimals.map_or(0.0, |digits| 0.5 * 0.1_f64.powi(digits as i32));
        Tolerance { absolute: half + ABSOLUTE, relative: RELATIVE }
    }

    pub(super) fn around(self, number: f64) -> f64 {
        self.absolute.max(self.relative * number.abs())
    }

    pub(super) fn is_same(self, one: &Cell, other: &Cell) -> bool {
        match (one, other) {
            (Cell::Integer(a), Cell::Integer(b)) => a == b,
            _ => match (number(one), number(other)) {
                // Infinity is not near any other number.
                (Some(a), Some(b)) if !a.is_finite() || !b.is_finite() => a == b || a.is_nan() && b.is_nan(),
                (Some(a), Some(b)) => (a - b).abs() <= self.around(a),
                (None, None) => Exact::of(one) == Exact::of(other),
                _ => false,
            },
        }
    }
}

pub(super) fn number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Integer(number) => Some(*number as f64),
        Cell::Number(number) => Some(*number),
        _ => None,
    }
}

fn normal(text: &str) -> Cow<'_, str> {
    if is_nfc(text) { Cow::Borrowed(text) } else { Cow::Owned(text.nfc().collect()) }
}

/// A date, or a date with a time, in one form; `None` for any other text.
fn moment(text: &str) -> Option<String> {
    let fits = |(byte, wanted): (u8, &u8)| match wanted {
        b'0' => byte.is_ascii_digit(),
        wanted => byte == *wanted,
    };
    match text.len() == 10 && text.bytes().zip(b"0000-00-00").all(fits) {
        true => Some(format!("{text} 00:00:00")),
        false => sandbox::moment(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_one_form() {
        let same = [
            "2024-01-02 03:04:05",
            "2024-01-02T03:04:05Z",
            "2024-01-02 03:04:05.000000",
            "2024-01-02 03:04:05+00",
        ];
        for text in same {
            assert_eq!(moment(text).as_deref(), Some("2024-01-02 03:04:05"), "{text}");
        }
        assert_eq!(moment("2024-01-02 03:04:05.250").as_deref(), Some("2024-01-02 03:04:05.25"));
        assert_eq!(moment("2024-01-02").as_deref(), Some("2024-01-02 00:00:00"));
        for text in ["2024-01", "2024-01-02 03:04", "2024-01-02 03:04:05 and more", "hello", "2024-01-0é"] {
            assert_eq!(moment(text), None, "{text}");
        }
        let tolerance = Tolerance::of_decimals(None);
        let text = Cell::Text("2024-01-02 03:04:05".to_owned());
        assert!(tolerance.is_same(&Cell::Moment("2024-01-02T03:04:05".to_owned()), &text));
    }

    #[test]
    fn large_whole_numbers_are_compared_to_the_last_digit() {
        let tolerance = Tolerance::of_decimals(None);
        assert!(!tolerance.is_same(&Cell::Integer(5_000_001), &Cell::Integer(5_000_000)));
        assert!(tolerance.is_same(&Cell::Number(5_000_000.1), &Cell::Integer(5_000_000)));
        assert!(!tolerance.is_same(&Cell::Null, &Cell::Text(String::new())));
        let infinite = Cell::Number(f64::INFINITY);
        assert!(tolerance.is_same(&infinite, &infinite) && !tolerance.is_same(&infinite, &Cell::Integer(5)));
        assert!(tolerance.is_same(&Cell::Number(f64::NAN), &Cell::Number(f64::NAN)));
        assert!(tolerance.is_same(&Cell::Number(-0.0), &Cell::Integer(0)));
    }
}
