//! The vocabulary and the draw keep their promises.

use super::*;

const POOLS: Pools = Pools { topics: 6, languages: 3, places: 40 };

/// A photo of the first subject, without a place.
fn plain() -> Fit {
    Fit { community: 4, topic: 2, topics: 28, subject: 0, subjects: 6, language: 0, place: None }
}

#[test]
fn kinds_and_ids_are_inverse() {
    let tags = Tags::new(1, 100_000, POOLS, 4.0, &[]);
    assert_eq!(tags.kind(TagId(0)), TagKind::Generic { rank: 0 });
    let mut next = std::collections::HashMap::new();
    for tag in 0..tags.vocabulary() {
        let kind = tags.kind(TagId(tag));
        assert_eq!(tags.pools.id(kind), tag);
        let (pool, rank) = match kind {
            TagKind::Generic { rank } => ((0, 0), rank),
            TagKind::Topical { topic, rank } => ((1, topic), rank),
            TagKind::Spoken { language, rank } => ((2, language), rank),
            TagKind::Local { place, rank } => ((3, place), rank),
        };
        let expected = next.entry(pool).or_insert(0);
        assert_eq!(rank, *expected, "ranks of {pool:?} ascend without a hole");
        *expected += 1;
    }
    assert_eq!(next.len(), 1 + 6 + 3 + 40);
}

#[test]
fn a_photo_has_tags_that_fit_it() {
    let tags = Tags::new(3, 1_000_000, POOLS, 4.2, &[1_000_000]);
    let mut list = TagList::default();
    let mut local = 0;
    for photo in 0..20_000 {
        let place = (photo % 3 == 0).then_some(7);
        let fit = Fit { place, subject: (photo % 6) as u8, language: (photo % 3) as u32, ..plain() };
        let of = Tagged { photo, owner: photo, epoch: 0 };
        tags.draw(of, || fit, &mut list);
        for tag in list.as_slice() {
            let kind = tags.kind(*tag);
            assert!(Aspect::fits(kind, &fit), "{kind:?} on {fit:?}");
            match kind {
                TagKind::Generic { .. } => {}
                TagKind::Topical { topic, .. } => assert_eq!(topic, 4),
                TagKind::Spoken { language, .. } => assert_eq!(language, fit.language),
                TagKind::Local { place, .. } => {
                    assert_eq!(Some(place), fit.place);
                    local += 1;
                }
            }
        }
    }
    assert!(local > 1_000, "{local}");
}

#[test]
fn the_vocabulary_grows_and_no_photo_is_ahead_of_it() {
    let tags = Tags::new(1, 10_000, POOLS, 4.0, &[]);
    assert_eq!((tags.vocabulary(), tags.known_to(0), tags.known_to(10_000)), (3000, 500, 3000));
    for users in (1..10_000).step_by(97) {
        let known = tags.known_to(users);
        let coined = |tag| tags.coined_by(TagId(tag)).is_none_or(|user| (user as u64) < users);
        assert!(coined(known - 1) && !coined(known), "{users} users know {known}");
    }
}

#[test]
fn a_photo_has_distinct_known_tags_and_as_many_as_wanted() {
    let tags = Tags::new(3, 10_000, POOLS, 4.2, &[2500]);
    let (mut list, mut sum, mut none) = (TagList::default(), 0, 0);
    for photo in 0..50_000 {
        let of = Tagged { photo, owner: photo / 25, epoch: 0 };
        let plain = || Fit { community: (photo / 25 % 6) as u32, ..plain() };
        tags.draw(of, plain, &mut list);
        let in_order = list.as_slice().to_vec();
        list.sort();
        assert!(list.as_slice().is_sorted_by(|a, b| a < b) && in_order.len() == list.as_slice().len());
        assert!(in_order.iter().all(|t| t.0 < tags.known[0]));
        sum += in_order.len();
        none += usize::from(in_order.is_empty());
    }
    let (mean, none) = (sum as f64 / 50_000.0, none as f64 / 50_000.0);
    assert!((mean / 4.2 - 1.0).abs() < 0.01 && (none - 0.33).abs() < 0.01, "{mean} {none}");
}
