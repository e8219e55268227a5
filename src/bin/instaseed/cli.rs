//! Understands a command line: the options that every verb has, the verbs, and what is asked for instead of a verb.

use crate::args::{self, OutputArgs};
use crate::commands::Command;
use crate::output::{Advice, Secrets};
use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};
use std::ffi::OsString;

/// Set up an Instagram-like database in one command
///
/// Reversible migrations and believable data for SQLite, MySQL, MariaDB and PostgreSQL.
#[derive(Debug, Parser)]
#[command(name = "instaseed", version, arg_required_else_help = true, max_term_width = 100, after_help = EXIT_CODES)]
pub struct Cli {
    #[command(flatten)]
    pub output: OutputArgs,
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0         success
  1         negative result: a rule is broken, a migration is pending, you answered no
  2         error; standard error has the cause and a hint
  130, 143  stopped by Ctrl-C (SIGINT) or by SIGTERM

Start here:
  instaseed setup        create instaseed.db with the course's tables and data
  instaseed show         look at a few rows of each table
  instaseed help VERB    explain one verb, with examples";

/// What was typed, understood.
pub struct Parsed {
    pub cli: Cli,
    /// The whole command line, as it was parsed.
    pub root: clap::Command,
    pub advice: Advice,
    pub secrets: Secrets,
}

/// What was typed and cannot be run: a mistake, or a wish for help.
pub struct Refused {
    pub error: clap::Error,
    pub secrets: Secrets,
    pub is_json: bool,
}

/// Options that mean nothing to a verb, though it takes them for the sake of those beside it: not in its help.
const NOT_SHOWN: &[(&[&str], &[&str])] = &[
    #[cfg(feature = "course")]
    (&["course", "init"], &["course"]),
    (&["doctor"], &["lock_timeout", "allow_out_of_order"]),
    (&["migrate", "new"], &["lock_timeout", "allow_out_of_order"]),
    (&["migrate", "protect"], &["migrations", "allow_out_of_order"]),
    (&["migrate", "unprotect"], &["migrations", "allow_out_of_order"]),
    (&["migrate", "status"], &["lock_timeout", "allow_out_of_order"]),
    (&["migrate", "down"], &["allow_out_of_order"]),
    (&["migrate", "plan", "down"], &["allow_out_of_order"]),
];

/// The whole command line, as it is parsed, explained and completed.
fn command() -> clap::Command {
    let mut command = Cli::command();
    for (verb, options) in NOT_SHOWN {
        command = hide(command, verb, options);
    }
    command.build();
    command
}

/// A verb whose options are not shown. Those that it has from the verb above it are taken over first.
fn hide(command: clap::Command, verb: &[&str], options: &[&str]) -> clap::Command {
    let Some((name, deeper)) = verb.split_first() else {
        return options.iter().fold(command, |command, option| command.mut_arg(option, |arg| arg.hide(true)));
    };
    let inherited: Vec<_> = command
        .get_arguments()
        .filter(|arg| arg.is_global_set() && options.contains(&arg.get_id().as_str()))
        .cloned()
        .collect();
    command.mut_subcommand(name, |verb| {
        let known = |id: &clap::Id, verb: &clap::Command| verb.get_arguments().any(|arg| arg.get_id() == id);
        let missing: Vec<_> = inherited.into_iter().filter(|arg| !known(arg.get_id(), &verb)).collect();
        hide(verb.args(missing), deeper, options)
    })
}

/// Understands a command line. `help VERB` has no options, so `--json` is heard here.
pub fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Parsed, Refused> {
    let mut words: Vec<OsString> = words.into_iter().collect();
    let is_json = words.iter().take_while(|word| *word != "--").any(|word| word == "--json");
    if words.get(1).is_some_and(|word| word == "help") {
        words.retain(|word| word != "--json");
    }
    let root = command();
    let secrets = Secrets::new(&words);
    let refused = |mut error: clap::Error| {
        args::name_the_way(&mut error, &root);
        args::name_the_option(&mut error, &words);
        Refused { error, secrets: secrets.clone(), is_json }
    };
    let matches: ArgMatches = root.clone().try_get_matches_from(&words).map_err(refused)?;
    let cli = Cli::from_arg_matches(&matches).map_err(refused)?;
    let advice = Advice::new(root.clone(), &matches);
    Ok(Parsed { cli, root, advice, secrets })
}

#[cfg(test)]
mod tests {
    use super::command;
    use crate::output::Advice;

    #[test]
    fn the_arguments_are_consistent() {
        command().debug_assert();
    }

    #[test]
    fn an_option_that_is_not_shown_is_still_understood() {
        for line in
            ["migrate --migrations x protect", "migrate protect --migrations x", "doctor --lock-timeout 3"]
        {
            let words = ["instaseed"].into_iter().chain(line.split(' '));
            assert!(command().try_get_matches_from(words).is_ok(), "{line}");
        }
    }

    fn advice(line: &str) -> Advice {
        let root = command();
        let matches = root.clone().try_get_matches_from(line.split(' ')).expect("a proper line");
        Advice::new(root, &matches)
    }

    #[test]
    fn commands_get_the_flags_that_they_take() {
        let advice = advice("instaseed seed --database-url x.db --migrations my");
        for (text, expected) in [
            ("see `instaseed show`", "see `instaseed show --database-url x.db`"),
            (
                "instaseed migrate status says which; nothing was touched",
                "instaseed migrate status --database-url x.db --migrations my says which; nothing was touched",
            ),
            (
                "instaseed migrate to course goes back",
                "instaseed migrate to course --database-url x.db --migrations my goes back",
            ),
            (
                "`instaseed reset --edition course` starts anew",
                "`instaseed reset --edition course --database-url x.db --migrations my` starts anew",
            ),
            (
                "run instaseed migrate repair --accept-changed 2026.",
                "run instaseed migrate repair --accept-changed 2026 --database-url x.db --migrations my.",
            ),
            ("Look at it:  instaseed show", "Look at it:  instaseed show --database-url x.db"),
        ] {
            assert_eq!(advice.complete(text), expected);
        }
    }

    #[cfg(feature = "course")]
    #[test]
    fn a_new_course_is_not_in_the_folder_of_another() {
        let advice = advice("instaseed course next --course x");
        for (text, expected) in [
            ("make one with `instaseed course init DIR`", "make one with `instaseed course init DIR`"),
            ("`instaseed course hint bots`", "`instaseed course hint bots --course x`"),
        ] {
            assert_eq!(advice.complete(text), expected);
        }
    }

    #[test]
    fn what_is_no_command_of_ours_stays() {
        let advice = advice("instaseed show --database-url x.db");
        for text in [
            "rows that instaseed did not write",
            "sqlite://instaseed.db is ready",
            "`instaseed generate --out data`",
            "`instaseed completions bash`",
            "mysql://user:password@host/instaseed",
            "`instaseed show --database-url y.db`",
        ] {
            assert_eq!(advice.complete(text), text);
        }
    }

    #[test]
    fn nothing_is_added_where_no_flag_was_typed() {
        assert_eq!(advice("instaseed show").complete("`instaseed show`"), "`instaseed show`");
    }

    fn filled_in(shown: &str) -> &str {
        if shown.contains("***") { "; put your password in place of ***" } else { "" }
    }

    #[test]
    fn a_password_is_left_to_be_filled_in() {
        for (url, shown) in [
            ("mysql://root:s3cret@127.0.0.1/x", "'mysql://root:***@127.0.0.1/x'"),
            (
                "postgres://me:s3cret@h/x?sslmode=verify-ca&sslrootcert=/ca.pem",
                "'postgres://me:***@h/x?sslmode=verify-ca&sslrootcert=/ca.pem'",
            ),
            ("mysql://root@127.0.0.1/x", "mysql://root@127.0.0.1/x"),
            ("my.db", "my.db"),
            ("postgres://h:s3cret", "URL"),
        ] {
            let advice = advice(&format!("instaseed show --database-url {url}"));
            assert_eq!(
                advice.complete("`instaseed show`"),
                format!("`instaseed show --database-url {shown}`{}", filled_in(shown))
            );
            let pasted = advice.complete("Look at it:  instaseed show").into_owned();
            assert_eq!(pasted.contains("  # put your password in place of ***"), shown.contains("***"));
        }
    }
}
