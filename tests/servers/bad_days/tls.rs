//! Servers that want encryption, and certificates that are right and wrong.

use std::path::Path;
use std::process::{Command, Stdio};

use drift::model::Engine;

use super::private::Server;
use crate::bench::Bench;
use crate::support::Database;

const SCHEMA: (&str, &str) = ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY);\n");

fn openssl(folder: &Path, args: &str) {
    let output =
        Command::new("openssl").args(args.split(' ')).current_dir(folder).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "openssl {args}: {}", String::from_utf8_lossy(&output.stderr));
}

/// An authority, another one, and a certificate of the first for localhost and 127.0.0.1.
fn certificates(folder: &Path) {
    for name in ["ca", "other"] {
        openssl(
            folder,
            &format!(
                "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=drift-{name} -keyout {name}.key -out {name}.pem"
            ),
        );
    }
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    openssl(folder, "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr");
    openssl(
        folder,
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(folder.join("server.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

fn postgres(folder: &Path) -> Vec<String> {
    certificates(folder);
    let rules = "local all all trust\nhostssl all all 127.0.0.0/8 scram-sha-256\n";
    std::fs::write(folder.join("pg_hba.conf"), rules).unwrap();
    let file = |name: &str| folder.join(name).display().to_string();
    let settings = [
        "listen_addresses=127.0.0.1,127.0.0.2".to_owned(),
        "ssl=on".to_owned(),
        format!("ssl_cert_file={}", file("server.pem")),
        format!("ssl_key_file={}", file("server.key")),
    ];
    settings.into_iter().flat_map(|setting| ["-c".to_owned(), setting]).collect()
}

fn mariadb(folder: &Path) -> Vec<String> {
    certificates(folder);
    let file = |name: &str| folder.join(name).display().to_string();
    vec![
        "--require-secure-transport=ON".to_owned(),
        format!("--ssl-ca={}", file("ca.pem")),
        format!("--ssl-cert={}", file("server.pem")),
        format!("--ssl-key={}", file("server.key")),
    ]
}

fn server(engine: Engine) -> Server {
    match engine {
        Engine::Postgres => {
            let server = Server::start(engine, postgres);
            server.execute("CREATE ROLE app LOGIN PASSWORD 'geheim'");
            server.execute(SCHEMA.1);
            server
        }
        Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
            let server = Server::start(engine, mariadb);
            server.execute("CREATE DATABASE postgres; CREATE USER app@'%' IDENTIFIED BY 'geheim';");
            server.execute("GRANT ALL ON postgres.* TO app@'%'");
            server.execute(&format!("USE postgres; {}", SCHEMA.1));
            server
        }
    }
}

#[test]
fn encryption_that_a_server_wants_is_spoken_and_what_is_wrong_is_told() {
    for engine in super::SERVERS {
        let server = server(engine);
        let bench = Bench::new(&[SCHEMA]);
        let (mode, ca) = if engine == Engine::Postgres { ("sslmode", "sslrootcert") } else { ("ssl-mode", "ssl-ca") };
        let check = |host: &str, word: &str, authority: Option<&str>| {
            let authority = authority.map(|file| format!("&{ca}={}", server.path(file).display())).unwrap_or_default();
            let url = format!("{}?{mode}={word}{authority}", server.url("app", host, "postgres"));
            bench.run(&["check", "-vvv", "--url", &url, "--declared", "schema.sql"])
        };
        let words = match engine {
            Engine::Postgres => ["disable", "prefer", "require", "verify-ca", "verify-full"],
            Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
                ["DISABLED", "PREFERRED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"]
            }
        };
        let [disable, prefer, require, verify_ca, verify_full] = words;
        for word in [prefer, require] {
            check("127.0.0.1", word, None).exits(0).prints(&["in sync"]);
        }
        for (word, host) in [(verify_ca, "127.0.0.1"), (verify_full, "127.0.0.1"), (verify_full, "localhost")] {
            check(host, word, Some("ca.pem")).exits(0).prints(&["in sync"]);
        }
        // Another name of the same server: the certificate is not for it.
        check("127.0.0.2", verify_ca, Some("ca.pem")).exits(0);
        check("127.0.0.2", verify_full, Some("ca.pem")).exits(1).says(&["TLS failed", "the host's name", "help: "]);
        for authority in [Some("other.pem"), None] {
            let run = check("127.0.0.1", verify_full, authority).exits(1);
            run.says(&["TLS failed", "UnknownIssuer", "help: ", "sslrootcert"]);
        }
        let run = check("127.0.0.1", verify_full, Some("absent.pem")).exits(1);
        run.says(&["TLS failed", "absent.pem"]);
        let run = check("127.0.0.1", disable, None).exits(1);
        run.says(&["cannot connect to", "help: ", "sslmode=require"]);
    }
}

#[test]
fn encryption_that_a_server_does_not_offer_is_told() {
    for (engine, parameter) in [(Engine::Postgres, "sslmode=require"), (Engine::MariaDb, "ssl-mode=REQUIRED")] {
        let database = Database::create(engine);
        let bench = Bench::new(&[SCHEMA]);
        let url = format!("{}?{parameter}", database.url());
        let run = bench.run(&["check", "--url", &url, "--declared", "schema.sql"]).exits(1);
        run.says(&["TLS failed: server does not support TLS", "help: set sslmode in the URL"]);
    }
}
