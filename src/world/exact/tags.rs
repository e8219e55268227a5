//! An exact number of tags, each used, on an exact number of photos; ids in the order of their first use.

use super::apart::set_apart;
use super::choose::{choose, divide, pick, sums};
use crate::profile::ExactCounts;
use crate::random::distribution::normal_quantile;
use crate::random::hash::{chance, h1, h2, key as stream_key, scale32, stream, threshold};
use crate::time::Time;
use crate::world::id::{TagId, UserId};
use crate::world::photo::Photo;
use crate::world::tag::{MAX_TAGS, TagKind};

const COUNT: u64 = stream("exact.tag.count");
const DRAW: u64 = stream("exact.tag.draw");
const BARE: f64 = 0.28;
const COUNT_SIGMA: f64 = 0.8;
/// Of the photos with tags: those that bear as many as are allowed.
const FULL_SHARE: f64 = 0.015;
const GENERIC_SHARE: f64 = 0.4;
const OTHER_TOPIC: f64 = 0.08;
/// The most used tags whose order is clear, where the questions of the course are asked.
const CLEAR_TAGS: usize = 5;

/// The vocabulary, and the tags of each photo in the order of its caption.
#[derive(Debug)]
pub(in crate::world) struct TagSet {
    pub(in crate::world) kinds: Vec<TagKind>,
    pub(in crate::world) coined: Vec<Time>,
    pub(in crate::world) of_photo: Vec<Vec<TagId>>,
}

pub(super) fn tags(seed: u64, topics: u8, photos: &[Photo], about: &[u8], counts: &ExactCounts) -> TagSet {
    let generic = (counts.tags as f64 * GENERIC_SHARE).ceil() as u32;
    let kinds: Vec<TagKind> = (0..counts.tags).map(|tag| kind(tag, generic, topics as u32)).collect();
    let mut of_photo: Vec<Vec<u32>> = vec![];
    let draw = stream_key(seed, DRAW);
    let near: Vec<Vec<f64>> =
        (0..topics).map(|topic| sums(kinds.iter().map(|kind| weight(*kind, topic)))).collect();
    for (photo, count) in photos.iter().zip(how_many(seed, photos.len(), counts)) {
        let weights = &near[about[photo.id.0 as usize] as usize];
        let mut list: Vec<u32> = vec![];
        for i in 0.. {
            if list.len() == count as usize {
                break;
            }
            let tag = pick(weights, h2(draw, photo.id.0 as u64, i)) as u32;
            if !list.contains(&tag) {
                list.push(tag);
            }
        }
        of_photo.push(list);
    }
    use_all(&mut of_photo, kinds.len());
    if counts.course.is_some() {
        let mut uses = uses(&of_photo, kinds.len());
        set_apart(&mut uses, CLEAR_TAGS, 1, |from, to| {
            exchange(&mut of_photo, from as u32, to as u32, |photo| weight(kinds[to], about[photo]))
        });
    }
    in_order_of_use(kinds, of_photo, photos)
}

/// How much a tag is used on photos of a topic.
fn weight(kind: TagKind, topic: u8) -> f64 {
    match kind {
        TagKind::Generic { rank } => 1.5 / (rank as f64 + 1.5),
        TagKind::Topical { topic: of, rank } => {
            let near = if of == topic as u32 { 1.0 } else { OTHER_TOPIC };
            near / (rank as f64 + 1.5)
        }
        // The vocabulary of an exact world is small: it has none of these.
        TagKind::Spoken { .. } | TagKind::Local { .. } => 0.0,
    }
}

/// Generic tags first, then one of each topic, round and round.
fn kind(tag: u32, generic: u32, topics: u32) -> TagKind {
    match tag.checked_sub(generic) {
        None => TagKind::Generic { rank: tag },
        Some(i) => TagKind::Topical { topic: i % topics, rank: i / topics },
    }
}

/// Tags of each photo: some have none, the others a lognormal number.
fn how_many(seed: u64, photos: usize, counts: &ExactCounts) -> Vec<u32> {
    let stream = stream_key(seed, COUNT);
    let max = counts.tags.min(MAX_TAGS as u32);
    let needed = if max == 0 { 0 } else { counts.photo_tags.div_ceil(max) as usize };
    let tagged = ((photos as f64 * (1.0 - BARE)) as usize).min(counts.photo_tags as usize).max(needed);
    let chosen = choose((0..photos).map(|p| (h1(stream, p as u64), 1.0, p)), tagged);
    // Some use up the limit, where there are tags enough to leave two for each of the others.
    let full = libm::ceil(FULL_SHARE * tagged as f64) as usize;
    let ordinary = tagged.saturating_sub(full) as u32;
    let room = max == MAX_TAGS as u32 && counts.photo_tags >= full as u32 * max + ordinary * 2;
    let full = if room { full } else { 0 };
    let rest = tagged - full;
    let weights: Vec<f64> =
        (0..rest).map(|i| libm::exp(COUNT_SIGMA * normal_quantile((i as f64 + 0.5) / rest as f64))).collect();
    let shares = divide(&weights, counts.photo_tags - full as u32 * max, 1, max);
    let mut count = vec![0; photos];
    for (photo, tags) in chosen.into_iter().zip(std::iter::repeat_n(max, full).chain(shares)) {
        count[photo] = tags;
    }
    count
}

fn uses(of_photo: &[Vec<u32>], tags: usize) -> Vec<u32> {
    let mut uses = vec![0; tags];
    of_photo.iter().flatten().for_each(|&tag| uses[tag as usize] += 1);
    uses
}

/// Puts a tag in the place of another, on the photo that it fits best; false if no photo has only the other.
fn exchange(of_photo: &mut [Vec<u32>], from: u32, to: u32, fit: impl Fn(usize) -> f64) -> bool {
    let photos = of_photo.iter_mut().enumerate();
    let photos = photos.filter(|(_, list)| list.contains(&from) && !list.contains(&to));
    let Some((_, list)) = photos.max_by(|(a, _), (b, _)| fit(*a).total_cmp(&fit(*b))) else { return false };
    list.iter_mut().filter(|tag| **tag == from).for_each(|tag| *tag = to);
    true
}

/// Gives each unused tag a place of one that is used more than once.
fn use_all(of_photo: &mut [Vec<u32>], tags: usize) {
    let mut uses = uses(of_photo, tags);
    for unused in 0..tags as u32 {
        if uses[unused as usize] > 0 {
            continue;
        }
        let places = of_photo.iter_mut().filter(|list| !list.contains(&unused)).flatten();
        if let Some(place) = places.max_by_key(|tag| uses[**tag as usize]) {
            uses[*place as usize] -= 1;
            *place = unused;
            uses[unused as usize] = 1;
        }
    }
}

/// Numbers the tags anew, as they come into use.
fn in_order_of_use(kinds: Vec<TagKind>, of_photo: Vec<Vec<u32>>, photos: &[Photo]) -> TagSet {
    let mut id = vec![None; kinds.len()];
    let mut set = TagSet { kinds: vec![], coined: vec![], of_photo: vec![] };
    for (photo, list) in photos.iter().zip(of_photo) {
        let mut tags = vec![];
        for tag in list {
            let known = id[tag as usize].unwrap_or_else(|| {
                set.kinds.push(kinds[tag as usize]);
                set.coined.push(photo.created_at);
                TagId(set.kinds.len() as u32 - 1)
            });
            id[tag as usize] = Some(known);
            tags.push(known);
        }
        set.of_photo.push(tags);
    }
    set
}

/// What each photo is about: mostly its owner's topic.
pub(super) fn about(seed: u64, photos: &[Photo], topic_of: impl Fn(UserId) -> u8, users: u32) -> Vec<u8> {
    let stream = stream_key(seed, stream("exact.photo.topic"));
    let topic = |photo: &Photo| {
        let hash = h1(stream, photo.id.0 as u64);
        if chance(hash, threshold(0.7)) {
            return topic_of(photo.owner);
        }
        topic_of(UserId(scale32(hash << 32, users as u64) as u32))
    };
    photos.iter().map(topic).collect()
}
