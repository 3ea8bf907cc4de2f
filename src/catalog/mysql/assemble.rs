//! From rows to the model: tables and what is no table. Pure.

use std::collections::HashMap;

use crate::dialect::Dialect;
use crate::model::{
    Expr, Extras, Facet, Fact, Kind, MySqlTable, Name, ObjectPath, OpaqueObject, Reason, RelationName, Sequence,
    SequenceOptions, Table, Uncaptured, View,
};
use crate::snapshot::{Snapshot, Undecided};

use super::charsets::Charsets;
use super::scene::Scene;
use super::show_create::Details;
use super::{columns, guard, keys, printed, rows};

/// Puts everything that was read into `snapshot`, and gives back what the server printed.
pub(super) fn assemble(rows: rows::Rows, dialect: &dyn Dialect, snapshot: &mut Snapshot) -> Vec<guard::Printed> {
    let scene = Scene { dialect, charsets: Charsets::new(&rows) };
    let mut tables = HashMap::new();
    for row in rows.tables.iter().filter(|row| row.kind != "SEQUENCE") {
        tables.insert(row.name.clone(), scene.table(row, &rows.details));
    }
    let json = columns::json_columns(&rows, dialect.engine());
    for row in &rows.columns {
        if let Some(table) = tables.get_mut(&row.table_name) {
            let is_json = json.contains(&(row.table_name.as_str(), row.name.as_str()));
            let bytes = rows.details.get(&row.table_name).and_then(|table| table.binary_defaults.get(&row.name));
            let column = scene.column(row, table, is_json, bytes);
            table.columns.push(column);
        }
    }
    keys::add_indexes(&rows.indexes, &rows.details, &scene, &mut tables);
    keys::add_foreign_keys(&rows, &scene, &mut tables);
    for row in &rows.checks {
        let is_json = row.of_column != 0 && json.contains(&(row.table_name.as_str(), row.name.as_str()));
        if let Some(table) = tables.get_mut(&row.table_name).filter(|_| !is_json) {
            table.checks.push(scene.check(row));
        }
    }
    printed::complete(&rows, dialect, &mut tables, snapshot);
    for row in &rows.geometries {
        let table = tables.get_mut(&row.table_name);
        if let Some(column) = table.and_then(|table| table.column_mut(&scene.name(&row.name))) {
            column.options.push(("REF_SYSTEM_ID".to_owned(), row.system.to_string()));
        }
    }
    let database = &mut snapshot.database;
    database.default_collation = Some(Name::exact(rows.database.default_collation.as_str()));
    database.tables = tables.into_values().map(|table| (table.name.clone(), table)).collect();
    for row in &rows.sequences {
        let sequence = sequence(row, scene.relation(&row.name));
        database.sequences.insert(sequence.name.clone(), sequence);
    }
    for row in &rows.views {
        scene.add_view(row, &rows.database.name, snapshot);
    }
    snapshot.database.opaque = rows.opaque.iter().filter_map(|row| scene.opaque(row)).collect();
    snapshot.database.opaque.sort();
    rows.printed
}

impl Scene<'_> {
    fn table(&self, row: &rows::Table, details: &HashMap<String, Details>) -> Table {
        let (charset, collation) = match row.collation.as_deref() {
            Some(collation) if collation != self.charsets.database() => self.charsets.explicit(collation),
            _ => (None, None),
        };
        let extras = MySqlTable {
            engine: row.engine.clone(),
            charset,
            collation,
            row_format: row.create_options.as_deref().and_then(row_format),
            partition_by: details.get(&row.name).and_then(|details| details.partition_by.clone()),
            // Only the statement that the server prints tells them.
            options: None,
        };
        let mut table = Table::new(self.relation(&row.name), Extras::MySql(extras));
        table.comment = Fact::Known(row.comment.clone().filter(|comment| !comment.is_empty()));
        table
    }

    fn add_view(&self, row: &rows::View, database: &str, snapshot: &mut Snapshot) {
        let name = self.relation(&row.name);
        let Some(query) = row.query.as_deref().filter(|query| !query.is_empty()) else {
            snapshot.undecided.push(Undecided {
                object: Some(ObjectPath::relation(Kind::View, &name)),
                facet: Facet::of(Kind::View),
                reason: Reason::new("the server shows a view's query only to users with the SHOW VIEW privilege"),
                declared_at: None,
            });
            return;
        };
        let query = self.unqualified(query, database);
        let view = View {
            name: name.clone(),
            query: Expr::new(query),
            columns: Vec::new(),
            materialized: false,
            comment: None,
        };
        for (attribute, value, implied) in [
            ("CHECK_OPTION", row.check_option.to_ascii_lowercase(), "none"),
            ("SQL SECURITY", row.security.clone(), "DEFINER"),
            ("ALGORITHM", row.algorithm.clone(), "UNDEFINED"),
        ] {
            if value != implied {
                let path = ObjectPath::relation(Kind::View, &name);
                snapshot.database.uncaptured.set(Uncaptured::new(path, attribute, value));
            }
        }
        snapshot.database.views.insert(name, view);
    }

    /// The server qualifies every name with the database it stands in, which is not part of the schema.
    fn unqualified(&self, query: &str, database: &str) -> String {
        let qualifier = format!("`{}`.", database.replace('`', "``"));
        let expected = self.dialect.relation_name(&qualifier, true);
        let is_own = |text: &&str| text.starts_with('`') && self.dialect.relation_name(text, true) == expected;
        let mut names = String::with_capacity(query.len());
        let mut rest = query;
        while let Some(c) = rest.chars().next() {
            rest = match rest.get(..qualifier.len()).filter(is_own) {
                Some(_) => &rest[qualifier.len()..],
                None => {
                    names.push(c);
                    &rest[c.len_utf8()..]
                }
            };
        }
        names
    }

    fn opaque(&self, row: &rows::Opaque) -> Option<OpaqueObject> {
        let kind = match row.kind.as_str() {
            "trigger" => Kind::Trigger,
            "routine" => Kind::Routine,
            "event" => Kind::Event,
            _ => return None,
        };
        Some(OpaqueObject {
            kind,
            name: self.relation(&row.name),
            table: row.table_name.as_deref().map(|table| self.relation(table)),
            definition: row.definition.clone(),
        })
    }
}

/// `row_format=COMPRESSED` among the CREATE options: there only if it was chosen.
fn row_format(options: &str) -> Option<String> {
    let option = options.split_ascii_whitespace().find_map(|option| option.strip_prefix("row_format="))?;
    Some(option.to_ascii_uppercase())
}

/// The implied options of <https://mariadb.com/kb/en/create-sequence/>; the greatest number marks overflow.
fn sequence(row: &rows::Sequence, name: RelationName) -> Sequence {
    let up = row.increment >= 0;
    let (min, max) = if up { (1, i64::MAX - 1) } else { (i64::MIN + 1, -1) };
    let start = if up { row.min } else { row.max };
    let unless = |value: i64, implied: i64| (value != implied).then_some(value);
    let options = SequenceOptions {
        start: unless(row.start, start),
        increment: unless(row.increment, 1),
        min: unless(row.min, min),
        max: unless(row.max, max),
        cache: unless(row.cache, 1000),
        cycle: row.cycle != 0,
    };
    Sequence { name, ty: None, options, owned_by: None, comment: None }
}
