//! Texts over many rows: lengths, hashtags, variety, answers that fit, and samples that never change.

use super::*;
use crate::random::hash::scale32;
use crate::words::{Kind, LanguageId, PlaceId, TopicId, bare};
use crate::world::about::About;
use crate::world::id::TagId;
use crate::world::media::MediaKind;
use crate::world::tag::{Pools, Tags};
use std::collections::{HashMap, HashSet};

fn texts() -> Texts {
    Texts::new(Words::embedded().expect("the embedded lists are valid"), 1)
}

fn tag_names(words: &Words, users: u32) -> TagNames {
    let pools = Pools {
        topics: words.topics().len() as u32,
        languages: words.languages().len() as u32,
        places: words.places().len() as u32,
    };
    let tags = Tags::new(1, users, pools, 4.0, &[]);
    let kinds: Vec<_> = (0..tags.vocabulary()).map(|tag| tags.kind(TagId(tag))).collect();
    TagNames::new(
        words,
        &kinds,
        |_| 2020,
        |topic| TopicId(topic as u8),
        |language| LanguageId(language as u8),
    )
}

/// What a photo of a number is about: large topics often, half of all in English.
fn about(row: u64) -> About {
    let words = texts().words();
    let community = scale32(h1(5, row), 28).min(scale32(h1(6, row), 28));
    let topic = words.topic_of_community(community as u8);
    let english = words.language_of("en").expect("English is there");
    let other = LanguageId(scale32(h1(7, row), words.languages().len() as u64) as u8);
    let language = if h1(8, row) & 1 == 0 { english } else { other };
    about_in(row, topic, language)
}

fn about_in(row: u64, topic: TopicId, language: LanguageId) -> About {
    let words = texts().words();
    let subjects = &words.topic(topic).subjects;
    let subject = scale32(h1(9, row), subjects.len() as u64) as usize;
    let place = subjects[subject].has_place && h1(10, row) & 1 == 0;
    let place = place.then(|| PlaceId(scale32(h1(11, row), words.general().abroad.len() as u64) as u16));
    About { community: 0, topic, subject: subject as u8, kind: subjects[subject].kind, place, language }
}

/// Calls `see` for photos of every language and all topics.
fn sweep(rows: u64, mut see: impl FnMut(u64, About)) {
    let words = texts().words();
    for row in 0..rows {
        let language = LanguageId((row % words.languages().len() as u64) as u8);
        see(row, about_in(row, TopicId((row * 7 % words.topics().len() as u64) as u8), language));
    }
}

fn speech(number: u64, language: LanguageId) -> Speech {
    Speech { number, language, bot: None, by_owner: false, answers: None }
}

/// The username of whoever is answered, where nobody is.
fn nobody(_: &mut String) {}

#[test]
fn comments_fit_their_column_and_hold_no_hashtag() {
    let (texts, mut out) = (texts(), String::new());
    sweep(100_000, |row, about| {
        out.clear();
        let answers = (row % 3 == 0).then_some(Answered {
            number: row + 1,
            language: LanguageId((row % 5) as u8),
            by_bot: row % 4 == 0,
        });
        let by_owner = row % 2 == 0;
        let bot = (row % 11 == 0).then_some(row as u32);
        texts.comment(
            about,
            &Speech { answers, by_owner, bot, ..speech(row, about.language) },
            |out| out.push_str("a_username_of_thirty_characters"),
            &mut out,
        );
        let length = out.chars().count();
        assert!((1..=255).contains(&length), "{out}");
        assert!(
            !out.contains(['#', '{', '}', '\n', '|']) && !out.starts_with(' ') && !out.ends_with(' '),
            "{out}"
        );
        assert!(answers.is_some() || !out.contains('@'), "{out}");
    });
}

#[test]
fn comments_are_short_and_various_and_fall_off_like_zipf() {
    let (texts, mut out) = (texts(), String::new());
    let (mut counts, mut lengths) = (HashMap::new(), Vec::new());
    for row in 0..200_000u64 {
        out.clear();
        let about = about(row);
        texts.comment(about, &speech(row, about.language), nobody, &mut out);
        lengths.push(out.chars().count());
        *counts.entry(out.clone()).or_insert(0u32) += 1;
    }
    lengths.sort_unstable();
    let (median, distinct) = (lengths[100_000], counts.len() as f64 / 200_000.0);
    assert!((12..=36).contains(&median), "median {median}");
    assert!(distinct > 0.35, "{distinct}");
    let mut counts: Vec<u32> = counts.into_values().collect();
    counts.sort_unstable_by_key(|&count| std::cmp::Reverse(count));
    assert!(f64::from(counts[0]) < 0.02 * 200_000.0, "the most common: {}", counts[0]);
    // A long tail: each tenfold of rank has fewer, and none falls off a cliff.
    let ratios: Vec<f64> =
        [1, 10, 100, 1000].map(|rank| f64::from(counts[rank]) / f64::from(counts[rank * 10])).to_vec();
    assert!(ratios.iter().all(|ratio| (1.2..30.0).contains(ratio)), "{ratios:?}");
}

#[test]
fn an_owner_answers_what_was_asked() {
    let (texts, words) = (texts(), texts().words());
    let (mut asked, mut thanked) = (0, 0);
    for row in 0..20_000u64 {
        let about = about(row);
        let language = about.language;
        let mut comment = String::new();
        texts.comment(about, &speech(row, language), nobody, &mut comment);
        let mut answer = String::new();
        let answered = Answered { number: row, language, by_bot: false };
        let owner = Speech { by_owner: true, answers: Some(answered), ..speech(row + 1, language) };
        texts.comment(about, &owner, |out| out.push_str("mia"), &mut answer);
        let answer = answer.trim_start_matches("@mia ").to_lowercase();
        let replies = &words.language(language).replies;
        let arena = words.language(language).arena();
        let thanks =
            replies.thanks.iter().any(|&phrase| answer.starts_with(&arena.text(phrase).to_lowercase()));
        let question = comment.contains(['?', '？']);
        if question && !thanks {
            asked += 1;
        } else if !question && thanks {
            thanked += 1;
        }
    }
    // A few remarks have a question mark within, and a few answers begin like thanks.
    assert!(asked + thanked > 19_000 && asked > 2_000, "{asked} answered, {thanked} thanked");
}

#[test]
fn a_bot_repeats_itself() {
    let (texts, words) = (texts(), texts().words());
    let english = words.language_of("en").expect("English is there");
    let mut said = HashSet::new();
    for row in 0..500u64 {
        let mut out = String::new();
        texts.comment(about(row), &Speech { bot: Some(7), ..speech(row, english) }, nobody, &mut out);
        said.insert(out);
    }
    assert!((2..=3).contains(&said.len()), "{said:?}");
}

#[test]
fn captions_name_exactly_their_tags_in_order() {
    let (texts, mut out) = (texts(), String::new());
    let names = tag_names(texts.words(), 10_000);
    sweep(50_000, |row, about| {
        out.clear();
        let tags = (0..row % 8).map(|at| TagId(((row * 31 + at * 97) % names.len() as u64) as u32));
        let tags: Vec<TagId> = tags.collect();
        texts.caption(row, about, tags.iter().map(|&tag| names.name(tag)), &mut out);
        let said: Vec<_> = out.split('#').skip(1).map(|rest| rest.split(' ').next().unwrap_or("")).collect();
        let meant: Vec<_> = tags.iter().map(|&tag| names.name(tag)).collect();
        assert_eq!(said, meant, "{out}");
        assert!(out.chars().count() <= 2_200 && !out.contains(['{', '}', '\n', '|']), "{out}");
        assert_eq!(out.trim(), out);
    });
}

#[test]
fn caption_lengths_follow_the_network() {
    let (texts, mut out) = (texts(), String::new());
    let names = tag_names(texts.words(), 10_000);
    let mut lengths = Vec::new();
    for row in 0..100_000u64 {
        out.clear();
        // A third without a tag, six on average in the others.
        let count = if row % 3 == 0 { 0 } else { 1 + (h1(9, row) % 11) };
        let tags: Vec<TagId> =
            (0..count).map(|at| TagId((h1(at, row) % names.len() as u64) as u32)).collect();
        texts.caption(row, about(row), tags.iter().map(|&tag| names.name(tag)), &mut out);
        lengths.push(out.chars().count());
    }
    let empty = lengths.iter().filter(|&&length| length == 0).count() as f64 / 1e5;
    let long = lengths.iter().filter(|&&length| length > 150).count() as f64 / 1e5;
    lengths.sort_unstable();
    assert!((0.12..0.18).contains(&empty), "empty {empty}");
    assert!((0.15..0.32).contains(&long), "over 150: {long}");
    assert!((40..110).contains(&lengths[50_000]), "median {}", lengths[50_000]);
}

#[test]
fn tag_names_are_unique_words_in_lower_case() {
    let words = texts().words();
    for users in [100, 10_000, 2_000_000] {
        let names = tag_names(words, users);
        let mut seen = HashSet::new();
        for tag in 0..names.len() as u32 {
            let name = names.name(TagId(tag));
            // Vowel signs of Devanagari are no letters, and belong to words.
            let of_word = |c: char| c.is_alphanumeric() || c == '_' || ('\u{900}'..='\u{97f}').contains(&c);
            assert!(name.chars().all(of_word), "{name}");
            assert!(name.chars().count() <= 40 && name.to_lowercase() == name, "{name}");
            assert!(seen.insert(bare(name)), "{name} is used twice");
        }
    }
}

#[test]
fn urls_are_stable_paths_below_their_base() {
    let words = texts().words();
    let urls = Urls::new(words, "http://localhost:9000/");
    let topic = words.topic_of("cats").expect("a topic of the lists");
    let about =
        About { community: 0, topic, subject: 0, kind: Kind::Animal, place: None, language: LanguageId(0) };
    let subject = &words.topic(topic).subjects[0].name;
    let mut out = String::new();
    urls.medium(17, 1, MediaKind::Image, about, &mut out);
    out.push(' ');
    urls.medium(17, 3, MediaKind::Video, about, &mut out);
    out.push(' ');
    urls.avatar(5, &mut out);
    assert_eq!(
        out,
        format!(
            "http://localhost:9000/cats-{subject}-17/1080.jpg http://localhost:9000/cats-{subject}-17-3/1080.mp4 \
             http://localhost:9000/user-5/320.jpg"
        )
    );
}

/// Prints samples to be read by a person: `cargo test --lib for_the_eye -- --ignored --nocapture`.
#[test]
#[ignore = "prints; for reading"]
fn texts_for_the_eye() {
    let texts = texts();
    let names = tag_names(texts.words(), 10_000);
    for language in 0..texts.words().languages().len() as u8 {
        println!("== {}", texts.words().language(LanguageId(language)).name);
        for row in 0..40u64 {
            let topic = TopicId((row % texts.words().topics().len() as u64) as u8);
            let about = about_in(row, topic, LanguageId(language));
            let mut out = String::new();
            match row % 2 {
                0 => texts.caption(row, about, std::iter::empty(), &mut out),
                _ => texts.comment(about, &speech(row, LanguageId(language)), nobody, &mut out),
            }
            println!("{:>12} | {out}", texts.words().topic(topic).name);
        }
    }
    for tag in (0..names.len() as u32).step_by(29) {
        print!("#{} ", names.name(TagId(tag)));
    }
    println!();
}
