//! The form of a URL that may be shown.

use super::parse::split_user;

const MASK: &str = "***";

/// The URL as it was written, with its secrets masked.
pub(super) fn redact(text: &str) -> String {
    let (head, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), text),
    };
    let (user, place) = split_user(rest);
    // A password with marks that are not encoded may reach as far as the last of them.
    let has_password = user.is_some_and(|user| user.contains(':'));
    let place = if has_password { place.rsplit_once('@').map_or(place, |(_, place)| place) } else { place };
    let mut shown = head;
    if let Some(user) = user {
        match user.split_once(':') {
            Some((name, _)) => shown.push_str(&format!("{name}:{MASK}@")),
            None => shown.push_str(&format!("{user}@")),
        }
    }
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

fn pair(pair: &str) -> String {
    match pair.split_once('=') {
        Some((key, _)) if is_secret(key) => format!("{key}={MASK}"),
        _ => pair.to_owned(),
    }
}

fn is_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token", "credential", "apikey", "api_key"].iter().any(|word| key.contains(word))
}
