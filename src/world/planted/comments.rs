//! Comments: some photos have none, one user writes the same twenty times in a minute, others often and slowly, and a
//! few say "100%".

use super::draw::Draw;
use super::likes::Plan;
use super::{Remark, Scene};
use crate::random::hash::stream;
use crate::time::{DAY, Time};
use crate::world::id::{PhotoId, UserId};
use std::collections::BTreeSet;

const COMMENTS: u64 = stream("planted.comment");
const BURST: u32 = 20;
/// As many as a burst has within a minute, and more, spread over months.
const MANY: u32 = 16;

pub(super) fn comments(scene: &Scene, plan: &Plan) -> Vec<Remark> {
    let mut draw = Draw::of(scene.seed, COMMENTS);
    let people = scene.people;
    let once = people.fans[1];
    let is_author = |user: &UserId| !people.lurkers.contains(user) && *user != once;
    let authors: Vec<UserId> = people.humans().into_iter().filter(is_author).collect();
    let silent = silent(&mut draw, scene, plan);
    let mut remarks = Vec::new();
    for photo in scene.photos().filter(|photo| !silent.contains(photo)) {
        let count = 1 + draw.below(8);
        for author in draw.some(&authors, count) {
            let from = Time(scene.could_see(author, photo).0 + 1);
            let created_at = draw.soon(from, scene.end);
            remarks.push(Remark { created_at, author, photo, text: None });
        }
    }
    let before = |time: Time| -> Vec<PhotoId> {
        let is_there = |photo: &PhotoId| scene.post(*photo).created_at < time && !silent.contains(photo);
        scene.photos().filter(is_there).collect()
    };
    remarks.extend(burst(people.spammer, &before(day(2024, 5, 25))));
    let old = before(day(2023, 9, 1));
    remarks.extend(from_programs(&mut draw, scene, &old));

    let some_day = |draw: &mut Draw, from: Time, days: u32| draw.between(from, Time(from.0 + days * DAY));
    let speakers = draw.some(&authors, 5);
    let [agrees, talks, first, second, third] = std::array::from_fn(|at| speakers[at]);
    let mut say = |created_at, author, photo, text| remarks.push(Remark { created_at, author, photo, text });
    let at = some_day(&mut draw, day(2024, 2, 1), 100);
    say(at, agrees, draw.pick(&old), Some("I agree 100% with this"));
    let at = some_day(&mut draw, day(2023, 10, 1), 80);
    say(at, once, draw.pick(&old), None);
    for turn in 0..MANY {
        let at = some_day(&mut draw, Time(day(2024, 2, 3).0 + turn * 8 * DAY), 1);
        say(at, talks, draw.pick(&old), None);
    }
    // Two in one second: only the id says which comes after the other.
    let (photo, at) = (draw.pick(&old), day(2024, 6, 2).0 + 9 * 3600);
    say(Time(at), first, photo, Some("100% agree"));
    say(Time(at + 5), second, photo, Some("100 likes!"));
    say(Time(at + 5), third, photo, None);
    remarks
}

/// Photos without a comment: thirteen to eighteen, among them one that is liked as others are.
fn silent(draw: &mut Draw, scene: &Scene, plan: &Plan) -> BTreeSet<PhotoId> {
    let plain = |photo: &PhotoId| ![plan.winner, plan.cold, plan.unsaid].contains(photo);
    let others: Vec<PhotoId> = scene.photos().filter(plain).collect();
    let count = 11 + draw.below(6);
    draw.some(&others, count).into_iter().chain([plan.cold, plan.unsaid]).collect()
}

/// Three seconds apart, over the end of a minute: no minute of the clock has fifteen of them.
fn burst(author: UserId, photos: &[PhotoId]) -> impl Iterator<Item = Remark> {
    let latest: Vec<PhotoId> = photos.iter().rev().take(5).copied().collect();
    let begin = day(2024, 6, 1).0 + 9 * 3600 + 59 * 60 + 30;
    (0..BURST).map(move |turn| Remark {
        created_at: Time(begin + 3 * turn),
        author,
        photo: latest[turn as usize % latest.len()],
        text: Some("100% free followers"),
    })
}

/// One says the same again and again, nine days apart; two say little; the other three never write.
fn from_programs(draw: &mut Draw, scene: &Scene, photos: &[PhotoId]) -> Vec<Remark> {
    let begin = day(2024, 2, 2).0;
    let mut remarks = Vec::new();
    for turn in 0..MANY {
        let from = begin + 9 * turn * DAY;
        let created_at = draw.between(Time(from), Time(from + DAY));
        let (author, photo) = (scene.people.bots[3], draw.pick(photos));
        remarks.push(Remark { created_at, author, photo, text: Some("Great shot!") });
    }
    for &author in &scene.people.bots[4..] {
        for _ in 0..1 + draw.below(3) {
            let created_at = draw.between(Time(begin), Time(begin + 120 * DAY));
            remarks.push(Remark { created_at, author, photo: draw.pick(photos), text: None });
        }
    }
    remarks
}

fn day(year: u32, month: u32, day: u32) -> Time {
    Time::of_day(year, month, day).unwrap_or_default()
}
