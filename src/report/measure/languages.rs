//! The languages of comments: told by their letters, or by how often the word lists of each language have their words.

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
    /// How often each language has a word.
    known: HashMap<&'static str, Vec<u32>>,
    /// How many words each language has.
    totals: Vec<f64>,
    seen: u64,
    looked_at: u64,
    /// Every how many comments one is looked at; counts for so many.
    step: u64,
    counts: Vec<u64>,
}

impl Languages {
    pub fn new() -> Result<Languages, WordsError> {
        let words = Words::embedded()?;
        let languages = words.languages().len();
        let mut known: HashMap<&str, Vec<u32>> = HashMap::new();
        let mut totals = vec![0.0; languages];
        for (at, language) in words.languages().iter().enumerate() {
            for word in words_of(language.arena().all()) {
                known.entry(word).or_insert_with(|| vec![0; languages])[at] += 1;
                totals[at] += 1.0;
            }
        }
        Ok(Languages { words, known, totals, seen: 0, looked_at: 0, step: 1, counts: vec![0; languages] })
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
        // Each language says how likely the words are; one must be twice as likely as any other.
        let mut likely = vec![0.0; self.counts.len()];
        let mut is_known = false;
        for word in words_of(text) {
            let Some(counts) = self.known.get(word) else { continue };
            is_known = true;
            for ((likely, count), total) in likely.iter_mut().zip(counts).zip(&self.totals) {
                *likely += ((f64::from(*count) + 0.1) / total).ln();
            }
        }
        let most = (0..likely.len()).filter(|_| is_known).max_by(|a, b| likely[*a].total_cmp(&likely[*b]))?;
        let is_clear = |other: usize| other == most || likely[most] - likely[other] > std::f64::consts::LN_2;
        (0..likely.len()).all(is_clear).then_some(most)
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
