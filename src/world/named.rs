//! Rows that tests can rely on: in every world the same few people and photos, each with what it is known for.
//!
//! A role is given to the first who fits, by rules that ask a handful of users only. Whoever has one goes by its name (see
//! [`Wording`](crate::edition)), so that `alice` is found in every world, whatever its size; the key of her row follows
//! from the world. A world that is too small for a role leaves it out; a planted one says itself who has which.

use std::sync::OnceLock;

use super::follow::{FollowScratch, Follows};
use super::id::{PhotoId, UserId};
use super::like::LikeScratch;
use super::photo::Photos;
use super::user::Users;
use super::{Backing, World};

/// Users among whom somebody is looked for; in a world of usual shares one of a few hundred does nothing at all.
const MAX_TRIED: u32 = 100_000;
/// Popular users whose followers are estimated; those of the first are counted, up to so many in all.
const ESTIMATED: u64 = 256;
const MAX_COUNTED: f64 = 200_000.0;
/// How readily somebody likes a photo from before the sign-up: about as in [`like`](super::like).
const SCROLLED_BACK: f64 = 0.08;
/// All likes are counted up to this number: they take half a second.
const MAX_LIKES_COUNTED: f64 = 5e6;
/// Photos of one owner that may be the most liked of all.
const BEST: u32 = 3;

/// A user with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// An ordinary, active person: posts, follows and is followed; likes, too, and has friends, unless nobody does all
    /// of that.
    Alice,
    /// A friend of Alice's: they follow each other.
    Bob,
    /// Has more followers than anybody else.
    Celebrity,
    /// The last person to sign up.
    Newcomer,
    /// Follows and likes, and has never posted.
    Lurker,
    /// Has an account and nothing else: no photo, like or comment, and no follow in either direction.
    EmptyUser,
    /// A program.
    Bot1,
}

impl Role {
    pub const ALL: [Role; 7] =
        [Role::Alice, Role::Bob, Role::Celebrity, Role::Newcomer, Role::Lurker, Role::EmptyUser, Role::Bot1];

    /// The username.
    pub fn name(self) -> &'static str {
        match self {
            Role::Alice => "alice",
            Role::Bob => "bob",
            Role::Celebrity => "celebrity",
            Role::Newcomer => "newcomer",
            Role::Lurker => "lurker",
            Role::EmptyUser => "empty_user",
            Role::Bot1 => "bot_1",
        }
    }

    /// The full name; some give none.
    pub fn full_name(self) -> Option<&'static str> {
        match self {
            Role::Alice => Some("Alice Green"),
            Role::Bob => Some("Bob Stone"),
            Role::Celebrity => Some("Stella Vance"),
            Role::Newcomer => Some("Nico Winter"),
            Role::Lurker => Some("Lena Moss"),
            Role::EmptyUser | Role::Bot1 => None,
        }
    }

    /// One line for people.
    pub fn about(self) -> &'static str {
        match self {
            Role::Alice => "posts, follows and is followed",
            Role::Bob => "follows alice, and alice follows back",
            Role::Celebrity => "has the most followers",
            Role::Newcomer => "the last person to sign up",
            Role::Lurker => "follows and likes, and has never posted",
            Role::EmptyUser => "no photo, like, comment or follow",
            Role::Bot1 => "a program",
        }
    }
}

/// A photo with a role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhotoRole {
    /// The most liked; in a large world one of the most liked.
    Viral,
    /// Of Alice's photos the one that her followers like best.
    OfAlice,
}

impl PhotoRole {
    pub const ALL: [PhotoRole; 2] = [PhotoRole::Viral, PhotoRole::OfAlice];

    /// The name of its constant.
    pub fn name(self) -> &'static str {
        match self {
            PhotoRole::Viral => "viral_photo",
            PhotoRole::OfAlice => "alice_photo",
        }
    }

    /// One line for people.
    pub fn about(self) -> &'static str {
        match self {
            PhotoRole::Viral => "the most liked photo; in a large world one of the most liked",
            PhotoRole::OfAlice => "a photo of alice's",
        }
    }
}

/// Who has which role in a world; made when first asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    pub users: Vec<(Role, UserId)>,
    /// Some of the most followed people, the first of all first, with the number of their followers.
    popular: Vec<(UserId, f64)>,
}

impl Named {
    /// The user with a role.
    pub fn user(&self, role: Role) -> Option<UserId> {
        self.users.iter().find(|(of, _)| *of == role).map(|(_, user)| *user)
    }
}

/// Keeps the answer.
pub(super) type Kept = OnceLock<Named>;

/// The first person of a computed world of whom there is no row but the account.
pub(super) fn idle(users: &Users, follows: &Follows, photos: &Photos) -> Option<UserId> {
    let mut room = FollowScratch::new();
    (0..users.count.min(MAX_TRIED)).map(UserId).find(|&user| {
        photos.slots_of(user).count == 0
            && follows.followees(users, user, &mut room).is_empty()
            && follows.followers(users, user, &mut room).is_empty()
            && !follows.is_bot(users, user)
    })
}

impl World {
    /// Who has which role.
    pub fn named(&self) -> &Named {
        self.named.get_or_init(|| match self.planted() {
            Some(planted) => Named { users: planted.roles().to_vec(), popular: vec![] },
            None => Casting::new(self).cast(),
        })
    }

    /// Which photo has which role; takes a moment, because the likes of a world that is not large are all counted.
    pub fn named_photos(&self) -> Vec<(PhotoRole, PhotoId)> {
        let viral = match self.profile.likes_per_photo * self.photo_count() as f64 {
            wanted if wanted <= MAX_LIKES_COUNTED => self.most_liked(),
            _ => self.most_promising(),
        };
        let of_alice = self.named().user(Role::Alice).map(|alice| self.photo_of(alice, 0));
        let viral = viral.into_iter().map(|photo| (PhotoRole::Viral, photo));
        viral.chain(of_alice.map(|photo| (PhotoRole::OfAlice, photo))).collect()
    }

    fn most_liked(&self) -> Option<PhotoId> {
        let (mut likes, mut room) = (vec![0_u32; self.photo_count() as usize], LikeScratch::new());
        for user in (0..self.user_count()).map(UserId) {
            self.likes(user, &mut room).iter().for_each(|like| likes[like.photo.0 as usize] += 1);
        }
        let most = likes.iter().zip(0..).max_by_key(|(likes, id)| (**likes, u32::MAX - id))?;
        Some(PhotoId(most.1))
    }

    /// The photo of somebody popular for which most likes are expected.
    fn most_promising(&self) -> Option<PhotoId> {
        let Backing::Computed(computed) = &self.backing else { return self.most_liked() };
        let expected = |user: UserId, followers: f64, ordinal: u32| {
            let photo = self.photo(self.photo_of(user, ordinal));
            let share = f64::from(self.users_before(photo.created_at)) / f64::from(self.user_count());
            let seen = followers * (SCROLLED_BACK + (1.0 - SCROLLED_BACK) * share);
            (seen * computed.likes.appeal(user, followers, ordinal, self.photos_of(user)), photo.id)
        };
        let photos = self.named().popular.iter().flat_map(|&(user, followers)| {
            let best = 0..self.photos_of(user).min(BEST);
            best.map(move |ordinal| expected(user, followers, ordinal))
        });
        photos.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, photo)| photo)
    }

    fn idle(&self) -> Option<UserId> {
        match &self.backing {
            Backing::Computed(computed) => computed.idle,
            Backing::Stored(exact) => exact.idle,
        }
    }
}

/// Gives the roles out, each to somebody who has none yet.
struct Casting<'w> {
    world: &'w World,
    cast: Named,
    follows: FollowScratch,
    likes: LikeScratch,
}

impl<'w> Casting<'w> {
    fn new(world: &'w World) -> Casting<'w> {
        let (cast, follows, likes) = (Named::default(), FollowScratch::new(), LikeScratch::new());
        Casting { world, cast, follows, likes }
    }

    fn cast(mut self) -> Named {
        let world = self.world;
        let everybody = || (0..world.user_count().min(MAX_TRIED)).map(UserId);
        self.give(Role::EmptyUser, world.idle());
        let popular = self.popular();
        self.give(Role::Celebrity, popular.first().map(|(user, _)| *user));
        let bot = everybody().find(|&user| world.is_bot(user) && self.is_free(user));
        self.give(Role::Bot1, bot);
        let mut latest = (0..world.user_count()).rev().map(UserId).take(MAX_TRIED as usize);
        let newcomer = latest.find(|&user| self.is_person(user));
        self.give(Role::Newcomer, newcomer);
        let alice = everybody().find(|&user| self.is_active(user));
        let alice = alice.or_else(|| everybody().find(|&user| self.posts(user)));
        self.give(Role::Alice, alice);
        if let Some(alice) = alice {
            let friends = self.friends(alice);
            let bob = friends.into_iter().find(|&user| self.is_person(user));
            self.give(Role::Bob, bob);
        }
        let lurker = everybody().find(|&user| self.is_person(user) && self.lurks(user));
        self.give(Role::Lurker, lurker);
        self.cast.users.sort_unstable();
        Named { popular, ..self.cast }
    }

    fn give(&mut self, role: Role, user: Option<UserId>) {
        self.cast.users.extend(user.map(|user| (role, user)));
    }

    fn is_free(&self, user: UserId) -> bool {
        self.cast.users.iter().all(|(_, other)| *other != user)
    }

    fn is_person(&self, user: UserId) -> bool {
        self.is_free(user) && !self.world.is_bot(user)
    }

    fn is_active(&mut self, user: UserId) -> bool {
        let world = self.world;
        self.is_person(user)
            && world.photos_of(user) >= 2
            && !world.likes(user, &mut self.likes).is_empty()
            && !self.friends(user).is_empty()
    }

    fn posts(&mut self, user: UserId) -> bool {
        let world = self.world;
        self.is_person(user)
            && world.photos_of(user) >= 1
            && !world.followees(user, &mut self.follows).is_empty()
            && !world.followers(user, &mut self.follows).is_empty()
    }

    /// Who follows a user and is followed back.
    fn friends(&mut self, user: UserId) -> Vec<UserId> {
        let followees = self.world.followees(user, &mut self.follows).to_vec();
        let followers = self.world.followers(user, &mut self.follows);
        followees.into_iter().filter(|other| followers.binary_search(other).is_ok()).collect()
    }

    fn lurks(&mut self, user: UserId) -> bool {
        let world = self.world;
        world.photos_of(user) == 0
            && !world.followees(user, &mut self.follows).is_empty()
            && !world.likes(user, &mut self.likes).is_empty()
    }

    /// Some of the most followed, the first of all first, with the number of their followers.
    fn popular(&mut self) -> Vec<(UserId, f64)> {
        let (world, room) = (self.world, &mut self.follows);
        let mut found: Vec<(UserId, f64)> = match &world.backing {
            Backing::Computed(computed) => computed
                .follows
                .candidates(&world.users, ESTIMATED)
                .into_iter()
                .map(|user| (user, computed.follows.expected_followers(&world.users, user)))
                .collect(),
            Backing::Stored(_) => (0..world.user_count()).map(|user| (UserId(user), 0.0)).collect(),
        };
        let most_first = |a: &(UserId, f64), b: &(UserId, f64)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        found.sort_unstable_by(most_first);
        let mut left = MAX_COUNTED;
        for (user, followers) in &mut found {
            left -= *followers;
            if left < 0.0 {
                // what is left is estimated: it must not pass for more than what was counted
                break;
            }
            *followers = world.followers(*user, room).len() as f64;
        }
        found.sort_unstable_by(most_first);
        found.retain(|(user, _)| !world.is_bot(*user) && Some(*user) != world.idle());
        found
    }
}

#[cfg(test)]
mod tests;
