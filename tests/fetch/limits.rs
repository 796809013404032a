//! What a fetch may take: bytes, time without bytes, bandwidth.

use std::{
    fs,
    time::{Duration, Instant},
};

use dev_server::{Fault, Framing};
use upgradelink::{
    error::{Stage, Status},
    fetch::Origin,
};

use crate::world::World;

#[test]
fn a_connection_that_falls_silent_is_given_up_and_gone_on_with() {
    let mut world = World::new();
    world.options.stall_timeout = Some(Duration::from_millis(400));
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 60_000).times(1));
    let artifact = world.fetch_right();
    assert_eq!(artifact.network_bytes, 3_000_000);
    assert_eq!(world.ranges()[1].as_deref(), Some("bytes=1000000-"));
}

#[test]
fn a_trickle_is_a_stall() {
    let mut world = World::new();
    world.config.max_attempts = 1;
    world.options.stall_timeout = Some(Duration::from_millis(700));
    world.server.fault(Fault::on("/files/*").rate(100));
    let begun = Instant::now();
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Timeout, Stage::Receive));
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[test]
fn a_slow_but_steady_connection_is_not_a_stall() {
    let mut world = World::new();
    world.options.stall_timeout = Some(Duration::from_millis(1000));
    fs::write(world.hosted.path().join("app-2.bin"), vec![1; 30_000]).unwrap();
    world.server.fault(Fault::on("/files/*").rate(10_000));
    world.fetch_right();
    assert_eq!(world.requests().len(), 1);
}

#[test]
fn the_total_limit_of_a_call_does_not_bound_a_fetch() {
    let mut world = World::new();
    world.config.total_timeout = Some(Duration::from_millis(700));
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 1500));
    world.fetch_right();
}

#[test]
fn a_known_size_above_the_limit_is_refused_before_anything_is_fetched() {
    let mut world = World::new();
    world.options.max_size = Some(2_999_999);
    assert_eq!(world.status(), Status::Verify);
    assert_eq!(world.requests().len(), 0);
    world.options.max_size = Some(3_000_000);
    world.fetch_right();
}

#[test]
fn an_announced_size_above_the_limit_is_refused_before_it_is_taken() {
    let mut world = World::without_promises();
    world.options.max_size = Some(2_999_999);
    assert_eq!(world.status(), Status::Verify);
    assert!(world.part().metadata().map_or(0, |part| part.len()) == 0);
}

#[test]
fn an_unknown_size_above_the_limit_is_refused_when_it_is_reached() {
    let mut world = World::without_promises();
    world.options.max_size = Some(1_000_000);
    world.server.fault(Fault::on("/files/*").framing(Framing::Chunked));
    assert_eq!(world.status(), Status::Verify);
    assert!(!world.target().exists());
    assert!(world.part().metadata().map_or(0, |part| part.len()) <= 1_000_000);
}

#[test]
fn a_limit_of_the_bandwidth_slows_the_fetch_down() {
    let mut world = World::new();
    world.options.max_bytes_per_second = Some(2_000_000);
    let begun = Instant::now();
    world.fetch_right();
    assert!(begun.elapsed() >= Duration::from_millis(1300), "{:?}", begun.elapsed());
}

#[test]
fn failures_use_up_the_budget_and_the_part_stays() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").status(503));
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.http_status), (Status::Service, 503));
    assert_eq!(world.requests().len(), 3);
}

#[test]
fn a_server_that_asks_for_more_than_a_minute_is_not_waited_for() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").status(503).header("retry-after", 61));
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.retry_after), (Status::Service, Some(Duration::from_secs(61))));
    assert_eq!(world.requests().len(), 1);
}

#[test]
fn each_megabyte_refills_the_budget() {
    let world = World::new();
    for after in [1_100_000, 1_100_000, 500_000] {
        world.server.fault(Fault::on("/files/*").cut(dev_server::Cut::after(after)).times(1));
    }
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Downloaded);
    assert_eq!(world.requests().len(), 4);
}
