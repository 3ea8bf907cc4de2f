//! SQL expressions: what SQLAlchemy's compiler prints for `text(...)`, `func.now()`, `Column > 0` and their like.

use std::rc::Rc;

use super::jsonpath::Reading;
use super::models::Models;
use super::value::{Call, Value};

/// How deep an expression may nest.
const MAX_DEPTH: u32 = 50;

/// Functions that SQL writes without parentheses.
const BARE: [&str; 8] = [
    "current_date",
    "current_time",
    "current_timestamp",
    "current_user",
    "localtime",
    "localtimestamp",
    "session_user",
    "user",
];

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
        if depth > MAX_DEPTH {
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

    fn operation(&mut self, operator: &str, operands: &[Value<'a>], depth: u32) -> Result<String, String> {
        let (left, right) = match operands {
            [one] => {
                let inner = self.sql(one, depth + 1)?;
                return Ok(if operator == "-" { format!("-{inner}") } else { format!("NOT ({inner})") });
            }
            [left, right] => (left, right),
            _ => return Err("an operation is not followed".to_owned()),
        };
        let null = matches!(right, Value::None);
        let sql_operator = match operator {
            "==" if null => "IS",
            "!=" if null => "IS NOT",
            "==" => "=",
            "!=" | "<" | ">" | "<=" | ">=" | "+" | "-" | "*" | "/" | "%" => operator,
            "&" => "AND",
            "|" => "OR",
            other => return Err(format!("the operator `{other}` is not followed")),
        };
        let (left, right) = (self.operand(left, depth)?, self.operand(right, depth)?);
        Ok(format!("{left} {sql_operator} {right}"))
    }

    /// An operand, in parentheses where it is an operation itself.
    fn operand(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        let text = self.sql(value, depth + 1)?;
        let is_operation = match value {
            Value::Op(_) => true,
            Value::Call(call) => matches!(call.key(), Some("sa.and_" | "sa.or_" | "sa.not_")),
            _ => false,
        };
        Ok(if is_operation { format!("({text})") } else { text })
    }

    fn call_sql(&mut self, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        if let Some(open) = &call.open {
            return Err(open.to_string());
        }
        if let Value::Attr(attr) = &call.callee {
            let (base, name) = (attr.0.clone(), attr.1.clone());
            return self.method_sql(&base, &name, call, depth);
        }
        let Some(key) = call.key() else {
            // column.op("@>")(value)
            return self.custom_operator(call, depth);
        };
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
            "sa.literal" | "sa.bindparam" | "sa.DefaultClause" | "sa.type_coerce" | "sa.column" | "sa.quoted_name" => {
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
            "sa.and_" | "sa.or_" => {
                let word = if key == "sa.and_" { " AND " } else { " OR " };
                let parts: Result<Vec<String>, String> = call.args.iter().map(|arg| self.operand(arg, depth)).collect();
                Ok(parts?.join(word))
            }
            "sa.not_" => Ok(format!("NOT ({})", self.sql(&first, depth + 1)?)),
            "sa.cast" => {
                let inner = self.sql(&first, depth + 1)?;
                let ty = call.arg(1, "type_").cloned().unwrap_or(Value::None);
                Ok(format!("CAST({inner} AS {})", self.sql_type(&ty)?.written))
            }
            "sa.extract" => {
                let field = first.as_str().ok_or("the field of EXTRACT is not known")?;
                let from = call.args.get(1).cloned().unwrap_or(Value::None);
                Ok(format!("EXTRACT({field} FROM {})", self.sql(&from, depth + 1)?))
            }
            "postgresql.array" => {
                let items: Result<Vec<String>, String> =
                    first.items().unwrap_or_default().iter().map(|item| self.sql(item, depth + 1)).collect();
                Ok(format!("ARRAY[{}]", items?.join(", ")))
            }
            "sa.desc" | "sa.asc" => self.sql(&first, depth + 1),
            _ => Err(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default()),
        }
    }

    /// A string as a literal, anything else as an expression.
    pub(super) fn sql_or_literal(&mut self, value: &Value<'a>, depth: u32) -> Result<String, String> {
        self.sql(value, depth + 1)
    }

    fn function_sql(&mut self, name: &str, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        let lower = name.to_ascii_lowercase();
        if lower == "now" && call.args.is_empty() {
            return Ok(self.rules.now.to_owned());
        }
        if BARE.contains(&lower.as_str()) && call.args.is_empty() {
            return Ok(lower.to_uppercase());
        }
        let args: Result<Vec<String>, String> = call.args.iter().map(|arg| self.sql(arg, depth + 1)).collect();
        Ok(format!("{name}({})", args?.join(", ")))
    }

    fn method_sql(&mut self, base: &Value<'a>, name: &str, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        if let (Value::Subscript(element), Some(reading)) = (base, Reading::of(name)) {
            return self.json_element(&element.clone(), reading, &call.args, depth);
        }
        let argument = call.args.first().cloned().unwrap_or(Value::None);
        let operator = match name {
            "is_" => "IS",
            "isnot" | "is_not" => "IS NOT",
            "like" => "LIKE",
            "ilike" => "ILIKE",
            "notlike" | "not_like" => "NOT LIKE",
            "in_" | "notin_" | "not_in" => {
                let items = argument.items().ok_or("the values of IN are not known")?;
                let items: Result<Vec<String>, String> = items.iter().map(|item| self.sql(item, depth + 1)).collect();
                let word = if name == "in_" { "IN" } else { "NOT IN" };
                return Ok(format!("{} {word} ({})", self.operand(base, depth)?, items?.join(", ")));
            }
            "between" => {
                let high = call.args.get(1).cloned().unwrap_or(Value::None);
                let (low, high) = (self.sql(&argument, depth + 1)?, self.sql(&high, depth + 1)?);
                return Ok(format!("{} BETWEEN {low} AND {high}", self.operand(base, depth)?));
            }
            "cast" => {
                let inner = self.sql(base, depth + 1)?;
                return Ok(format!("CAST({inner} AS {})", self.sql_type(&argument)?.written));
            }
            "label" | "self_group" | "desc" | "asc" | "bindparams" | "execution_options" => {
                return self.sql(base, depth + 1);
            }
            "collate" => {
                let collation = argument.as_str().ok_or("the collation is not known")?;
                return Ok(format!("{} COLLATE {}", self.operand(base, depth)?, self.quoted(&collation)));
            }
            "concat" => "||",
            "op" => return Err("an operator without its operand".to_owned()),
            _ => return Err(self.interp.why_unknown(&Value::Call(call.clone())).unwrap_or_default()),
        };
        Ok(format!("{} {operator} {}", self.operand(base, depth)?, self.operand(&argument, depth)?))
    }

    fn custom_operator(&mut self, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
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
}

/// `text()` reads `\:` as a colon that starts no parameter.
fn unescape(text: &str) -> String {
    text.replace("\\:", ":")
}
