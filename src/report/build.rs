//! From a diff and its plan to a report.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::{Change, Diff, NotCompared, Pair, Severity};
use crate::message::{mask_secrets, visible};
use crate::model::{Facet, Kind, RelationName};
use crate::plan::{Plan, Step};
use crate::snapshot::{Snapshot, Undecided, Warning};

use super::message::{Voice, message};
use super::{
    Cause, DeclaredAt, Finding, NotComparedKind, ObjectRef, Report, Summary, UndecidedFact, Verdict, WarningNote,
};

/// The version of the JSON form.
const VERSION: u32 = 1;

/// What a report says about its sides.
#[derive(Clone, Debug)]
pub struct Sides {
    /// The target, where the configuration names it.
    pub target: Option<String>,
    /// Both sources as the user knows them, without passwords.
    pub shown: Pair<String>,
    /// How messages speak of them.
    pub voice: Voice,
}

/// Puts together what was found. `severity` is the configuration's say, by code.
pub fn build(
    snapshots: Pair<&Snapshot>,
    diff: &Diff,
    plan: &Plan,
    sides: &Sides,
    severity: &BTreeMap<String, Severity>,
) -> Report {
    let default_schema = snapshots.to.default_schema.as_ref().or(snapshots.from.default_schema.as_ref());
    let fixes = fixes(plan);
    let findings: Vec<Finding> = diff
        .changes
        .iter()
        .enumerate()
        .map(|(position, change)| {
            let code = change.code.to_string();
            Finding {
                severity: severity.get(&code).copied().unwrap_or(change.severity),
                code,
                object: ObjectRef::from(change.path()),
                message: message(change, sides, default_schema),
                from: change.values.from.clone(),
                to: change.values.to.clone(),
                declared_at: declared_at(snapshots, change),
                cause: Cause::Unknown,
                fix: fixes.get(&position).map(|steps| fix(steps)).unwrap_or_default(),
            }
        })
        .collect();
    let count = |severity: Severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let summary = Summary {
        error: count(Severity::Error),
        warning: count(Severity::Warning),
        info: count(Severity::Info),
        undecided: diff.undecided.len(),
        tables: tables(snapshots, diff),
    };
    let not_compared: Vec<NotComparedKind> = diff.not_compared.iter().map(not_compared).collect();
    let verdict = Verdict::of(&findings, &not_compared);
    Report {
        version: VERSION,
        verdict,
        in_sync: verdict == Verdict::InSync,
        target: sides.target.clone(),
        from: sides.shown.from.clone(),
        to: sides.shown.to.clone(),
        engine: snapshots.from.engine,
        default_schema: default_schema.map(|name| name.as_str().to_owned()),
        findings,
        undecided: diff.undecided.iter().map(undecided).collect(),
        not_compared,
        warnings: [snapshots.to, snapshots.from].into_iter().flat_map(|side| &side.warnings).map(warning).collect(),
        history: None,
        summary,
        next: None,
    }
}

/// How many tables stand on either side and could be compared.
fn tables(snapshots: Pair<&Snapshot>, diff: &Diff) -> usize {
    let unseen = diff.undecided.iter().filter(|fact| fact.facet == Facet::of(Kind::Table));
    let unseen: BTreeSet<RelationName> = unseen.filter_map(|fact| fact.object.as_ref()?.table_name()).collect();
    let names = snapshots.map(|snapshot| snapshot.database.tables.keys());
    names.from.chain(names.to).filter(|name| !unseen.contains(name)).collect::<BTreeSet<_>>().len()
}

/// Where the object, or else its table, is declared; the side that should be there speaks first.
fn declared_at(snapshots: Pair<&Snapshot>, change: &Change) -> Option<DeclaredAt> {
    let paths = change.paths.as_ref().map(Option::as_ref);
    let path = paths.either()?;
    let place = |snapshot: &Snapshot| snapshot.origins.find(path).map(DeclaredAt::from);
    place(snapshots.to).or_else(|| place(snapshots.from))
}

/// The steps that mend each change, by its position.
fn fixes(plan: &Plan) -> BTreeMap<usize, Vec<&Step>> {
    let mut fixes: BTreeMap<usize, Vec<&Step>> = BTreeMap::new();
    for step in &plan.steps {
        step.causes.iter().for_each(|cause| fixes.entry(*cause).or_default().push(step));
    }
    fixes
}

/// The statements of steps; those that are withheld as comments with their reason.
fn fix(steps: &[&Step]) -> Vec<String> {
    steps
        .iter()
        .flat_map(|step| {
            step.sql.iter().map(|statement| match (step.withheld, &step.reason) {
                (false, _) => format!("{statement};"),
                (true, reason) => commented(statement, reason.as_deref()),
            })
        })
        .collect()
}

fn commented(statement: &str, reason: Option<&str>) -> String {
    let lines: Vec<String> = visible(&format!("{statement};")).lines().map(|line| format!("-- {line}")).collect();
    match reason {
        Some(reason) => format!("-- withheld: {reason}\n{}", lines.join("\n")),
        None => lines.join("\n"),
    }
}

fn not_compared(left_out: &NotCompared) -> NotComparedKind {
    NotComparedKind {
        kind: left_out.kind.key().to_owned(),
        count: left_out.count,
        objects: left_out.objects.iter().map(ObjectRef::from).collect(),
        declared: left_out.declared.iter().map(ObjectRef::from).collect(),
        reason: left_out.reason.to_string(),
    }
}

fn undecided(fact: &Undecided) -> UndecidedFact {
    UndecidedFact {
        object: fact.object.as_ref().map(ObjectRef::from),
        facet: fact.facet.attribute.map_or(UndecidedFact::EXISTENCE, |attribute| attribute.key()).to_owned(),
        kind: fact.facet.kind.key().to_owned(),
        reason: fact.reason.to_string(),
        declared_at: fact.declared_at.as_ref().map(DeclaredAt::from),
    }
}

fn warning(warning: &Warning) -> WarningNote {
    WarningNote {
        message: mask_secrets(&warning.message).into_owned(),
        help: warning.help.clone(),
        at: warning.at.as_ref().map(DeclaredAt::from),
    }
}
