//! Which column a value in a statement belongs to, by where it stands: the third of VALUES goes into the third column, and
//! what is compared with a column has its type. Where a value stands in a call, or twice, nothing is said.

mod items;

use std::ops::Range;

use items::{Item, items};

/// Where the value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// At this byte.
    Byte(usize),
    /// Where this value is written, if it is written once.
    Value(&'a str),
    /// At the placeholder of this number, from 1.
    Parameter(usize),
    /// At the placeholder of this name.
    Named(&'a str),
}

/// The column that the value at `place` of `text` belongs to. `columns` are those that the whole statement writes, where
/// `text` is an excerpt that may lack them.
pub fn column_of(text: &str, place: Place<'_>, columns: &[String]) -> Option<String> {
    let parts = items(text);
    if let Place::Byte(byte) = place
        && text.starts_with("...")
        && text.get(byte..).is_some_and(|rest| rest.starts_with('\''))
        && !parts.iter().any(|(_, range)| range.start == byte)
    {
        // The beginning is cut off inside a string, so that only what stands behind can be told apart.
        let behind = items(&text[byte..]);
        return Reader { items: &behind, columns }.of_cut_row(0);
    }
    let items = parts;
    let at = position(&items, place)?;
    let (item, _) = &items[at];
    let reader = Reader { items: &items, columns };
    match item {
        Item::Name(_) => reader.name_from(at),
        Item::Symbol(_) if item.is_operator() => {
            let first = (0..=at).rev().take_while(|index| items[*index].0.is_operator()).last()?;
            reader.name_before(first)
        }
        Item::Symbol(_) => None,
        Item::Literal(_) | Item::Placeholder(..) => reader.of_value(at),
    }
}

/// The place of `value` among the parameters that a log shows: `('a', 2)`, `{'age': 'forty'}`, or a list of such.
pub fn parameter_of(parameters: &str, value: &str) -> Option<Parameter> {
    let items = items(parameters);
    let mut found: Vec<Parameter> = Vec::new();
    let mut number = 0;
    let mut key: Option<&str> = None;
    let mut depth = 0_usize;
    for (index, (item, _)) in items.iter().enumerate() {
        match item {
            Item::Symbol('(' | '[' | '{') => {
                depth += 1;
                number = 1;
            }
            Item::Symbol(')' | ']' | '}') => depth = depth.saturating_sub(1),
            Item::Symbol(',') => {
                number += 1;
                key = None;
            }
            Item::Literal(text) if items.get(index + 1).is_some_and(|(next, _)| next.is_symbol(':')) => {
                key = Some(text)
            }
            Item::Literal(text) if text == value && depth > 0 => {
                let here = key.map_or(Parameter::Number(number), |key| Parameter::Name(key.to_owned()));
                if !found.contains(&here) {
                    found.push(here);
                }
            }
            Item::Literal(_) | Item::Name(_) | Item::Placeholder(..) | Item::Symbol(_) => {}
        }
    }
    if found.len() == 1 { found.pop() } else { None }
}

/// A parameter of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// By its number, from 1.
    Number(usize),
    /// By its name.
    Name(String),
}

fn position(items: &[(Item, Range<usize>)], place: Place<'_>) -> Option<usize> {
    let only = |mut found: Vec<usize>| if found.len() == 1 { found.pop() } else { None };
    let placeholders = || items.iter().enumerate().filter(|(_, (item, _))| matches!(item, Item::Placeholder(..)));
    match place {
        Place::Byte(byte) => items.iter().position(|(_, range)| range.contains(&byte)),
        Place::Value(value) => {
            let is_it = |item: &Item| matches!(item, Item::Literal(text) if text == value);
            only(items.iter().enumerate().filter(|(_, (item, _))| is_it(item)).map(|(index, _)| index).collect())
        }
        Place::Parameter(number) => {
            let numbered = |item: &Item| matches!(item, Item::Placeholder(Some(known), _) if *known == number);
            let by_number: Vec<usize> =
                placeholders().filter(|(_, (item, _))| numbered(item)).map(|(index, _)| index).collect();
            if by_number.is_empty() {
                return placeholders().nth(number.checked_sub(1)?).map(|(index, _)| index);
            }
            only(by_number)
        }
        Place::Named(wanted) => {
            let named = |item: &Item| matches!(item, Item::Placeholder(_, name) if name == wanted);
            only(placeholders().filter(|(_, (item, _))| named(item)).map(|(index, _)| index).collect())
        }
    }
}

struct Reader<'a> {
    items: &'a [(Item, Range<usize>)],
    columns: &'a [String],
}

impl Reader<'_> {
    fn item(&self, at: usize) -> Option<&Item> {
        self.items.get(at).map(|(item, _)| item)
    }

    /// The name that starts at `at`, without what stands before its last dot; none where it is a call.
    fn name_from(&self, mut at: usize) -> Option<String> {
        while self.item(at + 1).is_some_and(|item| item.is_symbol('.')) {
            at += 2;
        }
        self.name(at).filter(|_| !self.item(at + 1).is_some_and(|item| item.is_symbol('(')))
    }

    fn name(&self, at: usize) -> Option<String> {
        match self.item(at)? {
            Item::Name(name) if !is_keyword(name) => Some(name.clone()),
            Item::Name(_) | Item::Literal(_) | Item::Placeholder(..) | Item::Symbol(_) => None,
        }
    }

    /// The name that ends before `at`.
    fn name_before(&self, at: usize) -> Option<String> {
        self.name(at.checked_sub(1)?)
    }

    fn of_value(&self, at: usize) -> Option<String> {
        if let Some(open) = self.enclosing(at) {
            let before = open.checked_sub(1).and_then(|before| self.item(before));
            if self.starts_row(open) {
                return self.of_row(open, at);
            }
            if before.is_some_and(|item| item.is("in")) {
                return self.compared(open);
            }
            // The argument of a call; a bare parenthesis stands around a comparison.
            if matches!(before, Some(Item::Name(name)) if !is_keyword(name)) && !self.is_compared_inside(open, at) {
                return None;
            }
        } else if let Some(column) = self.of_cut_row(at) {
            return Some(column);
        }
        self.compared(at).or_else(|| self.compared_behind(at))
    }

    fn is_compared_inside(&self, open: usize, at: usize) -> bool {
        (open..at).any(|index| self.items[index].0.is_operator())
    }

    /// The parenthesis that is open at `at`.
    fn enclosing(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        for index in (0..at).rev() {
            match self.items[index].0 {
                Item::Symbol(')') => depth += 1,
                Item::Symbol('(') if depth == 0 => return Some(index),
                Item::Symbol('(') => depth -= 1,
                _ => {}
            }
        }
        None
    }

    /// Whether the parenthesis at `open` begins a row of VALUES.
    fn starts_row(&self, open: usize) -> bool {
        let mut at = open;
        while let Some(before) = at.checked_sub(1) {
            match &self.items[before].0 {
                item if item.is("values") || item.is("value") => return true,
                Item::Symbol(',') if before > 0 && self.items[before - 1].0.is_symbol(')') => {
                    let Some(start) = self.enclosing(before - 1) else { return false };
                    at = start;
                }
                _ => return false,
            }
        }
        false
    }

    /// The column of the value at `at` in the row that `open` begins.
    fn of_row(&self, open: usize, at: usize) -> Option<String> {
        // A call inside the row is not a value of its own.
        let number = self.commas(open + 1, at)?;
        let (listed, is_whole) = self.listed(open);
        let columns = if listed.is_empty() { self.columns.to_vec() } else { listed };
        if is_whole {
            return columns.get(number).cloned();
        }
        let behind = self.values_behind(at)?;
        columns.len().checked_sub(behind + 1).and_then(|index| columns.get(index).cloned())
    }

    /// The column of the value at `at` in a row whose beginning is cut off, by what stands behind it.
    fn of_cut_row(&self, at: usize) -> Option<String> {
        let behind = self.values_behind(at)?;
        let is_row = self.items[..at].iter().all(|(item, _)| !matches!(item, Item::Name(_)) && !item.is_operator());
        let index = self.columns.len().checked_sub(behind + 1).filter(|_| is_row)?;
        self.columns.get(index).cloned()
    }

    /// How many commas stand between the values from `from` to `to`.
    fn commas(&self, from: usize, to: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut count = 0;
        for (item, _) in &self.items[from..to] {
            match item {
                Item::Symbol('(') => depth += 1,
                Item::Symbol(')') => depth = depth.checked_sub(1)?,
                Item::Symbol(',') if depth == 0 => count += 1,
                _ => {}
            }
        }
        Some(count)
    }

    /// How many values stand behind `at` up to the end of its row; none where that is cut off.
    fn values_behind(&self, at: usize) -> Option<usize> {
        let mut depth = 0_usize;
        let mut count = 0;
        for (item, _) in &self.items[at + 1..] {
            match item {
                Item::Symbol('(') => depth += 1,
                Item::Symbol(')') if depth == 0 => return Some(count),
                Item::Symbol(')') => depth -= 1,
                Item::Symbol(',') if depth == 0 => count += 1,
                _ => {}
            }
        }
        None
    }

    /// The columns that stand in parentheses before VALUES, and whether their beginning is there.
    fn listed(&self, open: usize) -> (Vec<String>, bool) {
        let Some(values) = (0..open).rev().find(|at| self.items[*at].0.is("values") || self.items[*at].0.is("value"))
        else {
            return (Vec::new(), true);
        };
        let mut columns = Vec::new();
        if values == 0 || !self.items[values - 1].0.is_symbol(')') {
            return (columns, true);
        }
        let mut is_whole = false;
        for (item, _) in self.items[..values - 1].iter().rev() {
            match item {
                Item::Symbol('(') => {
                    is_whole = true;
                    break;
                }
                Item::Name(name) => columns.push(name.clone()),
                _ => {}
            }
        }
        columns.reverse();
        (columns, is_whole)
    }

    /// The name that what ends before `at` compares with.
    fn compared(&self, at: usize) -> Option<String> {
        let mut before = at.checked_sub(1)?;
        if self.items[before].0.is("and") {
            // `age BETWEEN 1 AND 'forty'`
            before = (0..before).rev().take(3).find(|index| self.items[*index].0.is("between"))?;
            return self.name_before(before);
        }
        let start = before;
        while self.items[before].0.is_operator() || is_comparing(&self.items[before].0) {
            before = before.checked_sub(1)?;
        }
        if before == start { None } else { self.name(before) }
    }

    /// The name that a value before it is compared with: `'forty' = age`.
    fn compared_behind(&self, at: usize) -> Option<String> {
        let mut behind = at + 1;
        while self.item(behind).is_some_and(Item::is_operator) {
            behind += 1;
        }
        if behind == at + 1 { None } else { self.name_from(behind) }
    }
}

fn is_comparing(item: &Item) -> bool {
    ["like", "ilike", "between", "not", "in", "is", "similar", "to"].iter().any(|word| item.is(word))
}

fn is_keyword(name: &str) -> bool {
    const KEYWORDS: &[&str] = &[
        "values",
        "value",
        "in",
        "and",
        "or",
        "not",
        "where",
        "set",
        "select",
        "from",
        "on",
        "when",
        "then",
        "else",
        "case",
        "returning",
        "limit",
        "offset",
        "having",
        "join",
        "any",
        "all",
        "some",
        "like",
        "ilike",
        "between",
        "is",
        "to",
        "into",
        "as",
        "by",
    ];
    KEYWORDS.iter().any(|keyword| name.eq_ignore_ascii_case(keyword))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_column_of_its_place() {
        let insert = "INSERT INTO customers (email, tenant_code, age) VALUES ('d@x.y', 't', 'forty')";
        let excerpt = "...s (email, tenant_code, age) VALUES ('d@x.y', 't', 'forty')";
        let byte = |text: &str| Place::Byte(text.find("'forty'").unwrap());
        let all = ["email".to_owned(), "tenant_code".to_owned(), "age".to_owned()];
        let cut = "...il.com', 't', 'forty')";
        let row = "...code, age) VALUES ('d@x.y', 't', 'forty')";
        for (text, place, columns, expected) in [
            (insert, byte(insert), &[][..], Some("age")),
            (insert, Place::Value("t"), &[], Some("tenant_code")),
            (excerpt, byte(excerpt), &[], Some("age")),
            (cut, byte(cut), &all, Some("age")),
            (row, byte(row), &[], Some("age")),
            ("INSERT INTO c (a, b) VALUES (1, 2), (3, 'forty')", Place::Value("forty"), &[], Some("b")),
            ("INSERT INTO c (a, b) VALUES (lower('x'), %s)", Place::Parameter(1), &[], Some("b")),
            ("INSERT INTO c (a, b) VALUES (lower('forty'), 1)", Place::Value("forty"), &[], None),
            ("INSERT INTO c VALUES (1, 'forty')", Place::Value("forty"), &[], None),
            ("INSERT INTO c (a, b) VALUES ('forty', 'forty')", Place::Value("forty"), &[], None),
            ("INSERT INTO c (a, b) VALUES ($1, $2::integer)", Place::Parameter(2), &[], Some("b")),
            ("INSERT INTO c (a, b) VALUES (%(a)s, %(x)s)", Place::Named("x"), &[], Some("b")),
            ("UPDATE c SET name = ?, age=? WHERE id = ?", Place::Parameter(2), &[], Some("age")),
            ("SELECT 1 FROM c WHERE c.age = 'forty'", Place::Value("forty"), &[], Some("age")),
            ("SELECT 1 FROM c WHERE age IN (1, 'forty')", Place::Value("forty"), &[], Some("age")),
            ("SELECT 1 FROM c WHERE age BETWEEN 1 AND 'forty'", Place::Value("forty"), &[], Some("age")),
            ("SELECT 1 FROM c WHERE ('forty' = c.age)", Place::Value("forty"), &[], Some("age")),
            ("SELECT f('forty') FROM c", Place::Value("forty"), &[], None),
            ("SELECT 'forty'::integer", Place::Value("forty"), &[], None),
        ] {
            assert_eq!(column_of(text, place, columns).as_deref(), expected, "{text} {place:?}");
        }
    }

    #[test]
    fn a_value_is_found_among_the_parameters() {
        for (text, expected) in [
            ("('a', 'forty', 3)", Some(Parameter::Number(2))),
            ("{'email': 'a', 'age': 'forty'}", Some(Parameter::Name("age".to_owned()))),
            ("[('a', 1), ('b', 'forty')]", Some(Parameter::Number(2))),
            ("('forty', 'forty')", None),
            ("('a',)", None),
        ] {
            assert_eq!(parameter_of(text, "forty"), expected, "{text}");
        }
    }
}
