//! Columns: type, nullability, default, numbering.

use crate::model::{
    Column, DataType, Expr, Fact, Generated, GeneratedStorage, Generation, IdentityMode, Kind, Name, ObjectPath,
    PrimaryKey, Reason, RelationName, Sequence, SequenceOptions, TypeKind,
};
use crate::source::python::draft::{ColumnDraft, ColumnType};
use crate::source::python::models::Models;
use crate::source::python::types::{Affinity, SqlType};
use crate::source::python::value::{Call, Value};

use super::Output;
use super::constraint::constraint_name;

impl<'a> Models<'a> {
    pub(super) fn emit_columns(&mut self, output: &mut Output<'_>, default_schema: Option<&Name>) {
        let index = output.draft;
        let drafts = self.tables[index].columns.clone();
        let types: Vec<Result<SqlType, String>> = drafts.iter().map(|column| self.column_type(column, 0)).collect();
        let key = self.primary_key_columns(index, &drafts);
        let numbered = self.autoincrement_column(index, &drafts, &types, &key);
        for (position, (draft, ty)) in drafts.iter().zip(types).enumerate() {
            let is_key = key.contains(&draft.name);
            let name = self.column_name(&draft.name);
            let path = ObjectPath::of_table(Kind::Column, &output.table.name, name.clone());
            self.record(output.origins, path, draft.site);
            let is_numbered = numbered == Some(position);
            let column = self.emit_column(draft, ty, is_key, is_numbered, output, default_schema);
            output.table.columns.push(column);
        }
        self.emit_primary_key(output, &key);
    }

    fn emit_column(
        &mut self,
        draft: &ColumnDraft<'a>,
        ty: Result<SqlType, String>,
        is_key: bool,
        is_numbered: bool,
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
            column.comment = self.text_fact(draft.comment.as_ref());
        }
        self.emit_default(draft, &mut column);
        self.emit_computed(draft, &mut column);
        self.emit_sequence(draft, output, default_schema);
        self.emit_numbering(draft, is_numbered, &mut column, output);
        if let Some(open) = &draft.open {
            let reason = Reason::new(open.to_string());
            column.nullable = Fact::Unknown(reason.clone());
            column.default = Fact::Unknown(reason);
        }
        column
    }

    /// The sequence of a column, where the engine has such; an optional one gives way to SERIAL.
    fn emit_sequence(&mut self, draft: &ColumnDraft<'a>, output: &mut Output<'_>, default_schema: Option<&Name>) {
        let Some(call) = draft.sequence.clone().filter(|_| self.rules.sequences) else {
            return;
        };
        let optional = call.kwarg("optional").and_then(Value::as_bool).unwrap_or(false);
        let Some(name) = call.arg(0, "name").and_then(Value::as_str).filter(|_| !optional) else {
            return;
        };
        let of_metadata = self.tables[output.draft].metadata.clone();
        let schema = match call.kwarg("schema").and_then(Value::as_str) {
            Some(schema) => Some(schema.to_string()),
            None if call.kwarg("metadata").is_some() => {
                of_metadata.and_then(|metadata| self.metadata_schema(&metadata).unwrap_or_default())
            }
            None => None,
        };
        let name = self.relation(schema.as_deref(), &name, default_schema);
        self.record(output.origins, ObjectPath::relation(Kind::Sequence, &name), draft.site);
        let sequence =
            Sequence { name: name.clone(), ty: None, options: sequence_options(&call), owned_by: None, comment: None };
        output.database.sequences.entry(name).or_insert(sequence);
    }

    fn data_type(&self, ty: &SqlType) -> Fact<DataType> {
        match self.dialect.data_type(&ty.written) {
            Ok(parsed) => Fact::Known(parsed),
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

    fn referenced_type(
        &mut self,
        draft: &ColumnDraft<'a>,
        key: &std::rc::Rc<Call<'a>>,
        depth: u32,
    ) -> Result<SqlType, String> {
        let target = self.referenced_column(draft, key)?;
        let (table, name) = target;
        match self.tables[table].column_by_key(&name).cloned() {
            Some(column) => self.column_type(&column, depth + 1),
            None => Err(format!("the referenced column `{name}` is not declared")),
        }
    }

    fn nullable(&mut self, draft: &ColumnDraft<'a>, is_key: bool) -> Fact<bool> {
        match &draft.nullable {
            Some(value) if !matches!(value, Value::None) => match value.as_bool() {
                Some(nullable) => Fact::Known(nullable),
                None => Fact::Unknown(self.reason(value, "`nullable`")),
            },
            Some(_) | None => Fact::Known(match draft.nullable_by_annotation {
                // A key that `PrimaryKeyConstraint` makes is NOT NULL; `primary_key=True` leaves that to the annotation.
                Some(optional) => optional && (draft.primary_key || !is_key),
                // An identity column is NOT NULL unless it says otherwise.
                None => !is_key && (draft.identity.is_none() || !self.rules.identity),
            }),
        }
    }

    fn emit_default(&mut self, draft: &ColumnDraft<'a>, column: &mut Column) {
        let Some(value) = &draft.server_default else {
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

    fn emit_numbering(&mut self, draft: &ColumnDraft<'a>, is_numbered: bool, column: &mut Column, output: &Output<'_>) {
        if let Some(identity) = draft.identity.clone().filter(|_| self.rules.identity) {
            column.generation = Fact::Known(Some(Generation::Identity {
                mode: match identity.kwarg("always").and_then(Value::as_bool) {
                    Some(true) => IdentityMode::Always,
                    Some(false) | None => IdentityMode::ByDefault,
                },
                options: Box::new(sequence_options(&identity)),
            }));
            return;
        }
        if !is_numbered {
            return;
        }
        let by_sequence = draft.sequence.is_some() && self.rules.sequences;
        if self.rules.serial && !by_sequence && matches!(column.default, Fact::Known(None)) {
            column.generation = Fact::Known(Some(Generation::Serial(Box::default())));
        } else if self.rules.auto_increment && !by_sequence {
            column.generation = Fact::Known(Some(Generation::AutoIncrement));
        } else if !self.rules.serial && !self.rules.auto_increment {
            column.generation = Fact::Known(self.sqlite_numbering(output.draft));
        }
    }

    /// SQLite numbers an INTEGER PRIMARY KEY by itself; AUTOINCREMENT is only written where the table asks for it.
    fn sqlite_numbering(&self, table: usize) -> Option<Generation> {
        let asked = self.table_option(table, "autoincrement").and_then(Value::as_bool).unwrap_or(false);
        asked.then_some(Generation::AutoIncrement)
    }

    /// The key's columns: those that say so, or those of an explicit PrimaryKeyConstraint.
    fn primary_key_columns(&mut self, index: usize, drafts: &[ColumnDraft<'a>]) -> Vec<String> {
        let constraint =
            self.tables[index].items.iter().find(|item| item.key() == Some("sa.PrimaryKeyConstraint")).cloned();
        if let Some(call) = constraint {
            let names: Vec<String> =
                call.args.iter().filter_map(|value| self.column_in(index, value)).map(|(name, _)| name).collect();
            if !names.is_empty() {
                return names;
            }
        }
        drafts.iter().filter(|column| column.primary_key).map(|column| column.name.clone()).collect()
    }

    /// The position of the column that SQLAlchemy numbers (`PrimaryKeyConstraint._autoincrement_column`).
    fn autoincrement_column(
        &self,
        table: usize,
        drafts: &[ColumnDraft<'a>],
        types: &[Result<SqlType, String>],
        key: &[String],
    ) -> Option<usize> {
        let in_key = |position: &usize| key.contains(&drafts[*position].name);
        let is_true = |column: &ColumnDraft<'a>| column.autoincrement.as_ref().and_then(Value::as_bool) == Some(true);
        let is_number = |position: usize| {
            types[position].as_ref().is_ok_and(|ty| match ty.affinity {
                Affinity::SmallInteger | Affinity::Integer | Affinity::BigInteger | Affinity::Numeric => true,
                Affinity::Other => false,
            })
        };
        let positions: Vec<usize> = (0..drafts.len()).filter(in_key).collect();
        let [position] = positions.as_slice() else {
            return positions.into_iter().find(|position| is_true(&drafts[*position]));
        };
        let column = &drafts[*position];
        if is_true(column) {
            return is_number(*position).then_some(*position);
        }
        let (automatic, ignores_keys) = match &column.autoincrement {
            None => (true, false),
            Some(value) => match value.as_str().as_deref() {
                Some("auto") => (true, false),
                Some("ignore_fk") => (true, true),
                Some(_) | None => (false, false),
            },
        };
        let has_default = column.has_python_default && column.sequence.is_none();
        let refers = !ignores_keys && self.has_foreign_key(table, column);
        let eligible = automatic && is_number(*position) && !has_default && column.server_default.is_none() && !refers;
        eligible.then_some(*position)
    }

    /// Whether a column refers to another, by itself or through a constraint of the table.
    fn has_foreign_key(&self, table: usize, column: &ColumnDraft<'a>) -> bool {
        let constraints = self.tables[table].items.iter().filter(|item| item.key() == Some("sa.ForeignKeyConstraint"));
        let mut referring =
            constraints.flat_map(|item| item.arg(0, "columns").and_then(Value::items).unwrap_or_default());
        !column.foreign_keys.is_empty()
            || referring.any(|value| self.column_in(table, &value).is_some_and(|(name, _)| name == column.name))
    }

    fn emit_primary_key(&mut self, output: &mut Output<'_>, key: &[String]) {
        if key.is_empty() {
            return;
        }
        let draft = &self.tables[output.draft];
        let call = draft.items.iter().find(|item| item.key() == Some("sa.PrimaryKeyConstraint")).cloned();
        let given = call.as_ref().and_then(|call| call.kwarg("name").cloned());
        let columns = key.iter().map(|name| (name.clone(), name.clone())).collect();
        let named = self.named("pk", columns, None, given.as_ref(), output.draft);
        output.places.primary_key = Some(call.as_ref().map_or(self.tables[output.draft].site, |call| call.site));
        output.table.primary_key = Some(PrimaryKey {
            name: constraint_name(self, named),
            columns: key.iter().map(|name| self.column_name(name)).collect(),
            without_overlaps: false,
            prefix_lengths: Vec::new(),
            include: Vec::new(),
            deferrability: call.as_ref().map(super::constraint::deferrability).unwrap_or_default(),
        });
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

/// The options of `Sequence(...)` and `Identity(...)`; what the engine implies anyway is left out.
pub(super) fn sequence_options(call: &Call<'_>) -> SequenceOptions {
    let number = |name: &str| call.kwarg(name).and_then(Value::as_int);
    SequenceOptions {
        start: number("start").filter(|start| *start != number("minvalue").unwrap_or(1)),
        increment: number("increment").filter(|increment| *increment != 1),
        min: number("minvalue").filter(|min| *min != 1),
        max: number("maxvalue"),
        cache: number("cache").filter(|cache| *cache != 1),
        cycle: call.kwarg("cycle").and_then(Value::as_bool).unwrap_or(false),
    }
}
