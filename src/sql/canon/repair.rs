//! Spellings that the parser refuses, brought into ones that it takes.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

/// The tokens of an expression without blanks, as the parser can read them. `logical_symbols` says that `||`, `&&` and
/// `!` are OR, AND and a NOT that binds tightly, and MOD an operator, as in MySQL.
pub(super) fn repaired(tokens: Vec<Token>, logical_symbols: bool) -> Vec<Token> {
    let tokens: Vec<Token> = tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))).collect();
    let tokens = without_operator_schemas(tokens);
    let tokens = if logical_symbols { logical(&tokens) } else { tokens };
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens {
        match keyword(&token) {
            // `TRIM(BOTH FROM x)`: the parser wants the characters to trim, or no FROM.
            Some(Keyword::FROM) if is_trim(&kept) => {}
            // `'a'::text COLLATE "C"`: the parser looks for COLLATE only behind a value or parentheses.
            Some(Keyword::COLLATE) => {
                enclose_cast(&mut kept);
                kept.push(token);
            }
            // `LIKE ALL (array)` is an operator before ALL, which the parser takes for a function behind LIKE.
            Some(Keyword::ALL) if kept.last().and_then(keyword).is_some_and(is_pattern) => {
                let ignores_case = kept.pop().as_ref().and_then(keyword) == Some(Keyword::ILIKE);
                let negated = kept.last().and_then(keyword) == Some(Keyword::NOT);
                if negated {
                    kept.pop();
                }
                kept.push(match (negated, ignores_case) {
                    (false, false) => Token::DoubleTilde,
                    (false, true) => Token::DoubleTildeAsterisk,
                    (true, false) => Token::ExclamationMarkDoubleTilde,
                    (true, true) => Token::ExclamationMarkDoubleTildeAsterisk,
                });
                kept.push(token);
            }
            // Postfix tests of SQLite and PostgreSQL.
            _ if is_word(&token, "isnull") && kept.last().is_some_and(ends_operand) => {
                kept.extend([Token::make_keyword("IS"), Token::make_keyword("NULL")]);
            }
            _ if is_word(&token, "notnull") && kept.last().is_some_and(ends_operand) => {
                kept.extend(["IS", "NOT", "NULL"].map(Token::make_keyword));
            }
            Some(Keyword::NULL) if is_postfix_not(&kept) => {
                kept.pop();
                kept.extend(["IS", "NOT", "NULL"].map(Token::make_keyword));
            }
            // SQLite's IS compares any two values: `IS 0`.
            _ if matches!(token, Token::Number(..) | Token::SingleQuotedString(_)) && is_test(&kept) => {
                let differs = kept.last().and_then(keyword) == Some(Keyword::NOT);
                kept.truncate(kept.len() - if differs { 2 } else { 1 });
                let words: &[&str] =
                    if differs { &["IS", "DISTINCT", "FROM"] } else { &["IS", "NOT", "DISTINCT", "FROM"] };
                kept.extend(words.iter().map(|word| Token::make_keyword(word)));
                kept.push(token);
            }
            // `CAST(x AS char(10) CHARSET utf8mb4)`: the connection's own character set, which MariaDB adds.
            _ if is_unicode(&token) && kept.last().is_some_and(|last| is_word(last, "charset")) => {
                kept.pop();
            }
            _ => kept.push(token),
        }
    }
    kept
}

/// Whether `IS` or `IS NOT` stands at the end.
fn is_test(kept: &[Token]) -> bool {
    match kept {
        [.., is, not] if keyword(not) == Some(Keyword::NOT) => keyword(is) == Some(Keyword::IS),
        [.., is] => keyword(is) == Some(Keyword::IS),
        [] => false,
    }
}

fn logical(tokens: &[Token]) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    let mut rest = tokens;
    while let Some((token, after)) = rest.split_first() {
        rest = after;
        match token {
            Token::StringConcat => kept.push(Token::make_keyword("OR")),
            Token::Overlap => kept.push(Token::make_keyword("AND")),
            Token::ExclamationMark => {
                let (operand, after) = after.split_at(operand_length(after));
                kept.extend([Token::LParen, Token::make_keyword("NOT")]);
                kept.extend(logical(operand));
                kept.push(Token::RParen);
                rest = after;
            }
            Token::Word(word) if word.value.eq_ignore_ascii_case("mod") && kept.last().is_some_and(ends_operand) => {
                kept.push(Token::Mod);
            }
            other => kept.push(other.clone()),
        }
    }
    kept
}

/// How many tokens the operand at the front has: a word or literal, a group, or a word with a group behind it.
fn operand_length(tokens: &[Token]) -> usize {
    let start = match tokens {
        [Token::ExclamationMark, rest @ ..] => return 1 + operand_length(rest),
        [Token::LParen, ..] => 0,
        [_, Token::LParen, ..] => 1,
        [_, ..] => return 1,
        [] => return 0,
    };
    let mut depth = 0usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        match token {
            Token::LParen => depth += 1,
            Token::RParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

/// The keywords behind which an operand begins.
const BEFORE_OPERANDS: [Keyword; 14] = [
    Keyword::AND,
    Keyword::BETWEEN,
    Keyword::CASE,
    Keyword::DIV,
    Keyword::ELSE,
    Keyword::ESCAPE,
    Keyword::IN,
    Keyword::IS,
    Keyword::LIKE,
    Keyword::NOT,
    Keyword::OR,
    Keyword::THEN,
    Keyword::WHEN,
    Keyword::XOR,
];

/// Whether an operator may follow.
fn ends_operand(token: &Token) -> bool {
    match token {
        Token::Word(word) => word.quote_style.is_some() || !BEFORE_OPERANDS.contains(&word.keyword),
        Token::RParen | Token::Number(..) | Token::SingleQuotedString(_) | Token::DoubleQuotedString(_) => true,
        _ => false,
    }
}

/// Whether the last tokens are an operand and NOT.
fn is_postfix_not(tokens: &[Token]) -> bool {
    matches!(tokens, [.., operand, not] if keyword(not) == Some(Keyword::NOT) && ends_operand(operand))
}

/// `OPERATOR(schema.=)` as `=`; the parser does not take it before ANY.
fn without_operator_schemas(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept = Vec::with_capacity(tokens.len());
    let mut rest = tokens.as_slice();
    loop {
        rest = match rest {
            [operator, Token::LParen, Token::Word(_), Token::Period, symbol, Token::RParen, after @ ..]
                if is_word(operator, "operator") =>
            {
                kept.push(symbol.clone());
                after
            }
            [token, after @ ..] => {
                kept.push(token.clone());
                after
            }
            [] => return kept,
        }
    }
}

fn is_pattern(keyword: Keyword) -> bool {
    matches!(keyword, Keyword::LIKE | Keyword::ILIKE)
}

fn is_word(token: &Token, expected: &str) -> bool {
    matches!(token, Token::Word(word) if word.quote_style.is_none() && word.value.eq_ignore_ascii_case(expected))
}

fn is_unicode(token: &Token) -> bool {
    matches!(token, Token::Word(word) if ["utf8mb4", "utf8mb3", "utf8"].contains(&word.value.to_lowercase().as_str()))
}

fn keyword(token: &Token) -> Option<Keyword> {
    match token {
        Token::Word(word) => Some(word.keyword),
        _ => None,
    }
}

/// Whether the last tokens are `TRIM ( BOTH`, `LEADING` or `TRAILING`.
fn is_trim(tokens: &[Token]) -> bool {
    match tokens {
        [.., trim, Token::LParen, side] => {
            keyword(trim) == Some(Keyword::TRIM)
                && matches!(keyword(side), Some(Keyword::BOTH | Keyword::LEADING | Keyword::TRAILING))
        }
        _ => false,
    }
}

/// Puts parentheses around `operand::type` at the end, where the type is words and the operand one token or a group.
fn enclose_cast(tokens: &mut Vec<Token>) {
    let words = tokens.iter().rev().take_while(|token| matches!(token, Token::Word(_))).count();
    let Some(cast) = tokens.len().checked_sub(words + 1).filter(|at| tokens[*at] == Token::DoubleColon) else { return };
    let mut depth = 0usize;
    for start in (0..cast).rev() {
        match tokens[start] {
            Token::RParen => depth += 1,
            Token::LParen => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            tokens.insert(start, Token::LParen);
            tokens.push(Token::RParen);
            return;
        }
    }
}
