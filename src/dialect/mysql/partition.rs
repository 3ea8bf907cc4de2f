//! Equality of partitioning clauses, which the server prints in words of its own (MySQL manual, chapter 26
//! "Partitioning").

use crate::diff::Pair;
use crate::model::Expr;
use crate::sql::canon::Node;
use crate::sql::{Token, tokens};

use super::types::QUOTING;
use super::{MySql, canon, names};

/// Whether two clauses part a table alike.
pub(super) fn same(dialect: &MySql, clauses: Pair<&str>) -> bool {
    // A clause that cannot be read is the same as itself all the same.
    if clauses.is_same() {
        return true;
    }
    // What cannot be read as an expression on one side is compared by its tokens on both.
    let expression = |text: &str| canon::alone(dialect, &Expr::new(text)).ok();
    let read = clauses.map(|clause| canonical(clause, Some(&expression))).both();
    let both = read.or_else(|| clauses.map(|clause| canonical(clause, None)).both());
    both.is_some_and(|both| {
        both.from.len() == both.to.len() && both.from.iter().zip(&both.to).all(|(one, other)| one.means(other))
    })
}

/// What reads an expression, where it can.
type Reader<'a> = &'a dyn Fn(&str) -> Option<Node>;

/// A word, name, literal or symbol of a clause.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Token(Token),
    /// What the rows are parted by.
    Expr(Node),
    /// A moment as seconds since 1970 in UTC; the server computes it in the time zone of who makes the table. `None`
    /// where its text is none that is known here.
    Moment(Option<i64>),
}

impl Part {
    fn means(&self, other: &Part) -> bool {
        match (self, other) {
            (Part::Moment(moment), Part::Token(Token::Number(number)))
            | (Part::Token(Token::Number(number)), Part::Moment(moment)) => {
                moment.zip(number.parse::<i64>().ok()).is_none_or(|(moment, number)| is_zone(moment - number))
            }
            (Part::Expr(_) | Part::Moment(_) | Part::Token(_), Part::Expr(_) | Part::Moment(_) | Part::Token(_)) => {
                self == other
            }
        }
    }
}

/// The clause without what it need not say, and with its expressions read by `expression`, if there is one; `None` where
/// that fails or a quote is not closed.
fn canonical(clause: &str, expression: Option<Reader<'_>>) -> Option<Vec<Part>> {
    let written = tokens(clause, QUOTING).ok()?;
    let folded: Vec<Token> = written.iter().cloned().map(fold).collect();
    let mut rest = folded.as_slice();
    let mut out = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        let is_method = ["hash", "range", "list"].iter().any(|method| first.is_word(method));
        if let Some(expression) = expression
            && is_method
            && after.first().is_some_and(|token| token.is_symbol('('))
        {
            let end = closing(after)?;
            let start = folded.len() - after.len();
            let node = expression(&spelled(&written[start + 1..start + end]))?;
            out.extend([Part::Token(first.clone()), Part::Expr(node)]);
            rest = &after[end + 1..];
            continue;
        }
        let (part, next) = step(first, after);
        out.extend(part);
        rest = next;
    }
    Some(out)
}

/// Where the parenthesis that opens at the front closes.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().position(|token| {
        depth += i32::from(token.is_symbol('(')) - i32::from(token.is_symbol(')'));
        depth == 0
    })
}

/// The tokens as SQL again, with MariaDB's `MOD` between two operands as the sign that parsers know.
fn spelled(tokens: &[Token]) -> String {
    let words = tokens.iter().enumerate().map(|(at, token)| match token {
        Token::Word(_) if token.is_word("mod") && !tokens.get(at + 1).is_some_and(|next| next.is_symbol('(')) => {
            "%".to_owned()
        }
        Token::Word(word) | Token::Number(word) => word.clone(),
        Token::Quoted(name) => names::quote(name),
        Token::Text(text) => names::string_literal(text),
        Token::Symbol(symbol) => symbol.to_string(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Names of partitions, columns and functions have no case.
fn fold(token: Token) -> Token {
    match token {
        Token::Word(name) | Token::Quoted(name) => Token::Word(name.to_lowercase()),
        other @ (Token::Text(_) | Token::Number(_) | Token::Symbol(_)) => other,
    }
}

/// What the tokens at the front come to, and what is left behind them.
fn step<'a>(first: &'a Token, after: &'a [Token]) -> (Option<Part>, &'a [Token]) {
    let word = match first {
        Token::Word(word) => word.as_str(),
        Token::Symbol('=') => return (None, after),
        Token::Symbol('%') => return (Some(Part::Token(Token::Word("mod".into()))), after),
        Token::Symbol('(') if after.first().is_some_and(|token| token.is_word("maxvalue")) => {
            if after.get(1).is_some_and(|token| token.is_symbol(')')) {
                return (Some(Part::Token(after[0].clone())), &after[2..]);
            }
            return (Some(Part::Token(first.clone())), after);
        }
        Token::Quoted(_) | Token::Text(_) | Token::Number(_) | Token::Symbol(_) => {
            return (Some(Part::Token(first.clone())), after);
        }
    };
    match (word, after) {
        // Every partition has the engine of its table.
        ("storage", [engine, ..]) if engine.is_word("engine") => (None, after),
        ("engine", [Token::Symbol('='), _, rest @ ..] | [Token::Word(_), rest @ ..]) => (None, rest),
        // The partitions that follow are counted by themselves, and one is what there is without a number.
        ("partitions" | "subpartitions", [Token::Number(count), rest @ ..])
            if count == "1" || word == "partitions" && rest.first().is_some_and(|token| token.is_symbol('(')) =>
        {
            (None, rest)
        }
        // The server computes the bounds when the table is made.
        ("to_days", [Token::Symbol('('), Token::Text(date), Token::Symbol(')'), rest @ ..]) => match to_days(date) {
            Some(days) => (Some(Part::Token(Token::Number(days.to_string()))), rest),
            None => (Some(Part::Token(first.clone())), after),
        },
        ("unix_timestamp", [Token::Symbol('('), Token::Text(text), Token::Symbol(')'), rest @ ..]) => {
            (Some(Part::Moment(seconds(text))), rest)
        }
        _ => (Some(Part::Token(first.clone())), after),
    }
}

/// Whether two readings of one moment may be that far apart, since they were made in two time zones: quarters of an
/// hour, and no more than from one side of the date line to the other.
fn is_zone(seconds: i64) -> bool {
    seconds % 900 == 0 && seconds.abs() <= 14 * 3600
}

/// UNIX_TIMESTAMP of a date with or without a time, in UTC.
fn seconds(text: &str) -> Option<i64> {
    const DAYS_BEFORE_1970: i64 = 719_528;
    let time = text.split([' ', 'T']).nth(1).unwrap_or("00:00:00");
    let parts: Option<Vec<i64>> = time.split(':').map(|part| part.split('.').next()?.parse().ok()).collect();
    let clock = parts?.into_iter().chain([0, 0]).take(3).fold(0, |sum, part| sum * 60 + part);
    Some((to_days(text)? - DAYS_BEFORE_1970) * 86_400 + clock)
}

/// TO_DAYS of a date: days since the year 0 in the Gregorian calendar.
fn to_days(date: &str) -> Option<i64> {
    let date = date.split([' ', 'T']).next()?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day + 59)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Measured: what SHOW CREATE TABLE of MariaDB 10.11 makes of it.
    #[test]
    fn what_the_server_prints_is_what_was_written() {
        for (written, printed) in [
            ("PARTITION BY HASH(id) PARTITIONS 4", "PARTITION BY HASH (`id`)\nPARTITIONS 4"),
            ("PARTITION BY HASH (a % 3)", "PARTITION BY HASH (`a` MOD 3)"),
            ("PARTITION BY LIST COLUMNS(a)", "PARTITION BY LIST  COLUMNS(`a`)"),
            ("partition by key()", "PARTITION BY KEY ()\nPARTITIONS 1"),
            (
                "PARTITION BY RANGE (YEAR(D)) (PARTITION p0 VALUES LESS THAN (2000), PARTITION P1 VALUES LESS THAN (MAXVALUE))",
                "PARTITION BY RANGE (year(`d`))\n(PARTITION `p0` VALUES LESS THAN (2000) ENGINE = InnoDB,\n \
                 PARTITION `P1` VALUES LESS THAN MAXVALUE ENGINE = InnoDB)",
            ),
            (
                "PARTITION BY RANGE (TO_DAYS(d)) (PARTITION a VALUES LESS THAN (TO_DAYS('2020-01-01')))",
                "PARTITION BY RANGE (to_days(`d`))\n(PARTITION `a` VALUES LESS THAN (737790) ENGINE = InnoDB)",
            ),
            (
                "PARTITION BY RANGE (UNIX_TIMESTAMP(t)) (PARTITION a VALUES LESS THAN (UNIX_TIMESTAMP('2020-01-01')))",
                "PARTITION BY RANGE (unix_timestamp(`t`))\n(PARTITION `a` VALUES LESS THAN (1577836800) ENGINE = InnoDB)",
            ),
            (
                "PARTITION BY LIST (k) PARTITIONS 1 (PARTITION a VALUES IN (1,2) STORAGE ENGINE=InnoDB COMMENT='x')",
                "PARTITION BY LIST (`k`)\n(PARTITION `a` VALUES IN (1,2) COMMENT = 'x' ENGINE = InnoDB)",
            ),
        ] {
            assert!(same(&MySql::for_mariadb(None), Pair::new(printed, written)), "{written}");
        }
    }

    /// Measured: MySQL 8.0 and 9.7.
    #[test]
    fn mysql_prints_every_operator_in_parentheses() {
        for (written, printed) in [
            ("PARTITION BY HASH (a % 3)", "PARTITION BY HASH ((`a` % 3))"),
            ("PARTITION BY HASH (year(d) * 100 + month(d))", "PARTITION BY HASH (((year(`d`) * 100) + month(`d`)))"),
            (
                "PARTITION BY RANGE (a) (PARTITION x VALUES LESS THAN (1))",
                "PARTITION BY RANGE (`a`)\n(PARTITION x VALUES LESS THAN (1) ENGINE = InnoDB)",
            ),
        ] {
            assert!(same(&MySql::for_mysql(None), Pair::new(printed, written)), "{written}");
        }
    }

    #[test]
    fn other_partitions_differ() {
        for (one, other) in [
            ("PARTITION BY HASH ((a + b) * 2)", "PARTITION BY HASH (a + b * 2)"),
            ("PARTITION BY HASH (id) PARTITIONS 4", "PARTITION BY HASH (id) PARTITIONS 5"),
            ("PARTITION BY HASH (id) PARTITIONS 4", "PARTITION BY KEY (id) PARTITIONS 4"),
            ("PARTITION BY HASH (id)", "PARTITION BY HASH (id) PARTITIONS 2"),
            (
                "PARTITION BY RANGE (to_days(d)) (PARTITION a VALUES LESS THAN (737791))",
                "PARTITION BY RANGE (to_days(d)) (PARTITION a VALUES LESS THAN (TO_DAYS('2020-01-01')))",
            ),
            (
                "PARTITION BY RANGE (unix_timestamp(t)) (PARTITION a VALUES LESS THAN (1577836800))",
                "PARTITION BY RANGE (unix_timestamp(t)) (PARTITION a VALUES LESS THAN (UNIX_TIMESTAMP('2021-01-01')))",
            ),
            (
                "PARTITION BY LIST (k) (PARTITION a VALUES IN ('x'))",
                "PARTITION BY LIST (k) (PARTITION a VALUES IN ('X'))",
            ),
        ] {
            assert!(!same(&MySql::for_mysql(None), Pair::new(one, other)), "{one}");
        }
    }
}
