//! The grammar of database URLs.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::model::Engine;

use super::{Address, Parameter, Target};

/// The engine of a text that opens with a known scheme, and the text behind the scheme's colon.
pub(super) fn scheme(text: &str) -> Option<(Engine, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    // `postgresql+asyncpg`: the driver is the application's choice, not ours.
    let (name, _driver) = scheme.split_once('+').unwrap_or((scheme, ""));
    let engine = Engine::from_key(name)?;
    (rest.starts_with("//") || engine == Engine::Sqlite).then_some((engine, rest))
}

pub(super) fn parse(text: &str) -> Result<(Engine, Target), String> {
    let (engine, rest) = scheme(text).ok_or_else(|| unknown(text))?;
    let target = match engine {
        Engine::Sqlite => Target::File(file(rest)?),
        Engine::Postgres | Engine::MySql | Engine::MariaDb => {
            Target::Server(server(engine, rest.trim_start_matches("//"))?)
        }
    };
    Ok((engine, target))
}

const FORMS: &str = "postgres://USER@HOST:PORT/DATABASE, mysql://…, mariadb://… or sqlite:FILE";

fn unknown(text: &str) -> String {
    match text.split_once("://") {
        Some((scheme, _)) => format!("`{scheme}://` is no database that drift reads: write {FORMS}"),
        None => format!("this is not a database URL: write {FORMS}"),
    }
}

/// SQLAlchemy counts slashes: three for a relative path, four for an absolute one
/// (<https://docs.sqlalchemy.org/en/20/core/engines.html#sqlite>); `sqlite:PATH` is SQLite's and ours.
fn file(rest: &str) -> Result<PathBuf, String> {
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = match path.strip_prefix("//") {
        Some(after) => after.strip_prefix('/').unwrap_or(after),
        None => path,
    };
    let path = path.strip_prefix("file:").unwrap_or(path);
    let path = percent_decode(path)?;
    let in_memory =
        url::form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "mode" && value == "memory");
    if path.is_empty() || path == ":memory:" || in_memory {
        return Err(
            "an SQLite database in memory belongs to the process that made it and cannot be read from outside: \
                    write sqlite:FILE"
                .to_owned(),
        );
    }
    Ok(PathBuf::from(path))
}

fn server(engine: Engine, rest: &str) -> Result<Address, String> {
    let mut address = Address::default();
    let (user, place) = split_user(rest);
    if let Some(user) = user {
        let (name, password) = match user.split_once(':') {
            Some((name, password)) => (name, Some(password)),
            None => (user, None),
        };
        address.user = Some(percent_decode(name)?).filter(|name| !name.is_empty());
        address.password = password.map(percent_decode).transpose()?;
    }
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    let (host, database) = place.split_once('/').unwrap_or((place, ""));
    set_host(&mut address, host)?;
    address.database = Some(percent_decode(database)?).filter(|name| !name.is_empty());
    for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
        set_parameter(engine, &mut address, &key, value)?;
    }
    Ok(address)
}

/// Splits `user:password@` off. Passwords with an unescaped `@`, `/`, `?` or `#` are common, and drivers differ in
/// what they forgive; the split that leaves a host behind it is meant.
fn split_user(rest: &str) -> (Option<&str>, &str) {
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if let Some(at) = authority.rfind('@') {
        return (Some(&rest[..at]), &rest[at + 1..]);
    }
    // A slash before the `@`: part of a password, unless what stands between colon and slash is a port.
    let password = authority.split_once(':').map(|(_, password)| password);
    if password.is_some_and(|password| password.parse::<u16>().is_err())
        && !authority.starts_with('[')
        && let Some(at) = rest.find('@')
    {
        return (Some(&rest[..at]), &rest[at + 1..]);
    }
    (None, rest)
}

fn set_host(address: &mut Address, host: &str) -> Result<(), String> {
    if host.contains(',') {
        return Err("the URL names several hosts: name the one to read".to_owned());
    }
    let (name, port) = match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((inner, after)) => (inner, after.strip_prefix(':')),
        None => match host.split_once(':') {
            Some((name, port)) => (name, Some(port)),
            None => (host, None),
        },
    };
    if let Some(port) = port.filter(|port| !port.is_empty()) {
        address.port = Some(read_port(port)?);
    }
    set_host_name(address, percent_decode(name)?);
    Ok(())
}

fn set_host_name(address: &mut Address, name: String) {
    // libpq's rule: what begins with a slash is the folder of a socket.
    if name.starts_with('/') {
        address.socket = Some(PathBuf::from(name));
    } else if !name.is_empty() {
        address.host = Some(name);
    }
}

fn read_port(text: &str) -> Result<u16, String> {
    // The text is not repeated: behind an unescaped `@` or `:` it may be part of a password.
    text.parse().map_err(|_| {
        "the URL's port is no number from 0 to 65535 (a password with : / @ ? # must be percent-encoded)".to_owned()
    })
}

fn set_parameter(engine: Engine, address: &mut Address, key: &str, value: Cow<'_, str>) -> Result<(), String> {
    let value = value.into_owned();
    let parameter = match key.to_ascii_lowercase().replace('-', "_").as_str() {
        "host" | "hostaddr" => {
            set_host_name(address, value);
            return Ok(());
        }
        "port" => {
            address.port = Some(read_port(&value)?);
            return Ok(());
        }
        "dbname" | "database" | "db" => {
            address.database = Some(value);
            return Ok(());
        }
        "user" | "username" => {
            address.user = Some(value);
            return Ok(());
        }
        "password" | "passwd" => {
            address.password = Some(value);
            return Ok(());
        }
        "socket" | "unix_socket" => {
            address.socket = Some(PathBuf::from(value));
            return Ok(());
        }
        "ssl_disabled" => {
            if truth(&value) == Some(true) {
                address.parameters.push((Parameter::SslMode, "disable".to_owned()));
            }
            return Ok(());
        }
        "sslmode" | "ssl_mode" | "ssl" => {
            address.parameters.push((Parameter::SslMode, ssl_mode(&value)?));
            return Ok(());
        }
        "sslrootcert" | "ssl_root_cert" | "sslca" | "ssl_ca" => Parameter::SslRootCert,
        "sslcert" | "ssl_cert" => Parameter::SslCert,
        "sslkey" | "ssl_key" => Parameter::SslKey,
        "options" if engine == Engine::Postgres => Parameter::Options,
        "connect_timeout" | "timeout" => Parameter::ConnectTimeout,
        // charset, pool_size, application_name, target_session_attrs, ...: the application's own affair.
        _ => return Ok(()),
    };
    address.parameters.push((parameter, value));
    Ok(())
}

/// The words of libpq, MySQL and asyncpg for one thing, in libpq's.
fn ssl_mode(value: &str) -> Result<String, String> {
    let mode = match value.to_ascii_lowercase().replace('_', "-").as_str() {
        "disable" | "disabled" | "false" | "0" | "off" | "no" => "disable",
        "allow" => "allow",
        "prefer" | "preferred" => "prefer",
        "require" | "required" | "true" | "1" | "on" | "yes" => "require",
        "verify-ca" => "verify-ca",
        "verify-full" | "verify-identity" => "verify-full",
        _ => {
            return Err(format!(
                "sslmode={value} is unknown: write disable, allow, prefer, require, verify-ca or verify-full"
            ));
        }
    };
    Ok(mode.to_owned())
}

fn truth(value: &str) -> Option<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" | "1" | "on" | "yes" => Some(true),
        "false" | "0" | "off" | "no" => Some(false),
        _ => None,
    }
}

/// Decodes `%40` and the like; a `%` that begins no escape stands for itself, as it does for SQLAlchemy.
fn percent_decode(text: &str) -> Result<String, String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escape = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        match escape {
            Some((high, low)) => {
                bytes.push(high * 16 + low);
                rest = &tail[2..];
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).map_err(|_| "the URL's percent-encoding yields no UTF-8 text".to_owned())
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
