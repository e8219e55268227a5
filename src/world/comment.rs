//! Comments: ids in the order of time, without a list of comments that grows with the world.
//!
//! How many comments a photo gets follows the audience of its owner, its quality and chance. The world is cut into
//! windows of whole epochs; the comments of a window come from the photos of its epochs and of the week before, are
//! sorted by (time, photo, ordinal), and are numbered behind those of earlier windows, which can be counted without
//! being made. Any window can be made alone, and where the cuts lie changes no comment.

mod author;
mod table;
mod window;

use std::sync::OnceLock;

use super::id::{PhotoId, UserId};
use super::like::{Likes, Quality};
use super::photo::Photo;
use super::scene::Scene;
use super::{Backing, World};
use crate::profile::Profile;
use crate::random::distribution::{Delay, ZeroLognormal};
use crate::random::hash::{h1, key, stream};
use crate::random::table::LogLut;
use crate::time::{DAY, Time};
use table::Table;
pub use window::CommentScratch;

/// The standard deviation of the logarithm of the chance that makes one photo talked about, another not.
const STIR_SIGMA: f64 = 0.8;
const STIR_CAP: f64 = 12.0;
/// Comments come as likes do, and none later than this.
const DELAY_SHAPE: f64 = 0.55;
const DELAY_SCALE: f64 = 9.74 * 3600.0;
const MAX_DELAY: u32 = 7 * DAY;

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
    /// Comments wanted in all.
    wanted: f64,
    quality: Quality,
    stir: LogLut,
    delay: Delay,
    keys: Keys,
}

#[derive(Debug)]
struct Keys {
    count: u64,
    delay: u64,
    reply: u64,
    author: u64,
}

/// Stir is counted in 2^-16.
const STIR_ONE: f64 = 65_536.0;

impl Comments {
    pub(crate) fn new(profile: &Profile, photos: u32) -> Comments {
        let of = |name| key(profile.seed, stream(name));
        let stir = ZeroLognormal { mean: 1.0, sigma: STIR_SIGMA, zero_share: 0.0, cap: STIR_CAP };
        Comments {
            table: OnceLock::new(),
            wanted: profile.comments_per_photo * photos as f64,
            quality: Quality::new(),
            stir: LogLut::new(|q| stir.at(q.max(1e-9)) * STIR_ONE),
            delay: Delay::weibull(DELAY_SHAPE, DELAY_SCALE),
            keys: Keys {
                count: of("comment.count"),
                delay: of("comment.delay"),
                reply: of("comment.reply"),
                author: of("comment.author"),
            },
        }
    }

    fn table(&self, scene: Scene, likes: &Likes) -> &Table {
        self.table.get_or_init(|| Table::new(self, scene, likes))
    }

    /// The number of comments of the `ordinal`-th of an owner's `photos`, of which an average one is expected to have
    /// `expected`; it never falls with that.
    #[inline(always)]
    fn count(&self, cohort: usize, slot: u64, ordinal: u32, photos: u32, expected: f64) -> u32 {
        let hash = h1(self.keys.count, (cohort as u64) << 32 | slot);
        let stir = self.stir.at(hash as u32) as f64 * (1.0 / STIR_ONE);
        let mean = expected * self.quality.of(ordinal, photos) * stir;
        let rounding = (hash >> 32) as f64 * (1.0 / 4_294_967_296.0);
        (mean + rounding) as i64 as u32
    }
}

impl World {
    /// The number of windows; comments are made by window, in the order of windows.
    pub fn comment_windows(&self) -> u32 {
        match &self.backing {
            Backing::Computed(computed) => {
                computed.comments.table(self.scene(computed), &computed.likes).windows.len() as u32
            }
            Backing::Stored(_) => 1,
        }
    }

    /// How many comments a window has, without making them.
    pub fn comment_count(&self, window: u32) -> u64 {
        match &self.backing {
            Backing::Computed(computed) => {
                let scene = self.scene(computed);
                let table = computed.comments.table(scene, &computed.likes);
                match &table.counted {
                    Some(counted) => counted.by_window[window as usize],
                    None => computed.comments.count_in(scene, &computed.likes, table, window as usize),
                }
            }
            Backing::Stored(exact) => exact.comments().len() as u64,
        }
    }

    /// The comments of a window in the order of their ids.
    pub fn comments_in<'s>(&'s self, window: u32, scratch: &'s mut CommentScratch) -> &'s [Comment] {
        match &self.backing {
            Backing::Computed(computed) => {
                let scene = self.scene(computed);
                let table = computed.comments.table(scene, &computed.likes);
                computed.comments.write_in(scene, &computed.likes, table, window as usize, scratch)
            }
            Backing::Stored(exact) => exact.comments(),
        }
    }
}

#[cfg(test)]
mod tests;
