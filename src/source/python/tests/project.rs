//! What the files around the models say: versions that are pinned, packages, and files that are none of the models.

use super::*;

fn read_files(files: &[(&str, &str)], named: &[&str]) -> Snapshot {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let dialect = dialect(Engine::Postgres, None);
    let context = LoadContext { dialect: &*dialect, default_schema: None, root: folder.path(), base: None };
    super::super::load(&named.iter().map(|name| folder.path().join(name)).collect::<Vec<_>>(), &context).unwrap()
}

fn names(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.database.tables.keys().map(|name| name.name.as_str()).collect()
}

const CLASS: &str = "class A(Base):\n    __tablename__ = 'a'\n    id = Column(Integer, primary_key=True)\n";

#[test]
fn a_package_is_read_before_what_stands_in_it() {
    let core = format!("from pkg import config\n{HEAD}");
    let models = format!("from pkg.core import Base\nfrom sqlalchemy import *\n{CLASS}");
    let files = [
        ("pkg/__init__.py", "from pkg import models\n"),
        ("pkg/config.py", "x = 1\n"),
        ("pkg/core.py", &core),
        ("pkg/models.py", &models),
    ];
    let snapshot = read_files(&files, &["pkg/core.py", "pkg/models.py"]);
    assert_eq!(names(&snapshot), ["a"]);
    assert!(snapshot.undecided.is_empty(), "{:?}", snapshot.undecided);
}

#[test]
fn migrations_and_tests_among_named_files_are_no_models() {
    let models = format!("{HEAD}{CLASS}");
    let old = models.replace("'a'", "'old'");
    let migration = format!("down_revision = None\n{old}");
    let files = [
        ("db/models.py", models.as_str()),
        ("db/versions/001.py", migration.as_str()),
        ("db/versions/helper.py", old.as_str()),
    ];
    let all = ["db/models.py", "db/versions/001.py", "db/versions/helper.py"];
    assert_eq!(names(&read_files(&files, &all)), ["a"]);
    assert_eq!(names(&read_files(&files, &all[2..])), ["old"]);
}

#[test]
fn an_import_fails_that_the_pinned_version_does_not_have() {
    let text = format!(
        "import sqlalchemy\nfrom sqlalchemy import *\nfrom sqlalchemy.orm import declarative_base\ntry:\n    from sqlalchemy.orm import mapped_column\nexcept ImportError:\n    def mapped_column(*a, **k): return Column(*a, comment='old', **k)\nBase = declarative_base()\n{}    if sqlalchemy.__version__.startswith('2'):\n        new = Column(Integer)\n",
        CLASS.replace("Column(Integer", "mapped_column(Integer")
    );
    let comment = |version: &str| {
        let pin = format!("dependencies = [\"sqlalchemy=={version}\"]\n");
        let snapshot = read_files(&[("models.py", &text), ("pyproject.toml", &pin)], &["models.py"]);
        let table = snapshot.database.tables.values().next().unwrap().clone();
        (table.columns.len(), table.columns[0].comment.known().cloned().flatten())
    };
    assert_eq!(comment("1.4.54"), (1, Some("old".to_owned())));
    assert_eq!(comment("2.0.40"), (2, None));
}

#[test]
fn a_field_whose_default_is_none_may_be_null_with_pydantic_1() {
    let text = "from typing import Optional\nfrom sqlmodel import *\nclass A(SQLModel, table=True):\n    id: Optional[int] = Field(default=None, primary_key=True)\n    note: str = Field(default=None)\n    plain: str = None\n    text: str = 'a'\n    must: str\n";
    let nullable = |pin: &str| {
        let snapshot = read_files(&[("models.py", text), ("requirements.txt", pin)], &["models.py"]);
        let table = snapshot.database.tables.values().next().unwrap().clone();
        table.columns.iter().map(|column| column.nullable.known().copied()).collect::<Option<Vec<_>>>().unwrap()
    };
    assert_eq!(nullable("pydantic==1.10.2\nsqlmodel==0.0.8\n"), [false, true, true, false, false]);
    assert_eq!(nullable("pydantic==2.5\nsqlmodel==0.0.14\n"), [false, false, false, false, false]);
}
