"""Single changes to a database, each with the finding that it must bring."""

import dataclasses
import re


@dataclasses.dataclass
class Change:
    kind: str
    table: str
    name: str
    statements: list
    # The codes of the finding, any of which is right.
    codes: tuple
    # (code, table) of what goes along with it.
    along: frozenset = frozenset()

    def __str__(self):
        return f"{self.kind} {self.table}" + (f".{self.name}" if self.name else "")


def candidates(database):
    """Every change that could be made, by kind. The server may still refuse one."""
    found = {"postgres": postgres, "mariadb": mariadb, "sqlite": sqlite}[database.engine](database)
    by_kind = {}
    for change in found:
        by_kind.setdefault(change.kind, []).append(change)
    return by_kind


# PostgreSQL: ALTER statements made from the catalog.

OTHER_TYPE = {
    "integer": "bigint", "bigint": "integer", "smallint": "integer", "text": "character varying(77)",
    "character varying": "text", "boolean": "text", "json": "jsonb", "jsonb": "json", "real": "double precision",
    "double precision": "real", "timestamp without time zone": "timestamp with time zone",
    "timestamp with time zone": "timestamp without time zone", "date": "timestamp without time zone",
    "uuid": "text", "bytea": "text", "numeric": "numeric(17,3)", "time without time zone": "text",
}


def postgres(database):
    columns = database.query("""
        SELECT format('%I.%I', n.nspname, c.relname), c.relname, a.attname, quote_ident(a.attname),
               format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
               a.attidentity <> '' OR a.attgenerated <> '',
               EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey)),
               EXISTS (SELECT FROM pg_depend p WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid
                       AND p.refobjsubid = a.attnum AND p.classid <> 'pg_attrdef'::regclass)
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
          AND n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 3""")
    for path, table, column, quoted, ty, not_null, default, special, is_key, is_used in columns:
        alter = f"ALTER TABLE {path} ALTER COLUMN {quoted}"
        if not is_used:
            yield Change("column dropped", table, column, [f"ALTER TABLE {path} DROP COLUMN {quoted}"],
                         ("column.missing",))
        if special or (default or "").startswith("nextval("):
            continue
        if default is None:
            length = re.fullmatch(r"character varying\((\d+)\)", ty)
            other = f"character varying({int(length[1]) + 7})" if length else OTHER_TYPE.get(ty, "text")
            using = f"NULL::{other}" if not is_key else f"{quoted}::text::{other}"
            if other != ty:
                yield Change("type changed", table, column, [f"{alter} TYPE {other} USING {using}"], ("column.type",))
        if not is_key:
            yield Change("nullability changed", table, column,
                         [f"{alter} {'DROP' if not_null else 'SET'} NOT NULL"], ("column.nullable",))
        new = {"integer": "7077", "bigint": "7077", "boolean": "NOT (1 = 1)", "text": "'drift'"}.get(
            ty, "'drift'" if ty.startswith("character varying") else None)
        if default is not None:
            yield Change("default dropped", table, column, [f"{alter} DROP DEFAULT"], ("column.default",))
        if new and ty == "boolean":
            new = "false" if default and "true" in default.lower() else "true"
        if new and not is_key:
            yield Change("default changed" if default else "default added", table, column,
                         [f"{alter} SET DEFAULT {new}"], ("column.default",))
    indexes = database.query("""
        SELECT c.relname, i.relname, format('%I.%I', n.nspname, i.relname), pg_get_indexdef(i.oid), x.indisunique
        FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class c ON c.oid = x.indrelid
        JOIN pg_namespace n ON n.oid = i.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
          AND NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.oid) ORDER BY 2""")
    for table, index, path, definition, is_unique in indexes:
        yield Change("index dropped", table, index, [f"DROP INDEX {path}"], ("index.missing", "unique.missing"))
        if " btree " in definition:
            old, new = ("CREATE UNIQUE", "CREATE") if is_unique else ("CREATE INDEX", "CREATE UNIQUE INDEX")
            yield Change("index uniqueness changed", table, index,
                         [f"DROP INDEX {path}", definition.replace(old, new, 1)],
                         ("index.unique", "index.missing", "unique.missing"),
                         frozenset({("index.extra", table), ("unique.extra", table)}))
    constraints = database.query("""
        SELECT format('%I.%I', n.nspname, c.relname), c.relname, o.conname, quote_ident(o.conname), o.contype::text,
               pg_get_constraintdef(o.oid)
        FROM pg_constraint o JOIN pg_class c ON c.oid = o.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 3""")
    kinds = {"u": ("unique dropped", "unique.missing"), "f": ("foreign key dropped", "foreign_key.missing"),
             "c": ("check dropped", "check.missing"), "p": ("primary key dropped", "primary_key.missing"),
             "x": ("exclusion dropped", "exclusion.missing")}
    for path, table, name, quoted, contype, definition in constraints:
        if contype not in kinds:
            continue
        kind, code = kinds[contype]
        drop = f"ALTER TABLE {path} DROP CONSTRAINT {quoted}"
        yield Change(kind, table, name, [drop], (code, "index.missing") if contype == "u" else (code,))
        if contype == "f" and " DEFERRABLE" not in definition:
            without = re.sub(r" ON DELETE (CASCADE|SET NULL|RESTRICT|SET DEFAULT)", "", definition)
            other = without if without != definition else definition + " ON DELETE SET DEFAULT"
            yield Change("foreign key action changed", table, name,
                         [drop, f"ALTER TABLE {path} ADD CONSTRAINT {quoted} {other}"], ("foreign_key.actions",))
    enums = database.query("""
        SELECT format('%I.%I', n.nspname, t.typname), t.typname FROM pg_type t
        JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'e' ORDER BY 1""")
    for path, name in enums:
        yield Change("enum value added", name, "", [f"ALTER TYPE {path} ADD VALUE 'drift_value'"], ("enum.value_extra",))
    tables = {path: table for path, table, *_ in columns}
    for path, table in tables.items():
        referring = frozenset(("foreign_key.missing", other) for _, other, _, _, contype, definition in constraints
                              if contype == "f" and re.search(rf'REFERENCES (\S+\.)?"?{re.escape(table)}"?\(', definition))
        yield Change("table dropped", table, "", [f"DROP TABLE {path} CASCADE"], ("table.missing",), referring)
        yield Change("column added", table, "drift_column", [f"ALTER TABLE {path} ADD COLUMN drift_column integer"],
                     ("column.extra",))
        yield Change("check added", table, "drift_check", [f"ALTER TABLE {path} ADD CONSTRAINT drift_check CHECK (1 < 2)"],
                     ("check.extra",))
        _, _, column, quoted, *_ = next(row for row in columns if row[0] == path)
        yield Change("index added", table, "drift_index", [f"CREATE INDEX drift_index ON {path} ({quoted})"],
                     ("index.extra",))
    yield Change("table added", "drift_table", "", ["CREATE TABLE drift_table (id integer)"], ("table.extra",))


# MariaDB: ALTER statements made from SHOW CREATE TABLE, which has one line for each element.

COLUMN = re.compile(r"^  `((?:[^`]|``)+)` (\w+(?:\((?:'(?:[^']|'')*'|[^')])*\))?(?: unsigned)?)(.*?),?$")
KEY = re.compile(r"^  (UNIQUE |FULLTEXT |SPATIAL )?KEY `([^`]+)` \(.*\)")
CONSTRAINT = re.compile(r"^  CONSTRAINT `([^`]+)` (FOREIGN KEY|CHECK) (.*?),?$")


def mariadb(database):
    definitions = database.tables()
    for table, definition in definitions.items():
        lines = definition.split("\n")[1:-1]
        referenced = any(f"REFERENCES `{table}`" in other for other in definitions.values())
        for number, line in enumerate(lines):
            if found := COLUMN.match(line):
                yield from mariadb_column(table, lines, number, referenced, *found.groups())
            elif found := KEY.match(line):
                unique, name = found.groups()
                yield Change("unique dropped" if unique else "index dropped", table, name,
                             [f"ALTER TABLE `{table}` DROP INDEX `{name}`"], ("index.missing", "unique.missing"))
            elif found := CONSTRAINT.match(line):
                name, what, rest = found.groups()
                drop = f"ALTER TABLE `{table}` DROP CONSTRAINT `{name}`"
                if what == "CHECK":
                    yield Change("check dropped", table, name, [drop], ("check.missing",))
                    continue
                yield Change("foreign key dropped", table, name, [drop], ("foreign_key.missing",))
                without = re.sub(r" ON DELETE (CASCADE|SET NULL|RESTRICT)", "", rest)
                other = without if without != rest else rest + " ON DELETE CASCADE"
                yield Change("foreign key action changed", table, name,
                             [drop, f"ALTER TABLE `{table}` ADD CONSTRAINT `{name}` FOREIGN KEY {other}"],
                             ("foreign_key.actions",))
        yield Change("table dropped", table, "", ["SET foreign_key_checks = 0", f"DROP TABLE `{table}`"],
                     ("table.missing",))
        yield Change("column added", table, "drift_column", [f"ALTER TABLE `{table}` ADD COLUMN drift_column int"],
                     ("column.extra",))
        yield Change("index added", table, "drift_index",
                     [f"ALTER TABLE `{table}` ADD COLUMN drift_column int, ADD INDEX drift_index (drift_column)"],
                     ("index.extra",), frozenset({("column.extra", table)}))
        yield Change("check added", table, "drift_check",
                     [f"ALTER TABLE `{table}` ADD CONSTRAINT drift_check CHECK (1 < 2)"], ("check.extra",))
    yield Change("table added", "drift_table", "", ["CREATE TABLE drift_table (id int)"], ("table.extra",))


def mariadb_column(table, lines, number, referenced, column, ty, rest):
    elsewhere = any(f"`{column}`" in line for other, line in enumerate(lines) if other != number)
    if not elsewhere and not referenced:
        yield Change("column dropped", table, column, [f"ALTER TABLE `{table}` DROP COLUMN `{column}`"],
                     ("column.missing",))
    if "AUTO_INCREMENT" in rest or "GENERATED" in rest or "CHECK" in rest:
        return
    modify = f"ALTER TABLE `{table}` MODIFY COLUMN `{column}`"
    length = re.fullmatch(r"varchar\((\d+)\)", ty)
    base = ty.split("(")[0]
    other = f"varchar({int(length[1]) + 7})" if length else {
        "int": "bigint(20)", "bigint": "int(11)", "tinyint": "int(11)", "text": "longtext", "longtext": "text",
        "mediumtext": "text", "double": "float", "float": "double", "datetime": "timestamp" if "(" in ty else "datetime(6)",
        "date": "datetime", "blob": "longblob", "longblob": "blob", "enum": "varchar(77)", "char": "varchar(77)",
    }.get(base)
    if other and not (base == "datetime" and "DEFAULT" not in rest):
        clean = rest if base not in ("enum", "char") else rest
        yield Change("type changed", table, column, [f"{modify} {other}{clean}"], ("column.type",))
    if not any("PRIMARY KEY" in line and f"`{column}`" in line for line in lines) and base != "timestamp":
        flipped = rest.replace(" NOT NULL", "") if " NOT NULL" in rest else " NOT NULL" + rest.replace(" DEFAULT NULL", "")
        yield Change("nullability changed", table, column, [f"{modify} {ty}{flipped}"], ("column.nullable",))
    has_default = " DEFAULT " in rest.replace(" DEFAULT NULL", "")
    bare = re.sub(r" DEFAULT (?:'(?:[^']|'')*'|\w+(?:\([^)]*\))?)", "", rest)
    if has_default:
        yield Change("default dropped", table, column, [f"{modify} {ty}{bare}"], ("column.default",))
    new = {"int": "7077", "bigint": "7077", "tinyint": "0" if "DEFAULT 1" in rest else "1", "varchar": "'d'"}.get(base)
    if new:
        yield Change("default changed" if has_default else "default added", table, column,
                     [f"{modify} {ty}{bare} DEFAULT {new}"], ("column.default",))


# SQLite: the statements themselves are edited, as its tables keep them.

def sqlite(database):
    statements = database.taken
    for number, statement in enumerate(statements):
        def without():
            return statements[:number] + statements[number + 1:]

        if found := re.match(r'CREATE (UNIQUE )?INDEX "?([^\s"]+)"? ON "?([^\s"]+)"?', statement):
            unique, name, table = found.groups()
            yield Change("index dropped", table, name, without(), ("index.missing", "unique.missing"))
            old, new = ("CREATE UNIQUE", "CREATE") if unique else ("CREATE INDEX", "CREATE UNIQUE INDEX")
            yield Change("index uniqueness changed", table, name,
                         statements[:number] + [statement.replace(old, new, 1)] + statements[number + 1:],
                         ("index.unique", "index.missing", "unique.missing"),
                         frozenset({("index.extra", table), ("unique.extra", table)}))
        elif found := re.match(r'CREATE TABLE "?([^\s"]+)"? \(\n', statement):
            yield from sqlite_table(statements, number, found[1], found.end())
    yield Change("table added", "drift_table", "", statements + ["CREATE TABLE drift_table (id INTEGER)"],
                 ("table.extra",))


def sqlite_table(statements, number, table, start):
    statement = statements[number]
    head, (body, tail) = statement[:start], statement[start:].rsplit("\n)", 1)
    elements = re.split(r", *\n\t", body.lstrip("\t"))
    indexes = [other for other in statements if re.match(rf'CREATE (UNIQUE )?INDEX \S+ ON "?{re.escape(table)}"? ', other)]

    def with_elements(new):
        return statements[:number] + [head + "\t" + ", \n\t".join(new) + "\n)" + tail] + statements[number + 1:]

    def replaced(at, new):
        return with_elements(elements[:at] + new + elements[at + 1:])

    key = next((element for element in elements if "PRIMARY KEY" in element), "")
    for at, element in enumerate(elements):
        bare = re.sub(r'^CONSTRAINT ("[^"]+"|\S+) ', "", element)
        for start, kind, codes in (("UNIQUE", "unique dropped", ("unique.missing",)),
                                   ("FOREIGN KEY", "foreign key dropped", ("foreign_key.missing",)),
                                   ("CHECK", "check dropped", ("check.missing",)),
                                   ("PRIMARY KEY", "primary key dropped", ("primary_key.missing",))):
            if bare.startswith(start):
                along = {("column.nullable", table), ("column.type", table)} if start == "PRIMARY KEY" else ()
                yield Change(kind, table, element, replaced(at, []), codes, frozenset(along))
                break
        else:
            found = re.fullmatch(r'("[^"]+"|\w+) (\w+(?: \w+)??(?:\([^)]*\))?)((?: .*)?)', element, re.DOTALL)
            if not found:
                continue
            quoted, ty, rest = found.groups()
            name = quoted.strip('"')
            word = re.compile(rf"\b{re.escape(name)}\b")
            used = any(word.search(other) for place, other in enumerate(elements) if place != at)
            used = used or any(word.search(other) for other in indexes) or any(
                re.search(rf'REFERENCES "?{re.escape(table)}"? \([^)]*\b{re.escape(name)}\b', other)
                for other in statements)
            if not used and len(elements) > 1:
                yield Change("column dropped", table, name, replaced(at, []), ("column.missing",))
            if "GENERATED" in rest:
                continue
            is_key = bool(re.search(rf'PRIMARY KEY \([^)]*\b{re.escape(name)}\b', key)) or "PRIMARY KEY" in rest
            if not is_key:
                other = "BLOB" if re.match("INT|BIGINT|SMALLINT|BOOL", ty) else "INTEGER"
                yield Change("type changed", table, name, replaced(at, [f"{quoted} {other}{rest}"]), ("column.type",))
                flipped = rest.replace(" NOT NULL", "") if " NOT NULL" in rest else rest + " NOT NULL"
                yield Change("nullability changed", table, name, replaced(at, [f"{quoted} {ty}{flipped}"]),
                             ("column.nullable",))
            default = re.search(r" DEFAULT ('(?:[^']|'')*'|\([^()]*(?:\([^()]*\)[^()]*)*\)|\S+)", rest)
            if default:
                cut = rest[:default.start()] + rest[default.end():]
                yield Change("default dropped", table, name, replaced(at, [f"{quoted} {ty}{cut}"]), ("column.default",))
                yield Change("default changed", table, name,
                             replaced(at, [f"{quoted} {ty} DEFAULT 7077{cut}"]), ("column.default",))
            elif not is_key:
                yield Change("default added", table, name, replaced(at, [f"{quoted} {ty} DEFAULT 7077{rest}"]),
                             ("column.default",))
    own = [other for other in statements if other is not statement and other not in indexes]
    yield Change("table dropped", table, "", own, ("table.missing",))
    columns = next((at for at, element in enumerate(elements)
                    if re.match(r"CONSTRAINT |UNIQUE|FOREIGN KEY|CHECK|PRIMARY KEY", element)), len(elements))
    yield Change("column added", table, "drift_column",
                 with_elements(elements[:columns] + ["drift_column INTEGER"] + elements[columns:]), ("column.extra",))
    yield Change("check added", table, "", with_elements([*elements, "CHECK (1 < 2)"]), ("check.extra",))
    first = re.match(r'"[^"]+"|\w+', elements[0])[0]
    yield Change("index added", table, "drift_index",
                 statements + [f'CREATE INDEX drift_index ON "{table}" ({first})'], ("index.extra",))
