//! Threads and processes that fetch the same file at once.

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use dev_server::Fault;
use upgradelink::{error::Status, fetch::Origin, progress::Progress, watch::Cancel};

use crate::{
    kill::Child,
    world::{PROMPT, World},
};

/// A process that is fetching, with bytes on their way.
fn fetching(world: &World) -> Child {
    world.server.fault(Fault::on("/files/*").rate(500_000).times(1));
    let mut child = Child::spawn(world, &[]);
    child.wait_for("download");
    child
}

#[test]
fn a_second_process_is_told_busy_at_once() {
    let world = World::new();
    let _child = fetching(&world);
    let begun = Instant::now();
    let error = world.fetch().unwrap_err();
    assert_eq!(error.status, Status::Busy);
    assert!(error.retryable);
    assert!(begun.elapsed() < PROMPT);
}

#[test]
fn a_second_process_waits_as_long_as_it_was_told_to() {
    let mut world = World::new();
    let _child = fetching(&world);
    world.options.lock_wait = Some(Duration::from_millis(300));
    let begun = Instant::now();
    assert_eq!(world.status(), Status::Busy);
    assert!(begun.elapsed() >= Duration::from_millis(300));
}

#[test]
fn a_second_process_that_waits_gets_the_file_that_the_first_fetched() {
    let mut world = World::new();
    let _child = fetching(&world);
    world.options.lock_wait = None;
    assert_eq!(world.fetch_right().origin, Origin::Present);
}

#[test]
fn a_lock_of_a_dead_process_does_not_block() {
    let world = World::new();
    let child = fetching(&world);
    drop(child);
    assert!(world.folder.names().contains(&"app-2.bin.lock".to_owned()));
    world.fetch_right();
    assert_eq!(world.folder.names(), ["app-2.bin"]);
}

#[test]
fn a_lock_file_of_nobodys_does_not_block() {
    let world = World::new();
    fs::write(world.folder.path().join("app-2.bin.lock"), "").unwrap();
    world.fetch_right();
}

#[test]
fn ten_threads_that_fetch_the_same_file_get_it_from_one_download() {
    let mut world = World::new();
    world.options.lock_wait = None;
    let (client, strategy) = (world.client(), world.offer());
    thread::scope(|scope| {
        for _ in 0..10 {
            scope.spawn(|| {
                let artifact =
                    client.fetch(&strategy, &world.options, Progress::default(), Cancel::default()).unwrap();
                world.assert_right(&artifact);
            });
        }
    });
    assert_eq!(world.requests().len(), 1);
    assert_eq!(world.folder.names(), ["app-2.bin"]);
}

#[test]
fn ten_threads_that_do_not_wait_get_the_file_or_busy() {
    let world = World::new();
    let (client, strategy) = (world.client(), world.offer());
    let results: Vec<_> = thread::scope(|scope| {
        let fetch = || client.fetch(&strategy, &world.options, Progress::default(), Cancel::default());
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(fetch)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(results.iter().any(Result::is_ok));
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        assert_eq!(error.status, Status::Busy);
    }
    world.fetch_right();
}

#[test]
fn different_files_go_into_one_folder_at_once() {
    let world = World::new();
    let (client, strategy) = (world.client(), world.offer());
    thread::scope(|scope| {
        for number in 0..8 {
            let (client, strategy, mut options) = (&client, &strategy, world.options.clone());
            options.file_name = Some(format!("{number}.bin"));
            scope.spawn(move || {
                client.fetch(strategy, &options, Progress::default(), Cancel::default()).unwrap();
            });
        }
    });
    assert_eq!(world.folder.names().len(), 8);
}
