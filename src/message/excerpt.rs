//! A message with the line of the file that it speaks about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::mask_secrets;

/// One message about one place in a file.
#[derive(Clone, Debug)]
pub struct Excerpt<'a> {
    /// What is wrong, without a final stop.
    pub title: &'a str,
    /// The file as the user knows it.
    pub file: &'a str,
    /// The file's text.
    pub text: &'a str,
    /// The bytes of the text that are meant.
    pub span: Range<usize>,
    /// What stands beside them.
    pub label: &'a str,
    /// What the user can do.
    pub help: Option<&'a str>,
}

impl Excerpt<'_> {
    /// The message as it is printed, without passwords, with colours as ANSI escapes where `styled`.
    pub fn render(&self, styled: bool) -> String {
        let text = mask_secrets(self.text);
        let end = text.len();
        let span = self.span.start.min(end)..self.span.end.min(end);
        let title = mask_secrets(self.title);
        let label = mask_secrets(self.label);
        let help = self.help.map(mask_secrets);
        let snippet = Snippet::source(text.as_ref())
            .path(self.file)
            .annotation(AnnotationKind::Primary.span(span).label(label.as_ref()));
        let mut report: Vec<Group<'_>> = vec![Level::ERROR.primary_title(title.as_ref()).element(snippet)];
        if let Some(help) = &help {
            report[0] = report[0].clone().element(Level::HELP.message(help.as_ref()));
        }
        let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
        renderer.render(&report)
    }
}

/// The position in `text` of a line and a column, both from 1, in characters.
pub fn offset_of(text: &str, line: u32, column: u32) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1) as usize).map(str::len).sum();
    let rest = &text[start.min(text.len())..];
    let wanted = column.saturating_sub(1) as usize;
    start
        + rest
            .char_indices()
            .take_while(|(_, c)| *c != '\n')
            .nth(wanted)
            .map_or_else(|| rest.find('\n').unwrap_or(rest.len()), |(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_shows_file_line_and_help_and_no_password() {
        let text = "[targets.a]\nurl = \"postgres://u:secret@h/d\"\n";
        let excerpt = Excerpt {
            title: "no such engine",
            file: "drift.toml",
            text,
            span: 18..43,
            label: "here",
            help: Some("use another"),
        };
        let shown = excerpt.render(false);
        assert!(shown.contains("error: no such engine"), "{shown}");
        assert!(shown.contains("drift.toml:2:7"), "{shown}");
        assert!(shown.contains("help: use another"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
    }

    #[test]
    fn lines_and_columns_become_offsets() {
        assert_eq!(offset_of("ab\nüx\n", 1, 2), 1);
        assert_eq!(offset_of("ab\nüx\n", 2, 2), 5);
        assert_eq!(offset_of("ab\n", 9, 9), 3);
    }
}
