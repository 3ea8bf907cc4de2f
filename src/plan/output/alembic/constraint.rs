//! Constraints, as arguments and by themselves.

use crate::model::{
    CheckConstraint, Constraint, ConstraintName, Deferrability, ForeignKey, MatchType, Name, PrimaryKey,
    ReferentialAction, RelationName, Table, UniqueConstraint,
};

use super::operations::{Operations, arguments_of, formed, name, text};
use super::python::{argument, call, list};

impl Operations<'_> {
    /// A constraint as an argument of `create_table`.
    pub(super) fn constraint_in(&self, table: &Table, constraint: &Constraint) -> Option<String> {
        let chosen = self.written_name(constraint);
        Some(match constraint {
            Constraint::PrimaryKey(key) if is_plain_key(key) => {
                let mut arguments = arguments_of(&key.columns)?;
                arguments.extend(chosen.filter(|_| !self.is_mysql()).map(|name| format!("name={name}")));
                call("sa.PrimaryKeyConstraint", &arguments)
            }
            Constraint::Unique(unique) => {
                let mut arguments = arguments_of(&unique.columns)?;
                arguments.extend(chosen.map(|name| format!("name={name}")));
                arguments.extend(unique_options(unique)?);
                call("sa.UniqueConstraint", &arguments)
            }
            Constraint::ForeignKey(key) => {
                // The index that it refers to is made only after the table.
                if key.references == table.name && self.is_mysql() {
                    return None;
                }
                let path = self.other_schema(&key.references).into_iter().chain([&key.references.name]);
                let path: Vec<&Name> = path.collect();
                // What has a point of its own cannot stand among others.
                path.iter().copied().chain(&key.referenced_columns).map(name).collect::<Option<Vec<_>>>()?;
                let path: String = path.iter().map(|part| format!("{part}.")).collect();
                let targets = key.referenced_columns.iter().map(|column| argument(&format!("{path}{column}")));
                let mut arguments = vec![list(arguments_of(&key.columns)?), list(targets)];
                arguments.extend(chosen.map(|name| format!("name={name}")));
                arguments.extend(reference_options(key)?);
                call("sa.ForeignKeyConstraint", &arguments)
            }
            Constraint::Check(check) => {
                let mut arguments = vec![self.condition(check)?];
                arguments.extend(chosen.map(|name| format!("name={name}")));
                call("sa.CheckConstraint", &arguments)
            }
            Constraint::PrimaryKey(_) | Constraint::Exclusion(_) => return None,
        })
    }

    /// The name as the operation gives it; MySQL names a foreign key itself, with an index after its column.
    fn written_name(&self, constraint: &Constraint) -> Option<String> {
        let is_left_out = self.is_mysql() && matches!(constraint, Constraint::ForeignKey(_));
        if is_left_out { constraint.name().explicit().and_then(formed) } else { given_name(constraint.name()) }
    }

    fn condition(&self, check: &CheckConstraint) -> Option<String> {
        let is_plain = check.validated && check.enforced && !check.no_inherit && check.of_column.is_none();
        is_plain.then(|| check.expr.known()).flatten().map(|expr| text(&expr.text))
    }

    pub(super) fn add_constraint(&self, table: &RelationName, constraint: &Constraint) -> Option<Vec<String>> {
        let chosen = self.written_name(constraint).unwrap_or_else(|| "None".to_owned());
        let columns = |columns: &[Name]| Some(list(arguments_of(columns)?));
        let (function, mut arguments) = match constraint {
            Constraint::PrimaryKey(key) if is_plain_key(key) => {
                let chosen = if self.is_mysql() { "None".to_owned() } else { chosen };
                ("create_primary_key", vec![chosen, name(&table.name)?, columns(&key.columns)?])
            }
            Constraint::Unique(unique) => {
                let mut arguments = vec![chosen, name(&table.name)?, columns(&unique.columns)?];
                arguments.extend(unique_options(unique)?);
                ("create_unique_constraint", arguments)
            }
            Constraint::ForeignKey(key) => {
                let referent = name(&key.references.name)?;
                let (local, remote) = (columns(&key.columns)?, columns(&key.referenced_columns)?);
                let mut arguments = vec![chosen, name(&table.name)?, referent, local, remote];
                arguments.extend(reference_options(key)?);
                arguments.extend(self.schema("source_schema", table)?);
                arguments.extend(self.schema("referent_schema", &key.references)?);
                return Some(vec![call("op.create_foreign_key", &arguments)]);
            }
            Constraint::Check(check) => {
                ("create_check_constraint", vec![chosen, name(&table.name)?, self.condition(check)?])
            }
            Constraint::PrimaryKey(_) | Constraint::Exclusion(_) => return None,
        };
        arguments.extend(self.schema("schema", table)?);
        Some(vec![call(&format!("op.{function}"), &arguments)])
    }

    pub(super) fn drop_constraint(&self, table: &RelationName, constraint: &Constraint) -> Option<Vec<String>> {
        let chosen = given_name(constraint.name())?;
        let kind = match constraint {
            Constraint::PrimaryKey(_) => "primary",
            Constraint::Unique(_) => "unique",
            Constraint::ForeignKey(_) => "foreignkey",
            Constraint::Check(_) => "check",
            Constraint::Exclusion(_) => return None,
        };
        let mut arguments = vec![chosen, name(&table.name)?, format!("type_=\"{kind}\"")];
        arguments.extend(self.schema("schema", table)?);
        Some(vec![call("op.drop_constraint", &arguments)])
    }
}

fn given_name(given: &ConstraintName) -> Option<String> {
    given.name().and_then(formed)
}

fn is_plain_key(key: &PrimaryKey) -> bool {
    let PrimaryKey {
        name: _,
        columns: _,
        without_overlaps,
        prefix_lengths,
        include,
        deferrability,
        descending,
        comment,
        options,
    } = key;
    !without_overlaps
        && descending.is_empty()
        && comment.is_none()
        && options.is_empty()
        && prefix_lengths.is_empty()
        && include.is_empty()
        && *deferrability == Deferrability::NotDeferrable
}

/// WITHOUT OVERLAPS, INCLUDE and NULLS NOT DISTINCT are known to late versions of SQLAlchemy only.
fn unique_options(unique: &UniqueConstraint) -> Option<Vec<String>> {
    let is_plain = !unique.without_overlaps && unique.include.is_empty() && !unique.nulls_not_distinct;
    is_plain.then(|| deferrable(unique.deferrability))
}

fn reference_options(key: &ForeignKey) -> Option<Vec<String>> {
    if !key.on_delete_columns.is_empty() || !key.validated || !key.enforced || key.period {
        return None;
    }
    let mut options = Vec::new();
    for (keyword, action) in [("onupdate", key.on_update), ("ondelete", key.on_delete)] {
        if action != ReferentialAction::NoAction {
            options.push(format!("{keyword}=\"{}\"", action.sql()));
        }
    }
    options.extend(deferrable(key.deferrability));
    match key.match_type {
        MatchType::Simple => {}
        MatchType::Full => options.push("match=\"FULL\"".to_owned()),
        MatchType::Partial => options.push("match=\"PARTIAL\"".to_owned()),
    }
    Some(options)
}

fn deferrable(deferrability: Deferrability) -> Vec<String> {
    let initially = match deferrability {
        Deferrability::NotDeferrable => return Vec::new(),
        Deferrability::InitiallyImmediate => "IMMEDIATE",
        Deferrability::InitiallyDeferred => "DEFERRED",
    };
    vec!["deferrable=True".to_owned(), format!("initially=\"{initially}\"")]
}
