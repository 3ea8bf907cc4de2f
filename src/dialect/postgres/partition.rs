//! Partition keys and bounds: which spellings mean the same.
//!
//! The catalog prints each value of a bound as its key's type does: `'2024-01-01'` returns as
//! `'2024-01-01 00:00:00+00'`. <https://www.postgresql.org/docs/current/sql-createtable.html>

use crate::diff::{ExprContext, ExprRole, Pair, TableIn, Verdict};
use crate::model::{DataType, Engine, Expr, Extras, Name, PostgresTable, Reason, RelationName, Table};
use crate::sql::canon::timestamp;
use crate::sql::lex::{Token, TokenKind, tokens};
use crate::sql::{Rules, same_tokens};

use super::types;

/// Compares two expressions.
type Expressions<'a> = &'a dyn Fn(Pair<&Expr>, ExprContext<'_>) -> Verdict;

/// What differs, or may differ, in how two tables are partitioned or what part of another they are, for display.
pub(super) fn verdict(
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
            bound(compare, tables, &both.from.0, both.map(|(_, bound)| bound.as_str()))
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
    let items = from.iter().zip(to).map(|(from, to)| {
        let items = Pair::new(*from, *to);
        match items.map(column).both() {
            Some(both) if !both.is_same() => Verdict::Differs,
            Some(_) if same_tokens(from, to, types::QUOTING) => Verdict::Same,
            Some(both) if items.map(is_name).is_same() => both.is_same().into(),
            Some(_) => Verdict::Undecided(Reason::new(format!("cannot tell whether `{from}` means `{to}`"))),
            None => expressions(compare, items, ExprRole::IndexKey, tables, None),
        }
    });
    strictest(items)
}

/// `FOR VALUES FROM (…) TO (…)` against another, of the same parent.
fn bound(compare: Expressions<'_>, tables: Pair<TableIn<'_>>, parent: &RelationName, bounds: Pair<&str>) -> Verdict {
    if same_tokens(bounds.from, bounds.to, types::QUOTING) {
        return Verdict::Same;
    }
    let parsed = bounds.map(groups);
    let words = parsed.as_ref().map(|groups| groups.iter().map(|(words, _)| words.clone()).collect::<Vec<_>>());
    let counts = parsed.as_ref().map(|groups| groups.iter().map(|(_, values)| values.len()).collect::<Vec<_>>());
    if !words.is_same() || !counts.is_same() || words.from.iter().any(|words| words == "FOR VALUES WITH") {
        return Verdict::Differs;
    }
    let parents = tables.map(|table| table.database.tables.get(parent).map(|found| TableIn { table: found, ..table }));
    let Some(parents) = parents.both() else {
        return Verdict::Undecided(Reason::new(format!("the partitioned table {parent} was not read")));
    };
    let is_list = words.from.iter().any(|words| words == "FOR VALUES IN");
    let pairs = parsed.from.iter().zip(&parsed.to);
    strictest(pairs.flat_map(|((_, from), (_, to))| from.iter().zip(to).enumerate()).map(|(at, (from, to))| {
        let ty = parents.map(|parent| key_type(parent.table, if is_list { 0 } else { at }));
        value(compare, parents, Pair::new(*from, *to), ty)
    }))
}

fn value(
    compare: Expressions<'_>,
    tables: Pair<TableIn<'_>>,
    values: Pair<&str>,
    ty: Pair<Option<&DataType>>,
) -> Verdict {
    if values.map(str::to_ascii_uppercase).is_same() && values.map(is_name).from {
        return Verdict::Same;
    }
    let unlimited = values.map(|value| matches!(value.to_ascii_uppercase().as_str(), "MINVALUE" | "MAXVALUE"));
    if unlimited.from || unlimited.to {
        return Verdict::Differs;
    }
    let found = expressions(compare, values, ExprRole::Default, tables, ty.both());
    // A moment without an offset was read in the time zone of the session that made the partition; UTC if it agrees.
    let moments = values.map(|value| timestamp(value.trim_matches('\'')).map(|(moment, _)| moment)).both();
    match (found, moments) {
        (Verdict::Undecided(_), Some(moments)) if moments.is_same() => Verdict::Same,
        (found, _) => found,
    }
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

/// The type of one part of the key, where it is a column.
fn key_type(table: &Table, at: usize) -> Option<&DataType> {
    let Extras::Postgres(extras) = &table.extras else { return None };
    let groups = groups(extras.partition_by.as_deref()?);
    let name = column(groups.first()?.1.get(at)?)?;
    table.column(&name)?.ty.known()
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

/// Whether nothing but one name or word stands here.
fn is_name(item: &str) -> bool {
    let list = tokens(item, Rules::of(Engine::Postgres)).0;
    matches!(list.as_slice(), [Token { kind: TokenKind::Word | TokenKind::QuotedName, .. }])
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
