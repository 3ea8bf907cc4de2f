//! What the operating system says when no connection comes about; the same for every engine.

use std::io::ErrorKind;

use super::error::ConnectCause;

pub(super) fn io_cause(error: &std::io::Error) -> ConnectCause {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::NotFound => ConnectCause::Refused,
        ErrorKind::TimedOut => ConnectCause::Other("the network gave up waiting for an answer".to_owned()),
        _ if is_name_failure(&text) => ConnectCause::UnknownHost,
        _ => ConnectCause::Other(text),
    }
}

/// A failed look-up of a host's name has no kind of its own in the standard library.
pub(super) fn is_name_failure(message: &str) -> bool {
    ["failed to lookup address", "Name or service not known", "nodename nor servname", "No such host is known"]
        .iter()
        .any(|sign| message.contains(sign))
}
