//! The world of the course: everything that an exercise asks about is planted, for any seed, and chance does the rest.
//!
//! Who plays which part in a fact is drawn first ([`people`]); then come sign-ups, photos, likes, comments, follows and
//! tags, each after its causes. Every draw comes from a stream of the seed, and only integers are drawn. The rows are
//! kept as those of an exact world are; sign-ups do not follow the ids.

mod comments;
mod draw;
mod follows;
mod likes;
mod people;
mod photos;
mod sign_ups;
mod tags;

use super::comment::Comment;
use super::id::{PhotoId, TagId, UserId};
use super::like::Like;
use super::named::Role;
use super::photo::Photo;
use super::tag::TagKind;
use crate::profile::{PlantedFacts, Profile};
use crate::time::Time;
use people::People;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How a user is called whose name matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Called {
    /// By this name.
    Just(&'static str),
    /// By the name that the user has anyway, with this before it.
    After(&'static str),
    /// The same, with this behind it.
    Before(&'static str),
}

/// All rows of the course's world, and what is not drawn for it from the word lists.
#[derive(Debug)]
pub(super) struct Planted {
    pub(super) sign_ups: Vec<Time>,
    /// Who likes every photo.
    pub(super) bots: Vec<UserId>,
    pub(super) photos: Vec<Photo>,
    /// By user, ascending by photo.
    pub(super) likes: Vec<Vec<Like>>,
    pub(super) comments: Vec<Comment>,
    /// By follower and followee.
    pub(super) follows: BTreeMap<(UserId, UserId), Time>,
    pub(super) tag_kinds: Vec<TagKind>,
    pub(super) tags_of_photo: Vec<Vec<TagId>>,
    /// Texts that a comment has by its photo and ordinal.
    texts: BTreeMap<(PhotoId, u32), &'static str>,
    names: Vec<(UserId, Called)>,
    roles: Vec<(Role, UserId)>,
}

impl Planted {
    /// The world of a profile, if it is a planted one.
    pub(super) fn of(profile: &Profile) -> Option<Planted> {
        match profile.planted? {
            PlantedFacts::Course => Some(Planted::course(profile.seed, profile.as_of)),
        }
    }

    fn course(seed: u64, end: Time) -> Planted {
        let people = People::new(seed);
        let sign_ups = sign_ups::sign_ups(seed, &people);
        let posts = photos::posts(seed, &people, &sign_ups, end);
        let scene = Scene { seed, end, people: &people, sign_ups: &sign_ups, posts: &posts };
        let liked = likes::likes(&scene);
        let said = comments::comments(&scene, &liked.plan);
        let follows = follows::follows(&scene);
        let (tag_kinds, tags_of_photo) = tags::tags(seed, posts.len());
        let photos = numbered(&posts, &liked.likes);
        let (comments, texts) = written(&photos, said);
        let mut roles = people.roles(&sign_ups);
        roles.sort_unstable();
        Planted {
            bots: sorted(&people.bots),
            photos,
            likes: liked.likes,
            comments,
            follows,
            tag_kinds,
            tags_of_photo,
            texts,
            names: people.names(),
            roles,
            sign_ups,
        }
    }

    /// Since when one user follows another.
    #[inline]
    pub(super) fn follow_time(&self, follower: UserId, followee: UserId) -> Option<Time> {
        self.follows.get(&(follower, followee)).copied()
    }

    /// What a comment says, if it is not left to the word lists.
    pub(super) fn text(&self, comment: &Comment) -> Option<&'static str> {
        self.texts.get(&(comment.photo, comment.ordinal)).copied()
    }

    /// Users whose name matters, besides those with a role.
    pub(super) fn names(&self) -> &[(UserId, Called)] {
        &self.names
    }

    /// Who has which role, sorted.
    pub(super) fn roles(&self) -> &[(Role, UserId)] {
        &self.roles
    }

    /// Who has an account and nothing else.
    pub(super) fn idle(&self) -> Option<UserId> {
        self.roles.iter().find(|(role, _)| *role == Role::EmptyUser).map(|(_, user)| *user)
    }
}

/// What likes, comments and follows are planted in.
struct Scene<'a> {
    seed: u64,
    /// Everything happens before it.
    end: Time,
    people: &'a People,
    sign_ups: &'a [Time],
    posts: &'a [Post],
}

impl Scene<'_> {
    fn signed_up(&self, user: UserId) -> Time {
        self.sign_ups[user.0 as usize]
    }

    fn post(&self, photo: PhotoId) -> Post {
        self.posts[photo.0 as usize]
    }

    fn photos(&self) -> impl Iterator<Item = PhotoId> + use<> {
        (0..self.posts.len() as u32).map(PhotoId)
    }

    /// When a user can react to a photo: from the next second on.
    fn could_see(&self, user: UserId, photo: PhotoId) -> Time {
        self.signed_up(user).max(self.post(photo).created_at)
    }
}

/// A photo before its owner's photos are numbered; its id is its place.
#[derive(Clone, Copy, Debug)]
struct Post {
    owner: UserId,
    created_at: Time,
}

/// A comment before it is numbered.
#[derive(Clone, Copy, Debug)]
struct Remark {
    created_at: Time,
    author: UserId,
    photo: PhotoId,
    text: Option<&'static str>,
}

/// Gives the photos of each user their ordinals: the better liked first.
fn numbered(posts: &[Post], likes: &[Vec<Like>]) -> Vec<Photo> {
    let mut count = vec![0_u32; posts.len()];
    likes.iter().flatten().for_each(|like| count[like.photo.0 as usize] += 1);
    let mut order: Vec<usize> = (0..posts.len()).collect();
    order.sort_unstable_by_key(|&at| (posts[at].owner, Reverse(count[at]), at));
    let mut ordinals = vec![0; posts.len()];
    for pair in order.windows(2) {
        if posts[pair[0]].owner == posts[pair[1]].owner {
            ordinals[pair[1]] = ordinals[pair[0]] + 1;
        }
    }
    let photo =
        |((&Post { owner, created_at }, ordinal), id)| Photo { id: PhotoId(id), owner, ordinal, created_at };
    posts.iter().zip(ordinals).zip(0..).map(photo).collect()
}

/// Comments in the order of time, and the texts that are planted.
fn written(
    photos: &[Photo],
    mut remarks: Vec<Remark>,
) -> (Vec<Comment>, BTreeMap<(PhotoId, u32), &'static str>) {
    remarks.sort_by_key(|remark| remark.created_at);
    let mut next = vec![0; photos.len()];
    let mut texts = BTreeMap::new();
    let comment = |remark: Remark| {
        let ordinal: u32 = next[remark.photo.0 as usize];
        next[remark.photo.0 as usize] += 1;
        texts.extend(remark.text.map(|text| ((remark.photo, ordinal), text)));
        Comment::new(&photos[remark.photo.0 as usize], remark.author, remark.created_at, ordinal)
    };
    let comments = remarks.into_iter().map(comment).collect();
    (comments, texts)
}

fn sorted(users: &[UserId]) -> Vec<UserId> {
    let mut users = users.to_vec();
    users.sort_unstable();
    users
}

#[cfg(test)]
mod tests;
