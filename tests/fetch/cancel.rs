//! A fetch that is told to stop ends soon, whatever it is waiting for.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::fd::AsRawFd,
    thread,
    time::{Duration, Instant},
};

use dev_server::Fault;
use upgradelink::{
    error::Status,
    progress::{Phase, Progress},
    watch::Cancel,
};

use crate::{
    kill::Child,
    world::{PROMPT, World, listen},
};

/// Cancels once `waiting` holds, and a moment later, when the fetch waits surely.
fn cancelled_while(world: &World, waiting: impl Fn() -> bool + Send) {
    let cancel = Cancel::default();
    let remote = cancel.clone();
    thread::scope(|scope| {
        let canceller = scope.spawn(move || {
            let end = Instant::now() + Duration::from_secs(20);
            while !waiting() {
                assert!(Instant::now() < end, "the fetch never came to the point");
                thread::sleep(Duration::from_millis(5));
            }
            thread::sleep(Duration::from_millis(150));
            remote.cancel();
            Instant::now()
        });
        let error = world.fetch_watched(Progress::default(), cancel).unwrap_err();
        let returned = Instant::now();
        assert_eq!(error.status, Status::Cancelled, "{error}");
        let took = returned.duration_since(canceller.join().unwrap());
        println!("returned {} ms after the cancel", took.as_millis());
        assert!(took < PROMPT, "{took:?}");
    });
}

fn asked(world: &World) -> impl Fn() -> bool + Send + '_ {
    || !world.requests().is_empty()
}

fn has_bytes(world: &World) -> impl Fn() -> bool + Send + '_ {
    || fs::metadata(world.part()).is_ok_and(|part| part.len() >= 900_000)
}

#[test]
fn while_a_stalled_connection_says_nothing() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 60_000));
    cancelled_while(&world, has_bytes(&world));
}

#[test]
fn while_the_first_byte_is_waited_for() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").delay_ms(60_000));
    cancelled_while(&world, asked(&world));
}

#[test]
fn while_a_connection_is_being_made() {
    let hole = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let address = hole.local_addr().unwrap();
    // SAFETY: the descriptor is open.
    unsafe { libc::listen(hole.as_raw_fd(), 0) };
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(300)).ok();
    let _queued: Vec<_> = std::iter::from_fn(connect).collect();
    let world = World::of(&format!("download = {{ url = \"http://{address}/app-2.bin\" }}"));
    let locked = || world.folder.names().contains(&"app-2.bin.lock".to_owned());
    cancelled_while(&world, locked);
}

#[test]
fn while_the_bandwidth_is_kept_to() {
    let mut world = World::new();
    world.options.max_bytes_per_second = Some(1000);
    cancelled_while(&world, asked(&world));
}

#[test]
fn while_the_next_attempt_is_waited_for() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").status(503).header("retry-after", 60));
    cancelled_while(&world, asked(&world));
}

#[test]
fn while_somebody_else_has_the_lock() {
    let mut world = World::new();
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 60_000).times(1));
    let mut child = Child::spawn(&world, &[]);
    child.wait_for("download");
    world.options.lock_wait = None;
    cancelled_while(&world, || true);
}

#[test]
fn while_the_service_is_asked_for_another_link() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").status(403));
    world.server.fault(Fault::on("/v1/apk/upgrade").skip(1).delay_ms(20_000));
    cancelled_while(&world, || world.server.requests().len() >= 3);
}

#[test]
fn what_has_come_stays_for_the_next_run() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 60_000).times(1));
    cancelled_while(&world, has_bytes(&world));
    assert_eq!(world.fetch_right().network_bytes, 2_000_000);
}

#[test]
fn without_promises_too_what_has_come_stays_for_the_next_run() {
    let world = World::without_promises();
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 60_000).times(1));
    cancelled_while(&world, has_bytes(&world));
    assert_eq!(world.fetch_right().network_bytes, 2_000_000);
}

#[test]
fn what_has_come_goes_when_the_host_does_not_keep_it() {
    let mut world = World::new();
    world.options.keep_partial = false;
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 60_000).times(1));
    cancelled_while(&world, has_bytes(&world));
    assert_eq!(world.folder.names(), [""; 0]);
}

#[test]
fn progress_may_ask_to_stop_while_nothing_arrives() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").delay_ms(60_000));
    let begun = Instant::now();
    let (_, progress) = listen(move |_, _| begun.elapsed() < Duration::from_millis(400));
    let error = world.fetch_watched(progress, Cancel::default()).unwrap_err();
    assert_eq!(error.status, Status::Cancelled);
    assert!(begun.elapsed() < PROMPT);
}

#[test]
fn progress_may_ask_to_stop_while_a_part_is_hashed_again() {
    let world = World::new();
    world.cut_run(2_900_000);
    let (told, progress) = listen(|phase, _| phase != Phase::Verify);
    match world.fetch_watched(progress, Cancel::default()) {
        Err(error) => assert_eq!(error.status, Status::Cancelled),
        // Hashed within the first 100 ms: nothing was told of it.
        Ok(_) => assert!(told.lock().unwrap().iter().all(|(phase, ..)| *phase != Phase::Verify)),
    }
}

#[test]
fn a_fetch_that_was_cancelled_before_it_began_asks_nothing() {
    let world = World::new();
    let strategy = world.offer();
    let cancel = Cancel::default();
    cancel.cancel();
    let error = world.client().fetch(&strategy, &world.options, Progress::default(), cancel).unwrap_err();
    assert_eq!(error.status, Status::Cancelled);
    assert_eq!(world.requests().len(), 0);
}
