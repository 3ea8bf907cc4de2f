//! The form of a URL that may be shown.

use crate::message::is_secret;

const MASK: &str = "***";

/// The URL as it was written, with its secrets masked.
pub(super) fn redact(text: &str) -> String {
    let (head, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let mut shown = head;
    let place = match with_password(rest) {
        Some((name, place)) => {
            shown.push_str(&format!("{name}:{MASK}@"));
            place
        }
        None => rest,
    };
    match place.split_once('?') {
        Some((place, query)) => {
            shown.push_str(place);
            shown.push('?');
            let pairs: Vec<String> = query.split('&').map(pair).collect();
            shown.push_str(&pairs.join("&"));
        }
        None => shown.push_str(place),
    }
    shown
}

/// The user and what stands behind the password, where there may be one: with marks that are not encoded it reaches as
/// far as the last `@`, even if by the rules of URLs the host had ended before.
fn with_password(rest: &str) -> Option<(&str, &str)> {
    let (name, rest) = rest.split_once(':')?;
    let (_, place) = rest.rsplit_once('@')?;
    (!name.contains(['/', '?', '#'])).then_some((name, place))
}

fn pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, _)) if is_secret(key) => format!("{key}={MASK}"),
        _ => pair.to_owned(),
    }
}
