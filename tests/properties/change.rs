//! What is done to a schema to get the other side of a comparison. Each change rolls one thing anew; what no longer
//! fits is taken out afterwards, as an author would have to.

use crate::build;
use crate::picks::{Numbers, Picks, TablePlan};
use crate::schema::{Body, Schema};
use crate::vocabulary::Vocabulary;

/// Applies the change that `numbers` stand for.
pub fn change(schema: &mut Schema, numbers: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(numbers);
    let what = picks.number() % 26;
    let at = picks.number();
    let rest: Numbers = std::array::from_fn(|position| numbers[(position + 2) % numbers.len()]);
    if schema.tables.is_empty() || what == 0 {
        let plan = TablePlan { table: rest, columns: vec![rest, rotated(&rest, 5)], parts: vec![rotated(&rest, 3)] };
        build::table(schema, &plan, words);
        let at = schema.tables.len().saturating_sub(1);
        build::part(schema, at, &rotated(&rest, 3), words);
        return;
    }
    let at = at % schema.tables.len();
    match what {
        1 => drop(schema.tables.remove(at)),
        2..=10 => column(schema, at, what, &rest, words),
        11..=18 => part(schema, at, what, &rest, words),
        19 => {
            let mut picks = Picks::new(&rest);
            schema.tables[at].comment = picks.maybe(2, words.table_comments).copied();
        }
        20 => {
            let mut picks = Picks::new(&rest);
            let Some((code, choices)) = picks.of(words.table_options) else { return };
            let old = schema.tables[at]
                .options
                .iter()
                .position(|option| option.code == *code && choices.contains(&option.spellings));
            if let Some(old) = old {
                schema.tables[at].options.remove(old);
            }
            let new = picks.maybe(2, choices).map(|spellings| crate::schema::TableOption { code, spellings });
            schema.tables[at].options.extend(new);
        }
        21 | 22 => views(schema, &rest, words),
        _ => objects(schema, &rest, words),
    }
}

fn rotated(numbers: &Numbers, by: usize) -> Numbers {
    std::array::from_fn(|position| numbers[(position + by) % numbers.len()])
}

fn column(schema: &mut Schema, at: usize, what: usize, rest: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(rest);
    let rolled = build::column(schema, &schema.tables[at], &rotated(rest, 1), words);
    let position = picks.number() % schema.tables[at].columns.len();
    if what == 2 {
        if schema.tables[at].column(&rolled.name).is_none() {
            let places = schema.tables[at].columns.len() + 1;
            let place = if picks.once_in(2) { picks.number() % places } else { places - 1 };
            schema.tables[at].columns.insert(place, rolled);
        }
        return;
    }
    let types = schema.clone();
    let table = &mut schema.tables[at];
    let column = &mut table.columns[position];
    match what {
        3 => drop(table.columns.remove(position)),
        4 => {
            column.ty = rolled.ty;
            column.default = None;
        }
        5 => column.not_null = !column.not_null,
        6 => column.default = build::default(&types, column, &mut picks),
        7 => column.comment = rolled.comment,
        8 => match picks.number() % 4 {
            0 => column.collation = picks.maybe(2, words.collations).copied(),
            1 => column.counter = picks.maybe(2, words.counters).copied(),
            2 => column.on_update = picks.maybe(2, words.on_updates).copied(),
            _ => column.invisible = words.invisible && !column.invisible,
        },
        9 => {
            if column.generated.take().is_none() {
                let others = types.tables[at].clone();
                build::generated(column, &others, &mut picks, words);
            }
        }
        _ => {
            let moved = table.columns.remove(position);
            let place = picks.number() % (table.columns.len() + 1);
            table.columns.insert(place, moved);
        }
    }
}

fn part(schema: &mut Schema, at: usize, what: usize, rest: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(rest);
    let count = schema.tables[at].parts.len();
    if what <= 12 || count == 0 {
        return build::part(schema, at, &rotated(rest, 1), words);
    }
    let position = picks.number() % count;
    match what {
        13 | 14 => drop(schema.tables[at].parts.remove(position)),
        15 => {
            if let Some(name) = &mut schema.tables[at].parts[position].name {
                name.push_str(" 2");
            }
        }
        16 => {
            let part = &mut schema.tables[at].parts[position];
            if matches!(part.body, Body::Index(_)) {
                part.comment = picks.maybe(2, words.index_comments).copied();
            }
        }
        _ => {
            // The same kind and name with another definition.
            let kind = match schema.tables[at].parts[position].body {
                Body::Index(_) => 0,
                Body::Key(_) | Body::Unique(_) => 2,
                Body::Check { .. } => 3,
                Body::Reference(_) => 4,
            };
            let Some((_, body)) = build::body(schema, at, kind, &mut picks, words) else { return };
            let part = &mut schema.tables[at].parts[position];
            part.body = match (&part.body, body) {
                (Body::Key(old), Body::Unique(new)) => {
                    Body::Key(crate::schema::KeyColumns { prefix: &[""], suffix: old.suffix, ..new })
                }
                (Body::Reference(old), Body::Reference(new)) if what == 17 => {
                    // The same reference with other actions.
                    let (columns, table, targets) = (old.columns.clone(), old.table.clone(), old.targets.clone());
                    Body::Reference(crate::schema::Reference { columns, table, targets, ..new })
                }
                (_, body) => body,
            };
        }
    }
}

fn views(schema: &mut Schema, rest: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(rest);
    let position = picks.number();
    match position % 3 {
        0 => build::view(schema, &rotated(rest, 1), words),
        1 if !schema.views.is_empty() => drop(schema.views.remove(position / 3 % schema.views.len())),
        _ if !schema.views.is_empty() => {
            let position = position / 3 % schema.views.len();
            let old = schema.views.remove(position);
            build::view(schema, &rotated(rest, 1), words);
            if let Some(new) = schema.views.last_mut() {
                new.name = old.name;
            }
        }
        _ => {}
    }
}

fn objects(schema: &mut Schema, rest: &Numbers, words: &Vocabulary) {
    let mut picks = Picks::new(rest);
    let (number, position) = (picks.number(), picks.number());
    let label = picks.of(words.labels).map(|label| (*label).to_owned());
    let options = picks.of(words.sequences).copied();
    match number % 5 {
        // Domains are not compared, so they are the same on both sides.
        0 if rest[1] % 3 != 2 => build::object(schema, &rotated(rest, 1), words),
        1 if !schema.enums.is_empty() => {
            let count = schema.enums.len();
            let labels = &mut schema.enums[position % count].labels;
            match label.filter(|label| !labels.contains(label)) {
                Some(label) => labels.insert(number / 5 % (labels.len() + 1), label),
                None if labels.len() > 1 => drop(labels.remove(number / 5 % labels.len())),
                None => {}
            }
        }
        2 if !schema.enums.is_empty() => drop(schema.enums.remove(position % schema.enums.len())),
        3 if !schema.sequences.is_empty() => {
            let count = schema.sequences.len();
            if let Some(options) = options {
                schema.sequences[position % count].options = options;
            }
        }
        4 if !schema.sequences.is_empty() => drop(schema.sequences.remove(position % schema.sequences.len())),
        _ => {}
    }
}
