//! Indexes: `index=True` and `Index(...)`, with the options of each dialect.

use crate::model::{Expr, Facet, Fact, Index, IndexKey, IndexKind, Kind, Name, NullsOrder, ObjectPath, Reason};
use crate::snapshot::Warning;
use crate::source::python::bounds::Looks;
use crate::source::python::draft::ColumnDraft;
use crate::source::python::models::Models;
use crate::source::python::naming::Named;
use crate::source::python::shared::Rc;
use crate::source::python::types::SpatialIndex;
use crate::source::python::value::{Call, Site, Value};
use crate::threads;

use super::Output;

impl<'a> Models<'a> {
    /// `index=True` on a column, unique where `unique=True` stands beside it.
    pub(super) fn emit_column_index(&mut self, column: &ColumnDraft<'a>, unique: Fact<bool>, output: &mut Output<'_>) {
        let name = match self.column_index_name(column, output.draft) {
            Ok(name) => name,
            Err(reason) => return self.partial_item(Kind::Index, &reason, column.site, output),
        };
        match unique {
            Fact::Known(unique) => {
                let mut index = Index::on_columns(name, [self.column_name(&column.name)]);
                index.unique = unique;
                self.push_index(index, column.site, output);
            }
            Fact::Unknown(reason) => self.partial_index(Some(name), &reason, column.site, output),
        }
    }

    /// The index that a column may have.
    pub(super) fn tell_of_column_index(&mut self, column: &ColumnDraft<'a>, reason: &Reason, output: &Output<'_>) {
        let name = self.column_index_name(column, output.draft).ok();
        self.partial_index(name, reason, column.site, output);
    }

    fn column_index_name(&mut self, column: &ColumnDraft<'a>, table: usize) -> Result<Name, String> {
        let columns = vec![(column.name.clone(), column.key.clone())];
        match self.named("ix", columns, None, None, table) {
            Named::Known(name) => Ok(self.column_name(&name)),
            Named::Unnamed | Named::Unknown(_) => Err("the naming convention gives an index no name".to_owned()),
        }
    }

    /// An index that is not known as a whole; one without a name may be any of the table's.
    fn partial_index(&mut self, name: Option<Name>, reason: &Reason, site: Site, output: &Output<'_>) {
        match name {
            Some(name) => {
                let path = ObjectPath::of_table(Kind::Index, &output.table.name, name);
                self.undecided(Some(path), Facet::of(Kind::Index), &reason.0, site);
            }
            None => self.partial_item(Kind::Index, &reason.0, site, output),
        }
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
        match self.index(call, output.draft) {
            Ok(Some(index)) => self.push_index(index, call.site, output),
            Ok(None) => {}
            Err(reason) => self.tell_of_index(call, &reason, output),
        }
    }

    /// An `Index(…)` that is not known as a whole.
    pub(super) fn tell_of_index(&mut self, call: &Rc<Call<'a>>, reason: &Reason, output: &Output<'_>) {
        let name = call.arg(0, "name").and_then(Value::as_str).map(|name| self.column_name(&name));
        self.partial_index(name, reason, call.site, output);
    }

    /// `Index(...)`; `None` where it has no keys.
    ///
    /// # Errors
    /// The reason why not all of it is known.
    fn index(&mut self, call: &Rc<Call<'a>>, table: usize) -> Result<Option<Index>, Reason> {
        let (given, expressions) = match call.args.split_first() {
            Some((name, rest)) => (Some(name.clone()), rest.to_vec()),
            None => (call.kwarg("name").cloned(), Vec::new()),
        };
        if let Some(open) = &call.open {
            return Err(Reason::new(&**open));
        }
        let mut keys = Vec::new();
        let mut columns = Vec::new();
        for value in &expressions {
            columns.extend(self.column_under(table, value));
            keys.push(self.index_key(value, table).map_err(Reason::new)?);
        }
        if keys.is_empty() {
            return Ok(None);
        }
        self.key_options(call, &expressions, &mut keys, table)?;
        let name = match self.named("ix", columns, None, given.as_ref(), table) {
            Named::Known(name) => self.column_name(&name),
            Named::Unnamed => return Err(Reason::new("an index has no name")),
            Named::Unknown(reason) => return Err(Reason::new(reason)),
        };
        let mut index = Index::on_columns(name, []);
        index.keys = keys;
        index.unique = self.flag(call.kwarg("unique"), None).into_result()?;
        self.index_options(call, &mut index, table)?;
        Ok(Some(index))
    }

    /// The column that an index key is, or is an order of.
    fn column_under(&self, table: usize, value: &Value<'a>) -> Option<(String, String)> {
        self.column_within(table, value, &Looks::new())
    }

    fn column_within(&self, table: usize, value: &Value<'a>, looks: &Looks) -> Option<(String, String)> {
        if !looks.more() {
            return None;
        }
        self.column_in(table, value).or_else(|| match value {
            Value::Call(call) => match &call.callee {
                Value::Attr(attr) => self.column_within(table, &attr.0, looks),
                _ => call.args.iter().find_map(|value| self.column_within(table, value, looks)),
            },
            _ => None,
        })
    }

    /// An index key: a column, or an expression, with its order.
    pub(super) fn index_key(&mut self, value: &Value<'a>, table: usize) -> Result<IndexKey, String> {
        if !threads::has_room() {
            return Err("the key nests too deeply".to_owned());
        }
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
    fn key_options(
        &self,
        call: &Rc<Call<'a>>,
        expressions: &[Value<'a>],
        keys: &mut [IndexKey],
        table: usize,
    ) -> Result<(), Reason> {
        let ops = self.index_option(call, "ops");
        let lengths = self.index_option(call, "length");
        for (key, value) in keys.iter_mut().zip(expressions) {
            let labels = self.key_labels(table, value);
            let class = self.option_of_key(ops, &labels)?;
            if let Some(text) = self.text_option(class.as_ref(), "an operator class")? {
                with_class(key, &text);
            }
            let length = self.option_of_key(lengths, &labels)?;
            let number = |value: &Value<'a>| u32::try_from(value.as_int()?).ok();
            key.prefix_length = self.option(length.as_ref(), "the length of an index's key", number)?;
        }
        Ok(())
    }

    /// What an option says of a key: one value for all, or one by the key's name.
    pub(super) fn option_of_key(
        &self,
        option: Option<&Value<'a>>,
        labels: &[String],
    ) -> Result<Option<Value<'a>>, Reason> {
        match option {
            None | Some(Value::None) => Ok(None),
            Some(Value::Dict(items)) => {
                let items = items.borrow();
                if let Some(reason) = &items.open {
                    return Err(Reason::new(&**reason));
                }
                let is_its = |name: &Value<'a>| labels.iter().any(|label| name.as_str().as_deref() == Some(label));
                Ok(items.iter().find(|(name, _)| is_its(name)).map(|(_, value)| value.clone()))
            }
            Some(Value::Int(number)) => Ok(Some(Value::Int(*number))),
            Some(value) => Err(self.reason(value, "an option of an index's keys")),
        }
    }

    pub(super) fn key_labels(&self, table: usize, value: &Value<'a>) -> Vec<String> {
        let label = match value {
            Value::Call(call) if call.callee_name() == "label" => call.args.first().and_then(Value::as_str),
            _ => None,
        };
        let column = self.column_under(table, value).map(|(name, key)| vec![name, key]).unwrap_or_default();
        label.map(|text| text.to_string()).into_iter().chain(column).collect()
    }

    fn index_options(&mut self, call: &Rc<Call<'a>>, index: &mut Index, table: usize) -> Result<(), Reason> {
        let text = |models: &Self, name: &str| models.text_option(models.index_option(call, name), name);
        index.method = text(self, "using")?.map(|method| method.to_lowercase());
        if let Some(predicate) = self.index_option(call, "where").cloned() {
            index.predicate = match self.sql_or_text(&predicate) {
                Ok(text) => Fact::Known(Some(Expr::new(text))),
                Err(reason) => Fact::Unknown(Reason::new(format!("the index's condition: {reason}"))),
            };
        }
        match text(self, "prefix")?.map(|prefix| prefix.to_uppercase()).as_deref() {
            Some("FULLTEXT") => index.kind = IndexKind::Fulltext,
            Some("SPATIAL") => index.kind = IndexKind::Spatial,
            Some(_) | None => {}
        }
        if self.rules.serial {
            index.include = self.included(call, table)?;
        }
        index.nulls_not_distinct = self.flag(self.index_option(call, "nulls_not_distinct"), None).into_result()?;
        if let Some(with) = self.index_option(call, "with") {
            let Value::Dict(items) = with else { return Err(self.reason(with, "what an index is made with")) };
            for pair in items.borrow().iter() {
                index.options.push(option_pair(pair).ok_or_else(|| self.reason(&pair.1, "an option of an index"))?);
            }
            index.options.sort();
        }
        if let Some(parser) = text(self, "with_parser")? {
            index.options.push(("parser".to_owned(), parser));
        }
        Ok(())
    }
}

/// Adds an operator class. What stands there is put behind the key as it is, with an order where it has one.
pub(super) fn with_class(key: &mut IndexKey, text: &str) {
    let (class, descending, nulls) = order_at_end(text);
    key.opclass = (!class.is_empty()).then(|| class.to_owned());
    key.descending |= descending;
    if let Some(first) = nulls {
        *key = with_nulls(key.clone(), first);
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
