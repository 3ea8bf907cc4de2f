//! Types, domains, and objects that are written by their definitions (PostgreSQL manual, "CREATE TYPE", "CREATE DOMAIN").

use crate::diff::Pair;
use crate::model::{Column, Constraint, Domain, EnumType, Kind, OpaqueObject, RelationName, TypeKind};
use crate::sql::Syntax;
use crate::sql::write::list;

use super::Postgres;
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

    fn labels(&self, ty: &EnumType) -> String {
        list(&ty.values, |value| self.string_literal(value))
    }
}
