//! Every fault of the local service, at several points of a download and of a patch, alone and in random
//! sequences: the right file or a clear error, and never a wrong file under the name.

use std::{fs, thread, time::Duration};

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

/// Judges all cases, most of which only wait, some at a time; returns how many were `true`.
fn count<T: Sync>(cases: &[T], judged: impl Fn(&T) -> bool + Sync) -> usize {
    let judged = &judged;
    thread::scope(|scope| {
        let shares = cases.chunks(cases.len().div_ceil(12));
        let threads: Vec<_> = shares
            .map(|share| scope.spawn(move || share.iter().filter(|case| judged(case)).count()))
            .collect();
        threads.into_iter().map(|thread| thread.join().expect("each case ends well")).sum()
    })
}

/// The file comes, or an error; once the fault is gone the file comes anyway.
fn comes_at_once(world: &World, fault: &Fault) -> bool {
    let result = judge(world, &fault.summary());
    world.server.clear_faults();
    judge(world, &fault.summary()).expect("once the fault is gone the file comes");
    result.is_ok()
}

#[test]
fn each_fault_alone_ends_in_the_right_file_or_a_clear_error() {
    let faults = all("/files/app-2.bin", SIZE);
    let always = faults.iter().filter(|fault| fault.delay_ms < 1000).cloned().map(|fault| (true, fault));
    let once = faults.iter().cloned().map(|fault| (true, fault.times(1)));
    let unpromised =
        faults.iter().filter(|fault| !cannot_be_told(fault)).cloned().map(|fault| (false, fault.times(1)));
    let cases: Vec<_> = always.chain(once).chain(unpromised).collect();
    let right = count(&cases, |(promised, fault)| {
        let world = download(*promised);
        world.server.fault(fault.clone());
        comes_at_once(&world, fault)
    });
    println!("{} cases, {right} right files at once", cases.len());
}

#[test]
fn each_fault_during_a_resumption_ends_in_the_right_file_or_a_clear_error() {
    let cases = all("/files/app-2.bin", SIZE);
    let right = count(&cases, |fault| {
        let world = download(true);
        world.cut_run(SIZE / 3);
        world.server.fault(fault.clone().times(1));
        comes_at_once(&world, fault)
    });
    println!("{} cases, {right} right files at once", cases.len());
}

#[test]
fn each_fault_of_a_patch_ends_in_the_right_file() {
    let faults = || all("/files/1-2.patch", 500).into_iter();
    let cases: Vec<_> =
        faults().map(|fault| ("h13-none", fault)).chain(faults().map(|fault| ("sf20-none", fault))).collect();
    let patched = count(&cases, |(name, fault)| {
        let world = patch(name);
        world.server.fault(fault.clone());
        let artifact = judge(&world, &fault.summary()).expect("the full file is not at fault");
        assert_eq!(world.folder.names(), ["app-2.bin"], "{}", fault.summary());
        artifact.origin == Origin::Patched
    });
    println!("{} cases, {patched} patched files, the others full", cases.len());
}

#[test]
fn random_sequences_of_faults_end_in_the_right_file_or_a_clear_error() {
    let seed = seed();
    let downloads = all("/files/app-2.bin", SIZE);
    let rounds: Vec<u64> = (0..60).collect();
    let right = count(&rounds, |round| {
        let mut random = Random(seed ^ (round << 32));
        let world = download(true);
        let (mut story, mut at_once) = (format!("round {round}"), true);
        for run in 0..4 {
            world.server.clear_faults();
            for _ in 0..random.below(5) {
                let fault =
                    random.one_of(&downloads).clone().skip(random.below(2)).times(1 + random.below(2));
                story += &format!("\n run {run}: {}", fault.summary());
                world.server.fault(fault);
            }
            at_once &= judge(&world, &story).is_ok();
            if random.below(2) == 0 {
                let _ = fs::remove_file(world.target());
            }
        }
        world.server.clear_faults();
        judge(&world, &story).expect("once the faults are gone the file comes");
        at_once
    });
    println!("{} sequences, {right} with the right file in each run", rounds.len());
}

#[test]
fn random_sequences_of_faults_of_patches_end_in_the_right_file_or_a_clear_error() {
    let seed = seed();
    let mut both = all("/files/1-2.patch", 500);
    both.extend(all("/files/app-2.bin", 5908));
    let rounds: Vec<u64> = (0..60).collect();
    let right = count(&rounds, |round| {
        let mut random = Random(seed ^ (round << 32));
        let world = patch(random.one_of::<&str>(&["h13-none", "sf20-zlib", "endsley-bz2", "w26-none"]));
        let (mut story, mut at_once) = (format!("round {round}"), true);
        for run in 0..3 {
            world.server.clear_faults();
            for _ in 0..random.below(6) {
                let fault = random.one_of(&both).clone().skip(random.below(2)).times(1 + random.below(2));
                story += &format!("\n run {run}: {}", fault.summary());
                world.server.fault(fault);
            }
            at_once &= judge(&world, &story).is_ok();
            let _ = fs::remove_file(world.target());
        }
        world.server.clear_faults();
        judge(&world, &story).expect("once the faults are gone the file comes");
        at_once
    });
    println!("{} sequences, {right} with the right file in each run", rounds.len());
}
