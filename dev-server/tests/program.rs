//! The binary.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_upgradelink-dev-server");

fn output(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(PROGRAM).args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// A running program; killed when it is dropped.
struct Program {
    child: Child,
    port: u16,
}

impl Program {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(PROGRAM);
        command.args(["--port", "0"]).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut first).unwrap();
        let port = first.trim().strip_prefix("listening on http://127.0.0.1:").unwrap().parse().unwrap();
        Self { child, port }
    }

    fn get(&self, target: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    fn log(mut self) -> String {
        self.child.kill().unwrap();
        let mut text = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
        text
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn help_names_every_option() {
    let (code, help, _) = output(&["--help"]);
    assert_eq!(code, Some(0));
    for option in [
        "--catalogue",
        "--host-folder",
        "--port",
        "--port-file",
        "--tls",
        "--ca-file",
        "--admin",
        "--quiet",
        "--version",
    ] {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn wrong_arguments_end_with_2_and_say_why() {
    let (code, _, error) = output(&["--prot", "1"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("unknown option --prot"));
    assert!(output(&["--port", "many"]).2.contains("\"many\" is not a port"));
    assert!(output(&["--catalogue"]).2.contains("--catalogue needs a value"));
    assert!(output(&["--catalogue=/nowhere.toml"]).2.contains("/nowhere.toml"));
}

#[test]
fn each_request_is_one_line_of_the_log_unless_it_is_quiet() {
    let program = Program::start(&[]);
    program.get("/files/none?x=1");
    let log = program.log();
    assert!(log.starts_with("GET /files/none?x=1 status 404 code - bytes 0 ms "), "{log}");
    let quiet = Program::start(&["--quiet"]);
    quiet.get("/files/none");
    assert_eq!(quiet.log(), "");
}

#[test]
fn the_admin_interface_is_closed_unless_it_is_asked_for() {
    assert!(Program::start(&[]).get("/_dev/requests").starts_with("HTTP/1.1 404"));
    assert!(Program::start(&["--admin"]).get("/_dev/requests").ends_with("\r\n\r\n[]"));
}

#[test]
fn the_port_is_written_to_a_file() {
    let path = folder("port").join("port");
    let program = Program::start(&["--port-file", path.to_str().unwrap()]);
    wait_until(|| std::fs::read_to_string(&path).is_ok_and(|text| text == program.port.to_string()));
}

#[test]
fn a_changed_catalogue_is_read_again_and_a_wrong_one_is_not_taken() {
    let folder = folder("watch");
    let path = folder.join("catalogue.toml");
    let file = |text: &str| format!("[[files]]\nname = \"a\"\ntext = \"{text}\"\n");
    std::fs::write(&path, file("one")).unwrap();
    let program = Program::start(&["--catalogue", path.to_str().unwrap()]);
    assert!(program.get("/files/a").ends_with("one"));
    std::fs::write(&path, file("two")).unwrap();
    wait_until(|| program.get("/files/a").ends_with("two"));
    std::fs::write(&path, "wrong").unwrap();
    std::thread::sleep(Duration::from_millis(700));
    assert!(program.get("/files/a").ends_with("two"));
    assert!(program.log().contains("catalogue kept: "));
}

#[test]
fn files_lie_beside_the_catalogue_unless_a_folder_is_named() {
    let folder = folder("beside");
    let path = folder.join("catalogue.toml");
    std::fs::create_dir(folder.join("other")).unwrap();
    std::fs::write(&path, "").unwrap();
    std::fs::write(folder.join("a.txt"), "beside").unwrap();
    std::fs::write(folder.join("other/a.txt"), "other").unwrap();
    let (catalogue, other) = (path.to_str().unwrap(), folder.join("other"));
    assert!(Program::start(&["--catalogue", catalogue]).get("/files/a.txt").ends_with("beside"));
    let named = Program::start(&["--catalogue", catalogue, "--host-folder", other.to_str().unwrap()]);
    assert!(named.get("/files/a.txt").ends_with("other"));
}

fn wait_until(condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(10));
        std::thread::sleep(Duration::from_millis(50));
    }
}
