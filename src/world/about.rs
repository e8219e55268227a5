//! What a photo is about: one subject of its topic, and perhaps one place, of the owner's country or of a journey.
//!
//! Captions, hashtags, comments and addresses of pictures all ask here, so that they speak of the same thing.

use super::World;
use super::id::{PhotoId, UserId};
use crate::profile::Profile;
use crate::random::hash::{chance, h1, key, scale32, stream, threshold};
use crate::words::{Kind, LanguageId, PlaceId, Subject, TopicId, Words};

/// Photos whose subject can be anywhere: those with a place, and of these those taken on a journey.
const PLACED: f64 = 0.38;
const ABROAD: f64 = 0.27;

/// What a photo shows, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct About {
    /// The topic as the world numbers it, and as the word lists do.
    pub community: u8,
    pub topic: TopicId,
    /// The number of the subject within its topic.
    pub subject: u8,
    pub kind: Kind,
    pub place: Option<PlaceId>,
    /// The language of the owner.
    pub language: LanguageId,
}

impl About {
    /// The number of the subject among those of all topics.
    #[inline(always)]
    pub(crate) fn subject_number(&self, words: &Words) -> u16 {
        words.topic(self.topic).first_subject + u16::from(self.subject)
    }

    /// The subject as the word lists know it.
    #[inline(always)]
    pub(crate) fn subject_of<'w>(&self, words: &'w Words) -> &'w Subject {
        &words.topic(self.topic).subjects[usize::from(self.subject)]
    }
}

/// The rule, under one seed.
#[derive(Clone, Debug)]
pub(crate) struct Abouts {
    words: &'static Words,
    languages: Vec<LanguageId>,
    key: u64,
}

impl Abouts {
    pub(super) fn new(words: &'static Words, profile: &Profile) -> Abouts {
        let languages =
            profile.languages.iter().map(|(code, _)| words.language_of(code).unwrap_or(LanguageId(0)));
        Abouts { words, languages: languages.collect(), key: key(profile.seed, stream("photo.about")) }
    }

    pub(super) fn words(&self) -> &'static Words {
        self.words
    }

    /// How many places the word lists know.
    pub(super) fn places(&self) -> usize {
        self.words.places().len()
    }

    /// A world may have more communities than the lists have topics: they share the words then.
    #[inline(always)]
    fn of(&self, photo: u64, community: u8, language: u8) -> About {
        let hash = h1(self.key, photo);
        let topic = self.words.topic_of_community(community);
        let language = self.languages[usize::from(language)];
        let subjects = &self.words.topic(topic).subjects;
        let subject = scale32(hash, subjects.len() as u64) as u8;
        let Subject { kind, has_place, .. } = subjects[usize::from(subject)];
        let place = has_place.then(|| self.place(h1(self.key ^ 1, photo), language)).flatten();
        About { community, topic, subject, kind, place, language }
    }

    fn place(&self, hash: u64, language: LanguageId) -> Option<PlaceId> {
        if !chance(hash, threshold(PLACED)) {
            return None;
        }
        let (abroad, home) = (self.words.general().abroad.len() as u64, &self.words.language(language).home);
        let choice = hash.rotate_left(32);
        if home.is_empty() || chance(choice, threshold(ABROAD)) {
            return Some(PlaceId(scale32(choice.rotate_left(16), abroad) as u16));
        }
        // Large cities come first in their lists, and more people live there.
        let pick = |hash: u64| scale32(hash, home.len() as u64) as usize;
        Some(home[pick(choice.rotate_left(16)).min(pick(choice.rotate_left(40)))])
    }
}

impl World {
    /// What a photo of this owner is about.
    #[inline(always)]
    pub fn about(&self, photo: PhotoId, owner: UserId) -> About {
        let community = self.photo_topic(photo, owner);
        self.abouts.of(u64::from(photo.0), community, self.users.language(owner))
    }

    /// A language of the profile, as the word lists number it.
    pub fn language_id(&self, of_profile: u8) -> LanguageId {
        self.abouts.languages[usize::from(of_profile)]
    }

    /// The main interest of a user, as the word lists number topics.
    #[inline(always)]
    pub fn interest(&self, user: UserId) -> TopicId {
        self.words().topic_of_community(self.users.topic(user))
    }

    /// The language of a user, as the word lists number it.
    #[inline(always)]
    pub fn speaks(&self, user: UserId) -> LanguageId {
        self.abouts.languages[usize::from(self.users.language(user))]
    }
}
