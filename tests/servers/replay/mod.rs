//! What a history builds: scripts that ask the schema, that may or may not do something, and batches.

mod foreign;
mod ways;

use std::path::Path;
use std::process::Command;

use crate::support::Database;
use drift::model::Engine;
use serde_json::Value;

/// A history of Alembic with these files; `{name}.py` stands for a script of that revision.
fn project(scripts: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "migrations/env.py", "target_metadata = None\n");
    let mut before = "None".to_owned();
    for (name, body) in scripts {
        let head = format!(
            "import sqlalchemy as sa\nfrom alembic import op\nfrom sqlalchemy.dialects import postgresql\n\n\
             revision = '{name}'\ndown_revision = {before}\n\n"
        );
        write(folder.path(), &format!("migrations/versions/{name}.py"), &format!("{head}{body}"));
        before = format!("'{name}'");
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
    std::fs::write(path, text).expect("a file can be written");
}

fn run(folder: &Path, arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_drift")).args(arguments).current_dir(folder).output();
    let output = output.expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(matches!(output.status.code(), Some(0 | 2)), "{stderr}");
    (stdout, stderr)
}

/// The schema that the history builds, and what could not be followed.
fn replayed(folder: &Path, dialect: &str) -> (String, String) {
    run(folder, &["inspect", "alembic:migrations", "--dialect", dialect])
}

/// The tables that the history builds, and what is not known, by the snapshot that `inspect` writes.
fn built(folder: &Path, dialect: &str) -> (Vec<String>, Vec<String>) {
    let arguments = ["inspect", "alembic:migrations", "--dialect", dialect, "--format", "json"];
    let (text, error) = run(folder, &arguments);
    let snapshot: Value = serde_json::from_str(&text).unwrap_or_else(|why| panic!("{why}: {text}{error}"));
    let snapshot = &snapshot["snapshot"];
    let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let tables = snapshot["database"]["tables"].as_array().expect("tables");
    let tables = tables.iter().map(|table| name(&table["name"]["name"])).collect();
    let open = snapshot["undecided"].as_array().expect("undecided facts");
    let open = open.iter().map(|fact| match fact["object"].is_null() {
        true => format!("any {}", name(&fact["facet"]["kind"])),
        false => format!("{} {}", name(&fact["facet"]["kind"]), name(&fact["object"]["name"])),
    });
    let mut open: Vec<String> = open.collect();
    open.sort();
    (tables, open)
}

/// The findings between what the history builds and a database, and the objects that are undecided.
fn compared(folder: &Path, place: &str, database: &Database) -> (Vec<String>, Vec<String>) {
    let (report, error) =
        run(folder, &["diff", "--from", &format!("alembic:{place}"), "--to", database.url(), "--format", "json"]);
    let report: Value = serde_json::from_str(&report).unwrap_or_else(|why| panic!("{why}: {report}{error}"));
    let list = |key: &str, name: &dyn Fn(&Value) -> String| -> Vec<String> {
        report[key].as_array().expect("a list").iter().map(name).collect()
    };
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let findings = list("findings", &|one| format!("{} {}", text(&one["code"]), text(&one["object"]["name"])));
    let undecided = list("undecided", &|one| format!("{} {}", text(&one["kind"]), text(&one["object"]["name"])));
    (findings, undecided)
}

const USERS: &str = "
def upgrade():
    op.create_table('teams', sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint('id', name='teams_pk'))
    op.create_table('users',
        sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('name', sa.String(80), nullable=False),
        sa.Column('created', sa.DateTime()),
        sa.Column('email', sa.String(80)),
        sa.Column('team_id', sa.Integer(), sa.ForeignKey('teams.id')),
        sa.PrimaryKeyConstraint('id', name='users_pk'),
        sa.UniqueConstraint('email'))
    op.create_index('ix_users_name', 'users', ['name'])
";

#[test]
fn an_inspector_tells_more_than_names() {
    let folder = project(&[
        ("a", USERS),
        (
            "b",
            "
def upgrade():
    inspector = sa.inspect(op.get_bind())
    columns = {column['name']: column for column in inspector.get_columns('users')}
    with op.batch_alter_table('users') as batch:
        if isinstance(columns['name']['type'], sa.VARCHAR) and columns['name']['nullable'] is False:
            batch.alter_column('name', nullable=True)
        if isinstance(columns['created']['type'], sa.DateTime) and not columns['created']['type'].timezone:
            batch.alter_column('created', type_=sa.DateTime(timezone=True))
        if columns['created']['default'] is not None:
            batch.drop_column('created')
    for key in inspector.get_foreign_keys('users'):
        if key['constrained_columns'] == ['team_id'] and key['referred_table'] == 'teams':
            if (key['options'].get('ondelete') or '') != 'CASCADE':
                op.drop_constraint(key['name'], 'users', type_='foreignkey')
                op.create_foreign_key('fk_team', 'users', 'teams', ['team_id'], ['id'], ondelete='CASCADE')
    for unique in inspector.get_unique_constraints('users'):
        if unique['column_names'] == ['email']:
            op.drop_constraint(unique['name'], 'users')
    if any(index['unique'] for index in inspector.get_indexes('teams')):
        op.drop_table('teams')
    quote = op.get_bind().dialect.identifier_preparer.quote
    op.execute(f'ALTER TABLE {quote(\"users\")} ADD COLUMN age INTEGER')
",
        ),
    ]);
    let (text, error) = replayed(folder.path(), "postgres");
    assert_eq!(error, "");
    for expected in [
        "name character varying(80),",
        "created timestamp with time zone,",
        "age integer,",
        "CONSTRAINT fk_team FOREIGN KEY (team_id) REFERENCES public.teams (id) ON DELETE CASCADE",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains("UNIQUE") && !text.contains("users_team_id_fkey"), "{text}");
}

#[test]
fn what_a_script_reads_rows_from_is_a_query() {
    let folder = project(&[
        ("a", USERS),
        (
            "b",
            "
def upgrade():
    bind = op.get_bind()
    users = sa.Table('users', sa.MetaData(), autoload_with=bind)
    last = None
    while True:
        page = sa.select(users.c.id).order_by(users.c.id)
        if last is not None:
            page = page.where(users.c.id > last)
        rows = bind.execute(page.limit(10)).all()
        if not rows:
            break
        last = rows[-1].id
",
        ),
    ]);
    assert_eq!(replayed(folder.path(), "postgres").1, "");
}

const SCHEMA: &str = "
    CREATE TABLE teams (id INTEGER NOT NULL, CONSTRAINT teams_pk PRIMARY KEY (id));
    CREATE TABLE users (id INTEGER NOT NULL, name VARCHAR(80) NOT NULL, created TIMESTAMP, email VARCHAR(80),
        team_id INTEGER, CONSTRAINT users_pk PRIMARY KEY (id), UNIQUE (email), FOREIGN KEY (team_id) REFERENCES teams (id));
";

#[test]
fn what_may_not_have_happened_is_undecided_and_no_more_than_that() {
    let folder = project(&[
        ("a", USERS),
        (
            "b",
            "
def upgrade():
    count = op.get_bind().execute(sa.text('SELECT count(*) FROM users')).scalar()
    if count > 1000:
        op.drop_index('ix_users_name', 'users')
    if count > 2000:
        op.drop_constraint('users_team_id_fkey', 'users', type_='foreignkey')
        op.alter_column('users', 'email', nullable=False)
        op.create_table('archive', sa.Column('id', sa.Integer()))
",
        ),
    ]);
    let undecided = ["index ix_users_name", "foreign_key users_team_id_fkey", "table archive", "column email"];
    let index = "CREATE INDEX ix_users_name ON users (name);";
    let archive = "CREATE TABLE archive (id INTEGER);";
    let dropped = "ALTER TABLE users DROP CONSTRAINT users_team_id_fkey; ALTER TABLE users ALTER email SET NOT NULL;";
    let other = "ALTER TABLE users ADD COLUMN age INTEGER; ALTER TABLE users DROP CONSTRAINT users_email_key;";
    for (state, expected) in [
        (index.to_owned(), vec![]),
        (format!("{archive} {dropped}"), vec![]),
        (format!("{index} {other}"), vec!["column.missing age", "unique.extra users_email_key"]),
    ] {
        let database = Database::create(Engine::Postgres);
        database.execute(&format!("{SCHEMA} {state}"));
        let (findings, open) = compared(folder.path(), "migrations", &database);
        assert_eq!(findings, expected, "{state}");
        for one in undecided {
            assert!(open.iter().any(|entry| entry == one), "{one}: {open:?}");
        }
        assert_eq!(open.len(), undecided.len(), "{open:?}");
    }
    let (_, warnings) = replayed(folder.path(), "postgres");
    assert!(warnings.contains("b.py:14: `drop_constraint` is not followed"), "{warnings}");
}

#[test]
fn a_drop_of_what_is_not_known_leaves_open_what_it_may_have_been() {
    let folder = project(&[
        ("a", USERS),
        (
            "b",
            "
def upgrade():
    for (name,) in op.get_bind().execute(sa.text('SELECT conname FROM pg_constraint')).fetchall():
        op.drop_constraint(name, 'users', type_='unique')
",
        ),
    ]);
    let database = Database::create(Engine::Postgres);
    database.execute(&format!(
        "{SCHEMA} CREATE INDEX ix_users_name ON users (name); ALTER TABLE users DROP CONSTRAINT users_email_key;"
    ));
    assert_eq!(compared(folder.path(), "migrations", &database).0, Vec::<String>::new());
}

#[test]
fn a_script_that_is_not_followed_to_its_end_may_have_done_anything() {
    let folder = project(&[
        ("a", USERS),
        (
            "b",
            "
def upgrade():
    for number in range(9000):
        for other in range(10):
            one = number
            two = other
            three = one
    op.create_table('late', sa.Column('id', sa.Integer()))
",
        ),
    ]);
    let (_, warnings) = replayed(folder.path(), "postgres");
    assert!(warnings.contains("b.py") && warnings.contains("is not followed"), "{warnings}");
    let database = Database::create(Engine::Postgres);
    database.execute(&format!("{SCHEMA} CREATE INDEX ix_users_name ON users (name); CREATE TABLE late (id INTEGER);"));
    assert_eq!(compared(folder.path(), "migrations", &database).0, Vec::<String>::new());
}

#[test]
fn a_batch_on_sqlite_builds_the_table_anew_from_its_reflection() {
    let folder = project(&[
        (
            "a",
            "
def upgrade():
    op.create_table('teams', sa.Column('id', sa.Integer(), nullable=False), sa.PrimaryKeyConstraint('id'))
    op.create_table('users', sa.Column('id', sa.Integer(), nullable=False), sa.Column('team_id', sa.Integer()),
        sa.Column('size', sa.Integer()), sa.Column('is_new', sa.Boolean()),
        sa.Column('code', sa.Integer()), sa.UniqueConstraint('code', name='uq_code'), sa.CheckConstraint('id > 0'),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id']),
        sa.UniqueConstraint('size', name='uq_size'),
        sa.PrimaryKeyConstraint('id'))
    op.create_index('ix_size', 'users', ['team_id', 'size'])
    op.create_index('ix_newest', 'users', ['team_id', sa.column('id').desc()])
    op.create_index('ix_text', 'users', [sa.text('abs(size)')])
    for name in ('lost_numbers', 'kept_numbers'):
        op.create_table(name, sa.Column('id', sa.Integer(), nullable=False), sa.Column('a', sa.Integer()),
            sa.PrimaryKeyConstraint('id'), sqlite_autoincrement=True)
",
        ),
        (
            "b",
            "
def upgrade():
    with op.batch_alter_table('users',
            naming_convention={'fk': 'fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s'}) as batch:
        batch.drop_constraint('fk_users_team_id_teams', type_='foreignkey')
        batch.create_unique_constraint('uq_size', ['size', 'team_id'])
        batch.drop_column('size')
        batch.add_column(sa.Column('size', sa.BigInteger()))
        batch.alter_column('is_new', type_=sa.Boolean(create_constraint=True))
        batch.alter_column('code', new_column_name='number')
        batch.create_unique_constraint('uq_number', ['number'])
    try:
        with op.batch_alter_table('users') as batch:
            batch.drop_constraint('never_was', type_='foreignkey')
    except ValueError:
        pass
    with op.batch_alter_table('lost_numbers') as batch:
        batch.drop_column('a')
    with op.batch_alter_table('kept_numbers', table_kwargs={'sqlite_autoincrement': True}) as batch:
        batch.drop_column('a')
",
        ),
    ]);
    let (text, error) = replayed(folder.path(), "sqlite");
    assert_eq!(error, "");
    for expected in [
        "size BIGINT",
        "CONSTRAINT uq_size UNIQUE (size, team_id)",
        "CREATE INDEX ix_size ON users (team_id, size)",
        "CREATE INDEX ix_newest ON users (team_id, id)",
        "is_new IN (0, 1)",
        "CONSTRAINT uq_code UNIQUE (number)",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    for lost in ["FOREIGN KEY", "ix_text", "id > 0", "uq_number"] {
        assert!(!text.contains(lost), "{lost}\n{text}");
    }
    let numbers = |table: &str| {
        let create = text.split(&format!("CREATE TABLE {table} (")).nth(1).expect("the table is there");
        create.split(';').next().is_some_and(|body| body.contains("AUTOINCREMENT"))
    };
    assert!(numbers("kept_numbers") && !numbers("lost_numbers"), "{text}");
}

#[test]
fn env_py_names_the_version_table_and_the_convention() {
    let folder = project(&[(
        "a",
        "
def upgrade():
    op.create_table('teams', sa.Column('id', sa.Integer(), nullable=False), sa.PrimaryKeyConstraint('id'))
    op.create_table('users', sa.Column('id', sa.Integer(), nullable=False), sa.Column('team_id', sa.Integer()),
        sa.ForeignKeyConstraint(['team_id'], ['teams.id']), sa.PrimaryKeyConstraint('id'))
",
    )]);
    write(
        folder.path(),
        "migrations/env.py",
        "
from sqlmodel import SQLModel
VERSIONS = 'app_versions'
target_metadata = SQLModel.metadata
target_metadata.naming_convention = {'fk': 'fk_%(table_name)s_%(column_0_name)s'}
context.configure(target_metadata=target_metadata, version_table=VERSIONS)
",
    );
    let from = folder.path().join("migrations/versions/a.py");
    write(folder.path(), "migrations/versions/sqlite/a.py", &std::fs::read_to_string(&from).expect("a script"));
    let database = Database::create(Engine::Sqlite);
    database.execute(
        "CREATE TABLE teams (id INTEGER NOT NULL PRIMARY KEY);
         CREATE TABLE users (id INTEGER NOT NULL PRIMARY KEY, team_id INTEGER,
             CONSTRAINT fk_users_team_id FOREIGN KEY (team_id) REFERENCES teams (id));
         CREATE TABLE app_versions (version_num VARCHAR(32) NOT NULL PRIMARY KEY);",
    );
    // Below env.py there may be a folder for each engine.
    for place in ["migrations", "migrations/versions/sqlite"] {
        assert_eq!(compared(folder.path(), place, &database).0, Vec::<String>::new(), "{place}");
    }
    assert!(replayed(folder.path(), "sqlite").0.contains("CONSTRAINT fk_users_team_id"));
}
