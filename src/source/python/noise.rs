//! Which files of a folder hold no models of the application: its tests and its migration scripts, which often declare
//! tables of their own. They are known by what stands in them, not by their names alone, and are read where a model
//! imports them.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::files::is_script;
use super::parse::{ParsedFile, ast};

/// Names of folders that hold tests, where one file in them is a test.
const TEST_FOLDERS: [&str; 4] = ["test", "tests", "testing", "unittests"];

/// Names of folders that hold migrations, where one file in them is one.
const MIGRATION_FOLDERS: [&str; 6] = ["alembic", "migration", "migrations", "revisions", "version", "versions"];

/// The files that are no models, of those that were found below `root`.
pub(super) fn passed_over(root: &Path, files: &[(&Path, &ParsedFile)]) -> HashSet<PathBuf> {
    let tests: Vec<&Path> = files.iter().filter(|(path, file)| is_test(path, file)).map(|(path, _)| *path).collect();
    let folders: HashSet<&Path> = tests.iter().filter_map(|path| test_folder(root, path)).collect();
    let parents: HashSet<&Path> = files.iter().filter_map(|(path, _)| path.parent()).collect();
    let migrations: HashSet<&Path> = parents.into_iter().filter(|folder| holds_migrations(folder)).collect();
    let is_noise = |path: &Path, file: &ParsedFile| {
        is_migration(file)
            || tests.contains(&path)
            || path.parent().is_some_and(|folder| migrations.contains(folder))
            || path.ancestors().any(|folder| folders.contains(folder))
    };
    files.iter().filter(|(path, file)| is_noise(path, file)).map(|(path, _)| path.to_path_buf()).collect()
}

/// The outermost folder of tests below `root` that a file stands in.
fn test_folder<'p>(root: &Path, path: &'p Path) -> Option<&'p Path> {
    let below = path.ancestors().skip(1).take_while(|folder| *folder != root);
    below.filter(|folder| folder.file_name().is_some_and(|name| TEST_FOLDERS.iter().any(|known| name == *known))).last()
}

/// Whether a folder is one of migrations, by its name and by what stands in it. What stands beside them helps them.
fn holds_migrations(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| MIGRATION_FOLDERS.iter().any(|known| name == *known))
        && std::fs::read_dir(folder).into_iter().flatten().flatten().any(|entry| is_script(&entry.path()))
}

/// A file named as a test that defines tests.
fn is_test(path: &Path, file: &ParsedFile) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    if stem == "conftest" {
        return true;
    }
    (stem.starts_with("test_") || stem.ends_with("_test") || stem.starts_with("tests"))
        && file.body.iter().any(|statement| match statement {
            ast::Stmt::FunctionDef(def) => def.name.starts_with("test"),
            ast::Stmt::ClassDef(def) => def
                .body
                .iter()
                .any(|statement| matches!(statement, ast::Stmt::FunctionDef(def) if def.name.starts_with("test"))),
            _ => false,
        })
}

/// A revision of Alembic, or a version script of sqlalchemy-migrate.
fn is_migration(file: &ParsedFile) -> bool {
    file.body.iter().any(|statement| match statement {
        ast::Stmt::Assign(assign) => assign.targets.iter().any(names_a_revision),
        ast::Stmt::AnnAssign(assign) => names_a_revision(&assign.target),
        ast::Stmt::FunctionDef(def) => {
            let first = def.parameters.args.first().map(|first| first.parameter.name.as_str());
            def.name.as_str() == "upgrade" && first == Some("migrate_engine")
        }
        _ => false,
    })
}

fn names_a_revision(target: &ast::Expr) -> bool {
    matches!(target, ast::Expr::Name(name) if name.id.as_str() == "down_revision")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(files: &[(&str, &str)]) -> Vec<String> {
        let parse = |text: &str, path: &str| ParsedFile::parse(text.to_owned(), Path::new(path)).ok().unwrap();
        let parsed: Vec<_> = files.iter().map(|(path, text)| (Path::new(*path), parse(text, path))).collect();
        let given: Vec<_> = parsed.iter().map(|(path, file)| (*path, file)).collect();
        let mut found: Vec<_> =
            passed_over(Path::new("app"), &given).iter().map(|path| path.display().to_string()).collect();
        found.sort();
        found
    }

    #[test]
    fn tests_and_what_stands_beside_them_are_no_models() {
        let files = [
            ("app/models.py", "class A: pass"),
            ("app/tests/unit/test_models.py", "def test_it(): pass"),
            ("app/tests/tables.py", "class B: pass"),
        ];
        assert_eq!(passed(&files), ["app/tests/tables.py", "app/tests/unit/test_models.py"]);
    }

    #[test]
    fn a_name_alone_makes_no_test() {
        assert!(passed(&[("app/tests/test_case.py", "class TestCase(Base): id = 1")]).is_empty());
        assert!(passed(&[("app/models/test_run.py", "class TestRun(Base):\n    def results(self): pass")]).is_empty());
    }

    #[test]
    fn revisions_are_no_models() {
        assert_eq!(passed(&[("app/db/versions/1.py", "revision = 'a'\ndown_revision: str = None")]).len(), 1);
        assert_eq!(passed(&[("app/db/versions/001_a.py", "def upgrade(migrate_engine): pass")]).len(), 1);
        assert!(passed(&[("app/models.py", "class Page:\n    down_revision = 1\ndef upgrade(x): pass")]).is_empty());
    }
}
