//! Types, domains, sequences, and objects that are written by their definitions (PostgreSQL manual, "CREATE TYPE", "CREATE
//! DOMAIN", "CREATE SEQUENCE").

use crate::diff::Pair;
use crate::model::{Column, Constraint, Domain, EnumType, Kind, OpaqueObject, RelationName, Sequence, TypeKind};
use crate::sql::Syntax;
use crate::sql::write::list;

use super::Postgres;
use super::alter_column::{changed_options, turns};
use super::definition::default_text;

impl Postgres {
    pub(super) fn create_enum(&self, ty: &EnumType) -> Vec<String> {
        let mut out = vec![format!("CREATE TYPE {} AS ENUM ({})", self.relation(&ty.name), self.labels(ty))];
        out.extend(
            ty.comment.as_ref().map(|text| self.comment_on(&format!("TYPE {}", self.relation(&ty.name)), Some(text))),
        );
        out
    }

    pub(super) fn extend_enum(&self, types: &Pair<EnumType>, missing: &str) -> Vec<String> {
        let mut known = types.from.values.clone();
        let mut out = Vec::new();
        for (at, value) in types.to.values.iter().enumerate() {
            if known.contains(value) {
                continue;
            }
            let before = at.checked_sub(1).map(|before| &types.to.values[before]);
            let next = types.to.values[at + 1..].iter().find(|next| known.contains(next));
            let place = match (before, next) {
                (_, None) => String::new(),
                (None, Some(next)) => format!(" BEFORE {}", self.string_literal(next)),
                (Some(before), Some(_)) => format!(" AFTER {}", self.string_literal(before)),
            };
            let name = self.relation(&types.to.name);
            out.push(format!("ALTER TYPE {name} ADD VALUE {missing}{}{place}", self.string_literal(value)));
            known.push(value.clone());
        }
        out
    }

    /// Labels cannot be dropped or moved ("ALTER TYPE"), so a new type takes the place of the old.
    pub(super) fn replace_enum(&self, types: &Pair<EnumType>, columns: &[(RelationName, Column)]) -> Vec<String> {
        let name = self.relation(&types.from.name);
        let aside = self.relation_name(&format!("drift_old_{}", types.from.name.name), true);
        let old = self.relation(&RelationName::new(types.from.name.schema.clone(), aside.clone()));
        let mut out = vec![format!("ALTER TYPE {name} RENAME TO {}", self.quote(&aside))];
        out.extend(self.create_enum(&types.to));
        for (table, column) in columns {
            let quoted = self.quote(&column.name);
            let is_array = column.ty.known().is_some_and(|ty| matches!(ty.kind, TypeKind::Array(_)));
            let dimension = if is_array { "[]" } else { "" };
            let default = column.default.known().and_then(Option::as_ref);
            out.push(self.alter(table, &format!("ALTER COLUMN {quoted} DROP DEFAULT")));
            out.push(self.alter(
                table,
                &format!(
                    "ALTER COLUMN {quoted} TYPE {name}{dimension} USING {quoted}::text{dimension}::{name}{dimension}"
                ),
            ));
            out.extend(
                default.map(|expr| self.alter(table, &format!("ALTER COLUMN {quoted} SET DEFAULT {}", expr.text))),
            );
        }
        out.push(format!("DROP TYPE {old}"));
        out
    }

    pub(super) fn create_domain(&self, domain: &Domain) -> String {
        let mut out = format!("CREATE DOMAIN {} AS {}", self.relation(&domain.name), domain.ty.written);
        if let Some(default) = &domain.default {
            out.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if domain.not_null {
            out.push_str(" NOT NULL");
        }
        for check in &domain.checks {
            out.push_str(&format!(" {}", self.constraint(&Constraint::Check(check.clone()))));
        }
        out
    }

    /// Objects by their definitions, and extensions; a policy, grant or aggregate has none.
    pub(super) fn create_other(&self, object: &OpaqueObject) -> Option<String> {
        match object.kind {
            Kind::Extension => {
                let schema = object.name.schema.as_ref().map(|schema| format!(" WITH SCHEMA {}", self.quote(schema)));
                let name = self.quote(&object.name.name);
                Some(format!("CREATE EXTENSION IF NOT EXISTS {name}{}", schema.unwrap_or_default()))
            }
            Kind::Type | Kind::Routine | Kind::Trigger => {
                object.definition.as_ref().map(|text| text.trim().trim_end_matches(';').to_owned())
            }
            Kind::Schema
            | Kind::Enum
            | Kind::Domain
            | Kind::Sequence
            | Kind::Table
            | Kind::Column
            | Kind::PrimaryKey
            | Kind::Unique
            | Kind::ForeignKey
            | Kind::Check
            | Kind::Exclusion
            | Kind::Index
            | Kind::View
            | Kind::Policy
            | Kind::Event
            | Kind::Grant
            | Kind::Other => None,
        }
    }

    pub(super) fn create_sequence(&self, sequence: &Sequence, missing: &str) -> Vec<String> {
        let name = self.relation(&sequence.name);
        let mut statement = format!("CREATE SEQUENCE {missing}{name}");
        if let Some(ty) = &sequence.ty {
            statement.push_str(&format!(" AS {}", ty.written));
        }
        let options = self.sequence_options(&sequence.options);
        if !options.is_empty() {
            statement.push_str(&format!(" {options}"));
        }
        let mut out = vec![statement];
        out.extend(sequence.comment.as_ref().map(|text| self.comment_on(&format!("SEQUENCE {name}"), Some(text))));
        out
    }

    pub(super) fn alter_sequence(&self, sequences: &Pair<Sequence>) -> Vec<String> {
        let mut actions = Vec::new();
        if sequences.from.ty != sequences.to.ty {
            let ty = sequences.to.ty.as_ref().map_or("bigint", |ty| &ty.written);
            actions.push(format!("AS {ty}"));
        }
        let options = sequences.as_ref().map(|sequence| &sequence.options);
        actions.extend(changed_options(options));
        // Its position lies outside of the new bounds.
        actions.extend(turns(options).then(|| "RESTART".to_owned()));
        if sequences.from.owned_by != sequences.to.owned_by {
            actions.push(self.owned_by(&sequences.to));
        }
        if actions.is_empty() {
            return Vec::new();
        }
        vec![format!("ALTER SEQUENCE {} {}", self.relation(&sequences.to.name), actions.join(" "))]
    }

    pub(super) fn owned_by(&self, sequence: &Sequence) -> String {
        match &sequence.owned_by {
            Some((table, column)) => format!("OWNED BY {}.{}", self.relation(table), self.quote(column)),
            None => "OWNED BY NONE".to_owned(),
        }
    }

    fn labels(&self, ty: &EnumType) -> String {
        list(&ty.values, |value| self.string_literal(value))
    }
}
