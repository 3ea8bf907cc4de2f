"""Prints what Alembic's autogenerate would still change: autogenerate_finds.py MODULE URL, in the project's folder."""

import sys

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from models_of import engine_of, metadata_of

engine = engine_of(sys.argv[2])
# Alembic compares defaults by asking the server, which cannot compare values of type json on PostgreSQL.
options = {"compare_type": True, "compare_server_default": engine.dialect.name == "sqlite"}
with engine.connect() as connection:
    for change in compare_metadata(MigrationContext.configure(connection, opts=options), metadata_of(sys.argv[1])):
        print(change)
