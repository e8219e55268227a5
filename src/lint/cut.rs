//! Where a model cuts its answer, and by what: the last LIMIT of a query, and the keys of the ORDER BY before it.
//!
//! Queries are not parsed: the text is split at words outside parentheses, strings and comments.

use crate::database::Engine;
use crate::exercise::{Exercise, Key};
use crate::grade;
use crate::migration::lexer::Kind;
use crate::sandbox::{Answer, Cell};

/// A query with a limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    pub rows: usize,
    /// The query with one row more.
    pub one_more: String,
    /// What it is ordered by, as written.
    keys: Vec<String>,
}

/// A word or a sign outside of parentheses, with its place in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Token<'a> {
    text: &'a str,
    at: usize,
}

impl Token<'_> {
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }
}

/// The limit of a query as a whole; none if it has none, or not a plain number.
pub(super) fn cut(query: &str, engine: Engine) -> Option<Cut> {
    let tokens = tokens(query, engine);
    let limit = tokens.iter().rposition(|token| token.is("LIMIT") || token.is("FETCH"))?;
    // A set operation or another query after it would mean that the limit is not of the whole.
    let mut numbers =
        tokens[limit + 1..].iter().filter(|token| token.text.bytes().all(|byte| byte.is_ascii_digit()));
    let first = numbers.next()?;
    // `LIMIT offset, rows`
    let comma = tokens.get(limit + 2).is_some_and(|token| token.text == ",");
    let number = if comma { numbers.next()? } else { first };
    let rows: usize = number.text.parse().ok()?;
    let end = number.at + number.text.len();
    let one_more = format!("{}{}{}", &query[..number.at], rows + 1, &query[end..]);
    let order = tokens[..limit].windows(2).rposition(|pair| pair[0].is("ORDER") && pair[1].is("BY"));
    let keys = order.map_or(Vec::new(), |order| {
        let begin = tokens[order + 1].at + 2;
        keys(&query[begin..tokens[limit].at], engine)
    });
    Some(Cut { rows, one_more, keys })
}

impl Cut {
    /// The columns of the answer that decide what is kept: those of the task, else those of the query. None if the query
    /// is ordered by something else.
    fn places(&self, exercise: &Exercise, answer: &Answer) -> Option<Vec<usize>> {
        let place = |name: &str| answer.columns.iter().position(|column| column.eq_ignore_ascii_case(name));
        if !exercise.order_by.is_empty() {
            return exercise.order_by.iter().map(|key: &Key| place(&key.column)).collect();
        }
        let of = |key: &String| match key.parse::<usize>() {
            Ok(number) => number.checked_sub(1).filter(|at| *at < answer.columns.len()),
            Err(_) => place(key.rsplit('.').next().unwrap_or(key).trim_matches(['"', '`'])),
        };
        let places: Option<Vec<usize>> = self.keys.iter().map(of).collect();
        places.filter(|places| !places.is_empty())
    }

    /// Whether the first row that is left out could as well have been kept; `answer` is that of [`Cut::one_more`]. None if
    /// that cannot be seen.
    pub(super) fn is_tie(&self, exercise: &Exercise, answer: &Answer) -> Option<bool> {
        let places = self.places(exercise, answer)?;
        let (Some(kept), Some(first_out)) =
            (self.rows.checked_sub(1).and_then(|at| answer.rows.get(at)), answer.rows.get(self.rows))
        else {
            return Some(false);
        };
        let same = |at: &usize| is_same(&kept[*at], &first_out[*at]);
        Some(places.iter().all(same))
    }
}

fn is_same(one: &Cell, other: &Cell) -> bool {
    one == other || one.is_number() && other.is_number() && one.shown() == other.shown()
}

/// The keys in the text after ORDER BY, without their directions.
fn keys(text: &str, engine: Engine) -> Vec<String> {
    let mut keys = vec![Vec::new()];
    let mut end = 0;
    for token in tokens(text, engine) {
        match token.text {
            "," => keys.push(Vec::new()),
            _ => keys.last_mut().into_iter().for_each(|key| key.push((token, &text[end..token.at]))),
        }
        end = token.at + token.text.len();
    }
    let tail = ["ASC", "DESC", "NULLS", "FIRST", "LAST"];
    let text_of = |key: Vec<(Token<'_>, &str)>| -> String {
        let kept = key.into_iter().filter(|(token, _)| !tail.iter().any(|word| token.is(word)));
        kept.map(|(token, before)| format!("{}{}", before.trim(), token.text)).collect()
    };
    keys.into_iter().map(text_of).collect()
}

/// The words and signs of a text outside parentheses, including the parentheses themselves. Strings and comments are skipped; a
/// quoted name is a word.
fn tokens(text: &str, engine: Engine) -> Vec<Token<'_>> {
    let found = grade::tokens(text, engine).unwrap_or_default();
    let outside = found.iter().filter(|deep| deep.depth == 0 && deep.token.kind != Kind::Text);
    outside
        .map(|deep| Token { text: &text[deep.token.start..deep.token.end], at: deep.token.start })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::Cut;
    use crate::database::Engine;
    use crate::exercise::Catalogue;
    use crate::sandbox::{Answer, Cell};

    fn cut(query: &str) -> Option<Cut> {
        super::cut(query, Engine::Sqlite)
    }

    #[test]
    fn the_limit_of_the_whole_query_is_found() {
        let query = "SELECT u.name, COUNT(*) AS n FROM users u\n-- LIMIT 9\nGROUP BY u.name ORDER BY n DESC, u.name LIMIT 5;";
        let found = cut(query).expect("a limit");
        assert_eq!((found.rows, found.keys.as_slice()), (5, &["n".to_owned(), "u.name".to_owned()][..]));
        assert!(found.one_more.ends_with("ORDER BY n DESC, u.name LIMIT 6;"));
        assert_eq!(cut("SELECT 1 FROM (SELECT 2 LIMIT 3) x WHERE 'LIMIT 4' = ''"), None);
        assert_eq!(cut("SELECT 1 ORDER BY 1 LIMIT 20 OFFSET 40").map(|cut| cut.rows), Some(20));
        let pair = cut("SELECT 1 ORDER BY 1 LIMIT 40, 20").expect("a limit");
        assert!(pair.rows == 20 && pair.one_more.ends_with("LIMIT 40, 21"), "{pair:?}");
        let fetch = cut("SELECT a FROM t ORDER BY a NULLS LAST FETCH FIRST 3 ROWS ONLY").expect("a limit");
        assert!(fetch.rows == 3 && fetch.one_more.ends_with("FETCH FIRST 4 ROWS ONLY"), "{fetch:?}");
        assert_eq!(fetch.keys, ["a"]);
        let quoted = cut("SELECT a FROM t ORDER BY \"a \"\" LIMIT 9\" DESC, max( b ) /* c */ LIMIT 3");
        let keys = ["\"a \"\" LIMIT 9\"".to_owned(), "max(b)".to_owned()];
        assert_eq!(quoted.map(|cut| (cut.rows, cut.keys)), Some((3, keys.to_vec())));
    }

    fn answer(counts: &[i64]) -> Answer {
        let row = |(at, n): (usize, &i64)| vec![Cell::Text(format!("tag {at}")), Cell::Integer(*n)];
        Answer {
            columns: ["tag_name", "photos"].map(str::to_owned).to_vec(),
            rows: counts.iter().enumerate().map(row).collect(),
            work: 0,
        }
    }

    #[test]
    fn a_tie_at_the_cut_is_seen() {
        let catalogue = Catalogue::embedded().expect("exercises");
        let top = catalogue.find("top-tags").expect("an exercise");
        let pair = catalogue.find("tag-pair").expect("an exercise");
        let found = cut("SELECT tag_name, photos FROM t ORDER BY photos DESC LIMIT 2").expect("a limit");
        for exercise in [top, pair] {
            assert_eq!(found.is_tie(exercise, &answer(&[9, 5, 5])), Some(true));
            assert_eq!(found.is_tie(exercise, &answer(&[9, 5, 4])), Some(false));
            assert_eq!(found.is_tie(exercise, &answer(&[9, 5])), Some(false));
        }
        let by_name =
            cut("SELECT tag_name, photos FROM t ORDER BY photos DESC, t.tag_name LIMIT 2").expect("a limit");
        assert_eq!(by_name.is_tie(pair, &answer(&[9, 5, 5])), Some(false));
        assert_eq!(
            by_name.is_tie(top, &answer(&[9, 5, 5])),
            Some(true),
            "the task does not name the tie-breaker"
        );
        let hidden = cut("SELECT tag_name, photos FROM t ORDER BY max(id) DESC LIMIT 2").expect("a limit");
        assert_eq!(hidden.is_tie(pair, &answer(&[9, 5, 5])), None);
        let place = cut("SELECT tag_name, photos FROM t ORDER BY 2 DESC LIMIT 2").expect("a limit");
        assert_eq!(place.is_tie(pair, &answer(&[9, 5, 5])), Some(true));
    }
}
