//! The models of a project: what the evaluation recorded, put together into tables.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::dialect::Dialect;
use crate::model::{Facet, Name, ObjectPath, Reason, RelationName};
use crate::snapshot::{Undecided, Warning};
use crate::sql::PortableType;

use super::bounds::Looks;
use super::classes::{Ancestor, ancestors};
use super::declarative;
use super::draft::{ColumnDraft, TableDraft};
use super::emit::Places;
use super::eval::{Interp, own_or_inherited};
use super::rules::Rules;
use super::shared::Rc;
use super::types::{Affinity, SqlType};
use super::value::{Call, Class, Site, Value};
use super::version::Versions;

/// Where a mapped class keeps its rows.
pub(super) struct Mapping {
    /// The index of its table.
    pub(super) table: usize,
    /// Column keys by attribute, where the two differ or the class adds them.
    pub(super) columns: HashMap<String, String>,
}

/// Everything that is known of the models.
pub(super) struct Models<'a> {
    pub(super) interp: Interp<'a>,
    pub(super) dialect: &'a dyn Dialect,
    pub(super) rules: Rules,
    pub(super) version: Versions,
    pub(super) tables: Vec<TableDraft<'a>>,
    pub(super) mappings: HashMap<*const Class<'a>, Mapping>,
    pub(super) table_of_call: HashMap<*const Call<'a>, usize>,
    pub(super) by_name: HashMap<(Option<String>, String), usize>,
    /// The tables for which a call may have made a column.
    tables_of_column: HashMap<*const Call<'a>, BTreeSet<usize>>,
    pub(super) undecided: Vec<Undecided>,
    /// Declarations of a table for another MetaData than the one that stands in `tables`, by its index.
    pub(super) rivals: Vec<(usize, TableDraft<'a>)>,
    /// The tables that may not have been declared, and why.
    pub(super) doubted: HashMap<usize, Rc<str>>,
    /// Reasons why a schema is not known, each told once.
    pub(super) assumed_schemas: HashSet<String>,
    pub(super) places: Vec<(RelationName, Places)>,
    /// The parts of the SQL expression at hand that may still be looked at.
    pub(super) sql_looks: Looks,
    /// What the project's own compilers are compiling, one in another, by its key.
    pub(super) compiling: Vec<String>,
}

impl<'a> Models<'a> {
    /// The models of an evaluation that has run.
    pub(super) fn new(interp: Interp<'a>, dialect: &'a dyn Dialect, rules: Rules, version: Versions) -> Self {
        Models {
            interp,
            dialect,
            rules,
            version,
            tables: Vec::new(),
            mappings: HashMap::new(),
            table_of_call: HashMap::new(),
            by_name: HashMap::new(),
            tables_of_column: HashMap::new(),
            undecided: Vec::new(),
            rivals: Vec::new(),
            doubted: HashMap::new(),
            assumed_schemas: HashSet::new(),
            places: Vec::new(),
            sql_looks: Looks::new(),
            compiling: Vec::new(),
        }
    }

    /// Adds a table. One that its `MetaData` knows already is extended; one of another `MetaData` is its rival.
    pub(super) fn add_table(&mut self, draft: TableDraft<'a>) -> usize {
        let sources = draft.sources();
        let index = self.place_table(draft);
        self.note_columns(index, sources);
        index
    }

    /// Remembers which calls made columns of a table, so that a column is found without asking every table.
    pub(super) fn note_columns(&mut self, table: usize, sources: Vec<Rc<Call<'a>>>) {
        for call in sources {
            self.tables_of_column.entry(Rc::as_ptr(&call)).or_default().insert(table);
        }
    }

    fn place_table(&mut self, draft: TableDraft<'a>) -> usize {
        let key = (draft.schema.clone(), draft.name.clone());
        let Some(index) = self.by_name.get(&key).copied() else {
            self.tables.push(draft);
            self.by_name.insert(key, self.tables.len() - 1);
            return self.tables.len() - 1;
        };
        let known = &mut self.tables[index];
        let same = match (&known.metadata, &draft.metadata) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if same {
            known.extend(draft);
            return index;
        }
        let older = std::mem::replace(known, draft);
        self.rivals.push((index, older));
        index
    }

    /// Of declarations of one table for several MetaData, the one whose MetaData has the most tables is read: a small
    /// one is mostly an older schema that its migrations start from. Of equals it is the last.
    pub(super) fn choose_between_rivals(&mut self) {
        let rivals = std::mem::take(&mut self.rivals);
        let everything = self.tables.iter().chain(rivals.iter().map(|(_, draft)| draft));
        let mut sizes: HashMap<Option<*const Call<'a>>, usize> = HashMap::new();
        for draft in everything {
            *sizes.entry(draft.metadata.as_ref().map(Rc::as_ptr)).or_default() += 1;
        }
        let size = |draft: &TableDraft<'a>| sizes.get(&draft.metadata.as_ref().map(Rc::as_ptr)).copied();
        for (index, mut rival) in rivals {
            if size(&rival) > size(&self.tables[index]) {
                std::mem::swap(&mut self.tables[index], &mut rival);
            }
            let chosen = &self.tables[index];
            let message = format!(
                "the table `{}` is declared twice, for different MetaData; the one beside more tables is read",
                chosen.name
            );
            let other = self.interp.project.at(rival.site);
            let help = Some(format!("the other stands at {other}: name the files that are meant"));
            let at = self.interp.span(chosen.site);
            self.interp.project.warnings.push(Warning { message, help, at });
        }
    }

    /// States what code that was not run may have declared.
    pub(super) fn tell_what_was_left_out(&mut self) {
        for left_out in std::mem::take(&mut self.interp.left_out) {
            for kind in left_out.what.kinds() {
                self.undecided(None, Facet::of(*kind), &left_out.reason, left_out.site);
            }
        }
    }

    /// States that something is not known.
    pub(super) fn undecided(&mut self, object: Option<ObjectPath>, facet: Facet, reason: &str, site: Site) {
        let declared_at = self.interp.span(site);
        self.undecided.push(Undecided { object, facet, reason: Reason::new(reason), declared_at });
    }

    /// The DDL of a portable type.
    pub(super) fn portable(&self, ty: &PortableType, affinity: Affinity) -> Result<SqlType, String> {
        let written = self.dialect.portable_type(ty).map_err(|reason| reason.0)?;
        Ok(SqlType { also: self.dialect.also_portable(ty), ..SqlType::plain(written, affinity) })
    }

    /// SQLModel's `AutoString`: a VARCHAR, with a length where the engine needs one.
    pub(super) fn auto_string(&self, length: Option<u32>) -> Result<SqlType, String> {
        self.portable(&PortableType::String { length }, Affinity::Other)
            .or_else(|_| self.portable(&PortableType::String { length: Some(255) }, Affinity::Other))
    }

    /// `Type(number)`.
    pub(super) fn type_call(&mut self, path: &str, number: i64) -> Value<'a> {
        let site = Site { module: super::value::ModuleId(0), offset: 0.into() };
        self.interp.call_with(Value::external(path), vec![Value::Int(number)], Vec::new(), None, site)
    }

    /// A name as SQL text has to write it.
    pub(super) fn quoted(&self, name: &str) -> String {
        self.dialect.quote(&self.column_name(name))
    }

    /// The name of a column, constraint or index.
    pub(super) fn column_name(&self, name: &str) -> Name {
        self.dialect.column_name(name, true)
    }

    /// The `MetaData(...)` of a class, where it is not the plain default.
    pub(super) fn metadata_of(&mut self, class: &Rc<Class<'a>>) -> Option<Rc<Call<'a>>> {
        if let Some((_, entry)) = own_or_inherited(class, "metadata")
            && let Some(value) = entry.value
            && let Value::Call(call) = self.interp.force(value)
        {
            return Some(call);
        }
        if let Some((_, entry)) = own_or_inherited(class, "registry")
            && let Some(value) = entry.value
        {
            let registry = self.interp.force(value);
            if let Value::Call(call) = self.interp.attribute(&registry, "metadata") {
                return Some(call);
            }
        }
        // A base without one makes its own.
        let base = ancestors(class).into_iter().filter_map(Ancestor::class).find(declarative::is_base)?;
        let fresh =
            self.interp.call_with(Value::external("sqlalchemy.MetaData"), Vec::new(), Vec::new(), None, base.site);
        base.set("metadata", Some(fresh.clone()), None, base.site);
        match fresh {
            Value::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The `MetaData(...)` that an argument is, or that a class has.
    pub(super) fn metadata_in(&mut self, value: &Value<'a>) -> Option<Rc<Call<'a>>> {
        match value {
            Value::Attr(attr) if &*attr.1 == "metadata" => match &attr.0 {
                Value::Class(class) => self.metadata_of(class),
                _ => None,
            },
            value => value.call_of("sa.MetaData").cloned(),
        }
    }

    /// The schema of a `MetaData`.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn metadata_schema(&mut self, metadata: &Rc<Call<'a>>) -> Result<Option<String>, String> {
        let value = metadata.assigned("schema").or_else(|| metadata.kwarg("schema").cloned());
        self.schema_name(value.as_ref())
    }

    /// A schema's name.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn schema_name(&mut self, value: Option<&Value<'a>>) -> Result<Option<String>, String> {
        match value {
            None | Some(Value::None) => Ok(None),
            Some(value) => match value.as_str() {
                Some(text) => Ok(Some(text.to_string())),
                None => Err(self
                    .interp
                    .why_unknown(value)
                    .map_or_else(|| "the schema's name is not known".to_owned(), |why| format!("the schema: {why}"))),
            },
        }
    }

    /// The column that a value stands for: a `Column` itself, an attribute of a mapped class, `table.c.name`.
    pub(super) fn column_of(&self, value: &Value<'a>) -> Option<(usize, &ColumnDraft<'a>)> {
        match value {
            Value::Call(call) => {
                let tables = self.tables_of_column.get(&Rc::as_ptr(call))?;
                tables.iter().find_map(|index| self.tables[*index].column_of(call).map(|column| (*index, column)))
            }
            Value::Attr(attr) => match &attr.0 {
                Value::Class(class) => self.attribute_column(class, &attr.1),
                base => {
                    let index = self.table_of_columns(base)?;
                    Some((index, self.tables[index].column_by_key(&attr.1)?))
                }
            },
            Value::Subscript(pair) => {
                let index = self.table_of_columns(&pair.0)?;
                Some((index, self.tables[index].column_by_key(&pair.1.as_str()?)?))
            }
            _ => None,
        }
    }

    fn attribute_column(&self, class: &Rc<Class<'a>>, attribute: &str) -> Option<(usize, &ColumnDraft<'a>)> {
        super::classes::ancestors(class).into_iter().filter_map(super::classes::Ancestor::class).find_map(|class| {
            let mapping = self.mappings.get(&Rc::as_ptr(&class))?;
            let key = mapping.columns.get(attribute).map_or(attribute, String::as_str);
            Some((mapping.table, self.tables[mapping.table].column_by_key(key)?))
        })
    }

    /// The table whose columns `….c` or `….columns` are.
    fn table_of_columns(&self, value: &Value<'a>) -> Option<usize> {
        match value {
            Value::Attr(attr) if matches!(&*attr.1, "c" | "columns") => self.table_of(&attr.0),
            _ => None,
        }
    }

    /// The table that a value stands for: a `Table` call, `Class.__table__`, `inspect(Class).local_table`,
    /// `metadata.tables["name"]`.
    pub(super) fn table_of(&self, value: &Value<'a>) -> Option<usize> {
        match value {
            Value::Call(call) => self.table_of_call.get(&Rc::as_ptr(call)).copied(),
            Value::Attr(attr) => {
                let class = match (&attr.0, &*attr.1) {
                    (Value::Class(class), "__table__") => class,
                    (mapper, "local_table" | "persist_selectable" | "mapped_table") => mapped_class(mapper)?,
                    _ => return None,
                };
                Some(self.mappings.get(&Rc::as_ptr(class))?.table)
            }
            Value::Subscript(pair) => match (&pair.0, pair.1.as_str()) {
                (Value::Attr(attr), Some(name)) if &*attr.1 == "tables" => {
                    let key = match name.rsplit_once('.') {
                        Some((schema, table)) => (Some(schema.to_owned()), table.to_owned()),
                        None => (None, name.to_string()),
                    };
                    self.by_name.get(&key).copied()
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// The class whose mapper a value is: `Class.__mapper__`, `inspect(Class)`, `class_mapper(Class)`.
fn mapped_class<'v, 'a>(mapper: &'v Value<'a>) -> Option<&'v Rc<Class<'a>>> {
    let class = match mapper {
        Value::Attr(attr) if &*attr.1 == "__mapper__" => &attr.0,
        Value::Call(call) if matches!(call.key(), Some("sa.inspect" | "sa.class_mapper")) => call.args.first()?,
        _ => return None,
    };
    match class {
        Value::Class(class) => Some(class),
        _ => None,
    }
}
