//! The file appears under its name in one step; what stands there before is verified, not trusted.

use std::{fs, io, os::unix::fs::symlink, path::Path, thread};

use dev_server::{Cut, Fault};
use upgradelink::{
    error::Status,
    fetch::{Options, Origin},
    progress::Progress,
    watch::Cancel,
};

use crate::world::{SIZE, World, bytes};

#[test]
fn a_file_that_is_there_and_right_needs_no_network() {
    let world = World::new();
    fs::write(world.target(), bytes(2, SIZE)).unwrap();
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Present);
    assert_eq!(artifact.network_bytes, 0);
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn a_file_that_is_there_and_wrong_is_replaced() {
    for wrong in [bytes(3, SIZE), bytes(2, 10), Vec::new()] {
        let world = World::new();
        fs::write(world.target(), wrong).unwrap();
        assert_eq!(world.fetch_right().origin, Origin::Downloaded);
    }
}

#[test]
fn a_file_that_is_there_is_not_believed_without_a_hash() {
    let world = World::promising(r#", md5 = """#);
    fs::write(world.target(), bytes(2, SIZE)).unwrap();
    assert_eq!(world.fetch_right().origin, Origin::Downloaded);
}

#[test]
fn what_stood_there_stays_when_the_fetch_fails() {
    let world = World::new();
    fs::write(world.target(), "the old one").unwrap();
    world.server.fault(Fault::on("/files/*").alter(12));
    assert_eq!(world.status(), Status::Verify);
    assert_eq!(fs::read(world.target()).unwrap(), b"the old one");
}

#[test]
fn what_stood_there_stays_until_the_new_file_is_whole() {
    let world = World::new();
    fs::write(world.target(), "the old one").unwrap();
    world.cut_run(2_000_000);
    assert_eq!(fs::read(world.target()).unwrap(), b"the old one");
}

#[test]
fn a_link_under_the_name_is_replaced_and_not_followed() {
    let world = World::new();
    let elsewhere = world.hosted.path().join("elsewhere");
    fs::write(&elsewhere, "precious").unwrap();
    symlink(&elsewhere, world.target()).unwrap();
    world.fetch_right();
    assert_eq!(fs::read(elsewhere).unwrap(), b"precious");
    assert!(fs::symlink_metadata(world.target()).unwrap().is_file());
}

#[test]
fn a_folder_under_the_name_is_an_error_before_anything_is_fetched() {
    let world = World::new();
    fs::create_dir(world.target()).unwrap();
    assert_eq!(world.status(), Status::Io);
    assert_eq!(world.requests().len(), 0);
}

/// Windows lets nobody read a file that is still open for writing. A thread that closes it late does
/// so seldom: hence many fetches on few cores.
#[cfg(target_os = "linux")]
#[test]
fn the_file_is_closed_when_the_call_is_over() {
    let world = World::with_patch("sf20-zlib");
    let strategy = world.offer();
    let still_open = |folder: &Path| {
        let leads_to = |open: io::Result<fs::DirEntry>| fs::read_link(open.unwrap().path()).ok();
        fs::read_dir("/proc/self/fd").unwrap().filter_map(leads_to).any(|file| file.starts_with(folder))
    };
    thread::scope(|scope| {
        for number in 0..8 {
            let (world, strategy) = (&world, &strategy);
            scope.spawn(move || {
                for _ in 0..100 {
                    let folder = world.folder.path().join(number.to_string());
                    let options = Options { folder: folder.clone(), ..world.options.clone() };
                    world.client().fetch(strategy, &options, Progress::default(), Cancel::default()).unwrap();
                    assert!(!still_open(&folder));
                    fs::remove_dir_all(folder).unwrap();
                }
            });
        }
    });
}

#[test]
fn the_folder_is_made() {
    let mut world = World::new();
    world.options.folder = world.folder.path().join("a/b");
    assert_eq!(world.fetch_right().path, world.folder.path().join("a/b/app-2.bin"));
}

#[test]
fn a_relative_folder_gives_a_relative_path() {
    let mut world = World::new();
    let folder = tempfile::tempdir_in(".").unwrap();
    world.options.folder = folder.path().file_name().unwrap().into();
    assert_eq!(world.fetch_right().path, world.options.folder.join("app-2.bin"));
}

#[test]
fn left_over_pieces_go_with_the_commit() {
    let world = World::new();
    world.cut_run(1_000_000);
    for name in ["app-2.bin.tmp", "app-2.bin.patched", "app-2.bin.delta", "app-2.bin.delta.part"] {
        fs::write(world.folder.path().join(name), "left").unwrap();
    }
    fs::write(world.folder.path().join("somebody's"), "own").unwrap();
    world.fetch_right();
    assert_eq!(world.folder.names(), ["app-2.bin", "somebody's"]);
}

#[test]
fn a_part_goes_when_the_host_does_not_keep_it() {
    let mut world = World::new();
    world.config.max_attempts = 1;
    world.options.keep_partial = false;
    world.server.fault(Fault::on("/files/*").cut(Cut::after(1_000_000)));
    assert_eq!(world.status(), Status::Network);
    assert_eq!(world.folder.names(), [""; 0]);
}
