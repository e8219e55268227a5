//! One username: the point of a user cut down by weight to a stem, and the rank in the stem written as its ending.

use super::Handle;
use super::space::{Kind, LONGEST, Space};
use super::tail::{self, FIRST_YEAR, Plain, plain, underscores};
use super::tail::{write_alone, write_number, write_plain, write_year};
use crate::random::hash::{h1, subkey};
use crate::random::weights::{Span, Weights};
use crate::words::{Form, Language, LanguageId, NameList, Spelling, TopicId, Words};

/// Where a user is among those of the same kind.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub space: &'a Space,
    pub number: u64,
    pub point: u64,
}

/// How many words can be added to two names that are taken.
const WORDS_AROUND: usize = 10;

/// How two names are written together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Joined,
    Spaced,
    Turned,
}

/// How often each style is used, by whether the names can be joined, can be turned, and are in their usual order.
#[derive(Clone, Debug)]
pub struct Styles {
    both: [Weights; 8],
    /// With a family name or a town that can be joined, and with one that cannot.
    second: [Weights; 2],
}

impl Styles {
    pub fn new() -> Styles {
        let both = |at: usize| {
            let (joins, turns, first_first) = (at & 1 == 1, at & 2 == 2, at & 4 == 4);
            let turned = if first_first { 4 } else { 16 };
            Weights::new([if joins { 75 } else { 0 }, 20, if turns { turned } else { 0 }])
        };
        let second = |joins: usize| Weights::new([75 * joins as u32, 25]);
        Styles { both: std::array::from_fn(both), second: std::array::from_fn(second) }
    }
}

/// Who spells, and where.
pub struct Spell<'a> {
    words: &'static Words,
    language: &'static Language,
    number: u8,
    years: &'a Weights,
    styles: &'a Styles,
    place: Place<'a>,
    draw: u64,
}

impl<'a> Spell<'a> {
    pub fn new(
        words: &'static Words,
        language: LanguageId,
        years: &'a Weights,
        styles: &'a Styles,
        place: Place<'a>,
        draw: u64,
    ) -> Spell<'a> {
        Spell { words, language: words.language(language), number: language.0, years, styles, place, draw }
    }

    /// Appends the username and says who the user is.
    pub fn username(&self, kind: Kind, topic: TopicId, out: &mut String) -> Handle {
        let start = out.len();
        match kind {
            Kind::Both | Kind::BothYear => self.both(kind == Kind::BothYear, start, out),
            Kind::Initial | Kind::InitialYear => self.initial(kind == Kind::InitialYear, start, out),
            Kind::FirstInitial => self.first_initial(start, out),
            Kind::FirstYear => {
                let (first, span) = self.first();
                let name = self.first_name(first);
                let (year, span) = self.year(span);
                out.push_str(name.latin);
                write_year(self.slot(span, name.facts.languages, name.hash), year, name.hash, start, out);
                self.handle(first, self.some_last(), year)
            }
            Kind::FirstOnly => {
                let (first, span) = self.first();
                let name = self.first_name(first);
                out.push_str(name.latin);
                write_alone(self.slot(span, name.facts.languages, name.hash), name.hash, start, out);
                self.handle(first, self.some_last(), self.some_year())
            }
            Kind::Hobby => self.with_word(&self.words.topic(topic).handles.with_name, start, out),
            Kind::General => self.with_word(&self.words.general().handles.with_name, start, out),
            Kind::Town => self.town(start, out),
            Kind::Alone => self.alone(topic, start, out),
        }
    }

    fn both(&self, tells_year: bool, start: usize, out: &mut String) -> Handle {
        let (first, span) = self.first();
        let (last, span) = self.pick(&self.language.names.last, span);
        let (one, two) = (self.first_name(first), self.last_name(last));
        let table = usize::from(two.facts.joins)
            | usize::from(!two.facts.is_first) << 1
            | usize::from(self.language.first_name_first) << 2;
        let table = &self.styles.both[table];
        let style = span.find(table, self.place.point);
        let mut span = span.of(table, style..style + 1);
        let style = [Style::Joined, Style::Spaced, Style::Turned][style];
        let languages = one.facts.languages & two.facts.languages;
        let hash = one.hash ^ two.hash.rotate_left(16);
        let mut year = None;
        if tells_year {
            let (told, inner) = self.year(span);
            (year, span) = (Some(told), inner);
        }
        let slot = self.slot(span, languages, hash);
        let forms = &self.words.general().handles;
        let more = match style {
            Style::Joined if year.is_none() => forms.spaced.min(WORDS_AROUND),
            Style::Spaced if year.is_none() => tail::LETTERS.len(),
            _ => 0,
        };
        let ending = plain(slot, more, hash);
        match (style, ending) {
            (Style::Joined, _) => out.extend([one.latin, two.latin]),
            (Style::Turned, _) => out.extend([two.latin, "_", one.latin]),
            (Style::Spaced, Plain::More(at)) => {
                out.extend([one.latin, "_", &tail::LETTERS[at..=at], "_", two.latin]);
            }
            (Style::Spaced, _) => out.extend([one.latin, "_", two.latin]),
        }
        match (year, ending) {
            (Some(year), _) => write_year(slot, year, hash, start, out),
            (None, Plain::Underscores) => underscores(slot, start, out),
            (None, Plain::More(at)) if style == Style::Joined => {
                let form = &forms.with_name[at];
                if out.len() - start + form.word.len() >= LONGEST {
                    write_number(slot, hash, out);
                } else if form.before {
                    out.insert(start, '_');
                    out.insert_str(start, &form.word);
                } else {
                    out.extend(["_", &form.word]);
                }
            }
            (None, Plain::More(_)) => {}
            (None, Plain::Number) => write_number(slot, hash, out),
        }
        self.handle(first, last, year.unwrap_or_else(|| self.some_year()))
    }

    fn initial(&self, tells_year: bool, start: usize, out: &mut String) -> Handle {
        let (last, span) = self.cut_whole(&self.language.names.last);
        let name = self.last_name(last);
        let table = &self.styles.second[usize::from(name.facts.joins_initial)];
        let style = span.find(table, self.place.point);
        let span = span.of(table, style..style + 1);
        let firsts = &self.language.names.first;
        let first = span.find(firsts.weights(), self.place.point);
        let mut span = span.of(firsts.weights(), firsts.same_initial(first));
        out.push_str(&self.first_name(first).latin[..1]);
        if style == 1 {
            out.push('_');
        }
        out.push_str(name.latin);
        if tells_year {
            // the year cuts the part of the initial, so the given name is drawn again
            let (year, inner) = self.year(span);
            span = inner;
            write_year(self.slot(span, name.facts.languages, name.hash), year, name.hash, start, out);
            return self.handle(self.some_first_like(first), last, year);
        }
        write_plain(self.slot(span, name.facts.languages, name.hash), name.hash, start, out);
        self.handle(first, last, self.some_year())
    }

    fn first_initial(&self, start: usize, out: &mut String) -> Handle {
        let (first, span) = self.first();
        let name = self.first_name(first);
        let lasts = &self.language.names.last;
        let last = span.find(lasts.weights(), self.place.point);
        let span = span.of(lasts.weights(), lasts.same_initial(last));
        out.extend([name.latin, "_", &self.last_name(last).latin[..1]]);
        write_plain(self.slot(span, name.facts.languages, name.hash), name.hash, start, out);
        self.handle(first, last, self.some_year())
    }

    fn with_word(&self, forms: &[Form], start: usize, out: &mut String) -> Handle {
        let (first, span) = self.first();
        let name = self.first_name(first);
        let slot = self.slot(span, name.facts.languages, name.hash);
        let count = forms.len() as u64;
        let form = &forms[((slot + u64::from(name.hash)) % count) as usize];
        let (one, two) =
            if form.before { (form.word.as_str(), name.latin) } else { (name.latin, form.word.as_str()) };
        out.extend([one, if form.joined { "" } else { "_" }, two]);
        write_plain(slot / count, name.hash, start, out);
        self.handle(first, self.some_last(), self.some_year())
    }

    fn town(&self, start: usize, out: &mut String) -> Handle {
        let (first, span) = self.first();
        let (town, span) = self.pick(&self.language.names.towns, span);
        let (name, town) = (self.first_name(first), self.language.names.towns.spelling(town));
        let table = &self.styles.second[usize::from(town.facts.joins)];
        let style = span.find(table, self.place.point);
        let span = span.of(table, style..style + 1);
        out.extend([name.latin, ["", "_"][style], town.latin]);
        write_plain(self.slot(span, name.facts.languages, name.hash), name.hash, start, out);
        self.handle(first, self.some_last(), self.some_year())
    }

    /// All languages share the words, so the number itself is the slot.
    fn alone(&self, topic: TopicId, start: usize, out: &mut String) -> Handle {
        let (firsts, seconds) = (&self.words.topic(topic).handles.alone, &self.words.general().second_words);
        let (one, slot) = (self.place.number % firsts.len() as u64, self.place.number / firsts.len() as u64);
        let (two, slot) = (slot % seconds.len() as u64, slot / seconds.len() as u64);
        out.extend([firsts[one as usize].as_str(), "_", &seconds[two as usize]]);
        write_plain(slot, (one + two) as u32, start, out);
        let first = self.language.names.first.weights().find((subkey(self.draw, 4) >> 32) as u32);
        self.handle(first, self.some_last(), self.some_year())
    }

    #[inline(always)]
    fn first(&self) -> (usize, Span) {
        self.cut_whole(&self.language.names.first)
    }

    #[inline(always)]
    fn cut_whole(&self, list: &NameList) -> (usize, Span) {
        let whole = self.place.space.whole();
        let at = whole.find_in_whole(list.weights(), self.place.point);
        (at, whole.of(list.weights(), at..at + 1))
    }

    #[inline(always)]
    fn pick(&self, list: &NameList, span: Span) -> (usize, Span) {
        let at = span.find(list.weights(), self.place.point);
        (at, span.of(list.weights(), at..at + 1))
    }

    #[inline(always)]
    fn year(&self, span: Span) -> (u16, Span) {
        let at = span.find(self.years, self.place.point);
        (FIRST_YEAR + at as u16, span.of(self.years, at..at + 1))
    }

    /// The rank of this user in a part; where n languages have its stem, each takes every n-th slot.
    #[inline(always)]
    fn slot(&self, part: Span, languages: u64, hash: u32) -> u64 {
        let rank = self.place.space.rank(part, self.place.number);
        let count = u64::from(languages.count_ones());
        let before = u64::from((languages & ((1 << self.number) - 1)).count_ones());
        rank * count + (before + u64::from(hash)) % count
    }

    #[inline(always)]
    fn first_name(&self, at: usize) -> Spelling<'static> {
        self.language.names.first.spelling(at)
    }

    #[inline(always)]
    fn last_name(&self, at: usize) -> Spelling<'static> {
        self.language.names.last.spelling(at)
    }

    fn some_last(&self) -> usize {
        self.language.names.last.weights().find((h1(self.draw, 1) >> 32) as u32)
    }

    fn some_first_like(&self, first: usize) -> usize {
        let firsts = &self.language.names.first;
        firsts.weights().find_within(firsts.same_initial(first), (h1(self.draw, 2) >> 32) as u32)
    }

    fn some_year(&self) -> u16 {
        FIRST_YEAR + self.years.find((h1(self.draw, 3) >> 32) as u32) as u16
    }

    fn handle(&self, first: usize, last: usize, born: u16) -> Handle {
        Handle { language: self.language, first: first as u16, last: last as u16, born, by: self.draw as u32 }
    }
}

/// Every stem without an underscore in it, and some with one, each with what it is made of; by brute force.
#[cfg(test)]
pub(super) fn stems(words: &'static Words) -> impl Iterator<Item = (String, String)> {
    let joined = |language: &'static Language| {
        let (firsts, lasts) = (language.names.first.names(), language.names.last.names());
        let both = firsts.iter().flat_map(|first| {
            let last = lasts.iter().filter(|last| last.facts.joins);
            last.map(|last| {
                (format!("{}{}", first.latin, last.latin), format!("{} {}", first.latin, last.latin))
            })
        });
        let bare = firsts.iter().map(|first| (first.latin.clone(), first.latin.clone()));
        let letters = lasts.iter().filter(|last| last.facts.joins_initial).flat_map(|last| {
            let of = |letter| (format!("{letter}{}", last.latin), format!("{letter}. {}", last.latin));
            ('a'..='z').map(of)
        });
        let towns = firsts.iter().flat_map(|first| {
            let town = language.names.towns.names().iter().filter(|town| town.facts.joins);
            town.map(|town| {
                (format!("{}{}", first.latin, town.latin), format!("{} in {}", first.latin, town.latin))
            })
        });
        both.chain(bare).chain(letters).chain(towns)
    };
    let forms: Vec<&'static Form> = std::iter::once(&words.general().handles)
        .chain(words.topics().iter().map(|topic| &topic.handles))
        .flat_map(|handles| &handles.with_name)
        .filter(|form| form.joined)
        .collect();
    let with_word = words.languages().iter().flat_map(move |language| {
        let forms = forms.clone();
        language.names.first.names().iter().flat_map(move |first| {
            let of = |form: &&'static Form| {
                let (one, two) =
                    if form.before { (&form.word, &first.latin) } else { (&first.latin, &form.word) };
                (format!("{one}{two}"), format!("{one}+{two}"))
            };
            forms.iter().map(of).collect::<Vec<_>>()
        })
    });
    words.languages().iter().flat_map(joined).chain(with_word)
}
