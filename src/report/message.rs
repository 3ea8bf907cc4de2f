//! The sentence of a finding.

use crate::diff::{Change, Severity, What};
use crate::model::{Attribute, Kind, Name, ObjectPath};

/// How the two sides are spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// A live database against what is declared.
    Check,
    /// Any two sources.
    Diff,
}

impl Voice {
    fn from(self) -> &'static str {
        match self {
            Voice::Check => "in the database",
            Voice::Diff => "in --from",
        }
    }

    fn to(self) -> &'static str {
        match self {
            Voice::Check => "in the declaration",
            Voice::Diff => "in --to",
        }
    }

    fn only_to(self) -> &'static str {
        match self {
            Voice::Check => "is declared, but missing in the database",
            Voice::Diff => "is in --to, but not in --from",
        }
    }

    fn only_from(self) -> &'static str {
        match self {
            Voice::Check => "is in the database, but not declared",
            Voice::Diff => "is in --from, but not in --to",
        }
    }
}

/// What a change means, as one sentence without a final stop.
pub(super) fn message(change: &Change, voice: Voice, default_schema: Option<&Name>) -> String {
    let path = change.path();
    let object = format!("{} {}", path.kind.words(), shown(path, default_schema));
    let from = change.values.from.as_deref();
    let to = change.values.to.as_deref();
    match change.code.what {
        What::Missing => format!("{object} {}", voice.only_to()),
        What::Extra if path.kind == Kind::Column && change.severity == Severity::Error => format!(
            "{object} {}; being NOT NULL without a default, it makes inserts fail that do not know it",
            voice.only_from()
        ),
        What::Extra => format!("{object} {}", voice.only_from()),
        What::ValueMissing => format!("value {} of {object} {}", to.unwrap_or("?"), voice.only_to()),
        What::ValueExtra => format!("value {} of {object} {}", from.unwrap_or("?"), voice.only_from()),
        What::Differs(Attribute::Name) => {
            format!("{object} has the name {} {}", from.unwrap_or("?"), voice.from())
        }
        What::Differs(attribute) => format!(
            "{} of {object} {} {} {}, but {} {}",
            attribute_words(attribute),
            if attribute == Attribute::Columns { "are" } else { "is" },
            from.unwrap_or("absent"),
            voice.from(),
            to.unwrap_or("absent"),
            voice.to()
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
