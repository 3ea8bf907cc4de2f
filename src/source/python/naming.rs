//! Names of constraints and indexes: a `naming_convention` applied as `sqlalchemy.sql.naming` does.

use md5::{Digest, Md5};

use super::models::Models;
use super::shared::Rc;
use super::value::{Call, Value};

/// What a convention may speak about.
pub(super) struct Subject<'s> {
    /// The convention's key: `ix`, `uq`, `ck`, `fk`, `pk`.
    pub(super) kind: &'s str,
    pub(super) table: &'s str,
    pub(super) schema: Option<&'s str>,
    /// Name and key of the columns, in order.
    pub(super) columns: Vec<(String, String)>,
    /// The referenced table and its columns.
    pub(super) referred: Option<(String, Vec<String>)>,
}

/// The name that a constraint or index gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Known(String),
    /// Left to the engine.
    Unnamed,
    Unknown(String),
}

/// The classes by which a convention may be keyed, instead of the short keys.
const CLASSES: [(&str, &str); 5] = [
    ("fk", "sa.ForeignKeyConstraint"),
    ("pk", "sa.PrimaryKeyConstraint"),
    ("ix", "sa.Index"),
    ("ck", "sa.CheckConstraint"),
    ("uq", "sa.UniqueConstraint"),
];

impl<'a> Models<'a> {
    /// The name of what `subject` describes: the given one, or what the convention makes of it.
    pub(super) fn name_of(
        &mut self,
        subject: &Subject<'_>,
        given: Option<&Value<'a>>,
        metadata: Option<&Rc<Call<'a>>>,
    ) -> Named {
        let convention = self.convention(subject.kind, metadata);
        let given_text = match given {
            None | Some(Value::None) => None,
            // conv("name") and op.f("name"): no convention applies, and the engine's limit does.
            Some(Value::Call(call)) if matches!(call.callee_name(), "conv" | "f") => {
                return match call.args.first().and_then(Value::as_str) {
                    Some(text) => Named::Known(self.shortened(text.to_string())),
                    None => Named::Unknown("the name is not known".to_owned()),
                };
            }
            Some(Value::Call(call)) if call.callee_name() == "quoted_name" => call.args.first().and_then(Value::as_str),
            Some(value) => match value.as_str() {
                Some(text) => Some(text),
                None => {
                    let why = self.interp.why_unknown(value);
                    return Named::Unknown(why.unwrap_or_else(|| "the name is not known".to_owned()));
                }
            },
        };
        match (convention, given_text) {
            (Err(reason), None) => Named::Unknown(reason),
            (Err(_) | Ok(None), Some(text)) => Named::Known(text.to_string()),
            (Ok(None), None) => Named::Unnamed,
            (Ok(Some(format)), given) => {
                let uses_name = format.contains("%(constraint_name)s");
                match given {
                    Some(text) if !uses_name => Named::Known(text.to_string()),
                    // Without a name, a convention that asks for one leaves the constraint unnamed.
                    None if uses_name => Named::Unnamed,
                    given => match expand(&format, subject, given.as_deref()) {
                        Some(name) => Named::Known(self.shortened(name)),
                        None => Named::Unknown(format!("the naming convention {format:?} is not followed")),
                    },
                }
            }
        }
    }

    /// The convention's format for a kind; the default metadata names indexes alone.
    fn convention(&mut self, kind: &str, metadata: Option<&Rc<Call<'a>>>) -> Result<Option<String>, String> {
        let value = metadata.and_then(|metadata| {
            metadata.assigned("naming_convention").or_else(|| metadata.kwarg("naming_convention").cloned())
        });
        let default = || Ok((kind == "ix").then(|| "ix_%(column_0_label)s".to_owned()));
        let items = match value {
            None | Some(Value::None) => return default(),
            Some(Value::Dict(items)) => items.borrow().to_vec(),
            Some(other) => {
                let why = self.interp.why_unknown(&other).unwrap_or_default();
                return Err(format!("the naming convention is not known: {why}"));
            }
        };
        let class = CLASSES.iter().find(|(key, _)| *key == kind).map(|(_, class)| *class);
        let found = items.iter().find(|(key, _)| {
            key.as_str().as_deref() == Some(kind) || (key.external_key().is_some() && key.external_key() == class)
        });
        match found {
            None => default(),
            Some((_, format)) => match format.as_str() {
                Some(text) => Ok(Some(text.to_string())),
                None => Err("the naming convention's format is not a string".to_owned()),
            },
        }
    }

    /// A name that a convention made, cut to the engine's length with four digits of its MD5
    /// (`sqlalchemy.sql.compiler.IdentifierPreparer.truncate_and_render_maxlen_name`).
    fn shortened(&self, name: String) -> String {
        let max = self.rules.max_name;
        if name.chars().count() <= max {
            return name;
        }
        let digest = Md5::digest(name.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let head: String = name.chars().take(max - 8).collect();
        format!("{head}_{}", &hex[hex.len() - 4..])
    }
}

/// Fills in a format such as `fk_%(table_name)s_%(column_0_name)s`; `None` for a token that is not known.
fn expand(format: &str, subject: &Subject<'_>, given: Option<&str>) -> Option<String> {
    let mut out = String::new();
    let mut rest = format;
    while let Some(at) = rest.find("%(") {
        out.push_str(&rest[..at]);
        let (token, after) = rest[at + 2..].split_once(")s")?;
        out.push_str(&expand_token(token, subject, given)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

fn expand_token(token: &str, subject: &Subject<'_>, given: Option<&str>) -> Option<String> {
    match token {
        "table_name" => return Some(subject.table.to_owned()),
        "constraint_name" => return given.map(str::to_owned),
        "referred_table_name" => return Some(subject.referred.as_ref()?.0.clone()),
        _ => {}
    }
    if let Some(rest) = token.strip_prefix("referred_column_") {
        let names = subject.referred.as_ref()?.1.clone();
        return numbered(rest, &names, &names, &names);
    }
    let names: Vec<String> = subject.columns.iter().map(|(name, _)| name.clone()).collect();
    let keys: Vec<String> = subject.columns.iter().map(|(_, key)| key.clone()).collect();
    let prefix = match subject.schema {
        Some(schema) => format!("{}_{}", schema.replace('.', "_"), subject.table),
        None => subject.table.to_owned(),
    };
    let labels: Vec<String> = names.iter().map(|name| format!("{prefix}_{name}")).collect();
    numbered(token.strip_prefix("column_")?, &names, &keys, &labels)
}

/// `0_name`, `1_key`, `0_label`, `0N_name` (joined), `0_N_name` (joined with `_`).
fn numbered(token: &str, names: &[String], keys: &[String], labels: &[String]) -> Option<String> {
    let (index, what) = token.rsplit_once('_')?;
    let list = match what {
        "name" => names,
        "key" => keys,
        "label" => labels,
        _ => return None,
    };
    match index {
        "0N" => Some(list.concat()),
        "0_N" => Some(list.join("_")),
        number => Some(list.get(number.parse::<usize>().ok()?).cloned().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject() -> Subject<'static> {
        Subject {
            kind: "fk",
            table: "address",
            schema: Some("app"),
            columns: vec![("user_id".into(), "user".into()), ("org".into(), "org".into())],
            referred: Some(("users".into(), vec!["id".into()])),
        }
    }

    #[test]
    fn every_token_of_the_manual() {
        let expand = |format: &str| expand(format, &subject(), Some("given")).unwrap();
        assert_eq!(expand("fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"), "fk_address_user_id_users");
        assert_eq!(expand("%(column_0_key)s-%(column_1_name)s"), "user-org");
        assert_eq!(expand("ix_%(column_0_label)s"), "ix_app_address_user_id");
        assert_eq!(expand("%(column_0N_name)s|%(column_0_N_name)s"), "user_idorg|user_id_org");
        assert_eq!(expand("%(constraint_name)s %(referred_column_0_name)s"), "given id");
        assert!(super::expand("%(custom)s", &subject(), None).is_none());
    }
}
