//! The test servers themselves: each engine gives an empty database, runs scripts, and answers.

use crate::support::Database;
use drift::model::Engine;

#[test]
fn every_engine_gives_an_empty_database_and_runs_scripts() {
    for engine in [Engine::Postgres, Engine::MariaDb, Engine::MySql, Engine::Sqlite] {
        let database = Database::create(engine);
        database.execute("CREATE TABLE t (a int, b varchar(10)); INSERT INTO t VALUES (1, 'x;y');");
        assert_eq!(database.query("SELECT a, b, a + 0.5 FROM t"), [["1", "x;y", "1.5"]], "{engine}");
        let error = database.try_execute("SELECT 1; SELECT * FROM absent;").unwrap_err();
        assert!(error.contains("absent"), "{engine}: {error}");
    }
}

#[test]
fn clients_understand_what_dumps_hold() {
    let postgres = Database::create(Engine::Postgres);
    postgres.execute("CREATE TABLE t (a int);\nCOPY t (a) FROM stdin;\n1\n2\n\\.\n\\echo done\n");
    assert_eq!(postgres.query("SELECT sum(a) FROM t"), [["3"]]);
    let mariadb = Database::create(Engine::MariaDb);
    mariadb.execute(
        "CREATE TABLE t (a int);\nDELIMITER ;;\nCREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.a = 7; \
         END ;;\nDELIMITER ;\nINSERT INTO t VALUES (1);\n",
    );
    assert_eq!(mariadb.query("SELECT a FROM t"), [["7"]]);
}
