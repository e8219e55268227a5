//! Who posts how many photos, and when; ids in the order of time.

use super::apart::set_apart;
use super::choose::{choose, divide};
use crate::profile::ExactCounts;
use crate::random::distribution::normal_quantile;
use crate::random::hash::{h1, h2, key as stream_key, stream};
use crate::random::permutation::Permutation;
use crate::time::Time;
use crate::world::clock::Clock;
use crate::world::id::{PhotoId, UserId};
use crate::world::photo::Photo;
use crate::world::user::Users;

const SILENT: u64 = stream("exact.photo.silent");
const POSTING: u64 = stream("exact.photo.posting");
const TIME: u64 = stream("exact.photo.time");
const POSTING_SIGMA: f64 = 1.2;
/// The most active posters whose order is clear, where the questions of the course are asked.
const CLEAR_POSTERS: usize = 3;

pub(super) fn photos(
    seed: u64,
    clock: &Clock,
    users: &Users,
    idle: Option<UserId>,
    counts: &ExactCounts,
) -> Vec<Photo> {
    let (silent, time) = (stream_key(seed, SILENT), stream_key(seed, TIME));
    let order = Permutation::new(users.count as u64, stream_key(seed, POSTING));
    let span = (clock.end().0 - clock.start().0) as f64;
    // Newcomers post least.
    let life = |user: UserId| (clock.end().0 - users.signed_up(clock, user).0) as f64 / span;
    let candidates = (0..users.count).map(UserId).filter(|&user| Some(user) != idle);
    let candidates = candidates.map(|user| (h1(silent, user.index()), life(user) + 0.1, user));
    let mut posters = choose(candidates, (users.count - counts.users_without_photo) as usize);
    posters.sort_unstable();
    let zeal = |user: UserId| {
        let quantile = (order.forward(user.index()) as f64 + 0.5) / users.count as f64;
        libm::exp(POSTING_SIGMA * normal_quantile(quantile)) * (life(user) + 0.02)
    };
    let weights: Vec<f64> = posters.iter().map(|&user| zeal(user)).collect();
    let mut shares = divide(&weights, counts.photos, 1, u32::MAX);
    if counts.course.is_some() {
        set_apart(&mut shares, CLEAR_POSTERS, 1, |_, _| true);
    }

    let mut photos = vec![];
    for (&owner, count) in posters.iter().zip(shares) {
        let born = users.signed_up(clock, owner);
        photos.extend((0..count).map(|ordinal| Photo {
            id: PhotoId(0),
            owner,
            ordinal,
            created_at: awake_between(clock, born, clock.end(), h2(time, owner.index(), ordinal as u64)),
        }));
    }
    photos.sort_unstable_by_key(|photo| (photo.created_at, photo.owner, photo.ordinal));
    for (id, photo) in photos.iter_mut().enumerate() {
        photo.id = PhotoId(id as u32);
    }
    photos
}

/// A time from `from` to just before `to`, at the hours of the awake.
fn awake_between(clock: &Clock, from: Time, to: Time, hash: u64) -> Time {
    let (a, b) = (clock.unspread(from) as u64, clock.unspread(to) as u64);
    let raw = a + (((b - a) as u128 * hash as u128) >> 64) as u64;
    Time(clock.spread(raw as u32).clamp(from.0, to.0 - 1))
}
