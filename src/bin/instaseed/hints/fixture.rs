//! Words for hints about fixtures.

use crate::output::quoted;
use instaseed::fixture::Hint;

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::NameAsProfile { profile } => {
            let profile = quoted(profile);
            return format!("{profile} is a profile: write --profile {profile}");
        }
        Hint::NameFolder => "name a folder with --dir or INSTASEED_FIXTURES",
        Hint::ChooseWritableFolder => "name a folder that you may write to, with --dir or INSTASEED_FIXTURES",
        Hint::FreeSpace => {
            "free some space with `instaseed fixture gc`, or name a folder on another disk with --dir"
        }
        Hint::Build => "build it with `instaseed fixture build`",
        Hint::ListFixtures => {
            "see which are there with `instaseed fixture list`, or build it with `instaseed fixture build`"
        }
        Hint::BuildAgain => "build it again with `instaseed fixture build`, which replaces it",
        Hint::UseLaterVersion => {
            "use that version of instaseed, or another folder for this version with --dir"
        }
        Hint::WaitLonger => "wait for the other process, or wait longer with --lock-timeout SECONDS",
        Hint::ChooseOtherName => "choose another name, or remove what already has this one",
        Hint::NameClone => {
            "give the URL that `instaseed fixture clone` printed; a clone that you named with --to is yours to remove"
        }
        Hint::UseSameEngine => {
            "name the server of the fixtures with --database-url, or their folder with --dir, and a database of the same engine"
        }
        Hint::CloseConnections => "close the connections to it, then run the same command again",
        Hint::UsePlainName => "use a name from `instaseed fixture list`, or a number for --worker",
        Hint::InspectDatabase => "inspect it, then rename it, or remove it if nobody needs it",
        Hint::CorrectStep => {
            "correct the step, then run the same command again; the unfinished fixture was removed"
        }
        Hint::RunAgain => "run the same command again; the unfinished fixture was removed",
        Hint::OmitPath => "omit --path",
        Hint::OmitPool => "omit --pool",
    };
    text.to_owned()
}
