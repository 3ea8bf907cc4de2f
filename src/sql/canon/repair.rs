//! Spellings that the parser refuses, brought into ones that it takes.

use sqlparser::keywords::Keyword;
use sqlparser::tokenizer::Token;

/// The tokens of an expression without blanks, as the parser can read them.
pub(super) fn repaired(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    for token in tokens.into_iter().filter(|token| !matches!(token, Token::Whitespace(_))) {
        match keyword(&token) {
            // `TRIM(BOTH FROM x)`: the parser wants the characters to trim, or no FROM.
            Some(Keyword::FROM) if is_trim(&kept) => {}
            // `'a'::text COLLATE "C"`: the parser looks for COLLATE only behind a value or parentheses.
            Some(Keyword::COLLATE) => {
                enclose_cast(&mut kept);
                kept.push(token);
            }
            _ => kept.push(token),
        }
    }
    kept
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
