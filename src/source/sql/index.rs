//! Indexes: CREATE, ALTER and DROP INDEX, and the indexes inside CREATE TABLE.

use crate::model::{Expr, Fact, Index, IndexKey, IndexKind, Kind, Name, NullsOrder, ObjectPath, RelationName, Table};

use super::absent::no_table;
use super::column::chosen_collation;
use super::cursor::{Cursor, Read};
use super::key_clause::nulls_not_distinct;
use super::reader::{Reader, bare, problem, unnamed_index};
use super::{partition, uncaptured};

/// `CREATE [UNIQUE | FULLTEXT | SPATIAL] INDEX …`, from the word INDEX or what stands before it.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let span = reader.span(cursor);
    let mut index = unnamed_index();
    index.unique = cursor.eat("UNIQUE");
    index.kind = kind(cursor);
    cursor.expect("INDEX")?;
    cursor.eat("CONCURRENTLY");
    let mut if_not_exists = cursor.eat("IF NOT EXISTS");
    let mut schema = None;
    if !cursor.at("ON") {
        let written = reader.written(cursor)?;
        schema = written.schema;
        index.name = reader.context.dialect.column_name(written.name.as_str(), true);
        index.name_is_implied = false;
    }
    if_not_exists |= cursor.eat("IF NOT EXISTS");
    index.method = method(cursor);
    cursor.expect("ON")?;
    let only = cursor.eat("ONLY");
    // SQLite names the schema at the index, and the table without one.
    let mut written = reader.written(cursor)?;
    written.schema = written.schema.or(schema);
    let table = reader.names.found(written, |name| reader.database.tables.contains_key(name));
    definition(reader, cursor, &mut index, &table)?;
    let before = partition::count(reader, &table);
    install(reader, &table, index, if_not_exists, span, cursor)?;
    if !only {
        partition::hand_down(reader, &table, before);
    }
    Ok(())
}

fn kind(cursor: &mut Cursor<'_>) -> IndexKind {
    if cursor.eat("FULLTEXT") {
        IndexKind::Fulltext
    } else if cursor.eat("SPATIAL") {
        IndexKind::Spatial
    } else {
        IndexKind::Ordinary
    }
}

/// The parameters of an operator class as the catalog prints them: `siglen='64'`.
fn parameters(cursor: &mut Cursor<'_>) -> String {
    let mut list: Vec<String> = cursor
        .items()
        .iter()
        .map(|item| match item.rest().split_once('=') {
            Some((name, value)) => format!("{}='{}'", name.trim(), value.trim().trim_matches('\'')),
            None => item.rest(),
        })
        .collect();
    list.sort();
    list.join(", ")
}

/// `USING method`, in lower case.
pub(super) fn method(cursor: &mut Cursor<'_>) -> Option<String> {
    if !(cursor.eat("USING") || cursor.eat("TYPE")) {
        return None;
    }
    Some(cursor.ident().ok()?.text.to_ascii_lowercase())
}

/// Everything behind the table's name.
fn definition(reader: &Reader<'_>, cursor: &mut Cursor<'_>, index: &mut Index, table: &RelationName) -> Read<()> {
    index.method = method(cursor).or(index.method.take());
    index.keys = reader.index_keys(&mut cursor.parens()?)?;
    while !cursor.is_done() {
        if cursor.at("INCLUDE") {
            index.include = reader.include(cursor)?;
        } else if cursor.at_any(&["NULLS NOT DISTINCT", "NULLS DISTINCT"]) {
            index.nulls_not_distinct = nulls_not_distinct(cursor);
        } else if cursor.eat("WITH PARSER") {
            index.options.push(("parser".to_owned(), cursor.ident()?.text));
        } else if cursor.eat("WITH") {
            index.options.extend(options(&cursor.parens()?)?);
        } else if cursor.eat("TABLESPACE") {
            let tablespace = cursor.ident()?.text;
            reader.beyond_unless(path(table, &index.name), "TABLESPACE", tablespace, "pg_default");
        } else if cursor.eat("WHERE") {
            index.predicate = Fact::Known(Some(bare(&cursor.rest())));
            cursor.skip_all();
        } else {
            let before = cursor.mark();
            reader.index_options(cursor, index)?;
            if cursor.mark() == before {
                return Err(cursor.problem("an option of the index"));
            }
        }
    }
    index.options.sort();
    Ok(())
}

/// Options of MySQL's indexes that only their engines understand.
const OPTIONS: [&str; 3] = ["ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE", "CLUSTERING"];

fn path(table: &RelationName, index: &Name) -> ObjectPath {
    ObjectPath::of_table(Kind::Index, table, index.clone())
}

/// `(name = value, …)` of a WITH clause, in lower case and sorted.
pub(super) fn options(inner: &Cursor<'_>) -> Read<Vec<(String, String)>> {
    let mut options = Vec::new();
    for mut item in inner.items() {
        let name = item.dotted()?.into_iter().map(|part| part.text.to_ascii_lowercase()).collect::<Vec<_>>().join(".");
        let value =
            if item.eat_symbol(b'=') { item.string().unwrap_or_else(|_| item.rest()) } else { "true".to_owned() };
        options.push((name, value));
    }
    options.sort();
    Ok(options)
}

impl Reader<'_> {
    /// MySQL's `[UNIQUE] {KEY | INDEX} [name] [USING …] (…) options` inside CREATE or ALTER TABLE.
    pub fn inline_index(&self, cursor: &mut Cursor<'_>, table: &RelationName, constraint: Option<Name>) -> Read<Index> {
        let mut index = unnamed_index();
        index.unique = cursor.eat("UNIQUE");
        index.kind = kind(cursor);
        let _keyword = cursor.eat("KEY") || cursor.eat("INDEX");
        cursor.eat("IF NOT EXISTS");
        if !cursor.at_symbol(b'(') && !cursor.at_any(&["USING", "TYPE"]) {
            index.name = self.name(cursor)?;
            index.name_is_implied = false;
        } else if let Some(name) = constraint {
            index.name = name;
            index.name_is_implied = false;
        }
        definition(self, cursor, &mut index, table)?;
        Ok(index)
    }

    /// MySQL's options behind the keys of an index.
    pub fn index_options(&self, cursor: &mut Cursor<'_>, index: &mut Index) -> Read<()> {
        loop {
            if cursor.at_any(&["USING BTREE", "USING HASH", "USING RTREE", "TYPE BTREE"]) {
                index.method = method(cursor);
            } else if cursor.eat("COMMENT") {
                cursor.eat_symbol(b'=');
                index.comment = Some(cursor.string()?).filter(|text| !text.is_empty());
            } else if cursor.eat("INVISIBLE") || cursor.eat("IGNORED") {
                index.invisible = true;
            } else if cursor.eat("KEY_BLOCK_SIZE") {
                cursor.eat_symbol(b'=');
                index.options.push(("key_block_size".to_owned(), cursor.integer()?.to_string()));
            } else if cursor.eat("WITH PARSER") {
                index.options.push(("parser".to_owned(), cursor.ident()?.text));
            } else if let Some(word) = OPTIONS.into_iter().find(|word| cursor.eat(word)) {
                cursor.eat_symbol(b'=');
                index.options.push((word.to_ascii_lowercase(), cursor.group()));
            } else if cursor.eat("ALGORITHM") || cursor.eat("LOCK") {
                cursor.eat_symbol(b'=');
                cursor.skip();
            } else if !(cursor.eat("VISIBLE") || cursor.eat("NOT IGNORED")) {
                return Ok(());
            }
        }
    }

    /// The keys of an index, inside their parentheses.
    pub fn index_keys(&self, cursor: &mut Cursor<'_>) -> Read<Vec<IndexKey>> {
        cursor
            .items()
            .into_iter()
            .map(|mut item| {
                let key = self.index_key(&mut item)?;
                if item.is_done() { Ok(key) } else { Err(item.problem("the end of the index key")) }
            })
            .collect()
    }

    /// One key of an index.
    pub fn index_key(&self, cursor: &mut Cursor<'_>) -> Read<IndexKey> {
        let mut key = self.index_target(cursor)?;
        if cursor.eat("COLLATE") {
            key.collation = chosen_collation(self.collation(cursor)?);
        }
        if self.grammar.search_path
            && !cursor.is_done()
            && !cursor.at_any(&["ASC", "DESC", "NULLS", "WITH", "WITHOUT OVERLAPS"])
        {
            let mut class = cursor.dotted()?.pop().map_or(String::new(), |part| part.text);
            if cursor.at_symbol(b'(') {
                class = format!("{class}({})", parameters(&mut cursor.parens()?));
            }
            key.opclass = Some(class);
        }
        key.descending = cursor.eat("DESC");
        if !key.descending {
            cursor.eat("ASC");
        }
        if cursor.eat("NULLS FIRST") {
            key.nulls = (!key.descending).then_some(NullsOrder::First);
        } else if cursor.eat("NULLS LAST") {
            key.nulls = key.descending.then_some(NullsOrder::Last);
        }
        Ok(key)
    }

    fn index_target(&self, cursor: &mut Cursor<'_>) -> Read<IndexKey> {
        if self.grammar.free_index_keys {
            let start = cursor.mark();
            let text = cursor.until(|cursor| cursor.at_any(&["COLLATE", "ASC", "DESC", "NULLS"]));
            let end = cursor.mark();
            cursor.back_to(start);
            let column = (end == start + 1).then(|| cursor.ident().ok()).flatten();
            cursor.back_to(end);
            return match column {
                Some(column) => Ok(IndexKey::column(self.column_name(&column))),
                None if text.is_empty() => Err(cursor.problem("a column or expression")),
                None => Ok(IndexKey::expr(bare(&text))),
            };
        }
        if cursor.at_symbol(b'(') {
            let inner = cursor.parens()?;
            return Ok(IndexKey::expr(bare(&inner.rest())));
        }
        let start = cursor.mark();
        let mut parts = cursor.dotted()?;
        if cursor.at_symbol(b'(') {
            let mut inner = cursor.parens()?;
            if self.grammar.prefix_lengths {
                let column = parts.pop().map(|part| self.column_name(&part));
                let mut key = IndexKey::column(column.ok_or_else(|| cursor.problem("a column"))?);
                key.prefix_length = u32::try_from(inner.integer()?).ok();
                return Ok(key);
            }
            return Ok(IndexKey::expr(Expr::new(cursor.slice(start))));
        }
        let column = parts.pop().map(|part| self.column_name(&part));
        Ok(IndexKey::column(column.ok_or_else(|| cursor.problem("a column"))?))
    }
}

fn install(
    reader: &mut Reader<'_>,
    table: &RelationName,
    index: Index,
    if_not_exists: bool,
    span: crate::snapshot::Span,
    cursor: &Cursor<'_>,
) -> Read<()> {
    if reader.database.views.contains_key(table) || reader.is_temporary(table) {
        // The index of a materialized view: views are compared by their query.
        if !reader.is_temporary(table) {
            reader.beyond(path(table, &index.name), "INDEX of a materialized view", "");
        }
        return Ok(());
    }
    let Some(target) = reader.database.tables.get_mut(table) else {
        return Err(no_table(cursor, table, "index"));
    };
    let exists = !index.name_is_implied && target.indexes.iter().any(|other| other.name == index.name);
    if exists && if_not_exists {
        return Ok(());
    }
    if exists {
        let message = format!("index {} on {table} is created twice", index.name);
        let path = ObjectPath::of_table(Kind::Index, table, index.name.clone());
        let help = "the first definition counts; drop the index before, or remove one of the two";
        reader.warn_repeated(path, span, message, help);
        return Ok(());
    }
    reader.spans.index(table, &index, span);
    target.indexes.push(index);
    Ok(())
}

/// Where an index stands: its table and its position there.
pub(super) fn locate(reader: &mut Reader<'_>, name: &RelationName) -> Option<(RelationName, usize)> {
    if let Some(found) = position(reader, name) {
        return Some(found);
    }
    // It may be one that the engine named.
    let unnamed = |table: &Table| table.indexes.iter().any(|index| index.name.as_str().is_empty());
    let tables = &reader.database.tables;
    let unnamed: Vec<RelationName> =
        tables.values().filter(|table| unnamed(table)).map(|table| table.name.clone()).collect();
    for table in &unnamed {
        reader.complete_table(table);
    }
    position(reader, name)
}

fn position(reader: &Reader<'_>, name: &RelationName) -> Option<(RelationName, usize)> {
    reader.database.tables.values().find_map(|table| {
        let same_schema = name.schema == table.name.schema;
        let at = table.indexes.iter().position(|index| same_schema && index.name == name.name)?;
        Some((table.name.clone(), at))
    })
}

/// `ALTER INDEX [IF EXISTS] name …`.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    let written = reader.written(cursor)?;
    let name = index_name(reader, written);
    if cursor.eat("ATTACH PARTITION") {
        let written = reader.written(cursor)?;
        let child = index_name(reader, written);
        let _named_by_now = locate(reader, &child);
        partition::index_attached(reader, &child);
        return Ok(());
    }
    if cursor.at_any(&["OWNER", "DEPENDS", "NO DEPENDS"]) {
        cursor.skip_all();
        return Ok(());
    }
    if cursor.at_any(&["SET TABLESPACE", "ALTER"]) {
        return uncaptured::alter_index(reader, cursor, &name);
    }
    let Some((table, at)) = locate(reader, &name) else {
        if rename_constraint(reader, cursor, &name)? || if_exists {
            cursor.skip_all();
            return Ok(());
        }
        return Err(problem(cursor, format!("there is no index {name}")));
    };
    let to = if cursor.eat("RENAME TO") { Some(reader.name(cursor)?) } else { None };
    if let Some(to) = &to {
        reader.spans.rename_index(&table, &name.name, to);
        reader.move_notes(&[Kind::Index], &table, &name.name, Some(to));
    }
    let set = if cursor.eat("SET") { options(&cursor.parens()?)? } else { Vec::new() };
    let reset = if cursor.eat("RESET") { options(&cursor.parens()?)? } else { Vec::new() };
    let Some(index) = reader.table(&table).and_then(|table| table.indexes.get_mut(at)) else { return Ok(()) };
    if let Some(to) = to {
        index.name = to;
        index.name_is_implied = false;
    }
    index.options.retain(|(name, _)| !set.iter().chain(&reset).any(|(other, _)| other == name));
    index.options.extend(set);
    index.options.sort();
    if cursor.is_done() { Ok(()) } else { Err(cursor.problem("a change of the index")) }
}

/// In PostgreSQL the index behind a constraint bears its name, and renaming either renames both.
fn rename_constraint(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, name: &RelationName) -> Read<bool> {
    if !cursor.eat("RENAME TO") {
        return Ok(false);
    }
    let to = reader.name(cursor)?;
    let tables: Vec<RelationName> =
        reader.database.tables.keys().filter(|table| table.schema == name.schema).cloned().collect();
    for table in tables {
        if super::alter_table::rename_constraint(reader, &table, &name.name, &to) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// An index's name with the schema in which it is looked up.
pub(super) fn index_name(reader: &Reader<'_>, written: RelationName) -> RelationName {
    let name = reader.context.dialect.column_name(written.name.as_str(), true);
    let exists = |candidate: &RelationName| position(reader, candidate).is_some();
    reader.names.found(RelationName::new(written.schema, name), exists)
}

/// `DROP INDEX [CONCURRENTLY] [IF EXISTS] name, … [ON table]`.
pub(super) fn drop(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.eat("CONCURRENTLY");
    let if_exists = cursor.eat("IF EXISTS");
    for mut item in cursor.items() {
        let written = reader.written(&mut item)?;
        if item.eat("ON") {
            let table = reader.table_name(&mut item)?;
            let name = reader.context.dialect.column_name(written.name.as_str(), true);
            super::alter_table::drop_index(reader, &table, &name, if_exists, &item)?;
            continue;
        }
        let name = index_name(reader, written);
        match locate(reader, &name) {
            Some((table, at)) => {
                if let Some(table) = reader.table(&table) {
                    table.indexes.remove(at);
                }
            }
            None if if_exists => {}
            None => return Err(problem(&item, format!("there is no index {name} to drop"))),
        }
    }
    Ok(())
}
