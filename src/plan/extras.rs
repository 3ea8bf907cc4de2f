//! The attributes of tables that one engine alone has: taken over from the declaration one by one.

use crate::diff::Pair;
use crate::model::{Attribute, Extras, MySqlTable, PostgresTable, SqliteTable};

/// `from` with those attributes of `to` that stand in `attribute`.
pub(super) fn with(from: &Extras, to: &Extras, attribute: Attribute) -> Extras {
    let mut result = from.clone();
    match (&mut result, to) {
        (Extras::Postgres(result), Extras::Postgres(to)) => {
            if attribute == Attribute::Partition {
                result.partition_by.clone_from(&to.partition_by);
                result.partition_of.clone_from(&to.partition_of);
            } else {
                let kept = (result.partition_by.take(), result.partition_of.take());
                *result = to.clone();
                (result.partition_by, result.partition_of) = kept;
            }
        }
        (Extras::MySql(result), Extras::MySql(to)) => match attribute {
            Attribute::Engine => result.engine.clone_from(&to.engine),
            Attribute::Collation => {
                result.charset.clone_from(&to.charset);
                result.collation.clone_from(&to.collation);
            }
            Attribute::Partition => result.partition_by.clone_from(&to.partition_by),
            Attribute::Options => {
                result.row_format.clone_from(&to.row_format);
                if to.options.is_some() {
                    result.options.clone_from(&to.options);
                }
            }
            // The other attributes are not those of a table.
            _ => {}
        },
        (Extras::Sqlite(result), Extras::Sqlite(to)) => *result = to.clone(),
        (Extras::Postgres(_) | Extras::MySql(_) | Extras::Sqlite(_), _) => {}
    }
    result
}

/// Changes those attributes that differ between `extras`.
pub(super) fn change(changed: &mut Extras, extras: Pair<&Extras>) {
    match (changed, extras.from, extras.to) {
        (Extras::Postgres(changed), Extras::Postgres(from), Extras::Postgres(to)) => {
            let PostgresTable {
                unlogged,
                partition_by,
                partition_of,
                inherits,
                options,
                row_security,
                forces_row_security,
                replica_identity,
            } = changed;
            take(unlogged, &from.unlogged, &to.unlogged);
            take(partition_by, &from.partition_by, &to.partition_by);
            take(partition_of, &from.partition_of, &to.partition_of);
            take(inherits, &from.inherits, &to.inherits);
            take(options, &from.options, &to.options);
            take(row_security, &from.row_security, &to.row_security);
            take(forces_row_security, &from.forces_row_security, &to.forces_row_security);
            take(replica_identity, &from.replica_identity, &to.replica_identity);
        }
        (Extras::MySql(changed), Extras::MySql(from), Extras::MySql(to)) => {
            let MySqlTable { engine, charset, collation, row_format, partition_by, options } = changed;
            take(engine, &from.engine, &to.engine);
            take(charset, &from.charset, &to.charset);
            take(collation, &from.collation, &to.collation);
            take(row_format, &from.row_format, &to.row_format);
            take(options, &from.options, &to.options);
            take(partition_by, &from.partition_by, &to.partition_by);
        }
        (Extras::Sqlite(changed), Extras::Sqlite(from), Extras::Sqlite(to)) => {
            let SqliteTable { without_rowid, strict } = changed;
            take(without_rowid, &from.without_rowid, &to.without_rowid);
            take(strict, &from.strict, &to.strict);
        }
        (Extras::Postgres(_) | Extras::MySql(_) | Extras::Sqlite(_), _, _) => {}
    }
}

fn take<T: PartialEq + Clone>(changed: &mut T, from: &T, to: &T) {
    if from != to {
        changed.clone_from(to);
    }
}
