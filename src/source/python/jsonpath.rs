//! Elements of JSON columns: what SQLAlchemy's compilers print for `column["key"].as_string()` and `.astext`.

use super::models::Models;
use super::rules::JsonStyle;
use super::value::{ModuleId, Site, Value};

/// What an element is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    String,
    Boolean,
    Integer,
    Float,
    Numeric,
    Json,
}

impl Reading {
    /// The reading that a method of an element asks for.
    pub(super) fn of(method: &str) -> Option<Self> {
        Some(match method {
            "as_string" => Reading::String,
            "as_boolean" => Reading::Boolean,
            "as_integer" => Reading::Integer,
            "as_float" => Reading::Float,
            "as_numeric" => Reading::Numeric,
            "as_json" => Reading::Json,
            _ => return None,
        })
    }

    /// The type that the element is cast to, by its path.
    fn type_path(self) -> Option<&'static str> {
        match self {
            Reading::String => Some("sqlalchemy.String"),
            Reading::Boolean => Some("sqlalchemy.Boolean"),
            Reading::Integer => Some("sqlalchemy.Integer"),
            Reading::Float => Some("sqlalchemy.Float"),
            Reading::Numeric => Some("sqlalchemy.Numeric"),
            Reading::Json => None,
        }
    }
}

/// An element's address: its keys and positions from the outside in.
enum Index<'a> {
    One(Value<'a>),
    Path(Vec<Value<'a>>),
}

impl<'a> Models<'a> {
    /// `element.as_string()`, where `element` is `column["key"]`; `args` are the precision and scale of `as_numeric`.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn json_element(
        &mut self,
        element: &(Value<'a>, Value<'a>),
        reading: Reading,
        args: &[Value<'a>],
        depth: u32,
    ) -> Result<String, String> {
        let base = self.sql(&element.0, depth + 1)?;
        let index = index(&element.1)?;
        match self.rules.json {
            JsonStyle::Arrows => {
                let text = self.arrow(&base, &index, reading != Reading::Json)?;
                self.cast_element(text, reading, args)
            }
            JsonStyle::Extract => {
                let text = format!("JSON_EXTRACT({base}, {})", self.path(&index)?);
                match reading {
                    Reading::Json => Ok(format!("JSON_QUOTE({text})")),
                    // SQLite's JSON_EXTRACT answers SQL values, which are cast since SQLAlchemy 2.1.
                    _ if !self.version.json_elements_are_cast() => Ok(text),
                    _ => self.cast_element(text, reading, args),
                }
            }
            JsonStyle::Case => {
                let text = format!("JSON_EXTRACT({base}, {})", self.path(&index)?);
                let value = match reading {
                    Reading::Json => return Ok(text),
                    Reading::Boolean => "WHEN true THEN true ELSE false".to_owned(),
                    Reading::String => format!("ELSE JSON_UNQUOTE({text})"),
                    Reading::Integer => format!("ELSE CAST({text} AS SIGNED INTEGER)"),
                    Reading::Float => format!("ELSE {text}+0.0000000000000000000000"),
                    Reading::Numeric => match args {
                        [Value::Int(precision), Value::Int(scale)] => {
                            format!("ELSE CAST({text} AS DECIMAL({precision}, {scale}))")
                        }
                        _ => return Err("the precision of a JSON number is not known".to_owned()),
                    },
                };
                Ok(format!("CASE {text} WHEN 'null' THEN NULL {value} END"))
            }
        }
    }

    /// `element.astext` of PostgreSQL's JSON types.
    ///
    /// # Errors
    /// The reason why it is not known.
    pub(super) fn json_as_text(&mut self, element: &(Value<'a>, Value<'a>), depth: u32) -> Result<String, String> {
        match self.rules.json {
            JsonStyle::Arrows => {
                let base = self.sql(&element.0, depth + 1)?;
                self.arrow(&base, &index(&element.1)?, true)
            }
            JsonStyle::Extract | JsonStyle::Case => Err("`astext` is for PostgreSQL alone".to_owned()),
        }
    }

    fn arrow(&self, base: &str, index: &Index<'a>, as_text: bool) -> Result<String, String> {
        let more = if as_text { ">" } else { "" };
        match index {
            Index::One(key) => match (key.as_str(), key) {
                (Some(text), _) => Ok(format!("({base} ->{more} {})", self.dialect.string_literal(&text))),
                (None, Value::Int(number)) => Ok(format!("({base} ->{more} {number})")),
                (None, _) => Err(UNKNOWN_KEY.to_owned()),
            },
            Index::Path(keys) => {
                let keys: Option<Vec<String>> = keys.iter().map(key_text).collect();
                let path = format!("{{{}}}", keys.ok_or(UNKNOWN_KEY)?.join(", "));
                Ok(format!("({base} #>{more} {})", self.dialect.string_literal(&path)))
            }
        }
    }

    /// `'$."key"[3]'`.
    fn path(&self, index: &Index<'a>) -> Result<String, String> {
        let keys = match index {
            Index::One(key) => std::slice::from_ref(key),
            Index::Path(keys) => keys,
        };
        let mut path = "$".to_owned();
        for key in keys {
            path.push_str(&match key {
                Value::Int(number) => format!("[{number}]"),
                other => format!(".\"{}\"", other.as_str().ok_or(UNKNOWN_KEY)?),
            });
        }
        Ok(self.dialect.string_literal(&path))
    }

    fn cast_element(&mut self, text: String, reading: Reading, args: &[Value<'a>]) -> Result<String, String> {
        let Some(path) = reading.type_path() else { return Ok(text) };
        let site = Site { module: ModuleId(0), offset: 0.into() };
        let ty = self.interp.call_with(Value::external(path), args.to_vec(), Vec::new(), None, site);
        Ok(format!("CAST({text} AS {})", self.sql_type(&ty)?.written))
    }
}

const UNKNOWN_KEY: &str = "the key of a JSON element is not known";

fn index<'a>(value: &Value<'a>) -> Result<Index<'a>, String> {
    match (value.items(), value) {
        (Some(path), _) => Ok(Index::Path(path)),
        (None, Value::Unknown(reason)) => Err(reason.to_string()),
        (None, one) => Ok(Index::One(one.clone())),
    }
}

fn key_text(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Int(number) => Some(number.to_string()),
        other => other.as_str().map(|text| text.to_string()),
    }
}
