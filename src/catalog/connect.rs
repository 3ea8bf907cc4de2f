//! What the operating system says when no connection comes about, or is lost; the same for every engine.

use std::io::ErrorKind;
use std::time::Duration;

use sqlx::Connection;

use super::error::ConnectCause;
use super::url::{Address, Parameter};

/// How much longer than the server we wait before we give up: its own message says more than ours can.
const GRACE: Duration = Duration::from_secs(1);

/// The answer to a query, if it comes in time. The server is told the limit too, but one that hangs, or a network that
/// swallows everything, keeps no promise.
pub(super) async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(limit + GRACE, work).await.unwrap_or_else(|_| {
        let message = format!("no answer within {} s", (limit + GRACE).as_secs());
        Err(sqlx::Error::Io(std::io::Error::new(ErrorKind::TimedOut, message)))
    })
}

/// Takes leave of the server, which may be past hearing it.
pub(super) async fn close(connection: impl Connection) {
    // What went wrong before has been told.
    let _ = tokio::time::timeout(GRACE, connection.close()).await;
}

/// What to do about a text that is none.
pub(super) const ENCODING: &str =
    "a text that the server does not send as UTF-8 cannot be compared; see the encoding of the database";

/// What is to be said of an error that is not the server's own word, and what to do about it.
pub(super) fn broken(error: &sqlx::Error) -> (String, &'static str) {
    match error {
        sqlx::Error::Io(error) if error.kind() == ErrorKind::TimedOut => (
            error.to_string(),
            "the server hangs, or something between swallows what it sends; try again, or raise statement_timeout of \
             the target in drift.toml",
        ),
        sqlx::Error::Io(error) => {
            let why = match error.kind() {
                // The driver counts the bytes that it had hoped for.
                ErrorKind::UnexpectedEof => "it ended in the middle of an answer".to_owned(),
                _ => error.to_string(),
            };
            (format!("the connection was lost ({why})"), "the server, a proxy or the network has cut it; try again")
        }
        sqlx::Error::ColumnDecode { source, index, .. } => (format!("{index} cannot be read: {source}"), ENCODING),
        other => (other.to_string(), "this may be a fault of drift, or of a proxy between it and the server"),
    }
}

pub(super) fn io_cause(error: &std::io::Error) -> ConnectCause {
    let text = error.to_string();
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::NotFound => ConnectCause::Refused,
        ErrorKind::TimedOut => ConnectCause::Other("the network gave up waiting for an answer".to_owned()),
        ErrorKind::UnexpectedEof
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe => ConnectCause::Cut,
        // What rustls has against the server's certificate.
        ErrorKind::InvalidData => ConnectCause::Tls(certificate(&text)),
        _ if is_name_failure(&text) => ConnectCause::UnknownHost,
        _ => ConnectCause::Other(text),
    }
}

fn certificate(text: &str) -> String {
    if text.contains("UnknownIssuer") {
        "no authority that is trusted here has signed the server's certificate (UnknownIssuer)".to_owned()
    } else if text.contains("not valid for name") || text.contains("NotValidForName") {
        "the server's certificate is not for the host's name in the URL".to_owned()
    } else {
        text.to_owned()
    }
}

/// Why a file that the URL names for TLS cannot be used; the driver would take its absence for the server's.
pub(super) fn unreadable_file(address: &Address) -> Option<ConnectCause> {
    address.parameters.iter().find_map(|(parameter, path)| match parameter {
        Parameter::SslRootCert | Parameter::SslCert | Parameter::SslKey => {
            let error = std::fs::File::open(path).err()?;
            Some(ConnectCause::Tls(format!("cannot read {path}: {error}")))
        }
        Parameter::SslMode | Parameter::Options | Parameter::ConnectTimeout => None,
    })
}

/// A failed look-up of a host's name has no kind of its own in the standard library.
pub(super) fn is_name_failure(message: &str) -> bool {
    ["failed to lookup address", "Name or service not known", "nodename nor servname", "No such host is known"]
        .iter()
        .any(|sign| message.contains(sign))
}
