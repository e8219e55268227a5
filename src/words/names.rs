//! Names: the first and last names of each language with their Latin spelling, from our lists and from `fake`'s.
//!
//! Usernames are decoded from a number, and the same spelling must never come from two numbers. So every language
//! has the same count of names, a spelling that several languages share has the same place in each of them, and no
//! last name or handle word is also a first name. That a first name and a last name written without a space can be
//! read in one way only is held by a test over all languages.

use super::file::{Entry, NamesSection, Source};
use super::fold::plain;
use super::{General, Language, WordsError};
use crate::random::hash::{key, stream};
use crate::random::permutation::Permutation;
use fake::locales::{DE_DE, Data, EN, FR_FR, IT_IT, PT_BR, TR_TR};
use std::collections::{BTreeMap, BTreeSet};

/// First and last names of every language.
pub const FIRST_NAMES: usize = 160;
pub const LAST_NAMES: usize = 96;
/// What keeps the longest username within 30 characters.
const LONGEST_FIRST: usize = 10;
const LONGEST_LAST: usize = 11;
/// The order in which names of `fake` are taken; no seed has a say in it, or datasets would differ in their languages.
const FAKE_ORDER: u64 = key(0, stream("names.fake"));

/// A name as its bearer writes it and as it is spelled in a username.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub latin: String,
    pub display: String,
}

/// The names of a language by their place.
#[derive(Debug, Default)]
pub struct NameTable {
    pub first: Vec<Name>,
    pub last: Vec<Name>,
}

/// What a language file says about names.
pub struct NameLists {
    file: String,
    first: Vec<Name>,
    last: Vec<Name>,
}

impl NameLists {
    pub(super) fn parse(source: &Source, section: NamesSection) -> Result<NameLists, WordsError> {
        let own = |list: Vec<_>, longest| {
            list.into_iter()
                .map(|value| own_name(&source.entry(value), longest))
                .collect::<Result<Vec<_>, _>>()
        };
        let mut first = own(section.first, LONGEST_FIRST)?;
        let mut last = own(section.last, LONGEST_LAST)?;
        if let Some(locale) = section.fake {
            let locale = source.entry(locale);
            let (firsts, lasts) = fakes(&locale.text)
                .ok_or_else(|| locale.problem("is no locale that names are taken from"))?;
            first.extend(fake_names(firsts, &section.skip, LONGEST_FIRST));
            last.extend(fake_names(lasts, &section.skip, LONGEST_LAST));
        }
        Ok(NameLists { file: source.path.to_owned(), first, last })
    }
}

/// `Display` or `latin=Display`; the first where the Latin letters follow from the name itself.
fn own_name(entry: &Entry, longest: usize) -> Result<Name, WordsError> {
    entry.clean()?;
    let (latin, display) = match entry.text.split_once('=') {
        Some((latin, display)) => (plain(latin), display),
        None => (plain(&entry.text), entry.text.as_str()),
    };
    let latin = latin.ok_or_else(|| entry.problem("needs a Latin spelling, as in \"haruto=陽翔\""))?;
    if !(2..=longest).contains(&latin.len()) {
        return Err(entry.problem("is too short or too long for a username"));
    }
    Ok(Name { latin, display: display.to_owned() })
}

type Names = &'static [&'static str];

fn fakes(locale: &str) -> Option<(Names, Names)> {
    fn of<L: Data>() -> Option<(Names, Names)> {
        Some((L::NAME_FIRST_NAME, L::NAME_LAST_NAME))
    }
    match locale {
        "en" => of::<EN>(),
        "fr_fr" => of::<FR_FR>(),
        "de_de" => of::<DE_DE>(),
        "it_it" => of::<IT_IT>(),
        "pt_br" => of::<PT_BR>(),
        "tr_tr" => of::<TR_TR>(),
        _ => None,
    }
}

fn fake_names<'a>(names: Names, skip: &'a [String], longest: usize) -> impl Iterator<Item = Name> + 'a {
    let order = Permutation::new(names.len() as u64, FAKE_ORDER);
    (0..names.len()).filter_map(move |at| {
        let display = names[order.forward(at as u64) as usize].trim();
        let latin = plain(display)?;
        let usual = (3..=longest).contains(&latin.len()) && skip.iter().all(|skipped| skipped != display);
        usual.then(|| Name { latin, display: display.to_owned() })
    })
}

/// Gives each language its table.
pub fn attach(
    lists: Vec<NameLists>,
    general: &General,
    languages: &mut [Language],
) -> Result<(), WordsError> {
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    taken.extend(general.handles_before.iter().chain(&general.handles_after).map(String::as_str));
    let (files, firsts, lasts) = split(lists);
    let firsts = place(&files, "names.first", firsts, FIRST_NAMES, &taken)?;
    taken.extend(firsts.iter().flatten().map(|name| name.latin.as_str()));
    let lasts = place(&files, "names.last", lasts, LAST_NAMES, &taken)?;
    drop(taken);
    for ((language, first), last) in languages.iter_mut().zip(firsts).zip(lasts) {
        language.names = NameTable { first, last };
    }
    Ok(())
}

fn split(lists: Vec<NameLists>) -> (Vec<String>, Vec<Vec<Name>>, Vec<Vec<Name>>) {
    let mut all = (Vec::new(), Vec::new(), Vec::new());
    for list in lists {
        all.0.push(list.file);
        all.1.push(list.first);
        all.2.push(list.last);
    }
    all
}

/// The first `count` usable names of each list, each spelling at one place in all lists that hold it.
fn place(
    files: &[String],
    list: &'static str,
    mut lists: Vec<Vec<Name>>,
    count: usize,
    taken: &BTreeSet<&str>,
) -> Result<Vec<Vec<Name>>, WordsError> {
    let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (language, names) in lists.iter_mut().enumerate() {
        let mut seen = BTreeSet::new();
        names.retain(|name| !taken.contains(name.latin.as_str()) && seen.insert(name.latin.clone()));
        names.truncate(count);
        if names.len() < count {
            let (file, have) = (files[language].clone(), names.len());
            return Err(WordsError::TooFew { file, list, have, need: count });
        }
        for name in names {
            holders.entry(name.latin.clone()).or_default().push(language);
        }
    }
    // Those in most languages first: they find the fewest free places.
    let mut order: Vec<_> = holders.into_iter().collect();
    order.sort_by_key(|(_, languages)| std::cmp::Reverse(languages.len()));
    let mut placed: Vec<Vec<Option<Name>>> = lists.iter().map(|_| vec![None; count]).collect();
    for (latin, languages) in order {
        let free = |&at: &usize| languages.iter().all(|&language| placed[language][at].is_none());
        let at = (0..count).find(free).ok_or_else(|| WordsError::TooFew {
            file: files[languages[0]].clone(),
            list,
            have: count - 1,
            need: count,
        })?;
        for language in languages {
            let name = lists[language].iter().find(|name| name.latin == latin);
            placed[language][at] = name.cloned();
        }
    }
    Ok(placed.into_iter().map(|names| names.into_iter().flatten().collect()).collect())
}
