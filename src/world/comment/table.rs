//! What must be known before the first comment: the weight of each owner, the scale that brings the total to what was
//! asked, and the cut into windows. Made once, in one pass over the users, and in a small world in a few over the
//! photos, owner by owner, which tell how many comments each window has, and which photos have any.

use std::ops::Range;

use super::Comments;
use crate::world::id::UserId;
use crate::world::like::Likes;
use crate::world::photo::{Owned, SlotAddress};
use crate::world::scene::Scene;

/// Four bytes a user up to here; in larger worlds weights are computed each time.
const MAX_STORED: u32 = 20_000_000;
/// Below, the comments are counted to mend the scale; above, chance evens out by itself.
const COUNTED_PHOTOS: u32 = 16_000_000;
/// Below, the photos with comments are kept: one of seven, twenty bytes each.
const KEPT_PHOTOS: u32 = 4_000_000;
const GOOD_ENOUGH: f64 = 0.002;
/// Comments expected in a window: enough that the week before it weighs little, few enough for the memory.
const WINDOWS: f64 = 16.0;
const FEWEST_IN_WINDOW: f64 = 20_000.0;
const MAX_IN_WINDOW: f64 = 100_000.0;

#[derive(Debug)]
pub(super) struct Table {
    /// By cohort and posting rank.
    weights: Option<Vec<f32>>,
    scale: f64,
    /// The part of the users that an epoch's photos can be seen by.
    seen: Vec<f64>,
    /// Epochs.
    pub(super) windows: Vec<Range<usize>>,
    /// What was counted here, in a world that is not large.
    pub(super) counted: Option<Counted>,
}

/// The comments of each window, and by epoch the photos that have any, unless they are too many to keep.
#[derive(Debug)]
pub(super) struct Counted {
    pub(super) by_window: Vec<u64>,
    pub(super) photos: Option<Vec<Vec<Commented>>>,
}

/// A photo with comments.
#[derive(Clone, Copy, Debug)]
pub(super) struct Commented {
    pub(super) cohort: u32,
    /// The posting rank of the owner in the cohort.
    pub(super) rank: u32,
    pub(super) place: SlotAddress,
    pub(super) count: u32,
}

impl Table {
    pub(super) fn new(rule: &Comments, scene: Scene, likes: &Likes) -> Table {
        let epochs = scene.photos.epoch_count();
        let signed_up = scene.photos.signed_up();
        let seen = signed_up[1..].iter().map(|&users| users as f64 / scene.users.count as f64).collect();
        let mut weights = Vec::new();
        let store = scene.users.count <= MAX_STORED;
        let mut sums = vec![0.0; epochs];
        for (cohort, sum) in sums.iter_mut().enumerate() {
            weights.resize(if store { signed_up[cohort] as usize } else { 0 }, 0.0);
            for poster in scene.photos.posters(cohort) {
                let weight = weight(scene, likes, poster.user, poster.photos);
                *sum += weight as f64 * poster.photos as f64;
                if store {
                    weights.push(weight);
                }
            }
        }
        let mut table =
            Table { weights: store.then_some(weights), scale: 0.0, seen, windows: vec![], counted: None };
        let expected: Vec<f64> = (0..epochs)
            .map(|epoch| {
                let all: f64 = (0..epoch).map(|c| sums[c] * scene.photos.share_in(c, epoch)).sum();
                all * table.seen[epoch]
            })
            .collect();
        let whole: f64 = expected.iter().sum();
        let size = (rule.wanted / WINDOWS).clamp(FEWEST_IN_WINDOW, MAX_IN_WINDOW);
        table.windows = cut(&expected, size * whole / rule.wanted.max(1.0));
        if whole > 0.0 {
            table.scale = rule.wanted / whole;
            table.mend(rule, scene, likes);
        }
        table
    }

    /// Chance weighs much in a small world: what it added or took away is corrected.
    fn mend(&mut self, rule: &Comments, scene: Scene, likes: &Likes) {
        if scene.photos.count() > COUNTED_PHOTOS {
            return;
        }
        let (mut low, mut high) = (0.0, f64::MAX);
        for _ in 0..20 {
            let found = rule.count_windows(scene, likes, self, scene.photos.count() <= KEPT_PHOTOS);
            let counted = found.by_window.iter().sum::<u64>() as f64;
            if (counted - rule.wanted).abs() <= (GOOD_ENOUGH * rule.wanted).max(0.5) {
                self.counted = Some(found);
                return;
            }
            // The count never falls with the scale: keep to the side where the answer is.
            if counted < rule.wanted {
                low = self.scale;
            } else {
                high = self.scale;
            }
            let next = self.scale * (rule.wanted / counted.max(0.5));
            self.scale = match next > low && next < high {
                true => next,
                false => (low + high) / 2.0,
            };
        }
    }

    /// The most comments that are expected on an average photo of an owner, in any epoch.
    #[inline(always)]
    pub(super) fn expected_bound(&self, scene: Scene, likes: &Likes, owned: &Owned) -> f64 {
        self.scale * self.weight(scene, likes, owned.cohort, owned.rank, owned.photos)
    }

    #[inline(always)]
    fn weight(&self, scene: Scene, likes: &Likes, cohort: usize, rank: u64, photos: u32) -> f64 {
        let weight = match &self.weights {
            Some(weights) => weights[scene.photos.signed_up()[cohort] as usize + rank as usize],
            None => weight(scene, likes, scene.photos.member(cohort, rank), photos),
        };
        weight as f64
    }

    /// The comments expected on an average photo of an owner, in an epoch.
    #[inline(always)]
    pub(super) fn expected(
        &self,
        scene: Scene,
        likes: &Likes,
        epoch: usize,
        cohort: usize,
        rank: u64,
        photos: u32,
    ) -> f64 {
        self.scale * self.seen[epoch] * self.weight(scene, likes, cohort, rank, photos)
    }
}

fn weight(scene: Scene, likes: &Likes, user: UserId, photos: u32) -> f32 {
    if photos == 0 {
        return 0.0;
    }
    let followers = scene.follows.expected_followers(scene.users, user);
    (followers * likes.rate(user, followers)) as f32
}

/// Cuts epochs into runs of about `size`.
fn cut(expected: &[f64], size: f64) -> Vec<Range<usize>> {
    let (mut windows, mut start, mut sum) = (vec![], 0, 0.0);
    for (epoch, comments) in expected.iter().enumerate() {
        sum += comments;
        if sum >= size || epoch + 1 == expected.len() {
            windows.push(start..epoch + 1);
            (start, sum) = (epoch + 1, 0.0);
        }
    }
    windows
}
