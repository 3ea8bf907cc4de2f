//! Partition keys and bounds: which spellings mean the same.
//!
//! The catalog prints each value of a bound as its key's type does: `'2024-01-01'` returns as
//! `'2024-01-01 00:00:00+00'`. <https://www.postgresql.org/docs/current/sql-createtable.html>

use std::collections::BTreeSet;

use crate::diff::{ExprContext, ExprRole, Pair, TableIn, Verdict};
use crate::model::{DataType, Engine, Expr, Extras, Name, PostgresTable, Reason, RelationName, TypeKind};
use crate::sql::canon::{Node, timestamp};
use crate::sql::lex::{Token, TokenKind, tokens};
use crate::sql::{Rules, same_tokens};

use super::{Postgres, canon, opclass, types};

/// Compares two expressions.
type Expressions<'a> = &'a dyn Fn(Pair<&Expr>, ExprContext<'_>) -> Verdict;

/// What differs, or may differ, in how two tables are partitioned or what part of another they are, for display.
pub(super) fn verdict(
    dialect: &Postgres,
    compare: Expressions<'_>,
    tables: Pair<TableIn<'_>>,
    extras: Pair<&PostgresTable>,
) -> Option<(Verdict, Pair<Option<String>>)> {
    let keys = extras.map(|table| table.partition_by.clone());
    let key_verdict = match keys.as_ref().map(Option::as_deref).both() {
        Some(both) => key(compare, tables, both),
        None => keys.is_same().into(),
    };
    if key_verdict != Verdict::Same {
        return Some((key_verdict, keys));
    }
    let parts = extras.map(|table| table.partition_of.as_ref());
    let part_verdict = match parts.both() {
        Some(both) if both.map(|(parent, _)| parent).is_same() => {
            bound(dialect, compare, tables, &both.from.0, both.map(|(_, bound)| bound.as_str()))
        }
        Some(_) => Verdict::Differs,
        None => parts.is_same().into(),
    };
    let shown = parts.map(|part| part.map(|(parent, bound)| format!("PARTITION OF {parent} {bound}")));
    (part_verdict != Verdict::Same).then_some((part_verdict, shown))
}

/// `RANGE (created_at, lower(name))` against another.
fn key(compare: Expressions<'_>, tables: Pair<TableIn<'_>>, keys: Pair<&str>) -> Verdict {
    if same_tokens(keys.from, keys.to, types::QUOTING) {
        return Verdict::Same;
    }
    let parsed = keys.map(groups);
    let strategies = parsed.as_ref().map(|groups| groups.first().map(|(words, _)| words.clone()));
    let (Some((_, from)), Some((_, to))) = (parsed.from.first(), parsed.to.first()) else { return Verdict::Differs };
    if !strategies.is_same() || from.len() != to.len() {
        return Verdict::Differs;
    }
    let method = if strategies.from.as_deref() == Some("HASH") { "hash" } else { "btree" };
    let items = from.iter().zip(to).map(|(from, to)| {
        let items = Pair::new(*from, *to);
        let parts = items.zip(tables).map(|(item, table)| Part::of(item, method, table));
        let expressions = match parts.as_ref().map(|part| part.column.as_ref()).both() {
            Some(columns) => columns.is_same().into(),
            None => expressions(compare, parts.as_ref().map(|part| part.text), ExprRole::IndexKey, tables, None),
        };
        let attributes = parts.as_ref().map(|part| (&part.collation, &part.opclass)).is_same();
        strictest([expressions, attributes.into()].into_iter())
    });
    strictest(items)
}

/// One part of a key, without what holds anyway.
struct Part<'a> {
    /// The expression, without its attributes.
    text: &'a str,
    column: Option<Name>,
    collation: Option<Name>,
    opclass: Option<String>,
}

impl<'a> Part<'a> {
    fn of(item: &'a str, method: &str, place: TableIn<'_>) -> Self {
        let list = tokens(item, Rules::of(Engine::Postgres)).0;
        let text = |token: &Token| &item[token.start..token.end];
        let mut depth = 0_usize;
        // The expression ends where a word follows outside of its parentheses, unless a point or a call goes on.
        let mut end = list.len();
        for (at, token) in list.iter().enumerate() {
            match token.kind {
                TokenKind::Symbol(b'(') => depth += 1,
                TokenKind::Symbol(b')') => depth = depth.saturating_sub(1),
                TokenKind::Word | TokenKind::QuotedName if depth == 0 && at > 0 => {
                    if list[at - 1].kind != TokenKind::Symbol(b'.') {
                        end = at;
                        break;
                    }
                }
                TokenKind::Word
                | TokenKind::QuotedName
                | TokenKind::String
                | TokenKind::Number
                | TokenKind::Symbol(_) => {}
            }
        }
        let mut rest = list[end..].iter().map(text);
        let (mut collation, mut opclass) = (None, None);
        while let Some(word) = rest.next() {
            // Of a name with its schema the last part counts.
            match word {
                "." => {}
                word if word.eq_ignore_ascii_case("collate") => collation = rest.next().map(named),
                word if opclass.is_none() && collation.is_some() && item.contains(&format!(".{word}")) => {
                    collation = Some(named(word));
                }
                word => opclass = Some(named(word).as_str().to_owned()),
            }
        }
        let text = list.get(end.wrapping_sub(1)).map_or(item, |last| &item[..last.end]);
        let column = column(text);
        let own = column.as_ref().and_then(|name| place.table.column(name));
        let ty = own.and_then(|column| column.ty.known());
        let ty = ty.map(|ty| opclass::base(&ty.kind, &place.database.domains));
        let implied = own.and_then(|column| column.collation.clone());
        Part {
            text,
            column,
            collation: collation.filter(|name| name.as_str() != "default" && Some(name) != implied.as_ref()),
            opclass: opclass.filter(|class| !opclass::is_default(method, class, ty)),
        }
    }
}

/// A name as it stands in SQL.
fn named(text: &str) -> Name {
    match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(quoted) => Name::exact(quoted.replace("\"\"", "\"")),
        None => Name::exact(text.to_lowercase()),
    }
}

/// `FOR VALUES FROM (…) TO (…)` against another, of the same parent. Bounds differ only where every value is known, since
/// to detach a partition and attach it again is no small matter.
fn bound(
    dialect: &Postgres,
    compare: Expressions<'_>,
    tables: Pair<TableIn<'_>>,
    parent: &RelationName,
    bounds: Pair<&str>,
) -> Verdict {
    if same_tokens(bounds.from, bounds.to, types::QUOTING) {
        return Verdict::Same;
    }
    let parsed = bounds.map(groups);
    let words = parsed.as_ref().map(|groups| groups.iter().map(|(words, _)| words.clone()).collect::<Vec<_>>());
    if !words.is_same() {
        return Verdict::Differs;
    }
    if words.from.iter().any(|words| words == "FOR VALUES WITH") {
        let numbers = parsed.map(|groups| {
            let items = groups.into_iter().flat_map(|(_, items)| items);
            let spelt = |item: &str| item.to_ascii_uppercase().split_whitespace().collect::<Vec<_>>().join(" ");
            items.map(spelt).collect::<BTreeSet<String>>()
        });
        return numbers.is_same().into();
    }
    let parents = tables.map(|table| table.database.tables.get(parent).map(|found| TableIn { table: found, ..table }));
    let Some(parents) = parents.both() else {
        return Verdict::Undecided(Reason::new(format!("the partitioned table {parent} was not read")));
    };
    let is_list = words.from.iter().any(|words| words == "FOR VALUES IN");
    let values = parsed.as_ref().zip(parents).map(|(groups, parent)| {
        let items = groups.iter().flat_map(|(_, items)| items.iter().enumerate());
        let place = |at| if is_list { 0 } else { at };
        items.map(|(at, text)| Value::of(dialect, text, place(at), parent)).collect::<Vec<Value<'_>>>()
    });
    match is_list {
        true => same_values(compare, parents, values.as_ref().map(Vec::as_slice)),
        false if values.as_ref().map(Vec::len).is_same() => {
            strictest(values.from.iter().zip(&values.to).map(|(from, to)| value(compare, parents, Pair::new(from, to))))
        }
        false => Verdict::Differs,
    }
}

/// A value in a bound.
struct Value<'a> {
    text: &'a str,
    /// What it is in its key's type, where that is known.
    known: Option<Node>,
    /// The type of its key, where that is a column.
    ty: Option<&'a DataType>,
}

impl<'a> Value<'a> {
    fn of(dialect: &Postgres, text: &'a str, at: usize, parent: TableIn<'a>) -> Self {
        let limit = ["MINVALUE", "MAXVALUE", "NULL"].into_iter().find(|word| text.eq_ignore_ascii_case(word));
        let known = match limit {
            Some(word) => Some(Node::call(word, [])),
            None => key_type(dialect, parent, at)
                .and_then(|ty| canon::constant(dialect, text, &ty, (parent.database, parent.table))),
        };
        Value { text, known, ty: key_column(parent, at) }
    }
}

/// Whether two lists hold the same values: their order and repetition do not count.
fn same_values(compare: Expressions<'_>, tables: Pair<TableIn<'_>>, values: Pair<&[Value<'_>]>) -> Verdict {
    let missing = |list: &'_ [Value<'_>], other: &[Value<'_>]| -> Vec<usize> {
        let has = |one: &Value<'_>| {
            other.iter().any(|other| {
                one.known.is_some() && one.known == other.known || same_tokens(one.text, other.text, types::QUOTING)
            })
        };
        (0..list.len()).filter(|at| !has(&list[*at])).collect()
    };
    let alone = Pair::new(missing(values.from, values.to), missing(values.to, values.from));
    let open = |list: &[Value<'_>]| list.iter().find(|value| value.known.is_none()).map(|value| value.text.to_owned());
    match (alone.from.is_empty() && alone.to.is_empty(), values.map(open).either()) {
        (true, _) => Verdict::Same,
        (false, None) => Verdict::Differs,
        (false, Some(_)) if alone.from.len() == alone.to.len() => {
            let pairs = alone.from.iter().zip(&alone.to);
            let found = pairs.map(|(from, to)| value(compare, tables, Pair::new(&values.from[*from], &values.to[*to])));
            match strictest(found) {
                Verdict::Same => Verdict::Same,
                Verdict::Differs | Verdict::Undecided(_) => doubt(values.map(|list| list.iter().map(|one| one.text))),
            }
        }
        (false, Some(_)) => doubt(values.map(|list| list.iter().map(|one| one.text))),
    }
}

fn doubt<'a>(values: Pair<impl Iterator<Item = &'a str>>) -> Verdict {
    let values = values.map(|list| list.collect::<Vec<_>>().join(", "));
    Verdict::Undecided(Reason::new(format!("cannot tell whether `{}` means `{}`", values.from, values.to)))
}

fn value(compare: Expressions<'_>, tables: Pair<TableIn<'_>>, values: Pair<&Value<'_>>) -> Verdict {
    if let Some(known) = values.map(|value| value.known.as_ref()).both() {
        return known.is_same().into();
    }
    let texts = values.map(|value| value.text);
    if plain(texts.from) == plain(texts.to) {
        return Verdict::Same;
    }
    // A moment without an offset was read in the time zone of the session that made the partition; UTC if it agrees.
    let moments = texts.map(|text| timestamp(plain(text)).map(|(moment, _)| moment)).both();
    let agree = moments.is_some_and(|moments| moments.is_same());
    match expressions(compare, texts, ExprRole::Default, tables, values.map(|value| value.ty).both()) {
        Verdict::Same => Verdict::Same,
        Verdict::Differs | Verdict::Undecided(_) if agree => Verdict::Same,
        Verdict::Differs => doubt(texts.map(std::iter::once)),
        doubt @ Verdict::Undecided(_) => doubt,
    }
}

/// A literal without its quotes: the same one, with or without them, is one value of whatever type.
fn plain(text: &str) -> &str {
    let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
    inner.filter(|inner| !inner.contains('\'')).unwrap_or(text)
}

fn expressions(
    compare: Expressions<'_>,
    texts: Pair<&str>,
    role: ExprRole,
    tables: Pair<TableIn<'_>>,
    result: Option<Pair<&DataType>>,
) -> Verdict {
    let exprs = texts.map(Expr::new);
    let context = ExprContext {
        role,
        databases: tables.map(|table| table.database),
        tables: Some(tables.map(|table| table.table)),
        result,
    };
    compare(exprs.as_ref(), context)
}

/// One difference makes the whole different; otherwise one doubt makes it doubtful.
fn strictest(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    verdicts.fold(Verdict::Same, |all, one| match (all, one) {
        (Verdict::Differs, _) | (_, Verdict::Differs) => Verdict::Differs,
        (doubt @ Verdict::Undecided(_), _) | (_, doubt @ Verdict::Undecided(_)) => doubt,
        (Verdict::Same, Verdict::Same) => Verdict::Same,
    })
}

/// The type of one part of the key.
fn key_type(dialect: &Postgres, parent: TableIn<'_>, at: usize) -> Option<TypeKind> {
    let item = key_item(parent, at)?;
    match column(item) {
        Some(_) => key_column(parent, at).map(|ty| ty.kind.clone()),
        None => {
            let expr = Expr::new(Part::of(item, "btree", parent).text);
            canon::type_of(dialect, &expr, (parent.database, parent.table))
        }
    }
}

/// The type of one part of the key, where it is a column.
fn key_column(parent: TableIn<'_>, at: usize) -> Option<&DataType> {
    parent.table.column(&column(key_item(parent, at)?)?)?.ty.known()
}

fn key_item(parent: TableIn<'_>, at: usize) -> Option<&str> {
    match &parent.table.extras {
        Extras::Postgres(extras) => groups(extras.partition_by.as_deref()?).first()?.1.get(at).copied(),
        Extras::MySql(_) | Extras::Sqlite(_) => None,
    }
}

/// The column with which a part of a key begins, unless it is an expression.
fn column(item: &str) -> Option<Name> {
    let list = tokens(item, Rules::of(Engine::Postgres)).0;
    let first = list.first()?;
    let text = &item[first.start..first.end];
    let is_expression = list.get(1).is_some_and(|next| matches!(next.kind, TokenKind::Symbol(_)));
    match first.kind {
        TokenKind::Word if !is_expression => Some(Name::exact(text.to_lowercase())),
        TokenKind::QuotedName if !is_expression => Some(Name::exact(text[1..text.len() - 1].replace("\"\"", "\""))),
        TokenKind::Word | TokenKind::QuotedName | TokenKind::String | TokenKind::Number | TokenKind::Symbol(_) => None,
    }
}

/// The words before each pair of parentheses, in capitals, and what stands between them, split at the commas.
fn groups(text: &str) -> Vec<(String, Vec<&str>)> {
    let mut found = Vec::new();
    let (mut words, mut items): (Vec<String>, Vec<&str>) = (Vec::new(), Vec::new());
    let (mut depth, mut start) = (0_usize, 0);
    for token in tokens(text, Rules::of(Engine::Postgres)).0 {
        match (token.kind, depth) {
            (TokenKind::Symbol(b'(' | b'['), _) => {
                depth += 1;
                if depth == 1 {
                    start = token.end;
                }
            }
            (TokenKind::Symbol(b')' | b']'), 1) => {
                items.push(text[start..token.start].trim());
                found.push((words.join(" "), std::mem::take(&mut items)));
                words.clear();
                depth = 0;
            }
            (TokenKind::Symbol(b')' | b']'), _) => depth = depth.saturating_sub(1),
            (TokenKind::Symbol(b','), 1) => {
                items.push(text[start..token.start].trim());
                start = token.end;
            }
            (_, 0) => words.push(text[token.start..token.end].to_ascii_uppercase()),
            _ => {}
        }
    }
    if !words.is_empty() {
        found.push((words.join(" "), Vec::new()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_bounds_fall_into_their_parts() {
        assert_eq!(groups("range (a, lower(b, 'x,y'))"), [("RANGE".to_owned(), vec!["a", "lower(b, 'x,y')"])]);
        assert_eq!(
            groups("FOR VALUES FROM (1, 'a)') TO (MAXVALUE)"),
            [("FOR VALUES FROM".to_owned(), vec!["1", "'a)'"]), ("TO".to_owned(), vec!["MAXVALUE"])]
        );
        assert_eq!(groups("DEFAULT"), [("DEFAULT".to_owned(), vec![])]);
        assert_eq!(column("\"Created\" date_ops"), Some(Name::exact("Created")));
        assert_eq!(column("lower(a)"), None);
    }
}
