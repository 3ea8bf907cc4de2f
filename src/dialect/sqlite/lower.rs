//! What the engine can do, and what it has to do otherwise: ALTER TABLE renames, adds and drops columns within limits;
//! for anything else the table is built anew (<https://sqlite.org/lang_altertable.html>).

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::Pair;
use crate::model::{
    Column, Constraint, DataType, Database, Expr, Extras, Fact, GeneratedStorage, Generation, Name, RelationName, Table,
};
use crate::plan::dependents::{computed_from, constraint_uses, index_uses, triggers_of};
use crate::plan::{Hazard, Lower, Op, Rebuild, Todo, Words, all_constraints, must_be_given};

use super::Sqlite;
use super::definition::is_constant;

impl Lower for Sqlite {
    fn lower(&self, todos: Vec<Todo>, databases: Pair<&Database>) -> Vec<Todo> {
        let mut of_table: BTreeMap<RelationName, Vec<Todo>> = BTreeMap::new();
        let mut out = Vec::new();
        for todo in todos {
            match altered_table(&todo.op).cloned() {
                Some(table) => of_table.entry(table).or_default().push(todo),
                None => out.push(todo),
            }
        }
        for (name, todos) in of_table {
            let tables = databases.map(|database| database.tables.get(&name)).both();
            match tables {
                Some(tables) => out.extend(lower_table(todos, tables, databases)),
                None => out.extend(todos),
            }
        }
        out
    }

    /// A type is an affinity here, and a column holds any value; only texts that turn into numbers change.
    fn narrows(&self, types: Pair<&DataType>) -> bool {
        let affinities = types.map(|ty| affinity(&ty.written));
        affinities.from == Affinity::Text
            && matches!(affinities.to, Affinity::Integer | Affinity::Numeric | Affinity::Real)
    }

    fn forgets_computed(&self) -> bool {
        false
    }

    fn moves_columns(&self) -> bool {
        false
    }

    fn checks_references(&self) -> bool {
        false
    }

    fn indexes_foreign_keys(&self) -> bool {
        false
    }

    fn shares_names(&self) -> bool {
        true
    }

    fn drawn_sequence(&self, _default: &Expr, _schema: Option<&Name>) -> Option<RelationName> {
        None
    }

    fn numbers_by_sequence(&self) -> bool {
        false
    }

    fn hazards(&self, op: &Op) -> Vec<Hazard> {
        let Op::RebuildTable(rebuild) = op else { return Vec::new() };
        let mut hazards = vec![Hazard::Locks("copies the table, since ALTER TABLE cannot make this change".to_owned())];
        let is_strict = |table: &Table| matches!(&table.extras, Extras::Sqlite(extras) if extras.strict);
        if is_strict(&rebuild.tables.to) {
            hazards.push(Hazard::NeedsData(
                "fails if rows hold values of another type than a STRICT table takes".to_owned(),
            ));
        }
        hazards
    }
}

/// The table of which an operation changes a part.
fn altered_table(op: &Op) -> Option<&RelationName> {
    match op {
        Op::AlterTable(tables) => Some(&tables.to.name),
        Op::AddColumn(table, ..)
        | Op::DropColumn(table, _)
        | Op::AlterColumn(table, ..)
        | Op::AddConstraint(table, _)
        | Op::DropConstraint(table, _)
        | Op::RenameConstraint(table, _)
        | Op::CreateIndex(table, _)
        | Op::DropIndex(table, _)
        | Op::AlterIndex(table, _) => Some(table),
        Op::CreateSchema(_)
        | Op::DropSchema(_)
        | Op::CreateEnum(_)
        | Op::DropEnum(_)
        | Op::ExtendEnum(_)
        | Op::ReplaceEnum { .. }
        | Op::CreateDomain(_)
        | Op::CreateOther(_)
        | Op::CreateSequence(_)
        | Op::DropSequence(_)
        | Op::AlterSequence(_)
        | Op::OwnSequence(_)
        | Op::HandSequence(..)
        | Op::CreateTable(_)
        | Op::DropTable(_)
        | Op::Comment(..)
        | Op::CreateView(_)
        | Op::DropView(_)
        | Op::RebuildTable(_)
        | Op::Together(..) => None,
    }
}

fn lower_table(todos: Vec<Todo>, tables: Pair<&Table>, databases: Pair<&Database>) -> Vec<Todo> {
    let todos: Vec<Todo> = join_references(todos.into_iter().flat_map(index_anew).filter(|todo| !is_comment(&todo.op)));
    if todos.iter().all(|todo| is_possible(&todo.op, tables, databases)) {
        return todos;
    }
    let mut out = Vec::new();
    let mut from = tables.from.clone();
    // A column that rows need a value for comes first, so that there is something to fill.
    for todo in &todos {
        let Some((table, column)) = required_column(&todo.op) else { continue };
        let mut open = column.clone();
        open.nullable = Fact::Known(true);
        from.columns.push(open.clone());
        let op = Op::AddColumn(table.clone(), Box::new(open), None);
        out.push(Todo { op, causes: todo.causes.clone(), held: todo.held.clone() });
    }
    let causes = todos.iter().flat_map(|todo| todo.causes.iter().copied()).collect();
    let held = todos.iter().find_map(|todo| todo.held.clone());
    let rebuild = Rebuild {
        tables: Pair::new(from, tables.to.clone()),
        triggers: triggers_of(databases.from, &tables.from.name),
    };
    out.push(Todo { op: Op::RebuildTable(Box::new(rebuild)), causes, held });
    out
}

/// An index cannot be renamed, so it is made anew.
fn index_anew(todo: Todo) -> Vec<Todo> {
    let Op::AlterIndex(table, indexes) = &todo.op else { return vec![todo] };
    let ops = [
        Op::DropIndex(table.clone(), Box::new(indexes.from.clone())),
        Op::CreateIndex(table.clone(), Box::new(indexes.to.clone())),
    ];
    ops.into_iter().map(|op| Todo { op, causes: todo.causes.clone(), held: todo.held.clone() }).collect()
}

/// Whether a column differs in its comment alone, which SQLite does not keep.
fn is_comment(op: &Op) -> bool {
    let Op::AlterColumn(_, columns, _) = op else { return false };
    let mut same = columns.from.clone();
    same.comment = columns.to.comment.clone();
    format!("{same:?}") == format!("{:?}", columns.to)
}

/// A new column and the foreign key on it alone are one ADD COLUMN.
fn join_references(todos: impl Iterator<Item = Todo>) -> Vec<Todo> {
    let mut out: Vec<Todo> = Vec::new();
    let mut keys = Vec::new();
    for todo in todos {
        match &todo.op {
            Op::AddConstraint(_, Constraint::ForeignKey(key)) if key.columns.len() == 1 => keys.push(todo),
            _ => out.push(todo),
        }
    }
    for key in keys {
        let Op::AddConstraint(table, Constraint::ForeignKey(reference)) = &key.op else { continue };
        let column = out.iter_mut().find(|todo| match &todo.op {
            Op::AddColumn(_, column, _) => reference.columns == [column.name.clone()],
            _ => false,
        });
        match column {
            Some(todo) => {
                todo.causes.extend(&key.causes);
                todo.op = Op::Together(table.clone(), vec![todo.op.clone(), key.op.clone()]);
            }
            None => out.push(key),
        }
    }
    out
}

/// The column that an operation adds, if rows need a value for it.
fn required_column(op: &Op) -> Option<(&RelationName, &Column)> {
    match op {
        Op::AddColumn(table, column, _) if must_be_given(column) => Some((table, column)),
        Op::Together(_, ops) => ops.first().and_then(required_column),
        _ => None,
    }
}

/// Whether ALTER TABLE, CREATE INDEX and DROP INDEX suffice.
fn is_possible(op: &Op, tables: Pair<&Table>, databases: Pair<&Database>) -> bool {
    match op {
        Op::CreateIndex(..) | Op::DropIndex(..) => true,
        Op::AddColumn(_, column, _) => can_be_added(column),
        Op::Together(_, ops) => match ops.as_slice() {
            [Op::AddColumn(_, column, _), Op::AddConstraint(_, Constraint::ForeignKey(_))] => {
                can_be_added(column) && matches!(column.default, Fact::Known(None))
            }
            _ => false,
        },
        Op::DropColumn(_, column) => can_be_dropped(&column.name, tables, databases),
        _ => false,
    }
}

/// <https://sqlite.org/lang_altertable.html#alter_table_add_column>
fn can_be_added(column: &Column) -> bool {
    let default = column.default.known().and_then(Option::as_ref);
    let is_stored = column
        .generated
        .known()
        .and_then(Option::as_ref)
        .is_some_and(|generated| generated.storage == GeneratedStorage::Stored);
    let counts = column.generation.known() == Some(&Some(Generation::AutoIncrement));
    default.is_none_or(is_constant) && !must_be_given(column) && !is_stored && !counts && !column.invisible
}

/// <https://sqlite.org/lang_altertable.html#alter_table_drop_column>. Indexes and constraints that go before the column
/// are no hindrance, except that constraints only go with a rebuild.
fn can_be_dropped(name: &Name, tables: Pair<&Table>, databases: Pair<&Database>) -> bool {
    let names = BTreeSet::from([name]);
    let in_constraint = all_constraints(tables.from).iter().any(|constraint| constraint_uses(constraint, &names));
    let in_index = tables.to.indexes.iter().any(|index| index_uses(index, &names));
    let computed = !computed_from(tables.from, &names).is_empty();
    let in_view = databases.to.views.values().any(|view| {
        let words = Words::of(&view.query.text);
        words.mention_relation(&tables.from.name) && (words.mention(name) || words.have_star())
    });
    let in_trigger = databases.from.opaque.iter().any(|object| {
        object.definition.as_ref().is_some_and(|text| Words::of(text).mention_relation(&tables.from.name))
    });
    !(in_constraint || in_index || computed || in_view || in_trigger)
}

/// <https://sqlite.org/datatype3.html#determination_of_column_affinity>
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Affinity {
    Integer,
    Text,
    Blob,
    Real,
    Numeric,
}

fn affinity(written: &str) -> Affinity {
    let name = written.to_uppercase();
    let has = |word: &str| name.contains(word);
    if has("INT") {
        Affinity::Integer
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        Affinity::Text
    } else if has("BLOB") || name.is_empty() {
        Affinity::Blob
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        Affinity::Real
    } else {
        Affinity::Numeric
    }
}
