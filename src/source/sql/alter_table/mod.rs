//! ALTER TABLE: which action stands where. The folder has a file for what each group of actions changes.

mod add;
mod column;
mod inherited;
mod key;
mod options;

use crate::model::{Column, Name, ObjectPath, RelationName, Table};

use super::absent::no_table;
use super::cursor::{Cursor, Problem, Read};
use super::reader::{Reader, problem};
use super::{partition, rename, sequence};

pub(super) use key::{drop_index, remove_constraint, rename_constraint};

/// `ALTER TABLE [IF EXISTS] [ONLY] name actions`, from behind the word TABLE.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    let only = cursor.eat("ONLY");
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
            false => Err(no_table(&at, &name, "alter")),
        };
    }
    let mut name = name;
    let items = cursor.items();
    cursor.skip_all();
    for mut item in items {
        let before = partition::count(reader, &name);
        reader.only = only;
        let outcome = action(reader, &mut item, &mut name);
        if !only {
            partition::hand_down(reader, &name, before);
        }
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

fn action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut RelationName) -> Read<()> {
    if cursor.eat("ADD") {
        add::add_action(reader, cursor, table)
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
        add::redefine(reader, cursor, table, &name, if_exists)
    } else if cursor.eat("CHANGE") {
        cursor.eat("COLUMN");
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        add::redefine(reader, cursor, table, &name, if_exists)
    } else {
        options::other_action(reader, cursor, table)
    }
}

/// Lends the table out of the schema, so that the reader can be used beside it.
fn with_table(reader: &mut Reader<'_>, name: &RelationName, f: impl FnOnce(&mut Reader<'_>, &mut Table)) {
    if let Some(mut table) = reader.database.tables.remove(name) {
        f(reader, &mut table);
        reader.database.tables.insert(name.clone(), table);
    }
}

fn drop_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
    if cursor.eat("PRIMARY KEY") {
        target(reader, table, cursor)?.primary_key = None;
    } else if cursor.eat("FOREIGN KEY") || cursor.eat("CONSTRAINT") || (cursor.at("CHECK") && cursor.eat("CHECK")) {
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        let _behavior = cursor.eat("CASCADE") || cursor.eat("RESTRICT");
        key::drop_constraint(reader, table, &name, if_exists, cursor)?;
    } else if reader.grammar.inline_indexes && (cursor.eat("INDEX") || cursor.eat("KEY")) {
        let if_exists = cursor.eat("IF EXISTS");
        let name = reader.name(cursor)?;
        drop_index(reader, table, &name, if_exists, cursor)?;
    } else if cursor.eat("SYSTEM VERSIONING") {
        reader.within(&ObjectPath::table(table), "WITH SYSTEM VERSIONING");
    } else if cursor.at_any(&["PARTITION", "PERIOD"]) {
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
        return key::rename_index(reader, table, &from, to, cursor);
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

fn alter_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<()> {
    if cursor.eat("CONSTRAINT") || (reader.grammar.inline_indexes && cursor.eat("CHECK")) {
        let name = reader.name(cursor)?;
        return key::alter_constraint(reader, cursor, table, &name);
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
    let setting = inherited::Setting::at(cursor);
    if let Some(setting) = setting {
        inherited::before(reader, table, &name, setting);
    }
    if column::is_inherited(reader, table, &name) {
        return inherited::alter(reader, cursor, table, &name);
    }
    column(reader, table, &name, cursor)?;
    column::alter_column(reader, cursor, table, &name)?;
    if let Some(setting) = setting {
        inherited::after(reader, table, &name, setting);
    }
    Ok(())
}
