//! Equality as the engine sees it.

use crate::diff::{Compare, ExprContext, Pair, TableIn, Verdict};
use crate::model::{Attribute, Column, Expr, Extras};
use crate::sql::same_tokens;

use super::collation::{self, Effective};
use super::{MySql, canon, types};

/// The storage engine of a table that names none: the default of every supported server.
const DEFAULT_ENGINE: &str = "InnoDB";
/// InnoDB's row format where none is named (`innodb_default_row_format`).
const DEFAULT_ROW_FORMAT: &str = "DYNAMIC";

impl Compare for MySql {
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        canon::verdict(self, exprs, context)
    }

    fn collations(&self, columns: Pair<&Column>, tables: Pair<TableIn<'_>>) -> Verdict {
        let textual = |column: &Column| column.ty.known().is_none_or(|ty| collation::applies(&ty.kind));
        let textual = columns.map(textual);
        if !(textual.from && textual.to) {
            return Verdict::Same;
        }
        let effective = columns.zip(tables).map(|(column, place)| collation::of_column(column, place));
        let inherited = tables.map(collation::of_table);
        self.same_collation(effective, inherited).into()
    }

    fn orders_columns(&self) -> bool {
        true
    }

    fn extras(&self, tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)> {
        let extras = tables.map(|table| match &table.table.extras {
            Extras::MySql(extras) => Some(extras),
            Extras::Postgres(_) | Extras::Sqlite(_) => None,
        });
        let Some(extras) = extras.both() else { return Vec::new() };
        let mut found = Vec::new();
        let engine = extras.map(|table| table.engine.clone().unwrap_or_else(|| DEFAULT_ENGINE.to_owned()));
        if !engine.as_ref().map(|name| name.to_lowercase()).is_same() {
            found.push((Attribute::Engine, engine.map(Some)));
        }
        let format = extras.map(|table| {
            let format = table.row_format.as_deref().filter(|format| !format.eq_ignore_ascii_case("default"));
            format.unwrap_or(DEFAULT_ROW_FORMAT).to_uppercase()
        });
        if !format.is_same() {
            found.push((Attribute::Options, format.map(|format| Some(format!("ROW_FORMAT={format}")))));
        }
        let partitions = extras.map(|table| table.partition_by.as_deref());
        let same =
            partitions.both().map_or(partitions.is_same(), |both| same_tokens(both.from, both.to, types::QUOTING));
        if !same {
            found.push((Attribute::Partition, partitions.map(|text| text.map(str::to_owned))));
        }
        let collations = tables.map(collation::of_table);
        if !self.same_collation(collations.clone(), tables.map(collation::of_database)) {
            found.push((Attribute::Collation, collations.map(shown)));
        }
        found
    }
}

impl MySql {
    /// Whether both sides sort alike. Where one inherits what its source does not know, the other has to have what it
    /// would inherit itself.
    fn same_collation(&self, effective: Pair<Effective>, inherited: Pair<Effective>) -> bool {
        if let Some(same) = collation::same(self, &effective.from, &effective.to) {
            return same;
        }
        let (known, inherits) = match effective.from {
            Effective::Inherited => (effective.to, inherited.to),
            known @ (Effective::Collation(_) | Effective::DefaultOf(_)) => (known, inherited.from),
        };
        collation::same(self, &known, &inherits).unwrap_or(true)
    }
}

fn shown(effective: Effective) -> Option<String> {
    match effective {
        Effective::Collation(name) => Some(name),
        Effective::DefaultOf(charset) => Some(format!("CHARACTER SET {charset}")),
        Effective::Inherited => None,
    }
}
