//! Columns: type, nullability, default.

use crate::model::{
    Column, DataType, Expr, Fact, Generated, GeneratedStorage, Kind, Name, ObjectPath, Reason, RelationName, TypeKind,
};
use crate::source::python::draft::{ColumnDraft, ColumnType};
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::types::SqlType;
use crate::source::python::value::{Call, Value};

use super::Output;

impl<'a> Models<'a> {
    pub(super) fn emit_columns(&mut self, output: &mut Output<'_>, default_schema: Option<&Name>) {
        let index = output.draft;
        let drafts = self.tables[index].columns.clone();
        let types: Vec<Result<SqlType, String>> = drafts.iter().map(|column| self.column_type(column, 0)).collect();
        let key = self.primary_key_columns(index, &drafts);
        for (draft, ty) in drafts.iter().zip(types) {
            let is_key = self.is_in_key(index, draft, &key);
            let is_numbered = self.is_numbered(index, &drafts, draft, &ty, &key);
            let name = self.column_name(&draft.name);
            let path = ObjectPath::of_table(Kind::Column, &output.table.name, name.clone());
            self.record(output.origins, path, draft.site);
            let column = self.emit_column(draft, ty, &is_key, is_numbered, output, default_schema);
            output.table.columns.push(column);
        }
        self.emit_primary_key(output, key);
    }

    fn emit_column(
        &mut self,
        draft: &ColumnDraft<'a>,
        ty: Result<SqlType, String>,
        is_key: &Fact<bool>,
        is_numbered: Fact<bool>,
        output: &mut Output<'_>,
        default_schema: Option<&Name>,
    ) -> Column {
        let name = self.column_name(&draft.name);
        let mut column = Column::new(name, Fact::unknown("the type is not known"));
        match ty {
            Ok(mut ty) => {
                let declared = self.declare_enum(&mut ty, draft.site, output, default_schema);
                column.collation = ty.collation.clone().map(Name::insensitive);
                column.charset = ty.charset.clone().map(Name::insensitive);
                if let Some(check) = &ty.check {
                    self.emit_type_check(draft, check, output);
                }
                if let Some(index) = ty.spatial_index.filter(|_| self.rules.serial) {
                    self.emit_spatial_index(draft, index, output);
                }
                column.ty = self.data_type(&ty);
                if let (Some(declared), Some(ty)) = (declared, column.ty.known_mut()) {
                    refer_to(&mut ty.kind, declared);
                }
            }
            Err(reason) => column.ty = Fact::Unknown(Reason::new(reason)),
        }
        column.nullable = self.nullable(draft, is_key);
        if self.rules.comments {
            column.comment = match (&draft.comment, &draft.open) {
                (None, Some(open)) => Fact::unknown(&**open),
                (comment, _) => self.text_fact(comment.as_ref()),
            };
        }
        self.emit_default(draft, &mut column);
        self.emit_computed(draft, &mut column);
        self.emit_sequence(draft, output, default_schema);
        self.emit_numbering(draft, is_numbered, &mut column, output);
        column
    }

    fn data_type(&self, ty: &SqlType) -> Fact<DataType> {
        match self.dialect.data_type(&ty.written) {
            Ok(mut parsed) => {
                parsed.also.extend(ty.also.iter().filter_map(|ty| self.dialect.data_type(ty).ok()).map(|ty| ty.kind));
                Fact::Known(parsed)
            }
            Err(reason) => Fact::Unknown(reason),
        }
    }

    /// The type of a column: its own, that of its annotation, or that of the column it refers to.
    pub(in crate::source::python) fn column_type(
        &mut self,
        draft: &ColumnDraft<'a>,
        depth: u32,
    ) -> Result<SqlType, String> {
        if depth > 20 {
            return Err("the foreign key refers to itself".to_owned());
        }
        match &draft.ty {
            ColumnType::Given(value) => self.sql_type(value),
            ColumnType::Field(annotation, field) => self.field_type(annotation, field.as_ref()),
            // A foreign key without a type of its own takes that of what it refers to, whatever the annotation says.
            ColumnType::Annotated(annotation, map) => match draft.foreign_keys.first() {
                Some(key) => {
                    self.referenced_type(draft, &key.clone(), depth).or_else(|_| self.annotated_type(annotation, map))
                }
                None => self.annotated_type(annotation, map),
            },
            ColumnType::Absent => match draft.foreign_keys.first() {
                Some(key) => self.referenced_type(draft, &key.clone(), depth),
                None => Err("the column has no type".to_owned()),
            },
        }
    }

    fn referenced_type(&mut self, draft: &ColumnDraft<'a>, key: &Rc<Call<'a>>, depth: u32) -> Result<SqlType, String> {
        let target = self.referenced_column(draft, key)?;
        let (table, name) = target;
        match self.tables[table].column_by_key(&name).cloned() {
            Some(column) => self.column_type(&column, depth + 1),
            None => Err(format!("the referenced column `{name}` is not declared")),
        }
    }

    fn nullable(&self, draft: &ColumnDraft<'a>, is_key: &Fact<bool>) -> Fact<bool> {
        if draft.open.is_some() || draft.nullable.as_ref().is_some_and(|value| !matches!(value, Value::None)) {
            return self.flag(draft.nullable.as_ref(), draft.open.as_ref());
        }
        match &draft.nullable_by_annotation {
            // A key that `PrimaryKeyConstraint` makes is NOT NULL; `primary_key=True` leaves that to the annotation.
            Some(optional) => {
                let says_so = self.flag(draft.primary_key.as_ref(), None);
                Fact::all([optional.clone(), Fact::any([says_so, !is_key.clone()])])
            }
            // An identity column is NOT NULL unless it says otherwise.
            None => Fact::all([!is_key.clone(), Fact::Known(draft.identity.is_none() || !self.rules.identity)]),
        }
    }

    fn emit_default(&mut self, draft: &ColumnDraft<'a>, column: &mut Column) {
        let Some(value) = &draft.server_default else {
            if let Some(open) = &draft.open {
                column.default = Fact::unknown(&**open);
            }
            return;
        };
        let value = match value.call_of("sa.FetchedValue").or_else(|| value.call_of("sa.Sequence")) {
            Some(_) => return,
            None if value.external_key() == Some("sa.FetchedValue") => return,
            None => value.clone(),
        };
        let text = match value.as_str() {
            Some(text) => Ok(self.dialect.string_literal(&text)),
            None => self.sql(&value, 0),
        };
        match text {
            // DEFAULT NULL is no default.
            Ok(text) if text.trim().eq_ignore_ascii_case("null") => {}
            Ok(text) => {
                let (text, on_update) = split_on_update(&text);
                column.default = Fact::Known(Some(Expr::new(text)));
                column.on_update = on_update.map(Expr::new);
            }
            Err(reason) => column.default = Fact::Unknown(Reason::new(format!("the server default: {reason}"))),
        }
    }

    fn emit_computed(&mut self, draft: &ColumnDraft<'a>, column: &mut Column) {
        let Some(call) = draft.computed.clone() else {
            if let Some(open) = &draft.open {
                column.generated = Fact::unknown(&**open);
            }
            return;
        };
        let Some(sql) = call.arg(0, "sqltext").cloned() else {
            return;
        };
        let storage = match call.arg(1, "persisted").and_then(Value::as_bool) {
            Some(true) => GeneratedStorage::Stored,
            Some(false) => GeneratedStorage::Virtual,
            None if self.rules.computed_is_stored && !self.version.computed_as_the_engine_likes() => {
                GeneratedStorage::Stored
            }
            None => self.dialect.implied_storage(),
        };
        column.generated = match self.sql_or_text(&sql) {
            Ok(text) => Fact::Known(Some(Generated { expr: Expr::new(text), storage })),
            Err(reason) => Fact::Unknown(Reason::new(format!("the computed expression: {reason}"))),
        };
    }
}

/// Makes a type's reference to an enum type a full one.
fn refer_to(kind: &mut TypeKind, declared: RelationName) {
    match kind {
        TypeKind::User { name, .. } => **name = declared,
        TypeKind::Array(element) => refer_to(element, declared),
        TypeKind::Builtin { .. } | TypeKind::Values { .. } => {}
    }
}

/// MySQL's `CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP`, which SQLAlchemy has only as text.
fn split_on_update(text: &str) -> (String, Option<String>) {
    match text.to_ascii_uppercase().find(" ON UPDATE ") {
        Some(at) => (text[..at].to_owned(), Some(text[at + " ON UPDATE ".len()..].to_owned())),
        None => (text.to_owned(), None),
    }
}
