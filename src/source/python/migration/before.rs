//! The schema that a script finds, told as SQLAlchemy's inspector would tell it.

use crate::model::{
    ConstraintName, DataType, Engine, Facet, Fact, ForeignKey, Index, IndexTarget, Kind, Name, ObjectPath,
    ReferentialAction, RelationName, Table, TypeKind,
};
use crate::source::LoadContext;
use crate::source::python::eval::{TableFacts, entry};
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, ModuleId, Site, Value};
use crate::source::sql::Session;

/// A schema to be asked.
pub(in crate::source::python) struct Before<'a> {
    session: Session<'a>,
    default_schema: Option<Name>,
    engine: Engine,
}

impl<'a> Before<'a> {
    /// The schema that `session` holds.
    pub(in crate::source::python) fn new(session: Session<'a>, context: &LoadContext<'a>) -> Self {
        let default_schema = context.default_schema.cloned().or_else(|| context.dialect.default_schema());
        Before { session, default_schema, engine: context.dialect.engine() }
    }

    /// The schema, to go on with.
    pub(super) fn into_session(self) -> Session<'a> {
        self.session
    }

    /// The tables, those of the default schema by their name alone.
    pub(in crate::source::python) fn tables(&self) -> Vec<String> {
        self.session.database().tables.keys().map(|name| self.shown(name)).collect()
    }

    /// The views.
    pub(in crate::source::python) fn views(&self) -> Vec<String> {
        self.session.database().views.keys().map(|name| self.shown(name)).collect()
    }

    fn shown(&self, name: &RelationName) -> String {
        name.shown(self.default_schema.as_ref()).into_owned()
    }

    /// How [`Before::tables`] calls a table.
    pub(in crate::source::python) fn key(&self, schema: Option<&str>, table: &str) -> String {
        let default = self.default_schema.as_ref().map(Name::as_str);
        match schema.filter(|schema| Some(*schema) != default) {
            Some(schema) => format!("{schema}.{table}"),
            None => table.to_owned(),
        }
    }

    /// What a constraint is called that nobody named.
    pub(in crate::source::python) fn unnamed(&self) -> Value<'a> {
        match self.engine {
            Engine::Sqlite => Value::None,
            Engine::Postgres | Engine::MySql | Engine::MariaDb => Value::unknown("the server chooses the name"),
        }
    }

    /// What stands in a table; `None` where there is none of that name.
    pub(in crate::source::python) fn table(&mut self, key: &str) -> Option<TableFacts<'a>> {
        let (schema, name) = key.split_once('.').map_or((None, key), |(schema, name)| (Some(schema), name));
        let name = self.session.table_name(schema, name);
        self.session.complete_table(&name);
        let table = self.session.database().tables.get(&name);
        let mut facts = table.map(|table| self.facts(table)).unwrap_or_default();
        facts.unknown = self.unknown(&name);
        (table.is_some() || !facts.unknown.is_empty()).then_some(facts)
    }

    /// The lists that an operation which may not have happened would have changed.
    fn unknown(&self, name: &RelationName) -> Vec<(&'static str, Rc<str>)> {
        let mut unknown = Vec::new();
        for fact in self.session.undecided_facts() {
            let Some(path) = fact.object.as_ref().filter(|path| path.table_name().as_ref() == Some(name)) else {
                continue;
            };
            let whole = *path == ObjectPath::table(name);
            let methods: &[&'static str] = match fact.facet.kind {
                kind if fact.facet != Facet::of(kind) => &[],
                Kind::Table if whole => &["has_table"],
                Kind::Column => &["get_columns"],
                Kind::PrimaryKey => &["get_pk_constraint"],
                Kind::Unique => &["get_unique_constraints", "get_indexes", "has_index"],
                Kind::ForeignKey => &["get_foreign_keys"],
                Kind::Check => &["get_check_constraints"],
                Kind::Index => &["get_indexes", "get_unique_constraints", "has_index"],
                _ => &[],
            };
            unknown.extend(methods.iter().map(|method| (*method, Rc::from(fact.reason.0.as_str()))));
        }
        unknown
    }

    fn facts(&self, table: &Table) -> TableFacts<'a> {
        let names = |names: &[Name]| Value::list(names.iter().map(|name| Value::str(name.as_str())).collect());
        let named =
            |name: &ConstraintName| name.name().map_or_else(|| self.unnamed(), |name| Value::str(name.as_str()));
        let columns = table.columns.iter().map(|column| {
            let default = match &column.default {
                Fact::Known(None) => Value::None,
                Fact::Known(Some(_)) => Value::unknown("the engine's words for a default are not known"),
                Fact::Unknown(reason) => Value::unknown(&reason.0),
            };
            let comment = match &column.comment {
                Fact::Known(None) => Value::None,
                Fact::Known(Some(text)) => Value::str(text),
                Fact::Unknown(reason) => Value::unknown(&reason.0),
            };
            entry(vec![
                ("name", Value::str(column.name.as_str())),
                ("type", fact(&column.ty, |ty| self.type_of(ty))),
                ("nullable", fact(&column.nullable, |nullable| Value::Bool(*nullable))),
                ("default", default),
                ("autoincrement", Value::unknown("whether the engine numbers a column is not told")),
                ("comment", comment),
            ])
        });
        let uniques = table.uniques.iter();
        let uniques =
            uniques.map(|unique| vec![("name", named(&unique.name)), ("column_names", names(&unique.columns))]);
        let mut facts = TableFacts {
            columns: columns.collect(),
            indexes: table.indexes.iter().map(|index| entry(index_entry(index))).collect(),
            uniques: uniques.clone().map(entry).collect(),
            foreign_keys: table.foreign_keys.iter().map(|key| self.foreign_key(key, named(&key.name))).collect(),
            checks: table
                .checks
                .iter()
                .map(|check| {
                    entry(vec![
                        ("name", named(&check.name)),
                        ("sqltext", Value::unknown("the engine's words for a condition are not known")),
                    ])
                })
                .collect(),
            primary_key: table
                .primary_key
                .as_ref()
                .map(|key| entry(vec![("name", named(&key.name)), ("constrained_columns", names(&key.columns))])),
            unknown: Vec::new(),
        };
        match self.engine {
            // A unique constraint shows as its index, too; elsewhere it is one.
            Engine::Postgres => facts.indexes.extend(uniques.map(|mut unique| {
                let name = unique[0].1.clone();
                unique.extend([("unique", Value::Bool(true)), ("duplicates_constraint", name)]);
                entry(unique)
            })),
            Engine::MySql | Engine::MariaDb => {
                let unique = table.indexes.iter().filter(|index| index.unique);
                facts.uniques.extend(unique.map(|index| entry(index_entry(index))));
            }
            Engine::Sqlite => {}
        }
        facts
    }

    fn foreign_key(&self, key: &ForeignKey, name: Value<'a>) -> Value<'a> {
        let names = |names: &[Name]| Value::list(names.iter().map(|name| Value::str(name.as_str())).collect());
        let options = [("ondelete", key.on_delete), ("onupdate", key.on_update)];
        let options = options.into_iter().filter(|(_, action)| *action != ReferentialAction::NoAction);
        let is_default = key.references.schema.as_ref() == self.default_schema.as_ref();
        let schema = key.references.schema.as_ref().filter(|_| !is_default);
        let remote = match key.referenced_columns.as_slice() {
            [] => Value::unknown("the key refers to a primary key without naming its columns"),
            columns => names(columns),
        };
        entry(vec![
            ("name", name),
            ("constrained_columns", names(&key.columns)),
            ("referred_schema", schema.map_or(Value::None, |schema| Value::str(schema.as_str()))),
            ("referred_table", Value::str(key.references.name.as_str())),
            ("referred_columns", remote),
            ("options", entry(options.map(|(name, action)| (name, Value::str(action.sql()))).collect())),
        ])
    }

    /// The type that reflection makes of a column's.
    fn type_of(&self, ty: &DataType) -> Value<'a> {
        let (class, args) = match &ty.kind {
            TypeKind::Builtin { name, args } => (self.type_class(name, &ty.written), args.as_slice()),
            TypeKind::Values { name, .. } if name == "enum" => (Some("dialects.mysql.ENUM"), [].as_slice()),
            TypeKind::Values { .. } => (None, [].as_slice()),
            TypeKind::Array(_) => (Some("dialects.postgresql.ARRAY"), [].as_slice()),
            TypeKind::User { .. } => (None, [].as_slice()),
        };
        let Some(class) = class else { return Value::unknown(format!("how {ty} is reflected is not known")) };
        let mut kwargs = Vec::new();
        if let TypeKind::Builtin { name, .. } = &ty.kind
            && name.ends_with("with time zone")
        {
            kwargs.push(("timezone".to_owned(), Value::Bool(true)));
        }
        if let ([length], true) = (args, class.ends_with("CHAR"))
            && let Ok(length) = length.parse()
        {
            kwargs.push(("length".to_owned(), Value::Int(length)));
        }
        let callee = Value::external(&format!("sqlalchemy.{class}"));
        let site = Site { module: ModuleId(0), offset: 0.into() };
        Value::Call(Rc::new(Call {
            callee,
            args: Vec::new(),
            kwargs,
            site,
            order: 0,
            assigned: Default::default(),
            open: None,
            doubt: None,
        }))
    }

    fn type_class(&self, name: &str, written: &str) -> Option<&'static str> {
        let postgres = |name: &str| {
            Some(match name {
                "character varying" => "VARCHAR",
                "character" => "CHAR",
                "text" => "TEXT",
                "smallint" => "SMALLINT",
                "integer" => "INTEGER",
                "bigint" => "BIGINT",
                "boolean" => "BOOLEAN",
                "real" => "REAL",
                "double precision" => "DOUBLE_PRECISION",
                "numeric" => "NUMERIC",
                "date" => "DATE",
                "timestamp without time zone" | "timestamp with time zone" => "dialects.postgresql.TIMESTAMP",
                "time without time zone" | "time with time zone" => "dialects.postgresql.TIME",
                "interval" => "dialects.postgresql.INTERVAL",
                "bytea" => "dialects.postgresql.BYTEA",
                "json" => "dialects.postgresql.JSON",
                "jsonb" => "dialects.postgresql.JSONB",
                "uuid" => "UUID",
                _ => return None,
            })
        };
        let by_word = |word: &str| {
            Some(match word {
                "VARCHAR" => "VARCHAR",
                "CHAR" => "CHAR",
                "TEXT" => "TEXT",
                "SMALLINT" => "SMALLINT",
                "INTEGER" | "INT" => "INTEGER",
                "BIGINT" => "BIGINT",
                "BOOLEAN" | "BOOL" => "BOOLEAN",
                "REAL" => "REAL",
                "FLOAT" => "FLOAT",
                "DOUBLE" => "DOUBLE",
                "NUMERIC" => "NUMERIC",
                "DECIMAL" => "DECIMAL",
                "DATE" => "DATE",
                "DATETIME" => "DATETIME",
                "TIMESTAMP" => "TIMESTAMP",
                "TIME" => "TIME",
                "BLOB" => "BLOB",
                "JSON" => "JSON",
                _ => return None,
            })
        };
        match self.engine {
            Engine::Postgres => postgres(name),
            Engine::Sqlite => by_word(written.split('(').next().unwrap_or_default().trim().to_uppercase().as_str()),
            // MySQL's own classes derive from these; BOOLEAN is TINYINT there.
            Engine::MySql | Engine::MariaDb => by_word(name.to_uppercase().as_str()),
        }
    }
}

fn fact<'a, T>(fact: &Fact<T>, value: impl FnOnce(&T) -> Value<'a>) -> Value<'a> {
    match fact {
        Fact::Known(known) => value(known),
        Fact::Unknown(reason) => Value::unknown(&reason.0),
    }
}

fn index_entry<'a>(index: &Index) -> Vec<(&'static str, Value<'a>)> {
    let columns = index.keys.iter().map(|key| match &key.target {
        IndexTarget::Column(name) => Value::str(name.as_str()),
        IndexTarget::Expr(_) => Value::None,
    });
    vec![
        ("name", Value::str(index.name.as_str())),
        ("column_names", Value::list(columns.collect())),
        ("unique", Value::Bool(index.unique)),
    ]
}
