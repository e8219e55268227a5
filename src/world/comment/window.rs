//! The comments of one window: which photos are commented on, by whom and when, sorted.

use std::ops::Range;

use super::author::Authors;
use super::delay::{MAX_DELAY, SHORT_DELAY};
use super::quota::{Candidate, Choice, Rest};
use super::table::{AMPLE, Table};
use super::{Comment, Comments, NO_PARENT, OTHER_ANSWERS, OWNER_ANSWERS};
use crate::random::hash::{chance, h2, threshold};
use crate::time::Time;
use crate::world::id::PhotoId;
use crate::world::like::Likes;
use crate::world::scene::Scene;

/// Bits of an ordinal that count the comments of a photo in one window; the others name the window.
const ORDINAL_BITS: u32 = 18;

/// Room for the comments of one window, used again for the next.
#[derive(Clone, Debug, Default)]
pub struct CommentScratch {
    comments: Vec<Comment>,
    places: Vec<u32>,
    candidates: Vec<Candidate>,
    choice: Choice,
}

impl CommentScratch {
    /// Empty room; it grows to the greatest window.
    pub fn new() -> CommentScratch {
        CommentScratch::default()
    }
}

/// A window to be filled.
struct Window {
    number: u32,
    span: Range<Time>,
    quota: u64,
}

/// A comment and its answers.
struct Remark {
    hash: u64,
    by_owner: bool,
    by_other: bool,
}

impl Remark {
    fn size(&self) -> u32 {
        1 + u32::from(self.by_owner) + u32::from(self.by_other)
    }
}

impl Comments {
    /// The comments of a window in the order of their ids.
    pub(super) fn write_in<'s>(
        &self,
        scene: Scene,
        likes: &Likes,
        table: &Table,
        number: u32,
        scratch: &'s mut CommentScratch,
    ) -> &'s [Comment] {
        let CommentScratch { comments, places, candidates, choice } = scratch;
        comments.clear();
        let window = Window { number, span: table.span(scene, number), quota: self.windows.quota(number) };
        if window.quota == 0 || scene.photos.count() == 0 {
            return comments;
        }
        let rest = self.choose(scene, likes, table, &window, candidates, choice);
        for (i, candidate) in (0..).zip(candidates.iter()).filter(|(_, candidate)| candidate.remarks > 0) {
            let rest = rest.filter(|rest| rest.candidate == i);
            self.talk(scene, &window, candidate, rest, comments);
        }
        sort(comments, places);
        comments
    }

    /// Which photos are commented on, and how often. The scale that is just enough is not known before; where it is
    /// sought up to changes nothing.
    fn choose(
        &self,
        scene: Scene,
        likes: &Likes,
        table: &Table,
        window: &Window,
        candidates: &mut Vec<Candidate>,
        choice: &mut Choice,
    ) -> Option<Rest> {
        let size = |candidate: &Candidate, nth| self.remark(window, candidate, nth).size();
        let mut limit = AMPLE * table.scale;
        self.find(scene, likes, table, window, limit, candidates);
        let mut sum = f64::INFINITY;
        loop {
            if let Some(rest) = choice.give(candidates, limit, window.quota, size) {
                return rest;
            }
            limit = (2.0 * limit).max(AMPLE * window.quota as f64 / sum);
            sum = self.find(scene, likes, table, window, limit, candidates);
            if sum <= 0.0 {
                // No photo is recent enough: the last one before.
                candidates.clear();
                candidates.push(last_before(scene, window.span.end));
                limit = window.quota as f64;
            }
        }
    }

    /// The photos that are commented on at a scale; and what is expected at scale 1 of all photos that were looked at.
    fn find(
        &self,
        scene: Scene,
        likes: &Likes,
        table: &Table,
        window: &Window,
        limit: f64,
        candidates: &mut Vec<Candidate>,
    ) -> f64 {
        let before = |time: Time, delay| scene.photos.first_at(Time(time.0.saturating_sub(delay)));
        let Range { start, end } = window.span;
        let (lasting, short, begin) =
            (before(start, MAX_DELAY), before(start, SHORT_DELAY), before(start, 0));
        // What is posted in the window, and talked about in no later one.
        let whole = [begin..before(end, SHORT_DELAY), begin..before(end, MAX_DELAY)];
        candidates.clear();
        let mut sum = 0.0;
        let mut offer = |photo: Candidate| {
            let (begun, share) = match whole[self.delays.lasts(photo.photo) as usize].contains(&photo.photo.0)
            {
                true => (0.0, 1.0),
                false => {
                    let posted = scene.photos.time_of(photo.epoch as usize, photo.photo);
                    self.delays.of(photo.photo).shares(posted, &window.span)
                }
            };
            let mean = photo.mean as f64 * share;
            sum += mean;
            // What earlier windows rounded off comes to this one, so that a photo is rounded once.
            let passed = photo.rounding as f64 + photo.mean as f64 * table.scale * begun;
            let rounding = (passed - passed as i64 as f64) as f32;
            let candidate = Candidate { mean: mean as f32, rounding, ..photo };
            if candidate.speaks_at(limit) {
                candidates.push(candidate);
            }
        };
        let (ids, wanted) =
            (lasting..before(end, 0), |photo: PhotoId| photo.0 >= short || self.delays.lasts(photo));
        match &table.kept {
            Some(kept) if limit <= AMPLE * table.scale => kept.meet(scene, ids, |photo| {
                if wanted(photo.photo) {
                    offer(*photo)
                }
            }),
            _ => scene.photos.meet(ids, wanted, |met| {
                let weight = table.weights.of(scene, likes, met.cohort, met.rank);
                let (appeal, rounding) = self.luck(met.cohort, met.slot, met.ordinal, met.photos);
                offer(Candidate {
                    photo: met.photo,
                    epoch: met.epoch as u16,
                    cohort: met.cohort as u16,
                    rank: met.rank as u32,
                    mean: (weight * table.seen[met.epoch] * appeal) as f32,
                    rounding,
                    remarks: 0,
                });
            }),
        }
        sum
    }

    /// The n-th remark on a photo in a window. Nothing is answered where there is no time for it.
    #[inline(always)]
    fn remark(&self, window: &Window, candidate: &Candidate, nth: u32) -> Remark {
        let hash = h2(self.keys.remark, candidate.photo.0 as u64, (window.number as u64) << 32 | nth as u64);
        let by_owner = chance(hash, threshold(OWNER_ANSWERS));
        let by_other = chance(hash << 32, threshold(OTHER_ANSWERS));
        Remark { hash, by_owner, by_other }
    }

    /// Writes the remarks on one photo.
    fn talk(
        &self,
        scene: Scene,
        window: &Window,
        candidate: &Candidate,
        rest: Option<Rest>,
        comments: &mut Vec<Comment>,
    ) {
        let Candidate { photo, epoch, cohort, rank, remarks, .. } = *candidate;
        let owner = scene.photos.member(cohort as usize, rank as u64);
        let posted = scene.photos.time_of(epoch as usize, photo);
        let talk = self.delays.of(photo);
        let hash = h2(self.keys.author, photo.0 as u64, window.number as u64);
        let mut authors = Authors::new(scene, owner, epoch as usize, hash);
        let mut ordinal = window.number << ORDINAL_BITS;
        let mut say = |author, created_at, parent| {
            let drafted = comments.len() as u32;
            comments.push(Comment { photo, owner, author, created_at, ordinal, parent, drafted });
            ordinal += 1;
            drafted
        };
        for nth in 1..=remarks {
            let Remark { hash, by_owner, by_other } = self.remark(window, candidate, nth);
            let mut left = rest.filter(|rest| rest.nth == nth).map_or(u32::MAX, |rest| rest.comments);
            let random = h2(self.keys.delay, hash, nth as u64);
            let time = talk.draw((random >> 32) as u32, posted, &window.span);
            let first = authors.next(time);
            let remark = say(first, time, NO_PARENT);
            let bot = scene.follows.is_bot(scene.users, first);
            let answers = [(by_owner, random as u32), (by_other, (random >> 16) as u32)];
            for (i, (_, random)) in answers.into_iter().enumerate().filter(|(_, (given, _))| *given) {
                left -= 1;
                if left == 0 {
                    break;
                }
                let late = window.span.end.0.saturating_sub(time.0) < 2;
                let then = if late { time } else { self.delays.answer(random, time, window.span.end) };
                if late || bot {
                    // No time is left for an answer, or nobody answers a bot: it is a remark of its own.
                    say(authors.next(then), then, NO_PARENT);
                    continue;
                }
                let by = if i == 0 { owner } else { authors.other(then, first) };
                let parent = if by == first { NO_PARENT } else { remark };
                say(by, then, parent);
            }
        }
    }
}

/// The last photo that was posted before a moment, as the one that everybody talks about.
fn last_before(scene: Scene, time: Time) -> Candidate {
    let photo = scene.photos.first_at(time).max(1) - 1;
    let mut last = Candidate {
        photo: PhotoId(photo),
        epoch: 0,
        cohort: 0,
        rank: 0,
        mean: 1.0,
        rounding: 0.0,
        remarks: 0,
    };
    scene.photos.meet(
        photo..photo + 1,
        |_| true,
        |met| {
            last.epoch = met.epoch as u16;
            last.cohort = met.cohort as u16;
            last.rank = met.rank as u32;
        },
    );
    last
}

/// Sorts by time and names parents by their new places.
fn sort(comments: &mut [Comment], places: &mut Vec<u32>) {
    comments.sort_unstable_by_key(|c| ((c.created_at.0 as u64) << 32 | c.photo.0 as u64, c.ordinal));
    places.clear();
    places.resize(comments.len(), 0);
    for (place, comment) in comments.iter().enumerate() {
        places[comment.drafted as usize] = place as u32;
    }
    for comment in comments.iter_mut().filter(|c| c.parent != NO_PARENT) {
        comment.parent = places[comment.parent as usize];
    }
}
