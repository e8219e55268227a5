//! Words for hints about the options of a world.

use crate::hints::known_names;
use instaseed::plan;
use instaseed::profile;
use instaseed::words;
use instaseed::world;

/// The keys of a profile that are no options: they can be set in a file only.
const FILE_ONLY: [&str; 2] = ["description", "exact."];

pub fn plan(hint: plan::Hint) -> String {
    match hint {
        plan::Hint::WriteShard => "write part i of n as i/n, such as 1/4".to_owned(),
        plan::Hint::RaiseShardCount => "write i/n with n of at least 1, such as 1/4".to_owned(),
        plan::Hint::ChooseShard { count } => format!("use a shard from 1/{count} to {count}/{count}"),
        plan::Hint::AskForLess => "ask for fewer --users or a lower --density".to_owned(),
    }
}

pub fn profile(hint: &profile::Hint) -> String {
    match hint {
        profile::Hint::UseKnownProfile { nearest, known } => {
            format!("{}, or the path of a TOML file", known_names(*nearest, known))
        }
        profile::Hint::CorrectPath { known } => match known.split_last() {
            Some((last, others)) => format!("correct the path, or use {} or {last}", others.join(", ")),
            None => "correct the path".to_owned(),
        },
        profile::Hint::ReadExample => {
            "see seeds/profiles/social.toml for every key, and docs/data-model.md#exact-worlds for those of [exact]"
                .to_owned()
        }
        profile::Hint::CorrectOrOverride { key } if is_option(key) => {
            format!("correct {key} in the profile, or override it with {}", option(key))
        }
        profile::Hint::CorrectOrOverride { key } => format!("correct {key} in the profile"),
        profile::Hint::MoreUsersOrFewerFollows { users, max } => {
            format!("use --users {users} or more, or --follows-per-user {max} or less")
        }
        profile::Hint::UseScalingProfile { name, key, value } => {
            format!("use --profile {name} {} {value}, or omit --profile", option(key))
        }
        profile::Hint::RemoveKey { key } => format!("take {key} out of the profile"),
        profile::Hint::StateMeans { max } => format!(
            "state counts for {max} users or fewer, or means such as likes_per_photo instead of [exact]"
        ),
        profile::Hint::UseKnownLanguages { known } => {
            let known: Vec<_> = known.iter().map(|code| with_name(code)).collect();
            format!("use one or more of these codes: {}", known.join(", "))
        }
        profile::Hint::MoveEnd => "give --as-of a date at least one day after --start".to_owned(),
    }
}

pub fn word_lists(hint: words::Hint) -> String {
    match hint {
        words::Hint::ReadFormat => "see seeds/README.md for the format of the word lists".to_owned(),
    }
}

pub fn world(hint: &world::Hint) -> String {
    match hint {
        world::Hint::AskForLess { key, max } if is_option(key) => {
            format!("use {} {max} or less, or more --users", option(key))
        }
        world::Hint::AskForLess { key, max } => {
            format!("use {key} = {max} or less in the profile, or raise the counts that limit it")
        }
        world::Hint::AskForMore { key, min } => format!("use {} {min} or more", option(key)),
    }
}

/// A language by its code and its name: `de Deutsch`.
fn with_name(code: &str) -> String {
    let languages = profile::Profile::languages();
    match languages.into_iter().find(|(known, _)| *known == code) {
        Some((_, name)) => format!("{code} {name}"),
        None => code.to_owned(),
    }
}

fn is_option(key: &str) -> bool {
    !FILE_ONLY.iter().any(|prefix| key.starts_with(prefix))
}

/// How a key is given: as an option, or with its name in a file.
fn option(key: &str) -> String {
    if is_option(key) { format!("--{}", key.replace('_', "-")) } else { format!("{key} =") }
}
