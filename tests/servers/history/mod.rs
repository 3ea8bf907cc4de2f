//! Migration histories beside real databases: where a database stands, and the cause of each difference.

mod records;
mod sql;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::support::Database;
use drift::model::Engine;
use serde_json::Value;
use sql::{ADD, CREATE};

const ENGINES: [Engine; 4] = [Engine::Postgres, Engine::MariaDb, Engine::MySql, Engine::Sqlite];

/// What the code expects: `phone` comes with the second migration, and nobody wrote one for `nickname`.
const MODELS: &str = "
from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()

class User(Base):
    __tablename__ = 'users'
    id = Column(Integer, primary_key=True, autoincrement=False)
    email = Column(String(80), nullable=False)
    phone = Column(String(20))
    nickname = Column(String(30))
";

const FIRST: &str = "
from alembic import op
import sqlalchemy as sa

revision = '001'
down_revision = None

def upgrade():
    op.create_table('users',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('email', sa.String(80), nullable=False),
        sa.PrimaryKeyConstraint('id'))

def downgrade():
    op.drop_table('users')
";

const SECOND: &str = "
from alembic import op
import sqlalchemy as sa

revision = '002'
down_revision = '001'

def upgrade():
    op.add_column('users', sa.Column('phone', sa.String(20)))

def downgrade():
    op.drop_column('users', 'phone')
";

const USERS: &str = "CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, email VARCHAR(80) NOT NULL);";
const PHONE: &str = "ALTER TABLE users ADD COLUMN phone VARCHAR(20);";

/// A project in a folder of its own, with its database.
struct Project {
    folder: tempfile::TempDir,
    database: Database,
}

impl Project {
    fn new(engine: Engine, files: &[(&str, &str)]) -> Project {
        let project =
            Project { folder: tempfile::tempdir().expect("a temporary folder"), database: Database::create(engine) };
        project.write("models.py", MODELS);
        for (name, text) in files {
            project.write(name, text);
        }
        project
    }

    fn alembic(engine: Engine) -> Project {
        Project::new(
            engine,
            &[
                ("alembic.ini", "[alembic]\nscript_location = migrations\n"),
                ("migrations/env.py", "target_metadata = None\n"),
                ("migrations/versions/001_users.py", FIRST),
                ("migrations/versions/002_phone.py", SECOND),
            ],
        )
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_drift"))
            .args(arguments)
            .current_dir(self.folder.path())
            .output()
            .expect("the program runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().expect("an exit code"), text(&output.stdout), text(&output.stderr))
    }

    /// The report of `drift check` with the history in `place`.
    fn check(&self, place: &str) -> Value {
        let url = self.database.url();
        let arguments = ["check", "--url", url, "--declared", "models.py", "--history", place, "--format", "json"];
        let (exit, stdout, stderr) = self.run(&arguments);
        assert!([0, 2].contains(&exit), "{stderr}");
        serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{error}: {stdout}{stderr}"))
    }
}

/// The cause of each finding, by its object: `users.phone` is `pending 002`.
fn causes(report: &Value) -> BTreeMap<String, String> {
    let findings = report["findings"].as_array().expect("findings");
    let cause = |finding: &Value| {
        let (object, cause) = (&finding["object"], &finding["cause"]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let name = format!("{} {}", text(&finding["code"]), text(&object["name"]));
        (name, format!("{} {}", text(&cause["kind"]), text(&cause["revision"])).trim().to_owned())
    };
    findings.iter().map(cause).collect()
}

fn expect(report: &Value, expected: &[(&str, &str)]) {
    let expected: BTreeMap<String, String> =
        expected.iter().map(|(name, cause)| ((*name).to_owned(), (*cause).to_owned())).collect();
    assert_eq!(causes(report), expected, "{report:#}");
}

fn problems(report: &Value) -> Vec<(String, String)> {
    let problems = report["history"]["problems"].as_array().expect("a history");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    problems.iter().map(|problem| (text(&problem["code"]), text(&problem["command"]))).collect()
}

fn stamped(version: &str) -> String {
    format!(
        "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY);
         INSERT INTO alembic_version VALUES ('{version}');"
    )
}

const NICKNAME: (&str, &str) = ("column.missing nickname", "unwritten");

#[test]
fn what_a_migration_adds_is_pending_and_the_rest_unwritten() {
    for engine in ENGINES {
        let project = Project::alembic(engine);
        project.database.execute(&format!("{USERS} {}", stamped("001")));
        let report = project.check(".");
        expect(&report, &[("column.missing phone", "pending 002"), NICKNAME]);
        assert_eq!(report["history"]["run"], "alembic upgrade head");
        assert_eq!(report["history"]["stands_at"][0], "001");
        assert_eq!(problems(&report), []);
    }
}

#[test]
fn without_a_record_everything_is_pending() {
    for engine in ENGINES {
        let project = Project::alembic(engine);
        let report = project.check(".");
        // The first revision makes the table; what it will lack then is no finding yet.
        expect(&report, &[("table.missing users", "pending 001")]);
        assert_eq!(report["history"]["stands_at"].as_array().map(Vec::len), Some(0));
    }
}

#[test]
fn what_was_changed_by_hand_is_unrecorded() {
    for engine in ENGINES {
        let project = Project::alembic(engine);
        let by_hand = "ALTER TABLE users ADD COLUMN legacy INTEGER; CREATE TABLE scratch (id INTEGER PRIMARY KEY);";
        project.database.execute(&format!("{USERS} {PHONE} {by_hand} {}", stamped("002")));
        let report = project.check(".");
        expect(&report, &[("column.extra legacy", "unrecorded"), ("table.extra scratch", "unrecorded"), NICKNAME]);
        assert_eq!(report["history"]["run"], Value::Null);
    }
}

#[test]
fn a_record_of_what_never_ran_is_misrecorded() {
    for engine in ENGINES {
        let project = Project::alembic(engine);
        project.database.execute(&format!("{USERS} {}", stamped("002")));
        let report = project.check(".");
        expect(&report, &[("column.missing phone", "misrecorded 002"), NICKNAME]);
        assert_eq!(problems(&report), [("history.misrecorded".to_owned(), "alembic stamp 001".to_owned())]);
        let url = project.database.url();
        let arguments = ["check", "--url", url, "--declared", "models.py", "--history", ".", "--format", "markdown"];
        let (_, page, _) = project.run(&arguments);
        assert!(page.contains("**1 unwritten, 1 misrecorded**"), "{page}");
        assert!(page.contains("`history.misrecorded`: 002 is recorded as applied, and nothing"), "{page}");
    }
}

#[test]
fn what_ran_without_a_record_is_misrecorded() {
    for engine in ENGINES {
        let project = Project::alembic(engine);
        project.database.execute(&format!("{USERS} {PHONE} {}", stamped("001")));
        let report = project.check(".");
        expect(&report, &[NICKNAME]);
        assert_eq!(problems(&report), [("history.misrecorded".to_owned(), "alembic stamp 002".to_owned())]);
        // There is nothing left to run.
        assert_eq!(report["history"]["run"], Value::Null);
    }
}

#[test]
fn a_version_table_of_another_name_is_no_part_of_the_schema() {
    let project = Project::alembic(Engine::Sqlite);
    project.write("migrations/env.py", "context.configure(connection=bind, version_table='app_versions')\n");
    let records = stamped("001").replace("alembic_version", "app_versions");
    project.database.execute(&format!("{USERS} {records}"));
    let report = project.check(".");
    expect(&report, &[("column.missing phone", "pending 002"), NICKNAME]);
    assert_eq!(report["history"]["stands_at"][0], "001");
}

#[test]
fn a_version_that_no_file_has_is_told() {
    let project = Project::alembic(Engine::Sqlite);
    let by_hand = "ALTER TABLE users ADD COLUMN legacy INTEGER;";
    project.database.execute(&format!("{USERS} {by_hand} {}", stamped("0002")));
    let report = project.check(".");
    assert_eq!(problems(&report)[0].0, "history.unknown_version");
    let message = report["history"]["problems"][0]["help"].as_str().unwrap();
    assert!(message.contains("did you mean 002?"), "{message}");
}

#[test]
fn an_error_line_leads_to_its_cause() {
    for engine in ENGINES {
        let project = Project::alembic(engine);
        project.database.execute(&format!("{USERS} {}", stamped("001")));
        let message = match engine {
            Engine::Postgres => "psycopg2.errors.UndefinedColumn: column users.phone does not exist",
            Engine::MySql | Engine::MariaDb => "(1054, \"Unknown column 'users.phone' in 'field list'\")",
            Engine::Sqlite => "sqlite3.OperationalError: no such column: users.phone",
        };
        let url = project.database.url();
        let (exit, answer, error) =
            project.run(&["explain", message, "--url", url, "--declared", "models.py", "--history", "."]);
        assert_eq!(exit, 0, "{error}");
        for expected in [
            "column users.phone is missing in the database (1 of 2 columns that this table lacks)",
            "declared  models.py:11",
            "cause     pending: migrations/versions/002_phone.py adds it; the database stands at 001",
            "fix       alembic upgrade head",
            "or        ALTER TABLE",
        ] {
            assert!(answer.contains(expected), "{engine}: {expected}\n{answer}");
        }
    }
}

#[test]
fn without_a_database_the_migrations_answer() {
    let project = Project::alembic(Engine::Sqlite);
    let missing = |column: &str| format!("psycopg2.errors.UndefinedColumn: column users.{column} does not exist");
    let adds = "  cause     pending: migrations/versions/002_phone.py:9 adds it, and by the error it has not run\n  \
                fix       alembic upgrade head\n";
    let answer = |arguments: &[&str]| {
        let (exit, answer, error) = project.run(arguments);
        assert_eq!(exit, 0, "{error}");
        answer
    };
    let known = answer(&["explain", &missing("phone"), "--declared", "models.py", "--history", "."]);
    assert!(known.contains("declared  models.py:11") && known.contains(adds), "{known}");
    assert!(known.contains("the database was not read: give --url"), "{known}");
    let unwritten = answer(&["explain", &missing("nickname"), "--declared", "models.py", "--history", "."]);
    assert!(unwritten.contains("cause     unwritten: no migration adds it\n"), "{unwritten}");
    // The migrations alone, too.
    let alone = answer(&["explain", &missing("phone"), "--history", "."]);
    assert!(alone.contains(adds) && alone.contains("no declaration was read, so what the migrations build"), "{alone}");
    let unknown = answer(&["explain", &missing("fax"), "--history", "."]);
    assert!(unknown.contains("is not declared anywhere") && !unknown.contains("cause"), "{unknown}");
    // A numbered file is run by itself.
    let project = Project::new(Engine::Sqlite, &[("db/001_users.sql", CREATE), ("db/002_phone.sql", ADD)]);
    let (_, answer, _) = project.run(&["explain", &missing("phone"), "--declared", "models.py", "--history", "db"]);
    assert!(
        answer.contains("pending: db/002_phone.sql:1 adds it") && answer.contains("psql -f db/002_phone.sql\n"),
        "{answer}"
    );
}

#[test]
fn guards_are_asked_of_the_schema_that_was_built_so_far() {
    let guarded = "
from alembic import op
import sqlalchemy as sa
from app.utils import migration

revision = '002'
down_revision = '001'

def upgrade():
    bind = op.get_bind()
    if not migration.has_table('users', bind):
        op.create_table('users', sa.Column('wrong', sa.Integer()))
    if not migration.has_column('users', 'phone', bind):
        op.add_column('users', sa.Column('phone', sa.String(20)))
";
    let helpers = "
import sqlalchemy as sa

def has_table(name, bind):
    return name in sa.inspect(bind).get_table_names()

def has_column(table, name, bind):
    return name in [column['name'] for column in sa.inspect(bind).get_columns(table)]
";
    // The package brings its configuration along, and is imported by its name.
    let project = Project::new(
        Engine::Sqlite,
        &[
            ("app/alembic.ini", "[alembic]\nscript_location = migrations\n"),
            ("app/__init__.py", ""),
            ("app/utils/__init__.py", ""),
            ("app/utils/migration.py", helpers),
            ("app/migrations/env.py", "target_metadata = None\n"),
            ("app/migrations/versions/001_users.py", FIRST),
            ("app/migrations/versions/002_phone.py", guarded),
        ],
    );
    let (exit, text, error) = project.run(&["inspect", "alembic:app", "--dialect", "sqlite"]);
    assert_eq!((exit, error.as_str()), (0, ""), "{text}");
    assert!(text.contains("phone VARCHAR(20)") && !text.contains("wrong"), "{text}");
}

#[test]
fn chains_are_judged_without_a_database() {
    let project = Project::alembic(Engine::Sqlite);
    let (exit, text, _) = project.run(&["history"]);
    assert_eq!(exit, 0, "{text}");
    assert!(text.contains("Alembic  2 revisions"), "{text}");
    project.write("migrations/versions/003_other.py", &SECOND.replace("'002'", "'003'"));
    let (exit, text, _) = project.run(&["history", "."]);
    assert_eq!(exit, 2, "{text}");
    assert!(text.contains("history.several_heads  2 heads: 002, 003"), "{text}");
    assert!(!Path::new(project.folder.path()).join("drift.toml").exists());
}
