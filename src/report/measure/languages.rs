//! The languages of comments: told by their letters, or by words that only one language of the word lists has.

use std::collections::HashMap;

use serde::Serialize;

use crate::words::{Words, WordsError};

/// At most about this many comments are looked at, spread over all of them.
const LOOKED_AT: u64 = 100_000;

/// A language, and its share of the comments whose language could be told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LanguageShare {
    pub code: &'static str,
    pub name: &'static str,
    pub share: f64,
}

/// Counts comments by language.
#[derive(Debug)]
pub struct Languages {
    words: &'static Words,
    /// The languages that have a word, a bit each.
    known: HashMap<&'static str, u64>,
    seen: u64,
    looked_at: u64,
    /// Every how many comments one is looked at; counts for so many.
    step: u64,
    counts: Vec<u64>,
}

impl Languages {
    pub fn new() -> Result<Languages, WordsError> {
        let words = Words::embedded()?;
        let mut known: HashMap<&str, u64> = HashMap::new();
        for (at, language) in words.languages().iter().enumerate() {
            for word in words_of(language.arena().all()) {
                *known.entry(word).or_default() |= 1 << at;
            }
        }
        let counts = vec![0; words.languages().len()];
        Ok(Languages { words, known, seen: 0, looked_at: 0, step: 1, counts })
    }

    pub fn push(&mut self, text: &str) {
        self.seen += 1;
        if !self.seen.is_multiple_of(self.step) {
            return;
        }
        if let Some(language) = self.language_of(text) {
            self.counts[language] += self.step;
        }
        self.looked_at += 1;
        if self.looked_at == LOOKED_AT / 2 {
            self.looked_at = 0;
            self.step *= 2;
        }
    }

    fn language_of(&self, text: &str) -> Option<usize> {
        let code = |code: &str| self.words.languages().iter().position(|language| language.code == code);
        for letter in text.chars() {
            match letter {
                '\u{3040}'..='\u{30FF}' => return code("ja"),
                '\u{AC00}'..='\u{D7AF}' => return code("ko"),
                '\u{0900}'..='\u{097F}' => return code("hi"),
                _ => {}
            }
        }
        let mut votes = [0_u32; 64];
        for word in words_of(text) {
            // A word of two languages says less than a word of one.
            let Some(mask) = self.known.get(word) else { continue };
            let weight = 6 / mask.count_ones().min(7);
            (0..self.counts.len()).filter(|at| mask >> at & 1 == 1).for_each(|at| votes[at] += weight);
        }
        let most = votes.iter().max().copied().filter(|most| *most > 0)?;
        let mut leading = (0..self.counts.len()).filter(|at| votes[*at] == most);
        let first = leading.next();
        leading.next().is_none().then_some(first)?
    }

    /// The shares, the largest first.
    pub fn shares(self) -> Vec<LanguageShare> {
        let all: u64 = self.counts.iter().sum();
        let share = |(language, count): (&'static crate::words::Language, u64)| LanguageShare {
            code: &language.code,
            name: &language.name,
            share: count as f64 / all.max(1) as f64,
        };
        let counted = self.words.languages().iter().zip(self.counts).filter(|(_, count)| *count > 0);
        let mut shares: Vec<LanguageShare> = counted.map(share).collect();
        shares.sort_by(|a, b| b.share.total_cmp(&a.share));
        shares
    }
}

/// The words of a text: longer than one letter, as they are written.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic() && c != '\'').filter(|word| word.chars().nth(1).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_told_by_letters_and_by_words() {
        let mut languages = Languages::new().expect("the word lists are whole");
        let told = |text: &str| languages.language_of(text).map(|at| &*languages.words.languages()[at].code);
        assert_eq!(told("これは すごい"), Some("ja"));
        assert_eq!(told("정말 예뻐요"), Some("ko"));
        assert_eq!(told("बहुत सुंदर"), Some("hi"));
        assert_eq!(told("This is the best thing I have seen today"), Some("en"));
        assert_eq!(told("Das ist aber schön, wo ist das denn?"), Some("de"));
        assert_eq!(told("123 !!"), None);
        languages.push("This is the best thing I have seen today");
        assert_eq!(languages.shares()[0].code, "en");
    }
}
