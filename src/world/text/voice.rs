//! One language about one photo: draws lines, says them, and adds emoji.

use super::Dice;
use crate::decimal;
use crate::words::{
    Arena, Language, LanguageId, Line, Phrase, Piece, Reach, Template, TextList, Topic, Words,
};
use crate::world::about::About;

/// The longest row of emoji.
const MAX_EMOJI: u8 = 4;
/// Of 100 draws: how many come from the lines for any photo, and how many from those for the kind; the others are of the
/// topic.
type Shares = (usize, usize);

/// Who speaks about what.
pub struct Voice<'w> {
    pub language: &'w Language,
    pub topic: &'w Topic,
    words: &'w Words,
    arena: &'w Arena,
    about: About,
    subject: u16,
    place: Option<&'w [[Phrase; 2]]>,
}

impl<'w> Voice<'w> {
    #[inline]
    pub fn new(words: &'w Words, about: About, language: LanguageId) -> Voice<'w> {
        let language = words.language(language);
        Voice {
            language,
            topic: words.topic(about.topic),
            words,
            arena: language.arena(),
            about,
            subject: about.subject_number(words),
            place: about.place.and_then(|place| language.place(place)),
        }
    }

    /// Says a phrase as it is written.
    #[inline(always)]
    pub fn phrase(&self, phrase: Phrase, out: &mut String) {
        out.push_str(self.arena.text(phrase));
    }

    /// Draws a line of a list that fits the photo; every list has lines that need no place.
    #[inline]
    pub fn draw(&self, list: TextList, dice: &mut Dice) -> Line {
        let (any, kind) = shares(list);
        let reach = match dice.below(100) {
            share if share < any => Reach::Any,
            share if share < any + kind => Reach::Kind,
            _ => Reach::Own,
        };
        let lines = &self.language.lines;
        let run = lines.run(list, reach, self.about.kind, self.subject);
        let count = run.len(self.place.is_some());
        // What fits every photo is said again and again: a few words by most.
        let at = match (list, reach) {
            (TextList::Praise, Reach::Any) => dice.early(count),
            _ => dice.below(count as usize) as u32,
        };
        lines.line(run, at)
    }

    /// Says a template about the photo.
    #[inline]
    pub fn say(&self, template: Template, dice: &mut Dice, out: &mut String) {
        for piece in self.arena.pieces(template) {
            let phrase = match *piece {
                Piece::Text(phrase) => phrase,
                Piece::Subject { form, capital } => {
                    self.language.subject(self.subject).forms[usize::from(form)][usize::from(capital)]
                }
                Piece::Place { form, capital } => match self.place {
                    Some(place) => place[usize::from(form)][usize::from(capital)],
                    None => continue,
                },
                Piece::Class { first } => {
                    self.arena.variant(first, self.language.subject(self.subject).class)
                }
                Piece::Number { from, to } => {
                    let number = usize::from(from) + dice.below(usize::from(to - from) + 1);
                    decimal::write(number as u64, out);
                    continue;
                }
            };
            self.phrase(phrase, out);
        }
    }

    /// One to four emoji in a row, of the topic or general; now and then the same one repeated.
    #[inline]
    pub fn emoji(&self, dice: &mut Dice, out: &mut String) {
        const COUNTS: [u8; 8] = [1, 1, 1, 1, 2, 2, 3, MAX_EMOJI];
        let count = dice.pick(&COUNTS);
        let repeated = count > 1 && dice.percent(50);
        let mut emoji = self.one_emoji(dice);
        for at in 0..count {
            if at > 0 && !repeated {
                emoji = self.one_emoji(dice);
            }
            out.push_str(self.words.arena().text(emoji));
        }
    }

    #[inline]
    fn one_emoji(&self, dice: &mut Dice) -> Phrase {
        // The general list is used from its head: a few hearts and flames make up half of all emoji.
        if dice.percent(45) {
            return dice.pick(&self.topic.emoji);
        }
        let general = &self.words.general().emoji;
        let (a, b) = (dice.below(general.len()), dice.below(general.len()));
        general[a.min(b)]
    }
}

/// Short words fit many photos; what is told belongs to the topic.
fn shares(list: TextList) -> Shares {
    match list {
        TextList::Praise => (38, 26),
        TextList::Short => (28, 22),
        TextList::Say | TextList::Ask => (14, 28),
        TextList::Tell => (6, 26),
        TextList::More => (10, 26),
        TextList::Close => (40, 20),
    }
}
