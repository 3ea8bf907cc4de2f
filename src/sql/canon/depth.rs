//! How deep the tree of an expression becomes, told from its tokens.

use sqlparser::tokenizer::Token;

/// Whether functions that call themselves could not walk the tree of these tokens.
pub(super) fn too_deep(tokens: &[Token]) -> bool {
    depth(tokens) > MOST_DEPTH
}

/// How deep the tree of an expression may be, by [`depth`].
const MOST_DEPTH: usize = 2_000;

/// How deep the tree can become: what follows in a chain, such as `a OR b OR c`, lies as deep as what is enclosed, and
/// only the items of a list lie side by side.
fn depth(tokens: &[Token]) -> usize {
    let mut open = vec![0];
    let (mut sum, mut most) = (0_usize, 0);
    for token in tokens {
        match token {
            Token::Whitespace(_) => continue,
            Token::LParen | Token::LBracket | Token::LBrace => open.push(0),
            Token::RParen | Token::RBracket | Token::RBrace if open.len() > 1 => {
                sum -= open.pop().unwrap_or_default();
                continue;
            }
            Token::Comma => sum -= open.last_mut().map_or(0, std::mem::take),
            _ => {}
        }
        sum += 1;
        most = most.max(sum);
        open.last_mut().into_iter().for_each(|length| *length += 1);
    }
    most
}
