//! What can be wrong with a word list, always with its file and, where it has one, its line.

/// A mistake in seeds/words.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum WordsError {
    #[error("{file}, line {line}: {message}")]
    Syntax { file: String, line: usize, message: String },
    #[error("{file}, line {line}: {entry:?} {problem}")]
    Entry { file: String, line: usize, entry: String, problem: String },
    #[error("{file}: {list} has {have} entries, {need} are needed")]
    TooFew { file: String, list: String, have: usize, need: usize },
    #[error("{file}: {list} is missing")]
    NoList { file: String, list: String },
    #[error("the word list {file} is missing")]
    Missing { file: String },
}

/// What to do about an error of this room. Not open to additions: whoever words them words all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hint {
    /// Read the description of the format.
    ReadFormat,
}

impl WordsError {
    /// The way out, for whoever edits a word list.
    pub fn hint(&self) -> Option<Hint> {
        Some(Hint::ReadFormat)
    }
}
