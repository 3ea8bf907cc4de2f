//! Keys that CREATE TABLE states twice, of which PostgreSQL makes one.

use crate::model::{ConstraintName, Deferrability, Name, Table, UniqueConstraint};

/// What makes two keys the same: columns, WITHOUT OVERLAPS, INCLUDE columns, NULLS NOT DISTINCT, and when they are checked.
type Shape<'t> = (&'t [Name], bool, &'t [Name], bool, Deferrability);

/// `transformIndexConstraints` in parse_utilcmd.c: a key that is the same as the primary key or an earlier one is left
/// out, and gives its name to one that has none. ALTER TABLE does not do so for keys that are there already.
pub(super) fn absorb(table: &mut Table) -> Vec<usize> {
    let Table { primary_key, uniques, .. } = table;
    let mut absorbed = Vec::new();
    let mut kept: Vec<UniqueConstraint> = Vec::with_capacity(uniques.len());
    for (at, unique) in std::mem::take(uniques).into_iter().enumerate() {
        let same_key = primary_key.as_mut().filter(|key| {
            let shape_of_key = (&*key.columns, key.without_overlaps, &*key.include, false, key.deferrability);
            shape_of_key == shape(&unique) && key.prefix_lengths.is_empty()
        });
        let earlier = match same_key {
            Some(key) => Some(&mut key.name),
            None => kept.iter_mut().find(|other| shape(other) == shape(&unique)).map(|other| &mut other.name),
        };
        match earlier {
            Some(name) => {
                if *name == ConstraintName::None {
                    *name = unique.name;
                }
                absorbed.push(at);
            }
            None => kept.push(unique),
        }
    }
    *uniques = kept;
    absorbed
}

fn shape(unique: &UniqueConstraint) -> Shape<'_> {
    (&unique.columns, unique.without_overlaps, &unique.include, unique.nulls_not_distinct, unique.deferrability)
}
