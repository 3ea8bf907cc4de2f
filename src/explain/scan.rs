//! A log as a stream: what may hold an error is cut out and read, the rest is passed over at the speed of the disk.
//!
//! Memory is bounded by the size of the buffer, whatever the length of the log or of its lines.

use std::io::{self, Read};
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use super::foreign;
use super::phrase;
use super::record::{self, Record};

/// How much is read at once.
const CHUNK: usize = 1 << 20;
/// How much of what stands before an error may belong to it: a statement that was logged first.
const BEFORE: usize = 4 << 10;
/// How much of what stands behind an error may belong to it: the statement, details, the rest of a traceback.
const AFTER: usize = 16 << 10;
/// How much is read as one piece where errors follow each other closely.
const PIECE: usize = 128 << 10;

/// What stands beside the code of a message whose words are in another language.
const MARKS: &[&str] = &["SQLSTATE", "sqlState", "sqlstate", "errors.", "exceptions.", "PG::"];

static SEARCH: LazyLock<AhoCorasick> = LazyLock::new(|| {
    // A number of four digits is an error's where it says so.
    let codes = phrase::codes().flat_map(|code| {
        let is_number = code.len() == 4;
        let before: &[&str] = if is_number { &["(", "ERROR ", "rror ", "FEHLER ", "ERREUR ", "errno "] } else { &[""] };
        let behind = if is_number { &["errno: ", "ode: "][..] } else { &[] };
        before.iter().chain(behind).map(|before| format!("{before}{code}")).collect::<Vec<_>>()
    });
    let words = phrase::triggers().chain(foreign::triggers()).chain(MARKS.iter().copied());
    let words = words.map(str::to_owned).chain(codes);
    AhoCorasick::builder().match_kind(MatchKind::Standard).build(words).expect("a few hundred short words")
});

/// Reads `log` to its end and hands over each error with the number of its line.
///
/// # Errors
/// When the log cannot be read.
pub fn scan(log: &mut dyn Read, found: &mut dyn FnMut(u64, Record)) -> io::Result<u64> {
    let mut scanner = Scanner { buffer: Vec::with_capacity(CHUNK * 2), searched: 0, line: 1, counted: 0 };
    let mut total = 0;
    loop {
        let before = scanner.buffer.len();
        let read = log.take(CHUNK as u64).read_to_end(&mut scanner.buffer)?;
        total += read as u64;
        let is_end = scanner.buffer.len() - before < CHUNK;
        scanner.pieces(is_end, found);
        if is_end {
            return Ok(total);
        }
        scanner.forget();
    }
}

struct Scanner {
    buffer: Vec<u8>,
    /// Up to where errors have been handed over.
    searched: usize,
    /// The line that `counted` stands on.
    line: u64,
    /// Up to where lines have been counted.
    counted: usize,
}

impl Scanner {
    /// Hands over the errors that are wholly in the buffer.
    fn pieces(&mut self, is_end: bool, found: &mut dyn FnMut(u64, Record)) {
        let complete = if is_end { self.buffer.len() } else { self.buffer.len().saturating_sub(PIECE + AFTER) };
        while let Some(first) = SEARCH.find(&self.buffer[self.searched..]).map(|hit| self.searched + hit.start()) {
            if first >= complete && !is_end {
                self.searched = first;
                return;
            }
            let end = self.end_of_piece(first);
            self.piece(first, end, found);
            self.searched = end;
        }
        let longest_word = 64;
        self.searched =
            if is_end { self.buffer.len() } else { self.buffer.len().saturating_sub(longest_word).max(self.searched) };
    }

    /// Where the piece that starts with the hit at `first` ends: errors that follow closely belong to it.
    fn end_of_piece(&self, first: usize) -> usize {
        let mut last = first;
        for hit in SEARCH.find_iter(&self.buffer[first..(first + PIECE).min(self.buffer.len())]) {
            let at = first + hit.start();
            if at > last + AFTER {
                break;
            }
            last = at;
        }
        let most = (last + AFTER).min(self.buffer.len());
        // A piece ends with a line, where there is one to end with.
        match memchr_last_newline(&self.buffer[last..most]) {
            Some(end) if most < self.buffer.len() => last + end + 1,
            Some(_) | None => most,
        }
    }

    fn piece(&mut self, first: usize, end: usize, found: &mut dyn FnMut(u64, Record)) {
        let earliest = self.searched.max(first.saturating_sub(BEFORE));
        let start = match self.buffer[earliest..first].iter().position(|byte| *byte == b'\n') {
            Some(newline) if earliest > self.searched => earliest + newline + 1,
            Some(_) | None => earliest,
        };
        let line = self.line_of(first);
        let text = String::from_utf8_lossy(&self.buffer[start..end]);
        let text = anstream::adapter::strip_str(&text).to_string();
        let plain = record::plain(&text);
        for record in record::read(&plain) {
            found(line, record);
        }
    }

    fn line_of(&mut self, at: usize) -> u64 {
        self.line += self.buffer[self.counted..at].iter().filter(|byte| **byte == b'\n').count() as u64;
        self.counted = at;
        self.line
    }

    /// Drops what no later error can need.
    fn forget(&mut self) {
        let keep = self.searched.saturating_sub(BEFORE);
        self.line_of(keep.max(self.counted));
        self.buffer.drain(..keep);
        self.searched -= keep;
        self.counted -= keep;
    }
}

fn memchr_last_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n')
}
