//! Names: the first and last names of each language with their Latin spelling, from our lists and from `fake`'s.
//!
//! Usernames are decoded from a number, and the same spelling must never come from two numbers. So every language
//! has the same count of names, a spelling that several languages share has the same place in each of them, and no
//! last name or handle word is also a first name, and a first and a last name written without a space can be read in
//! one way only: last names that would break this are left out.

use super::file::{Entry, NamesSection, Source};
use super::fold::plain;
use super::{General, Language, WordsError};
use crate::random::hash::{key, stream};
use crate::random::permutation::Permutation;
use fake::locales::{DE_DE, Data, EN, FR_FR, IT_IT, NL_NL, PT_BR, TR_TR};
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
        "nl_nl" => of::<NL_NL>(),
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
    let handles: BTreeSet<&str> =
        general.handles_before.iter().chain(&general.handles_after).map(String::as_str).collect();
    let (files, mut firsts, mut lasts) = split(lists);
    for list in &mut firsts {
        choose(list, FIRST_NAMES, |latin| !handles.contains(latin));
    }
    let mut joins = Joins::new(&firsts, &handles);
    for list in &mut lasts {
        choose(list, LAST_NAMES, |latin| joins.admit(latin));
    }
    let firsts = place(&files, "names.first", firsts, FIRST_NAMES)?;
    let lasts = place(&files, "names.last", lasts, LAST_NAMES)?;
    for ((language, first), last) in languages.iter_mut().zip(firsts).zip(lasts) {
        language.names = NameTable { first, last };
    }
    Ok(())
}

/// Keeps the first `count` names that are allowed, each spelling once.
fn choose(names: &mut Vec<Name>, count: usize, mut allowed: impl FnMut(&str) -> bool) {
    let (mut seen, mut kept) = (BTreeSet::new(), 0);
    names.retain(|name| {
        let keep = kept < count && seen.insert(name.latin.clone()) && allowed(&name.latin);
        kept += keep as usize;
        keep
    });
}

/// Lets no last name in that could be read differently when a first name is written before it: with "daniel" and
/// "daniela" among the first names, "acosta" and "costa" cannot both be last names.
struct Joins {
    /// Every first name, and what one first name has more than another: "a" of "daniela".
    leads: BTreeSet<String>,
    handles: BTreeSet<String>,
    lasts: BTreeSet<String>,
    /// What remains of a word after one of the leads.
    remains: BTreeSet<String>,
}

impl Joins {
    fn new(firsts: &[Vec<Name>], handles: &BTreeSet<&str>) -> Joins {
        let firsts: BTreeSet<String> = firsts.iter().flatten().map(|name| name.latin.clone()).collect();
        let mut leads = firsts.clone();
        for first in &firsts {
            let longer = (1..first.len()).filter(|&at| firsts.contains(&first[..at]));
            leads.extend(longer.map(|at| first[at..].to_owned()));
        }
        let handles = handles.iter().map(|&handle| handle.to_owned()).collect();
        let mut joins = Joins { leads, handles, lasts: BTreeSet::new(), remains: BTreeSet::new() };
        for handle in joins.handles.clone() {
            joins.note(&handle);
        }
        joins
    }

    fn note(&mut self, word: &str) {
        let ends = (1..word.len()).filter(|&at| self.leads.contains(&word[..at]));
        self.remains.extend(ends.map(|at| word[at..].to_owned()));
    }

    /// Whether this last name may be used; remembers it if so.
    fn admit(&mut self, last: &str) -> bool {
        if self.lasts.contains(last) {
            return true;
        }
        let ambiguous = self.leads.contains(last)
            || self.handles.contains(last)
            || self.remains.contains(last)
            || (1..last.len()).any(|at| self.leads.contains(&last[..at]) && self.lasts.contains(&last[at..]));
        if !ambiguous {
            self.lasts.insert(last.to_owned());
            self.note(last);
        }
        !ambiguous
    }
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

/// Gives every spelling one place in all lists that hold it.
fn place(
    files: &[String],
    list: &'static str,
    lists: Vec<Vec<Name>>,
    count: usize,
) -> Result<Vec<Vec<Name>>, WordsError> {
    let mut holders: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (language, names) in lists.iter().enumerate() {
        if names.len() < count {
            let (file, have) = (files[language].clone(), names.len());
            return Err(WordsError::TooFew { file, list: list.to_owned(), have, need: count });
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
            list: list.to_owned(),
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
