//! Any bytes as `drift.toml` and as `.env`; every mistake is shown with its line.
#![no_main]

use std::cell::OnceCell;

use drift::config::{Config, Environment};

thread_local! {
    static FOLDER: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a folder")).path();
        let file = folder.join("drift.toml");
        for path in [file.clone(), folder.join(".env")] {
            std::fs::write(path, data).expect("a file in a folder of our own");
        }
        let environment = Environment::beside(folder);
        match Config::load(&file, &["index.extra".to_owned()]) {
            Ok(config) => {
                if let Ok(environment) = environment {
                    for target in &config.targets {
                        let _ = config.expand(&target.url, &environment);
                    }
                }
            }
            Err(error) => {
                let _ = error.render(true);
            }
        }
    });
});
