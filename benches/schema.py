#!/usr/bin/env python3
"""Writes the schema that the benches read: any number of tables of 15 columns, three indexes, a foreign key and a check.

    benches/schema.py postgres|mariadb TABLES FILE.sql
    benches/schema.py models TABLES FOLDER              (a package of SQLAlchemy 2.0 models, 20 to a module)

The three forms declare the same tables. There is no sequence among them: `pg_dump` sends a query for each, which would
flatter whatever it is compared with.
"""

import sys
from pathlib import Path

TABLES_IN_A_MODULE = 20

# Name, type in PostgreSQL, in MariaDB and in SQLAlchemy, whether NULL, default in SQL.
COLUMNS = [
    ("id", "bigint", "bigint", "BigInteger", False, None),
    ("parent_id", "bigint", "bigint", "BigInteger", True, None),
    ("tenant_id", "bigint", "bigint", "BigInteger", False, None),
    ("name", "varchar(120)", "varchar(120)", "String(120)", False, None),
    ("slug", "varchar(80)", "varchar(80)", "String(80)", False, None),
    ("email", "varchar(255)", "varchar(255)", "String(255)", True, None),
    ("status", "varchar(20)", "varchar(20)", "String(20)", False, "'draft'"),
    ("quantity", "integer", "int", "Integer", False, "0"),
    ("price", "numeric(12, 2)", "decimal(12, 2)", "Numeric(12, 2)", False, "0.00"),
    ("ratio", "double precision", "double", "Double", True, None),
    ("is_active", "boolean", "boolean", "Boolean", False, "true"),
    ("notes", "text", "text", "Text", True, None),
    ("payload", "json", "json", "JSON", True, None),
    ("created_at", "timestamp", "datetime", "DateTime", False, "CURRENT_TIMESTAMP"),
    ("updated_at", "timestamp", "datetime", "DateTime", True, None),
]

# The conditions, in turn: each is printed back by the server in other words than it was written.
CHECKS = [
    "status IN ('draft', 'open', 'closed')",
    "quantity >= 0 AND price >= 0",
    "char_length(name) > 0 OR email IS NOT NULL",
]


def table_name(number):
    return f"account_entry_{number:05}"


def parent(number):
    """Each table refers to one that was created before it, the first to itself."""
    return table_name(number * 7 // 8)


def sql(number, engine):
    name = table_name(number)
    lines = []
    for column, postgres, mariadb, _, nullable, default in COLUMNS:
        words = [column, postgres if engine == "postgres" else mariadb]
        words += [] if nullable else ["NOT NULL"]
        words += [f"DEFAULT {default}"] if default else []
        lines.append(" ".join(words))
    lines += [
        f"CONSTRAINT {name}_pkey PRIMARY KEY (id)" if engine == "postgres" else "PRIMARY KEY (id)",
        f"CONSTRAINT {name}_parent_fkey FOREIGN KEY (parent_id) REFERENCES {parent(number)} (id) ON DELETE CASCADE",
        f"CONSTRAINT {name}_check CHECK ({CHECKS[number % len(CHECKS)]})",
    ]
    indexes = [
        ("INDEX", "parent_idx", "parent_id"),
        ("INDEX", "tenant_idx", "tenant_id, status"),
        ("UNIQUE INDEX", "slug_key", "slug"),
    ]
    if engine == "mariadb":
        # Beside the foreign key, so that the server makes no index of its own for it.
        lines += [f"{kind} {name}_{end} ({columns})" for kind, end, columns in indexes]
    text = f"CREATE TABLE {name} (\n    " + ",\n    ".join(lines) + "\n);\n"
    if engine == "postgres":
        text += "".join(f"CREATE {kind} {name}_{end} ON {name} ({columns});\n" for kind, end, columns in indexes)
    return text + "\n"


def model(number):
    name = table_name(number)
    lines = [
        f"class AccountEntry{number:05}(Base):",
        f'    __tablename__ = "{name}"',
        "    __table_args__ = (",
        f'        CheckConstraint("{CHECKS[number % len(CHECKS)]}", name="{name}_check"),',
        f'        Index("{name}_parent_idx", "parent_id"),',
        f'        Index("{name}_tenant_idx", "tenant_id", "status"),',
        f'        Index("{name}_slug_key", "slug", unique=True),',
        "    )",
        "",
    ]
    for column, _, _, ty, nullable, default in COLUMNS:
        words = [ty]
        if column == "id":
            words += ["primary_key=True", "autoincrement=False"]
        elif column == "parent_id":
            key = f'"{parent(number)}.id", name="{name}_parent_fkey", ondelete="CASCADE"'
            words += [f"ForeignKey({key})"]
        if column != "id" and not nullable:
            words += ["nullable=False"]
        words += [f'server_default=text("{default}")'] if default else []
        lines.append(f"    {column} = mapped_column({', '.join(words)})")
    return "\n".join(lines) + "\n"


IMPORTS = """\
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    Text,
    text,
)
from sqlalchemy.orm import mapped_column

from .base import Base
"""

BASE = """\
from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
"""


def write_models(tables, folder):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "base.py").write_text(BASE)
    modules = []
    for first in range(0, tables, TABLES_IN_A_MODULE):
        modules.append(f"entries_{first // TABLES_IN_A_MODULE:04}")
        classes = [model(number) for number in range(first, min(first + TABLES_IN_A_MODULE, tables))]
        (folder / f"{modules[-1]}.py").write_text("\n\n".join([IMPORTS, *classes]))
    (folder / "__init__.py").write_text("".join(f"from . import {module}\n" for module in modules))


def main(form, tables, destination):
    tables, destination = int(tables), Path(destination)
    match form:
        case "models":
            write_models(tables, destination)
        case "postgres" | "mariadb":
            destination.write_text("".join(sql(number, form) for number in range(tables)))
        case _:
            sys.exit(__doc__)


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 4 else sys.exit(__doc__)
