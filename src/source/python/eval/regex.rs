//! The little of Python's `re` that table names are made with: `re.sub` over a class name.
//!
//! A backtracking matcher over characters: literals, classes, groups, look-around, greedy quantifiers, alternation.
//! A pattern that needs more is not followed.

use crate::source::python::value::Value;

/// The longest text that is matched: names are short.
const MAX_TEXT: usize = 400;

/// `re.<name>(…)`; `None` where it is not followed.
pub(super) fn call<'a>(name: &str, args: &[Value<'a>]) -> Option<Value<'a>> {
    match (name, args) {
        ("sub", [pattern, replacement, text]) => {
            let (pattern, replacement, text) = (pattern.as_str()?, replacement.as_str()?, text.as_str()?);
            substitute(&pattern, &replacement, &text).map(Value::str)
        }
        _ => None,
    }
}

fn substitute(pattern: &str, replacement: &str, text: &str) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() > MAX_TEXT {
        return None;
    }
    let regex = Parser { chars: pattern.chars().collect(), at: 0, groups: 0 }.parse()?;
    let mut out = String::new();
    let mut at = 0;
    while at <= chars.len() {
        let mut state = State { text: &chars, groups: vec![None; 10] };
        match state.alternation(&regex, at, &mut |_, end| Some(end)) {
            Some(end) => {
                expand(replacement, &chars, (at, end), &state.groups, &mut out)?;
                if end == at {
                    out.extend(chars.get(at));
                    at += 1;
                } else {
                    at = end;
                }
            }
            None => {
                out.extend(chars.get(at));
                at += 1;
            }
        }
    }
    Some(out)
}

type Groups = Vec<Option<(usize, usize)>>;

fn expand(replacement: &str, text: &[char], whole: (usize, usize), groups: &Groups, out: &mut String) -> Option<()> {
    let mut chars = replacement.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let number = match chars.next()? {
            'g' => {
                let rest = chars.as_str().strip_prefix('<')?;
                let (number, after) = rest.split_once('>')?;
                chars = after.chars();
                number.parse().ok()?
            }
            digit if digit.is_ascii_digit() => digit.to_digit(10)?,
            other => {
                out.push(other);
                continue;
            }
        };
        let index = usize::try_from(number).ok()?;
        let (start, end) = if index == 0 { whole } else { groups.get(index - 1).copied().flatten().unwrap_or((0, 0)) };
        out.extend(text.get(start..end)?);
    }
    Some(())
}

type Alternation = Vec<Vec<Piece>>;

struct Piece {
    node: Node,
    min: usize,
    max: usize,
}

enum Node {
    Set { negated: bool, ranges: Vec<(char, char)> },
    Group(Option<usize>, Alternation),
    Look { ahead: bool, negated: bool, inner: Alternation },
    Start,
    End,
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    groups: usize,
}

impl Parser {
    fn parse(mut self) -> Option<Alternation> {
        let parsed = self.alternation()?;
        (self.at == self.chars.len()).then_some(parsed)
    }

    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn eat(&mut self, text: &str) -> bool {
        let matches = text.chars().enumerate().all(|(i, c)| self.chars.get(self.at + i) == Some(&c));
        if matches {
            self.at += text.chars().count();
        }
        matches
    }

    fn alternation(&mut self) -> Option<Alternation> {
        let mut branches = vec![Vec::new()];
        while let Some(c) = self.peek() {
            match c {
                ')' => break,
                '|' => {
                    self.at += 1;
                    branches.push(Vec::new());
                }
                _ => {
                    let piece = self.piece()?;
                    branches.last_mut()?.push(piece);
                }
            }
        }
        Some(branches)
    }

    fn piece(&mut self) -> Option<Piece> {
        let node = self.node()?;
        let (min, max) = match self.peek() {
            Some('+') => (1, usize::MAX),
            Some('*') => (0, usize::MAX),
            Some('?') => (0, 1),
            Some('{') => return None,
            _ => return Some(Piece { node, min: 1, max: 1 }),
        };
        self.at += 1;
        // Lazy and possessive quantifiers are not followed.
        (!matches!(self.peek(), Some('?' | '+'))).then_some(Piece { node, min, max })
    }

    fn node(&mut self) -> Option<Node> {
        if self.eat("(") {
            let node = self.group()?;
            return self.eat(")").then_some(node);
        }
        let c = self.peek()?;
        self.at += 1;
        match c {
            '^' => Some(Node::Start),
            '$' => Some(Node::End),
            '.' => Some(Node::Set { negated: true, ranges: vec![('\n', '\n')] }),
            '[' => self.set(),
            '\\' => {
                let c = self.peek()?;
                self.at += 1;
                let (negated, ranges) = escape(c)?;
                Some(Node::Set { negated, ranges })
            }
            c => Some(Node::Set { negated: false, ranges: vec![(c, c)] }),
        }
    }

    fn group(&mut self) -> Option<Node> {
        for (prefix, ahead, negated) in
            [("?=", true, false), ("?!", true, true), ("?<=", false, false), ("?<!", false, true)]
        {
            if self.eat(prefix) {
                return Some(Node::Look { ahead, negated, inner: self.alternation()? });
            }
        }
        if self.eat("?:") {
            return Some(Node::Group(None, self.alternation()?));
        }
        if self.peek() == Some('?') {
            return None;
        }
        let index = self.groups;
        self.groups += 1;
        Some(Node::Group(Some(index), self.alternation()?))
    }

    fn set(&mut self) -> Option<Node> {
        let negated = self.eat("^");
        let mut ranges = Vec::new();
        loop {
            let mut c = self.peek()?;
            self.at += 1;
            if c == ']' {
                return Some(Node::Set { negated, ranges });
            }
            if c == '\\' {
                c = self.peek()?;
                self.at += 1;
                let (negated, more) = escape(c)?;
                if negated {
                    return None;
                }
                ranges.extend(more);
                continue;
            }
            if self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|next| *next != ']') {
                let end = self.chars[self.at + 1];
                self.at += 2;
                ranges.push((c, end));
            } else {
                ranges.push((c, c));
            }
        }
    }
}

fn escape(c: char) -> Option<(bool, Vec<(char, char)>)> {
    let word = vec![('a', 'z'), ('A', 'Z'), ('0', '9'), ('_', '_')];
    let space = vec![(' ', ' '), ('\t', '\t'), ('\n', '\n'), ('\r', '\r')];
    match c {
        'd' => Some((false, vec![('0', '9')])),
        'D' => Some((true, vec![('0', '9')])),
        'w' => Some((false, word)),
        'W' => Some((true, word)),
        's' => Some((false, space)),
        'S' => Some((true, space)),
        c if c.is_ascii_alphanumeric() => None,
        c => Some((false, vec![(c, c)])),
    }
}

struct State<'t> {
    text: &'t [char],
    groups: Groups,
}

/// What is to match after the piece at hand.
type Then<'f, 't> = &'f mut dyn FnMut(&mut State<'t>, usize) -> Option<usize>;

impl<'t> State<'t> {
    fn alternation(&mut self, branches: &Alternation, at: usize, then: Then<'_, 't>) -> Option<usize> {
        branches.iter().find_map(|branch| self.sequence(branch, at, then))
    }

    fn sequence(&mut self, pieces: &[Piece], at: usize, then: Then<'_, 't>) -> Option<usize> {
        match pieces.split_first() {
            None => then(self, at),
            Some((piece, rest)) => self.repeat(piece, rest, at, 0, then),
        }
    }

    /// As many repetitions as possible first, then fewer.
    fn repeat(&mut self, piece: &Piece, rest: &[Piece], at: usize, done: usize, then: Then<'_, 't>) -> Option<usize> {
        if done < piece.max {
            let more = self.once(&piece.node, at, &mut |state, next| {
                if next == at && done >= piece.min { None } else { state.repeat(piece, rest, next, done + 1, then) }
            });
            if more.is_some() {
                return more;
            }
        }
        if done >= piece.min { self.sequence(rest, at, then) } else { None }
    }

    fn once(&mut self, node: &Node, at: usize, then: Then<'_, 't>) -> Option<usize> {
        match node {
            Node::Set { negated, ranges } => {
                let c = *self.text.get(at)?;
                let inside = ranges.iter().any(|(from, to)| (*from..=*to).contains(&c));
                if inside == *negated { None } else { then(self, at + 1) }
            }
            Node::Group(index, inner) => self.alternation(inner, at, &mut |state, end| {
                let before = index.and_then(|index| state.groups.get(index).copied().flatten());
                if let Some(slot) = index.and_then(|index| state.groups.get_mut(index)) {
                    *slot = Some((at, end));
                }
                let matched = then(state, end);
                if matched.is_none()
                    && let Some(slot) = index.and_then(|index| state.groups.get_mut(index))
                {
                    *slot = before;
                }
                matched
            }),
            Node::Look { ahead, negated, inner } => {
                let found = if *ahead {
                    self.alternation(inner, at, &mut |_, end| Some(end)).is_some()
                } else {
                    (0..=at)
                        .any(|start| self.alternation(inner, start, &mut |_, end| (end == at).then_some(end)).is_some())
                };
                if found == *negated { None } else { then(self, at) }
            }
            Node::Start => {
                if at == 0 {
                    then(self, at)
                } else {
                    None
                }
            }
            Node::End => {
                if at == self.text.len() {
                    then(self, at)
                } else {
                    None
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_ways_to_snake_case() {
        let sub = |pattern, replacement, text| substitute(pattern, replacement, text).unwrap();
        assert_eq!(sub(r"(?<!^)(?=[A-Z])", "_", "UserAccount"), "User_Account");
        let first = sub("(.)([A-Z][a-z]+)", r"\1_\2", "HTTPUserAccount2Go");
        assert_eq!(first, "HTTP_UserAccount2_Go");
        assert_eq!(sub("([a-z0-9])([A-Z])", r"\1_\2", &first), "HTTP_User_Account2_Go");
        assert_eq!(sub(r"\W+", "-", "a b!!c"), "a-b-c");
        assert_eq!(sub("Model$", "", "UserModel"), "User");
        assert_eq!(sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", "MyHTTPServer"), "My_HTTP_Server");
    }

    #[test]
    fn what_it_does_not_know_is_not_followed() {
        assert!(substitute("a{2}", "", "aa").is_none());
        assert!(substitute(r"\bx", "", "x").is_none());
    }
}
