//! Snapshots in files: what `drift inspect --format json` writes is a source again.

use std::borrow::Cow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::snapshot::Snapshot;
use crate::text::decode;

use super::SourceError;

/// What a snapshot file says of itself.
const FORMAT: &str = "drift-snapshot";

/// The version of the file's form: within one, keys are only ever added.
const VERSION: u32 = 1;

/// A snapshot file, as `drift inspect --format json` writes it.
#[derive(Clone, Debug, Serialize, Deserialize, schemars::JsonSchema)]
#[schemars(title = "drift snapshot")]
pub struct SnapshotFile<'a> {
    /// Always `drift-snapshot`.
    format: String,
    /// The version of the form.
    version: u32,
    /// The snapshot.
    snapshot: Cow<'a, Snapshot>,
}

/// What tells a snapshot file from others.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// The text of a snapshot file.
///
/// # Errors
/// Never with the types of a snapshot; the signature is that of JSON.
pub fn write(snapshot: &Snapshot) -> Result<String, serde_json::Error> {
    let file = SnapshotFile { format: FORMAT.to_owned(), version: VERSION, snapshot: Cow::Borrowed(snapshot) };
    Ok(serde_json::to_string_pretty(&file)? + "\n")
}

/// Reads a snapshot file.
///
/// # Errors
/// When the file cannot be read, is none, or was written by a later version.
pub fn load(path: &Path) -> Result<Snapshot, SourceError> {
    let wrong = |message: String| SourceError::Snapshot { path: path.to_owned(), message };
    let bytes = std::fs::read(path).map_err(|source| SourceError::Io { path: path.to_owned(), source })?;
    let text = decode(bytes).text;
    let head: Head = serde_json::from_str(&text)
        .map_err(|_| wrong("this is not a snapshot; `drift inspect SOURCE --format json` writes one".to_owned()))?;
    if head.format != FORMAT {
        return Err(wrong(format!("this is `{}`, not a snapshot", head.format)));
    }
    if head.version != VERSION {
        let message = format!("snapshot version {}, but this drift reads version {VERSION}", head.version);
        return Err(wrong(format!("{message}; write it anew with `drift inspect SOURCE --format json`")));
    }
    let file: SnapshotFile<'_> = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    Ok(file.snapshot.into_owned())
}

/// Whether a JSON file says that it is a snapshot.
pub(super) fn is_one(path: &Path) -> bool {
    let text = decode(std::fs::read(path).unwrap_or_default()).text;
    serde_json::from_str::<Head>(&text).is_ok_and(|head| head.format == FORMAT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Engine;
    use crate::snapshot::Scope;

    #[test]
    fn a_snapshot_is_read_back_and_other_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        let snapshot = Snapshot::empty(Engine::Sqlite, None, Scope::default());
        std::fs::write(&path, write(&snapshot).unwrap()).unwrap();
        assert_eq!(load(&path).unwrap().engine, Engine::Sqlite);
        for (text, message) in [
            ("{}", "not a snapshot"),
            ("nonsense", "not a snapshot"),
            ("{\"format\":\"drift-snapshot\",\"version\":9}", "this drift reads version 1"),
            ("{\"format\":\"drift-snapshot\",\"version\":1}", "missing field"),
        ] {
            std::fs::write(&path, text).unwrap();
            let shown = load(&path).unwrap_err().to_string();
            assert!(shown.contains(message) && shown.contains("a.json"), "{shown}");
        }
    }
}
