//! ALTER TABLE: every action that changes columns, constraints and indexes.

use crate::model::{
    Column, ConstraintName, Extras, Fact, Generated, GeneratedStorage, Generation, IdentityMode, Index, Name,
    ObjectPath, RelationName, SequenceOptions, Table,
};

use super::column::{Parts, at_attribute, chosen_collation};
use super::constraint::deferrability;
use super::create_table::{add, add_constraint};
use super::cursor::{Cursor, Problem, Read};
use super::index::options;
use super::reader::{Reader, bare, problem};
use super::{rename, sequence, table_options};

/// `ALTER TABLE [IF EXISTS] [ONLY] name actions`, from behind the word TABLE.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    cursor.eat("ONLY");
    let at = *cursor;
    let name = reader.table_name(cursor)?;
    cursor.eat_symbol(b'*');
    if cursor.at_any(&["OWNER TO", "NO DEPENDS", "DEPENDS"]) {
        cursor.skip_all();
        return Ok(());
    }
    if !reader.database.tables.contains_key(&name) {
        return match if_exists || reader.is_temporary(&name) || other_relation(reader, cursor, &name)? {
            true => {
                cursor.skip_all();
                Ok(())
            }
            false => Err(problem(&at, format!("there is no table {name} to alter"))),
        };
    }
    let mut name = name;
    let items = cursor.items();
    cursor.skip_all();
    for mut item in items {
        let outcome = action(reader, &mut item, &mut name);
        let outcome = outcome.and_then(|()| match item.is_done() {
            true => Ok(()),
            false => Err(item.problem("the end of the action")),
        });
        if let Err(problem) = outcome
            && !(problem.is_missing && reader.is_guarded())
        {
            report(reader, &name, &problem);
        }
    }
    Ok(())
}

/// PostgreSQL lets ALTER TABLE rename views and sequences, as old dumps do.
fn other_relation(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, name: &RelationName) -> Read<bool> {
    let known = reader.database.views.contains_key(name) || reader.database.sequences.contains_key(name);
    if known && cursor.eat("RENAME TO") {
        let to = RelationName::new(name.schema.clone(), reader.relation_name(&cursor.ident()?));
        rename::view(reader, name, &to);
        sequence::rename(reader, name, &to);
    }
    Ok(known)
}

fn report(reader: &mut Reader<'_>, table: &RelationName, problem: &Problem) {
    let span = reader.span_at(problem.place);
    let reason = format!("a change of table {table} could not be applied: {}", problem.message);
    reader.warn(span.clone(), reason.clone(), "correct it if the engine refuses it too; the table is left undecided");
    reader.undecided_object(ObjectPath::table(table), &reason, span);
}

/// The table whose existence `alter` has checked.
fn target<'r>(reader: &'r mut Reader<'_>, name: &RelationName, cursor: &Cursor<'_>) -> Read<&'r mut Table> {
    reader.database.tables.get_mut(name).ok_or_else(|| problem(cursor, format!("there is no table {name}")))
}

fn column<'r>(
    reader: &'r mut Reader<'_>,
    table: &RelationName,
    name: &Name,
    cursor: &Cursor<'_>,
) -> Read<&'r mut Column> {
    let missing = problem(cursor, format!("table {table} has no column {name}"));
    target(reader, table, cursor)?.column_mut(name).ok_or(missing)
}

/// Whether a column that a table does not list is its parent's: a table holds only what it declares itself.
fn is_inherited(reader: &Reader<'_>, table: &RelationName, column: &Name) -> bool {
    reader.database.tables.get(table).is_some_and(|table| match &table.extras {
        Extras::Postgres(extras) => {
            (!extras.inherits.is_empty() || extras.partition_of.is_some()) && table.column(column).is_none()
        }
        Extras::MySql(_) | Extras::Sqlite(_) => false,
    })
}

fn action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut RelationName) -> Read<()> {
    if cursor.eat("ADD") {
        add_action(reader, cursor, table)
    } else if cursor.eat("DROP") {
        drop_action(reader, cursor, table)
    } else if cursor.eat("ALTER") {
        alter_action(reader, cursor, table)
    } else if cursor.eat("RENAME") {
        rename_action(reader, cursor, table)
    } else if cursor.eat("MODIFY") {
        cursor.eat("COLUMN");
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(&mut cursor.clone())?;
        redefine(reader, cursor, table, &name, if_exists)
    } else if cursor.eat("CHANGE") {
        cursor.eat("COLUMN");
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        redefine(reader, cursor, table, &name, if_exists)
    } else {
        other_action(reader, cursor, table)
    }
}

fn add_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
    if cursor.eat("PARTITION") || cursor.eat("SYSTEM VERSIONING") || cursor.eat("PERIOD") {
        cursor.skip_all();
        return Ok(());
    }
    let mut parts = Parts::default();
    if reader.at_constraint(cursor) {
        if cursor.mentions(&["USING"]) && using_index(reader, cursor, table)? {
            return Ok(());
        }
        let if_not_exists = cursor.mentions(&["EXISTS"]);
        let outcome = reader.constraint(cursor, table, &mut parts);
        outcome?;
        return add_keys(reader, cursor, table, parts, if_not_exists);
    }
    cursor.eat("COLUMN");
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    if cursor.at_symbol(b'(') {
        for mut item in cursor.parens()?.items() {
            if reader.at_constraint(&item) {
                reader.constraint(&mut item, table, &mut parts)?;
            } else {
                reader.column(&mut item, table, &mut parts)?;
            }
        }
    } else {
        let at = *cursor;
        let name = reader.name(&mut cursor.clone())?;
        if target(reader, table, cursor)?.column(&name).is_some() {
            cursor.skip_all();
            if !if_not_exists {
                let span = reader.span(&at);
                let message = format!("column {name} of table {table} is added twice");
                reader.warn_repeated(span, message, "the first definition counts; write IF NOT EXISTS, or remove one");
            }
            return Ok(());
        }
        reader.column(cursor, table, &mut parts)?;
    }
    let position = position(reader, cursor)?;
    with_table(reader, table, |reader, table| {
        let added = parts.columns.len();
        add(reader, table, parts);
        place(table, added, position);
    });
    Ok(())
}

/// Adds constraints and indexes, unless one of that name exists and that is allowed.
fn add_keys(
    reader: &mut Reader<'_>,
    cursor: &Cursor<'_>,
    table: &RelationName,
    mut parts: Parts,
    if_not_exists: bool,
) -> Read<()> {
    let existing = target(reader, table, cursor)?;
    let taken: Vec<Name> = constraint_names(existing);
    let indexes: Vec<Name> = existing.indexes.iter().map(|index| index.name.clone()).collect();
    let mut doubled = Vec::new();
    parts.constraints.retain(|(constraint, span)| {
        let name = constraint.name().explicit().filter(|name| taken.contains(name));
        doubled.extend(name.map(|name| (name.clone(), span.clone())));
        name.is_none()
    });
    parts.indexes.retain(|(index, span)| {
        let is_taken = !index.name_is_implied && indexes.contains(&index.name);
        doubled.extend(is_taken.then(|| (index.name.clone(), span.clone())));
        !is_taken
    });
    for (name, span) in doubled {
        if !if_not_exists {
            let message = format!("{name} is added to table {table} twice");
            reader.warn_repeated(span, message, "the first definition counts; remove one of the two");
        }
    }
    with_table(reader, table, |reader, table| add(reader, table, parts));
    Ok(())
}

/// Lends the table out of the schema, so that the reader can be used beside it.
pub(super) fn with_table(reader: &mut Reader<'_>, name: &RelationName, f: impl FnOnce(&mut Reader<'_>, &mut Table)) {
    if let Some(mut table) = reader.database.tables.remove(name) {
        f(reader, &mut table);
        reader.database.tables.insert(name.clone(), table);
    }
}

/// The names of a table's constraints, chosen or implied.
fn constraint_names(table: &Table) -> Vec<Name> {
    let names = (table.primary_key.iter().map(|key| &key.name))
        .chain(table.uniques.iter().map(|unique| &unique.name))
        .chain(table.foreign_keys.iter().map(|key| &key.name))
        .chain(table.checks.iter().map(|check| &check.name))
        .chain(table.exclusions.iter().map(|exclusion| &exclusion.name));
    names.filter_map(|name| name.name().cloned()).collect()
}

/// `ADD CONSTRAINT name {PRIMARY KEY | UNIQUE} USING INDEX index`: the index becomes the constraint's.
fn using_index(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<bool> {
    let start = cursor.mark();
    let mut name = None;
    if cursor.eat("CONSTRAINT") && !cursor.at_any(&["PRIMARY KEY", "UNIQUE"]) {
        name = Some(reader.name(cursor)?);
    }
    let is_primary = cursor.eat("PRIMARY KEY");
    if !(is_primary || cursor.eat("UNIQUE")) || !cursor.eat("USING INDEX") {
        cursor.back_to(start);
        return Ok(false);
    }
    let span = reader.span(cursor);
    let index = reader.name(cursor)?;
    let missing = problem(cursor, format!("table {table} has no index {index}"));
    let found = target(reader, table, cursor)?;
    let at = found.indexes.iter().position(|other| other.name == index).ok_or(missing)?;
    let index = found.indexes.remove(at);
    let columns: Vec<Name> = index
        .keys
        .iter()
        .filter_map(|key| match &key.target {
            crate::model::IndexTarget::Column(name) => Some(name.clone()),
            crate::model::IndexTarget::Expr(_) => None,
        })
        .collect();
    let name = ConstraintName::Explicit(name.unwrap_or(index.name));
    let deferrability = deferrability(cursor);
    let constraint = if is_primary {
        crate::model::Constraint::PrimaryKey(crate::model::PrimaryKey {
            name,
            columns,
            prefix_lengths: Vec::new(),
            include: index.include,
            deferrability,
        })
    } else {
        crate::model::Constraint::Unique(crate::model::UniqueConstraint {
            name,
            columns,
            include: index.include,
            nulls_not_distinct: index.nulls_not_distinct,
            deferrability,
        })
    };
    reader.spans.constraint(table, &constraint, span);
    add_constraint(target(reader, table, cursor)?, constraint);
    Ok(true)
}

/// Where a column goes: `FIRST`, `AFTER column`, or at the end.
enum Position {
    Last,
    First,
    After(Name),
}

fn position(reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Read<Position> {
    if cursor.eat("FIRST") {
        Ok(Position::First)
    } else if cursor.eat("AFTER") {
        Ok(Position::After(reader.name(cursor)?))
    } else {
        Ok(Position::Last)
    }
}

/// Moves the last `count` columns to their position.
fn place(table: &mut Table, count: usize, position: Position) {
    let start = table.columns.len().saturating_sub(count);
    let at = match position {
        Position::Last => return,
        Position::First => 0,
        Position::After(name) => match table.columns.iter().position(|column| column.name == name) {
            Some(at) => at + 1,
            None => return,
        },
    };
    let moved = table.columns.split_off(start);
    let at = at.min(table.columns.len());
    table.columns.splice(at..at, moved);
}

/// MODIFY and CHANGE: the new definition replaces the whole of the old one, but for its keys.
fn redefine(
    reader: &mut Reader<'_>,
    cursor: &mut Cursor<'_>,
    table: &RelationName,
    old: &Name,
    if_exists: bool,
) -> Read<()> {
    let Some(at) = target(reader, table, cursor)?.columns.iter().position(|column| column.name == *old) else {
        cursor.skip_all();
        return if if_exists { Ok(()) } else { Err(problem(cursor, format!("table {table} has no column {old}"))) };
    };
    let mut parts = Parts::default();
    let outcome = reader.column(cursor, table, &mut parts);
    let new_name = parts.columns.first().map(|(column, _)| column.name.clone());
    if let Some(new_name) = new_name.as_ref().filter(|new| *new != old) {
        rename::column(reader, table, old, new_name);
    }
    if reader.grammar.check_named_after_column {
        // There a CHECK inside a column definition is a part of it, and goes with it.
        let implied = new_name.map(ConstraintName::Implied);
        target(reader, table, cursor)?.checks.retain(|check| Some(&check.name) != implied.as_ref());
    }
    let position = if outcome.is_ok() { position(reader, cursor)? } else { Position::Last };
    with_table(reader, table, |reader, table| {
        let columns = std::mem::take(&mut parts.columns);
        for (column, span) in columns {
            reader.spans.column(&table.name, &column.name, span);
            table.columns[at] = column;
        }
        add(reader, table, parts);
        if !matches!(position, Position::Last) {
            let moved = table.columns.remove(at);
            table.columns.push(moved);
            place(table, 1, position);
        }
    });
    outcome
}

fn drop_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
    if cursor.eat("PRIMARY KEY") {
        target(reader, table, cursor)?.primary_key = None;
    } else if cursor.eat("FOREIGN KEY") || cursor.eat("CONSTRAINT") || (cursor.at("CHECK") && cursor.eat("CHECK")) {
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        let _behavior = cursor.eat("CASCADE") || cursor.eat("RESTRICT");
        drop_constraint(reader, table, &name, if_exists, cursor)?;
    } else if reader.grammar.inline_indexes && (cursor.eat("INDEX") || cursor.eat("KEY")) {
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        drop_index(reader, table, &name, if_exists, cursor)?;
    } else if cursor.at_any(&["PARTITION", "SYSTEM VERSIONING", "PERIOD"]) {
        cursor.skip_all();
    } else {
        cursor.eat("COLUMN");
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        let _behavior = cursor.eat("CASCADE") || cursor.eat("RESTRICT");
        let missing = problem(cursor, format!("table {table} has no column {name}"));
        let found = target(reader, table, cursor)?.column(&name).is_some();
        if !found {
            return if if_exists { Ok(()) } else { Err(missing) };
        }
        rename::drop_column(reader, table, &name);
    }
    Ok(())
}

/// Removes a constraint by name, whatever its kind.
fn drop_constraint(
    reader: &mut Reader<'_>,
    table: &RelationName,
    name: &Name,
    if_exists: bool,
    cursor: &Cursor<'_>,
) -> Read<()> {
    for attempt in 0..2 {
        if attempt == 1 {
            reader.complete_table(table);
        }
        if remove_constraint(target(reader, table, cursor)?, name) {
            return Ok(());
        }
    }
    if if_exists { Ok(()) } else { Err(problem(cursor, format!("table {table} has no constraint {name}"))) }
}

fn remove_constraint(table: &mut Table, name: &Name) -> bool {
    let is = |other: &ConstraintName| other.name() == Some(name);
    let count = |table: &Table| {
        table.uniques.len()
            + table.foreign_keys.len()
            + table.checks.len()
            + table.exclusions.len()
            + usize::from(table.primary_key.is_some())
            + table.indexes.len()
    };
    let before = count(table);
    table.uniques.retain(|unique| !is(&unique.name));
    table.foreign_keys.retain(|key| !is(&key.name));
    table.checks.retain(|check| !is(&check.name));
    table.exclusions.retain(|exclusion| !is(&exclusion.name));
    if table.primary_key.as_ref().is_some_and(|key| is(&key.name)) {
        table.primary_key = None;
    }
    if matches!(table.extras, Extras::MySql(_)) && count(table) == before {
        // There a unique constraint is an index.
        table.indexes.retain(|index| !(index.unique && index.name == *name));
    }
    count(table) < before
}

/// Removes an index by name.
pub(super) fn drop_index(
    reader: &mut Reader<'_>,
    table: &RelationName,
    name: &Name,
    if_exists: bool,
    cursor: &Cursor<'_>,
) -> Read<()> {
    if name.key() == "primary" && reader.grammar.unique_is_index {
        target(reader, table, cursor)?.primary_key = None;
        return Ok(());
    }
    for attempt in 0..2 {
        if attempt == 1 {
            reader.complete_table(table);
        }
        let table = target(reader, table, cursor)?;
        let before = table.indexes.len();
        table.indexes.retain(|index| index.name != *name);
        if table.indexes.len() < before {
            return Ok(());
        }
    }
    if if_exists { Ok(()) } else { Err(problem(cursor, format!("table {table} has no index {name}"))) }
}

fn rename_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut RelationName) -> Read<()> {
    if cursor.eat("TO") || cursor.eat("AS") || cursor.eat("=") {
        let written = reader.written(cursor)?;
        let to = match &written.schema {
            Some(_) => reader.names.placed(written),
            None => RelationName::new(table.schema.clone(), written.name),
        };
        rename::table(reader, table, &to);
        *table = to;
        return Ok(());
    }
    if cursor.eat("CONSTRAINT") {
        let from = reader.name(cursor)?;
        cursor.expect("TO")?;
        let to = reader.name(cursor)?;
        if rename_constraint(reader, table, &from, &to) {
            return Ok(());
        }
        return Err(problem(cursor, format!("table {table} has no constraint {from}")));
    }
    if reader.grammar.inline_indexes && (cursor.eat("INDEX") || cursor.eat("KEY")) {
        let from = reader.name(cursor)?;
        cursor.expect("TO")?;
        let to = reader.name(cursor)?;
        return rename_index(reader, table, &from, to, cursor);
    }
    let start = cursor.mark();
    if cursor.eat("COLUMN") && cursor.at("TO") {
        // The column is called "column".
        cursor.back_to(start);
    }
    let if_exists = cursor.eat("IF EXISTS");
    let from = reader.name(cursor)?;
    if cursor.is_done() && reader.grammar.inline_indexes {
        // MySQL: RENAME new_name
        let to = RelationName::new(table.schema.clone(), reader.context.dialect.relation_name(from.as_str(), true));
        rename::table(reader, table, &to);
        *table = to;
        return Ok(());
    }
    cursor.expect("TO")?;
    let to = reader.name(cursor)?;
    if !if_exists {
        column(reader, table, &from, cursor)?;
    }
    rename::column(reader, table, &from, &to);
    Ok(())
}

fn rename_index(reader: &mut Reader<'_>, table: &RelationName, from: &Name, to: Name, cursor: &Cursor<'_>) -> Read<()> {
    let has = |table: &Table| table.indexes.iter().any(|index| index.name == *from);
    if !has(target(reader, table, cursor)?) {
        reader.complete_table(table);
    }
    reader.spans.rename_index(table, from, &to);
    let missing = problem(cursor, format!("table {table} has no index {from}"));
    let found = target(reader, table, cursor)?.indexes.iter_mut().find(|index| index.name == *from);
    let index: &mut Index = found.ok_or(missing)?;
    index.name = to;
    index.name_is_implied = false;
    Ok(())
}

/// Gives a constraint a chosen name; false where there is none of the old name.
pub(super) fn rename_constraint(reader: &mut Reader<'_>, table: &RelationName, from: &Name, to: &Name) -> bool {
    for attempt in 0..2 {
        if attempt == 1 {
            reader.complete_table(table);
        }
        let Some(table) = reader.table(table) else { return false };
        let names = (table.primary_key.iter_mut().map(|key| &mut key.name))
            .chain(table.uniques.iter_mut().map(|unique| &mut unique.name))
            .chain(table.foreign_keys.iter_mut().map(|key| &mut key.name))
            .chain(table.checks.iter_mut().map(|check| &mut check.name))
            .chain(table.exclusions.iter_mut().map(|exclusion| &mut exclusion.name));
        for name in names {
            if name.name() == Some(from) {
                *name = ConstraintName::Explicit(to.clone());
                return true;
            }
        }
    }
    false
}

fn alter_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
    if cursor.eat("CONSTRAINT") || (reader.grammar.inline_indexes && cursor.eat("CHECK")) {
        let name = reader.name(cursor)?;
        return alter_constraint(reader, cursor, table, &name);
    }
    if reader.grammar.inline_indexes && (cursor.eat("INDEX") || cursor.eat("KEY")) {
        cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        let invisible = cursor.eat("INVISIBLE") || cursor.eat("IGNORED");
        let _visible = !invisible && (cursor.eat("VISIBLE") || cursor.eat("NOT IGNORED"));
        let missing = problem(cursor, format!("table {table} has no index {name}"));
        let found = target(reader, table, cursor)?.indexes.iter_mut().find(|index| index.name == name);
        found.ok_or(missing)?.invisible = invisible;
        return Ok(());
    }
    cursor.eat("COLUMN");
    let name = reader.name(cursor)?;
    if is_inherited(reader, table, &name) {
        cursor.skip_all();
        return Ok(());
    }
    column(reader, table, &name, cursor)?;
    alter_column(reader, cursor, table, &name)
}

fn alter_constraint(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    let enforced = if cursor.eat("NOT ENFORCED") { Some(false) } else { cursor.eat("ENFORCED").then_some(true) };
    let deferrability = deferrability(cursor);
    let target = target(reader, table, cursor)?;
    if let Some(enforced) = enforced {
        target
            .checks
            .iter_mut()
            .filter(|check| check.name.name() == Some(name))
            .for_each(|check| check.enforced = enforced);
    } else {
        let keys = target.foreign_keys.iter_mut().filter(|key| key.name.name() == Some(name));
        keys.for_each(|key| key.deferrability = deferrability);
    }
    Ok(())
}

/// `ALTER COLUMN name …`.
fn alter_column(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    if cursor.eat("SET DATA TYPE") || cursor.eat("TYPE") {
        let written = cursor.until(at_attribute);
        let ty = reader.data_type(&written);
        let collation = if cursor.eat("COLLATE") { chosen_collation(reader.collation(cursor)?) } else { None };
        if cursor.eat("USING") {
            cursor.skip_all();
        }
        let column = column(reader, table, name, cursor)?;
        column.ty = ty;
        column.collation = collation;
    } else if cursor.eat("SET DEFAULT") {
        let default = reader.default_expr(cursor)?;
        column(reader, table, name, cursor)?.default = Fact::Known(default);
    } else if cursor.eat("DROP DEFAULT") {
        let column = column(reader, table, name, cursor)?;
        column.default = Fact::Known(None);
        if column.generation.known() == Some(&Some(Generation::Serial)) {
            column.generation = Fact::Known(None);
        }
    } else if cursor.eat("SET NOT NULL") {
        column(reader, table, name, cursor)?.nullable = Fact::Known(false);
    } else if cursor.eat("DROP NOT NULL") {
        column(reader, table, name, cursor)?.nullable = Fact::Known(true);
    } else if cursor.eat("SET VISIBLE") || cursor.eat("SET INVISIBLE") {
        let mut before = *cursor;
        before.back_to(cursor.mark() - 1);
        column(reader, table, name, cursor)?.invisible = before.at("INVISIBLE");
    } else {
        return alter_generation(reader, cursor, table, name);
    }
    Ok(())
}

fn alter_generation(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    if cursor.at("ADD GENERATED") {
        cursor.skip();
        let found = column(reader, table, name, cursor)?.clone();
        let mut parts = Parts::default();
        let changed = reader.attributes(cursor, table, found, &mut parts)?;
        *column(reader, table, name, cursor)? = changed;
    } else if cursor.eat("DROP IDENTITY") {
        cursor.eat("IF EXISTS");
        column(reader, table, name, cursor)?.generation = Fact::Known(None);
    } else if cursor.eat("DROP EXPRESSION") {
        cursor.eat("IF EXISTS");
        column(reader, table, name, cursor)?.generated = Fact::Known(None);
    } else if cursor.eat("SET EXPRESSION AS") {
        let expr = bare(&cursor.parens()?.rest());
        let generated = Generated { expr, storage: GeneratedStorage::Stored };
        column(reader, table, name, cursor)?.generated = Fact::Known(Some(generated));
    } else if cursor.at_any(&["SET STATISTICS", "SET STORAGE", "SET COMPRESSION", "RESET"]) {
        cursor.skip_all();
    } else if cursor.at("SET") || cursor.at("RESTART") {
        return alter_identity(reader, cursor, table, name);
    } else {
        return Err(cursor.problem("a change of the column"));
    }
    Ok(())
}

/// `{SET GENERATED {ALWAYS | BY DEFAULT} | SET sequence_option | RESTART} …`
fn alter_identity(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName, name: &Name) -> Read<()> {
    let mut cursor_options = Vec::new();
    let mut new_mode = None;
    while !cursor.is_done() {
        if cursor.eat("RESTART") {
            cursor.eat("WITH");
            let _value = cursor.integer();
            continue;
        }
        cursor.expect("SET")?;
        if cursor.at_symbol(b'(') {
            // Planner options such as n_distinct.
            cursor.skip_group();
        } else if cursor.eat("GENERATED ALWAYS") {
            new_mode = Some(IdentityMode::Always);
        } else if cursor.eat("GENERATED BY DEFAULT") {
            new_mode = Some(IdentityMode::ByDefault);
        } else {
            cursor_options.push(sequence::option(reader, cursor)?);
        }
    }
    let column = column(reader, table, name, cursor)?;
    let ty = column.ty.known().cloned();
    if let Some(Some(Generation::Identity { mode, options })) = column.generation.known_mut() {
        *mode = new_mode.unwrap_or(*mode);
        let changed: SequenceOptions = sequence::merged(options.clone(), cursor_options, ty.as_ref());
        *options = changed;
    }
    Ok(())
}

fn other_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut RelationName) -> Read<()> {
    const IGNORED: [&str; 22] = [
        "OWNER TO",
        "CLUSTER ON",
        "SET WITHOUT",
        "SET TABLESPACE",
        "SET ACCESS METHOD",
        "REPLICA IDENTITY",
        "ENABLE TRIGGER",
        "DISABLE TRIGGER",
        "ENABLE RULE",
        "DISABLE RULE",
        "ENABLE REPLICA",
        "ENABLE ALWAYS",
        "ENABLE KEYS",
        "DISABLE KEYS",
        "FORCE",
        "NO FORCE",
        "ORDER BY",
        "DISCARD",
        "IMPORT",
        "OF",
        "NOT OF",
        "WITHOUT VALIDATION",
    ];
    const PARTITION_WORK: [&str; 11] = [
        "TRUNCATE PARTITION",
        "REORGANIZE PARTITION",
        "COALESCE",
        "EXCHANGE",
        "ANALYZE PARTITION",
        "CHECK PARTITION",
        "OPTIMIZE PARTITION",
        "REBUILD PARTITION",
        "REPAIR PARTITION",
        "WITH VALIDATION",
        "ALGORITHM",
    ];
    if cursor.at_any(&IGNORED) || cursor.at_any(&PARTITION_WORK) || cursor.at("LOCK") {
        cursor.skip_all();
    } else if cursor.eat("VALIDATE CONSTRAINT") {
        let name = reader.name(cursor)?;
        let target = target(reader, table, cursor)?;
        target
            .checks
            .iter_mut()
            .filter(|check| check.name.name() == Some(&name))
            .for_each(|check| check.validated = true);
        let keys = target.foreign_keys.iter_mut().filter(|key| key.name.name() == Some(&name));
        keys.for_each(|key| key.validated = true);
    } else if cursor.eat("SET SCHEMA") {
        let to = RelationName::new(Some(reader.relation_name(&cursor.ident()?)), table.name.clone());
        rename::table(reader, table, &to);
        *table = to;
    } else if cursor.eat("ATTACH PARTITION") {
        let child = reader.table_name(cursor)?;
        let bound = cursor.rest();
        cursor.skip_all();
        let parent = table.clone();
        let missing = problem(cursor, format!("there is no table {child} to attach"));
        let child = reader.table(&child).ok_or(missing)?;
        if let Extras::Postgres(extras) = &mut child.extras {
            extras.partition_of = Some((parent, bound));
        }
    } else if cursor.eat("DETACH PARTITION") {
        let child = reader.table_name(cursor)?;
        cursor.skip_all();
        if let Some(Extras::Postgres(extras)) = reader.table(&child).map(|table| &mut table.extras) {
            extras.partition_of = None;
        }
    } else {
        return table_action(reader, cursor, table);
    }
    Ok(())
}

/// Actions that change the table's own attributes.
fn table_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, name: &RelationName) -> Read<()> {
    let mut table = target(reader, name, cursor)?.clone();
    let outcome = match &mut table.extras {
        Extras::Postgres(extras) => {
            if cursor.eat("SET LOGGED") {
                extras.unlogged = false;
            } else if cursor.eat("SET UNLOGGED") {
                extras.unlogged = true;
            } else if cursor.eat("ENABLE ROW LEVEL SECURITY") {
                extras.row_security = true;
            } else if cursor.eat("DISABLE ROW LEVEL SECURITY") {
                extras.row_security = false;
            } else if cursor.eat("NO INHERIT") {
                let parent = reader.table_name(cursor)?;
                extras.inherits.retain(|other| *other != parent);
            } else if cursor.eat("INHERIT") {
                extras.inherits.push(reader.table_name(cursor)?);
            } else if cursor.at("SET") || cursor.at("RESET") {
                let sets = cursor.eat("SET");
                if !sets {
                    cursor.skip();
                }
                let changed = options(&cursor.parens()?)?;
                extras.options.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
                extras.options.extend(changed.into_iter().filter(|_| sets));
                extras.options.sort();
            } else {
                return Err(cursor.problem("an action of ALTER TABLE"));
            }
            Ok(())
        }
        Extras::MySql(_) => mysql_action(reader, cursor, &mut table),
        Extras::Sqlite(_) => Err(cursor.problem("ADD, DROP or RENAME")),
    };
    reader.database.tables.insert(name.clone(), table);
    outcome
}

fn mysql_action(reader: &Reader<'_>, cursor: &mut Cursor<'_>, table: &mut Table) -> Read<()> {
    if cursor.eat("REMOVE PARTITIONING") {
        if let Extras::MySql(extras) = &mut table.extras {
            extras.partition_by = None;
        }
        return Ok(());
    }
    let converts = cursor.eat("CONVERT TO");
    let Extras::MySql(before) = table.extras.clone() else { return Ok(()) };
    let mut extras = before.clone();
    let mut read = false;
    while !cursor.is_done() && table_options::mysql(reader, cursor, &mut extras, &mut table.comment)? {
        read = true;
    }
    if !read {
        return Err(cursor.problem("an action of ALTER TABLE"));
    }
    for column in table.columns.iter_mut().filter(|_| converts) {
        column.charset = None;
        column.collation = None;
    }
    if !converts && (extras.charset != before.charset || extras.collation != before.collation) {
        // Columns keep what they had inherited when the table's default changes.
        for column in table.columns.iter_mut().filter(|column| column.charset.is_none() && column.collation.is_none()) {
            column.charset.clone_from(&before.charset);
            column.collation.clone_from(&before.collation);
        }
    }
    table.extras = Extras::MySql(extras);
    Ok(())
}
