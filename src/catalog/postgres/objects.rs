//! From rows to the model: what is no table. Pure.

use crate::dialect::Dialect;
use crate::model::{
    CheckConstraint, ConstraintName, Database, Domain, EnumType, Expr, Fact, Kind, Name, ObjectPath, OpaqueObject,
    Sequence, SequenceOptions, Uncaptured, View,
};

use crate::sql::without_parentheses;

use super::lookup::relation;
use super::rows;

/// Adds enums, domains, sequences, views and what is listed only.
pub(super) fn add(rows: &rows::Objects, dialect: &dyn Dialect, database: &mut Database) {
    for row in &rows.enums {
        let name = relation(&row.schema, &row.name);
        let ty = EnumType { name: name.clone(), values: row.labels.clone(), comment: row.comment.clone() };
        database.enums.insert(name, ty);
    }
    for row in &rows.domains {
        let name = relation(&row.schema, &row.name);
        // A domain over a type that the dialect cannot read is still a name that columns use.
        if let Ok(ty) = dialect.data_type(&row.r#type) {
            let default = row.default_expr.as_deref().map(Expr::new);
            let checks = row.check_names.iter().zip(&row.checks).map(|(name, text)| {
                let expr = Fact::Known(Expr::new(without_parentheses(text)));
                CheckConstraint::new(ConstraintName::Explicit(Name::exact(name.as_str())), expr)
            });
            let checks = checks.collect();
            database.domains.insert(name.clone(), Domain { name, ty, not_null: row.not_null, default, checks });
        }
    }
    for row in &rows.sequences {
        let sequence = sequence(row, dialect);
        database.sequences.insert(sequence.name.clone(), sequence);
    }
    for row in &rows.views {
        let name = relation(&row.schema, &row.name);
        let view = View {
            name: name.clone(),
            query: Expr::new(row.query.trim().trim_end_matches(';')),
            columns: Vec::new(),
            materialized: row.materialized,
            comment: row.comment.clone(),
        };
        database.views.insert(name, view);
    }
    database.opaque.extend(rows.opaque.iter().filter_map(opaque));
    database.opaque.sort();
    database.uncaptured.extend(rows.uncaptured.iter().filter_map(uncaptured));
}

fn sequence(row: &rows::Sequence, dialect: &dyn Dialect) -> Sequence {
    let owner = row.owner_schema.as_deref().zip(row.owner_table.as_deref()).zip(row.owner_column.as_deref());
    let values = SequenceValues {
        ty: &row.r#type,
        start: row.start,
        increment: row.increment,
        min: row.min,
        max: row.max,
        cache: row.cache,
        cycle: row.cycle,
    };
    Sequence {
        name: relation(&row.schema, &row.name),
        ty: if row.r#type == "bigint" { None } else { dialect.data_type(&row.r#type).ok() },
        options: values.options(),
        owned_by: owner.map(|((schema, table), column)| (relation(schema, table), Name::exact(column))),
        comment: row.comment.clone(),
    }
}

fn opaque(row: &rows::Opaque) -> Option<OpaqueObject> {
    let kind = match row.kind.as_str() {
        "routine" => Kind::Routine,
        "trigger" => Kind::Trigger,
        "policy" => Kind::Policy,
        "extension" => Kind::Extension,
        "type" => Kind::Type,
        "grant" => Kind::Grant,
        _ => return None,
    };
    let table = row.table_schema.as_deref().zip(row.table_name.as_deref());
    Some(OpaqueObject {
        kind,
        name: relation(&row.schema, &row.name),
        table: table.map(|(schema, name)| relation(schema, name)),
        definition: row.definition.clone(),
    })
}

fn uncaptured(row: &rows::Uncaptured) -> Option<Uncaptured> {
    let kind = match row.kind.as_str() {
        "schema" => Kind::Schema,
        "table" => Kind::Table,
        "column" => Kind::Column,
        "index" => Kind::Index,
        "view" => Kind::View,
        "sequence" => Kind::Sequence,
        "other" => Kind::Other,
        _ => return None,
    };
    let object = ObjectPath {
        kind,
        schema: row.schema.as_deref().map(Name::exact),
        table: row.table_name.as_deref().map(Name::exact),
        name: Name::exact(row.name.as_str()),
    };
    Some(Uncaptured::new(object, row.attribute.as_str(), row.value.as_str()))
}

/// A sequence as the catalog keeps it: every option has a value.
pub(super) struct SequenceValues<'a> {
    pub ty: &'a str,
    pub start: i64,
    pub increment: i64,
    pub min: i64,
    pub max: i64,
    pub cache: i64,
    pub cycle: bool,
}

impl<'a> SequenceValues<'a> {
    /// The values of the sequence behind a column.
    pub fn of_column(row: &'a rows::ColumnSequence) -> Self {
        let rows::ColumnSequence { r#type: ty, start, increment, min, max, cache, cycle, .. } = row;
        SequenceValues { ty, start: *start, increment: *increment, min: *min, max: *max, cache: *cache, cycle: *cycle }
    }

    /// The options that differ from what type and direction imply
    /// (<https://www.postgresql.org/docs/current/sql-createsequence.html>).
    pub fn options(&self) -> SequenceOptions {
        let (least, greatest) = match self.ty {
            "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
            "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let (min, max) = if self.increment > 0 { (1, greatest) } else { (least, -1) };
        let start = if self.increment > 0 { self.min } else { self.max };
        let unless = |value: i64, implied: i64| (value != implied).then_some(value);
        SequenceOptions {
            start: unless(self.start, start),
            increment: unless(self.increment, 1),
            min: unless(self.min, min),
            max: unless(self.max, max),
            cache: unless(self.cache, 1),
            cycle: self.cycle,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(ty: &str, start: i64, increment: i64, min: i64, max: i64) -> SequenceOptions {
        SequenceValues { ty, start, increment, min, max, cache: 1, cycle: false }.options()
    }

    #[test]
    fn implied_sequence_options_are_left_out() {
        assert_eq!(values("bigint", 1, 1, 1, i64::MAX), SequenceOptions::default());
        assert_eq!(values("integer", 1, 1, 1, 2_147_483_647), SequenceOptions::default());
        let down = SequenceOptions { increment: Some(-1), ..SequenceOptions::default() };
        assert_eq!(values("smallint", -1, -1, -32768, -1), down);
        let tens = SequenceOptions { start: Some(20), increment: Some(10), min: Some(10), ..Default::default() };
        assert_eq!(values("bigint", 20, 10, 10, i64::MAX), tens);
        let wide = SequenceOptions { max: Some(i64::from(i32::MAX)), ..Default::default() };
        assert_eq!(values("bigint", 1, 1, 1, i64::from(i32::MAX)), wide);
    }
}
