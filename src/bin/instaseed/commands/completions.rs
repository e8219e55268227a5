//! `instaseed completions`: a script that teaches a shell the verbs, the options and their values.
//!
//! The script is fixed text, which a package can carry and a shell reads once: nothing runs when a key is pressed. What the
//! scripts of clap leave out is added here: fish knows no values of words without an option, and zsh offers no files next
//! to values.

use crate::failure::{Answer, Failure};
use crate::output::Output;
use clap_complete::Shell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed completions bash > ~/.bash_completion
  instaseed completions zsh > ~/.zfunc/_instaseed
  instaseed completions fish > ~/.config/fish/completions/instaseed.fish")]
pub struct Args {
    /// Shell that will read the script
    shell: Shell,
}

pub fn run(args: &Args, root: &mut clap::Command, out: &Output) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, root, "instaseed", &mut script);
    let script = completed(args.shell, root, String::from_utf8_lossy(&script).into_owned());
    out.print(script.trim_end());
    out.answer(&serde_json::json!({ "ok": true, "shell": args.shell.to_string(), "script": script }));
    Ok(Answer::Done)
}

/// A script of clap's with what it leaves out.
fn completed(shell: Shell, root: &clap::Command, script: String) -> String {
    match shell {
        Shell::Fish => script + &words_for_fish(root, ""),
        Shell::Zsh => {
            let places = places_of_files(root);
            script.lines().map(|line| with_files(line, &places) + "\n").collect()
        }
        _ => script,
    }
}

/// A line of zsh; where it offers values in whose place a file may be named, it offers files too.
fn with_files(line: &str, places: &BTreeSet<(String, String)>) -> String {
    for (mark, list) in places {
        if let Some(begin) = line.strip_suffix(&format!(":({list})' \\")).filter(|_| line.contains(mark)) {
            return format!(r#"{begin}:{{_alternative "values\:value\:({list})" "files\:file\:_files"}}' \"#);
        }
    }
    line.to_owned()
}

/// The lines of fish for the words of a command that need no option; `above` is true where that command was typed.
fn words_for_fish(command: &clap::Command, above: &str) -> String {
    let mut script = String::new();
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        let name = verb.get_name();
        let typed = match above {
            "" => format!("__fish_instaseed_using_subcommand {name}"),
            above => format!("{above}; and __fish_seen_subcommand_from {name}"),
        };
        for arg in verb.get_positionals().filter(|arg| !offered(arg).is_empty()) {
            let no_files = if takes_a_file(arg) { "" } else { " -f" };
            let _ =
                writeln!(script, "complete -c instaseed -n \"{typed}\"{no_files} -a \"{}\"", offered(arg));
        }
        script += &words_for_fish(verb, &typed);
    }
    script
}

/// The arguments of a command and its verbs that take a value or a file: how zsh's line names each, and its values.
fn places_of_files(command: &clap::Command) -> BTreeSet<(String, String)> {
    let mark = |arg: &clap::Arg| match arg.get_value_names() {
        Some([name, ..]) if !arg.is_positional() => format!(":{name}:"),
        _ => format!(":{} -- ", arg.get_id()),
    };
    let own = command.get_arguments().filter(|arg| takes_a_file(arg)).map(|arg| (mark(arg), offered(arg)));
    let below = command.get_subcommands().flat_map(places_of_files);
    own.chain(below).filter(|(_, list)| !list.is_empty()).collect()
}

/// The values that there are, separated by blanks: names, which no shell reads as anything else.
fn offered(arg: &clap::Arg) -> String {
    let values = arg.get_possible_values();
    let names: Vec<_> = values.iter().map(|value| value.get_name()).collect();
    names.join(" ")
}

/// Whether the name of its value says that a file will do, as in `NAME|FILE`.
fn takes_a_file(arg: &clap::Arg) -> bool {
    arg.get_value_names().is_some_and(|names| names.iter().any(|name| name.contains("FILE")))
}
