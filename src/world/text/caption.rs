//! Captions: nothing, a few words, or up to eight sentences; then the photo's hashtags, all of them and no other.

use super::voice::Voice;
use super::{Dice, Texts};
use crate::words::{LanguageId, MAX_SENTENCES, TopicId};

/// Photos without a hashtag have no caption at all in so many of 100 cases, photos with some have only them.
const EMPTY_UNTAGGED: usize = 42;
const EMPTY_TAGGED: usize = 10;
/// The number of sentences of a caption, 0 for a few words, in equal parts.
const SENTENCES: [u8; 32] = [
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    0,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    1,
    2,
    2,
    2,
    3,
    3,
    4,
    4,
    5,
    6,
    MAX_SENTENCES as u8,
];

impl Texts {
    /// Appends the caption of a photo: a text about the topic in the language of its owner, then the names of its tags.
    #[inline]
    pub fn caption<'n>(
        &self,
        photo: u64,
        topic: TopicId,
        language: LanguageId,
        tags: impl ExactSizeIterator<Item = &'n str>,
        out: &mut String,
    ) {
        let start = out.len();
        let mut dice = Dice::new(self.caption, photo);
        let empty = if tags.len() == 0 { EMPTY_UNTAGGED } else { EMPTY_TAGGED };
        if !dice.percent(empty) {
            caption_text(&Voice::new(self.words, topic, language), &mut dice, out);
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
    let captions = &voice.language.captions;
    let count = dice.pick(&SENTENCES) as usize;
    let with_emoji = dice.percent(58);
    if with_emoji && dice.percent(12) {
        voice.emoji(dice, out);
        out.push(' ');
    }
    if count == 0 {
        voice.say(dice.pick(&captions.short), dice, out);
    }
    let mut said = [usize::MAX; MAX_SENTENCES];
    for sentence in 0..count {
        if sentence > 0 {
            voice.phrase(voice.language.gap, out);
        }
        let mut next = dice.below(captions.sentences.len());
        while said.contains(&next) {
            next = (next + 1) % captions.sentences.len();
        }
        said[sentence] = next;
        voice.say(captions.sentences[next], dice, out);
    }
    if count > 0 && dice.percent(25) {
        voice.phrase(voice.language.gap, out);
        voice.say(dice.pick(&captions.endings), dice, out);
    }
    if with_emoji {
        out.push(' ');
        voice.emoji(dice, out);
    }
}
