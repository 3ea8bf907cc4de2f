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

HEAD = "from sqlalchemy import *\nfrom sqlalchemy.orm import *\nclass Base(DeclarativeBase): pass\n"
CLASS = "class A(Base):\n    __tablename__ = 'a'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
# The modules of targets/modules.rs: pkg, pkg.core, pkg.models, pkg.sub, pkg.sub.deep, other.
CHAINS = [
    ["from pkg import models\n", "from pkg import config\n" + HEAD, "from pkg.core import Base\n" + CLASS],
    ["", "from pkg.models import *\n" + HEAD, "from pkg.core import *\n" + CLASS, "from ..core import Base\n", "", ""],
    ["from .core import Base as B\n", "from . import B as Base\n", "from pkg import B\nclass Base(B): pass\n" + CLASS],
    ["Json = list['Other']\n" + HEAD, "from pkg import Json\nOther = list['Json']\n",
     "from pkg.core import *\n" + CLASS + "    body: Mapped[Json] = mapped_column(JSON)\n"],
    ["def f(n): return g(n)\n", "from pkg import f\ndef g(n): return f(n) or [n, g]\n",
     "from pkg.core import g\n" + HEAD + "x = g(1)\n" + CLASS + "    b = Column(x, server_default=g(2))\n"],
    ["import pkg.sub.deep\n", "import importlib\nimportlib.import_module('pkg.models')\n" + HEAD,
     "exec('from pkg.core import Base')\n" + CLASS, "from .deep import *\n", "from pkg.sub import *\nfrom other import M\n",
     "class M(type):\n    def __new__(m, n, b, d): return super().__new__(m, n, b, d)\n"],
    ["", HEAD + "class Mixin:\n    def __init_subclass__(cls, **k):\n        cls.__tablename__ = cls.__name__\n",
     "from pkg.core import *\nclass A(Mixin, Base):\n    id = Column(Integer, primary_key=True)\n"],
]


def texts(target, cases):
    if target == "url":
        yield from (url.encode() for url in URLS)
        return
    if target == "modules":
        for named in (0, 1, 4, 6, 63):
            yield from (bytes([named]) + "\n#----\n".join(chain).encode() for chain in CHAINS)
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
