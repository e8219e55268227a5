//! Names over whole worlds: unique, allowed, of the right length; and the proof obligations of the bijection.

use super::*;
use crate::words::{LanguageId, Words};
use argon2::password_hash::PasswordVerifier;
use std::collections::{HashMap, HashSet};

const PASSWORD: &str = "instaseed";

fn words() -> &'static Words {
    Words::embedded().expect("the embedded lists are valid")
}

fn language(user: u32) -> LanguageId {
    LanguageId((h1(77, user as u64) % words().languages().len() as u64) as u8)
}

/// The usernames of some users of a world.
fn usernames(users: u32, some: impl Iterator<Item = u32>) -> Vec<String> {
    let names = Names::new(words(), users, 1);
    some.map(|user| {
        let mut name = String::new();
        names.username(user, language(user), &mut name);
        name
    })
    .collect()
}

#[test]
fn names_written_together_are_read_in_one_way() {
    let mut joined: HashMap<String, (usize, usize)> = HashMap::new();
    let mut single = HashSet::new();
    let general = words().general();
    single.extend(general.handles_before.iter().chain(&general.handles_after).cloned());
    for language in words().languages() {
        for (f, first) in language.names.first.iter().enumerate() {
            single.insert(first.latin.clone());
            for (l, last) in language.names.last.iter().enumerate() {
                single.insert(last.latin.clone());
                let body = format!("{}{}", first.latin, last.latin);
                let place = *joined.entry(body.clone()).or_insert((f, l));
                assert_eq!(place, (f, l), "{body}: {} {}", first.display, last.display);
            }
        }
    }
    let both: Vec<_> = single.iter().filter(|name| joined.contains_key(*name)).collect();
    assert!(both.is_empty(), "names that are also two names: {both:?}");
}

#[test]
fn a_name_has_one_place_in_all_languages_and_is_first_or_last() {
    let (mut firsts, mut lasts) = (HashMap::new(), HashMap::new());
    for language in words().languages() {
        for (list, places) in [(&language.names.first, &mut firsts), (&language.names.last, &mut lasts)] {
            for (at, name) in list.iter().enumerate() {
                assert_eq!(*places.entry(&name.latin).or_insert(at), at, "{}", name.latin);
            }
        }
    }
    assert!(firsts.keys().all(|name| !lasts.contains_key(name)));
}

#[test]
fn a_million_usernames_are_unique_and_allowed() {
    for users in [1, 7, 100, 1_000_000] {
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
fn the_largest_world_has_room_for_every_name() {
    let users = i32::MAX as u32;
    let all = usernames(users, (0..users).step_by(1_999));
    assert!(all.iter().all(|name| (3..=LONGEST).contains(&name.len())));
    let unique: HashSet<_> = all.iter().collect();
    assert_eq!(unique.len(), all.len());
}

#[test]
fn usernames_look_like_the_networks() {
    for users in [100, 10_000, 100_000, 1_000_000] {
        let all = usernames(users, (0..users).step_by((users as usize / 10_000).max(1)));
        let mean = all.iter().map(String::len).sum::<usize>() as f64 / all.len() as f64;
        let digits = all.iter().filter(|name| name.ends_with(|c: char| c.is_ascii_digit())).count() as f64;
        let digits = digits / all.len() as f64;
        assert!((8.0..16.0).contains(&mean), "{users} users: mean length {mean}");
        assert!((0.1..0.6).contains(&digits), "{users} users: {digits} end in a digit");
    }
}

#[test]
fn full_names_are_told_by_most_and_emails_never_leave_the_example_domains() {
    let (names, persons) = (Names::new(words(), 10_000, 1), Persons::new(1));
    let (mut told, mut faces) = (0, 0);
    for user in 0..10_000 {
        let (mut username, mut email, mut full) = (String::new(), String::new(), String::new());
        let handle = names.username(user, language(user), &mut username);
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
        let handle = names.username(user, language, &mut username);
        persons.full_name(user, &handle, &mut full);
        persons.email(user, &username, &mut email);
        format!("{username} {full} {email}")
    };
    let told = [told(0, "en"), told(4_711, "ja"), told(9_999, "pt")];
    assert_eq!(
        told,
        [
            "faewoods53 Fae Woods faewoods53@example.org",
            "miyuyokoyama 横山 美優 miyuyokoyama@example.net",
            "andrepinto_dreams André Pinto andrepinto_dreams@example.com",
        ]
    );
}

/// Prints samples to be read by a person: `cargo test --lib for_the_eye -- --ignored --nocapture`.
#[test]
#[ignore = "prints; for reading"]
fn persons_for_the_eye() {
    let (names, persons) = (Names::new(words(), 10_000, 1), Persons::new(1));
    for user in (0..10_000).step_by(67) {
        let (mut username, mut full) = (String::new(), String::new());
        let handle = names.username(user, language(user), &mut username);
        persons.full_name(user, &handle, &mut full);
        println!("{} {username:<30} {full}", handle.language().code);
    }
}
