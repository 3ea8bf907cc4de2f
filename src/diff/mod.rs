//! What differs between two snapshots.
//!
//! One walk over both, which does no IO, cannot fail and must not know an engine's name or how a difference is mended:
//! where equality is a matter of the engine it asks [`Compare`].

mod change;
mod code;
mod compare;
mod pair;

pub use change::{Change, Diff, NotCompared};
pub use code::{Code, Severity, What};
pub use compare::{Compare, ExprContext, ExprRole, TableIn, Verdict};
pub use pair::Pair;
