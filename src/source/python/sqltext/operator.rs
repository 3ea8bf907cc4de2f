//! Operators and the methods that stand for them, each as SQLAlchemy's compiler for the engine spells it.

use crate::source::python::draft::{ColumnDraft, ColumnType};
use crate::source::python::jsonpath::Reading;
use crate::source::python::models::Models;
use crate::source::python::rules::{Distinct, Division};
use crate::source::python::shared::Rc;
use crate::source::python::types::Affinity;
use crate::source::python::value::{Call, Value};

impl<'a> Models<'a> {
    /// An operation that Python's own operators make.
    pub(super) fn operation(&mut self, operator: &str, operands: &[Value<'a>], depth: u32) -> Result<String, String> {
        let (left, right) = match operands {
            [one] if operator == "-" => return Ok(format!("-{}", self.operand(one, depth)?)),
            [one] => return self.negated(one, depth),
            [left, right] => (left, right),
            _ => return Err("an operation is not followed".to_owned()),
        };
        // What stands left of a comparison as plain Python is asked by the expression on its right.
        if let Some(mirrored) = mirrored(operator)
            && is_plain(left)
            && !is_plain(right)
        {
            return self.operation(mirrored, &[right.clone(), left.clone()], depth);
        }
        let null = matches!(right, Value::None);
        let sql_operator = match operator {
            "&" => return self.junction(true, operands, depth),
            "|" => return self.junction(false, operands, depth),
            "==" if null => "IS",
            "!=" if null => "IS NOT",
            "==" => "=",
            "/" => return self.division(left, right, depth),
            "+" if self.is_text(left) || self.is_text(right) => return self.joined(left, right, depth),
            "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "%" => operator,
            "//" => return self.floor_division(left, right, depth),
            other => return Err(format!("the operator `{other}` is not followed")),
        };
        let right = self.beside(left, right, depth)?;
        Ok(format!("{} {sql_operator} {right}", self.operand(left, depth)?))
    }

    /// What `~expression` and `not_(expression)` come to: an operator's opposite where it has one.
    pub(super) fn negated(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        if let Value::Op(op) = value
            && let Some(opposite) = opposite(op.operator)
            && op.operands.len() == 2
        {
            return self.operation(opposite, &op.operands.clone(), depth);
        }
        if let Value::Call(call) = value {
            let only = matches!(call.key(), Some("sa.and_" | "sa.or_")) && call.args.len() == 1;
            if only {
                return self.negated(&call.args[0].clone(), depth + 1);
            }
            if let Value::Attr(attr) = &call.callee
                && let Some(method) = opposite_method(&attr.1)
            {
                return self.method(&attr.0.clone(), method, &call.args.clone(), depth);
            }
        }
        if self.is_boolean(value) && !self.rules.native_boolean {
            return Ok(format!("{} = {}", self.sql(value, depth + 1)?, self.rules.true_false.1));
        }
        Ok(format!("NOT ({})", self.sql(value, depth + 1)?))
    }

    /// AND and OR, from which SQLAlchemy takes the constants.
    pub(super) fn junction(&mut self, is_and: bool, parts: &[Value<'a>], depth: u32) -> Result<String, String> {
        let (word, neutral) = if is_and { (" AND ", true) } else { (" OR ", false) };
        if parts.iter().any(|part| constant(part) == Some(!neutral)) {
            return self.sql(&Value::Bool(!neutral), depth + 1);
        }
        let rest: Vec<&Value<'a>> = parts.iter().filter(|part| constant(part) != Some(neutral)).collect();
        match rest.as_slice() {
            [] => self.sql(&Value::Bool(neutral), depth + 1),
            [one] => self.condition(one, depth),
            several => {
                let texts: Result<Vec<String>, String> =
                    several.iter().map(|part| self.condition(part, depth)).collect();
                Ok(texts?.join(word))
            }
        }
    }

    /// A part of AND or OR, where a column without a comparison is compared on engines that have no booleans.
    fn condition(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        let text = self.operand(value, depth)?;
        let is_bare = self.is_boolean(value) && !self.rules.native_boolean;
        Ok(if is_bare { format!("{text} = {}", self.rules.true_false.0) } else { text })
    }

    /// An operand, in parentheses where it is an operation itself.
    pub(super) fn operand(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        let text = self.sql(value, depth + 1)?;
        let is_operation = match value {
            Value::Op(_) => true,
            Value::Call(call) => {
                matches!(call.key(), Some("sa.and_" | "sa.or_" | "sa.not_" | "sa.between" | "sa.collate"))
                    || matches!(&call.callee, Value::Attr(attr) if is_operator_method(&attr.1))
                    || matches!(&call.callee, Value::Call(_))
            }
            _ => false,
        };
        Ok(if is_operation { format!("({text})") } else { text })
    }

    /// An operand beside another one, by whose type a plain value is written.
    fn beside(&mut self, other: &Value<'a>, value: &Value<'a>, depth: u32) -> Result<String, String> {
        if let Value::Member(member) = value
            && let Some(draft) = self.column_of(other).map(|(_, draft)| draft.clone())
            && let Some(ty) = self.value_of_type(&draft)
            && let Some(label) = self.enum_label(&ty, member)
        {
            return label.map(|label| self.dialect.string_literal(&label));
        }
        self.operand(value, depth)
    }

    /// `a / b`, which keeps the fraction since 2.0.
    fn division(&mut self, left: &Value<'a>, right: &Value<'a>, depth: u32) -> Result<String, String> {
        let kind =
            if self.version.division_keeps_fractions() { self.rules.operators.division } else { Division::Plain };
        let (left, divisor) = (self.operand(left, depth)?, self.operand(right, depth)?);
        Ok(match kind {
            Division::Plain => format!("{left} / {divisor}"),
            Division::AddZero => format!("{left} / ({divisor} + 0.0)"),
            Division::Cast => {
                let ty = self.column_of(right).map(|(_, draft)| draft.clone());
                let ty = ty.and_then(|draft| self.column_type(&draft, 0).ok());
                let numeric = ty.filter(|ty| ty.affinity == Affinity::Numeric);
                let written = match numeric {
                    Some(ty) => ty.written,
                    None if matches!(right, Value::Number(_)) => "FLOAT".to_owned(),
                    None => "NUMERIC".to_owned(),
                };
                format!("{left} / CAST({divisor} AS {written})")
            }
        })
    }

    /// `a // b`. A plain number is of the type of what it divides.
    fn floor_division(&mut self, left: &Value<'a>, right: &Value<'a>, depth: u32) -> Result<String, String> {
        const INTEGERS: [&str; 6] =
            ["sa.Integer", "sa.INTEGER", "sa.BigInteger", "sa.BIGINT", "sa.SmallInteger", "sa.SMALLINT"];
        let divides = match right {
            Value::Int(_) => left,
            other => other,
        };
        let is_integer = self.is_column_of(divides, &INTEGERS) && self.rules.operators.division != Division::Plain;
        let text = format!("{} / {}", self.operand(left, depth)?, self.operand(right, depth)?);
        Ok(if is_integer { text } else { format!("FLOOR({text})") })
    }

    fn joined(&mut self, left: &Value<'a>, right: &Value<'a>, depth: u32) -> Result<String, String> {
        let (left, right) = (self.operand(left, depth)?, self.operand(right, depth)?);
        Ok(self.concatenated(&left, &right))
    }

    fn concatenated(&self, left: &str, right: &str) -> String {
        if self.rules.operators.concat { format!("concat({left}, {right})") } else { format!("{left} || {right}") }
    }

    /// `base.name(…)` of an expression.
    pub(super) fn method_sql(
        &mut self,
        base: &Value<'a>,
        name: &str,
        call: &Rc<Call<'a>>,
        depth: u32,
    ) -> Result<String, String> {
        if let (Value::Subscript(element), Some(reading)) = (base, Reading::of(name)) {
            return self.json_element(&element.clone(), reading, &call.args, depth);
        }
        let has_options = call.kwargs.iter().any(|(_, value)| !matches!(value, Value::None | Value::Bool(false)));
        match name {
            "cast" => {
                let ty = call.args.first().cloned().unwrap_or(Value::None);
                self.cast(base, &ty, depth)
            }
            "label" | "self_group" | "desc" | "asc" | "bindparams" | "execution_options" => self.sql(base, depth + 1),
            "op" | "bool_op" => Err("an operator without its operand".to_owned()),
            name if is_operator_method(name) && !has_options => self.method(base, name, &call.args.clone(), depth),
            _ => Err(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default()),
        }
    }

    /// The operator that a method stands for, with its operands.
    pub(super) fn method(
        &mut self,
        base: &Value<'a>,
        name: &str,
        args: &[Value<'a>],
        depth: u32,
    ) -> Result<String, String> {
        let argument = args.first().cloned().unwrap_or(Value::None);
        let operators = self.rules.operators;
        let left = self.operand(base, depth)?;
        let not = if is_negative(name) { "NOT " } else { "" };
        match name {
            "in_" | "notin_" | "not_in" => {
                let items = argument.items().ok_or("the values of IN are not known")?;
                let items: Result<Vec<String>, String> =
                    items.iter().map(|item| self.beside(base, item, depth)).collect();
                let items = items?;
                if items.is_empty() {
                    return Err("IN has no values".to_owned());
                }
                Ok(format!("{left} {not}IN ({})", items.join(", ")))
            }
            "between" | NOT_BETWEEN => {
                let high = args.get(1).cloned().unwrap_or(Value::None);
                let (low, high) = (self.operand(&argument, depth)?, self.operand(&high, depth)?);
                Ok(format!("{left} {not}BETWEEN {low} AND {high}"))
            }
            "collate" => {
                let collation = argument.as_str().ok_or("the collation is not known")?;
                Ok(format!("{left} COLLATE {}", self.quoted(&collation)))
            }
            _ => {
                let right = self.beside(base, &argument, depth)?;
                Ok(match name {
                    "is_" => format!("{left} IS {right}"),
                    "isnot" | "is_not" => format!("{left} IS NOT {right}"),
                    "like" | "notlike" | "not_like" => format!("{left} {not}LIKE {right}"),
                    "ilike" | "notilike" | "not_ilike" if operators.ilike => format!("{left} {not}ILIKE {right}"),
                    "ilike" | "notilike" | "not_ilike" => format!("lower({left}) {not}LIKE lower({right})"),
                    "startswith" | NOT_STARTSWITH => format!("{left} {not}LIKE {}", self.concatenated(&right, "'%'")),
                    "endswith" | NOT_ENDSWITH => format!("{left} {not}LIKE {}", self.concatenated("'%'", &right)),
                    "contains" | NOT_CONTAINS => {
                        let pattern = match operators.concat {
                            true => format!("concat('%', {right}, '%')"),
                            false => format!("'%' || {right} || '%'"),
                        };
                        format!("{left} {not}LIKE {pattern}")
                    }
                    "regexp_match" => format!("{left} {} {right}", operators.regexp.0),
                    NOT_REGEXP_MATCH => format!("{left} {} {right}", operators.regexp.1),
                    "is_distinct_from" => distinct(operators.distinct, &left, &right, true),
                    "isnot_distinct_from" | "is_not_distinct_from" => {
                        distinct(operators.distinct, &left, &right, false)
                    }
                    "concat" => self.concatenated(&left, &right),
                    other => return Err(format!("the operator `{other}` is not followed")),
                })
            }
        }
    }

    /// `column.op("@>")(value)`.
    pub(super) fn custom_operator(&mut self, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        if let Value::Call(inner) = &call.callee
            && let Value::Attr(attr) = &inner.callee
            && matches!(&*attr.1, "op" | "bool_op")
            && let Some(operator) = inner.args.first().and_then(Value::as_str)
        {
            let (base, argument) = (attr.0.clone(), call.args.first().cloned().unwrap_or(Value::None));
            return Ok(format!("{} {operator} {}", self.operand(&base, depth)?, self.operand(&argument, depth)?));
        }
        Err(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default())
    }

    /// What stands in the place of a column's type, or what its annotation means.
    fn value_of_type(&mut self, draft: &ColumnDraft<'a>) -> Option<Value<'a>> {
        match &draft.ty {
            ColumnType::Given(value) => Some(value.clone()),
            ColumnType::Annotated(annotation, map) => self.sql_value(annotation, map),
            // SQLModel keeps an enum as SQLAlchemy does by itself.
            ColumnType::Field(annotation, _) => self.sql_value(annotation, &Rc::default()),
            ColumnType::Absent => None,
        }
    }

    fn is_boolean(&mut self, value: &Value<'a>) -> bool {
        self.is_column_of(value, &["sa.Boolean", "sa.BOOLEAN"])
    }

    fn is_text(&mut self, value: &Value<'a>) -> bool {
        value.as_str().is_some()
            || self.is_column_of(value, &["sa.String", "sa.VARCHAR", "sa.Text", "sa.TEXT", "sa.Unicode", "sa.CHAR"])
    }

    fn is_column_of(&mut self, value: &Value<'a>, types: &[&str]) -> bool {
        let ty = match value {
            // column("name", Type)
            Value::Call(call) if call.key() == Some("sa.column") => call.arg(1, "type_").cloned(),
            other => {
                let draft = self.column_of(other).map(|(_, draft)| draft.clone());
                draft.and_then(|draft| self.value_of_type(&draft))
            }
        };
        let key = match &ty {
            Some(Value::Call(call)) => call.key(),
            Some(other) => other.external_key(),
            None => None,
        };
        key.is_some_and(|key| types.contains(&key))
    }
}

/// Opposites that SQLAlchemy has no method for.
const NOT_BETWEEN: &str = "not between";
const NOT_STARTSWITH: &str = "not startswith";
const NOT_ENDSWITH: &str = "not endswith";
const NOT_CONTAINS: &str = "not contains";
const NOT_REGEXP_MATCH: &str = "not regexp_match";

fn is_operator_method(name: &str) -> bool {
    opposite_method(name).is_some() || matches!(name, "concat" | "collate")
}

fn is_negative(name: &str) -> bool {
    name.starts_with("not")
}

/// The method that says the contrary.
fn opposite_method(name: &str) -> Option<&'static str> {
    Some(match name {
        "is_" => "is_not",
        "isnot" | "is_not" => "is_",
        "in_" => "not_in",
        "notin_" | "not_in" => "in_",
        "like" => "not_like",
        "notlike" | "not_like" => "like",
        "ilike" => "not_ilike",
        "notilike" | "not_ilike" => "ilike",
        "between" => NOT_BETWEEN,
        "startswith" => NOT_STARTSWITH,
        "endswith" => NOT_ENDSWITH,
        "contains" => NOT_CONTAINS,
        "regexp_match" => NOT_REGEXP_MATCH,
        "is_distinct_from" => "is_not_distinct_from",
        "isnot_distinct_from" | "is_not_distinct_from" => "is_distinct_from",
        _ => return None,
    })
}

fn opposite(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "==" => "!=",
        "!=" => "==",
        "<" => ">=",
        ">=" => "<",
        ">" => "<=",
        "<=" => ">",
        _ => return None,
    })
}

fn mirrored(operator: &str) -> Option<&'static str> {
    Some(match operator {
        "==" => "==",
        "!=" => "!=",
        "<" => ">",
        ">=" => "<=",
        ">" => "<",
        "<=" => ">=",
        _ => return None,
    })
}

/// A value of Python's own, which has no operators of SQL.
fn is_plain(value: &Value<'_>) -> bool {
    matches!(value, Value::None | Value::Bool(_) | Value::Int(_) | Value::Number(_) | Value::Str(_) | Value::Member(_))
}

/// A condition that is always or never true.
fn constant(value: &Value<'_>) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::Call(call) => match call.key() {
            Some("sa.true") => Some(true),
            Some("sa.false") => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn distinct(style: Distinct, left: &str, right: &str, is_distinct: bool) -> String {
    match (style, is_distinct) {
        (Distinct::Words, true) => format!("{left} IS DISTINCT FROM {right}"),
        (Distinct::Words, false) => format!("{left} IS NOT DISTINCT FROM {right}"),
        (Distinct::Is, true) => format!("{left} IS NOT {right}"),
        (Distinct::Is, false) => format!("{left} IS {right}"),
        (Distinct::Spaceship, true) => format!("NOT ({left} <=> {right})"),
        (Distinct::Spaceship, false) => format!("{left} <=> {right}"),
    }
}
