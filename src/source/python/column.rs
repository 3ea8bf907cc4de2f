//! From the arguments of `Column(...)` and `mapped_column(...)` to a column draft.

use super::shared::Rc;
use crate::model::Fact;

use super::draft::{ColumnDraft, ColumnType};
use super::value::{Call, Site, Value};

/// What the positional arguments of a column are.
enum Role {
    Name,
    Type,
    ForeignKey,
    Check,
    Sequence,
    Identity,
    Computed,
    ServerDefault,
    PythonDefault,
    Ignored,
}

/// A column without any property.
pub(super) fn empty<'a>(name: &str, site: Site) -> ColumnDraft<'a> {
    ColumnDraft {
        name: name.to_owned(),
        key: name.to_owned(),
        sources: Vec::new(),
        ty: ColumnType::Absent,
        nullable: None,
        nullable_by_annotation: None,
        primary_key: None,
        foreign_keys: Vec::new(),
        checks: Vec::new(),
        index: None,
        unique: None,
        server_default: None,
        computed: None,
        identity: None,
        sequence: None,
        has_python_default: Fact::Known(false),
        autoincrement: None,
        comment: None,
        sort_order: 0,
        site,
        open: None,
        open_items: None,
    }
}

/// The column that `call` makes; `attribute` names it where the call does not.
///
/// # Errors
/// The reason why its name is not known.
pub(super) fn from_call<'a>(
    call: &Rc<Call<'a>>,
    attribute: Option<&str>,
    site: Site,
) -> Result<ColumnDraft<'a>, String> {
    let mut column = empty(attribute.unwrap_or_default(), site);
    apply(&mut column, call, attribute.is_some())?;
    if column.name.is_empty() {
        return Err("a column has no name that can be known".to_owned());
    }
    Ok(column)
}

/// Adds what `call` says to a column: its own call, or one that an `Annotated` type carries.
///
/// # Errors
/// The reason why its name is not known.
pub(super) fn apply<'a>(column: &mut ColumnDraft<'a>, call: &Rc<Call<'a>>, named: bool) -> Result<(), String> {
    column.sources.push(call.clone());
    if let Some(open) = &call.open {
        column.open = Some(open.clone());
    }
    let mut positional = call.args.iter().peekable();
    // The first argument is a name if it is a string; an unknown one is a name if a type follows.
    if let Some(first) = positional.peek() {
        match first {
            Value::Str(name) => {
                column.name = name.to_string();
                column.key = if named { column.key.clone() } else { name.to_string() };
                positional.next();
            }
            Value::None => {
                positional.next();
            }
            first if first.unknown_reason().is_some() && (!named || call.args.iter().skip(1).any(is_type)) => {
                return Err(format!("a column's name is not known: {}", reason_of(first)));
            }
            first => {
                if let Some(name) = first.as_str() {
                    column.name = name.to_string();
                    positional.next();
                }
            }
        }
    }
    for value in positional {
        apply_positional(column, value);
    }
    apply_keywords(column, call)
}

fn apply_positional<'a>(column: &mut ColumnDraft<'a>, value: &Value<'a>) {
    let call = || match value {
        Value::Call(call) => Some(call.clone()),
        _ => None,
    };
    match role(value) {
        // It has its type, so this is something else.
        Role::Type if value.unknown_reason().is_some() && matches!(column.ty, ColumnType::Given(_)) => {
            column.open = value.unknown_reason().cloned();
            column.open_items.clone_from(&column.open);
        }
        Role::Type => column.ty = ColumnType::Given(value.clone()),
        Role::ForeignKey => column.foreign_keys.extend(call()),
        Role::Check => column.checks.extend(call()),
        Role::Sequence => {
            column.sequence = call();
            column.has_python_default = Fact::Known(true);
        }
        Role::Identity => column.identity = call(),
        Role::Computed => column.computed = call(),
        Role::ServerDefault => column.server_default = Some(value.clone()),
        Role::PythonDefault => column.has_python_default = Fact::Known(true),
        Role::Name | Role::Ignored => {}
    }
}

fn role(value: &Value<'_>) -> Role {
    match value {
        Value::Str(_) => Role::Name,
        Value::None => Role::Ignored,
        Value::Call(call) => match call.key() {
            Some("sa.ForeignKey") => Role::ForeignKey,
            Some("sa.CheckConstraint") => Role::Check,
            Some("sa.Sequence") => Role::Sequence,
            Some("sa.Identity") => Role::Identity,
            Some("sa.Computed") => Role::Computed,
            Some("sa.FetchedValue" | "sa.DefaultClause") => Role::ServerDefault,
            Some("sa.ColumnDefault" | "sa.Default") => Role::PythonDefault,
            _ => Role::Type,
        },
        _ => Role::Type,
    }
}

fn apply_keywords<'a>(column: &mut ColumnDraft<'a>, call: &Rc<Call<'a>>) -> Result<(), String> {
    for (name, value) in &call.kwargs {
        match name.as_str() {
            "name" => {
                column.name = match value.as_str() {
                    Some(text) => text.to_string(),
                    None if matches!(value, Value::None) => continue,
                    None => return Err(format!("a column's name is not known: {}", reason_of(value))),
                };
            }
            "key" => {
                if let Some(text) = value.as_str() {
                    column.key = text.to_string();
                }
            }
            "type_" => apply_positional(column, value),
            "primary_key" => column.primary_key = Some(value.clone()),
            "nullable" => column.nullable = Some(value.clone()),
            "index" => column.index = Some(value.clone()),
            "unique" => column.unique = Some(value.clone()),
            "server_default" => match role(value) {
                Role::Identity | Role::Computed => apply_positional(column, value),
                _ if matches!(value, Value::None) => {}
                _ => column.server_default = Some(value.clone()),
            },
            "default" | "insert_default" => match value {
                Value::None => {}
                Value::Call(inner) if inner.key() == Some("sa.Sequence") => apply_positional(column, value),
                value => column.has_python_default = is_there(value),
            },
            "default_factory" => {}
            "autoincrement" => column.autoincrement = Some(value.clone()),
            "comment" => column.comment = Some(value.clone()),
            "sort_order" => column.sort_order = value.as_int().unwrap_or(0),
            _ => {}
        }
    }
    Ok(())
}

/// Whether a positional argument is certainly a type.
fn is_type(value: &Value<'_>) -> bool {
    matches!(role(value), Role::Type) && value.unknown_reason().is_none()
}

/// Whether an argument is there, which None is not.
pub(super) fn is_there(value: &Value<'_>) -> Fact<bool> {
    match value {
        Value::None => Fact::Known(false),
        Value::Choice(choice) if !choice.values.iter().any(|one| matches!(one, Value::None | Value::Unknown(_))) => {
            Fact::Known(true)
        }
        Value::Choice(_) | Value::Unknown(_) => Fact::unknown(reason_of(value)),
        _ => Fact::Known(true),
    }
}

fn reason_of(value: &Value<'_>) -> String {
    value.unknown_reason().map_or_else(|| "it is no text".to_owned(), |reason| reason.to_string())
}

/// Whether a value is a column, however it is called.
pub(super) fn is_column(value: &Value<'_>) -> bool {
    matches!(value, Value::Call(call) if call.callee_name().to_lowercase().ends_with("column"))
}
