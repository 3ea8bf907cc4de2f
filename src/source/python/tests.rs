//! What the reader says of models that it cannot compute, and of files that are none. What it computes is held against
//! SQLAlchemy itself by `tests/cases/sent.rs`.

mod bounded;
mod project;
mod undecided;
mod unread;

use crate::dialect::dialect;
use crate::model::{Engine, Facet, Kind, Name, ObjectPath, RelationName};
use crate::snapshot::Snapshot;
use crate::source::{LoadContext, SourceError};

/// Reads one module called `models.py`, with the files beside it.
fn read_with(text: &str, others: &[(&str, &str)]) -> Result<Snapshot, SourceError> {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in others.iter().chain(&[("models.py", text)]) {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let dialect = dialect(Engine::Postgres, None);
    let context = LoadContext { dialect: &*dialect, default_schema: None, root: folder.path(), base: None };
    super::load(&[folder.path().join("models.py")], &context)
}

fn read(text: &str) -> Snapshot {
    read_with(text, &[]).unwrap()
}

fn path(kind: Kind, table: &str, name: &str) -> ObjectPath {
    ObjectPath::of_table(kind, &RelationName::new(Some(Name::exact("public")), Name::exact(table)), Name::exact(name))
}

const HEAD: &str = "import os\nfrom sqlalchemy import *\nfrom sqlalchemy.orm import *\nBase = declarative_base()\n";

#[test]
fn a_syntax_error_has_file_and_line() {
    let error = read_with("import os\n\nclass A(Base:\n    pass\n", &[]).unwrap_err();
    assert!(error.to_string().starts_with("models.py:3: "), "{error}");
}

#[test]
fn files_without_tables_are_none() {
    let error = read_with("x = 1\n", &[]).unwrap_err();
    assert!(matches!(error, SourceError::Empty { .. }), "{error}");
}

#[test]
fn an_unknown_default_names_its_construct_and_line() {
    let text = format!(
        "{HEAD}class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    b = Column(Integer, server_default=os.urandom(3))\n"
    );
    let snapshot = read(&text);
    let table = snapshot.database.tables.values().next().unwrap();
    let reason = table.columns[1].default.reason().unwrap();
    assert_eq!(reason.0, "the server default: the call of `os.urandom` at models.py:8 is not evaluated");
    assert_eq!(table.columns[1].ty.known().unwrap().to_string().to_lowercase(), "integer");
}

#[test]
fn every_object_has_its_line() {
    let text = format!(
        "{HEAD}class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n    b = Column(Integer, unique=True)\n    __table_args__ = (\n        Index('ix', 'b'),\n        CheckConstraint('b > 0'),\n    )\n"
    );
    let snapshot = read(&text);
    let line = |path| snapshot.origins.find(&path).map(|span| (span.line, span.column));
    assert_eq!(line(path(Kind::Column, "a", "b")), Some((8, 5)));
    assert_eq!(line(path(Kind::Index, "a", "ix")), Some((10, 9)));
    assert_eq!(line(path(Kind::Check, "a", "a_b_check")), Some((11, 9)));
    assert_eq!(line(path(Kind::Unique, "a", "a_b_key")), Some((8, 5)));
}

#[test]
fn a_base_outside_the_project_leaves_columns_and_further_tables_undecided() {
    let class = |name: &str| {
        format!("class {name}(Base):\n    __tablename__ = '{name}'\n    id = Column(Integer, primary_key=True)\n")
    };
    let snapshot = read(&format!("from other import Base\nfrom sqlalchemy import *\n{}{}", class("a"), class("b")));
    assert_eq!(snapshot.database.tables.len(), 2);
    let tables: Vec<_> = snapshot.undecided.iter().filter(|one| one.facet == Facet::of(Kind::Table)).collect();
    assert!(matches!(tables.as_slice(), [one] if one.object.is_none()), "{tables:?}");
    let undecided = snapshot.undecided.iter().find(|one| one.facet == Facet::of(Kind::Column)).unwrap();
    assert_eq!(undecided.declared_at.as_ref().unwrap().line, 3);
}

#[test]
fn a_table_whose_name_is_not_known_is_undecided() {
    let text = format!(
        "{HEAD}from cfg import NAME\nclass A(Base):\n    __tablename__ = NAME\n    id = Column(Integer, primary_key=True)\n"
    );
    let snapshot = read(&text);
    assert!(snapshot.database.tables.is_empty());
    let reason = &snapshot.undecided[0].reason.0;
    assert!(reason.contains("class `A`") && reason.contains("`cfg.NAME` is outside the project"), "{reason}");
}

#[test]
fn imports_may_go_in_a_circle() {
    let text = "from sqlalchemy import *\nfrom base import Base\nfrom b import B\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(ForeignKey(B.id), primary_key=True)\n";
    let b = "from sqlalchemy import *\nfrom base import Base\nimport models\nclass B(Base):\n    __tablename__ = 'b'\n    id = Column(BigInteger, primary_key=True)\n";
    let base = "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n";
    let snapshot = read_with(text, &[("b.py", b), ("base.py", base)]).unwrap();
    let names: Vec<String> = snapshot.database.tables.keys().map(|name| name.name.to_string()).collect();
    assert_eq!(names, ["a", "b"]);
    let a = snapshot.database.tables.values().next().unwrap();
    assert_eq!(a.columns[0].ty.known().unwrap().to_string().to_lowercase(), "bigint");
}

#[test]
fn a_base_of_a_module_that_is_still_being_read_is_found_later() {
    let text = "from sqlalchemy import *\nfrom base import Base\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n";
    // A function that is followed at import time imports what imports the base.
    let base = "from sqlalchemy.orm import declarative_base\ndef look():\n    from b import B\n    return B\nfound = look()\nBase = declarative_base()\n";
    let b = "from sqlalchemy import *\nfrom base import Base\nclass B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer, primary_key=True)\n";
    let snapshot = read_with(text, &[("b.py", b), ("base.py", base)]).unwrap();
    let names: Vec<String> = snapshot.database.tables.keys().map(|name| name.name.to_string()).collect();
    assert_eq!(names, ["a", "b"]);
}

#[test]
fn loops_without_end_and_deep_recursion_are_left() {
    let text = format!(
        "{HEAD}def f(n):\n    return f(n + 1)\ndef g():\n    while True:\n        pass\nx = f(0)\ng()\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True, comment=x)\n"
    );
    let snapshot = read(&text);
    let table = snapshot.database.tables.values().next().unwrap();
    assert!(table.columns[0].comment.reason().unwrap().0.contains("`f`"));
}

#[test]
fn of_two_metadata_the_one_with_more_tables_is_read() {
    let older = "old = MetaData()\nTable('a', old, Column('id', Integer), Column('gone', Integer))\n";
    let newer = "class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\nclass B(Base):\n    __tablename__ = 'b'\n    id = Column(Integer, primary_key=True)\n";
    for text in [format!("{HEAD}{older}{newer}"), format!("{HEAD}{newer}{older}")] {
        let snapshot = read(&text);
        let table = snapshot.database.tables.values().find(|table| table.name.name.as_str() == "a").unwrap();
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
        assert_eq!(columns, ["id"], "{text}");
        assert!(snapshot.warnings.iter().any(|warning| warning.message.contains("declared twice")));
    }
}

#[test]
fn the_scripts_of_alembic_are_no_models() {
    assert!(super::is_migration("revision = 'a'\ndown_revision: str | None = None\n"));
    assert!(super::is_migration("def run():\n    context.configure(url=u)\n    context.run_migrations()\n"));
    assert!(!super::is_migration("import alembic.command\n# the down_revision of a migration\n"));
}

#[test]
fn a_template_of_a_project_is_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write(
        "models.py",
        &format!("{HEAD}class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n"),
    );
    write("{{cookiecutter.name}}/models.py", "import sqlalchemy\nclass {{cookiecutter.name}}(Base):\n");
    write("skeleton/models.py", "import sqlalchemy\n{% if cookiecutter.cldf %}\nx = 1\n");
    let dialect = dialect(Engine::Postgres, None);
    let context = LoadContext { dialect: &*dialect, default_schema: None, root: folder.path(), base: None };
    let snapshot = super::load(&[folder.path().to_path_buf()], &context).unwrap();
    assert_eq!(snapshot.database.tables.len(), 1);
    let warned: Vec<&str> = snapshot.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert!(matches!(warned.as_slice(), [one] if one.contains("it is not Python")), "{warned:?}");
    // A mistake in a file of models is an error as before.
    write("skeleton/models.py", "import sqlalchemy\nclass A(Base:\n    pass\n");
    assert!(matches!(super::load(&[folder.path().to_path_buf()], &context), Err(SourceError::Syntax { .. })));
}

#[test]
fn what_a_listener_executes_and_is_not_known_leaves_its_tables_indexes_undecided() {
    let table = "class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n";
    let read = |statement: &str| {
        let listener = "@event.listens_for(A.__table__, 'after_create')\ndef made(target, connection, **kw):\n";
        read(&format!("{HEAD}{table}{listener}    connection.execute({statement})\n")).undecided
    };
    assert_eq!(read("A.__table__.insert()"), []);
    assert_eq!(read("text('CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION f()')"), []);
    let [fact] = &read("text(os.environ['MORE'])")[..] else { panic!() };
    assert_eq!(
        (fact.object.as_ref().map(ToString::to_string), fact.facet),
        (Some("public.a".into()), Facet::of(Kind::Index))
    );
    assert!(fact.reason.0.starts_with("what `made` executes is not known: "), "{}", fact.reason);
    assert_eq!(fact.declared_at.as_ref().map(|at| at.line), Some(10));
}

#[test]
fn a_key_of_columns_that_are_not_known_is_undecided() {
    let text = format!(
        "{HEAD}from cfg import AColumn\nclass A(Base):\n    __tablename__ = 'a'\n    id = AColumn(Integer, primary_key=True)\n    b = Column(Integer)\n"
    );
    let snapshot = read(&text);
    assert!(snapshot.undecided.iter().any(|one| one.facet == Facet::of(Kind::PrimaryKey)));
    let known = read(&text.replace("b = Column(Integer)", "b = Column(Integer, primary_key=True)"));
    assert!(!known.undecided.iter().any(|one| one.facet == Facet::of(Kind::PrimaryKey)));
}

#[test]
fn what_is_appended_to_an_unknown_table_is_undecided() {
    let text = format!(
        "{HEAD}from cfg import tables\nclass A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\ntables['b'].append_constraint(CheckConstraint('id > 1'))\nA.__table__.append_constraint(CheckConstraint('id > 2', name='c'))\n"
    );
    let snapshot = read(&text);
    let table = snapshot.database.tables.values().next().unwrap();
    assert_eq!(table.checks.len(), 1);
    let undecided = snapshot.undecided.iter().find(|one| one.facet == Facet::of(Kind::Check)).unwrap();
    assert_eq!(undecided.declared_at.as_ref().unwrap().line, 9);
}
