//! The comments of one window: which photos are commented on, by whom and when, sorted.

use std::ops::Range;

use super::author::Authors;
use super::delay::{MAX_DELAY, SHORT_DELAY};
use super::quota::{Candidate, Choice, Rest};
use super::table::Table;
use super::{Comment, Comments, NO_PARENT};
use crate::random::hash::{chance, h2, threshold};
use crate::time::Time;
use crate::world::id::PhotoId;
use crate::world::like::Likes;
use crate::world::scene::Scene;

/// The chance that the owner answers a comment: about 15 % of all comments are such.
const OWNER_ANSWERS: f64 = 0.185;
/// The chance that another follower does.
const OTHER_ANSWERS: f64 = 0.04;
const COMMENTS_OF_REMARK: f64 = 1.0 + OWNER_ANSWERS + OTHER_ANSWERS;
/// Candidates are looked for up to this many times the scale at which they should suffice.
const AMPLE: f64 = 1.4;
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
        let mut limit = AMPLE * table.scale / COMMENTS_OF_REMARK;
        loop {
            let sum = self.find(scene, likes, table, window, limit, candidates);
            if sum <= 0.0 {
                // No photo is recent enough: the last one before.
                candidates.clear();
                candidates.push(last_before(scene, window.span.end));
                limit = window.quota as f64;
            }
            let size = |candidate: &Candidate, nth| self.remark(window, candidate, nth).size();
            if let Some(rest) = choice.give(candidates, limit, window.quota, size) {
                return rest;
            }
            limit = (2.0 * limit).max(AMPLE * window.quota as f64 / sum);
        }
    }

    /// The photos that are commented on at a scale; and what is expected of all photos at scale 1.
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
        let wanted = |photo: PhotoId| photo.0 >= short || self.delays.lasts(photo);
        scene.photos.meet(lasting..before(end, 0), wanted, |met| {
            let share = match whole[self.delays.lasts(met.photo) as usize].contains(&met.photo.0) {
                true => 1.0,
                false => {
                    let posted = scene.photos.time_of(met.epoch, met.photo);
                    self.delays.of(met.photo).share(posted, &window.span)
                }
            };
            let weight = table.weights.of(scene, likes, &met) * table.seen[met.epoch];
            let mean = weight * share * self.appeal(met.photo, met.ordinal, met.photos);
            sum += mean;
            let candidate = Candidate {
                photo: met.photo,
                epoch: met.epoch as u16,
                cohort: met.cohort as u16,
                rank: met.rank as u32,
                mean: mean as f32,
                rounding: self.rounding(window, met.photo),
                remarks: 0,
            };
            if candidate.speaks_at(limit) {
                candidates.push(candidate);
            }
        });
        sum
    }

    /// A number below 1 of a photo in a window.
    #[inline(always)]
    fn rounding(&self, window: &Window, photo: PhotoId) -> f32 {
        let hash = h2(self.keys.count, photo.0 as u64, window.number as u64);
        (hash >> 40) as f32 * (1.0 / 16_777_216.0)
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
            let answers = [(by_owner, random as u32), (by_other, (random >> 16) as u32)];
            for (i, (_, random)) in answers.into_iter().enumerate().filter(|(_, (given, _))| *given) {
                left -= 1;
                if left == 0 {
                    break;
                }
                if time.0 + 2 > window.span.end.0 {
                    // No time is left for an answer: it is a remark of its own.
                    say(authors.next(time), time, NO_PARENT);
                    continue;
                }
                let then = self.delays.answer(random, time, window.span.end);
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
