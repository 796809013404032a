//! Fetching files whose publisher signs them, and telling the service how it went.

mod common;

use std::{fs, path::Path, process::Command};

use common::{APP, Folder, PATTERN_SIZE, catalogue, client, config, offer, offering};
use dev_server::{Fault, Options, Server, catalogue::File};
use upgradelink::{
    api::{Kind, Query},
    client::Client,
    error::Status,
    fetch::{self, Origin, checked},
    progress::Progress,
    signature::Policy,
    watch::{Cancel, Watch},
};

/// A key pair of the real minisign, and what it makes.
struct Publisher(Folder);

impl Publisher {
    fn new() -> Publisher {
        let folder = Folder::new();
        let publisher = Publisher(folder);
        publisher.minisign(&["-G", "-W", "-p", "key.pub", "-s", "key.sec"]);
        publisher
    }

    fn minisign(&self, arguments: &[&str]) {
        let run = Command::new("minisign").args(arguments).current_dir(self.0.path()).output();
        let output = run.expect("minisign is installed (Debian package minisign)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn key(&self) -> String {
        fs::read_to_string(self.0.path().join("key.pub")).unwrap()
    }

    /// The signature of the file that the service hosts, with this trusted comment.
    fn sign(&self, server: &Server, comment: &str) -> String {
        let folder = Folder::new();
        let plain = fetch::Options::new(folder.path());
        let client = client(server);
        let file = client.fetch(&offer(&client), &plain, Progress::default(), Cancel::default()).unwrap();
        fs::copy(file.path, self.0.path().join("file")).unwrap();
        self.minisign(&["-S", "-s", "key.sec", "-m", "file", "-t", comment]);
        fs::read_to_string(self.0.path().join("file.minisig")).unwrap()
    }
}

fn comment() -> String {
    format!("upgradelink kind=apk app_key={APP} version_code=2 size={PATTERN_SIZE}")
}

fn start(signature: Option<String>) -> Server {
    let mut catalogue = catalogue();
    let name = "app-2.bin.minisig".into();
    catalogue.files.extend(signature.map(|text| File { name, text: Some(text), ..File::default() }));
    Server::start(Options { catalogue, ..Options::default() }).unwrap()
}

fn fetch_signed(server: &Server, key: String, policy: Option<Policy>) -> Result<u32, Status> {
    let mut config = config(server);
    config.public_keys = vec![key];
    config.signature_policy = policy;
    let (client, folder) = (Client::new(config).unwrap(), Folder::new());
    let options = fetch::Options::new(folder.path());
    let result = client.fetch(&offer(&client), &options, Progress::default(), Cancel::default());
    if result.is_err() {
        assert!(!folder.path().join("app-2.bin").exists(), "a refused file is not handed over");
    }
    result.map(|artifact| artifact.checked).map_err(|error| error.status)
}

#[test]
fn a_file_with_the_publishers_signature_is_handed_over() {
    let publisher = Publisher::new();
    let server = start(Some(publisher.sign(&start(None), &comment())));
    let all = checked::SIZE | checked::MD5 | checked::SIGNATURE;
    assert_eq!(fetch_signed(&server, publisher.key(), None), Ok(all));
}

#[test]
fn a_file_without_a_signature_is_refused_where_one_is_required() {
    assert_eq!(fetch_signed(&start(None), Publisher::new().key(), None), Err(Status::Verify));
}

#[test]
fn a_file_without_a_signature_is_taken_where_none_is_required() {
    let outcome = fetch_signed(&start(None), Publisher::new().key(), Some(Policy::WhenPresent));
    assert_eq!(outcome, Ok(checked::SIZE | checked::MD5));
}

#[test]
fn a_server_that_does_not_say_whether_there_is_a_signature_is_not_believed() {
    let server = start(None);
    server.fault(Fault::on("/files/app-2.bin.minisig").status(403));
    let outcome = fetch_signed(&server, Publisher::new().key(), Some(Policy::WhenPresent));
    assert_eq!(outcome, Err(Status::Service));
}

#[test]
fn an_old_signed_file_is_no_new_version() {
    let publisher = Publisher::new();
    let old = comment().replace("version_code=2", "version_code=1");
    let server = start(Some(publisher.sign(&start(None), &old)));
    assert_eq!(fetch_signed(&server, publisher.key(), None), Err(Status::Verify));
}

#[test]
fn a_file_that_a_patch_makes_needs_its_publishers_signature_too() {
    let publisher = Publisher::new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/hdiff");
    let new = data.join("files/mixed/new");
    let size = new.metadata().unwrap().len();
    let comment = comment().replace(&PATTERN_SIZE.to_string(), &size.to_string());
    fs::copy(&new, publisher.0.path().join("file")).unwrap();
    publisher.minisign(&["-S", "-s", "key.sec", "-m", "file", "-t", &comment]);
    // One that is stored before it is applied, and one that is applied while it arrives.
    for patch in ["h13-none", "sf20-none"] {
        let hosted = Folder::new();
        let host = |from: &Path, name: &str| fs::copy(from, hosted.path().join(name)).unwrap();
        host(&new, "app-2.bin");
        host(&data.join(format!("patches/mixed/{patch}.hdiff")), "1-2.patch");
        host(&publisher.0.path().join("file.minisig"), "app-2.bin.minisig");
        let catalogue = offering(
            "download = { file = \"app-2.bin\" }
            patches = [{ from = 1, algo = 1, download = { file = \"1-2.patch\" } }]",
        );
        let folder = hosted.path().into();
        let server = Server::start(Options { catalogue, folder, ..Options::default() }).unwrap();
        let mut config = config(&server);
        config.public_keys = vec![publisher.key()];
        let (client, folder) = (Client::new(config).unwrap(), Folder::new());
        let mut options = fetch::Options::new(folder.path());
        options.base_file = Some(data.join("files/mixed/old"));
        let query = Query { patch_algo: Some(1), ..Query::new(Kind::Apk, APP, 1) };
        let strategy = client.check(&query, &Watch::default()).unwrap();
        let artifact = client.fetch(&strategy, &options, Progress::default(), Cancel::default()).unwrap();
        assert_eq!(artifact.patch_failure, None, "{patch}");
        assert_eq!(artifact.checked, checked::SIZE | checked::MD5 | checked::SIGNATURE, "{patch}");
    }
}

#[test]
fn a_file_that_is_there_already_needs_a_signature_too() {
    let (server, folder) = (start(None), Folder::new());
    let options = fetch::Options::new(folder.path());
    let fetch = |client: Client| {
        client
            .fetch(&offer(&client), &options, Progress::default(), Cancel::default())
            .map(|file| file.origin)
    };
    assert_eq!(fetch(client(&server)).unwrap(), Origin::Downloaded);
    let mut config = config(&server);
    config.public_keys = vec![Publisher::new().key()];
    assert_eq!(fetch(Client::new(config).unwrap()).unwrap_err().status, Status::Verify);
}

#[test]
fn a_link_that_no_signature_could_be_bound_to_is_refused_before_anything_is_asked() {
    let server = start(None);
    let mut config = config(&server);
    config.public_keys = vec![Publisher::new().key()];
    let (client, folder) = (Client::new(config).unwrap(), Folder::new());
    let link = fetch::Link { url: format!("{}/files/app-2.bin", server.url()), ..fetch::Link::default() };
    let options = fetch::Options::new(folder.path());
    let refused = client.fetch_link(&link, &options, Progress::default(), Cancel::default()).unwrap_err();
    assert_eq!(refused.status, Status::InvalidArgument);
    assert!(server.requests().is_empty());
}

#[test]
fn the_service_hears_of_a_download_and_of_one_that_failed() {
    let (server, folder) = (start(None), Folder::new());
    let client = client(&server);
    let mut options = fetch::Options::new(folder.path());
    options.report = true;
    let strategy = offer(&client);
    client.fetch(&strategy, &options, Progress::default(), Cancel::default()).unwrap();
    fs::remove_file(folder.path().join("app-2.bin")).unwrap();
    server.fault(Fault::on("/files/*").alter(0));
    client.fetch(&strategy, &options, Progress::default(), Cancel::default()).unwrap_err();
    let codes: Vec<_> = server
        .requests()
        .iter()
        .filter(|request| request.path() == "/v1/app/report")
        .map(|request| request.text().split("\"code\":").nth(1).unwrap_or_default().to_owned())
        .collect();
    assert!(codes[0].starts_with('0') && codes[1].starts_with("1004"), "{codes:?}");
}
