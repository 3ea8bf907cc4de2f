#!/usr/bin/env python3
"""Records what a server's catalog makes of expressions, for the unit tests of the canonical forms.

    tests/record_expressions.py postgres -h 127.0.0.1 -p 5432 -U postgres     (arguments of psql)
    tests/record_expressions.py mariadb -S /tmp/mariadb.sock test             (arguments of mariadb)

Reads fixtures/expressions/<engine>.tsv, runs each expression on a server that the arguments name (use an empty
database: the script creates and drops table `t`), and rewrites the two columns with the catalog's text.
With `--new`, rows that were recorded before are left as they are. The columns of a row, separated by tabs:

    role        setup (a statement), table (its columns, for views), column (of table t), default, check, predicate,
                index, generated or view
    type        of the column, for a default or generated column
    declared    the expression as somebody writes it
    catalog     recorded: what the catalog says of it
    other       a near miss, which means something else
    other's     recorded: what the catalog says of the near miss

Expressions that the server refuses are an error:
mend or drop the row. SQLite keeps expressions as they were written, so there is nothing to record of it.
"""
import pathlib
import subprocess
import sys

ENGINE, ARGS = sys.argv[1], sys.argv[2:]
ONLY_NEW = "--new" in ARGS
ARGS = [arg for arg in ARGS if arg != "--new"]
FILE = pathlib.Path(__file__).parent.parent / "fixtures" / "expressions" / f"{ENGINE}.tsv"


def client(script):
    """Runs statements on one connection, stops at the first error, returns the standard output."""
    command = {
        "postgres": ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", *ARGS],
        "mariadb": ["mariadb", *ARGS, "--raw", "--skip-column-names", "--batch", "--default-character-set=utf8mb4", ],
    }[ENGINE]
    done = subprocess.run(command, input=script, capture_output=True, text=True)
    if done.returncode != 0 or "rror" in done.stderr:
        raise ValueError(done.stderr.strip())
    return done.stdout.rstrip("\n")


def quoted(name):
    return f"`{name}`" if ENGINE == "mariadb" else f'"{name}"'


def script(role, ty, expression, columns):
    """The statements that create the expression and print what the catalog says of it."""
    table = ", ".join(f"{quoted(name)} {kind}" for name, kind in columns)
    if role == "default":
        create = f"CREATE TABLE t (x {ty} DEFAULT {expression});"
    elif role == "generated":
        create = f"CREATE TABLE t ({table}, x {ty} GENERATED ALWAYS AS ({expression}) STORED);"
    elif role == "check":
        create = f"CREATE TABLE t ({table}, CONSTRAINT c CHECK ({expression}));"
    elif role == "view":
        return f"DROP VIEW IF EXISTS v; CREATE VIEW v AS {expression};\n" + READ[ENGINE][role]
    elif role == "predicate":
        create = f"CREATE TABLE t ({table}); CREATE INDEX i ON t (id) WHERE {expression};"
    else:
        create = f"CREATE TABLE t ({table}); CREATE INDEX i ON t (({expression}));"
    return "DROP TABLE IF EXISTS t;\n" + create + "\n" + READ[ENGINE][role]


# As drift reads it: with an empty search_path, so that every name has its schema.
EMPTY_PATH = "SET search_path = '';"
POSTGRES_ATTRIBUTE = EMPTY_PATH + """SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'public.t'::regclass;"""
MARIADB_COLUMN = """SELECT {} FROM information_schema.columns
    WHERE table_schema = database() AND table_name = 't' AND column_name = 'x';"""
READ = {
    "postgres": {
        "default": POSTGRES_ATTRIBUTE,
        "generated": POSTGRES_ATTRIBUTE,
        "check": EMPTY_PATH + "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = 'public.t'::regclass;",
        "predicate": EMPTY_PATH + "SELECT pg_get_expr(indpred, indrelid) FROM pg_index WHERE indrelid = 'public.t'::regclass;",
        "view": EMPTY_PATH + "SELECT pg_get_viewdef('public.v'::regclass);",
        "index": EMPTY_PATH + "SELECT pg_get_indexdef(indexrelid, 1, false) FROM pg_index WHERE indrelid = 'public.t'::regclass;",
    },
    "mariadb": {
        "default": MARIADB_COLUMN.format("column_default"),
        "generated": MARIADB_COLUMN.format("generation_expression"),
        "view": "SELECT view_definition FROM information_schema.views WHERE table_schema = database() AND table_name = 'v';",
        "check": """SELECT check_clause FROM information_schema.check_constraints
            WHERE constraint_schema = database() AND table_name = 't' AND constraint_name = 'c';""",
    },
}


def main():
    lines, columns, setup = [], [], []
    failures = 0
    for line in FILE.read_text().splitlines():
        cells = line.split("\t")
        if line.startswith("#") or not line:
            pass
        elif cells[0] == "setup":
            client(cells[2])
        elif cells[0] == "table":
            client(f"DROP TABLE IF EXISTS {cells[2]} CASCADE; CREATE TABLE {cells[2]} ({cells[3]})")
        elif cells[0] == "column":
            columns.append((cells[2], cells[1]))
        elif ONLY_NEW and len(cells) > 3 and cells[3]:
            pass
        else:
            cells += [""] * (6 - len(cells))
            for written, recorded in ((2, 3), (4, 5)):
                expression = cells[written]
                if not expression:
                    continue
                try:
                    cells[recorded] = client(script(cells[0], cells[1], expression, columns)).replace("\n", " ")
                    cells[recorded] = cells[recorded].strip().removesuffix(";")
                except ValueError as error:
                    failures += 1
                    print(f"{cells[0]} {cells[1]} {expression}: {error}", file=sys.stderr)
            if cells[3] == cells[5] and cells[4]:
                failures += 1
                print(f"no near miss: {cells}", file=sys.stderr)
            line = "\t".join(cells)
        lines.append(line)
    FILE.write_text("\n".join(lines) + "\n")
    sys.exit(failures > 0)


main()
