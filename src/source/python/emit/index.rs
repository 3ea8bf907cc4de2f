//! Indexes: `index=True` and `Index(...)`, with the options of each dialect.

use std::rc::Rc;

use crate::model::{Expr, Fact, Index, IndexKey, IndexKind, Kind, NullsOrder, Reason};
use crate::snapshot::Warning;
use crate::source::python::draft::ColumnDraft;
use crate::source::python::models::Models;
use crate::source::python::naming::Named;
use crate::source::python::types::SpatialIndex;
use crate::source::python::value::{Call, Site, Value};

use super::Output;

impl<'a> Models<'a> {
    /// `index=True` on a column, unique where `unique=True` stands beside it.
    pub(super) fn emit_column_index(&mut self, column: &ColumnDraft<'a>, output: &mut Output<'_>) {
        let columns = vec![(column.name.clone(), column.key.clone())];
        let named = self.named("ix", columns, None, None, output.draft);
        let Named::Known(name) = named else {
            return self.partial_item(Kind::Index, "the naming convention gives an index no name", column.site, output);
        };
        let mut index = Index::on_columns(self.column_name(&name), [self.column_name(&column.name)]);
        index.unique = column.unique;
        self.push_index(index, column.site, output);
    }

    /// The index of a GeoAlchemy column.
    pub(super) fn emit_spatial_index(&mut self, column: &ColumnDraft<'a>, kind: SpatialIndex, output: &mut Output<'_>) {
        let name = format!("idx_{}_{}", self.tables[output.draft].name, column.name);
        let mut index = Index::on_columns(self.column_name(&name), [self.column_name(&column.name)]);
        index.method = Some("gist".to_owned());
        if kind == SpatialIndex::ManyDimensions {
            for key in &mut index.keys {
                key.opclass = Some("gist_geometry_ops_nd".to_owned());
            }
        }
        self.push_index(index, column.site, output);
    }

    /// Adds an index; of two with one name, a database has only the first.
    fn push_index(&mut self, index: Index, site: Site, output: &mut Output<'_>) {
        if output.table.indexes.iter().any(|known| known.name == index.name) {
            let message = format!("the index `{}` of `{}` is declared twice", index.name, output.table.name);
            let help = Some("the first declaration counts; remove the other".to_owned());
            let at = self.interp.span(site);
            self.interp.project.warnings.push(Warning { message, help, at });
            return;
        }
        output.places.indexes.push(site);
        output.table.indexes.push(index);
    }

    pub(super) fn emit_index(&mut self, call: &Rc<Call<'a>>, output: &mut Output<'_>) {
        let (given, expressions) = match call.args.split_first() {
            Some((name, rest)) => (Some(name.clone()), rest.to_vec()),
            None => (call.kwarg("name").cloned(), Vec::new()),
        };
        if let Some(open) = &call.open {
            return self.partial_item(Kind::Index, open, call.site, output);
        }
        let mut keys = Vec::new();
        let mut columns = Vec::new();
        for value in &expressions {
            columns.extend(self.column_under(output.draft, value));
            match self.index_key(value, output.draft) {
                Ok(key) => keys.push(key),
                Err(reason) => return self.partial_item(Kind::Index, &reason, call.site, output),
            }
        }
        if keys.is_empty() {
            return;
        }
        self.key_options(call, &expressions, &mut keys, output.draft);
        let name = match self.named("ix", columns, None, given.as_ref(), output.draft) {
            Named::Known(name) => self.column_name(&name),
            Named::Unnamed => return self.partial_item(Kind::Index, "an index has no name", call.site, output),
            Named::Unknown(reason) => return self.partial_item(Kind::Index, &reason, call.site, output),
        };
        let mut index = Index::on_columns(name, []);
        index.keys = keys;
        index.unique = call.kwarg("unique").and_then(Value::as_bool).unwrap_or(false);
        self.index_options(call, &mut index, output.draft);
        self.push_index(index, call.site, output);
    }

    /// The column that an index key is, or is an order of.
    fn column_under(&self, table: usize, value: &Value<'a>) -> Option<(String, String)> {
        self.column_in(table, value).or_else(|| match value {
            Value::Call(call) => match &call.callee {
                Value::Attr(attr) => self.column_under(table, &attr.0),
                _ => call.args.iter().find_map(|value| self.column_under(table, value)),
            },
            _ => None,
        })
    }

    /// An index key: a column, or an expression, with its order.
    pub(super) fn index_key(&mut self, value: &Value<'a>, table: usize) -> Result<IndexKey, String> {
        if let Some((name, _)) = self.column_in(table, value) {
            return Ok(IndexKey::column(self.column_name(&name)));
        }
        if let Value::Call(call) = value {
            let inner = match &call.callee {
                Value::Attr(attr) => Some(attr.0.clone()),
                _ => call.args.first().cloned(),
            };
            if let (Some(inner), name) = (inner, call.callee_name()) {
                let ordered = |models: &mut Self| models.index_key(&inner, table);
                match name {
                    "asc" | "label" | "self_group" | "operate" => return ordered(self),
                    "desc" => return ordered(self).map(|key| IndexKey { descending: true, ..key }),
                    "nullsfirst" | "nulls_first" => return ordered(self).map(|key| with_nulls(key, true)),
                    "nullslast" | "nulls_last" => return ordered(self).map(|key| with_nulls(key, false)),
                    "text" => return self.text_key(value, table),
                    // column("id"), which is told by its name alone.
                    "column" => {
                        if let Some(name) = inner.as_str() {
                            return Ok(IndexKey::column(self.column_name(&name)));
                        }
                    }
                    _ => {}
                }
            }
        }
        if let Some(name) = value.as_str() {
            return Err(format!("an index names the column `{name}`, which the table does not have"));
        }
        Ok(IndexKey::expr(Expr::new(self.sql(value, 0)?)))
    }

    /// `text("created_at DESC NULLS LAST")`: SQL text, with the order at its end.
    fn text_key(&mut self, value: &Value<'a>, table: usize) -> Result<IndexKey, String> {
        let text = self.sql(value, 0)?;
        let (rest, descending, nulls) = order_at_end(&text);
        let plain = rest.trim_matches(['"', '`']);
        let mut key = match self.column_in(table, &Value::str(plain)) {
            Some((name, _)) => IndexKey::column(self.column_name(&name)),
            None => IndexKey::expr(Expr::new(rest)),
        };
        key.descending = descending;
        Ok(match nulls {
            Some(first) => with_nulls(key, first),
            None => key,
        })
    }

    /// The value of an option for this engine: `postgresql_where`, `mariadb_length`.
    fn index_option<'c>(&self, call: &'c Rc<Call<'a>>, name: &str) -> Option<&'c Value<'a>> {
        let names = self.rules.names.iter();
        names.filter_map(|dialect| call.kwarg(&format!("{dialect}_{name}"))).find(|value| !matches!(value, Value::None))
    }

    /// Options that are given by key: operator classes and prefix lengths.
    fn key_options(&self, call: &Rc<Call<'a>>, expressions: &[Value<'a>], keys: &mut [IndexKey], table: usize) {
        let ops = self.index_option(call, "ops");
        let lengths = self.index_option(call, "length");
        for (key, value) in keys.iter_mut().zip(expressions) {
            let labels = self.key_labels(table, value);
            let of_key = |option: Option<&Value<'a>>| match option? {
                Value::Dict(items) => items.borrow().iter().find_map(|(name, value)| {
                    labels.iter().any(|label| name.as_str().as_deref() == Some(label)).then(|| value.clone())
                }),
                Value::Int(number) => Some(Value::Int(*number)),
                _ => None,
            };
            // What stands there is put behind the key as it is, with an order where it has one.
            if let Some(text) = of_key(ops).and_then(|value| value.as_str()) {
                let (class, descending, nulls) = order_at_end(&text);
                key.opclass = (!class.is_empty()).then(|| class.to_owned());
                key.descending |= descending;
                if let Some(first) = nulls {
                    *key = with_nulls(key.clone(), first);
                }
            }
            key.prefix_length = of_key(lengths).and_then(|value| value.as_int()).and_then(|n| u32::try_from(n).ok());
        }
    }

    fn key_labels(&self, table: usize, value: &Value<'a>) -> Vec<String> {
        let label = match value {
            Value::Call(call) if call.callee_name() == "label" => call.args.first().and_then(Value::as_str),
            _ => None,
        };
        let column = self.column_under(table, value).map(|(name, key)| vec![name, key]).unwrap_or_default();
        label.map(|text| text.to_string()).into_iter().chain(column).collect()
    }

    fn index_options(&mut self, call: &Rc<Call<'a>>, index: &mut Index, table: usize) {
        let text = |models: &Self, name: &str| models.index_option(call, name).and_then(Value::as_str);
        index.method = text(self, "using").map(|method| method.to_lowercase());
        if let Some(predicate) = self.index_option(call, "where").cloned() {
            index.predicate = match self.sql_or_text(&predicate) {
                Ok(text) => Fact::Known(Some(Expr::new(text))),
                Err(reason) => Fact::Unknown(Reason::new(format!("the index's condition: {reason}"))),
            };
        }
        match text(self, "prefix").map(|prefix| prefix.to_uppercase()).as_deref() {
            Some("FULLTEXT") => index.kind = IndexKind::Fulltext,
            Some("SPATIAL") => index.kind = IndexKind::Spatial,
            Some(_) | None => {}
        }
        if self.rules.serial {
            index.include = self.included(call, table);
        }
        index.nulls_not_distinct =
            self.index_option(call, "nulls_not_distinct").and_then(Value::as_bool).unwrap_or(false);
        if let Some(Value::Dict(items)) = self.index_option(call, "with") {
            index.options = items.borrow().iter().filter_map(option_pair).collect();
            index.options.sort();
        }
        if let Some(parser) = text(self, "with_parser") {
            index.options.push(("parser".to_owned(), parser.to_string()));
        }
    }
}

fn option_pair<'a>((name, value): &(Value<'a>, Value<'a>)) -> Option<(String, String)> {
    let value = match value {
        Value::Int(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        other => other.as_str()?.to_string(),
    };
    Some((name.as_str()?.to_string(), value))
}

/// Where NULLs sort, kept only where the direction does not imply it.
fn with_nulls(mut key: IndexKey, first: bool) -> IndexKey {
    key.nulls = match (key.descending, first) {
        (false, true) => Some(NullsOrder::First),
        (true, false) => Some(NullsOrder::Last),
        (true, true) | (false, false) => None,
    };
    key
}

/// Takes `DESC NULLS LAST` and its like from the end of a key: the rest, whether it descends, and whether NULLs are
/// first where that is said.
fn order_at_end(text: &str) -> (&str, bool, Option<bool>) {
    let mut rest = text.trim();
    let mut nulls = None;
    for (words, first) in [("nulls first", true), ("nulls last", false)] {
        if let Some(shorter) = strip_suffix(rest, words) {
            (rest, nulls) = (shorter, Some(first));
        }
    }
    match (strip_suffix(rest, "desc"), strip_suffix(rest, "asc")) {
        (Some(shorter), _) => (shorter, true, nulls),
        (None, Some(shorter)) => (shorter, false, nulls),
        (None, None) => (rest, false, nulls),
    }
}

/// `text` without the words at its end, which stand alone or behind a space.
fn strip_suffix<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(suffix.len())?;
    let tail = text.get(at..)?;
    let before = &text[..text.len() - tail.len()];
    let stands_alone = before.is_empty() || before.ends_with(char::is_whitespace);
    (stands_alone && tail.eq_ignore_ascii_case(suffix)).then(|| before.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Name;

    #[test]
    fn nulls_are_kept_where_the_direction_does_not_imply_them() {
        let key = || IndexKey::column(Name::exact("a"));
        assert_eq!(with_nulls(key(), false).nulls, None);
        assert_eq!(with_nulls(key(), true).nulls, Some(NullsOrder::First));
        assert_eq!(with_nulls(IndexKey { descending: true, ..key() }, false).nulls, Some(NullsOrder::Last));
    }
}
