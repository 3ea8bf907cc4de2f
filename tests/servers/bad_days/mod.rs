//! Bad input and bad days: weak accounts, servers that hang or vanish, catalogs that change, files in every encoding,
//! odd names and settings. Whatever happens, drift says what it could not see, and never takes it for drift or for
//! its absence.

mod change;
mod depth;
mod encoding;
mod large;
mod letter_case;
mod names;
mod output;
mod private;
mod proxy;
mod regressions;
mod rights;
mod secrets;
mod settings;
mod stall;
mod tls;
mod writes;

use crate::support::Database;
use drift::model::Engine;

/// The engines that are servers.
const SERVERS: [Engine; 3] = [Engine::Postgres, Engine::MariaDb, Engine::MySql];

/// The URL of a test's database with other parts.
fn changed(database: &Database, change: impl FnOnce(&mut url::Url)) -> String {
    let mut url = url::Url::parse(database.url()).unwrap();
    change(&mut url);
    url.to_string()
}

/// The name of a test's database.
fn name(database: &Database) -> &str {
    database.url().rsplit_once('/').unwrap().1
}
