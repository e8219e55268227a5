//! Words for hints about a person's own SQL.

use instaseed::database::escape_line;
use instaseed::query::{Hint, Kept};

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::GiveStatement => "give a statement, as in `instaseed sql 'SELECT * FROM users'`",
        Hint::CorrectText => "close what is opened, and leave out commands that only a shell knows",
        Hint::OneAtATime => {
            "run one statement at a time, or add --write to run all of them in one transaction"
        }
        Hint::AllowWriting => "nothing was changed; if it is to change, add --write",
        Hint::WriteValue => "write the value into the statement",
        Hint::UseClient => "open the server's own shell with `instaseed sql --write`, and use \\copy",
        Hint::DidYouMean { name, kept } => {
            let name = escape_line(name);
            return match kept {
                Kept::Nothing => format!("did you mean {name}?"),
                Kept::Earlier => format!("did you mean {name}? The statements before this one are kept"),
            };
        }
        Hint::Correct { kept: Kept::Nothing } => "correct it and run all again; nothing was changed",
        Hint::Correct { kept: Kept::Earlier } => {
            "correct it and run the rest; the statements before this one are kept"
        }
        Hint::RunAgain { kept: Kept::Nothing } => "run the same command again; nothing was changed",
        Hint::RunAgain { kept: Kept::Earlier } => {
            "look at what is there before you run it again; statements that had ended are kept"
        }
    };
    text.to_owned()
}
