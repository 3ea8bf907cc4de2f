//! A folder to run `drift` in, and one run of it.

use std::path::{Path, PathBuf};
use std::process::Command;

use drift::model::Engine;

use crate::support::Database;

/// The password that must never show.
pub const PASSWORD: &str = "geheim";

/// A folder with files.
pub struct Bench {
    folder: tempfile::TempDir,
    database: Option<Database>,
}

/// What a run left behind.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
    shown: String,
}

impl Bench {
    /// A folder with these files.
    pub fn new(files: &[(&str, &str)]) -> Self {
        let bench = Bench { folder: tempfile::tempdir().unwrap(), database: None };
        for (file, text) in files {
            bench.write(file, text);
        }
        bench
    }

    /// With an SQLite database `app.db` beside the files.
    pub fn with_sqlite(files: &[(&str, &str)], script: &str) -> Self {
        let bench = Bench::new(files);
        let database = Database::create(Engine::Sqlite);
        database.execute(script);
        std::fs::copy(database.file().unwrap(), bench.path("app.db")).unwrap();
        Bench { database: Some(database), ..bench }
    }

    pub fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
    }

    /// Runs a script on `app.db`.
    pub fn execute(&self, script: &str) {
        let database = self.database.as_ref().expect("a bench with a database");
        std::fs::copy(self.path("app.db"), database.file().unwrap()).unwrap();
        database.execute(script);
        std::fs::copy(database.file().unwrap(), self.path("app.db")).unwrap();
    }

    /// The command, to be run in the folder.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_drift"));
        command.args(args).current_dir(self.folder.path());
        for name in ["DATABASE_URL", "NO_COLOR", "CLICOLOR_FORCE", "PGPASSWORD", "MYSQL_PWD"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs `drift` in the folder.
    pub fn run(&self, args: &[&str]) -> Run {
        let output = self.command(args).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let (out, err) = (text(output.stdout), text(output.stderr));
        let code = output.status.code().unwrap_or(-1);
        let shown = format!("drift {}\nexit {code}\n--- out\n{out}\n--- err\n{err}", args.join(" "));
        assert!(!out.contains(PASSWORD) && !err.contains(PASSWORD), "a password shows:\n{shown}");
        assert!(!err.contains("panicked"), "{shown}");
        Run { code, out, err, shown }
    }
}

impl Run {
    /// The exit code is this one.
    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{}", self.shown);
        self
    }

    /// Standard output has each of these.
    #[track_caller]
    pub fn prints(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.out.contains(word), "standard output lacks {word:?}:\n{}", self.shown);
        }
        self
    }

    /// Standard error has each of these.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.err.contains(word), "standard error lacks {word:?}:\n{}", self.shown);
        }
        self
    }

    /// Standard output has none of these.
    #[track_caller]
    pub fn omits(self, words: &[&str]) -> Self {
        for word in words {
            assert!(!self.out.contains(word), "standard output has {word:?}:\n{}", self.shown);
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}\n{}", self.shown))
    }
}

/// Whether a folder has a file.
pub fn exists(bench: &Bench, file: &str) -> bool {
    Path::new(&bench.path(file)).exists()
}
