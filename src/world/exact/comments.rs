//! An exact number of comments, in the order of time: who reacts does so more than once, but seldom to one photo. Owners
//! answer, and never come first; nobody answers themselves, and only what answers nothing is answered.

use std::collections::BTreeMap;

use super::Stage;
use super::choose::{pick, sums};
use super::likes::{attraction, strangeness, zeal};
use super::quiet::Quiet;
use crate::random::distribution::Delay;
use crate::random::hash::{chance, h1, h2, key as stream_key, stream, threshold};
use crate::time::Time;
use crate::world::comment::{Comment, delay};
use crate::world::id::{PhotoId, UserId};
use crate::world::photo::Photo;

const ZEAL: u64 = stream("exact.comment.zeal");
const PHOTO: u64 = stream("exact.comment.photo");
const AUTHOR: u64 = stream("exact.comment.author");
const TIME: u64 = stream("exact.comment.time");
const REPLY: u64 = stream("exact.comment.reply");
/// The chance that the owner answers a comment, and that another user does.
const OWNER_ANSWERS: f64 = 0.2;
const OTHER_ANSWERS: f64 = 0.04;
/// The chance that somebody who has commented on a photo does so again.
const AGAIN: f64 = 0.125;
/// Authors drawn for one comment: with many more comments than users, somebody has to come again.
const DRAWS: u64 = 64;
/// A stranger may always come by, though nobody follows anybody.
const LEAST_STRANGE: f64 = 1e-6;
/// Where all have to say something, there is this number of comments for each, or nothing is answered.
const AMPLE: u32 = 3;

/// Who will answer a comment.
#[derive(Clone, Copy)]
struct Plan {
    by_owner: bool,
    by_other: bool,
}

/// A comment, and who will answer it.
struct Remark {
    first: Comment,
    plan: Plan,
}

/// Whoever comments on one photo.
struct Authors<'a> {
    photo: &'a Photo,
    weights: Vec<f64>,
    said: BTreeMap<UserId, u32>,
}

/// What times and authors are drawn from.
struct Room<'a> {
    stage: &'a Stage<'a>,
    quiet: &'a Quiet,
    zeal: Vec<f64>,
    strange: f64,
    delay: Delay,
    answer: Delay,
    author: u64,
    time: u64,
    reply: u64,
}

pub(super) fn comments(stage: &Stage, seed: u64, quiet: &Quiet, count: u32) -> Vec<Comment> {
    let users = stage.followees.len() as u32;
    if count == 0 {
        return vec![];
    }
    let key = |stream| stream_key(seed, stream);
    let room = Room {
        stage,
        quiet,
        zeal: zeal(seed, users, ZEAL),
        strange: strangeness(stage).max(LEAST_STRANGE),
        delay: delay::of_remarks(),
        answer: delay::of_answers(),
        author: key(AUTHOR),
        time: key(TIME),
        reply: key(REPLY),
    };
    let answered = !quiet.others_comment || count >= AMPLE * users;
    let mut remarks = vec![];
    for (photo, plans) in stage.photos.iter().zip(room.shared_out(seed, count, answered)) {
        room.remark(photo, &plans, &mut remarks);
    }
    if quiet.others_comment {
        let all = (0..users).map(UserId).filter(|user| !quiet.never_comments(*user));
        each_says_something(&mut remarks, all, &room);
    }
    in_order(remarks.iter().flat_map(|remark| room.with_answers(remark)).collect())
}

impl<'a> Authors<'a> {
    fn new(room: &Room, photo: &'a Photo) -> Authors<'a> {
        let weight = |u: u32| {
            let user = UserId(u);
            if user == photo.owner || room.quiet.never_comments(user) {
                return 0.0;
            }
            let near = if room.stage.follows(user, photo.owner) { 1.0 } else { room.strange };
            (near * (room.zeal[u as usize] + 1e-9)).max(room.quiet.min_weight)
        };
        let weights = sums((0..room.stage.followees.len() as u32).map(weight));
        Authors { photo, weights, said: BTreeMap::new() }
    }

    /// Whether nobody but the owner can comment.
    fn are_none(&self) -> bool {
        self.weights.last().is_none_or(|&whole| whole <= 0.0)
    }

    /// Somebody but the owner, rarely anyone again; of those who are drawn, whoever said least.
    fn draw(&mut self, hash: u64) -> UserId {
        if self.are_none() {
            return self.photo.owner;
        }
        let mut best = (u32::MAX, self.photo.owner);
        for i in 0..DRAWS {
            let hash = h1(hash, i);
            let user = UserId(pick(&self.weights, hash) as u32);
            let said = self.said.get(&user).copied().unwrap_or(0);
            best = best.min((said, user));
            if said == 0 || (said == 1 && chance(hash << 32, threshold(AGAIN))) {
                best.1 = user;
                break;
            }
        }
        *self.said.entry(best.1).or_default() += 1;
        best.1
    }
}

impl Room<'_> {
    /// The remarks on each photo, the given number of comments in all.
    fn shared_out(&self, seed: u64, count: u32, answered: bool) -> Vec<Vec<Plan>> {
        let stage = self.stage;
        let audience = |i: usize| (stage.followers[stage.photos[i].owner.0 as usize].len() + 1) as f64;
        let attraction = attraction(stage, seed);
        let photos = sums((0..stage.photos.len()).map(|i| attraction[i] * audience(i)));
        let key = stream_key(seed, PHOTO);
        let mut plans = vec![vec![]; stage.photos.len()];
        let mut left = count;
        for i in 0.. {
            if left == 0 {
                break;
            }
            left -= 1;
            let photo = pick(&photos, h1(key, i));
            let hash = h1(self.reply, i);
            let mut plan = Plan { by_owner: false, by_other: false };
            let speaks = !self.quiet.never_comments(stage.photos[photo].owner);
            if answered && speaks && left > 0 && chance(hash, threshold(OWNER_ANSWERS)) {
                (plan.by_owner, left) = (true, left - 1);
            }
            if answered && left > 0 && chance(hash << 32, threshold(OTHER_ANSWERS)) {
                (plan.by_other, left) = (true, left - 1);
            }
            plans[photo].push(plan);
        }
        plans
    }

    /// The first comments of the remarks on a photo.
    fn remark(&self, photo: &Photo, plans: &[Plan], remarks: &mut Vec<Remark>) {
        if plans.is_empty() {
            return;
        }
        let mut authors = Authors::new(self, photo);
        let mut ordinal = 0;
        for &plan in plans {
            let author = authors.draw(h2(self.author, photo.id.0 as u64, ordinal as u64));
            remarks.push(Remark { first: self.say(photo, author, ordinal), plan });
            ordinal += 1 + u32::from(plan.by_owner) + u32::from(plan.by_other);
        }
    }

    fn random(&self, photo: PhotoId, ordinal: u32) -> u32 {
        (h2(self.time, photo.0 as u64, ordinal as u64) >> 32) as u32
    }

    fn say(&self, photo: &Photo, user: UserId, ordinal: u32) -> Comment {
        let since = self.stage.could_see(user, photo);
        let random = self.random(photo.id, ordinal);
        let created_at = Time(since.0 + self.delay.draw(random, self.stage.end.0 - 1 - since.0));
        Comment::new(photo, user, created_at, ordinal)
    }

    /// A comment and its answers, each with the ordinal of what it answers. Where no time is left for an answer, or
    /// nobody for it, there is one comment more that answers none.
    fn with_answers(&self, remark: &Remark) -> Vec<(Comment, Option<u32>)> {
        let first = remark.first;
        let photo = &self.stage.photos[first.photo.0 as usize];
        let mut all = vec![(first, None)];
        if remark.plan.by_owner {
            let answer = self.answer(photo, &first, photo.owner, first.ordinal + 1);
            all.push(answer.unwrap_or_else(|| {
                (self.say(photo, self.another(photo, &first, 1), first.ordinal + 1), None)
            }));
        }
        if remark.plan.by_other {
            let ordinal = first.ordinal + all.len() as u32;
            let user = self.another(photo, &first, all.len() as u32);
            let answer = self.answer(photo, &first, user, ordinal);
            all.push(answer.unwrap_or_else(|| (self.say(photo, user, ordinal), None)));
        }
        all
    }

    /// Somebody who is neither the owner nor the author of a comment, if there is anybody.
    fn another(&self, photo: &Photo, first: &Comment, nth: u32) -> UserId {
        let mut authors = Authors::new(self, photo);
        authors.said.insert(first.author, 2);
        authors.draw(h2(self.author, photo.id.0 as u64, (first.ordinal + nth) as u64))
    }

    /// What a user answers to a comment, not before both are there.
    fn answer(
        &self,
        photo: &Photo,
        first: &Comment,
        user: UserId,
        ordinal: u32,
    ) -> Option<(Comment, Option<u32>)> {
        let since = self.stage.could_see(user, photo).max(Time(first.created_at.0 + 1));
        if user == first.author || since >= self.stage.end {
            return None;
        }
        let room = self.stage.end.0 - 1 - since.0;
        let created_at = Time(since.0 + self.answer.draw(self.random(photo.id, ordinal), room));
        Some((Comment::new(photo, user, created_at, ordinal), Some(first.ordinal)))
    }
}

/// Hands a comment of the most talkative to each user who has none, on a photo of somebody else if there is one.
fn each_says_something(remarks: &mut [Remark], users: impl Iterator<Item = UserId>, room: &Room) {
    let mut said: BTreeMap<UserId, u32> = BTreeMap::new();
    for remark in remarks.iter() {
        *said.entry(remark.first.author).or_default() += 1;
    }
    let turn = |first: &Comment| h2(room.author ^ 1, first.photo.0 as u64, first.ordinal as u64);
    for user in users {
        if said.contains_key(&user) {
            continue;
        }
        let talkative = |remark: &&mut Remark| {
            let (first, spoken) = (&remark.first, said[&remark.first.author]);
            (spoken > 1, first.owner != user, spoken, turn(first))
        };
        if let Some(Remark { first, .. }) = remarks.iter_mut().max_by_key(talkative) {
            said.entry(first.author).and_modify(|spoken| *spoken -= 1);
            said.insert(user, 1);
            *first = room.say(&room.stage.photos[first.photo.0 as usize], user, first.ordinal);
        }
    }
}

/// Sorts by time, and names what is answered by its place.
fn in_order(mut said: Vec<(Comment, Option<u32>)>) -> Vec<Comment> {
    said.sort_unstable_by_key(|(c, _)| (c.created_at, c.photo, c.ordinal));
    let places = said.iter().zip(0..).map(|((c, _), place)| ((c.photo, c.ordinal), place));
    let places: BTreeMap<(PhotoId, u32), u32> = places.collect();
    let named = |(comment, answered): &(Comment, Option<u32>)| match answered {
        Some(ordinal) => comment.answering(places[&(comment.photo, *ordinal)]),
        None => *comment,
    };
    said.iter().map(named).collect()
}
