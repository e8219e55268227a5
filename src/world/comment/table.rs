//! What must be known before the first comment: the weights of the owners, and the cut of time into windows.
//!
//! Each window has the same number of comments, but for rounding: so the first id of any window is a formula. A window
//! ends when as many are expected as have to lie before its end; that is a formula too, over the epochs.

use std::ops::Range;

use super::flow::Flow;
use super::kept::Kept;
use super::weight::Weights;
use super::{COMMENTS_OF_REMARK, Comments};
use crate::time::Time;
use crate::world::id::PhotoId;
use crate::world::like::Likes;
use crate::world::scene::Scene;

/// About this many windows, as long as each is neither small nor large: the memory of one is bounded at any size.
const WINDOWS: u64 = 256;
const FEWEST_IN_WINDOW: u64 = 1024;
const MOST_IN_WINDOW: u64 = 1 << 16;
/// Photos of a window, at least: fewer would have to be talked about by too many.
const FEWEST_PHOTOS: u64 = 512;

/// Candidates are looked for up to this many times the scale at which they should suffice.
pub(super) const AMPLE: f64 = 1.4;

#[derive(Debug)]
pub(super) struct Table {
    pub(super) weights: Weights,
    flow: Flow,
    /// The part of the users that an epoch's photos can be seen by.
    pub(super) seen: Vec<f64>,
    windows: Windows,
    /// A moment when there is a photo.
    first: Time,
    /// What brings weights to the number of remarks.
    pub(super) scale: f64,
    /// The photos that may be commented on up to [`AMPLE`] times that scale.
    pub(super) kept: Option<Kept>,
}

/// The number of comments and of windows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Windows {
    comments: u64,
    count: u32,
}

impl Windows {
    pub(super) fn new(comments: u64, photos: u32) -> Windows {
        let size = (comments / WINDOWS).clamp(FEWEST_IN_WINDOW, MOST_IN_WINDOW);
        let (few, most) = (comments.div_ceil(size).max(1), (photos as u64 / FEWEST_PHOTOS).max(1));
        let count = few.min(most.max(comments / MOST_IN_WINDOW));
        Windows { comments, count: count as u32 }
    }

    pub(super) fn count(self) -> u32 {
        self.count
    }

    /// The comments before a window; of the one behind the last: all.
    pub(super) fn before(self, window: u32) -> u64 {
        (self.comments as u128 * window as u128 / self.count as u128) as u64
    }

    /// The comments of a window.
    pub(super) fn quota(self, window: u32) -> u64 {
        self.before(window + 1) - self.before(window)
    }
}

impl Table {
    pub(super) fn new(rule: &Comments, scene: Scene, likes: &Likes) -> Table {
        let windows = rule.windows;
        let epochs = scene.photos.epoch_count();
        let signed_up = scene.photos.signed_up();
        let seen: Vec<f64> =
            signed_up[1..].iter().map(|&users| users as f64 / scene.users.count as f64).collect();
        let weights = Weights::new(scene, likes);
        let share = |cohort, epoch| scene.photos.share_in(cohort, epoch);
        let expected: Vec<f64> = (0..epochs)
            .map(|epoch| {
                let all: f64 = (0..epoch).map(|c| weights.of_cohorts[c] * share(c, epoch)).sum();
                all * seen[epoch]
            })
            .collect();
        let flow = Flow::new(scene, &rule.delays, &expected);
        let first = match scene.photos.count() {
            0 => scene.clock.start(),
            _ => Time(scene.photos.time_of(scene.photos.epoch_of(PhotoId(0)), PhotoId(0)).0 + 1),
        };
        let remarks = windows.comments as f64 / COMMENTS_OF_REMARK;
        let scale = if flow.whole > 0.0 { remarks / flow.whole } else { 0.0 };
        let kept = Kept::new(rule, scene, likes, &weights, &seen, AMPLE * scale);
        Table { weights, flow, seen, windows, first, scale, kept }
    }

    /// The span of time of a window: they follow each other without a gap. One that is crowded may be empty.
    pub(super) fn span(&self, scene: Scene, window: u32) -> Range<Time> {
        self.begin(scene, window)..self.begin(scene, window + 1)
    }

    fn begin(&self, scene: Scene, window: u32) -> Time {
        if window == 0 {
            return scene.clock.start();
        }
        if window >= self.windows.count {
            return scene.clock.end();
        }
        let amount = self.flow.whole * (window as f64 / self.windows.count as f64);
        let last = Time(scene.clock.end().0 - 1);
        self.flow.reached(scene, amount).max(self.first).min(last)
    }
}
