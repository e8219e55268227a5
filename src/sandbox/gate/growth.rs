//! Estimates how much a text grows when an engine replaces names by subqueries, common tables and views.
//!
//! Each level may double everything below it, so a text of thirty lines can fill the memory while it is planned, and no engine
//! looks at a clock then. Two limits apply: how often the parts are copied, and how large one expression may become. Both are
//! estimated from tokens and rounded up; a typical query stays far below them.

use std::collections::BTreeMap;

use super::{Words, bare};
use crate::migration::lexer::Kind;
use crate::sandbox::Refusal;
use crate::sandbox::names::KEYWORDS;

/// How many copies of all parts together are allowed.
const MOST_COPIES: u64 = 2_000;
/// How many times larger than its text an expression may become.
const MOST_GROWTH: u64 = 200_000;
/// How many common tables and views there may be.
const MOST_NAMED: usize = 100;

/// One query: in parentheses, of a statement, or of a view.
#[derive(Default)]
struct Part {
    /// How often each name occurs where tables are named, not counting the parts inside.
    tables: BTreeMap<String, u64>,
    /// How often each name occurs anywhere.
    names: BTreeMap<String, u64>,
    within: Vec<usize>,
    outer: Option<usize>,
    /// Whether tables are named at this point, after FROM.
    is_after_from: bool,
}

#[derive(Default)]
struct Parts {
    all: Vec<Part>,
    /// Parts that have a name.
    named: BTreeMap<String, Vec<usize>>,
}

/// Copies and growth of a part, once estimated.
type Estimate = Option<(u64, u64)>;

impl Words<'_> {
    pub(super) fn stays_small(&self) -> Result<(), Refusal> {
        let parts = self.parts();
        let count: usize = parts.named.values().map(Vec::len).sum();
        let mut estimates = vec![None; parts.all.len()];
        let is_small = count <= MOST_NAMED
            && (0..parts.all.len()).all(|at| {
                let (copies, growth) = parts.estimate(at, &mut estimates);
                copies <= MOST_COPIES && growth <= MOST_GROWTH
            });
        match is_small {
            true => Ok(()),
            false => Err(Refusal::Invalid {
                message: "The parts of the text use each other too often.".to_owned(),
                at: None,
                raw: String::new(),
            }),
        }
    }

    fn parts(&self) -> Parts {
        let mut parts = Parts { all: vec![Part::default()], ..Parts::default() };
        // For each open parenthesis, the part to which it belongs.
        let mut open: Vec<usize> = Vec::new();
        let mut current = 0;
        for at in 0..self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Mark(b'(') => {
                    open.push(current);
                    if matches!(self.word(at + 1).as_str(), "SELECT" | "WITH" | "VALUES" | "TABLE") {
                        parts.all.push(Part { outer: Some(current), ..Part::default() });
                        let inner = parts.all.len() - 1;
                        parts.all[current].within.push(inner);
                        current = inner;
                        if let Some(name) = self.name_of_common_table(at) {
                            parts.named.entry(name).or_default().push(inner);
                        }
                    }
                }
                Kind::Mark(b')') => {
                    current = open.pop().unwrap_or(current);
                }
                Kind::Mark(b';') if open.is_empty() => {
                    parts.all.push(Part::default());
                    current = parts.all.len() - 1;
                }
                Kind::Word | Kind::Name | Kind::Text => {
                    self.count(at, &mut parts.all[current]);
                    if open.is_empty() && self.word(at) == "VIEW" {
                        let name = (at + 1..at + 5).find(|at| !self.is_one_of(*at, &["IF", "NOT", "EXISTS"]));
                        let after = name
                            .map_or(at, |name| if self.is_mark(name + 1, b'.') { name + 2 } else { name });
                        if let Some(name) = self.spelled(after) {
                            parts.named.entry(name).or_default().push(current);
                        }
                    }
                }
                _ => {}
            }
        }
        parts
    }

    fn count(&self, at: usize, part: &mut Part) {
        if self.is_mark(at + 1, b'.') || self.is_mark(at + 1, b'(') {
            return;
        }
        let Some(name) = self.spelled(at) else { return };
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            return;
        }
        match self.word(at).as_str() {
            "FROM" | "JOIN" => part.is_after_from = true,
            "SELECT" | "WHERE" | "GROUP" | "HAVING" | "ORDER" | "LIMIT" | "WINDOW" => {
                part.is_after_from = false
            }
            _ => {}
        }
        // A schema may precede the name.
        let start = if at > 1 && self.is_mark(at - 1, b'.') { at - 2 } else { at };
        let follows = |mark| start > 0 && self.is_mark(start - 1, mark);
        let begins =
            start > 0 && self.is_one_of(start - 1, &["FROM", "JOIN", "STRAIGHT_JOIN", "TABLE", "IN"]);
        if begins || (part.is_after_from && (follows(b',') || follows(b'('))) {
            *part.tables.entry(name.clone()).or_default() += 1;
        }
        let is_keyword = KEYWORDS.iter().any(|keyword| keyword.eq_ignore_ascii_case(&name));
        if self.tokens[at].kind != Kind::Text && !is_keyword {
            *part.names.entry(name).or_default() += 1;
        }
    }

    /// A word or a name in lower case without quotes; a string too, because SQLite accepts it as a name.
    fn spelled(&self, at: usize) -> Option<String> {
        let token = self.tokens.get(at)?;
        let text = &self.text[token.start..token.end];
        match token.kind {
            Kind::Word => Some(text.to_lowercase()),
            Kind::Name => Some(bare(text)),
            Kind::Text => Some(text.trim_matches('\'').to_lowercase()),
            _ => None,
        }
    }

    fn is_one_of(&self, at: usize, words: &[&str]) -> bool {
        words.contains(&self.word(at).as_str())
    }

    /// The name before `AS (`, with or without a list of columns between them.
    fn name_of_common_table(&self, opens: usize) -> Option<String> {
        let mut at = opens.checked_sub(1)?;
        while self.is_mark(at, b'(') {
            at = at.checked_sub(1)?;
        }
        while self.is_one_of(at, &["MATERIALIZED", "NOT"]) {
            at = at.checked_sub(1)?;
        }
        if self.word(at) != "AS" {
            return None;
        }
        at = at.checked_sub(1)?;
        if self.is_mark(at, b')') {
            while !self.is_mark(at, b'(') {
                at = at.checked_sub(1)?;
            }
            at = at.checked_sub(1)?;
        }
        self.spelled(at)
    }
}

impl Parts {
    fn estimate(&self, at: usize, estimates: &mut [Estimate]) -> (u64, u64) {
        if let Some(known) = estimates[at] {
            return known;
        }
        // Parts that use each other in a circle grow without end.
        estimates[at] = Some((u64::MAX, u64::MAX));
        let part = &self.all[at];
        let (mut copies, mut growth) = (1_u64, 1_u64);
        for inner in &part.within {
            let (more, larger) = self.estimate(*inner, estimates);
            (copies, growth) = (copies.saturating_add(more), growth.max(larger));
        }
        for (name, times) in &part.tables {
            for used in self.named.get(name).into_iter().flatten().filter(|used| !self.is_in(at, **used)) {
                let (more, larger) = self.estimate(*used, estimates);
                copies = copies.saturating_add(more.saturating_mul(*times));
                growth = growth.max(larger);
            }
        }
        let most_often = part.names.values().copied().max().unwrap_or(1);
        let estimated = (copies, growth.saturating_mul(most_often));
        estimates[at] = Some(estimated);
        estimated
    }

    /// Whether a part is another part, or inside it. There, the name means a table, or the rows of a recursive query.
    fn is_in(&self, at: usize, other: usize) -> bool {
        std::iter::successors(Some(at), |at| self.all[*at].outer).any(|outer| outer == other)
    }
}
