//! Accounts that may not see everything: what they see is compared, and what they do not is never called missing.

use drift::model::Engine;

use super::{changed, name};
use crate::bench::Bench;
use crate::support::Database;

const PARENT: &str = "CREATE TABLE parents (id integer NOT NULL PRIMARY KEY, note varchar(20) DEFAULT 'none');";

/// An account of the server, dropped with the value.
struct Account<'a> {
    database: &'a Database,
    name: String,
}

impl<'a> Account<'a> {
    fn create(database: &'a Database, grants: &[&str]) -> Self {
        let name = format!("u_{}", name(database));
        let account = Account { database, name };
        let (user, password) = (account.user(), "PASSWORD 'hush'");
        match database.engine() {
            Engine::Postgres => database.execute(&format!("CREATE ROLE {user} LOGIN {password}")),
            Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
                database.execute(&format!("CREATE USER {user} IDENTIFIED BY 'hush'"));
            }
        }
        for grant in grants {
            database.execute(&format!("GRANT {} TO {user}", grant.replace("DB", super::name(database))));
        }
        account
    }

    fn user(&self) -> String {
        match self.database.engine() {
            Engine::Postgres => self.name.clone(),
            Engine::MySql | Engine::MariaDb | Engine::Sqlite => format!("'{}'@'%'", self.name),
        }
    }

    fn url(&self) -> String {
        changed(self.database, |url| {
            url.set_username(&self.name).unwrap();
            url.set_password(Some("hush")).unwrap();
        })
    }
}

impl Drop for Account<'_> {
    fn drop(&mut self) {
        let word = if self.database.engine() == Engine::Postgres { "ROLE" } else { "USER" };
        let _ = self.database.try_execute(&format!("DROP {word} {}", self.user()));
    }
}

#[test]
fn postgres_tells_everybody_everything() {
    let schema = format!(
        "{PARENT}\nCREATE SCHEMA closed;\nCREATE TABLE closed.secrets (id integer NOT NULL PRIMARY KEY, \
         parent integer DEFAULT 3 REFERENCES public.parents (id) ON DELETE CASCADE, CHECK (parent > 0));\n\
         CREATE VIEW closed.v AS SELECT secrets.id FROM closed.secrets;\nCREATE SEQUENCE closed.s;\n"
    );
    let database = Database::create(Engine::Postgres);
    database.execute(&schema);
    database.execute("REVOKE ALL ON SCHEMA closed FROM PUBLIC; REVOKE ALL ON ALL TABLES IN SCHEMA closed FROM PUBLIC;");
    let account = Account::create(&database, &[]);
    let bench = Bench::new(&[("schema.sql", &schema)]);
    let url = account.url();
    let args = ["check", "--url", &url, "--declared", "schema.sql"];
    bench.run(&args).exits(0).prints(&["in sync"]).omits(&["undecided"]);
    database.execute("ALTER TABLE closed.secrets ALTER COLUMN parent SET DEFAULT 4");
    bench.run(&args).exits(2).prints(&["column.default", "closed.secrets"]);
}

#[test]
fn postgres_lets_in_who_may_connect() {
    let database = Database::create(Engine::Postgres);
    let account = Account::create(&database, &[]);
    database.execute(&format!("REVOKE CONNECT ON DATABASE {} FROM PUBLIC", name(&database)));
    let bench = Bench::new(&[("schema.sql", PARENT)]);
    let url = account.url();
    let run = bench.run(&["check", "--url", &url, "--declared", "schema.sql"]).exits(1);
    let help = format!("GRANT CONNECT ON DATABASE \"{}\" TO \"{}\"", name(&database), account.name);
    assert!(run.err.contains("permission denied for database") && run.err.contains(&help), "{}", run.err);
    database.execute(&help);
    bench.run(&["check", "--url", &url, "--declared", "schema.sql"]).exits(2).prints(&["table.missing"]);
}

const CHILD: &str = "CREATE TABLE children (id integer NOT NULL PRIMARY KEY, parent integer DEFAULT 3, body json, \
                     doubled integer AS (parent * 2) STORED, UNIQUE KEY one (parent), \
                     CONSTRAINT down FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE, \
                     CONSTRAINT positive CHECK (parent > 0)) COMMENT 'small';";

/// A database with two tables and a view, and what an account with `grants` is told of it.
fn mariadb(grants: &[&str], then: impl FnOnce(&Database, &Bench, &[&str])) {
    let schema = format!("{PARENT}\n{CHILD}\nCREATE VIEW v AS select `parents`.`id` AS `id` from `parents`;\n");
    let database = Database::create(Engine::MariaDb);
    database.execute(&schema);
    let account = Account::create(&database, grants);
    let bench = Bench::new(&[("schema.sql", &schema)]);
    let url = account.url();
    then(&database, &bench, &["check", "--url", &url, "--declared", "schema.sql"]);
}

#[test]
fn an_account_that_may_read_the_database_misses_nothing() {
    for grants in [&["SELECT, SHOW VIEW ON DB.*"][..], &["SELECT ON DB.*", "SHOW VIEW ON DB.*"]] {
        mariadb(grants, |database, bench, args| {
            bench.run(args).exits(0).prints(&["in sync"]).omits(&["undecided"]);
            database.execute("ALTER TABLE children DROP FOREIGN KEY down");
            bench.run(args).exits(2).prints(&["foreign_key.missing", "down"]);
        });
    }
    // The rules of foreign keys are hidden from who may read and no more; the queries of views as well.
    mariadb(&["SELECT ON DB.*"], |database, bench, args| {
        let run = bench.run(args).exits(0).prints(&["in sync", "undecided", "SHOW VIEW"]);
        run.omits(&["children", "parents"]);
        database.execute(
            "ALTER TABLE children DROP FOREIGN KEY down;
             ALTER TABLE children ADD CONSTRAINT down FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE RESTRICT;",
        );
        bench.run(args).exits(2).prints(&["foreign_key.actions"]);
    });
}

#[test]
fn tables_without_a_grant_are_undecided_and_the_others_compared() {
    mariadb(&["SELECT ON DB.children"], |database, bench, args| {
        let run = bench.run(args).exits(0).prints(&["undecided", "parents", "GRANT SELECT, SHOW VIEW ON"]);
        let run =
            run.omits(&["missing", "children"]).prints(&["in sync as far as could be seen", "(1 table compared; "]);
        assert!(run.err.contains("this user may see only a part of the database"), "{}", run.err);
        bench.run(&[args, &["--strict"]].concat()).exits(3);
        database.execute("ALTER TABLE children ALTER COLUMN parent SET DEFAULT 4, DROP CONSTRAINT positive");
        let run = bench.run(args).exits(2).prints(&["column.default", "check.missing"]).omits(&["table.missing"]);
        drop(run);
        let sql = bench.run(&[args, &["--format", "sql"]].concat()).exits(2);
        assert!(!sql.out.contains("CREATE TABLE"), "{}", sql.out);
    });
}

/// MariaDB itself says no more than that access is denied.
#[test]
fn an_account_that_wants_encryption_where_the_server_has_none_is_told_so() {
    let database = Database::create(Engine::MariaDb);
    let account = Account::create(&database, &["SELECT ON DB.*"]);
    database.execute(&format!("ALTER USER {} REQUIRE SSL", account.user()));
    let bench = Bench::new(&[("schema.sql", "CREATE TABLE t (id int);\n")]);
    let run = bench.run(&["check", "--url", &account.url(), "--declared", "schema.sql"]).exits(1);
    run.says(&["wrong user or password", "help: check user and password", "an account that REQUIREs SSL"]);
}

#[test]
fn a_table_of_which_some_columns_may_be_seen_is_undecided() {
    mariadb(&["SELECT (id, parent) ON DB.children"], |_, bench, args| {
        let run = bench.run(args).exits(0).prints(&["undecided", "children", "some columns only"]);
        let run = run.prints(&["what only SHOW CREATE TABLE tells (refused to this user) stands on one side"]);
        run.omits(&["missing", "column."]);
    });
}

#[test]
fn an_account_that_sees_no_table_calls_none_missing() {
    mariadb(&["EXECUTE ON DB.*"], |_, bench, args| {
        bench.run(args).exits(0).prints(&["undecided", "children", "parents"]).omits(&["missing"]);
    });
}
