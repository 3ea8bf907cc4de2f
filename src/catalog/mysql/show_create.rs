//! What only SHOW CREATE TABLE tells: partitions, the parsers of full-text indexes, and defaults of bytes. Pure.

use std::collections::HashMap;

use crate::model::{Expr, Fact};

/// What the statement says of one table.
#[derive(Debug, Default)]
pub(super) struct Details {
    /// The partitioning clause.
    pub partition_by: Option<String>,
    /// The parsers of full-text indexes, by the index's name.
    pub parsers: HashMap<String, String>,
    /// The defaults of columns that hold bytes, by the column's name.
    pub binary_defaults: HashMap<String, Fact<Option<Expr>>>,
}

/// Two readings of a catalog are compared by the statement itself, from which all of this follows.
impl PartialEq for Details {
    fn eq(&self, _other: &Self) -> bool {
        true
    }
}

impl Details {
    pub fn of(create_table: &str) -> Self {
        let mut details = Details { partition_by: partition_clause(create_table), ..Details::default() };
        for line in create_table.lines() {
            if let Some((name, rest)) = line.strip_prefix("  FULLTEXT KEY ").and_then(quoted) {
                let parser = rest.rsplit_once(" WITH PARSER ").and_then(|(_, parser)| quoted(parser));
                details.parsers.extend(parser.map(|(parser, _)| (name, parser)));
            } else if let Some((name, rest)) = line.strip_prefix("  ").and_then(quoted) {
                let is_binary = rest.starts_with(" binary(") || rest.starts_with(" varbinary(");
                let default = rest.split_once(" DEFAULT ").filter(|_| is_binary);
                details.binary_defaults.extend(default.and_then(|(_, text)| Some((name, bytes(text)?))));
            }
        }
        details
    }
}

/// The bytes at the front, in hexadecimal digits or as a string.
fn bytes(text: &str) -> Option<Fact<Option<Expr>>> {
    let end = match text.strip_prefix("0x") {
        Some(digits) => 2 + digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len()),
        None => {
            let mut chars = text.strip_prefix('\'')?.char_indices().peekable();
            loop {
                match chars.next()? {
                    (_, '\\') => {
                        chars.next()?;
                    }
                    (_, '\'') if chars.next_if(|(_, next)| *next == '\'').is_none() => break,
                    _ => {}
                }
            }
            text.len() - chars.peek().map_or("", |(at, _)| &text[at + 1..]).len()
        }
    };
    // Measured: MySQL 8.0.15 prints bytes that are no text as question marks, and 9.7 in digits.
    if text[..end].contains(['?', char::REPLACEMENT_CHARACTER]) {
        return Some(Fact::unknown("the server prints its bytes as a text, which they are not"));
    }
    Some(Fact::Known(Some(Expr::new(&text[..end]))))
}

/// A name in backticks at the front, and what follows it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inner = text.strip_prefix('`')?;
    let mut from = 0;
    loop {
        let at = from + inner[from..].find('`')?;
        if !inner[at + 1..].starts_with('`') {
            return Some((inner[..at].replace("``", "`"), &inner[at + 1..]));
        }
        from = at + 2;
    }
}

/// The clause as MariaDB prints it, and as MySQL prints it inside a versioned comment.
fn partition_clause(create_table: &str) -> Option<String> {
    let body = create_table.rsplit_once("\n)")?.1;
    let clause = &body[body.find("PARTITION BY")?..];
    let clause = clause.trim_end().trim_end_matches("*/").trim_end();
    // MySQL puts what only some versions know into a comment of its own, and ends the first for it.
    let mut out = String::with_capacity(clause.len());
    let mut rest = clause;
    while let Some((before, after)) = rest.split_once("*/ /*!") {
        out.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    }
    Some(out + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partition_clauses_come_bare_and_in_comments() {
        let clause = "PARTITION BY RANGE (`y`)\n(PARTITION `p0` VALUES LESS THAN (10) ENGINE = InnoDB)";
        let mariadb = format!("CREATE TABLE `t` (\n  `y` int(11)\n) ENGINE=InnoDB\n {clause}");
        let mysql = format!("CREATE TABLE `t` (\n  `y` int\n) ENGINE=InnoDB\n/*!50100 {clause} */");
        assert_eq!(partition_clause(&mariadb).as_deref(), Some(clause));
        assert_eq!(partition_clause(&mysql).as_deref(), Some(clause));
        let parted =
            "CREATE TABLE `t` (\n  `a` int\n)\n/*!50100 PARTITION BY KEY */ /*!50611 ALGORITHM = 1 */ /*!50100 (a) */";
        assert_eq!(partition_clause(parted).as_deref(), Some("PARTITION BY KEY ALGORITHM = 1 (a)"));
        assert_eq!(partition_clause("CREATE TABLE `t` (\n  `y` int\n) COMMENT='x'"), None);
    }

    #[test]
    fn parsers_and_bytes_are_found_by_their_names() {
        let details = Details::of(
            "CREATE TABLE `t` (\n  `a``b` varbinary(3) NOT NULL DEFAULT 0x00FF COMMENT 'x DEFAULT 0x11',\n  \
             `c` binary(3) DEFAULT 'a\\0''b' COMMENT 'x',\n  `d` varbinary(3) DEFAULT '\u{fffd}',\n  \
             `e` varchar(9) DEFAULT 'x',\n  FULLTEXT KEY `f` (`x`) /*!50100 WITH PARSER `ngram` */ ,\n  \
             FULLTEXT KEY `g` (`x`)\n) ENGINE=InnoDB",
        );
        assert_eq!(details.partition_by, None);
        assert_eq!(details.parsers, HashMap::from([("f".to_owned(), "ngram".to_owned())]));
        let default = |name: &str| details.binary_defaults.get(name).map(|default| default.known());
        let text = |name: &str| default(name).flatten().and_then(|expr| Some(expr.as_ref()?.text.clone()));
        assert_eq!(text("a`b").as_deref(), Some("0x00FF"));
        assert_eq!(text("c").as_deref(), Some("'a\\0''b'"));
        assert!(default("d").is_some_and(|default| default.is_none()), "not known");
        assert!(default("e").is_none(), "no bytes");
    }
}
