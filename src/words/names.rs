//! Names: the given and family names of each language with their Latin spelling, as frequent as they are.
//!
//! A language file gives each name a count; a name is drawn in proportion to it. Names of one Latin spelling, such as
//! 優子 and 裕子, are one name here that is shown in several ways, because usernames know the spelling only.

use super::WordsError;
use super::file::{NamesSection, Source};
use super::fold::plain;
use crate::random::hash::{key, stream};
use crate::random::permutation::Permutation;
use crate::random::weights::Weights;
use fake::locales::{DE_DE, Data, EN, FR_FR, IT_IT, NL_NL, PT_BR, TR_TR};
use std::collections::BTreeSet;
use std::ops::Range;
use toml::Spanned;

/// The fewest given names, family names and towns of a language.
const FEWEST_FIRST: usize = 100;
const FEWEST_LAST: usize = 60;
const FEWEST_TOWNS: usize = 5;
/// What keeps the longest username within 30 characters.
pub const LONGEST_NAME: usize = 11;
/// The order in which names of `fake` are taken; no seed has a say in it, or datasets would differ in their languages.
const FAKE_ORDER: u64 = key(0, stream("names.fake"));

/// A name: one Latin spelling, and how its bearers write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    pub latin: String,
    /// What is shown, up to which point of `0..2^32`.
    shown: Vec<(String, u32)>,
    count: u32,
    /// A number that depends on the spelling only.
    pub hash: u32,
    pub facts: Facts,
}

/// What is known of a spelling once all languages are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// The languages that have this spelling in the same list, as bits by their number.
    pub languages: u64,
    /// Whether it can be written after a given name without anything between, and only be read as that.
    pub joins: bool,
    /// The same after the first letter of a given name.
    pub joins_initial: bool,
    /// Whether the spelling is a given name too.
    pub is_first: bool,
}

/// What a username needs of a name.
#[derive(Clone, Copy, Debug)]
pub struct Spelling<'a> {
    pub latin: &'a str,
    pub hash: u32,
    pub facts: Facts,
}

/// A name as it is kept for the rows: where its spelling ends, and its first way to be written.
#[derive(Clone, Copy, Debug)]
struct Stored {
    end: u32,
    way: u32,
    hash: u32,
    facts: Facts,
}

/// Names with their weights, by initial letter and then by weight.
#[derive(Debug, Default)]
pub struct NameList {
    names: Vec<Name>,
    /// All Latin spellings in one text, and all ways to write them in another: close together, because users are met
    /// in no order.
    latin: String,
    shown: String,
    stored: Vec<Stored>,
    /// Where each way to write a name ends, and up to which point of `0..2^32` it is taken.
    ways: Vec<(u32, u32)>,
    weights: Weights,
    /// Where the names of each letter begin, and the end.
    initials: Vec<u16>,
}

impl NameList {
    fn new(mut names: Vec<Name>) -> NameList {
        names.sort_by(|a, b| {
            let (a, b) = ((initial(a), b.count, &a.latin), (initial(b), a.count, &b.latin));
            a.cmp(&b)
        });
        let initials =
            (0..=26).map(|letter| names.partition_point(|name| initial(name) < letter) as u16).collect();
        let weights = Weights::new(names.iter().map(|name| name.count));
        let mut list = NameList { weights, initials, names, ..NameList::default() };
        for name in &list.names {
            list.latin.push_str(&name.latin);
            let (end, way) = (list.latin.len() as u32, list.ways.len() as u32);
            list.stored.push(Stored { end, way, hash: name.hash, facts: name.facts });
            for (shown, upto) in &name.shown {
                list.shown.push_str(shown);
                list.ways.push((list.shown.len() as u32, *upto));
            }
            if let Some(last) = list.ways.last_mut() {
                last.1 = u32::MAX;
            }
        }
        list
    }

    /// The spelling of a name.
    #[inline(always)]
    pub fn spelling(&self, at: usize) -> Spelling<'_> {
        let stored = &self.stored[at];
        let start = at.checked_sub(1).map_or(0, |before| self.stored[before].end);
        Spelling {
            latin: &self.latin[start as usize..stored.end as usize],
            hash: stored.hash,
            facts: stored.facts,
        }
    }

    /// The name as one of its bearers writes it, by any number.
    #[inline(always)]
    pub fn shown(&self, at: usize, by: u32) -> &str {
        let mut way = self.stored[at].way as usize;
        while by > self.ways[way].1 {
            way += 1;
        }
        let start = way.checked_sub(1).map_or(0, |before| self.ways[before].0);
        &self.shown[start as usize..self.ways[way].0 as usize]
    }

    /// The names by initial letter; within a letter the most frequent one first.
    pub fn names(&self) -> &[Name] {
        &self.names
    }

    /// Notes what is known of each name, and drops those of which nothing is.
    pub(super) fn settle(&mut self, facts: Vec<Option<Facts>>) {
        let names = std::mem::take(&mut self.names).into_iter().zip(facts);
        let names = names.filter_map(|(name, facts)| Some(Name { facts: facts?, ..name }));
        *self = NameList::new(names.collect());
    }

    /// The thresholds by which a name is drawn.
    #[inline(always)]
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The names that begin with the same letter as this one.
    #[inline(always)]
    pub fn same_initial(&self, at: usize) -> Range<usize> {
        let letter = initial(&self.names[at]) as usize;
        usize::from(self.initials[letter])..usize::from(self.initials[letter + 1])
    }
}

fn initial(name: &Name) -> u8 {
    name.latin.as_bytes()[0] - b'a'
}

/// The names of a language, and the towns that its speakers put into usernames.
#[derive(Debug, Default)]
pub struct NameTable {
    pub first: NameList,
    pub last: NameList,
    pub towns: NameList,
}

impl NameTable {
    pub(super) fn parse(source: &Source, section: NamesSection) -> Result<NameTable, WordsError> {
        let mut first = Counted::parse(source, &section.first, "names.first")?;
        let mut last = Counted::parse(source, &section.last, "names.last")?;
        let towns = Counted::parse(source, &section.towns, "names.towns")?;
        if let Some(locale) = section.fake {
            let locale = source.entry(locale);
            let (firsts, lasts) = fakes(&locale.text)
                .ok_or_else(|| locale.problem("is no locale that names are taken from"))?;
            first.complete(firsts, &section.skip);
            last.complete(lasts, &section.skip);
        }
        Ok(NameTable {
            first: first.list(source, FEWEST_FIRST)?,
            last: last.list(source, FEWEST_LAST)?,
            towns: towns.list(source, FEWEST_TOWNS)?,
        })
    }
}

/// Entries of a list: Latin spelling, what is shown, count.
struct Counted {
    list: &'static str,
    entries: Vec<(String, String, u32)>,
}

impl Counted {
    /// `Display count` or `latin=Display count`, separated by commas and line breaks.
    fn parse(source: &Source, text: &Spanned<String>, list: &'static str) -> Result<Counted, WordsError> {
        let (start, raw) = source.inside(text);
        let mut entries: Vec<(String, String, u32)> = Vec::with_capacity(raw.len() / 12);
        let mut offsets = Vec::with_capacity(raw.len() / 12);
        let mut at = 0;
        for piece in raw.split([',', '\n']) {
            let entry = piece.trim();
            if !entry.is_empty() {
                let read = read(entry);
                entries.push(read.map_err(|problem| source.problem(start + at, entry, problem.to_owned()))?);
                offsets.push(start + at);
            }
            at += piece.len() + 1;
        }
        if let Some(twice) = repeated(&entries) {
            let problem = "is twice in its list; add the counts up";
            return Err(source.problem(offsets[twice], &entries[twice].1, problem.to_owned()));
        }
        Ok(Counted { list, entries })
    }

    /// Takes what a locale of `fake` has more, each half as frequent as the rarest name of the list.
    fn complete(&mut self, names: Fakes, skip: &[String]) {
        let rarest = self.entries.iter().map(|entry| entry.2).min().unwrap_or(1);
        let own: BTreeSet<String> = self.entries.iter().map(|entry| entry.0.clone()).collect();
        let order = Permutation::new(names.len() as u64, FAKE_ORDER);
        let more = (0..names.len()).filter_map(|at| {
            let shown = names[order.forward(at as u64) as usize].trim();
            let latin = latin_of(shown)?;
            let usual = (3..=LONGEST_NAME).contains(&latin.len()) && skip.iter().all(|other| other != shown);
            (usual && !own.contains(&latin)).then(|| (latin, shown.to_owned(), (rarest / 2).max(1)))
        });
        let mut seen = BTreeSet::new();
        let more: Vec<_> = more.filter(|entry| seen.insert(entry.0.clone())).collect();
        self.entries.extend(more);
    }

    fn list(mut self, source: &Source, need: usize) -> Result<NameList, WordsError> {
        self.entries.sort_by(|a, b| (&a.0, b.2, &a.1).cmp(&(&b.0, a.2, &b.1)));
        let mut names: Vec<Name> = Vec::with_capacity(self.entries.len());
        for (latin, shown, count) in self.entries {
            match names.last_mut().filter(|name| name.latin == latin) {
                Some(name) => {
                    name.shown.push((shown, count));
                    name.count = name.count.saturating_add(count);
                }
                None => names.push(Name {
                    hash: stream(&latin) as u32,
                    latin,
                    shown: vec![(shown, count)],
                    count,
                    facts: Facts::default(),
                }),
            }
        }
        if names.len() < need {
            let (file, have) = (source.path.to_owned(), names.len());
            return Err(WordsError::TooFew { file, list: self.list.to_owned(), have, need });
        }
        for name in names.iter_mut().filter(|name| name.shown.len() > 1) {
            let mut sum = 0;
            for (_, upto) in &mut name.shown {
                sum += u64::from(*upto);
                *upto = (sum * u64::from(u32::MAX) / u64::from(name.count)) as u32;
            }
        }
        Ok(NameList::new(names))
    }
}

fn read(entry: &str) -> Result<(String, String, u32), &'static str> {
    let (name, count) = entry.rsplit_once(' ').ok_or("has no count; write it as in \"Anna 1200\"")?;
    let count = count.parse().map_err(|_| "does not end in a count; write it as in \"Anna 1200\"")?;
    if !(1..=10_000_000).contains(&count) {
        return Err("has a count that is not from 1 to 10,000,000");
    }
    let (latin, shown) = match name.split_once('=') {
        Some((latin, shown)) => (plain(latin), shown),
        None => (latin_of(name), name),
    };
    let latin = latin.ok_or("needs a Latin spelling, as in \"haruto=陽翔 300\"")?;
    if !(2..=LONGEST_NAME).contains(&latin.len()) {
        return Err("is too short or too long for a username, which takes 2 to 11 letters of a name");
    }
    let clean = !shown.is_empty() && shown.trim() == shown && !shown.contains(['#', '@', '\\', '"']);
    if !clean || shown.chars().any(char::is_control) {
        return Err("holds a sign that no name has");
    }
    Ok((latin, shown.to_owned(), count))
}

/// The letters of a name that may have several parts: "vandenberg" of "van den Berg".
fn latin_of(name: &str) -> Option<String> {
    if name.contains([' ', '-', '\'']) {
        return plain(&name.replace([' ', '-', '\''], ""));
    }
    plain(name)
}

/// The place of an entry that is there a second time.
fn repeated(entries: &[(String, String, u32)]) -> Option<usize> {
    let mut order: Vec<usize> = (0..entries.len()).collect();
    let shown = |at: usize| (&entries[at].1, &entries[at].0);
    order.sort_unstable_by_key(|&at| (shown(at), at));
    order.windows(2).find(|pair| shown(pair[0]) == shown(pair[1])).map(|pair| pair[1])
}

type Fakes = &'static [&'static str];

fn fakes(locale: &str) -> Option<(Fakes, Fakes)> {
    fn of<L: Data>() -> Option<(Fakes, Fakes)> {
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
