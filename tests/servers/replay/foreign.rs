//! Operations that are not Alembic's own, and what is only in part known.

use super::{built, project, replayed, write};

const FIRST: &str = "
def upgrade():
    op.execute(\"CREATE TYPE mood AS ENUM ('a', 'b')\")
    op.create_table('users', sa.Column('id', sa.Integer(), nullable=False), sa.Column('name', sa.Text()),
        sa.PrimaryKeyConstraint('id'))
    op.create_table('teams', sa.Column('id', sa.Integer()))
";

/// What is open after `body`.
fn open(body: &str) -> Vec<String> {
    let folder = project(&[("a", FIRST), ("b", &format!("def upgrade():\n{body}"))]);
    built(folder.path(), "postgres").1
}

#[test]
fn an_operation_of_a_plug_in_changes_what_it_names() {
    // Its arguments are no table's name.
    assert_eq!(open("    op.bless_enum('public', 'mood', 5)\n"), ["any enum", "enum mood"]);
    assert_eq!(open("    op.create_view('v', 'SELECT 1')\n"), ["any view"]);
    let of_table = open("    op.make_temporal('users')\n");
    assert!(
        of_table.contains(&"table users".to_owned()) && of_table.contains(&"any trigger".to_owned()),
        "{of_table:?}"
    );
    assert!(!of_table.contains(&"table teams".to_owned()), "{of_table:?}");
    // One that names nothing may have changed anything.
    for body in [
        "    op.catch_up()\n",
        "    import some_library\n    some_library.catch_up(op)\n",
        "    import some_library\n    some_library.catch_up(bind=op.get_bind())\n",
        "    from .nowhere import catch_up\n    catch_up(op.get_bind())\n",
        "    op.execute(open('x.sql').read())\n",
        "    op.execute(f\"ALTER TABLE {open('x').read()} ADD COLUMN a integer\")\n",
        "    from sqlalchemy.orm import Session\n    Session(bind=op.get_bind()).execute(open('x.sql').read())\n",
    ] {
        let found = open(body);
        for one in ["table users", "table teams", "enum mood", "any table", "any column"] {
            assert!(found.contains(&one.to_owned()), "{body}: {found:?}");
        }
    }
    // Rows are no schema.
    for body in [
        "    op.execute(f\"UPDATE users SET name = '{open('x').read()}'\")\n",
        "    from sqlalchemy.orm import Session\n    Session(bind=op.get_bind()).execute(sa.text('DELETE FROM users'))\n",
        "    import pandas\n    pandas.read_sql('SELECT 1', op.get_bind())\n",
    ] {
        assert_eq!(open(body), Vec::<String>::new(), "{body}");
    }
}

#[test]
fn operations_of_plug_ins_that_are_known_are_carried_out() {
    for sync in [
        "op.sync_enum_values('public', 'mood', ['a', 'c'], [('users', 'name')], enum_values_to_rename=[])",
        "op.sync_enum_values(enum_schema='public', enum_name='mood', new_values=['a', 'c'], affected_columns=[])",
        "op.sync_enum_values('public', 'mood', ['a', 'b'], ['a', 'c'])",
    ] {
        let folder = project(&[("a", FIRST), ("b", &format!("def upgrade():\n    {sync}\n"))]);
        let (text, error) = replayed(folder.path(), "postgres");
        assert!(text.contains("ENUM ('a', 'c')") && error.is_empty(), "{text}{error}");
    }
    let view = "
from alembic_utils.pg_view import PGView
from alembic_utils.pg_function import PGFunction

names = PGView(schema='public', signature='names', definition='SELECT name FROM users')
one = PGFunction(schema='public', signature='one()', definition='RETURNS integer LANGUAGE sql AS $$ SELECT 1 $$')

def upgrade():
    op.create_entity(names)
    op.create_entity(one)
    op.drop_entity(one)
";
    let folder = project(&[("a", FIRST), ("b", view)]);
    let (text, error) = replayed(folder.path(), "postgres");
    assert!(text.contains("names") && !text.contains("FUNCTION") && error.is_empty(), "{text}{error}");
}

#[test]
fn operations_that_the_project_registers_are_followed() {
    let folder = project(&[
        ("a", FIRST),
        ("b", "def upgrade():\n    op.create_view('names', 'SELECT name FROM users')\n    op.track('teams')\n"),
    ]);
    write(
        folder.path(),
        "migrations/env.py",
        "
from alembic.operations import MigrateOperation, Operations

@Operations.register_operation('create_view', 'made')
class CreateView(MigrateOperation):
    def __init__(self, name, query):
        self.name = name
        self.query = query

    @classmethod
    def made(cls, operations, name, query):
        return operations.invoke(cls(name, query))

@Operations.implementation_for(CreateView)
def create_view(operations, operation):
    operations.execute(f'CREATE VIEW {operation.name} AS {operation.query}')

@Operations.register_operation('track')
class Track(MigrateOperation):
    def __init__(self, table):
        self.table = table

    @classmethod
    def track(cls, operations, table):
        op = cls(table)
        return operations.invoke(op)

@Operations.implementation_for(Track)
def track(operations, operation):
    operations.execute('ALTER TABLE ' + operation.table + ' ADD COLUMN tracked boolean')

target_metadata = None
",
    );
    let (text, error) = replayed(folder.path(), "postgres");
    assert!(
        text.contains("VIEW public.names") && text.contains("tracked boolean") && error.is_empty(),
        "{text}{error}"
    );
}

#[test]
fn an_enum_whose_values_are_not_known_may_be_there() {
    assert_eq!(open("    sa.Enum(open('x').read(), name='state').create(op.get_bind())\n"), ["enum state"]);
    let imported = "    from elsewhere import State\n    sa.Enum(State).create(op.get_bind(), checkfirst=True)\n";
    assert_eq!(open(imported), ["enum state"]);
    assert_eq!(open("    sa.Enum(open('x').read()).create(op.get_bind())\n"), ["any enum"]);
    let folder =
        project(&[("a", "def upgrade():\n    sa.Enum(open('x').read(), name='state').create(op.get_bind())\n")]);
    assert_eq!(built(folder.path(), "sqlite").1, Vec::<String>::new());
}

#[test]
fn what_create_table_by_itself_leaves_out_is_not_made() {
    let body = "
def upgrade():
    op.create_table('a', sa.Column('id', sa.Integer(), nullable=False), sa.Column('b_id', sa.Integer()),
        sa.Column('c_id', sa.Integer(), sa.ForeignKey('c.id', use_alter=True, name='fk_c')),
        sa.ForeignKeyConstraint(['b_id'], ['b.id'], name='fk_b', use_alter=True), sa.PrimaryKeyConstraint('id'))
";
    let folder = project(&[("a", body)]);
    for (dialect, is_made) in [("postgres", false), ("mysql", false), ("mariadb", false), ("sqlite", true)] {
        let (text, _) = replayed(folder.path(), dialect);
        assert_eq!(text.contains("fk_b"), is_made, "{dialect}: {text}");
        assert_eq!(text.contains("fk_c"), is_made, "{dialect}: {text}");
    }
}

#[test]
fn a_serial_column_without_its_default_keeps_its_sequence() {
    for change in [
        "op.alter_column('users', 'id', type_=sa.UnicodeText(), server_default=None)",
        "op.alter_column('users', 'id', server_default=None)",
        "op.execute('ALTER TABLE users ALTER COLUMN id DROP DEFAULT')",
        "op.execute('ALTER TABLE users ALTER COLUMN id SET DEFAULT 5')",
    ] {
        let folder = project(&[("a", FIRST), ("b", &format!("def upgrade():\n    {change}\n"))]);
        let (text, error) = replayed(folder.path(), "postgres");
        assert!(
            !text.contains("serial") && text.contains("users_id_seq") && error.is_empty(),
            "{change}: {text}{error}"
        );
    }
}
