"""Databases for the judge: created on the servers of tests/run, loaded statement by statement, and changed."""

import os
import pathlib
import re
import sqlite3
import urllib.parse

import psycopg2
import pymysql


class Refused(Exception):
    """The server does not take a statement."""


def create(engine, name, folder):
    """An empty database; what stands there under that name is replaced."""
    return {"postgres": Postgres, "mariadb": MariaDb, "sqlite": Sqlite}[engine](name, folder)


class Database:
    def load(self, statements, schemas):
        """Runs statements one by one; those that are refused come back with the server's words."""
        refused = []
        for schema in schemas:
            self.create_schema(schema)
        for statement in statements:
            try:
                self.execute(statement)
            except Refused as error:
                refused.append({"statement": statement, "error": str(error)})
        return refused

    def create_schema(self, schema):
        pass

    def disconnect(self):
        """Leaves the database to others."""

    def close(self):
        pass


class Postgres(Database):
    engine = "postgres"

    def __init__(self, name, _folder):
        self.name, self.admin = name, os.environ["DRIFT_TEST_POSTGRES"]
        self.copy = None
        self._connection = None
        self._on_server(f'DROP DATABASE IF EXISTS "{name}"', f'CREATE DATABASE "{name}"')

    def _url(self, name):
        return self.admin.rsplit("/", 1)[0] + "/" + name

    @property
    def url(self):
        return self._url(self.copy or self.name)

    def _on_server(self, *statements):
        connection = psycopg2.connect(self.admin)
        connection.autocommit = True
        for statement in statements:
            connection.cursor().execute(statement)
        connection.close()

    def _cursor(self):
        if self._connection is None:
            self._connection = psycopg2.connect(self.url)
            self._connection.autocommit = True
        return self._connection.cursor()

    def disconnect(self):
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def create_schema(self, schema):
        self.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')

    def execute(self, statement):
        try:
            self._cursor().execute(statement)
        except psycopg2.Error as error:
            raise Refused(str(error).strip().split("\n")[0]) from None

    def query(self, statement):
        cursor = self._cursor()
        cursor.execute(statement)
        return cursor.fetchall()

    def change(self, change):
        """Makes a change in a copy of the database."""
        self.disconnect()
        self.copy = self.name + "_changed"
        self._on_server(f'DROP DATABASE IF EXISTS "{self.copy}"',
                        f'CREATE DATABASE "{self.copy}" TEMPLATE "{self.name}"')
        for statement in change.statements:
            self.execute(statement)

    def restore(self):
        self.disconnect()
        self._on_server(f'DROP DATABASE IF EXISTS "{self.copy}"')
        self.copy = None

    def close(self):
        self.disconnect()
        self._on_server(f'DROP DATABASE IF EXISTS "{self.name}_changed"', f'DROP DATABASE IF EXISTS "{self.name}"')


class MariaDb(Database):
    engine = "mariadb"

    def __init__(self, name, _folder):
        self.name = name
        parsed = urllib.parse.urlsplit(os.environ["DRIFT_TEST_MARIADB"])
        self.url = f"mariadb://{parsed.netloc}/{name}"
        self.connection = pymysql.connect(host=parsed.hostname, port=parsed.port, user=parsed.username,
                                          password=parsed.password or "", autocommit=True)
        self.execute(f"DROP DATABASE IF EXISTS `{name}`")
        self.execute(f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
        self.execute(f"USE `{name}`")
        self.before = {}

    def execute(self, statement):
        try:
            self.connection.cursor().execute(statement)
        except pymysql.Error as error:
            raise Refused(str(error.args[-1])) from None

    def query(self, statement):
        cursor = self.connection.cursor()
        cursor.execute(statement)
        return cursor.fetchall()

    def tables(self):
        """Each table with the statement that makes it."""
        names = self.query("SELECT table_name FROM information_schema.tables "
                           "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY 1")
        return {name: self.query(f"SHOW CREATE TABLE `{name}`")[0][1] for (name,) in names}

    def change(self, change):
        """Makes a change; `restore` makes its table anew."""
        self.before = self.tables()
        for statement in change.statements:
            self.execute(statement)

    def restore(self):
        self.execute("SET foreign_key_checks = 0")
        after = self.tables()
        for name in after:
            if after[name] != self.before.get(name):
                self.execute(f"DROP TABLE `{name}`")
        for name, statement in self.before.items():
            if after.get(name) != statement:
                self.execute(statement)
        self.execute("SET foreign_key_checks = 1")
        if self.tables() != self.before:
            raise RuntimeError(f"{self.name} is not what it was before a change")

    def close(self):
        self.execute(f"DROP DATABASE IF EXISTS `{self.name}`")
        self.connection.close()


class Sqlite(Database):
    engine = "sqlite"

    def __init__(self, name, folder):
        self.file = pathlib.Path(folder) / f"{name}.db"
        self.taken = []
        self._make([])

    @property
    def url(self):
        return f"sqlite:///{self.file}"

    def _make(self, statements):
        self.file.unlink(missing_ok=True)
        self.connection = sqlite3.connect(self.file, isolation_level=None)
        # Nothing here has to survive.
        self.connection.execute("PRAGMA synchronous = off")
        self.connection.execute("PRAGMA journal_mode = off")
        for statement in statements:
            self.execute(statement, keep=False)

    def execute(self, statement, keep=True):
        try:
            self.connection.execute(statement)
        except sqlite3.Error as error:
            raise Refused(str(error)) from None
        if keep:
            self.taken.append(statement)

    def change(self, change):
        """Makes the database anew from changed statements, which is how SQLite changes a table."""
        self.connection.close()
        self._make(change.statements)

    def restore(self):
        self.connection.close()
        self._make(self.taken)

    def disconnect(self):
        self.connection.close()

    def close(self):
        self.connection.close()
        self.file.unlink(missing_ok=True)


def object_of(statement):
    """The names that a refused statement would have made: (table, own name or None)."""
    name = r'[`"]?([^\s`"(.]+)[`"]?'
    path = rf'(?:{name}\.)?{name}'
    if found := re.match(rf"CREATE (?:UNIQUE |FULLTEXT |SPATIAL )*INDEX (?:IF NOT EXISTS )?{name} ON {path}", statement):
        return found[3], found[1]
    if found := re.match(rf"ALTER TABLE {path} ADD CONSTRAINT {name}", statement):
        return found[2], found[3]
    if found := re.match(rf"CREATE TABLE (?:IF NOT EXISTS )?{path}", statement):
        return found[2], None
    return None
