//! Equality as the engine sees it.

use super::collation::{self, Effective};
use super::{MySql, canon, partition, prefix};
use crate::diff::{Compare, ExprContext, Pair, TableIn, Verdict};
use crate::model::{Attribute, Column, DataType, Database, Expr, Extras, Index, IndexKey, View};

/// The storage engine of a table that names none: the default of every supported server.
pub(super) const DEFAULT_ENGINE: &str = "InnoDB";
/// InnoDB's row format where none is named (`innodb_default_row_format`).
const DEFAULT_ROW_FORMAT: &str = "DYNAMIC";

impl Compare for MySql {
    fn expressions(&self, exprs: Pair<&Expr>, context: ExprContext<'_>) -> Verdict {
        canon::verdict(self, exprs, context)
    }

    fn views(&self, views: Pair<&View>, databases: Pair<&Database>) -> Verdict {
        canon::views(self, views, databases)
    }

    /// What its author calls JSON has the name alone, where MariaDB keeps another check in the place of JSON's own: the
    /// checks tell that.
    fn types(&self, types: Pair<&DataType>) -> Verdict {
        let calls_it_json = types.map(|ty| ty.written == "json");
        let admits = types.from.admits(types.to) || types.to.admits(types.from);
        (admits || calls_it_json.from && calls_it_json.to).into()
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

    fn inherited_collation(&self, table: TableIn<'_>) -> Option<String> {
        shown(collation::of_table(table))
    }

    fn prefixes(&self, keys: Pair<&IndexKey>, indexes: Option<Pair<&Index>>, tables: Pair<TableIn<'_>>) -> bool {
        match indexes {
            Some(indexes) => prefix::same(self, keys, indexes, tables),
            None => keys.map(|key| key.prefix_length).is_same(),
        }
    }

    fn lacks_values(&self, conditions: Pair<&Expr>, context: ExprContext<'_>) -> bool {
        canon::lacks_values(self, conditions, context)
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
        if let Some(options) = extras.map(|table| table.options.as_ref()).both().filter(|options| !options.is_same()) {
            let apart = |own: &[(String, String)], other: &[(String, String)]| {
                let own = own.iter().filter(|option| !other.contains(option));
                let words: Vec<String> = own.map(|(name, value)| format!("{name}={value}")).collect();
                (!words.is_empty()).then(|| words.join(" "))
            };
            found.push((
                Attribute::Options,
                Pair::new(apart(options.from, options.to), apart(options.to, options.from)),
            ));
        }
        let collations = tables.map(collation::of_table);
        if !self.same_collation(collations.clone(), tables.map(collation::of_database)) {
            found.push((Attribute::Collation, collations.map(shown)));
        }
        found
    }

    fn partitioning(
        &self,
        tables: Pair<TableIn<'_>>,
        _expressions: &dyn Fn(Pair<&Expr>, ExprContext<'_>) -> Verdict,
    ) -> Option<(Verdict, Pair<Option<String>>)> {
        let clauses = tables.map(|table| match &table.table.extras {
            Extras::MySql(extras) => extras.partition_by.as_deref(),
            Extras::Postgres(_) | Extras::Sqlite(_) => None,
        });
        let verdict = match clauses.both() {
            Some(both) => partition::verdict(self, both, tables.map(|table| table.table)),
            None => clauses.is_same().into(),
        };
        (verdict != Verdict::Same).then(|| (verdict, clauses.map(|clause| clause.map(str::to_owned))))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{MySqlTable, Name, RelationName, Table};
    use crate::sql::Syntax;

    /// A database with a default collation, a table and a column; empty texts stand for what is not said.
    fn side(database: &str, table: (&str, &str), column: (&str, &str)) -> (Database, Table, Column) {
        let name = |text: &str| (!text.is_empty()).then(|| Name::exact(text));
        let extras = MySqlTable { charset: name(table.0), collation: name(table.1), ..MySqlTable::default() };
        let ty = MySql::for_mariadb(None).data_type("varchar(20)").unwrap();
        let mut declared = Column::new(Name::insensitive("a"), ty);
        (declared.charset, declared.collation) = (name(column.0), name(column.1));
        let table = Table::new(RelationName::new(None, Name::exact("t")), Extras::MySql(extras));
        (Database { default_collation: name(database), ..Database::default() }, table, declared)
    }

    fn compared(live: &(Database, Table, Column), declared: &(Database, Table, Column)) -> (Verdict, usize) {
        let dialect = MySql::for_mariadb(None);
        let sides = Pair::new(live, declared);
        let tables = sides.map(|(database, table, _)| TableIn { database, table });
        let columns = sides.map(|(_, _, column)| column);
        (dialect.collations(columns, tables), dialect.extras(tables).len())
    }

    #[test]
    fn what_the_declaration_leaves_open_is_as_live() {
        let declared = side("", ("", ""), ("", ""));
        let same = (Verdict::Same, 0);
        assert_eq!(compared(&side("utf8mb4_general_ci", ("", ""), ("", "")), &declared), same);
        let explicit = side("utf8mb4_general_ci", ("utf8mb4", "utf8mb4_general_ci"), ("utf8mb4", "utf8mb4_general_ci"));
        assert_eq!(compared(&explicit, &declared), same);
        // The column alone was changed by hand.
        let column = side("utf8mb4_general_ci", ("", ""), ("utf8mb4", "utf8mb4_bin"));
        assert_eq!(compared(&column, &declared), (Verdict::Differs, 0));
        // The whole table was made otherwise: one finding, on the table.
        let table = side("utf8mb4_general_ci", ("latin1", "latin1_swedish_ci"), ("", ""));
        assert_eq!(compared(&table, &declared), (Verdict::Same, 1));
    }

    #[test]
    fn a_character_set_implies_its_default_collation() {
        let live = side("latin1_swedish_ci", ("utf8mb4", "utf8mb4_general_ci"), ("", ""));
        assert_eq!(compared(&live, &side("", ("utf8mb4", ""), ("", ""))), (Verdict::Same, 0));
        assert_eq!(compared(&live, &side("", ("utf8mb4", "utf8mb4_bin"), ("", ""))), (Verdict::Differs, 1));
        let live = side("", ("utf8mb3", "utf8mb3_general_ci"), ("", ""));
        assert_eq!(compared(&live, &side("", ("utf8", "utf8_general_ci"), ("", ""))), (Verdict::Same, 0));
    }

    #[test]
    fn the_default_engine_and_row_format_need_not_be_named() {
        let dialect = MySql::for_mysql(None);
        let found = |live: MySqlTable, declared: MySqlTable| {
            let table = |extras| Table::new(RelationName::new(None, Name::exact("t")), Extras::MySql(extras));
            let (live, declared, database) = (table(live), table(declared), Database::default());
            let tables = Pair::new(&live, &declared).map(|table| TableIn { database: &database, table });
            dialect.extras(tables).into_iter().map(|(attribute, _)| attribute).collect::<Vec<_>>()
        };
        let engine = |name: &str| MySqlTable { engine: Some(name.into()), ..MySqlTable::default() };
        assert_eq!(found(engine("InnoDB"), MySqlTable::default()), []);
        assert_eq!(found(engine("InnoDB"), engine("innodb")), []);
        assert_eq!(found(engine("MyISAM"), MySqlTable::default()), [Attribute::Engine]);
        let format = |name: &str| MySqlTable { row_format: Some(name.into()), ..MySqlTable::default() };
        assert_eq!(found(format("Dynamic"), MySqlTable::default()), []);
        assert_eq!(found(format("COMPRESSED"), MySqlTable::default()), [Attribute::Options]);
    }

    #[test]
    fn partitions_are_read_before_they_are_compared() {
        let found = |live: &str, declared: &str| {
            let table = |text: &str| {
                let partition_by = Some(text.to_owned()).filter(|text| !text.is_empty());
                let extras = MySqlTable { partition_by, ..MySqlTable::default() };
                Table::new(RelationName::new(None, Name::exact("t")), Extras::MySql(extras))
            };
            let (live, declared, database) = (table(live), table(declared), Database::default());
            let tables = Pair::new(&live, &declared).map(|table| TableIn { database: &database, table });
            MySql::for_mysql(None).partitioning(tables, &|_, _| Verdict::Same).map(|(verdict, _)| verdict)
        };
        assert_eq!(found("HASH (`id`) PARTITIONS 4", "hash(id) partitions 4"), None);
        assert_eq!(found("HASH (`id`)", ""), Some(Verdict::Differs));
        assert_eq!(found("HASH ('", "HASH ('"), None, "a quote that is not closed");
        assert!(matches!(found("HASH ('", "HASH (\"'"), Some(Verdict::Undecided(_))));
    }
}
