//! What an engine does for a query, in words: which tables it reads as a whole, and in which it looks rows up, and how.

use std::collections::BTreeSet;

#[cfg(feature = "postgres")]
use serde_json::Value;

use crate::database::Catalogue;
use crate::sandbox::Cell;

/// Reads the rows of SQLite's EXPLAIN QUERY PLAN. `query` says which table an alias means.
pub(super) fn of_sqlite(rows: &[Vec<Cell>], query: &str, catalogue: &Catalogue) -> Vec<String> {
    let details = rows.iter().filter_map(|row| row.last()).map(Cell::shown);
    once_each(details.filter_map(|detail| sqlite_line(&detail, query, catalogue)))
}

fn sqlite_line(detail: &str, query: &str, catalogue: &Catalogue) -> Option<String> {
    if let Some(rest) = detail.strip_prefix("SCAN ") {
        let alias = rest.split(' ').next()?;
        // A subquery or a constant row is not a table.
        let table = table_of(alias, query, catalogue)?;
        let way = match rest.split_once("USING ").map(|(_, how)| index_name(how)) {
            Some(Some(index)) => format!(" in the order of {index}"),
            _ => String::new(),
        };
        return Some(format!("reads every row of {table}{way}"));
    }
    if let Some(rest) = detail.strip_prefix("SEARCH ") {
        let alias = rest.split(' ').next()?;
        let table = table_of(alias, query, catalogue).unwrap_or_else(|| alias.to_owned());
        let condition =
            rest.split_once(" (").map_or("", |(_, inner)| inner.strip_suffix(')').unwrap_or(inner));
        // ANY(a): the engine jumps from one value of a to the next.
        let (any, parts): (Vec<&str>, Vec<&str>) =
            condition.split(" AND ").partition(|part| part.starts_with("ANY("));
        let columns = once_each(parts.into_iter().map(|part| {
            let end = part.find(['=', '>', '<']).unwrap_or(part.len());
            part[..end].trim().replace("rowid", "its primary key")
        }));
        let any: Vec<String> =
            any.iter().map(|part| part.trim_start_matches("ANY(").trim_end_matches(')').to_owned()).collect();
        let again = if any.is_empty() { String::new() } else { format!(", once for each {}", list(&any)) };
        let columns = list(&columns);
        return Some(match rest.contains("AUTOMATIC") {
            true => format!("sorts all rows of {table} by {columns}, for this query only"),
            false => format!("looks up {table} by {columns}{again}"),
        });
    }
    if let Some(what) = detail.strip_prefix("USE TEMP B-TREE FOR ") {
        return Some(match what {
            "GROUP BY" => "sorts the rows into groups".to_owned(),
            "DISTINCT" => "sorts the rows to find equal ones".to_owned(),
            _ => "sorts the rows".to_owned(),
        });
    }
    detail.starts_with("CORRELATED").then(|| "runs a subquery for each row".to_owned())
}

fn index_name(how: &str) -> Option<&str> {
    how.split(' ')
        .skip_while(|word| matches!(*word, "COVERING" | "INDEX"))
        .find(|word| !word.starts_with('('))
}

/// The table that a name of a query means.
fn table_of(alias: &str, query: &str, catalogue: &Catalogue) -> Option<String> {
    let known = |name: &str| catalogue.tables.keys().find(|table| table.eq_ignore_ascii_case(name)).cloned();
    if let Some(table) = known(alias) {
        return Some(table);
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words: Vec<&str> = query.split(|c: char| !is_word(c)).filter(|word| !word.is_empty()).collect();
    (0..words.len()).find_map(|at| {
        let table = known(words[at])?;
        let mut after = words[at + 1..].iter().skip_while(|word| word.eq_ignore_ascii_case("AS"));
        after.next()?.eq_ignore_ascii_case(alias).then_some(table)
    })
}

/// Reads PostgreSQL's plan in JSON.
#[cfg(feature = "postgres")]
pub(super) fn of_postgres(plan: &Value, catalogue: &Catalogue) -> Vec<String> {
    let mut lines = Vec::new();
    walk(plan, &mut |node| lines.extend(postgres_line(node, catalogue)));
    once_each(lines.into_iter())
}

/// Visits a node and those below it.
#[cfg(feature = "postgres")]
pub(super) fn walk(node: &Value, visit: &mut dyn FnMut(&Value)) {
    visit(node);
    for below in node["Plans"].as_array().into_iter().flatten() {
        walk(below, visit);
    }
}

#[cfg(feature = "postgres")]
fn postgres_line(node: &Value, catalogue: &Catalogue) -> Option<String> {
    let kind = node["Node Type"].as_str()?;
    let table = node["Relation Name"].as_str();
    let condition = ["Index Cond", "Recheck Cond", "TID Cond"].into_iter().find_map(|key| node[key].as_str());
    match (kind, table, condition) {
        ("Sort" | "Incremental Sort", ..) => Some("sorts the rows".to_owned()),
        (_, Some(table), Some(condition)) => {
            let columns = catalogue.tables.get(table).map(|table| &table.columns);
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let words: Vec<&str> = condition.split(|c: char| !is_word(c)).collect();
            let named = columns.into_iter().flatten().map(|column| column.name.clone());
            let columns = once_each(named.filter(|name| words.contains(&name.as_str())));
            Some(format!("looks up {table} by {}", list(&columns)))
        }
        (kind, Some(table), None) if kind.ends_with("Scan") => {
            let way = node["Index Name"].as_str().map(|index| format!(" in the order of {index}"));
            Some(format!("reads every row of {table}{}", way.unwrap_or_default()))
        }
        _ => None,
    }
}

/// Reads the columns and rows of MySQL's EXPLAIN.
#[cfg(feature = "mysql")]
pub(super) fn of_mysql(
    columns: &[String],
    rows: &[Vec<Cell>],
    query: &str,
    catalogue: &Catalogue,
) -> Vec<String> {
    let place = |name: &str| columns.iter().position(|column| column.eq_ignore_ascii_case(name));
    let lines = rows.iter().flat_map(|row| {
        let cell = |name: &str| place(name).map(|at| row[at].shown()).unwrap_or_default();
        let (table, key) = (cell("table"), cell("key"));
        let line = table_of(&table, query, catalogue).and_then(|table| match cell("type").as_str() {
            "ALL" => Some(format!("reads every row of {table}")),
            "index" => Some(format!("reads every row of {table} in the order of {key}")),
            _ if key == "PRIMARY" => Some(format!("looks up {table} by its primary key")),
            _ if key != "NULL" => Some(format!("looks up {table} by the index {key}")),
            _ => None,
        });
        let sorts = cell("Extra").contains("filesort").then(|| "sorts the rows".to_owned());
        let repeats =
            cell("select_type").starts_with("DEPENDENT").then(|| "runs a subquery for each row".to_owned());
        [repeats, line, sorts].into_iter().flatten().collect::<Vec<_>>()
    });
    once_each(lines)
}

/// Each line once, at its first place.
fn once_each(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut known = BTreeSet::new();
    lines.filter(|line| known.insert(line.clone())).collect()
}

fn list(words: &[String]) -> String {
    match words {
        [] => "an index".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::{Column, Table};

    fn catalogue() -> Catalogue {
        let column = |name: &str| Column {
            name: name.into(),
            kind: "integer".into(),
            nullable: false,
            default: None,
            extra: Vec::new(),
        };
        let follows =
            Table { columns: ["follower_id", "followee_id"].map(column).into(), ..Table::default() };
        let tables = [("follows".to_owned(), follows), ("users".to_owned(), Table::default())];
        Catalogue { tables: tables.into(), ..Catalogue::default() }
    }

    #[test]
    fn the_plan_of_sqlite_names_tables_by_their_names() {
        let query = "SELECT 1 FROM follows AS f JOIN users u ON u.id = f.follower_id";
        let line = |detail: &str| sqlite_line(detail, query, &catalogue()).unwrap_or_default();
        assert_eq!(line("SCAN f"), "reads every row of follows");
        assert_eq!(line("SCAN f USING COVERING INDEX ix"), "reads every row of follows in the order of ix");
        assert_eq!(line("SCAN 3 CONSTANT ROWS"), "");
        assert_eq!(line("SEARCH u USING INTEGER PRIMARY KEY (rowid=?)"), "looks up users by its primary key");
        assert_eq!(
            line("SEARCH f USING INDEX ix (followee_id=? AND created_at>? AND created_at<?)"),
            "looks up follows by followee_id and created_at"
        );
        assert_eq!(
            line("SEARCH f USING COVERING INDEX ix (ANY(follower_id) AND followee_id=?)"),
            "looks up follows by followee_id, once for each follower_id"
        );
        assert_eq!(
            line("SEARCH f USING AUTOMATIC COVERING INDEX (followee_id=?)"),
            "sorts all rows of follows by followee_id, for this query only"
        );
        assert_eq!(line("USE TEMP B-TREE FOR LAST TERM OF ORDER BY"), "sorts the rows");
        assert_eq!(line("CORRELATED SCALAR SUBQUERY 1"), "runs a subquery for each row");
    }

    #[cfg(feature = "postgres")]
    #[test]
    fn the_plan_of_postgres_is_read_to_its_leaves() {
        let plan = serde_json::json!({"Node Type": "Sort", "Plans": [
            {"Node Type": "Bitmap Heap Scan", "Relation Name": "follows", "Recheck Cond": "(followee_id = $0)",
             "Plans": [{"Node Type": "Bitmap Index Scan", "Index Cond": "(followee_id = $0)"}]},
            {"Node Type": "Seq Scan", "Relation Name": "users", "Filter": "(username = 'alice')"},
        ]});
        let wanted = ["sorts the rows", "looks up follows by followee_id", "reads every row of users"];
        assert_eq!(of_postgres(&plan, &catalogue()), wanted);
    }

    #[cfg(feature = "mysql")]
    #[test]
    fn the_plan_of_mysql_is_a_table() {
        let columns = ["id", "select_type", "table", "type", "key", "Extra"].map(str::to_owned);
        let row = |cells: [&str; 6]| cells.map(|text| Cell::Text(text.to_owned())).to_vec();
        let rows = [
            row(["1", "PRIMARY", "f", "ALL", "NULL", "Using filesort"]),
            row(["2", "DEPENDENT SUBQUERY", "users", "eq_ref", "PRIMARY", ""]),
        ];
        let wanted = [
            "reads every row of follows",
            "sorts the rows",
            "runs a subquery for each row",
            "looks up users by its primary key",
        ];
        assert_eq!(of_mysql(&columns, &rows, "SELECT 1 FROM follows f", &catalogue()), wanted);
    }
}
