//! What the parser of arguments has to say: a refusal, a page of help, the version. With `--json` it is an object, as
//! every answer is, and the words of a refusal stay on standard error.

use super::{Printed, Secrets, eprint_line, escape, print_object};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use serde_json::json;
use std::io::{self, IsTerminal, Write};

/// Prints it and tells the exit code.
pub fn usage(error: &clap::Error, secrets: &Secrets, is_json: bool) -> u8 {
    let code = if error.use_stderr() { 2 } else { 0 };
    if !is_json {
        words(error, secrets);
        return code;
    }
    let text = error.render().to_string();
    let object = match error.kind() {
        ErrorKind::DisplayHelp => json!({ "ok": true, "help": text }),
        ErrorKind::DisplayVersion => json!({ "ok": true, "version": env!("CARGO_PKG_VERSION") }),
        _ => {
            words(error, secrets);
            let text = secrets.hide(&text);
            let error = json!({ "message": message(error, &text), "causes": [], "hint": hint(error, &text) });
            json!({ "ok": false, "error": error })
        }
    };
    match print_object(&object) {
        Printed::Whole => code,
        Printed::Failed(error) => {
            eprint_line(format_args!("error: cannot write to standard output\n  because: {error}"));
            2
        }
    }
}

/// The parser's own text, without what it repeats of a password.
fn words(error: &clap::Error, secrets: &Secrets) {
    let styled = error.render();
    let plain = styled.to_string();
    let shown = secrets.hide(&plain);
    let to_stderr = error.use_stderr();
    let colours = if to_stderr { io::stderr().is_terminal() } else { io::stdout().is_terminal() };
    // Colours of the parser's own are kept only where nothing had to be hidden.
    let text = match shown == plain && escape(&plain) == plain && colours {
        true => styled.ansi().to_string(),
        false => escape(&shown).into_owned(),
    };
    let _ =
        if to_stderr { write!(io::stderr().lock(), "{text}") } else { write!(io::stdout().lock(), "{text}") };
}

fn message(error: &clap::Error, text: &str) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a verb is missing".to_owned();
    }
    // The first paragraph says what is wrong; the others how it is used.
    let paragraph = text.split("\n\n").next().unwrap_or(text);
    let words = paragraph.strip_prefix("error: ").unwrap_or(paragraph);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn hint(error: &clap::Error, text: &str) -> String {
    let tips: Vec<_> = text.lines().filter_map(|line| line.trim().strip_prefix("tip: ")).collect();
    match (tips.is_empty(), error.get(ContextKind::Usage)) {
        (false, _) => tips.join("; "),
        (true, Some(ContextValue::StyledStr(usage))) => usage.to_string(),
        (true, _) => "`instaseed help` lists the verbs, `instaseed help VERB` explains one".to_owned(),
    }
}
