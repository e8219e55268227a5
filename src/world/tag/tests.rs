//! The vocabulary and the draw held against their promises.

use super::*;

#[test]
fn kinds_and_ids_are_inverse() {
    let tags = Tags::new(1, 100_000, 64, 4.0, &[]);
    assert_eq!(tags.kind(TagId(0)), TagKind::Generic { rank: 0 });
    let mut next = vec![0; 64];
    let mut numbers: Vec<u32> =
        (0..tags.vocabulary()).map(|t| tags.pools.number(tags.kind(TagId(t)))).collect();
    numbers.sort_unstable();
    assert!(numbers.iter().copied().eq(0..tags.vocabulary()));
    for tag in 0..tags.vocabulary() {
        if let TagKind::Topical { topic, rank } = tags.kind(TagId(tag)) {
            let nth = rank * 64 + topic;
            assert_eq!(nth + nth / 11 + 1, tag);
            assert!(rank < tags.pools.of_topic(topic));
            assert_eq!(std::mem::replace(&mut next[topic as usize], rank + 1), rank);
        }
    }
}

#[test]
fn the_vocabulary_grows_and_no_photo_is_ahead_of_it() {
    let tags = Tags::new(1, 10_000, 6, 4.0, &[]);
    assert_eq!((tags.vocabulary(), tags.known_to(0), tags.known_to(10_000)), (3000, 500, 3000));
    for users in (1..10_000).step_by(97) {
        let known = tags.known_to(users);
        let coined = |tag| tags.coined_by(TagId(tag)).is_none_or(|user| (user as u64) < users);
        assert!(coined(known - 1) && !coined(known), "{users} users know {known}");
    }
}

#[test]
fn a_photo_has_distinct_known_tags_and_as_many_as_wanted() {
    let tags = Tags::new(3, 10_000, 6, 4.2, &[2500]);
    let (mut list, mut sum, mut none) = (TagList::default(), 0, 0);
    for photo in 0..50_000 {
        let of = Tagged { photo, owner: photo / 25, owner_topic: (photo / 25 % 6) as u32, epoch: 0 };
        tags.draw(of, |hash| (hash % 6) as u32, &mut list);
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
