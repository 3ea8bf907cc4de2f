//! What `drift inspect` writes of a database builds the same schema anew; what it has no statement for, it says.

use crate::support::{Database, block_on};
use drift::catalog::{self, DatabaseUrl, ReadOptions};
use drift::dialect::dialect;
use drift::diff::Diff;
use drift::model::Engine;
use drift::plan::create_all;
use drift::plan::output::{OutputContext, OutputForm, SqlFiles};
use drift::snapshot::Snapshot;

fn read(database: &Database) -> Snapshot {
    let url = DatabaseUrl::parse(database.url()).unwrap();
    block_on(catalog::read(&url, &ReadOptions::default())).unwrap_or_else(|error| panic!("{error}"))
}

fn written(snapshot: &Snapshot) -> String {
    let plan = create_all(snapshot, dialect(snapshot.engine, snapshot.version).as_ref());
    let place = OutputContext { header: &[], diff: &Diff::default(), origins: &snapshot.origins };
    SqlFiles.write(&plan, place).up
}

#[test]
fn what_rests_on_objects_that_are_not_compared_is_built_with_them() {
    let first = Database::create(Engine::Postgres);
    first.execute(
        r"
        CREATE EXTENSION citext;
        CREATE SCHEMA app;
        CREATE TYPE mood AS ENUM ('sad', 'ok');
        CREATE TYPE app.addr AS (street text, zip varchar(10), feeling mood);
        CREATE TYPE app.full_addr AS (a app.addr, notes text[]);
        CREATE DOMAIN app.zip AS varchar(10) DEFAULT 'x' NOT NULL
            CHECK (VALUE ~ '^\d+$') CONSTRAINT is_long CHECK (length(VALUE) > 2);
        CREATE DOMAIN a_zip AS app.zip;
        CREATE DOMAIN address AS app.addr;
        CREATE TYPE hours AS RANGE (SUBTYPE = time);
        CREATE FUNCTION plus_one(i int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT i + 1';
        CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
        CREATE TABLE app.t (id serial PRIMARY KEY, z app.zip, az a_zip, ad address, f app.full_addr[], h hours, c citext,
            g int GENERATED ALWAYS AS (plus_one(1)) STORED, d int DEFAULT plus_one(2), CHECK (plus_one(d) > 0));
        CREATE INDEX ON app.t (plus_one(d));
        CREATE FUNCTION app.all_of() RETURNS SETOF app.t LANGUAGE sql AS 'SELECT * FROM app.t';
        CREATE VIEW app.v AS SELECT id, plus_one(d) AS x, z FROM app.t;
        CREATE TRIGGER before_all BEFORE INSERT ON app.t FOR EACH ROW EXECUTE FUNCTION nothing();
        CREATE TABLE parts (k int, v text) PARTITION BY LIST (k);
        CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
        CREATE INDEX on_all ON parts (k);
        CREATE INDEX own ON parts_1 (k);
        ",
    );
    let snapshot = read(&first);
    let script = written(&snapshot);
    assert!(!script.contains("Withheld") && !script.contains("left out"), "{script}");
    let second = Database::create(Engine::Postgres);
    second.execute(&script);
    let [one, two] = [&snapshot, &read(&second)].map(|snapshot| serde_json::to_string(&snapshot.database).unwrap());
    assert_eq!(one, two, "{script}");
}

#[test]
fn what_has_no_statement_is_left_out_by_name() {
    let first = Database::create(Engine::Postgres);
    first.execute(
        "
        CREATE COLLATION plain (LOCALE = 'C');
        CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
        CREATE TABLE t (id int PRIMARY KEY, name text COLLATE plain);
        CREATE TABLE u (id int PRIMARY KEY, t_id int REFERENCES t (id));
        CREATE VIEW w AS SELECT name FROM t;
        CREATE POLICY everybody ON u USING (true);
        ",
    );
    let script = written(&read(&first));
    for words in [
        "left out: collation: plain",
        "left out: routine: public.total(integer)",
        "left out: policy: public.everybody on public.u",
        "withheld: column name needs collation plain",
        "withheld: it refers to table public.t, which is withheld",
    ] {
        assert!(script.contains(words), "{words} is not said:\n{script}");
    }
    let second = Database::create(Engine::Postgres);
    second.execute(&script);
    let built: Vec<String> = read(&second).database.tables.keys().map(ToString::to_string).collect();
    assert_eq!(built, ["public.u"], "{script}");
}
