//! What differs between two snapshots.
//!
//! One walk over both, which does no IO, cannot fail and must not know an engine's name or how a difference is mended:
//! where equality is a matter of the engine it asks [`Compare`]. Each kind of object has one file.

mod ask;
mod change;
mod check;
mod code;
mod column;
mod compare;
mod describe;
mod enums;
mod exclusion;
mod expression;
mod foreign_key;
mod index;
mod left_out;
mod matching;
mod pair;
mod primary_key;
mod schema;
mod sequence;
mod table;
mod uncaptured;
mod unique;
mod view;
mod walk;
pub mod catalogue;

pub(crate) use check::path as check_path;
pub(crate) use exclusion::path as exclusion_path;
pub(crate) use foreign_key::path as foreign_key_path;
pub(crate) use primary_key::path as primary_key_path;
pub(crate) use unique::path as unique_path;

pub use ask::{Answer, Answers, Asking, Question};
pub use change::{Change, Diff, NotCompared};
pub use code::{Code, Severity, What};
pub use compare::{Compare, ExprContext, ExprRole, TableIn, Verdict};
pub use describe::column as describe_column;
pub use pair::Pair;
pub use walk::diff;
