//! Actions that change the table's own attributes, and those that change nothing that is compared.

use crate::model::{Extras, ObjectPath, RelationName, Table};

use super::super::cursor::{Cursor, Read};
use super::super::index::options;
use super::super::reader::{Reader, problem};
use super::super::{partition, rename, table_options};
use super::target;

pub(super) fn other_action(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut RelationName) -> Read<()> {
    const IGNORED: [&str; 14] = [
        "OWNER TO",
        "SET WITHOUT OIDS",
        "ENABLE TRIGGER",
        "DISABLE TRIGGER",
        "ENABLE RULE",
        "DISABLE RULE",
        "ENABLE REPLICA",
        "ENABLE ALWAYS",
        "ENABLE KEYS",
        "DISABLE KEYS",
        "ORDER BY",
        "DISCARD",
        "IMPORT",
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
    if beyond(reader, cursor, table)? {
        return Ok(());
    }
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
        let table = reader.table(&child).ok_or(missing)?;
        if let Extras::Postgres(extras) = &mut table.extras {
            extras.partition_of = Some((parent.clone(), bound));
        }
        partition::attached(reader, &child, &parent);
    } else if cursor.eat("DETACH PARTITION") {
        let child = reader.table_name(cursor)?;
        cursor.skip_all();
        partition::detached(reader, &child);
        if let Some(Extras::Postgres(extras)) = reader.table(&child).map(|table| &mut table.extras) {
            extras.partition_of = None;
        }
    } else {
        return table_action(reader, cursor, table);
    }
    Ok(())
}

/// Actions that the model has no place for; false where none stands here.
fn beyond(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &RelationName) -> Read<bool> {
    let path = ObjectPath::table(table);
    if cursor.eat("CLUSTER ON") {
        reader.beyond(path, "CLUSTER ON", cursor.ident()?.text);
    } else if cursor.eat("SET WITHOUT CLUSTER") {
        reader.within(&path, "CLUSTER ON");
    } else if cursor.eat("SET TABLESPACE") {
        reader.beyond_unless(path, "TABLESPACE", cursor.ident()?.text, "pg_default");
        cursor.eat("NOWAIT");
    } else if cursor.eat("SET ACCESS METHOD") {
        reader.beyond_unless(path, "USING", cursor.ident()?.text, "heap");
    } else if cursor.eat("NOT OF") {
        reader.within(&path, "OF");
    } else if cursor.eat("OF") {
        let ty = cursor.rest();
        cursor.skip_all();
        reader.beyond(path, "OF", ty);
    } else {
        return Ok(false);
    }
    Ok(true)
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
            } else if cursor.eat("FORCE ROW LEVEL SECURITY") {
                extras.forces_row_security = true;
            } else if cursor.eat("NO FORCE ROW LEVEL SECURITY") {
                extras.forces_row_security = false;
            } else if cursor.eat("REPLICA IDENTITY") {
                extras.replica_identity = replica_identity(reader, cursor)?;
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

/// `{DEFAULT | FULL | NOTHING | USING INDEX name}`, as the catalog is asked for it.
fn replica_identity(reader: &Reader<'_>, cursor: &mut Cursor<'_>) -> Read<Option<String>> {
    if cursor.eat("USING INDEX") {
        let index = reader.name(cursor)?;
        return Ok(Some(format!("USING INDEX {}", reader.context.dialect.quote(&index))));
    }
    let word = cursor.ident()?.text.to_ascii_uppercase();
    Ok((word != "DEFAULT").then_some(word))
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
    while !cursor.is_done() && table_options::mysql(reader, cursor, &mut extras, &mut table.comment, &table.name)? {
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
