//! `Enum`: names or values, a type of its own, inline values, or a VARCHAR with a CHECK.

use super::{Affinity, Spec, SqlType, TypeCheck};
use crate::source::python::enums;
use crate::source::python::models::Models;
use crate::source::python::rules::EnumStyle;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Class, Member, Value};

/// An enum type that a column needs.
#[derive(Clone, Debug)]
pub(crate) struct EnumUse {
    pub(in crate::source::python) schema: Option<String>,
    pub(in crate::source::python) name: String,
    pub(in crate::source::python) values: Vec<String>,
    /// Whether it takes the schema of the table.
    pub(in crate::source::python) inherits_schema: bool,
}

impl<'a> Models<'a> {
    pub(super) fn enum_type(&mut self, spec: &Spec<'a>) -> Result<SqlType, String> {
        let class = spec.args.iter().find_map(|value| match value {
            Value::Class(class) if enums::is_enum(class) => Some(class.clone()),
            _ => None,
        });
        let values = match &class {
            Some(class) => self.enum_class_values(class, spec)?,
            None => literal_values(&spec.args)?,
        };
        let default_name = class.as_ref().map(|class| class.name.to_lowercase());
        let name = match spec.kwarg("name") {
            None => default_name,
            Some(Value::None) => None,
            Some(value) => Some(value.as_str().ok_or("the enum's name is not known")?.to_string()),
        };
        let native = match spec.kwarg("native_enum") {
            None => true,
            Some(value) => value.as_bool().ok_or("`native_enum` is not known")?,
        };
        let native = native || spec.key == "postgresql.ENUM";
        match self.rules.enums {
            EnumStyle::Type if native => {
                let name = name.ok_or("an enum type has no name")?;
                let schema = self.enum_schema(spec)?;
                let written = match &schema {
                    Some(schema) => format!("{}.{}", self.quoted(schema), self.quoted(&name)),
                    None => self.quoted(&name),
                };
                let inherits_schema = schema.is_none() && spec.flag(usize::MAX, "inherit_schema")?;
                let enumeration = Some(EnumUse { schema, name, values, inherits_schema });
                Ok(SqlType { enumeration, ..SqlType::text(written) })
            }
            EnumStyle::Inline if native => {
                let literals: Vec<String> = values.iter().map(|value| self.dialect.string_literal(value)).collect();
                Ok(SqlType::text(format!("ENUM({})", literals.join(","))))
            }
            EnumStyle::Type | EnumStyle::Inline | EnumStyle::Varchar => self.varchar_enum(spec, name, &values),
        }
    }

    /// What a column of the type `ty` keeps for a member, where the type is an `Enum` of its class.
    pub(in crate::source::python) fn enum_label(
        &mut self,
        ty: &Value<'a>,
        member: &Member<'a>,
    ) -> Option<Result<String, String>> {
        let Value::Call(call) = ty else { return None };
        let key = call.key().filter(|key| matches!(*key, "sa.Enum" | "postgresql.ENUM" | "mysql.ENUM"))?;
        let is_its_class = |value: &Value<'a>| matches!(value, Value::Class(class) if Rc::ptr_eq(class, &member.class));
        if !call.args.iter().any(is_its_class) {
            return None;
        }
        let spec = Spec { key: key.to_owned(), args: call.args.clone(), kwargs: call.kwargs.clone() };
        let names = enum_names(&member.class, &spec);
        let at = names.iter().position(|name| *name == member.name)?;
        Some(self.enum_class_values(&member.class, &spec).and_then(|values| {
            values.get(at).cloned().ok_or_else(|| format!("`values_callable` gives nothing for `{}`", member.name))
        }))
    }

    fn enum_schema(&mut self, spec: &Spec<'a>) -> Result<Option<String>, String> {
        if let Some(schema) = spec.string(usize::MAX, "schema")? {
            return Ok(Some(schema));
        }
        // `metadata=` gives the type the schema of that MetaData.
        match spec.kwarg("metadata") {
            Some(Value::Call(metadata)) => self.metadata_schema(metadata),
            _ => Ok(None),
        }
    }

    fn varchar_enum(&mut self, spec: &Spec<'a>, name: Option<String>, values: &[String]) -> Result<SqlType, String> {
        let longest = values.iter().map(|value| value.chars().count()).max().unwrap_or(0);
        let given = spec.number(usize::MAX, "length")?.map(|length| length as usize);
        let length = given.map_or(longest, |given| given.max(longest));
        let create = match spec.kwarg("create_constraint") {
            None => self.version.creates_type_checks(),
            Some(value) => value.as_bool().ok_or("`create_constraint` is not known")?,
        };
        let literals = values.iter().map(|value| self.dialect.string_literal(value)).collect();
        let check = create.then_some(TypeCheck { literals, name });
        Ok(SqlType { check, ..SqlType::plain(format!("VARCHAR({length})"), Affinity::Other) })
    }

    /// Member names, or what `values_callable` makes of the class.
    fn enum_class_values(&mut self, class: &Rc<Class<'a>>, spec: &Spec<'a>) -> Result<Vec<String>, String> {
        let members = match spec.kwarg("values_callable") {
            None | Some(Value::None) => return Ok(enum_names(class, spec)),
            Some(function) => {
                self.interp.call_with(function.clone(), vec![Value::Class(class.clone())], Vec::new(), None, class.site)
            }
        };
        let Some(items) = members.items() else {
            return Err(format!("`values_callable` of the enum `{}` gives what is not known", class.name));
        };
        let values: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(|text| text.to_string())).collect();
        values.ok_or_else(|| format!("`values_callable` of the enum `{}` gives what are not strings", class.name))
    }
}

/// The names of the members; aliases count only where `omit_aliases=False`.
fn enum_names(class: &Rc<Class<'_>>, _spec: &Spec<'_>) -> Vec<String> {
    enums::members(class)
        .iter()
        .filter_map(|member| match member {
            Value::Member(member) => Some(member.name.clone()),
            _ => None,
        })
        .collect()
}

fn literal_values(args: &[Value<'_>]) -> Result<Vec<String>, String> {
    let items = match args {
        [one @ (Value::List(_) | Value::Tuple(_))] => one.items().unwrap_or_default(),
        all => all.to_vec(),
    };
    let values: Option<Vec<String>> = items.iter().map(|item| item.as_str().map(|text| text.to_string())).collect();
    match values {
        Some(values) if !values.is_empty() => Ok(values),
        _ => Err("the values of an enum are not known".to_owned()),
    }
}
