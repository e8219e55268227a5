//! The order of students: numbers by value, letters regardless of case, and the same order in every run.

use std::cmp::Ordering;

/// A run of digits or of other characters, as a key for comparison.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Piece {
    /// Digits without leading zeros. A longer number is larger.
    Number(usize, String),
    Text(String),
}

/// Compares two names: `student-2` comes before `student-10`. Names that differ only in case or leading zeros are ordered by
/// their bytes.
pub(super) fn natural(one: &str, other: &str) -> Ordering {
    pieces(one).cmp(&pieces(other)).then_with(|| one.cmp(other))
}

fn pieces(name: &str) -> Vec<Piece> {
    let is_digit = |c: char| c.is_ascii_digit();
    let mut pieces = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| is_digit(c) != is_digit(first)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        pieces.push(match is_digit(first) {
            true => {
                let number = piece.trim_start_matches('0');
                Piece::Number(number.len(), number.to_owned())
            }
            false => Piece::Text(piece.to_lowercase()),
        });
        rest = after;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::natural;

    #[test]
    fn numbers_are_ordered_by_value_and_letters_whatever_their_case() {
        let sorted = [
            "",
            "2",
            "10",
            "Amir",
            "amir",
            "amir 2",
            "Bea",
            "s-2",
            "s-02b",
            "s-10",
            "s-99999999999999999999999",
            "é",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|one, other| natural(one, other));
        assert_eq!(names, sorted);
    }
}
