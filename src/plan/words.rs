//! Which names a piece of SQL mentions, judged by its words alone.
//!
//! An answer of "yes" may be wrong (a word in another role), which costs an order or a detour that was not needed;
//! "no" is sure, except for what a function's body does.

use std::collections::BTreeSet;

use crate::model::{Name, RelationName};

/// The words of an SQL text, without its string literals and comments.
#[derive(Clone, Debug, Default)]
pub struct Words(BTreeSet<String>);

impl Words {
    /// The words of `text`.
    pub fn of(text: &str) -> Self {
        let mut words = BTreeSet::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            rest = match c {
                '\'' => after_quoted(rest, '\'').1,
                '"' | '`' => {
                    let (word, after) = after_quoted(rest, c);
                    words.insert(word.to_lowercase());
                    after
                }
                '[' => &rest[1..],
                c if is_word(c) => {
                    let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
                    words.insert(rest[..end].to_lowercase());
                    &rest[end..]
                }
                '*' => {
                    words.insert("*".to_owned());
                    &rest[1..]
                }
                c => &rest[c.len_utf8()..],
            };
        }
        Words(words)
    }

    /// Each word once, in small letters.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether `name` occurs.
    pub fn mention(&self, name: &Name) -> bool {
        self.0.contains(&name.as_str().to_lowercase())
    }

    /// Whether the relation occurs.
    pub fn mention_relation(&self, name: &RelationName) -> bool {
        self.mention(&name.name)
    }

    /// Whether GROUP occurs.
    pub fn group(&self) -> bool {
        self.0.contains("group")
    }

    /// Whether `*` occurs, which may mean every column.
    pub fn have_star(&self) -> bool {
        self.0.contains("*")
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// The content of the quoted text at the start of `text`, with doubled quotes made single, and what follows it.
fn after_quoted(text: &str, quote: char) -> (String, &str) {
    let mut content = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            content.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
            content.push(quote);
            chars.next();
        } else {
            return (content, &text[at + quote.len_utf8()..]);
        }
    }
    (content, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_no_names() {
        let words = Words::of("SELECT u.id, 'orders' FROM public.users u WHERE \"Odd Name\" > 1");
        assert!(words.mention(&Name::exact("users")));
        assert!(words.mention(&Name::exact("Odd Name")));
        assert!(!words.mention(&Name::exact("orders")));
        assert!(!words.have_star());
    }
}
