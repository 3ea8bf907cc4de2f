//! Equality as the engine sees it.

use crate::diff::{Compare, ExprContext, Pair, TableIn, Verdict};
use crate::model::{
    Attribute, Column, DataType, Database, Expr, Extras, IndexKey, Name, PostgresTable, TypeKind, View,
};

use super::{Postgres, canon, opclass, partition};

impl Compare for Postgres {
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        canon::verdict(self, exprs, context)
    }

    fn lacks_values(&self, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
        canon::lacks_values(self, conditions, context)
    }

    fn views(&self, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
        canon::views(self, views, databases)
    }

    /// The catalog's text is what the server printed of the expression that it was given, so it resolves both to one
    /// form if they are one expression. Another form means another expression, unless settings have a say in it.
    fn answered(&self, verdict: Verdict, exprs: Pair<&Expr>, forms: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        let found = match forms.map(|form| &form.text).is_same() {
            true => Verdict::Same,
            false => self.expressions(forms, context),
        };
        match (found, verdict) {
            // EXPLAIN does not print by which collation is compared.
            (Verdict::Same, verdict) if canon::collates(exprs) => verdict,
            (Verdict::Same, _) => Verdict::Same,
            (_, Verdict::Undecided(reason)) if canon::depends_on_settings(exprs, forms) => Verdict::Undecided(reason),
            _ => Verdict::Differs,
        }
    }

    /// A user's type without a schema was left to the search path, which the other side does not know.
    fn types(&self, types: Pair<&DataType>) -> Verdict {
        same_kind(types.map(|ty| &ty.kind)).into()
    }

    /// A column without a collation has that of its type, which for text is the database's `default`.
    fn collations(&self, columns: Pair<&Column>, _tables: Pair<TableIn<'_>>) -> Verdict {
        let explicit = |column: &Column| {
            let collation = column.collation.as_ref().map(|name| name.as_str().to_owned());
            collation.filter(|name| name != "default")
        };
        columns.map(explicit).is_same().into()
    }

    fn operator_classes(&self, keys: Pair<&IndexKey>) -> Verdict {
        opclass::verdict(keys)
    }

    fn orders_columns(&self) -> bool {
        false
    }

    fn extras(&self, tables: Pair<TableIn<'_>>) -> Vec<(Attribute, Pair<Option<String>>)> {
        let extras = tables.map(|table| match &table.table.extras {
            Extras::Postgres(extras) => Some(extras),
            Extras::MySql(_) | Extras::Sqlite(_) => None,
        });
        let Some(extras) = extras.both() else { return Vec::new() };
        let mut found = Vec::new();
        let persistence = extras.map(|table| if table.unlogged { "UNLOGGED" } else { "LOGGED" });
        if !persistence.is_same() {
            found.push((Attribute::Options, persistence.map(|word| Some(word.to_owned()))));
        }
        let parents = extras.map(|table| {
            let names: Vec<String> = table.inherits.iter().map(ToString::to_string).collect();
            (!names.is_empty()).then(|| format!("INHERITS ({})", names.join(", ")))
        });
        let security = extras.map(|table| table.row_security.then(|| "ROW LEVEL SECURITY".to_owned()));
        let forced = extras.map(|table| table.forces_row_security.then(|| "FORCE ROW LEVEL SECURITY".to_owned()));
        let identity =
            extras.map(|table| table.replica_identity.as_ref().map(|which| format!("REPLICA IDENTITY {which}")));
        for values in [parents, extras.map(storage_parameters), security, forced, identity] {
            if !values.is_same() {
                found.push((Attribute::Options, values));
            }
        }
        found
    }

    /// `public` is a part of every new database (5.9.2 "The Public Schema").
    fn is_own_schema(&self, name: &Name) -> bool {
        name.as_str() == "public"
    }

    fn partitioning(
        &self,
        tables: Pair<TableIn<'_>>,
        expressions: &dyn Fn(Pair<&Expr>, ExprContext<'_>) -> Verdict,
    ) -> Option<(Verdict, Pair<Option<String>>)> {
        let extras = tables.map(|table| match &table.table.extras {
            Extras::Postgres(extras) => Some(extras),
            Extras::MySql(_) | Extras::Sqlite(_) => None,
        });
        partition::verdict(self, expressions, tables, extras.both()?)
    }
}

fn same_kind(kinds: Pair<&TypeKind>) -> bool {
    match (kinds.from, kinds.to) {
        (TypeKind::Array(from), TypeKind::Array(to)) => same_kind(Pair::new(from, to)),
        (TypeKind::User { name: from, args: from_args }, TypeKind::User { name: to, args: to_args }) => {
            let schemas = Pair::new(&from.schema, &to.schema).map(Option::as_ref);
            from.name == to.name && from_args == to_args && schemas.both().is_none_or(|both| both.is_same())
        }
        _ => kinds.is_same(),
    }
}

/// `WITH (...)` without what holds anyway ("Storage Parameters" of CREATE TABLE).
fn storage_parameters(table: &PostgresTable) -> Option<String> {
    let shown: Vec<String> = table
        .options
        .iter()
        .map(|(name, value)| (name.to_lowercase(), value.to_lowercase()))
        .filter(|(name, value)| !(name == "fillfactor" && value == "100"))
        .map(|(name, value)| match value.as_str() {
            "on" | "yes" => format!("{name}=true"),
            "off" | "no" => format!("{name}=false"),
            _ => format!("{name}={value}"),
        })
        .collect();
    (!shown.is_empty()).then(|| format!("WITH ({})", shown.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RelationName, Table};
    use crate::sql::Syntax;

    fn found(live: PostgresTable, declared: PostgresTable) -> Vec<Attribute> {
        let name = RelationName::new(Some(Name::exact("public")), Name::exact("t"));
        let table = |extras| Table::new(name.clone(), Extras::Postgres(extras));
        let (live, declared, database) = (table(live), table(declared), Database::default());
        let tables = Pair::new(&live, &declared).map(|table| TableIn { database: &database, table });
        Postgres::new(None).extras(tables).into_iter().map(|(attribute, _)| attribute).collect()
    }

    #[test]
    fn only_real_differences_of_a_table_are_found() {
        let options = |name: &str, value: &str| PostgresTable {
            options: vec![(name.into(), value.into())],
            ..PostgresTable::default()
        };
        assert_eq!(found(options("fillfactor", "100"), PostgresTable::default()), []);
        assert_eq!(found(options("autovacuum_enabled", "off"), options("autovacuum_enabled", "false")), []);
        assert_eq!(found(options("fillfactor", "70"), PostgresTable::default()), [Attribute::Options]);
        let unlogged = PostgresTable { unlogged: true, ..PostgresTable::default() };
        assert_eq!(found(unlogged, PostgresTable::default()), [Attribute::Options]);
    }

    #[test]
    fn a_type_may_leave_its_schema_to_the_search_path() {
        let dialect = Postgres::new(None);
        let verdict = |one: &str, other: &str| {
            let types = Pair::new(dialect.data_type(one).unwrap(), dialect.data_type(other).unwrap());
            dialect.types(types.as_ref())
        };
        assert_eq!(verdict("extensions.citext", "citext"), Verdict::Same);
        assert_eq!(verdict("app.mood[]", "mood[]"), Verdict::Same);
        assert_eq!(verdict("app.mood", "other.mood"), Verdict::Differs);
        assert_eq!(verdict("extensions.vector(3)", "vector(4)"), Verdict::Differs);
    }
}
