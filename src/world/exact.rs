//! Exact worlds: small ones, made once and held, whose counts are met to the row.
//!
//! A world whose profile states exact counts is chosen here: for each table exactly the stated number of all
//! candidates, by keys that are functions of the seed and the ids. Sign-ups, topics and languages are
//! those of a computed world, follows begin with the computed graph; then come photos, likes, comments and tags, each
//! after its causes. Time and memory grow with users times photos, hence the limit.

mod apart;
mod choose;
mod comments;
mod counts;
mod follows;
mod idle;
mod likes;
mod photos;
mod quiet;
mod tags;
mod weekdays;

use super::clock::Clock;
use super::comment::Comment;
use super::error::WorldError;
use super::follow::Follows;
use super::id::{PhotoId, UserId};
use super::like::Like;
use super::media::MediaRule;
use super::photo::Photo;
use super::user::Users;
use crate::profile::{ExactCounts, Profile};
use crate::time::Time;
use quiet::Quiet;
use tags::TagSet;

/// All facts of a small world.
#[derive(Debug)]
pub(super) struct Exact {
    /// The computed graph, for what does not depend on the choice: delays, bots.
    pub(super) base: Follows,
    pub(super) media: MediaRule,
    followees: Vec<Vec<UserId>>,
    followers: Vec<Vec<UserId>>,
    photos: Vec<Photo>,
    of_user: Vec<Vec<PhotoId>>,
    about: Vec<u8>,
    likes: Vec<Vec<Like>>,
    likers_of_all: Vec<UserId>,
    pub(super) idle: Option<UserId>,
    comments: Vec<Comment>,
    tags: TagSet,
}

/// What likes and comments are drawn from.
struct Stage<'a> {
    clock: &'a Clock,
    base: &'a Follows,
    born: &'a [Time],
    end: Time,
    followees: &'a [Vec<UserId>],
    followers: &'a [Vec<UserId>],
    photos: &'a [Photo],
}

impl Stage<'_> {
    fn follows(&self, user: UserId, other: UserId) -> bool {
        self.followees[user.0 as usize].binary_search(&other).is_ok()
    }

    /// From when on a user can react to a photo: it is there, the user too, and has begun to follow.
    fn could_see(&self, user: UserId, photo: &Photo) -> Time {
        let born = self.born[user.0 as usize];
        let known = photo.created_at.max(born);
        if !self.follows(user, photo.owner) {
            return known;
        }
        let both = born.max(self.born[photo.owner.0 as usize]);
        known.max(self.base.time(self.clock, user, photo.owner, both))
    }
}

/// Gives a world that is asked the questions of the course one busiest weekday; to be called before anything leans on
/// the sign-ups.
pub(super) fn settle_sign_ups(profile: &Profile, clock: &Clock, users: &mut Users) {
    if profile.exact.is_some_and(|counts| counts.course.is_some()) {
        weekdays::set_apart(users.kept_sign_ups(), clock.start(), clock.end());
    }
}

impl Exact {
    /// The world of a profile, if it is one to be held; its counts are checked.
    pub(super) fn new(profile: &Profile, clock: &Clock, users: &Users) -> Result<Option<Exact>, WorldError> {
        Ok(counts::from_profile(profile)?.map(|counts| Exact::with_counts(profile, clock, users, &counts)))
    }

    fn with_counts(profile: &Profile, clock: &Clock, users: &Users, counts: &ExactCounts) -> Exact {
        let seed = profile.seed;
        let base = follows::base(profile, users, counts.follows);
        let idle = idle::idle(users, &base, counts);
        let followees = follows::followees(seed, users, &base, idle, counts.follows);
        let followers = follows::transposed(&followees);
        let photos = photos::photos(seed, clock, users, idle, counts);
        let mut of_user = vec![vec![]; users.count as usize];
        let mut by_ordinal: Vec<&Photo> = photos.iter().collect();
        by_ordinal.sort_unstable_by_key(|photo| (photo.owner, photo.ordinal));
        by_ordinal.iter().for_each(|photo| of_user[photo.owner.0 as usize].push(photo.id));
        let about = tags::about(seed, &photos, |user| users.topic(user), users.count);
        let tags = tags::tags(seed, users.topic_count(), &photos, &about, counts);

        let born: Vec<Time> = (0..users.count).map(|u| users.signed_up(clock, UserId(u))).collect();
        let stage = Stage {
            clock,
            base: &base,
            born: &born,
            end: clock.end(),
            followees: &followees,
            followers: &followers,
            photos: &photos,
        };
        let mut likers_of_all = likes::likers_of_all(&stage, seed, idle, counts.users_who_like_all);
        likers_of_all.sort_unstable();
        let quiet = Quiet::new(seed, users.count, &photos, &likers_of_all, idle, counts);
        let likes = likes::likes(&stage, seed, &likers_of_all, &quiet, counts);
        let comments = comments::comments(&stage, seed, &quiet, counts.comments);
        Exact {
            media: MediaRule::new(seed),
            followees,
            followers,
            of_user,
            about,
            likes,
            likers_of_all,
            idle,
            comments,
            tags,
            photos,
            base,
        }
    }

    /// Those who like everything are programs; without such, the computed world says who is.
    pub(super) fn is_bot(&self, users: &Users, user: UserId) -> bool {
        if self.likers_of_all.is_empty() {
            return self.base.is_bot(users, user);
        }
        self.likers_of_all.binary_search(&user).is_ok()
    }

    pub(super) fn followees(&self, user: UserId) -> &[UserId] {
        &self.followees[user.0 as usize]
    }

    pub(super) fn followers(&self, user: UserId) -> &[UserId] {
        &self.followers[user.0 as usize]
    }

    pub(super) fn photos(&self) -> &[Photo] {
        &self.photos
    }

    /// The photos of a user, by ordinal.
    pub(super) fn photos_of(&self, user: UserId) -> &[PhotoId] {
        &self.of_user[user.0 as usize]
    }

    /// The topic of a photo.
    pub(super) fn photo_topic(&self, photo: PhotoId) -> u8 {
        self.about[photo.0 as usize]
    }

    pub(super) fn likes(&self, user: UserId) -> &[Like] {
        &self.likes[user.0 as usize]
    }

    /// All comments, in the order of their ids.
    pub(super) fn comments(&self) -> &[Comment] {
        &self.comments
    }

    pub(super) fn tags(&self) -> &TagSet {
        &self.tags
    }
}

#[cfg(test)]
mod tests;
