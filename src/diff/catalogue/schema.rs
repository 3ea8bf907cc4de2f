//! What is told about the findings on schemas, types, sequences and views.

use super::{Entry, differs, of};
use crate::diff::{Severity, What};
use crate::model::{Attribute, Kind};

pub(super) const ENTRIES: &[Entry] = &[
    Entry {
        code: of(Kind::Schema, What::Missing),
        severity: Severity::Error,
        summary: "A schema is declared and the database does not have it.",
        why: "Every object in it is missing too, so every query that names it fails.",
        mend: "Create the schema; the generated migration does so before anything in it.",
    },
    Entry {
        code: of(Kind::Schema, What::Extra),
        severity: Severity::Warning,
        summary: "The database has a schema that nothing declares.",
        why: "It is outside of what the code knows. Nothing breaks, but nobody maintains it either.",
        mend: "Declare it, leave it out with `compare.schemas`, or drop it by hand.",
    },
    Entry {
        code: of(Kind::Enum, What::Missing),
        severity: Severity::Error,
        summary: "An enum type is declared and the database does not have it.",
        why: "Tables with a column of that type cannot be created, and casts to it fail.",
        mend: "Create the type.",
    },
    Entry {
        code: of(Kind::Enum, What::Extra),
        severity: Severity::Warning,
        summary: "The database has an enum type that nothing declares.",
        why: "Often what is left of a column whose type was changed.",
        mend: "Declare it, or drop it once no column uses it.",
    },
    Entry {
        code: of(Kind::Enum, What::ValueMissing),
        severity: Severity::Error,
        summary: "A value of an enum is declared and the type in the database does not have it.",
        why: "An INSERT or UPDATE with that value fails: `invalid input value for enum`.",
        mend: "Add the value. PostgreSQL before 12 cannot do so inside a transaction.",
    },
    Entry {
        code: of(Kind::Enum, What::ValueExtra),
        severity: Severity::Warning,
        summary: "The enum type in the database has a value that is not declared.",
        why: "Rows may hold it, and code that reads such a row may fail on a value it does not know.",
        mend: "Declare the value. To remove it, the type has to be replaced and rows that hold it changed first.",
    },
    Entry {
        code: differs(Kind::Enum, Attribute::Order),
        severity: Severity::Warning,
        summary: "The values of an enum stand in another order.",
        why: "Enum values compare by position, so `<`, `ORDER BY` and `max()` give other results.",
        mend: "Replace the type, or declare the order that is there.",
    },
    Entry {
        code: differs(Kind::Enum, Attribute::Comment),
        severity: Severity::Info,
        summary: "The comment of an enum type differs.",
        why: "Comments change nothing but what people read.",
        mend: "Set the comment.",
    },
    Entry {
        code: of(Kind::Sequence, What::Missing),
        severity: Severity::Error,
        summary: "A sequence is declared and the database does not have it.",
        why: "`nextval` on it fails, and with it every INSERT that relies on it.",
        mend: "Create the sequence; check that it starts above the values in use.",
    },
    Entry {
        code: of(Kind::Sequence, What::Extra),
        severity: Severity::Warning,
        summary: "The database has a sequence that nothing declares.",
        why: "Often what is left of a serial column that became an identity column.",
        mend: "Declare it, or drop it.",
    },
    Entry {
        code: differs(Kind::Sequence, Attribute::Options),
        severity: Severity::Warning,
        summary: "A sequence has other options: start, increment, limits, cache or cycle.",
        why: "Numbers run out earlier or later, or come in other steps, than the code expects.",
        mend: "Alter the sequence.",
    },
    Entry {
        code: differs(Kind::Sequence, Attribute::Comment),
        severity: Severity::Info,
        summary: "The comment of a sequence differs.",
        why: "Comments change nothing but what people read.",
        mend: "Set the comment.",
    },
    Entry {
        code: of(Kind::View, What::Missing),
        severity: Severity::Error,
        summary: "A view is declared and the database does not have it.",
        why: "Every query that names it fails.",
        mend: "Create the view.",
    },
    Entry {
        code: of(Kind::View, What::Extra),
        severity: Severity::Warning,
        summary: "The database has a view that nothing declares.",
        why: "It may stand in the way of changes to the tables that it reads.",
        mend: "Declare it, or leave it out with `compare.ignore`.",
    },
    Entry {
        code: differs(Kind::View, Attribute::Definition),
        severity: Severity::Warning,
        summary: "A view has another query.",
        why: "It returns other rows or columns than the code expects.",
        mend: "Replace the view.",
    },
    Entry {
        code: differs(Kind::View, Attribute::Comment),
        severity: Severity::Info,
        summary: "The comment of a view differs.",
        why: "Comments change nothing but what people read.",
        mend: "Set the comment.",
    },
];
