//! Profiles compared with what people write: the embedded ones, files with mistakes, flags on top.

use super::*;
use std::io::Write;

fn file(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a temporary file");
    file.write_all(text.as_bytes()).expect("a written file");
    file
}

fn error_of(text: &str, overrides: &ProfileOverrides) -> String {
    let file = file(text);
    let path = file.path().to_str().expect("a plain path");
    let error = Profile::load(path, overrides).expect_err(text);
    error.to_string().replace(path, "x.toml")
}

#[test]
fn every_embedded_profile_is_valid_and_described() {
    for (name, description) in Profile::list() {
        let profile = Profile::load(name, &ProfileOverrides::default()).expect(name);
        assert!(!description.is_empty() && profile.description == description);
        assert!((profile.languages.iter().map(|l| l.1).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}

#[test]
fn mistakes_are_named_with_their_line_and_key() {
    let none = ProfileOverrides::default();
    for (text, wanted) in [
        (
            "users = 10\nseed = \"one\"",
            "x.toml, line 2: key `seed`: invalid type: string \"one\", expected u64",
        ),
        ("users = 10\n\nfollwers = 3", "x.toml, line 3: key `follwers`: unknown field `follwers`"),
        ("users = ", "x.toml, line 1"),
        ("# none\nusers = 0", "users = 0 is not possible: it must be from 1 to 2147483647 (x.toml, line 2)"),
        ("users = 3000000000", "it must be from 1 to 2147483647 (x.toml, line 1)"),
        (
            "users = 10\nphotos_per_user = 1e9",
            "photos_per_user = 1000000000 is not possible: it must be from 0 to 10000 (x.toml, line 2)",
        ),
        ("bots = -0.5", "bots = -0.5 is not possible: it must be from 0 to 1 (x.toml, line 1)"),
        ("bots = nan", "bots = NaN is not possible"),
        (
            "start = \"2020-01-01\"\nas_of = \"2019-01-01\"",
            "as_of 2019-01-01 00:00:00 is not after the start 2020-01-01 00:00:00 (x.toml, line 2)",
        ),
        ("as_of = \"someday\"", "as_of = 'someday' is not possible: it must be from 1970-01-01"),
        (
            "languages = { en = 1.0, es = 0 }",
            "languages = es: 0 is not possible: the part of es must be more than 0 and at most 1000000000 (x.toml",
        ),
        ("languages = {}", "it must have at least one language (x.toml, line 1)"),
        ("image_base_url = \"foo\"", "image_base_url = 'foo' is not possible: it must begin with http:// or"),
        ("languages = { en = 1.0, tlh = 1.0 }", "there is no language 'tlh' (x.toml, line 1)"),
        (
            "users = 501\n[exact]\nphotos = 1\nfollows = 0\nlikes = 0\ncomments = 0\ntags = 0\nphoto_tags = 0\nusers_without_photo = 500\nusers_who_like_all = 0",
            "501 users are too many for exact counts: at most 500 are possible (x.toml, line 1)",
        ),
        ("users = 10\nfollows_per_user = 10", "10 users can follow 9 others each at most (x.toml, line 2)"),
        ("users = 2000000000\nphotos_per_user = 12", "24000000000 rows, and an INT key ends at 2147483647"),
    ] {
        let error = error_of(text, &none);
        assert!(error.contains(wanted), "{text:?} gave {error:?}");
    }
}

#[test]
fn flags_are_above_the_file_and_are_checked_too() {
    let over = ProfileOverrides { users: Some(50), bots: Some(0.5), ..Default::default() };
    let file = file("users = 10\nbots = 0.1\nseed = 7");
    let profile = Profile::load(file.path().to_str().expect("a plain path"), &over).expect("a valid profile");
    assert_eq!((profile.users, profile.bots, profile.seed), (50, 0.5, 7));
    for users in [0, -5, 3_000_000_000] {
        let over = ProfileOverrides { users: Some(users), ..Default::default() };
        let error = Profile::load("app", &over).expect_err("not a number of users").to_string();
        assert!(error.starts_with(&format!("users = {users} is not possible")), "{error}");
    }
}

#[test]
fn unknown_names_find_the_nearest() {
    let error = Profile::load("clasic", &ProfileOverrides::default()).expect_err("no such profile");
    assert_eq!(error.to_string(), "there is no profile 'clasic'");
    let known: Vec<_> = Profile::list().into_iter().map(|(name, _)| name).collect();
    let nearest = Some("classic");
    assert_eq!(error.hint(), Some(Hint::UseKnownProfile { nearest, known: known.clone() }));
    let far = Profile::load("xxxxxxxxxxx", &ProfileOverrides::default()).expect_err("no such profile");
    assert_eq!(far.hint(), Some(Hint::UseKnownProfile { nearest: None, known }));
    let missing = Profile::load("no/such/file.toml", &ProfileOverrides::default()).expect_err("no such file");
    assert!(matches!(missing, ProfileError::Unreadable { .. }));
}

#[test]
fn exact_counts_are_kept_and_what_would_change_them_is_refused() {
    let classic = |over: ProfileOverrides| Profile::load("classic", &over);
    let none = ProfileOverrides::default;
    for harmless in [
        ProfileOverrides { seed: Some(9), ..none() },
        ProfileOverrides { users: Some(100), density: Some(1.0), ..none() },
        ProfileOverrides { languages: Some([("de".to_owned(), 1.0)].into()), ..none() },
    ] {
        assert!(classic(harmless.clone()).is_ok_and(|profile| profile.exact.is_some()), "{harmless:?}");
    }
    for (key, value, over) in [
        ("users", "200", ProfileOverrides { users: Some(200), ..none() }),
        ("density", "2", ProfileOverrides { density: Some(2.0), ..none() }),
        ("likes_per_photo", "0.5", ProfileOverrides { likes_per_photo: Some(0.5), ..none() }),
        ("inactive", "0", ProfileOverrides { inactive: Some(0.0), ..none() }),
        ("bots", "0.1", ProfileOverrides { bots: Some(0.1), ..none() }),
    ] {
        let error = classic(over).expect_err(key);
        let wanted =
            format!("{key} = {value} is not possible: profile classic states the counts of its 100 users");
        assert_eq!(error.to_string(), wanted);
        let (name, value) = (Profile::SCALING, value.to_owned());
        assert_eq!(error.hint(), Some(Hint::UseScalingProfile { name, key, value }));
    }
    let bots = ProfileOverrides { bots: Some(0.1), ..none() };
    assert!(Profile::load("tiny", &bots).is_ok(), "nobody in tiny likes everything");
}

#[test]
fn planted_facts_are_kept_and_what_would_change_them_is_refused() {
    let none = ProfileOverrides::default;
    let course = |over: ProfileOverrides| Profile::load("course", &over);
    let whole = course(none()).expect("a valid profile");
    assert_eq!((whole.users, whole.planted), (100, Some(PlantedFacts::Course)));
    assert_eq!(whole.as_of.to_string(), "2024-06-30 12:00:00");
    for harmless in [
        ProfileOverrides { seed: Some(9), id_offset: Some(1000), ..none() },
        ProfileOverrides { users: Some(100), start: Some("2023-01-01".to_owned()), ..none() },
        ProfileOverrides { languages: Some([("de".to_owned(), 1.0)].into()), ..none() },
    ] {
        assert!(course(harmless.clone()).is_ok_and(|profile| profile.planted.is_some()), "{harmless:?}");
    }
    for (key, value, over) in [
        ("users", "200", ProfileOverrides { users: Some(200), ..none() }),
        ("start", "2020-01-01", ProfileOverrides { start: Some("2020-01-01".to_owned()), ..none() }),
        ("as_of", "tomorrow", ProfileOverrides { as_of: Some("tomorrow".to_owned()), ..none() }),
        ("growth", "exponential", ProfileOverrides { growth: Some(Growth::Exponential), ..none() }),
        ("density", "2", ProfileOverrides { density: Some(2.0), ..none() }),
        ("likes_per_photo", "0.5", ProfileOverrides { likes_per_photo: Some(0.5), ..none() }),
        ("bots", "0.1", ProfileOverrides { bots: Some(0.1), ..none() }),
    ] {
        let error = course(over).expect_err(key);
        let wanted = format!("{key} = {value} is not possible: the planted facts of profile course fix it");
        assert_eq!(error.to_string(), wanted);
        let (name, value) = (Profile::SCALING, value.to_owned());
        assert_eq!(error.hint(), Some(Hint::UseScalingProfile { name, key, value }));
    }
    let own = file("planted = \"course\"\nusers = 50");
    let error = Profile::of(own.path().to_str().expect("a plain path")).expect_err("other users");
    assert!(error.to_string().ends_with(", line 2)"), "{error}");
    assert_eq!(error.hint(), Some(Hint::RemoveKey { key: "users" }));
    let own = file("planted = \"course\"\nseed = 5");
    let profile = Profile::of(own.path().to_str().expect("a plain path")).expect("a valid profile");
    assert_eq!((profile.users, profile.seed, profile.likes_per_photo), (100, 5, whole.likes_per_photo));
    assert!(error_of("planted = \"all\"", &none()).contains("line 1"));
}

#[test]
fn follows_are_completed_by_the_size_of_the_network() {
    for (users, mean) in [(1, 0.0), (100, 8.2), (10_000, 39.8), (1_000_000, 115.9)] {
        assert!(
            (complete::mean_follows(users) - mean).abs() < 0.1,
            "{users}: {}",
            complete::mean_follows(users)
        );
    }
}
