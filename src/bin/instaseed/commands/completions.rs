//! `instaseed completions`: a script that teaches a shell the verbs and options.

use crate::failure::{Answer, Failure};
use crate::output::Output;
use clap_complete::Shell;

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
    let script = String::from_utf8_lossy(&script);
    out.print(script.trim_end());
    out.answer(&serde_json::json!({ "ok": true, "shell": args.shell.to_string(), "script": script }));
    Ok(Answer::Done)
}
