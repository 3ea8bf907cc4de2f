//! Any text as a module that declares models.
#![no_main]

use std::cell::OnceCell;

use drift::dialect::dialect;
use drift::model::Engine;
use drift::source::{LoadContext, python};

thread_local! {
    static FOLDER: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a folder")).path();
        let file = folder.join("models.py");
        std::fs::write(&file, data).expect("a file in a folder of our own");
        let dialect = dialect(Engine::Postgres, None);
        let context = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: folder, base: None };
        // That it cannot be read is an answer.
        let _ = python::load(&[file], &context);
    });
});
