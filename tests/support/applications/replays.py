"""One migration history on one engine: what the real Alembic builds from empty, beside what drift replays."""

import json
import os
import pathlib
import re
import subprocess

import database
import judge
import project

HEADER = (f"{'application':20} {'version':>9} {'engine':9} {'at':16}{'revisions':>10}{'partial':>8}"
          f"{'not followed':>13}{'tables':>7}{'differences':>12}{'undecided':>10}")

# The driver with which upgrade.py itself connects, and what the URL of a migration begins with unless it is told.
DRIVERS = {"postgres": "postgresql+psycopg2", "mariadb": "mysql+pymysql", "sqlite": "sqlite"}
PACKAGES = {"postgres": ["psycopg2-binary"], "mariadb": ["pymysql"], "sqlite": []}


def judge_history(application, history, engine, drift, every):
    """Results: one at the head, and before it one at each `every`th revision of a chain without branches."""
    head = {"application": application.name, "version": application.version, "engine": engine,
            "history": history["place"], "at": "head"}
    if engine not in history.get("engines", DRIVERS):
        return []
    try:
        project.add_packages(application, PACKAGES[engine] + history.get("packages", []))
        chain = json.loads(run_drift(drift, application, ["history", history["place"], "--format", "json"]))
    except project.Failed as error:
        return [head | {"error": str(error)}]
    head["revisions"] = len(chain["revisions"])
    name = re.sub(r"\W", "_", f"replays_{application.name}")
    live = database.create(engine, name, application.folder)
    live.disconnect()
    results = []
    try:
        for revision in [*milestones(chain, every), "head"]:
            result = head | {"at": revision}
            results.append(result)
            upgrade(application, history, live, revision, first=len(results) == 1)
            result |= compare(application, history, drift, live, revision)
    except project.Failed as error:
        results[-1]["error"] = str(error)
    finally:
        live.close()
    return results


def milestones(chain, every):
    """Each `every`th revision, where the chain has one way to it."""
    if not every:
        return []
    passed, found = [], []
    for number, revision in enumerate(chain["revisions"], 1):
        if set(revision["parents"]) - {*passed[-1:]}:
            break
        passed.append(revision["id"])
        if number % every == 0 and number < len(chain["revisions"]):
            found.append(revision["id"])
    return found


def upgrade(application, history, live, revision, first):
    """The application's own way to an upgraded database, as known.toml has it."""
    sync_url = with_driver(live.url, DRIVERS[live.engine])
    url = with_driver(live.url, history.get("drivers", {}).get(live.engine, DRIVERS[live.engine]))
    base = pathlib.Path(project.run([application.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
    asked = {
        "url": url, "sync_url": sync_url, "revision": revision, "before": history.get("before") if first else None,
        "script_location": str(base / history["scripts"]), "ini": None,
        "locations": [str(base / history["place"])] if history["place"] != history["scripts"] else [],
        "connection": history.get("connection", False), "worker_thread": history.get("worker_thread", False),
        "attributes": history.get("attributes", {}),
    }
    if "ini" in history:
        asked["ini"] = str(base / history["ini"])
    home = application.folder / "home"
    home.mkdir(exist_ok=True)
    environment = judge.environment(application) | {"HOME": str(home)}
    for key, value in history.get("environment", {}).items():
        environment[key] = value.format(url=url, sync_url=sync_url, home=home, file=getattr(live, "file", ""))
    project.run([application.python, "-B", pathlib.Path(__file__).with_name("upgrade.py")],
                input=json.dumps(asked), cwd=home, env=environment)


def with_driver(url, driver):
    return f"{driver}:{url.split(':', 1)[1]}"


def compare(application, history, drift, live, revision):
    source = f"alembic:{history['place']}@{revision}"
    report = json.loads(run_drift(drift, application, ["diff", "--from", source, "--to", live.url, "--format", "json"]))
    ignored = history.get("ignored", [])
    findings = [found for found in report["findings"] if not {found["object"]["table"], found["object"]["name"]} & {*ignored}]
    gaps = [one for one in report["warnings"] if one["at"]]
    return {
        "findings": findings, "undecided": report["undecided"], "not_compared": report["not_compared"],
        "warnings": report["warnings"], "tables": report["summary"]["tables"],
        "partial": len({one["at"]["file"] for one in gaps}),
        "not_followed": sum("is not followed" in one["message"] for one in gaps),
    }


def run_drift(drift, application, arguments):
    done = subprocess.run([drift, *arguments], capture_output=True, text=True, cwd=application.folder / "project")
    if done.returncode not in (0, 2) or not done.stdout:
        raise project.Failed(f"drift {arguments[0]}: exit code {done.returncode}: {done.stderr.strip()[:500]}")
    return done.stdout


def row(result):
    head = f"{result['application']:20} {result['version']:>9} {result['engine']:9} {result['at'][:16]:16}"
    if "findings" not in result:
        return head + " " + result["error"]
    return (head + f"{result['revisions']:10}{result['partial']:8}{result['not_followed']:13}{result['tables']:7}"
            f"{len(result['findings']):12}{len(result['undecided']):10}")


def details(result, verbose):
    for found in result.get("findings", []):
        yield f"differs: {judge.place(found)}{found['code']}: {' '.join(found['message'].split())}"
    if not verbose:
        return
    for one in result.get("warnings", []):
        at = f"{one['at']['file']}:{one['at']['line']}: " if one["at"] else ""
        yield f"warning: {at}{' '.join(one['message'].split())}"
    for one in result.get("undecided", []):
        yield f"undecided: {judge.place(one)}{one['object'] and one['object']['name']}: {' '.join(one['reason'].split())}"
    for one in result.get("not_compared", []):
        yield f"not compared: {json.dumps(one)[:300]}"


def is_bad(result):
    return "findings" not in result or bool(result["findings"])


def total(results):
    judged = [result for result in results if "findings" in result]
    return (f"{len(judged)} of {len(results)} compared, {sum(len(result['findings']) for result in judged)} differences, "
            f"{sum(len(result['undecided']) for result in judged)} undecided")
