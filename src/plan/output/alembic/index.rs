//! Indexes.

use crate::model::{Engine, Index, IndexKey, IndexKind, IndexTarget, RelationName};

use super::operations::{Operations, formed, name, text};
use super::python::{argument, boolean, call, list};
use super::types::names;

impl Operations<'_> {
    pub(super) fn create_index(&self, table: &RelationName, index: &Index) -> Option<String> {
        let is_plain = index.options.is_empty() && !index.invisible && index.comment.is_none() && index.valid;
        // NULLS NOT DISTINCT is known to late versions of SQLAlchemy only.
        if !is_plain || index.nulls_not_distinct {
            return None;
        }
        let mut keys = Vec::new();
        for key in &index.keys {
            keys.push(self.key(key)?);
        }
        let mut arguments = vec![formed(&index.name)?, name(&table.name)?, list(keys)];
        arguments.push(format!("unique={}", boolean(index.unique)));
        if let Some(method) = &index.method {
            arguments.extend(self.own("using", &argument(method)));
        }
        if !index.include.is_empty() {
            arguments.extend(self.own("include", &names(&index.include)));
        }
        if let Some(predicate) = index.predicate.known()? {
            arguments.extend(self.own("where", &text(&predicate.text)));
        }
        let lengths = index.keys.iter().filter_map(|key| match &key.target {
            IndexTarget::Column(column) => Some(format!("{}: {}", argument(column.as_str()), key.prefix_length?)),
            IndexTarget::Expr(_) => None,
        });
        let lengths: Vec<String> = lengths.collect();
        if !lengths.is_empty() {
            arguments.extend(self.own("length", &format!("{{{}}}", lengths.join(", "))));
        }
        match index.kind {
            IndexKind::Ordinary => {}
            IndexKind::Fulltext => arguments.extend(self.own("prefix", "\"FULLTEXT\"")),
            IndexKind::Spatial => arguments.extend(self.own("prefix", "\"SPATIAL\"")),
        }
        arguments.extend(self.schema("schema", table)?);
        Some(call("op.create_index", &arguments))
    }

    fn key(&self, key: &IndexKey) -> Option<String> {
        if key.collation.is_some() || key.opclass.is_some() || key.nulls.is_some() {
            return None;
        }
        match (&key.target, key.descending) {
            (IndexTarget::Column(column), false) => name(column),
            (IndexTarget::Column(_), true) if key.prefix_length.is_some() => None,
            (IndexTarget::Column(column), true) => Some(text(&format!("{} DESC", self.dialect.quote(column)))),
            (IndexTarget::Expr(expr), descending) => {
                let order = if descending { " DESC" } else { "" };
                let expr = &expr.known()?.text;
                // SQLite keeps the text as it is, and needs no parentheses.
                let is_kept = self.dialect.engine() == Engine::Sqlite;
                Some(text(&if is_kept { format!("{expr}{order}") } else { format!("({expr}){order}") }))
            }
        }
    }

    pub(super) fn drop_index(&self, table: &RelationName, index: &Index) -> Option<String> {
        let mut arguments = vec![formed(&index.name)?, format!("table_name={}", name(&table.name)?)];
        arguments.extend(self.schema("schema", table)?);
        Some(call("op.drop_index", &arguments))
    }
}
