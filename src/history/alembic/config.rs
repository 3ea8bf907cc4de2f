//! `alembic.ini`, or `[tool.alembic]` of `pyproject.toml`, as far as it says where revisions are; and what `env.py` says
//! of the version table: <https://alembic.sqlalchemy.org/en/latest/tutorial.html#editing-the-ini-file>.

use std::fs;
use std::path::{Path, PathBuf};

use ini::{Ini, ParseOption};

use crate::model::{Name, RelationName};
use crate::source::python::{Constant, Header};

/// Where Alembic finds its scripts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// The folder of `env.py`.
    pub script_location: PathBuf,
    /// The folders of revisions.
    pub version_locations: Vec<PathBuf>,
    /// Whether revisions stand in folders below those, too.
    pub recursive: bool,
}

impl Config {
    /// The configuration of the project of `place`, which may be an `alembic.ini`, the folder that has it, the script
    /// folder, or a folder of revisions. `None` where nothing there is Alembic's.
    pub fn find(place: &Path) -> Option<Config> {
        if place.is_file() {
            return Config::of_file(place);
        }
        for name in ["alembic.ini", "pyproject.toml"] {
            if let Some(config) = Config::of_file(&place.join(name)) {
                return Some(config);
            }
        }
        if place.join("env.py").is_file()
            && let Some(config) = Config::beside(place).or_else(|| Config::plain(place))
        {
            return Some(config);
        }
        // A folder of revisions, which a script folder may have several of: versions/postgresql.
        let above = place.is_dir().then(|| place.ancestors().skip(1).take(3)).into_iter().flatten();
        let script_location = above.into_iter().find(|folder| folder.join("env.py").is_file())?;
        let version_locations = vec![place.to_owned()];
        Some(Config { script_location: script_location.to_owned(), version_locations, recursive: false })
    }

    /// A script folder whose configuration is not known.
    fn plain(script_location: &Path) -> Option<Config> {
        let versions = script_location.join("versions");
        let config =
            Config { script_location: script_location.to_owned(), version_locations: vec![versions], recursive: false };
        config.version_locations[0].is_dir().then_some(config)
    }

    /// The configuration, in one of the folders above, that names this script folder.
    fn beside(script_location: &Path) -> Option<Config> {
        let wanted = fs::canonicalize(script_location).ok()?;
        let above = script_location.ancestors().skip(1).take(4);
        let files = above.flat_map(|folder| ["alembic.ini", "pyproject.toml"].map(|name| folder.join(name)));
        let mut configs = files.filter_map(|file| Config::of_file(&file));
        configs.find(|config| fs::canonicalize(&config.script_location).is_ok_and(|found| found == wanted))
    }

    fn of_file(file: &Path) -> Option<Config> {
        let here = file.parent().unwrap_or(Path::new(""));
        let text = fs::read_to_string(file).ok()?;
        let settings = match file.extension().and_then(|extension| extension.to_str()) {
            Some("toml") => Settings::of_toml(&text, here)?,
            Some(_) | None => Settings::of_ini(&text, here)?,
        };
        let is_scripts = |folder: &Path| folder.join("env.py").is_file();
        let script_location = match settings.get("script_location") {
            Some(written) => {
                let location = place(&written, here, is_scripts);
                if !is_scripts(&location) && is_scripts(here) { here.to_owned() } else { location }
            }
            // Flask-Migrate's configuration stands beside its scripts, and names no folder.
            None if is_scripts(here) => here.to_owned(),
            None => return None,
        };
        let locations = settings.locations();
        let mut version_locations: Vec<PathBuf> =
            locations.iter().map(|text| place(text, here, |folder| folder.is_dir())).collect();
        if version_locations.is_empty() {
            version_locations.push(script_location.join("versions"));
        }
        let recursive = settings.get("recursive_version_locations").is_some_and(|text| is_true(&text));
        Some(Config { script_location, version_locations, recursive })
    }

    /// Where the version is recorded: what `env.py` passes to `context.configure`, as far as it is written there.
    pub fn version_table(&self) -> RelationName {
        let default = RelationName::new(None, Name::exact("alembic_version"));
        let path = self.script_location.join("env.py");
        let Ok(text) = fs::read_to_string(&path) else { return default };
        let header = Header::read(text.clone(), &path).unwrap_or_default();
        let argument = |name: &str| {
            let at = text.find(&format!("{name}="))? + name.len() + 1;
            let rest = &text[at..];
            if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
                return rest[1..].split(quote).next().map(str::to_owned);
            }
            let word: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            match header.constant(&word) {
                Some((Constant::Text(text), _)) => Some(text.clone()),
                Some((Constant::None | Constant::Texts(_) | Constant::Other, _)) | None => None,
            }
        };
        RelationName::new(
            argument("version_table_schema").map(Name::exact),
            argument("version_table").map_or(default.name, Name::exact),
        )
    }
}

/// The folder that a setting of the configuration in `here` names: relative to that, or to a folder above it from which
/// a packaged application runs. `is_it` knows it when it is there.
fn place(text: &str, here: &Path, is_it: impl Fn(&Path) -> bool) -> PathBuf {
    let packaged = packaged(text);
    let inside = packaged.as_deref().unwrap_or(Path::new(text));
    let folders = here.ancestors().flat_map(|folder| {
        let source = packaged.as_ref().map(|_| folder.join("src").join(inside));
        [Some(folder.join(inside)), source].into_iter().flatten()
    });
    let near = here.join(inside.strip_prefix(".").unwrap_or(inside));
    if is_it(&near) {
        return near;
    }
    folders.into_iter().find(|folder| is_it(folder)).unwrap_or(near)
}

/// The path of a folder inside a package: `app.storage:migrations`.
fn packaged(text: &str) -> Option<PathBuf> {
    let (package, rest) = text.split_once(':').filter(|(package, _)| package.len() > 1 && !package.contains('/'))?;
    Some(package.split('.').chain(rest.split([':', '/'])).collect())
}

/// The settings of a file, lists as they were written.
struct Settings {
    /// Those of the section itself, and then those that hold for every section.
    values: Vec<(String, String)>,
    lists: Vec<(String, Vec<String>)>,
}

impl Settings {
    fn of_ini(text: &str, here: &Path) -> Option<Settings> {
        let options = ParseOption {
            enabled_quote: false,
            enabled_escape: false,
            enabled_indented_mutiline_value: true,
            ..ParseOption::default()
        };
        let ini = Ini::load_from_str_opt(text, options).ok()?;
        let section = ini.section(Some("alembic"))?;
        let values = section.iter().chain(ini.section(Some("DEFAULT")).into_iter().flat_map(|section| section.iter()));
        let mut values: Vec<(String, String)> = values.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        values.push(("here".to_owned(), here.display().to_string()));
        Some(Settings { values, lists: Vec::new() })
    }

    fn of_toml(text: &str, here: &Path) -> Option<Settings> {
        let table: toml::Table = text.parse().ok()?;
        let section = table.get("tool")?.get("alembic")?.as_table()?;
        let mut settings = Settings { values: Vec::new(), lists: Vec::new() };
        for (key, value) in section {
            match value {
                toml::Value::String(text) => settings.values.push((key.clone(), text.clone())),
                toml::Value::Boolean(flag) => settings.values.push((key.clone(), flag.to_string())),
                toml::Value::Array(list) => {
                    let texts = list.iter().filter_map(|item| item.as_str()).map(str::to_owned).collect();
                    settings.lists.push((key.clone(), texts));
                }
                toml::Value::Integer(_) | toml::Value::Float(_) | toml::Value::Datetime(_) | toml::Value::Table(_) => {}
            }
        }
        settings.values.push(("here".to_owned(), here.display().to_string()));
        Some(settings)
    }

    /// A setting, with what it takes from others.
    fn get(&self, key: &str) -> Option<String> {
        Some(self.interpolated(self.raw(key)?, 0))
    }

    /// A setting as it was written; names of settings are the same in either case.
    fn raw(&self, key: &str) -> Option<&str> {
        self.values.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value.as_str())
    }

    /// `%(name)s` is another setting, and `%%` a percent sign:
    /// <https://docs.python.org/3/library/configparser.html#interpolation-of-values>.
    fn interpolated(&self, text: &str, depth: u32) -> String {
        let mut result = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            result.push_str(&rest[..at]);
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('%') {
                result.push('%');
                rest = after;
                continue;
            }
            let named = rest.strip_prefix('(').and_then(|rest| rest.split_once(")s"));
            match named.and_then(|(name, after)| Some((self.raw(name)?, after))) {
                // What refers to itself is no configuration.
                Some((value, after)) if depth < 10 => {
                    result.push_str(&self.interpolated(value, depth + 1));
                    rest = after;
                }
                Some(_) | None => result.push('%'),
            }
        }
        result + rest
    }

    fn locations(&self) -> Vec<String> {
        if let Some((_, list)) = self.lists.iter().find(|(name, _)| name == "version_locations") {
            return list.iter().map(|text| self.interpolated(text, 0)).collect();
        }
        let Some(text) = self.get("version_locations") else { return Vec::new() };
        let separator = self.get("path_separator").or_else(|| self.get("version_path_separator"));
        let parts: Vec<&str> = match separator.as_deref() {
            Some("os") => text.split(if cfg!(windows) { ';' } else { ':' }).collect(),
            Some("space") => text.split_whitespace().collect(),
            Some("newline") => text.lines().collect(),
            Some(":") => text.split(':').collect(),
            Some(";") => text.split(';').collect(),
            // Before the setting existed: spaces and commas.
            Some(_) | None => text.split([' ', ',', '\n']).collect(),
        };
        parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }
}

fn is_true(text: &str) -> bool {
    matches!(text.trim().to_ascii_lowercase().as_str(), "true" | "yes" | "on" | "1")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (file, text) in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    fn shown(folder: &Path, place: &str) -> String {
        let Some(config) = Config::find(&folder.join(place)) else { return "none".to_owned() };
        let below = |path: &PathBuf| path.strip_prefix(folder).unwrap_or(path).display().to_string();
        let versions: Vec<String> = config.version_locations.iter().map(below).collect();
        format!(
            "{} [{}]{}",
            below(&config.script_location),
            versions.join(" "),
            if config.recursive { " recursive" } else { "" }
        )
    }

    #[test]
    fn scripts_are_found_from_every_place_that_a_user_names() {
        let folder = project(&[
            ("alembic.ini", "[alembic]\nscript_location = %(here)s/migrations\nrecursive_version_locations = true\n"),
            ("migrations/env.py", "context.configure(connection=c, version_table='versions_of_app')\n"),
            ("migrations/versions/a.py", ""),
            (
                "other/pyproject.toml",
                "[tool.alembic]\nscript_location = 'db'\nversion_locations = ['db/a', '%(here)s/db/b']\n",
            ),
            (
                "colons/alembic.ini",
                "[alembic]\nscript_location=s\nversion_locations = x:%(here)s/y\npath_separator = os\n",
            ),
            ("engines/env.py", ""),
            ("engines/versions/postgresql/a.py", ""),
            (
                "expanded/alembic.ini",
                "[DEFAULT]\nbase = %(here)s/db\n[alembic]\nname = my_app\nscript_location = %(base)s/%(NAME)s\n\
                 version_locations = %(script_location)s/versions %(here)s/100%%\n",
            ),
            ("expanded/db/my_app/env.py", ""),
            (
                "package/alembic.ini",
                "[alembic]\nscript_location = app:migs\nversion_locations = %(script_location)s/versions, other:db\n",
            ),
            ("src/app/migs/env.py", ""),
            ("src/app/migs/versions/a.py", ""),
            ("other/db/a.py", ""),
            (
                "toml/pyproject.toml",
                "[tool.alembic]\nscript_location = '%(here)s/db'\nversion_locations = ['%(script_location)s/v']\n",
            ),
            ("flask/alembic.ini", "[alembic]\n# the script folder is this one\n[loggers]\nkeys = root\n"),
            ("flask/env.py", ""),
            ("flask/versions/a.py", ""),
            (
                "lines/alembic.ini",
                "[alembic]\nscript_location = s\nversion_locations =\n    x\n    y\npath_separator = newline\n",
            ),
        ]);
        for (place, expected) in [
            ("alembic.ini", "migrations [migrations/versions] recursive"),
            ("", "migrations [migrations/versions] recursive"),
            ("migrations", "migrations [migrations/versions] recursive"),
            ("migrations/versions", "migrations [migrations/versions]"),
            ("engines/versions/postgresql", "engines [engines/versions/postgresql]"),
            ("other", "other/db [other/db/a other/db/b]"),
            ("colons", "colons/s [colons/x colons/y]"),
            ("lines", "lines/s [lines/x lines/y]"),
            ("expanded", "expanded/db/my_app [expanded/db/my_app/versions expanded/100%]"),
            ("package", "src/app/migs [src/app/migs/versions other/db]"),
            ("toml", "toml/db [toml/db/v]"),
            ("flask/alembic.ini", "flask [flask/versions]"),
            ("flask", "flask [flask/versions]"),
            ("nowhere", "none"),
        ] {
            assert_eq!(shown(folder.path(), place), expected, "{place}");
        }
        let config = Config::find(folder.path()).unwrap();
        assert_eq!(config.version_table(), RelationName::new(None, Name::exact("versions_of_app")));
    }
}
