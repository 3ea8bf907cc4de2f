//! Any texts as the modules of a project, which import each other in whatever order and circle.
#![no_main]

use std::cell::OnceCell;

use drift::dialect::dialect;
use drift::model::Engine;
use drift::source::{LoadContext, python};

thread_local! {
    static FOLDER: OnceCell<tempfile::TempDir> = const { OnceCell::new() };
}

/// What the modules are called: packages, modules of them, and modules beside them.
const FILES: [&str; 6] = ["pkg/__init__.py", "pkg/core.py", "pkg/models.py", "pkg/sub/__init__.py", "pkg/sub/deep.py", "other.py"];

/// What stands between two modules.
const SEPARATOR: &[u8] = b"\n#----\n";

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    FOLDER.with(|folder| {
        let folder = folder.get_or_init(|| tempfile::tempdir().expect("a folder")).path();
        std::fs::create_dir_all(folder.join("pkg/sub")).expect("a folder in one of our own");
        // The first byte says which of the modules are named, the rest is their texts.
        let (named, mut rest) = data.split_first().map_or((1, data), |(first, rest)| (*first, rest));
        for file in FILES {
            let end = rest.windows(SEPARATOR.len()).position(|window| window == SEPARATOR);
            let (text, after) = match end {
                Some(end) => (&rest[..end], &rest[end + SEPARATOR.len()..]),
                None => (rest, &rest[rest.len()..]),
            };
            std::fs::write(folder.join(file), text).expect("a file in a folder of our own");
            rest = after;
        }
        let files = FILES.iter().enumerate().filter(|(index, _)| named & (1 << index) != 0);
        let files: Vec<_> = files.map(|(_, file)| folder.join(file)).collect();
        let paths = if files.is_empty() { vec![folder.join("pkg")] } else { files };
        let dialect = dialect(Engine::Postgres, None);
        let context = LoadContext { dialect: dialect.as_ref(), default_schema: None, root: folder, base: None };
        // That they cannot be read is an answer.
        let _ = python::load(&paths, &context);
    });
});
