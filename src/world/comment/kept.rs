//! The photos that may be commented on in any window, found once, owner by owner, where photos are not too many: most
//! have no chance, and are then met by no window. What is kept changes no comment.

use std::ops::Range;

use super::Comments;
use super::quota::Candidate;
use super::weight::Weights;
use crate::world::id::PhotoId;
use crate::world::like::Likes;
use crate::world::scene::Scene;

/// In larger worlds each window looks at its photos itself.
const MOST_PHOTOS: u32 = 4_000_000;

/// The kept photos, by epoch.
#[derive(Debug)]
pub(super) struct Kept {
    by_epoch: Vec<Vec<Candidate>>,
}

impl Kept {
    /// The photos that have a remark at a scale, unless photos are too many.
    pub(super) fn new(
        rule: &Comments,
        scene: Scene,
        likes: &Likes,
        weights: &Weights,
        seen: &[f64],
        scale: f64,
    ) -> Option<Kept> {
        if scene.photos.count() > MOST_PHOTOS {
            return None;
        }
        let mut by_epoch = vec![vec![]; scene.photos.epoch_count()];
        for cohort in 0..scene.photos.epoch_count() {
            scene.photos.meet_owners(cohort, |owned| {
                let weight = weights.of(scene, likes, cohort, owned.rank);
                for (ordinal, slot) in (0..owned.photos).zip(owned.first..) {
                    let (appeal, rounding) = rule.luck(cohort, slot, ordinal, owned.photos);
                    let mut photo = Candidate {
                        photo: PhotoId(0),
                        epoch: 0,
                        cohort: cohort as u16,
                        rank: owned.rank as u32,
                        mean: (weight * appeal) as f32,
                        rounding,
                        remarks: 0,
                    };
                    // By all users, whoever has signed up by its time: the most.
                    if !photo.speaks_at(scale) {
                        continue;
                    }
                    let (epoch, id) = scene.photos.find(cohort, slot);
                    photo.mean = (weight * seen[epoch] * appeal) as f32;
                    if photo.speaks_at(scale) {
                        (photo.photo, photo.epoch) = (id, epoch as u16);
                        by_epoch[epoch].push(photo);
                    }
                }
            });
        }
        by_epoch.iter_mut().for_each(|photos| photos.sort_unstable_by_key(|photo| photo.photo));
        Some(Kept { by_epoch })
    }

    /// Those of a run of ids, in the order of ids.
    #[inline(always)]
    pub(super) fn meet(&self, scene: Scene, ids: Range<u32>, mut meet: impl FnMut(&Candidate)) {
        let mut next = ids.start;
        while next < ids.end {
            let epoch = scene.photos.epoch_of(PhotoId(next));
            let photos = &self.by_epoch[epoch];
            let from = photos.partition_point(|photo| photo.photo.0 < next);
            photos[from..].iter().take_while(|photo| photo.photo.0 < ids.end).for_each(&mut meet);
            next = scene.photos.first_photo(epoch + 1);
        }
    }
}
