//! A server of a test's own, for settings that the shared one cannot have.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use drift::model::Engine;

/// A running server, stopped with the value.
pub struct Server {
    pub engine: Engine,
    pub port: u16,
    folder: tempfile::TempDir,
    child: Child,
}

impl Server {
    /// A server with these options; `prepare` may put files into its folder first.
    pub fn start(engine: Engine, options: impl FnOnce(&Path) -> Vec<String>) -> Server {
        let folder = tempfile::tempdir().unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        let options = options(folder.path());
        let port = free_port();
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/private_server");
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(script)
            .arg(engine.key())
            .arg(folder.path())
            .arg(port.to_string())
            .args(options)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Server { engine, port, folder, child };
        while let Err(error) = server.try_execute("SELECT 1") {
            if let Some(status) = server.child.try_wait().unwrap() {
                let log = std::fs::read_to_string(server.path("log")).unwrap_or_default();
                panic!("the server ended with {status}: {error}\n{log}");
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        server
    }

    /// A file of the server's folder.
    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn try_execute(&self, script: &str) -> Result<(), String> {
        let folder = self.folder.path();
        let mut command = match self.engine {
            Engine::Postgres => {
                let mut command = Command::new("psql");
                command.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-U", "drift", "-d", "postgres", "-h"]).arg(folder);
                command.args(["-p", &self.port.to_string(), "-c", script]);
                command
            }
            Engine::MySql | Engine::MariaDb | Engine::Sqlite => {
                let mut command = Command::new("mariadb");
                command.args(["--no-defaults", "-uroot"]).arg(format!("--socket={}", folder.join("socket").display()));
                command.args(["--default-character-set=utf8mb4", "-e", script]);
                command
            }
        };
        let output = command.output().map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// Runs statements as the administrator.
    pub fn execute(&self, script: &str) {
        self.try_execute(script).unwrap_or_else(|error| panic!("{error}\nin {script}"));
    }

    /// The URL of a database for `user` with the password `geheim`.
    pub fn url(&self, user: &str, host: &str, database: &str) -> String {
        format!("{}://{user}:geheim@{host}:{}/{database}", self.engine.key(), self.port)
    }
}

/// A port outside the range from which the system takes those of connections: until the server is made and listens,
/// nobody else is given it.
fn free_port() -> u16 {
    let random = || RandomState::new().build_hasher().finish();
    let ports = std::iter::repeat_with(|| 20_000 + (random() % 12_000) as u16);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    ports.take(100).find(is_free).expect("no port is free")
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status();
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        let _ = self.child.wait();
    }
}
