//! Text types that say their character set beside their name (MySQL manual, 12.3.7 "The National Character Set" and
//! 12.3.5 "Column Character Set and Collation"). What the type itself means is for the dialect.

use crate::model::{BINARY_COLLATION, Name};

/// A type without what it says about its character set.
pub(super) struct TextType {
    pub ty: String,
    pub charset: Option<Name>,
    pub collation: Option<Name>,
}

impl TextType {
    /// Takes a type as it was written apart.
    pub fn of(written: &str) -> Self {
        let mut text = TextType { ty: written.to_owned(), charset: None, collation: None };
        // The members of ENUM and SET may hold any word, and stand before the attributes.
        let (head, tail) = match written.rfind(')') {
            Some(at) => written.split_at(at + 1),
            None => match written.split_once(char::is_whitespace) {
                Some((name, _)) => written.split_at(name.len()),
                None => (written, ""),
            },
        };
        let name = head.split('(').next().unwrap_or("").trim().to_ascii_lowercase();
        if name.starts_with("national") || name.starts_with("nchar") || name.starts_with("nvarchar") {
            text.charset = Some(Name::insensitive("utf8mb3"));
        }
        let mut rest = Vec::new();
        for word in tail.split_ascii_whitespace() {
            match word.to_ascii_lowercase().as_str() {
                "ascii" => text.charset = Some(Name::insensitive("latin1")),
                "unicode" => text.charset = Some(Name::insensitive("ucs2")),
                "binary" => text.collation = Some(Name::insensitive(BINARY_COLLATION)),
                _ => rest.push(word),
            }
        }
        if rest.len() < tail.split_ascii_whitespace().count() {
            text.ty = [head].into_iter().chain(rest).collect::<Vec<_>>().join(" ");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(written: &str) -> (String, Option<String>, Option<String>) {
        let TextType { ty, charset, collation } = TextType::of(written);
        let text = |name: Option<Name>| name.map(|name| name.as_str().to_owned());
        (ty, text(charset), text(collation))
    }

    #[test]
    fn the_character_set_is_taken_off_the_type() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(parts("varchar(5) BINARY"), ("varchar(5)".into(), None, some("_bin")));
        assert_eq!(parts("text UNICODE"), ("text".into(), some("ucs2"), None));
        assert_eq!(parts("char(3) ascii binary"), ("char(3)".into(), some("latin1"), some("_bin")));
        assert_eq!(parts("national varchar(3)"), ("national varchar(3)".into(), some("utf8mb3"), None));
        assert_eq!(parts("enum('a binary')"), ("enum('a binary')".into(), None, None));
        assert_eq!(parts("binary(16)"), ("binary(16)".into(), None, None));
        assert_eq!(parts("int(10) unsigned zerofill"), ("int(10) unsigned zerofill".into(), None, None));
    }
}
