//! SQLModel: fields to columns, by the rules of `sqlmodel.main.get_column_from_field`.

use crate::model::Fact;
use crate::source::python::annotation::{self, Annotation, Container};
use crate::source::python::classes::{Ancestor, ancestors};
use crate::source::python::column;
use crate::source::python::draft::{ColumnDraft, ColumnType};
use crate::source::python::enums;
use crate::source::python::models::Models;
use crate::source::python::shared::Rc;
use crate::source::python::types::SqlType;
use crate::source::python::value::{Call, Class, Entry, Value};
use crate::sql::PortableType;

use super::attributes::{Columns, annotation_frame};
use crate::source::python::types::Affinity;

impl<'a> Models<'a> {
    /// Fields in pydantic's order: those of the furthest base first, a repeated one in its first place.
    pub(super) fn sqlmodel_columns(&mut self, class: &Rc<Class<'a>>) -> Columns<'a> {
        let mut columns = Columns::default();
        for owner in ancestors(class).into_iter().rev().filter_map(Ancestor::class) {
            if let Some(reason) = owner.partial.borrow().as_ref() {
                columns.partial.get_or_insert_with(|| reason.to_string());
            }
            let frame = annotation_frame(&owner);
            let entries = owner.namespace.borrow().clone();
            for entry in entries {
                if entry.name.starts_with('_') || matches!(entry.value, Some(Value::Function(_) | Value::Class(_))) {
                    continue;
                }
                let Some(expr) = entry.annotation else {
                    continue;
                };
                let value = self.interp.annotation(expr, &frame);
                let annotation = annotation::read(&value);
                let column = self.sqlmodel_column(&entry, annotation);
                match column {
                    Some(Ok(column)) => match columns.list.iter_mut().find(|(name, _)| *name == entry.name) {
                        Some((_, known)) => *known = column,
                        None => columns.list.push((entry.name.clone(), column)),
                    },
                    Some(Err(reason)) => {
                        columns.partial.get_or_insert(format!("the field `{}`: {reason}", entry.name));
                    }
                    None => {}
                }
            }
        }
        columns
    }

    fn sqlmodel_column(
        &mut self,
        entry: &Entry<'a>,
        annotation: Annotation<'a>,
    ) -> Option<Result<ColumnDraft<'a>, String>> {
        if annotation.container == Container::NotAColumn {
            return None;
        }
        let value = entry.value.clone().map(|value| self.interp.force(value));
        let field = match &value {
            Some(Value::Call(call)) if call.key() == Some("sqlmodel.Relationship") => return None,
            Some(Value::Call(call)) if matches!(call.key(), Some("sqlmodel.Field" | "pydantic.Field")) => {
                Some(call.clone())
            }
            _ => annotation.calls.iter().find(|call| call.key() == Some("sqlmodel.Field")).cloned(),
        };
        if let Some(Value::Call(call)) = field.as_ref().and_then(|field| field.kwarg("sa_column"))
            && matches!(call.key(), Some("sa.Column"))
        {
            return Some(column::from_call(call, Some(&entry.name), entry.site));
        }
        // SQLModel passes over what is no `Column`, such as a type.
        if let Some(unknown) = field.as_ref().and_then(|field| field.kwarg("sa_column"))
            && !is_of_sqlalchemy(unknown)
            && self.interp.why_unknown(unknown).is_some()
        {
            return Some(Err(self.interp.why_unknown(unknown).unwrap_or_default()));
        }
        let mut draft = column::empty(&entry.name, entry.site);
        if let Some(field) = &field
            && let Err(reason) = self.apply_field(&mut draft, field)
        {
            return Some(Err(reason));
        }
        let default = match &field {
            Some(field) => field.arg(0, "default").cloned(),
            None => value.clone(),
        };
        let has_factory = field.as_ref().is_some_and(|field| field.kwarg("default_factory").is_some());
        let default = default.filter(|default| !matches!(default, Value::Ellipsis));
        let has_default = default.as_ref().map_or(Fact::Known(false), column::is_there);
        draft.has_python_default = Fact::any([draft.has_python_default, Fact::Known(has_factory), has_default]);
        // Nullable if the type admits None; a primary key never is.
        let is_key = self.flag(draft.primary_key.as_ref(), draft.open.as_ref());
        let optional = match &default {
            _ if annotation.optional => Fact::Known(true),
            Some(Value::None) if self.version.none_makes_fields_optional() => Fact::Known(true),
            Some(_) if self.version.defaults_make_fields_optional() => Fact::Known(true),
            default if self.version.none_makes_fields_optional() => {
                default.as_ref().map_or(Fact::Known(false), |default| !column::is_there(default))
            }
            _ => Fact::Known(false),
        };
        draft.nullable_by_annotation = Some(Fact::all([optional, !is_key]));
        draft.ty = match field.as_ref().and_then(|field| field.kwarg("sa_type")) {
            Some(ty) if !matches!(ty, Value::None) => ColumnType::Given(ty.clone()),
            _ => ColumnType::Field(annotation, field),
        };
        Some(Ok(draft))
    }

    /// What `Field(...)` says about the column.
    fn apply_field(&mut self, draft: &mut ColumnDraft<'a>, field: &Rc<Call<'a>>) -> Result<(), String> {
        draft.sources.push(field.clone());
        draft.open = field.open.clone();
        draft.primary_key = field.kwarg("primary_key").cloned();
        draft.index = field.kwarg("index").cloned();
        draft.unique = field.kwarg("unique").cloned();
        draft.nullable = field.kwarg("nullable").cloned();
        if let Some(target) = field.kwarg("foreign_key")
            && !matches!(target, Value::None)
        {
            let kwargs = field.kwarg("ondelete").map(|action| ("ondelete".to_owned(), action.clone()));
            let callee = Value::external("sqlalchemy.ForeignKey");
            let kwargs = kwargs.into_iter().collect();
            if let Value::Call(call) = self.interp.call_with(callee, vec![target.clone()], kwargs, None, field.site) {
                draft.foreign_keys.push(call);
            }
        }
        let args = field.kwarg("sa_column_args").map(|args| args.items().ok_or("`sa_column_args` is not known"));
        let kwargs = match field.kwarg("sa_column_kwargs") {
            None | Some(Value::None) => Vec::new(),
            Some(Value::Dict(items)) => items
                .borrow()
                .iter()
                .filter_map(|(key, value)| key.as_str().map(|key| (key.to_string(), value.clone())))
                .collect(),
            Some(_) => return Err("`sa_column_kwargs` is not known".to_owned()),
        };
        let args = args.transpose()?.unwrap_or_default();
        if args.is_empty() && kwargs.is_empty() {
            return Ok(());
        }
        let callee = Value::external("sqlalchemy.Column");
        match self.interp.call_with(callee, args, kwargs, None, field.site) {
            Value::Call(call) => column::apply(draft, &call, true),
            _ => Ok(()),
        }
    }

    /// The SQL type of a field (`sqlmodel.main.get_sqlalchemy_type`).
    ///
    /// # Errors
    /// The reason why it is not known, or why SQLModel would refuse it.
    pub(in crate::source::python) fn field_type(
        &mut self,
        annotation: &Annotation<'a>,
        field: Option<&Rc<Call<'a>>>,
    ) -> Result<SqlType, String> {
        let setting = |name: &str| {
            let own = field.and_then(|field| field.kwarg(name));
            let given = own.or_else(|| annotation.calls.iter().find_map(|call| call.kwarg(name)));
            match given {
                None | Some(Value::None) => Ok(None),
                Some(Value::Int(number)) => Ok(u32::try_from(*number).ok()),
                Some(other) => {
                    Err(self.interp.why_unknown(other).unwrap_or_else(|| format!("`{name}` of a field is not known")))
                }
            }
        };
        let max_length = setting("max_length")?;
        let (max_digits, decimal_places) = (setting("max_digits")?, setting("decimal_places")?);
        let Some(ty) = annotation.candidates.last() else {
            return Err("the field's annotation names no type".to_owned());
        };
        let key = match ty {
            Value::Class(class) if enums::is_enum(class) => {
                let site = class.site;
                let call =
                    self.interp.call_with(Value::external("sqlalchemy.Enum"), vec![ty.clone()], Vec::new(), None, site);
                return self.sql_type(&call);
            }
            Value::External(name) => name.key().to_owned(),
            // constr(max_length=50) and its like.
            Value::Call(call) => {
                let length = call.kwarg("max_length").and_then(Value::as_int).and_then(|n| u32::try_from(n).ok());
                return match call.callee_name() {
                    "constr" => self.auto_string(length.or(max_length)),
                    "conint" => self.portable(&PortableType::Integer, Affinity::Integer),
                    _ => Err(self.interp.why_unknown(ty).unwrap_or_default()),
                };
            }
            Value::Class(class) => match ancestors(class).into_iter().find_map(|ancestor| match ancestor {
                Ancestor::External(name) if field_portable(name.key()).is_some() || is_text(name.key()) => {
                    Some(name.key().to_owned())
                }
                Ancestor::External(_) | Ancestor::Class(_) => None,
            }) {
                Some(key) => key,
                None => return Err(format!("SQLModel has no column type for the class `{}`", class.name)),
            },
            Value::Subscript(pair) if pair.0.external_key() == Some("typing.Literal") => "builtins.str".to_owned(),
            other => {
                let spelled = self.interp.spell(other);
                return Err(format!("SQLModel has no column type for `{spelled}`"));
            }
        };
        if is_text(&key) {
            return self.auto_string(max_length);
        }
        if key == "decimal.Decimal" {
            let ty = PortableType::Numeric { precision: max_digits, scale: decimal_places };
            return self.portable(&ty, Affinity::Numeric);
        }
        if key == "datetime.datetime" && self.version.sqlmodel_datetimes_are_zoned() {
            return self.portable(&PortableType::DateTime { timezone: true }, Affinity::Other);
        }
        match field_portable(&key) {
            Some((ty, affinity)) => self.portable(&ty, affinity),
            None => Err(format!("SQLModel has no column type for `{key}`")),
        }
    }
}

/// Whether a value is a thing of SQLAlchemy's, or one that it makes.
fn is_of_sqlalchemy(value: &Value<'_>) -> bool {
    let key = match value {
        Value::Call(call) => call.key(),
        other => other.external_key(),
    };
    let roots = ["sa", "postgresql", "mysql", "sqlite"];
    key.and_then(|key| key.split('.').next()).is_some_and(|root| roots.contains(&root))
}

fn is_text(key: &str) -> bool {
    matches!(
        key,
        "builtins.str"
            | "pathlib.Path"
            | "pydantic.EmailStr"
            | "pydantic.networks.EmailStr"
            | "pydantic.AnyUrl"
            | "pydantic.HttpUrl"
            | "ipaddress.IPv4Address"
            | "ipaddress.IPv6Address"
            | "ipaddress.IPv4Network"
            | "ipaddress.IPv6Network"
    )
}

fn field_portable(key: &str) -> Option<(PortableType, Affinity)> {
    Some(match key {
        "builtins.int" | "pydantic.PositiveInt" | "pydantic.NonNegativeInt" => {
            (PortableType::Integer, Affinity::Integer)
        }
        "builtins.float" => (PortableType::Float { precision: None }, Affinity::Numeric),
        "builtins.bool" => (PortableType::Boolean, Affinity::Other),
        "datetime.datetime" | "pydantic.NaiveDatetime" => (PortableType::DateTime { timezone: false }, Affinity::Other),
        "pydantic.AwareDatetime" => (PortableType::DateTime { timezone: true }, Affinity::Other),
        "datetime.date" => (PortableType::Date, Affinity::Other),
        "datetime.time" => (PortableType::Time { timezone: false }, Affinity::Other),
        "datetime.timedelta" => (PortableType::Interval, Affinity::Other),
        "builtins.bytes" => (PortableType::LargeBinary { length: None }, Affinity::Other),
        "uuid.UUID" | "pydantic.UUID4" => (PortableType::Uuid, Affinity::Other),
        _ => return None,
    })
}
