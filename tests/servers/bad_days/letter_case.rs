//! Servers that ignore the case of letters in the names of relations and databases: `lower_case_table_names`, which
//! MySQL and MariaDB set to 1 on Windows. It is fixed when a server is made.

use drift::model::Engine;

use super::private::Server;
use crate::bench::Bench;

const SCHEMA: &str = "CREATE TABLE Users (
    id integer NOT NULL PRIMARY KEY,
    Name varchar(20) NOT NULL,
    CHECK (char_length(Name) > 1)
);
CREATE TABLE Orders (
    id integer NOT NULL PRIMARY KEY,
    user_id integer NOT NULL,
    CONSTRAINT Of_User FOREIGN KEY (user_id) REFERENCES Users (id) ON DELETE CASCADE,
    FOREIGN KEY (user_id) REFERENCES Users (id)
);
CREATE INDEX By_Name ON Users (Name);
CREATE VIEW Seen AS SELECT U.id, U.Name, Orders.user_id FROM Users U JOIN Orders ON Orders.user_id = U.id;
CREATE TRIGGER Stamp BEFORE INSERT ON Users FOR EACH ROW SET NEW.Name = UPPER(NEW.Name);
";

/// What means the same where case does not count.
fn otherwise_written() -> String {
    let texts = [("REFERENCES Users", "REFERENCES USERS"), ("ON Users", "ON users"), ("SELECT U.", "SELECT u.")];
    let mut schema = texts.iter().fold(SCHEMA.to_owned(), |schema, (from, to)| schema.replace(from, to));
    schema += "CREATE VIEW Deep AS SELECT SEEN.id FROM SEEN JOIN App.orders USING (user_id) WHERE seen.id > 1;\n";
    schema
}

#[test]
fn names_are_found_whatever_their_case_where_the_server_ignores_it() {
    for engine in [Engine::MariaDb, Engine::MySql] {
        let server = Server::start(engine, |_| vec!["--lower-case-table-names=1".to_owned()]);
        server.execute("CREATE DATABASE App; CREATE USER app@'%' IDENTIFIED BY 'geheim'");
        server.execute("GRANT ALL ON App.* TO app@'%'");
        let run = |script: &str| server.execute(&format!("USE App; {script}"));
        let declared = otherwise_written();
        run(&declared);
        run("INSERT INTO users VALUES (1, 'Ada')");
        let bench = Bench::new(&[("schema.sql", &declared), ("plain.sql", SCHEMA)]);
        let url = server.url("app", "127.0.0.1", "App");
        let check = |file: &str| bench.run(&["check", "--url", &url, "--declared", file]);
        let in_sync = |file: &str| {
            let run = check(file)
                .exits(0)
                .prints(&["nothing differs in what was compared"])
                .omits(&["undecided", "existence"]);
            assert!(run.err.is_empty(), "{engine}: {}", run.err);
        };
        in_sync("schema.sql");
        let args = ["generate", "--url", &url, "--declared", "schema.sql", "--out", "none.sql", "--allow-drop"];
        bench.run(&args).exits(0);
        assert!(!bench.path("none.sql").exists(), "{engine}");

        // What differs is found beside it and mended, and the rows stay.
        let changed = declared
            .replace("Name varchar(20)", "Name varchar(30)")
            .replace(" ON DELETE CASCADE", "")
            .replace("id > 1;", "id > 2;");
        bench.write("changed.sql", &format!("{changed}CREATE TABLE More (id integer REFERENCES users (ID));\n"));
        let found = ["column.type", "foreign_key.actions", "view.definition", "table.missing"];
        check("changed.sql").exits(2).prints(&found).omits(&["table.extra", "view.extra", "view.missing"]);
        let args = ["generate", "--url", &url, "--declared", "changed.sql", "--out", "up.sql", "--allow-drop"];
        bench.run(&args).exits(2);
        let migration = bench.read("up.sql");
        assert!(!migration.contains("DROP TABLE"), "{engine}: {migration}");
        run(&migration);
        in_sync("changed.sql");
        run(&bench.read("up.down.sql"));
        in_sync("schema.sql");
        run("INSERT INTO Orders VALUES (1, (SELECT id FROM Users))");

        // Snapshots: the server's own, and one from where case counts.
        bench.write("own.json", &bench.run(&["inspect", &url, "--format", "json"]).exits(0).out);
        in_sync("own.json");
        run("DROP VIEW Deep");
        let args = ["inspect", "plain.sql", "--dialect", engine.key(), "--format", "json"];
        let cased = bench.run(&args).exits(0).out;
        assert!(!cased.contains("letter_case"), "{engine}");
        bench.write("cased.json", &cased);
        in_sync("cased.json");
        bench.write("twice.sql", &format!("{SCHEMA}CREATE TABLE users (id integer);\n"));
        let args = ["inspect", "twice.sql", "--dialect", engine.key(), "--format", "json"];
        bench.write("twice.json", &bench.run(&args).exits(0).out);
        check("twice.json").exits(2).prints(&["Users", "table.missing"]);
    }
}
