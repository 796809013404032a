//! Hosted files: their bytes, their links, their validators.

mod common;

use common::*;
use dev_server::catalogue::{Download, File, Pattern, Presigned};
use dev_server::{Options, Server};
use std::path::PathBuf;

fn hosting(file: File) -> Server {
    let server = server();
    server.catalogue(|catalogue| {
        let app = catalogue.app_mut("apk", "isVZBUvkFhv6oHxk_X-D0Q").unwrap();
        app.versions[0].download = Download { file: Some(file.name.clone()), ..Download::default() };
        catalogue.files.push(file);
    });
    server
}

fn text(text: &str) -> File {
    File { name: "a.txt".into(), text: Some(text.into()), ..File::default() }
}

/// A folder of this test alone.
fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn size_and_md5_are_computed() {
    let reply = ask_apk(&hosting(text("hello"))).json();
    assert_eq!(reply["data"]["urlPath"], "http://127.0.0.1/files/a.txt");
    assert_eq!(reply["data"]["urlFileSize"], 5);
    assert_eq!(reply["data"]["urlFileMd5"], "5d41402abc4b2a76b9719d911017c592");
}

#[test]
fn given_size_and_md5_win() {
    let server = hosting(text("hello"));
    server.catalogue(|catalogue| {
        let app = catalogue.app_mut("apk", "isVZBUvkFhv6oHxk_X-D0Q").unwrap();
        app.versions[0].download.size = Some(6);
        app.versions[0].download.md5 = Some("ABC".into());
    });
    let reply = ask_apk(&server).json();
    assert_eq!((&reply["data"]["urlFileSize"], &reply["data"]["urlFileMd5"]), (&6.into(), &"ABC".into()));
}

#[test]
fn a_file_of_the_host_folder_is_served_and_hashed_as_it_is_now() {
    let folder = folder("now");
    std::fs::write(folder.join("a.bin"), "hello").unwrap();
    let server = Server::start(Options { folder: folder.clone(), ..Options::default() }).unwrap();
    server.catalogue(|catalogue| {
        let app = catalogue.app_mut("apk", "isVZBUvkFhv6oHxk_X-D0Q").unwrap();
        app.versions[0].download = Download { file: Some("a.bin".into()), ..Download::default() };
    });
    assert_eq!(ask_apk(&server).json()["data"]["urlFileMd5"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(get(&server, "/files/a.bin", "").text(), "hello");
    std::fs::write(folder.join("a.bin"), "other bytes").unwrap();
    assert_eq!(ask_apk(&server).json()["data"]["urlFileSize"], 11);
    assert_eq!(get(&server, "/files/a.bin", "").text(), "other bytes");
}

#[test]
fn nothing_outside_the_host_folder_is_served() {
    let folder = folder("inside");
    std::fs::write(folder.parent().unwrap().join("outside.txt"), "secret").unwrap();
    let server = Server::start(Options { folder, ..Options::default() }).unwrap();
    for path in [
        "/files/../outside.txt",
        "/files/%2e%2e/outside.txt",
        "/files/..%2Foutside.txt",
        "/files//etc/passwd",
    ] {
        assert_eq!(get(&server, path, "").status(), 404, "{path}");
    }
}

#[test]
fn names_with_spaces_and_foreign_letters_are_encoded_in_links() {
    let server = hosting(File { name: "ein Bär/2.apk".into(), ..text("hello") });
    assert_eq!(ask_apk(&server).json()["data"]["urlPath"], "http://127.0.0.1/files/ein%20B%C3%A4r/2.apk");
    assert_eq!(get(&server, "/files/ein%20B%C3%A4r/2.apk", "").text(), "hello");
}

#[test]
fn ranges_are_served() {
    let server = hosting(text("0123456789"));
    let part = get(&server, "/files/a.txt", "Range: bytes=3-5\r\n");
    assert_eq!(
        (part.status(), part.text(), part.header("Content-Range")),
        (206, "345", Some("bytes 3-5/10"))
    );
    assert_eq!(get(&server, "/files/a.txt", "Range: bytes=7-\r\n").text(), "789");
    let beyond = get(&server, "/files/a.txt", "Range: bytes=10-\r\n");
    assert_eq!((beyond.status(), beyond.header("Content-Range")), (416, Some("bytes */10")));
}

#[test]
fn if_range_takes_the_validators_of_the_present_file_only() {
    let server = hosting(text("0123456789"));
    let whole = get(&server, "/files/a.txt", "");
    let (etag, date) = (whole.header("ETag").unwrap(), whole.header("Last-Modified").unwrap());
    assert!(etag.starts_with('"'));
    let status = |validator: &str| {
        get(&server, "/files/a.txt", &format!("Range: bytes=3-5\r\nIf-Range: {validator}\r\n")).status()
    };
    assert_eq!([status(etag), status(date), status("\"other\"")], [206, 206, 200]);
    server.catalogue(|catalogue| catalogue.files[0].text = Some("9876543210".into()));
    assert_eq!(status(etag), 200);
    assert_ne!(get(&server, "/files/a.txt", "").header("ETag"), Some(etag));
}

#[test]
fn a_head_request_tells_the_length_and_sends_nothing() {
    let server = hosting(text("0123456789"));
    let reply = exchange(&server, b"HEAD /files/a.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!((reply.status(), reply.header("Content-Length"), reply.text()), (200, Some("10"), ""));
    assert_eq!((server.requests()[0].bytes, server.requests()[0].ended), (0, true));
}

#[test]
fn a_pattern_has_the_same_bytes_wherever_one_starts_to_read() {
    let pattern = Some(Pattern { seed: 42, size: 1_000_003 });
    let server = hosting(File { name: "p".into(), pattern, ..File::default() });
    let whole = get(&server, "/files/p", "").body;
    assert_eq!(whole.len(), 1_000_003);
    for (from, to) in [(0, 0), (1, 20), (7, 8), (8, 262_160), (999_990, 1_000_002)] {
        let part = get(&server, "/files/p", &format!("Range: bytes={from}-{to}\r\n")).body;
        assert!(part == whole[from..=to], "{from}-{to}");
    }
    assert_eq!(ask_apk(&server).json()["data"]["urlFileMd5"], dev_server::sign::md5_hex(&whole));
}

#[test]
fn a_sparse_file_may_be_larger_than_4_gib() {
    let server = hosting(File { name: "huge".into(), sparse: Some(5_000_000_000), ..File::default() });
    let tail = get(&server, "/files/huge", "Range: bytes=4999999990-\r\n");
    assert_eq!((tail.status(), tail.body.as_slice()), (206, &[0; 10][..]));
    assert_eq!(tail.header("Content-Range"), Some("bytes 4999999990-4999999999/5000000000"));
}

#[test]
fn a_presigned_link_runs_out_and_a_new_call_gives_a_new_one() {
    let presigned = Some(Presigned { requests: Some(1), seconds: None });
    let server = hosting(File { presigned, ..text("hello") });
    let link =
        || ask_apk(&server).json()["data"]["urlPath"].as_str().unwrap().replace("http://127.0.0.1", "");
    let first = link();
    assert!(first.starts_with("/files/a.txt?Expires="));
    assert_eq!([get(&server, &first, "").status(), get(&server, &first, "").status()], [200, 403]);
    assert_eq!(get(&server, &link(), "").status(), 200);
    assert_eq!(get(&server, "/files/a.txt", "").status(), 403);
}

#[test]
fn a_presigned_link_runs_out_with_time() {
    let presigned = Some(Presigned { requests: None, seconds: Some(0) });
    let server = hosting(File { presigned, ..text("hello") });
    let link = ask_apk(&server).json()["data"]["urlPath"].as_str().unwrap().replace("http://127.0.0.1", "");
    assert_eq!(get(&server, &link, "").status(), 403);
}

#[test]
fn a_hosted_file_that_is_not_there_is_said_so() {
    let server = hosting(File { name: "gone".into(), path: Some("gone".into()), ..File::default() });
    let reply = ask_apk(&server);
    assert_eq!((reply.status(), reply.code()), (500, 500_001));
    assert!(reply.text().contains("gone"));
}
