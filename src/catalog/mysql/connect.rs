//! Opening a session with MySQL or MariaDB, and what their refusals mean.

use std::time::Duration;

use sqlx::mysql::{MySqlConnectOptions, MySqlDatabaseError, MySqlSslMode};
use sqlx::{ConnectOptions, MySqlConnection};

use crate::catalog::ReadOptions;
use crate::catalog::connect::{broken, io_cause, is_name_failure, unreadable_file};
use crate::catalog::error::{CatalogError, ConnectCause, ServerName};
use crate::catalog::url::{Address, Parameter};
use crate::model::Engine;

pub(super) async fn connect(
    engine: Engine,
    address: &Address,
    options: &ReadOptions,
) -> Result<(MySqlConnection, ServerName), CatalogError> {
    let password = address.password.clone().or_else(|| std::env::var("MYSQL_PWD").ok());
    let connect = connect_options(address, password.as_deref());
    let server = server_name(engine, &connect);
    let failed = |cause| CatalogError::Connect { server: Box::new(server.clone()), cause };
    if address.database.is_none() {
        return Err(failed(ConnectCause::NoDatabase));
    }
    let given = address.parameter(Parameter::ConnectTimeout).and_then(|seconds| seconds.parse().ok());
    let limit = given.filter(|seconds| *seconds > 0).map_or(options.connect_timeout, Duration::from_secs);
    if let Some(cause) = unreadable_file(address) {
        return Err(failed(cause));
    }
    match tokio::time::timeout(limit, opened(&connect)).await {
        Ok(Ok(connection)) => Ok((connection, server)),
        Ok(Err(error)) => Err(failed(match cause(&error) {
            ConnectCause::Password if password.is_none() => ConnectCause::NoPassword,
            // MariaDB says the same of a password that is wrong and of an encryption that is missing.
            ConnectCause::Password if address.parameter(Parameter::SslMode) == Some("disable") => {
                ConnectCause::NotAllowed("access was denied to this user without encryption".to_owned())
            }
            cause => cause,
        })),
        Err(_) => Err(failed(ConnectCause::TimedOut(limit.as_secs()))),
    }
}

/// TLS that is only preferred is done without where both sides cannot agree on it, as MySQL's own clients do: servers up
/// to 8.0.17 offer no cipher that is still held for safe (MySQL manual, 8.3.2, `--ssl-mode=PREFERRED`).
async fn opened(options: &MySqlConnectOptions) -> Result<MySqlConnection, sqlx::Error> {
    match options.connect().await {
        Err(error) if matches!(options.get_ssl_mode(), MySqlSslMode::Preferred) && is_handshake(&error) => {
            options.clone().ssl_mode(MySqlSslMode::Disabled).connect().await
        }
        other => other,
    }
}

/// Whether the server refused every way of encryption that was offered to it.
fn is_handshake(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Tls(_) => true,
        sqlx::Error::Io(error) => error.to_string().contains("HandshakeFailure"),
        _ => false,
    }
}

fn connect_options(address: &Address, password: Option<&str>) -> MySqlConnectOptions {
    // The session's settings are ours to make: see `Session::begin`.
    let mut options = MySqlConnectOptions::new()
        .charset("utf8mb4")
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .host(address.host.as_deref().unwrap_or("localhost"))
        .port(address.port.unwrap_or(3306));
    if let Some(user) = &address.user {
        options = options.username(user);
    }
    if let Some(password) = password {
        options = options.password(password);
    }
    if let Some(database) = &address.database {
        options = options.database(database);
    }
    if let Some(socket) = &address.socket {
        options = options.socket(socket);
    }
    for (parameter, value) in &address.parameters {
        options = match parameter {
            Parameter::SslMode => options.ssl_mode(ssl_mode(value)),
            Parameter::SslRootCert => options.ssl_ca(value),
            Parameter::SslCert => options.ssl_client_cert(value),
            Parameter::SslKey => options.ssl_client_key(value),
            Parameter::Options | Parameter::ConnectTimeout => options,
        };
    }
    options
}

/// libpq's words, which the URL's grammar has made sure of, in MySQL's.
fn ssl_mode(mode: &str) -> MySqlSslMode {
    match mode {
        "disable" => MySqlSslMode::Disabled,
        "require" => MySqlSslMode::Required,
        "verify-ca" => MySqlSslMode::VerifyCa,
        "verify-full" => MySqlSslMode::VerifyIdentity,
        _ => MySqlSslMode::Preferred,
    }
}

fn server_name(engine: Engine, options: &MySqlConnectOptions) -> ServerName {
    let place = match options.get_socket() {
        Some(socket) => socket.display().to_string(),
        None if options.get_host().contains(':') => format!("[{}]:{}", options.get_host(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    };
    ServerName {
        engine,
        place,
        database: options.get_database().map(str::to_owned),
        user: Some(options.get_username().to_owned()),
    }
}

/// The numbers of <https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html> that a refusal has.
fn cause(error: &sqlx::Error) -> ConnectCause {
    match error {
        sqlx::Error::Database(database) => match number(error) {
            Some(1045) => ConnectCause::Password,
            Some(1049) => ConnectCause::UnknownDatabase,
            Some(1044 | 1130 | 1698 | 3159) => ConnectCause::NotAllowed(database.message().to_owned()),
            Some(1040 | 1203 | 1226) => ConnectCause::TooManyConnections,
            _ => ConnectCause::Other(database.message().to_owned()),
        },
        sqlx::Error::Io(error) => io_cause(error),
        sqlx::Error::Tls(error) => ConnectCause::Tls(error.to_string()),
        sqlx::Error::Protocol(message) if is_name_failure(message) => ConnectCause::UnknownHost,
        sqlx::Error::Protocol(message) => ConnectCause::Foreign(message.clone()),
        other => ConnectCause::Other(other.to_string()),
    }
}

fn number(error: &sqlx::Error) -> Option<u16> {
    error.as_database_error()?.try_downcast_ref::<MySqlDatabaseError>().map(MySqlDatabaseError::number)
}

/// Why a catalog query failed.
pub(super) fn read_error(what: &'static str, server: &ServerName, error: &sqlx::Error) -> CatalogError {
    let number = number(error);
    let (message, help) = match error {
        sqlx::Error::Database(database) => {
            let help = match number {
                Some(1969 | 3024) => {
                    "the query took longer than the time allowed; try again when the server is less busy, or raise \
                     statement_timeout of the target in drift.toml"
                }
                Some(1205) => "another session holds a lock; try again when it has finished",
                Some(1044 | 1142 | 1143 | 1227) => "grant the user SELECT and SHOW VIEW on the database",
                Some(1053 | 1317 | 1927) => "the server has ended the session; try again",
                _ => "this may be a fault of drift, or of a server that is neither MySQL nor MariaDB",
            };
            (database.message().to_owned(), help)
        }
        other => broken(other),
    };
    // What was being described has just been dropped, or is being built anew.
    let gone = matches!(number, Some(1146 | 1412 | 1054 | 1932));
    CatalogError::Read { what, server: Box::new(server.clone()), message, help, refused: !gone }
}

/// Whether a statement was refused for lack of a right.
pub(super) fn is_denied(error: &sqlx::Error) -> bool {
    matches!(number(error), Some(1044 | 1142 | 1143 | 1227))
}
