//! The part of Markdown that tasks and explanations use: paragraphs, lists, code blocks, `code`.

use maud::{Markup, html};

/// A part of a text.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    Paragraph(String),
    List(Vec<String>),
    Code(String),
}

pub fn markdown(text: &str) -> Markup {
    html! {
        @for block in blocks(text) {
            @match block {
                Block::Paragraph(text) => p { (words(&text)) },
                Block::List(items) => ul { @for item in &items { li { (words(item)) } } },
                Block::Code(text) => pre { code { (text) } },
            }
        }
    }
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    let mut is_new = true;
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed.starts_with("```") {
            let code = lines.by_ref().take_while(|line| !line.trim_start().starts_with("```"));
            blocks.push(Block::Code(code.collect::<Vec<_>>().join("\n")));
            is_new = true;
            continue;
        }
        if trimmed.is_empty() {
            is_new = true;
            continue;
        }
        match (trimmed.strip_prefix("- "), blocks.last_mut()) {
            (Some(item), Some(Block::List(items))) => items.push(item.to_owned()),
            (Some(item), _) => blocks.push(Block::List(vec![item.to_owned()])),
            (None, Some(Block::Paragraph(text))) if !is_new && !trimmed.starts_with("Columns: ") => {
                *text += &format!("\n{trimmed}")
            }
            (None, Some(Block::List(items))) if !is_new || line.starts_with(' ') => {
                if let Some(item) = items.last_mut() {
                    *item += &format!("\n{trimmed}");
                }
            }
            (None, _) => blocks.push(Block::Paragraph(trimmed.to_owned())),
        }
        // The columns of an answer have a line of their own.
        is_new = trimmed.starts_with("Columns: ") && trimmed.ends_with('.');
    }
    blocks
}

/// Text in which backticks make code; one without a partner stays as it is.
pub fn words(text: &str) -> Markup {
    let parts: Vec<&str> = text.split('`').collect();
    let last = parts.len() - 1;
    html! {
        @for (at, part) in parts.iter().enumerate() {
            @if at % 2 == 0 { (part) } @else if at == last { "`" (part) } @else { code { (part) } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::markdown;

    #[test]
    fn blocks_and_code_are_seen() {
        let text =
            "One `a<b`\nline.\nColumns: `a`.\nTwo.\n\n- x\n  more\n- y\n\n```sql\nSELECT 1\n```\nEnd ` here";
        let expected = "<p>One <code>a&lt;b</code>\nline.</p><p>Columns: <code>a</code>.</p><p>Two.</p><ul><li>x\nmore</li><li>y</li></ul>\
                        <pre><code>SELECT 1</code></pre><p>End ` here</p>";
        assert_eq!(markdown(text).into_string(), expected);
    }
}
