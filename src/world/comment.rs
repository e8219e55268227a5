//! Comments: ids in the order of time, without a list of comments that grows with the world.
//!
//! Time is cut into windows, each of which has a number of comments that is known beforehand ([`table`]): any window
//! can be made alone, and nothing before it is counted. It shares its comments out ([`quota`]) among the photos of its
//! time and of the week before, by the audience of their owners, their quality and chance. What answers another
//! comment lies in the same window ([`window`]); its authors are followers, and the owner, who never comes first
//! ([`author`]).

mod author;
pub(crate) mod delay;
mod flow;
mod kept;
mod quota;
mod table;
mod weight;
mod window;

use std::sync::OnceLock;

use super::id::{PhotoId, UserId};
use super::like::{Likes, Quality};
use super::photo::Photo;
use super::scene::Scene;
use super::{Backing, World};
use crate::profile::Profile;
use crate::random::distribution::ZeroLognormal;
use crate::random::hash::{h1, key, stream};
use crate::random::table::LogLut;
use crate::time::Time;
use delay::Delays;
use table::{Table, Windows};
pub use window::CommentScratch;

/// The standard deviation of the logarithm of the chance that makes one photo talked about, another not.
const STIR_SIGMA: f64 = 0.8;
const STIR_CAP: f64 = 12.0;

/// A comment before any text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comment {
    /// On which photo.
    pub photo: PhotoId,
    /// Whose photo.
    pub owner: UserId,
    /// Who writes.
    pub author: UserId,
    /// When; never before the photo or the author, never decreasing with the id.
    pub created_at: Time,
    /// Names the comment among those of its photo, not in the order of time.
    pub ordinal: u32,
    parent: u32,
    drafted: u32,
}

/// The chance that the owner answers a comment: about 15 % of all comments are such.
const OWNER_ANSWERS: f64 = 0.21;
/// The chance that another follower does.
const OTHER_ANSWERS: f64 = 0.04;
/// How many comments there are for each one that answers none.
const COMMENTS_OF_REMARK: f64 = 1.0 + OWNER_ANSWERS + OTHER_ANSWERS;
const NO_PARENT: u32 = u32::MAX;

impl Comment {
    /// A comment that answers none.
    pub(super) fn new(photo: &Photo, author: UserId, created_at: Time, ordinal: u32) -> Comment {
        let (owner, parent) = (photo.owner, NO_PARENT);
        Comment { photo: photo.id, owner, author, created_at, ordinal, parent, drafted: 0 }
    }

    /// The same comment as an answer to another of its photo.
    pub(super) fn answering(self, parent: u32) -> Comment {
        Comment { parent, ..self }
    }

    /// The comment of the same photo that this one answers, by its index among the comments of the window.
    pub fn parent(&self) -> Option<u32> {
        (self.parent != NO_PARENT).then_some(self.parent)
    }
}

/// The rule; its tables are made when comments are first asked for.
#[derive(Debug)]
pub(crate) struct Comments {
    table: OnceLock<Table>,
    windows: Windows,
    quality: Quality,
    stir: LogLut,
    delays: Delays,
    keys: Keys,
}

#[derive(Debug)]
struct Keys {
    count: u64,
    remark: u64,
    delay: u64,
    author: u64,
}

/// Stir is counted in 2^-16.
const STIR_ONE: f64 = 65_536.0;

impl Comments {
    pub(crate) fn new(profile: &Profile, photos: u32) -> Comments {
        let of = |name| key(profile.seed, stream(name));
        let wanted = (profile.comments_per_photo * photos as f64).round() as u64;
        let stir = ZeroLognormal { mean: 1.0, sigma: STIR_SIGMA, zero_share: 0.0, cap: STIR_CAP };
        Comments {
            table: OnceLock::new(),
            windows: Windows::new(wanted, photos),
            quality: Quality::new(),
            stir: LogLut::new(|q| stir.at(q.max(1e-9)) * STIR_ONE),
            delays: Delays::new(profile.seed),
            keys: Keys {
                count: of("comment.count"),
                remark: of("comment.remark"),
                delay: of("comment.delay"),
                author: of("comment.author"),
            },
        }
    }

    fn table(&self, scene: Scene, likes: &Likes) -> &Table {
        self.table.get_or_init(|| Table::new(self, scene, likes))
    }

    /// What is a photo's own, which is the `ordinal`-th of `photos`: how much more than an average one of its owner it is
    /// talked about, and a number below 1 that rounds its comments.
    #[inline(always)]
    fn luck(&self, cohort: usize, slot: u64, ordinal: u32, photos: u32) -> (f64, f32) {
        let hash = h1(self.keys.count, (cohort as u64) << 32 | slot);
        let stir = self.stir.at(hash as u32) as f64 * (1.0 / STIR_ONE);
        (stir * self.quality.of(ordinal, photos), (hash >> 40) as f32 * (1.0 / 16_777_216.0))
    }
}

impl World {
    /// The number of windows; comments are made by window, in the order of windows.
    pub fn comment_windows(&self) -> u32 {
        match &self.backing {
            Backing::Computed(computed) => computed.comments.windows.count(),
            Backing::Stored(_) => 1,
        }
    }

    /// How many comments lie before a window, or in all if there is no such window: a formula, nothing is made for it.
    pub fn comments_before(&self, window: u32) -> u64 {
        match &self.backing {
            Backing::Computed(computed) => computed.comments.windows.before(window),
            Backing::Stored(exact) => {
                if window == 0 {
                    0
                } else {
                    exact.comments().len() as u64
                }
            }
        }
    }

    /// The comments of a window in the order of their ids.
    pub fn comments_in<'s>(&'s self, window: u32, scratch: &'s mut CommentScratch) -> &'s [Comment] {
        match &self.backing {
            Backing::Computed(computed) => {
                let scene = self.scene(computed);
                let table = computed.comments.table(scene, &computed.likes);
                computed.comments.write_in(scene, &computed.likes, table, window, scratch)
            }
            Backing::Stored(exact) => exact.comments(),
        }
    }
}

#[cfg(test)]
mod tests;
