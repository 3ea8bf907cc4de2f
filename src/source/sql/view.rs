//! Views and materialized views.

use crate::model::{Expr, Kind, Name, ObjectPath, RelationName, View};

use super::index::options;
use super::statement::Modifiers;

use super::cursor::{Cursor, Read};
use super::reader::{Reader, problem};
use super::rename;

/// `CREATE … VIEW name [(columns)] … AS query`, from behind the word VIEW.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, with: &Modifiers) -> Read<()> {
    let (materialized, replace) = (with.materialized, with.replace);
    let span = reader.span(cursor);
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = reader.new_relation(cursor)?;
    let columns = if cursor.at_symbol(b'(') { reader.names(cursor)? } else { Vec::new() };
    let path = ObjectPath::relation(Kind::View, &name);
    let mut beyond = attributes(cursor)?;
    beyond.extend(with.beyond.clone());
    cursor.expect("AS")?;
    let query = query(cursor, &mut beyond);
    if reader.database.views.contains_key(&name) && !replace {
        if !if_not_exists {
            let message = format!("view {name} is created twice");
            reader.warn_repeated(
                ObjectPath::relation(Kind::View, &name),
                span,
                message,
                "the first definition counts; write OR REPLACE, or drop the view before",
            );
        }
        return Ok(());
    }
    let comment = reader.database.views.get(&name).and_then(|view| view.comment.clone());
    reader.spans.object(path.clone(), span);
    for (attribute, value) in beyond {
        reader.beyond(path.clone(), &attribute, value);
    }
    let view = View { name: name.clone(), query: Expr::new(query), columns, materialized, comment };
    reader.database.views.insert(name, view);
    Ok(())
}

/// What stands between the columns and AS: options, method and tablespace.
fn attributes(cursor: &mut Cursor<'_>) -> Read<Vec<(String, String)>> {
    let mut found = Vec::new();
    while !cursor.is_done() && !cursor.at("AS") {
        if cursor.eat("WITH") {
            let list = options(&cursor.parens()?)?;
            found.extend(list.into_iter().map(|(name, value)| (name.to_ascii_uppercase(), value)));
        } else if cursor.eat("USING") {
            let method = cursor.ident()?.text;
            found.extend((method != "heap").then(|| ("USING".to_owned(), method)));
        } else if cursor.eat("TABLESPACE") {
            found.push(("TABLESPACE".to_owned(), cursor.ident()?.text));
        } else {
            return Err(cursor.problem("AS"));
        }
    }
    Ok(found)
}

/// The query up to the end, without WITH DATA and WITH CHECK OPTION.
fn query(cursor: &mut Cursor<'_>, beyond: &mut Vec<(String, String)>) -> String {
    let start = *cursor;
    let end = |cursor: &Cursor<'_>| {
        cursor.at_any(&[
            "WITH DATA",
            "WITH NO DATA",
            "WITH CHECK OPTION",
            "WITH CASCADED CHECK OPTION",
            "WITH LOCAL CHECK OPTION",
        ])
    };
    let text = cursor.until(end);
    let is_whole = cursor.is_done();
    let check = match () {
        () if cursor.at_any(&["WITH CHECK", "WITH CASCADED"]) => Some("cascaded"),
        () if cursor.at("WITH LOCAL") => Some("local"),
        () => None,
    };
    beyond.extend(check.map(|kind| ("CHECK_OPTION".to_owned(), kind.to_owned())));
    cursor.skip_all();
    if is_whole { start.rest_as_written() } else { text }
}

/// `ALTER [MATERIALIZED] VIEW [IF EXISTS] name …`.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    let name = reader.existing(cursor, |database| &database.views)?;
    if !reader.database.views.contains_key(&name) {
        cursor.skip_all();
        return if if_exists { Ok(()) } else { Err(problem(cursor, format!("there is no view {name}"))) };
    }
    if cursor.eat("RENAME TO") {
        let to = RelationName::new(name.schema.clone(), reader.relation_name(&cursor.ident()?));
        rename::view(reader, &name, &to);
    } else if cursor.eat("SET SCHEMA") {
        let to = RelationName::new(Some(reader.relation_name(&cursor.ident()?)), name.name.clone());
        rename::view(reader, &name, &to);
    } else if cursor.mentions(&["AS"]) && reader.grammar.inline_indexes {
        // MySQL: the query anew.
        let columns: Vec<Name> = if cursor.at_symbol(b'(') { reader.names(cursor)? } else { Vec::new() };
        cursor.until(|cursor| cursor.at("AS"));
        cursor.expect("AS")?;
        let mut beyond = Vec::new();
        let text = query(cursor, &mut beyond);
        for (attribute, value) in beyond {
            reader.beyond(ObjectPath::relation(Kind::View, &name), &attribute, value);
        }
        if let Some(view) = reader.database.views.get_mut(&name) {
            view.query = Expr::new(text);
            view.columns = columns;
        }
    } else if cursor.at_any(&["SET", "RESET"]) && cursor.mentions(&["TABLESPACE", "ACCESS", "SCHEMA"]) {
        let rest = cursor.rest();
        cursor.skip_all();
        reader.beyond(ObjectPath::relation(Kind::View, &name), "ALTER VIEW", rest);
    } else if cursor.at("SET") || cursor.at("RESET") {
        let sets = cursor.eat("SET") || !cursor.eat("RESET");
        for (attribute, value) in options(&cursor.parens()?)? {
            let path = ObjectPath::relation(Kind::View, &name);
            match sets {
                true => reader.beyond(path, &attribute.to_ascii_uppercase(), value),
                false => reader.within(&path, &attribute.to_ascii_uppercase()),
            }
        }
    } else if cursor.at("ALTER") {
        cursor.skip();
        cursor.eat("COLUMN");
        let attribute = format!("DEFAULT of column {}", reader.name(cursor)?);
        let value = if cursor.eat("SET DEFAULT") { cursor.rest() } else { String::new() };
        cursor.skip_all();
        reader.beyond_unless(ObjectPath::relation(Kind::View, &name), &attribute, value, "");
    } else {
        cursor.skip_all();
    }
    Ok(())
}
