//! The tables in the languages of other programs: Mermaid's `erDiagram`, and DBML.

use std::fmt::Write;

use super::Entity;

/// Mermaid, which READMEs and wikis draw.
pub fn mermaid(entities: &[Entity]) -> String {
    let mut text = String::from("erDiagram\n");
    for entity in entities {
        let _ = writeln!(text, "    {} {{", name(&entity.name));
        for column in &entity.columns {
            let key = match (column.key, &column.references) {
                (true, Some(_)) => " PK,FK",
                (true, None) => " PK",
                (false, Some(_)) => " FK",
                (false, None) => "",
            };
            let _ = writeln!(text, "        {} {}{key}", word(&column.kind), word(&column.name));
        }
        text.push_str("    }\n");
    }
    for entity in entities {
        for column in &entity.columns {
            let Some((parent, _)) = &column.references else { continue };
            if entities.iter().any(|other| other.name == *parent) {
                let one = if column.nullable { "|o" } else { "||" };
                let label = word(&column.name);
                let _ = writeln!(text, "    {} {one}--o{{ {} : {label}", name(parent), name(&entity.name));
            }
        }
    }
    text
}

/// DBML, which dbdiagram and dbdocs draw.
pub fn dbml(entities: &[Entity]) -> String {
    let mut text = String::new();
    for entity in entities {
        let _ = writeln!(text, "Table {} {{", quoted(&entity.name));
        let keys = entity.columns.iter().filter(|column| column.key).count();
        for column in &entity.columns {
            let mut marks = Vec::new();
            if column.key && keys == 1 {
                marks.push("pk");
            }
            if !(column.nullable || column.key && keys == 1) {
                marks.push("not null");
            }
            let marks = if marks.is_empty() { String::new() } else { format!(" [{}]", marks.join(", ")) };
            let _ = writeln!(text, "  {} {}{marks}", quoted(&column.name), type_name(&column.kind));
        }
        if keys > 1 {
            let names: Vec<String> = entity
                .columns
                .iter()
                .filter(|column| column.key)
                .map(|column| quoted(&column.name))
                .collect();
            let _ = writeln!(text, "  indexes {{\n    ({}) [pk]\n  }}", names.join(", "));
        }
        text.push_str("}\n\n");
    }
    for entity in entities {
        for column in &entity.columns {
            let Some((parent, of)) = &column.references else { continue };
            if entities.iter().any(|other| other.name == *parent) {
                let (child, parent) = (quoted(&entity.name), quoted(parent));
                let _ = writeln!(text, "Ref: {child}.{} > {parent}.{}", quoted(&column.name), quoted(of));
            }
        }
    }
    text
}

/// A name of a table for Mermaid: in quotes where it is no plain word.
fn name(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { format!("\"{}\"", plain_text(name)) }
}

/// A word for Mermaid, which has no quotes inside a table: `varchar(255)` is one, `double precision` becomes one.
fn word(text: &str) -> String {
    let keep = |c: char| if c.is_alphanumeric() || "_()".contains(c) { c } else { '_' };
    let word: String = text.chars().map(keep).collect();
    match word.starts_with(|c: char| c.is_alphabetic()) {
        true => word,
        false => format!("x{word}"),
    }
}

fn quoted(name: &str) -> String {
    if is_plain(name) { name.to_owned() } else { format!("\"{}\"", plain_text(name)) }
}

/// A type for DBML: in quotes where it has blanks or signs.
fn type_name(kind: &str) -> String {
    let is_plain = kind.chars().all(|c| c.is_ascii_alphanumeric() || "_()".contains(c));
    if is_plain && !kind.is_empty() { kind.to_owned() } else { format!("\"{}\"", plain_text(kind)) }
}

fn is_plain(name: &str) -> bool {
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    is_word && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// Without quotes, angle brackets and line ends, which neither language can hold within quotes.
fn plain_text(text: &str) -> String {
    let keep = |c: char| if c.is_control() || "\"<>\\".contains(c) { '_' } else { c };
    text.chars().map(keep).collect()
}
