//! What a script does behind a way out that may have been taken, and what it does when something fails.

use super::{built, project};

/// The start of a history, whose tables are known.
const FIRST: &str = "
def upgrade():
    op.create_table('known', sa.Column('id', sa.Integer()), sa.Column('a', sa.Integer()))
";

const ROWS: &str = "    rows = op.get_bind().execute(sa.text('SELECT 1')).fetchall()\n";

/// Expects that after `body`, in which `late` stands for the making of a table of that name, exactly `open` is open.
fn expect(body: &str, dialect: &str, tables: &[&str], open: &[&str]) {
    let helpers = "
def make(name):
    op.create_table(name, sa.Column('id', sa.Integer()))

def gives_up(rows):
    if rows:
        raise ValueError('x')

def perhaps(rows):
    if rows:
        return
    make('inner')
";
    let folder = project(&[("a", FIRST), ("b", &format!("{helpers}\ndef upgrade():\n{ROWS}{body}"))]);
    let (mut known, found) = built(folder.path(), dialect);
    known.retain(|table| table != "known");
    assert_eq!(known, tables, "{body}");
    assert_eq!(found, open, "{body}");
}

#[test]
fn what_follows_a_way_out_that_may_have_been_taken_is_undecided() {
    for body in [
        "    if len(rows) > 0:\n        return\n    make('late')\n",
        "    if rows:\n        return\n    make('late')\n",
        "    if not rows:\n        pass\n    else:\n        return\n    make('late')\n",
        "    with op.get_context().autocommit_block():\n        if rows:\n            return\n    make('late')\n",
        "    for row in rows:\n        return\n    make('late')\n",
        "    while True:\n        if rows:\n            return\n        break\n    make('late')\n",
        "    match rows:\n        case []:\n            return\n    make('late')\n",
        "    rows and make('late')\n",
        "    make('late') if rows else None\n",
        "    [make(name) for name in ['late'] if rows]\n",
        "    for name in ['late']:\n        if rows:\n            continue\n        make(name)\n",
        "    for name in ['late']:\n        if rows:\n            break\n        make(name)\n",
        "    for name in ['a']:\n        if rows:\n            break\n    else:\n        make('late')\n",
        "    try:\n        gives_up(rows)\n        make('late')\n    except ValueError:\n        pass\n",
        "    try:\n        gives_up(rows)\n    except ValueError:\n        make('late')\n",
        "    try:\n        gives_up(rows)\n    except ValueError:\n        return\n    make('late')\n",
        "    try:\n        gives_up(rows)\n    except ValueError:\n        pass\n    else:\n        make('late')\n",
        "    from contextlib import suppress\n    with suppress(ValueError):\n        gives_up(rows)\n        make('late')\n",
    ] {
        expect(body, "postgres", &["late"], &["table late"]);
    }
}

#[test]
fn what_follows_whatever_was_decided_is_known() {
    for body in [
        "    if rows:\n        x = 1\n    make('late')\n",
        "    for name in ['a']:\n        if rows:\n            continue\n    make('late')\n",
        "    for name in ['a']:\n        if rows:\n            break\n    make('late')\n",
        "    for row in rows:\n        x = row\n    make('late')\n",
        // An exception that nobody catches leaves nothing of the whole.
        "    gives_up(rows)\n    make('late')\n",
        "    if rows:\n        raise ValueError('x')\n    make('late')\n",
        "    try:\n        gives_up(rows)\n    except ValueError:\n        print(rows)\n        raise\n    make('late')\n",
        "    try:\n        gives_up(rows)\n    finally:\n        make('late')\n",
    ] {
        expect(body, "postgres", &["late"], &[]);
    }
    // What a function leaves out ends with it.
    expect("    perhaps(rows)\n    make('late')\n", "postgres", &["inner", "late"], &["table inner"]);
}

#[test]
fn what_the_dialect_and_the_mode_decide_is_known() {
    let on_postgres = "    from sqlalchemy.dialects.postgresql.base import PGDialect
    if isinstance(op.get_bind().dialect, PGDialect):
        return
    make('late')
";
    expect(on_postgres, "postgres", &[], &[]);
    expect(on_postgres, "mysql", &["late"], &[]);
    let offline = "    from alembic import context
    if context.is_offline_mode() or op.get_context().as_sql:
        return
    make('late')
";
    expect(offline, "postgres", &["late"], &[]);
}

#[test]
fn an_operation_that_fails_leads_to_its_handler() {
    // It is not there, so the rest of the attempt is passed over, and the handler runs.
    let absent = "    try:
        op.drop_constraint('never_was', 'known', type_='unique')
        make('skipped')
    except Exception:
        make('late')
";
    expect(absent, "postgres", &["late"], &[]);
    // It is there, so it does not.
    let present = "    try:
        op.drop_column('known', 'a')
    except Exception:
        make('skipped')
    make('late')
";
    expect(present, "postgres", &["late"], &[]);
    let twice = "    try:
        make('known')
    except Exception:
        make('late')
";
    expect(twice, "postgres", &["late"], &[]);
    let unknown = "    try:
        op.get_bind().execute(sa.text('SELECT 1 FROM old')).scalar()
    except Exception:
        make('late')
";
    expect(unknown, "postgres", &["late"], &["table late"]);
}

#[test]
fn what_is_not_known_goes_with_its_table() {
    let drop = "    name = rows[0][0]\n    op.drop_constraint(name, 'known', type_='check')\n";
    expect(drop, "postgres", &[], &["check known"]);
    let renamed = format!("{drop}    op.rename_table('known', 'late')\n");
    expect(&renamed, "postgres", &["late"], &["check late"]);
    let by_sql = format!("{drop}    op.execute('ALTER TABLE known RENAME TO late')\n");
    expect(&by_sql, "postgres", &["late"], &["check late"]);
    // A table that is made anew is another one.
    let anew = format!("{drop}    op.drop_table('known')\n    make('known')\n");
    expect(&anew, "postgres", &[], &[]);
    // What may have been renamed may still be where it was.
    let perhaps = format!("{drop}    if rows:\n        op.rename_table('known', 'late')\n");
    expect(&perhaps, "postgres", &["late"], &["check known", "check late", "table known", "table late"]);
}
