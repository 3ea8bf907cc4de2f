"""An application as a project that its user would have: an environment, and a folder with the package's own sources,
the pins of what is installed, and the drift.toml that `drift init` writes."""

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tomllib


class Failed(Exception):
    """The application cannot be tried."""


@dataclasses.dataclass
class Application:
    name: str
    version: str
    sqlalchemy: str
    folder: pathlib.Path
    python: pathlib.Path
    models: list
    engines: list
    settings: dict


def build_drift(root):
    """The program as cargo builds it."""
    subprocess.run(["cargo", "build", "--quiet"], cwd=root, check=True)
    return str(target(root) / "debug" / "drift")


def target(root):
    return pathlib.Path(os.environ.get("CARGO_TARGET_DIR") or root / "target")


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-8:]
        raise Failed(f"{command[0]}: " + " | ".join(last))
    return done.stdout


def prepare(root, name, settings, drift):
    """Installs an application and makes its project folder; what is there already is used."""
    home = target(root) / "applications"
    home.mkdir(parents=True, exist_ok=True)
    installer = home / "uv" / "bin" / "uv"
    if not installer.exists():
        run([sys.executable, "-m", "venv", home / "uv"])
        run([home / "uv" / "bin" / "python", "-m", "pip", "install", "-q", "uv"])
    folder = home / re.sub(r"[^\w.-]", "_", name)
    folder.mkdir(exist_ok=True)
    python = folder / "venv" / "bin" / "python"
    wanted = [name, *settings["packages"]]
    note = folder / "installed.json"
    if not note.exists() or json.loads(note.read_text()) != wanted:
        shutil.rmtree(folder / "venv", ignore_errors=True)
        run([installer, "venv", "-q", "-p", sys.executable, folder / "venv"])
        run([installer, "pip", "install", "-q", "--python", python, *wanted])
        note.write_text(json.dumps(wanted))
    pins = run([installer, "pip", "freeze", "-q", "--python", python])
    described = json.loads(run([python, "-c", DESCRIBE, name]))
    if described["sqlalchemy"] is None:
        raise Failed("SQLAlchemy is not among what it installs; name it with --with")
    project = folder / "project"
    shutil.rmtree(project, ignore_errors=True)
    for source in [described, *(json.loads(run([python, "-c", DESCRIBE, other])) for other in settings.get("sources", []))]:
        copy_sources(source, project)
    (project / "requirements.txt").write_text(pins)
    models = settings.get("models") or seen_by_init(drift, project, folder)
    if not models:
        raise Failed("`drift init` sees no models; name them with --models")
    return Application(name, described["version"], described["sqlalchemy"], folder, python, models,
                       settings["engines"], settings)


def add_packages(application, packages):
    """Installs what an application needs for a part of what is tried."""
    if packages:
        installer = application.folder.parent / "uv" / "bin" / "uv"
        run([installer, "pip", "install", "-q", "--python", application.python, *packages])


DESCRIBE = """
import importlib.metadata as metadata, json, re, sys
name = re.split(r"[\\[<>=!~;@ ]", sys.argv[1])[0]
found = metadata.distribution(name)
try:
    sqlalchemy = metadata.version("sqlalchemy")
except metadata.PackageNotFoundError:
    sqlalchemy = None
files = [str(file) for file in found.files or () if not str(file).startswith("..")]
print(json.dumps({"version": found.version, "sqlalchemy": sqlalchemy, "files": files,
                  "base": str(found.locate_file(""))}))
"""


def copy_sources(described, project):
    """The Python files of the distribution, as they stand in its repository."""
    base = pathlib.Path(described["base"])
    for file in described["files"]:
        if file.endswith((".py", ".ini")):
            copy = project / file
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(base / file, copy)


def seen_by_init(drift, project, folder):
    environment = {name: value for name, value in os.environ.items() if "DATABASE" not in name and "DB_" not in name}
    run([drift, "init", "--quiet", project], env=environment)
    # The folder is kept as the package has it; the configuration stands beside it.
    settings = tomllib.loads((project / "drift.toml").read_text())
    return settings.get("declared", {}).get("models", [])
