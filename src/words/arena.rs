//! One text that all phrases point into, and templates compiled to pieces of it.
//!
//! A template is written as `{The} again`; compiled it is a run of pieces, so that saying it costs one copy a piece.

use super::WordsError;
use super::file::Entry;

/// A span of the arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Phrase {
    start: u32,
    end: u32,
}

/// A part of a template.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    Text(Phrase),
    /// A form of the photo's subject, or of its place; perhaps with a capital.
    Subject {
        form: u8,
        capital: bool,
    },
    Place {
        form: u8,
        capital: bool,
    },
    /// One of the variants that begin here: the one of the subject's class.
    Class {
        first: u32,
    },
    /// A number of a range.
    Number {
        from: u8,
        to: u8,
    },
}

/// A compiled template: a run of pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Template {
    start: u32,
    end: u32,
}

/// What the slots of a language are called.
#[derive(Debug, Default)]
pub struct SlotNames {
    pub classes: Vec<String>,
    pub forms: Vec<String>,
    pub place_forms: Vec<String>,
}

/// Where a template may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slots {
    None,
    Place,
    SubjectAndPlace,
}

/// The text and the pieces of everything that can be said in a language.
#[derive(Debug, Default)]
pub struct Arena {
    text: String,
    pieces: Vec<Piece>,
    /// Phrases by class of noun, in runs.
    variants: Vec<Phrase>,
}

impl Arena {
    /// The text of a phrase.
    #[inline(always)]
    pub fn text(&self, phrase: Phrase) -> &str {
        &self.text[phrase.start as usize..phrase.end as usize]
    }

    /// All texts, one after another.
    pub fn all(&self) -> &str {
        &self.text
    }

    /// The pieces of a template.
    #[inline(always)]
    pub fn pieces(&self, template: Template) -> &[Piece] {
        &self.pieces[template.start as usize..template.end as usize]
    }

    /// The variant of a [`Piece::Class`] for a class.
    #[inline(always)]
    pub fn variant(&self, first: u32, class: u8) -> Phrase {
        self.variants[first as usize + usize::from(class)]
    }

    /// Stores a text.
    pub(super) fn store(&mut self, text: &str) -> Phrase {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        Phrase { start, end: self.text.len() as u32 }
    }

    /// Stores plain phrases: no slots, no '#', no '@'.
    pub(super) fn phrases(&mut self, entries: &[Entry]) -> Result<Vec<Phrase>, WordsError> {
        let plain = |entry: &Entry| {
            entry.refuse(&['{', '}'], "holds a slot, and this list takes plain text")?;
            entry.clean()
        };
        entries.iter().map(|entry| plain(entry).map(|()| self.store(&entry.text))).collect()
    }

    /// Stores a text twice: as it is written, and with a capital.
    pub(super) fn both_cases(&mut self, text: &str) -> [Phrase; 2] {
        let as_written = self.store(text);
        let mut letters = text.chars();
        let capital: String =
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
        [as_written, if capital == text { as_written } else { self.store(&capital) }]
    }

    /// Whether a template names the place.
    pub(super) fn names_place(&self, template: Template) -> bool {
        self.pieces(template).iter().any(|piece| matches!(piece, Piece::Place { .. }))
    }

    /// The most characters that a template can grow to, where a form of a subject or place has at most `longest`.
    pub(super) fn longest(&self, template: Template, longest: usize, classes: usize) -> usize {
        let count = |phrase| self.text(phrase).chars().count();
        let pieces = self.pieces(template).iter();
        pieces
            .map(|piece| match *piece {
                Piece::Text(phrase) => count(phrase),
                Piece::Subject { .. } | Piece::Place { .. } => longest,
                Piece::Class { first } => {
                    (0..classes).map(|class| count(self.variant(first, class as u8))).max().unwrap_or(0)
                }
                Piece::Number { .. } => 3,
            })
            .sum()
    }

    /// Compiles a template; `text` is the part of the entry that is said.
    pub(super) fn compile(
        &mut self,
        entry: &Entry,
        text: &str,
        names: &SlotNames,
        slots: Slots,
    ) -> Result<Template, WordsError> {
        entry.clean()?;
        let start = self.pieces.len() as u32;
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            self.literal(entry, &rest[..open])?;
            let close =
                rest[open..].find('}').ok_or_else(|| entry.problem("opens a slot and never closes it"))?;
            let piece = self.slot(entry, &rest[open + 1..open + close], names, slots)?;
            self.pieces.push(piece);
            rest = &rest[open + close + 1..];
        }
        self.literal(entry, rest)?;
        Ok(Template { start, end: self.pieces.len() as u32 })
    }

    fn literal(&mut self, entry: &Entry, text: &str) -> Result<(), WordsError> {
        if text.contains('}') {
            return Err(entry.problem("closes a slot that was never opened"));
        }
        if !text.is_empty() {
            let text = self.store(text);
            self.pieces.push(Piece::Text(text));
        }
        Ok(())
    }

    fn slot(
        &mut self,
        entry: &Entry,
        slot: &str,
        names: &SlotNames,
        slots: Slots,
    ) -> Result<Piece, WordsError> {
        if slots == Slots::None {
            return Err(entry.problem("holds a slot, and this list takes plain text"));
        }
        if let Some((from, to)) = slot.split_once('-')
            && let (Ok(from), Ok(to)) = (from.parse(), to.parse())
        {
            return match from < to {
                true => Ok(Piece::Number { from, to }),
                false => Err(entry.problem("has a range of numbers whose end is not above its begin")),
            };
        }
        let subject = slots == Slots::SubjectAndPlace;
        if slot.contains(':') && subject {
            return self.variants(entry, slot, &names.classes);
        }
        let lower = slot.to_lowercase();
        let (capital, find) =
            (lower != slot, |list: &[String]| list.iter().position(|name| *name == lower).map(|at| at as u8));
        match (find(&names.forms), find(&names.place_forms)) {
            (Some(form), _) if subject => Ok(Piece::Subject { form, capital }),
            (Some(_), _) => {
                Err(entry.problem("speaks of the subject, and this list is for photos of any subject"))
            }
            (None, Some(form)) => Ok(Piece::Place { form, capital }),
            (None, None) => Err(entry.problem_with(format!(
                "has the slot {{{slot}}}, which no word fills; the slots are the forms ({}), those of places ({}), \
                 numbers ({{2-5}}) and words by class ({{{}}})",
                names.forms.join(", "),
                names.place_forms.join(", "),
                names.classes.iter().map(|class| format!("{class}:...")).collect::<Vec<_>>().join("|"),
            ))),
        }
    }

    /// `m:schöner|f:schöne`: one variant for each class.
    fn variants(&mut self, entry: &Entry, slot: &str, classes: &[String]) -> Result<Piece, WordsError> {
        let mut found = vec![None; classes.len()];
        for variant in slot.split('|') {
            let (class, text) = variant.split_once(':').unwrap_or((variant, ""));
            let at = classes.iter().position(|name| name == class).ok_or_else(|| {
                entry.problem_with(format!(
                    "has words for the class {class:?}; the classes are {}",
                    classes.join(", ")
                ))
            })?;
            found[at] = Some(self.store(text));
        }
        let found: Option<Vec<Phrase>> = found.into_iter().collect();
        let found = found.ok_or_else(|| {
            entry.problem_with(format!("needs words for each of the classes {}", classes.join(", ")))
        })?;
        let first = self.variants.len() as u32;
        self.variants.extend(found);
        Ok(Piece::Class { first })
    }
}
