//! The encoding that a Python file says it has, on one of its first two lines
//! (<https://docs.python.org/3/reference/lexical_analysis.html#encoding-declarations>).

use crate::text::{self, Decoded};

/// The text of a module: as it says, else as UTF-8.
pub(super) fn decode(bytes: Vec<u8>) -> Decoded {
    match declared(&bytes).as_deref() {
        Some("latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" | "l1" | "cp1252" | "windows-1252") => {
            Decoded { text: text::single_bytes(&bytes), foreign: None }
        }
        Some(_) | None => text::decode(bytes),
    }
}

/// The name behind `coding:` or `coding=` in a comment that is alone on its line.
fn declared(bytes: &[u8]) -> Option<String> {
    for line in bytes.splitn(3, |byte| *byte == b'\n').take(2) {
        let line = String::from_utf8_lossy(line);
        let Some(comment) = line.trim_start().strip_prefix('#') else {
            if line.trim().is_empty() { continue } else { return None }
        };
        if let Some((_, rest)) = comment.split_once("coding")
            && let Some(rest) = rest.strip_prefix([':', '='])
        {
            let name = rest.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || "-_.".contains(*c));
            return Some(name.collect::<String>().to_ascii_lowercase().replace('_', "-"));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_encoding_counts_in_the_first_two_lines() {
        for (bytes, text, foreign) in [
            (&b"# -*- coding: latin-1 -*-\n'\xe9'"[..], "# -*- coding: latin-1 -*-\n'é'", None),
            (
                b"#!python\n# vim: fileencoding=iso_8859_1\n'\xc3'",
                "#!python\n# vim: fileencoding=iso_8859_1\n'Ã'",
                None,
            ),
            (b"x = 1\n# coding: latin-1\n'\xc3\xbc'", "x = 1\n# coding: latin-1\n'ü'", None),
            (b"# coding: utf-8\n'\xe9'", "# coding: utf-8\n'é'", Some(2)),
        ] {
            assert_eq!(decode(bytes.to_vec()), Decoded { text: text.to_owned(), foreign });
        }
    }
}
