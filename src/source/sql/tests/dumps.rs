//! Dumps as the servers' own tools write them (`fixtures/dumps`): read without a warning, and in full.

use super::*;
use crate::model::{ConstraintName, Database, Extras, GeneratedStorage, IdentityMode, IndexTarget, NullsOrder};

fn dump(engine: Engine, file: &str) -> Snapshot {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dumps").join(file);
    clean(engine, &std::fs::read_to_string(path).unwrap())
}

fn total(database: &Database, count: fn(&Table) -> usize) -> usize {
    database.tables.values().map(count).sum()
}

#[test]
fn pg_dump() {
    let snapshot = dump(Engine::Postgres, "postgres-rich.sql");
    let database = &snapshot.database;
    assert_eq!(database.schemas.len(), 2);
    assert_eq!(database.tables.len(), 12);
    assert_eq!(database.enums.len(), 3);
    assert_eq!(database.domains.len(), 1);
    assert_eq!(database.views.len(), 2);
    assert_eq!(database.sequences.len(), 2, "the sequences of serial and identity columns are the columns'");
    let mood = &database.enums[&name(Engine::Postgres, "mood")];
    assert_eq!(mood.values, ["bad", "sad", "ok", "great", "it's fine"]);
    assert_eq!(mood.comment.as_deref(), Some("how"));
    let free = &database.sequences[&name(Engine::Postgres, "free_seq")].options;
    assert_eq!(
        (free.start, free.increment, free.min, free.max, free.cache, free.cycle),
        (Some(10), Some(5), None, Some(1000), Some(3), true)
    );
    let small = &database.sequences[&name(Engine::Postgres, "small_seq")];
    assert_eq!((small.ty.is_some(), small.options.max), (true, None));
}

#[test]
fn pg_dump_of_a_table() {
    let snapshot = dump(Engine::Postgres, "postgres-rich.sql");
    let users = table(&snapshot, "users");
    assert_eq!(users.comment, Fact::Known(Some("People".to_owned())));
    assert_eq!(generation(column(users, "id")), Some(&Generation::Serial(Default::default())));
    assert_eq!(default(column(users, "id")), None);
    assert_eq!(default(column(users, "name")), Some("'it''s'::character varying"));
    assert_eq!(column(users, "Camel Case").comment, Fact::Known(Some("tab\there".to_owned())));
    assert_eq!(column(users, "nick").collation.as_ref().map(Name::as_str), Some("C"));
    let generated = column(users, "full_name").generated.known().unwrap().as_ref().unwrap();
    assert_eq!(generated.storage, GeneratedStorage::Stored);
    assert_eq!(users.primary_key.as_ref().unwrap().name, ConstraintName::Explicit(Name::exact("users_pkey")));
    assert!(users.uniques.iter().any(|unique| unique.nulls_not_distinct && texts(&unique.columns) == ["nick", "code"]));
    let Extras::Postgres(extras) = &users.extras else { panic!("not PostgreSQL") };
    assert_eq!(extras.options, [("fillfactor".to_owned(), "70".to_owned())]);
    assert!(extras.row_security);
    let active = index(users, "users_active");
    assert!(active.unique);
    assert_eq!(texts(&active.include), ["day"]);
    assert_eq!(active.predicate.known().unwrap().as_ref().unwrap().text, "balance > (0)::numeric");
    assert_eq!(active.keys[0].opclass.as_deref(), Some("text_pattern_ops"));
    assert!(active.keys[0].descending && active.keys[0].nulls.is_none());
    assert!(
        matches!(&active.keys[1].target, IndexTarget::Expr(Fact::Known(expr)) if expr.text == "data ->> 'x'::text")
    );
    assert_eq!(index(users, "nf").keys[0].nulls, Some(NullsOrder::First));
    assert_eq!(index(users, "users_trgm").keys[0].opclass.as_deref(), Some("gin_trgm_ops"));
}

#[test]
fn pg_dump_of_constraints_and_partitions() {
    let snapshot = dump(Engine::Postgres, "postgres-rich.sql");
    let invoices = table(&snapshot, "billing.invoices");
    let Some(Generation::Identity { mode, options }) = generation(column(invoices, "id")) else {
        panic!("no identity")
    };
    assert_eq!(
        (*mode, options.start, options.increment, options.max),
        (IdentityMode::Always, Some(100), Some(10), None)
    );
    assert_eq!(invoices.exclusions[0].elements[1].operator, "&&");
    assert_eq!(invoices.exclusions[0].method, "gist");
    let later = invoices.checks.iter().find(|check| !check.validated).unwrap();
    assert_eq!(later.expr.known().unwrap().text, "room < 100");
    assert!(invoices.checks.iter().any(|check| check.no_inherit));
    // A partition holds only what it declares beyond its parent.
    let partition = table(&snapshot, "events_2024");
    assert!(partition.columns.is_empty() && partition.primary_key.is_none() && partition.indexes.is_empty());
    assert_eq!(columns(table(&snapshot, "child")), ["extra"]);
    let odd = table(&snapshot, "public.Weird.Table");
    assert_eq!(columns(odd), ["select", "a\"b"]);
}

#[test]
fn mariadb_dump() {
    let snapshot = dump(Engine::MariaDb, "mariadb-rich.sql");
    let database = &snapshot.database;
    assert_eq!(database.tables.len(), 8);
    assert_eq!(database.views.len(), 1);
    assert_eq!(database.sequences.len(), 1);
    assert_eq!(database.opaque.len(), 4, "a trigger, an event and two routines");
    let users = table(&snapshot, "users");
    assert_eq!(generation(column(users, "id")), Some(&Generation::AutoIncrement));
    assert_eq!(column(users, "doc").ty.known().unwrap().kind.builtin_name(), Some("json"));
    assert_eq!(column(users, "name").collation.as_ref().map(Name::as_str), Some("latin1_bin"));
    assert_eq!(column(users, "email").comment, Fact::Known(Some("the \"mail\"".to_owned())));
    assert_eq!(column(users, "created").on_update.as_ref().unwrap().text, "current_timestamp(3)");
    assert!(column(users, "hidden").invisible);
    assert_eq!(index(users, "body_idx").keys[0].prefix_length, Some(20));
    assert_eq!(index(users, "body_idx").comment.as_deref(), Some("prefix"));
    assert!(index(users, "uq_email").unique && users.uniques.is_empty());
    assert_eq!(users.foreign_keys.len(), 1);
    assert_eq!(users.checks.len(), 2);
    let Extras::MySql(extras) = &users.extras else { panic!("not MySQL") };
    assert_eq!(extras.engine.as_deref(), Some("InnoDB"));
    assert_eq!(extras.collation.as_ref().map(Name::as_str), Some("utf8mb4_unicode_ci"));
    let posts = table(&snapshot, "posts");
    assert_eq!(columns(posts)[..3], ["slug2", "id", "extra"]);
    assert_eq!(total(database, |table| table.foreign_keys.len()), 4);
}

#[test]
fn sqlite_schema() {
    let snapshot = dump(Engine::Sqlite, "sqlite-rich.sql");
    let database = &snapshot.database;
    assert!(!database.tables.keys().any(|table| table.name.key().starts_with("sqlite_")));
    let users = table(&snapshot, "users");
    assert_eq!(columns(users).len(), 16);
    assert_eq!(generation(column(users, "id")), Some(&Generation::AutoIncrement));
    assert!(!is_nullable(column(users, "id")));
    assert_eq!(written(column(users, "untyped")), "");
    assert_eq!(default(column(users, "bracket")), Some("(1 + 2)"));
    assert_eq!((users.uniques.len(), users.foreign_keys.len(), users.checks.len()), (3, 2, 2));
    assert_eq!(index(users, "i1").keys.len(), 3);
    let Extras::Sqlite(extras) = &table(&snapshot, "wr").extras else { panic!("not SQLite") };
    assert!(extras.without_rowid && extras.strict);
    let trigger = &database.opaque[0];
    assert!(trigger.definition.as_ref().unwrap().ends_with("END"));
}
