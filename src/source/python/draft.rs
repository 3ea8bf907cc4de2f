//! Tables as the models declare them, before any type or name is spelled for an engine.

use super::shared::Rc;
use crate::model::Fact;

use super::annotation::Annotation;
use super::value::{Call, Site, Value};

/// A `type_annotation_map`: Python types and the SQL types for them.
pub(super) type TypeMap<'a> = Vec<(Value<'a>, Value<'a>)>;

/// An argument that is true or false; `None` where it is not given. What it comes to is for [`Models::flag`] to say.
///
/// [`Models::flag`]: super::models::Models::flag
pub(super) type Flag<'a> = Option<Value<'a>>;

/// A `Table`, whether it was written as one or made by a mapped class.
#[derive(Clone)]
pub(super) struct TableDraft<'a> {
    pub(super) name: String,
    pub(super) schema: Option<String>,
    /// The `MetaData(...)` that it belongs to.
    pub(super) metadata: Option<Rc<Call<'a>>>,
    pub(super) columns: Vec<ColumnDraft<'a>>,
    /// Constraints and indexes, as they were called.
    pub(super) items: Vec<Rc<Call<'a>>>,
    /// Keyword arguments: `comment`, `mysql_engine`, `sqlite_autoincrement`, ...
    pub(super) options: Vec<(String, Value<'a>)>,
    pub(super) site: Site,
    /// Why there may be columns, constraints or indexes that are not listed.
    pub(super) partial: Option<String>,
}

/// A `Column`.
#[derive(Clone)]
pub(super) struct ColumnDraft<'a> {
    pub(super) name: String,
    /// The name by which `table.c` and string references know it.
    pub(super) key: String,
    /// The calls that made it: one column is found by the identity of its call.
    pub(super) sources: Vec<Rc<Call<'a>>>,
    pub(super) ty: ColumnType<'a>,
    pub(super) nullable: Option<Value<'a>>,
    /// What the annotation says, where no argument does.
    pub(super) nullable_by_annotation: Option<Fact<bool>>,
    pub(super) primary_key: Flag<'a>,
    pub(super) foreign_keys: Vec<Rc<Call<'a>>>,
    pub(super) checks: Vec<Rc<Call<'a>>>,
    pub(super) index: Flag<'a>,
    pub(super) unique: Flag<'a>,
    pub(super) server_default: Option<Value<'a>>,
    pub(super) computed: Option<Rc<Call<'a>>>,
    pub(super) identity: Option<Rc<Call<'a>>>,
    pub(super) sequence: Option<Rc<Call<'a>>>,
    pub(super) has_python_default: Fact<bool>,
    pub(super) autoincrement: Option<Value<'a>>,
    pub(super) comment: Option<Value<'a>>,
    pub(super) sort_order: i64,
    pub(super) site: Site,
    /// Why there may be arguments that are not listed: what no argument says is then not known.
    pub(super) open: Option<Rc<str>>,
    /// Why there may be foreign keys and the like that are not listed.
    pub(super) open_items: Option<Rc<str>>,
}

/// Where a column's type comes from.
#[derive(Clone)]
pub(super) enum ColumnType<'a> {
    /// An argument.
    Given(Value<'a>),
    /// An annotation, with the class's `type_annotation_map`.
    Annotated(Annotation<'a>, Rc<TypeMap<'a>>),
    /// SQLModel's rule for a field's annotation, with the field's own arguments.
    Field(Annotation<'a>, Option<Rc<Call<'a>>>),
    /// None: the referenced column's type, else `NULL`.
    Absent,
}

impl<'a> TableDraft<'a> {
    /// The column that a call made.
    pub(super) fn column_of(&self, call: &Rc<Call<'a>>) -> Option<&ColumnDraft<'a>> {
        self.columns.iter().find(|column| column.sources.iter().any(|source| Rc::ptr_eq(source, call)))
    }

    /// The calls that made the columns.
    pub(super) fn sources(&self) -> Vec<Rc<Call<'a>>> {
        self.columns.iter().flat_map(|column| &column.sources).cloned().collect()
    }

    /// The column of that key.
    pub(super) fn column_by_key(&self, key: &str) -> Option<&ColumnDraft<'a>> {
        self.columns.iter().find(|column| column.key == key).or_else(|| self.columns.iter().find(|c| c.name == key))
    }

    /// A keyword argument of the table.
    pub(super) fn option(&self, name: &str) -> Option<&Value<'a>> {
        self.options.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// Adds what another declaration of the same table has more.
    pub(super) fn extend(&mut self, other: TableDraft<'a>) {
        for column in other.columns {
            if !self.columns.iter().any(|mine| mine.name == column.name) {
                self.columns.push(column);
            }
        }
        for item in other.items {
            if !self.items.iter().any(|mine| mine.site == item.site) {
                self.items.push(item);
            }
        }
        if let Some(reason) = other.partial {
            self.mark_partial(reason);
        }
    }

    /// States why there may be more than is listed; the first reason stands.
    pub(super) fn mark_partial(&mut self, reason: impl Into<String>) {
        self.partial.get_or_insert_with(|| reason.into());
    }
}
