//! Every finding code with what is told about it: the one definition that configuration, reports and the reference
//! pages share.

mod constraint;
mod schema;
mod table;

use super::{Code, Severity, What};
use crate::model::{Attribute, Kind};

/// What is told about a code.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The code.
    pub code: Code,
    /// Its usual severity; the text says when it is another.
    pub severity: Severity,
    /// What is the matter, as one sentence.
    pub summary: &'static str,
    /// What comes of it.
    pub why: &'static str,
    /// How it is mended.
    pub mend: &'static str,
}

/// Every code, in the order of the reference.
pub fn entries() -> impl Iterator<Item = &'static Entry> {
    [schema::ENTRIES, table::ENTRIES, constraint::ENTRIES].into_iter().flatten()
}

/// What is told about `code`.
pub fn entry(code: Code) -> Option<&'static Entry> {
    entries().find(|entry| entry.code == code)
}

/// Every code as configuration writes it.
pub fn codes() -> Vec<String> {
    entries().map(|entry| entry.code.to_string()).collect()
}

const fn of(kind: Kind, what: What) -> Code {
    Code { kind, what }
}

const fn differs(kind: Kind, attribute: Attribute) -> Code {
    Code { kind, what: What::Differs(attribute) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once_and_is_told_in_sentences() {
        let mut codes = codes();
        codes.sort();
        let count = codes.len();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for entry in entries() {
            for text in [entry.summary, entry.why, entry.mend] {
                assert!(text.ends_with('.') && text.len() > 10, "{}: {text}", entry.code);
            }
        }
    }
}
