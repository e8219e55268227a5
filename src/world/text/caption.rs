//! Captions: nothing, a few words, or sentences about one subject; then the photo's hashtags, all of them and no other.

use super::voice::Voice;
use super::{Dice, Texts};
use crate::words::TextList;
use crate::world::about::About;

/// Photos without a hashtag have no caption at all in 42 of 100 cases; photos with some have only them in 10.
const EMPTY_UNTAGGED: usize = 42;
const EMPTY_TAGGED: usize = 10;
/// Of 100 captions: those of a few words.
const SHORT: usize = 50;
/// How many sentences follow the first one, in equal parts.
const FOLLOWING: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 3, MAX_FOLLOWING as u8];
const MAX_FOLLOWING: usize = 5;
/// A text that has come this far, in bytes, is brought to its end: with its hashtags it fits its column.
const LONG: usize = 700;

impl Texts {
    /// Appends the caption of a photo: a text about its subject in the language of its owner, then the names of its tags.
    #[inline]
    pub fn caption<'n>(
        &self,
        photo: u64,
        about: About,
        tags: impl ExactSizeIterator<Item = &'n str>,
        out: &mut String,
    ) {
        let start = out.len();
        let mut dice = Dice::new(self.caption, photo);
        let empty = if tags.len() == 0 { EMPTY_UNTAGGED } else { EMPTY_TAGGED };
        if !dice.percent(empty) {
            caption_text(&Voice::new(self.words, about, about.language), &mut dice, out);
        }
        for tag in tags {
            if out.len() > start {
                out.push(' ');
            }
            out.push('#');
            out.push_str(tag);
        }
    }
}

fn caption_text(voice: &Voice, dice: &mut Dice, out: &mut String) {
    let with_emoji = dice.percent(52);
    if with_emoji && dice.percent(12) {
        voice.emoji(dice, out);
        out.push(' ');
    }
    if dice.percent(SHORT) {
        let short = voice.draw(TextList::Short, dice);
        voice.say(short.said, dice, out);
    } else {
        told(voice, dice, out);
    }
    if with_emoji {
        out.push(' ');
        voice.emoji(dice, out);
    }
}

/// A first sentence, perhaps some that go on from there, perhaps one that closes.
fn told(voice: &Voice, dice: &mut Dice, out: &mut String) {
    let start = out.len();
    let tell = voice.draw(TextList::Tell, dice);
    voice.say(tell.said, dice, out);
    let mut said = [None; MAX_FOLLOWING];
    for at in 0..usize::from(dice.pick(&FOLLOWING)) {
        if out.len() - start > LONG {
            break;
        }
        let more = voice.draw(TextList::More, dice).said;
        if said[..at].contains(&Some(more)) {
            continue;
        }
        said[at] = Some(more);
        voice.phrase(voice.language.gap, out);
        voice.say(more, dice, out);
    }
    if dice.percent(22) {
        let close = voice.draw(TextList::Close, dice);
        voice.phrase(voice.language.gap, out);
        voice.say(close.said, dice, out);
    }
}
