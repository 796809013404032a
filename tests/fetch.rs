//! Fetching against the local service, over sockets and on a real disk.

mod common;

use common::{Folder, PATTERN_SIZE, client, offer, server};
use dev_server::{Cut, Fault};
use upgradelink::{
    error::Status,
    fetch::{Options, Origin, checked},
    progress::Progress,
    watch::Cancel,
};

#[test]
fn a_fresh_download_is_verified_and_committed_under_its_own_name() {
    let (server, folder) = (server(), Folder::new());
    let client = client(&server);
    let options = Options::new(folder.path());
    let artifact = client.fetch(&offer(&client), &options, Progress::default(), Cancel::default()).unwrap();
    assert_eq!(artifact.path, folder.path().join("app-2.bin"));
    assert_eq!(artifact.size, PATTERN_SIZE);
    assert_eq!(artifact.origin, Origin::Downloaded);
    assert_eq!(artifact.checked, checked::SIZE | checked::MD5);
    assert_eq!(artifact.network_bytes, PATTERN_SIZE);
    assert_eq!(folder.names(), ["app-2.bin"]);
}

#[test]
fn a_cut_connection_is_resumed_in_the_same_call() {
    let (server, folder) = (server(), Folder::new());
    server.fault(Fault::on("/files/*").cut(Cut::after(1_000_000)).times(1));
    let client = client(&server);
    let options = Options::new(folder.path());
    let artifact = client.fetch(&offer(&client), &options, Progress::default(), Cancel::default()).unwrap();
    assert_eq!(artifact.checked, checked::SIZE | checked::MD5);
    assert_eq!(artifact.network_bytes, PATTERN_SIZE);
    let files: Vec<_> = server.requests().into_iter().filter(|r| r.path().starts_with("/files/")).collect();
    assert_eq!(files[1].header("range").as_deref(), Some("bytes=1000000-"));
}

#[test]
fn a_file_with_a_wrong_hash_is_never_handed_over() {
    let (server, folder) = (server(), Folder::new());
    server.fault(Fault::on("/files/*").alter(12));
    let client = client(&server);
    let options = Options::new(folder.path());
    let error = client.fetch(&offer(&client), &options, Progress::default(), Cancel::default()).unwrap_err();
    assert_eq!(error.status, Status::Verify, "{error}");
    assert_eq!(folder.names(), [""; 0]);
}
