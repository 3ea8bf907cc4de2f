//! Functions and the constructs that are written like none: CASE and EXTRACT.

use crate::source::python::models::Models;
use crate::source::python::rules::Extract;
use crate::source::python::shared::Rc;
use crate::source::python::value::{Call, Value};

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
    /// `func.name(…)`.
    pub(super) fn function_sql(&mut self, name: &str, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        let lower = name.to_ascii_lowercase();
        if lower == "now" && call.args.is_empty() {
            return Ok(self.rules.now.to_owned());
        }
        if BARE.contains(&lower.as_str()) && call.args.is_empty() {
            return Ok(lower.to_uppercase());
        }
        let name = if lower == "char_length" { self.rules.operators.char_length } else { name };
        let args: Result<Vec<String>, String> = call.args.iter().map(|arg| self.sql(arg, depth + 1)).collect();
        Ok(format!("{name}({})", args?.join(", ")))
    }

    /// `cast(value, Type)`. What MySQL cannot cast to, SQLAlchemy leaves as it is.
    pub(super) fn cast(&mut self, value: &Value<'a>, ty: &Value<'a>, depth: u32) -> Result<String, String> {
        let written = self.sql_type(ty)?.written;
        if !self.rules.operators.few_casts {
            return Ok(format!("CAST({} AS {written})", self.sql(value, depth + 1)?));
        }
        let (name, rest) = written.split_at(written.find(['(', ' ']).unwrap_or(written.len()));
        let target = match name {
            "SMALLINT" | "INTEGER" | "BIGINT" | "TINYINT" | "MEDIUMINT" if rest.contains("UNSIGNED") => {
                "UNSIGNED INTEGER".to_owned()
            }
            "SMALLINT" | "INTEGER" | "BIGINT" | "TINYINT" | "MEDIUMINT" => "SIGNED INTEGER".to_owned(),
            "VARCHAR" | "CHAR" => format!("CHAR{rest}"),
            "TEXT" => "CHAR".to_owned(),
            "NUMERIC" | "DECIMAL" => format!("DECIMAL{rest}"),
            "TIMESTAMP" => "DATETIME".to_owned(),
            "BLOB" | "BINARY" => "BINARY".to_owned(),
            "DATETIME" | "DATE" | "TIME" | "JSON" => written,
            _ => return self.operand(value, depth),
        };
        Ok(format!("CAST({} AS {target})", self.sql(value, depth + 1)?))
    }

    /// `extract("year", value)`.
    pub(super) fn extract(&mut self, field: &str, from: &Value<'a>, depth: u32) -> Result<String, String> {
        let from = self.sql(from, depth + 1)?;
        match self.rules.operators.extract {
            Extract::Function => Ok(format!("EXTRACT({field} FROM {from})")),
            Extract::Strftime => {
                let format = match field {
                    "month" => "%m",
                    "day" => "%d",
                    "year" => "%Y",
                    "second" => "%S",
                    "hour" => "%H",
                    "doy" => "%j",
                    "minute" => "%M",
                    "epoch" => "%s",
                    "dow" => "%w",
                    "week" => "%W",
                    other => return Err(format!("SQLite cannot extract `{other}`")),
                };
                Ok(format!("CAST(STRFTIME('{format}', {from}) AS INTEGER)"))
            }
        }
    }

    /// `case((condition, value), …, value=…, else_=…)`, whose pairs 1.x takes as a list.
    pub(super) fn case(&mut self, call: &Rc<Call<'a>>, depth: u32) -> Result<String, String> {
        const UNKNOWN: &str = "the conditions of CASE are not known";
        let subject = call.kwarg("value").filter(|value| !matches!(value, Value::None)).cloned();
        let pairs = match call.args.as_slice() {
            [Value::Dict(items)] => items.borrow().to_vec(),
            [Value::List(list)] => pairs(&list.borrow()).ok_or(UNKNOWN)?,
            all => pairs(all).ok_or(UNKNOWN)?,
        };
        let mut text = "CASE".to_owned();
        if let Some(subject) = &subject {
            text.push_str(&format!(" {}", self.sql(subject, depth + 1)?));
        }
        for (condition, value) in pairs {
            text.push_str(&format!(" WHEN {} THEN {}", self.operand(&condition, depth)?, self.operand(&value, depth)?));
        }
        if let Some(value) = call.kwarg("else_").cloned() {
            text.push_str(&format!(" ELSE {}", self.operand(&value, depth)?));
        }
        Ok(format!("{text} END"))
    }
}

fn pairs<'a>(values: &[Value<'a>]) -> Option<Vec<(Value<'a>, Value<'a>)>> {
    let pair = |value: &Value<'a>| match value.items()?.as_slice() {
        [condition, value] => Some((condition.clone(), value.clone())),
        _ => None,
    };
    values.iter().map(pair).collect()
}
