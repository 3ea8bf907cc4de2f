"""Runs an application's own migrations, with the Alembic of its environment: `upgrade` to a revision, as JSON on
standard input says."""

import json
import os
import sys


def main():
    asked = json.load(sys.stdin)
    # What the application prints while it is imported is no answer.
    answer, sys.stdout = sys.stdout, sys.stderr
    import sqlalchemy
    from alembic import command
    from alembic.config import Config

    engine = sqlalchemy.create_engine(asked["sync_url"])
    names = {"engine": engine, "url": asked["url"], "sqlalchemy": sqlalchemy}
    if asked["before"]:
        exec(asked["before"], names)
    config = Config(asked["ini"])
    config.set_main_option("script_location", asked["script_location"])
    config.set_main_option("sqlalchemy.url", asked["url"].replace("%", "%%"))
    if asked["locations"]:
        config.set_main_option("version_locations", os.pathsep.join(asked["locations"]))
        config.set_main_option("path_separator", "os")
    if asked["worker_thread"]:
        import anyio

        anyio.run(anyio.to_thread.run_sync, command.upgrade, config, asked["revision"])
    elif not asked["connection"]:
        command.upgrade(config, asked["revision"])
    else:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            for name, text in asked["attributes"].items():
                config.attributes[name] = eval(text, names)
            command.upgrade(config, asked["revision"])
            if hasattr(connection, "commit"):
                connection.commit()
    engine.dispose()
    json.dump({"sqlalchemy": sqlalchemy.__version__}, answer)


main()
