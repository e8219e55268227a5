//! How far two names are apart, so that a mistyped one can be answered with the nearest.

/// Letters to insert, remove or replace.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    edits(&letters(a), &letters(b))
}

/// Items to insert, remove or replace (Levenshtein), one row of the table at a time.
pub(crate) fn edits<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits() {
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("photo_tag", "photo_tags"), 1);
        assert_eq!(distance("follows", "flolows"), 2);
        assert_eq!(distance("same", "same"), 0);
    }
}
