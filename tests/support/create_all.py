"""Prints the DDL that SQLAlchemy would send for the models on standard input: create_all.py ENGINE < models.py"""

import runpy
import sys
import tempfile

import sqlalchemy as sa

engine = sys.argv[1]
with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
    file.write(sys.stdin.read())
    file.flush()
    try:
        values = runpy.run_path(file.name)
    except RuntimeError as error:
        raise SystemExit(f"{error}")

found = {}
for value in values.values():
    metadata = value if isinstance(value, sa.MetaData) else getattr(value, "metadata", None)
    if isinstance(metadata, sa.MetaData):
        found[id(metadata)] = metadata


def show(statement, *arguments, **options):
    print(str(statement.compile(dialect=mock.dialect)).strip().replace("%%", "%") + ";")


mock = sa.create_mock_engine({"postgres": "postgresql"}.get(engine, engine) + "://", show)
for metadata in found.values():
    if metadata.tables:
        metadata.create_all(mock, checkfirst=False)
