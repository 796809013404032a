//! A file is handed over only when it is what was promised, and the artifact says what was compared.

use dev_server::{Fault, Framing};
use upgradelink::{
    error::{Stage, Status},
    fetch::checked,
    seal::unhex,
};

use crate::world::{SIZE, World, answering, bytes, md5};

#[test]
fn size_and_md5_of_the_service_are_compared() {
    assert_eq!(World::new().fetch_right().checked, checked::SIZE | checked::MD5);
}

#[test]
fn what_is_not_promised_is_not_said_to_be_checked() {
    assert_eq!(World::promising(r#", md5 = """#).fetch_right().checked, checked::SIZE);
    assert_eq!(World::promising(", size = 0").fetch_right().checked, checked::MD5);
    assert_eq!(World::without_promises().fetch_right().checked, 0);
}

#[test]
fn an_md5_in_capitals_is_the_same() {
    let capitals = md5(&bytes(2, SIZE)).to_uppercase();
    let world = World::promising(&format!(", md5 = \"{capitals}\""));
    assert_eq!(world.fetch_right().checked, checked::SIZE | checked::MD5);
}

#[test]
fn an_md5_that_is_none_is_refused_before_anything_is_fetched() {
    for text in ["n/a", "395b9cd2bc7c6ff5c6a8b0e5d43b8c9", "zz5b9cd2bc7c6ff5c6a8b0e5d43b8c9a"] {
        let world = World::promising(&format!(", md5 = \"{text}\""));
        assert_eq!(world.status(), Status::Verify, "{text}");
        assert_eq!(world.requests().len(), 0);
    }
}

#[test]
fn a_wrong_md5_is_refused_and_the_file_removed() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").alter(12));
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Verify, Stage::Verify));
    assert!(error.message.contains(&md5(&bytes(2, SIZE))), "{error}");
    assert_eq!(world.folder.names(), [""; 0]);
}

#[test]
fn another_size_than_promised_is_refused() {
    for size in [2_999_999, 3_000_001] {
        let world = World::promising(&format!(", size = {size}"));
        let error = world.fetch().unwrap_err();
        assert_eq!((error.status, error.stage), (Status::Verify, Stage::Verify));
        assert_eq!(error.message, format!("fetch: the server announces 3000000 bytes, promised were {size}"));
    }
}

#[test]
fn more_than_promised_in_a_body_without_a_length_is_refused() {
    for framing in [Framing::Chunked, Framing::Close] {
        let world = World::promising(", size = 2000000");
        world.server.fault(Fault::on("/files/*").framing(framing));
        assert_eq!(world.status(), Status::Verify);
        assert!(!world.target().exists());
    }
}

#[test]
fn a_body_without_a_length_is_taken_whole() {
    for framing in [Framing::Chunked, Framing::Close] {
        for world in [World::new(), World::without_promises()] {
            world.server.fault(Fault::on("/files/*").framing(framing));
            world.fetch_right();
        }
    }
}

#[test]
fn the_hosts_sha256_is_compared() {
    let mut world = World::without_promises();
    let sha256 = world.fetch_right().sha256;
    world.options.sha256 = Some(unhex(sha256.as_bytes()).unwrap().try_into().unwrap());
    assert_eq!(world.fetch_right().checked, checked::SHA256);
    world.options.sha256 = Some([7; 32]);
    assert_eq!(world.status(), Status::Verify);
}

#[test]
fn a_file_without_any_hash_is_refused_where_one_is_required() {
    let mut world = World::promising(r#", md5 = """#);
    world.options.require_hash = true;
    assert_eq!(world.status(), Status::Verify);
    assert_eq!(world.requests().len(), 0);
    world.options.sha256 = Some([7; 32]);
    world.status();
    assert_eq!(world.requests().len(), 1, "the host's own hash is one");
}

#[test]
fn a_framing_that_would_stay_in_the_file_is_refused() {
    for head in [
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked",
        "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked",
    ] {
        let reply = format!("{head}\r\n\r\n4\r\nfile\r\n0\r\n\r\n");
        let port = answering(move |_, _| reply.clone().into_bytes());
        let error = World::new().fetch_link(&format!("http://127.0.0.1:{port}/file")).unwrap_err();
        assert_eq!((error.status, error.stage), (Status::Reply, Stage::Decode), "{head}");
    }
}

#[test]
fn an_encoding_that_changes_nothing_is_no_encoding() {
    for encoding in ["identity", "Identity", ""] {
        let world = World::new();
        world.server.fault(Fault::on("/files/*").header("content-encoding", encoding));
        world.fetch_right();
    }
}

#[test]
fn an_encoded_file_is_refused() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").header("content-encoding", "gzip"));
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Service, Stage::Download));
    assert_eq!(world.requests()[0].header("accept-encoding").as_deref(), Some("identity"));
}

#[test]
fn an_announced_length_that_is_not_the_promised_one_is_an_error_and_no_file() {
    for off_by in [-5, 5] {
        let world = World::new();
        world.server.fault(Fault::on("/files/*").length_off_by(off_by));
        assert_eq!(world.status(), Status::Verify);
        assert!(!world.target().exists());
    }
}

#[test]
fn a_length_that_nobody_promised_and_the_server_takes_back_is_no_error() {
    let world = World::without_promises();
    world.server.fault(Fault::on("/files/*").length_off_by(5).times(1));
    world.fetch_right();
    assert_eq!(world.requests().last().unwrap().status, 416);
}

#[test]
fn an_empty_file_is_a_file() {
    let mut world = World::without_promises();
    std::fs::write(world.hosted.path().join("app-2.bin"), "").unwrap();
    let artifact = world.fetch_right();
    assert_eq!(artifact.md5, "d41d8cd98f00b204e9800998ecf8427e");
    world.options.require_hash = true;
    world.options.sha256 = Some(
        unhex(b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
            .unwrap()
            .try_into()
            .unwrap(),
    );
    assert_eq!(world.fetch_right().checked, checked::SHA256);
}
