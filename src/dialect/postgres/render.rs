//! The engine's DDL (PostgreSQL manual, part VI).

use crate::diff::Pair;
use crate::model::{Column, Expr, Extras, Kind, PostgresTable, RelationName, Table, View};
use crate::plan::{Commented, Frame, Op, Render, RenderStyle, all_constraints, must_be_given};
use crate::sql::Syntax;
use crate::sql::write::{block, list};

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
    /// The bodies of routines may name what comes later
    /// (<https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-CHECK-FUNCTION-BODIES>).
    fn setting(&self, statements: &[&str]) -> Option<[String; 2]> {
        let is_routine = |statement: &&str| {
            let start = statement.trim_start().get(..40).unwrap_or(statement).to_ascii_uppercase();
            start.starts_with("CREATE ") && (start.contains("FUNCTION") || start.contains("PROCEDURE"))
        };
        statements
            .iter()
            .any(is_routine)
            .then(|| ["SET check_function_bodies = off", "RESET check_function_bodies"].map(str::to_owned))
    }
}

impl Postgres {
    pub(super) fn statements(&self, op: &Op, style: RenderStyle) -> Vec<String> {
        let (exists, missing) = if style.idempotent { ("IF EXISTS ", "IF NOT EXISTS ") } else { ("", "") };
        match op {
            Op::CreateSchema(name) => vec![format!("CREATE SCHEMA {missing}{}", self.quote(name))],
            Op::DropSchema(name) => vec![format!("DROP SCHEMA {exists}{}", self.quote(name))],
            Op::CreateEnum(ty) => self.create_enum(ty),
            Op::DropEnum(ty) => vec![format!("DROP TYPE {exists}{}", self.relation(&ty.name))],
            Op::ExtendEnum(types) => self.extend_enum(types, missing),
            Op::ReplaceEnum { types, columns } => self.replace_enum(types, columns),
            Op::CreateDomain(domain) => vec![self.create_domain(domain)],
            Op::CreateOther(object) => self.create_other(object).into_iter().collect(),
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
            Op::HandSequence(table, columns, sequence) => self.hand_sequence(table, columns, sequence),
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
            Op::Together(_, ops) => ops.iter().flat_map(|op| self.together(op, style)).collect(),
        }
    }

    pub(super) fn alter(&self, table: &RelationName, action: &str) -> String {
        format!("ALTER TABLE {} {action}", self.relation(table))
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
            lines.extend(table.overrides.iter().filter_map(|change| self.overridden(change)));
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
        let is_partition = extras.partition_of.is_some();
        out.extend(table.overrides.iter().flat_map(|change| self.set_override(&table.name, change, is_partition)));
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
    pub(super) fn index_name(&self, table: &RelationName, name: &crate::model::Name) -> String {
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
