//! Comments: emoji, praise, a remark, a question; answers to a question that fit it, thanks, agreement; and what bots
//! write.
//!
//! What a comment says is a function of its number, so that an answer knows what was asked without a look at the row.

use super::voice::Voice;
use super::{Dice, Texts};
use crate::random::hash::{h1, scale32};
use crate::words::{LanguageId, Line, Phrase, TextList};
use crate::world::about::About;

/// Of 100 comments that answer none: those that are only emoji, praise, a remark; the others ask.
const EMOJI: usize = 11;
const PRAISE: usize = 40;
const REMARK: usize = 30;
/// Of 100 answers: those that begin with the name of whoever is answered.
const MENTION: usize = 75;
/// Of 100 comments in words: those that begin with a small letter, where they may.
const SMALL: usize = 35;
/// How many lines a bot uses.
const REFRAINS: u64 = 3;

/// A comment as the texts see it.
#[derive(Clone, Copy, Debug)]
pub struct Speech {
    /// The number that this comment is drawn by.
    pub number: u64,
    /// The language of the author.
    pub language: LanguageId,
    /// The author, if it is a bot.
    pub bot: Option<u32>,
    /// Whether the photo is the author's own.
    pub by_owner: bool,
    /// What is answered.
    pub answers: Option<Answered>,
}

/// A comment that is answered; it answers none itself.
#[derive(Clone, Copy, Debug)]
pub struct Answered {
    pub number: u64,
    pub language: LanguageId,
    pub by_bot: bool,
}

impl Texts {
    /// Appends the text of a comment on a photo; `name` appends the username of whoever is answered.
    #[inline]
    pub fn comment(&self, about: About, speech: &Speech, name: impl FnOnce(&mut String), out: &mut String) {
        let mut dice = Dice::new(self.comment, speech.number);
        let voice = Voice::new(self.words, about, speech.language);
        if let Some(answered) = speech.answers {
            if dice.percent(MENTION) {
                out.push('@');
                name(out);
                out.push(' ');
            }
            return self.answer(about, &voice, speech, &answered, &mut dice, out);
        }
        if let Some(bot) = speech.bot {
            return self.refrain(&voice, bot, &mut dice, out);
        }
        let said = if speech.by_owner { None } else { opening(&mut dice) };
        let Some(list) = said else { return voice.emoji(&mut dice, out) };
        let start = out.len();
        let line = voice.draw(list, &mut dice);
        voice.say(line.said, &mut dice, out);
        begin_small(&voice, start, &mut dice, out);
        let emoji = match list {
            TextList::Ask => 15,
            _ => {
                voice.phrase(dice.pick(&voice.language.marks), out);
                42
            }
        };
        if dice.percent(emoji) {
            out.push(' ');
            voice.emoji(&mut dice, out);
        }
    }

    /// The owner answers a question or thanks; others share the question or agree.
    fn answer(
        &self,
        about: About,
        voice: &Voice,
        speech: &Speech,
        answered: &Answered,
        dice: &mut Dice,
        out: &mut String,
    ) {
        let start = out.len();
        let asker = || Voice::new(self.words, about, answered.language);
        let question = if answered.by_bot { None } else { self.asked(asker, answered.number) };
        let replies = &voice.language.replies;
        let reply: Phrase = match (question, speech.by_owner) {
            (Some((asker, line)), true) => {
                let answer = dice.pick(asker.language.lines.answers(line));
                asker.say(answer, dice, out);
                begin_small(&asker, start, dice, out);
                return self.close_answer(&asker, dice, out);
            }
            (Some(_), false) => dice.pick(&replies.me_too),
            (None, true) => dice.pick(&replies.thanks),
            (None, false) => dice.pick(&replies.agree),
        };
        voice.phrase(reply, out);
        begin_small(voice, start, dice, out);
        self.close_answer(voice, dice, out);
    }

    /// The question that a comment asks, if it does, in the voice of whoever asks.
    #[inline(always)]
    fn asked<'w>(&self, voice: impl FnOnce() -> Voice<'w>, number: u64) -> Option<(Voice<'w>, Line)> {
        let mut dice = Dice::new(self.comment, number);
        (opening(&mut dice) == Some(TextList::Ask)).then(|| {
            let voice = voice();
            let line = voice.draw(TextList::Ask, &mut dice);
            (voice, line)
        })
    }

    fn close_answer(&self, voice: &Voice, dice: &mut Dice, out: &mut String) {
        if dice.percent(35) {
            out.push(' ');
            voice.emoji(dice, out);
        }
    }

    /// A bot has few things to say, and says them everywhere.
    fn refrain(&self, voice: &Voice, bot: u32, dice: &mut Dice, out: &mut String) {
        let spam = &voice.language.spam;
        let first = h1(self.bot, u64::from(bot));
        let at = scale32(first, spam.len() as u64) as usize + dice.below(REFRAINS as usize);
        voice.phrase(spam[at % spam.len()], out);
    }
}

/// What kind of thing a comment says, by the first number of its dice.
#[inline(always)]
fn opening(dice: &mut Dice) -> Option<TextList> {
    match dice.below(100) {
        share if share < EMOJI => None,
        share if share < EMOJI + PRAISE => Some(TextList::Praise),
        share if share < EMOJI + PRAISE + REMARK => Some(TextList::Say),
        _ => Some(TextList::Ask),
    }
}

/// People write as they like: some begin with a small letter.
#[inline]
fn begin_small(voice: &Voice, start: usize, dice: &mut Dice, out: &mut str) {
    if dice.percent(SMALL)
        && voice.language.may_begin_small(&out[start..])
        && let Some(first) = out.get_mut(start..start + 1)
    {
        first.make_ascii_lowercase();
    }
}
