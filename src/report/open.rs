//! What a report leaves open: undecided facts, what was not compared, and what a source passed over.

use serde::Serialize;

use super::{DeclaredAt, ObjectRef};

/// A fact that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct UndecidedFact {
    /// The object, or the one in which such objects may stand; null where it may be any.
    pub object: Option<ObjectRef>,
    /// What about it: an attribute such as `default`, or `existence`.
    pub facet: String,
    /// The kind of object that the facet belongs to.
    pub kind: String,
    /// Why, as one sentence without a final stop.
    pub reason: String,
    /// Where the construct stands.
    pub declared_at: Option<DeclaredAt>,
}

impl UndecidedFact {
    /// The facet of facts that are not about an attribute.
    pub(super) const EXISTENCE: &str = "existence";

    /// Whether it is about there being such an object.
    pub fn is_existence(&self) -> bool {
        self.facet == Self::EXISTENCE
    }
}

/// What was left out: objects of a kind, or something about single objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct NotComparedKind {
    /// The kind.
    pub kind: String,
    /// How many of them there are.
    pub count: usize,
    /// The objects, where something about each of them was left out.
    pub objects: Vec<ObjectRef>,
    /// Those that the side has which is wanted (the declared one of `check`): they may be absent, or something else.
    pub declared: Vec<ObjectRef>,
    /// Why, as one sentence without a final stop.
    pub reason: String,
}

impl NotComparedKind {
    /// The reason, with the first of the objects: `STORAGE EXTERNAL … (users.bio, users.note and 3 more)`.
    pub fn shown(&self, default_schema: Option<&str>) -> String {
        match self.objects.as_slice() {
            [] => self.reason.clone(),
            objects => format!("{} ({})", self.reason, names(objects, default_schema)),
        }
    }

    /// What of it is wanted: `trigger users.audit, users.touch`. `None` where nothing is.
    pub fn wanted(&self, default_schema: Option<&str>) -> Option<String> {
        let names = (!self.declared.is_empty()).then(|| names(&self.declared, default_schema))?;
        Some(format!("{} {names}", self.kind.replace('_', " ")))
    }
}

/// The first of the objects: `users.bio, users.note and 3 more`.
fn names(objects: &[ObjectRef], default_schema: Option<&str>) -> String {
    const SHOWN: usize = 3;
    let names: Vec<String> = objects.iter().take(SHOWN).map(|object| object.shown(default_schema)).collect();
    let more = match objects.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", names.join(", "))
}

/// Something that a source passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct WarningNote {
    /// What happened, as one sentence without a final stop.
    pub message: String,
    /// What can be done about it.
    pub help: Option<String>,
    /// Where.
    pub at: Option<DeclaredAt>,
}
