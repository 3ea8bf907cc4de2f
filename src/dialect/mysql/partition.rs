//! Equality of partitioning clauses, which the server prints in words of its own (MySQL manual, chapter 26
//! "Partitioning").

use crate::diff::{Pair, Verdict};
use crate::model::{Expr, Name, Reason, Table, TypeKind};
use crate::sql::canon::{Node, compare};
use crate::sql::{Token, tokens};

use super::types::QUOTING;
use super::{MySql, canon, names};

/// Whether two clauses part their tables alike.
pub(super) fn verdict(dialect: &MySql, clauses: Pair<&str>, tables: Pair<&Table>) -> Verdict {
    // A clause that cannot be read is the same as itself all the same.
    if clauses.is_same() {
        return Verdict::Same;
    }
    let read = clauses.zip(tables).map(|(clause, table)| canonical(dialect, clause, table));
    let undecided = || {
        let (from, to) = (clauses.from, clauses.to);
        Verdict::Undecided(Reason::new(format!("cannot tell whether `{from}` means `{to}`")))
    };
    let Some(mut parts) = read.both() else { return undecided() };
    same_start(&mut parts);
    if !parts.as_ref().map(Vec::len).is_same() {
        return Verdict::Differs;
    }
    let means: Vec<Option<bool>> = parts.from.iter().zip(&parts.to).map(|(one, other)| one.means(other)).collect();
    if means.contains(&Some(false)) {
        Verdict::Differs
    } else if means.contains(&None) {
        undecided()
    } else {
        Verdict::Same
    }
}

/// A word, name, literal or symbol of a clause.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Token(Token),
    /// What the rows are parted by.
    Expr(Node),
    /// A bound, or the values of one partition in an order of their own.
    Values(Vec<Node>),
    /// From when on partitions of history are counted; the server takes the moment at which the table is made.
    Starts(Vec<Token>),
}

impl Part {
    /// Whether both say the same; `None` where it cannot be told.
    fn means(&self, other: &Part) -> Option<bool> {
        match (self, other) {
            (Part::Expr(one), Part::Expr(other)) => compare(one, other, true),
            (Part::Values(one), Part::Values(other)) if one.len() == other.len() => {
                let each: Vec<Option<bool>> =
                    one.iter().zip(other).map(|(one, other)| same_value(one, other)).collect();
                if each.contains(&Some(false)) {
                    Some(false)
                } else {
                    each.into_iter().collect::<Option<Vec<bool>>>().map(|_| true)
                }
            }
            (
                Part::Token(_) | Part::Expr(_) | Part::Values(_) | Part::Starts(_),
                Part::Token(_) | Part::Expr(_) | Part::Values(_) | Part::Starts(_),
            ) => Some(self == other),
        }
    }
}

/// Whether two values are the same. UNIX_TIMESTAMP was computed in the time zone of who made the table.
fn same_value(one: &Node, other: &Node) -> Option<bool> {
    match (one, other) {
        (Node::Call(name, args), Node::Number(number)) | (Node::Number(number), Node::Call(name, args))
            if name == "unix_timestamp" =>
        {
            match args.as_slice() {
                [Node::Text(text)] => Some(is_zone(seconds(text)? - number.parse::<i64>().ok()?)),
                _ => None,
            }
        }
        (Node::Row(one), Node::Row(other)) if one.len() == other.len() => {
            let each: Option<Vec<bool>> = one.iter().zip(other).map(|(one, other)| same_value(one, other)).collect();
            each.map(|each| each.into_iter().all(|same| same))
        }
        // A call that is left was not computed.
        (Node::Call(..), Node::Number(_)) | (Node::Number(_), Node::Call(..)) => None,
        (one, other) => compare(one, other, true),
    }
}

/// Leaves out since when history is parted, where only one side says so.
fn same_start(parts: &mut Pair<Vec<Part>>) {
    let starts = |parts: &Vec<Part>| parts.iter().any(|part| matches!(part, Part::Starts(_)));
    if !parts.as_ref().map(starts).is_same() {
        for side in [&mut parts.from, &mut parts.to] {
            side.retain(|part| !matches!(part, Part::Starts(_)));
        }
    }
}

/// What the values of partitions are compared with.
enum Key {
    /// The value of an expression, which is an integer.
    Expression,
    /// Columns of these types; `None` where one is not known.
    Columns(Vec<Option<TypeKind>>),
}

/// The clause without what it need not say; `None` where an expression cannot be read or a quote is not closed.
fn canonical(dialect: &MySql, clause: &str, table: &Table) -> Option<Vec<Part>> {
    let written = tokens(clause, QUOTING).ok()?;
    let folded: Vec<Token> = written.iter().cloned().map(fold).collect();
    let expression = |from: usize, to: usize| canon::alone(dialect, &Expr::new(spelled(&written[from..to]))).ok();
    let mut key = Key::Expression;
    let mut at = 0;
    let mut out = Vec::new();
    while let Some(first) = folded.get(at) {
        let after = &folded[at + 1..];
        let opens = after.first().is_some_and(|token| token.is_symbol('('));
        let end = if opens { at + 1 + closing(after)? } else { at };
        if opens && ["hash", "range", "list"].iter().any(|method| first.is_word(method)) {
            out.extend([Part::Token(first.clone()), Part::Expr(expression(at + 2, end)?)]);
            at = end + 1;
        } else if opens && first.is_word("columns") {
            key = Key::Columns(types(&folded[at + 2..end], table));
            out.push(Part::Token(first.clone()));
            at += 1;
        } else if opens && ["than", "in"].iter().any(|word| first.is_word(word)) {
            let mut values = Vec::new();
            for (from, to) in items(&folded, at + 2, end) {
                values.push(value(dialect, expression(from, to)?, &key, values.len(), first.is_word("in")));
            }
            // `IN` lists a set.
            if first.is_word("in") {
                values.sort_by_key(|value| format!("{value:?}"));
            }
            out.extend([Part::Token(first.clone()), Part::Values(values)]);
            at = end + 1;
        } else if first.is_word("than") && after.first().is_some_and(|token| token.is_word("maxvalue")) {
            let most = Node::Column(Name::insensitive("maxvalue"));
            out.extend([Part::Token(first.clone()), Part::Values(vec![most])]);
            at += 2;
        } else if first.is_word("starts") {
            let length = after.iter().take_while(|token| !token.is_symbol('(') && !token.is_word("partitions")).count();
            out.push(Part::Starts(after[..length].to_vec()));
            at += 1 + length;
        } else if let Some(length) = options(&folded[at..]) {
            let mut options: Vec<Vec<Token>> = Vec::new();
            let mut rest = &folded[at..at + length];
            while let Some((option, next)) = option(rest) {
                options.extend((!option.is_empty()).then_some(option));
                rest = next;
            }
            options.sort_by_key(|option| format!("{option:?}"));
            out.extend(options.into_iter().flatten().map(Part::Token));
            at += length;
        } else {
            let (part, rest) = step(first, after);
            out.extend(part.map(Part::Token));
            at = folded.len() - rest.len();
        }
    }
    Some(out)
}

/// The types of the columns that a list names.
fn types(list: &[Token], table: &Table) -> Vec<Option<TypeKind>> {
    let columns = list.iter().filter_map(|token| match token {
        Token::Word(name) => Some(table.column(&Name::insensitive(name.as_str()))),
        Token::Quoted(_) | Token::Text(_) | Token::Number(_) | Token::Symbol(_) => None,
    });
    columns.map(|column| Some(column?.ty.known()?.kind.clone())).collect()
}

/// Where the items of a list between two places begin and end.
fn items(tokens: &[Token], from: usize, to: usize) -> Vec<(usize, usize)> {
    let mut depth = 0;
    let mut start = from;
    let mut out = Vec::new();
    for (at, token) in tokens.iter().enumerate().take(to).skip(from) {
        depth += i32::from(token.is_symbol('(')) - i32::from(token.is_symbol(')'));
        if depth == 0 && token.is_symbol(',') {
            out.push((start, at));
            start = at + 1;
        }
    }
    out.push((start, to));
    out
}

/// A value of a partition, as a column of its type keeps it, or computed. `at` is its place in a bound of several columns.
fn value(dialect: &MySql, node: Node, key: &Key, at: usize, is_list: bool) -> Node {
    match (key, node) {
        (Key::Columns(_), Node::Row(fields)) => {
            let fields = fields.into_iter().enumerate();
            Node::Row(fields.map(|(at, field)| value(dialect, field, key, at, false)).collect())
        }
        (Key::Columns(types), node) => {
            let node = constant(node);
            match types.get(if is_list { 0 } else { at }) {
                Some(Some(ty)) => canon::stored(dialect, node, ty),
                Some(None) | None => node,
            }
        }
        (Key::Expression, node) => constant(node),
    }
}

/// What the server computes when the table is made: whole numbers, and the functions of dates by which tables are parted.
fn constant(node: Node) -> Node {
    let number = |node: &Node| match node {
        Node::Number(text) => text.parse::<i64>().ok(),
        _ => None,
    };
    let computed = match &node {
        Node::Op(symbol, operands) => {
            let operands: Option<Vec<i64>> =
                operands.iter().map(|operand| number(&constant(operand.clone()))).collect();
            match (symbol.as_str(), operands.as_deref()) {
                ("+", Some([left, right])) => left.checked_add(*right),
                ("-", Some([left, right])) => left.checked_sub(*right),
                ("*", Some([left, right])) => left.checked_mul(*right),
                ("%", Some([left, right])) => left.checked_rem(*right),
                ("div", Some([left, right])) => left.checked_div(*right),
                ("-", Some([value])) => value.checked_neg(),
                _ => None,
            }
        }
        Node::Call(name, args) => match args.as_slice() {
            [Node::Text(date)] => of_date(name, date),
            [Node::Cast(inner, _)] => match &**inner {
                Node::Text(date) => of_date(name, date),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    };
    computed.map_or(node, |value| Node::Number(value.to_string()))
}

fn of_date(function: &str, date: &str) -> Option<i64> {
    let part = |at: usize| super::moment::date(date)?.split('-').nth(at)?.parse::<i64>().ok();
    match function {
        "to_days" => to_days(date),
        "year" => part(0),
        "month" => part(1),
        "day" => part(2),
        _ => None,
    }
}

/// How many tokens at the front are options of a partition, in whatever order; `None` where there are none.
fn options(tokens: &[Token]) -> Option<usize> {
    let mut rest = tokens;
    while let Some((_, next)) = option(rest) {
        rest = next;
    }
    (rest.len() < tokens.len()).then(|| tokens.len() - rest.len())
}

/// One option at the front, without its sign of equality, and what follows it. Every partition has the engine of its table,
/// so that says nothing.
fn option(tokens: &[Token]) -> Option<(Vec<Token>, &[Token])> {
    let (words, is_engine) = match tokens {
        [storage, engine, ..] if storage.is_word("storage") && engine.is_word("engine") => (2, true),
        [engine, ..] if engine.is_word("engine") => (1, true),
        [what, directory, ..] if (what.is_word("data") || what.is_word("index")) && directory.is_word("directory") => {
            (2, false)
        }
        [name, ..]
            if ["comment", "max_rows", "min_rows", "nodegroup", "tablespace"].iter().any(|word| name.is_word(word)) =>
        {
            (1, false)
        }
        _ => return None,
    };
    let (name, rest) = tokens.split_at(words);
    let rest = rest.strip_prefix(&[Token::Symbol('=')]).unwrap_or(rest);
    let (value, rest) = rest.split_first()?;
    let option = name.iter().chain([value]).cloned().collect();
    Some((if is_engine { Vec::new() } else { option }, rest))
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
    let mut out = String::new();
    for (at, word) in words.enumerate() {
        let is_joined = match (at.checked_sub(1).map(|before| &tokens[before]), &tokens[at]) {
            // `x'41'`, `b'1'` and `0x41` are one literal.
            (Some(Token::Word(prefix)), Token::Text(_)) => prefix.len() == 1,
            (Some(Token::Number(zero)), Token::Word(digits)) => zero == "0" && digits.starts_with(['x', 'b']),
            _ => at == 0,
        };
        out.push_str(if is_joined { "" } else { " " });
        out.push_str(&word);
    }
    out
}

/// Names of partitions, columns and functions have no case.
fn fold(token: Token) -> Token {
    match token {
        Token::Word(name) | Token::Quoted(name) => Token::Word(name.to_lowercase()),
        other @ (Token::Text(_) | Token::Number(_) | Token::Symbol(_)) => other,
    }
}

/// What the tokens at the front come to, and what is left behind them.
fn step<'a>(first: &'a Token, after: &'a [Token]) -> (Option<Token>, &'a [Token]) {
    let word = match first {
        Token::Word(word) => word.as_str(),
        Token::Symbol('=') => return (None, after),
        Token::Quoted(_) | Token::Text(_) | Token::Number(_) | Token::Symbol(_) => return (Some(first.clone()), after),
    };
    match (word, after) {
        // The function by which keys are hashed since MySQL 5.5, which nothing prints.
        ("algorithm", [equals, Token::Number(number), rest @ ..]) if equals.is_symbol('=') && number == "2" => {
            (None, rest)
        }
        // The partitions that follow are counted by themselves, and one is what there is without a number.
        ("partitions" | "subpartitions", [Token::Number(count), rest @ ..])
            if count == "1" || word == "partitions" && rest.first().is_some_and(|token| token.is_symbol('(')) =>
        {
            (None, rest)
        }
        _ => (Some(first.clone()), after),
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
    use crate::model::{Column, Extras, MySqlTable, RelationName};
    use crate::sql::Syntax;

    fn verdict_on(dialect: &MySql, from: &str, to: &str) -> Verdict {
        let mut table = Table::new(RelationName::new(None, Name::exact("t")), Extras::MySql(MySqlTable::default()));
        for (name, ty) in [("a", "int"), ("s", "varchar(9)"), ("m", "datetime"), ("x", "varbinary(9)")] {
            table.columns.push(Column::new(Name::insensitive(name), dialect.data_type(ty).unwrap()));
        }
        verdict(dialect, Pair::new(from, to), Pair::new(&table, &table))
    }

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
            ("partition by key algorithm = 2 (a)", "PARTITION BY KEY (`a`)"),
            (
                "PARTITION BY LIST (a) (PARTITION p VALUES IN (2 + 3, NULL) COMMENT 'x' MAX_ROWS 10)",
                "PARTITION BY LIST (`a`)\n(PARTITION `p` VALUES IN (NULL,5) MAX_ROWS = 10 COMMENT = 'x' ENGINE = InnoDB)",
            ),
            (
                "PARTITION BY RANGE COLUMNS (m) (PARTITION p VALUES LESS THAN (DATE'2020-1-1'))",
                "PARTITION BY RANGE  COLUMNS(`m`)\n(PARTITION `p` VALUES LESS THAN ('2020-01-01 00:00:00') ENGINE = InnoDB)",
            ),
            (
                "PARTITION BY LIST COLUMNS (x) (PARTITION p VALUES IN (0x41, 'B'))",
                "PARTITION BY LIST  COLUMNS(`x`)\n(PARTITION `p` VALUES IN ('A','B') ENGINE = InnoDB)",
            ),
            (
                "PARTITION BY LIST COLUMNS (s, m) (PARTITION p VALUES IN ((\"a\", '2020-01-02')))",
                "PARTITION BY LIST  COLUMNS(`s`,`m`)\n(PARTITION `p` VALUES IN (('a','2020-01-02 00:00:00')) ENGINE = InnoDB)",
            ),
            (
                "partition by system_time interval 1 month (partition p0 history, partition p1 current)",
                "PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS TIMESTAMP'2026-11-27 00:00:00'\n(PARTITION `p0` HISTORY \
                 ENGINE = InnoDB,\n PARTITION `p1` CURRENT ENGINE = InnoDB)",
            ),
        ] {
            assert_eq!(verdict_on(&MySql::for_mariadb(None), printed, written), Verdict::Same, "{written}");
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
            assert_eq!(verdict_on(&MySql::for_mysql(None), printed, written), Verdict::Same, "{written}");
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
            ("PARTITION BY KEY (a)", "PARTITION BY KEY ALGORITHM = 1 (a)"),
            ("PARTITION BY KEY (a)", "PARTITION BY LINEAR KEY (a)"),
            (
                "PARTITION BY RANGE COLUMNS (m) (PARTITION p VALUES LESS THAN ('2020-01-01'))",
                "PARTITION BY RANGE COLUMNS (m) (PARTITION p VALUES LESS THAN ('2020-01-02'))",
            ),
        ] {
            assert_eq!(verdict_on(&MySql::for_mysql(None), one, other), Verdict::Differs, "{one}");
        }
    }
}
