//! The columns of a mapped class: its own and those of its mixins and abstract bases, in SQLAlchemy's order.

use std::collections::HashSet;

use crate::model::Fact;
use crate::source::python::annotation::{self, Annotation, Container};
use crate::source::python::classes::{Ancestor, ancestors, is_declared_attr};
use crate::source::python::column;
use crate::source::python::draft::{ColumnDraft, ColumnType, TypeMap};
use crate::source::python::eval::{Frame, own_or_inherited};
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Class, Entry, Function, Scope, Site, Value};

use super::Kinship;

/// The columns of a class by attribute, and why there may be more.
#[derive(Default)]
pub(super) struct Columns<'a> {
    pub(super) list: Vec<(String, ColumnDraft<'a>)>,
    pub(super) partial: Option<String>,
}

/// What an attribute is to the mapper.
enum Attribute<'a> {
    Column(Box<ColumnDraft<'a>>),
    Columns(Vec<ColumnDraft<'a>>),
    NotAColumn,
    Unknown(String),
}

impl<'a> Models<'a> {
    pub(super) fn class_columns(&mut self, class: &Rc<Class<'a>>, kinship: Kinship) -> Columns<'a> {
        if kinship == Kinship::SqlModel {
            return self.sqlmodel_columns(class);
        }
        let map = self.type_map(class);
        let mut columns = Columns::default();
        let mut seen: HashSet<String> = HashSet::new();
        // What was assigned to the finished class joins the table after everything else.
        let late = class.namespace.borrow().get(class.body_length.get()..).unwrap_or_default().to_vec();
        for ancestor in ancestors(class) {
            let owner = match ancestor {
                Ancestor::Class(owner) => owner,
                Ancestor::External(name) => {
                    if let Some(reason) = unknown_base(name.key()) {
                        columns.partial.get_or_insert(reason);
                    }
                    continue;
                }
            };
            let inherited = !Rc::ptr_eq(&owner, class);
            if inherited && let Some(mapping) = self.mappings.get(&Rc::as_ptr(&owner)) {
                seen.extend(mapping.columns.keys().cloned());
                seen.extend(owner.by_name.borrow().keys().cloned());
                continue;
            }
            if let Some(reason) = owner.partial.borrow().as_ref() {
                columns.partial.get_or_insert_with(|| reason.to_string());
            }
            self.collect(class, &owner, &map, &mut seen, &mut columns);
        }
        self.sort(&mut columns);
        self.collect_entries(class, late, &map, &annotation_frame(class), &mut seen, &mut columns);
        columns
    }

    fn collect(
        &mut self,
        class: &Rc<Class<'a>>,
        owner: &Rc<Class<'a>>,
        map: &Rc<TypeMap<'a>>,
        seen: &mut HashSet<String>,
        columns: &mut Columns<'a>,
    ) {
        let frame = annotation_frame(owner);
        let mut entries = owner.namespace.borrow().clone();
        if Rc::ptr_eq(class, owner) {
            entries.truncate(owner.body_length.get());
        } else {
            // Copies of a mixin's plain columns come before what its declared_attr functions make.
            entries.sort_by_key(|entry| matches!(entry.value, Some(Value::Function(_))));
        }
        self.collect_entries(class, entries, map, &frame, seen, columns);
    }

    fn collect_entries(
        &mut self,
        class: &Rc<Class<'a>>,
        entries: Vec<Entry<'a>>,
        map: &Rc<TypeMap<'a>>,
        frame: &Frame<'a>,
        seen: &mut HashSet<String>,
        columns: &mut Columns<'a>,
    ) {
        for entry in entries {
            if entry.name.starts_with("__") || !seen.insert(entry.name.clone()) {
                continue;
            }
            match self.attribute_of(class, &entry, map, frame) {
                Attribute::Column(column) => columns.list.push((entry.name, *column)),
                Attribute::Columns(list) => {
                    columns
                        .list
                        .extend(list.into_iter().map(|column| (format!("{}.{}", entry.name, column.key), column)));
                }
                Attribute::NotAColumn => {}
                Attribute::Unknown(reason) => {
                    columns.partial.get_or_insert(format!("the attribute `{}`: {reason}", entry.name));
                }
            }
        }
    }

    /// 1.x orders by creation; 2.0 by `sort_order`, the class's own columns before those of its mixins.
    fn sort(&self, columns: &mut Columns<'a>) {
        if self.version.orders_by_creation() {
            let order = |column: &ColumnDraft<'a>| column.sources.first().map_or(u32::MAX, |call| call.order);
            columns.list.sort_by_key(|(_, column)| order(column));
        } else {
            columns.list.sort_by_key(|(_, column)| column.sort_order);
        }
    }

    /// The `type_annotation_map` that holds for a class.
    pub(super) fn type_map(&mut self, class: &Rc<Class<'a>>) -> Rc<TypeMap<'a>> {
        let mut found = own_or_inherited(class, "type_annotation_map").and_then(|(_, entry)| entry.value);
        if found.is_none()
            && let Some((_, entry)) = own_or_inherited(class, "registry")
            && let Some(value) = entry.value
            && let Value::Call(registry) = self.interp.force(value)
        {
            found = registry.kwarg("type_annotation_map").cloned();
        }
        match found {
            Some(Value::Dict(items)) => Rc::new(items.borrow().to_vec()),
            Some(_) | None => Rc::default(),
        }
    }

    fn attribute_of(
        &mut self,
        class: &Rc<Class<'a>>,
        entry: &Entry<'a>,
        map: &Rc<TypeMap<'a>>,
        frame: &Frame<'a>,
    ) -> Attribute<'a> {
        let annotation = entry.annotation.map(|expr| {
            let value = self.interp.annotation(expr, frame);
            annotation::read(&value)
        });
        let value = entry.value.clone().map(|value| self.interp.force(value));
        match value {
            None => match annotation {
                Some(annotation) if annotation.container == Container::Mapped => {
                    self.annotation_only(&entry.name, annotation, map, entry.site)
                }
                Some(_) | None => Attribute::NotAColumn,
            },
            Some(Value::Function(function)) if is_declared_attr(&function) => {
                self.declared(class, entry, &function, map)
            }
            Some(Value::Call(call)) => self.called(class, &entry.name, &call, annotation, map, entry.site),
            Some(Value::Choice(choice)) if choice.values.iter().any(column::is_column) => {
                Attribute::Unknown(choice.reason.to_string())
            }
            Some(Value::Choice(_)) => Attribute::NotAColumn,
            Some(Value::Unknown(reason)) if annotation.is_some_and(|a| a.container == Container::Mapped) => {
                Attribute::Unknown(reason.to_string())
            }
            Some(_) => Attribute::NotAColumn,
        }
    }

    fn annotation_only(
        &mut self,
        name: &str,
        annotation: Annotation<'a>,
        map: &Rc<TypeMap<'a>>,
        site: Site,
    ) -> Attribute<'a> {
        let template = annotation.calls.iter().find(|call| call.key() == Some("sa.mapped_column")).cloned();
        let mut draft = column::empty(name, site);
        if let Some(call) = template
            && let Err(reason) = column::apply(&mut draft, &call, true)
        {
            return Attribute::Unknown(reason);
        }
        Attribute::Column(Box::new(annotate(draft, annotation, map)))
    }

    /// A `declared_attr` function is called for the class that is mapped.
    fn declared(
        &mut self,
        class: &Rc<Class<'a>>,
        entry: &Entry<'a>,
        function: &Rc<Function<'a>>,
        map: &Rc<TypeMap<'a>>,
    ) -> Attribute<'a> {
        let value = self.interp.call_function(function, vec![Value::Class(class.clone())], Vec::new());
        let annotation = function.returns.map(|expr| {
            let value = self.interp.annotation(expr, &Frame::of(function.scope.clone()));
            annotation::read(&value)
        });
        match value {
            Value::Call(call) => {
                // Other attributes refer to what the class has from now on.
                class.set(&entry.name, Some(Value::Call(call.clone())), None, entry.site);
                self.called(class, &entry.name, &call, annotation, map, entry.site)
            }
            Value::Choice(choice) if choice.values.iter().any(column::is_column) => {
                Attribute::Unknown(choice.reason.to_string())
            }
            Value::Unknown(reason) => Attribute::Unknown(reason.to_string()),
            _ => Attribute::NotAColumn,
        }
    }

    fn called(
        &mut self,
        class: &Rc<Class<'a>>,
        name: &str,
        call: &Rc<Call<'a>>,
        annotation: Option<Annotation<'a>>,
        map: &Rc<TypeMap<'a>>,
        site: Site,
    ) -> Attribute<'a> {
        match call.key() {
            Some("sa.Column") => plain(column::from_call(call, Some(name), site)),
            Some("sa.mapped_column") => self.mapped_column(name, call, annotation, map, site),
            Some("sa.deferred" | "sa.column_property") => match call.args.first() {
                Some(Value::Call(inner)) if matches!(inner.key(), Some("sa.Column" | "sa.mapped_column")) => {
                    // Their own annotation says nothing of the column.
                    self.called(class, name, &inner.clone(), None, map, site)
                }
                _ => Attribute::NotAColumn,
            },
            Some("sa.composite") => self.composite(call, annotation.as_ref(), map, site),
            Some("sa.declared_attr") => match call.args.first() {
                Some(Value::Function(function)) => {
                    let value = self.interp.call_function(function, vec![Value::Class(class.clone())], Vec::new());
                    match value {
                        Value::Call(call) => self.called(class, name, &call, annotation, map, site),
                        Value::Unknown(reason) => Attribute::Unknown(reason.to_string()),
                        _ => Attribute::NotAColumn,
                    }
                }
                _ => Attribute::NotAColumn,
            },
            Some("dataclasses.field") => self.dataclass_field(class, name, call, map, site),
            Some(key) if key.starts_with("sa.") => Attribute::NotAColumn,
            _ if call.callee_name().to_lowercase().ends_with("column") => {
                Attribute::Unknown(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default())
            }
            _ => Attribute::NotAColumn,
        }
    }

    fn mapped_column(
        &mut self,
        name: &str,
        call: &Rc<Call<'a>>,
        annotation: Option<Annotation<'a>>,
        map: &Rc<TypeMap<'a>>,
        site: Site,
    ) -> Attribute<'a> {
        let mut draft = column::empty(name, site);
        // What `Annotated` carries comes first; the attribute's own arguments win.
        let template = annotation.iter().flat_map(|a| &a.calls).find(|call| call.key() == Some("sa.mapped_column"));
        if let Some(template) = template.cloned()
            && let Err(reason) = column::apply(&mut draft, &template, true)
        {
            return Attribute::Unknown(reason);
        }
        if let Err(reason) = column::apply(&mut draft, call, true) {
            return Attribute::Unknown(reason);
        }
        Attribute::Column(Box::new(match annotation {
            Some(annotation) if annotation.container == Container::Mapped => annotate(draft, annotation, map),
            Some(_) | None => draft,
        }))
    }

    /// `composite(Point, mapped_column("x"), mapped_column("y"))`; a dataclass gives the types.
    fn composite(
        &mut self,
        call: &Rc<Call<'a>>,
        annotation: Option<&Annotation<'a>>,
        map: &Rc<TypeMap<'a>>,
        site: Site,
    ) -> Attribute<'a> {
        let given = call.args.first().filter(|value| matches!(value, Value::Class(_)));
        let class = given.or_else(|| annotation.and_then(|annotation| annotation.candidates.last()));
        let fields: Vec<Annotation<'a>> = match class {
            Some(Value::Class(class)) => {
                let frame = annotation_frame(class);
                let entries = class.namespace.borrow().clone();
                let expressions = entries.into_iter().filter_map(|entry| entry.annotation);
                expressions.map(|expr| annotation::read(&self.interp.annotation(expr, &frame))).collect()
            }
            Some(_) | None => Vec::new(),
        };
        let calls = call.args.iter().filter_map(|value| match value {
            Value::Call(inner) if matches!(inner.key(), Some("sa.Column" | "sa.mapped_column")) => Some(inner),
            _ => None,
        });
        let mut columns = Vec::new();
        for (position, inner) in calls.enumerate() {
            match (column::from_call(inner, None, site), fields.get(position)) {
                (Ok(column), Some(field)) if inner.key() == Some("sa.mapped_column") => {
                    columns.push(annotate(column, field.clone(), map));
                }
                (Ok(column), _) => columns.push(column),
                (Err(reason), _) => return Attribute::Unknown(reason),
            }
        }
        Attribute::Columns(columns)
    }

    /// A dataclass field whose metadata hold the column, under `__sa_dataclass_metadata_key__`.
    fn dataclass_field(
        &mut self,
        class: &Rc<Class<'a>>,
        name: &str,
        call: &Rc<Call<'a>>,
        map: &Rc<TypeMap<'a>>,
        site: Site,
    ) -> Attribute<'a> {
        let key = own_or_inherited(class, "__sa_dataclass_metadata_key__").and_then(|(_, entry)| entry.value?.as_str());
        let (Some(key), Some(Value::Dict(items))) = (key, call.kwarg("metadata")) else {
            return Attribute::NotAColumn;
        };
        let found =
            items.borrow().iter().find(|(k, _)| k.as_str() == Some(key.clone())).map(|(_, value)| value.clone());
        let found = match found {
            Some(Value::Function(function)) => self.interp.call_function(&function, Vec::new(), Vec::new()),
            Some(other) => other,
            None => return Attribute::NotAColumn,
        };
        match found {
            Value::Call(inner) => self.called(class, name, &inner, None, map, site),
            _ => Attribute::NotAColumn,
        }
    }
}

fn plain<'a>(column: Result<ColumnDraft<'a>, String>) -> Attribute<'a> {
    match column {
        Ok(column) => Attribute::Column(Box::new(column)),
        Err(reason) => Attribute::Unknown(reason),
    }
}

/// Adds to a column what its `Mapped[...]` says.
fn annotate<'a>(mut draft: ColumnDraft<'a>, annotation: Annotation<'a>, map: &Rc<TypeMap<'a>>) -> ColumnDraft<'a> {
    draft.nullable_by_annotation = Some(Fact::Known(annotation.optional));
    if matches!(draft.ty, ColumnType::Absent) {
        draft.ty = ColumnType::Annotated(annotation, map.clone());
    }
    draft
}

/// Where annotations of a class body are evaluated: the classes defined in it, then what surrounds it. The columns of
/// the body do not hide the types of the same name (`date: Mapped[date]`).
pub(super) fn annotation_frame<'a>(owner: &Rc<Class<'a>>) -> Frame<'a> {
    let scope = Scope::inside(&Scope::closure(&owner.scope), false);
    for entry in owner.namespace.borrow().iter() {
        if let Some(value @ (Value::Class(_) | Value::External(_) | Value::Subscript(_))) = &entry.value {
            scope.set(&entry.name, value.clone());
        }
    }
    Frame::of(scope)
}

/// Why an external base may add columns; bases of the libraries that are known do not.
fn unknown_base(key: &str) -> Option<String> {
    const HARMLESS: [&str; 16] = [
        "sa",
        "builtins",
        "typing",
        "abc",
        "enum",
        "flask_sqlalchemy",
        "sqlmodel",
        "pydantic",
        "flask_login",
        "dataclasses",
        "object",
        "marshmallow",
        "sqlalchemy_json",
        "flask_security",
        "sqlalchemy_serializer",
        "geoalchemy2",
    ];
    let root = key.split('.').next().unwrap_or(key);
    (!HARMLESS.contains(&root))
        .then(|| format!("the base class `{key}` stands outside the project and may add columns"))
}
