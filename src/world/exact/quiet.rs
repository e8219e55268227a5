//! Who says nothing: users without a photo, a like or a comment, and others who never comment.

use super::choose::choose;
use crate::profile::{CourseCounts, ExactCounts};
use crate::random::hash::{h1, key as stream_key, stream};
use crate::world::id::UserId;
use crate::world::photo::Photo;

const NOTHING: u64 = stream("exact.quiet.nothing");
const COMMENT: u64 = stream("exact.quiet.comment");
/// The least weight of an author: a user who is not meant to be silent is seldom found to be.
const MIN_WEIGHT: f64 = 0.02;

/// Who says nothing, by user; a world that does not count them leaves it to chance.
#[derive(Debug)]
pub(super) struct Quiet {
    nothing: Vec<bool>,
    no_comment: Vec<bool>,
    /// No author weighs less.
    pub(super) min_weight: f64,
    /// Whether everyone else comments at least once.
    pub(super) others_comment: bool,
}

impl Quiet {
    pub(super) fn new(
        seed: u64,
        users: u32,
        photos: &[Photo],
        of_all: &[UserId],
        counts: &ExactCounts,
    ) -> Quiet {
        let none = vec![false; users as usize];
        let Some(CourseCounts { users_who_do_nothing, users_who_never_comment }) = counts.course else {
            return Quiet { nothing: none.clone(), no_comment: none, min_weight: 0.0, others_comment: false };
        };
        let mut posts = none.clone();
        photos.iter().for_each(|photo| posts[photo.owner.0 as usize] = true);
        let some_of = |stream: u64, posting: bool, count: u32| {
            let key = stream_key(seed, stream);
            let candidates = (0..users).map(UserId).filter(|user| !of_all.contains(user));
            let candidates = candidates.filter(|user| posts[user.0 as usize] == posting);
            choose(candidates.map(|user| (h1(key, user.index()), 1.0, user)), count as usize)
        };
        let (mut nothing, mut no_comment) = (none.clone(), none);
        for user in some_of(NOTHING, false, users_who_do_nothing) {
            nothing[user.0 as usize] = true;
            no_comment[user.0 as usize] = true;
        }
        for user in some_of(COMMENT, true, users_who_never_comment - users_who_do_nothing) {
            no_comment[user.0 as usize] = true;
        }
        Quiet { nothing, no_comment, min_weight: MIN_WEIGHT, others_comment: true }
    }

    pub(super) fn does_nothing(&self, user: UserId) -> bool {
        self.nothing[user.0 as usize]
    }

    pub(super) fn never_comments(&self, user: UserId) -> bool {
        self.no_comment[user.0 as usize]
    }
}
