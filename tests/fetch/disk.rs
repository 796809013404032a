//! Disks that are full, folders that cannot be written or vanish, files that are large.

use std::{
    fs,
    os::unix::fs::{PermissionsExt, chown},
    path::Path,
    process::{Command, Stdio},
};

use dev_server::Fault;
use upgradelink::{
    error::{Stage, Status},
    fetch::Origin,
    watch::Cancel,
};

use crate::world::{SIZE, World, listen};

/// A file system of its own, while the value lives.
struct Mount<'a>(&'a Path);

impl Mount<'_> {
    /// `None` where that may not be done, which the test says.
    fn tmpfs<'a>(folder: &'a Path, options: &str) -> Option<Mount<'a>> {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).stderr(Stdio::null());
        if mount.status().is_ok_and(|status| status.success()) {
            return Some(Mount(folder));
        }
        println!("skipped: no file system can be mounted here");
        None
    }

    fn remount(&self, options: &str) {
        let mut mount = Command::new("mount");
        assert!(mount.args(["-o", &format!("remount,{options}")]).arg(self.0).status().unwrap().success());
    }
}

impl Drop for Mount<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0).status();
    }
}

#[test]
fn a_disk_too_small_is_an_error_before_anything_is_taken() {
    let world = World::new();
    let Some(_mount) = Mount::tmpfs(world.folder.path(), "size=2m") else { return };
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::NoSpace, Stage::Io));
    assert!(world.part().metadata().map_or(0, |part| part.len()) == 0);
}

#[test]
fn a_disk_that_fills_up_on_the_way_loses_nothing() {
    for world in [World::new(), World::without_promises()] {
        let Some(mount) = Mount::tmpfs(world.folder.path(), "size=8m") else { return };
        world.server.fault(Fault::on("/files/*").rate(3_000_000).times(1));
        let ballast = world.folder.path().join("ballast");
        let (filling, part) = (ballast.clone(), world.part());
        let (_, progress) = listen(move |_, done| {
            if done >= 1_000_000 && !filling.exists() {
                fill(&filling);
            }
            true
        });
        let error = world.fetch_watched(progress, Cancel::default()).unwrap_err();
        assert_eq!((error.status, error.stage), (Status::NoSpace, Stage::Io), "{error}");
        let kept = fs::metadata(&part).unwrap().len();
        fs::remove_file(ballast).unwrap();
        let artifact = world.fetch_right();
        assert_eq!(artifact.origin, Origin::Resumed);
        assert!(artifact.network_bytes < SIZE as u64, "{kept} bytes were there");
        drop(mount);
    }
}

/// Takes what is free.
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    while file.write_all(&[7; 4096]).is_ok() {}
}

#[test]
fn a_disk_too_small_for_the_patched_file_takes_no_full_file() {
    let world = World::with_patch("sf20-none");
    let Some(_mount) = Mount::tmpfs(world.folder.path(), "size=4k") else { return };
    assert_eq!(world.status(), Status::NoSpace);
    assert!(!world.target().exists());
}

#[test]
fn a_disk_that_fills_up_while_a_patch_is_applied_takes_no_full_file() {
    for name in ["sf20-none", "h13-none"] {
        let world = World::with_patch(name);
        let Some(_mount) = Mount::tmpfs(world.folder.path(), "size=64k") else { return };
        world.server.fault(Fault::on("/files/1-2.patch").stall(350, 700).times(1));
        let ballast = world.folder.path().join("ballast");
        let (filling, begun) = (ballast.clone(), std::time::Instant::now());
        let (_, progress) = listen(move |_, _| {
            if begun.elapsed().as_millis() > 250 && !filling.exists() {
                fill(&filling);
            }
            true
        });
        let error = world.fetch_watched(progress, Cancel::default()).unwrap_err();
        assert_eq!(error.status, Status::NoSpace, "{name}: {error}");
        assert!(world.requests().iter().all(|request| request.path() == "/files/1-2.patch"));
        fs::remove_file(ballast).unwrap();
        assert_eq!(world.fetch_right().origin, Origin::Patched, "{name}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let world = World::new();
    let Some(mount) = Mount::tmpfs(world.folder.path(), "size=8m") else { return };
    mount.remount("ro");
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Io, Stage::Io));
    assert!(error.os_error != 0 && error.message.contains("app-2.bin"), "{error}");
    assert_eq!(world.requests().len(), 0);
}

#[test]
fn a_folder_that_may_be_written_but_not_read_gets_its_file() {
    const NOBODY: u32 = 65534;
    let world = World::new();
    // SAFETY: these functions take numbers; the file system's user is this thread's alone.
    let root = unsafe { libc::geteuid() } == 0;
    if root {
        chown(world.folder.path(), Some(NOBODY), None).unwrap();
        unsafe { libc::setfsuid(NOBODY) };
    }
    fs::set_permissions(world.folder.path(), fs::Permissions::from_mode(0o300)).unwrap();
    let result = world.fetch();
    fs::set_permissions(world.folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    world.assert_right(&result.unwrap());
}

#[test]
fn a_file_in_the_place_of_the_folder_is_an_error() {
    let mut world = World::new();
    world.options.folder = world.folder.path().join("file");
    fs::write(&world.options.folder, "in the way").unwrap();
    let error = world.fetch().unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Io, Stage::Io));
}

#[test]
fn a_folder_that_vanishes_on_the_way_is_an_error() {
    let mut world = World::new();
    world.options.folder = world.folder.path().join("inner");
    world.server.fault(Fault::on("/files/*").stall(1_000_000, 600));
    let inner = world.options.folder.clone();
    let (_, progress) = listen(move |_, done| {
        if done >= 900_000 {
            let _ = fs::remove_dir_all(&inner);
        }
        true
    });
    let error = world.fetch_watched(progress, Cancel::default()).unwrap_err();
    assert_eq!((error.status, error.stage), (Status::Io, Stage::Io), "{error}");
    assert!(!world.options.folder.exists());
    world.server.clear_faults();
    world.fetch_right();
}

#[test]
fn a_file_size_limit_is_an_error_and_costs_what_came_nothing() {
    let world = World::new();
    let mut child = crate::kill::Child::spawn(&world, &[("UPGRADELINK_TEST_FILE_LIMIT", "1500000")]);
    let said = child.said();
    assert!(said.contains("failed IO") || said.contains("failed NO_SPACE"), "{said}");
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Resumed);
    assert_eq!(artifact.network_bytes, 1_500_000);
}
