//! What the fuzzers once found, in `tests/fuzz/regressions`: each file is read to the end.

use std::path::Path;

use crate::bench::Bench;

/// The engines, in the order of the first byte of a file for the SQL targets.
const ENGINES: [&str; 4] = ["postgres", "mysql", "mariadb", "sqlite"];

#[test]
fn what_the_fuzzers_found_is_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/regressions");
    let mut count = 0;
    for target in ["sql", "python"] {
        for entry in std::fs::read_dir(folder.join(target)).into_iter().flatten() {
            let bytes = std::fs::read(entry.unwrap().path()).unwrap();
            let (file, dialect, text) = match (target, bytes.split_first()) {
                ("sql", Some((first, text))) => ("found.sql", ENGINES[usize::from(*first) % 4], text),
                _ => ("found.py", "postgres", &bytes[..]),
            };
            let bench = Bench::new(&[]);
            std::fs::write(bench.path(file), text).unwrap();
            let run = bench.run(&["diff", "--dialect", dialect, "--from", file, "--to", file]);
            assert!([0, 1].contains(&run.code), "{}", run.err);
            count += 1;
        }
    }
    assert!(count > 0, "{} holds nothing", folder.display());
}
