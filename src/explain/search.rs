//! Which objects an error can be about, by what the schemas hold: a third of real messages lack the table.
//!
//! This module only looks; whether what it finds is drift, [`super::verdict`] says.

use crate::diff::Pair;
use crate::message::nearest;
use crate::model::{ConstraintName, IndexTarget, Name, RelationName, Table, TypeKind};
use crate::snapshot::Snapshot;

use super::kind::ErrorKind;
use super::reference::Reference;

/// An object that an error can be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The table, or the relation that is missing.
    pub table: RelationName,
    /// The column.
    pub column: Option<String>,
}

/// What both sides hold: `from` is the live schema, `to` the declared one; either may not be known.
pub type Sides<'a> = Pair<Option<&'a Snapshot>>;

/// What `reference` can mean, the likeliest first; all that are equally likely, and no less likely one.
pub fn candidates(reference: &Reference, sides: Sides<'_>) -> Vec<Candidate> {
    let search = Search { reference, sides };
    let mut found = if reference.kind.is_about_column() { search.columns() } else { Vec::new() };
    let best = found.iter().map(|(rank, _)| *rank).min();
    found.retain(|(rank, _)| Some(*rank) == best);
    let mut candidates: Vec<Candidate> = Vec::new();
    for (_, candidate) in found {
        if !candidates.contains(&candidate) {
            candidates.push(candidate);
        }
    }
    candidates
}

struct Search<'a> {
    reference: &'a Reference,
    sides: Sides<'a>,
}

/// A table with what both sides say of it.
struct Known<'a> {
    name: &'a RelationName,
    live: Option<&'a Table>,
    declared: Option<&'a Table>,
}

impl<'a> Known<'a> {
    fn sides(&self) -> impl Iterator<Item = &'a Table> {
        self.live.into_iter().chain(self.declared)
    }

    fn column_names(&self) -> Vec<&'a Name> {
        let mut names: Vec<&Name> = Vec::new();
        for column in self.sides().flat_map(|table| &table.columns) {
            if !names.contains(&&column.name) {
                names.push(&column.name);
            }
        }
        names
    }

    fn has(&self, side: Option<&Table>, column: &str) -> bool {
        side.is_some_and(|table| table.columns.iter().any(|one| same(&one.name, column)))
    }

    fn types(&self, column: &Name) -> Pair<Option<&'a TypeKind>> {
        let kind = |table: &'a Table| table.column(column)?.ty.known().map(|ty| &ty.kind);
        Pair::new(self.live.and_then(kind), self.declared.and_then(kind))
    }

    /// Whether a column is part of a key: what refers to rows seldom holds what users type.
    fn is_key(&self, column: &Name) -> bool {
        self.sides().any(|table| {
            table.primary_key.as_ref().is_some_and(|key| key.columns.contains(column))
                || table.foreign_keys.iter().any(|key| key.columns.contains(column))
        })
    }
}

fn same(name: &Name, text: &str) -> bool {
    name.as_str().eq_ignore_ascii_case(text)
}

type Ranked = (u8, Candidate);

impl<'a> Search<'a> {
    /// Every table of either side.
    fn tables(&self) -> Vec<Known<'a>> {
        let tables = |side: Option<&'a Snapshot>| side.into_iter().flat_map(|snapshot| &snapshot.database.tables);
        let mut known: Vec<Known<'a>> = Vec::new();
        for (name, table) in tables(self.sides.to) {
            known.push(Known { name, live: None, declared: Some(table) });
        }
        for (name, table) in tables(self.sides.from) {
            match known.iter_mut().find(|known| known.name.name == name.name && known.name.schema == name.schema) {
                Some(known) => known.live = Some(table),
                None => known.push(Known { name, live: Some(table), declared: None }),
            }
        }
        known
    }

    fn columns(&self) -> Vec<Ranked> {
        let reference = self.reference;
        let tables = self.in_question();
        if let Some(constraint) = &reference.constraint {
            let found = self.by_constraint(&tables, constraint);
            if !found.is_empty() {
                return found;
            }
        }
        let found = match (reference.columns.first(), &reference.type_name) {
            (Some(column), _) => self.by_column(&tables, column),
            (None, Some(wanted)) => self.by_type(&tables, wanted),
            (None, None) => Vec::new(),
        };
        match (found.is_empty(), reference.kind) {
            (false, _) => found,
            (true, ErrorKind::MissingUnique) if self.reference.columns.is_empty() => self.by_missing_unique(&tables),
            (true, ErrorKind::CheckViolation) => self.by_check(&tables),
            (true, _) => self.named(&tables),
        }
    }

    /// The tables that the message or its statement leaves open; all, where it names none that is known.
    fn in_question(&self) -> Vec<Known<'a>> {
        let reference = self.reference;
        let in_schema = |known: &Known<'_>| match (&reference.schema, &known.name.schema) {
            (Some(wanted), Some(schema)) => same(schema, wanted),
            (Some(_) | None, _) => true,
        };
        let named = |wanted: &str| {
            let tables: Vec<Known<'a>> =
                self.tables().into_iter().filter(|known| same(&known.name.name, wanted)).collect();
            let (inside, outside): (Vec<_>, Vec<_>) = tables.into_iter().partition(in_schema);
            if inside.is_empty() { outside } else { inside }
        };
        if let Some(table) = &reference.table {
            return named(table);
        }
        if let Some(class) = &reference.model {
            return self.tables().into_iter().filter(|known| is_table_of(class, known.name.name.as_str())).collect();
        }
        if let Some(qualifier) = &reference.qualifier {
            let tables = named(qualifier);
            let tables = if tables.is_empty() { named(without_number(qualifier)) } else { tables };
            return if tables.is_empty() { self.by_initials(qualifier) } else { tables };
        }
        let among: Vec<Known<'a>> = reference.among.iter().flat_map(|name| named(name)).collect();
        if among.is_empty() { self.tables() } else { among }
    }

    /// The tables of which `alias` can be short: `o` and `o1_0` of `orders`, `oi` of `order_items`.
    fn by_initials(&self, alias: &str) -> Vec<Known<'a>> {
        let letters: String = alias.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        let fits = |known: &Known<'_>| {
            let name = known.name.name.as_str().to_lowercase();
            let initials: String = name.split('_').filter_map(|word| word.chars().next()).collect();
            !letters.is_empty() && (initials == letters || name.starts_with(&letters))
        };
        let (fitting, others): (Vec<_>, Vec<_>) = self.tables().into_iter().partition(fits);
        if fitting.is_empty() { others } else { fitting }
    }

    /// Tables that declare the column and lack it come first, then those that know it, then those with a similar one.
    fn by_column(&self, tables: &[Known<'a>], column: &str) -> Vec<Ranked> {
        let mut found: Vec<Ranked> = Vec::new();
        for known in tables {
            let (live, declared) = (known.has(known.live, column), known.has(known.declared, column));
            let rank = match (self.reference.kind.is_absence(), live, declared) {
                (true, false, true) => 0,
                (true, true, true) | (false, true, _) => 1,
                (true, true, false) | (false, false, true) => 2,
                (_, false, false) => continue,
            };
            found.push((rank, candidate(known, Some(column))));
        }
        if found.is_empty() {
            let similar =
                |known: &&Known<'a>| nearest(column, known.column_names().into_iter().map(Name::as_str)).is_some();
            found.extend(tables.iter().filter(similar).map(|known| (3, candidate(known, Some(column)))));
        }
        match (found.is_empty(), tables) {
            (true, [only]) => vec![(4, candidate(only, Some(column)))],
            (_, _) => found,
        }
    }

    /// Columns of a type: those on which both sides disagree first, and ordinary columns before keys.
    fn by_type(&self, tables: &[Known<'a>], wanted: &str) -> Vec<Ranked> {
        let mut found: Vec<Ranked> = Vec::new();
        for known in tables {
            for column in known.column_names() {
                let types = known.types(column);
                let is_it = |kind: Option<&TypeKind>| kind.is_some_and(|kind| is_type(kind, wanted));
                if !is_it(types.from.or(types.to)) {
                    continue;
                }
                let disagree = types.from.is_some() && types.to.is_some() && types.from != types.to;
                let rank = match (disagree, known.is_key(column)) {
                    (true, _) => 0,
                    (false, false) => 1,
                    (false, true) => 2,
                };
                found.push((rank, candidate(known, Some(column.as_str()))));
            }
        }
        found
    }

    fn by_constraint(&self, tables: &[Known<'a>], wanted: &str) -> Vec<Ranked> {
        let mut found = Vec::new();
        for known in tables {
            let columns = known.sides().find_map(|table| columns_of(table, wanted));
            if let Some(columns) = columns {
                let column = self
                    .reference
                    .columns
                    .first()
                    .cloned()
                    .or_else(|| columns.first().map(|name| name.as_str().to_owned()));
                found.push((0, candidate(known, column.as_deref())));
            }
        }
        if found.is_empty() {
            // The name that PostgreSQL gives by itself, TABLE_COLUMN_key, and what people make of the column's name.
            for known in tables {
                let about_table = self.reference.table.is_some() || wanted.starts_with(known.name.name.as_str());
                let mut columns = known.column_names();
                columns.sort_by_key(|name| std::cmp::Reverse(name.as_str().len()));
                let column = columns.into_iter().find(|name| words(wanted).contains(&format!("_{}_", name.as_str())));
                if let (true, Some(column)) = (about_table, column) {
                    found.push((1, candidate(known, Some(column.as_str()))));
                }
            }
        }
        found
    }

    fn by_check(&self, tables: &[Known<'a>]) -> Vec<Ranked> {
        let Some(check) = &self.reference.check else { return Vec::new() };
        let squeezed = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
        let mut found = Vec::new();
        for known in tables {
            let mut checks = known.sides().flat_map(|table| &table.checks);
            let written =
                checks.any(|one| one.expr.known().is_some_and(|expr| squeezed(&expr.text).contains(&squeezed(check))));
            let names = known.column_names();
            let column = names.iter().find(|name| words(check).contains(&format!("_{}_", name.as_str())));
            match (written, column) {
                (true, column) => found.push((0, candidate(known, column.map(|name| name.as_str())))),
                (false, Some(column)) => found.push((1, candidate(known, Some(column.as_str())))),
                (false, None) => {}
            }
        }
        found
    }

    /// Keys that are declared and that the database lacks.
    fn by_missing_unique(&self, tables: &[Known<'a>]) -> Vec<Ranked> {
        let mut found = Vec::new();
        for known in tables {
            let keys = |table: &'a Table| {
                let uniques = table.uniques.iter().map(|unique| &unique.columns);
                uniques.map(|columns| columns.as_slice()).collect::<Vec<_>>()
            };
            let live: Vec<&[Name]> = known.live.map(keys).unwrap_or_default();
            for columns in known.declared.map(keys).unwrap_or_default() {
                if !live.contains(&columns) {
                    found.push((0, candidate(known, columns.first().map(Name::as_str))));
                }
            }
        }
        if found.is_empty() { self.named(tables) } else { found }
    }

    /// The table that the message names, where nothing says which column is meant.
    fn named(&self, tables: &[Known<'a>]) -> Vec<Ranked> {
        match (&self.reference.table, tables) {
            (Some(_), tables) => tables.iter().map(|known| (5, candidate(known, None))).collect(),
            (None, [only]) => vec![(5, candidate(only, None))],
            (None, _) => Vec::new(),
        }
    }
}

fn candidate(known: &Known<'_>, column: Option<&str>) -> Candidate {
    Candidate { table: known.name.clone(), column: column.map(str::to_owned) }
}

/// Whether a table is the one that ORMs give a class: in snake case, singular or plural, maybe behind the name of an
/// application.
fn is_table_of(class: &str, table: &str) -> bool {
    let last = class.rsplit([':', '.', '$']).next().unwrap_or(class);
    let mut snake = String::new();
    for (index, c) in last.char_indices() {
        let starts_word = c.is_uppercase() && index > 0 && !snake.ends_with('_');
        if starts_word && last[..index].ends_with(|c: char| c.is_lowercase() || c.is_ascii_digit()) {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    let table = table.to_lowercase();
    let of = |name: &str| table == name || table.strip_suffix(name).is_some_and(|head| head.ends_with('_'));
    let plain = [snake.clone(), snake.replace('_', "")];
    plain.iter().any(|name| of(name) || plurals(name).iter().any(|plural| of(plural)))
}

/// The plurals that English knows of a word.
fn plurals(word: &str) -> Vec<String> {
    const IRREGULAR: [(&str, &str); 5] =
        [("person", "people"), ("child", "children"), ("man", "men"), ("mouse", "mice"), ("datum", "data")];
    let mut plurals = vec![format!("{word}s"), format!("{word}es")];
    plurals.extend(word.strip_suffix('y').map(|stem| format!("{stem}ies")));
    let irregular = IRREGULAR.iter().filter_map(|(one, many)| Some(format!("{}{many}", word.strip_suffix(one)?)));
    plurals.extend(irregular);
    plurals
}

/// The name that an ORM numbers when it joins a table twice: `customers_1`.
fn without_number(alias: &str) -> &str {
    alias.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches('_')
}

/// A text as its words between underscores, so that a name can be found in it as a whole.
fn words(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' }).collect();
    format!("_{plain}_")
}

/// The columns of the constraint or index of this name.
fn columns_of<'a>(table: &'a Table, wanted: &str) -> Option<Vec<&'a Name>> {
    let named = |name: &ConstraintName| name.name().is_some_and(|name| same(name, wanted));
    let keys = table.uniques.iter().map(|unique| (&unique.name, &unique.columns));
    let foreign = table.foreign_keys.iter().map(|key| (&key.name, &key.columns));
    if let Some((_, columns)) = keys.chain(foreign).find(|(name, _)| named(name)) {
        return Some(columns.iter().collect());
    }
    if let Some(key) = table.primary_key.as_ref().filter(|key| named(&key.name)) {
        return Some(key.columns.iter().collect());
    }
    if let Some(check) = table.checks.iter().find(|check| named(&check.name)) {
        let text = check.expr.known().map(|expr| words(&expr.text)).unwrap_or_default();
        let mentioned = table.columns.iter().filter(|column| text.contains(&format!("_{}_", column.name.as_str())));
        return Some(mentioned.map(|column| &column.name).collect());
    }
    let index = table.indexes.iter().find(|index| same(&index.name, wanted))?;
    let columns = index.keys.iter().filter_map(|key| match &key.target {
        IndexTarget::Column(name) => Some(name),
        IndexTarget::Expr(_) => None,
    });
    Some(columns.collect())
}

/// Whether a message's type is this one: by its canonical name and arguments.
fn is_type(kind: &TypeKind, wanted: &str) -> bool {
    let wanted = wanted.trim().to_lowercase();
    match kind {
        TypeKind::Builtin { name, args } => {
            let spelled = if args.is_empty() { name.clone() } else { format!("{name}({})", args.join(",")) };
            spelled == wanted
        }
        TypeKind::User { name, .. } => same(&name.name, wanted.rsplit('.').next().unwrap_or(&wanted)),
        TypeKind::Array(element) => wanted.strip_suffix("[]").is_some_and(|wanted| is_type(element, wanted)),
        TypeKind::Values { name, .. } => *name == wanted,
    }
}
