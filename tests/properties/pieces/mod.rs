//! Schemas that are put together from pieces of DDL, every kind of part that the model has among them, with all that
//! they rely on. What any two of them differ in is nobody's foretelling; the migration has to run, and to lead back.

mod mariadb;
mod postgres;
mod sqlite;

use std::collections::BTreeMap;

use drift::model::Engine;
use proptest::prelude::*;

/// A piece of a schema.
pub struct Piece {
    pub name: &'static str,
    /// The pieces that it relies on, which stand before it; `users#1` is the second variant of one.
    pub needs: &'static [&'static str],
    /// What it may be, as statements.
    pub variants: &'static [&'static str],
}

/// A piece; a shorthand for the lists.
const fn piece(name: &'static str, needs: &'static [&'static str], variants: &'static [&'static str]) -> Piece {
    Piece { name, needs, variants }
}

/// The pieces of an engine, each behind those that it relies on.
pub fn pieces(engine: Engine) -> &'static [Piece] {
    match engine {
        Engine::Postgres => postgres::PIECES,
        Engine::MySql | Engine::MariaDb => mariadb::PIECES,
        Engine::Sqlite => sqlite::PIECES,
    }
}

/// For each piece nothing, or which variant of it, before and after; small numbers are the plainest choice.
pub type Choices = Vec<(Choice, Choice)>;

/// Nothing, or a variant.
pub type Choice = Option<usize>;

/// Two schemas of which a third of the pieces differ: none before, all before, or some.
pub fn choices(engine: Engine) -> impl Strategy<Value = Choices> {
    let choice = || prop_oneof![1 => Just(None), 3 => (0..12_usize).no_shrink().prop_map(Some)];
    let pair = (choice(), choice(), 0..6_u8).prop_map(|(from, other, turn)| match turn {
        0 => (from, other),
        1 => (from, None),
        _ => (from, from),
    });
    let some = proptest::collection::vec(pair, pieces(engine).len());
    (some, 0..16_u8).prop_map(|(pairs, turn)| match turn {
        0 => pairs.into_iter().map(|(from, _)| (None, from)).collect(),
        1 => pairs.into_iter().map(|(from, _)| (from, None)).collect(),
        _ => pairs,
    })
}

/// The statements of one side, without the pieces that lack what they rely on.
pub fn script(engine: Engine, choices: impl IntoIterator<Item = Choice>) -> String {
    let mut there: BTreeMap<&str, usize> = BTreeMap::new();
    let mut out = String::new();
    for (piece, choice) in pieces(engine).iter().zip(choices) {
        let met = piece.needs.iter().all(|need| match need.split_once('#') {
            Some((name, variant)) => there.get(name).is_some_and(|at| at.to_string() == variant),
            None => there.contains_key(need),
        });
        if let (true, Some(choice)) = (met, choice) {
            let at = choice % piece.variants.len();
            there.insert(piece.name, at);
            out.push_str(piece.variants[at]);
            out.push('\n');
        }
    }
    out
}
