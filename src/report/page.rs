//! The page: one file of HTML with its style and its drawings, and no script.

mod cards;
mod tables;

use std::fmt::Write;

use super::diagram;
use super::html::{escape, short, size, thousands};
use super::published;
use super::{Entity, Report, measure::Measures};
use crate::check::Figure;

const STYLE: &str = include_str!("page/page.css");

/// The whole page.
pub fn page(report: &Report) -> String {
    let title = report.title();
    let mut text = String::with_capacity(200_000);
    let _ = write!(
        text,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"instaseed {}\">\n\
         <title>{}</title>\n<style>\n{STYLE}{}</style>\n</head>\n<body>\n",
        report.instaseed_version,
        escape(&title),
        diagram::STYLE,
    );
    header(&mut text, report, &title);
    contents(&mut text, report);
    text.push_str("<main>\n");
    schema(&mut text, report);
    if let Some(measures) = &report.measures {
        text.push_str(
            "<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">What the network looks like</h2>\n",
        );
        text.push_str("<div class=\"cards\">\n");
        cards::write(&mut text, measures, &report.data_sets);
        text.push_str("</div>\n</section>\n");
        tables::measurements(&mut text, &measures.figures);
        tables::first_rows(&mut text, measures);
    }
    text.push_str("</main>\n");
    let _ = write!(
        text,
        "<footer><p>Made by instaseed {}. The page has no script and loads nothing. Charts of photos and of the network \
         use samples where a section says so; every other number counts all rows. Times are UTC.</p></footer>\n</body>\n</html>\n",
        report.instaseed_version
    );
    text
}

fn header(text: &mut String, report: &Report, title: &str) {
    let kind = match report.from.kind {
        "database" => "A database",
        "files" => "A folder of files",
        _ => "A seed",
    };
    let _ = write!(
        text,
        "<header>\n<p class=\"kicker\">{kind}, looked at by instaseed</p>\n<h1>{}</h1>\n",
        escape(title)
    );
    let outside: Vec<&Figure> = report.held().filter(|figure| figure.within == Some(false)).collect();
    if !outside.is_empty() {
        text.push_str("<div class=\"outside\"><p>Outside:</p>\n<ul>\n");
        for figure in outside {
            let measured = published::of(figure.name).map_or("", |published| published.measured);
            let _ = writeln!(
                text,
                "<li><strong>{}</strong>: {}, expected {}. Published: {}.</li>",
                escape(figure.name),
                short(figure.value),
                range(figure),
                escape(measured)
            );
        }
        text.push_str("</ul></div>\n");
    }
    for note in &report.notes {
        let _ = writeln!(text, "<p class=\"note\">{}</p>", escape(note));
    }
    facts(text, report);
    text.push_str("</header>\n");
}

fn facts(text: &mut String, report: &Report) {
    let mut facts = Vec::new();
    if report.from.kind != "seed" {
        facts.push(("From", escape(&report.from.place)));
    }
    if let Some(product) = &report.from.product {
        facts.push(("Kept as", escape(product)));
    }
    for set in &report.data_sets {
        let (profile, users) = (escape(&set.profile), thousands(u64::from(set.users)));
        let (seed, version) = (set.seed, set.generator_version);
        let line = format!("profile {profile}, seed {seed}, {users} users; generator version {version}");
        facts.push(("Data set", line));
    }
    if report.data_sets.is_empty() {
        facts.push(("Data set", "nothing is recorded about where the rows come from".to_owned()));
    }
    let rows: u64 = report.tables.iter().filter_map(|table| table.rows).sum();
    let bytes: u64 = report.tables.iter().filter_map(|table| table.bytes).sum();
    let sized = if bytes > 0 { format!(", {}", size(bytes)) } else { String::new() };
    facts.push(("Rows", format!("{} in {} tables{sized}", thousands(rows), report.tables.len())));
    if let Some(Measures { edition, fingerprint, .. }) = &report.measures {
        facts.push(("Edition", (*edition).to_owned()));
        let digest = |(table, digest): (&&str, &String)| format!("<code>{table} {digest}</code>");
        let digests: Vec<String> = fingerprint.tables.iter().map(digest).collect();
        let line = format!(
            "<details><summary>generator version {}, {} digests</summary>{}</details>",
            fingerprint.generator_version,
            digests.len(),
            digests.join("<br>")
        );
        facts.push(("Fingerprint", line));
    }
    text.push_str("<dl class=\"facts\">\n");
    for (name, value) in facts {
        let _ = writeln!(text, "<dt>{name}</dt><dd>{value}</dd>");
    }
    text.push_str("</dl>\n");
}

fn contents(text: &mut String, report: &Report) {
    text.push_str("<nav aria-label=\"Contents\">\n<ul>\n<li><a href=\"#schema\">Tables</a></li>\n");
    if report.measures.is_some() {
        for (id, name) in [
            ("figures", "What the network looks like"),
            ("measurements", "All measurements"),
            ("rows", "First rows"),
        ] {
            let _ = writeln!(text, "<li><a href=\"#{id}\">{name}</a></li>");
        }
    }
    text.push_str("</ul>\n</nav>\n");
}

/// Lines of a diagram that a page has room for: a page stays small for a schema of thousands of tables, too.
const MOST_LINES: usize = 800;

/// The tables as the page draws them, and what was left out.
fn drawn(tables: &[Entity]) -> (Vec<Entity>, &'static str) {
    let lines = |tables: &[Entity]| tables.iter().map(|table| table.columns.len() + 2).sum::<usize>();
    let mut drawn = tables.to_vec();
    if lines(&drawn) <= MOST_LINES {
        return (drawn, "");
    }
    for table in &mut drawn {
        table.columns.retain(|column| column.key || column.references.is_some());
        table.columns.truncate(MOST_LINES / 10);
    }
    if lines(&drawn) <= MOST_LINES {
        return (drawn, " Only keys are drawn, because there are many columns.");
    }
    while lines(&drawn) > MOST_LINES {
        drawn.pop();
    }
    (drawn, " Only the first tables and their keys are drawn, because there are many.")
}

fn schema(text: &mut String, report: &Report) {
    let (tables, left_out) = drawn(&report.tables);
    let own = report.tables.iter().filter(|table| table.own).count();
    let own = match own {
        _ if report.measures.is_none() => String::new(),
        0 => String::new(),
        1 => " One table with a dashed frame is not of the edition.".to_owned(),
        own => format!(" {own} tables with a dashed frame are not of the edition."),
    };
    let _ = write!(
        text,
        "<section aria-labelledby=\"schema\">\n<h2 id=\"schema\">Tables</h2>\n\
         <p class=\"lead\">A line leads from a column to the key that it refers to; it ends in a crow’s foot at the table \
         with many rows. PK is a primary key, FK a foreign key, PF both.{own}{left_out}</p>\n\
         <div class=\"beside-each-other\">\n\
         <section class=\"scroll\" tabindex=\"0\" aria-label=\"Diagram of the tables\">\n{}</section>\n",
        diagram::drawing(&tables)
    );
    tables::sizes(text, &report.tables);
    text.push_str("</div>\n</section>\n");
}

/// The band of a figure in words.
fn range(figure: &Figure) -> String {
    match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{} to {}", short(low), short(high)),
        (Some(low), None) => format!("at least {}", short(low)),
        (None, Some(high)) => format!("at most {}", short(high)),
        (None, None) => "no band".to_owned(),
    }
}

/// Whether a figure is in its band, in words and not only in colour.
fn verdict(figure: &Figure) -> &'static str {
    match figure.within {
        Some(true) => "<span class=\"in\">✓ within</span>",
        Some(false) => "<span class=\"out\">✗ outside</span>",
        None => "<span class=\"free\">no band</span>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{EntityColumn, Origin};

    #[test]
    fn a_page_of_thousands_of_tables_stays_small() {
        let column = |at: usize| EntityColumn {
            name: format!("column_{at}"),
            kind: "varchar(255)".to_owned(),
            key: at == 0,
            references: (at == 1).then(|| ("table_0".to_owned(), "column_0".to_owned())),
            ..EntityColumn::default()
        };
        let columns: Vec<EntityColumn> = (0..40).map(column).collect();
        let tables = |count: usize| -> Vec<Entity> {
            let named =
                |at| Entity { name: format!("table_{at}"), columns: columns.clone(), ..Entity::default() };
            (0..count).map(named).collect()
        };
        for (count, says) in [(10, "PF both."), (100, "Only keys are drawn"), (3000, "Only the first tables")]
        {
            let from = Origin { kind: "database", place: "x".to_owned(), product: None };
            let (data_sets, notes) = (Vec::new(), Vec::new());
            let report = Report {
                from,
                instaseed_version: "0",
                data_sets,
                tables: tables(count),
                measures: None,
                notes,
            };
            let page = page(&report);
            assert!(page.contains(says), "{count}");
            assert!(page.len() < 500_000, "{count}: {}", page.len());
        }
    }
}
