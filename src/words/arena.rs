//! One text that all phrases point into, and templates compiled to pieces of it.
//!
//! A template is written as `{Thing} made my day`; compiled it is a run of pieces, so that saying it costs one copy a
//! piece. Two phrases of the same text share nothing: the arena is small and built once.

use super::{WordsError, file::Entry};

/// A span of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    start: u32,
    end: u32,
}

/// A hole of a template. The variants in capitals are for the beginning of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    Thing,
    ThingCapital,
    Place,
    PlaceCapital,
    When,
    WhenCapital,
    Quality,
    QualityCapital,
    Number,
}

/// A part of a template.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    Text(Phrase),
    Slot(Slot),
}

/// A compiled template: a run of pieces.
#[derive(Clone, Copy, Debug)]
pub struct Template {
    start: u32,
    end: u32,
}

/// The text and the pieces of everything that can be said.
#[derive(Debug, Default)]
pub struct Arena {
    text: String,
    pieces: Vec<Piece>,
}

impl Arena {
    /// The text of a phrase.
    #[inline(always)]
    pub fn text(&self, phrase: Phrase) -> &str {
        &self.text[phrase.start as usize..phrase.end as usize]
    }

    /// The pieces of a template.
    #[inline(always)]
    pub fn pieces(&self, template: Template) -> &[Piece] {
        &self.pieces[template.start as usize..template.end as usize]
    }

    /// Stores a text.
    pub(super) fn store(&mut self, text: &str) -> Phrase {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Phrase { start, end: self.text.len() as u32 }
    }

    /// Stores plain phrases: no slots, no '#', no '@'.
    pub(super) fn phrases(&mut self, entries: &[Entry]) -> Result<Vec<Phrase>, WordsError> {
        entries
            .iter()
            .map(|entry| {
                entry.refuse(&['{', '}'], "holds a slot, and this list takes plain text")?;
                entry.clean()?;
                Ok(self.store(&entry.text))
            })
            .collect()
    }

    /// Stores plain phrases twice: as written, and with a capital.
    pub(super) fn both_cases(&mut self, entries: &[Entry]) -> Result<[Vec<Phrase>; 2], WordsError> {
        let capitals = entries.iter().map(|entry| self.store(&capital(&entry.text))).collect();
        Ok([self.phrases(entries)?, capitals])
    }

    /// Compiles templates.
    pub(super) fn templates(&mut self, entries: &[Entry]) -> Result<Vec<Template>, WordsError> {
        entries.iter().map(|entry| self.compile(entry)).collect()
    }

    fn compile(&mut self, entry: &Entry) -> Result<Template, WordsError> {
        entry.clean()?;
        let start = self.pieces.len() as u32;
        let mut rest = entry.text.as_str();
        while let Some(open) = rest.find('{') {
            if open > 0 {
                let text = self.store(&rest[..open]);
                self.pieces.push(Piece::Text(text));
            }
            let close =
                rest[open..].find('}').ok_or_else(|| entry.problem("opens a slot and never closes it"))?;
            let slot = slot(&rest[open + 1..open + close]).ok_or_else(|| {
                entry.problem("has an unknown slot; the slots are thing, place, when, quality and n")
            })?;
            self.pieces.push(Piece::Slot(slot));
            rest = &rest[open + close + 1..];
        }
        if rest.contains('}') {
            return Err(entry.problem("closes a slot that was never opened"));
        }
        if !rest.is_empty() {
            let text = self.store(rest);
            self.pieces.push(Piece::Text(text));
        }
        Ok(Template { start, end: self.pieces.len() as u32 })
    }
}

fn slot(name: &str) -> Option<Slot> {
    Some(match name {
        "thing" => Slot::Thing,
        "Thing" => Slot::ThingCapital,
        "place" => Slot::Place,
        "Place" => Slot::PlaceCapital,
        "when" => Slot::When,
        "When" => Slot::WhenCapital,
        "quality" => Slot::Quality,
        "Quality" => Slot::QualityCapital,
        "n" => Slot::Number,
        _ => return None,
    })
}

/// The text with its first letter in upper case.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
