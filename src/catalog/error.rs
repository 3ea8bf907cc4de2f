//! Why a database could not be read, and what to do about it.

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;

use crate::model::Engine;

/// A database could not be read. Each message names the database and the remedy; none holds a password.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// The URL names no database that drift can read.
    #[error("{0}")]
    Url(String),
    /// An SQLite file is absent, unreadable or no database.
    #[error("cannot read the SQLite database {}: {message}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it, and what to do.
        message: String,
    },
    /// No session could be opened.
    #[error("cannot connect to {server}: {cause}\n  help: {}", cause.help(server))]
    Connect {
        /// Where it was tried.
        server: Box<ServerName>,
        /// Why it failed.
        cause: ConnectCause,
    },
    /// The server is none that drift can read.
    #[error("{server} is version {version}: {engine} {oldest} is the oldest that drift reads")]
    Version {
        /// The server.
        server: Box<ServerName>,
        /// Its engine.
        engine: Engine,
        /// Its version.
        version: String,
        /// The oldest supported version.
        oldest: &'static str,
    },
    /// A catalog query failed.
    #[error("cannot read the {what} of {server}: {message}\n  help: {help}")]
    Read {
        /// What was being read, in the plural.
        what: &'static str,
        /// The database.
        server: Box<ServerName>,
        /// What the server said.
        message: String,
        /// What to do about it.
        help: &'static str,
        /// Whether it would be the same at another time.
        refused: bool,
    },
}

impl CatalogError {
    /// Whether trying again cannot help: the server refuses, or cannot be reached.
    pub(super) fn is_refusal(&self) -> bool {
        match self {
            CatalogError::Read { refused, .. } => *refused,
            CatalogError::Url(_)
            | CatalogError::File { .. }
            | CatalogError::Connect { .. }
            | CatalogError::Version { .. } => true,
        }
    }
}

/// A database, named without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerName {
    /// The engine.
    pub engine: Engine,
    /// The host and port, the socket, or the file.
    pub place: String,
    /// The database.
    pub database: Option<String>,
    /// The user who asks.
    pub user: Option<String>,
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.engine, self.place)?;
        match (&self.database, &self.user) {
            (Some(database), Some(user)) => write!(f, " (database {database}, user {user})"),
            (Some(database), None) => write!(f, " (database {database})"),
            (None, Some(user)) => write!(f, " (user {user})"),
            (None, None) => Ok(()),
        }
    }
}

/// Why a session could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConnectCause {
    /// The server does not accept user and password.
    Password,
    /// The URL and the environment have no password, and the server wants one.
    NoPassword,
    /// The host's name leads to no address.
    UnknownHost,
    /// Nobody listens there.
    Refused,
    /// The server has no such database.
    UnknownDatabase,
    /// The URL does not say which database to read.
    NoDatabase,
    /// The server's access rules exclude this user, host or kind of connection.
    NotAllowed(String),
    /// The user lacks the right to connect to the database.
    NoRight(String),
    /// TLS could not be agreed on.
    Tls(String),
    /// No answer within so many seconds.
    TimedOut(u64),
    /// The server has no connection left.
    TooManyConnections,
    /// The connection was closed before the session began.
    Cut,
    /// What answers speaks another language.
    Foreign(String),
    /// Anything else, as the driver says it.
    Other(String),
}

impl fmt::Display for ConnectCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectCause::Password => f.write_str("wrong user or password"),
            ConnectCause::NoPassword => f.write_str("the server asks for a password and none was given"),
            ConnectCause::UnknownHost => f.write_str("the host is unknown"),
            ConnectCause::Refused => f.write_str("nothing listens there"),
            ConnectCause::UnknownDatabase => f.write_str("there is no such database"),
            ConnectCause::NoDatabase => f.write_str("the URL names no database"),
            ConnectCause::NotAllowed(message) | ConnectCause::NoRight(message) => f.write_str(message),
            ConnectCause::Tls(message) => write!(f, "TLS failed: {message}"),
            ConnectCause::TimedOut(seconds) => write!(f, "no answer within {seconds} s"),
            ConnectCause::TooManyConnections => f.write_str("the server has no connection left"),
            ConnectCause::Cut => f.write_str("the connection was cut before the session began"),
            ConnectCause::Foreign(message) => write!(f, "what answers there is another kind of server ({message})"),
            ConnectCause::Other(message) => f.write_str(message),
        }
    }
}

impl ConnectCause {
    fn help(&self, server: &ServerName) -> Cow<'static, str> {
        let postgres = server.engine == Engine::Postgres;
        Cow::Borrowed(match self {
            ConnectCause::Password if postgres => {
                "check user and password; a password with : / @ ? # % must be percent-encoded in the URL"
            }
            ConnectCause::Password => {
                "check user and password; a password with : / @ ? # % must be percent-encoded in the URL; a server that \
                 offers no encryption says the same of an account that REQUIREs SSL"
            }
            ConnectCause::NoPassword if postgres => "put it into the URL, PGPASSWORD or ~/.pgpass",
            ConnectCause::NoPassword => "put it into the URL or MYSQL_PWD",
            ConnectCause::UnknownHost => "check the host's name; a private name may need a VPN or the right network",
            ConnectCause::Refused => "check host and port, and that the server is running and reachable from here",
            ConnectCause::UnknownDatabase => "check the database's name in the URL, or create the database",
            ConnectCause::NoDatabase => "append /DATABASE to the URL",
            ConnectCause::NotAllowed(_) if postgres => {
                "the server's pg_hba.conf has to admit this user from this host; try sslmode=require in the URL"
            }
            ConnectCause::NotAllowed(_) => {
                "the user has to be granted access to this database from this host; where the server wants encryption, \
                 set sslmode=require in the URL, and check the password"
            }
            ConnectCause::NoRight(_) => {
                let name = |name: &Option<String>| name.as_deref().unwrap_or_default().replace('"', "\"\"");
                let (database, user) = (name(&server.database), name(&server.user));
                return Cow::Owned(format!("GRANT CONNECT ON DATABASE \"{database}\" TO \"{user}\""));
            }
            ConnectCause::Tls(_) => {
                "set sslmode in the URL (disable, prefer, require, verify-ca, verify-full) to what the server offers, and \
                 sslrootcert to the file of the authority that signed its certificate"
            }
            ConnectCause::TimedOut(_) => {
                "check host and port, and that no firewall stands between; connect_timeout of the target in drift.toml \
                 says how long to wait"
            }
            ConnectCause::Cut | ConnectCause::Foreign(_) => {
                "check that the port is that of the server itself, and the log of the server or proxy"
            }
            ConnectCause::TooManyConnections => "wait, or raise the server's limit of connections",
            ConnectCause::Other(_) => "check the URL",
        })
    }
}
