//! Columns, as arguments and by themselves.

use crate::diff::Pair;
use crate::model::{
    Column, Engine, Generated, GeneratedStorage, Generation, IdentityMode, Name, RelationName, SequenceOptions,
};
use crate::plan::{Step, must_be_given};

use super::operations::{Operations, name, text, text_of};
use super::python::{argument, boolean, call};
use super::types;

impl Operations<'_> {
    /// `key`: the columns of the table's primary key, whose numbering SQLAlchemy would guess.
    pub(super) fn column(&self, column: &Column, key: &[Name]) -> Option<String> {
        let is_beyond = column.collation.is_some() || column.charset.is_some() || column.on_update.is_some();
        if is_beyond || column.invisible || !column.options.is_empty() {
            return None;
        }
        let ty = self.ty(column)?;
        let mut arguments = vec![name(&column.name)?, ty.clone()];
        let generated = column.generated.known()?.as_ref();
        let nullable = *column.nullable.known()?;
        if let Some(Generated { expr, storage }) = generated {
            // SQLAlchemy 2.0 refuses virtual columns on PostgreSQL.
            if *storage == GeneratedStorage::Virtual && self.dialect.engine() == Engine::Postgres {
                return None;
            }
            let stored = boolean(*storage == GeneratedStorage::Stored);
            arguments.push(format!("sa.Computed({}, persisted={stored})", text_of(&expr.text)));
            // MariaDB takes neither NULL nor NOT NULL there.
            if !nullable && self.is_mysql() {
                return None;
            }
        }
        let is_first = key.first() == Some(&column.name);
        match column.generation.known()? {
            None if key == [column.name.clone()] && types::is_integer(&ty) => {
                arguments.push("autoincrement=False".to_owned());
            }
            None => {}
            Some(Generation::Identity { mode, options }) => arguments.push(identity(*mode, options)),
            Some(Generation::Serial(options))
                if **options == SequenceOptions::default() && key.len() == 1 && is_first =>
            {
                arguments.push("autoincrement=True".to_owned());
            }
            Some(Generation::AutoIncrement) if self.is_mysql() && is_first => {
                arguments.push("autoincrement=True".to_owned());
            }
            Some(Generation::Serial(_) | Generation::AutoIncrement) => return None,
        }
        if let Some(default) = column.default.known()? {
            arguments.push(format!("server_default={}", text(&self.dialect.default_value(default))));
        }
        arguments.push(format!("nullable={}", boolean(nullable)));
        if let Some(comment) = column.comment.known()? {
            arguments.push(format!("comment={}", argument(comment)));
        }
        Some(call("sa.Column", &arguments))
    }

    pub(super) fn ty(&self, column: &Column) -> Option<String> {
        let is_enum = |name: &RelationName| {
            let databases = [self.databases.from, self.databases.to];
            databases.iter().any(|database| database.enums.contains_key(name))
        };
        types::expression(column.ty.known()?, self.dialect, &is_enum)
    }

    pub(super) fn add_column(&self, table: &RelationName, column: &Column) -> Option<Vec<String>> {
        if must_be_given(column) {
            return None;
        }
        Some(vec![self.on("add_column", table, [self.column(column, &[])?])?])
    }

    /// A change of what stands beside the type; of the type itself, where nothing has to be computed for it.
    pub(super) fn alter_column(
        &self,
        table: &RelationName,
        columns: Pair<&Column>,
        step: &Step,
    ) -> Option<Vec<String>> {
        let Pair { from, to } = columns;
        let [statement] = step.sql.as_slice() else { return None };
        let stays = from.name == to.name
            && from.generation == to.generation
            && from.collation == to.collation
            && from.charset == to.charset
            && from.invisible == to.invisible
            && from.generated.known()?.is_none()
            && to.generated.known()?.is_none();
        // MODIFY says the whole column anew, and Alembic does not know all of it.
        let is_known = !self.is_mysql() || self.column(to, &[]).is_some() && to.generation.known()?.is_none();
        if !stays || !is_known || statement.contains(" USING ") {
            return None;
        }
        let change = self.change(columns)?;
        // For a default alone Alembic says ALTER … SET DEFAULT on MySQL, which takes less than MODIFY does. Where nothing
        // changes, it is something that only the statement says, such as a character set.
        if !change.modifies && (self.is_mysql() || !change.sets_default) {
            return None;
        }
        let mut arguments = vec![name(&to.name)?];
        arguments.extend(change.keywords);
        Some(vec![self.on("alter_column", table, arguments)?])
    }

    pub(super) fn change(&self, columns: Pair<&Column>) -> Option<Change> {
        let types = Pair::new(self.ty(columns.from)?, self.ty(columns.to)?);
        let nullable = columns.map(|column| column.nullable.known().copied()).both()?;
        let default = columns.map(|column| column.default.known()).both()?;
        let default = default.map(|default| default.as_ref().map(|expr| text(&self.dialect.default_value(expr))));
        let comment = columns.map(|column| column.comment.known()).both()?;
        let comment = comment.map(|comment| comment.as_deref().map(argument));
        let changes_type = types.from != types.to;
        let sets_default = default.from != default.to;
        let modifies = changes_type || nullable.from != nullable.to || comment.from != comment.to;
        let mut keywords = vec![format!("existing_type={}", types.from)];
        keywords.extend(changes_type.then(|| format!("type_={}", types.to)));
        let word = if nullable.from == nullable.to { "existing_nullable" } else { "nullable" };
        keywords.push(format!("{word}={}", boolean(nullable.to)));
        match &default.to {
            _ if sets_default => {
                keywords.push(format!("server_default={}", default.to.as_deref().unwrap_or("None")));
            }
            Some(stays) => keywords.push(format!("existing_server_default={stays}")),
            None => {}
        }
        if comment.from != comment.to {
            keywords.push(format!("comment={}", comment.to.as_deref().unwrap_or("None")));
        }
        keywords.extend(comment.from.map(|text| format!("existing_comment={text}")));
        Some(Change { keywords, changes_type, modifies, sets_default })
    }
}

/// What `alter_column` is told.
pub(super) struct Change {
    /// What changes, and what stays and has to be said again.
    pub(super) keywords: Vec<String>,
    /// Whether the type changes.
    pub(super) changes_type: bool,
    /// Whether more changes than the default.
    pub(super) modifies: bool,
    /// Whether the default changes.
    pub(super) sets_default: bool,
}

fn identity(mode: IdentityMode, options: &SequenceOptions) -> String {
    let SequenceOptions { start, increment, min, max, cache, cycle } = options;
    let mut arguments = vec![format!("always={}", boolean(mode == IdentityMode::Always))];
    let numbers = [("start", start), ("increment", increment), ("minvalue", min), ("maxvalue", max), ("cache", cache)];
    arguments.extend(numbers.iter().filter_map(|(word, number)| Some(format!("{word}={}", number.as_ref()?))));
    arguments.extend(cycle.then(|| "cycle=True".to_owned()));
    call("sa.Identity", &arguments)
}
