"""One application on one engine: what drift finds where nothing differs, and of random single changes."""

import json
import os
import pathlib
import random
import re
import subprocess

import changes
import database

HEADER = (f"{'application':20} {'version':>9} {'SQLAlchemy':>10} {'engine':9}{'tables':>7}{'columns':>8}"
          f"{'false':>6}{'undecided':>15}{'changes':>8}{'found':>6}{'alone':>6}")

# SQLAlchemy's name for the engine, and what it learns of the server when it connects.
DIALECTS = {"postgres": ("postgresql", {}), "mariadb": ("mysql", {"is_mariadb": True}), "sqlite": ("sqlite", {})}


def judge(application, engine, drift, count, seed):
    result = {"application": application.name, "version": application.version, "sqlalchemy": application.sqlalchemy,
              "engine": engine, "models": application.models}
    try:
        truth = ask_sqlalchemy(application, engine)
    except RuntimeError as error:
        return result | {"error": str(error)}
    result |= {key: truth[key] for key in ("tables", "columns", "failed")}
    if not truth["statements"]:
        return result | {"error": "its models send no DDL: " + "; ".join(f"{k}: {v}" for k, v in truth["failed"].items())}
    name = re.sub(r"\W", "_", f"apps_{application.name}")
    live = database.create(engine, name, application.folder)
    try:
        result["refused"] = live.load(truth["statements"], truth["schemas"])
        before = check(application, drift, live)
        if "error" in before:
            return result | {"error": before["error"]}
        excused = [found for found in before["findings"] if is_excused(found, result["refused"])]
        result["findings"] = [found for found in before["findings"] if found not in excused]
        result["excused"] = excused
        result["undecided"] = before["undecided"]
        result["warnings"] = before["warnings"]
        result["changes"] = try_changes(application, drift, live, before, count, random.Random(f"{seed} {name} {engine}"))
    finally:
        live.close()
    return result


def ask_sqlalchemy(application, engine):
    dialect, options = DIALECTS[engine]
    asked = {"modules": modules(application), "dialect": dialect, "options": options,
             "prelude": application.settings.get("prelude"), "metadata": application.settings.get("metadata")}
    done = subprocess.run([application.python, "-B", pathlib.Path(__file__).with_name("truth.py")], text=True,
                          input=json.dumps(asked), capture_output=True, cwd=application.folder,
                          env=environment(application))
    if done.returncode != 0 or not done.stdout:
        raise RuntimeError("its models cannot be imported: " + "".join(done.stderr.strip().splitlines()[-1:]))
    return json.loads(done.stdout)


def environment(application):
    return {**os.environ, **application.settings.get("environment", {})}


def modules(application):
    """The modules among an application's model files that may declare a table."""
    project = application.folder / "project"
    files = []
    for path in application.models:
        path = project / path
        files += sorted(path.rglob("*.py")) if path.is_dir() else [path]
    found = []
    for file in files:
        text = file.read_text(errors="replace")
        if re.search(r"sqlalchemy|sqlmodel|db\.Model|__tablename__|\bTable\(", text) and not is_of_alembic(text):
            parts = list(file.relative_to(project).with_suffix("").parts)
            found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def is_of_alembic(text):
    """A migration or env.py, which drift leaves out of a folder too."""
    return re.search(r"^down_revision", text, re.M) or ("context.configure(" in text and "context.run_migrations(" in text)


def check(application, drift, live):
    command = [drift, "check", "--url", live.url, "--format", "json"]
    for path in application.models:
        command += ["--declared", f"models:{path}"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=application.folder / "project")
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"error": f"drift: exit code {done.returncode}: {done.stderr.strip()[:500]}"}


def is_excused(found, refused):
    """Whether a finding is about something that the server refused to make."""
    for one in refused:
        made = database.object_of(one["statement"])
        if made is None:
            continue
        table, name = made
        if name is None and (table == found["object"]["name"] or f"`{table}`" in found["message"]
                             or table == found["object"].get("table")):
            return True
        if name is not None and (table, name) == (found["object"].get("table"), found["object"]["name"]):
            return True
    return False


def key(found):
    where = found["object"]
    return found["code"], where.get("table") or where["name"], where["name"]


def try_changes(application, drift, live, before, count, rng):
    by_kind = changes.candidates(live)
    known = {key(found) for found in before["findings"]}
    tried = []
    attempts = 0
    while len(tried) < count and by_kind and attempts < count * 5:
        attempts += 1
        kind = rng.choice(sorted(by_kind))
        change = rng.choice(by_kind[kind])
        by_kind[kind].remove(change)
        if not by_kind[kind]:
            del by_kind[kind]
        try:
            live.change(change)
            after = check(application, drift, live)
        except database.Refused:
            continue
        finally:
            live.restore()
        if "error" in after:
            tried.append({"change": str(change), "verdict": "error", "seen": [after["error"]]})
            continue
        new = [found for found in after["findings"] if key(found) not in known]
        hits = [found for found in new if found["code"] in change.codes and key(found)[1] == change.table]
        others = [found for found in new if found not in hits and key(found)[:2] not in change.along]
        verdict = "missed"
        if hits:
            verdict = "alone" if not others else "found"
        elif len(after["undecided"]) > len(before["undecided"]) or is_undecided(change, after):
            verdict = "undecided"
        tried.append({"change": str(change), "verdict": verdict, "seen": [found["message"] for found in new]})
    return tried


def is_undecided(change, report):
    for one in report["undecided"]:
        where = one["object"]
        if where and change.table in (where.get("table"), where["name"]):
            return True
    return False


def row(result):
    head = f"{result['application']:20} {result['version']:>9} {result['sqlalchemy']:>10} {result['engine']:9}"
    if "findings" not in result:
        return head + " " + result["error"]
    found = sum(one["verdict"] in ("found", "alone") for one in result["changes"])
    alone = sum(one["verdict"] == "alone" for one in result["changes"])
    share = 100 * len(result["undecided"]) / max(result["columns"], 1)
    return (head + f"{result['tables']:7}{result['columns']:8}{len(result['findings']):6}"
            f"{len(result['undecided']):6} ({share:5.2f}%){len(result['changes']):8}{found:6}{alone:6}")


def details(result, verbose):
    for name, error in result.get("failed", {}).items():
        yield f"not imported: {name}: {error}"
    refused = result.get("refused", [])
    # What several MetaData have in common is sent several times.
    again = [one for one in refused if "already exists" in one["error"]]
    if again:
        yield f"refused by the server: {len(again)} statements for what exists already"
    for one in refused:
        if one not in again:
            yield f"refused by the server: {' '.join(one['statement'].split())[:100]}: {one['error'][:120]}"
    for found in result.get("findings", []):
        yield f"false: {place(found)}{found['code']}: {' '.join(found['message'].split())}"
    for one in result.get("undecided", []) if verbose else []:
        yield f"undecided: {place(one)}{' '.join(one['reason'].split())}"
    for one in result.get("warnings", []) if verbose else []:
        yield f"warning: {one if isinstance(one, str) else one.get('message')}"
    for one in result.get("changes", []):
        if one["verdict"] not in ("alone",):
            yield f"{one['verdict']}: {one['change']}; seen: {'; '.join(one['seen']) or 'nothing'}"


def place(found):
    at = found.get("declared_at")
    return f"{at['file']}:{at['line']}: " if at else ""


def is_bad(result):
    return "findings" not in result or bool(result["findings"]) or any(
        one["verdict"] not in ("found", "alone") for one in result["changes"])


def total(results):
    judged = [result for result in results if "findings" in result]
    tried = [one for result in judged for one in result["changes"]]
    return (f"{len(judged)} judged, {sum(result['columns'] for result in judged)} columns, "
            f"{sum(len(result['findings']) for result in judged)} false findings, "
            f"{sum(len(result['undecided']) for result in judged)} undecided, {len(tried)} changes, "
            f"{sum(one['verdict'] in ('found', 'alone') for one in tried)} found, "
            f"{sum(one['verdict'] == 'alone' for one in tried)} alone")
