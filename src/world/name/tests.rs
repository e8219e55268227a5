//! Names over whole worlds: unique, allowed, of the right length, as frequent as they are; and why they are unique.

use super::space::Kind;
use super::spell::stems;
use super::*;
use crate::words::{LanguageId, TopicId, Words};
use argon2::password_hash::PasswordVerifier;
use std::collections::{HashMap, HashSet};

const PASSWORD: &str = "instaseed";

fn words() -> &'static Words {
    Words::embedded().expect("the embedded lists are valid")
}

fn language(user: u32) -> LanguageId {
    LanguageId((h1(77, user as u64) % words().languages().len() as u64) as u8)
}

fn topic(user: u32) -> TopicId {
    TopicId((h1(78, user as u64) % words().topics().len() as u64) as u8)
}

/// Some users of a world with their usernames.
fn named(users: u32, seed: u64, some: impl Iterator<Item = u32>) -> Vec<(Handle, String)> {
    let names = Names::new(words(), users, seed);
    some.map(|user| {
        let mut name = String::new();
        (names.username(user, language(user), topic(user), &mut name), name)
    })
    .collect()
}

fn usernames(users: u32, some: impl Iterator<Item = u32>) -> Vec<String> {
    named(users, 1, some).into_iter().map(|(_, name)| name).collect()
}

#[test]
fn every_stem_is_read_in_one_way() {
    let mut seen: HashMap<String, String> = HashMap::new();
    for (stem, reading) in stems(words()) {
        let first = seen.entry(stem.clone()).or_insert_with(|| reading.clone());
        assert_eq!(*first, reading, "{stem}");
    }
    assert!(seen.len() > 1_000_000, "{}", seen.len());
}

#[test]
fn usernames_are_unique_and_allowed() {
    for users in [1, 7, 100, 300_000] {
        let mut all = usernames(users, 0..users);
        for name in &all {
            let allowed = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
            assert!((3..=LONGEST).contains(&name.len()) && name.bytes().all(allowed), "{name}");
        }
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), users as usize);
    }
}

#[test]
fn usernames_of_a_world_of_one_language_and_one_topic_are_unique() {
    for code in ["en", "es", "ko"] {
        let (names, language) =
            (Names::new(words(), 60_000, 3), words().language_of(code).expect("it is there"));
        let mut all = HashSet::new();
        for user in 0..60_000 {
            let mut name = String::new();
            names.username(user, language, TopicId(3), &mut name);
            assert!(all.insert(name));
        }
    }
}

#[test]
fn the_largest_world_has_room_for_every_name() {
    let users = i32::MAX as u32;
    let all = usernames(users, (0..users).step_by(1_999));
    assert!(all.iter().all(|name| (3..=LONGEST).contains(&name.len())));
    let unique: HashSet<_> = all.iter().collect();
    assert_eq!(unique.len(), all.len());
}

/// The part of each stem, the languages that share it and the length it leaves: no user of the largest world needs
/// more digits than that.
#[test]
fn the_most_frequent_names_leave_room_for_their_digits() {
    let names = Names::new(words(), i32::MAX as u32, 1);
    let year = f64::from(YEARS.into_iter().max().unwrap_or(1)) / f64::from(YEARS.into_iter().sum::<u32>());
    let shares = |list: &'static crate::words::NameList| {
        let mut by_length = [0.0f64; 12];
        for (at, name) in list.names().iter().enumerate() {
            let share = list.weights().share(at) * f64::from(name.facts.languages.count_ones());
            by_length[name.latin.len()] = by_length[name.latin.len()].max(share);
        }
        by_length
    };
    for (kind, users) in names.sizes() {
        for language in words().languages() {
            let (first, last) = (shares(&language.names.first), shares(&language.names.last));
            let holds = |share: f64, length: usize, digits: usize| {
                let slots = share * users as f64 + 1.0;
                assert!(
                    slots < 10f64.powi(digits as i32),
                    "{}: {kind:?}, {length} letters leave {digits} digits for {slots} users",
                    language.code
                );
            };
            for (one, first) in first.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                // a word takes up to 11 letters, shared by all its forms, and one underscore
                match kind {
                    Kind::Both | Kind::BothYear => {
                        for (two, last) in last.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                            let (taken, share) = (one + two + 1, first * last);
                            match kind {
                                Kind::Both => holds(share, taken, LONGEST - taken),
                                _ => holds(share * year, taken, LONGEST - taken - 3),
                            }
                        }
                    }
                    Kind::FirstYear => holds(first * year, one, LONGEST - one - 3),
                    Kind::Hobby | Kind::General => holds(first / 6.0, one + 12, LONGEST - one - 12),
                    Kind::FirstOnly | Kind::FirstInitial | Kind::Town => {
                        holds(*first, one + 12, LONGEST - one - 12)
                    }
                    _ => {}
                }
            }
            for (two, last) in last.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                match kind {
                    Kind::Initial => holds(*last, two + 2, LONGEST - two - 2),
                    Kind::InitialYear => holds(last * year, two + 2, LONGEST - two - 5),
                    _ => {}
                }
            }
        }
    }
}

#[test]
fn usernames_look_like_the_networks() {
    for users in [100, 10_000, 100_000, 1_000_000] {
        let all = usernames(users, (0..users).step_by((users as usize / 10_000).max(1)));
        let share = |of: &dyn Fn(&&String) -> bool| all.iter().filter(of).count() as f64 / all.len() as f64;
        let mean = all.iter().map(String::len).sum::<usize>() as f64 / all.len() as f64;
        let digits = share(&|name| name.ends_with(|c: char| c.is_ascii_digit()));
        let underscores =
            all.iter().map(|name| name.matches('_').count()).sum::<usize>() as f64 / all.len() as f64;
        println!("{users}: length {mean:.2}, digits {digits:.3}, underscores {underscores:.3}");
        assert!((8.5..14.0).contains(&mean), "{users} users: mean length {mean}");
        assert!((0.17..0.6).contains(&digits), "{users} users: {digits} end in a digit");
        assert!((0.15..0.8).contains(&underscores), "{users} users: {underscores} underscores a name");
    }
}

#[test]
fn names_are_as_frequent_as_their_weights() {
    let all = named(200_000, 5, 0..200_000);
    for (code, list) in [("en", "Smith"), ("ko", "김"), ("de", "Müller"), ("pt", "Silva"), ("ja", "佐藤")]
    {
        let lasts: Vec<&str> =
            all.iter().filter(|(who, _)| who.language().code == code).map(|(who, _)| who.last()).collect();
        let found = lasts.iter().filter(|last| **last == list).count() as f64 / lasts.len() as f64;
        let language = words().language(words().language_of(code).expect("it is there"));
        let names = &language.names.last;
        let at = (0..names.names().len()).find(|&at| names.shown(at, 0) == list).expect("it is in the list");
        let share = names.weights().share(at);
        assert!((found / share - 1.0).abs() < 0.12, "{list}: {found} of {share}");
    }
    let firsts = |name: &str| all.iter().filter(|(who, _)| who.first() == name).count();
    assert!(firsts("Michael") > 10 * firsts("Autumn"));
}

#[test]
fn a_year_in_a_username_is_the_year_of_birth() {
    let mut told = 0;
    for (who, name) in named(50_000, 2, 0..50_000) {
        assert!((1960..=2006).contains(&who.born()));
        let core = name.trim_matches('_');
        let digits = core.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let before = core.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_');
        if before.ends_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        let year: u16 = digits.parse().unwrap_or(0);
        if (1960..=2006).contains(&year) && digits.len() == 4 {
            assert_eq!(year, who.born(), "{name}");
            told += 1;
        }
        if digits.len() == 2 && !(7..60).contains(&year) {
            assert_eq!(year, who.born() % 100, "{name}");
            told += 1;
        }
    }
    assert!((9_000..18_000).contains(&told), "{told}");
}

#[test]
fn full_names_are_told_by_most_and_emails_never_leave_the_example_domains() {
    let (names, persons) = (Names::new(words(), 10_000, 1), Persons::new(1));
    let (mut told, mut faces) = (0, 0);
    for user in 0..10_000 {
        let (mut username, mut email, mut full) = (String::new(), String::new(), String::new());
        let handle = names.username(user, language(user), topic(user), &mut username);
        persons.email(user, &username, &mut email);
        assert!(email.starts_with(&username) && email.contains("@example."), "{email}");
        told += persons.full_name(user, &handle, &mut full) as u32;
        faces += persons.has_avatar(user) as u32;
        assert!(full.chars().count() <= 50, "{full}");
    }
    assert!((8_600..9_000).contains(&told), "{told}");
    assert!((8_100..8_500).contains(&faces), "{faces}");
}

#[test]
fn the_development_password_opens_its_hash() {
    let hash = password_hash(1, PASSWORD).expect("a short password can be hashed");
    assert!(hash.starts_with("$argon2id$v=19$m=4096,t=1,p=1$"), "{hash}");
    assert!(argon2::Argon2::default().verify_password(PASSWORD.as_bytes(), hash.as_str()).is_ok());
    assert!(argon2::Argon2::default().verify_password(b"another", hash.as_str()).is_err());
    assert_ne!(Some(hash), password_hash(2, PASSWORD).ok());
}

#[test]
fn golden_names_never_change() {
    let (names, persons) = (Names::new(words(), 10_000, 1), Persons::new(1));
    let told = |user: u32, code: &str| {
        let (mut username, mut full, mut email) = (String::new(), String::new(), String::new());
        let language = words().language_of(code).expect("a language of the lists");
        let handle = names.username(user, language, TopicId(1), &mut username);
        persons.full_name(user, &handle, &mut full);
        persons.email(user, &username, &mut email);
        format!("{username} {full} {email}")
    };
    let told = [told(0, "en"), told(4_711, "ja"), told(9_999, "pt")];
    assert_eq!(
        told,
        [
            "alex_online Alex Torres alex_online@example.org",
            "ryotahasegawa 長谷川 涼太 ryotahasegawa@example.net",
            "jdutra João Dutra jdutra@example.com",
        ]
    );
}

/// Prints samples to be read by a person: `cargo test --lib for_the_eye -- --ignored --nocapture`.
#[test]
#[ignore = "prints; for reading"]
fn persons_for_the_eye() {
    for users in [10_000, 1_000_000] {
        let (names, persons) = (Names::new(words(), users, 1), Persons::new(1));
        for user in (0..users).step_by(users as usize / 150) {
            let (mut username, mut full) = (String::new(), String::new());
            let handle = names.username(user, language(user), topic(user), &mut username);
            persons.full_name(user, &handle, &mut full);
            let topic = &words().topic(topic(user)).name;
            println!("{} {username:<30} {full} ({}, {topic})", handle.language().code, handle.born());
        }
    }
}
