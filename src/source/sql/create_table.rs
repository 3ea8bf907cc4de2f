//! CREATE TABLE, with the tables that are made from others.

use crate::model::{
    Attribute, CheckConstraint, ColumnOverride, Constraint, ConstraintName, Expr, Extras, Facet, Fact, Kind, Name,
    ObjectPath, RelationName, Table,
};
use crate::snapshot::Span;

use super::column::{Parts, unknown_column};
use super::cursor::{Cursor, Problem, Read};
use super::namespace::Namespace;
use super::reader::{Reader, TABLE_PARTS};
use super::{copy_table, table_options};

/// `CREATE [OR REPLACE] [UNLOGGED | TEMPORARY] TABLE …`, from behind the word TABLE.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, replace: bool, unlogged: bool) -> Read<()> {
    let span = reader.span(cursor);
    let if_not_exists = cursor.eat("IF NOT EXISTS");
    let written = reader.written(cursor)?;
    let is_reserved = reader.grammar.reserved_prefix.is_some_and(|prefix| written.name.key().starts_with(prefix));
    if is_reserved || written.schema.as_ref().is_some_and(Namespace::is_temporary) {
        reader.add_temporary(written);
        cursor.skip_all();
        return Ok(());
    }
    let name = reader.names.placed(written);
    let exists = reader.database.tables.contains_key(&name);
    if exists && if_not_exists {
        cursor.skip_all();
        return Ok(());
    }
    if exists && !replace {
        let message = format!("table {name} is created twice");
        reader.warn_repeated(
            ObjectPath::table(&name),
            span,
            message,
            "the first definition counts; write IF NOT EXISTS, or drop the table before",
        );
        cursor.skip_all();
        return Ok(());
    }
    let mut table = Table::new(name.clone(), reader.grammar.extras());
    if let Extras::Postgres(extras) = &mut table.extras {
        extras.unlogged = unlogged;
    }
    reader.spans.forget_table(&name);
    reader.forget_notes(&name);
    reader.spans.table(&name, span.clone());
    body(reader, cursor, &mut table, &span)?;
    reader.context.dialect.absorb_uniques(&mut table);
    reader.database.tables.insert(name, table);
    Ok(())
}

/// `SELECT … INTO [TEMPORARY | UNLOGGED] [TABLE] name …` (PostgreSQL), which makes a table of what the query gives.
pub(super) fn select_into(reader: &mut Reader<'_>, mut cursor: Cursor<'_>) -> Read<()> {
    let span = reader.span(&cursor);
    cursor.until(|cursor| cursor.at("INTO"));
    if !cursor.eat("INTO") {
        return Ok(());
    }
    let temporary = cursor.eat("TEMPORARY") || cursor.eat("TEMP");
    let unlogged = cursor.eat("UNLOGGED");
    cursor.eat("TABLE");
    let written = reader.written(&mut cursor)?;
    if temporary {
        reader.add_temporary(written);
        return Ok(());
    }
    let name = reader.names.placed(written);
    let mut table = Table::new(name.clone(), reader.grammar.extras());
    if let Extras::Postgres(extras) = &mut table.extras {
        extras.unlogged = unlogged;
    }
    from_query(reader, &name, &span);
    reader.spans.table(&name, span);
    reader.database.tables.insert(name, table);
    Ok(())
}

/// The columns of a table that a query fills are those of the query.
fn from_query(reader: &mut Reader<'_>, table: &RelationName, span: &Span) {
    let reason = "the table's columns come from a query, which is not evaluated";
    reader.undecided(Some(ObjectPath::table(table)), Facet::of(Kind::Column), reason, span.clone());
}

/// Everything behind the table's name.
fn body(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut Table, span: &Span) -> Read<()> {
    if cursor.eat("LIKE") {
        return copy_table::like(reader, cursor, table, span);
    }
    let mut partition_of = None;
    if cursor.eat("PARTITION OF") {
        let parent = reader.table_name(cursor)?;
        partition_of = Some(parent);
    } else if cursor.eat("OF") {
        cursor.dotted()?;
        let reason = "the table takes its columns from a composite type, which is not read";
        let path = ObjectPath::table(&table.name);
        reader.undecided(Some(path), Facet::of(Kind::Column), reason, span.clone());
    }
    if cursor.at_symbol(b'(') {
        let inner = cursor.parens()?;
        if reader.grammar.inline_indexes && inner.at("LIKE") {
            let mut inner = inner;
            inner.skip();
            return copy_table::like(reader, &mut inner, table, span);
        }
        for item in inner.items() {
            element(reader, item, table, partition_of.is_some());
        }
    }
    if let Some(parent) = partition_of {
        // `FOR VALUES WITH (MODULUS …)`: this WITH is not that of the storage parameters.
        let modulus = cursor.at("FOR VALUES WITH").then(|| cursor.mark() + 2);
        let bound = cursor.until(|cursor| {
            cursor.at_any(&["PARTITION BY", "USING", "WITH", "TABLESPACE"]) && Some(cursor.mark()) != modulus
        });
        if let Extras::Postgres(extras) = &mut table.extras {
            extras.partition_of = Some((parent, bound));
        }
    }
    tail(reader, cursor, table, span)
}

/// One element inside the parentheses. What cannot be read costs that element alone.
fn element(reader: &mut Reader<'_>, mut item: Cursor<'_>, table: &mut Table, is_partition: bool) {
    let mut parts = Parts::default();
    let kind = if reader.at_constraint(&item) { kind_of(&item) } else { Kind::Column };
    let start = item;
    let outcome = if kind != Kind::Column {
        reader.constraint(&mut item, &table.name, &mut parts)
    } else if item.eat("LIKE") {
        let span = reader.span(&start);
        copy_table::like(reader, &mut item, table, &span)
    } else if item.eat("PERIOD FOR") {
        period(reader, &mut item, &mut parts)
    } else if is_partition {
        overridden(reader, &mut item, table, &mut parts)
    } else {
        reader.column(&mut item, &table.name, &mut parts)
    };
    let outcome =
        outcome.and_then(|()| if item.is_done() { Ok(()) } else { Err(item.problem("the end of the definition")) });
    if let Err(problem) = outcome {
        if kind == Kind::Column && parts.columns.is_empty() {
            reader.undecided(
                Some(ObjectPath::table(&table.name)),
                Facet::of(Kind::Column),
                reason(&problem),
                reader.span_at(problem.place),
            );
        } else if kind == Kind::Column {
            for (column, _) in &mut parts.columns {
                *column = unknown_column(column.name.clone(), &reason(&problem));
            }
        }
        report(reader, &problem, table, kind);
    }
    add(reader, table, parts);
}

/// `PERIOD FOR name (start, end)` (MariaDB, "Application-Time Periods"): both columns are NOT NULL, and the server keeps
/// a check of the period's name.
fn period(reader: &Reader<'_>, item: &mut Cursor<'_>, parts: &mut Parts) -> Read<()> {
    let span = reader.span(item);
    let is_system = item.at("SYSTEM_TIME");
    let name = reader.name(item)?;
    let columns = reader.names(item)?;
    if let ([start, end], false) = (columns.as_slice(), is_system) {
        let quoted = |name: &Name| format!("`{}`", name.as_str().replace('`', "``"));
        let expr = Expr::new(format!("{} < {}", quoted(start), quoted(end)));
        let check = CheckConstraint::new(ConstraintName::Explicit(name), Fact::Known(expr));
        parts.constraints.push((Constraint::Check(check), span));
    }
    parts.not_null.extend(columns);
    Ok(())
}

fn reason(problem: &Problem) -> String {
    format!("a part of the table's definition could not be read: {}", problem.message)
}

/// Warns of a part of a definition that could not be read, and leaves what it may hold undecided.
fn report(reader: &mut Reader<'_>, problem: &Problem, table: &Table, kind: Kind) {
    let span = reader.span_at(problem.place);
    let message = format!("a part of table {} could not be read: {}", table.name, problem.message);
    let help = problem.help("correct it if the engine refuses it too; what it declares is left undecided");
    reader.warn(span.clone(), message, help);
    let kinds: &[Kind] = match kind {
        Kind::Column => &TABLE_PARTS[1..],
        Kind::Unique if reader.grammar.unique_is_index => &[Kind::Index],
        _ => &[kind],
    };
    for kind in kinds {
        reader.undecided(Some(ObjectPath::table(&table.name)), Facet::of(*kind), reason(problem), span.clone());
    }
}

fn kind_of(item: &Cursor<'_>) -> Kind {
    let mut item = *item;
    if item.eat("CONSTRAINT") && !item.at_any(&["PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CHECK"]) {
        item.skip();
    }
    if item.at("PRIMARY") {
        Kind::PrimaryKey
    } else if item.at("UNIQUE") {
        Kind::Unique
    } else if item.at("FOREIGN") {
        Kind::ForeignKey
    } else if item.at("CHECK") {
        Kind::Check
    } else if item.at("EXCLUDE") {
        Kind::Exclusion
    } else {
        Kind::Index
    }
}

/// A column inside the parentheses of PARTITION OF: `name [WITH OPTIONS] attributes`. The column stays the parent's,
/// and only what it adds to the table counts.
fn overridden(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut Table, parts: &mut Parts) -> Read<()> {
    let column = unknown_column(reader.name(cursor)?, "its definition is the parent's");
    cursor.eat("WITH OPTIONS");
    let column = reader.attributes(cursor, &table.name, column, parts)?;
    if column.generated.known().is_some() {
        let path = ObjectPath::of_table(Kind::Column, &table.name, column.name.clone());
        let facet = Facet::attribute(Kind::Column, Attribute::Generated);
        let reason = "a partition may compute a column otherwise than its parent, which is not compared";
        reader.undecided(Some(path), facet, reason, reader.span(cursor));
    }
    table.set_override(ColumnOverride {
        name: column.name.clone(),
        not_null: column.nullable == Fact::Known(false),
        default: column.default.known().cloned().map(Fact::Known),
        comment: None,
    });
    Ok(())
}

/// Adds what was read to a table, and records the places.
pub(super) fn add(reader: &mut Reader<'_>, table: &mut Table, parts: Parts) {
    for (column, span) in parts.columns {
        reader.spans.column(&table.name, &column.name, span.clone());
        if table.column(&column.name).is_some() {
            let message = format!("column {} of table {} is declared twice", column.name, table.name);
            let path = ObjectPath::of_table(Kind::Column, &table.name, column.name);
            reader.warn_repeated(path, span, message, "the first declaration counts; remove one of the two");
        } else {
            table.columns.push(column);
        }
    }
    for name in parts.not_null {
        if let Some(column) = table.column_mut(&name) {
            column.nullable = Fact::Known(false);
        }
    }
    for (constraint, span) in parts.constraints {
        reader.spans.constraint(&table.name, &constraint, span);
        add_constraint(table, constraint);
    }
    for (index, span) in parts.indexes {
        reader.spans.index(&table.name, &index, span);
        table.indexes.push(index);
    }
}

/// Adds one constraint to the list of its kind.
pub(super) fn add_constraint(table: &mut Table, constraint: Constraint) {
    match constraint {
        Constraint::PrimaryKey(key) => table.primary_key = Some(key),
        Constraint::Unique(unique) => table.uniques.push(unique),
        Constraint::ForeignKey(key) => table.foreign_keys.push(key),
        Constraint::Check(check) => table.checks.push(check),
        Constraint::Exclusion(exclusion) => table.exclusions.push(exclusion),
    }
}

/// Options, partitioning, inheritance, and a query that fills the table.
fn tail(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>, table: &mut Table, span: &Span) -> Read<()> {
    while !cursor.is_done() {
        if cursor.at_any(&["AS", "SELECT", "WITH RECURSIVE", "VALUES"]) || (cursor.at_symbol(b'(')) {
            from_query(reader, &table.name, span);
            cursor.skip_all();
        } else if cursor.eat("INHERITS") {
            let parents = cursor.parens()?.items();
            let parents: Read<Vec<RelationName>> =
                parents.into_iter().map(|mut item| reader.table_name(&mut item)).collect();
            if let Extras::Postgres(extras) = &mut table.extras {
                extras.inherits = parents?;
            }
        } else if !(cursor.eat_symbol(b',') || table_options::create(reader, cursor, table)?) {
            return Err(cursor.problem("an option of the table"));
        }
    }
    Ok(())
}
