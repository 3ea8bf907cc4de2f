//! Database URLs: what SQLAlchemy, libpq and the drivers write, and how they are shown without the password.
//!
//! This module must not know how a connection is made: it says where the database is and as whom to knock.

mod keywords;
mod parse;
mod redact;

#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use crate::model::Engine;

use super::CatalogError;

/// A database URL whose password never shows, neither in `Display` nor in `Debug`.
///
/// The grammar is SQLAlchemy's (<https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls>) together with
/// libpq's (<https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS>).
#[derive(Clone)]
pub struct DatabaseUrl {
    /// The engine that the scheme names. A server of `mysql://` may turn out to be MariaDB, and the reverse.
    pub engine: Engine,
    pub(super) target: Target,
    shown: String,
}

/// Where the database is.
#[derive(Clone)]
pub(super) enum Target {
    /// Behind a server.
    Server(Address),
    /// In a file of SQLite.
    File(PathBuf),
}

/// What a URL says of a server. What it leaves out, the environment or the driver fills in.
#[derive(Clone, Default)]
pub(super) struct Address {
    pub user: Option<String>,
    pub password: Option<String>,
    /// A name, an IPv4 or IPv6 address without brackets.
    pub host: Option<String>,
    pub port: Option<u16>,
    /// The folder (PostgreSQL) or file (MySQL) of a Unix-domain socket.
    pub socket: Option<PathBuf>,
    pub database: Option<String>,
    /// The options that concern a reader, by libpq's names: see [`parse`].
    pub parameters: Vec<(Parameter, String)>,
}

/// An option of a URL that changes how a reader connects. All others are the application's own affair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parameter {
    /// Whether TLS is used, in libpq's words: `disable`, `allow`, `prefer`, `require`, `verify-ca`, `verify-full`.
    SslMode,
    /// The file of the certificate authority.
    SslRootCert,
    /// The file of the client's certificate.
    SslCert,
    /// The file of the client's key.
    SslKey,
    /// Settings for the server's session (`-c name=value`).
    Options,
    /// Seconds to wait for a connection.
    ConnectTimeout,
}

impl DatabaseUrl {
    /// Reads a URL, or one of libpq's connection strings (`host=db dbname=app`).
    ///
    /// # Errors
    /// What is wrong with it, and what would be right; no part that may be a password is repeated.
    pub fn parse(text: &str) -> Result<Self, CatalogError> {
        let text = text.trim();
        if parse::scheme(text).is_none() && keywords::begins(text) {
            let address = keywords::parse(text).map_err(CatalogError::Url)?;
            let target = Target::Server(address);
            return Ok(DatabaseUrl { engine: Engine::Postgres, target, shown: keywords::redact(text) });
        }
        let (engine, target) = parse::parse(text).map_err(CatalogError::Url)?;
        Ok(DatabaseUrl { engine, target, shown: redact::redact(text) })
    }

    /// Whether a text has the form of a database URL, so that it is no path: a known scheme before the first colon.
    pub fn looks_like(text: &str) -> bool {
        parse::scheme(text.trim()).is_some()
    }

    /// The URL with `***` for its password and for query parameters that hold secrets.
    pub fn redacted(&self) -> &str {
        &self.shown
    }

    /// The same database, with a relative SQLite file found from `folder`.
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        if let Target::File(path) = &mut self.target
            && path.is_relative()
        {
            *path = folder.join(&*path);
        }
        self
    }

    /// The database file of SQLite.
    pub fn file(&self) -> Option<&Path> {
        match &self.target {
            Target::File(path) => Some(path),
            Target::Server(_) => None,
        }
    }

    /// The name of the database, where the URL has one.
    pub fn database(&self) -> Option<&str> {
        match &self.target {
            Target::Server(address) => address.database.as_deref(),
            Target::File(_) => None,
        }
    }
}

impl Address {
    /// The last value of an option.
    pub fn parameter(&self, wanted: Parameter) -> Option<&str> {
        self.parameters.iter().rev().find(|(parameter, _)| *parameter == wanted).map(|(_, value)| value.as_str())
    }
}

impl FromStr for DatabaseUrl {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DatabaseUrl::parse(text)
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.shown)
    }
}
