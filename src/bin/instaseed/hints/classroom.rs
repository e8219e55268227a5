//! Words for hints about grading a class.

use instaseed::classroom::Hint;

pub fn words(hint: &Hint) -> String {
    let text = match hint {
        Hint::NameSubmissions => {
            "name a folder that contains a folder for each student, with files such as answers/06-ghosts.sql"
        }
        Hint::MoveFileOrNameStudent => {
            "move the file to the folder of its student; or name the student with --student, if all of it is one submission"
        }
        Hint::SetAnswerAside => {
            "move that file out of the folder to grade the others, and keep it for a report"
        }
        Hint::NameFile => "check the name of the file, and whether you may read it",
        Hint::RenameFolder => "rename the folder",
        Hint::LongerSecret => {
            "write a long random text to the file, such as the output of `openssl rand -hex 32`"
        }
        Hint::CorrectWeights { nearest: Some(nearest) } => return format!("did you mean {nearest}?"),
        Hint::CorrectWeights { nearest: None } => "correct the file; docs/teaching.md describes it",
        Hint::NameFolder => "name a new folder with --to: it gets a file for each student",
        Hint::ChooseOtherFolder => "name another folder with --to, or remove what is in it",
        Hint::ChooseWritable => "name a file in a folder that you may write to",
        Hint::RunInTheRunner => {
            "run it in the autograder of Classroom 50, which sets CLASSROOM, ASSIGNMENT, SUBMISSION_TAG, COMMIT_URL and RELEASE_URL"
        }
    };
    text.to_owned()
}
