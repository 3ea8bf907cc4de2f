//! Types that a schema declares: enums, domains, and the others that are only listed.

use crate::model::{Constraint, Domain, EnumType, Facet, Fact, Kind, ObjectPath, OpaqueObject, RelationName};

use super::column::{at_attribute, unknown_column};
use super::cursor::{Cursor, Read};
use super::reader::{Reader, constraint_name, problem};
use super::rename;

/// `CREATE TYPE …`, from behind the word TYPE.
pub(super) fn create(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let span = reader.span(cursor);
    let name = reader.new_relation(cursor)?;
    if !cursor.eat("AS ENUM") {
        let quoted = reader.context.dialect.quote_relation(&name);
        let definition = format!("CREATE TYPE {quoted} {}", cursor.rest());
        cursor.skip_all();
        reader.opaque(Kind::Type, name, None, Some(definition.trim_end().to_owned()));
        return Ok(());
    }
    let values = cursor.parens()?.items().into_iter().map(|mut item| item.string()).collect::<Read<Vec<_>>>()?;
    if reader.database.enums.contains_key(&name) {
        let message = format!("type {name} is created twice");
        let path = ObjectPath::relation(Kind::Enum, &name);
        reader.warn_repeated(path, span, message, "the first definition counts; remove one of the two");
        return Ok(());
    }
    reader.spans.object(ObjectPath::relation(Kind::Enum, &name), span);
    reader.database.enums.insert(name.clone(), EnumType { name, values, comment: None });
    Ok(())
}

/// `ALTER TYPE name …`.
pub(super) fn alter(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let at = *cursor;
    let name = reader.existing(cursor, |database| &database.enums)?;
    if cursor.at("OWNER TO") {
        cursor.skip_all();
        return Ok(());
    }
    // Its definition is that of before.
    let is_it = |object: &&mut OpaqueObject| object.kind == Kind::Type && object.name == name;
    reader.database.opaque.iter_mut().filter(is_it).for_each(|object| object.definition = None);
    if cursor.eat("RENAME TO") {
        let new = reader.relation_name(&cursor.ident()?);
        rename::user_type(reader, &name, &RelationName::new(name.schema.clone(), new));
        return Ok(());
    }
    if cursor.eat("SET SCHEMA") {
        let schema = reader.relation_name(&cursor.ident()?);
        rename::user_type(reader, &name, &RelationName::new(Some(schema), name.name.clone()));
        return Ok(());
    }
    let Some(found) = reader.database.enums.get_mut(&name) else {
        if cursor.at_any(&["ADD ATTRIBUTE", "DROP ATTRIBUTE", "ALTER ATTRIBUTE", "RENAME ATTRIBUTE", "SET"]) {
            cursor.skip_all();
            return Ok(());
        }
        return Err(problem(&at, format!("there is no enum type {name}")));
    };
    if cursor.eat("ADD VALUE") {
        return add_value(found, cursor);
    }
    cursor.expect("RENAME VALUE")?;
    let from = cursor.string()?;
    cursor.expect("TO")?;
    let to = cursor.string()?;
    let missing = problem(cursor, format!("enum type {name} has no value '{from}'"));
    *found.values.iter_mut().find(|value| **value == from).ok_or(missing)? = to;
    Ok(())
}

/// `ADD VALUE [IF NOT EXISTS] 'new' [{BEFORE | AFTER} 'old']`
fn add_value(found: &mut EnumType, cursor: &mut Cursor<'_>) -> Read<()> {
    cursor.eat("IF NOT EXISTS");
    let value = cursor.string()?;
    let before = cursor.eat("BEFORE");
    let neighbour = if before || cursor.eat("AFTER") { Some(cursor.string()?) } else { None };
    if found.values.contains(&value) {
        return Ok(());
    }
    let at = match neighbour {
        None => found.values.len(),
        Some(neighbour) => {
            let missing = problem(cursor, format!("enum type {} has no value '{neighbour}'", found.name));
            let at = found.values.iter().position(|other| *other == neighbour).ok_or(missing)?;
            if before { at } else { at + 1 }
        }
    };
    found.values.insert(at, value);
    Ok(())
}

/// `DROP TYPE` and `DROP DOMAIN`.
pub(super) fn drop(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let if_exists = cursor.eat("IF EXISTS");
    for mut item in cursor.items() {
        let name = reader.existing(&mut item, |database| &database.enums)?;
        let domain = reader.names.found(name.clone(), |name| reader.database.domains.contains_key(name));
        let found = reader.database.enums.remove(&name).is_some() || reader.database.domains.remove(&domain).is_some();
        reader.move_notes_of(&[Kind::Enum, Kind::Type], &name, None);
        reader.move_notes_of(&[Kind::Domain], &domain, None);
        let before = reader.database.opaque.len();
        reader.forget_opaque(Kind::Type, &name, None);
        if !found && !if_exists && reader.database.opaque.len() == before {
            return Err(problem(&item, format!("there is no type {name} to drop")));
        }
        if found && item.eat("CASCADE") {
            drop_columns_of(reader, &name);
        }
    }
    Ok(())
}

/// CASCADE drops the columns of a dropped type.
fn drop_columns_of(reader: &mut Reader<'_>, name: &RelationName) {
    let doomed: Vec<_> = reader
        .database
        .tables
        .values()
        .flat_map(|table| table.columns.iter().map(move |column| (table.name.clone(), column)))
        .filter(|(_, column)| column.ty.known().is_some_and(|ty| ty.kind.user_type() == Some(name)))
        .map(|(table, column)| (table, column.name.clone()))
        .collect();
    for (table, column) in doomed {
        rename::drop_column(reader, &table, &column);
    }
}

/// `CREATE DOMAIN name [AS] type …`, from behind the word DOMAIN.
pub(super) fn create_domain(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let span = reader.span(cursor);
    let name = reader.new_relation(cursor)?;
    cursor.eat("AS");
    let ty = match reader.data_type(&cursor.until(at_attribute)) {
        Fact::Known(ty) => ty,
        Fact::Unknown(reason) => {
            cursor.skip_all();
            let path = ObjectPath::relation(Kind::Domain, &name);
            reader.undecided(Some(path), Facet::of(Kind::Domain), reason.0, span);
            return Ok(());
        }
    };
    // A domain's constraints are spelled like a column's.
    let mut column = unknown_column(name.name.clone(), "a domain");
    column.nullable = Fact::Known(true);
    column.default = Fact::Known(None);
    let mut parts = super::column::Parts::default();
    let column = reader.attributes(cursor, &name, column, &mut parts)?;
    let checks = parts.constraints.into_iter().filter_map(|(constraint, _)| match constraint {
        Constraint::Check(check) => Some(check),
        Constraint::PrimaryKey(_) | Constraint::Unique(_) | Constraint::ForeignKey(_) | Constraint::Exclusion(_) => {
            None
        }
    });
    let checks = checks.collect();
    let not_null = column.nullable.known() == Some(&false);
    let default = column.default.known().cloned().flatten();
    reader.spans.object(ObjectPath::relation(Kind::Domain, &name), span);
    reader.database.domains.insert(name.clone(), Domain { name, ty, not_null, default, checks });
    Ok(())
}

/// `ALTER DOMAIN name …`.
pub(super) fn alter_domain(reader: &mut Reader<'_>, cursor: &mut Cursor<'_>) -> Read<()> {
    let name = reader.existing(cursor, |database| &database.domains)?;
    if cursor.eat("RENAME TO") {
        let new = reader.relation_name(&cursor.ident()?);
        rename::user_type(reader, &name, &RelationName::new(name.schema.clone(), new));
        return Ok(());
    }
    let default = if cursor.eat("SET DEFAULT") { Some(reader.default_expr(cursor)?) } else { None };
    let Some(domain) = reader.database.domains.get_mut(&name) else {
        return Err(problem(cursor, format!("there is no domain {name}")));
    };
    if let Some(default) = default {
        domain.default = default;
    } else if cursor.eat("DROP DEFAULT") {
        domain.default = None;
    } else if cursor.eat("SET NOT NULL") {
        domain.not_null = true;
    } else if cursor.eat("DROP NOT NULL") {
        domain.not_null = false;
    } else if cursor.eat("ADD") {
        let name_of_check = if cursor.eat("CONSTRAINT") { Some(reader.name(cursor)?) } else { None };
        cursor.expect("CHECK")?;
        let check = reader.check(cursor, constraint_name(name_of_check))?;
        reader.database.domains.entry(name).and_modify(|domain| domain.checks.push(check));
    } else if cursor.eat("DROP CONSTRAINT") {
        cursor.eat("IF EXISTS");
        let gone = reader.name(cursor)?;
        let domain = reader.database.domains.entry(name);
        domain.and_modify(|domain| domain.checks.retain(|check| check.name.name() != Some(&gone)));
        let _behavior = cursor.eat("CASCADE") || cursor.eat("RESTRICT");
    } else {
        // Owners and schemas of domains are not in the model.
        cursor.skip_all();
    }
    Ok(())
}
