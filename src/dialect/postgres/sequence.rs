//! Sequences by themselves, and those that become the one behind a serial column or leave it: they keep their position
//! (PostgreSQL manual, "CREATE SEQUENCE", "ALTER SEQUENCE").

use crate::diff::Pair;
use crate::model::{Column, DataType, Generation, RelationName, Sequence, SequenceOptions};
use crate::sql::Syntax;

use super::Postgres;
use super::alter_column::{changed_options, turns};
use super::definition::identity_mode;

impl Postgres {
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
        let actions = self.sequence_actions(sequences);
        if actions.is_empty() {
            return Vec::new();
        }
        vec![format!("ALTER SEQUENCE {} {}", self.relation(&sequences.to.name), actions.join(" "))]
    }

    /// What ALTER SEQUENCE has to say.
    fn sequence_actions(&self, sequences: &Pair<Sequence>) -> Vec<String> {
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
        actions
    }

    pub(super) fn owned_by(&self, sequence: &Sequence) -> String {
        match &sequence.owned_by {
            Some((table, column)) => format!("OWNED BY {}.{}", self.relation(table), self.quote(column)),
            None => "OWNED BY NONE".to_owned(),
        }
    }

    /// A sequence becomes that of a column, or stands by itself from now on.
    pub(super) fn hand_sequence(
        &self,
        table: &RelationName,
        columns: &Pair<Column>,
        sequence: &Sequence,
    ) -> Vec<String> {
        if !columns.as_ref().map(is_identity).is_same() {
            return self.hand_position(table, columns, sequence);
        }
        if columns.to.is_serial() {
            let owned = behind(table, &columns.to, sequence);
            let actions = self.sequence_actions(&Pair::new(sequence.clone(), owned));
            return vec![format!("ALTER SEQUENCE {} {}", self.relation(&sequence.name), actions.join(" "))];
        }
        self.leave_column(table, columns, sequence)
    }

    /// What numbers an identity column is nobody else's, so its position goes over to another one.
    fn hand_position(&self, table: &RelationName, columns: &Pair<Column>, sequence: &Sequence) -> Vec<String> {
        let [table_text, column, name] =
            [self.relation(table), columns.to.name.as_str().to_owned(), self.relation(&sequence.name)]
                .map(|text| self.string_literal(&text));
        let own = format!("pg_get_serial_sequence({table_text}, {column})");
        let alter =
            |change: &str| self.alter(table, &format!("ALTER COLUMN {} {change}", self.quote(&columns.to.name)));
        let (before, after, mut statements) = match columns.to.generation.known() {
            Some(Some(Generation::Identity { mode, options })) => {
                let options = self.sequence_options(options);
                let options = if options.is_empty() { options } else { format!(" ({options})") };
                let add = alter(&format!("ADD GENERATED {} AS IDENTITY{options}", identity_mode(*mode)));
                let drop = format!("DROP SEQUENCE {}", self.relation(&sequence.name));
                (name, own, vec![alter("DROP DEFAULT"), drop, add])
            }
            _ => {
                let mut statements = vec![alter("DROP IDENTITY")];
                statements.extend(self.create_sequence(sequence, ""));
                (own, name, statements)
            }
        };
        statements.push(format!("PERFORM setval({after}, position, counted)"));
        let default = columns.to.default.known().and_then(Option::as_ref);
        statements.extend(default.map(|expr| alter(&format!("SET DEFAULT {}", expr.text.trim()))));
        let body: String = statements.iter().map(|statement| format!("    {statement};\n")).collect();
        vec![format!(
            "DO $$\nDECLARE\n    position bigint;\n    counted boolean;\nBEGIN\n    \
             EXECUTE 'SELECT last_value, is_called FROM ' || {before} INTO position, counted;\n{body}END\n$$"
        )]
    }

    /// The sequence goes by whatever name it has, until it gets its own.
    fn leave_column(&self, table: &RelationName, columns: &Pair<Column>, sequence: &Sequence) -> Vec<String> {
        let column = &columns.from;
        let actions = self.sequence_actions(&Pair::new(behind(table, column, sequence), sequence.clone()));
        let [table_text, column_text, actions, name, rename] = [
            self.relation(table),
            column.name.as_str().to_owned(),
            format!(" {}", actions.join(" ")),
            self.relation(&sequence.name),
            format!(" RENAME TO {}", self.quote(&sequence.name.name)),
        ]
        .map(|text| self.string_literal(&text));
        let mut out = vec![format!(
            "DO $$\nDECLARE\n    owned text := pg_get_serial_sequence({table_text}, {column_text});\nBEGIN\n    \
             EXECUTE 'ALTER SEQUENCE ' || owned || {actions};\n    \
             IF to_regclass({name}) IS DISTINCT FROM owned::regclass THEN\n        \
             EXECUTE 'ALTER SEQUENCE ' || owned || {rename};\n    END IF;\nEND\n$$"
        )];
        let object = format!("SEQUENCE {}", self.relation(&sequence.name));
        out.extend(sequence.comment.as_ref().map(|text| self.comment_on(&object, Some(text))));
        out
    }
}

fn is_identity(column: &Column) -> bool {
    matches!(column.generation.known(), Some(Some(Generation::Identity { .. })))
}

/// The sequence as it is behind a serial column.
fn behind(table: &RelationName, column: &Column, sequence: &Sequence) -> Sequence {
    let options = match column.generation.known() {
        Some(Some(Generation::Serial(options))) => (**options).clone(),
        Some(Some(Generation::Identity { .. } | Generation::AutoIncrement) | None) | None => SequenceOptions::default(),
    };
    let ty = column.ty.known().filter(|ty| !is_bigint(ty)).cloned();
    Sequence { ty, options, owned_by: Some((table.clone(), column.name.clone())), ..sequence.clone() }
}

/// The type that a sequence has where it names none.
fn is_bigint(ty: &DataType) -> bool {
    ty.kind.builtin_name() == Some("bigint")
}
