//! What nests without end, loops without end, or leads back to itself.

use std::path::Path;

use crate::bench::Bench;
use crate::support::Database;
use drift::model::Engine;

const COUNT: usize = 10_000;

/// What repeats: what opens, what is inside, what closes.
const CHAINS: &[[&str; 3]] = &[
    ["(", "a > 0", ")"],
    ["NOT ", "a > 0", ""],
    ["a > 0 OR ", "a > 0", ""],
    ["a + ", "a > 0", ""],
    ["- ", "a > 0", ""],
    ["", "a", "::integer"],
    ["f(", "a", ")"],
    ["CASE WHEN a > 0 THEN ", "a", " END"],
    ["(SELECT ", "a", ")"],
];

#[test]
fn expressions_of_any_depth_are_compared_or_undecided() {
    let schema = |[open, inside, close]: [&str; 3], last: &str| {
        let (open, close) = (open.repeat(COUNT), close.repeat(COUNT));
        format!(
            "CREATE TABLE t (a integer DEFAULT ({open}{inside}{close}), CONSTRAINT k CHECK ({open}{inside}{close}{last}));\n"
        )
    };
    for chain in CHAINS {
        let bench = Bench::new(&[("a.sql", &schema(*chain, "")), ("b.sql", &schema(*chain, " = 1"))]);
        for dialect in ["postgres", "mariadb", "sqlite"] {
            bench.run(&["diff", "--dialect", dialect, "--from", "a.sql", "--to", "a.sql"]).exits(0);
            let run = bench.run(&["diff", "--dialect", dialect, "--from", "a.sql", "--to", "b.sql"]);
            assert!([0, 2].contains(&run.code), "{chain:?} of {dialect}: {}", run.err);
        }
    }
}

#[test]
fn a_deep_expression_of_a_catalog_is_no_drift() {
    let database = Database::create(Engine::Postgres);
    // The catalog prints as many parentheses.
    let schema = format!("CREATE TABLE t (a bigint, CONSTRAINT k CHECK ({} > 0));\n", vec!["a"; 1_500].join(" + "));
    database.execute(&schema);
    let bench = Bench::new(&[("schema.sql", &schema)]);
    bench.run(&["check", "--url", database.url(), "--declared", "schema.sql"]).exits(0);
}

const HEAD: &str = "from sqlalchemy import Column, Integer, MetaData, Table\n\nmetadata = MetaData()\n";
const TAIL: &str = "\nt = Table(\"t\", metadata, Column(\"a\", Integer))\n";

#[test]
fn python_that_nests_too_deeply_is_refused_with_its_line() {
    let bench = Bench::new(&[]);
    for [open, inside, close] in
        [["(", "1", ")"], ["not ", "1", ""], ["1 + ", "1", ""], ["", "a", ".b"], ["f(", "1", ")"]]
    {
        let text = format!("{HEAD}x = {}{inside}{}\n{TAIL}", open.repeat(COUNT), close.repeat(COUNT));
        bench.write("models.py", &text);
        let run = bench.run(&["diff", "--dialect", "sqlite", "--from", "models.py", "--to", "models.py"]).exits(1);
        run.says(&["models.py:4", "nests too deeply"]);
    }
}

#[test]
fn python_that_never_ends_does_not_stop_the_reading() {
    for text in [
        "while True:\n    pass",
        "for i in range(10 ** 12):\n    x = i",
        "for i in range(9_999):\n    for j in range(9_999):\n        x = j",
        "x = [a for a in range(9_999) for b in range(9_999) for c in range(9_999)]",
        "def f(x):\n    return f(x + 1)\nf(1)",
        "def f(n):\n    return [f(n - 1), f(n - 1)] if n else 1\nx = f(60)",
        "x = 'a'\nfor i in range(60):\n    x = x + x",
        "x = 'a'\nfor i in range(60):\n    x = f'{x}{x}'",
        "x = [1]\nfor i in range(60):\n    x = x + x",
        "x = [1]\nfor i in range(60):\n    x.extend(x)",
        "x = 'a' * 10 ** 12\ny = [1] * 10 ** 12\nz = 1 << 10 ** 12\nw = 10 ** 10 ** 10",
        "x = []\nx.append(x)\ny = {}\ny['y'] = y\ny.update(y)\nz = str(x) + repr(y)",
        "class A(A):\n    pass\nclass B(C):\n    pass\nclass C(B):\n    pass",
        "import models\nfrom models import *\nfrom models import t as again",
        "import re\nx = re.sub('(a+)+$', 'b', 'a' * 60 + 'c')",
        "import flags\nn = 0\nfor f in flags.all():\n    n += 1\n    print(f, [g for g in f])\nwhile flags.on():\n    n -= 1",
        "import flags\ndef f(node):\n    return [f(child) for child in node] + [f(child) for child in node]\nf(flags)",
        "def f():\n    for n in range(99_999):\n        print(n)\n        isinstance(n, Table)\nf()",
    ] {
        let bench = Bench::new(&[("models.py", &format!("{HEAD}{text}\n{TAIL}"))]);
        bench.write("schema.sql", "CREATE TABLE t (a integer);\n");
        bench
            .run(&["diff", "--dialect", "sqlite", "--from", "schema.sql", "--to", "models.py"])
            .exits(0)
            .prints(&["in sync"])
            .omits(&["undecided"]);
    }
}

/// What may declare tables that nobody can count, and words of the reason.
const OPEN: &[[&str; 2]] = &[
    [
        "for r in flags.regions():\n    Table(f'{r}_orders', metadata)",
        "the loop at models.py:6 is not followed: the call of `flags.regions`",
    ],
    [
        "for i in range(10_001):\n    mk(f't{i}')",
        "the range at models.py:6 is not followed: it has more than 10000 numbers",
    ],
    [
        "n = 0\nwhile n < 1_500:\n    if n % 500 == 0:\n        mk(f't{n}')\n    n += 1\n",
        "the loop at models.py:7 is not followed to its end: it takes more than 1000 turns",
    ],
    ["while flags.more():\n    mk(flags.name())", "`flags.name` at models.py:7"],
    ["while True:\n    mk(next(flags))", "`next` at models.py:7"],
    [
        "for i in range(400):\n    for j in range(400):\n        if i % 100 == 0 and j == 399:\n            mk(f't{i}')",
        "all loops together take more than 100000 turns",
    ],
    [
        "x = [mk(r) for r in flags.regions()]",
        "the comprehension at models.py:6 is not followed: the call of `flags.regions`",
    ],
    [
        "x = [i for i in range(9_999) for j in range(9_999) if j == 9_998 and mk(f't{i}')]",
        "all loops together take more than 100000 turns",
    ],
    ["x = {r: mk(r) for r in flags.regions()}", "the comprehension at models.py:6"],
    ["x = list(map(mk, flags.regions()))", "the call of `flags.regions` at models.py:6"],
    ["match flags.x():\n    case {'name': name}:\n        mk(name)", "the call of `flags.x` at models.py:6"],
    [
        "def f(n):\n    if n == 0:\n        mk('orders')\n    else:\n        f(n - 1)\nf(60)",
        "the function `f` at models.py:7 is not followed: calls nest deeper than 40",
    ],
    [
        "def f():\n    for n in range(9_990):\n        x = n\n    if x:\n        mk('orders')\nf()",
        "takes more than 10000 statements",
    ],
    [
        "def f():\n    for n in range(9_000):\n        x = n\n        if n == 8_999:\n            mk('orders')\nf()",
        "takes more than 10000 statements",
    ],
    [
        "def f():\n    for n in range(9_990):\n        x = n\n    class A(Base):\n        __tablename__ = 'orders'\nf()",
        "takes more than 10000 statements",
    ],
    [
        "class Maker:\n    def __init__(self):\n        self.make()\n    def make(self):\n        mk('orders')\ndef f():\n    for n in range(9_999):\n        x = n\n    Maker()\nf()",
        "takes more than 10000 statements",
    ],
    [
        "def f(node):\n    for child in node.children:\n        f(child)\n        mk(child.name)\nf(flags)",
        "the loop at models.py:7 is not followed",
    ],
    [
        "for r in flags.regions():\n    class A(Base):\n        __tablename__ = f'{r}_orders'\n        id = Column(Integer, primary_key=True)",
        "the table name of the class `A` is not known: the loop at models.py:6",
    ],
];

#[test]
fn tables_that_nobody_can_count_are_undecided() {
    for [text, reason] in OPEN {
        let head = "import flags\nfrom sqlalchemy import *\nfrom sqlalchemy.orm import *\nBase = declarative_base(); metadata = Base.metadata; t = Table('t', metadata, Column('a', Integer))\ndef mk(name): return Table(name, metadata, Column('a', Integer))\n";
        let bench = Bench::new(&[("models.py", &format!("{head}{text}\n"))]);
        bench.write("schema.sql", "CREATE TABLE t (a integer);\nCREATE TABLE kept (a integer);\n");
        let run = bench.run(&["diff", "-v", "--dialect", "sqlite", "--from", "schema.sql", "--to", "models.py"]);
        let run = run.prints(&["kept", reason]);
        run.omits(&["table.extra"]);
    }
}

#[test]
fn modules_that_import_each_other_are_read_once() {
    let bench = Bench::new(&[]);
    for number in 0..300 {
        let next = (number + 1) % 300;
        bench.write(
            &format!("app/m{number}.py"),
            &format!("from app import m{next}\nfrom app.m{next} import *\n{HEAD}"),
        );
    }
    bench.write("app/models.py", &format!("from app.m0 import *\n{HEAD}{TAIL}"));
    bench.write("schema.sql", "CREATE TABLE t (a integer);\n");
    bench.run(&["diff", "--dialect", "sqlite", "--from", "schema.sql", "--to", "app"]).exits(0).prints(&["in sync"]);
}

#[cfg(unix)]
#[test]
fn folders_that_contain_themselves_are_walked_once() {
    let bench = Bench::new(&[
        ("app/models.py", &format!("{HEAD}{TAIL}")),
        ("db/one.sql", "CREATE TABLE t (a integer);\n"),
        ("db/deep/two.sql", "CREATE TABLE u (a integer);\n"),
    ]);
    for (link, to) in [("app/again", ".."), ("app/self", "."), ("db/again", ".."), ("db/deep/self", ".")] {
        std::os::unix::fs::symlink(Path::new(to), bench.path(link)).unwrap();
    }
    let run = bench.run(&["diff", "--dialect", "sqlite", "--from", "db", "--to", "app"]).exits(2);
    run.prints(&["table.extra", "u"]).omits(&["error "]);
    for pattern in ["**/*.sql", "db/**"] {
        let config =
            format!("dialect = \"sqlite\"\n[declared]\nsql = [\"{pattern}\"]\n[targets.a]\nurl = \"sqlite:a.db\"\n");
        bench.write("drift.toml", &config);
        bench.run(&["check"]).exits(1).says(&["a.db"]);
    }
    // A link that leads nowhere, and one that leads to itself.
    std::os::unix::fs::symlink("nowhere.sql", bench.path("db/broken.sql")).unwrap();
    bench
        .run(&["diff", "--dialect", "sqlite", "--from", "db", "--to", "db"])
        .exits(1)
        .says(&["cannot read db/broken.sql"]);
    std::os::unix::fs::symlink("loop.sql", bench.path("loop.sql")).unwrap();
    bench
        .run(&["diff", "--dialect", "sqlite", "--from", "loop.sql", "--to", "db"])
        .exits(1)
        .says(&["cannot read loop.sql"]);
}

#[test]
fn a_mistake_in_a_huge_line_is_shown_in_part() {
    let long = "x".repeat(1_000_000);
    let bench = Bench::new(&[("models.py", &format!("a = '{long}' + (\n")), ("drift.toml", &format!("b{long} = 1\n"))]);
    let run = bench.run(&["check"]).exits(1).says(&["drift.toml:1"]);
    assert!(run.err.len() < 5_000, "{} bytes", run.err.len());
    std::fs::remove_file(bench.path("drift.toml")).unwrap();
    let run = bench.run(&["diff", "--dialect", "sqlite", "--from", "models.py", "--to", "models.py"]).exits(1);
    assert!(run.err.len() < 5_000, "{} bytes", run.err.len());
}
