//! What the grammar of URLs accepts, refuses and hides.

//! URLs as SQLAlchemy, libpq and the drivers write them.

use std::path::Path;

use super::{Address, DatabaseUrl, Parameter, Target};
use crate::model::Engine;

fn server(text: &str) -> Address {
    match DatabaseUrl::parse(text).unwrap().target {
        Target::Server(address) => address,
        Target::File(path) => panic!("{text} is the file {}", path.display()),
    }
}

/// User, password, host, port and database.
type Parts = (Option<String>, Option<String>, Option<String>, Option<u16>, Option<String>);

fn parts(text: &str) -> Parts {
    let address = server(text);
    (address.user, address.password, address.host, address.port, address.database)
}

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn drivers_are_accepted_and_ignored() {
    for (text, engine) in [
        ("postgres://h/d", Engine::Postgres),
        ("postgresql://h/d", Engine::Postgres),
        ("postgresql+asyncpg://h/d", Engine::Postgres),
        ("PostgreSQL+psycopg2://h/d", Engine::Postgres),
        ("mysql+pymysql://h/d", Engine::MySql),
        ("mariadb+aiomysql://h/d", Engine::MariaDb),
        ("sqlite+aiosqlite:///a.db", Engine::Sqlite),
    ] {
        assert_eq!(DatabaseUrl::parse(text).unwrap().engine, engine, "{text}");
        assert!(DatabaseUrl::looks_like(text));
    }
    for text in ["models:app/models.py", "app/models", "sql:schema.sql", "postgres", "C:\\app", "prod.json"] {
        assert!(!DatabaseUrl::looks_like(text), "{text}");
    }
}

#[test]
fn passwords_come_encoded_and_raw() {
    let expected = (some("u"), some("p@s/s:w?r#d"), some("h"), Some(1), some("d"));
    assert_eq!(parts("postgres://u:p%40s%2Fs%3Aw%3Fr%23d@h:1/d"), expected);
    assert_eq!(parts("postgres://u:p@ss@h/d").1, some("p@ss"));
    assert_eq!(parts("postgres://u:p/s?s#w@h/d"), (some("u"), some("p/s?s#w"), some("h"), None, some("d")));
    assert_eq!(parts("postgres://u:100%@h/d").1, some("100%"));
    assert_eq!(parts("postgres://h:5432/d?options=a@b"), (None, None, some("h"), Some(5432), some("d")));
    assert_eq!(parts("postgres://u@h").1, None);
    let both = (some("u"), some("p@ss/w#rd"), some("127.0.0.1"), Some(5432), some("d"));
    assert_eq!(parts("postgres://u:p@ss/w#rd@127.0.0.1:5432/d"), both);
    assert_eq!(parts("postgres://u:p@ss:word@h/d?sslmode=require").1, some("p@ss:word"));
    assert_eq!(parts("jdbc:postgresql://h/d?user=u&password=p%40").1, some("p@"));
    assert_eq!(parts("postgres://h/d?user=me@server&password=p").1, some("p"));
}

#[test]
fn connection_strings_of_libpq_are_read() {
    let all = (some("u"), some("it's \\ a p@ss"), some("h"), Some(5433), some("d"));
    let text = r"host=h port = 5433 user=u password='it\'s \\ a p@ss' dbname=d application_name=x sslmode=require";
    assert_eq!(parts(text), all);
    assert_eq!(server(text).parameter(Parameter::SslMode), Some("require"));
    let shown = DatabaseUrl::parse(text).unwrap().to_string();
    assert_eq!(shown, "host=h port=5433 user=u password=*** dbname=d application_name=x sslmode=require");
    assert_eq!(server("host=/run/postgresql dbname=d").socket.as_deref(), Some(Path::new("/run/postgresql")));
    for text in ["Server=h;Uid=u;Pwd=hush;", "host=h;password=hush", "host=h password='hush", "password=hush", "host"] {
        let message = DatabaseUrl::parse(text).unwrap_err().to_string();
        assert!(!message.contains("hush") && message.contains("postgres://"), "{text}: {message}");
    }
}

#[test]
fn hosts_may_be_addresses_or_sockets() {
    assert_eq!(parts("postgres://u@[::1]:5433/d"), (some("u"), None, some("::1"), Some(5433), some("d")));
    assert_eq!(parts("postgres://[fe80::1]/d").2, some("fe80::1"));
    let socket = |text: &str| server(text).socket;
    assert_eq!(socket("postgres:///d?host=/run/postgresql").as_deref(), Some(Path::new("/run/postgresql")));
    assert_eq!(socket("postgres://%2Frun%2Fpostgresql/d").as_deref(), Some(Path::new("/run/postgresql")));
    assert_eq!(socket("mysql://u@localhost/d?unix_socket=/tmp/s").as_deref(), Some(Path::new("/tmp/s")));
    assert!(DatabaseUrl::parse("postgres://a,b/d").unwrap_err().to_string().contains("several hosts"));
}

#[test]
fn tls_options_have_one_spelling() {
    for (text, mode) in [
        ("postgres://h/d?sslmode=verify-full", Some("verify-full")),
        ("postgresql+asyncpg://h/d?ssl=require", Some("require")),
        ("mysql://h/d?ssl-mode=VERIFY_IDENTITY", Some("verify-full")),
        ("mysql://h/d?ssl_disabled=True", Some("disable")),
        ("mysql://h/d?charset=utf8mb4&pool_size=5", None),
    ] {
        assert_eq!(server(text).parameter(Parameter::SslMode), mode, "{text}");
    }
    assert!(DatabaseUrl::parse("postgres://h/d?sslmode=perhaps").is_err());
}

#[test]
fn sqlite_files_are_relative_with_three_slashes_and_absolute_with_four() {
    for (text, path) in [
        ("sqlite:app.db", "app.db"),
        ("sqlite:./data/app.db", "./data/app.db"),
        ("sqlite:/var/app.db", "/var/app.db"),
        ("sqlite:///app.db", "app.db"),
        ("sqlite:////var/app.db", "/var/app.db"),
        ("sqlite://app.db", "app.db"),
        ("sqlite:///app.db?mode=ro", "app.db"),
        ("sqlite:///file:app.db?uri=true", "app.db"),
        ("sqlite:///my%20app.db", "my app.db"),
    ] {
        assert_eq!(DatabaseUrl::parse(text).unwrap().file(), Some(Path::new(path)), "{text}");
    }
    let moved = DatabaseUrl::parse("sqlite:app.db").unwrap().relative_to(Path::new("/srv"));
    assert_eq!(moved.file(), Some(Path::new("/srv/app.db")));
}

#[test]
fn databases_in_memory_are_refused() {
    for text in ["sqlite://", "sqlite:", "sqlite::memory:", "sqlite:///:memory:", "sqlite:///a?mode=memory"] {
        assert!(DatabaseUrl::parse(text).unwrap_err().to_string().contains("memory"), "{text}");
    }
}

#[test]
fn secrets_never_show() {
    for (text, shown) in [
        ("postgres://u:hush@h:1/d", "postgres://u:***@h:1/d"),
        ("postgres://u:hu/sh@h/d", "postgres://u:***@h/d"),
        ("postgres://u@h/d?password=hush&sslmode=require", "postgres://u@h/d?password=***&sslmode=require"),
        ("mysql+pymysql://u:hush@h/d?ssl_key_password=hush", "mysql+pymysql://u:***@h/d?ssl_key_password=***"),
        ("postgres://u:p@x?options=hush@h/d", "postgres://u:***@h/d"),
        ("postgres://u:5432/d?options=-chush@h/d", "postgres://u:***@h/d"),
        ("postgres://h:1/d?application_name=a", "postgres://h:1/d?application_name=a"),
        ("sqlite:///a:b@c.db", "sqlite:///a:b@c.db"),
        ("sqlite:///app.db", "sqlite:///app.db"),
    ] {
        let url = DatabaseUrl::parse(text).unwrap();
        assert_eq!(url.redacted(), shown);
        assert!(!format!("{url} {url:?}").contains("hush"), "{text}");
    }
}

#[test]
fn mistakes_are_named_without_repeating_the_password() {
    for text in ["oracle://u:hush@h/d", "postgres://u:hush:hush", "postgres:u:hush@h/d", "u:hush@h"] {
        let message = DatabaseUrl::parse(text).unwrap_err().to_string();
        assert!(!message.contains("hush"), "{text}: {message}");
    }
    let ambiguous = DatabaseUrl::parse("postgres://u:hush@hush/hush?a=b@hush2:hush@h/d").unwrap_err().to_string();
    assert!(!ambiguous.contains("hush") && ambiguous.contains("%40"), "{ambiguous}");
    assert!(DatabaseUrl::parse("oracle://h/d").unwrap_err().to_string().contains("oracle"));
}
