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
use super::planted::Planted;
use super::user::Users;
use crate::profile::{ExactCounts, Profile};
use crate::time::Time;
use quiet::Quiet;
use tags::TagSet;

/// All facts of a small world.
#[derive(Debug)]
pub(super) struct Exact {
    source: Source,
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

/// Where the rows come from, for what is not kept with them.
#[derive(Debug)]
enum Source {
    /// Chosen. The computed graph says what does not depend on the choice: delays, bots.
    Chosen(Box<Follows>),
    /// Planted.
    Planted(Box<Planted>),
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
        let of_user = by_user(&photos, users.count);
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
            source: Source::Chosen(Box::new(base)),
        }
    }

    /// A world whose rows are planted.
    pub(super) fn planted(profile: &Profile, users: &Users, mut planted: Planted) -> Exact {
        let photos = std::mem::take(&mut planted.photos);
        let mut followees = vec![vec![]; users.count as usize];
        planted
            .follows
            .keys()
            .for_each(|(follower, followee)| followees[follower.0 as usize].push(*followee));
        let tags = TagSet {
            coined: vec![profile.start; planted.tag_kinds.len()],
            kinds: std::mem::take(&mut planted.tag_kinds),
            of_photo: std::mem::take(&mut planted.tags_of_photo),
        };
        Exact {
            media: MediaRule::new(profile.seed),
            followers: follows::transposed(&followees),
            followees,
            of_user: by_user(&photos, users.count),
            about: tags::about(profile.seed, &photos, |user| users.topic(user), users.count),
            likes: std::mem::take(&mut planted.likes),
            likers_of_all: std::mem::take(&mut planted.bots),
            idle: planted.idle(),
            comments: std::mem::take(&mut planted.comments),
            tags,
            photos,
            source: Source::Planted(Box::new(planted)),
        }
    }

    /// What was planted, if it was.
    pub(super) fn facts(&self) -> Option<&Planted> {
        match &self.source {
            Source::Chosen(_) => None,
            Source::Planted(planted) => Some(planted),
        }
    }

    /// Since when a user, who signed up at `signed_up`, follows another.
    pub(super) fn follow_time(
        &self,
        clock: &Clock,
        users: &Users,
        follower: UserId,
        signed_up: Time,
        followee: UserId,
    ) -> Time {
        match &self.source {
            Source::Chosen(base) => base.since(clock, users, follower, signed_up, followee),
            // Whoever does not follow could from the sign-up on.
            Source::Planted(planted) => planted.follow_time(follower, followee).unwrap_or(signed_up),
        }
    }

    /// Those who like everything are programs; without such, the computed world says who is.
    pub(super) fn is_bot(&self, users: &Users, user: UserId) -> bool {
        if let (true, Source::Chosen(base)) = (self.likers_of_all.is_empty(), &self.source) {
            return base.is_bot(users, user);
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

/// The photos of each user, by ordinal.
fn by_user(photos: &[Photo], users: u32) -> Vec<Vec<PhotoId>> {
    let mut of_user = vec![vec![]; users as usize];
    let mut by_ordinal: Vec<&Photo> = photos.iter().collect();
    by_ordinal.sort_unstable_by_key(|photo| (photo.owner, photo.ordinal));
    by_ordinal.iter().for_each(|photo| of_user[photo.owner.0 as usize].push(photo.id));
    of_user
}

#[cfg(test)]
mod tests;
