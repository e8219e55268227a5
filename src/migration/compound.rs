//! Finds where a stored program of MySQL or MariaDB ends: follows the blocks of a body, token by token.
//!
//! `BEGIN`, `IF`, `CASE`, `WHILE`, `LOOP`, `REPEAT` and `FOR` open a block only where a statement may begin.
//! Elsewhere they are functions (`IF(...)`), expressions (`CASE ... END`) or column names (`begin`, `end`).

use super::lexer::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Begin,
    If,
    Case,
    /// `CASE` in an expression: ends with a bare `END`.
    Expression,
    While,
    Loop,
    Repeat,
    /// A `REPEAT` after its `UNTIL`: what ends the condition also ends the block.
    Until,
    For,
}

impl Block {
    fn opened_by(word: &str) -> Option<Self> {
        Some(match word {
            "BEGIN" => Self::Begin,
            "IF" => Self::If,
            "CASE" => Self::Case,
            "WHILE" => Self::While,
            "LOOP" => Self::Loop,
            "REPEAT" => Self::Repeat,
            "FOR" => Self::For,
            _ => return None,
        })
    }

    /// The word after its `END`.
    fn closing_word(self) -> &'static str {
        match self {
            Self::Begin | Self::Expression => "",
            Self::If => "IF",
            Self::Case => "CASE",
            Self::While => "WHILE",
            Self::Loop => "LOOP",
            Self::Repeat | Self::Until => "REPEAT",
            Self::For => "FOR",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Before the first word.
    Outside,
    /// `BEGIN`: a transaction, or `BEGIN NOT ATOMIC`.
    AfterBegin,
    /// `CREATE`, but what it creates is not known yet.
    Created,
    /// Before the body of a trigger, an event, a routine.
    Trigger,
    Event,
    Routine,
    Body,
    /// A semicolon ends it.
    Plain,
}

/// The current statement.
#[derive(Debug)]
pub(crate) struct Compound {
    phase: Phase,
    blocks: Vec<Block>,
    /// Whether a statement may begin at the next token.
    at_start: bool,
    closed: Option<Block>,
    in_handler: bool,
    /// The previous token was an operand, so an `END` here closes an expression.
    after_operand: bool,
    is_function: bool,
    parentheses: usize,
    had_parameters: bool,
    previous: String,
}

/// After these words an operand follows, so that `end` is a column.
const OPERATORS: [&str; 26] = [
    "CASE", "WHEN", "THEN", "ELSE", "AND", "OR", "XOR", "NOT", "BETWEEN", "IN", "LIKE", "RLIKE", "REGEXP",
    "IS", "DIV", "MOD", "SELECT", "DISTINCT", "WHERE", "SET", "BY", "ON", "HAVING", "RETURN", "BINARY",
    "FROM",
];

/// A routine that consists of one of these has no block.
const SIMPLE: [&str; 22] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "CALL", "WITH", "CREATE", "ALTER", "DROP", "TRUNCATE",
    "PREPARE", "EXECUTE", "SHOW", "SIGNAL", "DO", "VALUES", "LOAD", "RENAME", "GRANT", "REVOKE", "COMMIT",
];

impl Compound {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Outside,
            blocks: Vec::new(),
            at_start: false,
            closed: None,
            in_handler: false,
            after_operand: false,
            is_function: false,
            parentheses: 0,
            had_parameters: false,
            previous: String::new(),
        }
    }

    /// Whether a semicolon ends the statement here.
    pub(crate) fn is_closed(&self) -> bool {
        self.blocks.is_empty()
    }

    pub(crate) fn take(&mut self, kind: Kind, word: &str) {
        match kind {
            Kind::Word => {
                self.word(word);
                self.after_operand = !OPERATORS.contains(&word);
                self.previous.clear();
                self.previous.push_str(word);
            }
            Kind::Mark(mark) => self.mark(mark),
            Kind::Comment | Kind::Code => {}
            Kind::Name | Kind::Text | Kind::Variable => {
                self.closed = None;
                self.at_start = self.follows_trigger();
                self.after_operand = true;
                self.previous.clear();
            }
        }
    }

    /// Whether this is the name in `FOLLOWS other`, between `FOR EACH ROW` and the body of a trigger.
    fn follows_trigger(&self) -> bool {
        let word = matches!(self.previous.as_str(), "FOLLOWS" | "PRECEDES");
        word && self.phase == Phase::Body && self.blocks.is_empty()
    }

    fn mark(&mut self, mark: u8) {
        self.closed = None;
        self.after_operand = mark == b')';
        match mark {
            b'(' => {
                self.parentheses += 1;
                self.at_start = false;
            }
            b')' => {
                self.at_start = false;
                self.parentheses = self.parentheses.saturating_sub(1);
                self.had_parameters |= self.parentheses == 0;
            }
            // After a label, and after a statement of a body.
            b':' => self.at_start = self.phase == Phase::Body,
            b';' => {
                self.at_start = self.phase == Phase::Body;
                self.in_handler = false;
            }
            _ => self.at_start = false,
        }
        self.previous.clear();
    }

    fn word(&mut self, word: &str) {
        if let Some(block) = self.closed.take()
            && word == block.closing_word()
        {
            return;
        }
        match self.phase {
            Phase::Outside => self.first(word),
            Phase::AfterBegin => {
                self.phase = if word == "NOT" { Phase::Body } else { Phase::Plain };
                if word == "NOT" {
                    self.blocks.push(Block::Begin);
                }
            }
            Phase::Created => match word {
                "TRIGGER" => self.phase = Phase::Trigger,
                "EVENT" => self.phase = Phase::Event,
                "PROCEDURE" | "FUNCTION" => {
                    self.is_function = word == "FUNCTION";
                    self.phase = Phase::Routine;
                }
                "TABLE" | "VIEW" | "INDEX" | "DATABASE" | "SCHEMA" | "USER" | "ROLE" | "SERVER"
                | "SEQUENCE" => {
                    self.phase = Phase::Plain;
                }
                _ => {}
            },
            Phase::Trigger if word == "ROW" && self.previous == "EACH" => self.begin_body(),
            Phase::Event if word == "DO" => self.begin_body(),
            Phase::Routine if self.had_parameters && self.parentheses == 0 => self.header(word),
            Phase::Trigger | Phase::Event | Phase::Routine | Phase::Plain => {}
            Phase::Body => self.body(word),
        }
    }

    fn first(&mut self, word: &str) {
        self.phase = match (word, Block::opened_by(word)) {
            ("CREATE", _) => Phase::Created,
            ("BEGIN", _) => Phase::AfterBegin,
            (_, Some(block)) => {
                self.blocks.push(block);
                self.at_start = matches!(block, Block::Loop | Block::Repeat);
                Phase::Body
            }
            _ => Phase::Plain,
        };
    }

    fn begin_body(&mut self) {
        self.phase = Phase::Body;
        self.at_start = true;
    }

    /// Between the parameters of a routine and its body.
    fn header(&mut self, word: &str) {
        if word == "RETURN" || (!self.is_function && (word == "SET" || SIMPLE.contains(&word))) {
            self.phase = Phase::Plain;
        } else if Block::opened_by(word).is_some() {
            self.begin_body();
            self.body(word);
        }
    }

    fn body(&mut self, word: &str) {
        if std::mem::take(&mut self.at_start)
            || (self.in_handler && Block::opened_by(word).is_some() && word != "FOR")
        {
            self.statement(word);
            return;
        }
        if self.in_handler && (matches!(word, "SET" | "RETURN") || SIMPLE.contains(&word)) {
            self.in_handler = false;
        }
        let top = self.blocks.last().copied();
        match (word, top) {
            ("THEN", Some(Block::If | Block::Case)) | ("DO", Some(Block::While | Block::For)) => {
                self.at_start = true;
            }
            ("ATOMIC", _) if self.previous == "NOT" => self.at_start = true,
            ("HANDLER", _) => self.in_handler = true,
            _ if self.follows_trigger() => self.at_start = true,
            ("CASE", _) => self.blocks.push(Block::Expression),
            ("END", Some(Block::Expression)) if self.after_operand => {
                self.blocks.pop();
            }
            ("END", Some(Block::Until)) if self.after_operand => self.closed = self.blocks.pop(),
            _ => {}
        }
    }

    /// A word that begins a statement.
    fn statement(&mut self, word: &str) {
        self.in_handler = false;
        if let Some(block) = Block::opened_by(word) {
            self.blocks.push(block);
            self.at_start = matches!(block, Block::Begin | Block::Loop | Block::Repeat);
            return;
        }
        match word {
            "ELSE" => self.at_start = true,
            "END" => self.closed = self.blocks.pop(),
            "UNTIL" if self.blocks.last() == Some(&Block::Repeat) => {
                self.blocks.pop();
                self.blocks.push(Block::Until);
            }
            // `BEGIN NOT ATOMIC` inside a body.
            "NOT" if self.previous == "BEGIN" => {}
            _ => {}
        }
    }
}
