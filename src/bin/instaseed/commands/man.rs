//! `instaseed man`: the manual pages that packages carry, one for each verb. It is made for the scripts that build
//! packages, so no page of help lists it.

use crate::args;
use crate::failure::{Answer, Failure};
use crate::output::{Output, counted};
use clap::ValueHint;
use clap::builder::{OsStringValueParser, TypedValueParser};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use serde_json::json;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Write the manual pages into a folder
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  instaseed man man1
  man ./man1/instaseed-setup.1")]
pub struct Args {
    /// Folder to write into; it is created
    #[arg(value_name = "DIR", value_hint = ValueHint::DirPath,
        value_parser = OsStringValueParser::new().try_map(args::folder))]
    folder: PathBuf,
}

pub fn run(args: &Args, root: &clap::Command, out: &Output) -> Result<Answer, Failure> {
    let folder = &args.folder;
    fs::create_dir_all(folder).map_err(|source| Failure::Manual { path: folder.clone(), source })?;
    let written = write(&without_help(root.clone()), folder)?;
    out.say(format_args!("{} in {}.", counted(written, "page", "pages"), folder.display()));
    out.answer(&json!({ "ok": true, "folder": folder, "pages": written }));
    Ok(Answer::Done)
}

/// The same command with its verbs `help` hidden: the manual is what they print.
fn without_help(command: clap::Command) -> clap::Command {
    let is_hidden = command.is_hide_set() || command.get_name() == "help";
    command.mut_subcommands(without_help).hide(is_hidden)
}

/// Writes the page of a command and those of its verbs; returns how many there are.
fn write(command: &clap::Command, folder: &Path) -> Result<u64, Failure> {
    let man = Man::new(command.clone());
    let path = folder.join(man.get_filename());
    let page = page(man, command).map_err(|source| Failure::Manual { path: path.clone(), source })?;
    fs::write(&path, page).map_err(|source| Failure::Manual { path, source })?;
    let verbs = command.get_subcommands().filter(|verb| !verb.is_hide_set());
    verbs.map(|verb| write(verb, folder)).try_fold(1, |sum, written| Ok(sum + written?))
}

/// A page: what `--help` says, in the order of a manual. The date is a blank, so that the same source gives the same bytes;
/// without it the version would stand in its place.
fn page(man: Man, command: &clap::Command) -> io::Result<Vec<u8>> {
    let name = command.get_display_name().unwrap_or_else(|| command.get_name());
    let man = man
        .title(name.to_uppercase())
        .date(" ")
        .source(concat!("instaseed ", env!("CARGO_PKG_VERSION")))
        .manual("instaseed manual");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.get_subcommands().any(|verb| !verb.is_hide_set()) {
        man.render_subcommands_section(&mut page)?;
    }
    if let Some(after) = command.get_after_long_help().or_else(|| command.get_after_help()) {
        sections(&after.to_string()).to_writer(&mut page)?;
    }
    Ok(page)
}

/// What follows the options in `--help`, as sections: `Examples:` on a line of its own is the heading of the indented lines
/// below it, which stay as they are. Everything else is a paragraph.
fn sections(text: &str) -> Roff {
    let mut roff = Roff::new();
    let mut is_block = false;
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let is_indented = line.starts_with("  ");
        if is_block && !is_indented {
            roff.control("fi", []);
            is_block = false;
        }
        let opens = lines.get(at + 1).is_some_and(|next| next.starts_with("  "));
        match line.strip_suffix(':').filter(|_| !is_indented && opens) {
            Some(heading) => {
                roff.control("SH", [heading.to_uppercase().as_str()]);
                continue;
            }
            None if line.trim().is_empty() => {
                roff.control("PP", []);
                continue;
            }
            None => {}
        }
        if is_indented && !is_block {
            roff.control("nf", []);
            is_block = true;
        }
        roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
    }
    if is_block {
        roff.control("fi", []);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::sections;

    #[test]
    fn examples_keep_their_lines_and_other_text_flows() {
        let text = "Examples:\n  instaseed show\n  instaseed show -x\n\nSee\ndocs.";
        let roff = sections(text).to_roff();
        let expected = ".SH EXAMPLES\n.nf\ninstaseed show\ninstaseed show \\-x\n.fi\n.PP\nSee\ndocs.\n";
        assert_eq!(roff, expected);
    }
}
