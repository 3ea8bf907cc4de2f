"""Prints the statements that create_all would still send: create_all_sends.py MODULE URL, in the project's folder."""

import sys

import sqlalchemy as sa
from models_of import metadata_of, engine_of

engine = engine_of(sys.argv[2])
sent = []
sa.event.listen(engine, "before_cursor_execute", lambda *arguments: sent.append(arguments[2].strip()))
metadata_of(sys.argv[1]).create_all(engine)
for statement in sent:
    if statement.split()[0].upper() in ("CREATE", "ALTER", "DROP", "COMMENT"):
        print(statement)
