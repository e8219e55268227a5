//! Who writes the comments of one photo, and which of them answers which.
//!
//! Mostly followers of the owner, drawn in constant time; the owner answers some of them. Whoever had not signed up
//! when the comment was written is drawn again. An answer and what it answers lie in the same epoch, so that no
//! window needs another one.

use super::Comments;
use crate::random::hash::{chance, h2, scale32, threshold};
use crate::time::Time;
use crate::world::follow::Audience;
use crate::world::id::{PhotoId, UserId};
use crate::world::scene::Scene;

/// The chance that a comment which is not the first answers an earlier one.
const REPLY: f64 = 0.7;
/// The part of the answers that come from the owner.
const REPLY_BY_OWNER: f64 = 0.85;
const DRAWS: u64 = 8;

/// The comments of one photo, in the order of time.
#[derive(Clone, Debug, Default)]
pub(super) struct Thread {
    pub(super) entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) time: Time,
    pub(super) ordinal: u32,
    pub(super) author: UserId,
    /// The index of the comment that is answered.
    pub(super) answers: Option<usize>,
}

/// A photo that is commented on.
#[derive(Clone, Debug)]
pub(super) struct Topic<'a> {
    pub(super) photo: PhotoId,
    pub(super) owner: UserId,
    pub(super) epoch: usize,
    pub(super) audience: &'a Audience,
}

impl Comments {
    /// When each of the comments of a photo is written.
    #[inline(always)]
    pub(super) fn times(&self, scene: Scene, photo: PhotoId, posted: Time, count: u32, thread: &mut Thread) {
        let room = scene.room_after(posted).min(super::MAX_DELAY);
        thread.entries.clear();
        thread.entries.extend((0..count).map(|ordinal| {
            let hash = h2(self.keys.delay, photo.0 as u64, ordinal as u64);
            let time = Time(posted.0 + self.delay.draw((hash >> 32) as u32, room));
            Entry { time, ordinal, author: UserId(0), answers: None }
        }));
        thread.entries.sort_unstable_by_key(|entry| (entry.time, entry.ordinal));
    }

    /// Gives every comment of a thread its author, and some of them what they answer.
    #[inline(always)]
    pub(super) fn people(&self, scene: Scene, topic: &Topic, thread: &mut Thread) {
        for i in 0..thread.entries.len() {
            let Entry { time, ordinal, .. } = thread.entries[i];
            let answers = if i == 0 { None } else { self.answered(scene, topic, &thread.entries[..i], time) };
            let hash = h2(self.keys.reply, topic.photo.0 as u64, ordinal as u64);
            let by_owner = answers.is_some_and(|parent| {
                thread.entries[parent].author != topic.owner
                    && (hash & 0xFFFF_FFFF) < threshold(REPLY_BY_OWNER)
            });
            let author = if by_owner { topic.owner } else { self.stranger(scene, topic, ordinal, time) };
            let entry = &mut thread.entries[i];
            (entry.author, entry.answers) = (author, answers);
        }
    }

    /// The earlier comment that one at `time` answers, if any.
    fn answered(&self, scene: Scene, topic: &Topic, earlier: &[Entry], time: Time) -> Option<usize> {
        let hash = h2(self.keys.reply, topic.photo.0 as u64, !(earlier.len() as u64));
        if !chance(hash, threshold(REPLY)) {
            return None;
        }
        let begin = scene.photos.epoch_start(scene.photos.epoch_from(topic.epoch, time));
        let from = earlier.partition_point(|entry| entry.time < begin);
        let to = earlier.partition_point(|entry| entry.time < time);
        (from < to).then(|| from + scale32(hash.rotate_left(32), (to - from) as u64) as usize)
    }

    /// A follower who had signed up at `time`; if none is met, anybody who had.
    #[inline(always)]
    fn stranger(&self, scene: Scene, topic: &Topic, ordinal: u32, time: Time) -> UserId {
        let draw = |i: u64| h2(self.keys.author, topic.photo.0 as u64, (ordinal as u64) << 8 | i);
        for i in 0..DRAWS {
            let follower = scene.follows.draw_follower(scene.users, topic.audience, draw(i));
            if let Some(author) = follower
                && scene.signed_up(author) <= time
            {
                return author;
            }
        }
        // The owner signed up in an epoch before the photo's: there is at least one.
        UserId(scale32(draw(DRAWS), scene.photos.signed_up()[topic.epoch] as u64) as u32)
    }
}
