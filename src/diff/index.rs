//! Indexes.

use crate::model::{Attribute, Database, Fact, Index, IndexKey, IndexTarget, Kind, ObjectPath, Table};

use super::matching::{Traits, pair_up};
use super::walk::Walk;
use super::{Compare, ExprContext, ExprRole, Pair, Severity, TableIn, Verdict, describe, expression};

pub(super) fn walk(walk: &mut Walk<'_>, tables: Pair<&Table>) {
    if !walk.compares(Kind::Index) {
        return;
    }
    let context = TableContext::new(walk, tables);
    let definition = |pair: Pair<&Index>| {
        if !pair.map(|index| (index.unique, index.nulls_not_distinct, index.kind, &index.method)).is_same() {
            return Verdict::Differs;
        }
        match columns_verdict(&context, pair) {
            Verdict::Same => predicate_verdict(&context, pair),
            other => other,
        }
    };
    let traits = Traits {
        name: |index: &Index| Some(&index.name),
        chosen_name: |index: &Index| (!index.name_is_implied).then_some(&index.name),
        definition: &definition,
        kin: &|pair: Pair<&Index>| columns_verdict(&context, pair) == Verdict::Same,
    };
    let matched = pair_up(tables.map(|table| table.indexes.as_slice()), &traits);
    for declared in matched.only_to.into_iter().filter(|index| !index.automatic) {
        walk.missing(path(tables.to, declared), Some(describe::index(declared)), Severity::Warning);
    }
    for live in matched.only_from.into_iter().filter(|index| !index.automatic) {
        // A unique index refuses rows that the code believes to be fine: more than a matter of speed.
        let severity = if live.unique { Severity::Warning } else { Severity::Info };
        walk.extra(path(tables.from, live), Some(describe::index(live)), severity);
    }
    for pair in matched.pairs {
        both(walk, &context, &tables.zip(pair).map(|(table, index)| path(table, index)), pair);
    }
}

fn path(table: &Table, index: &Index) -> ObjectPath {
    ObjectPath::of_table(Kind::Index, &table.name, index.name.clone())
}

fn both(walk: &mut Walk<'_>, context: &TableContext<'_>, paths: &Pair<ObjectPath>, indexes: Pair<&Index>) {
    let columns = columns_verdict(context, indexes);
    walk.attribute(paths, Attribute::Columns, columns, || indexes.map(|index| Some(describe::index_keys(index))));
    walk.plain(paths, Attribute::Unique, indexes.map(|index| index.unique), |unique| {
        Some(if unique { "UNIQUE" } else { "not unique" }.to_owned())
    });
    let methods = indexes.map(|index| (index.kind, &index.method));
    walk.attribute(paths, Attribute::Method, methods.is_same().into(), || {
        indexes.map(|index| match describe::method(index).trim() {
            "" => Some("the default method".to_owned()),
            method => Some(method.to_owned()),
        })
    });
    walk.attribute(paths, Attribute::Predicate, predicate_verdict(context, indexes), || {
        indexes.map(|index| index.predicate.known().and_then(|predicate| expression::shown(predicate.as_ref())))
    });
    walk.plain(paths, Attribute::Options, indexes.map(|index| (&index.options, index.nulls_not_distinct)), |options| {
        let mut words: Vec<String> = options.0.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        words.extend(options.1.then(|| "NULLS NOT DISTINCT".to_owned()));
        Some(if words.is_empty() { "no options".to_owned() } else { words.join(", ") })
    });
    walk.plain(paths, Attribute::Visible, indexes.map(|index| index.invisible), |invisible| {
        Some(if invisible { "INVISIBLE" } else { "VISIBLE" }.to_owned())
    });
    walk.plain(paths, Attribute::Valid, indexes.map(|index| index.valid), |valid| {
        Some(if valid { "VALID" } else { "INVALID" }.to_owned())
    });
    walk.plain(paths, Attribute::Comment, indexes.map(|index| &index.comment), Option::clone);
    if !indexes.to.name_is_implied && !indexes.from.name_is_implied {
        // To the engine they may be one name.
        let names = indexes.map(|index| index.name.as_str());
        walk.plain(paths, Attribute::Name, names, |name| Some(name.to_owned()));
    }
}

/// What the comparison of keys and predicates has to know about the table around them.
pub(super) struct TableContext<'a> {
    pub(super) compare: &'a dyn Compare,
    databases: Pair<&'a Database>,
    tables: Pair<&'a Table>,
}

impl<'a> TableContext<'a> {
    pub(super) fn new(walk: &Walk<'a>, tables: Pair<&'a Table>) -> Self {
        let databases = walk.snapshots.map(|snapshot| &snapshot.database);
        TableContext { compare: walk.compare, databases, tables }
    }

    /// The place of a WHERE condition.
    pub(super) fn predicate(&self) -> ExprContext<'a> {
        self.place(ExprRole::Predicate)
    }

    fn place(&self, role: ExprRole) -> ExprContext<'a> {
        ExprContext { role, databases: self.databases, tables: Some(self.tables), result: None }
    }
}

fn columns_verdict(context: &TableContext<'_>, indexes: Pair<&Index>) -> Verdict {
    if !indexes.map(|index| &index.include).is_same() {
        return Verdict::Differs;
    }
    let keys = indexes.map(|index| index.keys.iter().collect::<Vec<_>>());
    keys_verdict(context, keys.as_ref().map(Vec::as_slice), Some(indexes))
}

fn predicate_verdict(context: &TableContext<'_>, indexes: Pair<&Index>) -> Verdict {
    let facts = indexes.map(|index| &index.predicate);
    match facts.map(Fact::known).both() {
        Some(predicates) => expression::optional(context.compare, predicates.map(Option::as_ref), context.predicate()),
        None => unknown(facts),
    }
}

/// Whether two lists of index keys are the same.
pub(super) fn keys_verdict(
    context: &TableContext<'_>,
    keys: Pair<&[&IndexKey]>,
    indexes: Option<Pair<&Index>>,
) -> Verdict {
    if !keys.map(<[_]>::len).is_same() {
        return Verdict::Differs;
    }
    let mut undecided = None;
    for (from, to) in keys.from.iter().zip(keys.to) {
        match key_verdict(context, Pair::new(from, to), indexes) {
            Verdict::Same => {}
            Verdict::Differs => return Verdict::Differs,
            Verdict::Undecided(reason) => undecided = undecided.or(Some(reason)),
        }
    }
    undecided.map_or(Verdict::Same, Verdict::Undecided)
}

fn key_verdict(context: &TableContext<'_>, keys: Pair<&IndexKey>, indexes: Option<Pair<&Index>>) -> Verdict {
    let sorting = |key: &IndexKey| (key.descending, key.nulls, key.collation.clone());
    let places = context.databases.zip(context.tables).map(|(database, table)| TableIn { database, table });
    if !keys.map(sorting).is_same() || !context.compare.prefixes(keys, indexes, places) {
        return Verdict::Differs;
    }
    match (context.compare.operator_classes(keys), target_verdict(context, keys)) {
        (Verdict::Differs, _) | (_, Verdict::Differs) => Verdict::Differs,
        (doubt @ Verdict::Undecided(_), _) | (_, doubt @ Verdict::Undecided(_)) => doubt,
        (Verdict::Same, Verdict::Same) => Verdict::Same,
    }
}

fn target_verdict(context: &TableContext<'_>, keys: Pair<&IndexKey>) -> Verdict {
    match (&keys.from.target, &keys.to.target) {
        (IndexTarget::Column(from), IndexTarget::Column(to)) => (from == to).into(),
        (IndexTarget::Expr(from), IndexTarget::Expr(to)) => {
            let facts = Pair::new(from, to);
            match facts.map(Fact::known).both() {
                Some(exprs) => expression::verdict(context.compare, exprs, context.place(ExprRole::IndexKey)),
                None => unknown(facts),
            }
        }
        (IndexTarget::Column(_), IndexTarget::Expr(fact)) | (IndexTarget::Expr(fact), IndexTarget::Column(_)) => {
            fact.reason().map_or(Verdict::Differs, |reason| Verdict::Undecided(reason.clone()))
        }
    }
}

fn unknown<T>(facts: Pair<&Fact<T>>) -> Verdict {
    facts.map(Fact::reason).either().map_or(Verdict::Same, |reason| Verdict::Undecided(reason.clone()))
}
