//! One language about one topic: says templates and emoji.

use super::Dice;
use crate::words::{
    Arena, Language, LanguageId, MAX_EMOJI, Phrase, Piece, Slot, Template, Topic, TopicId, Words,
};

/// Who speaks about what.
pub struct Voice<'w> {
    pub language: &'w Language,
    pub topic: &'w Topic,
    arena: &'w Arena,
    general_emoji: &'w [Phrase],
    things: &'w [Vec<Phrase>; 2],
}

impl<'w> Voice<'w> {
    #[inline]
    pub fn new(words: &'w Words, topic: TopicId, language: LanguageId) -> Voice<'w> {
        let speaker = words.language(language);
        Voice {
            language: speaker,
            topic: words.topic(topic),
            arena: words.arena(),
            general_emoji: &words.general().emoji,
            things: &speaker.slots.things[topic.0 as usize],
        }
    }

    /// Says a phrase as it is written.
    #[inline(always)]
    pub fn phrase(&self, phrase: Phrase, out: &mut String) {
        out.push_str(self.arena.text(phrase));
    }

    /// Says a template, its slots filled by draws.
    #[inline]
    pub fn say(&self, template: Template, dice: &mut Dice, out: &mut String) {
        let slots = &self.language.slots;
        for piece in self.arena.pieces(template) {
            let phrase = match *piece {
                Piece::Text(phrase) => phrase,
                Piece::Slot(Slot::Thing) => dice.pick(&self.things[0]),
                Piece::Slot(Slot::ThingCapital) => dice.pick(&self.things[1]),
                Piece::Slot(Slot::Place) => dice.pick(&slots.places[0]),
                Piece::Slot(Slot::PlaceCapital) => dice.pick(&slots.places[1]),
                Piece::Slot(Slot::When) => dice.pick(&slots.whens[0]),
                Piece::Slot(Slot::WhenCapital) => dice.pick(&slots.whens[1]),
                Piece::Slot(Slot::Quality) => dice.pick(&slots.qualities[0]),
                Piece::Slot(Slot::QualityCapital) => dice.pick(&slots.qualities[1]),
                Piece::Slot(Slot::Number) => {
                    let sides = dice_sides(dice);
                    number(2 + dice.below(sides), out);
                    continue;
                }
            };
            self.phrase(phrase, out);
        }
    }

    /// One to four emoji in a row, of the topic or general; now and then the same one repeated.
    #[inline]
    pub fn emoji(&self, dice: &mut Dice, out: &mut String) {
        const COUNTS: [u8; 8] = [1, 1, 1, 1, 2, 2, 3, MAX_EMOJI as u8];
        let count = dice.pick(&COUNTS);
        let repeated = count > 1 && dice.percent(50);
        let mut emoji = self.one_emoji(dice);
        for at in 0..count {
            if at > 0 && !repeated {
                emoji = self.one_emoji(dice);
            }
            self.phrase(emoji, out);
        }
    }

    #[inline]
    fn one_emoji(&self, dice: &mut Dice) -> Phrase {
        // The general list is used from its head: a few hearts and flames make up half of all emoji.
        if dice.percent(45) {
            dice.pick(&self.topic.emoji)
        } else {
            let (a, b) = (dice.below(self.general_emoji.len()), dice.below(self.general_emoji.len()));
            self.general_emoji[a.min(b)]
        }
    }
}

/// Small numbers are said more often than large ones.
#[inline]
fn dice_sides(dice: &mut Dice) -> usize {
    if dice.percent(70) { 9 } else { 96 }
}

/// A number below 100.
#[inline]
fn number(number: usize, out: &mut String) {
    if number >= 10 {
        out.push((b'0' + (number / 10) as u8) as char);
    }
    out.push((b'0' + (number % 10) as u8) as char);
}
