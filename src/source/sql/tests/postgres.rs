//! PostgreSQL.

use super::*;
use crate::model::{ConstraintName, Deferrability, Expr, Extras, Fact, Kind, ReferentialAction, TypeKind};

const ENGINE: Engine = Engine::Postgres;

#[test]
fn serial_is_an_integer_with_numbers_of_its_own() {
    let snapshot = clean(ENGINE, "CREATE TABLE t (a smallserial, b serial PRIMARY KEY, c bigserial UNIQUE);");
    let table = table(&snapshot, "t");
    assert_eq!(table.columns.iter().map(written).collect::<Vec<_>>(), ["smallint", "integer", "bigint"]);
    for column in &table.columns {
        assert_eq!(generation(column), Some(&Generation::Serial(Default::default())));
        assert!(!is_nullable(column));
    }
}

#[test]
fn a_default_of_null_is_none() {
    let snapshot = clean(
        ENGINE,
        "CREATE TABLE t (a int DEFAULT NULL, b text DEFAULT NULL::text NOT NULL, c text DEFAULT (NULL), d int DEFAULT 1);",
    );
    let table = table(&snapshot, "t");
    assert_eq!(table.columns.iter().map(default).collect::<Vec<_>>(), [None, None, None, Some("1")]);
    assert!(!is_nullable(column(table, "b")));
}

#[test]
fn types_and_defaults_end_where_attributes_begin() {
    let script = "CREATE TABLE t (
        a timestamp(3) with time zone DEFAULT now() NOT NULL,
        b double precision DEFAULT 1.5 CHECK (b > 0),
        c varchar(20)[] DEFAULT '{}'::varchar(20)[] COLLATE \"C\",
        d interval year to month DEFAULT interval '1' year,
        e \"char\" DEFAULT 'x'::\"char\" CONSTRAINT ee UNIQUE,
        f timestamp without time zone DEFAULT (now() AT TIME ZONE 'utc') REFERENCES r,
        g numeric(10, 2) DEFAULT -1.5 /* why */ NOT NULL -- so
    );";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "t");
    let defaults: Vec<_> = table.columns.iter().map(|column| default(column).unwrap()).collect();
    assert_eq!(
        defaults,
        [
            "now()",
            "1.5",
            "'{}'::varchar(20)[]",
            "interval '1' year",
            "'x'::\"char\"",
            "(now() AT TIME ZONE 'utc')",
            "-1.5"
        ]
    );
    assert_eq!(written(column(table, "g")), "numeric(10,2)");
    assert_eq!((table.checks.len(), table.uniques.len(), table.foreign_keys.len()), (1, 1, 1));
}

#[test]
fn constraints_are_named_as_the_server_would() {
    let script = "CREATE TABLE orders (
        id int PRIMARY KEY, user_id int REFERENCES users (id), code text UNIQUE, total int CHECK (total > 0),
        CHECK (total < user_id), UNIQUE (code, total), FOREIGN KEY (user_id, code) REFERENCES pairs (a, b)
    );
    CREATE INDEX ON orders (code); CREATE INDEX ON orders (lower(code), (total + 1)); CREATE INDEX ON orders (code);";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "orders");
    let implied = |name: &str| ConstraintName::Implied(Name::exact(name));
    assert_eq!(table.primary_key.as_ref().unwrap().name, implied("orders_pkey"));
    let checks: Vec<_> = table.checks.iter().map(|check| check.name.clone()).collect();
    assert_eq!(checks, [implied("orders_total_check"), implied("orders_check")]);
    let uniques: Vec<_> = table.uniques.iter().map(|unique| unique.name.clone()).collect();
    assert_eq!(uniques, [implied("orders_code_key"), implied("orders_code_total_key")]);
    let keys: Vec<_> = table.foreign_keys.iter().map(|key| key.name.clone()).collect();
    assert_eq!(keys, [implied("orders_user_id_fkey"), implied("orders_user_id_code_fkey")]);
    let indexes: Vec<_> = table.indexes.iter().map(|index| index.name.as_str()).collect();
    assert_eq!(indexes, ["orders_code_idx", "orders_lower_expr_idx", "orders_code_idx1"]);
}

#[test]
fn names_are_looked_up_along_the_search_path() {
    let script = "CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('ok'); SET search_path TO app, public;
        CREATE TABLE t (id int PRIMARY KEY, feeling mood); CREATE TABLE public.u (id int);
        ALTER TABLE u ADD t_id int REFERENCES t; SELECT pg_catalog.set_config('search_path', '', false);
        CREATE TABLE public.v (a int); SET search_path = DEFAULT; CREATE TABLE w (a int);";
    let snapshot = clean(ENGINE, script);
    let names: Vec<String> = snapshot.database.tables.keys().map(ToString::to_string).collect();
    assert_eq!(names, ["app.t", "public.u", "public.v", "public.w"]);
    let key = &table(&snapshot, "public.u").foreign_keys[0];
    assert_eq!((key.references.to_string(), texts(&key.referenced_columns)), ("app.t".to_owned(), vec!["id"]));
    let feeling = column(table(&snapshot, "app.t"), "feeling").ty.known().unwrap().kind.clone();
    assert_eq!(feeling, TypeKind::user(Some(Name::exact("app")), Name::exact("mood")));
}

#[test]
fn alter_table_changes_every_attribute_of_a_column() {
    let script =
        "CREATE TABLE t (a int, b text DEFAULT 'x', c int NOT NULL, d int, e int GENERATED ALWAYS AS (c * 2) STORED);
        ALTER TABLE t ALTER a SET DEFAULT 5, ALTER COLUMN a TYPE bigint USING a::bigint, ALTER b DROP DEFAULT,
          ALTER b SET NOT NULL, ALTER c DROP NOT NULL, ALTER b SET DATA TYPE varchar(5) COLLATE \"C\",
          ALTER d SET NOT NULL, ALTER d ADD GENERATED BY DEFAULT AS IDENTITY (START WITH 7), ALTER e DROP EXPRESSION,
          ALTER d SET GENERATED ALWAYS SET INCREMENT BY 2, ALTER a SET STATISTICS 100, ALTER b SET STORAGE EXTERNAL;
        ALTER TABLE t RENAME c TO cc; ALTER TABLE t RENAME TO tt; ALTER TABLE tt SET SCHEMA other;";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "other.tt");
    assert_eq!((written(column(table, "a")), default(column(table, "a"))), ("bigint", Some("5")));
    assert_eq!((written(column(table, "b")), default(column(table, "b"))), ("character varying(5)", None));
    assert!(!is_nullable(column(table, "b")) && is_nullable(column(table, "cc")));
    assert!(column(table, "e").generated.known().unwrap().is_none());
    let Some(Generation::Identity { options, .. }) = generation(column(table, "d")) else { panic!("no identity") };
    assert_eq!((options.start, options.increment), (Some(7), Some(2)));
}

#[test]
fn dropping_a_column_drops_what_names_it() {
    let script = "CREATE TABLE t (a int, b int, c int, CHECK (a > b), CHECK (c > 0), UNIQUE (a, c), PRIMARY KEY (c));
        CREATE INDEX ab ON t (a, b); CREATE INDEX cc ON t (c) WHERE a > 0; CREATE INDEX ok ON t (b);
        ALTER TABLE t DROP COLUMN a CASCADE, DROP COLUMN IF EXISTS zz;";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "t");
    assert_eq!(columns(table), ["b", "c"]);
    assert_eq!((table.checks.len(), table.uniques.len(), table.indexes.len()), (1, 0, 1));
    assert!(table.primary_key.is_some());
}

#[test]
fn constraints_may_be_dropped_and_renamed_by_the_names_that_the_server_chose() {
    let script = "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int CHECK (c > 0)); ALTER TABLE t RENAME TO u;
        ALTER TABLE u DROP CONSTRAINT t_b_key; ALTER TABLE u RENAME CONSTRAINT t_c_check TO positive;
        ALTER TABLE ONLY u DROP CONSTRAINT IF EXISTS nothing; ALTER INDEX t_pkey RENAME TO u_pkey;
        CREATE INDEX ON u (b); DROP INDEX u_b_idx;";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "u");
    assert!(table.uniques.is_empty() && table.indexes.is_empty());
    assert_eq!(table.checks[0].name, ConstraintName::Explicit(Name::exact("positive")));
    assert_eq!(table.primary_key.as_ref().unwrap().name, ConstraintName::Explicit(Name::exact("u_pkey")));
}

#[test]
fn an_index_that_may_be_absent_takes_its_constraint_along() {
    let script = "CREATE TABLE t (a int PRIMARY KEY); ALTER TABLE t RENAME TO u;
        ALTER INDEX IF EXISTS t_pkey RENAME TO u_pkey; ALTER INDEX IF EXISTS nothing RENAME TO something;";
    let snapshot = clean(ENGINE, script);
    let name = ConstraintName::Explicit(Name::exact("u_pkey"));
    assert_eq!(table(&snapshot, "u").primary_key.as_ref().unwrap().name, name);
}

#[test]
fn an_index_becomes_a_constraint() {
    let script = "CREATE TABLE t (a int, b int); CREATE UNIQUE INDEX ua ON t (a); CREATE UNIQUE INDEX ub ON t (b);
        ALTER TABLE t ADD CONSTRAINT t_pk PRIMARY KEY USING INDEX ua, ADD UNIQUE USING INDEX ub;";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "t");
    assert!(table.indexes.is_empty());
    assert_eq!(table.primary_key.as_ref().unwrap().name, ConstraintName::Explicit(Name::exact("t_pk")));
    assert_eq!(table.uniques[0].name, ConstraintName::Explicit(Name::exact("ub")));
}

#[test]
fn foreign_keys_have_actions_and_times() {
    let script = "CREATE TABLE t (a int, b int, CONSTRAINT f FOREIGN KEY (a, b) REFERENCES o (x, y) MATCH FULL
        ON DELETE SET NULL (b) ON UPDATE RESTRICT DEFERRABLE INITIALLY DEFERRED NOT VALID);";
    let snapshot = clean(ENGINE, script);
    let key = &table(&snapshot, "t").foreign_keys[0];
    assert_eq!((key.on_delete, key.on_update), (ReferentialAction::SetNull, ReferentialAction::Restrict));
    assert_eq!(texts(&key.on_delete_columns), ["b"]);
    assert_eq!(key.deferrability, Deferrability::InitiallyDeferred);
    assert!(!key.validated);
}

#[test]
fn enums_follow_their_changes() {
    let script = "CREATE TYPE mood AS ENUM ('a', 'c'); CREATE TABLE t (m mood, l mood[]);
        ALTER TYPE mood ADD VALUE 'b' BEFORE 'c'; ALTER TYPE mood ADD VALUE IF NOT EXISTS 'a'; ALTER TYPE mood ADD VALUE 'd';
        ALTER TYPE mood RENAME VALUE 'a' TO 'A'; ALTER TYPE mood RENAME TO feeling; ALTER TYPE feeling OWNER TO me;
        CREATE TYPE gone AS ENUM (); DROP TYPE IF EXISTS gone, never;";
    let snapshot = clean(ENGINE, script);
    assert_eq!(snapshot.database.enums.len(), 1);
    let feeling = &snapshot.database.enums[&name(ENGINE, "feeling")];
    assert_eq!(feeling.values, ["A", "b", "c", "d"]);
    let ty = column(table(&snapshot, "t"), "l").ty.known().unwrap();
    assert_eq!(ty.kind.user_type(), Some(&name(ENGINE, "feeling")));
}

#[test]
fn guarded_blocks_are_read() {
    let script = "DO $$ BEGIN CREATE TYPE mood AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN null; END $$;
        DO $do$
        BEGIN
          IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'mood') THEN
            CREATE TYPE mood AS ENUM ('b');
          END IF;
          IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE column_name = 'b') THEN
            ALTER TABLE t ADD COLUMN b mood;
          END IF;
          EXECUTE 'ALTER TABLE t ADD COLUMN IF NOT EXISTS c int';
        END
        $do$;";
    let snapshot = clean(ENGINE, &format!("CREATE TABLE t (a int);\n{script}\n{script}"));
    assert_eq!(snapshot.database.enums[&name(ENGINE, "mood")].values, ["a"]);
    assert_eq!(columns(table(&snapshot, "t")), ["a", "b", "c"]);
    assert_eq!(place(&snapshot, "public.t.b"), (9, 38));
    let unread = read(ENGINE, "DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD x int', 't'); END $$;");
    assert_eq!(unread.warnings.len(), 1);
}

#[test]
fn comments_of_every_kind() {
    let script =
        "CREATE TABLE t (a int); CREATE VIEW v AS SELECT 1 AS x; CREATE TYPE e AS ENUM ('x'); CREATE INDEX i ON t (a);
        COMMENT ON TABLE t IS 'it''s'; COMMENT ON COLUMN public.t.a IS $$dollar$$; COMMENT ON VIEW v IS 'view';
        COMMENT ON TYPE e IS 'type'; COMMENT ON INDEX i IS 'index'; COMMENT ON COLUMN v.x IS 'x';
        COMMENT ON CONSTRAINT c ON t IS 'no'; COMMENT ON EXTENSION pgcrypto IS 'e'; COMMENT ON SCHEMA public IS 's';";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "t");
    assert_eq!(table.comment, Fact::Known(Some("it's".to_owned())));
    assert_eq!(column(table, "a").comment, Fact::Known(Some("dollar".to_owned())));
    assert_eq!(index(table, "i").comment.as_deref(), Some("index"));
    assert_eq!(snapshot.database.views[&name(ENGINE, "v")].comment.as_deref(), Some("view"));
}

#[test]
fn partitions_hold_what_is_their_own() {
    let script = "CREATE TABLE e (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY range (at);
        CREATE TABLE e1 PARTITION OF e FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE e2 (id int NOT NULL, at date NOT NULL, CONSTRAINT e2_pkey PRIMARY KEY (id, at));
        ALTER TABLE ONLY e ATTACH PARTITION e2 DEFAULT; CREATE INDEX e_at ON e (at); CREATE INDEX e2_at ON e2 (at);
        ALTER INDEX e_at ATTACH PARTITION e2_at; CREATE INDEX own ON e1 (id);";
    let snapshot = clean(ENGINE, script);
    let Extras::Postgres(parent) = &table(&snapshot, "e").extras else { panic!("not PostgreSQL") };
    assert_eq!(parent.partition_by.as_deref(), Some("RANGE (at)"));
    let second = table(&snapshot, "e2");
    assert!(second.columns.is_empty() && second.primary_key.is_none() && second.indexes.is_empty());
    let Extras::Postgres(extras) = &second.extras else { panic!("not PostgreSQL") };
    assert_eq!(extras.partition_of.as_ref().unwrap().1, "DEFAULT");
    assert_eq!(table(&snapshot, "e1").indexes.len(), 1);
}

#[test]
fn copies_of_tables() {
    let script =
        "CREATE TABLE s (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a text DEFAULT 'x' NOT NULL CHECK (a <> ''));
        CREATE INDEX s_a ON s (a); CREATE TABLE plain (LIKE s, more int); CREATE TABLE full_copy (LIKE s INCLUDING ALL);
        CREATE TABLE child (x int) INHERITS (s); ALTER TABLE child ALTER COLUMN a SET DEFAULT 'y';";
    let snapshot = clean(ENGINE, script);
    let plain = table(&snapshot, "plain");
    assert_eq!(columns(plain), ["id", "a", "more"]);
    assert!(default(column(plain, "a")).is_none() && plain.primary_key.is_none() && !is_nullable(column(plain, "a")));
    let full = table(&snapshot, "full_copy");
    assert_eq!(full.checks[0].name, ConstraintName::Implied(Name::exact("s_a_check")));
    assert_eq!((full.indexes.len(), full.primary_key.is_some()), (1, true));
    assert!(generation(column(full, "id")).is_some());
    assert_eq!(columns(table(&snapshot, "child")), ["x"]);
}

#[test]
fn other_objects_are_listed() {
    let script = "CREATE EXTENSION IF NOT EXISTS \"uuid-ossp\"; CREATE TABLE t (a int);
        CREATE OR REPLACE FUNCTION f(a int) RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END; $$;
        CREATE TRIGGER tr BEFORE UPDATE OF a ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE POLICY p ON t USING (true);
        GRANT SELECT ON t TO me; CREATE TYPE pair AS (a int, b int); CREATE PROCEDURE q() LANGUAGE sql AS 'SELECT 1';
        CREATE ROLE me; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO me; CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
        CREATE TRIGGER gone AFTER INSERT ON t EXECUTE FUNCTION f(); DROP TRIGGER gone ON t; VACUUM; BEGIN; COMMIT;";
    let snapshot = clean(ENGINE, script);
    let kinds: Vec<Kind> = snapshot.database.opaque.iter().map(|object| object.kind).collect();
    assert_eq!(
        kinds,
        [Kind::Extension, Kind::Routine, Kind::Trigger, Kind::Policy, Kind::Grant, Kind::Type, Kind::Routine]
    );
}

#[test]
fn sequences_of_pg_dump_become_serial_columns() {
    let script = "CREATE TABLE public.\"T\" (id integer NOT NULL, n integer);
        CREATE SEQUENCE public.\"T_id_seq\" AS integer START WITH 1 INCREMENT BY 1 NO MINVALUE NO MAXVALUE CACHE 1;
        ALTER TABLE public.\"T_id_seq\" OWNER TO me; ALTER SEQUENCE public.\"T_id_seq\" OWNED BY public.\"T\".id;
        ALTER TABLE ONLY public.\"T\" ALTER COLUMN id SET DEFAULT nextval('public.\"T_id_seq\"'::regclass);
        CREATE SEQUENCE lone; ALTER TABLE public.\"T\" ALTER n SET DEFAULT nextval('lone');";
    let snapshot = clean(ENGINE, script);
    let table = table(&snapshot, "public.T");
    assert_eq!(generation(column(table, "id")), Some(&Generation::Serial(Default::default())));
    assert_eq!(default(column(table, "id")), None);
    assert_eq!((generation(column(table, "n")), default(column(table, "n"))), (None, Some("nextval('lone')")));
    assert_eq!(snapshot.database.sequences.len(), 1);
}

#[test]
fn not_null_may_be_a_constraint_of_the_table() {
    let script = "CREATE TABLE t (a int, b int CONSTRAINT named NOT NULL, c int, CONSTRAINT cc NOT NULL a);
        ALTER TABLE t ADD CONSTRAINT later NOT NULL c NOT VALID;";
    let snapshot = clean(ENGINE, script);
    assert!(table(&snapshot, "t").columns.iter().all(|column| !is_nullable(column)));
}

#[test]
fn domains_and_views() {
    let script = "CREATE DOMAIN email AS varchar(200) DEFAULT 'x' NOT NULL CONSTRAINT c CHECK (VALUE LIKE '%@%');
        CREATE VIEW v (a) WITH (security_barrier) AS SELECT 1; CREATE MATERIALIZED VIEW m AS SELECT 2 WITH NO DATA;
        CREATE OR REPLACE VIEW v AS SELECT 3 WITH LOCAL CHECK OPTION; ALTER VIEW m RENAME TO mm;";
    let snapshot = clean(ENGINE, script);
    let domain = &snapshot.database.domains[&name(ENGINE, "email")];
    assert!(domain.not_null);
    assert_eq!(domain.default.as_ref().map(|expr: &Expr| expr.text.as_str()), Some("'x'"));
    assert_eq!(snapshot.database.views[&name(ENGINE, "v")].query.text, "SELECT 3");
    assert!(snapshot.database.views[&name(ENGINE, "mm")].materialized);
}
