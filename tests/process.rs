//! C programs as hosts of the shared library, each in a process of its own: what a library must not do to
//! its host can be seen there alone.
#![cfg(target_os = "linux")]

use std::{
    collections::BTreeSet,
    env, fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::OnceLock,
};

use dev_server::{Options, Server};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shared library that cargo built for this test.
fn library() -> PathBuf {
    env::current_exe().unwrap().with_file_name("libupgradelink.so")
}

/// A folder for the programs, in which the library stands under its SONAME.
fn folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("process-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        symlink(library(), folder.join("libupgradelink.so.0")).unwrap();
        folder
    })
}

fn compiled(source: &Path, name: &str) -> PathBuf {
    let program = folder().join(name);
    let output = Command::new(env::var_os("CC").unwrap_or("cc".into()))
        .args(["-std=gnu11", "-g", "-Wall", "-Wextra", "-Werror", "-pthread", "-I"])
        .arg(root().join("include"))
        .arg(source)
        .arg(library())
        .arg(format!("-Wl,-rpath,{}", folder().display()))
        .arg("-o")
        .arg(&program)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    program
}

fn abi() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| compiled(&root().join("tests/c/abi.c"), "abi"))
}

fn silent_success(output: &Output) {
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&said));
    assert_eq!(String::from_utf8_lossy(&said), "", "a library writes nothing");
}

/// Runs a scenario of tests/c/abi.c against the documented pages.
fn scenario(name: &str) {
    let server = Server::start(Options::default()).unwrap();
    silent_success(&Command::new(abi()).args([name, &server.url()]).output().unwrap());
}

#[test]
fn every_call_works_from_c() {
    scenario("calls");
}

#[test]
fn every_call_works_from_atexit() {
    scenario("late");
}

#[test]
fn ten_threads_share_a_client_that_is_freed_while_it_works() {
    scenario("threads");
}

#[test]
fn a_process_may_exit_while_operations_run() {
    scenario("leave");
}

#[test]
fn after_a_fork_the_parents_client_is_refused_and_a_new_one_works() {
    scenario("fork");
}

#[test]
fn a_thread_that_cannot_be_made_is_an_error() {
    scenario("threadless");
}

#[test]
fn signals_stay_the_hosts() {
    scenario("signals");
}

#[test]
fn callbacks_have_the_hosts_signals_only_when_it_wants_them() {
    scenario("masks");
}

#[test]
fn locale_environment_and_working_directory_stay_the_hosts() {
    scenario("guest");
}

#[test]
fn a_check_is_cancelled_and_bounded_while_a_name_is_being_resolved() {
    let program = compiled(&root().join("tests/c/resolver.c"), "resolver");
    silent_success(&Command::new(program).output().unwrap());
}

/// Each export's name with what it gave when it was called with 0 and NULL alone.
fn given_null() -> &'static [(String, String)] {
    static GIVEN: OnceLock<Vec<(String, String)>> = OnceLock::new();
    GIVEN.get_or_init(call_every_export)
}

fn call_every_export() -> Vec<(String, String)> {
    let output = Command::new(root().join("tests/c/every-export.sh"))
        .arg(root().join("include/upgradelink.h"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let source = folder().join("every-export.c");
    fs::write(&source, output.stdout).unwrap();
    let program = compiled(&source, "every-export");
    let results = folder().join("every-export.txt");
    silent_success(&Command::new(program).arg(&results).output().unwrap());
    let line =
        |line: &str| line.split_once(' ').map(|(name, gave)| (name.to_owned(), gave.to_owned())).unwrap();
    fs::read_to_string(results).unwrap().lines().map(line).collect()
}

#[test]
fn every_export_survives_null() {
    let of_null = ["upgradelink_version_number", "upgradelink_error_status"];
    for (name, gave) in given_null() {
        let makes_or_names = name.ends_with("_new") || name == "upgradelink_version";
        let expected: &[&str] = match gave.split(' ').next() {
            _ if of_null.contains(&&**name) => continue,
            Some("status") => &["status 1"],
            Some("pointer") if makes_or_names || name == "upgradelink_status_name" => &["pointer given"],
            Some("pointer") => &["pointer NULL"],
            Some("number") => &["number 0", "number 18446744073709551615"],
            _ => &["void"],
        };
        assert!(expected.contains(&&**gave), "{name} gave {gave}");
    }
}

#[test]
fn every_symbol_of_the_library_is_called_with_null() {
    let called: BTreeSet<_> = given_null().iter().map(|(name, _)| name.clone()).collect();
    let output = Command::new("nm").args(["-D", "--defined-only"]).arg(library()).output().unwrap();
    let symbols = String::from_utf8(output.stdout).unwrap();
    let exported: BTreeSet<String> = symbols
        .lines()
        .filter_map(|line| line.split(' ').nth(2))
        .filter(|name| name.starts_with("upgradelink_"))
        .map(str::to_owned)
        .collect();
    assert!(!exported.is_empty());
    assert_eq!(called, exported);
}
