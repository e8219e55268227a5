//! Finds in the text of a query what SQLite accepts and other engines refuse. If the text leaves a doubt, it says nothing.

use super::clauses::{self, Clauses, Deep};
use super::schema::Schema;
use super::words;
use crate::database::Engine;
use crate::exercise::Exercise;
use crate::migration::lexer::Kind;

/// What to say about a query that runs on SQLite; nothing for one that runs on a server.
pub(super) fn notes(text: &str, exercise: &Exercise, engine: Engine, schema: &Schema) -> Vec<String> {
    if !engine.is_file() || exercise.solution(engine).trim() == text.trim() {
        return Vec::new();
    }
    let Some(tokens) = clauses::tokens(text, engine) else { return Vec::new() };
    let mut notes = Vec::new();
    let doubled = tokens.windows(2).any(|two| {
        two.iter().all(|deep| deep.token.kind == Kind::Mark(b'=')) && two[0].token.end == two[1].token.start
    });
    if doubled {
        notes.push(words::elsewhere("MySQL and PostgreSQL", "they compare with `=`, not with `==`"));
    }
    let quotes = |mark: char| {
        tokens.iter().any(|deep| deep.token.kind == Kind::Name && text[deep.token.start..].starts_with(mark))
    };
    if quotes('`') {
        notes.push(words::elsewhere("PostgreSQL", "a name is quoted as \"name\" there"));
    }
    if quotes('[') {
        notes.push(words::elsewhere("MySQL and PostgreSQL", "they do not know [name]"));
    }
    if let Some(clauses) = clauses::cut(text, engine) {
        let query = Query::of(&clauses, engine, schema);
        notes.extend(query.alias_in_condition());
        notes.extend(query.bare_column());
    }
    notes
}

/// One query over plain tables.
struct Query<'a> {
    schema: &'a Schema,
    engine: Engine,
    /// The tables, by the names that the query gives them; `None` if FROM has anything else.
    tables: Option<Vec<(String, usize)>>,
    items: Vec<Item>,
    condition: &'a str,
    groups: Option<&'a str>,
}

/// An item of the select list.
struct Item {
    words: Vec<Word>,
    alias: Option<String>,
}

/// A word or a sign, in lower case, and how deep in parentheses it is.
type Word = (String, bool);

fn read(text: &str, engine: Engine) -> Vec<(Word, usize)> {
    let tokens = clauses::tokens(text, engine).unwrap_or_default();
    let word = |Deep { token, depth }: &Deep| {
        let is_name = matches!(token.kind, Kind::Word | Kind::Name);
        let found = &text[token.start..token.end];
        // A string is not a name, whatever it contains.
        let found = if token.kind == Kind::Text { "''" } else { found.trim_matches(['"', '`', '[', ']']) };
        ((found.to_lowercase(), is_name), *depth)
    };
    tokens.iter().map(word).collect()
}

/// A text cut at its commas outside of parentheses.
fn listed(text: &str, engine: Engine) -> Vec<Vec<Word>> {
    let mut items = vec![Vec::new()];
    for (word, depth) in read(text, engine) {
        match word.0 == "," && depth == 0 {
            true => items.push(Vec::new()),
            false => items.last_mut().expect("there is one").push(word),
        }
    }
    items
}

impl<'a> Query<'a> {
    fn of(clauses: &Clauses<'a>, engine: Engine, schema: &'a Schema) -> Query<'a> {
        let item = |words: Vec<Word>| {
            let alias = match words.as_slice() {
                [.., (word, _), (alias, true)] if word == "as" => Some(alias.clone()),
                _ => None,
            };
            Item { words, alias }
        };
        let has_with = !clauses.with.trim().is_empty();
        let tables =
            clauses.from.iter().map(|part| table(part.text, engine, schema)).collect::<Option<Vec<_>>>();
        Query {
            schema,
            engine,
            tables: tables.filter(|_| !has_with),
            items: listed(clauses.select.text, engine).into_iter().map(item).collect(),
            condition: clauses.condition.as_ref().map_or("", |piece| piece.text),
            groups: clauses.groups.as_ref().map(|piece| piece.text),
        }
    }

    fn is_column(&self, name: &str) -> bool {
        self.schema.tables.iter().flat_map(|table| &table.columns).any(|(column, _)| column == name)
    }

    /// An alias of the select list that is used in WHERE.
    fn alias_in_condition(&self) -> Option<String> {
        self.tables.as_ref()?;
        let words = read(self.condition, self.engine);
        let is_used = |alias: &String| {
            words.iter().enumerate().any(|(at, ((word, is_name), depth))| {
                let beside = |at: Option<usize>, marks: &[&str]| {
                    at.and_then(|at| words.get(at))
                        .is_some_and(|((word, _), _)| marks.contains(&word.as_str()))
                };
                // A subquery may define the same name itself.
                *is_name
                    && *depth == 0
                    && word == alias
                    && !beside(at.checked_sub(1), &["."])
                    && !beside(Some(at + 1), &["(", "."])
            })
        };
        let aliases = self.items.iter().filter_map(|item| item.alias.as_ref());
        let alias = aliases.filter(|alias| !self.is_column(alias)).find(|alias| is_used(alias))?;
        let what = format!("WHERE comes before the select list, so it does not know the name `{alias}`");
        Some(words::elsewhere("MySQL and PostgreSQL", &what))
    }

    /// A column that is neither grouped nor in an aggregate function.
    fn bare_column(&self) -> Option<String> {
        let tables = self.tables.as_ref()?;
        let groups: Vec<Vec<Word>> = listed(self.groups?, self.engine);
        let groups: Vec<(Option<String>, String)> =
            groups.iter().map(|item| column(item)).collect::<Option<_>>()?;
        let is_number = |name: &str| name.starts_with(|c: char| c.is_ascii_digit());
        let is_alias = |name: &String| self.items.iter().any(|item| item.alias.as_ref() == Some(name));
        if groups.iter().any(|(_, name)| is_number(name) || (is_alias(name) && !self.is_column(name))) {
            return None;
        }
        let table_of = |(qualifier, name): &(Option<String>, String)| -> Option<usize> {
            let has =
                |table: &usize| self.schema.tables[*table].columns.iter().any(|(column, _)| column == name);
            let mut found = tables.iter().enumerate().filter(|(_, (alias, table))| {
                has(table) && qualifier.as_ref().is_none_or(|qualifier| qualifier == alias)
            });
            let first = found.next()?.0;
            found.next().is_none().then_some(first)
        };
        // A table whose whole key is grouped has one row per group.
        let is_keyed = |at: usize| {
            let relation = &self.schema.tables[tables[at].1];
            !relation.key.is_empty()
                && relation.key.iter().all(|key| {
                    let name = &relation.columns[*key].0;
                    groups.iter().any(|group| group.1 == *name && table_of(group) == Some(at))
                })
        };
        for item in &self.items {
            let words = match item.words.as_slice() {
                [words @ .., (word, _), _] if word == "as" => words,
                words => words,
            };
            let Some(bare) = column(words).filter(|(_, name)| self.is_column(name)) else { continue };
            let at = table_of(&bare)?;
            let is_grouped = groups.iter().any(|group| group.1 == bare.1 && table_of(group) == Some(at));
            if !is_grouped && !is_keyed(at) {
                let shown =
                    bare.0.map_or_else(|| bare.1.clone(), |qualifier| format!("{qualifier}.{}", bare.1));
                let what = format!("`{shown}` is neither in GROUP BY nor in an aggregate function");
                return Some(words::elsewhere("PostgreSQL", &what));
            }
        }
        None
    }
}

/// A plain column: its qualifier, if there is one, and its name.
fn column(words: &[Word]) -> Option<(Option<String>, String)> {
    match words {
        [(name, true)] => Some((None, name.clone())),
        [(table, true), (dot, false), (name, true)] if dot == "." => {
            Some((Some(table.clone()), name.clone()))
        }
        _ => None,
    }
}

/// A table of FROM, by the name that the query gives it; `None` if the schema has no such table.
fn table(text: &str, engine: Engine, schema: &Schema) -> Option<(String, usize)> {
    const BEFORE: [&str; 8] = [",", "natural", "left", "right", "full", "outer", "inner", "cross"];
    const AFTER: [&str; 2] = ["on", "using"];
    let words = read(text, engine);
    let mut words = words.iter().map(|((word, _), _)| word.as_str()).peekable();
    while words.next_if(|word| BEFORE.contains(word) || *word == "join").is_some() {}
    let name = words.next()?;
    let table = schema.tables.iter().position(|table| table.name == name)?;
    words.next_if(|word| *word == "as");
    let alias = words.next().filter(|word| !AFTER.contains(word)).unwrap_or(name);
    Some((alias.to_owned(), table))
}
