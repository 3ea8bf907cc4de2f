//! What a migration tool wants to find around the statements of its files. Which tool wants what, the history's layouts
//! say.

/// How the SQL files of a tool are framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Framing {
    /// Who opens the transaction.
    pub transactions: Transactions,
    /// Where the way back stands.
    pub reverse: Reverse,
    /// Whether a file goes to the server as one message, which PostgreSQL takes for one transaction.
    pub one_message: bool,
    /// The lines around what the tool would otherwise cut at a semicolon inside.
    pub block: Option<[&'static str; 2]>,
    /// What the tool would replace inside of statements, and the setting that keeps it from that.
    pub placeholder: Option<(&'static str, &'static str)>,
}

/// Who opens the transaction that a migration runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transactions {
    /// Nobody else: BEGIN and COMMIT stand in the file.
    Written,
    /// The tool, unless it is told to leave that to the file.
    Tools(Without),
}

/// How a tool is told to open no transaction: some statements have no effect inside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Without {
    /// By words behind the line that opens the section.
    Words(&'static str),
    /// By the first line of the file.
    Line(&'static str),
    /// By a setting in a file beside it.
    Setting(&'static str),
    /// It cannot be told: the file ends the tool's transaction, and opens another one for it to end.
    Ended,
}

/// Where the way back stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reverse {
    /// In a file of its own.
    File,
    /// In the same file: the lines that open the two sections.
    Sections([&'static str; 2]),
    /// The tool or the folder has none: it stands at the end of the file as a comment.
    Comment,
}

impl Framing {
    /// Files that an engine's own client runs, with the reverse beside them.
    pub const PLAIN: Framing = Framing {
        transactions: Transactions::Written,
        reverse: Reverse::File,
        one_message: false,
        block: None,
        placeholder: None,
    };
}
