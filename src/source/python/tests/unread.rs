//! What may declare something and is not followed is told, and nothing else is.

use super::*;

const MAPPED: &str = "class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n";

/// The kinds of which anything is undecided anywhere, and the tables that are undecided as a whole.
fn told(text: &str) -> (Vec<Kind>, Vec<String>) {
    let snapshot = read(&format!("{HEAD}import lib\n{text}"));
    let mut kinds = Vec::new();
    let mut tables = Vec::new();
    for one in &snapshot.undecided {
        match &one.object {
            None => kinds.push(one.facet.kind),
            Some(object) if one.facet == Facet::of(Kind::Table) => tables.push(object.name.as_str().to_owned()),
            Some(_) => {}
        }
    }
    (kinds, tables)
}

#[test]
fn libraries_that_are_handed_the_whole() {
    for call in ["lib.f(Base.metadata)", "x = lib.F(base=Base)", "lib.f(lib.x)(Base.metadata)"] {
        let (kinds, _) = told(&format!("{MAPPED}{call}\n"));
        assert!(kinds.contains(&Kind::Table) || call.contains(")("), "{call}: {kinds:?}");
    }
    for call in ["lib.f(1)", "x = lib.f(A)", "print(Base)", "Base.metadata.create_all(lib.engine)", "lib.f(A.id)"] {
        assert_eq!(told(&format!("{MAPPED}{call}\n")).0, [], "{call}");
    }
}

#[test]
fn marks_that_nobody_reads() {
    let class = |mark: &str| format!("{MAPPED}    {mark}\n");
    assert_eq!(told(&class("__versioned__ = {}")).0, [Kind::Table]);
    assert_eq!(told(&format!("lib.make()\n{}", class("__audited__ = True"))).0, [Kind::Table]);
    assert_eq!(told(&class("__audited__ = True")).0, []);
    assert_eq!(told(&format!("lib.make()\n{}", class("__audited__ = False"))).0, []);
    assert_eq!(told(&class("__mapper_args__ = {}")).0, []);
    assert_eq!(told(&format!("{}print(A.__options__)\n", class("__options__ = {}"))).0, []);
}

#[test]
fn classes_and_texts_that_are_made_of_what_is_not_known() {
    for text in [
        "X = type('X', (Base,), lib.namespace())",
        "X = type('X', lib.bases(), {'__tablename__': 'x'})",
        "exec(lib.text())",
        "class X(Base):\n    __table__ = lib.table()",
        "Base.metadata.reflect(lib.engine)",
        "import importlib\nimportlib.import_module(lib.name)",
    ] {
        let (kinds, _) = told(&format!("{MAPPED}{text}\n"));
        if !text.contains("reflect") {
            assert_eq!(kinds, [Kind::Table], "{text}");
        }
    }
}

#[test]
fn what_a_condition_declares_may_not_be_there() {
    let text = format!(
        "{MAPPED}if lib.f():\n    class B(Base):\n        __tablename__ = 'b'\n        id = Column(Integer, primary_key=True)\n    t = Table('c', Base.metadata, Column('id', Integer))\n    Index('ix', A.id)\n"
    );
    let snapshot = read(&format!("{HEAD}import lib\n{text}"));
    let whole = |kind, name: &str| {
        let is_it = |one: &&crate::snapshot::Undecided| {
            one.facet == Facet::of(kind) && one.object.as_ref().is_some_and(|object| object.name.as_str() == name)
        };
        snapshot.undecided.iter().any(|one| is_it(&one))
    };
    assert!(whole(Kind::Table, "b") && whole(Kind::Table, "c") && whole(Kind::Index, "ix"));
    assert!(!whole(Kind::Table, "a"));
}

#[test]
fn decorators_and_metaclasses_of_libraries() {
    let columns = |text: &str| {
        let snapshot = read(&format!("{HEAD}import lib, dataclasses\n{text}"));
        snapshot.undecided.iter().any(|one| one.facet == Facet::of(Kind::Column))
    };
    assert!(columns(&format!("@lib.audited\n{MAPPED}")));
    assert!(columns(&format!("@lib.audited(1)\n{MAPPED}")));
    assert!(columns(&format!("{}lib.audit(A)\n", MAPPED)));
    assert!(!columns(&format!("@dataclasses.dataclass\n{MAPPED}")));
    let implementer = format!("@lib.interface.implementer(lib.IUser)\n{MAPPED}");
    assert!(!columns(&implementer));
    let warned = read(&format!("{HEAD}import lib\n{implementer}")).warnings;
    assert!(warned.iter().any(|one| one.message.contains("`lib.interface.implementer` is outside the project")));
    let meta = MAPPED.replace("(Base)", "(Base, metaclass=lib.Meta)");
    assert!(columns(&meta));
}

#[test]
fn listeners_to_the_mapper_are_called() {
    let text = format!(
        "from sqlalchemy import event\n@event.listens_for(Base, 'instrument_class', propagate=True)\ndef f(mapper, cls):\n    cls.__table__.append_column(Column('stamp', DateTime))\n@event.listens_for(Base.metadata, 'before_create')\ndef g(target, connection, **kw):\n    Index('late', A.id)\n{MAPPED}"
    );
    let snapshot = read(&format!("{HEAD}{text}"));
    let table = snapshot.database.tables.values().next().unwrap();
    assert_eq!(table.columns.len(), 2);
    assert!(snapshot.undecided.iter().any(|one| one.facet == Facet::of(Kind::Index)), "{:?}", snapshot.undecided);
}
