//! The world: users, follows, photos, likes, comments and tags as pure functions of (seed, profile, row).
//!
//! No row is stored: whoever asks for one has it computed, in any order, on any thread. What every row asks of a user (six
//! bytes and a bit) is kept up to two million users. Only small worlds, with exact counts ([`exact`]) or planted facts
//! ([`planted`]), are made once and kept whole. Both kinds are behind the methods of [`World`]: each room adds its own, and decides there between
//! [`Backing::Computed`] and [`Backing::Stored`].
//!
//! * [`clock`]: begin, end, growth, the hours at which people are awake
//! * [`id`]: what rows are called
//! * [`user`]: sign-up, topic, language, bots; [`rank`]: the order of users by activity
//! * [`follow`]: who follows whom, in both directions, and since when
//! * [`photo`]: who posted what and when; [`media`], [`tag`]: what a photo shows and is tagged with
//! * [`about`]: the subject and the place of a photo
//! * [`name`], [`text`]: what users are called and what they say
//! * [`named`]: the rows that tests can rely on in every world

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod about;
pub mod clock;
pub mod comment;
mod error;
mod exact;
pub mod follow;
pub mod id;
pub mod like;
pub mod media;
pub mod name;
pub mod named;
pub mod photo;
mod planted;
pub mod rank;
mod scene;
pub mod tag;
pub mod text;
pub mod user;

pub use crate::time::Time;
pub use error::{Hint, WorldError};
pub use id::UserId;
pub(crate) use planted::Called;
pub use user::User;

use crate::profile::Profile;
use crate::words::Words;
use about::Abouts;
use clock::Clock;
use comment::{Comment, Comments};
use exact::Exact;
use follow::{FollowScratch, Follows};
use like::Likes;
use media::MediaRule;
use photo::Photos;
use planted::Planted;
use scene::Scene;
use std::fmt;
use tag::{Pools, Tags};
use user::Users;

/// A whole world, ready to be asked.
pub struct World {
    profile: Profile,
    clock: Clock,
    users: Users,
    abouts: Abouts,
    backing: Backing,
    named: named::Kept,
}

/// Where the answers come from.
enum Backing {
    /// Every row is a function of its ids.
    Computed(Box<Computed>),
    /// Every row was made once: small worlds, with counts to the row or with planted facts.
    Stored(Box<Exact>),
}

/// The rooms of a computed world.
#[derive(Debug)]
struct Computed {
    follows: Follows,
    photos: Photos,
    likes: Likes,
    comments: Comments,
    media: MediaRule,
    tags: Tags,
    idle: Option<UserId>,
}

impl Computed {
    fn new(profile: &Profile, clock: &Clock, users: &Users, places: usize) -> Result<Computed, WorldError> {
        let seed = profile.seed;
        let follows = Follows::new(profile, users)?;
        let photos = Photos::new(clock, users, seed, profile.photos() as u32, profile.inactive);
        let idle = named::idle(users, &follows, &photos);
        let likes = Likes::new(profile, Scene { clock, users, follows: &follows, photos: &photos, idle })?;
        let comments = Comments::new(profile, photos.count());
        let (mean, signed_up) = (profile.tags_per_photo, photos.signed_up());
        let pools = Pools {
            topics: u32::from(users.topic_count()),
            languages: profile.languages.len() as u32,
            places: places as u32,
        };
        let tags = Tags::new(seed, profile.users, pools, mean, signed_up);
        Ok(Computed { follows, photos, likes, comments, media: MediaRule::new(seed), tags, idle })
    }
}

impl fmt::Debug for World {
    /// By name: the rows of a world are not to be met in a message.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Profile { name, users, seed, .. } = &self.profile;
        write!(f, "World({name}, {users} users, seed {seed})")
    }
}

impl World {
    /// Builds a world: the tables of a computed one in milliseconds, a few megabytes whatever the number of users; all
    /// rows of an exact one.
    pub fn new(profile: &Profile) -> Result<World, WorldError> {
        let abouts = Abouts::new(Words::embedded()?, profile);
        let clock = Clock::new(profile.start, profile.as_of, profile.growth);
        let mut users = Users::new(profile, &clock, abouts.words().topics().len() as u8);
        let planted = Planted::of(profile);
        if let Some(planted) = &planted {
            users.kept_sign_ups().copy_from_slice(&planted.sign_ups);
        }
        exact::settle_sign_ups(profile, &clock, &mut users);
        let exact = match planted {
            Some(planted) => Some(Exact::planted(profile, &users, planted)),
            None => Exact::new(profile, &clock, &users)?,
        };
        let backing = match exact {
            Some(exact) => Backing::Stored(Box::new(exact)),
            None => Backing::Computed(Box::new(Computed::new(profile, &clock, &users, abouts.places())?)),
        };
        let named = named::Kept::default();
        Ok(World { profile: profile.clone(), clock, users, abouts, backing, named })
    }

    /// What activity is drawn in.
    #[inline(always)]
    fn scene<'w>(&'w self, computed: &'w Computed) -> Scene<'w> {
        let Computed { follows, photos, idle, .. } = computed;
        Scene { clock: &self.clock, users: &self.users, follows, photos, idle: *idle }
    }

    /// What this world was asked to be.
    pub fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Its begin, end and pace.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The word lists that the world speaks from.
    pub fn words(&self) -> &'static Words {
        self.abouts.words()
    }

    /// The number of users.
    pub fn user_count(&self) -> u32 {
        self.profile.users
    }

    /// One user.
    pub fn user(&self, id: UserId) -> User {
        User {
            id,
            created_at: self.signed_up(id),
            topic: self.users.topic(id),
            language: self.users.language(id),
            bot: self.is_bot(id),
        }
    }

    /// When a user signed up: strictly increasing with the id, see [`clock`]; in a planted world in any order.
    #[inline(always)]
    pub fn signed_up(&self, id: UserId) -> Time {
        self.users.signed_up(&self.clock, id)
    }

    /// The language of a user: an index of [`Profile::languages`].
    pub fn language(&self, id: UserId) -> u8 {
        self.users.language(id)
    }

    /// The number of users who signed up before a time; they are the first ones, but in a planted world.
    pub fn users_before(&self, time: Time) -> u32 {
        match self.planted() {
            Some(planted) => planted.sign_ups.iter().filter(|signed_up| **signed_up < time).count() as u32,
            None => self.users.before(&self.clock, time),
        }
    }

    fn planted(&self) -> Option<&Planted> {
        match &self.backing {
            Backing::Computed(_) => None,
            Backing::Stored(exact) => exact.facts(),
        }
    }

    /// Users whose names are planted, besides those with a role.
    pub(crate) fn planted_names(&self) -> &[(UserId, Called)] {
        self.planted().map_or(&[], Planted::names)
    }

    /// The text of a comment that is planted; the others come from the word lists.
    pub(crate) fn planted_text(&self, comment: &Comment) -> Option<&'static str> {
        self.planted()?.text(comment)
    }

    /// The number of topics; [`User::topic`] is below it.
    pub fn topic_count(&self) -> u8 {
        self.users.topic_count()
    }

    /// Whether an account is a program: it follows many, and few follow it.
    pub fn is_bot(&self, id: UserId) -> bool {
        match &self.backing {
            Backing::Computed(computed) => computed.follows.is_bot(&self.users, id),
            Backing::Stored(exact) => exact.is_bot(&self.users, id),
        }
    }

    /// Whom a user follows: ascending, each once, never the user.
    #[inline(always)]
    pub fn followees<'s>(&'s self, id: UserId, scratch: &'s mut FollowScratch) -> &'s [UserId] {
        match &self.backing {
            Backing::Computed(computed) => computed.follows.followees(&self.users, id, scratch),
            Backing::Stored(exact) => exact.followees(id),
        }
    }

    /// Who follows a user: ascending, each once.
    pub fn followers<'s>(&'s self, id: UserId, scratch: &'s mut FollowScratch) -> &'s [UserId] {
        match &self.backing {
            Backing::Computed(computed) => computed.follows.followers(&self.users, id, scratch),
            Backing::Stored(exact) => exact.followers(id),
        }
    }

    /// Since when `follower`, who signed up at `signed_up`, follows `followee`; never before both had signed up.
    #[inline(always)]
    pub fn follow_time(&self, follower: UserId, signed_up: Time, followee: UserId) -> Time {
        match &self.backing {
            Backing::Computed(computed) => {
                computed.follows.since(&self.clock, &self.users, follower, signed_up, followee)
            }
            Backing::Stored(exact) => {
                exact.follow_time(&self.clock, &self.users, follower, signed_up, followee)
            }
        }
    }
}
