//! Python as a revision has it: literals and calls.

use std::fmt::Write;

/// The longest call that stands on one line.
const WIDTH: usize = 100;

/// A string literal; one with several lines keeps them.
pub(super) fn string(text: &str) -> String {
    let escaped = escape(text);
    if escaped.contains('\n') { format!("\"\"\"{escaped}\"\"\"") } else { format!("\"{escaped}\"") }
}

/// A string literal on one line, to stand among arguments.
pub(super) fn argument(text: &str) -> String {
    format!("\"{}\"", escape(text).replace('\n', "\\n"))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => escaped.push_str("\\\\"),
            '"' => escaped.push_str("\\\""),
            '\n' => escaped.push('\n'),
            c if c.is_control() => drop(write!(escaped, "\\x{:02x}", u32::from(c))),
            c => escaped.push(c),
        }
    }
    escaped
}

/// `True` or `False`.
pub(super) fn boolean(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A list of what is written already.
pub(super) fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

/// A call: on one line where it is short, else with an argument on each.
pub(super) fn call(function: &str, arguments: &[String]) -> String {
    let line = format!("{function}({})", arguments.join(", "));
    if line.len() <= WIDTH && !line.contains('\n') {
        return line;
    }
    let arguments: String =
        arguments.iter().map(|argument| format!("    {},\n", argument.replace('\n', "\n    "))).collect();
    format!("{function}(\n{arguments})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_literals() {
        assert_eq!(string("a\\b\u{1}"), "\"a\\\\b\\x01\"");
        assert_eq!(string("a\n\"b\""), "\"\"\"a\n\\\"b\\\"\"\"\"");
        assert_eq!(argument("a\n\"b\""), "\"a\\n\\\"b\\\"\"");
        assert_eq!(argument("\""), "\"\\\"\"");
    }

    #[test]
    fn long_calls_have_a_line_for_each_argument() {
        assert_eq!(call("f", &["1".to_owned(), "b=2".to_owned()]), "f(1, b=2)");
        let inner = call("g", &["x".repeat(60), "y".repeat(60)]);
        let outer = format!("f(\n    g(\n        {},\n        {},\n    ),\n)", "x".repeat(60), "y".repeat(60));
        assert_eq!(call("f", &[inner]), outer);
    }
}
