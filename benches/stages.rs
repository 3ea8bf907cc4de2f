//! Reading SQL, reading models and comparing, from 100 to 10,000 tables: how long, and how much memory at the peak.
//!
//! `cargo bench` prints the times with the tables a second, which stay level where the work is linear. The peak is what
//! the stage has allocated on top of what was there before it, also for each table.

use std::path::{Path, PathBuf};
use std::process::Command;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use peak_alloc::PeakAlloc;

use drift::dialect::{Dialect, dialect};
use drift::diff::{Pair, diff};
use drift::model::Engine;
use drift::snapshot::Snapshot;
use drift::source::{LoadContext, python, sql};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const TABLES: [usize; 5] = [100, 316, 1000, 3162, 10_000];

/// The same schema in both of its forms, as benches/schema.py writes it.
struct Schema {
    folder: tempfile::TempDir,
}

impl Schema {
    fn write(tables: usize) -> Self {
        let schema = Schema { folder: tempfile::tempdir().unwrap() };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/schema.py");
        for (form, path) in [("postgres", schema.sql()), ("models", schema.models())] {
            let status =
                Command::new("python3").arg(&script).args([form, &tables.to_string()]).arg(path).status().unwrap();
            assert!(status.success(), "{} failed", script.display());
        }
        schema
    }

    fn sql(&self) -> PathBuf {
        self.folder.path().join("schema.sql")
    }

    fn models(&self) -> PathBuf {
        self.folder.path().join("entries")
    }

    fn context<'a>(&'a self, dialect: &'a dyn Dialect) -> LoadContext<'a> {
        LoadContext { dialect, default_schema: None, root: self.folder.path(), base: None }
    }
}

/// Says what a stage holds at its peak.
fn report_peak<T>(stage: &str, tables: usize, work: impl FnOnce() -> T) -> T {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let made = work();
    let peak = MEMORY.peak_usage().saturating_sub(before);
    println!(
        "{stage}/{tables}: peak memory {:.1} MiB, {:.1} KiB a table",
        mib(peak),
        mib(peak) * 1024.0 / tables as f64
    );
    made
}

fn mib(bytes: usize) -> f64 {
    bytes as f64 / (1024.0 * 1024.0)
}

fn read_sql(context: &LoadContext<'_>, schema: &Schema) -> Snapshot {
    sql::load(&[schema.sql()], context).unwrap()
}

fn read_models(context: &LoadContext<'_>, schema: &Schema) -> Snapshot {
    python::load(&[schema.models()], context).unwrap()
}

/// The schema as somebody changed it: in every tenth table a column is gone, and a default another one.
fn changed(mut snapshot: Snapshot) -> Snapshot {
    for table in snapshot.database.tables.values_mut().step_by(10) {
        table.columns.change(Vec::pop);
        let default = table.columns.iter_mut().find(|column| column.default.known().is_some_and(Option::is_some));
        default.unwrap().default = drift::model::Fact::Known(Some(drift::model::Expr::new("'changed'")));
    }
    snapshot
}

fn stages(criterion: &mut Criterion) {
    let dialect = dialect(Engine::Postgres, None);
    for tables in TABLES {
        let schema = Schema::write(tables);
        let context = schema.context(dialect.as_ref());
        let declared = report_peak("read SQL", tables, || read_sql(&context, &schema));
        assert_eq!((declared.database.tables.len(), declared.warnings.len()), (tables, 0));
        let models = report_peak("read models", tables, || read_models(&context, &schema));
        assert_eq!((models.database.tables.len(), models.warnings.len()), (tables, 0));
        let live = changed(declared.clone());
        let compare = || diff(Pair::new(&live, &declared), dialect.as_ref());
        let found = report_peak("compare", tables, compare);
        assert_eq!(found.changes.len(), 2 * tables.div_ceil(10));
        let mut measure = |stage: &str, work: &mut dyn FnMut()| {
            let mut group = criterion.benchmark_group(stage);
            group.sample_size(10).throughput(Throughput::Elements(tables as u64));
            group.bench_function(BenchmarkId::from_parameter(tables), |bencher| bencher.iter(&mut *work));
            group.finish();
        };
        measure("read SQL", &mut || drop(read_sql(&context, &schema)));
        measure("read models", &mut || drop(read_models(&context, &schema)));
        measure("compare", &mut || drop(compare()));
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
