//! Signatures of files, made with the real minisign where it is installed.

use std::{fs, path::PathBuf, process::Command};

use upgradelink::{
    api::Kind,
    config::Config,
    error::{Result, Status},
    signature::{Binding, Policy, Signers},
};

const APP_KEY: &str = "isVZBUvkFhv6oHxk_X-D0Q";
const FILE: &[u8] = b"the new version";
const BINDING: Binding =
    Binding { kind: Kind::Apk, app_key: APP_KEY, version_code: 2, size: FILE.len() as u64 };

/// A publisher with a key of its own.
struct Publisher(PathBuf);

impl Publisher {
    fn new(name: &str) -> Publisher {
        let folder = std::env::temp_dir().join(format!("upgradelink-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir(&folder).unwrap();
        let publisher = Publisher(folder);
        publisher.minisign(&["-G", "-W", "-p", "key.pub", "-s", "key.sec"]);
        publisher
    }

    fn minisign(&self, arguments: &[&str]) {
        let status = Command::new("minisign").args(arguments).current_dir(&self.0).output();
        let output = status.expect("minisign is installed (apt-get install minisign)");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn public_key(&self) -> String {
        fs::read_to_string(self.0.join("key.pub")).unwrap()
    }

    /// The command that the documentation gives.
    fn sign(&self, file: &[u8], comment: &str) -> String {
        self.sign_with(&["-S"], file, comment)
    }

    fn sign_with(&self, how: &[&str], file: &[u8], comment: &str) -> String {
        fs::write(self.0.join("app.apk"), file).unwrap();
        self.minisign(&[how, &["-m", "app.apk", "-s", "key.sec", "-t", comment]].concat());
        fs::read_to_string(self.0.join("app.apk.minisig")).unwrap()
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn signers(keys: &[&str], policy: Option<Policy>) -> Result<Signers> {
    Signers::new(&Config {
        public_keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        signature_policy: policy,
        ..Config::new("access", "secret")
    })
}

fn status(outcome: Result<bool>) -> Status {
    outcome.unwrap_err().status
}

const COMMENT: &str = "upgradelink kind=apk app_key=isVZBUvkFhv6oHxk_X-D0Q version_code=2 size=15";

#[test]
fn a_file_that_its_publisher_signed_passes() {
    let publisher = Publisher::new("passes");
    let signature = publisher.sign(FILE, COMMENT);
    let key = publisher.public_key();
    let line = key.lines().nth(1).unwrap();
    for key in [key.as_str(), line] {
        assert!(signers(&[key], None).unwrap().check(Some(&signature), FILE, &BINDING).unwrap());
    }
}

#[test]
fn one_of_several_keys_is_enough_and_a_stranger_is_refused() {
    let (old, new, stranger) = (Publisher::new("old"), Publisher::new("new"), Publisher::new("stranger"));
    let signers = signers(&[&old.public_key(), &new.public_key()], None).unwrap();
    for publisher in [&old, &new] {
        assert!(signers.check(Some(&publisher.sign(FILE, COMMENT)), FILE, &BINDING).unwrap());
    }
    let outcome = signers.check(Some(&stranger.sign(FILE, COMMENT)), FILE, &BINDING);
    assert_eq!(status(outcome), Status::Verify);
}

#[test]
fn an_old_signed_file_does_not_pass_for_a_new_version() {
    let publisher = Publisher::new("replay");
    let signers = signers(&[&publisher.public_key()], None).unwrap();
    let signature = publisher.sign(FILE, COMMENT);
    for binding in [
        Binding { kind: Kind::Win, ..BINDING },
        Binding { app_key: "another", ..BINDING },
        Binding { version_code: 3, ..BINDING },
        Binding { size: 16, ..BINDING },
    ] {
        assert_eq!(status(signers.check(Some(&signature), FILE, &binding)), Status::Verify, "{binding}");
    }
}

#[test]
fn whatever_was_changed_is_refused() {
    let publisher = Publisher::new("changed");
    let signers = signers(&[&publisher.public_key()], Some(Policy::WhenPresent)).unwrap();
    let signature = publisher.sign(FILE, COMMENT);
    assert_eq!(status(signers.check(Some(&signature), &b"another version"[..], &BINDING)), Status::Verify);
    assert_eq!(status(signers.check(Some(""), FILE, &BINDING)), Status::Verify);
    assert_eq!(status(signers.check(Some("<html>"), FILE, &BINDING)), Status::Verify);

    let old_comment = publisher.sign(FILE, "upgradelink version_code=1");
    let forged = old_comment.replace("upgradelink version_code=1", COMMENT);
    assert_eq!(status(signers.check(Some(&forged), FILE, &BINDING)), Status::Verify);

    let not_hashed = publisher.sign_with(&["-S", "-l"], FILE, COMMENT);
    assert_eq!(status(signers.check(Some(&not_hashed), FILE, &BINDING)), Status::Verify);
}

#[test]
fn the_policy_says_what_a_missing_signature_means() {
    let publisher = Publisher::new("policy");
    let key = publisher.public_key();
    let missing = |policy| signers(&[&key], policy).unwrap().check(None, FILE, &BINDING);
    assert_eq!(status(missing(None)), Status::Verify);
    assert_eq!(status(missing(Some(Policy::Required))), Status::Verify);
    assert!(!missing(Some(Policy::WhenPresent)).unwrap());
    assert!(!missing(Some(Policy::Off)).unwrap());
    assert!(!signers(&[], None).unwrap().check(None, FILE, &BINDING).unwrap());
}

#[test]
fn keys_that_are_none_are_refused_when_the_client_is_made() {
    assert_eq!(signers(&["RWQ"], None).unwrap_err().status, Status::Config);
    assert_eq!(signers(&[], Some(Policy::Required)).unwrap_err().status, Status::Config);
}
