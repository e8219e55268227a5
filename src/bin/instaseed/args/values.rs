//! How the words of the command line become values: plain words for what is wrong, and words to offer for what is
//! free to be anything.

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, StyledStr, TypedValueParser};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, Command};
use instaseed::database::looks_secret;
use instaseed::edition::Edition;
#[cfg(feature = "course")]
use instaseed::exercise::Catalogue;
use instaseed::profile::Profile;
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::time::Duration;

/// A word that is no number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    #[error("not a whole number; write digits only, such as 1000")]
    NotWhole,
    #[error("not a whole number in digits only; write {0}")]
    Write(i128),
    #[error("it must be at least 1")]
    Zero,
    #[error("not a number")]
    NotANumber,
    #[error("it must not be negative")]
    Negative,
    #[error("the number is too large")]
    TooLarge,
}

/// A whole number that fits its type.
pub fn whole<T: TryFrom<i128>>(text: &str) -> Result<T, NumberError> {
    let number: i128 = text.trim().parse().map_err(|_| not_whole(text))?;
    let wrong = if number < 0 { NumberError::Negative } else { NumberError::TooLarge };
    T::try_from(number).map_err(|_| wrong)
}

/// How many threads can run at once, which is the default number of threads.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A whole number of at least 1 that fits its type.
pub fn positive<T: TryFrom<i128>>(text: &str) -> Result<T, NumberError> {
    match whole::<i128>(text)? {
        0 => Err(NumberError::Zero),
        _ => whole(text),
    }
}

/// A span of time that is no age.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an age; write a number and s, m, h or d, such as 12h")]
pub struct NoAge;

/// A number of seconds, minutes, hours or days: `45s`, `30m`, `12h`, `7d`.
pub fn age(text: &str) -> Result<Duration, NoAge> {
    let text = text.trim();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or(NoAge)?;
    let seconds: u64 = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        _ => return Err(NoAge),
    };
    let number: u64 = number.parse().map_err(|_| NoAge)?;
    number.checked_mul(seconds).map(Duration::from_secs).ok_or(NoAge)
}

/// What is wrong with `abc`; and what to write instead of `1,000`, `10_000` or `1e4`.
fn not_whole(text: &str) -> NumberError {
    let text = text.trim();
    let groups: Vec<_> = text.split([',', '_', '\'', ' ']).collect();
    let is_grouped = groups.len() > 1 && groups[1..].iter().all(|group| group.len() == 3);
    if let Ok(number) = groups.concat().parse()
        && is_grouped
    {
        return NumberError::Write(number);
    }
    match text.parse::<f64>() {
        Ok(number) if text.contains(['e', 'E']) && number.fract() == 0.0 && number.abs() < 1e15 => {
            NumberError::Write(number as i128)
        }
        _ => NumberError::NotWhole,
    }
}

/// A number, with a point or without.
pub fn number(text: &str) -> Result<f64, NumberError> {
    text.trim().parse().map_err(|_| NumberError::NotANumber)
}

/// The name of a folder; what may hold a password is none, and a folder's name is shown again and again.
pub fn folder(name: OsString) -> Result<PathBuf, NoFolder> {
    match looks_secret(&name.to_string_lossy()) {
        true => Err(NoFolder),
        false => Ok(name.into()),
    }
}

/// A word that looks like a database's URL or like a password.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("this is a database URL or a password, not a folder")]
pub struct NoFolder;

/// An edition; the refusal lists them.
pub fn edition() -> impl TypedValueParser<Value = Edition> {
    PossibleValuesParser::new(Edition::ALL.map(Edition::name)).try_map(|name| name.parse::<Edition>())
}

/// Any text, with words that a shell may offer.
#[derive(Clone, Debug)]
pub struct Offer(Vec<&'static str>);

/// The profiles that are built in; a file will do as well.
pub fn profile() -> Offer {
    Offer(Profile::names().collect())
}

/// The tables of all editions.
pub fn table() -> Offer {
    let mut names: Vec<_> =
        Edition::ALL.iter().flat_map(|edition| edition.tables()).map(|table| table.name).collect();
    names.sort_unstable();
    names.dedup();
    Offer(names)
}

/// The exercises that are built in; their numbers, files and those of another course will do as well.
#[cfg(feature = "course")]
pub fn exercise() -> Offer {
    Offer(Catalogue::embedded_ids().collect())
}

/// Where a schema can go to, versions and names of migrations aside.
pub fn goal() -> Offer {
    let editions = Edition::ALL.iter().map(|edition| edition.name());
    Offer(editions.chain(["none"]).collect())
}

impl TypedValueParser for Offer {
    type Value = String;

    fn parse_ref(&self, cmd: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(cmd, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(self.0.iter().map(PossibleValue::new)))
    }
}

/// Names the verb of `migrate` that was typed without it: `instaseed status`.
pub fn name_the_way(error: &mut clap::Error, root: &Command) {
    if error.kind() != ErrorKind::InvalidSubcommand {
        return;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else { return };
    let verb = root.find_subcommand("migrate").and_then(|migrate| migrate.find_subcommand(word));
    if let Some(verb) = verb.filter(|_| root.find_subcommand(word).is_none()) {
        let way = format!("migrate {}", verb.get_name());
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![way]));
    }
}

/// Shows the option for a word that was typed without one: `instaseed copy a.db b.db`.
pub fn name_the_option(error: &mut clap::Error, words: &[OsString]) {
    let is_option = |word: &str| word.starts_with('-');
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if !is_option(word) => {}
        _ => return,
    }
    if error.kind() != ErrorKind::UnknownArgument {
        return;
    }
    let verb = words.iter().skip(1).filter_map(|word| word.to_str()).find(|word| !is_option(word));
    let tip = match verb {
        Some("copy") => "name both databases with options: instaseed copy --from a.db --to b.db",
        Some("backup") => "name the folder with an option: instaseed backup --out monday",
        Some("restore") => "name the database with an option: instaseed restore monday --database-url new.db",
        _ => return,
    };
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(tip)]));
}

#[cfg(test)]
mod tests {
    use super::{Duration, NoAge, NumberError, age, number, positive, profile, whole};
    use instaseed::profile::{Profile, ProfileOverrides};

    #[test]
    fn what_is_no_number_is_told_in_plain_words() {
        assert_eq!(whole::<u64>("12"), Ok(12));
        assert_eq!(whole::<i64>("-5"), Ok(-5));
        for text in ["abc", "", "1.5", "1.000", "1,5", "1,00", ",", "1e-3", "1e99", "inf", "nan"] {
            assert_eq!(whole::<u64>(text), Err(NumberError::NotWhole), "{text}");
        }
        for (text, number) in [("1,000", 1000), ("10_000", 10_000), ("1'000'000", 1_000_000), ("1e4", 10_000)]
        {
            assert_eq!(whole::<u64>(text), Err(NumberError::Write(number)), "{text}");
        }
        assert_eq!(positive::<u16>("0"), Err(NumberError::Zero));
        assert_eq!(positive::<u16>("2"), Ok(2));
        assert_eq!(positive::<u16>("-2"), Err(NumberError::Negative));
        assert_eq!(whole::<u64>("-1"), Err(NumberError::Negative));
        assert_eq!(whole::<u16>("70000"), Err(NumberError::TooLarge));
        assert_eq!(number("2.5"), Ok(2.5));
        assert_eq!(number("many"), Err(NumberError::NotANumber));
    }

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        for (text, seconds) in [("0s", 0), ("45s", 45), ("30m", 1800), ("12h", 43_200), (" 7d ", 604_800)] {
            assert_eq!(age(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["", "1", "d", "-1d", "1w", "1.5h", "99999999999999999999d", "999999999999999999d", "1é"]
        {
            assert_eq!(age(text), Err(NoAge), "{text}");
        }
    }

    #[test]
    fn every_profile_that_is_offered_is_there() {
        for name in profile().0 {
            assert!(Profile::load(name, &ProfileOverrides::default()).is_ok(), "{name}");
        }
    }
}
