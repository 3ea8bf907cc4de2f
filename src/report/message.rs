//! The sentence of a finding.

use crate::diff::{Change, Pair, Severity, What};
use crate::model::{Attribute, Kind, Name, ObjectPath};

use super::Sides;

/// How the two sides are spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A live database against what is declared.
    Check,
    /// Any two sources, by their names.
    Diff,
}

/// The words for both sides.
struct Words {
    /// Where the `from` value is.
    from: String,
    /// Where the `to` value is.
    to: String,
    /// What is said of an object that only `to` has.
    only_to: String,
    /// What is said of an object that only `from` has.
    only_from: String,
}

impl Words {
    fn of(sides: &Sides) -> Words {
        let Pair { from, to } = &sides.shown;
        match sides.voice {
            Voice::Check => Words {
                from: "in the database".to_owned(),
                to: "in the declaration".to_owned(),
                only_to: "is declared, but missing in the database".to_owned(),
                only_from: "is in the database, but not declared".to_owned(),
            },
            Voice::Diff => Words {
                from: format!("in {from}"),
                to: format!("in {to}"),
                only_to: format!("is in {to}, but not in {from}"),
                only_from: format!("is in {from}, but not in {to}"),
            },
        }
    }
}

/// What a change means, as one sentence without a final stop.
pub(super) fn message(change: &Change, sides: &Sides, default_schema: Option<&Name>) -> String {
    let words = Words::of(sides);
    let path = change.path();
    let object = format!("{} {}", path.kind.words(), shown(path, default_schema));
    let from = change.values.from.as_deref();
    let to = change.values.to.as_deref();
    match change.code.what {
        What::Missing => format!("{object} {}", words.only_to),
        What::Extra if path.kind == Kind::Column && change.severity == Severity::Error => format!(
            "{object} {}; being NOT NULL without a default, it makes inserts fail that do not know it",
            words.only_from
        ),
        What::Extra => format!("{object} {}", words.only_from),
        What::ValueMissing => format!("value {} of {object} {}", to.unwrap_or("?"), words.only_to),
        What::ValueExtra => format!("value {} of {object} {}", from.unwrap_or("?"), words.only_from),
        What::Differs(Attribute::Name) => {
            format!("{object} has the name {} {}", from.unwrap_or("?"), words.from)
        }
        What::Differs(attribute) => format!(
            "{} of {object} {} {} {}, but {} {}",
            attribute_words(attribute),
            if attribute == Attribute::Columns { "are" } else { "is" },
            from.unwrap_or("absent"),
            words.from,
            to.unwrap_or("absent"),
            words.to
        ),
    }
}

/// An object's name inside its default schema: `users.email`, `billing.invoices`.
pub(super) fn shown(path: &ObjectPath, default_schema: Option<&Name>) -> String {
    let mut path = path.clone();
    if path.schema.as_ref() == default_schema {
        path.schema = None;
    }
    path.to_string()
}

fn attribute_words(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::Type => "the type",
        Attribute::Nullable => "the nullability",
        Attribute::Default => "the default",
        Attribute::Generated => "the generated value",
        Attribute::Identity => "the numbering",
        Attribute::Collation => "the collation",
        Attribute::OnUpdate => "ON UPDATE",
        Attribute::Comment => "the comment",
        Attribute::Order => "the order",
        Attribute::Name => "the name",
        Attribute::Columns => "the columns",
        Attribute::Expression => "the condition",
        Attribute::Actions => "the action",
        Attribute::Deferrable => "the time of checking",
        Attribute::Valid => "the validation",
        Attribute::Unique => "the uniqueness",
        Attribute::Method => "the method",
        Attribute::Predicate => "the WHERE condition",
        Attribute::Visible => "the visibility",
        Attribute::Options => "the options",
        Attribute::Engine => "the storage engine",
        Attribute::Partition => "the partitioning",
        Attribute::Definition => "the query",
        Attribute::Values => "the values",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::Code;
    use crate::model::RelationName;

    /// The sentences of `check` and `diff` for a change of `users.email`.
    fn said(what: What, from: Option<&str>, to: Option<&str>) -> [String; 2] {
        let public = Name::exact("public");
        let table = RelationName::new(Some(public.clone()), Name::exact("users"));
        let path = ObjectPath::of_table(Kind::Column, &table, Name::exact("email"));
        let change = Change {
            code: Code { kind: Kind::Column, what },
            paths: Pair::new(Some(path.clone()), Some(path)),
            values: Pair::new(from, to).map(|value| value.map(str::to_owned)),
            severity: Severity::Warning,
        };
        [Voice::Check, Voice::Diff].map(|voice| {
            let shown = Pair::new("a.sql".to_owned(), "b.sql".to_owned());
            message(&change, &Sides { target: None, shown, voice }, Some(&public))
        })
    }

    #[test]
    fn each_change_is_one_sentence() {
        assert_eq!(
            said(What::Missing, None, Some("text")),
            [
                "column users.email is declared, but missing in the database",
                "column users.email is in b.sql, but not in a.sql"
            ]
        );
        assert_eq!(
            said(What::Differs(Attribute::Type), Some("text"), Some("integer")),
            [
                "the type of column users.email is text in the database, but integer in the declaration",
                "the type of column users.email is text in a.sql, but integer in b.sql"
            ]
        );
        assert_eq!(
            said(What::Differs(Attribute::Default), None, Some("0"))[0],
            "the default of column users.email is absent in the database, but 0 in the declaration"
        );
    }
}
