//! SQL expressions: what SQLAlchemy's compiler prints for `text(...)`, `func.now()`, `Column > 0` and their like.

mod function;
mod operator;

use super::bounds::Looks;
use super::models::Models;
use super::value::{Call, Value};
use crate::source::python::shared::Rc;

/// How deep an expression may nest.
const MAX_DEPTH: u32 = 50;

impl<'a> Models<'a> {
    /// The SQL text of an expression, whose plain strings are raw SQL.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn sql_or_text(&mut self, value: &Value<'a>) -> Result<String, String> {
        match value.as_str() {
            Some(text) => Ok(text.to_string()),
            None => self.sql(value, 0),
        }
    }

    /// The SQL text of an expression, whose plain strings are literals.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn sql(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        if depth == 0 && self.compiling.is_empty() {
            self.sql_looks = Looks::new();
        }
        // An expression may stand in another a thousand times over.
        if depth > MAX_DEPTH || !self.sql_looks.more() {
            return Err("the expression nests too deeply".to_owned());
        }
        if let Some((_, column)) = self.column_of(value) {
            let name = column.name.clone();
            return Ok(self.quoted(&name));
        }
        if let Some(text) = value.as_str() {
            return Ok(self.dialect.string_literal(&text));
        }
        match value {
            Value::Op(op) if op.operator == "…" => Err(self.interp.why_unknown(value).unwrap_or_default()),
            Value::None => Ok("NULL".to_owned()),
            Value::Bool(value) => Ok(if *value { self.rules.true_false.0 } else { self.rules.true_false.1 }.to_owned()),
            Value::Int(number) => Ok(number.to_string()),
            Value::Number(text) => Ok(text.to_string()),
            Value::Op(op) => {
                let operands = op.operands.clone();
                self.operation(op.operator, &operands, depth)
            }
            Value::Call(call) => self.call_sql(&call.clone(), depth),
            Value::Attr(attr) if &*attr.1 == "astext" => match &attr.0 {
                Value::Subscript(element) => self.json_as_text(&element.clone(), depth),
                other => Err(self.interp.why_unknown(other).unwrap_or_default()),
            },
            Value::Instance(instance) => self
                .compiled_instance(&instance.clone())
                .unwrap_or_else(|| Err(format!("`{}` has no SQL that is known", instance.class.name))),
            other => Err(self
                .interp
                .why_unknown(other)
                .unwrap_or_else(|| format!("`{}` is no SQL expression", self.interp.spell(other)))),
        }
    }

    fn call_sql(&mut self, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        if let Some(open) = &call.open {
            return Err(open.to_string());
        }
        if let Value::Attr(attr) = &call.callee {
            let (base, name) = (attr.0.clone(), attr.1.clone());
            if let (Some(sequence), "next_value") = (base.call_of("sa.Sequence"), &*name) {
                return self.next_value(&sequence.clone());
            }
            return self.method_sql(&base, &name, call, depth);
        }
        let Some(key) = call.key() else {
            // column.op("@>")(value)
            return self.custom_operator(call, depth);
        };
        if let (Some("sa.func.next_value"), Some(sequence)) =
            (call.key(), call.args.first().and_then(|value| value.call_of("sa.Sequence")))
        {
            return self.next_value(&sequence.clone());
        }
        if let Some(function) = key.strip_prefix("sa.func.") {
            if let Some(compiled) = self.compiled_external(key, &Value::Call(call.clone())) {
                return compiled;
            }
            let function = function.to_owned();
            return self.function_sql(&function, call, depth);
        }
        let first = call.args.first().cloned().unwrap_or(Value::None);
        match key {
            "sa.text" | "sa.literal_column" | "sa.DDL" => match call.arg(0, "text").and_then(Value::as_str) {
                Some(text) => Ok(unescape(&text)),
                None => {
                    let given = call.arg(0, "text").unwrap_or(&first);
                    Err(self.interp.why_unknown(given).unwrap_or_else(|| "the SQL text is not known".to_owned()))
                }
            },
            "sa.bindparam" => self.sql(&call.arg(1, "value").cloned().unwrap_or(Value::None), depth + 1),
            "sa.literal" | "sa.DefaultClause" | "sa.type_coerce" | "sa.column" | "sa.quoted_name" => {
                if key == "sa.column" {
                    return first
                        .as_str()
                        .map(|name| self.quoted(&name))
                        .ok_or_else(|| "a column's name is not known".to_owned());
                }
                if key == "sa.DefaultClause" { self.sql_or_literal(&first, depth) } else { self.sql(&first, depth + 1) }
            }
            "sa.true" => Ok(self.rules.true_false.0.to_owned()),
            "sa.false" => Ok(self.rules.true_false.1.to_owned()),
            "sa.null" => Ok("NULL".to_owned()),
            "sa.and_" | "sa.or_" => self.junction(key == "sa.and_", &call.args.clone(), depth),
            "sa.not_" => self.negated(&first, depth),
            "sa.cast" => {
                let ty = call.arg(1, "type_").cloned().unwrap_or(Value::None);
                self.cast(&first, &ty, depth)
            }
            "sa.extract" => {
                let field = first.as_str().ok_or("the field of EXTRACT is not known")?;
                let from = call.args.get(1).cloned().unwrap_or(Value::None);
                self.extract(&field, &from, depth)
            }
            "sa.case" => self.case(call, depth),
            "sa.tuple_" => {
                let items: Result<Vec<String>, String> = call.args.iter().map(|arg| self.sql(arg, depth + 1)).collect();
                Ok(format!("({})", items?.join(", ")))
            }
            "sa.between" | "sa.collate" => {
                let method = if key == "sa.between" { "between" } else { "collate" };
                self.method(&first, method, call.args.get(1..).unwrap_or_default(), depth)
            }
            "decimal.Decimal" => match &first {
                Value::Int(_) | Value::Number(_) => self.sql(&first, depth + 1),
                text => text.as_str().map(|text| text.to_string()).ok_or_else(|| "a number is not known".to_owned()),
            },
            "postgresql.array" => {
                let items: Result<Vec<String>, String> =
                    first.items().unwrap_or_default().iter().map(|item| self.sql(item, depth + 1)).collect();
                Ok(format!("ARRAY[{}]", items?.join(", ")))
            }
            "sa.desc" | "sa.asc" => self.sql(&first, depth + 1),
            _ => Err(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default()),
        }
    }

    /// `Sequence(…).next_value()`.
    fn next_value(&mut self, sequence: &Rc<Call<'a>>) -> Result<String, String> {
        let (schema, name) = self.sequence_in_schema(sequence)?;
        let name = self.quoted(&name);
        let full = schema.map_or_else(|| name.clone(), |schema| format!("{}.{name}", self.quoted(&schema)));
        if !self.rules.sequences {
            return Err("this engine has no sequences".to_owned());
        }
        Ok(if self.rules.serial { format!("nextval('{full}')") } else { format!("nextval({full})") })
    }

    /// A string as a literal, anything else as an expression.
    pub(super) fn sql_or_literal(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        self.sql(value, depth + 1)
    }
}

/// `text()` reads `\:` as a colon that starts no parameter.
fn unescape(text: &str) -> String {
    text.replace("\\:", ":")
}
