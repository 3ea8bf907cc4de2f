//! The name that a user probably meant.

/// The one of `known` that is closest to `word`, if it is close enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let known: Vec<&str> = known.into_iter().collect();
    let lower = word.to_lowercase();
    if let Some(same) = known.iter().find(|candidate| candidate.to_lowercase() == lower) {
        return Some(same);
    }
    similar::get_close_matches(lower.as_str(), &known, 1, 0.6).into_iter().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_nonsense_finds_nothing() {
        let known = ["models", "sql", "schemas", "ignore"];
        assert_eq!(nearest("model", known), Some("models"));
        assert_eq!(nearest("Schema", known), Some("schemas"));
        assert_eq!(nearest("ingore", known), Some("ignore"));
        assert_eq!(nearest("quux", known), None);
    }
}
