"""Prints, as JSON, the statements that SQLAlchemy's create_all sends for the models of modules, and what they make.
Runs in the application's own environment, with any SQLAlchemy since 1.3: it imports the models, which drift never does.

    truth.py < {"modules": [...], "dialect": "postgresql", "prelude": "...", "metadata": "..."}
"""

import importlib
import json
import os
import sys


def main():
    asked = json.load(sys.stdin)
    output, sys.stdout = sys.stdout, sys.stderr
    names = {}
    exec(asked.get("prelude") or "", names)
    modules, failed = [], {}
    for name in asked["modules"]:
        try:
            modules.append(importlib.import_module(name))
        except BaseException as error:
            failed[name] = "%s: %s" % (type(error).__name__, str(error).split("\n")[0])
    from sqlalchemy import orm
    orm.configure_mappers()
    if asked.get("metadata"):
        for module in modules:
            names.setdefault(module.__name__.split(".")[0], sys.modules[module.__name__.split(".")[0]])
        found = eval(asked["metadata"], names)
        found = [getattr(one, "metadata", one) for one in (found if isinstance(found, (list, tuple)) else [found])]
    else:
        found = used_by(modules)
    statements = []
    for metadata in found:
        statements += sent(metadata, asked["dialect"], asked.get("options") or {})
    tables = [table for metadata in found for table in metadata.tables.values()]
    answer = {
        "statements": statements,
        "tables": len(tables),
        "columns": sum(len(table.columns) for table in tables),
        "schemas": sorted({table.schema for table in tables if table.schema}),
        "metadata": len(found),
        "failed": failed,
    }
    json.dump(answer, output)
    output.flush()
    # Threads that an application started at its import must not keep this alive.
    os._exit(0)


def used_by(modules):
    """The MetaData that the modules' tables, classes and registries use, each once, in order."""
    from sqlalchemy import MetaData
    found = {}
    for module in modules:
        for value in list(vars(module).values()):
            try:
                # Flask-SQLAlchemy has one for each bind.
                several = getattr(value, "metadatas", None)
                several = list(several.values()) if isinstance(several, dict) else [getattr(value, "metadata", value)]
            except Exception:
                continue
            for metadata in several:
                if isinstance(metadata, MetaData) and metadata.tables:
                    found.setdefault(id(metadata), metadata)
    return list(found.values())


def sent(metadata, dialect, options):
    import sqlalchemy
    statements = []

    def record(statement, *_arguments, **_options):
        text = statement if isinstance(statement, str) else str(statement.compile(dialect=engine.dialect))
        statements.append(text.strip())

    # With named parameters, a percent sign stands for itself.
    options = dict(options, paramstyle="named")
    if hasattr(sqlalchemy, "create_mock_engine"):
        engine = sqlalchemy.create_mock_engine(dialect + "://", record, **options)
    else:
        options.pop("is_mariadb", None)
        engine = sqlalchemy.create_engine(dialect + "://", strategy="mock", executor=record, **options)
    if dialect == "postgresql":
        # A connection would tell that the server takes backslashes as they are.
        engine.dialect._backslash_escapes = False
    metadata.create_all(engine, checkfirst=False)
    return statements


main()
