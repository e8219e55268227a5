//! Divides the text of a query into its clauses, at words outside strings, comments and parentheses.

use crate::database::Engine;
use crate::migration::lexer::{Kind, Lexer, Token};
use crate::migration::lexis;

/// A query cut into its clauses. Set operations are not cut.
#[derive(Debug)]
pub(super) struct Clauses<'a> {
    /// Everything before the query itself: the common table expressions.
    pub with: &'a str,
    pub select: Piece<'a>,
    /// The first table, and each join with its condition.
    pub from: Vec<Piece<'a>>,
    pub condition: Option<Piece<'a>>,
    pub groups: Option<Piece<'a>>,
    pub having: Option<Piece<'a>>,
}

/// A piece of the text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece<'a> {
    pub text: &'a str,
    /// On one line, without comments.
    pub shown: String,
}

/// A token, and how many parentheses are open around it.
#[derive(Clone, Copy)]
pub(crate) struct Deep {
    pub token: Token,
    pub depth: usize,
}

const SET_OPERATIONS: [&str; 4] = ["UNION", "INTERSECT", "EXCEPT", "MINUS"];
/// The words that end the last clause that has a step.
const ENDS: [&str; 7] = ["ORDER", "LIMIT", "OFFSET", "FETCH", "WINDOW", "FOR", "INTO"];
const BEFORE_JOIN: [&str; 7] = ["NATURAL", "LEFT", "RIGHT", "FULL", "OUTER", "INNER", "CROSS"];

/// The tokens without comments; `None` if a parenthesis or a quote is never closed.
pub(crate) fn tokens(text: &str, engine: Engine) -> Option<Vec<Deep>> {
    let mut lexer = Lexer::new(text, *lexis(engine));
    let (mut tokens, mut depth) = (Vec::new(), 0_usize);
    while let Some(token) = lexer.next().ok()? {
        match token.kind {
            Kind::Comment => continue,
            Kind::Mark(b')') => depth = depth.checked_sub(1)?,
            _ => {}
        }
        tokens.push(Deep { token, depth });
        if token.kind == Kind::Mark(b'(') {
            depth += 1;
        }
    }
    (depth == 0).then_some(tokens)
}

/// The word at a place, outside of all parentheses.
fn word<'a>(text: &'a str, deep: &Deep) -> Option<&'a str> {
    (deep.depth == 0 && deep.token.kind == Kind::Word).then(|| &text[deep.token.start..deep.token.end])
}

pub(super) fn cut(text: &str, engine: Engine) -> Option<Clauses<'_>> {
    let mut tokens = tokens(text, engine)?;
    while tokens.last().is_some_and(|last| last.token.kind == Kind::Mark(b';')) {
        tokens.pop();
    }
    let is = |at: usize, wanted: &str| {
        tokens
            .get(at)
            .and_then(|deep| word(text, deep))
            .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
    };
    let any = |at: usize, wanted: &[&str]| wanted.iter().any(|wanted| is(at, wanted));
    if (0..tokens.len()).any(|at| any(at, &SET_OPERATIONS)) {
        return None;
    }
    let find = |from: usize, wanted: &dyn Fn(usize) -> bool| (from..tokens.len()).find(|at| wanted(*at));
    let select = find(0, &|at| is(at, "SELECT"))?;
    // In `IS DISTINCT FROM`, the word does not begin a clause.
    let from = find(select, &|at| is(at, "FROM") && !is(at - 1, "DISTINCT"))?;
    let end = find(from, &|at| any(at, &ENDS)).unwrap_or(tokens.len());
    let within = |wanted: &dyn Fn(usize) -> bool| (from..end).find(|at| wanted(*at));
    let condition = within(&|at| is(at, "WHERE"));
    let groups = within(&|at| is(at, "GROUP") && is(at + 1, "BY"));
    let having = within(&|at| is(at, "HAVING"));
    let after_from = condition.or(groups).or(having).unwrap_or(end);
    let piece = |begin: usize, end: usize| piece(text, &tokens[begin..end.max(begin)]);
    Some(Clauses {
        with: &text[..tokens[select].token.start],
        select: piece(select + 1, from),
        from: parts(&tokens, from + 1, after_from, &is, &any, &piece),
        condition: condition.map(|at| piece(at + 1, groups.or(having).unwrap_or(end))),
        groups: groups.map(|at| piece(at + 2, having.unwrap_or(end))),
        having: having.map(|at| piece(at + 1, end)),
    })
}

/// The tables of a FROM, cut before each join and at each comma.
fn parts<'a>(
    tokens: &[Deep],
    begin: usize,
    end: usize,
    is: &dyn Fn(usize, &str) -> bool,
    any: &dyn Fn(usize, &[&str]) -> bool,
    piece: &dyn Fn(usize, usize) -> Piece<'a>,
) -> Vec<Piece<'a>> {
    let mut cuts = vec![begin];
    for (at, deep) in tokens.iter().enumerate().take(end).skip(begin) {
        if is(at, "JOIN") || is(at, "STRAIGHT_JOIN") {
            let mut first = at;
            while first > begin && any(first - 1, &BEFORE_JOIN) {
                first -= 1;
            }
            cuts.push(first);
        } else if deep.depth == 0 && deep.token.kind == Kind::Mark(b',') {
            cuts.push(at);
        }
    }
    cuts.push(end);
    cuts.windows(2).filter(|cut| cut[0] < cut[1]).map(|cut| piece(cut[0], cut[1])).collect()
}

fn piece<'a>(text: &'a str, tokens: &[Deep]) -> Piece<'a> {
    let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else {
        return Piece { text: "", shown: String::new() };
    };
    let mut shown = String::new();
    let mut end = first.token.start;
    for Deep { token, .. } in tokens {
        if token.start > end {
            shown.push(' ');
        }
        shown.push_str(&text[token.start..token.end]);
        end = token.end;
    }
    Piece { text: &text[first.token.start..last.token.end], shown }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::Target;

    fn engine() -> Engine {
        Target::file("any").expect("a file").engine()
    }

    #[test]
    fn a_query_is_cut_at_words_outside_of_strings_comments_and_parentheses() {
        let text = "WITH a AS (SELECT 1 FROM b WHERE c) -- select from\nSELECT u.id, 'from' AS x, (SELECT count(*) FROM d WHERE e)
            FROM users u LEFT OUTER JOIN photos p ON p.user_id = u.id /* where */ , tags
            WHERE u.id IN (SELECT 1 FROM x GROUP BY 2) AND a IS NOT NULL GROUP  BY u.id HAVING count(*) > 1 ORDER BY 1 LIMIT 3;";
        let clauses = cut(text, engine()).expect("it can be cut");
        assert!(clauses.with.starts_with("WITH a AS (SELECT 1"), "{}", clauses.with);
        let shown: Vec<&str> = clauses.from.iter().map(|part| part.shown.as_str()).collect();
        assert_eq!(shown, ["users u", "LEFT OUTER JOIN photos p ON p.user_id = u.id", ", tags"]);
        let condition = clauses.condition.expect("there is one");
        assert_eq!(condition.shown, "u.id IN (SELECT 1 FROM x GROUP BY 2) AND a IS NOT NULL");
        assert_eq!(clauses.groups.expect("groups").shown, "u.id");
        assert_eq!(clauses.having.expect("having").shown, "count(*) > 1");
    }

    #[test]
    fn what_has_no_steps_is_not_cut() {
        for text in
            ["SELECT 1", "SELECT 1 FROM a UNION SELECT 2 FROM b", "SELECT (1 FROM a", "DELETE FROM a", ""]
        {
            assert!(cut(text, engine()).is_none(), "{text}");
        }
    }
}
