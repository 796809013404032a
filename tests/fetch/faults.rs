//! Every fault of the local service, at several points of a download and of a patch, alone and in random
//! sequences: the right file or a clear error, and never a wrong file under the name.

use std::{fs, time::Duration};

use dev_server::{Cut, Fault, Framing};
use upgradelink::{
    error::{Error, Status},
    fetch::{Artifact, Origin},
};

use crate::world::{Random, World, seed};

/// Everything that can go wrong with the answer to a request for a file of `size` bytes.
fn all(on: &str, size: u64) -> Vec<Fault> {
    let fault = || Fault::on(on);
    let points = [0, 1, size / 3, size - 1];
    let mut all = vec![
        fault().cut(Cut::before_reply()),
        fault().cut(Cut::before_reply().reset()),
        fault().delay_ms(30),
        fault().delay_ms(3000),
        fault().rate(size),
        fault().status(200),
        fault().status(204),
        fault().status(206),
        fault().status(301),
        fault().status(302),
        fault().status(304),
        fault().status(400),
        fault().status(401),
        fault().status(403),
        fault().status(404),
        fault().status(408),
        fault().status(410),
        fault().status(416),
        fault().status(416).header("content-range", format!("bytes */{size}")),
        fault().status(416).header("content-range", "bytes */0"),
        fault().status(429),
        fault().status(429).header("retry-after", 1),
        fault().status(500),
        fault().status(502).body("<html>bad gateway</html>").content_type("text/html"),
        fault().status(503).header("retry-after", 0),
        fault().status(504),
        fault().body("<html>sign in</html>").content_type("text/html"),
        fault().body("<html>").body_size(size),
        fault().body("x").body_size(size + 1),
        fault().code(404_001),
        fault().redirect("{base}/files/app-2.bin"),
        fault().redirect("{base}/files/nothing"),
        fault().redirect("//127.0.0.1:1/"),
        fault().redirect("http://["),
        fault().trailing("and more"),
        fault().truncate(size / 2),
        fault().truncate(0),
        fault().ignore_range(true),
        fault().etag("\"other\""),
        fault().etag("W/\"weak\""),
        fault().drop_header("etag"),
        fault().drop_header("last-modified"),
        fault().drop_header("content-range"),
        fault().drop_header("content-type"),
        fault().header("content-range", "bytes 0-1/2"),
        fault().header("content-range", format!("bytes {}-{}/{size}", size / 3, size - 1)),
        fault().header("content-range", "nonsense"),
        fault().header("content-encoding", "gzip"),
        fault().header("x-unknown", "1"),
        fault().length_off_by(7),
        fault().length_off_by(-7),
        fault().framing(Framing::Chunked),
        fault().framing(Framing::Close),
        fault().close(true),
        fault().clock_skew(100_000),
    ];
    for point in points {
        all.push(fault().alter(point));
        all.push(fault().stall(point, 50));
        all.push(fault().stall(point, 3000));
        all.push(fault().cut(Cut::after(point)));
        all.push(fault().cut(Cut::after(point).reset()));
        all.push(fault().framing(Framing::Chunked).cut(Cut::after(point)));
        all.push(fault().framing(Framing::Close).cut(Cut::after(point)));
    }
    all
}

const SIZE: u64 = 400_000;

/// A world of a smaller file and little patience.
fn download(promised: bool) -> World {
    let mut world = if promised { World::new() } else { World::without_promises() };
    fs::write(world.hosted.path().join("app-2.bin"), crate::world::bytes(2, SIZE as usize)).unwrap();
    hurry(&mut world);
    world
}

fn patch(name: &str) -> World {
    let mut world = World::with_patch(name);
    hurry(&mut world);
    world
}

fn hurry(world: &mut World) {
    world.config.max_attempts = 2;
    world.config.response_timeout = Some(Duration::from_millis(1000));
    world.options.stall_timeout = Some(Duration::from_millis(1000));
}

/// The outcome is right when the file is, or when there is an error and no file.
fn judge(world: &World, what: &str) -> Result<Artifact, Error> {
    let result = world.fetch();
    let right = fs::read(world.hosted.path().join("app-2.bin")).unwrap();
    let there = fs::read(world.target()).ok();
    match &result {
        Ok(artifact) => {
            assert_eq!(artifact.path, world.target());
            assert!(there.as_ref() == Some(&right), "{what}: a wrong file was handed over");
        }
        Err(error) => {
            assert!(there.is_none(), "{what}: an error, and a file");
            assert!(!error.message.is_empty() && error.status != Status::Internal, "{what}: {error}");
        }
    }
    result
}

/// Without any promise nobody can tell these from the file.
fn cannot_be_told(fault: &Fault) -> bool {
    fault.alter.is_some()
        || fault.body.is_some()
        || fault.truncate.is_some()
        || fault.trailing.is_some()
        || fault.length_off_by < 0
        || fault.status == Some(200)
        || (fault.framing == Some(Framing::Close) && fault.cut.is_some())
}

#[test]
fn each_fault_alone_ends_in_the_right_file_or_a_clear_error() {
    let (mut right, mut errors) = (0, 0);
    for promised in [true, false] {
        for fault in all("/files/app-2.bin", SIZE) {
            // Once, so that a second attempt may succeed; or always.
            for times in [Some(1), None] {
                if !promised && cannot_be_told(&fault) || times.is_none() && fault.delay_ms > 1000 {
                    continue;
                }
                let world = download(promised);
                let mut faulty = fault.clone();
                faulty.times = times;
                world.server.fault(faulty);
                match judge(&world, &fault.summary()) {
                    Ok(_) => right += 1,
                    Err(_) => {
                        errors += 1;
                        world.server.clear_faults();
                        judge(&world, &fault.summary()).expect("once the fault is gone the file comes");
                    }
                }
            }
        }
    }
    println!("{right} right files, {errors} errors");
}

#[test]
fn each_fault_during_a_resumption_ends_in_the_right_file_or_a_clear_error() {
    let (mut right, mut errors) = (0, 0);
    for fault in all("/files/app-2.bin", SIZE) {
        let world = download(true);
        world.cut_run(SIZE / 3);
        world.server.fault(fault.clone().times(1));
        match judge(&world, &fault.summary()) {
            Ok(_) => right += 1,
            Err(_) => {
                errors += 1;
                judge(&world, &fault.summary()).expect("once the fault is gone the file comes");
            }
        }
    }
    println!("{right} right files, {errors} errors");
}

#[test]
fn each_fault_of_a_patch_ends_in_the_right_file() {
    let (mut patched, mut full) = (0, 0);
    for name in ["h13-none", "sf20-none"] {
        for fault in all("/files/1-2.patch", 500) {
            let world = patch(name);
            world.server.fault(fault.clone());
            let artifact = judge(&world, &fault.summary()).expect("the full file is not at fault");
            match artifact.origin {
                Origin::Patched => patched += 1,
                _ => full += 1,
            }
            assert_eq!(world.folder.names(), ["app-2.bin"], "{}", fault.summary());
        }
    }
    println!("{patched} patched, {full} full files");
}

#[test]
fn random_sequences_of_faults_end_in_the_right_file_or_a_clear_error() {
    let mut random = Random(seed());
    let downloads = all("/files/app-2.bin", SIZE);
    let (mut right, mut errors) = (0, 0);
    for round in 0..60 {
        let world = download(true);
        let mut story = format!("round {round}");
        for run in 0..4 {
            world.server.clear_faults();
            for _ in 0..random.below(5) {
                let fault =
                    random.one_of(&downloads).clone().skip(random.below(2)).times(1 + random.below(2));
                story += &format!("\n run {run}: {}", fault.summary());
                world.server.fault(fault);
            }
            match judge(&world, &story) {
                Ok(_) => right += 1,
                Err(_) => errors += 1,
            }
            if random.below(2) == 0 {
                let _ = fs::remove_file(world.target());
            }
        }
        world.server.clear_faults();
        judge(&world, &story).expect("once the faults are gone the file comes");
    }
    println!("{right} right files, {errors} errors");
}

#[test]
fn random_sequences_of_faults_of_patches_end_in_the_right_file_or_a_clear_error() {
    let mut random = Random(seed());
    let mut both = all("/files/1-2.patch", 500);
    both.extend(all("/files/app-2.bin", 5908));
    let (mut right, mut errors) = (0, 0);
    for round in 0..60 {
        let world = patch(random.one_of::<&str>(&["h13-none", "sf20-zlib", "endsley-bz2", "w26-none"]));
        let mut story = format!("round {round}");
        for run in 0..3 {
            world.server.clear_faults();
            for _ in 0..random.below(6) {
                let fault = random.one_of(&both).clone().skip(random.below(2)).times(1 + random.below(2));
                story += &format!("\n run {run}: {}", fault.summary());
                world.server.fault(fault);
            }
            match judge(&world, &story) {
                Ok(_) => right += 1,
                Err(_) => errors += 1,
            }
            let _ = fs::remove_file(world.target());
        }
        world.server.clear_faults();
        judge(&world, &story).expect("once the faults are gone the file comes");
    }
    println!("{right} right files, {errors} errors");
}
