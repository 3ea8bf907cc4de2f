//! The engine's DDL (PostgreSQL manual, part VI).

use crate::diff::Pair;
use crate::model::{
    Column, Domain, EnumType, Expr, Extras, Kind, PostgresTable, RelationName, Sequence, Table, TypeKind, View,
};
use crate::plan::{Commented, Frame, Op, Render, RenderStyle, all_constraints, must_be_given};
use crate::sql::Syntax;
use crate::sql::write::{block, list};

use super::alter_column::{changed_options, turns};
use super::definition::default_text;
use super::{Postgres, names};

impl Render for Postgres {
    fn render(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        self.statements(op, style).into_iter().map(names::with_escape_strings).collect()
    }

    fn default_value(&self, expr: &Expr) -> String {
        default_text(expr)
    }

    fn transactional(&self, op: &Op) -> bool {
        // A new label cannot be used in the transaction that adds it.
        !matches!(op, Op::ExtendEnum(_))
    }

    fn frame(&self, _ops: &[&Op]) -> Frame {
        Frame { transaction: true, ..Frame::default() }
    }

    /// Strings are written so that they mean the same under every setting.
    fn setting(&self, _statements: &[&str]) -> Option<[String; 2]> {
        None
    }
}

impl Postgres {
    fn statements(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        let (exists, missing) = if style.idempotent { ("IF EXISTS ", "IF NOT EXISTS ") } else { ("", "") };
        match op {
            Op::CreateSchema(name) => vec![format!("CREATE SCHEMA {missing}{}", self.quote(name))],
            Op::DropSchema(name) => vec![format!("DROP SCHEMA {exists}{}", self.quote(name))],
            Op::CreateEnum(ty) => self.create_enum(ty),
            Op::DropEnum(ty) => vec![format!("DROP TYPE {exists}{}", self.relation(&ty.name))],
            Op::ExtendEnum(types) => self.extend_enum(types, missing),
            Op::ReplaceEnum { types, columns } => self.replace_enum(types, columns),
            Op::CreateDomain(domain) => vec![self.create_domain(domain)],
            Op::CreateSequence(sequence) => self.create_sequence(sequence, missing),
            // The sequence may have gone with the table that owned it.
            Op::DropSequence(sequence) if sequence.owned_by.is_some() => {
                vec![format!("DROP SEQUENCE IF EXISTS {}", self.relation(&sequence.name))]
            }
            Op::DropSequence(sequence) => vec![format!("DROP SEQUENCE {exists}{}", self.relation(&sequence.name))],
            Op::AlterSequence(sequences) => self.alter_sequence(sequences),
            Op::OwnSequence(sequence) => {
                vec![format!("ALTER SEQUENCE {} {}", self.relation(&sequence.name), self.owned_by(sequence))]
            }
            Op::CreateTable(table) => self.create_table(table, style),
            Op::DropTable(table) => vec![format!("DROP TABLE {exists}{}", self.relation(&table.name))],
            Op::AlterTable(tables) => self.alter_table(tables),
            Op::AddColumn(table, column, _) => self.add_column(table, column, missing),
            Op::DropColumn(table, column) => {
                vec![self.alter(table, &format!("DROP COLUMN {exists}{}", self.quote(&column.name)))]
            }
            Op::AlterColumn(table, columns, _) => self.alter_column(table, columns),
            Op::AddConstraint(table, constraint) => {
                vec![self.alter(table, &format!("ADD {}", self.constraint(constraint)))]
            }
            Op::DropConstraint(table, constraint) => {
                let name = constraint.name().name();
                name.map(|name| self.alter(table, &format!("DROP CONSTRAINT {exists}{}", self.quote(name))))
                    .into_iter()
                    .collect()
            }
            Op::RenameConstraint(table, constraints) => {
                let names = constraints.as_ref().map(|constraint| constraint.name().name()).both();
                let action = names.map(|names| names.map(|name| self.quote(name)));
                action
                    .map(|names| self.alter(table, &format!("RENAME CONSTRAINT {} TO {}", names.from, names.to)))
                    .into_iter()
                    .collect()
            }
            Op::CreateIndex(table, index) => self.create_index(table, index, missing),
            Op::DropIndex(table, index) => vec![format!("DROP INDEX {exists}{}", self.index_name(table, &index.name))],
            Op::AlterIndex(table, indexes) => self.alter_index(table, indexes),
            Op::Comment(commented, comments) => vec![self.comment(commented, comments.to.as_deref())],
            Op::CreateView(view) => self.create_view(view, style),
            Op::DropView(view) => {
                let kind = if view.materialized { "MATERIALIZED VIEW" } else { "VIEW" };
                vec![format!("DROP {kind} {exists}{}", self.relation(&view.name))]
            }
            // Tables are altered in place here: only SQLite's lowering makes this operation.
            Op::RebuildTable(_) => Vec::new(),
            Op::Together(_, ops) => ops.iter().flat_map(|op| self.statements(op, style)).collect(),
        }
    }

    fn alter(&self, table: &RelationName, action: &str) -> String {
        format!("ALTER TABLE {} {action}", self.relation(table))
    }

    fn labels(&self, ty: &EnumType) -> String {
        list(&ty.values, |value| self.string_literal(value))
    }

    fn create_enum(&self, ty: &EnumType) -> Vec<String> {
        let mut out = vec![format!("CREATE TYPE {} AS ENUM ({})", self.relation(&ty.name), self.labels(ty))];
        out.extend(
            ty.comment.as_ref().map(|text| self.comment_on(&format!("TYPE {}", self.relation(&ty.name)), Some(text))),
        );
        out
    }

    fn extend_enum(&self, types: &Pair<EnumType>, missing: &str) -> Vec<String> {
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
    fn replace_enum(&self, types: &Pair<EnumType>, columns: &[(RelationName, Column)]) -> Vec<String> {
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

    fn create_domain(&self, domain: &Domain) -> String {
        let mut out = format!("CREATE DOMAIN {} AS {}", self.relation(&domain.name), domain.ty.written);
        if let Some(default) = &domain.default {
            out.push_str(&format!(" DEFAULT {}", default_text(default)));
        }
        if domain.not_null {
            out.push_str(" NOT NULL");
        }
        out
    }

    fn create_sequence(&self, sequence: &Sequence, missing: &str) -> Vec<String> {
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

    fn alter_sequence(&self, sequences: &Pair<Sequence>) -> Vec<String> {
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

    fn owned_by(&self, sequence: &Sequence) -> String {
        match &sequence.owned_by {
            Some((table, column)) => format!("OWNED BY {}.{}", self.relation(table), self.quote(column)),
            None => "OWNED BY NONE".to_owned(),
        }
    }

    fn create_table(&self, table: &Table, style: RenderStyle) -> Vec<String> {
        let nothing = PostgresTable::default();
        let extras = match &table.extras {
            Extras::Postgres(extras) => extras,
            Extras::MySql(_) | Extras::Sqlite(_) => &nothing,
        };
        let missing = if style.idempotent { "IF NOT EXISTS " } else { "" };
        let name = self.relation(&table.name);
        let unlogged = if extras.unlogged { "UNLOGGED " } else { "" };
        let mut head = format!("CREATE {unlogged}TABLE {missing}{name}");
        let mut lines = Vec::new();
        let mut tail = String::new();
        if let Some((parent, bound)) = &extras.partition_of {
            head.push_str(&format!(" PARTITION OF {}", self.relation(parent)));
            tail.push_str(&format!(" {bound}"));
        } else {
            lines.extend(table.columns.iter().map(|column| self.column(column, true)));
        }
        lines.extend(all_constraints(table).iter().map(|constraint| self.constraint(constraint)));
        if !extras.inherits.is_empty() {
            tail.push_str(&format!(" INHERITS ({})", list(&extras.inherits, |parent| self.relation(parent))));
        }
        if let Some(key) = &extras.partition_by {
            tail.push_str(&format!(" PARTITION BY {key}"));
        }
        if !extras.options.is_empty() {
            tail.push_str(&format!(" WITH ({})", list(&extras.options, |(name, value)| format!("{name} = {value}"))));
        }
        let mut out = if lines.is_empty() && extras.partition_of.is_some() {
            vec![format!("{head}{tail}")]
        } else {
            vec![block(&head, &lines, &tail)]
        };
        if extras.row_security {
            out.push(self.alter(&table.name, "ENABLE ROW LEVEL SECURITY"));
        }
        if extras.forces_row_security {
            out.push(self.alter(&table.name, "FORCE ROW LEVEL SECURITY"));
        }
        out.extend(table.indexes.iter().flat_map(|index| self.create_index(&table.name, index, missing)));
        if let Some(identity) = &extras.replica_identity {
            out.push(self.alter(&table.name, &format!("REPLICA IDENTITY {identity}")));
        }
        if let Some(Some(comment)) = table.comment.known() {
            out.push(self.comment_on(&format!("TABLE {name}"), Some(comment)));
        }
        out.extend(table.columns.iter().filter_map(|column| self.serial_options(&table.name, column)));
        out.extend(table.columns.iter().filter_map(|column| self.column_comment(&table.name, column)));
        out
    }

    fn column_comment(&self, table: &RelationName, column: &Column) -> Option<String> {
        let comment = column.comment.known()?.as_ref()?;
        let object = format!("COLUMN {}.{}", self.relation(table), self.quote(&column.name));
        Some(self.comment_on(&object, Some(comment)))
    }

    fn alter_table(&self, tables: &Pair<Table>) -> Vec<String> {
        let (Extras::Postgres(from), Extras::Postgres(to)) = (&tables.from.extras, &tables.to.extras) else {
            return Vec::new();
        };
        let table = &tables.to.name;
        let mut out = Vec::new();
        if from.unlogged != to.unlogged {
            out.push(self.alter(table, if to.unlogged { "SET UNLOGGED" } else { "SET LOGGED" }));
        }
        let set = to.options.iter().filter(|option| !from.options.contains(option)).collect::<Vec<_>>();
        if !set.is_empty() {
            out.push(self.alter(table, &format!("SET ({})", list(set, |(name, value)| format!("{name} = {value}")))));
        }
        let is_kept = |name: &String| to.options.iter().any(|(other, _)| other == name);
        let reset = from.options.iter().map(|(name, _)| name).filter(|name| !is_kept(name)).collect::<Vec<_>>();
        if !reset.is_empty() {
            out.push(self.alter(table, &format!("RESET ({})", list(reset, Clone::clone))));
        }
        if from.row_security != to.row_security {
            let word = if to.row_security { "ENABLE" } else { "DISABLE" };
            out.push(self.alter(table, &format!("{word} ROW LEVEL SECURITY")));
        }
        if from.forces_row_security != to.forces_row_security {
            let word = if to.forces_row_security { "FORCE" } else { "NO FORCE" };
            out.push(self.alter(table, &format!("{word} ROW LEVEL SECURITY")));
        }
        if from.replica_identity != to.replica_identity {
            let identity = to.replica_identity.as_deref().unwrap_or("DEFAULT");
            out.push(self.alter(table, &format!("REPLICA IDENTITY {identity}")));
        }
        let gone = from.inherits.iter().filter(|parent| !to.inherits.contains(parent));
        out.extend(gone.map(|parent| self.alter(table, &format!("NO INHERIT {}", self.relation(parent)))));
        let come = to.inherits.iter().filter(|parent| !from.inherits.contains(parent));
        out.extend(come.map(|parent| self.alter(table, &format!("INHERIT {}", self.relation(parent)))));
        if from.partition_of != to.partition_of {
            let name = self.relation(table);
            out.extend(
                from.partition_of.iter().map(|(parent, _)| self.alter(parent, &format!("DETACH PARTITION {name}"))),
            );
            out.extend(
                to.partition_of
                    .iter()
                    .map(|(parent, bound)| self.alter(parent, &format!("ATTACH PARTITION {name} {bound}"))),
            );
        }
        out
    }

    /// A column that rows need a value for is added in three steps, of which the second is the user's.
    fn add_column(&self, table: &RelationName, column: &Column, missing: &str) -> Vec<String> {
        let waits = must_be_given(column);
        let mut out = vec![self.alter(table, &format!("ADD COLUMN {missing}{}", self.column(column, !waits)))];
        if waits {
            let todo = self.backfill(table, column);
            let set = self.alter(table, &format!("ALTER COLUMN {} SET NOT NULL", self.quote(&column.name)));
            out.push(format!("{todo}\n{set}"));
        }
        out.extend(self.serial_options(table, column));
        out.extend(self.column_comment(table, column));
        out
    }

    fn create_index(&self, table: &RelationName, index: &crate::model::Index, missing: &str) -> Vec<String> {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let name = self.quote(&index.name);
        let mut out = vec![format!("CREATE {unique}INDEX {missing}{name} {}", self.index(table, index))];
        let object = format!("INDEX {}", self.index_name(table, &index.name));
        out.extend(index.comment.as_ref().map(|text| self.comment_on(&object, Some(text))));
        out
    }

    /// An index lives in the schema of its table.
    fn index_name(&self, table: &RelationName, name: &crate::model::Name) -> String {
        self.relation(&RelationName::new(table.schema.clone(), name.clone()))
    }

    fn alter_index(&self, table: &RelationName, indexes: &Pair<crate::model::Index>) -> Vec<String> {
        let mut out = Vec::new();
        if indexes.from.name != indexes.to.name {
            let to = self.quote(&indexes.to.name);
            out.push(format!("ALTER INDEX {} RENAME TO {to}", self.index_name(table, &indexes.from.name)));
        }
        if indexes.from.comment != indexes.to.comment {
            let object = format!("INDEX {}", self.index_name(table, &indexes.to.name));
            out.push(self.comment_on(&object, indexes.to.comment.as_deref()));
        }
        out
    }

    fn comment(&self, commented: &Commented, comment: Option<&str>) -> String {
        let kind = match commented.kind {
            Kind::Enum => "TYPE",
            Kind::Sequence => "SEQUENCE",
            Kind::View if commented.materialized => "MATERIALIZED VIEW",
            Kind::View => "VIEW",
            _ => "TABLE",
        };
        self.comment_on(&format!("{kind} {}", self.relation(&commented.name)), comment)
    }

    fn create_view(&self, view: &View, style: RenderStyle) -> Vec<String> {
        let name = self.relation(&view.name);
        let columns = if view.columns.is_empty() { String::new() } else { format!(" ({})", self.names(&view.columns)) };
        let (kind, head) = match (view.materialized, style.idempotent) {
            (true, true) => ("MATERIALIZED VIEW", "CREATE MATERIALIZED VIEW IF NOT EXISTS"),
            (true, false) => ("MATERIALIZED VIEW", "CREATE MATERIALIZED VIEW"),
            (false, true) => ("VIEW", "CREATE OR REPLACE VIEW"),
            (false, false) => ("VIEW", "CREATE VIEW"),
        };
        let mut out = vec![format!("{head} {name}{columns} AS\n{}", view.query.text.trim())];
        out.extend(view.comment.as_ref().map(|text| self.comment_on(&format!("{kind} {name}"), Some(text))));
        out
    }
}
