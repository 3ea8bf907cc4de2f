//! Takes out of a random schema what the engine would refuse, until nothing is left to take out.

use std::collections::BTreeSet;

use drift::model::Engine;

use crate::schema::{Body, Column, ColumnType, DefaultValue, Family, Index, Part, Reference, Schema, Table, Template};
use crate::vocabulary::{Vocabulary, is_mysql, sqlite_strict_types};

/// Makes the schema one that the engine accepts.
pub fn repair(schema: &mut Schema, words: &Vocabulary) {
    objects(schema);
    let mut names = BTreeSet::new();
    schema.tables.retain(|table| names.insert(table.name.to_lowercase()));
    loop {
        let before = schema.clone();
        references(schema);
        for at in 0..schema.tables.len() {
            options(&mut schema.tables[at], words);
            let types = schema.clone();
            columns(&mut schema.tables[at], &types, words);
            let tables = schema.clone();
            schema.tables[at].parts.retain(|part| fits(part, &tables.tables[at], &tables, words));
        }
        part_names(schema);
        let tables = schema.clone();
        schema.views.retain(|view| {
            let table = tables.table(&view.table);
            let has = |name: &String| {
                table.and_then(|table| table.column(name)).is_some_and(|column| column.keyed() && !column.invisible)
            };
            view.query.columns.len() == 2 && view.query.columns.iter().all(has)
        });
        if *schema == before {
            return;
        }
    }
}

fn objects(schema: &mut Schema) {
    let mut names = BTreeSet::new();
    for found in &mut schema.enums {
        let mut labels = BTreeSet::new();
        found.labels.retain(|label| labels.insert(label.clone()));
    }
    schema.enums.retain(|found| names.insert(found.name.clone()));
    schema.domains.retain(|found| names.insert(found.name.clone()));
    schema.sequences.retain(|found| names.insert(found.name.clone()));
    schema.views.retain(|found| names.insert(found.name.clone()));
}

fn options(table: &mut Table, words: &Vocabulary) {
    let has = |table: &Table, word: &str| table.options.iter().any(|option| option.spellings[0].starts_with(word));
    let has_key = table.parts.iter().any(|part| matches!(part.body, Body::Key(_)));
    if !has_key {
        table.options.retain(|option| option.spellings[0] != "WITHOUT ROWID");
    }
    // Other engines have formats of their own.
    if has(table, "ENGINE=Aria") || has(table, "ENGINE=MyISAM") {
        table.options.retain(|option| !option.spellings[0].starts_with("ROW_FORMAT"));
    }
    if has(table, "STRICT") {
        for column in &mut table.columns {
            let ColumnType::Builtin(ty) = &column.ty else { continue };
            if !sqlite_strict_types().contains(&ty.spellings[0]) {
                column.ty = ColumnType::Builtin(words.ty("TEXT"));
            }
        }
    }
}

fn columns(table: &mut Table, schema: &Schema, words: &Vocabulary) {
    let mut names = BTreeSet::new();
    table.columns.retain(|column| names.insert(column.name.to_lowercase()));
    if table.columns.iter().all(|column| column.generated.is_some() || column.invisible) {
        let ty = ColumnType::Builtin(&words.types[0]);
        table.columns.retain(|column| column.name != "only");
        table.columns.push(crate::build::plain_column("only", ty));
    }
    let whole = table.clone();
    let key = whole.parts.iter().find_map(|part| match &part.body {
        Body::Key(key) => Some(&key.columns),
        _ => None,
    });
    let mut counted = false;
    for column in &mut table.columns {
        user_type(column, schema, words);
        let in_key = key.is_some_and(|key| key.contains(&column.name));
        counter(column, &whole, key, counted, words);
        counted |= column.counter.is_some();
        if let Some(generated) = &column.generated {
            let is_computed =
                !in_key && generated.expression.columns.iter().all(|name| is_input(name, &whole, generated, words));
            if is_computed {
                column.default = None;
                column.on_update = None;
            } else {
                column.generated = None;
            }
        }
        column.not_null |= in_key || (column.counter.is_some());
        if column.generated.is_some() && is_mysql(words.engine) {
            column.not_null = false;
        }
        column.default = column.default.take().filter(|default| default_fits(default, &column.ty, schema));
        if column.counter.is_some() {
            column.default = None;
        }
        if !matches!(column.family(), Family::Text | Family::LongText) || matches!(column.ty, ColumnType::Enum(_)) {
            column.collation = None;
        }
        if column.family() != Family::Moment {
            column.on_update = None;
        }
        // What nobody names needs a value by itself.
        if column.not_null && column.default.is_none() {
            column.invisible = false;
        }
    }
}

/// The expression still fits what the column that it reads has become.
fn is_input(name: &str, table: &Table, generated: &crate::schema::Generated, words: &Vocabulary) -> bool {
    let Some(input) = table.column(name) else { return false };
    let is_plain = input.generated.is_none() && input.counter.is_none();
    let in_reference =
        table.parts.iter().any(|part| matches!(part.body, Body::Reference(_)) && part.columns().contains(&&input.name));
    let fits = words
        .generated
        .iter()
        .any(|(family, _, spellings)| *spellings == generated.expression.spellings && *family == input.family());
    is_plain && fits && !in_reference
}

fn user_type(column: &mut Column, schema: &Schema, words: &Vocabulary) {
    let exists = match &column.ty {
        ColumnType::Builtin(_) => true,
        ColumnType::Enum(name) => schema.enums.iter().any(|found| found.name == *name),
        ColumnType::Domain(name) => schema.domains.iter().any(|found| found.name == *name),
    };
    if !exists {
        column.ty = ColumnType::Builtin(&words.types[0]);
    }
    if let (Some(generated), ColumnType::Builtin(ty)) = (&column.generated, &column.ty) {
        let expected = words.generated.iter().find(|(_, _, spellings)| *spellings == generated.expression.spellings);
        if expected.is_none_or(|(_, expected, _)| *expected != ty.spellings[0]) {
            column.generated = None;
        }
    } else {
        column.generated = None;
    }
}

fn counter(column: &mut Column, table: &Table, key: Option<&Vec<String>>, counted: bool, words: &Vocabulary) {
    let leads = key.is_some_and(|key| key.first() == Some(&column.name));
    let fits = match words.engine {
        Engine::Postgres => true,
        Engine::MySql | Engine::MariaDb => leads && !counted,
        Engine::Sqlite => {
            let is_row_id = matches!(&column.ty, ColumnType::Builtin(ty) if ty.spellings[0] == "INTEGER");
            let plain = !table.options.iter().any(|option| option.spellings[0] == "WITHOUT ROWID");
            leads && is_row_id && plain && key.is_some_and(|key| key.len() == 1)
        }
    };
    if !fits || column.family() != Family::Integer || column.generated.is_some() {
        column.counter = None;
    }
}

fn default_fits(default: &DefaultValue, ty: &ColumnType, schema: &Schema) -> bool {
    match (default, ty) {
        (DefaultValue::Written(written), ColumnType::Builtin(ty)) => ty.defaults.contains(written),
        (DefaultValue::Label(label), ColumnType::Enum(name)) => {
            schema.enums.iter().any(|found| found.name == *name && found.labels.contains(label))
        }
        (DefaultValue::Next(name), ColumnType::Builtin(ty)) => {
            ty.family == Family::Integer && schema.sequences.iter().any(|found| found.name == *name)
        }
        _ => false,
    }
}

/// Whether the table, as it is, may have this constraint or index.
fn fits(part: &Part, table: &Table, schema: &Schema, words: &Vocabulary) -> bool {
    if !part.columns().iter().all(|name| table.column(name).is_some()) {
        return false;
    }
    let column = |name: &String| table.column(name).expect("its columns exist");
    let is_virtual = |name: &&String| column(name).generated.as_ref().is_some_and(|generated| !generated.stored);
    let has_engine = |name: &str| table.options.iter().any(|option| option.spellings[0] == name);
    let is_aria = has_engine("ENGINE=Aria") || words.engine == Engine::MySql && has_engine("ENGINE=MyISAM");
    if is_aria && !matches!(part.body, Body::Check { .. }) && part.columns().iter().any(is_virtual) {
        return false;
    }
    match &part.body {
        Body::Key(key) | Body::Unique(key) => {
            let distinct: BTreeSet<&String> = key.columns.iter().chain(&key.include).collect();
            let is_key = matches!(part.body, Body::Key(_));
            let takes = |name: &String| column(name).keyed() && !(is_key && column(name).generated.is_some());
            !key.columns.is_empty()
                && distinct.len() == key.columns.len() + key.include.len()
                && key.columns.iter().all(takes)
        }
        Body::Check { condition, .. } => holds(condition, table, words),
        Body::Index(index) => index_fits(index, table, words),
        Body::Reference(reference) => reference_fits(reference, table, schema, words),
    }
}

fn holds(condition: &Template, table: &Table, words: &Vocabulary) -> bool {
    let columns: Vec<&Column> = condition.columns.iter().filter_map(|name| table.column(name)).collect();
    // MySQL and MariaDB refuse a check on what they count or what a reference may change.
    let refers = |name: &String| {
        table.parts.iter().any(|part| matches!(part.body, Body::Reference(_)) && part.columns().contains(&name))
    };
    let changes = |column: &&Column| column.counter.is_some() || refers(&column.name);
    if is_mysql(words.engine) && columns.iter().any(changes) {
        return false;
    }
    let known = words.conditions.iter().chain(words.pair_conditions);
    let fits = |family: Family| known.clone().any(|(of, spellings)| *spellings == condition.spellings && *of == family);
    // Between character sets MariaDB converts, and its catalog says so: that is undecided.
    let alike = |pair: &[&Column]| pair[0].ty == pair[1].ty && pair[0].collation == pair[1].collation;
    columns.iter().all(|column| fits(column.family())) && columns.windows(2).all(alike)
}

fn index_fits(index: &Index, table: &Table, words: &Vocabulary) -> bool {
    let column = |name: &String| table.column(name).expect("its columns exist");
    let bare: crate::schema::Spellings = &[""];
    let single = index.keys.len() == 1 && !index.keys[0].is_expression && index.keys[0].suffix == bare;
    let family = column(&index.keys[0].target.columns[0]).family();
    let is_myisam = table.options.iter().any(|option| option.spellings[0] == "ENGINE=MyISAM");
    let is_plain = |key: &crate::schema::Key| !key.is_expression && !key.suffix[0].contains("DESC");
    if words.engine == Engine::MySql && is_myisam && !index.keys.iter().all(is_plain) {
        return false;
    }
    let key_fits = |key: &crate::schema::Key| {
        let column = column(&key.target.columns[0]);
        let family = column.family();
        // MySQL takes no part of an expression, and no expression of what it counts.
        let is_cut = key.suffix[0].starts_with('(');
        if words.engine == Engine::MySql && key.is_expression && (is_cut || column.counter.is_some()) {
            return false;
        }
        let knows = |list: &[(Option<Family>, crate::schema::Spellings)]| {
            list.iter().any(|(of, spellings)| *spellings == key.suffix && of.is_none_or(|of| of == family))
        };
        let expression = |(of, spellings): &(Family, _)| *of == family && *spellings == key.target.spellings;
        // A part of a value suffices where the whole is too long; of what is computed no part may be taken.
        let is_prefix = key.suffix[0].starts_with('(');
        (column.keyed() || key.is_expression || is_prefix)
            && (key.suffix[0].is_empty() || knows(words.key_words))
            && (!key.is_expression || words.expressions.iter().any(expression))
    };
    if index.predicate.as_ref().is_some_and(|predicate| !holds(predicate, table, words)) {
        return false;
    }
    // InnoDB makes a key of the first unique index that holds no NULL, where there is none.
    let has_key = table.parts.iter().any(|part| matches!(part.body, Body::Key(_)));
    let holds_no_null = index.keys.iter().all(|key| column(&key.target.columns[0]).not_null);
    if index.ignored && index.unique && !has_key && holds_no_null {
        return false;
    }
    if !index.kind.is_empty() {
        let computed = column(&index.keys[0].target.columns[0]).generated.is_some();
        let plain = !index.unique && single && !computed && index.method[0].is_empty();
        return plain && words.index_kinds.contains(&(family, index.kind));
    }
    if !index.method[0].is_empty() {
        let known = words.methods.iter().any(|(of, name)| *name == index.method && of.is_none_or(|of| of == family));
        let takes = index.method[0] == "gin" || column(&index.keys[0].target.columns[0]).keyed();
        return known && takes && single && !index.unique && index.include.is_empty() && index.options[0].is_empty();
    }
    let plain_keys = index.keys.iter().filter(|key| !key.is_expression);
    let distinct: BTreeSet<&String> =
        plain_keys.clone().map(|key| &key.target.columns[0]).chain(&index.include).collect();
    distinct.len() == plain_keys.count() + index.include.len()
        && index.keys.iter().all(key_fits)
        && (index.unique || !index.options[0].contains("DISTINCT"))
}

fn reference_fits(reference: &Reference, table: &Table, schema: &Schema, words: &Vocabulary) -> bool {
    let Some(parent) = schema.table(&reference.table) else { return false };
    if !parent.targets().any(|target| *target == reference.targets) {
        return false;
    }
    let option = |table: &Table, word: &str| table.options.iter().any(|option| option.spellings[0].starts_with(word));
    let charset = |table: &Table| {
        table.options.iter().find(|option| option.code == "table.collation").map(|option| option.spellings[0])
    };
    let is_kept = |table: &Table| !option(table, "ENGINE=Aria") && !option(table, "ENGINE=MyISAM");
    let nulls = reference.on_delete[0].contains("SET NULL") || reference.on_update[0].contains("SET NULL");
    let own = |name: &String| {
        let column = table.column(name).expect("its columns exist");
        let family = column.family();
        // PostgreSQL has no MATCH FULL for arrays.
        family != Family::Array && column.generated.is_none() && column.counter.is_none() && !(nulls && column.not_null)
    };
    let strict = option(table, "STRICT");
    let target = |name: &String| {
        parent.column(name).is_some_and(|column| {
            let ty = match &column.ty {
                ColumnType::Builtin(ty) => ty.spellings[0],
                ColumnType::Enum(_) | ColumnType::Domain(_) => "",
            };
            column.generated.is_none() && (!strict || sqlite_strict_types().contains(&ty))
        })
    };
    let logged = option(table, "UNLOGGED") || !option(parent, "UNLOGGED");
    // A NULL that came down to what cannot hold it (MDEV-34392).
    let cascades = words.engine == Engine::MariaDb && reference.on_update[0].contains("CASCADE");
    let pairs = || reference.columns.iter().zip(&reference.targets);
    let brings_null = pairs().any(|(own, target)| {
        let (own, target) = (table.column(own), parent.column(target));
        own.is_some_and(|own| own.not_null) && target.is_some_and(|target| !target.not_null)
    });
    let same_texts = !is_mysql(words.engine) || charset(table) == charset(parent);
    let distinct: BTreeSet<&String> = reference.columns.iter().collect();
    // One column cannot follow two of different types.
    let follows = |(own, target): (&String, &String)| {
        let pair = (table.column(own), parent.column(target));
        matches!(pair, (Some(own), Some(target)) if own.ty == target.ty && own.collation == target.collation)
    };
    pairs().all(follows)
        && !(cascades && brings_null)
        && distinct.len() == reference.columns.len()
        && reference.columns.iter().all(own)
        && reference.targets.iter().all(target)
        && is_kept(table)
        && is_kept(parent)
        && logged
        && same_texts
        && (reference.table != table.name || reference.columns != reference.targets)
}

/// The columns of a reference have the types of those that they point at.
fn references(schema: &mut Schema) {
    let before = schema.clone();
    for (at, table) in before.tables.iter().enumerate() {
        for part in &table.parts {
            let Body::Reference(reference) = &part.body else { continue };
            let Some(parent) = before.table(&reference.table) else { continue };
            for (own, target) in reference.columns.iter().zip(&reference.targets) {
                let Some(target) = parent.column(target) else { continue };
                let column = schema.tables[at].columns.iter_mut().find(|column| column.name == *own);
                if let Some(column) = column {
                    column.ty = target.ty.clone();
                    column.collation = target.collation;
                }
            }
        }
    }
}

/// Names are unique in the schema, and a table has one key.
fn part_names(schema: &mut Schema) {
    let mut names = BTreeSet::new();
    for table in &mut schema.tables {
        let mut has_key = false;
        let mut seen: Vec<Part> = Vec::new();
        table.parts.retain(|part| {
            let is_second_key = matches!(part.body, Body::Key(_)) && std::mem::replace(&mut has_key, true);
            // What stands twice under different names is one thing for some engines.
            let is_twin = seen.iter().any(|other| is_twin(other, part));
            let keeps =
                !is_second_key && !is_twin && part.name.as_ref().is_none_or(|name| names.insert(name.to_lowercase()));
            if keeps {
                seen.push(part.clone());
            }
            keeps
        });
    }
}

fn is_twin(one: &Part, other: &Part) -> bool {
    match (&one.body, &other.body) {
        (Body::Key(one) | Body::Unique(one), Body::Key(other) | Body::Unique(other)) => one.columns == other.columns,
        (Body::Reference(one), Body::Reference(other)) => one.columns == other.columns,
        (one, other) => one == other,
    }
}
