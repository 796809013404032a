//! What an earlier run left is gone on with, as far as it can be believed; whatever the server makes of
//! that, the end is the right file.

use std::{fs, os::unix::fs::symlink};

use dev_server::{Cut, Fault, Framing};
use upgradelink::{error::Status, fetch::Origin};

use crate::world::{SIZE, World, answering, bytes};

const HALF: u64 = 1_500_000;

fn half_there() -> World {
    let world = World::new();
    world.cut_run(HALF);
    world
}

#[test]
fn a_fresh_download_needs_one_request_and_leaves_nothing_beside_the_file() {
    let world = World::new();
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Downloaded);
    assert_eq!(artifact.network_bytes, 3_000_000);
    assert_eq!(world.ranges(), [None]);
    assert_eq!(world.folder.names(), ["app-2.bin"]);
}

#[test]
fn a_cut_connection_is_resumed_in_the_same_call() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").cut(Cut::after(1_000_000)).times(1));
    let artifact = world.fetch_right();
    assert_eq!(artifact.network_bytes, 3_000_000);
    assert_eq!(world.ranges(), [None, Some("bytes=1000000-".into())]);
}

#[test]
fn an_earlier_runs_part_is_gone_on_with() {
    let world = half_there();
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Resumed);
    assert_eq!(artifact.network_bytes, 1_500_000);
    assert_eq!(world.ranges(), [Some("bytes=1500000-".into())]);
    assert!(world.requests()[0].header("if-range").is_some());
    assert_eq!(world.folder.names(), ["app-2.bin"]);
}

#[test]
fn without_any_promise_a_part_is_gone_on_with_where_the_server_knows_its_file_again() {
    let world = World::without_promises();
    world.cut_run(HALF);
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Resumed);
    assert_eq!(artifact.network_bytes, 1_500_000);
    assert_eq!(artifact.checked, 0);
}

#[test]
fn a_complete_part_is_committed_without_another_byte() {
    let world = World::new();
    world.cut_run(SIZE as u64 - 1);
    let (whole, part) = (bytes(2, SIZE), world.part());
    fs::write(part, whole).unwrap();
    let artifact = world.fetch_right();
    assert_eq!(artifact.network_bytes, 0);
    assert_eq!(world.ranges().len(), 0);
}

#[test]
fn a_server_that_knows_no_ranges_sends_the_whole_file_again() {
    let world = half_there();
    world.server.fault(Fault::on("/files/*").ignore_range(true));
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Downloaded);
    assert_eq!(artifact.network_bytes, 3_000_000);
}

#[test]
fn a_file_that_changed_between_runs_is_taken_from_the_start() {
    let world = World::without_promises();
    world.server.fault(Fault::on("/files/*").etag("\"one\"").cut(Cut::after(HALF)).times(1));
    let mut impatient = world.config.clone();
    impatient.max_attempts = 1;
    let world = World { config: impatient, ..world };
    assert_eq!(world.status(), Status::Network);
    fs::write(world.hosted.path().join("app-2.bin"), bytes(3, 2_000_000)).unwrap();
    world.server.fault(Fault::on("/files/*").etag("\"two\""));
    let artifact = world.fetch_right();
    assert_eq!(artifact.size, 2_000_000);
    assert_eq!(artifact.origin, Origin::Downloaded);
    assert_eq!(world.requests()[1].header("if-range").as_deref(), Some("\"one\""));
}

#[test]
fn a_file_that_changed_within_a_call_is_taken_from_the_start() {
    let world = World::without_promises();
    world.server.fault(Fault::on("/files/*").etag("\"one\"").alter(7).cut(Cut::after(HALF)).times(1));
    world.server.fault(Fault::on("/files/*").etag("\"two\""));
    assert_eq!(world.fetch_right().network_bytes, 4_500_000);
}

#[test]
fn a_206_of_another_state_of_the_file_is_not_appended() {
    let world = World::without_promises();
    world.server.fault(Fault::on("/files/*").etag("\"one\"").alter(7).cut(Cut::after(HALF)).times(1));
    world.server.fault(Fault::on("/files/*").header("etag", "\"two\"").times(1));
    world.fetch_right();
}

#[test]
fn a_lost_etag_ends_in_the_right_file() {
    let world = half_there();
    for name in ["etag", "last-modified"] {
        world.server.fault(Fault::on("/files/*").drop_header(name));
    }
    assert_eq!(world.fetch_right().origin, Origin::Resumed);
}

#[test]
fn without_a_promise_a_206_that_has_lost_its_etag_is_not_appended() {
    let world = World::without_promises();
    world.cut_run(HALF);
    world.server.fault(Fault::on("/files/*").drop_header("etag").drop_header("last-modified"));
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Downloaded);
    assert_eq!(world.ranges(), [Some("bytes=1500000-".into()), None]);
}

#[test]
fn without_a_promise_a_206_of_a_whole_of_unknown_length_is_not_appended() {
    let world = World::without_promises();
    world.cut_run(HALF);
    let part = "bytes 1500000-1999999/*";
    world.server.fault(
        Fault::on("/files/*").header("content-range", part).header("content-length", 500_000).times(1),
    );
    world.fetch_right();
    assert_eq!(world.ranges(), [Some("bytes=1500000-".into()), None]);
}

#[test]
fn without_promise_and_validator_every_attempt_begins_anew() {
    let world = World::without_promises();
    let bare = || Fault::on("/files/*").drop_header("etag").drop_header("last-modified");
    world.server.fault(bare().cut(Cut::after(HALF)).times(1));
    world.server.fault(bare());
    let artifact = world.fetch_right();
    assert_eq!(artifact.network_bytes, 4_500_000);
    assert_eq!(world.ranges(), [None, None]);
}

#[test]
fn a_wrong_content_range_is_not_appended() {
    for range in [
        "bytes 0-1499999/3000000",
        "bytes 1500001-2999999/3000000",
        "bytes 1500000-2999999/4000000",
        "bytes 1500000-1400000/3000000",
        "bytes */3000000",
        "items 1500000-2999999/3000000",
        "",
    ] {
        let world = half_there();
        world.server.fault(Fault::on("/files/*").header("content-range", range).times(1));
        world.fetch_right();
        assert_eq!(world.ranges()[1], None, "{range:?}");
    }
}

#[test]
fn a_missing_content_range_is_not_appended() {
    let world = half_there();
    world.server.fault(Fault::on("/files/*").drop_header("content-range").times(1));
    world.fetch_right();
}

#[test]
fn a_416_because_the_part_is_the_whole_file_is_success() {
    let world = World::without_promises();
    world.cut_run(2_999_999);
    fs::write(world.hosted.path().join("app-2.bin"), &bytes(2, SIZE)[..2_999_999]).unwrap();
    let whole = "bytes */2999999";
    world.server.fault(Fault::on("/files/*").status(416).header("content-range", whole).times(1));
    assert_eq!(world.fetch_right().network_bytes, 0);
}

#[test]
fn a_416_of_another_state_of_the_file_begins_anew() {
    let world = World::without_promises();
    world.cut_run(2_999_999);
    fs::write(world.hosted.path().join("app-2.bin"), bytes(4, 2_999_999)).unwrap();
    let other = Fault::on("/files/*").status(416).header("content-range", "bytes */2999999");
    world.server.fault(other.header("etag", "\"two\"").times(1));
    assert_eq!(world.fetch_right().network_bytes, 2_999_999);
}

#[test]
fn a_416_because_the_part_is_something_else_begins_anew() {
    let world = half_there();
    let shorter = "bytes */1000";
    world.server.fault(Fault::on("/files/*").status(416).header("content-range", shorter).times(1));
    world.fetch_right();
    assert_eq!(world.ranges(), [Some("bytes=1500000-".into()), None]);
}

#[test]
fn a_416_without_a_reason_begins_anew() {
    let world = half_there();
    world.server.fault(Fault::on("/files/*").status(416).times(1));
    world.fetch_right();
}

#[test]
fn a_server_that_sends_less_than_was_asked_for_is_asked_again() {
    let whole = bytes(2, 1000);
    let port = answering(move |turn, head| {
        let from =
            head.split("bytes=").nth(1).map_or(0, |range| range.split('-').next().unwrap().parse().unwrap());
        let to = if turn == 0 { 1000 } else { (from + 300).min(1000) };
        let sent = if turn == 0 { 100 } else { to };
        let status = if turn == 0 {
            "200 OK\r\nContent-Length: 1000".into()
        } else {
            format!(
                "206 Partial\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{}/1000",
                to - from,
                to - 1
            )
        };
        let head = format!("HTTP/1.1 {status}\r\nETag: \"a\"\r\nConnection: close\r\n\r\n");
        [head.as_bytes(), &whole[from..sent]].concat()
    });
    let mut world = World::new();
    world.config.max_attempts = 5;
    let artifact = world.fetch_link(&format!("http://127.0.0.1:{port}/file")).unwrap();
    assert_eq!(fs::read(&artifact.path).unwrap(), bytes(2, 1000));
    assert_eq!(artifact.network_bytes, 1000);
}

#[test]
fn a_body_that_ends_with_its_connection_before_its_promised_end_is_gone_on_with() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").framing(Framing::Close).cut(Cut::after(HALF)).times(1));
    assert_eq!(world.fetch_right().network_bytes, 3_000_000);
}

#[test]
fn a_truncated_part_ends_in_the_right_file() {
    let world = half_there();
    fs::File::options().write(true).open(world.part()).unwrap().set_len(1000).unwrap();
    world.fetch_right();
}

#[test]
fn an_overwritten_part_is_not_believed() {
    for promised in [true, false] {
        let world = if promised { World::new() } else { World::without_promises() };
        world.cut_run(HALF);
        let mut part = fs::read(world.part()).unwrap();
        part[700_000] ^= 1;
        fs::write(world.part(), part).unwrap();
        assert_eq!(world.fetch_right().origin, Origin::Downloaded);
    }
}

#[test]
fn bytes_behind_the_recorded_ones_are_judged_by_the_promised_hash_alone() {
    for promised in [true, false] {
        let world = if promised { World::new() } else { World::without_promises() };
        world.cut_run(HALF);
        let mut part = fs::read(world.part()).unwrap();
        part.extend([0xAA; 5000]);
        fs::write(world.part(), part).unwrap();
        world.fetch_right();
    }
}

#[test]
fn a_part_longer_than_the_file_begins_anew() {
    let world = half_there();
    fs::write(world.part(), bytes(9, SIZE + 1)).unwrap();
    assert_eq!(world.fetch_right().origin, Origin::Downloaded);
}

#[test]
fn a_part_that_is_a_link_is_replaced_and_not_followed() {
    let world = half_there();
    let precious = world.hosted.path().join("precious");
    fs::rename(world.part(), &precious).unwrap();
    symlink(&precious, world.part()).unwrap();
    world.fetch_right();
    assert_eq!(fs::metadata(precious).unwrap().len(), HALF);
}

#[test]
fn a_fifo_in_the_place_of_a_record_is_not_waited_for() {
    let world = half_there();
    fs::remove_file(world.record()).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(world.record()).status().unwrap().success());
    world.fetch_right();
}

#[test]
fn a_garbled_record_is_not_believed() {
    let sound = {
        let world = half_there();
        fs::read(world.record()).unwrap()
    };
    let mut flipped = sound.clone();
    flipped[100] ^= 1;
    for record in [&b""[..], b"garbage", &[0; 100_000], &flipped, &sound[1..], &sound[..sound.len() - 1]] {
        let world = half_there();
        fs::write(world.record(), record).unwrap();
        assert_eq!(world.fetch_right().origin, Origin::Downloaded);
    }
}

#[test]
fn a_record_of_other_credentials_is_not_believed() {
    let mut world = half_there();
    world.server.catalogue(|catalogue| {
        catalogue.credentials[0].secret_key = "another".into();
    });
    world.config.credentials.secret_key = "another".to_owned().into();
    assert_eq!(world.fetch_right().origin, Origin::Downloaded);
}

#[test]
fn a_record_of_another_file_is_not_believed() {
    let world = half_there();
    fs::write(world.hosted.path().join("app-2.bin"), bytes(4, SIZE)).unwrap();
    assert_eq!(world.fetch_right().origin, Origin::Downloaded);
}

#[test]
fn part_and_record_are_this_users_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = half_there();
    for path in [world.part(), world.record()] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn an_answer_of_another_length_costs_the_part_nothing() {
    let world = half_there();
    let portal = Fault::on("/files/*").status(200).body("<html>sign in</html>").times(1);
    world.server.fault(portal);
    assert_eq!(world.status(), Status::Verify);
    assert_eq!(world.fetch_right().network_bytes, 1_500_000);
}
