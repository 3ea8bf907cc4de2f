//! From drafts to the model: each table with its columns, constraints and indexes as SQLAlchemy's DDL would make them.

mod circular;
mod column;
mod constraint;
mod exclusion;
mod foreign_key;
mod index;
mod numbering;
mod primary_key;

use crate::model::{
    Database, Extras, Fact, Kind, MySqlTable, Name, ObjectPath, PostgresTable, Reason, RelationName, SqliteTable, Table,
};
use crate::snapshot::{Origins, Snapshot};

use crate::diff;

use super::models::Models;
use super::rules::EnumStyle;
use super::shared::Rc;
use super::types::{EnumUse, SqlType};
use super::value::{Site, Value};

/// Where the constraints of a table were declared, each list in the order of the table's own.
#[derive(Default)]
pub(super) struct Places {
    primary_key: Option<Site>,
    uniques: Vec<Site>,
    /// With whether it says `use_alter`.
    foreign_keys: Vec<(Site, bool)>,
    checks: Vec<Site>,
    exclusions: Vec<Site>,
    indexes: Vec<Site>,
}

/// A table on its way into the model.
struct Output<'o> {
    /// The index of its draft.
    draft: usize,
    table: Table,
    places: Places,
    origins: &'o mut Origins,
    database: &'o mut Database,
}

impl<'a> Models<'a> {
    /// Fills a snapshot with every table.
    pub(super) fn emit(&mut self, snapshot: &mut Snapshot) {
        self.attach_schema_items();
        for index in 0..self.tables.len() {
            self.emit_table(index, snapshot);
        }
        self.emit_sequences_of_metadata(snapshot);
        snapshot.undecided.append(&mut self.undecided);
    }

    pub(super) fn emit_table(&mut self, index: usize, snapshot: &mut Snapshot) {
        let name = self.full_name(index, snapshot.default_schema.as_ref());
        let site = self.tables[index].site;
        let mut output = Output {
            draft: index,
            table: Table::new(name.clone(), self.extras(index)),
            places: Places::default(),
            origins: &mut snapshot.origins,
            database: &mut snapshot.database,
        };
        // Engines without schemas keep an empty list of them.
        if let (Some(schema), Some(_)) = (&name.schema, self.dialect.default_schema()) {
            output.database.schemas.insert(schema.clone());
        }
        self.record(output.origins, ObjectPath::table(&name), site);
        self.emit_comment(&mut output);
        self.emit_columns(&mut output, snapshot.default_schema.as_ref());
        self.emit_items(&mut output, snapshot.default_schema.as_ref());
        let (mut table, mut places) = (output.table, output.places);
        for absorbed in self.dialect.absorb_uniques(&mut table).into_iter().rev() {
            places.uniques.remove(absorbed);
        }
        self.places.push((name.clone(), places));
        if let Some(reason) = self.doubted.get(&index).cloned() {
            self.undecided(Some(ObjectPath::table(&name)), crate::model::Facet::of(Kind::Table), &reason, site);
        }
        if let Some(reason) = self.tables[index].partial.clone() {
            // A key may have columns that are not known; one that is known is the whole key.
            let key = table.primary_key.is_none().then_some(Kind::PrimaryKey);
            for kind in [Kind::Column, Kind::Index, Kind::Unique, Kind::ForeignKey, Kind::Check].into_iter().chain(key)
            {
                let facet = crate::model::Facet::of(kind);
                self.undecided(Some(ObjectPath::table(&name)), facet, &reason, site);
            }
        }
        snapshot.database.tables.insert(name, table);
    }

    /// Records where constraints and indexes stand, by the names that they have once the engine has named the rest.
    pub(super) fn record_places(&mut self, snapshot: &mut Snapshot) {
        for (name, places) in std::mem::take(&mut self.places) {
            let Some(table) = snapshot.database.tables.get(&name) else {
                continue;
            };
            let mut found: Vec<(ObjectPath, Site)> = Vec::new();
            if let (Some(key), Some(site)) = (&table.primary_key, places.primary_key) {
                let key = key.name.name().cloned().unwrap_or_else(|| Name::exact("PRIMARY KEY"));
                found.push((ObjectPath::of_table(Kind::PrimaryKey, &name, key), site));
            }
            found.extend(table.uniques.iter().map(|unique| diff::unique_path(table, unique)).zip(places.uniques));
            let keys = table.foreign_keys.iter().map(|key| diff::foreign_key_path(table, key));
            found.extend(keys.zip(places.foreign_keys.into_iter().map(|(site, _)| site)));
            found.extend(table.checks.iter().map(|check| diff::check_path(table, check)).zip(places.checks));
            let exclusions = table.exclusions.iter().map(|exclusion| diff::exclusion_path(table, exclusion));
            found.extend(exclusions.zip(places.exclusions));
            let indexes = table.indexes.iter().filter(|index| !index.automatic);
            let indexes = indexes.map(|index| ObjectPath::of_table(Kind::Index, &name, index.name.clone()));
            found.extend(indexes.zip(places.indexes));
            for (path, site) in found {
                self.record(&mut snapshot.origins, path, site);
            }
        }
    }

    /// The name of a table, with its schema.
    pub(super) fn full_name(&self, draft: usize, default: Option<&Name>) -> RelationName {
        let draft = &self.tables[draft];
        self.relation(draft.schema.as_deref(), &draft.name, default)
    }

    /// The name of a table or type in the schema that SQLAlchemy puts it in.
    fn relation(&self, schema: Option<&str>, name: &str, default: Option<&Name>) -> RelationName {
        let schema = schema.map(|schema| self.dialect.relation_name(schema, true)).or_else(|| default.cloned());
        RelationName::new(schema, self.dialect.relation_name(name, true))
    }

    fn record(&self, origins: &mut Origins, path: ObjectPath, site: Site) {
        if let Some(span) = self.interp.span(site) {
            origins.insert(path, span);
        }
    }

    fn emit_comment(&mut self, output: &mut Output<'_>) {
        if !self.rules.comments {
            return;
        }
        let value = self.tables[output.draft].option("comment").cloned();
        output.table.comment = self.text_fact(value.as_ref());
    }

    /// A text that may be absent.
    fn text_fact(&mut self, value: Option<&Value<'a>>) -> Fact<Option<String>> {
        match value {
            None | Some(Value::None) => Fact::Known(None),
            Some(value) => match value.as_str() {
                Some(text) => Fact::Known(Some(text.to_string())),
                None => Fact::Unknown(self.reason(value, "a text")),
            },
        }
    }

    /// What an argument that is true or false comes to; `open` is why there may be arguments that are not known.
    pub(super) fn flag(&self, given: Option<&Value<'a>>, open: Option<&Rc<str>>) -> Fact<bool> {
        match (given, open) {
            (Some(value), _) => match self.interp.truth(value) {
                Some(truth) => Fact::Known(truth),
                None => Fact::Unknown(self.reason(value, "whether this is so")),
            },
            (None, Some(open)) => Fact::unknown(&**open),
            (None, None) => Fact::Known(false),
        }
    }

    /// What an option says, where it is given: `read` answers `None` for what it cannot read.
    ///
    /// # Errors
    /// The reason why it is not known.
    fn option<T>(
        &self,
        given: Option<&Value<'a>>,
        what: &str,
        read: impl FnOnce(&Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, Reason> {
        match given {
            None | Some(Value::None) => Ok(None),
            Some(value) => read(value).map(Some).ok_or_else(|| self.reason(value, what)),
        }
    }

    /// The text of an option, where it is given.
    ///
    /// # Errors
    /// The reason why it is not known.
    fn text_option(&self, given: Option<&Value<'a>>, what: &str) -> Result<Option<String>, Reason> {
        self.option(given, what, |value| value.as_str().map(|text| text.to_string()))
    }

    fn reason(&self, value: &Value<'a>, what: &str) -> Reason {
        Reason::new(self.interp.why_unknown(value).unwrap_or_else(|| format!("{what} is not known")))
    }

    /// An option of the table that is meant for this engine: `mysql_engine`, `mariadb_engine`.
    fn table_option(&self, index: usize, name: &str) -> Option<&Value<'a>> {
        let names = self.rules.names.iter();
        names.filter_map(|dialect| self.tables[index].option(&format!("{dialect}_{name}"))).next()
    }

    fn extras(&self, index: usize) -> Extras {
        let text = |name: &str| self.table_option(index, name).and_then(Value::as_str).map(|text| text.to_string());
        let name = |key: &str| text(key).map(Name::insensitive);
        match self.rules.enums {
            EnumStyle::Type => {
                let prefixes = self.tables[index].option("prefixes").and_then(Value::items).unwrap_or_default();
                let unlogged = prefixes.iter().any(|p| p.as_str().is_some_and(|p| p.eq_ignore_ascii_case("unlogged")));
                Extras::Postgres(PostgresTable {
                    unlogged,
                    partition_by: text("partition_by"),
                    ..PostgresTable::default()
                })
            }
            EnumStyle::Inline => Extras::MySql(MySqlTable {
                engine: text("engine"),
                charset: name("default_charset").or_else(|| name("charset")).or_else(|| name("DEFAULT CHARSET")),
                collation: name("collate").or_else(|| name("default_collate")),
                row_format: text("row_format"),
                partition_by: None,
                // Options that models do not mention stay as they are.
                options: None,
            }),
            EnumStyle::Varchar => {
                let flag = |name: &str| self.table_option(index, name).and_then(Value::as_bool).unwrap_or(false);
                Extras::Sqlite(SqliteTable {
                    without_rowid: !flag("with_rowid") && self.table_option(index, "with_rowid").is_some(),
                    strict: flag("strict"),
                })
            }
        }
    }

    /// Declares the enum type that a column needs, and answers the type's text with its schema. The type stands where
    /// the first column of it does.
    fn declare_enum(
        &mut self,
        ty: &mut SqlType,
        site: Site,
        output: &mut Output<'_>,
        default: Option<&Name>,
    ) -> Option<RelationName> {
        let EnumUse { schema, name, values, inherits_schema } = ty.enumeration.clone()?;
        let schema = if inherits_schema { self.tables[output.draft].schema.clone() } else { schema };
        let relation = self.relation(schema.as_deref(), &name, default);
        if let Some(schema) = schema
            && inherits_schema
        {
            let plain = self.quoted(&name);
            let qualified = format!("{}.{plain}", self.quoted(&schema));
            ty.written = ty.written.replacen(&plain, &qualified, 1);
        }
        let declared = crate::model::EnumType { name: relation.clone(), values, comment: None };
        if !output.database.enums.contains_key(&relation) {
            self.record(output.origins, ObjectPath::relation(Kind::Enum, &relation), site);
            output.database.enums.insert(relation.clone(), declared);
        }
        Some(relation)
    }
}
