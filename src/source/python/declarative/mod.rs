//! Mapped classes: which classes are mapped, what their table is called, and which columns it has.

mod attributes;
mod kinship;
mod marks;
mod sqlmodel;
mod tablename;

use std::collections::HashMap;

use crate::model::{Facet, Fact, Kind};
use crate::source::python::shared::Rc;

use kinship::{Kinship, kinship};
pub(super) use kinship::{is_base, is_mapped};

use super::bounds::Looks;
use super::classes::{Ancestor, ancestors};
use super::draft::{ColumnDraft, TableDraft};
use super::eval::own_or_inherited;
use super::models::{Mapping, Models};
use super::table::{is_schema_item, push_column, table_options};
use super::value::{Call, Class, Site, Value};

/// How many classes are mapped: a class that is made while another is mapped may make one more.
const MOST_CLASSES: usize = 100_000;

/// What `__table_args__` says.
#[derive(Default)]
struct TableArgs<'a> {
    items: Vec<Rc<Call<'a>>>,
    options: Vec<(String, Value<'a>)>,
    schema: Option<Value<'a>>,
    partial: Option<String>,
}

impl<'a> Models<'a> {
    /// `registry.map_imperatively(Class, table)` and 1.x's `mapper(Class, table)`.
    pub(super) fn map_imperatively(&mut self) {
        for call in std::mem::take(&mut self.interp.mappings) {
            if let (Some(Value::Class(class)), Some(table)) = (call.arg(0, "class_"), call.arg(1, "local_table"))
                && let Some(table) = self.table_of(table)
            {
                self.keep_mapping(class, Mapping { table, columns: HashMap::new() });
            }
        }
    }

    /// Maps every class that is mapped, in the order of their definition. Mapping may make others.
    pub(super) fn map_classes(&mut self) {
        let mut all = self.map_made_classes();
        self.run_declare_hooks(&all);
        self.follow_declaring_listeners(&all);
        all.extend(self.map_made_classes());
        self.tell_of_marks(&all);
    }

    fn map_made_classes(&mut self) -> Vec<Rc<Class<'a>>> {
        let mut all = Vec::new();
        while !self.interp.classes.is_empty() {
            let classes = std::mem::take(&mut self.interp.classes);
            for class in &classes {
                let bases = class.bases.borrow().clone();
                class.set_bases(bases.into_iter().map(|base| self.interp.force(base)).collect());
            }
            classes.iter().for_each(|class| class.forget_ancestors());
            for class in &classes {
                if let Some(kinship) = kinship(class) {
                    self.map_class(class, kinship);
                }
            }
            all.extend(classes);
            if all.len() > MOST_CLASSES {
                break;
            }
        }
        all
    }

    /// Runs `__declare_first__` and `__declare_last__`, as `configure_mappers()` does.
    fn run_declare_hooks(&mut self, classes: &[Rc<Class<'a>>]) {
        for hook in ["__declare_first__", "__declare_last__"] {
            for class in classes.iter().filter(|class| self.mappings.contains_key(&Rc::as_ptr(class))) {
                let method = self.interp.attribute(&Value::Class(class.clone()), hook);
                if let Value::Method(_) = method {
                    self.interp.call_with(method, Vec::new(), Vec::new(), None, class.site);
                }
            }
        }
    }

    fn keep_mapping(&mut self, class: &Rc<Class<'a>>, mapping: Mapping) {
        self.interp.mapped.insert(Rc::as_ptr(class));
        self.mappings.insert(Rc::as_ptr(class), mapping);
    }

    fn map_class(&mut self, class: &Rc<Class<'a>>, kinship: Kinship) {
        let parent = ancestors(class)
            .into_iter()
            .skip(1)
            .filter_map(Ancestor::class)
            .find(|ancestor| self.mappings.contains_key(&Rc::as_ptr(ancestor)));
        let table = class.own_value("__table__").or_else(|| self.table_from_mixin(class));
        if let Some(table) = table.filter(|table| !matches!(table, Value::None)) {
            let table = self.interp.force(table);
            self.map_to_table(class, &table);
            return;
        }
        let columns = self.class_columns(class, kinship);
        match self.table_name(class, kinship, parent.is_some(), &columns.list) {
            Ok(Some(name)) => match parent {
                Some(parent) if kinship == Kinship::Flask && self.has_no_table(class, &name, &columns.list) => {
                    self.map_to_parent(class, &parent, columns);
                }
                Some(_) | None => self.map_to_new_table(class, kinship, name, columns),
            },
            Ok(None) => {
                if let Some(parent) = parent {
                    self.map_to_parent(class, &parent, columns);
                }
            }
            Err(reason) => {
                let reason = format!("the table name of the class `{}` is not known: {reason}", class.name);
                self.undecided(None, Facet::of(Kind::Table), &reason, class.site);
            }
        }
    }

    /// Flask-SQLAlchemy's rule for a subclass that names a table: without a primary key its rows stand in its parent's,
    /// unless there is such a table already (`NameMetaMixin.__table_cls__`).
    fn has_no_table(&mut self, class: &Rc<Class<'a>>, name: &str, columns: &[(String, ColumnDraft<'a>)]) -> bool {
        let has_key = |column: &ColumnDraft<'a>| self.flag(column.primary_key.as_ref(), None) != Fact::Known(false);
        if columns.iter().any(|(_, column)| has_key(column)) {
            return false;
        }
        let args = self.table_args(class);
        let makes_key = args.items.iter().any(|item| item.key() == Some("sa.PrimaryKeyConstraint"));
        !makes_key && args.partial.is_none() && !self.tables.iter().any(|table| table.name == name)
    }

    fn table_from_mixin(&mut self, class: &Rc<Class<'a>>) -> Option<Value<'a>> {
        let (owner, _) = own_or_inherited(class, "__table__")?;
        if self.mappings.contains_key(&Rc::as_ptr(&owner)) {
            return None;
        }
        Some(self.interp.attribute(&Value::Class(class.clone()), "__table__"))
    }

    /// `__table__ = Table(...)`.
    fn map_to_table(&mut self, class: &Rc<Class<'a>>, table: &Value<'a>) {
        if let Some(index) = self.table_of(table) {
            let attributes = class.namespace.borrow();
            let named = attributes.iter().filter_map(|entry| {
                let (_, column) = self.column_of(entry.value.as_ref()?)?;
                Some((entry.name.clone(), column.key.clone()))
            });
            let columns = named.collect();
            drop(attributes);
            self.keep_mapping(class, Mapping { table: index, columns });
            return;
        }
        // A `Table(…)` that is not known is told where it is made, and a join or an alias makes none.
        let is_of_library = match table {
            Value::External(name) => !name.key().starts_with("sa."),
            Value::Call(call) => call.key().is_some_and(|key| !key.starts_with("sa.")),
            other => other.unknown_reason().is_some(),
        };
        if is_of_library {
            let why = self.interp.why_unknown(table).unwrap_or_else(|| "it is no table".to_owned());
            let reason = format!("`__table__` of the class `{}` is not known: {why}", class.name);
            self.undecided(None, Facet::of(Kind::Table), &reason, class.site);
        }
    }

    fn map_to_new_table(
        &mut self,
        class: &Rc<Class<'a>>,
        kinship: Kinship,
        name: String,
        columns: attributes::Columns<'a>,
    ) {
        let args = self.table_args(class);
        let metadata = self.metadata_of(class).or_else(|| self.sqlmodel_metadata(kinship, class));
        let schema = match &args.schema {
            Some(Value::None) | None => metadata.as_ref().map_or(Ok(None), |metadata| self.metadata_schema(metadata)),
            given => self.schema_name(given.as_ref()),
        };
        let schema = match schema {
            Ok(schema) => schema,
            Err(reason) => self.assume_default_schema(&name, &reason, class.site),
        };
        let mut draft = TableDraft {
            name,
            schema,
            metadata,
            columns: Vec::new(),
            items: args.items,
            options: args.options,
            site: class.site,
            partial: columns.partial.or(args.partial),
        };
        if kinship == Kinship::Guessed {
            draft.mark_partial("a base class stands outside the project and may add columns");
            self.tell_of_foreign_metadata(class.site);
        }
        let mut by_attribute = HashMap::new();
        for (attribute, column) in columns.list {
            by_attribute.insert(attribute, column.key.clone());
            push_column(&mut draft, column);
        }
        let table = self.add_table(draft);
        if let Some(doubt) = &class.doubt {
            self.doubted.insert(table, doubt.clone());
        }
        self.keep_mapping(class, Mapping { table, columns: by_attribute });
    }

    /// Tables that nobody in the project declares may come from where the base class does.
    fn tell_of_foreign_metadata(&mut self, site: Site) {
        let reason = "a base class stands outside the project, and other tables may belong to its MetaData";
        let facet = Facet::of(Kind::Table);
        if !self.undecided.iter().any(|one| one.facet == facet && one.reason.0 == reason) {
            self.undecided(None, facet, reason, site);
        }
    }

    /// Single-table inheritance: the class's columns join its parent's table. `__table_args__` that it inherits say
    /// nothing about that table, and SQLAlchemy refuses its own.
    fn map_to_parent(&mut self, class: &Rc<Class<'a>>, parent: &Rc<Class<'a>>, columns: attributes::Columns<'a>) {
        let Some(table) = self.mappings.get(&Rc::as_ptr(parent)).map(|mapping| mapping.table) else {
            return;
        };
        let mut by_attribute = HashMap::new();
        let sources = columns.list.iter().flat_map(|(_, column)| column.sources.iter().cloned()).collect();
        self.note_columns(table, sources);
        let draft = &mut self.tables[table];
        for (attribute, column) in columns.list {
            by_attribute.insert(attribute, column.key.clone());
            match draft.columns.iter_mut().find(|known| known.name == column.name) {
                Some(known) => known.sources.extend(column.sources),
                None => draft.columns.push(column),
            }
        }
        if let Some(reason) = columns.partial {
            draft.mark_partial(reason);
        }
        self.keep_mapping(class, Mapping { table, columns: by_attribute });
    }

    /// `__table_args__` of the class or of a mixin; a mapped parent's are the parent's.
    fn table_args(&mut self, class: &Rc<Class<'a>>) -> TableArgs<'a> {
        let mut args = TableArgs::default();
        let Some((owner, entry)) = own_or_inherited(class, "__table_args__") else {
            return args;
        };
        let is_function = matches!(entry.value, Some(Value::Function(_)));
        if !Rc::ptr_eq(&owner, class) && self.mappings.contains_key(&Rc::as_ptr(&owner)) && !is_function {
            return args;
        }
        let value = self.interp.attribute(&Value::Class(class.clone()), "__table_args__");
        let items = match &value {
            Value::None => return args,
            Value::Dict(_) => vec![value],
            other => match other.items() {
                Some(items) => items,
                // Only options differ: what models say of those is partial anyway.
                None if other.alternatives().iter().all(is_only_options) => return args,
                None => {
                    let why = self.interp.why_unknown(other).unwrap_or_else(|| "it is no tuple".to_owned());
                    args.partial = Some(format!("`__table_args__` is not known: {why}"));
                    return args;
                }
            },
        };
        for item in items {
            self.table_arg(&mut args, item);
        }
        args
    }

    fn table_arg(&mut self, args: &mut TableArgs<'a>, item: Value<'a>) {
        match &item {
            Value::Call(call) if call.key().is_some_and(is_schema_item) => args.items.push(call.clone()),
            Value::Dict(items) => {
                let items = items.borrow();
                let named: Vec<(String, Value<'a>)> = items
                    .iter()
                    .filter_map(|(key, value)| key.as_str().map(|key| (key.to_string(), value.clone())))
                    .collect();
                args.schema = named.iter().find(|(name, _)| name == "schema").map(|(_, value)| value.clone());
                args.options.extend(table_options(&named));
            }
            Value::None => {}
            Value::Choice(choice) if choice.values.iter().all(is_only_options) => {}
            other => {
                args.partial = self.interp.why_unknown(other).map(|why| format!("`__table_args__`: {why}"));
            }
        }
    }

    fn sqlmodel_metadata(&mut self, kinship: Kinship, class: &Rc<Class<'a>>) -> Option<Rc<Call<'a>>> {
        if kinship != Kinship::SqlModel {
            return None;
        }
        let metadata = self.interp.attribute(&Value::external("sqlmodel.SQLModel"), "metadata");
        self.metadata_behind(metadata, class.site)
    }

    /// The `MetaData(…)` that a value is: one that a library brings along has what was assigned to it, as in
    /// `SQLModel.metadata.naming_convention = …`.
    pub(in crate::source::python) fn metadata_behind(&mut self, value: Value<'a>, site: Site) -> Option<Rc<Call<'a>>> {
        if let Value::Call(call) = value {
            return Some(call);
        }
        let convention = self.interp.attribute(&value, "naming_convention");
        let schema = self.interp.attribute(&value, "schema");
        let kwargs = [("naming_convention", convention), ("schema", schema)]
            .into_iter()
            .filter(|(_, value)| !matches!(value, Value::External(_)))
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        match self.interp.call_with(Value::external("sqlalchemy.MetaData"), Vec::new(), kwargs, None, site) {
            Value::Call(call) => Some(call),
            _ => None,
        }
    }
}

/// Whether one of the `__table_args__` says nothing but options of the table.
fn is_only_options(value: &Value<'_>) -> bool {
    has_only_options(value, &Looks::new())
}

fn has_only_options(value: &Value<'_>, looks: &Looks) -> bool {
    match value {
        Value::None => true,
        Value::Dict(items) => items.borrow().iter().all(|(key, _)| key.as_str().is_some_and(|key| &*key != "schema")),
        Value::Tuple(items) => looks.more() && items.iter().all(|item| has_only_options(item, looks)),
        _ => false,
    }
}
