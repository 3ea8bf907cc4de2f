"""Writes the fenced texts of fixtures/cases as the first inputs of a fuzz target: seeds.py TARGET CASES FOLDER."""

import hashlib
import pathlib
import re
import sys

ENGINES = {"postgres": 0, "mysql": 1, "mariadb": 2, "sqlite": 3}
URLS = [
    "postgres://u:p%40ss@h:5432/d?sslmode=verify-full&sslrootcert=/ca.pem&options=-csearch_path%3Da",
    "mysql+pymysql://u:p@ss/w?o#rd@[::1]:3306/d?ssl-mode=VERIFY_IDENTITY&unix_socket=/tmp/s",
    "sqlite:///my%20app.db?mode=ro", "sqlite::memory:", "postgresql+asyncpg:///d?host=/run/postgresql",
]


def texts(target, cases):
    if target == "url":
        yield from (url.encode() for url in URLS)
        return
    for path in sorted(cases.rglob("*.md")):
        text = path.read_text()
        engines = re.search(r"^Engines:(.*)$", text, re.M)
        engines = [number for name, number in ENGINES.items() if not engines or name in engines[1]]
        for info, block in re.findall(r"^```([^\n]*)\n(.*?)^```", text, re.M | re.S):
            if target == "python" and "models.py" in info or target == "config" and "drift.toml" in info:
                yield block.encode()
            elif target == "sql" and "schema.sql" in info or target == "sql" and "live.sql" in info:
                yield from (bytes([engine]) + block.encode() for engine in engines)
            elif target == "expression" and ".sql" in info:
                for found in re.findall(r"(?:CHECK|WHERE|DEFAULT) *(\(.*\)|[^,;\n]+)", block):
                    yield from (bytes([engine]) + found.encode() + b"\n" + found.encode() for engine in engines)


target, cases, folder = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
for text in texts(target, cases):
    (folder / hashlib.sha1(text).hexdigest()).write_bytes(text)
