//! Which spellings can be written together so that nobody, and no other user's name, can read them in another way.
//!
//! Usernames are unique because each is read back in one way. With "daniel" and "daniela" among the given names,
//! "acosta" and "costa" cannot both follow one without anything between: the longer one keeps its underscore.

use super::handle::{Form, HandleLists, Handles};
use super::names::{Facts, Name, NameTable};
use super::{General, Language, Topic, WordsError};
use std::collections::{HashMap, HashSet};

/// Notes for each name what it can be joined to and which languages share it, and lists the forms of all words.
pub fn attach(
    general: &mut General,
    topics: &mut [Topic],
    languages: &mut [Language],
) -> Result<(), WordsError> {
    check_handles(general, topics)?;
    let tables: Vec<NameTable> =
        languages.iter_mut().map(|language| std::mem::take(&mut language.names)).collect();
    let lists: Vec<&HandleLists> = std::iter::once(&general.handle_lists)
        .chain(topics.iter().map(|topic| &topic.handle_lists))
        .collect();
    let joins = Joins::new(&tables, &lists);
    let handles: Vec<Handles> = lists.iter().map(|list| joins.handles(list)).collect();
    let found: Vec<Found> = tables.iter().map(|table| joins.facts(table)).collect();
    for ((mut table, [firsts, lasts, towns]), language) in tables.into_iter().zip(found).zip(languages) {
        table.first.settle(firsts);
        table.last.settle(lasts);
        table.towns.settle(towns);
        language.names = table;
    }
    let mut handles = handles.into_iter();
    general.handles = handles.next().unwrap_or_default();
    for (topic, handles) in topics.iter_mut().zip(handles) {
        topic.handles = handles;
    }
    let with_name = |handles: &Handles| handles.with_name.len();
    let mut counts = vec![("generic.toml", "usernames.after", with_name(&general.handles))];
    for topic in topics.iter() {
        counts.push((&topic.path, "handles.after", with_name(&topic.handles)));
        counts.push((&topic.path, "handles.alone", topic.handles.alone.len()));
    }
    if let Some(&(file, list, have)) = counts.iter().find(|(_, _, have)| *have == 0) {
        return Err(WordsError::TooFew { file: file.to_owned(), list: list.to_owned(), have, need: 1 });
    }
    Ok(())
}

/// What is found out about the given names, the family names and the towns of a language.
type Found = [Vec<Option<Facts>>; 3];

struct Joins<'a> {
    firsts: HashMap<&'a str, u64>,
    lasts: HashMap<&'a str, u64>,
    /// What can follow a given name without anything between.
    followers: HashSet<&'a str>,
    words: HashSet<&'a str>,
    before: Vec<&'a str>,
    sorted_firsts: Vec<&'a str>,
    sorted_lasts: Vec<&'a str>,
    /// What one given name has more than another: "a" of "daniela".
    leads: HashSet<&'a str>,
    /// Given names without their first letter.
    tails: HashSet<&'a str>,
}

impl<'a> Joins<'a> {
    fn new(tables: &'a [NameTable], lists: &[&'a HandleLists]) -> Joins<'a> {
        let mut joins = Joins {
            firsts: HashMap::new(),
            lasts: HashMap::new(),
            followers: HashSet::new(),
            words: HashSet::new(),
            before: Vec::new(),
            sorted_firsts: Vec::new(),
            sorted_lasts: Vec::new(),
            leads: HashSet::new(),
            tails: HashSet::new(),
        };
        for (number, table) in tables.iter().enumerate() {
            let bit = 1u64 << number;
            for name in table.first.names() {
                *joins.firsts.entry(&name.latin).or_default() |= bit;
                joins.sorted_firsts.push(&name.latin);
            }
            for name in table.last.names() {
                *joins.lasts.entry(&name.latin).or_default() |= bit;
                joins.sorted_lasts.push(&name.latin);
            }
        }
        joins.sorted_lasts.sort_unstable();
        joins.sorted_firsts.sort_unstable();
        joins.sorted_firsts.dedup();
        joins.note_leads();
        for list in lists {
            let before = list.before.iter().map(String::as_str).filter(|word| !joins.is_name(word));
            joins.before.extend(before.collect::<Vec<_>>());
            let after = list.after.iter().map(String::as_str).filter(|word| !joins.is_name(word));
            let after: Vec<_> = after.collect();
            joins.words.extend(after);
        }
        joins.followers.extend(tables.iter().flat_map(|table| table.last.names()).map(|name| &*name.latin));
        joins.followers.extend(&joins.words);
        joins.followers.extend(tables.iter().flat_map(|table| table.towns.names()).map(|name| &*name.latin));
        joins
    }

    fn note_leads(&mut self) {
        let mut chain: Vec<&str> = Vec::new();
        for &first in &self.sorted_firsts {
            while chain.last().is_some_and(|shorter| !first.starts_with(shorter)) {
                chain.pop();
            }
            self.leads.extend(chain.iter().map(|shorter| &first[shorter.len()..]));
            self.tails.insert(&first[1..]);
            chain.push(first);
        }
    }

    fn is_name(&self, word: &str) -> bool {
        self.firsts.contains_key(word) || self.lasts.contains_key(word)
    }

    /// Whether a word could be read as a given name and a family name.
    fn is_two_names(&self, word: &str) -> bool {
        (1..word.len())
            .any(|at| self.firsts.contains_key(&word[..at]) && self.lasts.contains_key(&word[at..]))
    }

    /// Whether this can follow any given name directly, and a family name its bearer's first initial.
    fn follows(&self, word: &str) -> (bool, bool) {
        let mut joins = (true, true);
        for at in 1..=word.len() {
            let (lead, tail) = (self.leads.contains(&word[..at]), self.tails.contains(&word[..at]));
            if (lead || tail) && (at == word.len() || self.followers.contains(&word[at..])) {
                joins = (joins.0 && !lead, joins.1 && !tail);
            }
        }
        joins
    }

    /// Whether a word can come directly before any given name.
    fn precedes(&self, word: &str) -> bool {
        let meets = |other: &&&str| other.starts_with(word) || word.starts_with(**other);
        !touches(&self.sorted_firsts, word)
            && !touches(&self.sorted_lasts, &word[1..])
            && self.before.iter().filter(meets).count() == 1
    }

    fn handles(&self, lists: &HandleLists) -> Handles {
        let mut handles = Handles::default();
        let words = lists.after.iter().map(|word| (word, false));
        let words = words.chain(lists.before.iter().map(|word| (word, true)));
        let words: Vec<_> =
            words.filter(|(word, _)| !self.is_name(word) && !self.is_two_names(word)).collect();
        let form = |word: &str, before, joined| Form { word: word.to_owned(), before, joined };
        handles.with_name.extend(words.iter().map(|&(word, before)| form(word, before, false)));
        handles.spaced = words.len();
        let joins = |word: &str, before| if before { self.precedes(word) } else { self.follows(word).0 };
        let joined = words.iter().filter(|(word, before)| joins(word, *before));
        handles.with_name.extend(joined.map(|&(word, before)| form(word, before, true)));
        let alone = lists.alone.iter().filter(|word| {
            !self.is_name(word) && !self.is_two_names(word) && !self.before.contains(&word.as_str())
        });
        handles.alone.extend(alone.cloned());
        handles
    }

    fn facts(&self, table: &NameTable) -> Found {
        let first = |name: &Name| {
            let languages = self.firsts[&*name.latin];
            Some(Facts { languages, is_first: true, ..Facts::default() })
        };
        let last = |name: &Name| {
            let (joins, joins_initial) = self.follows(&name.latin);
            let is_first = self.firsts.contains_key(&*name.latin);
            Some(Facts { languages: self.lasts[&*name.latin], joins, joins_initial, is_first })
        };
        // a town that is a name or a word cannot be used
        let town = |name: &Name| {
            let word = name.latin.as_str();
            let usable = !self.is_name(word) && !self.words.contains(word);
            usable.then(|| Facts { joins: self.follows(word).0, ..Facts::default() })
        };
        [
            table.first.names().iter().map(first).collect(),
            table.last.names().iter().map(last).collect(),
            table.towns.names().iter().map(town).collect(),
        ]
    }
}

/// Whether one of the sorted words begins with this one, or this one with it.
fn touches(sorted: &[&str], word: &str) -> bool {
    let at = sorted.partition_point(|other| *other < word);
    sorted.get(at).is_some_and(|other| other.starts_with(word))
        || (1..=word.len()).any(|end| sorted.binary_search(&&word[..end]).is_ok())
}

/// Fails where a word belongs to two topics: two users could have one username by it.
fn check_handles(general: &General, topics: &[Topic]) -> Result<(), WordsError> {
    let mut words: Vec<(&str, &str)> = Vec::new();
    let mut alone: Vec<(&str, &str)> = Vec::new();
    for (path, lists) in files(general, topics) {
        words.extend(lists.after.iter().chain(&lists.before).map(|word| (word.as_str(), path)));
        alone.extend(lists.alone.iter().map(|word| (word.as_str(), path)));
    }
    for list in [&mut words, &mut alone] {
        list.sort_unstable();
        if let Some(pair) = list.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let message = format!("handles: {:?} is also a handle of {}", pair[1].0, pair[0].1);
            return Err(WordsError::Syntax { file: pair[1].1.to_owned(), line: 1, message });
        }
    }
    Ok(())
}

fn files<'a>(general: &'a General, topics: &'a [Topic]) -> impl Iterator<Item = (&'a str, &'a HandleLists)> {
    let topics = topics.iter().map(|topic| (topic.path.as_str(), &topic.handle_lists));
    std::iter::once(("generic.toml", &general.handle_lists)).chain(topics)
}
