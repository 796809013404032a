//! With a base file and a patch on offer the patch is taken; whatever is wrong with it, the full file is.

use std::{fs, os::unix::fs::symlink, time::Duration};

use dev_server::{Cut, Fault};
use upgradelink::{
    error::Status,
    fetch::{Artifact, Origin, checked},
    progress::Phase,
    watch::Cancel,
};

use crate::world::{World, bytes, listen};

const PATCH: &str = "/files/1-2.patch";

/// The full file came, and the artifact says why.
#[track_caller]
fn full_after(world: &World, why: &str) -> Artifact {
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Downloaded);
    let failure = artifact.patch_failure.clone().expect("a reason");
    assert!(failure.contains(why), "{failure}");
    assert_eq!(world.folder.names(), ["app-2.bin"]);
    artifact
}

#[track_caller]
fn patched(world: &World) -> Artifact {
    let base = fs::read(world.hosted.path().join("base")).unwrap();
    let artifact = world.fetch_right();
    assert_eq!(artifact.origin, Origin::Patched, "{:?}", artifact.patch_failure);
    assert_eq!(artifact.patch_failure, None);
    assert_eq!(artifact.checked, checked::SIZE | checked::MD5);
    assert_eq!(world.folder.names(), ["app-2.bin"]);
    assert!(fs::read(world.hosted.path().join("base")).unwrap() == base, "the base file is only read");
    artifact
}

#[test]
fn a_patch_of_every_container_leads_to_the_file() {
    for name in ["h13-none", "h13-zlib", "sf20-none", "sf20-zstd", "w26-lzma2", "bsdiff40-bz2", "endsley-bz2"]
    {
        let world = World::with_patch(name);
        let patch = fs::metadata(world.hosted.path().join("1-2.patch")).unwrap().len();
        assert_eq!(patched(&world).network_bytes, patch, "{name}");
        let paths: Vec<_> = world.requests().iter().map(|request| request.path().to_owned()).collect();
        assert_eq!(paths, [PATCH], "{name}");
    }
}

#[test]
fn a_patched_file_that_is_there_needs_neither_patch_nor_network() {
    let world = World::with_patch("sf20-none");
    patched(&world);
    assert_eq!(world.fetch_right().origin, Origin::Present);
    assert_eq!(world.requests().len(), 1);
}

#[test]
fn without_a_base_file_no_patch_is_taken() {
    let mut world = World::with_patch("sf20-none");
    world.options.base_file = None;
    let artifact = world.fetch_right();
    assert_eq!((artifact.origin, artifact.patch_failure), (Origin::Downloaded, None));
}

#[test]
fn an_unknown_patch_algorithm_is_not_tried() {
    let world = World::with_patch("sf20-none");
    world.server.catalogue(|catalogue| catalogue.apps[0].versions[0].patches[0].algo = Some(9));
    let mut strategy = world.offer();
    strategy.patch_algo = 9;
    strategy.patch_url = Some(format!("{}{PATCH}", world.server.url()));
    let artifact =
        world.client().fetch(&strategy, &world.options, Default::default(), Cancel::default()).unwrap();
    assert_eq!((artifact.origin, artifact.patch_failure), (Origin::Downloaded, None));
}

#[test]
fn a_base_file_that_is_not_there_leads_to_the_full_file() {
    let world = World::with_patch("sf20-none");
    fs::remove_file(world.hosted.path().join("base")).unwrap();
    full_after(&world, "base");
}

#[test]
fn another_base_file_leads_to_the_full_file() {
    for name in ["h13-zlib", "sf20-none", "endsley-bz2", "bsdiff40-bz2"] {
        for base in [bytes(1, 5586), bytes(1, 100), Vec::new()] {
            let world = World::with_patch(name);
            fs::write(world.hosted.path().join("base"), base).unwrap();
            full_after(&world, "");
        }
    }
}

#[test]
fn a_patch_of_another_md5_or_size_leads_to_the_full_file() {
    let md5 = r#", md5 = "00000000000000000000000000000000""#;
    for name in ["h13-zlib", "sf20-none", "endsley-bz2"] {
        full_after(&World::with_patch_promising(name, md5), "MD5");
        full_after(&World::with_patch_promising(name, ", size = 200"), "promised");
        full_after(&World::with_patch_promising(name, ", size = 5000"), "");
        full_after(&World::with_patch_promising(name, r#", md5 = "none""#), "not 32 hex digits");
    }
}

#[test]
fn an_altered_patch_leads_to_the_full_file() {
    for name in ["h13-none", "sf20-none", "w26-none", "bsdiff40-bz2", "endsley-bz2"] {
        let size = fs::metadata(World::with_patch(name).hosted.path().join("1-2.patch")).unwrap().len();
        for at in [0, 9, size / 2, size - 1] {
            for promise in ["", r#", size = 0, md5 = """#] {
                let world = World::with_patch_promising(name, promise);
                world.server.fault(Fault::on(PATCH).alter(at));
                let artifact = world.fetch_right();
                assert!(!promise.is_empty() || artifact.origin == Origin::Downloaded, "{name} at {at}");
            }
        }
    }
}

#[test]
fn a_container_that_is_refused_leads_to_the_full_file() {
    for (content, why) in [
        (&b"\xd6\xc3\xc4\0\0\0\0\0 and so on"[..], "VCDIFF"),
        (b"HDIFF19&zlib\0and so on", "HDIFF19"),
        (b"<html>not a patch</html>", ""),
        (b"", ""),
        (&[0; 5000], ""),
    ] {
        let world = World::with_patch("sf20-none");
        fs::write(world.hosted.path().join("1-2.patch"), content).unwrap();
        full_after(&world, why);
    }
}

#[test]
fn a_patch_larger_than_the_file_is_not_taken() {
    let world = World::with_patch("sf20-none");
    fs::write(world.hosted.path().join("1-2.patch"), vec![0; 6000]).unwrap();
    full_after(&world, "it has 6000 bytes, allowed are 5908");
    assert_eq!(world.requests().len(), 1);
}

#[test]
fn a_patch_makes_no_file_above_the_limit() {
    for name in ["h13-none", "sf20-none", "endsley-bz2"] {
        let mut world = World::with_patch(name);
        world.server.catalogue(|catalogue| catalogue.apps[0].versions[0].download.size = Some(0));
        world.options.max_size = Some(5907);
        assert_eq!(world.status(), Status::Verify, "{name}");
        world.options.max_size = Some(5908);
        assert_eq!(world.fetch_right().origin, Origin::Patched, "{name}");
    }
}

#[test]
fn a_patch_of_unknown_size_that_does_not_end_is_given_up() {
    let world = World::with_patch_promising("sf20-none", r#", size = 0, md5 = """#);
    let patch = fs::read(world.hosted.path().join("1-2.patch")).unwrap();
    fs::write(world.hosted.path().join("1-2.patch"), [patch, vec![0; 9_000_000]].concat()).unwrap();
    let artifact = full_after(&world, "");
    assert!(artifact.network_bytes < 4_000_000, "{}", artifact.network_bytes);
}

#[test]
fn without_a_promised_hash_a_patched_file_could_not_be_judged() {
    let world = World::with_patch("sf20-none");
    world.server.catalogue(|catalogue| {
        catalogue.apps[0].versions[0].download.md5 = Some(String::new());
    });
    full_after(&world, "no hash is promised");
}

#[test]
fn a_stored_patch_that_is_cut_is_resumed() {
    let world = World::with_patch("h13-none");
    world.server.fault(Fault::on(PATCH).cut(Cut::after(200)).times(1));
    assert_eq!(patched(&world).network_bytes, 546);
    assert_eq!(world.ranges(), [None, Some("bytes=200-".into())]);
}

#[test]
fn a_patch_that_is_cut_while_it_is_applied_is_stored_resumed_and_applied() {
    for cut in [Cut::after(200), Cut::after(5), Cut::after(587).reset()] {
        let world = World::with_patch("sf20-none");
        world.server.fault(Fault::on(PATCH).cut(cut).times(1));
        world.server.fault(Fault::on(PATCH).cut(Cut::after(300)).times(1));
        patched(&world);
        assert_eq!(world.ranges()[2].as_deref(), Some("bytes=300-"));
    }
}

#[test]
fn a_patch_whose_first_request_fails_is_asked_for_again() {
    for fault in [Fault::on(PATCH).status(503), Fault::on(PATCH).cut(Cut::before_reply())] {
        let world = World::with_patch("sf20-none");
        world.server.fault(fault.times(1));
        patched(&world);
    }
}

#[test]
fn a_patch_that_cannot_be_had_leads_to_the_full_file() {
    for fault in [Fault::on(PATCH).status(404), Fault::on(PATCH).status(403), Fault::on(PATCH).status(503)] {
        let mut world = World::with_patch("h13-zlib");
        world.config.max_attempts = 2;
        world.server.fault(fault);
        full_after(&world, "HTTP");
    }
}

#[test]
fn bytes_taken_in_vain_are_counted() {
    let md5 = r#", md5 = "00000000000000000000000000000000""#;
    for (name, size) in [("h13-none", 546), ("sf20-none", 588)] {
        let world = World::with_patch_promising(name, md5);
        assert_eq!(full_after(&world, "MD5").network_bytes, size + 5908, "{name}");
    }
}

#[test]
fn the_result_of_a_right_patch_that_is_not_the_promised_file_is_not_handed_over() {
    let world = World::with_patch("sf20-none");
    let mut other = fs::read(world.hosted.path().join("app-2.bin")).unwrap();
    other[100] ^= 1;
    fs::write(world.hosted.path().join("app-2.bin"), other).unwrap();
    full_after(&world, "MD5");
}

#[test]
fn no_reason_names_the_query_of_a_link() {
    let mut world = World::with_patch("sf20-none");
    world.config.max_attempts = 1;
    let mut strategy = world.offer();
    strategy.patch_url = strategy.patch_url.map(|url| format!("{url}?Signature=secret"));
    world.server.fault(Fault::on(PATCH).alter(0));
    let artifact =
        world.client().fetch(&strategy, &world.options, Default::default(), Cancel::default()).unwrap();
    let failure = artifact.patch_failure.unwrap();
    assert!(!failure.contains("secret"), "{failure}");
}

#[test]
fn a_fetch_is_cancelled_while_a_patch_arrives_and_takes_no_full_file() {
    for name in ["h13-none", "sf20-none"] {
        let world = World::with_patch(name);
        world.server.fault(Fault::on(PATCH).stall(300, 60_000));
        let cancel = Cancel::default();
        let remote = cancel.clone();
        let thread = std::thread::spawn(move || {
            std::thread::sleep(Duration::from_millis(700));
            remote.cancel();
        });
        let begun = std::time::Instant::now();
        let error = world.fetch_watched(Default::default(), cancel).unwrap_err();
        assert_eq!(error.status, Status::Cancelled, "{name}");
        assert!(begun.elapsed() < Duration::from_secs(5));
        assert!(world.requests().iter().all(|request| request.path() == PATCH));
        assert!(!world.folder.names().contains(&"app-2.bin.patched".to_owned()));
        thread.join().unwrap();
        world.server.clear_faults();
        patched(&world);
    }
}

#[test]
fn progress_may_ask_to_stop_in_the_patch_phase() {
    let world = World::with_patch("sf20-none");
    world.server.fault(Fault::on(PATCH).stall(400, 3_000));
    let (told, progress) = listen(|phase, _| phase != Phase::Patch);
    let result = world.fetch_watched(progress, Cancel::default());
    assert_eq!(result.unwrap_err().status, Status::Cancelled);
    assert_eq!(told.lock().unwrap().last().unwrap().0, Phase::Patch);
    assert!(!world.target().exists());
}

#[test]
fn what_came_of_a_patch_stays_for_the_next_run_only_where_the_host_keeps_it() {
    for keep in [true, false] {
        let mut world = World::with_patch("h13-none");
        world.options.keep_partial = keep;
        world.server.fault(Fault::on(PATCH).stall(300, 60_000).times(1));
        let begun = std::time::Instant::now();
        let (_, progress) = listen(move |_, _| begun.elapsed() < Duration::from_millis(600));
        assert_eq!(world.fetch_watched(progress, Cancel::default()).unwrap_err().status, Status::Cancelled);
        assert_eq!(world.folder.names().is_empty(), !keep);
        let expected = if keep { 246 } else { 546 };
        assert_eq!(patched(&world).network_bytes, expected);
    }
}

#[test]
fn a_base_file_that_would_be_replaced_is_refused() {
    let mut world = World::with_patch("sf20-none");
    fs::copy(world.hosted.path().join("base"), world.target()).unwrap();
    let link = world.hosted.path().join("link");
    symlink(world.target(), &link).unwrap();
    for base in [world.target(), link, world.folder.path().join("./../").join(world.target())] {
        world.options.base_file = Some(base);
        assert_eq!(world.status(), Status::InvalidArgument);
    }
    assert_eq!(world.requests().len(), 0);
    assert_eq!(fs::metadata(world.target()).unwrap().len(), 5586);
}

#[test]
fn a_base_file_to_which_the_replaced_link_leads_stays() {
    let world = World::with_patch("sf20-none");
    symlink(world.hosted.path().join("base"), world.target()).unwrap();
    patched(&world);
}

#[test]
fn a_patch_keeps_to_the_bandwidth() {
    let mut world = World::with_patch("sf20-none");
    world.options.max_bytes_per_second = Some(500);
    let begun = std::time::Instant::now();
    patched(&world);
    assert!(begun.elapsed() >= Duration::from_millis(1000), "{:?}", begun.elapsed());
}
