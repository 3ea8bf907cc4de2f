//! Output that cannot be written, and Ctrl-C.

#![cfg(unix)]

use std::io::Read;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus, Stdio};

use crate::bench::Bench;

const SCHEMA: (&str, &str) = ("schema.sql", "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name text);\n");
const CHECK: [&str; 5] = ["check", "--url", "sqlite:app.db", "--declared", "schema.sql"];

fn bench() -> Bench {
    Bench::with_sqlite(&[SCHEMA], "CREATE TABLE users (id integer NOT NULL PRIMARY KEY);")
}

/// The names of everything in a folder.
fn names(bench: &Bench, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(bench.path(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn files_that_cannot_be_written_are_told() {
    let bench = bench();
    std::fs::create_dir(bench.path("folder")).unwrap();
    for (file, says) in [
        ("none/report.txt", "there is no such folder: create it first"),
        ("folder", "it is a folder"),
        ("schema.sql/report.txt", "Not a directory"),
        ("/dev/full", "No space left on device"),
    ] {
        let run = bench.run(&[&CHECK[..], &["-o", file]].concat()).exits(1);
        let run = run.says(&["error: cannot write", file, says]);
        assert_eq!(run.out, "");
    }
    assert_eq!(names(&bench, ""), ["app.db", "folder", "schema.sql"]);
    let args = ["generate", "--url", "sqlite:app.db", "--declared", "schema.sql", "--out", "schema.sql/x"];
    bench.run(&args).exits(1).says(&["error: cannot create schema.sql/x"]);
}

#[test]
fn a_file_that_is_replaced_keeps_its_rights_and_links() {
    let bench = bench();
    bench.write("report.txt", "old");
    std::fs::set_permissions(bench.path("report.txt"), std::fs::Permissions::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink("report.txt", bench.path("link.txt")).unwrap();
    bench.run(&[&CHECK[..], &["-o", "link.txt"]].concat()).exits(2);
    assert!(bench.read("report.txt").contains("column.missing"));
    assert!(bench.path("link.txt").is_symlink());
    let mode = std::fs::metadata(bench.path("report.txt")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    std::fs::set_permissions(bench.path("report.txt"), std::fs::Permissions::from_mode(0o440)).unwrap();
    bench.run(&[&CHECK[..], &["-o", "link.txt"]].concat()).exits(1).says(&["cannot write link.txt", "read-only"]);
}

#[test]
fn a_folder_without_the_right_to_write_is_told() {
    let bench = bench();
    // Not even root makes files there.
    let refused = std::fs::write("/sys/report.txt", "").unwrap_err().to_string();
    bench
        .run(&[&CHECK[..], &["-o", "/sys/report.txt"]].concat())
        .exits(1)
        .says(&["cannot write /sys/report.txt", &refused]);
    std::fs::create_dir(bench.path("closed")).unwrap();
    std::fs::set_permissions(bench.path("closed"), std::fs::Permissions::from_mode(0o555)).unwrap();
    // Root may write everywhere.
    if std::fs::write(bench.path("closed/probe"), "").is_ok() {
        return;
    }
    bench.run(&[&CHECK[..], &["-o", "closed/report.txt"]].concat()).exits(1).says(&["cannot write closed/report.txt"]);
}

#[test]
fn standard_output_that_is_full_is_an_error_and_one_that_is_closed_is_none() {
    let bench = bench();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = bench.command(&CHECK).stdout(full).stderr(Stdio::piped()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.contains("cannot write to standard output"), "{err}");
    for format in ["table", "sql", "json", "markdown"] {
        let mut child = bench.command(&[&CHECK[..], &["--format", format]].concat());
        let mut child = child.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // As `| head` that has seen enough.
        drop(child.stdout.take());
        let status = child.wait().unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((status.code(), err.as_str()), (Some(2), ""), "{format}");
    }
}

/// Runs `drift`, sends it a signal once `ready` says so, and returns what it left behind.
fn signalled(mut command: Command, signal: &str, ready: impl FnOnce()) -> (ExitStatus, String) {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    ready();
    let pid = child.id().to_string();
    assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
    let status = child.wait().unwrap();
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    (status, err)
}

fn interrupted(command: Command, ready: impl FnOnce()) -> (Option<i32>, String) {
    let (status, err) = signalled(command, "-INT", ready);
    (status.code(), err)
}

#[test]
fn ctrl_c_ends_a_wait_for_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    for scheme in ["postgres", "mysql"] {
        let bench = Bench::new(&[SCHEMA]);
        let url = format!("{scheme}://u:p@127.0.0.1:{port}/d?connect_timeout=600");
        let args = ["check", "--url", &url, "--declared", "schema.sql", "-o", "report.txt"];
        // The connection stays open, so that only Ctrl-C ends the wait.
        let accepted = || std::mem::forget(listener.accept().unwrap());
        let (code, err) = interrupted(bench.command(&args), accepted);
        assert_eq!((code, err.trim()), (Some(130), "interrupted"));
        assert_eq!(names(&bench, ""), ["schema.sql"]);
    }
}

/// As a runner does whose time is up.
#[test]
fn a_signal_to_end_ends_a_wait_for_the_server() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://u:p@{}/d?connect_timeout=600", listener.local_addr().unwrap());
    let bench = Bench::new(&[SCHEMA]);
    bench.write("report.txt", "old");
    let args = ["check", "--url", &url, "--declared", "schema.sql", "-o", "report.txt"];
    let accepted = || std::mem::forget(listener.accept().unwrap());
    let (status, err) = signalled(bench.command(&args), "-TERM", accepted);
    assert_eq!((status.signal(), err.as_str()), (Some(15), ""));
    assert_eq!(names(&bench, ""), ["report.txt", "schema.sql"]);
    assert_eq!(bench.read("report.txt"), "old");
}

#[test]
fn ctrl_c_ends_a_program_that_is_waited_for() {
    let bench = bench();
    bench.write("report.txt", "old");
    let declared = "exec:touch started; sleep 600 & echo $! > pid; wait";
    let args = ["check", "--url", "sqlite:app.db", "--declared", declared, "-o", "report.txt"];
    let started = || {
        while std::fs::read_to_string(bench.path("pid")).unwrap_or_default().is_empty() {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
    };
    let (code, _) = interrupted(bench.command(&args), started);
    assert_eq!(code, Some(130));
    assert_eq!(bench.read("report.txt"), "old");
    let _ = Command::new("kill").arg(bench.read("pid").trim()).status();
}
