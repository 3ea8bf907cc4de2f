"""Runs revisions of Alembic, each as a database of its own has it: a line of JSON in, a line of JSON out.

In: {"url": …, "revision": the text of the file, "function": "upgrade" or "downgrade"}. Out: null, or what went wrong.
"""

import json
import sys
import types

from alembic.migration import MigrationContext
from alembic.operations import Operations
from models_of import engine_of

for line in sys.stdin:
    order = json.loads(line)
    engine = engine_of(order["url"])
    answer = None
    try:
        revision = types.ModuleType("revision")
        exec(compile(order["revision"], "revision.py", "exec"), revision.__dict__)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"transactional_ddl": engine.dialect.name == "postgresql"})
            with context.begin_transaction(), Operations.context(context):
                getattr(revision, order["function"])()
            if connection.in_transaction():
                connection.commit()
    except Exception as error:  # whatever it is, the test has to hear of it
        answer = f"{type(error).__name__}: {error}"
    finally:
        engine.dispose()
    print(json.dumps(answer), flush=True)
