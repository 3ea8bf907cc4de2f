//! Which constraint or index of one side is which of the other.
//!
//! Names alone do not tell, since engines invent them: the rules run from the surest to the weakest, and each takes
//! its pairs out of the running.

use crate::model::Name;

use super::{Pair, Verdict};

/// What matching has to know about an object.
pub(super) struct Traits<'a, T> {
    /// Its name, if it has one.
    pub(super) name: fn(&T) -> Option<&Name>,
    /// Its name, if a declaration chose it.
    pub(super) chosen_name: fn(&T) -> Option<&Name>,
    /// Whether two have the same definition, whatever their names.
    pub(super) definition: &'a dyn Fn(Pair<&T>) -> Verdict,
    /// Whether two are one thing in two versions: a foreign key with other actions.
    pub(super) kin: &'a dyn Fn(Pair<&T>) -> bool,
}

/// The outcome: pairs, and those that stand alone.
pub(super) struct Matched<'a, T> {
    pub(super) pairs: Vec<Pair<&'a T>>,
    pub(super) only_from: Vec<&'a T>,
    pub(super) only_to: Vec<&'a T>,
}

/// Pairs the objects of both sides.
pub(super) fn pair_up<'a, T>(sides: Pair<&'a [T]>, traits: &Traits<'_, T>) -> Matched<'a, T> {
    let same_name = |pair: Pair<&T>| pair.map(traits.name).both().is_some_and(|names| names.is_same());
    let is_chosen = |pair: Pair<&T>| pair.map(traits.chosen_name).both().is_some();
    let is_same = |pair: Pair<&T>| (traits.definition)(pair) == Verdict::Same;
    let may_be_same = |pair: Pair<&T>| matches!((traits.definition)(pair), Verdict::Undecided(_));

    let mut matched =
        Matched { pairs: Vec::new(), only_from: sides.from.iter().collect(), only_to: sides.to.iter().collect() };
    matched.take(|pair| same_name(pair) && is_same(pair));
    matched.take(|pair| is_chosen(pair) && same_name(pair));
    matched.take(is_same);
    matched.take(|pair| !is_chosen(pair) && may_be_same(pair));
    matched.take(|pair| !is_chosen(pair) && (traits.kin)(pair));
    matched.take(same_name);
    matched
}

impl<'a, T> Matched<'a, T> {
    /// Moves the pairs that satisfy `rule` out of those that stand alone, in the order of the declaration.
    fn take(&mut self, rule: impl Fn(Pair<&T>) -> bool) {
        let mut alone = Vec::new();
        for to in std::mem::take(&mut self.only_to) {
            match self.only_from.iter().position(|from| rule(Pair::new(from, to))) {
                Some(at) => self.pairs.push(Pair::new(self.only_from.remove(at), to)),
                None => alone.push(to),
            }
        }
        self.only_to = alone;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing {
        name: Name,
        chosen: bool,
        value: u32,
    }

    fn thing(name: &str, chosen: bool, value: u32) -> Thing {
        Thing { name: Name::exact(name), chosen, value }
    }

    fn matched(from: &[Thing], to: &[Thing]) -> (Vec<(String, String)>, usize, usize) {
        let traits = Traits {
            name: |thing: &Thing| Some(&thing.name),
            chosen_name: |thing: &Thing| thing.chosen.then_some(&thing.name),
            definition: &|pair: Pair<&Thing>| pair.map(|thing| thing.value).is_same().into(),
            kin: &|pair: Pair<&Thing>| pair.map(|thing| thing.value / 10).is_same(),
        };
        let matched = pair_up(Pair::new(from, to), &traits);
        let names = |pair: &Pair<&Thing>| (pair.from.name.to_string(), pair.to.name.to_string());
        (matched.pairs.iter().map(names).collect(), matched.only_from.len(), matched.only_to.len())
    }

    #[test]
    fn invented_names_in_another_order_are_matched_by_definition() {
        let live = [thing("t_check", true, 1), thing("t_check1", true, 2)];
        let declared = [thing("t_check", false, 2), thing("t_check1", false, 1)];
        let expected = vec![("t_check1".to_owned(), "t_check".to_owned()), ("t_check".into(), "t_check1".into())];
        assert_eq!(matched(&live, &declared), (expected, 0, 0));
    }

    #[test]
    fn a_chosen_name_holds_although_the_definition_changed() {
        let live = [thing("a", true, 1)];
        let declared = [thing("a", true, 2)];
        assert_eq!(matched(&live, &declared), (vec![("a".into(), "a".into())], 0, 0));
    }

    #[test]
    fn chosen_names_are_not_matched_by_kinship() {
        let live = [thing("a", true, 11)];
        let declared = [thing("b", true, 12)];
        assert_eq!(matched(&live, &declared), (vec![], 1, 1));
        let unnamed = [thing("b", false, 12)];
        assert_eq!(matched(&live, &unnamed), (vec![("a".into(), "b".into())], 0, 0));
    }
}
