//! From numbers to a schema: each object of a schema by itself. What does not fit together `repair.rs` takes out.

#![expect(clippy::explicit_auto_deref, reason = "without the star the element type is inferred as unsized")]

use crate::picks::{Blueprint, Numbers, Picks, TablePlan};
use crate::schema::{
    Body, Column, ColumnType, DefaultValue, Domain, EnumType, Family, Generated, Index, Key, KeyColumns, Part,
    Reference, Schema, Sequence, Table, TableOption, Template, View,
};
use crate::vocabulary::{Vocabulary, is_mysql};

/// The schema that the blueprint begins with, not yet repaired.
pub fn schema(blueprint: &Blueprint, words: &Vocabulary) -> Schema {
    let mut schema = Schema::default();
    for numbers in &blueprint.objects {
        object(&mut schema, numbers, words);
    }
    for plan in &blueprint.tables {
        table(&mut schema, plan, words);
    }
    // References need the tables that they point at.
    for (at, plan) in blueprint.tables.iter().enumerate() {
        for numbers in &plan.parts {
            part(&mut schema, at, numbers, words);
        }
    }
    for numbers in &blueprint.views {
        view(&mut schema, numbers, words);
    }
    schema
}

/// An enum type, a domain or a sequence, as far as the engine has them.
pub fn object(schema: &mut Schema, numbers: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(numbers);
    let number = picks.number();
    match number % 3 {
        0 if !words.labels.is_empty() => {
            let count = 1 + picks.number() % words.labels.len();
            let first = picks.number();
            let label = |at: usize| words.labels[(first + at) % words.labels.len()].to_owned();
            let name = ["mood", "Mood 2", "type"][number / 3 % 3].to_owned();
            let comment = picks.maybe(4, words.table_comments).copied();
            schema.enums.push(EnumType { name, labels: (0..count).map(label).collect(), comment });
        }
        1 if !words.sequences.is_empty() => {
            let name = ["counter", "Numbers"][number / 3 % 2].to_owned();
            let options = *picks.mostly_first(2, words.sequences);
            let comment = if words.engine == drift::model::Engine::Postgres { words.table_comments } else { &[] };
            schema.sequences.push(Sequence { name, options, comment: picks.maybe(4, comment).copied() });
        }
        2 if !words.domains.is_empty() => {
            let at = number / 3 % words.domains.len();
            schema.domains.push(Domain { name: format!("domain {at}"), definition: words.domains[at] });
        }
        _ => {}
    }
}

/// A table with its columns.
pub fn table(schema: &mut Schema, plan: &TablePlan, words: &Vocabulary) {
    let mut picks = Picks::new(&plan.table);
    let Some(name) = picks.of(words.table_names) else { return };
    let comment = picks.maybe(4, words.table_comments).copied();
    let mut options = Vec::new();
    for (code, choices) in words.table_options {
        options.extend(picks.maybe(5, choices).map(|spellings| TableOption { code, spellings }));
    }
    let mut table = Table { name: (*name).to_owned(), columns: Vec::new(), parts: Vec::new(), options, comment };
    for numbers in &plan.columns {
        let column = column(schema, &table, numbers, words);
        table.columns.push(column);
    }
    // Most tables have a key, and most keys are one number.
    if !picks.once_in(5) {
        let counter = picks.maybe(2, words.counters).copied();
        let name = ["id", "ID", "key"][picks.number() % 3].to_owned();
        let ty = if picks.once_in(4) { words.ty(words.types[1].spellings[0]) } else { &words.types[0] };
        let column = Column { counter, not_null: true, ..plain_column(&name, ColumnType::Builtin(ty)) };
        table.columns.insert(0, column);
        let mut columns = vec![name];
        columns.extend(picks.maybe(4, &plan.columns).and(table.columns.get(1)).map(|column| column.name.clone()));
        let suffix = *picks.mostly_first(6, words.key_suffixes);
        let key = KeyColumns { columns, include: Vec::new(), prefix: &[""], suffix };
        let name = (!picks.once_in(3)).then(|| format!("pk_{}", table.name));
        table.parts.push(Part { name, body: Body::Key(key), comment: None });
    }
    schema.tables.push(table);
}

/// A column without anything but its type.
pub fn plain_column(name: &str, ty: ColumnType) -> Column {
    Column {
        name: name.to_owned(),
        ty,
        not_null: false,
        default: None,
        generated: None,
        counter: None,
        collation: None,
        on_update: None,
        invisible: false,
        comment: None,
    }
}

/// A column that `table` may have.
pub fn column(schema: &Schema, table: &Table, numbers: &Numbers, words: &Vocabulary) -> Column {
    let mut picks = Picks::new(numbers);
    let name = picks.of(words.column_names).copied().unwrap_or("a");
    let mut column = plain_column(name, ty(schema, &mut picks, words));
    column.not_null = picks.once_in(3);
    column.default = default(schema, &column, &mut picks);
    column.collation = picks.maybe(4, words.collations).copied();
    column.on_update = picks.maybe(2, words.on_updates).copied();
    column.invisible = words.invisible && picks.once_in(12);
    column.comment = picks.maybe(6, words.column_comments).copied();
    if picks.once_in(6) {
        generated(&mut column, table, &mut picks, words);
    }
    column
}

/// Any type: built in, or of the schema.
pub fn ty(schema: &Schema, picks: &mut Picks<'_>, words: &Vocabulary) -> ColumnType {
    let builtin = picks.of(words.types).unwrap_or(&words.types[0]);
    let number = picks.number();
    match (picks.maybe(5, &schema.enums), picks.maybe(8, &schema.domains)) {
        (Some(found), _) if number % 2 == 1 => ColumnType::Enum(found.name.clone()),
        (_, Some(found)) if number % 2 == 1 => ColumnType::Domain(found.name.clone()),
        _ => ColumnType::Builtin(builtin),
    }
}

/// Any default that the type of the column has.
pub fn default(schema: &Schema, column: &Column, picks: &mut Picks<'_>) -> Option<DefaultValue> {
    match &column.ty {
        ColumnType::Builtin(ty) => {
            let sequence = picks.maybe(9, &schema.sequences).filter(|_| ty.family == Family::Integer);
            let written = picks.maybe(2, ty.defaults).map(|written| DefaultValue::Written(written));
            sequence.map(|sequence| DefaultValue::Next(sequence.name.clone())).or(written)
        }
        ColumnType::Enum(name) => {
            let found = schema.enums.iter().find(|found| found.name == *name)?;
            picks.maybe(2, &found.labels).map(|label| DefaultValue::Label(label.clone()))
        }
        ColumnType::Domain(_) => None,
    }
}

/// Makes the column a generated one, where the table has a column to compute it from.
pub fn generated(column: &mut Column, table: &Table, picks: &mut Picks<'_>, words: &Vocabulary) {
    let number = picks.number();
    for turn in 0..words.generated.len() {
        let (family, ty, spellings) = &words.generated[(number + turn) % words.generated.len()];
        let inputs = columns_of(table, *family);
        let Some(input) = picks.of(&inputs).filter(|input| **input != column.name) else { continue };
        column.ty = ColumnType::Builtin(words.ty(ty));
        column.default = None;
        column.counter = None;
        let stored = *picks.of(words.storages).unwrap_or(&true);
        column.generated = Some(Generated { expression: Template { spellings, columns: vec![input.clone()] }, stored });
        return;
    }
}

fn columns_of(table: &Table, family: Family) -> Vec<String> {
    let fitting = table.columns.iter().filter(|column| column.family() == family);
    fitting.map(|column| column.name.clone()).collect()
}

/// Adds a constraint or index to the table at `at`.
pub fn part(schema: &mut Schema, at: usize, numbers: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(numbers);
    let kind = picks.number();
    let number = picks.number();
    let table = schema.tables[at].name.clone();
    let Some((prefix, body)) = body(schema, at, kind, &mut picks, words) else { return };
    let is_index = matches!(body, Body::Index(_));
    // MariaDB calls the index beneath an unnamed foreign key after its column, and after the constraint once a migration
    // spells the name out: the same to us, and not word for word.
    let is_index_named = matches!(body, Body::Reference(_)) && is_mysql(words.engine);
    let name = (is_index || is_index_named || number % 4 != 3).then(|| format!("{prefix}_{table}_{}", number / 4 % 9));
    let comments = if is_index { words.index_comments } else { &[] };
    let comment = picks.maybe(8, comments).copied();
    schema.tables[at].parts.push(Part { name, body, comment });
}

/// Any constraint or index of the kind that the number stands for.
pub fn body(
    schema: &mut Schema,
    at: usize,
    kind: usize,
    picks: &mut Picks<'_>,
    words: &Vocabulary,
) -> Option<(&'static str, Body)> {
    Some(match kind % 6 {
        0 | 1 => ("ix", Body::Index(index(&schema.tables[at], picks, words)?)),
        2 => {
            let columns = some_columns(&schema.tables[at], picks);
            let prefix = *picks.mostly_first(5, words.unique_prefixes);
            let suffix = *picks.mostly_first(5, words.unique_suffixes);
            let include = picks.maybe(5, &schema.tables[at].columns).filter(|_| words.include);
            let include = include.map(|column| column.name.clone()).into_iter().collect();
            ("uq", Body::Unique(KeyColumns { columns, include, prefix, suffix }))
        }
        3 => ("ck", check(&schema.tables[at], picks, words)?),
        _ => ("fk", Body::Reference(reference(schema, at, picks, words)?)),
    })
}

fn some_columns(table: &Table, picks: &mut Picks<'_>) -> Vec<String> {
    let mut columns = Vec::new();
    let keyed: Vec<&Column> = table.columns.iter().filter(|column| column.keyed()).collect();
    for _ in 0..=(picks.number() % 6) / 3 {
        columns.extend(picks.of(&keyed).map(|column| column.name.clone()).filter(|name| !columns.contains(name)));
    }
    columns
}

fn check(table: &Table, picks: &mut Picks<'_>, words: &Vocabulary) -> Option<Body> {
    let condition = condition(table, picks, words)?;
    Some(Body::Check { condition, suffix: *picks.mostly_first(5, words.check_suffixes) })
}

/// A condition on columns that the table has.
pub fn condition(table: &Table, picks: &mut Picks<'_>, words: &Vocabulary) -> Option<Template> {
    let (number, of_two) = (picks.number(), picks.once_in(4));
    let list = if of_two { words.pair_conditions } else { words.conditions };
    for turn in 0..list.len() {
        let (family, spellings) = &list[(number + turn) % list.len()];
        let fitting: Vec<&Column> = table.columns.iter().filter(|column| column.family() == *family).collect();
        let Some(first) = picks.of(&fitting) else { continue };
        let mut columns = vec![first.name.clone()];
        if of_two {
            let others: Vec<_> =
                fitting.iter().filter(|other| other.ty == first.ty && other.name != first.name).collect();
            let Some(second) = picks.of(&others) else { continue };
            columns.push(second.name.clone());
        }
        return Some(Template { spellings, columns });
    }
    None
}

fn index(table: &Table, picks: &mut Picks<'_>, words: &Vocabulary) -> Option<Index> {
    let mut keys: Vec<Key> = Vec::new();
    let count = 1 + (picks.number() % 6) / 4;
    for _ in 0..count {
        let column = picks.of(&table.columns)?;
        let fits = |list: &[(Option<Family>, crate::schema::Spellings)]| -> Vec<crate::schema::Spellings> {
            let fitting = list.iter().filter(|(family, _)| family.is_none_or(|family| family == column.family()));
            fitting.map(|(_, spellings)| *spellings).collect()
        };
        let suffix = picks.maybe(3, &fits(words.key_words)).copied().unwrap_or(&[""]);
        let expressions: Vec<_> = words.expressions.iter().filter(|(family, _)| *family == column.family()).collect();
        let expression = picks.maybe(4, &expressions).map(|(_, spellings)| *spellings);
        let key = Key {
            target: Template { spellings: expression.unwrap_or(&["{0}"]), columns: vec![column.name.clone()] },
            is_expression: expression.is_some(),
            suffix,
        };
        if !keys.iter().any(|other| other.target == key.target) {
            keys.push(key);
        }
    }
    let family = table.column(&keys.first()?.target.columns[0])?.family();
    let mut index = Index {
        unique: picks.once_in(3),
        kind: "",
        method: &[""],
        keys,
        include: Vec::new(),
        options: &[""],
        predicate: None,
        ignored: words.ignored_indexes && picks.once_in(8),
    };
    if words.partial && picks.once_in(3) {
        index.predicate = condition(table, picks, words);
    }
    if words.include && picks.once_in(5) {
        index.include.extend(picks.of(&table.columns).map(|column| column.name.clone()));
    }
    let options: Vec<_> = words.index_options.iter().filter(|(unique, _)| index.unique || !unique).collect();
    index.options = picks.maybe(5, &options).map_or(&[""], |(_, spellings)| *spellings);
    let methods: Vec<_> = words.methods.iter().filter(|(of, _)| of.is_none_or(|of| of == family)).collect();
    index.method = picks.maybe(3, &methods).map_or(&[""], |(_, spellings)| *spellings);
    let kinds: Vec<_> = words.index_kinds.iter().filter(|(of, _)| *of == family).collect();
    index.kind = picks.maybe(3, &kinds).map_or("", |(_, kind)| *kind);
    Some(index)
}

/// A reference from the table at `at` to any key, by columns of its own that are made for it.
fn reference(schema: &mut Schema, at: usize, picks: &mut Picks<'_>, words: &Vocabulary) -> Option<Reference> {
    let number = picks.number();
    let keys: Vec<(String, Vec<String>)> = schema
        .tables
        .iter()
        .flat_map(|table| table.targets().map(|columns| (table.name.clone(), columns.clone())))
        .collect();
    let (table, targets) = picks.of(&keys)?.clone();
    let mut columns = Vec::new();
    for (position, target) in targets.iter().enumerate() {
        let name = format!("ref{}_{position}", number % 3);
        let parent = schema.table(&table)?.column(target)?;
        let column =
            Column { not_null: number % 7 == 6, collation: parent.collation, ..plain_column(&name, parent.ty.clone()) };
        if schema.tables[at].column(&name).is_none() {
            schema.tables[at].columns.push(column);
        }
        columns.push(name);
    }
    Some(Reference {
        columns,
        table,
        targets,
        on_delete: *picks.mostly_first(2, words.on_delete),
        on_update: *picks.mostly_first(3, words.on_update),
        matching: *picks.mostly_first(6, words.matching),
        deferrable: *picks.mostly_first(4, words.deferrable),
    })
}

/// Adds a view.
pub fn view(schema: &mut Schema, numbers: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(numbers);
    let number = picks.number();
    let Some(table) = picks.of(&schema.tables) else { return };
    let keyed: Vec<&Column> = table.columns.iter().filter(|column| column.keyed() && !column.invisible).collect();
    let columns = [picks.of(&keyed), picks.of(&keyed)];
    let columns: Vec<String> = columns.into_iter().flatten().map(|column| column.name.clone()).collect();
    let Some(spellings) = picks.of(words.view_queries) else { return };
    let comments = if words.materialized { words.table_comments } else { &[] };
    let view = View {
        name: format!("v {}", number % 3),
        materialized: words.materialized && picks.once_in(3),
        table: table.name.clone(),
        query: Template { spellings, columns },
        comment: picks.maybe(4, comments).copied(),
    };
    schema.views.push(view);
}
