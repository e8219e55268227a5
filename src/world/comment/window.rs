//! The comments of one window: counted, or made and sorted.

use std::ops::Range;

use super::author::{Thread, Topic};
use super::table::{Commented, Counted, Table};
use super::{Comment, Comments, MAX_DELAY, NO_PARENT};
use crate::time::Time;
use crate::world::like::Likes;
use crate::world::photo::Visited;
use crate::world::scene::Scene;

/// Room for the comments of one window, used again for the next.
#[derive(Clone, Debug, Default)]
pub struct CommentScratch {
    comments: Vec<Comment>,
    places: Vec<u32>,
    thread: Thread,
}

impl CommentScratch {
    /// Empty room; it grows to the greatest window.
    pub fn new() -> CommentScratch {
        CommentScratch::default()
    }
}

impl Comments {
    /// How many comments each window has: owner by owner, so that most photos need no place. The photos that have
    /// any are kept, if they are wanted.
    pub(super) fn count_windows(&self, scene: Scene, likes: &Likes, table: &Table, keep: bool) -> Counted {
        let epochs = scene.photos.epoch_count();
        let mut by_epoch = vec![0; epochs];
        let mut kept = vec![Vec::new(); if keep { epochs } else { 0 }];
        let mut thread = Thread::default();
        for cohort in 0..epochs {
            scene.photos.visit_owners(cohort, |owned| {
                let max = table.expected_bound(scene, likes, &owned);
                for ordinal in 0..owned.photos {
                    let slot = owned.first + ordinal as u64;
                    if self.count(cohort, slot, ordinal, owned.photos, max) > 0
                        && let Some(photo) =
                            self.commented(scene, likes, table, scene.photos.visited(owned, ordinal))
                    {
                        self.count_by_epoch(scene, photo, &mut thread, &mut by_epoch);
                        if let Some(kept) = kept.get_mut(photo.place.epoch as usize) {
                            kept.push(photo);
                        }
                    }
                }
            });
        }
        let by_window = table.windows.iter().map(|epochs| by_epoch[epochs.clone()].iter().sum()).collect();
        Counted { by_window, photos: keep.then_some(kept) }
    }

    /// A photo, if it has comments.
    #[inline(always)]
    fn commented(&self, scene: Scene, likes: &Likes, table: &Table, visited: Visited) -> Option<Commented> {
        let Visited { cohort, rank, slot, ordinal, photos, place } = visited;
        let expected = table.expected(scene, likes, place.epoch as usize, cohort, rank, photos);
        let count = self.count(cohort, slot, ordinal, photos, expected);
        (count > 0).then_some(Commented { cohort: cohort as u32, rank: rank as u32, place, count })
    }

    /// Adds the comments of a photo to the epochs that they are written in.
    fn count_by_epoch(&self, scene: Scene, photo: Commented, thread: &mut Thread, by_epoch: &mut [u64]) {
        let (mut epoch, id) = (photo.place.epoch as usize, scene.photos.id(photo.place));
        let posted = scene.photos.time_of(epoch, id);
        if posted.0.saturating_add(MAX_DELAY) < scene.photos.epoch_start(epoch + 1).0 {
            by_epoch[epoch] += photo.count as u64;
            return;
        }
        self.times(scene, id, posted, photo.count, thread);
        for entry in &thread.entries {
            epoch = scene.photos.epoch_from(epoch, entry.time);
            by_epoch[epoch] += 1;
        }
    }

    /// How many comments a window has.
    pub(super) fn count_in(&self, scene: Scene, likes: &Likes, table: &Table, window: usize) -> u64 {
        let epochs = table.windows[window].clone();
        let span = span(scene, &epochs);
        let (mut sum, mut thread) = (0, Thread::default());
        self.meet_commented(
            scene,
            likes,
            table,
            reaching(scene, &epochs),
            |Commented { place, count, .. }| {
                let epoch = place.epoch as usize;
                let end = scene.photos.epoch_start(epoch + 1).0.saturating_add(MAX_DELAY);
                if epochs.contains(&epoch) && (end < span.end.0 || span.end == scene.clock.end()) {
                    sum += count as u64;
                } else {
                    let photo = scene.photos.id(place);
                    self.times(scene, photo, scene.photos.time_of(epoch, photo), count, &mut thread);
                    sum += thread.entries.iter().filter(|entry| span.contains(&entry.time)).count() as u64;
                }
            },
        );
        sum
    }

    /// The comments of a window in the order of their ids.
    pub(super) fn write_in<'s>(
        &self,
        scene: Scene,
        likes: &Likes,
        table: &Table,
        window: usize,
        scratch: &'s mut CommentScratch,
    ) -> &'s [Comment] {
        let epochs = table.windows[window].clone();
        let span = span(scene, &epochs);
        let CommentScratch { comments, places, thread } = scratch;
        comments.clear();
        self.meet_commented(scene, likes, table, reaching(scene, &epochs), |met| {
            let (epoch, photo) = (met.place.epoch as usize, scene.photos.id(met.place));
            self.times(scene, photo, scene.photos.time_of(epoch, photo), met.count, thread);
            if !thread.entries.iter().any(|entry| span.contains(&entry.time)) {
                return;
            }
            let owner = scene.photos.member(met.cohort as usize, met.rank as u64);
            let audience = &scene.follows.audience(scene.users, owner);
            self.people(scene, &Topic { photo, owner, epoch, audience }, thread);
            // Times ascend: what lies in the span is one run, and so are its indices.
            let outside = thread.entries.partition_point(|entry| entry.time < span.start);
            let first = comments.len() as u32;
            for entry in thread.entries[outside..].iter().take_while(|entry| entry.time < span.end) {
                comments.push(Comment {
                    photo,
                    owner,
                    author: entry.author,
                    created_at: entry.time,
                    ordinal: entry.ordinal,
                    parent: entry.answers.map_or(NO_PARENT, |index| first + (index - outside) as u32),
                    drafted: comments.len() as u32,
                });
            }
        });
        comments.sort_unstable_by_key(|c| ((c.created_at.0 as u64) << 32 | c.photo.0 as u64, c.ordinal));
        // Parents were named by the order of drafting.
        places.clear();
        places.resize(comments.len(), 0);
        for (place, comment) in comments.iter().enumerate() {
            places[comment.drafted as usize] = place as u32;
        }
        for comment in comments.iter_mut().filter(|c| c.parent != NO_PARENT) {
            comment.parent = places[comment.parent as usize];
        }
        comments
    }

    /// Meets the photos of some epochs that have comments.
    #[inline(always)]
    fn meet_commented(
        &self,
        scene: Scene,
        likes: &Likes,
        table: &Table,
        epochs: Range<usize>,
        mut meet: impl FnMut(Commented),
    ) {
        if let Some(Counted { photos: Some(kept), .. }) = &table.counted {
            return kept[epochs].iter().flatten().copied().for_each(meet);
        }
        for epoch in epochs {
            for cohort in 0..epoch {
                scene.photos.visit(epoch, cohort, |visited| {
                    if let Some(photo) = self.commented(scene, likes, table, visited) {
                        meet(photo);
                    }
                });
            }
        }
    }
}

fn span(scene: Scene, epochs: &Range<usize>) -> Range<Time> {
    scene.photos.epoch_start(epochs.start)..scene.photos.epoch_start(epochs.end)
}

/// The epochs whose photos can have comments in those epochs: they and those of the week before.
fn reaching(scene: Scene, epochs: &Range<usize>) -> Range<usize> {
    let begin = scene.photos.epoch_start(epochs.start).0.saturating_sub(MAX_DELAY);
    scene.photos.epoch_at(Time(begin)).min(epochs.start)..epochs.end
}
