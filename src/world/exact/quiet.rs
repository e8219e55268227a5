//! Who says nothing: one user of whom there is no row at all, others without a photo, a like or a comment, and others who
//! never comment.

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
        idle: Option<UserId>,
        counts: &ExactCounts,
    ) -> Quiet {
        let none = vec![false; users as usize];
        let mut nothing = none.clone();
        idle.iter().for_each(|user| nothing[user.0 as usize] = true);
        let Some(CourseCounts { users_who_do_nothing, users_who_never_comment }) = counts.course else {
            return Quiet { no_comment: nothing.clone(), nothing, min_weight: 0.0, others_comment: false };
        };
        let mut posts = none.clone();
        photos.iter().for_each(|photo| posts[photo.owner.0 as usize] = true);
        let some_of = |stream: u64, posting: bool, count: u32| {
            let key = stream_key(seed, stream);
            let candidates = (0..users).map(UserId);
            let candidates = candidates.filter(|user| !of_all.contains(user) && Some(*user) != idle);
            let candidates = candidates.filter(|user| posts[user.0 as usize] == posting);
            choose(candidates.map(|user| (h1(key, user.index()), 1.0, user)), count as usize)
        };
        let idle = idle.map_or(0, |_| 1);
        for user in some_of(NOTHING, false, users_who_do_nothing - idle) {
            nothing[user.0 as usize] = true;
        }
        let mut no_comment = nothing.clone();
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
