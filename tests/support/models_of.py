"""The models of a project in the current folder, and the engine of a URL as the tests write it."""

import importlib
import sys

import sqlalchemy as sa

DRIVERS = {"postgres": "postgresql+psycopg2", "mariadb": "mariadb+pymysql", "mysql": "mysql+pymysql"}


def metadata_of(module):
    sys.path.insert(0, ".")
    return importlib.import_module(module).Base.metadata


def engine_of(url):
    scheme, rest = url.split("://", 1)
    return sa.create_engine(f"{DRIVERS.get(scheme, scheme)}://{rest}")
