//! Views and materialized views.

use crate::model::{Expr, Kind, Name, ObjectPath, RelationName, View};

use super::cursor::{Cursor, Read};
use super::reader::{Reader, problem};
use super::rename;

/// `CREATE … VIEW name [(columns)] … AS query`, from behind the word VIEW.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, materialized: bool, replace: bool) -> Read<()> {
    let span = reader.span(cursor);
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let name = reader.new_relation(cursor)?;
    let columns = if cursor.at_symbol(b'(') { reader.names(cursor)? } else { Vec::new() };
    // Options, method and tablespace may stand before AS.
    cursor.until(|cursor| cursor.at("AS"));
    cursor.expect("AS")?;
    let query = query(cursor);
    if reader.database.views.contains_key(&name) && !replace {
        if !if_not_exists {
            let message = format!("view {name} is created twice");
            reader.warn_repeated(
                span,
                message,
                "the first definition counts; write OR REPLACE, or drop the view before",
            );
        }
        return Ok(());
    }
    let comment = reader.database.views.get(&name).and_then(|view| view.comment.clone());
    reader.spans.object(ObjectPath::relation(Kind::View, &name), span);
    let view = View { name: name.clone(), query: Expr::new(query), columns, materialized, comment };
    reader.database.views.insert(name, view);
    Ok(())
}

/// The query up to the end, without WITH DATA and WITH CHECK OPTION.
fn query(cursor: &mut Cursor<'_>) -> String {
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
    cursor.skip_all();
    if is_whole { start.rest_as_written().to_owned() } else { text }
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
        let text = query(cursor);
        if let Some(view) = reader.database.views.get_mut(&name) {
            view.query = Expr::new(text);
            view.columns = columns;
        }
    } else {
        cursor.skip_all();
    }
    Ok(())
}
