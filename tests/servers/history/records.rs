//! Records that do not tell what is there: migrations that ran in part, versions that nobody knows, and such as come
//! too late.

use drift::model::Engine;

use super::{ENGINES, Project};

const FIRST: &str = "
from alembic import op
import sqlalchemy as sa

revision = '0001'
down_revision = None

def upgrade():
    op.create_table('docs',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('path', sa.String(200)),
        sa.PrimaryKeyConstraint('id'))
";

const SECOND: &str = "
from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'

def upgrade():
    op.add_column('docs', sa.Column('path_hash', sa.String(64)))
    op.execute(\"UPDATE docs SET path_hash = path\")
    op.create_index('ix_hash', 'docs', ['path_hash'])
    op.create_table('late', sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('id'))
";

const DECLARED: &str = "
CREATE TABLE docs (id INTEGER NOT NULL PRIMARY KEY, path VARCHAR(200), path_hash VARCHAR(64));
CREATE INDEX ix_hash ON docs (path_hash);
CREATE TABLE late (id INTEGER NOT NULL PRIMARY KEY);
";

const DOCS: &str = "CREATE TABLE docs (id INTEGER NOT NULL PRIMARY KEY, path VARCHAR(200));";
const HASH: &str = "ALTER TABLE docs ADD COLUMN path_hash VARCHAR(64);";

fn alembic(engine: Engine, recorded: &str, live: &str) -> Project {
    let project = Project::new(
        engine,
        &[
            ("alembic.ini", "[alembic]\nscript_location = migrations\n"),
            ("migrations/env.py", "target_metadata = None\n"),
            ("migrations/versions/0001.py", FIRST),
            ("migrations/versions/0002.py", SECOND),
            ("schema.sql", DECLARED),
        ],
    );
    project.database.execute(&format!(
        "{live} CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
         INSERT INTO alembic_version VALUES ('{recorded}');"
    ));
    project
}

/// What `drift history` says of the database, with the exit code.
fn history(project: &Project, place: &str) -> (i32, String) {
    let (exit, text, error) = project.run(&["history", place, "--url", project.database.url()]);
    (exit, format!("{text}{error}"))
}

#[test]
fn what_ran_in_part_is_told_with_what_is_left() {
    for engine in ENGINES {
        let project = alembic(engine, "0001", &format!("{DOCS} {HASH}"));
        let (exit, text) = history(&project, ".");
        assert_eq!(exit, 2, "{text}");
        for expected in [
            "history.partial  0002 has run in part, as far as migrations/versions/0002.py:9 (add_column docs.path_hash)",
            "ix_hash",
            "CREATE TABLE",
            "look at migrations/versions/0002.py:10",
            "\n    alembic stamp 0002\n",
            "stands at 0001, 1 pending\n",
        ] {
            assert!(text.contains(expected), "{engine}: {expected}\n{text}");
        }
        assert!(!text.contains("ADD COLUMN") && !text.contains("alembic upgrade"), "{text}");
        let arguments = ["check", "--url", project.database.url(), "--declared", "schema.sql", "--history", "."];
        let (_, report, _) = project.run(&arguments);
        assert!(report.contains("history.partial") && report.contains("  alembic stamp 0002\n"), "{report}");
        assert!(!report.contains("unrecorded") && !report.contains("alembic upgrade"), "{report}");
    }
}

#[test]
fn a_numbered_file_that_ran_in_part_is_told_without_records() {
    let second = format!("{HASH}\nCREATE TABLE late (id INTEGER NOT NULL PRIMARY KEY);\n");
    let files = [("db/1_a.sql", DOCS), ("db/2_b.sql", &second), ("schema.sql", DECLARED)];
    let project = Project::new(Engine::MariaDb, &files);
    project.database.execute(&format!("{DOCS} {HASH}"));
    let arguments = ["check", "--url", project.database.url(), "--declared", "schema.sql", "--history", "db"];
    let (exit, text, _) = project.run(&arguments);
    assert_eq!(exit, 2, "{text}");
    assert!(text.contains("2 has run in part, as far as db/2_b.sql:1 (ALTER TABLE docs ADD COLUMN"), "{text}");
    assert!(text.contains("help: run what is left:\n        CREATE TABLE late"), "{text}");
}

#[test]
fn what_was_added_by_hand_is_no_part_of_a_migration() {
    let project = alembic(Engine::Sqlite, "0001", &format!("{DOCS} ALTER TABLE docs ADD COLUMN other INTEGER;"));
    let (_, text) = history(&project, ".");
    assert!(text.contains("1 pending (run `alembic upgrade head`)") && !text.contains("history.partial"), "{text}");
    // What comes first is not there.
    let project =
        alembic(Engine::Sqlite, "0001", &format!("{DOCS} CREATE TABLE late (id INTEGER NOT NULL PRIMARY KEY);"));
    let (_, text) = history(&project, ".");
    assert!(!text.contains("history.partial"), "{text}");
}

#[test]
fn a_version_that_nobody_knows_gives_way_to_the_one_that_is_there() {
    for engine in ENGINES {
        let project = alembic(engine, "3f2a9e8c4a1b", DOCS);
        let (exit, text) = history(&project, ".");
        assert!(exit == 2 && text.contains("alembic stamp --purge 0001") && !text.contains("upgrade"), "{text}");
        assert!(text.contains("1 pending\n"), "{text}");
    }
    let project = alembic(Engine::Sqlite, "3f2a9e8c4a1b", DECLARED);
    let (_, text) = history(&project, ".");
    assert!(text.contains("alembic stamp --purge 0002") && text.contains("nothing pending"), "{text}");
    // A schema of no revision says nothing.
    let project =
        alembic(Engine::Sqlite, "3f2a9e8c4a1b", &format!("{DOCS} ALTER TABLE docs ADD COLUMN other INTEGER;"));
    let (_, text) = history(&project, ".");
    assert!(!text.contains("--purge") && text.contains("restore its file") && !text.contains("upgrade"), "{text}");
    // A number is no name to be guessed.
    let flyway = "CREATE TABLE flyway_schema_history (installed_rank INTEGER NOT NULL PRIMARY KEY, version VARCHAR(50),
        description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, checksum INTEGER, success INTEGER NOT NULL);
        INSERT INTO flyway_schema_history VALUES (1, '1.1', 'a', 'SQL', NULL, 1), (2, '2.1', 'b', 'SQL', NULL, 1);";
    let project = Project::new(Engine::Sqlite, &[("db/V1.1__a.sql", DOCS)]);
    project.database.execute(&format!("{DOCS} {flyway}"));
    let (exit, text) = history(&project, "db");
    assert!(exit == 2 && text.contains("`flyway repair`") && !text.contains("did you mean"), "{text}");
}

#[test]
fn a_failed_migration_is_measured_by_what_is_there() {
    let second =
        "ALTER TABLE docs ADD COLUMN path_hash VARCHAR(64);\nCREATE TABLE late (id INTEGER NOT NULL PRIMARY KEY);\n";
    let broken = "ALTER TABLE docs ADD COLUMN path_hash VARCHAR(64);\nCREATE TABLE late (id INTEGER;\n";
    let late = "CREATE TABLE late (id INTEGER NOT NULL PRIMARY KEY);";
    let golang = "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL);
        INSERT INTO schema_migrations VALUES (2, true);";
    for (file, live, expected) in [
        (second, DOCS.to_owned(), &["nothing of it is there", "mend what made it fail, then: migrate force 1"][..]),
        (broken, DOCS.to_owned(), &["correct the file, then: migrate force 1", "db/000002_b.up.sql:2: "]),
        (
            second,
            format!("{DOCS} {HASH}"),
            &["as far as db/000002_b.up.sql:1 ", "\n    CREATE TABLE late", "migrate force 2"],
        ),
        (second, format!("{DOCS} {HASH} {late}"), &["all that it does to the schema is there", "migrate force 2"]),
    ] {
        let project = Project::new(Engine::Sqlite, &[("db/000001_a.up.sql", DOCS), ("db/000002_b.up.sql", file)]);
        project.database.execute(&format!("{live} {golang}"));
        let (exit, text) = history(&project, "db");
        assert_eq!(exit, 2, "{text}");
        for one in expected {
            assert!(text.contains(one), "{one}\n{text}");
        }
        assert!(!text.contains("migrate up"), "{text}");
    }
    // Before the first there is no version.
    let project = Project::new(Engine::Sqlite, &[("db/000001_a.up.sql", DOCS)]);
    project.database.execute(&golang.replace("(2,", "(1,"));
    assert!(history(&project, "db").1.contains("migrate force -1"));
}

#[test]
fn what_comes_too_late_is_told_by_the_rule_of_its_tool() {
    let tables = |names: &[&str]| -> String {
        names.iter().map(|name| format!("CREATE TABLE {name} (id INTEGER NOT NULL PRIMARY KEY);")).collect()
    };
    let goose = "CREATE TABLE goose_db_version (id INTEGER NOT NULL PRIMARY KEY, version_id BIGINT NOT NULL,
        is_applied BOOLEAN NOT NULL); INSERT INTO goose_db_version VALUES (1, 0, true), (2, 1, true), (3, 3, true);";
    let flyway = "CREATE TABLE flyway_schema_history (installed_rank INTEGER NOT NULL PRIMARY KEY, version VARCHAR(50),
        description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, checksum INTEGER, success INTEGER NOT NULL);
        INSERT INTO flyway_schema_history VALUES (1, '1', 'a', 'SQL', NULL, 1), (2, '3', 'c', 'SQL', NULL, 1);";
    let dbmate = "CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY);
        INSERT INTO schema_migrations VALUES ('1'), ('3');";
    let up = |head: &str, name: &str| format!("{head}{}\n", tables(&[name]));
    for (head, names, records, gravity, expected) in [
        ("-- +goose Up\n", ["1_a.sql", "2_b.sql", "3_c.sql"], goose, "error", "(run `goose up -allow-missing`)"),
        ("", ["V1__a.sql", "V2__b.sql", "V3__c.sql"], flyway, "error", "(run `flyway migrate -outOfOrder=true`)"),
        ("-- migrate:up\n", ["1_a.sql", "2_b.sql", "3_c.sql"], dbmate, "note", "(run `dbmate up`)"),
    ] {
        let project = Project::new(Engine::Sqlite, &[]);
        for (file, table) in names.iter().zip(["a", "b", "c"]) {
            project.write(&format!("db/{file}"), &up(head, table));
        }
        project.database.execute(&format!("{} {records}", tables(&["a", "c"])));
        let (exit, text) = history(&project, "db");
        assert_eq!(exit, if gravity == "error" { 2 } else { 0 }, "{text}");
        assert!(text.contains(&format!("{gravity}  history.out_of_order  2 waits, although 3 has run")), "{text}");
        assert!(text.contains(expected), "{expected}\n{text}");
    }
}

#[test]
fn a_single_record_does_not_tell_what_was_passed_over() {
    let table = |name: &str| format!("CREATE TABLE {name} (id INTEGER NOT NULL PRIMARY KEY);");
    let project = Project::new(Engine::Sqlite, &[]);
    for (file, name) in [("1_a", "a"), ("2_b", "b"), ("3_c", "c")] {
        project.write(&format!("db/{file}.up.sql"), &table(name));
    }
    let records = "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL);
        INSERT INTO schema_migrations VALUES (3, false);";
    project.database.execute(&format!("{} {} {records}", table("a"), table("c")));
    let (exit, text) = history(&project, "db");
    assert!(exit == 2 && text.contains("2 stands before 3, which is recorded, and nothing of it is there"), "{text}");
    assert!(text.contains("give it a number after 3"), "{text}");
    project.database.execute(&table("b"));
    assert_eq!(history(&project, "db").0, 0);
}

#[test]
fn a_file_s_name_is_no_revision() {
    let project = Project::new(
        Engine::Sqlite,
        &[
            ("migrations/env.py", "target_metadata = None\n"),
            ("migrations/versions/0003_add_sources.py", &FIRST.replace("'0001'", "'0003'")),
            (
                "migrations/versions/0004_more.py",
                "revision = '0004'\ndown_revision = '0003_add_sources'\ndef upgrade():\n    pass\n",
            ),
        ],
    );
    let (exit, text, _) = project.run(&["history", "migrations"]);
    assert!(exit == 2 && text.contains("down_revision names the revision in") && text.contains("\"0003\""), "{text}");
    assert!(!text.contains("several_heads") && !text.contains("--merge"), "{text}");
    let (exit, _, error) = project.run(&["history", "migrations", "--merge"]);
    assert!(exit == 1 && error.contains("what looks like several heads may be one"), "{error}");
}

#[test]
fn supabase_keeps_its_records_in_a_schema_of_its_own() {
    let project = Project::new(
        Engine::Postgres,
        &[("supabase/migrations/20240101000000_docs.sql", DOCS), ("supabase/migrations/20240102000000_hash.sql", HASH)],
    );
    project.database.execute(&format!(
        "{DOCS} CREATE SCHEMA supabase_migrations;
         CREATE TABLE supabase_migrations.schema_migrations (version text PRIMARY KEY, statements text[], name text);
         INSERT INTO supabase_migrations.schema_migrations VALUES ('20240101000000');"
    ));
    let (exit, text, _) = project.run(&["history", "--url", project.database.url()]);
    assert!(exit == 0 && text.contains("Supabase  2 revisions"), "{text}");
    assert!(text.contains("stands at 20240101000000, 1 pending (run `supabase db push`)"), "{text}");
}

#[test]
fn a_migration_that_asks_what_is_there_runs_on_what_is_left_of_it() {
    let guarded = SECOND.replace(
        "    op.add_column",
        "    if 'path_hash' not in [column['name'] for column in sa.inspect(op.get_bind()).get_columns('docs')]:\n        op.add_column",
    );
    let project = alembic(Engine::Sqlite, "0001", &format!("{DOCS} {HASH}"));
    project.write("migrations/versions/0002.py", &guarded);
    let (_, text) = history(&project, ".");
    assert!(text.contains("(run `alembic upgrade head`)") && !text.contains("history.partial"), "{text}");
    let sql = Project::new(
        Engine::Sqlite,
        &[
            ("db/1_a.sql", format!("-- migrate:up\n{DOCS}\n").as_str()),
            (
                "db/2_b.sql",
                "-- migrate:up\nCREATE TABLE IF NOT EXISTS b (id INTEGER NOT NULL PRIMARY KEY);\nCREATE TABLE c (id INTEGER);\n",
            ),
        ],
    );
    sql.database.execute(&format!(
        "{DOCS} CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY);
         CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1');"
    ));
    let (_, text) = history(&sql, "db");
    assert!(text.contains("(run `dbmate up`)") && !text.contains("history.partial"), "{text}");
}

#[test]
fn what_two_migrations_add_is_told() {
    let again = SECOND.replace("'0002'", "'0003'").replace("'0001'", "'0002'");
    for engine in [Engine::Postgres, Engine::Sqlite] {
        let project = alembic(engine, "0001", DOCS);
        project.write("migrations/versions/0003.py", &again);
        let (exit, text, _) = project.run(&["history", "."]);
        assert_eq!(exit, 2, "{text}");
        for expected in [
            "history.added_twice  column docs.path_hash is added twice: at migrations/versions/0002.py:9 and at \
             migrations/versions/0003.py:9",
            "index ix_hash is added twice",
            "table late is added twice",
            "0003 fails on a database that has what comes before it",
        ] {
            let text = text.replace("docs.ix_hash", "ix_hash").replace("public.", "");
            assert!(text.contains(expected), "{expected}\n{text}");
        }
    }
    let project = Project::new(
        Engine::Sqlite,
        &[
            ("db/1_a.sql", DOCS),
            ("db/2_b.sql", HASH),
            ("db/3_c.sql", HASH),
            ("db/4_d.sql", "CREATE TABLE IF NOT EXISTS docs (id INTEGER);"),
            ("db/5_e.sql", "ALTER TABLE docs DROP COLUMN path_hash; ALTER TABLE docs ADD COLUMN path_hash INTEGER;"),
        ],
    );
    let (exit, text, _) = project.run(&["history", "db", "--dialect", "sqlite"]);
    assert!(exit == 2 && text.contains("path_hash is added twice: at db/2_b.sql:1 and at db/3_c.sql:1"), "{text}");
    assert_eq!(text.matches("history.added_twice").count(), 1, "{text}");
}

#[test]
fn what_is_pending_and_not_declared_is_told() {
    let declared = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY);";
    for engine in ENGINES {
        let project = Project::new(
            engine,
            &[
                ("db/1_users.sql", format!("-- migrate:up\n{declared}\n").as_str()),
                ("db/2_nick.sql", "-- migrate:up\nALTER TABLE users ADD COLUMN nick VARCHAR(20);\n"),
                ("schema.sql", declared),
            ],
        );
        let records = "CREATE TABLE schema_migrations (version VARCHAR(128) PRIMARY KEY);
            INSERT INTO schema_migrations VALUES ('1');";
        project.database.execute(&format!("{declared} {records}"));
        let check = ["check", "--url", project.database.url(), "--declared", "schema.sql", "--history", "db"];
        let (exit, text, _) = project.run(&check);
        assert_eq!(exit, 2, "{text}");
        assert!(text.contains("2 is pending, and what is declared does not know it: it makes column "), "{text}");
        // Where it is declared, there is nothing to tell but the difference itself.
        project.write("schema.sql", "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, nick VARCHAR(20));");
        let (_, text, _) = project.run(&check);
        assert!(text.contains("pending: db/2_nick.sql") && !text.contains("history.undeclared"), "{text}");
    }
}

#[test]
fn what_a_transaction_refuses_is_told() {
    const MOOD: &str = "CREATE TYPE mood AS ENUM ('a');\nCREATE TABLE t (m mood, n text);\n";
    const ADDS: &str = "ALTER TYPE mood ADD VALUE 'b';\n";
    const USES: &str = "UPDATE t SET m = 'b';\n";
    const INDEX: &str = "CREATE INDEX CONCURRENTLY i ON t (n);\n";
    for (files, expected) in [
        (&[("1.sql", "-- migrate:up\n"), ("2.sql", "-- migrate:up\n")][..], true),
        (&[("1.sql", "-- migrate:up\n"), ("2.sql", "-- migrate:up transaction:false\n")], false),
        (&[("1.sql", "-- +goose Up\n"), ("2.sql", "-- +goose Up\n")], true),
        (&[("1.sql", "-- +goose Up\n"), ("2.sql", "-- +goose NO TRANSACTION\n-- +goose Up\n")], false),
        (&[("1_a.up.sql", ""), ("2_b.up.sql", "")], true),
        (&[("V1__a.sql", ""), ("V2__b.sql", "")], true),
        // A client runs each statement by itself.
        (&[("1_a.sql", ""), ("2_b.sql", "")], false),
    ] {
        for (body, words) in [
            (format!("{ADDS}{USES}"), "the value 'b' is added to mood and used in the same transaction"),
            (format!("{ADDS}ALTER TABLE t ALTER m SET DEFAULT 'b';\n"), "the value 'b' is added"),
            (format!("{INDEX}{USES}"), "CREATE INDEX CONCURRENTLY cannot run inside a transaction"),
        ] {
            let project = Project::new(Engine::Sqlite, &[]);
            for ((file, head), body) in files.iter().zip([MOOD, body.as_str()]) {
                let file = file.replace("1.sql", "1_a.sql").replace("2.sql", "2_b.sql");
                project.write(&format!("db/{file}"), &format!("{head}{body}"));
            }
            let (exit, text, _) = project.run(&["history", "db", "--dialect", "postgres"]);
            assert_eq!(text.contains(words), expected, "{files:?} {body}\n{text}");
            assert!(!expected || exit == 2, "{text}");
        }
    }
    // Alone, made in the same transaction, committed between, or a text of another column: all of that can be.
    for body in [
        INDEX.to_owned(),
        ADDS.to_owned(),
        format!("{ADDS}UPDATE other SET x = 'b';\n"),
        "CREATE TYPE own AS ENUM ('a');\nALTER TYPE own ADD VALUE 'c';\nCREATE TABLE u (m own DEFAULT 'c');\n"
            .to_owned(),
        format!("{ADDS}COMMIT;\n{USES}"),
    ] {
        let project = Project::new(Engine::Sqlite, &[("db/1_a.up.sql", MOOD), ("db/2_b.up.sql", &body)]);
        let (_, text, _) = project.run(&["history", "db", "--dialect", "postgres"]);
        assert!(!text.contains("history.transaction"), "{body}\n{text}");
    }
}

#[test]
fn alembic_s_transaction_is_one_too() {
    let script = |body: &str| {
        format!(
            "from alembic import op\nimport sqlalchemy as sa\nrevision = '0002'\ndown_revision = '0001'\n\ndef upgrade():\n{body}"
        )
    };
    for (body, expected) in [
        ("    op.create_index('i', 'docs', ['path'], postgresql_concurrently=True)\n", true),
        ("    op.execute('CREATE INDEX CONCURRENTLY i ON docs (path)')\n", true),
        (
            "    with op.get_context().autocommit_block():\n        op.create_index('i', 'docs', ['path'], postgresql_concurrently=True)\n",
            false,
        ),
        ("    op.create_index('i', 'docs', ['path'])\n", false),
    ] {
        let project = alembic(Engine::Sqlite, "0001", DOCS);
        project.write("migrations/versions/0002.py", &script(body));
        let (_, text, _) = project.run(&["history", "."]);
        assert_eq!(
            text.contains("CREATE INDEX CONCURRENTLY cannot run inside a transaction"),
            expected,
            "{body}\n{text}"
        );
    }
}

#[test]
fn prisma_s_own_file_says_which_engine_is_meant() {
    let project = Project::new(
        Engine::Sqlite,
        &[
            ("prisma/migrations/20240101000000_init/migration.sql", "CREATE TABLE `a` (`id` INTEGER);\n"),
            ("prisma/migrations/migration_lock.toml", "# by Prisma\nprovider = \"mysql\"\n"),
        ],
    );
    let (exit, text, error) = project.run(&["inspect", "migrations:prisma/migrations"]);
    assert!(exit == 0 && text.contains("CREATE TABLE `a`"), "{text}{error}");
    let (exit, text, _) = project.run(&["history", "prisma/migrations", "--dialect", "sqlite"]);
    assert!(exit == 2 && text.contains("history.provider  these migrations are for"), "{text}");
}
