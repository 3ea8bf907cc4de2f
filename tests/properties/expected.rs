//! What a comparison has to find between two descriptions: a comparison of its own, so much simpler than `drift`'s that
//! it can be believed.

use std::collections::BTreeSet;

use drift::model::Engine;

use crate::schema::{
    Body, Column, ColumnType, EnumType, Family, Index, Key, Part, Schema, Table, TableOption, Template,
};
use crate::vocabulary::is_mysql;

/// A finding: its code, its table or nothing, and the object's name; `*` where the engine chose the name.
pub type Finding = (String, String, String);

/// What has to be found, and what may be found in one way or another.
pub struct Expected {
    pub findings: BTreeSet<Finding>,
    /// The kind and table of constraints without a name of which it cannot be told which became which.
    pub unclear: BTreeSet<(&'static str, String)>,
}

/// Every finding from the schema that is there to the declared one.
pub fn findings(live: &Schema, declared: &Schema, engine: Engine) -> Expected {
    let mut oracle = Oracle { engine, found: BTreeSet::new(), unclear: BTreeSet::new() };
    oracle.objects(live, declared);
    for table in &declared.tables {
        match live.table(&table.name) {
            Some(old) => oracle.table(old, table),
            None => oracle.add("table.missing", "", &table.name),
        }
    }
    for table in live.tables.iter().filter(|table| declared.table(&table.name).is_none()) {
        oracle.add("table.extra", "", &table.name);
    }
    Expected { findings: oracle.found, unclear: oracle.unclear }
}

/// The part as the engine keeps it: MySQL's UNIQUE constraints are indexes, and its primary keys have no names.
fn kept(part: &Part, engine: Engine) -> Part {
    let mut part = part.clone();
    if is_mysql(engine) {
        match &part.body {
            Body::Key(_) => part.name = None,
            Body::Unique(key) => {
                let key_of = |name: &String| Key {
                    target: Template { spellings: &["{0}"], columns: vec![name.clone()] },
                    is_expression: false,
                    suffix: &[""],
                };
                part.body = Body::Index(Index {
                    unique: true,
                    kind: "",
                    method: &[""],
                    keys: key.columns.iter().map(key_of).collect(),
                    include: Vec::new(),
                    options: &[""],
                    predicate: None,
                    ignored: false,
                });
            }
            Body::Reference(_) | Body::Check { .. } | Body::Index(_) => {}
        }
    }
    part
}

/// Whether the types differ in writing alone: SQLite stores by affinity.
pub fn alike(old: &Column, new: &Column, engine: Engine) -> bool {
    let (ColumnType::Builtin(old), ColumnType::Builtin(new)) = (&old.ty, &new.ty) else { return old.ty == new.ty };
    old == new || engine == Engine::Sqlite && affinity(old.spellings[0]) == affinity(new.spellings[0])
}

/// The rules of <https://www.sqlite.org/datatype3.html#determination_of_column_affinity>.
fn affinity(ty: &str) -> u8 {
    let has = |words: &[&str]| words.iter().any(|word| ty.contains(word));
    match () {
        () if has(&["INT"]) => 0,
        () if has(&["CHAR", "CLOB", "TEXT"]) => 1,
        () if has(&["BLOB"]) => 2,
        () if has(&["REAL", "FLOA", "DOUB"]) => 3,
        () => 4,
    }
}

struct Oracle {
    engine: Engine,
    found: BTreeSet<Finding>,
    unclear: BTreeSet<(&'static str, String)>,
}

impl Oracle {
    fn add(&mut self, code: &str, table: &str, name: &str) {
        self.found.insert((code.to_owned(), table.to_owned(), name.to_owned()));
    }

    fn differs<T: PartialEq>(&mut self, code: &str, place: (&str, &str), old: &T, new: &T) {
        if old != new {
            self.add(code, place.0, place.1);
        }
    }

    fn objects(&mut self, live: &Schema, declared: &Schema) {
        let names = |schema: &Schema| {
            let enums = schema.enums.iter().map(|found| ("enum", found.name.clone()));
            let sequences = schema.sequences.iter().map(|found| ("sequence", found.name.clone()));
            let views = schema.views.iter().map(|found| ("view", found.name.clone()));
            enums.chain(sequences).chain(views).collect::<BTreeSet<_>>()
        };
        let (old, new) = (names(live), names(declared));
        for (kind, name) in new.difference(&old) {
            self.add(&format!("{kind}.missing"), "", name);
        }
        for (kind, name) in old.difference(&new) {
            self.add(&format!("{kind}.extra"), "", name);
        }
        for new in &declared.enums {
            if let Some(old) = live.enums.iter().find(|old| old.name == new.name) {
                self.labels(old, new);
            }
        }
        for new in &declared.sequences {
            if let Some(old) = live.sequences.iter().find(|old| old.name == new.name) {
                self.differs("sequence.options", ("", &new.name), &old.options, &new.options);
                self.differs("sequence.comment", ("", &new.name), &old.comment, &new.comment);
            }
        }
        for new in &declared.views {
            if let Some(old) = live.views.iter().find(|old| old.name == new.name) {
                let definition = |view: &crate::schema::View| {
                    let used = if view.query.spellings[0].contains("{1}") { 2 } else { 1 };
                    let columns: Vec<String> = view.query.columns.iter().take(used).cloned().collect();
                    (view.materialized, view.table.clone(), view.query.spellings, columns)
                };
                self.differs("view.definition", ("", &new.name), &definition(old), &definition(new));
                self.differs("view.comment", ("", &new.name), &old.comment, &new.comment);
            }
        }
    }

    fn labels(&mut self, old: &EnumType, new: &EnumType) {
        self.differs("enum.comment", ("", &new.name), &old.comment, &new.comment);
        if new.labels.iter().any(|label| !old.labels.contains(label)) {
            self.add("enum.value_missing", "", &new.name);
        }
        if old.labels.iter().any(|label| !new.labels.contains(label)) {
            self.add("enum.value_extra", "", &new.name);
        }
        let kept = |one: &EnumType, other: &EnumType| {
            one.labels.iter().filter(|label| other.labels.contains(label)).cloned().collect::<Vec<_>>()
        };
        self.differs("enum.order", ("", &new.name), &kept(old, new), &kept(new, old));
    }

    fn table(&mut self, old: &Table, new: &Table) {
        let place = ("", new.name.as_str());
        self.differs("table.comment", place, &old.comment, &new.comment);
        // A table that names no engine has the server's default one.
        let says = |table: &Table, option: &TableOption| {
            option.spellings[0] == "ENGINE=InnoDB" || table.options.contains(option)
        };
        let only_old = old.options.iter().filter(|option| !says(new, option));
        for option in only_old.chain(new.options.iter().filter(|option| !says(old, option))) {
            self.add(option.code, "", &new.name);
        }
        for column in &new.columns {
            match old.column(&column.name) {
                Some(before) => self.column(&new.name, before, column),
                None => self.add("column.missing", &new.name, &column.name),
            }
        }
        for column in old.columns.iter().filter(|column| new.column(&column.name).is_none()) {
            self.add("column.extra", &old.name, &column.name);
        }
        if is_mysql(self.engine) {
            let kept = |one: &Table, other: &Table| {
                let shared = one.columns.iter().filter(|column| other.column(&column.name).is_some());
                shared.map(|column| column.name.clone()).collect::<Vec<_>>()
            };
            self.differs("column.order", place, &kept(old, new), &kept(new, old));
        }
        self.parts(old, new);
    }

    fn column(&mut self, table: &str, old: &Column, new: &Column) {
        let place = (table, new.name.as_str());
        if !alike(old, new, self.engine) {
            self.differs("column.type", place, &old.ty, &new.ty);
        }
        self.differs("column.nullable", place, &old.not_null, &new.not_null);
        self.differs("column.default", place, &old.default, &new.default);
        self.differs("column.generated", place, &old.generated, &new.generated);
        self.differs("column.identity", place, &old.counter, &new.counter);
        // What is no text any longer has nothing to sort.
        let is_text = |column: &Column| matches!(column.family(), Family::Text | Family::LongText);
        if !is_mysql(self.engine) || is_text(old) && is_text(new) {
            self.differs("column.collation", place, &old.collation, &new.collation);
        }
        self.differs("column.on_update", place, &old.on_update, &new.on_update);
        self.differs("column.visible", place, &old.invisible, &new.invisible);
        self.differs("column.comment", place, &old.comment, &new.comment);
    }

    /// Constraints and indexes: those of one name are one thing, and so are those of one definition.
    fn parts(&mut self, old: &Table, new: &Table) {
        let [mut gone, mut come] =
            [old, new].map(|table| table.parts.iter().map(|part| kept(part, self.engine)).collect::<Vec<Part>>());
        let rules: [fn(&Part, &Part) -> bool; 4] = [
            |old, new| old == new,
            |old, new| old.kind() == new.kind() && old.name.is_some() && old.name == new.name,
            |old, new| old.kind() == new.kind() && old.body == new.body,
            // A table has one key.
            |old, new| matches!((&old.body, &new.body), (Body::Key(_), Body::Key(_))),
        ];
        for rule in rules {
            come.retain(|new_part| {
                let Some(at) = gone.iter().position(|old_part| rule(old_part, new_part)) else { return true };
                self.part(&new.name, &gone.remove(at), new_part);
                false
            });
        }
        for part in gone.iter().chain(&come) {
            let is_kin = |other: &Part| other.kind() == part.kind() && (other.name.is_none() || part.name.is_none());
            if gone.iter().any(is_kin) && come.iter().any(is_kin) {
                self.unclear.insert((part.kind(), new.name.clone()));
            }
        }
        for part in come {
            self.add(&format!("{}.missing", part.kind()), &new.name, part.name.as_deref().unwrap_or("*"));
        }
        for part in gone {
            self.add(&format!("{}.extra", part.kind()), &new.name, part.name.as_deref().unwrap_or("*"));
        }
    }

    fn part(&mut self, table: &str, old: &Part, new: &Part) {
        let name = new.name.as_deref().unwrap_or("*");
        let place = (table, name);
        let kind = new.kind();
        if let (Some(old), Some(new)) = (&old.name, &new.name) {
            self.differs(&format!("{kind}.name"), place, old, new);
        }
        match (&old.body, &new.body) {
            (Body::Key(old), Body::Key(new)) => {
                let columns = |key: &crate::schema::KeyColumns| (key.columns.clone(), key.include.clone());
                self.differs("primary_key.columns", place, &columns(old), &columns(new));
                self.differs("primary_key.deferrable", place, &old.suffix, &new.suffix);
            }
            (Body::Unique(old), Body::Unique(new)) => {
                self.differs("unique.columns", place, &old.columns, &new.columns);
                self.differs("unique.options", place, &(&old.include, old.prefix), &(&new.include, new.prefix));
                self.differs("unique.deferrable", place, &old.suffix, &new.suffix);
            }
            (Body::Check { condition: old, suffix: before }, Body::Check { condition: new, suffix: after }) => {
                self.differs("check.expression", place, old, new);
                self.differs("check.valid", place, before, after);
            }
            (Body::Reference(old), Body::Reference(new)) => {
                let columns = |reference: &crate::schema::Reference| {
                    (reference.columns.clone(), reference.table.clone(), reference.targets.clone())
                };
                self.differs("foreign_key.columns", place, &columns(old), &columns(new));
                let actions = |reference: &crate::schema::Reference| {
                    (reference.on_delete, reference.on_update, reference.matching)
                };
                self.differs("foreign_key.actions", place, &actions(old), &actions(new));
                self.differs("foreign_key.deferrable", place, &old.deferrable, &new.deferrable);
            }
            (Body::Index(before), Body::Index(after)) => {
                let columns = |index: &Index| {
                    let keys = index.keys.iter().map(|key| (key.target.clone(), key.is_expression, key.suffix[0]));
                    (keys.collect::<Vec<_>>(), index.include.clone())
                };
                self.differs("index.columns", place, &columns(before), &columns(after));
                self.differs("index.unique", place, &before.unique, &after.unique);
                self.differs("index.method", place, &(before.method, before.kind), &(after.method, after.kind));
                self.differs("index.predicate", place, &before.predicate, &after.predicate);
                self.differs("index.options", place, &before.options, &after.options);
                self.differs("index.visible", place, &before.ignored, &after.ignored);
                self.differs("index.comment", place, &old.comment, &new.comment);
            }
            _ => {}
        }
    }
}
