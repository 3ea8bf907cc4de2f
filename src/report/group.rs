//! The order in which people read findings: by table, the gravest first.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::message::visible_line;

use super::{Finding, Report, UndecidedFact};

/// The findings about one relation.
pub(super) struct Group<'a> {
    /// The relation's name, without the default schema.
    pub(super) name: String,
    /// Its findings, the gravest first.
    pub(super) findings: Vec<&'a Finding>,
}

/// The findings of a report, by relation.
pub(super) fn groups(report: &Report) -> Vec<Group<'_>> {
    let mut by_name: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_name.entry(finding.object.relation(report.default_schema.as_deref())).or_default().push(finding);
    }
    let mut groups: Vec<Group<'_>> = by_name.into_iter().map(|(name, findings)| Group { name, findings }).collect();
    for group in &mut groups {
        group.findings.sort_by_key(|finding| Reverse(finding.severity));
    }
    groups.sort_by_key(|group| Reverse(group.findings.first().map(|finding| finding.severity)));
    groups
}

/// What is undecided of one object for one reason.
pub(super) struct Open<'a> {
    /// The object's name, without the default schema; `any index` where it may be any.
    pub(super) object: String,
    /// What is undecided: attributes, `existence`, or the kinds of what may stand in it.
    pub(super) facets: String,
    /// One of the facts: all have its reason and its place.
    pub(super) fact: &'a UndecidedFact,
}

/// What a report leaves undecided, each reason once for an object.
pub(super) fn undecided(report: &Report) -> Vec<Open<'_>> {
    let belong = |one: &UndecidedFact, other: &UndecidedFact| {
        let same_object = one.object == other.object && (one.object.is_some() || one.kind == other.kind);
        same_object && (&one.reason, &one.declared_at) == (&other.reason, &other.declared_at)
    };
    let facet = |fact: &UndecidedFact| {
        let stands_in = fact.object.as_ref().is_some_and(|object| object.kind != fact.kind);
        if fact.is_existence() && stands_in { fact.kind.replace('_', " ") } else { fact.facet.clone() }
    };
    let open = report.undecided.chunk_by(belong).filter_map(|facts| {
        let fact = facts.first()?;
        let object = match &fact.object {
            Some(object) => object.shown(report.default_schema.as_deref()),
            None => format!("any {}", fact.kind.replace('_', " ")),
        };
        Some(Open { object, facets: facts.iter().map(facet).collect::<Vec<_>>().join(", "), fact })
    });
    open.collect()
}

/// What changes, in short: `varchar(20) → varchar(50)`, or the one value that there is.
pub(super) fn change(finding: &Finding, longest: usize) -> String {
    let one_side = finding.code.ends_with("missing") || finding.code.ends_with("extra");
    let shown = |value: &Option<String>| value.as_deref().map_or("none".to_owned(), |text| one_line(text, longest));
    match (&finding.from, &finding.to) {
        (None, None) => String::new(),
        (None, Some(value)) | (Some(value), None) if one_side => one_line(value, longest),
        (from, to) => format!("{} → {}", shown(from), shown(to)),
    }
}

/// The text with white space drawn together, cut where it is too long.
pub(super) fn one_line(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = visible_line(&line).into_owned();
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
