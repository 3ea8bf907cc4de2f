//! What a file says may lead back to itself, nest without end, or double for ever: reading it comes to an end all the same.

use super::*;

const BASE: &str =
    "from typing import *\nfrom sqlalchemy import *\nfrom sqlalchemy.orm import *\nclass Base(DeclarativeBase): pass\n";

/// The class that has to be read whatever stands around it.
const TABLE: &str = "class T(Base):\n    __tablename__ = 't'\n    id: Mapped[int] = mapped_column(primary_key=True)\n";

fn tables(text: &str) -> usize {
    read(&format!("{BASE}{TABLE}{text}")).database.tables.len()
}

#[test]
fn annotations_that_name_themselves() {
    let text = "A = Union[dict[str, 'B'], list['A']]\nB = Union[dict[str, 'A'], list['B']]\nclass U(Base):\n    __tablename__ = 'u'\n    id: Mapped['A'] = mapped_column(Integer, primary_key=True)\n";
    assert_eq!(tables(text), 2);
    let deep = format!(
        "class U(Base):\n    __tablename__ = 'u'\n    id: Mapped['{}int{}'] = mapped_column(Integer, primary_key=True)\n",
        "list[".repeat(4_000),
        "]".repeat(4_000)
    );
    assert_eq!(tables(&deep), 2);
}

#[test]
fn values_that_hold_themselves_and_values_that_nest() {
    let text = "import json\nx = ()\nfor i in range(20_000):\n    x = (x,)\ny = []\ny.append(y)\nd = [1]\nfor i in range(60):\n    d = [d, d]\nif d == [d] or y == [y]: pass\nclass U(Base):\n    __tablename__ = 'u'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    a = Column(x, server_default=unknown(y))\n    b = Column(String, server_default=json.dumps(d))\n    c = Column(String, server_default=json.dumps(y))\n";
    assert_eq!(tables(text), 2);
    let text = "def wrap(g):\n    def inner(): return g\n    return inner\nfrom functools import partial\nf, p = 1, print\nfor i in range(5_000):\n    f, p = wrap(f), partial(p)\np()\nclass C: pass\nfor i in range(500):\n    class C(C): pass\n";
    assert_eq!(tables(text), 1);
}

#[test]
fn expressions_and_types_that_double() {
    let text = "x = func.a()\nt = int\nk = column('id')\nfor i in range(60):\n    x, t = x + x, t | t\nfor i in range(20_000):\n    k = desc(k)\nIndex('ix', k)\nIndex('iy', x, T.id)\nclass U(Base):\n    __tablename__ = 'u'\n    id: Mapped[t] = mapped_column(primary_key=True)\n    a = Column(Integer, server_default=x)\n    __table_args__ = (CheckConstraint(x > 1),)\n";
    assert_eq!(tables(text), 2);
}

#[test]
fn classes_in_circles_and_in_long_lines() {
    let diamonds: String =
        (1..60).map(|i| format!("class A{i}(A{0}, B{0}): pass\nclass B{i}(A{0}, B{0}): pass\n", i - 1)).collect();
    let text = format!(
        "class A0: pass\nclass B0: pass\n{diamonds}class U(A59, Base):\n    __tablename__ = 'u'\n    id = Column(Integer, primary_key=True)\n"
    );
    assert_eq!(tables(&text), 2);
    let line: String = (1..500).map(|i| format!("class C{i}(C{}): __abstract__ = True\n", i - 1)).collect();
    let text = format!(
        "class C0(Base): __abstract__ = True\n{line}class U(C499):\n    __tablename__ = 'u'\n    id = Column(Integer, primary_key=True)\n"
    );
    assert_eq!(tables(&text), 2);
    let other = ("other.py", "import models\nclass B(models.A): pass\n");
    let text = format!("{BASE}from other import B\nclass A(B): pass\n{TABLE}");
    assert_eq!(read_with(&text, &[other]).unwrap().database.tables.len(), 1);
}

#[test]
fn functions_that_lead_back_to_themselves() {
    let nested: String =
        (0..60).map(|i| format!("def f{i}(x): return {}f{}(x)\n", "not ".repeat(4_000), i + 1)).collect();
    assert_eq!(tables(&format!("{nested}x = f0(1)\n")), 1);
    let text =
        "f = lambda: f\nclass U(Base):\n    __tablename__ = 'u'\n    id = Column(ForeignKey(f), primary_key=True)\n";
    assert_eq!(tables(text), 2);
    let text = "from sqlalchemy.ext.compiler import compiles\n@compiles(JSON, 'postgresql')\ndef f(e, c, **k): return c.visit_JSON(e, **k)\nclass X(ColumnElement): pass\n@compiles(X)\ndef g(e, c, **k): return c.process(e)\nclass U(Base):\n    __tablename__ = 'u'\n    id = Column(Integer, primary_key=True)\n    a = Column(JSON)\n    b = Column(Integer, server_default=X())\n";
    let snapshot = read(&format!("{BASE}{text}"));
    let table = snapshot.database.tables.values().next().unwrap();
    assert_eq!(table.columns[1].ty.known().unwrap().to_string(), "json");
    assert!(table.columns[2].default.reason().is_some());
}

#[test]
fn long_choices_are_no_deep_ones() {
    let choices: String = (0..5_000).map(|i| format!("elif os.x{i}: y = {i}\n")).collect();
    assert_eq!(tables(&format!("import os\nif os.x: pass\n{choices}")), 1);
}

#[test]
fn a_dict_finds_its_keys_by_their_hashes() {
    let text = "d = {}\nfor a in range(100):\n    for b in range(100):\n        for c in range(100):\n            for e in range(100):\n                d[(a, b, c, e)] = a\nclass U(Base):\n    __tablename__ = f'u{d[(0, 0, 0, 7)]}'\n    id = Column(Integer, primary_key=True)\n";
    let start = std::time::Instant::now();
    let snapshot = read(&format!("{BASE}{text}"));
    assert_eq!(snapshot.database.tables.keys().next().unwrap().name.as_str(), "u0");
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}
