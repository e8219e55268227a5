//! Decides, whenever SQLite asks, whether a statement may continue: what it may touch, and how much work and memory it may use.

use std::cell::{Cell, RefCell};
use std::time::{Duration, Instant};

use crate::sandbox::Limits;

/// Who wrote a statement, and what for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// A stranger's query.
    Query,
    /// A stranger's script, in a scratch database.
    Script,
    /// A statement of this program.
    Own,
}

/// What a statement is about to do.
pub(super) enum Act<'a> {
    Read,
    Function(&'a str),
    Pragma(&'a str),
    /// Begins or ends a transaction; with its keyword.
    Transaction(&'a str),
    /// Changes rows or the schema.
    Change,
    NotByStrangers(&'static str),
    Never(&'static str),
}

/// Functions that read files, load code, or open what SQLite otherwise keeps closed. The last two search a whole document for
/// each key of another one, which can take seconds.
pub(super) const FORBIDDEN: [&str; 8] = [
    "load_extension",
    "readfile",
    "writefile",
    "edit",
    "fts3_tokenizer",
    "sqlite_log",
    "json_patch",
    "jsonb_patch",
];

/// Pragmas that a script needs to rebuild a table, or that only read. SQLite itself runs `quick_check` when a column with a
/// CHECK is added.
const PRAGMAS: [&str; 10] = [
    "foreign_keys",
    "defer_foreign_keys",
    "foreign_key_check",
    "foreign_key_list",
    "legacy_alter_table",
    "quick_check",
    "table_info",
    "table_xinfo",
    "index_list",
    "index_info",
];

/// Functions whose time grows with the product of two lengths. SQLite reports no progress while a function runs.
const HEAVY: [&str; 4] = ["like", "glob", "instr", "replace"];
/// How often a statement may name a heavy function, and any function. Each call may return the longest value, and without a
/// loop SQLite does not call the guard in between.
const MOST_HEAVY: u32 = 32;
const MOST_FUNCTIONS: u32 = 500;

/// How much the memory of SQLite may grow during a statement.
const MEMORY: i64 = 256 << 20;

#[derive(Debug)]
pub(super) struct Guard {
    mode: Cell<Mode>,
    /// What was refused last.
    refused: RefCell<Option<String>>,
    stopped: Cell<bool>,
    asked: Cell<u64>,
    most: Cell<u64>,
    until: Cell<Instant>,
    memory: Cell<i64>,
    heavy: Cell<u32>,
    functions: Cell<u32>,
}

impl Guard {
    /// SQLite calls the guard after this many steps of its virtual machine.
    pub(super) const EVERY: i32 = 100;

    pub(super) fn new() -> Guard {
        Guard {
            mode: Cell::new(Mode::Own),
            refused: RefCell::new(None),
            stopped: Cell::new(false),
            asked: Cell::new(0),
            most: Cell::new(u64::MAX),
            until: Cell::new(Instant::now()),
            memory: Cell::new(i64::MAX),
            heavy: Cell::new(0),
            functions: Cell::new(0),
        }
    }

    /// Starts counting.
    pub(super) fn arm(&self, mode: Mode, limits: &Limits, memory_used: i64) {
        self.mode.set(mode);
        self.refused.replace(None);
        self.stopped.set(false);
        self.asked.set(0);
        self.most.set(limits.work / Self::EVERY.unsigned_abs() as u64 + 1);
        let seconds = limits.seconds.clamp(0.0, 86_400.0);
        self.until.set(Instant::now() + Duration::from_secs_f64(seconds));
        self.memory.set(memory_used.saturating_add(MEMORY));
        self.begin_statement();
    }

    /// Continues to count for another author of statements. Returns the previous one.
    pub(super) fn change_mode(&self, mode: Mode) -> Mode {
        self.mode.replace(mode)
    }

    /// Starts counting what a single statement names.
    pub(super) fn begin_statement(&self) {
        self.heavy.set(0);
        self.functions.set(0);
    }

    /// What was refused since counting started.
    pub(super) fn take_refused(&self) -> Option<String> {
        self.refused.take()
    }

    /// Whether a statement was stopped for its work, its time or its memory.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped.get()
    }

    pub(super) fn stops(&self, memory_used: i64) -> bool {
        self.asked.set(self.asked.get() + 1);
        let stops = self.asked.get() > self.most.get()
            || memory_used > self.memory.get()
            || Instant::now() > self.until.get();
        self.stopped.set(self.stopped.get() || stops);
        stops
    }

    pub(super) fn allows(&self, act: &Act<'_>) -> bool {
        let refused = match (act, self.mode.get()) {
            (Act::Never(what), _) => Some((*what).to_owned()),
            (Act::Function(name), _) => self.refused_function(name),
            (Act::Read, _) | (_, Mode::Own) | (Act::Change, Mode::Script) => None,
            (Act::Pragma(name), Mode::Script) => {
                let harmless = PRAGMAS.iter().any(|known| name.eq_ignore_ascii_case(known));
                (!harmless).then(|| format!("PRAGMA {name}"))
            }
            (Act::Pragma(_), Mode::Query) => Some("PRAGMA".to_owned()),
            (Act::Transaction(word), _) => Some((*word).to_owned()),
            (Act::NotByStrangers(what), _) => Some((*what).to_owned()),
            (Act::Change, Mode::Query) => Some("a change".to_owned()),
        };
        let allowed = refused.is_none();
        if !allowed {
            self.refused.replace(refused);
        }
        allowed
    }

    fn refused_function(&self, name: &str) -> Option<String> {
        let is_one_of = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
        if is_one_of(&FORBIDDEN) {
            return Some(format!("the function {name}"));
        }
        self.functions.set(self.functions.get() + 1);
        self.heavy.set(self.heavy.get() + u32::from(is_one_of(&HEAVY)));
        let too_many = self.functions.get() > MOST_FUNCTIONS || self.heavy.get() > MOST_HEAVY;
        too_many.then(|| "a statement that calls functions in so many places".to_owned())
    }
}
