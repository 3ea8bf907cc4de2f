//! Opening a session with PostgreSQL, and what its refusals mean.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use crate::catalog::ReadOptions;
use crate::catalog::connect::{ENCODING, broken, io_cause, is_name_failure, unreadable_file};
use crate::catalog::error::{CatalogError, ConnectCause, ServerName};
use crate::catalog::url::{Address, Parameter};
use crate::model::Engine;

pub(super) async fn connect(
    address: &Address,
    options: &ReadOptions,
) -> Result<(PgConnection, ServerName), CatalogError> {
    let connect = connect_options(address)?;
    let server = server_name(&connect);
    let limit = wait(address, options);
    let failed = |cause| CatalogError::Connect { server: Box::new(server.clone()), cause };
    if let Some(cause) = unreadable_file(address) {
        return Err(failed(cause));
    }
    match tokio::time::timeout(limit, connect.connect()).await {
        Ok(Ok(connection)) => Ok((connection, server)),
        Ok(Err(error)) => Err(failed(match cause(&error) {
            ConnectCause::Password if !has_password(&connect) => ConnectCause::NoPassword,
            cause => cause,
        })),
        Err(_) => Err(failed(ConnectCause::TimedOut(limit.as_secs()))),
    }
}

fn wait(address: &Address, options: &ReadOptions) -> Duration {
    let given = address.parameter(Parameter::ConnectTimeout).and_then(|seconds| seconds.parse().ok());
    given.filter(|seconds| *seconds > 0).map_or(options.connect_timeout, Duration::from_secs)
}

/// sqlx reads the environment and `~/.pgpass` as libpq does, but only where it parses the URL itself: so it is given
/// one that holds what our own grammar found.
fn connect_options(address: &Address) -> Result<PgConnectOptions, CatalogError> {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let socket = address.socket.as_ref().map(|path| path.display().to_string());
    if let Some(host) = socket.as_ref().or(address.host.as_ref()) {
        query.append_pair("host", host);
    }
    if let Some(port) = address.port {
        query.append_pair("port", &port.to_string());
    }
    for (key, value) in [("dbname", &address.database), ("user", &address.user), ("password", &address.password)] {
        if let Some(value) = value {
            query.append_pair(key, value);
        }
    }
    for (parameter, value) in &address.parameters {
        let key = match parameter {
            Parameter::SslMode => "sslmode",
            Parameter::SslRootCert => "sslrootcert",
            Parameter::SslCert => "sslcert",
            Parameter::SslKey => "sslkey",
            Parameter::Options => "options",
            Parameter::ConnectTimeout => continue,
        };
        query.append_pair(key, value);
    }
    let options = PgConnectOptions::from_str(&format!("postgres:///?{}", query.finish()))
        .map_err(|error| CatalogError::Url(error.to_string()))?;
    // Poolers refuse start-up settings that they do not know; what matters is set inside the transaction.
    Ok(options.extra_float_digits(None).application_name("drift"))
}

/// Whether URL, environment or password file gave a password; sqlx tells it through a URL only, and makes none of an
/// IPv6 address.
fn has_password(options: &PgConnectOptions) -> bool {
    options.clone().host("localhost").to_url_lossy().password().is_some()
}

fn server_name(options: &PgConnectOptions) -> ServerName {
    let place = match options.get_socket() {
        Some(socket) => format!("{} (port {})", socket.display(), options.get_port()),
        None if options.get_host().contains(':') => format!("[{}]:{}", options.get_host(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    ServerName {
        engine: Engine::Postgres,
        place,
        database: Some(options.get_database().unwrap_or(options.get_username()).to_owned()),
        user: Some(options.get_username().to_owned()),
    }
}

/// The SQLSTATEs of <https://www.postgresql.org/docs/current/errcodes-appendix.html> that a refusal has.
fn cause(error: &sqlx::Error) -> ConnectCause {
    match error {
        sqlx::Error::Database(database) => match database.code().as_deref() {
            Some("28P01") => ConnectCause::Password,
            Some("28000") if database.message().contains("does not exist") => ConnectCause::Password,
            Some("28000") => ConnectCause::NotAllowed(database.message().to_owned()),
            Some("42501") => ConnectCause::NoRight(database.message().to_owned()),
            Some("3D000") => ConnectCause::UnknownDatabase,
            Some("53300") => ConnectCause::TooManyConnections,
            _ => ConnectCause::Other(database.message().to_owned()),
        },
        sqlx::Error::Io(error) => io_cause(error),
        sqlx::Error::Tls(error) => ConnectCause::Tls(error.to_string()),
        // What the server sends when a password is wanted and there is none to hash.
        sqlx::Error::Protocol(message) if is_name_failure(message) => ConnectCause::UnknownHost,
        sqlx::Error::Protocol(message) => ConnectCause::Foreign(message.clone()),
        other => ConnectCause::Other(other.to_string()),
    }
}

/// Why a catalog query failed.
pub(super) fn read_error(what: &'static str, server: &ServerName, error: &sqlx::Error) -> CatalogError {
    let code = error.as_database_error().and_then(|error| error.code()).map(|code| code.into_owned());
    let (message, help) = match error {
        sqlx::Error::Database(database) => {
            let help = match code.as_deref() {
                Some("57014") => {
                    "the query took longer than the time allowed; try again when the server is less busy, or raise \
                     statement_timeout of the target in drift.toml"
                }
                Some("55P03") => "another session holds a lock on the catalog; try again when it has finished",
                Some("42501") => "the user lacks the right to read the catalog; grant it or use another user",
                Some("22021" | "22P05") => ENCODING,
                Some("57P01" | "57P02" | "57P03") => "the server has ended the session; try again",
                _ => "run with -v for the query; this may be a fault of drift, or of a server that is not PostgreSQL",
            };
            (database.message().to_owned(), help)
        }
        other => broken(other),
    };
    // Internal errors, and names that are unknown: what was being described has just been dropped.
    let gone = matches!(code.as_deref(), Some("XX000" | "42P01" | "42703" | "42704" | "42883" | "3F000"));
    CatalogError::Read { what, server: Box::new(server.clone()), message, help, refused: !gone }
}
