//! The lines of a language, ordered so that a photo's text is drawn without a search: for each list, those for any
//! photo, those for the kind of the subject, and those of the topic that fit the subject.

use super::arena::{Arena, SlotNames, Slots, Template};
use super::file::{CaptionLists, CommentLists, Entry, LanguageFile, List, Source};
use super::topic::{Kind, Subject, Topic};
use super::{Phrase, WordsError};
use std::collections::BTreeMap;
use toml::Spanned;

/// The most characters of a line of a caption and of a comment; what the world puts together from them fits its column.
const LONGEST_CAPTION_LINE: usize = 200;
const LONGEST_COMMENT_LINE: usize = 180;
/// No form of a subject or a place is longer.
pub const LONGEST_FORM: usize = 48;

/// Which list a line is drawn from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextList {
    Short,
    Tell,
    More,
    Close,
    Praise,
    Say,
    Ask,
}

/// The number of lists, and the section and the key of each.
const LISTS: usize = 7;
const KEYS: [(&str, &str); LISTS] = [
    ("captions", "short"),
    ("captions", "tell"),
    ("captions", "more"),
    ("captions", "close"),
    ("comments", "praise"),
    ("comments", "say"),
    ("comments", "ask"),
];

/// Whom a line is for: any photo, those of a kind, those of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    Any,
    Kind,
    Own,
}

/// A run of numbers of lines: those that need no place, then those that name it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    start: u32,
    plain: u16,
    all: u16,
}

impl Run {
    /// How many lines a photo with or without a place may have.
    #[inline(always)]
    pub fn len(self, place: bool) -> u32 {
        u32::from(if place { self.all } else { self.plain })
    }
}

/// A line, and for a question its answers.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    pub said: Template,
    first_answer: u32,
    answers: u32,
}

/// All lines of a language that speak of a photo.
#[derive(Debug, Default)]
pub struct Lines {
    lines: Vec<Line>,
    answers: Vec<Template>,
    /// Numbers of lines, in runs: a line for few subjects is in many.
    numbers: Vec<u16>,
    any: [Run; LISTS],
    kinds: [[Run; LISTS]; Kind::ALL.len()],
    /// By the number of the subject among those of all topics.
    own: Vec<[Run; LISTS]>,
}

impl Lines {
    /// The line at a place of a run.
    #[inline(always)]
    pub fn line(&self, run: Run, at: u32) -> Line {
        self.lines[usize::from(self.numbers[(run.start + at) as usize])]
    }

    /// The answers to a question.
    #[inline(always)]
    pub fn answers(&self, line: Line) -> &[Template] {
        &self.answers[line.first_answer as usize..(line.first_answer + line.answers) as usize]
    }

    /// The run of a list for a subject.
    #[inline(always)]
    pub fn run(&self, list: TextList, reach: Reach, kind: Kind, subject: u16) -> Run {
        let runs = match reach {
            Reach::Any => &self.any,
            Reach::Kind => &self.kinds[kind as usize],
            Reach::Own => &self.own[usize::from(subject)],
        };
        runs[list as usize]
    }
}

/// Reads the sections `captions` and `comments`.
pub struct Reader<'a, 's> {
    pub source: &'a Source<'s>,
    pub names: &'a SlotNames,
    pub arena: &'a mut Arena,
    pub lines: Lines,
}

/// The lines of one list of a topic by their numbers, each with the subjects that it is for; none: all.
type Sorted = Vec<(Vec<u16>, u16)>;

impl Reader<'_, '_> {
    /// Reads every list of every section.
    pub fn read(&mut self, topics: &[Topic], file: &mut LanguageFile) -> Result<(), WordsError> {
        let captions = std::mem::take(&mut file.captions);
        let comments = std::mem::take(&mut file.comments);
        self.refuse_unknown("captions", captions.keys(), topics)?;
        self.refuse_unknown("comments", comments.keys(), topics)?;
        let mut captions = plain_keys(captions);
        let mut comments = plain_keys(comments);
        let lists = self.section("any", None, &mut captions, &mut comments)?;
        self.lines.any = self.runs("any", None, |at| numbers(&lists[at]))?;
        for (name, kind) in Kind::ALL {
            let lists = self.section(name, None, &mut captions, &mut comments)?;
            self.lines.kinds[kind as usize] = self.runs(name, None, |at| numbers(&lists[at]))?;
        }
        for topic in topics {
            let lists = self.section(&topic.name, Some(topic), &mut captions, &mut comments)?;
            for (subject, Subject { name, .. }) in (0..).zip(&topic.subjects) {
                // A line for few subjects is drawn more often where it may be, so that all lines of a topic are about as
                // frequent.
                let fits = |(only, _): &&(Vec<u16>, u16)| only.is_empty() || only.contains(&subject);
                let times = |only: &[u16]| topic.subjects.len().checked_div(only.len()).unwrap_or(1);
                let weighed = |(only, number): &(Vec<u16>, u16)| std::iter::repeat_n(*number, times(only));
                let own = |at: usize| lists[at].iter().filter(fits).flat_map(weighed).collect();
                let own = self.runs(&topic.name, Some(name), own)?;
                self.lines.own.push(own);
            }
        }
        Ok(())
    }

    /// Stores the runs of all lists.
    fn runs(
        &mut self,
        section: &str,
        subject: Option<&str>,
        numbers: impl Fn(usize) -> Vec<u16>,
    ) -> Result<[Run; LISTS], WordsError> {
        let mut runs = [Run::default(); LISTS];
        for (at, run) in runs.iter_mut().enumerate() {
            *run = self.run(&numbers(at));
            if run.plain == 0 {
                let (of, key) = KEYS[at];
                let fits = subject.map_or_else(String::new, |subject| format!("fits {subject} and "));
                let line = format!("a line of {of}.{section}.{key} that {fits}names no place");
                return Err(self.source.no_list(line));
            }
        }
        Ok(runs)
    }

    /// Stores the numbers of lines as a run.
    fn run(&mut self, list: &[u16]) -> Run {
        let named = |number: &u16| self.arena.names_place(self.lines.lines[usize::from(*number)].said);
        let (named, plain): (Vec<u16>, Vec<u16>) = list.iter().partition(|number| named(number));
        let start = self.lines.numbers.len() as u32;
        self.lines.numbers.extend(&plain);
        self.lines.numbers.extend(&named);
        Run { start, plain: plain.len() as u16, all: (plain.len() + named.len()) as u16 }
    }

    /// The lists of one section of captions and of comments, in the order of [`TextList`].
    fn section(
        &mut self,
        name: &str,
        topic: Option<&Topic>,
        captions: &mut BTreeMap<String, CaptionLists>,
        comments: &mut BTreeMap<String, CommentLists>,
    ) -> Result<[Sorted; LISTS], WordsError> {
        let missing = |section: &str| self.source.no_list(format!("[{section}.{name}]"));
        let caption = captions.remove(name).ok_or_else(|| missing("captions"))?;
        let comment = comments.remove(name).ok_or_else(|| missing("comments"))?;
        let slots = if name == "any" { Slots::Place } else { Slots::SubjectAndPlace };
        let mut list = |key: &str, list: List, longest: usize| {
            let questions = key.ends_with(".ask");
            let mut lines = Sorted::new();
            for entry in self.source.entries(list, key, 2)? {
                let (only, line) = self.line(&entry, topic, slots, longest)?;
                if (line.answers > 0) != questions {
                    return Err(entry.problem(match questions {
                        true => "needs an answer: question? | answer | another answer",
                        false => "has an answer after \" | \", which only questions (ask) may",
                    }));
                }
                let number = u16::try_from(self.lines.lines.len());
                let number = number.map_err(|_| entry.problem("is one line too many for a language"))?;
                self.lines.lines.push(line);
                lines.push((only, number));
            }
            Ok(lines)
        };
        let lists = [
            caption.short,
            caption.tell,
            caption.more,
            caption.close,
            comment.praise,
            comment.say,
            comment.ask,
        ];
        let mut read = [const { Sorted::new() }; LISTS];
        for ((entries, (of, key)), sorted) in lists.into_iter().zip(KEYS).zip(&mut read) {
            let longest = if of == "captions" { LONGEST_CAPTION_LINE } else { LONGEST_COMMENT_LINE };
            *sorted = list(&format!("{of}.{name}.{key}"), entries, longest)?;
        }
        Ok(read)
    }

    /// One line: perhaps for some subjects only, perhaps a question with its answers.
    fn line(
        &mut self,
        entry: &Entry,
        topic: Option<&Topic>,
        slots: Slots,
        longest: usize,
    ) -> Result<(Vec<u16>, Line), WordsError> {
        let text = entry.text.as_str();
        let (only, text) = topic.map_or((Vec::new(), text), |topic| restricted(text, topic));
        let mut parts = text.split(" | ");
        let said = self.compile(entry, parts.next().unwrap_or_default(), slots, longest)?;
        let first_answer = self.lines.answers.len() as u32;
        for answer in parts {
            let answer = self.compile(entry, answer, slots, longest)?;
            self.lines.answers.push(answer);
        }
        let answers = self.lines.answers.len() as u32 - first_answer;
        Ok((only, Line { said, first_answer, answers }))
    }

    fn compile(
        &mut self,
        entry: &Entry,
        text: &str,
        slots: Slots,
        longest: usize,
    ) -> Result<Template, WordsError> {
        let template = self.arena.compile(entry, text, self.names, slots)?;
        match self.arena.longest(template, LONGEST_FORM, self.names.classes.len()) > longest {
            true => {
                Err(entry
                    .problem_with(format!("can grow to more than {longest} characters, its slots filled")))
            }
            false => Ok(template),
        }
    }

    /// Plain texts: the sections `replies` and `bots`.
    pub fn phrases(&mut self, list: List, name: &str) -> Result<Vec<Phrase>, WordsError> {
        let entries = self.source.entries(list, name, 4)?;
        let longest = |entry: &&Entry| entry.text.chars().count() > LONGEST_COMMENT_LINE;
        match entries.iter().find(longest) {
            Some(entry) => {
                Err(entry.problem_with(format!("is longer than {LONGEST_COMMENT_LINE} characters")))
            }
            None => self.arena.phrases(&entries),
        }
    }

    fn refuse_unknown<'k>(
        &self,
        section: &str,
        keys: impl Iterator<Item = &'k Spanned<String>>,
        topics: &[Topic],
    ) -> Result<(), WordsError> {
        for key in keys {
            let name = key.get_ref();
            let known =
                name == "any" || Kind::of(name).is_some() || topics.iter().any(|topic| topic.name == *name);
            if !known {
                let kinds: Vec<_> = Kind::ALL.iter().map(|(name, _)| *name).collect();
                let message = format!(
                    "[{section}.{name}]: there is no such topic or kind; the kinds are {}, and \"any\" is for every photo",
                    kinds.join(", ")
                );
                return Err(self.source.mistake(key.span().start, message));
            }
        }
        Ok(())
    }
}

fn numbers(list: &Sorted) -> Vec<u16> {
    list.iter().map(|(_, number)| *number).collect()
}

fn plain_keys<T>(map: BTreeMap<Spanned<String>, T>) -> BTreeMap<String, T> {
    map.into_iter().map(|(key, value)| (key.into_inner(), value)).collect()
}

/// The subjects that a line is restricted to, and the rest of it: `ramen,pasta: The last drop`.
fn restricted<'t>(text: &'t str, topic: &Topic) -> (Vec<u16>, &'t str) {
    if let Some((names, rest)) = text.split_once(": ") {
        let of = |name| topic.subjects.iter().position(|subject| subject.name == name).map(|at| at as u16);
        if let Some(only) = names.split(',').map(of).collect() {
            return (only, rest);
        }
    }
    (Vec::new(), text)
}
