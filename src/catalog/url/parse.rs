//! The grammar of database URLs.

use std::borrow::Cow;
use std::path::PathBuf;

use crate::model::Engine;

use super::{Address, Parameter, Target};

/// The engine of a text that opens with a known scheme, and the text behind the scheme's colon.
pub(super) fn scheme(text: &str) -> Option<(Engine, &str)> {
    let text = text.strip_prefix("jdbc:").unwrap_or(text);
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

/// What a database is named by.
pub(super) const FORMS: &str = "postgres://USER:***@HOST:PORT/DATABASE, mysql://…, mariadb://… or sqlite:FILE";

fn unknown(text: &str) -> String {
    match text.split_once("://") {
        Some((scheme, _)) if scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)) => {
            format!("`{scheme}://` is no database that drift reads: write {FORMS}")
        }
        Some(_) | None => format!("this is not a database URL: write {FORMS}"),
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
    let (user, place) = split_user(rest)?;
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

/// Splits `user:password@` off.
///
/// Passwords with an unescaped `@`, `/`, `?` or `#` are common, and drivers differ in what they forgive; the split that
/// leaves a host, a port, a database and options behind it is meant.
///
/// # Errors
/// When several splits do: what one of them takes for the host may be a part of the password.
fn split_user(rest: &str) -> Result<(Option<&str>, &str), String> {
    let splits = rest.match_indices('@').map(|(at, _)| (Some(&rest[..at]), &rest[at + 1..]));
    let mut meant = std::iter::once((None, rest)).chain(splits).filter(|(_, place)| is_place(place));
    let Some(first) = meant.next() else {
        return Ok(rest.rsplit_once('@').map_or((None, rest), |(user, place)| (Some(user), place)));
    };
    // An `@` in the value of an option parts nothing.
    let is_option = |user: &str| {
        let option = user.split_once('?').and_then(|(_, query)| query.rsplit('&').next()?.split_once('='));
        option.is_some_and(|(key, _)| WITH_AT.contains(&key))
    };
    match meant.find(|(user, _)| user.is_some_and(|user| user.contains(':') && !is_option(user))) {
        Some(_) => Err(format!("the URL can be read in two ways: {ENCODE}")),
        None => Ok(first),
    }
}

/// The options whose values may well hold an `@`.
const WITH_AT: [&str; 6] = ["user", "username", "password", "passwd", "options", "application_name"];

/// What has to be done with a password that looks like other parts of a URL.
const ENCODE: &str = "percent-encode the characters : / @ ? # % of its password (%3A %2F %40 %3F %23 %25)";

/// Whether a text is a host with a port, a database and options, and nothing that would have to be encoded.
fn is_place(text: &str) -> bool {
    let (text, query) = text.split_once('?').unwrap_or((text, ""));
    let (host, database) = text.split_once('/').unwrap_or((text, ""));
    let port = match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((_, after)) => after.strip_prefix(':').unwrap_or(after),
        None => match host.split_once(':') {
            Some((name, port)) if !name.contains(',') => port,
            Some(_) | None => "",
        },
    };
    (port.is_empty() || port.parse::<u16>().is_ok())
        && !host.contains(['@', '#'])
        && !database.contains(['@', '#', ':', '/'])
        && (query.is_empty() || is_query(query))
}

/// Whether a text begins like the options of a URL: `sslmode=require`.
fn is_query(text: &str) -> bool {
    let key = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'));
    key.len() < text.len() && key.starts_with('=')
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
        format!("the URL's port is no number from 0 to 65535; where it is a part of the password, {ENCODE}")
    })
}

pub(super) fn set_parameter(
    engine: Engine,
    address: &mut Address,
    key: &str,
    value: Cow<'_, str>,
) -> Result<(), String> {
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
