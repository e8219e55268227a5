//! Exactly so many comments, in the order of time: who reacts does so more than once, some answer others.

use super::Stage;
use super::choose::{pick, sums};
use super::likes::{attraction, strangeness, zeal};
use super::quiet::Quiet;
use crate::random::distribution::Delay;
use crate::random::hash::{chance, h1, h2, key as stream_key, scale32, stream, threshold};
use crate::time::Time;
use crate::world::comment::Comment;
use crate::world::id::UserId;
use crate::world::photo::Photo;
use std::collections::BTreeMap;

const ZEAL: u64 = stream("exact.comment.zeal");
const PHOTO: u64 = stream("exact.comment.photo");
const AUTHOR: u64 = stream("exact.comment.author");
const TIME: u64 = stream("exact.comment.time");
const REPLY: u64 = stream("exact.comment.reply");
const OWNER_SHARE: f64 = 0.1;
const REPLY_SHARE: f64 = 0.15;

pub(super) fn comments(stage: &Stage, seed: u64, quiet: &Quiet, count: u32) -> Vec<Comment> {
    let n = stage.followees.len() as u32;
    if count == 0 {
        return vec![];
    }
    let (zeal, strange) = (zeal(seed, n, ZEAL), strangeness(stage));
    let audience = |i: usize| (stage.followers[stage.photos[i].owner.0 as usize].len() + 1) as f64;
    let attraction = attraction(stage, seed);
    let photos = sums((0..stage.photos.len()).map(|i| attraction[i] * audience(i)));
    let [photo_key, author, time] = [PHOTO, AUTHOR, TIME].map(|stream| stream_key(seed, stream));
    let mut drawn = vec![0; stage.photos.len()];
    for i in 0..count as u64 {
        drawn[pick(&photos, h1(photo_key, i))] += 1;
    }

    let delay = Delay::weibull(0.55, 9.74 * 3600.0);
    let say = |photo: &Photo, user: UserId, ordinal: u32| {
        let since = stage.could_see(user, photo);
        let random = (h2(time, photo.id.0 as u64, ordinal as u64) >> 32) as u32;
        let created_at = Time(since.0 + delay.draw(random, stage.end.0 - 1 - since.0));
        Comment::new(photo, user, created_at, ordinal)
    };
    let mut said = vec![];
    for (photo, &count) in stage.photos.iter().zip(&drawn).filter(|(_, count)| **count > 0) {
        let weight = |u: u32| {
            let user = UserId(u);
            let near = if stage.follows(user, photo.owner) { 1.0 } else { strange };
            if user == photo.owner || quiet.never_comments(user) {
                return 0.0;
            }
            (near * (zeal[u as usize] + 1e-9)).max(quiet.min_weight)
        };
        let authors = sums((0..n).map(weight));
        for ordinal in 0..count {
            let hash = h2(author, photo.id.0 as u64, ordinal);
            let alone = authors.last().is_none_or(|&whole| whole <= 0.0);
            let answers = ordinal > 0 && !quiet.never_comments(photo.owner);
            let own = alone || (answers && chance(hash.rotate_left(32), threshold(OWNER_SHARE)));
            let user = if own { photo.owner } else { UserId(pick(&authors, hash) as u32) };
            said.push(say(photo, user, ordinal as u32));
        }
    }
    if quiet.others_comment {
        let all = (0..n).map(UserId).filter(|user| !quiet.never_comments(*user));
        let turn = |comment: &Comment| h2(author ^ 1, comment.photo.0 as u64, comment.ordinal as u64);
        each_says_something(&mut said, all, turn, |comment, user| {
            say(&stage.photos[comment.photo.0 as usize], user, comment.ordinal)
        });
    }
    said.sort_unstable_by_key(|c| (c.created_at, c.photo, c.ordinal));
    answer(&mut said, stream_key(seed, REPLY), stage.photos.len());
    said
}

/// Hands a comment of the most talkative to each user who has none.
fn each_says_something(
    said: &mut [Comment],
    users: impl Iterator<Item = UserId>,
    turn: impl Fn(&Comment) -> u64,
    say: impl Fn(&Comment, UserId) -> Comment,
) {
    let mut comments_of: BTreeMap<UserId, u32> = BTreeMap::new();
    for comment in said.iter() {
        *comments_of.entry(comment.author).or_default() += 1;
    }
    for user in users {
        if comments_of.contains_key(&user) {
            continue;
        }
        let talkative = |comment: &&mut Comment| (comments_of[&comment.author], turn(comment));
        if let Some(comment) = said.iter_mut().max_by_key(talkative) {
            comments_of.entry(comment.author).and_modify(|count| *count -= 1);
            comments_of.insert(user, 1);
            *comment = say(comment, user);
        }
    }
}

/// Lets some comments answer an earlier one of their photo.
fn answer(said: &mut [Comment], key: u64, photos: usize) {
    let mut earlier: Vec<Vec<u32>> = vec![vec![]; photos];
    for i in 0..said.len() {
        let hash = h1(key, i as u64);
        let list = &mut earlier[said[i].photo.0 as usize];
        let before = list.partition_point(|&j| said[j as usize].created_at < said[i].created_at);
        if before > 0 && chance(hash, threshold(REPLY_SHARE)) {
            said[i] = said[i].answering(list[scale32(hash << 32, before as u64) as usize]);
        }
        list.push(i as u32);
    }
}
