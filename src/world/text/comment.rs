//! Comments: emoji, a few words, a sentence, a question; replies, which mostly mention whom they answer.

use super::voice::Voice;
use super::{Dice, Texts};
use crate::words::{LanguageId, TopicId};

/// What a comment consists of.
#[derive(Clone, Copy)]
enum Kind {
    Emoji,
    Short,
    Body,
    ShortAndBody,
    Question,
    BodyAndQuestion,
    Reply,
}

use Kind::{Body, BodyAndQuestion, Emoji, Question, Reply, Short, ShortAndBody};

/// The kinds in equal parts.
const KINDS: [Kind; 32] = [
    Emoji,
    Emoji,
    Emoji,
    Emoji,
    Short,
    Short,
    Short,
    Short,
    Short,
    Short,
    Short,
    Short,
    Short,
    Body,
    Body,
    Body,
    Body,
    Body,
    Body,
    Body,
    Body,
    Body,
    Body,
    Body,
    ShortAndBody,
    ShortAndBody,
    Question,
    Question,
    Question,
    Question,
    BodyAndQuestion,
    BodyAndQuestion,
];
const REPLY_KINDS: [Kind; 16] = [
    Emoji, Emoji, Short, Short, Body, Question, Reply, Reply, Reply, Reply, Reply, Reply, Reply, Reply,
    Reply, Reply,
];

impl Texts {
    /// Appends the text of a comment on a photo of this topic, in the language of its author; `reply_to` is the
    /// username of the author of the comment that it answers.
    #[inline]
    pub fn comment(
        &self,
        comment: u64,
        topic: TopicId,
        language: LanguageId,
        reply_to: Option<&str>,
        out: &mut String,
    ) {
        let mut dice = Dice::new(self.comment, comment);
        let voice = Voice::new(self.words, topic, language);
        let words = &voice.language.comments;
        let kind = match reply_to {
            None => dice.pick(&KINDS),
            Some(username) => {
                if dice.percent(75) {
                    out.push('@');
                    out.push_str(username);
                    out.push(' ');
                }
                dice.pick(&REPLY_KINDS)
            }
        };
        let start = out.len();
        let mut emoji_share = 40;
        match kind {
            Emoji => return voice.emoji(&mut dice, out),
            Short => voice.phrase(dice.pick(&words.short), out),
            Body => opened_body(&voice, &mut dice, out),
            ShortAndBody => {
                voice.phrase(dice.pick(&words.short), out);
                voice.phrase(voice.language.comma, out);
                voice.say(dice.pick(&words.bodies), &mut dice, out);
            }
            Question => {
                voice.say(dice.pick(&words.questions), &mut dice, out);
                emoji_share = 20;
            }
            BodyAndQuestion => {
                voice.say(dice.pick(&words.bodies), &mut dice, out);
                voice.phrase(voice.language.comma, out);
                voice.say(dice.pick(&words.questions), &mut dice, out);
                emoji_share = 20;
            }
            Reply => voice.say(dice.pick(&words.replies), &mut dice, out),
        }
        letter_case(&mut dice, &mut out[start..]);
        match kind {
            Question | BodyAndQuestion => voice.phrase(voice.language.question, out),
            _ => voice.phrase(dice.pick(&voice.language.marks), out),
        }
        if dice.percent(emoji_share) {
            out.push(' ');
            voice.emoji(&mut dice, out);
        }
    }
}

fn opened_body(voice: &Voice, dice: &mut Dice, out: &mut String) {
    let words = &voice.language.comments;
    if dice.percent(25) {
        voice.phrase(dice.pick(&words.openers), out);
        voice.phrase(voice.language.gap, out);
    }
    voice.say(dice.pick(&words.bodies), dice, out);
}

/// People write as they like: the first letter is made a capital or a small one, where it is one of a-z.
#[inline]
fn letter_case(dice: &mut Dice, text: &mut str) {
    let capital = dice.percent(60);
    if let Some(first) = text.get_mut(..1) {
        if capital {
            first.make_ascii_uppercase();
        } else {
            first.make_ascii_lowercase();
        }
    }
}
