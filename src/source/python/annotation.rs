//! Annotations: what `Mapped[Optional[Annotated[str, mapped_column(...)]]]` says, and the SQL type of a Python type.

use super::bounds::Looks;
use super::classes::{Ancestor, ancestors};
use super::draft::TypeMap;
use super::enums;
use super::models::Models;
use super::shared::Rc;
use super::types::SqlType;
use super::value::{Call, Value};

/// An annotation, taken apart.
#[derive(Clone)]
pub(super) struct Annotation<'a> {
    pub(super) container: Container,
    /// The Python type from the outermost to the innermost form: `Annotated[str, 50]`, then `str`.
    pub(super) candidates: Vec<Value<'a>>,
    /// Whether None is among the values.
    pub(super) optional: bool,
    /// The calls among the metadata of `Annotated`, outermost first.
    pub(super) calls: Vec<Rc<Call<'a>>>,
}

/// What encloses the Python type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    None,
    Mapped,
    /// A relationship's container, or no attribute of instances at all.
    NotAColumn,
}

/// Takes an annotation's value apart.
pub(super) fn read<'a>(value: &Value<'a>) -> Annotation<'a> {
    let mut annotation =
        Annotation { container: Container::None, candidates: Vec::new(), optional: false, calls: Vec::new() };
    unwrap(value, &mut annotation, 0);
    annotation
}

fn unwrap<'a>(value: &Value<'a>, annotation: &mut Annotation<'a>, depth: u32) {
    if depth > 20 {
        return;
    }
    if let Value::Subscript(pair) = value {
        match pair.0.external_key() {
            Some("sa.Mapped" | "sa.MappedColumn") => {
                annotation.container = Container::Mapped;
                return unwrap(&pair.1, annotation, depth + 1);
            }
            Some(
                "sa.DynamicMapped"
                | "sa.WriteOnlyMapped"
                | "typing.ClassVar"
                | "dataclasses.InitVar"
                | "sa.AssociationProxy",
            ) => {
                annotation.container = Container::NotAColumn;
                return;
            }
            Some("typing.Optional") => {
                annotation.optional = true;
                return unwrap(&pair.1, annotation, depth + 1);
            }
            Some("typing.Final" | "typing.Required" | "typing.NotRequired") => {
                return unwrap(&pair.1, annotation, depth + 1);
            }
            Some("typing.Union") => {
                let members = pair.1.items().unwrap_or_else(|| vec![pair.1.clone()]);
                return unwrap_union(value, members, annotation, depth);
            }
            Some("typing.Annotated") => {
                let items = pair.1.items().unwrap_or_default();
                annotation.candidates.push(value.clone());
                annotation.calls.extend(items.iter().skip(1).filter_map(|item| match item {
                    Value::Call(call) => Some(call.clone()),
                    _ => None,
                }));
                if let Some(first) = items.first() {
                    unwrap(first, annotation, depth + 1);
                }
                return;
            }
            _ => {}
        }
    }
    if let Value::Op(op) = value
        && op.operator == "|"
    {
        let mut members = Vec::new();
        flatten(value, &mut members, &Looks::new());
        return unwrap_union(value, members, annotation, depth);
    }
    annotation.candidates.push(value.clone());
}

fn flatten<'a>(value: &Value<'a>, members: &mut Vec<Value<'a>>, looks: &Looks) {
    match value {
        Value::Op(op) if op.operator == "|" && looks.more() => {
            op.operands.iter().for_each(|operand| flatten(operand, members, looks));
        }
        other => members.push(other.clone()),
    }
}

fn unwrap_union<'a>(whole: &Value<'a>, members: Vec<Value<'a>>, annotation: &mut Annotation<'a>, depth: u32) {
    let count = members.len();
    let rest: Vec<Value<'a>> = members.into_iter().filter(|member| !matches!(member, Value::None)).collect();
    annotation.optional |= rest.len() < count;
    match rest.as_slice() {
        [one] => unwrap(one, annotation, depth + 1),
        _ => annotation.candidates.push(whole.clone()),
    }
}

/// Whether two Python types are the same key of a map.
fn same_type<'a>(a: &Value<'a>, b: &Value<'a>) -> bool {
    same_within(a, b, &Looks::new())
}

fn same_within<'a>(a: &Value<'a>, b: &Value<'a>, looks: &Looks) -> bool {
    if !looks.more() {
        return false;
    }
    match (a, b) {
        (Value::External(a), Value::External(b)) => a.key() == b.key(),
        (Value::Class(a), Value::Class(b)) => Rc::ptr_eq(a, b),
        (Value::Call(a), Value::Call(b)) => Rc::ptr_eq(a, b),
        (Value::Str(a), Value::Str(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::None, Value::None) => true,
        (Value::Subscript(a), Value::Subscript(b)) => same_within(&a.0, &b.0, looks) && same_within(&a.1, &b.1, looks),
        (Value::Tuple(a), Value::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| same_within(a, b, looks))
        }
        (Value::Op(a), Value::Op(b)) => {
            a.operator == b.operator
                && a.operands.len() == b.operands.len()
                && a.operands.iter().zip(&b.operands).all(|(a, b)| same_within(a, b, looks))
        }
        _ => false,
    }
}

impl<'a> Models<'a> {
    /// The SQL type that SQLAlchemy 2.0 chooses for an annotation
    /// (<https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#mapped-column-derives-the-datatype-and-nullability-from-the-mapped-annotation>).
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn annotated_type(
        &mut self,
        annotation: &Annotation<'a>,
        map: &Rc<TypeMap<'a>>,
    ) -> Result<SqlType, String> {
        let mut last = Err("the annotation names no type".to_owned());
        for candidate in &annotation.candidates {
            match self.python_type(candidate, map, 0) {
                Ok(sql) => return self.sql_type(&sql),
                Err(reason) => last = Err(reason),
            }
        }
        last
    }

    /// The SQL type that SQLAlchemy chooses for an annotation, as a value.
    pub(super) fn sql_value(&mut self, annotation: &Annotation<'a>, map: &Rc<TypeMap<'a>>) -> Option<Value<'a>> {
        annotation.candidates.iter().find_map(|candidate| self.python_type(candidate, map, 0).ok())
    }

    /// The SQL type, as a value, for a Python type.
    fn python_type(&mut self, ty: &Value<'a>, map: &Rc<TypeMap<'a>>, depth: u32) -> Result<Value<'a>, String> {
        if depth > 10 {
            return Err("the annotation refers to itself".to_owned());
        }
        if let Some((_, sql)) = map.iter().find(|(key, _)| same_type(key, ty)) {
            return Ok(sql.clone());
        }
        match ty {
            Value::Class(class) if enums::is_enum(class) => Ok(self.enum_of(ty, "enum.Enum", map, &[])),
            Value::Class(class) => {
                let bases: Vec<Ancestor<'a>> = ancestors(class).into_iter().skip(1).collect();
                for base in bases {
                    let base = match base {
                        Ancestor::Class(class) => map
                            .iter()
                            .find(|(key, _)| same_type(key, &Value::Class(class.clone())))
                            .map(|(_, sql)| sql.clone()),
                        Ancestor::External(name) => self.python_type(&Value::External(name), map, depth + 1).ok(),
                    };
                    if let Some(sql) = base {
                        return Ok(sql);
                    }
                }
                Err(format!("the annotation's class `{}` has no SQL type", class.name))
            }
            Value::Subscript(pair) if pair.0.external_key() == Some("typing.Literal") => {
                let values = pair.1.items().unwrap_or_else(|| vec![pair.1.clone()]);
                let not_native = [("native_enum".to_owned(), Value::Bool(false))];
                Ok(self.enum_of(&Value::list(values), "typing.Literal", map, &not_native))
            }
            Value::Subscript(pair) => match map.iter().find(|(key, _)| same_type(key, &pair.0)) {
                Some((_, sql)) => Ok(sql.clone()),
                None => Err(format!("`{}` has no SQL type in `type_annotation_map`", self.spelled(ty))),
            },
            // UserId = NewType("UserId", int)
            Value::Call(call) if call.key() == Some("typing.NewType") => {
                let inner = call.arg(1, "tp").cloned().unwrap_or(Value::None);
                self.python_type(&inner, map, depth + 1)
            }
            Value::External(name) if name.key() == "builtins.float" && self.version.floats_are_double() => {
                Ok(Value::external("sqlalchemy.Double"))
            }
            Value::External(name) => match default_type(name.key()) {
                Some(path) => Ok(Value::external(path)),
                None => Err(format!("`{}` has no SQL type in `type_annotation_map`", name.path())),
            },
            other => Err(self.interp.why_unknown(other).unwrap_or_else(|| "the annotation is no type".to_owned())),
        }
    }

    /// `Enum(...)` for an enum class or literal values, as an entry of the map for all of their kind asks.
    fn enum_of(
        &mut self,
        values: &Value<'a>,
        kind: &str,
        map: &Rc<TypeMap<'a>>,
        more: &[(String, Value<'a>)],
    ) -> Value<'a> {
        let general = map.iter().find(|(key, _)| key.external_key() == Some(kind));
        let mut kwargs = match general {
            Some((_, Value::Call(call))) => call.kwargs.clone(),
            Some(_) | None => Vec::new(),
        };
        kwargs.extend(more.iter().cloned());
        let site = super::value::Site { module: super::value::ModuleId(0), offset: 0.into() };
        self.interp.call_with(Value::external("sqlalchemy.Enum"), vec![values.clone()], kwargs, None, site)
    }

    fn spelled(&self, value: &Value<'a>) -> String {
        self.interp.spell(value)
    }
}

/// The SQL types of Python's own types
/// (<https://docs.sqlalchemy.org/en/20/orm/declarative_tables.html#orm-declarative-mapped-column-type-map>).
fn default_type(key: &str) -> Option<&'static str> {
    Some(match key {
        "builtins.bool" => "sqlalchemy.Boolean",
        "builtins.bytes" => "sqlalchemy.LargeBinary",
        "datetime.date" => "sqlalchemy.Date",
        "datetime.datetime" => "sqlalchemy.DateTime",
        "datetime.time" => "sqlalchemy.Time",
        "datetime.timedelta" => "sqlalchemy.Interval",
        "decimal.Decimal" => "sqlalchemy.Numeric",
        "builtins.float" => "sqlalchemy.Float",
        "builtins.int" => "sqlalchemy.Integer",
        "builtins.str" => "sqlalchemy.String",
        "uuid.UUID" => "sqlalchemy.Uuid",
        _ => return None,
    })
}
