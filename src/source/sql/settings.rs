//! Schemas and databases, and the settings that say which one is meant.

use crate::model::{Name, ObjectPath, RelationName};

use super::cursor::{Cursor, Ident, Read};
use super::reader::Reader;

/// SET, USE and `SELECT set_config(…)`: only what changes the meaning of names counts.
pub(super) fn follow(reader: &mut Reader<'_>, mut cursor: Cursor<'_>) -> Read<()> {
    if cursor.eat("USE") {
        let database = cursor.ident()?;
        reader.names.use_database(reader.relation_name(&database));
        return Ok(());
    }
    if !reader.grammar.search_path {
        return Ok(());
    }
    if cursor.eat("SET") {
        let _scope = cursor.eat("SESSION") || cursor.eat("LOCAL");
        if cursor.eat("SCHEMA") {
            let schema = cursor.string()?;
            reader.names.set_path(Some(vec![Name::exact(schema)]));
        } else if cursor.eat("search_path") {
            let _sign = cursor.eat("TO") || cursor.eat_symbol(b'=');
            let path = search_path(reader, cursor)?;
            reader.names.set_path(path);
        }
        return Ok(());
    }
    cursor.expect("SELECT")?;
    let called = cursor.dotted().ok().and_then(|mut parts| parts.pop());
    if !called.is_some_and(|name: Ident| name.text.eq_ignore_ascii_case("set_config")) {
        return Ok(());
    }
    let mut arguments = cursor.parens()?.items().into_iter();
    let setting = arguments.next().and_then(|mut item| item.string().ok());
    let value = arguments.next().and_then(|mut item| item.string().ok());
    if setting.as_deref() == Some("search_path") {
        let value = value.unwrap_or_default();
        let names = value.split(',').map(|name| name.trim().trim_matches('"'));
        reader.names.set_path(Some(schemas(names.map(str::to_owned))));
    }
    Ok(())
}

fn search_path(reader: &Reader<'_>, cursor: Cursor<'_>) -> Read<Option<Vec<Name>>> {
    if cursor.at("DEFAULT") {
        return Ok(None);
    }
    let mut names = Vec::new();
    for mut item in cursor.items() {
        match item.string() {
            Ok(text) => names.push(text),
            Err(_) => names.push(reader.relation_name(&item.ident()?).as_str().to_owned()),
        }
    }
    Ok(Some(schemas(names.into_iter())))
}

/// The schemas of a path: `"$user"` and empty entries name none.
fn schemas(names: impl Iterator<Item = String>) -> Vec<Name> {
    names.filter(|name| !name.is_empty() && name != "$user" && name != "pg_catalog").map(Name::exact).collect()
}

/// `CREATE {SCHEMA | DATABASE} …`
pub(super) fn create_schema(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let span = reader.span(cursor);
    let is_schema = cursor.at("SCHEMA");
    cursor.skip();
    cursor.eat("IF NOT EXISTS");
    if !reader.grammar.search_path {
        cursor.ident()?;
        return default_collation(reader, cursor);
    }
    if is_schema {
        cursor.eat("AUTHORIZATION");
        let name = reader.relation_name(&cursor.ident()?);
        reader.spans.object(ObjectPath::schema(&name), span);
        reader.database.schemas.insert(name);
        if cursor.eat("AUTHORIZATION") {
            cursor.ident()?;
        }
        return Ok(());
    }
    cursor.skip_all();
    Ok(())
}

/// `ALTER {SCHEMA | DATABASE} …`
pub(super) fn alter_schema(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let is_schema = cursor.at("SCHEMA");
    cursor.skip();
    if !reader.grammar.search_path {
        if !cursor.at_any(&["CHARACTER SET", "COLLATE", "DEFAULT", "CHARSET"]) {
            cursor.ident()?;
        }
        return default_collation(reader, cursor);
    }
    if is_schema {
        let from = reader.relation_name(&cursor.ident()?);
        if cursor.eat("RENAME TO") {
            let to = reader.relation_name(&cursor.ident()?);
            rename_schema(reader, &from, &to);
        }
    }
    cursor.skip_all();
    Ok(())
}

fn rename_schema(reader: &mut Reader<'_>, from: &Name, to: &Name) {
    reader.database.schemas.remove(from);
    reader.database.schemas.insert(to.clone());
    let moved: Vec<_> =
        reader.database.tables.keys().filter(|name| name.schema.as_ref() == Some(from)).cloned().collect();
    for name in moved {
        let target = RelationName::new(Some(to.clone()), name.name.clone());
        super::rename::table(reader, &name, &target);
    }
    let types: Vec<_> =
        reader.database.enums.keys().filter(|name| name.schema.as_ref() == Some(from)).cloned().collect();
    for name in types {
        let target = RelationName::new(Some(to.clone()), name.name.clone());
        super::rename::user_type(reader, &name, &target);
    }
}

/// `[DEFAULT] CHARACTER SET [=] x [DEFAULT] COLLATE [=] y` of MySQL's databases.
fn default_collation(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let mut charset =
        reader.database.default_collation.as_ref().and_then(|name| Some(name.as_str().split_once('_')?.0.to_owned()));
    while !cursor.is_done() {
        if cursor.eat("CHARACTER SET") || cursor.eat("CHARSET") {
            cursor.eat_symbol(b'=');
            charset = Some(reader.collation(cursor)?.as_str().to_owned());
        } else if cursor.eat("COLLATE") {
            cursor.eat_symbol(b'=');
            let collation = reader.collation(cursor)?;
            // One that serves several character sets is named without them.
            let is_short = collation.key().starts_with("uca1400_");
            reader.database.default_collation = Some(match charset.as_ref().filter(|_| is_short) {
                Some(charset) => Name::insensitive(format!("{charset}_{collation}")),
                None => collation,
            });
        } else {
            cursor.skip();
        }
    }
    Ok(())
}
