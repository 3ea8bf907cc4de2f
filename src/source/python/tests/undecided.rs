//! What follows from something that is not known is not known either.

use super::*;
use crate::model::{Attribute, Column};

fn column(text: &str) -> (Snapshot, Column) {
    let snapshot = read(&format!("{HEAD}{text}"));
    let column = snapshot.database.tables.values().next().unwrap().columns[0].clone();
    (snapshot, column)
}

fn in_class(columns: &str) -> String {
    format!("class A(Base):\n    __tablename__ = 'a'\n    {columns}\n")
}

#[test]
fn a_key_of_unknown_type_may_be_numbered() {
    let (_, id) = column(&in_class("id = Column(os.t, primary_key=True)"));
    assert!(id.ty.reason().is_some() && id.generation.reason().is_some());
    assert_eq!(id.nullable.known(), Some(&false));
    let (_, id) = column(&in_class("id = Column(os.t, primary_key=True, default=1)"));
    assert_eq!(id.generation.known(), Some(&None));
    let (_, id) = column(&in_class("id = Column(Integer, primary_key=True, autoincrement=os.a)"));
    assert!(id.generation.reason().is_some());
}

#[test]
fn unknown_arguments_leave_open_what_no_argument_says() {
    for text in [
        "id = Column(Integer, primary_key=True, **os.o)",
        "id = Column(Integer, primary_key=True, *os.o)",
        "id = (lambda **kw: Column(Integer, primary_key=True, **kw))(**os.o)",
        "id = (lambda *a, **kw: Column(Integer, primary_key=True, **kw))(*os.o, **os.o)",
    ] {
        let (_, id) = column(&in_class(text));
        assert!(id.ty.known().is_some(), "{text}");
        for fact in [id.default.reason(), id.generation.reason(), id.generated.reason(), id.comment.reason()] {
            assert!(fact.is_some(), "{text}: {id:?}");
        }
    }
    let (snapshot, id) = column(&in_class("id = Column(Integer, primary_key=True, nullable=False, **os.o)"));
    assert_eq!(id.nullable.known(), Some(&false));
    let index = path(Kind::Index, "a", "ix_a_id");
    assert!(snapshot.undecided.iter().any(|one| one.object.as_ref() == Some(&index)), "{:?}", snapshot.undecided);
}

#[test]
fn flags_that_are_not_known_are_not_taken_to_be_false() {
    let (snapshot, _) = column(&in_class("id = Column(Integer, primary_key=os.p, index=os.i, unique=os.u)"));
    for kind in [Kind::PrimaryKey, Kind::Index, Kind::Unique] {
        assert!(snapshot.undecided.iter().any(|one| one.facet == Facet::of(kind)), "{kind:?}");
    }
    let items = "id = Column(Integer, primary_key=True)\n    b = Column(ForeignKey('a.id', ondelete=os.d))\n    __table_args__ = (Index('i', 'b', unique=os.u), UniqueConstraint('b', deferrable=os.d))";
    let (snapshot, _) = column(&in_class(items));
    let table = snapshot.database.tables.values().next().unwrap();
    assert!(table.indexes.is_empty() && table.uniques.is_empty() && table.foreign_keys.is_empty());
    for kind in [Kind::Index, Kind::Unique, Kind::ForeignKey] {
        assert!(snapshot.undecided.iter().any(|one| one.facet == Facet::of(kind)), "{kind:?}");
    }
}

#[test]
fn a_default_dict_makes_what_it_lacks() {
    let text = format!(
        "from collections import defaultdict\nK = defaultdict(lambda: (Integer, {{}}))\ndef key(n):\n    t, o = K[n]\n    return Column(t, primary_key=True, **o)\n{}",
        in_class("id = key('U')")
    );
    let (snapshot, id) = column(&text);
    assert!(matches!(id.generation.known(), Some(Some(crate::model::Generation::Serial(_)))), "{id:?}");
    assert!(snapshot.undecided.is_empty(), "{:?}", snapshot.undecided);
    let facet = Facet::attribute(Kind::Column, Attribute::Type);
    assert!(snapshot.undecided.iter().all(|one| one.facet != facet));
}
