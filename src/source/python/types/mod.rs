//! Column types: from the value that stands in the type's place to the DDL that SQLAlchemy's compiler prints.
//!
//! Variants, decorators and subclasses are unwrapped here; what a named type is spelled like stands in `generic`
//! (SQLAlchemy's own), `vendor` (its dialects') and `library` (other packages').

mod decorator;
mod enumeration;
mod generic;
mod library;
mod vendor;

use super::classes::{Ancestor, ancestors};
use super::models::Models;
use super::value::{Call, Value};
use crate::source::python::shared::Rc;

pub(super) use enumeration::EnumUse;

/// A type as DDL spells it, with what it brings along.
#[derive(Clone, Debug)]
pub(super) struct SqlType {
    /// The DDL.
    pub(super) written: String,
    /// What other versions of SQLAlchemy print.
    pub(super) also: Vec<String>,
    pub(super) affinity: Affinity,
    /// The enum type that has to exist, on engines that have such.
    pub(super) enumeration: Option<EnumUse>,
    /// The values or the boolean that a CHECK constraint is made for.
    pub(super) check: Option<TypeCheck>,
    pub(super) collation: Option<String>,
    pub(super) charset: Option<String>,
    pub(super) spatial_index: Option<SpatialIndex>,
}

/// The index that GeoAlchemy makes for a column, unless it is told not to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SpatialIndex {
    Plane,
    /// `use_N_D_index=True`.
    ManyDimensions,
}

/// The kind of value that decides how a key is numbered and a literal is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Affinity {
    SmallInteger,
    Integer,
    BigInteger,
    Numeric,
    Other,
}

/// The CHECK constraint that a type asks for.
#[derive(Clone, Debug)]
pub(super) struct TypeCheck {
    /// The values that are allowed, as SQL literals.
    pub(super) literals: Vec<String>,
    pub(super) name: Option<String>,
}

impl SqlType {
    /// A type without anything beside it.
    pub(super) fn plain(written: impl Into<String>, affinity: Affinity) -> Self {
        SqlType {
            written: written.into(),
            also: Vec::new(),
            affinity,
            enumeration: None,
            check: None,
            collation: None,
            charset: None,
            spatial_index: None,
        }
    }

    fn text(written: impl Into<String>) -> Self {
        SqlType::plain(written, Affinity::Other)
    }

    /// What a compiler of the project's own wrote: character set and collation may stand behind the type, and belong
    /// to the column.
    fn compiled(text: &str) -> Self {
        let mut words: Vec<&str> = text.split_whitespace().collect();
        let mut taken = |clause: &[&str]| {
            let at = words.len().checked_sub(clause.len() + 1).filter(|at| *at > 0)?;
            let is_it = words[at..].iter().zip(clause).all(|(word, of)| word.eq_ignore_ascii_case(of));
            let name = words.last()?.trim_matches(['"', '`']);
            let is_name = !name.is_empty() && !name.contains(['\'', '"', '(', ')', ',']);
            (is_it && is_name).then(|| {
                words.truncate(at);
                name.to_owned()
            })
        };
        let collation = taken(&["collate"]);
        let charset = taken(&["character", "set"]).or_else(|| taken(&["charset"]));
        let written = if collation.is_some() || charset.is_some() { words.join(" ") } else { text.to_owned() };
        SqlType { collation, charset, ..SqlType::text(written) }
    }
}

/// A named type with its arguments.
pub(super) struct Spec<'a> {
    pub(super) key: String,
    pub(super) args: Vec<Value<'a>>,
    pub(super) kwargs: Vec<(String, Value<'a>)>,
}

impl<'a> Spec<'a> {
    /// A keyword argument, or the positional one at `index`.
    pub(super) fn arg(&self, index: usize, name: &str) -> Option<&Value<'a>> {
        let keyword = self.kwargs.iter().rev().find(|(key, _)| key == name).map(|(_, value)| value);
        keyword.or_else(|| self.args.get(index))
    }

    /// A keyword argument.
    pub(super) fn kwarg(&self, name: &str) -> Option<&Value<'a>> {
        self.arg(usize::MAX, name)
    }

    /// A number, where one is given.
    ///
    /// # Errors
    /// When what is given is not a known number.
    pub(super) fn number(&self, index: usize, name: &str) -> Result<Option<u32>, String> {
        match self.arg(index, name) {
            None | Some(Value::None) => Ok(None),
            Some(Value::Int(number)) => u32::try_from(*number).map(Some).map_err(|error| error.to_string()),
            Some(_) => Err(format!("the argument `{name}` of `{}` is not known", self.key)),
        }
    }

    /// A flag, false where it is not given.
    pub(super) fn flag(&self, index: usize, name: &str) -> Result<bool, String> {
        match self.arg(index, name) {
            None | Some(Value::None) => Ok(false),
            Some(value) => {
                value.as_bool().ok_or_else(|| format!("the argument `{name}` of `{}` is not known", self.key))
            }
        }
    }

    /// A string, where one is given.
    ///
    /// # Errors
    /// When what is given is not a known string.
    pub(super) fn string(&self, index: usize, name: &str) -> Result<Option<String>, String> {
        match self.arg(index, name) {
            None | Some(Value::None) => Ok(None),
            Some(value) => match value.as_str() {
                Some(text) => Ok(Some(text.to_string())),
                None => Err(format!("the argument `{name}` of `{}` is not known", self.key)),
            },
        }
    }
}

impl<'a> Models<'a> {
    /// The DDL of a type.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn sql_type(&mut self, value: &Value<'a>) -> Result<SqlType, String> {
        self.type_at_depth(value, 0)
    }

    fn type_at_depth(&mut self, value: &Value<'a>, depth: u32) -> Result<SqlType, String> {
        if depth > 20 {
            return Err("the type refers to itself".to_owned());
        }
        match value {
            Value::External(name) => {
                self.named_type(&Spec { key: name.key().to_owned(), args: Vec::new(), kwargs: Vec::new() }, depth)
            }
            Value::Call(call) => self.called_type(call, depth),
            Value::Class(class) => {
                let instance = self.interp.call_with(value.clone(), Vec::new(), Vec::new(), None, class.site);
                self.type_at_depth(&instance, depth + 1)
            }
            Value::Instance(instance) => self.instance_type(instance, depth),
            other => Err(self
                .interp
                .why_unknown(other)
                .unwrap_or_else(|| "what stands in the place of a column's type is not a type".to_owned())),
        }
    }

    fn called_type(&mut self, call: &Rc<Call<'a>>, depth: u32) -> Result<SqlType, String> {
        if let Some(open) = &call.open {
            return Err(open.to_string());
        }
        if let Value::Attr(attr) = &call.callee {
            match &*attr.1 {
                "with_variant" => {
                    let names = call.args.iter().skip(1).chain(call.kwarg("dialect_name"));
                    let mut for_this = false;
                    for name in names {
                        let known = name.as_str().ok_or("the dialect of a variant is not known")?;
                        for_this |= self.is_dialect(&known);
                    }
                    let chosen = if for_this { call.arg(0, "type_").cloned() } else { None };
                    return self.type_at_depth(&chosen.unwrap_or_else(|| attr.0.clone()), depth + 1);
                }
                "as_mutable" | "as_mutable_type" => {
                    let inner = call.args.first().cloned().unwrap_or(Value::None);
                    return self.type_at_depth(&inner, depth + 1);
                }
                "evaluates_none" | "copy" | "adapt" | "as_generic" => return self.type_at_depth(&attr.0, depth + 1),
                _ => {}
            }
        }
        match call.key() {
            Some(key) if key.ends_with(".as_mutable") => {
                let inner = call.args.first().cloned().unwrap_or(Value::None);
                self.type_at_depth(&inner, depth + 1)
            }
            Some(key) => {
                let spec = Spec { key: key.to_owned(), args: call.args.clone(), kwargs: call.kwargs.clone() };
                self.named_type(&spec, depth)
            }
            None => Err(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default()),
        }
    }

    /// Whether `name` is what SQLAlchemy calls the engine at hand.
    pub(super) fn is_dialect(&self, name: &str) -> bool {
        self.rules.names.contains(&name)
    }

    pub(in crate::source::python) fn named_type(&mut self, spec: &Spec<'a>, depth: u32) -> Result<SqlType, String> {
        if !self.interp.compilers.is_empty() && depth < 10 {
            let site = super::value::Site { module: super::value::ModuleId(0), offset: 0.into() };
            let callee = Value::external(&spec.key);
            let element = self.interp.call_with(callee, spec.args.clone(), spec.kwargs.clone(), None, site);
            if let Some(compiled) = self.compiled_external(&spec.key, &element) {
                return compiled.map(|text| SqlType::compiled(&text));
            }
        }
        match spec.key.as_str() {
            "sa.Enum" | "postgresql.ENUM" | "sa.ENUM" => return self.enum_type(spec),
            "mysql.ENUM" | "mysql.SET" => return vendor::mysql_values(self, spec),
            "sa.ARRAY" | "postgresql.ARRAY" => {
                let item = spec.arg(0, "item_type").cloned().unwrap_or(Value::None);
                let inner = self.type_at_depth(&item, depth + 1)?;
                if !self.rules.arrays {
                    return Err("this engine has no arrays".to_owned());
                }
                let dimensions = spec.number(usize::MAX, "dimensions")?.unwrap_or(1).max(1);
                let written = format!("{}{}", inner.written, "[]".repeat(dimensions as usize));
                return Ok(SqlType { written, affinity: Affinity::Other, ..inner });
            }
            "sa.PickleType" => {
                let inner = spec.kwarg("impl").cloned().unwrap_or_else(|| Value::external("sqlalchemy.LargeBinary"));
                return self.type_at_depth(&inner, depth + 1);
            }
            _ => {}
        }
        let known =
            generic::spell(self, spec).or_else(|| vendor::spell(self, spec)).or_else(|| library::spell(self, spec));
        match known {
            Some(result) => result,
            None => match library::inner(self, spec) {
                Some(inner) => self.type_at_depth(&inner, depth + 1),
                None => Err(format!("the type `{}` is not known", spec.key)),
            },
        }
    }

    /// The external type that a class of the project extends.
    fn external_base(class: &Rc<super::value::Class<'a>>) -> Option<String> {
        ancestors(class).into_iter().find_map(|ancestor| match ancestor {
            Ancestor::External(name) if !matches!(name.key(), "typing.Generic" | "builtins.object") => {
                Some(name.key().to_owned())
            }
            Ancestor::External(_) | Ancestor::Class(_) => None,
        })
    }
}
