//! Texts over many rows: lengths, hashtags, variety, and samples that never change.

use super::*;
use crate::random::hash::scale32;
use crate::words::{LanguageId, TopicId};
use crate::world::media::MediaKind;
use std::collections::HashSet;

fn texts() -> Texts {
    Texts::new(Words::embedded().expect("the embedded lists are valid"), 1)
}

fn tag_names(words: &Words, total: u32) -> TagNames {
    let pools: Vec<_> = (0..words.topics().len()).map(|at| (TopicId(at as u8), total / 30)).collect();
    TagNames::new(words, total / 10, &pools)
}

/// The first communities are the largest.
fn topic_of(row: u64) -> TopicId {
    let community = scale32(h1(5, row), 28).min(scale32(h1(6, row), 28));
    texts().words().topic_of_community(community as u8)
}

/// Half of all speak English.
fn language_of(row: u64) -> LanguageId {
    let words = texts().words();
    let english = words.language_of("en").expect("English is there");
    let other = LanguageId(scale32(h1(7, row), words.languages().len() as u64) as u8);
    if h1(8, row) & 1 == 0 { english } else { other }
}

/// Calls `see` for so many rows of every language and all topics.
fn sweep(rows: u64, mut see: impl FnMut(u64, TopicId, LanguageId)) {
    let words = texts().words();
    for row in 0..rows {
        let language = LanguageId((row % words.languages().len() as u64) as u8);
        see(row, TopicId((row * 7 % words.topics().len() as u64) as u8), language);
    }
}

#[test]
fn comments_fit_their_column_and_hold_no_hashtag() {
    let (texts, mut out) = (texts(), String::new());
    sweep(100_000, |row, topic, language| {
        out.clear();
        let reply = (row % 3 == 0).then_some("a_username_of_thirty_characters");
        texts.comment(row, topic, language, reply, &mut out);
        let length = out.chars().count();
        assert!((1..=255).contains(&length), "{out}");
        assert!(
            !out.contains(['#', '{', '}', '\n']) && !out.starts_with(' ') && !out.ends_with(' '),
            "{out}"
        );
        assert!(reply.is_some() || !out.contains('@'), "{out}");
    });
}

#[test]
fn comments_are_short_and_various() {
    let (texts, mut out) = (texts(), String::new());
    let (mut seen, mut lengths) = (HashSet::new(), Vec::new());
    for row in 0..200_000u64 {
        out.clear();
        texts.comment(row, topic_of(row), language_of(row), None, &mut out);
        lengths.push(out.chars().count());
        seen.insert(out.clone());
    }
    lengths.sort_unstable();
    let (median, distinct) = (lengths[100_000], seen.len() as f64 / 200_000.0);
    assert!((15..=32).contains(&median), "median {median}");
    assert!(distinct > 0.35, "{distinct}");
}

#[test]
fn captions_name_exactly_their_tags_in_order() {
    let (texts, mut out) = (texts(), String::new());
    let names = tag_names(texts.words(), 3_000);
    sweep(50_000, |row, topic, language| {
        out.clear();
        let tags: Vec<u32> =
            (0..row % 8).map(|at| ((row * 31 + at * 97) % names.len() as u64) as u32).collect();
        texts.caption(row, topic, language, tags.iter().map(|&tag| names.name(tag)), &mut out);
        let said: Vec<_> = out.split('#').skip(1).map(|rest| rest.split(' ').next().unwrap_or("")).collect();
        let meant: Vec<_> = tags.iter().map(|&tag| names.name(tag)).collect();
        assert_eq!(said, meant, "{out}");
        assert!(out.chars().count() <= 2_200 && !out.contains(['{', '}', '\n']), "{out}");
        assert_eq!(out.trim(), out);
    });
}

#[test]
fn caption_lengths_follow_the_network() {
    let (texts, mut out) = (texts(), String::new());
    let names = tag_names(texts.words(), 3_000);
    let mut lengths = Vec::new();
    for row in 0..100_000u64 {
        out.clear();
        // A third without a tag, six on average in the others.
        let count = if row % 3 == 0 { 0 } else { 1 + (h1(9, row) % 11) };
        let tags: Vec<u32> = (0..count).map(|at| (h1(at, row) % names.len() as u64) as u32).collect();
        texts.caption(
            row,
            topic_of(row),
            language_of(row),
            tags.iter().map(|&tag| names.name(tag)),
            &mut out,
        );
        lengths.push(out.chars().count());
    }
    let empty = lengths.iter().filter(|&&length| length == 0).count() as f64 / 1e5;
    let long = lengths.iter().filter(|&&length| length > 150).count() as f64 / 1e5;
    lengths.sort_unstable();
    assert!((0.12..0.18).contains(&empty), "empty {empty}");
    assert!((0.18..0.30).contains(&long), "over 150: {long}");
    assert!((40..100).contains(&lengths[50_000]), "median {}", lengths[50_000]);
}

#[test]
fn tag_names_are_unique_words_in_lower_case() {
    let words = texts().words();
    for total in [200, 3_000, 300_000] {
        let names = tag_names(words, total);
        let mut seen = HashSet::new();
        for tag in 0..names.len() as u32 {
            let name = names.name(tag);
            assert!(name.chars().all(|c| c.is_alphanumeric() || c == '_'), "{name}");
            assert!(name.chars().count() <= 30 && name.to_lowercase() == name, "{name}");
            assert!(seen.insert(crate::words::bare(name)), "{name} is met twice");
        }
    }
}

#[test]
fn urls_are_stable_paths_below_their_base() {
    let words = texts().words();
    let urls = Urls::new(words, "http://localhost:9000/");
    let topic = words.topic_of("cats").expect("a topic of the lists");
    let mut out = String::new();
    urls.medium(17, 1, MediaKind::Image, topic, &mut out);
    out.push(' ');
    urls.medium(17, 3, MediaKind::Video, topic, &mut out);
    out.push(' ');
    urls.avatar(5, &mut out);
    assert_eq!(
        out,
        "http://localhost:9000/cats-17/1080.jpg http://localhost:9000/cats-17-3/1080.mp4 http://localhost:9000/user-5/320.jpg"
    );
}

#[test]
fn golden_texts_never_change() {
    let texts = texts();
    let code = |code| texts.words().language_of(code).expect("a language of the lists");
    let topic = |name| texts.words().topic_of(name).expect("a topic of the lists");
    let mut said = Vec::new();
    for (row, language, about) in
        [(0, "en", "cats"), (4, "es", "food"), (7, "ja", "travel"), (9, "hi", "music")]
    {
        let (mut caption, mut comment) = (String::new(), String::new());
        let tags = ["love", "tbt"];
        texts.caption(row, topic(about), code(language), tags.into_iter(), &mut caption);
        texts.comment(row, topic(about), code(language), (row == 7).then_some("mia_92"), &mut comment);
        said.extend([caption, comment]);
    }
    assert_eq!(
        said,
        [
            "Two years ago I would not have believed this. Took 94 tries to get this right. \
             Swipe if a paw on my keyboard is your thing too. My heart is full. 💛💛 #love #tbt",
            "OMG!",
            "#love #tbt",
            "Hay más fotos de esta paella?",
            "#love #tbt",
            "@mia_92 うらやましい！ 😎",
            "Socha tha kam photo lenge, par dil nahi maana. Kya kehte ho? #love #tbt",
            "7 baar dekh chuka hoon. ❤\u{fe0f}❤\u{fe0f}",
        ]
    );
}

/// Prints samples to be read by a person: `cargo test --lib for_the_eye -- --ignored --nocapture`.
#[test]
#[ignore = "prints; for reading"]
fn texts_for_the_eye() {
    let texts = texts();
    let names = tag_names(texts.words(), 3_000);
    for language in 0..texts.words().languages().len() as u8 {
        println!("== {}", texts.words().language(LanguageId(language)).name);
        for row in 0..40u64 {
            let mut out = String::new();
            let topic = TopicId((row % texts.words().topics().len() as u64) as u8);
            if row % 2 == 0 {
                texts.caption(
                    row,
                    topic,
                    LanguageId(language),
                    [names.name(row as u32), names.name(200 + row as u32)].into_iter(),
                    &mut out,
                );
            } else {
                texts.comment(row, topic, LanguageId(language), (row % 5 == 0).then_some("mia_92"), &mut out);
            }
            println!("{:>12} | {out}", texts.words().topic(topic).name);
        }
    }
    for tag in (0..names.len() as u32).step_by(29) {
        print!("#{} ", names.name(tag));
    }
    println!();
}
