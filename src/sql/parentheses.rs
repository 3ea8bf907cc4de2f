//! Parentheses around the whole of an expression, which engines add and people write.

/// Takes off the parentheses that enclose the whole text, and the blanks around it. One pass, however many there are.
pub fn without_parentheses(text: &str) -> &str {
    let bytes = text.as_bytes();
    let is_blank = |byte: u8| byte.is_ascii_whitespace();
    // The parentheses at the head, the outermost first, and where each of them is closed.
    let is_head = |byte: &u8| *byte == b'(' || is_blank(*byte);
    let head = bytes.iter().take_while(|byte| is_head(byte)).enumerate().filter(|(_, byte)| **byte == b'(');
    let opened: Vec<usize> = head.map(|(at, _)| at).collect();
    if opened.is_empty() {
        return text.trim();
    }
    let closed = closings(bytes, opened.len());
    let (mut start, mut end) = (0, bytes.len());
    for (open, close) in opened.into_iter().zip(closed) {
        while end > start && is_blank(bytes[end - 1]) {
            end -= 1;
        }
        if close.is_none_or(|close| close + 1 != end) {
            break;
        }
        (start, end) = (open + 1, end - 1);
    }
    text[start..end].trim()
}

/// Where each of the first `count` parentheses is closed; none of them where the text ends inside of quotes or of a
/// parenthesis, or has one too many.
fn closings(bytes: &[u8], count: usize) -> Vec<Option<usize>> {
    let mut closed = vec![None; count];
    let (mut open, mut seen, mut quote) = (Vec::new(), 0, None);
    for (at, byte) in bytes.iter().copied().enumerate() {
        match (quote, byte) {
            (Some(mark), byte) if mark == byte => quote = None,
            (Some(_), _) => {}
            (None, b'\'' | b'"' | b'`') => quote = Some(byte),
            (None, b'(') => {
                open.push(seen);
                seen += 1;
            }
            (None, b')') => match open.pop() {
                Some(number) if number < count => closed[number] = Some(at),
                Some(_) => {}
                None => return vec![None; count],
            },
            (None, _) => {}
        }
    }
    if open.is_empty() && quote.is_none() { closed } else { vec![None; count] }
}

#[cfg(test)]
mod tests {
    use super::without_parentheses;

    #[test]
    fn only_parentheses_around_the_whole_are_taken_off() {
        for (text, expected) in [
            ("(a > 0)", "a > 0"),
            ("((a > 0))", "a > 0"),
            (" ( (a > 0) ) ", "a > 0"),
            ("((a) > (b))", "(a) > (b)"),
            ("((a > 0)) or (b)", "((a > 0)) or (b)"),
            ("((a > 0)", "((a > 0)"),
            ("(a > 0))", "(a > 0))"),
            ("()", ""),
            ("(a) + (b)", "(a) + (b)"),
            ("lower(a)", "lower(a)"),
            ("(a = ')'::text)", "a = ')'::text"),
            ("(a = '''(')", "a = '''('"),
        ] {
            assert_eq!(without_parentheses(text), expected);
        }
    }
}
