//! How far a fetch is: told every 100 ms, never going back, and at the end.

use dev_server::{Cut, Fault, Framing};
use upgradelink::{progress::Phase, watch::Cancel};

use crate::world::{World, listen};

#[test]
fn progress_never_goes_back_within_a_phase_and_ends_at_the_size() {
    let world = World::new();
    world.server.fault(Fault::on("/files/*").rate(6_000_000).cut(Cut::after(2_000_000)).times(1));
    world.server.fault(Fault::on("/files/*").ignore_range(true).rate(6_000_000));
    let (told, progress) = listen(|_, _| true);
    world.fetch_watched(progress, Cancel::default()).unwrap();
    let told = told.lock().unwrap();
    assert!(told.len() > 4, "{told:?}");
    assert!(told.iter().all(|(phase, _, total)| *phase == Phase::Download && *total == Some(3_000_000)));
    assert!(told.is_sorted_by_key(|(_, done, _)| *done), "{told:?}");
    assert_eq!(told.last(), Some(&(Phase::Download, 3_000_000, Some(3_000_000))));
}

#[test]
fn progress_is_told_while_nothing_arrives() {
    for fault in [Fault::on("/files/*").delay_ms(1500), Fault::on("/files/*").stall(1_000_000, 1500)] {
        let world = World::new();
        world.server.fault(fault);
        let (told, progress) = listen(|_, _| true);
        world.fetch_watched(progress, Cancel::default()).unwrap();
        let told = told.lock().unwrap();
        let still = told.windows(2).filter(|pair| pair[0] == pair[1]).count();
        assert!(still >= 6, "in 1,500 ms of silence {still} times");
    }
}

#[test]
fn a_total_that_nobody_knows_is_not_made_up() {
    let world = World::without_promises();
    world.server.fault(Fault::on("/files/*").framing(Framing::Chunked).stall(1_000_000, 400));
    let (told, progress) = listen(|_, _| true);
    world.fetch_watched(progress, Cancel::default()).unwrap();
    let told = told.lock().unwrap();
    let (last, before) = told.split_last().unwrap();
    assert!(before.iter().all(|(_, _, total)| total.is_none()), "{before:?}");
    assert_eq!(*last, (Phase::Download, 3_000_000, Some(3_000_000)));
}

#[test]
fn a_present_file_is_told_as_verified() {
    let world = World::new();
    world.fetch_right();
    let (told, progress) = listen(|_, _| true);
    world.fetch_watched(progress, Cancel::default()).unwrap();
    assert_eq!(told.lock().unwrap().last(), Some(&(Phase::Verify, 3_000_000, Some(3_000_000))));
}

#[test]
fn the_end_is_told_although_nothing_else_took_100_ms() {
    let world = World::new();
    let (told, progress) = listen(|_, _| true);
    world.fetch_watched(progress, Cancel::default()).unwrap();
    assert_eq!(told.lock().unwrap().last(), Some(&(Phase::Download, 3_000_000, Some(3_000_000))));
}

#[test]
fn to_ask_to_stop_at_the_end_is_too_late() {
    let world = World::new();
    let (_, progress) = listen(|_, done| done < 3_000_000);
    if let Err(error) = world.fetch_watched(progress, Cancel::default()) {
        assert_eq!(error.status, upgradelink::error::Status::Cancelled);
        assert!(!world.target().exists(), "told to stop before the end, it has no file");
    }
}
